"""The sentence of an entry and the names of its numbers, in a template."""

from django import template
from django.utils.safestring import SafeString

from muniment.capture.audit import Entry
from muniment.desk.audit import numbers, sentences

register = template.Library()


@register.simple_tag
def sentence(entry: Entry) -> SafeString:
    """What an entry says, in the reader's language."""
    return sentences.sentence(entry)


@register.filter
def number_name(name: str) -> str:
    """What an entry's number counts, in the reader's language."""
    return numbers.number_name(name)
