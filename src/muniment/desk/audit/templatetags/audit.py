"""The sentence of an entry, in a template."""

from django import template
from django.utils.safestring import SafeString

from muniment.capture.audit import Entry
from muniment.desk.audit import sentences

register = template.Library()


@register.simple_tag
def sentence(entry: Entry) -> SafeString:
    """What an entry says, in the reader's language."""
    return sentences.sentence(entry)
