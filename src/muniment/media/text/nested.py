"""Files within files: an attachment of a mail, a member of an archive, a sheet in a letter; read with what budget is left."""

import sys

from muniment.media import types
from muniment.media.output import Output, Stop, one_line
from muniment.media.readers import module_for
from muniment.media.reading import Family, Note, Status
from muniment.media.sniff import sniff
from muniment.media.text.package import Budget

_SILENT = {Family.IMAGE, Family.AUDIO, Family.VIDEO}


def read(raw: bytes, name: str, output: Output, budget: Budget) -> None:
    """Read a file that stands in another, under its name. What cannot be read is noted; the reading around it goes on.

    Raises `Stop` where a limit of the whole is reached.
    """
    found = sniff(raw, None, name)
    if not raw or found.family in _SILENT:
        return
    module = sys.modules.get(module_for(found.type))  # what was not loaded before the walls cannot be now
    if module is None or found.type == types.LOCKED_OFFICE:
        output.note(Note.PART_ENCRYPTED if found.type == types.LOCKED_OFFICE else Note.PART_UNREAD)
        return
    if len(output.inside) >= budget.limits.depth:
        output.note(Note.DEPTH_LIMIT)
        return
    outer = output.inside
    output.close()
    output.inside = (*outer, one_line(name))
    try:
        module.within(raw, output, budget)
    except Stop as stop:
        if stop.status is Status.TOO_LARGE:
            raise
        output.note(Note.PART_ENCRYPTED if stop.status is Status.ENCRYPTED else stop.note or Note.PART_DAMAGED)
    finally:
        output.close()
        output.inside = outer
