"""What Muniment says when it refuses.

Every refusal is one sentence that says what was expected, what came and what to do. The sentence is kept as an English
template with named values, so that the edge (command line, page) can print it in the reader's language. Values never
hold a secret or a message's content: names of files, numbers, identifiers and time zones only.
"""

from typing import ClassVar


class MunimentError(Exception):
    """Root of all refusals; raise one of its children."""

    exit_code: ClassVar[int] = 1

    def __init__(self, template: str, /, **values: object) -> None:
        super().__init__(template)
        self.template = template
        self.values = values

    def __reduce__(self) -> tuple[object, ...]:
        return _again, (type(self), self.template, self.values)

    def __str__(self) -> str:
        return self.template.format(**self.values)


class Refused(MunimentError):
    """The request or the input is not acceptable as it stands; nothing was changed."""

    exit_code = 2


class NotFound(MunimentError):
    """What was named does not exist, or not for this reader."""

    exit_code = 3


class Damaged(MunimentError):
    """Evidence does not check: a hash, a signature, a size or an order is not what it must be."""

    exit_code = 4


class WrongKey(MunimentError):
    """A key is missing, or is not the one this archive was sealed with."""

    exit_code = 5


class Busy(MunimentError):
    """Another process holds what this one needs; try again when it has finished."""

    exit_code = 6


class StorageFailed(MunimentError):
    """The disk refused a write; the process stopped at the first error and acknowledged nothing after it."""

    exit_code = 7


def _again(kind: type[MunimentError], template: str, values: dict[str, object]) -> MunimentError:
    """A refusal as another process raised it."""
    return kind(template, **values)
