"""Words that WhatsApp writes inside a time stamp, by language: half-days, day parts, particles, eras, and the invisible marks around them.

The tables hold facts of CLDR and of the exports themselves. A word that is missing makes an import refuse, not guess.
"""

import re
from enum import Enum

MARKS = "\u200b\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
"""Invisible characters: direction marks, embeddings, isolates, zero-width space, byte-order mark."""

SPACES = " \t\u00a0\u2007\u2009\u202f\u3000"
"""Every kind of space seen in an export: plain, no-break, figure, thin, narrow no-break, ideographic."""

_CLEAN = {ord(mark): None for mark in MARKS} | {ord(space): " " for space in SPACES}


_DIRTY = re.compile(f"[{MARKS}{SPACES[1:]}]")


def clean(text: str) -> str:
    """`text` without invisible marks and with every space a plain one."""
    if text.isascii():
        return text.replace("\t", " ") if "\t" in text else text
    return text.translate(_CLEAN) if _DIRTY.search(text) else text


class DayPart(Enum):
    """What a word beside the hour does to it; `hour24` applies it."""

    AM = "am"
    PM = "pm"
    NOON = "noon"
    NIGHT = "night"


def hour24(hour: int, part: DayPart | None) -> int:
    """The hour of the day, 0 to 23, that `hour` (0 to 23 as written) is in `part`.

    An hour above 12 is already of the day. Noon words: 12 is noon, 1 to 4 follow it, 9 to 11 precede it. Night words:
    12 is midnight, 1 to 5 follow it, 6 to 11 precede it.
    """
    if part is None or hour > 12:
        return hour
    if part is DayPart.AM:
        return hour % 12
    if part is DayPart.PM:
        return hour % 12 + 12
    if part is DayPart.NOON:
        return hour + 12 if 1 <= hour <= 4 else hour
    return hour % 12 + 12 if 6 <= hour <= 11 else hour % 12


_AM = """
    am amm vm dop fm ap de pd öö sa pg ص صباحا πμ прпл проб дп тң үө ប្រឹក
    上午 凌晨 早上 早晨 清晨 清早 午前 오전 ق.ظ قظ לפנהצ לפנה"צ לפנה״צ
    ก่อนเที่ยง पूर्वाह्न सुबह मपू पू.म. পূর্বাহ্ণ পূর্বাহ্ন முற்பகல் ఉదయం ಪೂರ್ವಾಹ್ನ രാവിലে രാവിലെ
    inthemorning delamañana damanhã dumatin priešpiet priekšp prijepodne prepodne epd eparadites paradite
    สช രാ.
"""
_PM = """
    pm mm nm odp em ip du md ös ch ptg م مساء μμ слоб пп тк үх
    下午 傍晚 黃昏 黄昏 午後 오후 ب.ظ بظ אחהצ אחה"צ אחה״צ
    หลังเที่ยง अपराह्न शाम दोपहर मउ उ.म. অপরাহ্ণ অপরাহ্ন பிற்பகல் సాయంత్రం ಅಪರಾಹ್ನ ഉച്ചയ്ക്ക്
    intheafternoon intheevening delatarde datarde del'aprèsmidi popiet pēcp poslijepodne popodne emd epasdites
"""
_NOON = "中午 正午 noon atnoon delmediodía"
_NIGHT = "晚上 半夜 午夜 深夜 夜晚 夜间 夜間 夜里 夜裡 midnight atmidnight atnight danoite delanoche रात"

DAY_PARTS: dict[str, DayPart] = {
    word.replace(".", ""): part
    for words, part in ((_AM, DayPart.AM), (_PM, DayPart.PM), (_NOON, DayPart.NOON), (_NIGHT, DayPart.NIGHT))
    for word in words.split()
}
"""Half-days and day parts, in lower case without spaces and full stops."""

PARTICLES = frozenset(
    "klo kl at um à a às ás as alle ore o v в om την στις ora orë la den час ч г uhr uur น h hod 日 일 日の".split()
)
"""Words beside a date or a time that say nothing: Finnish klo, Bulgarian г. and ч., Thai น., and their like."""

YEAR_FIRST_WORDS = frozenset("오전 오후 午前 午後".split())
"""Day parts of the languages that write the year first even when it has two digits only."""

CHINESE_WORDS = frozenset(
    "上午 下午 凌晨 早上 早晨 清晨 清早 中午 正午 傍晚 黃昏 黄昏 晚上 半夜 午夜 深夜 夜晚 夜间 夜間 夜里 夜裡".split()
)
"""Chinese day parts: the mainland writes the year first, Hong Kong the day."""

ERAS: dict[str, int] = {
    "r": 2018,
    "令和": 2018,
    "h": 1988,
    "平成": 1988,
    "民國": 1911,
    "民国": 1911,
    "พศ": -543,
    "公元": 0,
    "西元": 0,
}
"""Era names before or after a year, and what to add to get the common era."""

ERA_SUFFIXES: dict[str, int] = {"be": -543, "พศ": -543, "ce": 0, "ad": 0, "คศ": 0}
"""The same, written after the date."""
