"""Listed names that dull orders and market talk are about, with prices that walk from day to day.

Names and codes are real and well known; prices are made up, plausible and no quotes.
"""

from dataclasses import dataclass
from datetime import date

from muniment.cli.demo.model import stream


@dataclass(frozen=True, slots=True)
class Instrument:
    """`names` in English, Traditional, Simplified and on the desk; `lot` in shares; `base` in HKD."""

    code: str
    lot: int
    base: float
    names: tuple[str, str, str, str]


INSTRUMENTS = tuple(
    Instrument(code, lot, base, (english, hant, hans, desk))
    for code, lot, base, english, hant, hans, desk in (
        ("0700.HK", 100, 512.0, "Tencent", "騰訊", "腾讯", "騰記"),
        ("9988.HK", 100, 148.0, "Alibaba", "阿里巴巴", "阿里", "阿里"),
        ("3690.HK", 100, 118.0, "Meituan", "美團", "美团", "美團"),
        ("1810.HK", 200, 52.0, "Xiaomi", "小米", "小米", "小米"),
        ("9618.HK", 50, 131.0, "JD.com", "京東", "京东", "京東"),
        ("0005.HK", 400, 101.0, "HSBC", "滙豐控股", "汇丰控股", "大笨象"),
        ("1299.HK", 200, 71.0, "AIA", "友邦保險", "友邦", "友邦"),
        ("0388.HK", 100, 418.0, "HKEX", "港交所", "港交所", "交易所"),
        ("0941.HK", 500, 86.5, "China Mobile", "中國移動", "中国移动", "中移動"),
        ("0883.HK", 1000, 19.2, "CNOOC", "中國海洋石油", "中海油", "中海油"),
        ("0939.HK", 1000, 7.8, "CCB", "建設銀行", "建行", "建行"),
        ("1398.HK", 1000, 5.9, "ICBC", "工商銀行", "工行", "工行"),
        ("1288.HK", 1000, 5.4, "ABC", "農業銀行", "农行", "農行"),
        ("2388.HK", 500, 36.5, "BOC Hong Kong", "中銀香港", "中银香港", "中銀"),
        ("0823.HK", 100, 40.0, "Link REIT", "領展", "领展", "領展"),
        ("0002.HK", 500, 66.5, "CLP", "中電控股", "中电控股", "中電"),
        ("0003.HK", 1000, 7.1, "Towngas", "香港中華煤氣", "香港中华煤气", "煤氣"),
        ("0066.HK", 500, 28.4, "MTR", "港鐵公司", "港铁", "港鐵"),
        ("0016.HK", 500, 94.0, "SHK Properties", "新鴻基地產", "新鸿基地产", "新地"),
        ("0001.HK", 500, 52.5, "CK Hutchison", "長和", "长和", "長和"),
        ("0027.HK", 1000, 38.0, "Galaxy", "銀河娛樂", "银河娱乐", "銀娛"),
        ("2318.HK", 500, 55.0, "Ping An", "中國平安", "中国平安", "平保"),
        ("1024.HK", 100, 68.0, "Kuaishou", "快手", "快手", "快手"),
        ("0992.HK", 2000, 10.6, "Lenovo", "聯想集團", "联想", "聯想"),
        ("0669.HK", 500, 94.5, "Techtronic", "創科實業", "创科实业", "創科"),
    )
)

_INDEX_BASE = 26_150.0


def tick(price: float) -> float:
    """A price rounded to a step that the exchange allows at that height, in this year's table and the last one's."""
    for ceiling, step in ((10, 0.01), (20, 0.02), (100, 0.1), (200, 0.1), (500, 0.2)):
        if price < ceiling:
            return round(round(price / step) * step, 2)
    return float(round(price))


class Market:
    """Closing prices of each day; the same seed gives the same walk, whatever is asked first."""

    def __init__(self, seed: int, days: tuple[date, ...]) -> None:
        self._place = {day: at for at, day in enumerate(days)}
        self._walks = {
            instrument.code: self._walk(seed, instrument.code, instrument.base, len(days)) for instrument in INSTRUMENTS
        }
        self._index = self._walk(seed, "index", _INDEX_BASE, len(days), spread=0.008)

    @staticmethod
    def _walk(seed: int, name: str, base: float, days: int, spread: float = 0.013) -> list[float]:
        choose = stream(seed, "market", name)
        levels = [base * choose.uniform(0.94, 1.06)]
        while len(levels) <= days:
            drift = (base / levels[-1] - 1) * 0.04  # keeps a long walk near where it began
            levels.append(levels[-1] * (1 + drift + choose.gauss(0, spread)))
        return levels

    def price(self, instrument: Instrument, day: date) -> float:
        return self._walks[instrument.code][self._place[day] + 1]

    def change(self, instrument: Instrument | None, day: date) -> float:
        """Per cent against the day before; of the index where no instrument is given."""
        walk = self._walks[instrument.code] if instrument else self._index
        at = self._place[day]
        return (walk[at + 1] / walk[at] - 1) * 100

    def index(self, day: date) -> float:
        return self._index[self._place[day] + 1]
