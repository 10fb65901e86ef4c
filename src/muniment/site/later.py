"""Addresses whose code is loaded when the first of them is asked for, and not while somebody waits for the first page."""

from django.urls import URLResolver


class Later(URLResolver):
    """The addresses of a module that has a namespace of its own; the module is imported when one of them is looked up."""

    def _populate(self) -> None:
        """Nothing: Django calls this for every name it looks up, and of a namespace it wants only that it is there.

        Whoever looks up a name within the namespace is given `url_patterns`, which imports the module.
        """
