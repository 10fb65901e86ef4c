"""One conversation, written as phones of many languages export it. All of it is ours; only the forms are WhatsApp's."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

LRM, RLM, NBSP, NNBSP = "\u200e", "\u200f", "\u00a0", "\u202f"
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
DEVANAGARI = str.maketrans("0123456789", "०१२३४५६७८९")
THAI = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
BENGALI = str.maketrans("0123456789", "০১২৩৪৫৬৭৮৯")

Stamp = Callable[[datetime], str]


@dataclass(frozen=True)
class Words:
    """What the app writes in one language; None where this test says nothing of it."""

    omitted: str
    attached: str
    deleted: str
    edited: str
    encrypted: str
    created: str
    added: str
    left: str


EN_ANDROID = Words(
    "<Media omitted>",
    "{} (file attached)",
    "This message was deleted",
    "<This message was edited>",
    "Messages and calls are end-to-end encrypted. No one outside of this chat, not even WhatsApp, can read them.",
    'Mei Wong created group "Desk: rates"',
    "Mei Wong added Tom",
    "Tom left",
)
EN_IOS = Words(
    "image omitted",
    "<attached: {}>",
    "This message was deleted.",
    "<This message was edited>",
    "Messages and calls are end-to-end encrypted. No one outside of this chat can read them.",
    "Mei Wong created group “Desk: rates”",
    "Mei Wong added Tom",
    "Tom left",
)
HANT_ANDROID = Words(
    "<忽略多媒體檔>",
    "{} (附件檔案)",
    "此訊息已刪除",
    "<此訊息已編輯>",
    "訊息和通話經端對端加密。此對話以外的任何人都無法查看。",
    "Mei Wong 建立了群組「Desk: rates」",
    "Mei Wong 新增了 Tom",
    "Tom 已離開",
)
HANT_IOS = Words(
    "圖片已略去",
    "<附件: {}>",
    "此訊息已刪除。",
    "<此訊息已編輯>",
    "訊息和通話經端對端加密。此對話以外的任何人都無法查看。",
    "Mei Wong 建立了群組「Desk: rates」",
    "Mei Wong 已新增 Tom",
    "Tom 離開了",
)
HANS_ANDROID = Words(
    "<省略影音内容>",
    "{} (文件附件)",
    "这条消息已删除",
    "<此消息已编辑>",
    "消息和通话已进行端到端加密。只有此聊天中的成员可以查看。",
    "Mei Wong创建了群组“Desk: rates”",
    "Mei Wong添加了Tom",
    "Tom退出了群组",
)
HANS_IOS = Words(
    "图像已省略",
    "<附件：{}>",
    "这条消息已删除。",
    "<此消息已编辑>",
    "消息和通话已进行端到端加密。只有此聊天中的成员可以查看。",
    "Mei Wong创建了群组“Desk: rates”",
    "Mei Wong已添加Tom",
    "Tom已退出",
)
ES = Words(
    "<Multimedia omitido>",
    "{} (archivo adjunto)",
    "Se eliminó este mensaje.",
    "<Se editó este mensaje.>",
    "Los mensajes y las llamadas están cifrados de extremo a extremo.",
    'Mei Wong creó el grupo "Desk: rates"',
    "Mei Wong añadió a Tom",
    "Tom salió del grupo",
)
DE = Words(
    "<Medien ausgeschlossen>",
    "{} (Datei angehängt)",
    "Diese Nachricht wurde gelöscht.",
    "<Diese Nachricht wurde bearbeitet.>",
    "Nachrichten und Anrufe sind Ende-zu-Ende-verschlüsselt.",
    "Mei Wong hat die Gruppe „Desk: rates“ erstellt",
    "Mei Wong hat Tom hinzugefügt",
    "Tom hat die Gruppe verlassen",
)
AR = Words(
    "<تم استبعاد الوسائط>",
    "{} (الملف مرفق)",
    "تم حذف هذه الرسالة",
    "<تم تعديل هذه الرسالة>",
    "الرسائل والمكالمات مشفرة تمامًا بين الطرفين.",
    "أنشأ Mei Wong المجموعة Desk",
    "أضاف Mei Wong Tom",
    "غادر Tom",
)
JA = Words(
    "<メディアは含まれていません>",
    "{} (添付ファイル)",
    "このメッセージは削除されました",
    "<このメッセージは編集されました>",
    "メッセージと通話はエンドツーエンド暗号化されています。",
    "Mei Wongがグループ「Desk」を作成しました",
    "Mei WongがTomを追加しました",
    "Tomが退会しました",
)
KO = Words(
    "<미디어 파일 제외됨>",
    "{} (파일 첨부됨)",
    "삭제된 메시지입니다.",
    "<수정된 메시지입니다>",
    "메시지와 통화는 종단간 암호화되어 있습니다.",
    'Mei Wong님이 그룹 "Desk"을(를) 만들었습니다',
    "Mei Wong님이 Tom님을 추가했습니다",
    "Tom님이 나갔습니다",
)


def hour12(at: datetime) -> int:
    """The hour as a twelve-hour clock shows it."""
    return at.hour % 12 or 12


def half(at: datetime, am: str, pm: str) -> str:
    """The word of the half-day."""
    return am if at.hour < 12 else pm


def chinese(at: datetime) -> str:
    """The part of the day as Chinese phones name it."""
    for before, word in ((5, "凌晨"), (8, "早上"), (12, "上午"), (13, "中午"), (19, "下午"), (24, "晚上")):
        if at.hour < before:
            return word
    raise AssertionError


@dataclass(frozen=True)
class Variant:
    """One way to write a chat: the header up to the author, its words, and whether the clock shows seconds."""

    name: str
    stamp: Stamp
    words: Words
    ios: bool = False
    seconds: bool = False
    orders: Sequence[str] = field(default=("dmy",))
    encoding: str = "utf-8"


def _ios(form: Callable[[datetime], str]) -> Stamp:
    return lambda at: f"[{form(at)}] "


def _android(form: Callable[[datetime], str]) -> Stamp:
    return lambda at: f"{form(at)} - "


VARIANTS = (
    Variant("Android en-GB", _android(lambda t: f"{t:%d/%m/%Y, %H:%M}"), EN_ANDROID),
    Variant(
        "Android en-US",
        _android(lambda t: f"{t.month}/{t.day}/{t:%y}, {hour12(t)}:{t:%M}{NNBSP}{half(t, 'AM', 'PM')}"),
        EN_ANDROID,
        orders=("mdy",),
    ),
    Variant("iOS en-GB", _ios(lambda t: f"{t:%d/%m/%Y, %H:%M:%S}"), EN_IOS, ios=True, seconds=True),
    Variant(
        "iOS en-US",
        _ios(lambda t: f"{t.month}/{t.day}/{t:%y}, {hour12(t)}:{t:%M:%S} {half(t, 'AM', 'PM')}"),
        EN_IOS,
        ios=True,
        seconds=True,
        orders=("mdy",),
    ),
    Variant("iOS without comma", _ios(lambda t: f"{t:%d/%m/%y %H:%M:%S}"), EN_IOS, ios=True, seconds=True),
    Variant("ISO dates", _android(lambda t: f"{t:%Y-%m-%d, %H:%M}"), EN_ANDROID, orders=("ymd",)),
    Variant(
        "Taiwan English",
        _ios(
            lambda t: f"{t.day}/{t.month}/{t:%Y}, {hour12(t)}:{t:%M:%S} {half(t, 'in the morning', 'in the afternoon')}"
        ),
        EN_IOS,
        ios=True,
        seconds=True,
    ),
    Variant(
        "Android zh-HK", _android(lambda t: f"{t.day}/{t.month}/{t.year} {chinese(t)}{hour12(t)}:{t:%M}"), HANT_ANDROID
    ),
    Variant(
        "iOS zh-HK",
        _ios(lambda t: f"{t.day}/{t.month}/{t.year} {chinese(t)}{hour12(t)}:{t:%M:%S}"),
        HANT_IOS,
        ios=True,
        seconds=True,
    ),
    Variant(
        "Android zh-TW",
        _android(lambda t: f"{t.year}/{t.month}/{t.day} {chinese(t)}{hour12(t)}:{t:%M}"),
        HANT_ANDROID,
        orders=("ymd",),
    ),
    Variant(
        "iOS zh-TW",
        _ios(lambda t: f"{t.year}/{t.month}/{t.day} {chinese(t)}{hour12(t)}:{t:%M:%S}"),
        HANT_IOS,
        ios=True,
        seconds=True,
        orders=("ymd",),
    ),
    Variant(
        "zh-TW, year of the Republic",
        _android(lambda t: f"{t.year - 1911}/{t.month}/{t.day} {half(t, '上午', '下午')}{hour12(t)}:{t:%M}"),
        HANT_ANDROID,
        orders=("ymd",),
    ),
    Variant(
        "Android zh-CN",
        _android(lambda t: f"{t.year}/{t.month}/{t.day} {half(t, '上午', '下午')}{hour12(t)}:{t:%M}"),
        HANS_ANDROID,
        orders=("ymd",),
    ),
    Variant("Android zh-CN 24 h", _android(lambda t: f"{t:%Y/%m/%d %H:%M}"), HANS_ANDROID, orders=("ymd",)),
    Variant(
        "iOS zh-CN",
        _ios(lambda t: f"{t.year}/{t.month}/{t.day} {t:%H:%M:%S}"),
        HANS_IOS,
        ios=True,
        seconds=True,
        orders=("ymd",),
    ),
    Variant(
        "zh-CN with 年月日",
        _android(lambda t: f"{t.year}年{t.month}月{t.day}日 {chinese(t)}{hour12(t)}:{t:%M}"),
        HANS_ANDROID,
        orders=("ymd",),
    ),
    Variant(
        "Spanish", _android(lambda t: f"{t.day}/{t.month}/{t:%y}, {hour12(t)}:{t:%M} {half(t, 'a', 'p')}.{NBSP}m."), ES
    ),
    Variant(
        "Spanish a.m.", _android(lambda t: f"{t.day}/{t.month}/{t:%y} {hour12(t)}:{t:%M} {half(t, 'a.m.', 'p.m.')}"), ES
    ),
    Variant("German", _android(lambda t: f"{t:%d.%m.%y, %H:%M}"), DE),
    Variant("iOS German", _ios(lambda t: f"{t:%d.%m.%y, %H:%M:%S}"), DE, seconds=True),
    Variant("Finnish", _android(lambda t: f"{t.day}.{t.month}.{t.year} klo {t.hour}.{t:%M}"), EN_ANDROID),
    Variant("Indonesian", _android(lambda t: f"{t:%d/%m/%y %H.%M}"), EN_ANDROID),
    Variant("iOS Indonesian", _ios(lambda t: f"{t:%d/%m/%y %H.%M.%S}"), EN_IOS, ios=True, seconds=True),
    Variant(
        "iOS Vietnamese", _ios(lambda t: f"{t:%H:%M:%S}, {t.day}/{t.month}/{t.year}"), EN_IOS, ios=True, seconds=True
    ),
    Variant("Android Vietnamese", _android(lambda t: f"{t:%H:%M}, {t.day}/{t.month}/{t.year}"), EN_ANDROID),
    Variant(
        "Vietnamese SA CH",
        _ios(lambda t: f"{hour12(t)}:{t:%M:%S} {half(t, 'SA', 'CH')}, {t.day}/{t.month}/{t.year}"),
        EN_IOS,
        ios=True,
        seconds=True,
    ),
    Variant(
        "iOS Arabic",
        _ios(
            lambda t: (
                f"{RLM}{t.day}{RLM}/{t.month}{RLM}/{t.year}، {hour12(t)}:{t:%M:%S}{NBSP}{half(t, 'ص', 'م')}".translate(
                    ARABIC
                )
            )
        ),
        AR,
        seconds=True,
    ),
    Variant(
        "Android Arabic",
        _android(
            lambda t: f"{t.day}{RLM}/{t.month}{RLM}/{t.year}، {hour12(t)}:{t:%M} {half(t, 'ص', 'م')}".translate(ARABIC)
        ),
        AR,
    ),
    Variant(
        "Hindi",
        _android(lambda t: f"{t.day}/{t.month}/{t:%y}, {hour12(t)}:{t:%M} {half(t, 'पूर्वाह्न', 'अपराह्न')}"),
        EN_ANDROID,
    ),
    Variant(
        "Marathi digits",
        _android(lambda t: f"{t.day}/{t.month}/{t:%y}, {hour12(t)}:{t:%M} {half(t, 'AM', 'PM')}".translate(DEVANAGARI)),
        EN_ANDROID,
    ),
    Variant(
        "Bengali digits",
        _android(lambda t: f"{t.day}/{t.month}/{t:%y}, {hour12(t)}:{t:%M} {half(t, 'AM', 'PM')}".translate(BENGALI)),
        EN_ANDROID,
    ),
    Variant(
        "Korean",
        _android(lambda t: f"{t.year}. {t.month}. {t.day}. {half(t, '오전', '오후')} {hour12(t)}:{t:%M}"),
        KO,
        orders=("ymd",),
    ),
    Variant(
        "iOS Korean",
        _ios(lambda t: f"{t.year}. {t.month}. {t.day}. {half(t, '오전', '오후')} {hour12(t)}:{t:%M:%S}"),
        KO,
        seconds=True,
        orders=("ymd",),
    ),
    Variant(
        "Korean, two-digit years",
        _android(lambda t: f"{t:%y}. {t.month}. {t.day}. {half(t, '오전', '오후')} {hour12(t)}:{t:%M}"),
        KO,
        orders=("ymd",),
    ),
    Variant(
        "Japanese",
        _android(lambda t: f"{t:%Y/%m/%d} {half(t, '午前', '午後')}{t.hour % 12}:{t:%M}"),
        JA,
        orders=("ymd",),
    ),
    Variant("Japanese era", _android(lambda t: f"R{t.year - 2018}/{t.month}/{t.day} {t:%H:%M}"), JA, orders=("ymd",)),
    Variant(
        "Greek", _android(lambda t: f"{t.day}/{t.month}/{t:%y}, {hour12(t)}:{t:%M} {half(t, 'π', 'μ')}.μ."), EN_ANDROID
    ),
    Variant("Turkish", _android(lambda t: f"{t.day}.{t:%m.%Y %H:%M}"), EN_ANDROID),
    Variant("Bulgarian", _android(lambda t: f"{t.day}.{t:%m.%y} г., {t:%H:%M} ч."), EN_ANDROID),
    Variant("Thai", _android(lambda t: f"{t.day}/{t.month}/{t.year + 543} {t:%H:%M} น."), EN_ANDROID),
    Variant("Thai BE", _android(lambda t: f"{t.day}/{t.month}/{t.year + 543} BE, {t:%H:%M}"), EN_ANDROID),
    Variant(
        "Thai digits, two-digit years",
        _android(lambda t: f"{t.day}/{t.month}/{(t.year + 543) % 100} {t:%H:%M}".translate(THAI)),
        EN_ANDROID,
    ),
    Variant("Malay", _android(lambda t: f"{t.day}/{t:%m/%Y}, {hour12(t)}:{t:%M} {half(t, 'PG', 'PTG')}"), EN_ANDROID),
    Variant("old iOS, colon", lambda t: f"{t:%d/%m/%Y %H:%M:%S}: ", EN_ANDROID, seconds=True),
    Variant("UTF-16", _android(lambda t: f"{t:%d/%m/%Y, %H:%M}"), HANT_ANDROID, encoding="utf-16"),
    Variant("UTF-8 with mark", _android(lambda t: f"{t:%d/%m/%Y, %H:%M}"), HANS_ANDROID, encoding="utf-8-sig"),
)


@dataclass(frozen=True)
class Line:
    """What one message of the conversation must come out as."""

    at: datetime
    author: str | None
    text: str
    kind: str = "message"
    flags: tuple[str, ...] = ()
    files: tuple[tuple[str, str], ...] = ()


PHOTO = "IMG-20240503-WA0001.jpg"


def conversation(variant: Variant) -> tuple[bytes, list[Line]]:
    """The chat as `variant` writes it, and what must be read in it; times are local."""
    say, lines = variant.words, []
    out: list[str] = []
    mark = LRM if variant.ios else ""

    def put(at: datetime, author: str | None, written: str, **line: object) -> None:
        lead = LRM if variant.ios and written.startswith(LRM) else ""
        name = f"{author}: " if author else ("Desk: " if variant.ios else "")
        out.append(lead + variant.stamp(at) + name + written)
        kept = at if variant.seconds else at.replace(second=0)
        lines.append(Line(kept, author, **line))  # type: ignore[arg-type]

    d = datetime
    put(d(2024, 5, 3, 0, 30, 1), None, mark + say.encrypted, text=say.encrypted, kind="system")
    put(d(2024, 5, 3, 0, 31, 2), None, mark + say.created, text=say.created, kind="conversation_update")
    put(d(2024, 5, 3, 9, 0, 5), "Mei Wong", "早晨 — good morning: all", text="早晨 — good morning: all")
    put(d(2024, 5, 4, 12, 5, 0), "陳大文", "two lines\n\nthe second", text="two lines\n\nthe second")
    put(d(2024, 5, 4, 15, 5, 59), "+852 9123 4567", "已買入 騰訊 2,000 股", text="已買入 騰訊 2,000 股")
    put(d(2024, 5, 4, 23, 5, 0), "Mei Wong", mark + say.omitted, text="", files=(("omitted", "media"),))
    put(d(2024, 5, 5, 1, 15, 0), "Mei Wong", mark + say.attached.format(PHOTO), text="", files=(("missing", PHOTO),))
    put(d(2024, 5, 13, 12, 30, 0), "陳大文", mark + say.deleted, text="", flags=("deleted",))
    put(d(2024, 5, 13, 13, 0, 0), "陳大文", f"sell 300 {mark}{say.edited}", text="sell 300", flags=("edited",))
    put(d(2024, 5, 28, 18, 45, 30), None, mark + say.added, text=say.added, kind="membership")
    put(d(2024, 5, 28, 18, 46, 30), "Tom", "hello 😀", text="hello 😀")
    put(d(2024, 12, 31, 23, 59, 59), None, mark + say.left, text=say.left, kind="membership")
    put(d(2025, 1, 1, 0, 0, 0), "Mei Wong", "bye", text="bye")
    put(d(2025, 1, 1, 0, 0, 1), "陳大文", "bye", text="bye")
    put(d(2025, 1, 1, 0, 0, 2), "陳大文", "bye", text="bye")
    end = "\r\n" if variant.ios else "\n"
    return (end.join(out) + end).encode(variant.encoding), lines
