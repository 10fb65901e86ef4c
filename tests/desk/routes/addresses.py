"""Every address that Django knows, the door of each, and how a test asks there."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from muniment.desk.authority import Capability as Can

if TYPE_CHECKING:
    from django.test import Client

NOTHING: Mapping[str, Any] = MappingProxyType({})
SAFE = ("GET", "HEAD")

API: Mapping[str, tuple[Can | None, str]] = MappingProxyType(
    {
        "api:search": (Can.READ, "GET"),
        "api:own": (Can.OWN, "GET"),
        "api:count": (Can.READ, "GET"),
        "api:facets": (Can.READ, "GET"),
        "api:events": (Can.READ, "GET"),
        "api:conversation": (Can.READ, "GET"),
        "api:conversation_members": (Can.READ, "GET"),
        "api:audience": (Can.READ, "GET"),
        "api:record": (Can.READ, "GET"),
        "api:proof": (Can.READ, "GET"),
        "api:raw": (Can.READ, "GET"),
        "api:imports": (Can.IMPORT, "GET"),
        "api:one": (Can.IMPORT, "GET"),
        "api:accounts": (Can.ACCOUNTS, "GET"),
        "api:account": (Can.ACCOUNTS, "GET"),
        "api:connections": (Can.ACCOUNTS, "GET"),
        "api:gaps": (Can.ACCOUNTS, "GET"),
        "api:register": (Can.ACCOUNTS, "GET"),
        "api:listing": (Can.PRODUCE, "GET"),
        "api:order": (Can.PRODUCE, "POST"),
        "api:detail": (Can.PRODUCE, "GET"),
        "api:download": (Can.PRODUCE, "POST"),
        "api:me": (None, "GET"),
        "api:people": (Can.PEOPLE, "GET"),
        "api:person": (Can.PEOPLE, "GET"),
        "api:log": (Can.AUDIT, "GET"),
        "api:entry": (Can.AUDIT, "GET"),
        "api:needs": (Can.ATTENTION, "GET"),
        "api:system": (Can.SYSTEM, "GET"),
    }
)
"""What each operation of the API asks for, None of whoever signed in, and its method: its pages' doors say it in code."""


@dataclass(frozen=True)
class Route:
    """One address."""

    name: str
    pattern: str
    view: Any = field(repr=False)
    kwargs: tuple[str, ...] = ()

    @property
    def door(self) -> tuple[Can | None, tuple[str, ...]] | None:
        """The capability that its door asks for, None for whoever signed in, and the methods; None where it has no door."""
        if self.name in API:
            wanted, method = API[self.name]
            return wanted, SAFE[:1] if method == "GET" else (method,)
        found: tuple[Can | None, tuple[str, ...]] | None = getattr(self.view, "door", None)
        return found

    @property
    def wants(self) -> Can | None:
        """The capability that its door asks for."""
        return None if self.door is None else self.door[0]

    def takes(self, method: str) -> bool:
        """Whether its door lets a method through."""
        return self.door is not None and method in self.door[1]

    @property
    def of_the_api(self) -> bool:
        """Whether a program asks here."""
        return self.name.startswith("api:")

    @property
    def of_the_library(self) -> bool:
        """Whether it is one of the sign-in library's own pages."""
        return self.pattern.startswith("sign-in/")


def routes() -> list[Route]:
    """Every address that Django knows."""
    from django.urls import get_resolver

    def walk(patterns: Any, before: str, space: str) -> Iterator[Route]:
        for each in patterns:
            if hasattr(each, "url_patterns"):
                inner = f"{space}{each.namespace}:" if each.namespace else space
                yield from walk(each.url_patterns, before + str(each.pattern), inner)
            else:
                pattern = before + str(each.pattern)
                names = tuple(re.findall(r"<(?:\w+:)?(\w+)>", pattern))
                yield Route(f"{space}{each.name}", pattern, each.callback, names)

    return list(walk(get_resolver().url_patterns, "", ""))


def ask(browser: "Client", method: str, path: str, data: Mapping[str, Any] = NOTHING) -> Any:
    """One request; a form's fields stand in the body of a POST, else in the address."""
    given = urlencode(data, doseq=True)
    if method != "POST":
        return browser.generic(method, f"{path}?{given}" if given else path)
    return browser.generic(method, path, data=given, content_type="application/x-www-form-urlencoded")


def body(answer: Any) -> str:
    """What an answer says."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(content.decode("utf-8", "replace"))
