"""What the pages of the register share: which page of a long list is asked for, and the addresses of the others."""

from typing import Any

from django.http import HttpRequest


def asked(request: HttpRequest) -> int:
    """The number of the page that the address asks for; the first where it asks for none."""
    wanted = request.GET.get("page", "")
    return int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 10 else 1


def pager(request: HttpRequest, page: int, pages: int) -> dict[str, Any]:
    """What register/pager.html needs."""

    def here(number: int | None) -> str:
        given = request.GET.copy()
        given.pop("page", None)
        if number is not None:
            given["page"] = str(number)
        return "?" + given.urlencode()

    return {
        "page_number": page,
        "pages": pages,
        "beginning": here(None) if page > 1 else "",
        "further": here(page + 1) if page < pages else "",
    }
