"""The words of what the firm sends in a form: templates with their parameters, messages with buttons and lists."""

from typing import Any

from muniment.capture.exact import text_of
from muniment.capture.item import words_in

_SILENT = {
    "type",
    "id",
    "sub_type",
    "index",
    "payload",
    "code",
    "policy",
    "link",
    "flow_token",
    "name",
    "parameter_name",
}
"""Members that are no words to a reader."""


def words_of_template(body: dict[str, Any]) -> str:
    """A template's name, then its parameters in order: the template's own words are Meta's, and not in the request."""
    return "\n".join(filter(None, (text_of(body.get("name")), _words(body.get("components")))))


def words_of_interactive(body: dict[str, Any]) -> str:
    """Header, body and footer, then what there is to choose."""
    return "\n".join(filter(None, (_words(body.get(name)) for name in ("header", "body", "footer", "action"))))


def _words(value: Any) -> str:
    if type(value) is dict:
        return "\n".join(filter(None, (_words(inner) for name, inner in value.items() if name not in _SILENT)))
    if type(value) is list:
        return "\n".join(filter(None, map(_words, value)))
    return words_in(value)
