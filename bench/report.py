"""What is printed: one line a number, with its promise, whether that was reached, and the yardstick it stands beside."""

import json
import os
import sys
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import msgspec


class Promise(msgspec.Struct, frozen=True):
    """A bound on a number, in its unit: `at least` or `under`."""

    kind: Literal["at least", "under"]
    bound: float

    def reached(self, value: float) -> bool:
        """Whether `value` keeps it."""
        return value >= self.bound if self.kind == "at least" else value < self.bound


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One measured number. `runs` says how often it was measured, `load` the machine's load average when it was."""

    stage: str
    name: str
    value: float
    unit: str
    runs: int = 1
    promise: Promise | None = None
    yardstick: str = ""
    load: float = 0.0

    @property
    def reached(self) -> bool | None:
        """Whether the promise was reached; None where none was made."""
        return None if self.promise is None else self.promise.reached(self.value)


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """Something that must be so whatever the speed."""

    stage: str
    name: str
    passed: bool
    detail: str = ""


class Report:
    """Prints lines as they come and keeps them."""

    def __init__(self, head: dict[str, str]) -> None:
        self.head = head
        self.lines: list[Line] = []
        self.checks: list[Check] = []
        self.left_out: list[tuple[str, str]] = []
        for name, value in head.items():
            print(f"{name}: {value}")
        print()
        print(_row("what", "value", "unit", "runs", "load", "promise", "", "beside, in the same run"))
        sys.stdout.flush()

    def say(
        self,
        stage: str,
        name: str,
        value: float,
        unit: str,
        *,
        runs: int = 1,
        promise: Promise | None = None,
        yardstick: str = "",
    ) -> float:
        """Print and keep a number; returns it."""
        load = round(os.getloadavg()[0], 1)
        line = Line(
            stage=stage, name=name, value=value, unit=unit, runs=runs, promise=promise, yardstick=yardstick, load=load
        )
        self.lines.append(line)
        promised = "" if promise is None else f"{promise.kind} {number(promise.bound)}"
        verdict = {True: "reached", False: "NOT REACHED", None: ""}[line.reached]
        print(_row(name, number(value), unit, str(runs), f"{load:.1f}", promised, verdict, yardstick), flush=True)
        return value

    def check(self, stage: str, name: str, passed: bool, detail: str = "") -> None:
        """Print and keep whether an answer was right."""
        self.checks.append(Check(stage=stage, name=name, passed=passed, detail=detail))
        print(_row(name, "right" if passed else "WRONG", "", "", "", "", "", detail), flush=True)

    def leave_out(self, stage: str, why: str) -> None:
        """Say that a stage was not measured, and why."""
        self.left_out.append((stage, why))
        print(_row(stage, "—", "", "", "", "", "", why), flush=True)

    def value(self, name: str) -> float | None:
        """A number that was measured earlier in this run."""
        return next((line.value for line in reversed(self.lines) if line.name == name), None)

    def beside(self, name: str) -> str:
        """An earlier number of this run, as a yardstick."""
        line = next((line for line in reversed(self.lines) if line.name == name), None)
        return "" if line is None else f"{line.name} {number(line.value)} {line.unit}"

    def write(self, path: Path) -> None:
        """Everything as JSON."""
        value = {
            "head": self.head,
            "lines": [{**msgspec.to_builtins(line), "reached": line.reached} for line in self.lines],
            "checks": msgspec.to_builtins(self.checks),
            "left_out": self.left_out,
        }
        path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

    def finish(self) -> int:
        """Count what was reached; 1 when an answer was wrong, else 0, whatever the times were."""
        promised = [line for line in self.lines if line.promise is not None]
        print()
        print(f"{sum(bool(line.reached) for line in promised)} of {len(promised)} promises reached")
        wrong = [check for check in self.checks if not check.passed]
        print(f"{len(self.checks) - len(wrong)} of {len(self.checks)} answers right")
        return 1 if wrong else 0


def number(value: float) -> str:
    """A number as people read it: three digits that count, thousands apart."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value < 10 else f"{value:.1f}"


_WIDTHS: Sequence[int] = (58, 12, 12, 6, 6, 18, 12)


def _row(*cells: str) -> str:
    return "  ".join([*(_pad(cell, width) for cell, width in zip(cells, _WIDTHS, strict=False)), cells[-1]]).rstrip()


def _pad(text: str, width: int) -> str:
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return text + " " * (width - len(text) - wide)
