"""The worker's part of live capture: it runs the connectors of all accounts that are on."""

import logging
import threading
from collections.abc import Callable
from contextlib import closing

from django.db import DatabaseError, close_old_connections

from muniment.capture.archive import Archive, open_archive
from muniment.capture.feeds.alone import alone
from muniment.capture.feeds.runner import Connection, Runner
from muniment.capture.registry import live
from muniment.catalog.read import unread
from muniment.desk.channels import access
from muniment.desk.channels.watch import EVERY_SECONDS, TEST_SECONDS, look, look_for_tests
from muniment.desk.seat import leave, nobody
from muniment.record.errors import StorageFailed
from muniment.vault.home import locate

_log = logging.getLogger(__name__)


def feed(stop: threading.Event) -> None:
    """Run them until `stop` is set. Django must be set up (schema.use, or ready.make_ready).

    Waits while another process of the same archive does this.
    """
    home, keys = locate()
    with closing(open_archive(home, keys)) as archive, alone(archive, stop) as mine:
        if mine:
            _run(lambda: open_archive(home, keys), stop)


def _run(open_one: Callable[[], Archive], stop: threading.Event) -> None:
    watching = threading.Thread(target=_watch, args=(stop,), name="watch")
    watching.start()
    try:
        Runner(open_one, _connections, live, unread).run(stop)
    finally:
        stop.set()
        watching.join()
        leave()
        close_old_connections()


def _watch(stop: threading.Event) -> None:
    try:
        waited = 0
        while not stop.wait(TEST_SECONDS):
            waited += TEST_SECONDS
            close_old_connections()
            try:
                if waited < EVERY_SECONDS:
                    look_for_tests(nobody())
                else:
                    waited = 0
                    look(nobody(), stop.is_set)
            except Exception as error:  # noqa: BLE001  # the next look may do better; home says when there is none
                _log.error("the look at live sources failed: %s", type(error).__name__)
                leave()
    finally:
        leave()
        close_old_connections()


def _connections() -> list[Connection]:
    close_old_connections()
    try:
        return access.running(nobody().archive)
    except DatabaseError as error:
        raise StorageFailed("the desk's database does not answer ({kind})", kind=type(error).__name__) from error
