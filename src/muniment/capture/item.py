"""An object of a platform's, out of which a decoder takes what has a place in an event; what is left goes to `extra`."""

from typing import Any

from muniment.capture.exact import text_of


class Item:
    """The members of an object. A member is taken only when it is of the kind asked for, and once: so nothing gets lost."""

    __slots__ = ("left",)

    def __init__(self, members: dict[str, Any]) -> None:
        self.left = dict(members)

    def see(self, name: str) -> Any:
        """A member, which stays."""
        return self.left.get(name)

    def words(self, name: str) -> str:
        """Text, taken; empty where there is none."""
        value = self.left.get(name)
        if type(value) is not str:
            return ""
        del self.left[name]
        return value

    def ident(self, name: str) -> str | None:
        """An id, taken: text that is not empty, or an integer, as text."""
        found = text_of(self.left.get(name))
        if found is not None:
            del self.left[name]
        return found

    def constant(self, name: str, expected: str) -> bool:
        """Take a member that says what is known anyway; one that says something else stays."""
        if self.left.get(name) != expected:
            return False
        del self.left[name]
        return True

    def inner(self, name: str) -> "Item":
        """An object within, taken; `put` gives back what is left of it. Empty where there is none."""
        value = self.left.get(name)
        if type(value) is not dict:
            return Item({})
        del self.left[name]
        return Item(value)

    def items(self, name: str) -> list[dict[str, Any]]:
        """The objects of a list, taken; what else stands in the list stays there."""
        value = self.left.get(name)
        if type(value) is not list:
            return []
        found = [entry for entry in value if type(entry) is dict]
        other = [entry for entry in value if type(entry) is not dict]
        del self.left[name]
        if other:
            self.left[name] = other
        return found

    def put(self, name: str, value: Any) -> None:
        """Give back what is left of something that was taken; nothing where nothing is left."""
        left = value.left if isinstance(value, Item) else value
        if left not in ({}, [], None):
            self.left[name] = left

    def back(self, name: str, items: list[Any]) -> None:
        """Give back what is left of the objects of a list, before what was never taken."""
        if items:
            self.left[name] = [*items, *self.left.get(name, ())]


def words_in(value: Any) -> str:
    """All text within a value, a line each: what an unknown thing can be found by."""
    if type(value) is str:
        return value
    if type(value) is dict:
        number = text_of(value)
        return number if number is not None else "\n".join(filter(None, map(words_in, value.values())))
    if type(value) is list:
        return "\n".join(filter(None, map(words_in, value)))
    return ""


def beside(left: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """`extra`: what is left of the source's members, and what we found; a member of the same name gets a `$` before its own."""
    extra = dict(left)
    for name, value in found.items():
        if name in extra:
            other = f"${name}"
            while other in extra or other in found:
                other = f"${other}"
            extra[other] = extra.pop(name)
        extra[name] = value
    return extra
