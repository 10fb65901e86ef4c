"""Who talks with whom, where, in which languages, and how much."""

from muniment.cli.demo.cast import (
    ACCOUNTS,
    CANDY,
    CLIENTS,
    DEREK,
    DESK,
    DESMOND,
    JOYCE,
    LINE,
    MARCUS,
    RACHEL,
    RAYMOND,
    STAFF,
    WECOM,
    WINNIE,
    ZHAO,
)
from muniment.cli.demo.model import Conversation

# account | staff | client | languages, the main one first | messages | share of orders among scenes
_CHATS = """
phone-rachel-fong  | rfong  | hwhitmore | en            | 135 | 0.30
phone-rachel-fong  | rfong  | slau      | mixed en      |  95 | 0.10
phone-rachel-fong  | rfong  | jchoy     | mixed yue     | 130 | 0.25
phone-rachel-fong  | rfong  | cwan      | yue           | 100 | 0.20
phone-rachel-fong  | rfong  | anair     | en            | 120 | 0.25
phone-kelvin-mok   | kmok   | bkwan     | mixed yue     | 150 | 0.30
phone-kelvin-mok   | kmok   | tgrant    | en            | 150 | 0.25
phone-kelvin-mok   | kmok   | vtam      | yue           | 150 | 0.20
phone-kelvin-mok   | kmok   | klui      | yue           | 150 | 0.35
phone-kelvin-mok   | kmok   | stang     | mixed en      | 120 | 0.20
phone-hailey-leung | hleung | mpoon     | yue           | 120 | 0.15
phone-hailey-leung | hleung | cszeto    | zh-Hant       | 130 | 0.25
phone-hailey-leung | hleung | yng       | zh-Hant yue   | 130 | 0.20
phone-hailey-leung | hleung | ymok      | yue           |  80 | 0.00
phone-hailey-leung | hleung | fyim      | yue mixed     | 110 | 0.15
phone-zhao-yiming  | yzhao  | xluo      | zh-Hans       | 120 | 0.20
phone-zhao-yiming  | yzhao  | ctao      | zh-Hans       | 130 | 0.30
phone-zhao-yiming  | yzhao  | hlu       | zh-Hans       | 120 | 0.20
phone-marcus-webb  | mwebb  | gsinclair | en            | 150 | 0.25
phone-marcus-webb  | mwebb  | odube     | en            | 140 | 0.20
wecom              | yzhao  | qsun      | zh-Hans       | 150 | 0.35
wecom              | yzhao  | lqian     | zh-Hans       | 120 | 0.20
wecom              | yzhao  | bzhou     | zh-Hans       | 110 | 0.25
wecom              | yzhao  | hgu       | zh-Hans       | 130 | 0.30
wecom              | yzhao  | wpeng     | zh-Hans       | 100 | 0.20
wecom              | yzhao  | djiang    | zh-Hans       | 120 | 0.25
wecom              | yzhao  | yfan      | zh-Hans       |  80 | 0.10
wecom              | yzhao  | zlei      | zh-Hans       | 120 | 0.30
wecom              | hleung | pcheuk    | zh-Hant       | 120 | 0.15
wecom              | hleung | mlok      | zh-Hant       | 130 | 0.25
wecom              | hleung | wkong     | zh-Hant       | 130 | 0.30
wecom              | hleung | lmak      | yue           | 110 | 0.15
desk-chat          | mwebb  | jashby    | en            | 130 | 0.35
desk-chat          | rho    | tcheung   | en mixed      | 130 | 0.45
desk-chat          | rho    | rbecker   | en            | 130 | 0.40
desk-chat          | rho    | nfung     | mixed         | 130 | 0.35
desk-chat          | rho    | hfok      | yue           | 130 | 0.40
desk-chat          | rho    | jwu       | yue mixed     | 130 | 0.45
desk-chat          | rho    | dhui      | zh-Hant       | 140 | 0.40
desk-chat          | rho    | hwhitmore | en            |  90 | 0.50
desk-chat          | jip    | ashum     | yue           | 130 | 0.40
desk-chat          | jip    | kyau      | mixed yue     | 110 | 0.30
desk-chat          | jip    | elam      | mixed         | 120 | 0.30
desk-chat          | jip    | pmcrae    | en            | 130 | 0.35
desk-chat          | jip    | iyuen     | yue           | 110 | 0.30
desk-chat          | jip    | rtong     | zh-Hant       | 140 | 0.35
desk-chat          | jip    | cszeto    | zh-Hant       |  90 | 0.40
desk-chat          | jip    | slau      | en mixed      |  90 | 0.40
desk-chat          | jip    | bkwan     | yue           |  90 | 0.50
client-line        | dsiu   | nfung     | en            |  26 | 0.00
client-line        | dsiu   | iyuen     | yue           |  26 | 0.00
client-line        | dsiu   | klui      | yue           |  26 | 0.00
client-line        | dsiu   | anair     | en            |  26 | 0.00
client-line        | dsiu   | lqian     | zh-Hans       |  26 | 0.00
"""


def chat_key(account: str, client: str) -> str:
    """The native id of a chat with a client: the number on the client line, a made-up id elsewhere."""
    if account == LINE.name:
        return CLIENTS[client].phone.replace(" ", "")
    prefix = {"wecom": "wc", "desk-chat": "dc"}.get(account, account)
    return f"{prefix}-{client}"


def conversations() -> tuple[Conversation, ...]:
    """All sixty of them, in a fixed order."""
    accounts = {account.name: account for account in ACCOUNTS}
    staff = {person.id.removeprefix("hls-"): person for person in STAFF}
    chats = []
    for row in _CHATS.strip().splitlines():
        account, adviser, client, languages, size, orders = (cell.strip() for cell in row.split("|"))
        chats.append(
            Conversation(
                key=chat_key(account, client),
                account=accounts[account],
                title=CLIENTS[client].name,
                members=(staff[adviser], CLIENTS[client]),
                languages=tuple(languages.split()),
                size=int(size),
                orders=float(orders),
                room="line" if account == LINE.name else None,
            )
        )
    return (*chats, *_groups())


def _groups() -> tuple[Conversation, ...]:
    sun, gu, shum = CLIENTS["qsun"], CLIENTS["hgu"], CLIENTS["ashum"]
    return (
        Conversation("wc-room-sun", WECOM, "孙总家庭账户服务群", (ZHAO, sun, gu, RAYMOND), ("zh-Hans",), 110, 0.15),
        Conversation("wc-room-shum", WECOM, "岑生 x 漁燈", (JOYCE, shum, CLIENTS["iyuen"]), ("mixed", "yue"), 90, 0.10),
        Conversation(
            "dc-dealing", DESK, "Dealing desk", (RAYMOND, JOYCE, DEREK, DESMOND), ("mixed",), 240, 0, "dealing"
        ),
        Conversation("dc-operations", DESK, "Operations", (CANDY, JOYCE, RACHEL), ("mixed",), 130, 0, "operations"),
        Conversation(
            "dc-compliance", DESK, "Compliance", (WINNIE, RACHEL, MARCUS, DESMOND), ("en",), 75, 0, "compliance"
        ),
        Conversation(
            "dc-research", DESK, "Research and news", (WINNIE, RAYMOND, MARCUS), ("mixed",), 80, 0, "research"
        ),
    )
