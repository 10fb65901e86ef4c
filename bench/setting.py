"""What the stages share: the corpus, the folder they work in, the report they print to, and the archives they make."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from bench.corpus import Corpus
from bench.measure import Finished, python, run
from bench.report import Report

PART = 100_000
"""Messages of the stages that are measured one by one; the whole corpus goes through all of them at once."""


SMALL = 50_000
"""A corpus under this size is a trial: everything is done, less often."""


@dataclass(slots=True)
class Setting:
    """One run of the bench."""

    folder: Path
    corpus: Corpus
    report: Report

    @property
    def part(self) -> int:
        """How many messages the single stages take."""
        return min(PART, self.corpus.messages)

    def runs(self, full: int) -> int:
        """How often to measure what is measured `full` times: a small corpus is there to see that all of it works."""
        return full if self.corpus.messages >= SMALL else max(3, full // 10)

    @property
    def whole(self) -> "Place":
        """The archive of the whole corpus."""
        return Place(self.folder / "whole")

    def place(self, name: str) -> "Place":
        """A new, empty folder for another archive."""
        found = Place(self.folder / name)
        found.remove()
        return found


@dataclass(frozen=True, slots=True)
class Place:
    """Where an archive of the bench lies."""

    folder: Path

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def keys(self) -> Path:
        return self.folder / "keys"

    def remove(self) -> None:
        """Forget it."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def environment(self) -> dict[str, str]:
        """For a command on it."""
        return {**os.environ, "MUNIMENT_HOME": str(self.home), "MUNIMENT_KEYS": str(self.keys), "LC_ALL": "C.UTF-8"}

    def muniment(self, *arguments: str) -> Finished:
        """Run one command as a process of its own, watching how far the records log has grown."""
        return run(python("-m", "muniment.cli.main", *arguments), environment=self.environment(), progress=self.sealed)

    def sealed(self) -> int:
        """Records that the newest checkpoint covers."""
        try:
            return int((self.home / "log" / "records" / "checkpoint").read_text("utf-8").splitlines()[1])
        except (OSError, IndexError, ValueError):
            return 0
