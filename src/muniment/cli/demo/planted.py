"""The planted stories, word for word. Everybody and every issuer in them is invented; codes lie where none are listed."""

from dataclasses import dataclass
from datetime import date, timedelta

from muniment.cli.demo.cast import (
    CLIENTS,
    DEREK,
    HAILEY,
    MARCUS,
    PHONE_HAILEY,
    PHONE_KELVIN,
    RACHEL,
    RAYMOND,
    ZHAO,
    Person,
)
from muniment.cli.demo.days import Calendar, moment
from muniment.cli.demo.dialogue import Planter
from muniment.cli.demo.model import Conversation, Message, stream
from muniment.cli.demo.traffic import Closed

BLAST_SIZE = 60

_GUARANTEE = """
15:12:08 C 梁小姐，你上次講嗰隻月灣票據，即係點㗎？我啲係棺材本嚟㗎
15:13:30 S 婆婆，呢隻保本㗎，實賺，唔使驚
15:14:02 C 真係保本？上次隔籬阿英買嗰隻都話穩，後尾蝕咗好多
15:14:51 S 今次唔同，保證回報五厘，蝕咗我負責
15:15:40 C 咁我將定期嗰八十萬放晒落去啦，啲表字咁細我睇唔到㗎，你幫我填啦
15:16:12 S 得，份問卷我幫你填，你聽日上嚟簽個名就得
15:17:05 C 好呀，唔該晒你呀梁小姐
"""

_MOVE_AWAY = """
16:20:14 S Julian, quick one. Nice result on the block this morning
16:21:02 C Very. Can we do the same with the second half before the announcement?
16:22:37 S Not here, compliance samples this chat. Let's move to Signal, same number
16:23:05 C ok, adding you now
"""

_RECALLED = """
10:31:20 C 小赵，月岭矿业97226全部卖掉，一股不留，市价马上走
10:31:41 S^ 复述：市价卖出月岭矿业（97226）全部持仓，共46000股，对吗？
10:31:58 C 对，快！
10:33:12 S 已全部成交，均价1.87
"""
_RECALLED_AFTER = """
10:41:30 C 刚才的话当我没说过，你那边也删一下
10:42:10 S 雷总，公司的记录我删不了的
13:05:44 C 公告出来了，跌了三成。我什么都没发过哈
"""

_ECHO = """
10:42:11 C Buy 2000 Kestrel Bay 97311 limit 3.18 day please
10:42:49 S^ Buy 20000 Kestrel Bay (97311) limit 3.18, day order. Placing now
10:43:30 C ok
10:51:06 S Done: bought 20000 Kestrel Bay at 3.18, ref K20417
"""
_ECHO_NEXT_DAY = """
09:22:40 C Raymond, the contract note says HKD 63,600. Shouldn't it be about a tenth of that?
09:31:15 S Let me pull the ticket and ring you on the recorded line
"""

_WIFE = """
11:05:33 C Rachel，星期五到期嗰筆150萬唔好入返我度
11:06:10 C 麻煩過去我太太個戶口，鵜鶘灣銀行，收款人陳秀英，尾號4471
11:08:25 S 尹生，覆述：150萬過去你太太個戶口，收款人陳秀英，係唔係？
11:09:02 C 係，趕住今日之內
11:15:48 S 第三者收款要Compliance批㗎，我問一問先，你等我電話
"""

_BLAST = (
    "您好！漁燈證券Derek：霜橋科技(97518)內部目標價升三倍，名額只限今日，回覆1即入VIP群",
    "你好！漁燈證券Derek：霜橋科技（97518）內部目標價升三倍，名額只限今日，回覆1即入VIP群🚀",
    "Hi！漁燈證券 Derek：霜橋科技97518內部目標價升三倍！名額只限今日，回覆 1 即入VIP群",
    "早晨！漁燈證券Derek：霜橋科技(97518) 內部目標價升三倍，名額只限今日，回覆1即入VIP群 👉",
)
_BLAST_ANSWERS = (
    "邊位？",
    "Who is this? How did you get my number?",
    "请不要再发了",
    "STOP",
    "1",
    "唔該delete我個number",
)


_TEA = "中環午間茶聚"
_TEA_BEFORE = """
12:41:10 S 大家好，開咗個group，逢星期三傾下市況，唔講個別戶口
12:43:02 P 好呀，多謝梁小姐
12:44:37 K 收到，今個禮拜我得閒
12:46:20 S 星期三一點，老地方，我訂咗位
"""
_TEA_AFTER = """
13:20:15 N 大家好，我係婉華，梁小姐介紹入嚟
13:21:40 P 歡迎歡迎
13:24:08 S 下次講債券基金入門，有問題可以先喺度問
"""
_TEA_LATER = """
18:05:30 S 今日嘅講義我遲啲逐個send俾大家
18:07:11 N 唔該晒
"""
"""A group in which somebody comes and somebody goes: who could see the last of it is not who could see the first."""


@dataclass(frozen=True, slots=True)
class Planted:
    """What the planting made: messages, chats that exist for it alone, what must stay silent, and days to name."""

    messages: tuple[Message, ...]
    chats: tuple[Conversation, ...]
    closed: Closed
    days: dict[str, date]
    silent_chat: str
    strangers: tuple[Person, ...]


def plant(seed: int, calendar: Calendar, line: Conversation) -> Planted:
    """Write every story into its chat; `line` is a chat of the client line, whose account the blast goes out by."""
    planter = Planter()
    silence = calendar.business[-18:-15]
    blast_day, recall_day = calendar.back(3), calendar.back(12)
    two_days = calendar.back(7), calendar.back(6)

    planter.talk("guarantee", "phone-hailey-leung", (HAILEY, CLIENTS["ymok"]), calendar.back(9), "yue", _GUARANTEE)
    away = planter.talk("off-channel", "desk-chat", (MARCUS, CLIENTS["jashby"]), calendar.back(22), "en", _MOVE_AWAY)
    _plant_recall(planter, recall_day)
    for day, script in zip(two_days, (_ECHO, _ECHO_NEXT_DAY), strict=True):
        planter.talk("echo-mismatch", "desk-chat", (RAYMOND, CLIENTS["tcheung"]), day, "en", script)
    planter.talk("third-party", "phone-rachel-fong", (RACHEL, CLIENTS["cwan"]), calendar.back(5), "yue", _WIFE)
    _plant_missing_photo(planter, calendar.back(11))
    strangers = _plant_blast(planter, seed, blast_day)
    tea = _plant_tea(planter, calendar)

    closed = Closed(
        accounts={PHONE_KELVIN.name: _whole_days(silence[0], calendar.back(14))},
        chats={away: moment(calendar.back(22), "16:00")},
        held=planter.spans,
    )
    return Planted(
        messages=tuple(planter.messages),
        chats=(
            tea,
            *(
                Conversation(who.id, line.account, who.name, (DEREK, who), ("zh-Hant",), 0, room="blast")
                for who in strangers
            ),
        ),
        closed=closed,
        days={
            "silent_from": silence[0],
            "heard_again": calendar.back(14),
            "heard_before": calendar.business[-21],
            "heard_until": calendar.back(11),
            "moved_on": calendar.back(22) + timedelta(days=1),
            "blast": blast_day,
        },
        silent_chat=away,
        strangers=strangers,
    )


def _whole_days(first: date, heard_again: date) -> frozenset[date]:
    """The silent days, weekends among and after them included."""
    return frozenset(first + timedelta(days=step) for step in range((heard_again - first).days))


def _plant_recall(planter: Planter, day: date) -> None:
    people = ZHAO, CLIENTS["zlei"]
    chat = planter.talk("recall", "wecom", people, day, "zh-Hans", _RECALLED)
    at = next(n for n, said in enumerate(planter.messages) if said.conversation == chat)
    order = planter.messages[at]
    recalled = Message(
        number=order.number,
        conversation=chat,
        at=order.at,
        sender=order.sender,
        text=order.text,
        language=order.language,
        recalled_at=moment(day, "10:41:02"),
        story="recall",
    )
    planter.messages[at] = recalled
    planter.talk("recall", "wecom", people, day, "zh-Hans", _RECALLED_AFTER)


def _plant_missing_photo(planter: Planter, day: date) -> None:
    people = RACHEL, CLIENTS["slau"]
    chat = planter.talk(
        "import-faults",
        "phone-rachel-fong",
        people,
        day,
        "mixed",
        "14:26:40 C Rachel, 張簽咗名嘅 form 影咗俾你, 睇下清唔清",
    )
    planter.say("import-faults", chat, moment(day, "14:27:05"), people[1], "", "mixed", attachment="jpg", missing=True)
    planter.say("import-faults", chat, moment(day, "14:31:12"), people[0], "收到, page 2 都要簽名 thanks", "mixed")
    planter.spans[chat][-1] = (moment(day, "14:26:40"), moment(day, "14:31:12"))


def _plant_tea(planter: Planter, calendar: Calendar) -> Conversation:
    key = f"{PHONE_HAILEY.name}-tea"
    people = {"S": HAILEY, "P": CLIENTS["mpoon"], "K": CLIENTS["cszeto"], "N": CLIENTS["yng"]}
    days = calendar.back(25), calendar.back(16), calendar.back(8)
    for day, script in zip(days, (_TEA_BEFORE, _TEA_AFTER, _TEA_LATER), strict=True):
        for row in script.strip().splitlines():
            clock, who, text = row.split(" ", 2)
            planter.say("tea", key, moment(day, clock), people[who], text, "yue")
    notices = (
        (moment(days[0], "12:40:05"), f"你建立了群組「{_TEA}」"),
        (moment(days[0], "12:40:21"), f"你已新增{people['P'].name}、{people['K'].name}"),
        (moment(days[1], "13:18:44"), f"你已新增{people['N'].name}"),
        (moment(days[1], "21:30:09"), f"{people['K'].name}離開了群組"),
    )
    return Conversation(key, PHONE_HAILEY, _TEA, tuple(people.values()), ("yue",), 0, notices=notices)


def _plant_blast(planter: Planter, seed: int, day: date) -> tuple[Person, ...]:
    choose = stream(seed, "blast")
    strangers = []
    at = moment(day, "14:05:00")
    for place in range(BLAST_SIZE):
        phone = f"+852 0555 6{place * 13 + 101:03d}"
        stranger = Person(phone.replace(" ", ""), phone, phone, ("", ""))
        strangers.append(stranger)
        at += timedelta(seconds=choose.randint(38, 56))
        planter.say("blast", stranger.id, at, DEREK, choose.choice(_BLAST), "zh-Hant")
    for place, answer in enumerate(_BLAST_ANSWERS):
        stranger = strangers[7 + place * 9]
        sent = next(said.at for said in planter.messages if said.conversation == stranger.id)
        language = "en" if answer.isascii() else "zh-Hans" if "请" in answer else "yue"
        planter.say("blast", stranger.id, sent + timedelta(seconds=choose.randint(90, 900)), stranger, answer, language)
    return tuple(strangers)
