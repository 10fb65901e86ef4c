"""A line, row or element of a file that cannot be read as a message: it is kept all the same, and named."""


class LineRejected(ValueError):
    """A line that is no message; `reason` says what was expected and what came, without the line's content."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
