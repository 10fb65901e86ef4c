"""The last hours before a demonstration is made, by its own clock: what comes in, what the worker does meanwhile, what it misses.

Words and people are made up; nothing in them answers a query of the stories.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from muniment.capture.feeds.ledger import Ledger
from muniment.capture.feeds.live import Live
from muniment.capture.feeds.runner import fetch_some
from muniment.capture.whatsapp_cloud.live import WhatsAppCloudLive
from muniment.cli.demo.cast import CANDY, CLIENTS, DEREK, RAYMOND
from muniment.cli.demo.clock import Clock
from muniment.cli.demo.conversations import chat_key
from muniment.cli.demo.live.door import Door
from muniment.cli.demo.live.meta import GONE, NUMBER, Meta, number_of, people, wamid
from muniment.cli.demo.live.pushed import Gateway
from muniment.cli.demo.live.tencent import Tencent
from muniment.cli.demo.model import stream
from muniment.desk.archive.keeper import Keeper
from muniment.desk.desk import Desk

HOURS = timedelta(hours=3)
"""How far back a demonstration begins."""
GROUP = "Y2FwaV9ncm91cDpITFMtd2hpdG1vcmU"
HELEN, LAU, ARUN, JANICE, GILLIAN, QIAN = (
    CLIENTS[each] for each in ("hwhitmore", "slau", "anair", "jchoy", "gsinclair", "lqian")
)
LUO, FAN, TAO = (CLIENTS[each] for each in ("xluo", "yfan", "ctao"))


@dataclass(frozen=True, slots=True)
class Sources:
    """The accounts that are connected and on, by their sources."""

    whatsapp: str
    official: str
    desk_chat: str
    client_line: str


def pass_by(desk: Desk, clock: Clock, sources: Sources, seed: int) -> None:
    """Let the hours pass: deliveries through the ordinary doors, and after each the worker's rounds, until the clock is right again."""
    hours = _Hours(desk, clock, sources, seed)
    hours.watch()  # from here on, whatever names what never came is a gap
    for minutes in hours.run():
        hours.work()
        clock.forward(timedelta(minutes=minutes))
    hours.work()
    clock.forward(timedelta())


class _Hours:
    """Everybody who delivers, and the worker."""

    def __init__(self, desk: Desk, clock: Clock, sources: Sources, seed: int) -> None:
        from muniment.desk.channels import access

        self._desk, self._sources, self._seed = desk, sources, seed
        self._whatsapp = Door(desk, clock, sources.whatsapp)
        self.meta = Meta(self._whatsapp)
        self.tencent = Tencent(Door(desk, clock, sources.official))
        self.chat = Gateway(Door(desk, clock, sources.desk_chat), "dc-live")
        self.line = Gateway(Door(desk, clock, sources.client_line), "cl-live")
        self._keeper = Keeper(desk, lambda: access.pulses(desk.archive))

    def run(self) -> Iterator[int]:
        """Each stop ends with how many minutes before the end the next begins."""
        yield 168
        self._test_messages()
        yield 160
        self._what_the_telephone_knew()
        yield 152
        self._a_group()
        self._line_is_heard("Could you tell me how to reach the dealing desk from abroad?")
        yield 138
        self._a_statement()
        yield 121
        self._an_order()
        self._line_is_heard("Are you open on Monday? The holiday table on your site is last year's.")
        yield 95
        self._followers()
        self._line_is_heard("Thank you, that is all I needed.")
        yield 72
        self._names_what_never_came()
        yield 47
        self.tencent.knock()
        self.tencent.knock()
        self.chat_again()
        yield 9
        self.meta.says(GILLIAN, 41, text={"body": "Got the statement, thank you. All in order."})
        self.tencent.says(FAN, 4, "收到了，谢谢客服。")
        yield 1
        self._chat("dc-rbecker", "rbecker", "Morning note received, nothing to do for us today.")

    # ── The worker ───────────────────────────────────────────────────────────────────────────────────────────────────

    def work(self) -> None:
        """Seal and project what came, beat, fetch files, look for what is missing; seal what was found."""
        self._keeper.keep()
        ledger, stop = Ledger(self._desk.archive), threading.Event()
        known = {self._whatsapp.source: self._whatsapp.connection}
        while fetch_some(self._desk.archive, ledger, known, self._find, stop):
            pass
        self.watch()
        self._keeper.keep()

    def watch(self) -> None:
        """One look at every connection."""
        from muniment.desk.channels.watch import look

        look(self._desk)

    def _find(self, name: str) -> Live:
        if name != WhatsAppCloudLive.name:
            raise LookupError(name)
        return cast("Live", WhatsAppCloudLive(self.meta.shelf))

    # ── What comes in ────────────────────────────────────────────────────────────────────────────────────────────────

    def _test_messages(self) -> None:
        """Three accounts are proven; of the official account nobody has sent one."""
        from muniment.desk.channels import actions

        words = {
            each: f"canary {actions.send_canary(self._desk, each)}"
            for each in (self._sources.whatsapp, self._sources.desk_chat, self._sources.client_line)
        }
        self.meta.says(CANDY, 1, text={"body": words[self._sources.whatsapp]})
        self.chat.push(self.chat.line("dc-operations", "Operations", CANDY, words[self._sources.desk_chat]))
        self.line.push(self.line.line("test", "Test", CANDY, words[self._sources.client_line]))

    def _what_the_telephone_knew(self) -> None:
        """The app hands its history over: of one picture the platform has nothing any more."""
        week = 9 * 86_400
        picture = {"id": GONE, "mime_type": "image/jpeg", "caption": "簽咗名嗰版"}
        told = [
            self.meta.message(LAU, 11, "image", ago=week, image=picture, history_context={"status": "READ"}),
            {
                **self.meta.message(LAU, 12, "text", ago=week - 240, text={"body": "劉太，收到，已交俾開戶部。"}),
                "from": NUMBER,
                "to": number_of(LAU),
                "history_context": {"status": "READ", "from_me": True},
            },
        ]
        chunk = {"metadata": {"phase": 0, "chunk_order": 1, "progress": 100}}
        self.meta.post("history", history=[{**chunk, "threads": [{"id": number_of(LAU), "messages": told}]}])

    def _a_group(self) -> None:
        """A group is made; one client joins it, another leaves."""
        self.meta.group(
            GROUP,
            "group_create",
            about="group_lifecycle_update",
            subject="Whitmore family office",
            description="Statements and corporate actions",
            added_participants=people(HELEN, ARUN),
        )
        self.meta.says(
            HELEN,
            21,
            group_id=GROUP,
            text={"body": "Good to have this in one place. Please send the quarterly statement here."},
        )
        self.meta.says(
            ARUN, 22, group_id=GROUP, text={"body": "My mandate ended in June, please take me off this group."}
        )
        self.meta.group(GROUP, "group_participants_remove", removed_participants=people(ARUN))
        self.meta.group(GROUP, "group_participants_add", added_participants=people(GILLIAN))

    def _a_statement(self) -> None:
        """Chinese, a document, a voice note, a picture that is not the one announced; delivered once more by the platform."""
        shelf, choose = self.meta.shelf, stream(self._seed, "live")
        body = self.meta.says(LAU, 23, text={"body": "你好，請問月結單幾時寄出？我轉咗地址"})
        self.meta.again(body)
        self.meta.writes("劉太，月結單今日會電郵俾你。新地址請影張證明俾我哋。", LAU, 24)
        self.meta.status(24, "delivered", LAU)
        self.meta.status(24, "read", LAU)
        photo = shelf.put("551001", "jpg", "", choose, other=True)
        self.meta.says(LAU, 25, "image", image={**photo, "caption": "電費單"})
        statement = shelf.put("551002", "pdf", "Proof of address", choose)
        self.meta.says(QIAN, 26, "document", document={**statement, "filename": "地址证明.pdf", "caption": "请查收"})
        self.meta.says(QIAN, 27, text={"body": "资料收到了吗？什么时候可以入金？"})
        voice = shelf.put("551003", "opus", "", choose)
        self.meta.says(GILLIAN, 28, "audio", audio={**voice, "voice": True})

    def _an_order(self) -> None:
        """An order that is corrected, read back, confirmed by a sign; and a message that is taken back."""
        self.meta.says(HELEN, 31, text={"body": "Please sell 400 HSBC (0005.HK) at 101.2, good for the day."})
        new = {"type": "text", "text": {"body": "Please sell 400 HSBC (0005.HK) at 101.4, good for the day."}}
        self.meta.says(HELEN, 32, "edit", edit={"original_message_id": wamid(31), "message": new})
        self.meta.writes(
            "Read-back: sell 400 HSBC (0005.HK), limit 101.4, good for the day. Correct?",
            HELEN,
            33,
            context={"from": number_of(HELEN), "id": wamid(31)},
        )
        for status in ("sent", "delivered", "read"):
            self.meta.status(33, status, HELEN)
        self.meta.says(HELEN, 34, "reaction", reaction={"message_id": wamid(33), "emoji": "👍"})
        self.meta.says(HELEN, 35, text={"body": "And the rest of it at market."})
        self.meta.says(HELEN, 36, "revoke", revoke={"original_message_id": wamid(35)})
        self._chat("dc-rbecker", "rbecker", "Please book the 9:45 call on the recorded line.")

    def _followers(self) -> None:
        """The official account: somebody follows it, asks, presses a button of its menu; somebody leaves."""
        self.tencent.does(LUO, "subscribe", "qrscene_lobby")
        self.tencent.says(LUO, 1, "你好，开户需要带什么证件？")
        self.tencent.does(LUO, "CLICK", "OPENING_HOURS")
        self.tencent.says(FAN, 2, "请问今天的公司行动通知发了吗？")
        self.tencent.says(TAO, 3, "不用再推送了，谢谢。")
        self.tencent.does(TAO, "unsubscribe")

    def _names_what_never_came(self) -> None:
        """A reply, a status and a recall, each of a message that is not in the archive; a line that breaks off."""
        context = {"from": NUMBER, "id": wamid(900)}
        self.meta.says(JANICE, 37, text={"body": "OK, 就揀第二個 option, thanks"}, context=context)
        self.meta.status(901, "read", QIAN)
        self._chat("dc-jwu", "jwu", "", recalls="dc-gateway-8812")
        whole = self.chat.line("dc-dhui", CLIENTS["dhui"].name, RAYMOND, "許先生，成交單已電郵。")
        self.chat.push(whole, whole[: len(whole) // 2] + b"\n")

    def chat_again(self) -> None:
        """The gateway asks again with the same ids, as it does when it got no answer."""
        line = self.chat.line("dc-rbecker", CLIENTS["rbecker"].name, RAYMOND, "Will do, 9:45 on the recorded line.")
        self.chat.push(line)
        self.chat.push(line)

    def _chat(self, conversation: str, client: str, text: str, **more: str) -> None:
        who = CLIENTS[client]
        self.chat.push(self.chat.line(conversation, who.name, who, text, **more))

    def _line_is_heard(self, text: str) -> None:
        """The client line, which says nothing any more soon."""
        who = CLIENTS["nfung"]
        key = chat_key("client-line", "nfung")
        self.line.push(
            self.line.line(key, who.name, who, text, recipients=[DEREK.id]),
        )
