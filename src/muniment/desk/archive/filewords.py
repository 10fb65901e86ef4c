"""What the desk says of what was read in files, in the reader's language: how far reading went, why not further, and places."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from muniment.desk.archive.access.readings import UNOPENED, VOICES, Known, Part
from muniment.media.reading import Note, PlaceKind, Status

STATUSES = {
    Status.OK.value: gettext_lazy("read to its end"),
    Status.PARTIAL.value: gettext_lazy("read in part"),
    Status.EMPTY.value: gettext_lazy("there is nothing to read in it, such as in a scan"),
    Status.ENCRYPTED.value: gettext_lazy("locked by a password"),
    Status.UNSUPPORTED.value: gettext_lazy("files of this type are not read"),
    Status.TOO_LARGE.value: gettext_lazy("too large to be read"),
    Status.TIMED_OUT.value: gettext_lazy("stopped: reading took too long"),
    Status.OUT_OF_MEMORY.value: gettext_lazy("stopped: reading took too much memory"),
    Status.CRASHED.value: gettext_lazy("the reader ended early on this file"),
    Status.DAMAGED.value: gettext_lazy("not a whole file of its type"),
    UNOPENED: gettext_lazy("its bytes could not be opened"),
}
NOTES = {
    Note.TEXT_LIMIT.value: gettext_lazy("It holds more text than is shown."),
    Note.PLACE_LIMIT.value: gettext_lazy("It has more pages, sheets or parts than are read."),
    Note.EXPANDED_LIMIT.value: gettext_lazy("Unpacked, it would be larger than a document may be."),
    Note.RATIO_LIMIT.value: gettext_lazy("A part of it swells beyond what documents do, and was not unpacked."),
    Note.MEMBER_LIMIT.value: gettext_lazy("It has more files inside than are opened."),
    Note.DEPTH_LIMIT.value: gettext_lazy("It has files inside of files, too deep to be read."),
    Note.INPUT_LIMIT.value: gettext_lazy("It is larger than the files that are read."),
    Note.ENTITIES.value: gettext_lazy("It declares what no office file does, and that part was refused."),
    Note.CUT_SHORT.value: gettext_lazy("It ends before it should."),
    Note.PART_DAMAGED.value: gettext_lazy("A page, sheet or part could not be read."),
    Note.PART_ENCRYPTED.value: gettext_lazy("A part is locked by a password."),
    Note.PART_UNREAD.value: gettext_lazy("A file inside it is of a type that is not read."),
    Note.UNDECODABLE.value: gettext_lazy("Some bytes are no text; each is shown as \N{REPLACEMENT CHARACTER}."),
    Note.DURATION_DIFFERS.value: gettext_lazy("It plays longer or shorter than its own frames say."),
    Note.TOO_LONG_TO_PLAY.value: gettext_lazy("It is longer than what is played."),
    Note.NO_DECODER.value: gettext_lazy("What decodes this sound is not installed on this machine."),
    Note.READER_ERROR.value: gettext_lazy("Our reader failed on it."),
}
PLACES = {
    PlaceKind.BODY: pgettext_lazy("part of a document", "Text"),
    PlaceKind.PAGE: pgettext_lazy("part of a document", "Page"),
    PlaceKind.SHEET: pgettext_lazy("part of a document", "Sheet"),
    PlaceKind.SLIDE: pgettext_lazy("part of a document", "Slide"),
    PlaceKind.HEADER: pgettext_lazy("part of a document", "Header"),
    PlaceKind.FOOTER: pgettext_lazy("part of a document", "Footer"),
    PlaceKind.FOOTNOTE: pgettext_lazy("part of a document", "Footnote"),
    PlaceKind.ENDNOTE: pgettext_lazy("part of a document", "Endnote"),
    PlaceKind.COMMENT: pgettext_lazy("part of a document", "Comment"),
    PlaceKind.NOTES: pgettext_lazy("part of a document", "Speaker's notes"),
    PlaceKind.DRAWING: pgettext_lazy("part of a document", "Drawing"),
    PlaceKind.PROPERTIES: pgettext_lazy("part of a document", "Properties"),
}
_SAID = {Status.ENCRYPTED, Status.DAMAGED, Status.CRASHED, Status.TIMED_OUT, Status.OUT_OF_MEMORY, Status.TOO_LARGE}


def status(code: str) -> str:
    """How far reading went."""
    return str(STATUSES.get(code, code))


def note(code: str) -> str:
    """Why a reading is not whole."""
    return str(NOTES.get(code, code))


def place(part: Part) -> str:
    """What a stretch of text is, with its number where it has one."""
    said = str(PLACES[part.kind])
    return f"{said} {part.number:,}" if part.number else said


def lasts(milliseconds: int) -> str:
    """How long a voice lasts, in minutes and seconds."""
    minutes, seconds = divmod(max(1, round(milliseconds / 1000)) if milliseconds else 0, 60)
    return f"{minutes}:{seconds:02d}"


def beside(known: Known | None) -> str:
    """What stands beside a file in a message: nothing where all is well or nothing is recorded."""
    if known is None:
        return ""
    if known.type in VOICES and not known.playable:
        why = note(known.notes[0]) if known.notes else status(known.status)
        return _("cannot be played here: {why}").format(why=why)
    if known.agrees is False:
        return _("not of the type that was claimed")
    return status(known.status) if known.status in _SAID else ""
