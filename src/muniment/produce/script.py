"""A simple guess of a text's language by its script, so that Han glyphs take the right form and a reader is told.

It serves display alone: nothing is searched, counted or decided by it.
"""

import re

_SAMPLE = 2000
"""Characters that are looked at."""

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa\uff66-\uff9d]")

# Common characters that differ between the two ways of writing, in pairs; and a few that only Cantonese writes.
_TRADITIONAL = frozenset(
    "們個來時說對這會為國過學還麼點樣開關長頭問題間買賣銀錢嗎後發電話見現實業產權證險價報財務經營員總從應當變動達進運遠"
    "連違選遲轉軍農輕較輸辦邊難離雲電靜響頁頂項順須領頻額風飛飯館馬驗魚鳥麗黃齊龍與萬專東絲兩嚴喪豐臨舉義樂習鄉書亂爭"
    "嘅咗喺唔啲嗰冇佢咁嚟嘢噉哋"
)
_SIMPLIFIED = frozenset(
    "们个来时说对这会为国过学还么点样开关长头问题间买卖银钱吗发电话见现实业产权证险价报财务经营员总从应当变动达进运远"
    "连违选迟转军农轻较输办边难离云静响页顶项顺须领频额风飞饭馆马验鱼鸟丽黄齐龙与万专东丝两严丧丰临举义乐习乡书乱争"
)

_OTHERS = (
    (re.compile("[\uac00-\ud7a3\u1100-\u11ff]"), "ko"),
    (re.compile("[\u0590-\u05ff]"), "he"),
    (re.compile("[\u0600-\u06ff\u0750-\u077f]"), "ar"),
    (re.compile("[\u0900-\u097f]"), "hi"),
    (re.compile("[\u0e01-\u0e5b]"), "th"),
    (re.compile("[\u0370-\u03ff]"), "el"),
    (re.compile("[\u0400-\u04ff]"), "und-Cyrl"),
)
_LETTER = re.compile(r"[^\W\d_]")


def guess_language(text: str, han: str = "zh-Hant") -> str:
    """A BCP 47 tag for a text: `han` where it is Chinese but does not show which way of writing, `und` without letters."""
    if text.isascii():
        return "en" if _LETTER.search(text, 0, _SAMPLE) else "und"
    sample = text[:_SAMPLE]
    if _KANA.search(sample):
        return "ja"
    if _HAN.search(sample):
        traditional = sum(map(_TRADITIONAL.__contains__, sample))
        simplified = sum(map(_SIMPLIFIED.__contains__, sample))
        if traditional == simplified:
            return han
        return "zh-Hant" if traditional > simplified else "zh-Hans"
    for script, language in _OTHERS:
        if script.search(sample):
            return language
    return "en" if _LETTER.search(sample) else "und"
