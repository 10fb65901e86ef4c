"""The firm and everybody who writes: staff, clients and the conversations between them.

All invented. Telephone numbers lie where no subscriber can: +852 0… (no Hong Kong number begins with 0), +44 7700 900…
and +1 … 555 01… (kept for fiction by their regulators); domains end in `.example`.
"""

from dataclasses import dataclass

DOMAIN = "harbourlantern.example"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who writes. `call` is how the other side addresses them in English, in Chinese."""

    id: str
    name: str
    phone: str
    call: tuple[str, str]
    staff: bool = False


def _staff(handle: str, name: str, line: int, english: str, chinese: str) -> Person:
    return Person(f"hls-{handle}", name, f"+852 0555 88{line:02d}", (english, chinese), staff=True)


RACHEL = _staff("rfong", "Rachel Fong", 11, "Rachel", "Rachel")
KELVIN = _staff("kmok", "Kelvin Mok", 12, "Kelvin", "阿Kel")
HAILEY = _staff("hleung", "梁凱晴", 13, "Hailey", "梁小姐")
ZHAO = _staff("yzhao", "赵一鸣", 14, "Yiming", "小赵")
MARCUS = _staff("mwebb", "Marcus Webb", 15, "Marcus", "Marcus")
DEREK = _staff("dsiu", "Derek Siu", 16, "Derek", "Derek")
RAYMOND = _staff("rho", "Raymond Ho", 21, "Raymond", "阿文")
JOYCE = _staff("jip", "Joyce Ip", 22, "Joyce", "Joyce")
WINNIE = _staff("wau", "Winnie Au", 31, "Winnie", "Winnie")
DESMOND = _staff("dtse", "Desmond Tse", 32, "Desmond", "謝生")
CANDY = _staff("clo", "Candy Lo", 41, "Candy", "Candy")
STAFF = (RACHEL, KELVIN, HAILEY, ZHAO, MARCUS, DEREK, RAYMOND, JOYCE, WINNIE, DESMOND, CANDY)

HOLDERS = {"en": ("Joyce", "Raymond", "Candy", "Desmond"), "zh": ("Joyce", "Raymond", "Candy", "謝生")}
"""Who covers for an absent colleague, by the language of the message."""


@dataclass(frozen=True, slots=True)
class Account:
    """A source of capture: one phone, or one platform."""

    name: str
    connector: str
    style: str
    owner: Person | None = None
    daily: bool = True
    """Whether it is heard on every business day."""


PHONE_RACHEL = Account("phone-rachel-fong", "whatsapp", "ios-en", RACHEL)
PHONE_KELVIN = Account("phone-kelvin-mok", "whatsapp", "android-en", KELVIN)
PHONE_HAILEY = Account("phone-hailey-leung", "whatsapp", "ios-hant", HAILEY)
PHONE_ZHAO = Account("phone-zhao-yiming", "whatsapp", "android-hans", ZHAO)
PHONE_MARCUS = Account("phone-marcus-webb", "whatsapp", "ios-us", MARCUS)
WECOM = Account("wecom", "ndjson", "wecom")
DESK = Account("desk-chat", "ndjson", "desk")
LINE = Account("client-line", "ndjson", "line", DEREK, daily=False)
ACCOUNTS = (PHONE_RACHEL, PHONE_KELVIN, PHONE_HAILEY, PHONE_ZHAO, PHONE_MARCUS, WECOM, DESK, LINE)

# handle | name as shown | call in English | call in Chinese | telephone
_CLIENTS = """
hwhitmore | Helen Whitmore | Helen | Helen | +44 7700 900114
slau | Mrs Lau Sau Fong | Mrs Lau | 劉太 | +852 0555 2101
anair | Arun Nair | Arun | Arun | +852 0555 2102
jchoy | Janice Choy | Janice | Janice | +852 0555 2103
pcheuk | 卓佩儀 | Mrs Cheuk | 卓太 | +852 0555 2104
mlok | 駱文輝 | Mr Lok | 駱生 | +852 0555 2105
bkwan | Benny Kwan | Benny | Benny | +852 0555 2106
fyim | 嚴鳳珠 | Ms Yim | 嚴姐 | +852 0555 2107
tgrant | Tom Grant | Tom | Tom | +852 0555 2108
vtam | Vivian Tam | Vivian | Vivian | +852 0555 2109
klui | 雷國強 | Mr Lui | 強哥 | +852 0555 2110
mpoon | 潘美珍 | Mrs Poon | 潘太 | +852 0555 2111
cszeto | 司徒志恒 | Mr Szeto | 司徒先生 | +852 0555 2112
yng | 伍婉華 | Ms Ng | 伍女士 | +852 0555 2113
wkong | 江偉業 | Mr Kong | 江先生 | +852 0555 2114
lmak | 麥麗嫦 | Mrs Mak | 麥太 | +852 0555 2115
qsun | 孙启明 | Mr Sun | 孙总 | +852 0555 2116
lqian | 钱丽娜 | Ms Qian | 钱姐 | +852 0555 2117
bzhou | 周柏林 | Mr Zhou | 周先生 | +852 0555 2118
hgu | 顾海燕 | Ms Gu | 顾总 | +852 0555 2119
wpeng | 彭伟 | Mr Peng | 彭总 | +852 0555 2120
xluo | 罗小雨 | Ms Luo | 罗小姐 | +852 0555 2121
djiang | 蒋东升 | Mr Jiang | 蒋总 | +852 0555 2122
yfan | 范玉洁 | Ms Fan | 范老师 | +852 0555 2123
ctao | 陶成 | Mr Tao | 陶哥 | +852 0555 2124
hlu | 卢慧 | Ms Lu | 卢姐 | +852 0555 2125
rbecker | Ralf Becker | Ralf | Ralf | +852 0555 2126
gsinclair | Gillian Sinclair | Gillian | Gillian | +1 415 555 0142
odube | Oscar Dube | Oscar | Oscar | +44 7700 900251
nfung | Natalie Fung | Natalie | Natalie | +852 0555 2127
ashum | 岑偉倫 | Alan | 岑生 | +852 0555 2128
kyau | 游嘉敏 | Carmen | 游小姐 | +852 0555 2129
hfok | 霍永祥 | Mr Fok | 霍生 | +852 0555 2130
stang | Stephanie Tang | Steph | Steph | +852 0555 2131
jwu | 鄔家俊 | Jacky | Jacky | +852 0555 2132
elam | 林詠詩 | Eunice | Eunice | +852 0555 2133
dhui | 許達榮 | Mr Hui | 許先生 | +852 0555 2134
pmcrae | Peter McRae | Peter | Peter | +852 0555 2135
iyuen | 阮綺雯 | Ivy | Ivy | +852 0555 2136
rtong | 湯瑞芝 | Ms Tong | 湯女士 | +852 0555 2137
"""

# The five clients whose threads a story runs through; nobody else names them.
_STORY_CLIENTS = """
jashby | Julian Ashby | Julian | Julian | +852 0555 2141
tcheung | Theo Cheung | Theo | Theo | +852 0555 2142
ymok | 繆月嬌 | Mrs Miu | 繆婆婆 | +852 0555 2143
cwan | 尹志堅 | Mr Wan | 尹生 | +852 0555 2144
zlei | 雷振邦 | Mr Lei | 雷总 | +852 0555 2145
"""


def _clients(table: str) -> dict[str, Person]:
    people = {}
    for row in table.strip().splitlines():
        handle, name, english, chinese, phone = (cell.strip() for cell in row.split("|"))
        people[handle] = Person(f"cl-{handle}", name, phone, (english, chinese))
    return people


CLIENTS = _clients(_CLIENTS) | _clients(_STORY_CLIENTS)
