"""Readers of sound that no browser plays. Each has `load`, before the walls are up, and `read`, behind them; only the child calls them."""
