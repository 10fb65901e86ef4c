"""The dashboard app: what needs attention, how the system runs, and the set-up of a new archive."""
