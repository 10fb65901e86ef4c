"""What the web and worker processes write to standard error: a time, what failed, and where in our code.

Trust: the text of an exception may hold what a message said, and so may an address; neither is written.
"""

import logging
import traceback
from types import TracebackType


class Formatter(logging.Formatter):
    """One line a record; for an exception its kind and the places it passed, never its text or its values."""

    default_msec_format = "%s.%03d"

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatException(  # noqa: N802  # the name is logging's
        self, ei: "tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]"
    ) -> str:
        """The kind of an exception and where it came from."""
        lines: list[str] = []
        error = ei[1]
        while error is not None:
            places = traceback.extract_tb(error.__traceback__)
            lines.append(f"  {type(error).__module__}.{type(error).__qualname__}")
            lines += [f"    {place.filename}:{place.lineno} in {place.name}" for place in places]
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n".join(lines)


class Requests(logging.Filter):
    """Puts the status in the place of Django's own words on a request, which hold its address."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every record, without its address."""
        status = getattr(record, "status_code", None)
        if status is not None:
            record.msg, record.args = "answered %s", (status,)
        return True


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"requests": {"()": Requests}},
    "formatters": {"plain": {"()": Formatter}},
    "handlers": {"errors": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["requests"]}},
    "loggers": {
        "django": {"handlers": ["errors"], "level": "ERROR", "propagate": False},
        "django.request": {"handlers": ["errors"], "level": "ERROR", "propagate": False},
        "muniment": {"handlers": ["errors"], "level": "INFO", "propagate": False},
    },
}
