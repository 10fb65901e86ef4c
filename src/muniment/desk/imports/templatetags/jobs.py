"""A refusal of a job, and a kind of source, in the reader's language."""

from django import template

from muniment.desk import jobs
from muniment.desk.archive import sayings
from muniment.record.errors import MunimentError

register = template.Library()


@register.filter
def spoken(error: MunimentError | None) -> str:
    """The sentence; empty where there is none."""
    return "" if error is None else jobs.spoken(error)


@register.filter
def channel_name(connector: str) -> str:
    """What people call a connector."""
    return sayings.channel(connector)
