"""Finds a capture account by its name, and says which names a new one may bear.

The query language asks for an account by name, folded, between quotation marks at most; so a new account bears a name that
can be asked for, and that no other account answers to.
"""

from muniment.desk.archive.narrow import term
from muniment.desk.desk import Desk
from muniment.record.errors import Refused
from muniment.search.ast import Field
from muniment.search.grammar import parse
from muniment.search.tokens import fold


def find_account(desk: Desk, name: str, connector: str) -> str | None:
    """The source of the account called `name`, None where there is none yet; raises Refused when it cannot be used."""
    if not name.strip() or len(name) > 200 or not name.isprintable() or name != name.strip():
        raise Refused("an account's name is printable text of 1 to 200 characters; give one")
    row = desk.catalog.execute("SELECT source, connector FROM account WHERE name = ?", (name,)).fetchone()
    if row is None:
        _new(desk, name)
        return None
    if row[1] != connector:
        raise Refused(
            "the account {name} is one of {known}; import {connector} files under another account",
            name=repr(name),
            known=row[1],
            connector=connector,
        )
    return str(row[0])


def asking_for(name: str) -> str:
    """The term of the query language that finds what came through the account `name`; empty where it cannot be said."""
    written = term("account", name)
    try:
        return written if parse(written).node == Field("account", name) else ""
    except Refused:
        return ""


def alike(desk: Desk, name: str) -> str | None:
    """Another account whose name is the same when folded."""
    wanted = fold(name)
    rows = desk.catalog.execute("SELECT name FROM account ORDER BY name").fetchall()
    return next((str(other) for (other,) in rows if fold(other) == wanted and other != name), None)


def _new(desk: Desk, name: str) -> None:
    if not asking_for(name):
        raise Refused("an account's name has a letter or digit and no quotation mark, so that a search can ask for it")
    other = alike(desk, name)
    if other is not None:
        raise Refused(
            "a search could not tell {name} from the account {other}; choose another name",
            name=repr(name),
            other=repr(other),
        )
