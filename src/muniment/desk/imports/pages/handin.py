"""Handing in a message: the form, and what became of it."""

import secrets
from collections.abc import Callable
from typing import Any, cast

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopUpload
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from muniment.capture.handin import LARGEST_FILE, MOST_FILES, File
from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.desk.imports import actions
from muniment.desk.imports.access import handed
from muniment.desk.imports.actions.files import shown_name
from muniment.desk.imports.actions.handing import Said
from muniment.desk.imports.forms import CHANNELS, FILE_LIMITS, HandInForm, zones
from muniment.desk.imports.pages.common import done, there
from muniment.desk.people.door import door

FIELD = "files"


class InMemory(FileUploadHandler):
    """Holds the few files of a form in memory, where they are sealed; nothing of them touches the disk unsealed."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self._pieces: list[bytes] = []
        self._size = self._files = 0
        self.too_much = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """The next file of the field."""
        super().new_file(*args, **kwargs)
        if self.field_name != FIELD:
            raise SkipFile
        self._pieces, self._size, self._files = [], 0, self._files + 1
        if self._files > MOST_FILES:
            self._stop()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Take a piece."""
        self._size += len(raw_data)
        if self._size > LARGEST_FILE:
            self._stop()
        self._pieces.append(raw_data)

    def file_complete(self, file_size: int) -> "UploadedFile[bytes] | None":
        """It has arrived whole."""
        content, self._pieces = b"".join(self._pieces), []
        return SimpleUploadedFile(self.file_name or "file", content, self.content_type or "")

    def _stop(self) -> None:
        self.too_much = True
        raise StopUpload(connection_reset=False)


@csrf_exempt  # what follows looks at the token itself, behind the handler that the files need
@door(Capability.OWN, methods=("GET", "POST"))
def form(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """The form, for everybody in the firm."""
    handler = InMemory(request)
    request.upload_handlers = [handler]
    return _form(request, desk, handler)


@csrf_protect
def _form(request: HttpRequest, desk: Desk, handler: InMemory) -> HttpResponse:
    fresh = {"token": secrets.token_hex(16), "zone": timezone.get_current_timezone_name()}
    given = HandInForm(request.POST or None, initial=fresh)
    if request.method == "POST":
        files = [_file(each) for each in request.FILES.getlist(FIELD)]
        if handler.too_much:
            limits = _("At most {most} files of {largest} MB each can be handed in at once.").format(**FILE_LIMITS)
            given.is_valid()
            given.add_error(None, limits)
        elif done(
            request,
            given,
            lambda: actions.hand_in(desk, *_said(given), files),
            _("Received. Thank you for handing it in."),
        ):
            return redirect("imports:handed", given.cleaned_data["token"])
    context = {
        "title": _("Hand in a message"),
        "form": given,
        "field": FIELD,
        "limits": FILE_LIMITS,
        "channels": CHANNELS,
        "zones": zones(),
        "mine": handed.mine(desk),
        "tied": desk.person is not None,
    }
    return render(request, "imports/hand_in.html", context, status=422 if given.errors else 200)


@door(Capability.OWN)
def received(request: HttpRequest, desk: Desk, token: str) -> HttpResponse:
    """That a form was received, and the leaf that it is sealed as."""
    found = handed.one(desk, token)
    context = {
        "title": _("Received"),
        "found": found,
        "proof": _proof(desk, found),
        "own": there("archive:own"),
    }
    return render(
        request, "imports/sealed.html" if request.headers.get("HX-Request") else "imports/handed.html", context
    )


def _proof(desk: Desk, found: handed.Handed) -> str:
    """Where the record is shown: its proof for whoever may read records, the message among one's own for the others."""
    if found.leaf is None:
        return ""
    reads = desk.authority.holds(Capability.READ)
    return there("archive:proof", found.leaf) if reads else there("archive:own-event", found.leaf, 0)


def _said(given: HandInForm) -> tuple[str, Said]:
    data = given.cleaned_data
    at = data["day"].isoformat() + (f"T{data['clock']:%H:%M}" if data["clock"] is not None else "")
    return data["token"], Said(
        channel=data["channel"],
        sender=data["sender"],
        recipients=data["recipients"],
        sent_at=at,
        zone=data["zone"],
        text=data["text"],
        why=data["why"],
    )


def _file(each: "UploadedFile[bytes]") -> File:
    return File(name=shown_name(each.name or ""), raw=each.read(), content_type=str(each.content_type or "")[:100])


form = cast("Callable[..., HttpResponseBase]", form)
