"""`muniment worker`: the process that leads: it seals what was accepted, projects it, and runs the jobs."""

import argparse
import signal
import threading
from types import FrameType

from muniment.cli.output import Output
from muniment.desk.desk import open_desk
from muniment.record.words import _ as mark
from muniment.site.words import _
from muniment.vault.behind import stand_back
from muniment.vault.home import locate, open_home

HELP = mark("seal and project what was accepted, and run the jobs, until it is stopped")
PAUSE_SECONDS = 1.0
COUNT_SECONDS = 0.5
"""How long the worker counts at a time what each account brought on each day."""


def configure(parser: argparse.ArgumentParser) -> None:
    """It has none of its own; `--part` is what `serve` says, which has looked already."""
    parser.add_argument("--part", action="store_true", help=argparse.SUPPRESS)


def run(options: argparse.Namespace, output: Output) -> int:
    """Work until SIGTERM or SIGINT; what is under way is finished or put back first."""
    from muniment.desk.archive.keeper import Keeper
    from muniment.desk.archive.ready import make_ready
    from muniment.desk.schema import use

    stop = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        stop.set()

    # Before anything is said: whoever hears it may end the worker at once.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    path, keys = locate()
    if options.part:
        use(open_home(path, keys))
    else:
        make_ready(path, keys)
        output.line(_("The worker is running; end it with Ctrl-C."))
    from muniment.desk import jobs  # Django has to be set up before its models are read
    from muniment.desk.archive import reader
    from muniment.desk.channels import feeder
    from muniment.desk.channels.access import pulses
    from muniment.desk.dashboard.schedule import Schedule
    from muniment.desk.imports import tally

    failed: list[BaseException] = []

    def work() -> None:
        stand_back()
        try:
            jobs.work(stop)
        except BaseException as error:  # noqa: BLE001  # raised again below, where it ends the process
            failed.append(error)
        finally:
            stop.set()  # one half does not go on without the other

    def feed() -> None:
        try:
            feeder.feed(stop)
        except BaseException as error:  # noqa: BLE001  # raised again below, where it ends the process
            failed.append(error)
        finally:
            stop.set()

    def read() -> None:
        stand_back()
        try:
            reader.read_on(stop)
        except BaseException as error:  # noqa: BLE001  # raised again below, where it ends the process
            failed.append(error)
        finally:
            stop.set()

    # Jobs, live connectors and files have threads of their own: while one computes, what is accepted meanwhile is sealed.
    # Jobs and files stand back behind pages and deliveries, which somebody waits for.
    threads = [
        threading.Thread(target=target, name=name)
        for target, name in ((work, "jobs"), (feed, "feeds"), (read, "files"))
    ]
    for thread in threads:
        thread.start()
    try:
        with open_desk(path, keys, options.actor) as desk:
            keeper, schedule = Keeper(desk, lambda: pulses(desk.archive)), Schedule()
            while not stop.is_set():
                keeper.keep()
                tally.keep(desk, COUNT_SECONDS)
                schedule.keep(desk)
                stop.wait(PAUSE_SECONDS)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    if failed:
        raise failed[0]
    return 0
