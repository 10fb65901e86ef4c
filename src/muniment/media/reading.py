"""What was read in a file: its type, its text with the places it stands in, and how far the reader got."""

from enum import StrEnum

import msgspec


class Family(StrEnum):
    """The broad kind of a file, as its bytes say."""

    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"
    DOCUMENT = "document"
    ARCHIVE = "archive"
    TEXT = "text"
    UNKNOWN = "unknown"


class Status(StrEnum):
    """How far a reader got. The bytes of the file are in the archive whatever is said here."""

    OK = "ok"  # read to its end
    PARTIAL = "partial"  # what was read is here, and the notes say why it is not all
    EMPTY = "empty"  # read to its end, and there is no text: a scan, an empty file
    ENCRYPTED = "encrypted"  # a password stands before the text
    UNSUPPORTED = "unsupported"  # no reader for this type, or none is installed
    TOO_LARGE = "too_large"  # over a limit before any text came
    TIMED_OUT = "timed_out"  # stopped for time; text that had come is kept
    OUT_OF_MEMORY = "out_of_memory"  # stopped for memory; text that had come is kept
    CRASHED = "crashed"  # the reader died, or answered what no reader answers
    DAMAGED = "damaged"  # not a whole file of its type


class Note(StrEnum):
    """Why a reading is not whole; fixed words, so that nothing of a file's content is in them."""

    TEXT_LIMIT = "text_limit"  # more text than is kept
    PLACE_LIMIT = "place_limit"  # more pages, sheets or parts than are kept
    EXPANDED_LIMIT = "expanded_limit"  # more bytes come out of the compressed ones than may
    RATIO_LIMIT = "ratio_limit"  # one member swells beyond what documents do
    MEMBER_LIMIT = "member_limit"  # more members than are opened
    DEPTH_LIMIT = "depth_limit"  # files in files, or elements in elements, too deep
    INPUT_LIMIT = "input_limit"  # the file is larger than readers are given
    ENTITIES = "entities"  # XML that declares a document type, which no office file does
    CUT_SHORT = "cut_short"  # the file ends before it should
    PART_DAMAGED = "part_damaged"  # one page, sheet or part could not be read, others could
    PART_ENCRYPTED = "part_encrypted"  # one member needs a password
    PART_UNREAD = "part_unread"  # a file inside it has a type that is not read
    UNDECODABLE = "undecodable"  # bytes that are no text in the encoding found; shown as U+FFFD
    DURATION_DIFFERS = "duration_differs"  # the decoder gave more or less sound than the frames hold
    TOO_LONG_TO_PLAY = "too_long_to_play"  # sound beyond what is decoded for playing
    NO_DECODER = "no_decoder"  # the library that decodes this sound is not on this machine
    READER_ERROR = "reader_error"  # our reader failed on it: a bug worth reporting


class PlaceKind(StrEnum):
    """What a stretch of text is a part of."""

    BODY = "body"
    PAGE = "page"
    SHEET = "sheet"
    SLIDE = "slide"
    HEADER = "header"
    FOOTER = "footer"
    FOOTNOTE = "footnote"
    ENDNOTE = "endnote"
    COMMENT = "comment"
    NOTES = "notes"
    DRAWING = "drawing"
    PROPERTIES = "properties"


class Place(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where text[start:end] stands (offsets in characters). `number` counts from 1, 0 where nothing is counted.

    `label` is the name that the file gives the place, such as a sheet's; `inside` names the files within the file that
    lead to it, outermost first. Both are text from a stranger.
    """

    kind: PlaceKind
    start: int
    end: int
    number: int = 0
    label: str = ""
    inside: tuple[str, ...] = ()


class Playable(msgspec.Struct, frozen=True, kw_only=True):
    """The same sound in a form that every browser plays; made anew at will, never kept as evidence."""

    content_type: str
    content: bytes


class Reading(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All that was read in one file. A search aid and a convenience: the evidence is the file.

    `type` and `family` are what the bytes say; `agrees` whether that is what the sender or the name claimed, None where
    nothing was claimed or nothing is known. `duration` is in milliseconds, counted in the file's own frames. `confined` names
    the walls that stood around the reader, empty where no reader ran. `reader` is the version of the readers.
    """

    type: str
    family: Family
    extract_status: Status
    reader: str
    agrees: bool | None = None
    text: str = ""
    places: tuple[Place, ...] = ()
    notes: tuple[Note, ...] = ()
    duration: int | None = None
    playable: Playable | None = None
    confined: tuple[str, ...] = ()
