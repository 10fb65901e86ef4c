"""Readers of text, one type a file. Each has `load`, before the walls are up, and `read`, behind them; only the child calls them."""
