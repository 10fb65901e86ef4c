"""One module a command: its words for `--help`, its arguments, and what it prints."""
