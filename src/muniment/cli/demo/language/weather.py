"""What people say of the weather; all of Hong Kong has the same on one day, and one that fits the season."""

from datetime import date
from random import Random

_SEASONS = {
    "winter": ("cold", "cold", "fine", "grey", "wind"),
    "spring": ("damp", "damp", "rain", "grey", "fine"),
    "summer": ("hot", "hot", "hot", "rain", "damp"),
    "autumn": ("fine", "fine", "wind", "grey", "rain"),
}

WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "rain": ("pouring", "bucketing down", "raining sideways"),
        "hot": ("boiling", "so humid", "33 degrees already"),
        "cold": ("chilly for once", "cold in the flat", "jumper weather"),
        "wind": ("windy", "blowing a gale on the ferry"),
        "fine": ("lovely out", "clear enough to see Lamma", "perfect hiking weather"),
        "grey": ("grey again", "misty on the Peak"),
        "damp": ("so damp", "sticky", "foggy over the harbour"),
    },
    "yue": {
        "rain": ("落大雨", "落到傾盆咁", "落到天都黑晒"),
        "hot": ("熱到出煙", "好焗", "曬到甩皮"),
        "cold": ("凍咗好多", "凍到震", "要着羽絨"),
        "wind": ("好大風", "吹到企唔穩"),
        "fine": ("好天到爆", "好舒服", "啱晒行山"),
        "grey": ("陰陰哋", "灰濛濛"),
        "damp": ("濕到死", "幅牆標晒水", "潮濕到衫都唔乾"),
    },
    "zh-Hant": {
        "rain": ("大雨", "雨勢頗大", "有雷暴警告"),
        "hot": ("炎熱", "酷熱", "十分悶熱"),
        "cold": ("寒冷", "氣溫驟降", "清涼"),
        "wind": ("風勢頗大", "吹清勁偏北風"),
        "fine": ("風和日麗", "天氣清爽", "天色晴朗"),
        "grey": ("天色陰沉", "多雲"),
        "damp": ("潮濕", "有霧"),
    },
    "zh-Hans": {
        "rain": ("下暴雨", "雨好大", "一直下雨"),
        "hot": ("热得不行", "又闷又热", "三十多度"),
        "cold": ("降温了", "好冷", "冷得要穿羽绒"),
        "wind": ("风好大", "大风降温"),
        "fine": ("天气真好", "太阳很好", "阳光特别好"),
        "grey": ("阴天", "灰蒙蒙的"),
        "damp": ("又闷又潮", "回南天", "墙都在滴水"),
    },
    "mixed": {
        "rain": ("落緊雨", "raining 到癲"),
        "hot": ("super hot", "好 humid"),
        "cold": ("突然 freezing", "凍到想 WFH"),
        "wind": ("好大風", "super windy"),
        "fine": ("sunny 到 unreal", "天氣好 nice"),
        "grey": ("好 gloomy", "陰陰哋"),
        "damp": ("好 damp", "超 foggy"),
    },
}


def of(day: date) -> str:
    """The kind of weather of `day`."""
    season = (
        "winter"
        if day.month in {12, 1, 2}
        else "spring"
        if day.month <= 4
        else "summer"
        if day.month <= 9
        else "autumn"
    )
    return Random(day.isoformat()).choice(_SEASONS[season])
