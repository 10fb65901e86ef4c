"""Channels: which accounts are connected to their platforms, how each is heard, what is missing, and what the firm approved."""
