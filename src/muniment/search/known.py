"""The words that `is:` and `has:` know: what the connectors and the catalog mark events with.

A word outside these lists is a typing error, and an answer of nothing to it would be false comfort; so it is refused.
"""

from typing import Final

FLAGS: Final = (
    "ambiguous_author",
    "ambiguous_boundary",
    "ambiguous_time",
    "attachment_path_refused",
    "declared_timezone",
    "deleted",
    "diverged",
    "edited",
    "handed_in",
    "reply",
    "time_ambiguous",
    "time_nonexistent",
    "vanished",
)
"""What an event may be marked with, in order of the alphabet."""

THINGS: Final = (
    "attachment",
    "audio",
    "contact",
    "document",
    "image",
    "link",
    "video",
)
"""What a message may come with, in order of the alphabet."""
