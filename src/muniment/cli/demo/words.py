"""The words of the slots of one scene: names, instruments, amounts, days and hours in the language of the scene."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random

from muniment.cli.demo.cast import HOLDERS, Person
from muniment.cli.demo.days import is_business_day
from muniment.cli.demo.language import cantonese, english, mixed, simplified, traditional, weather
from muniment.cli.demo.market import INSTRUMENTS, Instrument, Market, tick

_VOCABULARIES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "en": english.VOCABULARY,
    "yue": cantonese.VOCABULARY,
    "zh-Hant": traditional.VOCABULARY,
    "zh-Hans": simplified.VOCABULARY,
    "mixed": mixed.VOCABULARY,
}
_NAME_OF = {"en": 0, "zh-Hant": 1, "zh-Hans": 2}
_WEEKDAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"),
    "mixed": ("Mon", "Tue", "Wed", "Thu", "Fri"),
    "yue": ("禮拜一", "禮拜二", "禮拜三", "禮拜四", "禮拜五"),
    "zh-Hant": ("星期一", "星期二", "星期三", "星期四", "星期五"),
    "zh-Hans": ("周一", "周二", "周三", "周四", "周五"),
}
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_BUY_SELL = {  # short and formal word of each side
    "yue": (("買", "買入"), ("沽", "沽出")),
    "zh-Hant": (("買入", "買入"), ("沽出", "沽出")),
    "zh-Hans": (("买", "买入"), ("卖", "卖出")),
    "mixed": (("buy", "buy"), ("sell", "sell")),
    "en": (("buy", "buy"), ("sell", "sell")),
}
_UP_DOWN = {
    "en": ("up", "down"),
    "yue": ("升", "跌"),
    "zh-Hant": ("上升", "下跌"),
    "zh-Hans": ("涨", "跌"),
    "mixed": ("升", "跌"),
}
_SLOT = re.compile(r"([A-Za-z]+?)(\d?)")


def _plain(price: float) -> str:
    return f"{price:.2f}".rstrip("0").rstrip(".")


class Words:
    """Fills the slots of one scene; each slot is chosen once, so that what is read back is what was said."""

    def __init__(
        self, language: str, when: datetime, market: Market, choose: Random, speakers: Mapping[str, Person]
    ) -> None:
        self._language = language
        self._when = when
        self._market = market
        self._choose = choose
        self._speakers = speakers
        self._chosen: dict[str, str] = {}
        self._instruments: dict[str, Instrument] = {}
        self._bought = choose.random() < 0.58
        self._lots = choose.choice((2, 2, 2, 3, 3, 4, 5, 5, 6, 8, 10, 10, 15, 20))
        self._limit = choose.uniform(-0.012, 0.012)
        self._money = choose.randrange(6)

    def slot(self, name: str) -> str:
        """The word of slot `name`; raises KeyError for a slot that nothing fills."""
        if name not in self._chosen:
            self._chosen[name] = self._fill(name)
        return self._chosen[name]

    def _fill(self, name: str) -> str:
        fixed = self._order(name) or self._person(name)
        if fixed is not None:
            return fixed
        match = _SLOT.fullmatch(name)
        if match is None:
            raise KeyError(name)
        base, copy = match.groups()
        made = self._figure(base) or self._date(base)
        if made is not None:
            return made
        if base == "weather":
            return self._choose.choice(weather.WORDS[self._language][weather.of(self._when.date())])
        vocabulary = _VOCABULARIES[self._language]
        words = vocabulary.get(base) or english.VOCABULARY[base]
        others = [word for word in words if word != self._chosen.get(base)] if copy else list(words)
        return self._choose.choice(others)

    # ── Instruments and orders ──────────────────────────────────────────────────────────────────────────────────────

    def _instrument(self, copy: str = "") -> Instrument:
        if copy not in self._instruments:
            taken = list(self._instruments.values())
            self._instruments[copy] = self._choose.choice([one for one in INSTRUMENTS if one not in taken])
        return self._instruments[copy]

    def _order(self, name: str) -> str | None:
        language, day = self._language, self._when.date()
        if name in {"stock", "stock2"}:
            names = self._instrument(name[5:]).names
            if language in _NAME_OF:
                return names[_NAME_OF[language]]
            return self._choose.choice((names[3], names[3], names[1] if language == "yue" else names[0]))
        if name == "n":
            code = self._instrument().code
            return self._choose.choice((code[:4].lstrip("0"), code[:4]))
        if name == "lot":
            return str(self._instrument().lot)
        if name == "code":
            return self._instrument().code
        if name in {"px", "px2", "last", "lo", "hi"}:
            price = self._market.price(self._instrument(), day)
            shift = {"px": self._limit, "px2": self._limit + 0.006, "last": 0.0, "lo": -0.016, "hi": 0.017}[name]
            return _plain(tick(price * (1 + shift)))
        if name == "px2b":
            return _plain(tick(self._market.price(self._instrument("2"), day)))
        if name == "qty":
            shares = self._lots * self._instrument().lot
            return f"{shares:,}" if language in {"en", "zh-Hant"} and self._choose.random() < 0.6 else str(shares)
        if name == "lots":
            return str(self._lots)
        if name == "tracker":
            return f"{self._market.index(day) / 1000 * (1 + self._limit / 3):.2f}"
        if name in {"sd", "sdf"}:
            return _BUY_SELL[language][0 if self._bought else 1][name == "sdf"]
        verbs = {"side": ("buy", "sell"), "bought": ("bought", "sold")}.get(name.lower())
        if verbs is None:
            return None
        verb = verbs[0 if self._bought else 1]
        return verb.capitalize() if name[0].isupper() else verb

    # ── People ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _person(self, name: str) -> str | None:
        chinese = self._language not in {"en", "mixed"}
        if name == "holder":
            inside = {person.call[0] for person in self._speakers.values()}
            return self._choose.choice([who for who in HOLDERS["zh" if chinese else "en"] if who not in inside])
        if name == "who":
            return self._choose.choice(("Raymond", "Derek", "Rachel"))
        speaker = {"s": "S", "c": "C"}.get(name, name)
        if speaker in self._speakers and len(name) == 1:
            return self._speakers[speaker].call[chinese]
        return None

    # ── Figures ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _figure(self, base: str) -> str | None:
        choose, day = self._choose, self._when.date()
        if base == "amount":
            return self._amount()
        if base == "index":
            return f"{self._market.index(day) * (1 + choose.uniform(-0.003, 0.003)):,.0f}"
        if base in {"pct", "updown"}:
            change = self._market.change(self._instruments.get(""), day)
            if base == "pct":
                return f"{max(abs(change), 0.1):.1f}"
            return _UP_DOWN[self._language][change < 0]
        if base == "ref":
            return f"{choose.choice('ABCDHK')}{choose.randint(10000, 99999)}"
        if base == "fx":
            return f"{choose.uniform(0.912, 0.931):.4f}"
        figures = {"few": (2, 5), "num": (2, 9), "acct": (2010, 8890), "fewhundred": (2, 9)}
        if base not in figures:
            return None
        number = choose.randint(*figures[base])
        return f"HKD {number}00" if base == "fewhundred" else str(number)

    def _amount(self) -> str:
        choose = self._choose
        ten_thousands = choose.choice((3, 5, 8, 10, 12, 15, 18, 20, 25, 30, 35, 40, 50, 60, 80, 100, 120))
        if self._language == "en":
            return (f"HKD {ten_thousands}0,000", f"HK${ten_thousands}0k", f"HKD{ten_thousands}0,000")[self._money // 2]
        if self._language == "mixed":
            return (f"HKD {ten_thousands}0k", f"{ten_thousands}0k", f"{ten_thousands}萬")[self._money // 2]
        if self._language == "yue":
            return (f"{ten_thousands}萬", f"{ten_thousands}萬蚊", f"{ten_thousands}皮")[self._money // 2]
        if self._language == "zh-Hant":
            return (f"港幣{ten_thousands}萬元", f"港元{ten_thousands}0,000")[self._money // 3]
        return (f"{ten_thousands}万港币", f"{ten_thousands}万", f"港币{ten_thousands}万")[self._money // 2]

    # ── Days and hours ──────────────────────────────────────────────────────────────────────────────────────────────

    def _date(self, base: str) -> str | None:
        choose, language = self._choose, self._language
        english_words = language in {"en", "mixed"}
        if base == "clock":
            return self._clock(choose.choice((9, 10, 11, 14, 15, 16, 17)), choose.choice((0, 0, 15, 30, 30, 45)))
        if base in {"past", "later"}:
            minutes = -choose.randint(15, 40) if base == "past" else choose.randint(50, 120)
            at = self._when + timedelta(minutes=minutes)
            return self._clock(at.hour, at.minute // 15 * 15)
        if base == "tplus":
            day = self._when.date()
            for _ in range(2):
                day += timedelta(days=1)
                while not is_business_day(day):
                    day += timedelta(days=1)
            return _WEEKDAYS[language][day.weekday()]
        if base == "dow":
            day = self._when.date() + timedelta(days=choose.randint(1, 6))
            while not is_business_day(day):
                day += timedelta(days=1)
            return _WEEKDAYS[language][day.weekday()]
        if base == "dom":
            number = (self._when + timedelta(days=choose.randint(4, 21))).day
            suffix = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
            return f"{number}{suffix}" if language == "en" else str(number)
        if base in {"month", "stmt", "stmtz"}:
            month = self._when.month % 12 if base == "month" else (self._when.month - 2) % 12
            if base == "stmtz" or not english_words:
                return f"{month + 1}月"
            return _MONTHS[month] if language == "en" else _MONTHS[month][:3]
        return None

    def _clock(self, hour: int, half: int) -> str:
        twelve = hour - 12 if hour > 12 else hour
        word = "" if half == 0 else "半" if half == 30 else None
        if self._language == "en":
            return f"{twelve}:{half:02d}{'' if self._money % 2 else ' am' if hour < 12 else ' pm'}"
        if self._language == "mixed":
            return f"{twelve}{'' if half == 0 else f':{half:02d}'}{'am' if hour < 12 else 'pm'}"
        if self._language == "yue":
            return f"{twelve}點{word}" if word is not None else f"{twelve}點{half // 5}個字"
        period = "上午" if hour < 12 else "下午"
        if self._language == "zh-Hant":
            return f"{period}{twelve}時{word}" if word is not None else f"{period}{twelve}時{half}分"
        return f"{period}{twelve}点{word}" if word is not None else f"{period}{twelve}点{half}分"
