"""One look of a connected WeCom account at its platform, with what was entered for it."""

from muniment.desk.channels import access
from tests.capture.wecom.driven import Driven


def look(driven: Driven) -> None:
    (entered,) = [each.settings for each in access.running(driven.desk.archive) if each.source == driven.source]
    driven.look(entered)
