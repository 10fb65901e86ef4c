"""The words that `is:` and `has:` know: what the connectors and the catalog mark events with.

A word outside these lists is a typing error, and an answer of nothing to it would be false comfort; so it is refused.
"""

from typing import Final

FLAGS: Final = (
    "alternatives_differ",
    "ambiguous_author",
    "ambiguous_boundary",
    "ambiguous_time",
    "attachment_path_refused",
    "blocked",
    "bot",
    "charset_guessed",
    "declared_timezone",
    "deleted",
    "diverged",
    "doorbell",
    "draft",
    "echo",
    "edited",
    "error",
    "failed",
    "file_deleted",
    "forwarded",
    "frequently_forwarded",
    "handed_in",
    "history",
    "inbound",
    "missed",
    "original_unknown",
    "outbound",
    "outbox",
    "partial",
    "placeholder",
    "queued",
    "rejected",
    "repaired",
    "reply",
    "same_id",
    "time_ambiguous",
    "time_from_received",
    "time_inferred",
    "time_nonexistent",
    "unanswered",
    "unchanged",
    "unsupported",
    "vanished",
    "voicemail",
    "zone_assumed",
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
