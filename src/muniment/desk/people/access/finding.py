"""Finds people by what is known of them, as search finds words: 陈大文 finds 陳大文, whatever the case and width of letters.

No database folds so. A firm knows some thousands of people; what was folded once is kept.
"""

from collections.abc import Iterator
from functools import lru_cache

from muniment.desk.people.models import Handle, Person
from muniment.search.tokens import fold

_LONGEST = 200
"""Characters of a search that are looked at."""


def find(search: str) -> list[tuple[int, str]]:
    """Number and kind of everybody whose name, other name, id, e-mail or handle holds `search`, by name; of all for nothing."""
    people = Person.objects.order_by("name", "id")
    wanted = _folded(search[:_LONGEST].strip())
    if not wanted:
        return list(people.values_list("id", "kind"))
    close = "".join(wanted.split())
    handled = set(_handled(wanted))
    known = people.values_list("id", "kind", "key", "email", "name", "other_name")
    return [
        (number, kind)
        for number, kind, key, email, *names in known.iterator()
        if number in handled
        or wanted in _folded(key)
        or wanted in _folded(email)
        or any(wanted in _folded(name) or close in _close(name) for name in names)
    ]


def _handled(wanted: str) -> Iterator[int]:
    for person, native in Handle.objects.values_list("person", "native").iterator():
        if wanted in _folded(native):
            yield person


@lru_cache(200_000)
def _folded(text: str) -> str:
    return fold(text)


@lru_cache(200_000)
def _close(name: str) -> str:
    """A name without its spaces: in Chinese some write one between family name and given name."""
    return "".join(_folded(name).split())
