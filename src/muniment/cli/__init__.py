"""The command line: every promise of the archive as a command, with `--json` for programs and one-line errors for people."""
