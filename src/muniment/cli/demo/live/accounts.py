"""Connects the demonstration's live accounts, each with settings of its own making, an owner, and hours in which it is usually heard."""

import hashlib
import secrets
import string
from collections.abc import Mapping

from muniment.capture.wecom.keys import new_pair
from muniment.cli.demo.cast import CANDY, DESK, LINE, RACHEL, Person
from muniment.cli.demo.live.hours import Sources
from muniment.cli.demo.live.meta import NUMBER_ID
from muniment.cli.demo.live.tencent import APP
from muniment.desk.archive.actions import settle
from muniment.desk.desk import Desk

WHATSAPP, OFFICIAL, ARCHIVE = "whatsapp-business", "wechat-official", "wecom-archive"
KEEPER = "hls-gko"
"""The firm's id of whoever answers for the machine."""
_LETTERS = string.ascii_letters + string.digits


def connect(desk: Desk, people: Mapping[str, int]) -> dict[str, str]:
    """Enter them, all off; the source of each by its name."""
    from muniment.desk.channels import actions

    keeper, operations = people[KEEPER], people[CANDY.id]
    sources = {
        WHATSAPP: actions.connect(
            desk,
            WHATSAPP,
            "whatsapp_cloud",
            {
                "app_secrets": secrets.token_hex(16),
                "access_token": secrets.token_urlsafe(32),
                "phone_number_id": NUMBER_ID,
            },
            owner=operations,
        ),
        OFFICIAL: actions.connect(
            desk,
            OFFICIAL,
            "wechat",
            {
                "platform": "official",
                "receiver": APP,
                "token": secrets.token_hex(16),
                "encoding_aes_key": "".join(secrets.choice(_LETTERS) for _ in range(42)) + "A",
            },
            owner=operations,
        ),
        # Without the vendor's library, which is not ours to give, it stays off.
        ARCHIVE: actions.connect(
            desk,
            ARCHIVE,
            "wecom",
            {
                "corpid": "ww0a1b2c3d4e5f6789",
                "secret": secrets.token_urlsafe(32),
                "private_keys": f"1:\n{new_pair().private.decode()}",
                "library_path": "/opt/wecom/libWeWorkFinanceSdk_C.so",
                "library_sha256": hashlib.sha256(b"not here yet").hexdigest(),
            },
            owner=keeper,
        ),
        # Accounts that had come as files so far.
        DESK.name: actions.connect(desk, DESK.name, "ndjson", {}, owner=operations),
        LINE.name: actions.connect(desk, LINE.name, "ndjson", {}, owner=keeper),
    }
    # Longer than the demonstration's own hours, at whatever time of day it is made; all but the line, which falls silent in them.
    actions.change(desk, sources[DESK.name], {}, quiet=actions.Quiet(240, 9, 18, weekdays=True))
    actions.change(desk, sources[WHATSAPP], {}, quiet=actions.Quiet(240, 8, 22, weekdays=False))
    actions.change(desk, sources[OFFICIAL], {}, quiet=actions.Quiet(480, 8, 22, weekdays=False))
    actions.change(desk, sources[LINE.name], {}, quiet=actions.Quiet(30, 0, 0, weekdays=False))
    settle(desk)
    return sources


def give(desk: Desk, person: Person, people: Mapping[str, int], source: str) -> None:
    """Say who holds an account."""
    from muniment.desk.people import actions

    actions.begin_holding(desk, people[person.id], source)


def switch_on(desk: Desk, people: Mapping[str, int], sources: Mapping[str, str]) -> Sources:
    """Switch on all but the chat archive, whose library is missing; the register has to let each."""
    from muniment.desk.channels import actions

    give(desk, RACHEL, people, sources[WHATSAPP])
    for name in (WHATSAPP, OFFICIAL, DESK.name, LINE.name):
        actions.switch_on(desk, sources[name])
    return Sources(sources[WHATSAPP], sources[OFFICIAL], sources[DESK.name], sources[LINE.name])
