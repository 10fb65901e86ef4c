"""The catalogues: collect the messages out of code and templates, merge them into the .po files, compile the .mo files.

`python -m tests.house.messages` rewrites, `--check` only looks. `./dev messages` and `./dev check` call them. Each
catalogue is compiled twice, byte for byte the same: as `muniment`, which the commands load, and as `django`, which is the
only name under which Django's own machinery looks (LOCALE_PATHS = site/locale).
"""

import io
import re
import string
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "muniment"
LOCALE = SOURCE / "site" / "locale"
LOCALES = ("zh_Hant", "zh_Hans")

COMPILED = ("muniment.mo", "django.mo")

# A refusal's template is its first argument; everything else goes through _ (or `mark` and `N_`, its other names) or one
# of Django's functions; `(1, "c")` is where a context stands.
_REFUSALS = ("Refused", "NotFound", "Damaged", "WrongKey", "Busy", "StorageFailed", "Unreadable")
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "mark": None,
    "N_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
} | dict.fromkeys(_REFUSALS, (1,))


class Collision(ValueError):
    """One English sentence with two plurals: gettext looks up by the singular, so one of them would never be said."""


def sources(source: Path) -> Iterator[tuple[Path, bytes]]:
    """The files under `source` that say something, as Python that says the same."""
    for path in sorted(source.rglob("*.py")):
        yield path, path.read_bytes()
    for path in templates(source):
        said: str = templatize(path.read_text(encoding="utf-8"), origin=str(path))
        # What is not said is blanked out in place; its indentation would not be Python's.
        yield path, "\n".join(line.strip() for line in said.splitlines()).encode()


def templates(source: Path = SOURCE) -> list[Path]:
    """The Django templates under `source`."""
    return sorted(path for suffix in ("html", "txt") for path in source.rglob(f"templates/**/*.{suffix}"))


def collect(source: Path = SOURCE) -> Catalog:
    """Every message under `source`, with the files that say it (without line numbers: they only churn); raises Collision."""
    catalog = Catalog(project="Muniment", charset="utf-8")
    plurals: dict[tuple[str | None, str], str] = {}
    for path, code in sources(source):
        name = path.relative_to(source.parent).as_posix()
        for _line, message, comments, context in extract("python", io.BytesIO(code), KEYWORDS, ["Translators:"]):
            if not message or message == ("", ""):
                continue
            if not isinstance(message, str):
                known = plurals.setdefault((context, message[0]), message[1])
                if known != message[1]:
                    raise Collision(f"{name}: {message[0]!r} has two plurals: {known!r} and {message[1]!r}")
            catalog.add(message, locations=[(name, 0)], auto_comments=comments, context=context)
    return catalog


def po_path(locale: str) -> Path:
    return LOCALE / locale / "LC_MESSAGES" / "muniment.po"


def read(locale: str) -> Catalog:
    path = po_path(locale)
    if not path.exists():
        return Catalog(locale=locale, domain="muniment", project="Muniment", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=locale, domain="muniment", abort_invalid=True)


def po_bytes(catalog: Catalog) -> bytes:
    out = io.BytesIO()
    write_po(out, catalog, width=120, omit_header=False, sort_output=True, include_lineno=False, include_previous=False)
    # Dates and the tool's name say nothing about the words and would change with every run.
    drop = (
        b'"POT-Creation-Date',
        b'"PO-Revision-Date',
        b'"Generated-By',
        b'"Last-Translator',
        b'"Language-Team',
        b'"Report-Msgid',
    )
    lines = [line for line in out.getvalue().splitlines() if line != b"#" and not line.startswith((*drop, b"# "))]
    return b"\n".join(lines).strip() + b"\n"


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def mo_bytes(catalog: Catalog) -> bytes:
    catalog.creation_date = EPOCH  # or the file would change with every run
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def merged(locale: str, template: Catalog) -> Catalog:
    """The catalogue with the code's messages: known translations kept, new ones empty, vanished ones dropped."""
    catalog = read(locale)
    catalog.update(template, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    catalog.fuzzy = False
    return catalog


def fields(text: str) -> set[str]:
    """The placeholders of a template: `{name}` and `{name:format}` by name, `%(name)s` and a template's `%%` as they stand."""
    named = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    return named | set(re.findall(r"%\(\w+\)[sd]|%%", text))


def _forms(message: Message) -> list[tuple[str, str]]:
    """(English, translation) pairs of a message: one, or one for each plural form."""
    if isinstance(message.id, str):
        return [(message.id, str(message.string))]
    return [(message.id[-1], form) for form in message.string or ()]


def faults(locale: str, catalog: Catalog, template: Catalog) -> Iterator[str]:
    """What is wrong with a catalogue, one sentence each."""
    for message in template:
        if not message.id:
            continue
        known = catalog.get(message.id, message.context)
        if known is None:
            yield f"{locale}: missing: {message.id!r}"
        elif not all(form for _, form in _forms(known)):
            yield f"{locale}: not translated: {message.id!r}"
        elif known.fuzzy:
            yield f"{locale}: fuzzy: {message.id!r}"
        else:
            yield from _field_faults(locale, known)
    for message in catalog:
        if message.id and template.get(message.id, message.context) is None:
            yield f"{locale}: no longer said: {message.id!r}"


def _field_faults(locale: str, message: Message) -> Iterator[str]:
    for english, form in _forms(message):
        try:
            same = fields(english) == fields(form)
        except ValueError as error:
            yield f"{locale}: not a template ({error}): {form!r}"
            continue
        if not same:
            yield f"{locale}: placeholders differ: {english!r} has {sorted(fields(english))}, {form!r} {sorted(fields(form))}"


def _key(message: Message) -> tuple[str | None, str]:
    # What reads a compiled catalogue gives contexts back as bytes.
    given: str | bytes | None = message.context
    context = given.decode() if isinstance(given, bytes) else given
    return context, message.id if isinstance(message.id, str) else message.id[0]


def _said(catalog: Catalog) -> dict[tuple[str | None, str], list[tuple[str, str]]]:
    return {_key(m): _forms(m) for m in catalog if m.id and all(form for _, form in _forms(m))}


def compiled_faults(locale: str, catalog: Catalog) -> Iterator[str]:
    """Whether the compiled catalogues say what the readable one says."""
    for name in COMPILED:
        path = po_path(locale).with_name(name)
        if not path.exists():
            yield f"{locale}: {name} is absent; run ./dev messages"
            continue
        with path.open("rb") as file:
            compiled = read_mo(file)
        if _said(compiled) != _said(catalog):
            yield f"{locale}: {name} is older than muniment.po; run ./dev messages"


def check() -> list[str]:
    template = collect()
    found: list[str] = []
    for locale in LOCALES:
        catalog = read(locale)
        found += faults(locale, catalog, template)
        found += compiled_faults(locale, catalog)
    return found


def rewrite() -> None:
    template = collect()
    for locale in LOCALES:
        catalog = merged(locale, template)
        path = po_path(locale)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(po_bytes(catalog))
        compiled = mo_bytes(read(locale))
        for name in COMPILED:
            path.with_name(name).write_bytes(compiled)


if __name__ == "__main__":
    if "--check" not in sys.argv[1:]:
        rewrite()
    problems = check()
    print("\n".join(problems) if problems else f"catalogues complete: {', '.join(LOCALES)}")
    sys.exit(bool(problems))
