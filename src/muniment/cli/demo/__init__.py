"""The demonstration firm: a Hong Kong broker that never was, written as the export files of its phones and platforms.

Trust: no record is written here; the files go in by the ordinary import, and what its live accounts bring (`live`) by the doors that
platforms use, so the demonstration shows what real files and deliveries would. Everybody in it, every issuer in a story, every
number and domain is invented, and so are the hours in which they came (`clock.py`).
"""

from muniment.cli.demo.firm import ORIGIN, DemoImport, Firm, generate
from muniment.cli.demo.stories import STORIES, Check, Story
from muniment.cli.demo.tour import Step, steps

__all__ = ["ORIGIN", "STORIES", "Check", "DemoImport", "Firm", "Step", "Story", "generate", "steps"]
