"""WeCom's C double, for the runner too."""

from tests.capture.wecom.conftest import library, pairs, scenario

__all__ = ["library", "pairs", "scenario"]
