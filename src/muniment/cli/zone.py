"""The machine's own time zone, by its IANA name."""

import os
from pathlib import Path


def local_zone() -> str:
    """The zone that TZ or /etc/localtime names; UTC where neither names one."""
    named = os.environ.get("TZ", "").removeprefix(":")
    if named and "/" in named:
        return named
    try:
        target = str(Path("/etc/localtime").resolve())
    except OSError:
        return "UTC"
    return target.partition("zoneinfo/")[2] or "UTC"
