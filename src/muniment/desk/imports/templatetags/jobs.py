"""A refusal of a job, in the reader's language."""

from django import template

from muniment.desk import jobs
from muniment.record.errors import MunimentError

register = template.Library()


@register.filter
def spoken(error: MunimentError | None) -> str:
    """The sentence; empty where there is none."""
    return "" if error is None else jobs.spoken(error)
