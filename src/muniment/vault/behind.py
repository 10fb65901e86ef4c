"""Lets long work stand back behind what somebody waits for: pages, deliveries, sealing.

An import, its projector and the jobs of the worker take whatever time the machine has; with both cores busy a page would
otherwise be given a third of one. Nothing is lost by it: on an idle machine they run as fast as before.
"""

import os
from contextlib import suppress
from pathlib import Path

BEHIND = 10
"""The niceness of long work: the system gives a tenth of the time that it gives to whoever has none."""
_GROUP = Path("/proc/self/autogroup")
"""Where Linux weighs sessions against each other, and niceness only within one."""


def stand_back(*, session: bool = False) -> None:
    """Lower the priority of this thread and of the threads and processes that it starts; it is never raised again.

    `session` is for the first process of a session of its own, whose whole session stands back.
    """
    with suppress(OSError):  # a system that refuses it is one on which pages wait a little longer
        os.setpriority(os.PRIO_PROCESS, 0, max(BEHIND, os.getpriority(os.PRIO_PROCESS, 0)))
        if session and _GROUP.exists():
            _GROUP.write_text(str(BEHIND))
