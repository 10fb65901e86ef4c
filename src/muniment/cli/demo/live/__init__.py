"""The demonstration's live accounts: connected as a firm does, then delivered to as their platforms do, and watched as the worker does.

Trust: nothing here writes a record or a row. Deliveries are signed with the secrets that were entered, and go through the function
that answers the platforms' own; gaps are what the watch found. The platforms are this folder: nothing is asked of any other.
"""

from muniment.cli.demo.live.hours import HOURS, pass_by

__all__ = ["HOURS", "pass_by"]
