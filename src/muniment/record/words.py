"""How the house says things in the reader's language without knowing which: the words are handed in.

Code below `site` marks a sentence with `_` and prints it through the `Words` it was given; English needs no catalogue.
The catalogues themselves, and the choice of a language, are `muniment.site.words` (docs/adr/0001).
"""

import gettext
from typing import Protocol


class Words(Protocol):
    """A catalogue: English in, the reader's language out; what it does not know comes back in English."""

    def gettext(self, message: str, /) -> str:
        """`message` in the reader's language."""
        ...

    def ngettext(self, singular: str, plural: str, n: int, /) -> str:
        """The form for `n` things; the caller fills in `{n}`."""
        ...


ENGLISH: Words = gettext.NullTranslations()
"""The words as they are written in the code."""


def _(message: str) -> str:
    """Mark a literal for the catalogues and give it back unchanged."""
    return message
