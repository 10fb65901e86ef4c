"""The version, from its one source: the first heading of CHANGELOG.md (a built package carries it as metadata)."""

import re
from functools import cache
from pathlib import Path

_CHANGELOG = Path(__file__).parents[3] / "CHANGELOG.md"


@cache
def version() -> str:
    """For example `0.1.0`."""
    if _CHANGELOG.is_file():
        found = re.search(r"^## (\d+\.\d+\.\d+)", _CHANGELOG.read_text(encoding="utf-8"), re.MULTILINE)
        if found:
            return found[1]
    from importlib import metadata  # a built package only; it takes as long to load as all else together

    return metadata.version("muniment")
