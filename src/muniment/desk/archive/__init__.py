"""The archive app: what was captured, how it is found and read, and how it is brought in."""
