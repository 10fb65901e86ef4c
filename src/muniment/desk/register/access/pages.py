"""How the register's long lists are cut into pages."""

from collections.abc import Sequence
from typing import TypeVar

PAGE = 50
T = TypeVar("T")


def place(total: int, page: int, size: int | None = PAGE) -> tuple[int, int, int]:
    """Where a page begins, its number (the nearest there is), and how many there are; without a `size` there is one."""
    if size is None:
        return 0, 1, 1
    pages = max(1, -(-total // size))
    page = min(max(1, page), pages)
    return (page - 1) * size, page, pages


def cut(rows: Sequence[T], page: int, size: int | None = PAGE) -> tuple[Sequence[T], int, int]:
    """The rows of a page, the page's number and how many there are."""
    first, page, pages = place(len(rows), page, size)
    return rows if size is None else rows[first : first + size], page, pages
