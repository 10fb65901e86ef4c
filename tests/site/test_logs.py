"""What is logged of a mistake: where it was made, and nothing that a message said."""

import io
import logging

from muniment.site.logs import Formatter, Requests


def logged(error: Exception, **extra: object) -> str:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Formatter())
    handler.addFilter(Requests())
    logger = logging.getLogger("tests.logs")
    logger.addHandler(handler)
    logger.propagate = False
    try:
        try:
            raise error
        except type(error) as inner:
            raise RuntimeError("outer canary-2") from inner
    except RuntimeError:
        logger.exception("Internal Server Error: %s", "/search/?q=canary-3", extra=extra)
    return stream.getvalue()


def test_a_mistake_is_logged_by_kind_and_place_without_its_words() -> None:
    text = logged(ValueError("canary-1"), status_code=500)

    assert "ValueError" in text
    assert "RuntimeError" in text
    assert "test_logs.py" in text
    assert "answered 500" in text
    assert "canary" not in text
