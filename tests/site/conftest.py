"""The small firm and its browsers (tests/desk/conftest.py), for what all pages share."""

from tests.desk.conftest import client_as, firm, place, small_firm, user_as

__all__ = ["client_as", "firm", "place", "small_firm", "user_as"]
