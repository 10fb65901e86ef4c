"""Ten thousand texts that try to be more than text, the same ones each time: what a message, a name or a file name may hold.

Each carries its own canary. Where one is run, it sets `window.__muniment_pwned` or asks the server for `/pwned/<number>`;
where one is only shown, neither happens. A text that cannot run (directions, towers of marks, a megabyte) carries the
canary as an element beside what it does, so that each is a test of escaping, too.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice, product

CANARY = "__muniment_pwned"
TRAP = "/pwned/"
LEAST = 10_000


@dataclass(frozen=True, slots=True)
class Payload:
    """One hostile text. `number` is its place in the list, and what its canary says."""

    number: int
    kind: str
    text: str

    @property
    def name(self) -> str:
        """The same as a name, which no platform lets grow beyond a few hundred characters."""
        return self.text if len(self.text) <= 600 else self.text[:300] + self.text[-300:]

    @property
    def whole(self) -> bool:
        """Whether it is text at all: half a surrogate pair is none."""
        return not any(0xD800 <= ord(character) <= 0xDFFF for character in self.name)


HANDLERS = """
onabort onafterprint onafterscriptexecute onanimationcancel onanimationend onanimationiteration onanimationstart onauxclick
onbeforecopy onbeforecut onbeforeinput onbeforematch onbeforepaste onbeforeprint onbeforescriptexecute onbeforetoggle
onbeforeunload onbegin onblur onbounce oncancel oncanplay oncanplaythrough onchange onclick onclose oncommand
oncontentvisibilityautostatechange oncontextlost oncontextmenu oncontextrestored oncopy oncuechange oncut ondblclick ondrag
ondragend ondragenter ondragexit ondragleave ondragover ondragstart ondrop ondurationchange onemptied onend onended onerror
onfinish onfocus onfocusin onfocusout onformdata onfullscreenchange onfullscreenerror ongotpointercapture onhashchange oninput
oninvalid onkeydown onkeypress onkeyup onlanguagechange onload onloadeddata onloadedmetadata onloadend onloadstart
onlostpointercapture onmessage onmessageerror onmousedown onmouseenter onmouseleave onmousemove onmouseout onmouseover
onmouseup onmousewheel onmozfullscreenchange onoffline ononline onpagehide onpageshow onpaste onpause onplay onplaying
onpointercancel onpointerdown onpointerenter onpointerleave onpointermove onpointerout onpointerover onpointerrawupdate
onpointerup onpopstate onprogress onratechange onreadystatechange onrejectionhandled onrepeat onreset onresize onscroll
onscrollend onscrollsnapchange onscrollsnapchanging onsearch onsecuritypolicyviolation onseeked onseeking onselect
onselectionchange onselectstart onshow onslotchange onstalled onstart onstorage onsubmit onsuspend ontimeupdate ontoggle
ontouchcancel ontouchend ontouchmove ontouchstart ontransitioncancel ontransitionend ontransitionrun ontransitionstart
onunhandledrejection onunload onvisibilitychange onvolumechange onwaiting onwebkitanimationend onwebkitanimationiteration
onwebkitanimationstart onwebkitfullscreenchange onwebkitmouseforcechanged onwebkittransitionend onwebkitwillrevealbottom onwheel
""".split()
ELEMENTS = (
    "<img src=x {h}=JS>",
    '<svg {h}="JS"><animate {h}="JS" attributeName=x dur=1s></svg>',
    "<body {h}='JS'>",
    "<input autofocus {h}=JS>",
    "<details open {h}=JS><summary {h}=JS>",
    "<video autoplay {h}=JS><source {h}=JS src=x>",
    '<iframe {h}="JS" src="URL"></iframe>',
    "<x tabindex=0 id=x contenteditable {h}=JS>",
    "<marquee {h}=JS loop=1 width=0>",
    "<math><mtext><img {h}=JS src=URL></mtext></math>",
    "<form {h}=JS><button {h}=JS>OK</button>",
    "<dialog open {h}=JS><p>",
    "<style {h}=JS>*{animation:a 1s}@keyframes a{}</style>",
    "<object {h}=JS data=URL>",
)
BREAKS = (
    "", '">', "'>", "'", '"', ">", "</bdi>", "</p></div></main>", "</title>", "</textarea>", "</style>", "</script>",
    "</noscript>", "</template>", "-->", "--!>", "<!--", "<!-->", "]]>", "<![CDATA[", "<!DOCTYPE html [", "<?xml version='1.0'?>",
    "</svg>", "</math>", "</select>", "</option>", "</table>", "</xmp>", "</plaintext>", "</iframe>", "</noembed>", "`", "\\", '\\"',
    "\0", "<\0", "\ufeff", "\u2028", "%0a", "\r\n\r\n", "*/", "}", ");", "{{", "{%", "${", "<%", "#{", "[[", "</time>", "</a>",
    "</button>", "</label>", "</td></tr></table>", "</body></html>", "</bdi ", "&lt;/bdi&gt;", "/>", "\u00ab", "\x1b]8;;URL\x07",
)  # fmt: skip
BODIES = (
    "<script>JS</script>",
    "<script src=URL></script>",
    "<scr<script>ipt>JS</scr</script>ipt>",
    "<ScRiPt\n>JS</sCrIpT\t>",
    "<script/x>JS</script\n>",
    "<script type=module>import 'URL';JS</script>",
    "<script>//\u2028JS</script>",
    "<link rel=stylesheet href=URL>",
    "<link rel=prefetch href=URL><link rel=preload as=script href=URL>",
    "<base href=URL/>",
    "<meta http-equiv=refresh content='0;url=URL'>",
    "<img src=URL srcset='URL 2x'>",
    "<embed src=URL><object data=URL></object>",
    "<audio src=URL autoplay></audio><video poster=URL></video>",
    '<template shadowrootmode="open"><script>JS</script></template>',
    "<noscript><p title='</noscript><img src=URL onerror=JS>'>",
    "<plaintext>",
    "<textarea autofocus onfocus=JS>",
    "<input type=image src=URL formaction=URL>",
    "<frameset><frame src=URL></frameset>",
    "<table background=URL><td background=URL>",
    "<isindex type=image src=URL onerror=JS>",
)
SCHEMES = (
    "javascript:JS", "JaVaScRiPt:JS", "java\tscript:JS", "java\nscript:JS", "\x01javascript:JS", " javascript:JS", "javascript&colon;JS",
    "javascript&#58;JS", "&#106;avascript:JS", "&#x6A;avascript:JS", "javascript:%0aJS", "javascript://%0aJS", "javascript:/*-->*/JS",
    "vbscript:msgbox(1)//JS", "livescript:JS", "data:text/html,<script>JS</script>", "data:text/html;base64,PHNjcmlwdD5KUzwvc2NyaXB0Pg==",
    "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='JS'/>", "data:;,JS", "data:application/javascript,JS", "blob:JS",
    "filesystem:URL", "view-source:URL", "file:///etc/passwd#JS", "//evil.example/URL", "https://evil.example/URL", "\\\\evil.example\\URL",
    "https:evil.example/URL", "http://user:JS@evil.example/", "https://\u0435vil.example/URL", "https://evil\u3002example/URL", "jar:URL!/",
    "mailto:x?body=JS", "tel:JS", "sms:JS", "intent://URL#Intent;end", "weixin://URL", "ms-msdt:/id PCWDiagnostic JS", "search-ms:query=URL",
    "feed:javascript:JS", "wyciwyg://URL",
)  # fmt: skip
CARRIERS = (
    "LINK", "<a href='LINK'>open</a>", "<a href=LINK target=_blank>x", "[open](LINK)", "[open]: LINK", "<LINK>", "![x](LINK)",
    "<iframe src='LINK'></iframe>", "<form action='LINK'><button>OK", "<area href='LINK'>", "<svg><a xlink:href='LINK'><text>x", "see LINK now",
    "<math href='LINK'>x</math>", "<object data='LINK'>",
)  # fmt: skip
TEMPLATES = (
    "{{ 7|add:7 }}", "{{ request }}", "{{ settings.SECRET_KEY }}", "{{ request.user.password }}", "{% include 'rail.html' %}", "{% debug %}",
    "{% load static %}{% static 'URL' %}", "{% url 'account_logout' %}", "{% csrf_token %}", "{# JS #}", "{% comment %}", "{% verbatim %}",
    "{{ ''.__class__.__mro__ }}", "{{constructor.constructor('JS')()}}", "{{$on.constructor('JS')()}}", "${JS}", "${{JS}}", "#{JS}", "<%= JS %>",
    "<% JS %>", "*{JS}", "@(JS)", "[[${JS}]]", "{{{JS}}}", "{{= JS }}", "{JS}", "%(JS)s", "%s%n%x", "{0.__class__}", "{self}", "{n}", "{reader}",
    "{__import__('os')}", "$(JS)", "`JS`", "|JS", "{{{{", "}}}}", "{%", "%}", "{{ x|safe }}", "{{ x|escapejs }}", "{% autoescape off %}JS",
    "<div v-html='JS'>", "<div x-data=JS x-init=JS>", "<div ng-app>{{JS}}</div>", "<div data-bind='html:JS'>", "<p :class=JS @click=JS>",
)  # fmt: skip
HTMX = """
hx-get hx-post hx-put hx-patch hx-delete hx-on hx-on:click hx-on::load hx-on--after-request hx-trigger hx-vals hx-vars hx-headers hx-ext
hx-target hx-swap hx-swap-oob hx-select hx-select-oob hx-include hx-boost hx-push-url hx-replace-url hx-confirm hx-prompt hx-params
hx-indicator hx-disable hx-disabled-elt hx-disinherit hx-encoding hx-history hx-history-elt hx-inherit hx-preserve hx-request hx-sync
hx-validate hx-ws hx-sse sse-connect ws-connect
""".split()
STYLES = (
    "background:url(URL)", "background-image:url('URL')", "list-style:url(URL)", "content:url(URL)", "cursor:url(URL),auto", "behavior:url(URL)",
    "-moz-binding:url(URL)", "width:expression(JS)", "position:fixed;inset:0;z-index:2147483647;background:red", "position:absolute;left:-9999px",
    "display:block;width:99999px;height:99999px", "font-size:999999px", "transform:scale(9999)", "margin:-9999px", "visibility:hidden",
    "animation:a 1s", "opacity:0", "float:left;width:100vw;height:100vh", "direction:rtl;unicode-bidi:bidi-override", "writing-mode:vertical-rl",
    "mask:url(URL)", "filter:url(URL)", "clip-path:url(URL#x)", "shape-outside:url(URL)", "border-image:url(URL) 9", "@import 'URL'",
    "src:url(URL)", "src:local(x),url(URL)", "white-space:pre;word-break:keep-all", "columns:99", "overflow:visible;contain:none",
)  # fmt: skip
SHEETS = (
    "<style>*{S}</style>", "<style>body *{S !important}", "<div style='S'>covered</div>", '"><p style="S">', "<svg><style>*{S}</style></svg>",
    "</style><style>:root{S}</style>", "<font style=S>", "<link rel=stylesheet href='data:text/css,*{S}'>", "*{S}",
    "<style>@media all{*{S}}</style>", "<style>@font-face{font-family:a;S}</style>",
)  # fmt: skip
DRAWINGS = (
    "<svg onload=JS>", "<svg><script>JS</script></svg>", "<svg><script href=URL /></svg>", "<svg><use href='URL#x'/></svg>",
    "<svg><image href=URL /></svg>", "<svg><feImage href=URL /></svg>", "<svg><foreignObject><iframe src=URL></iframe></foreignObject></svg>",
    "<svg><animate onbegin=JS attributeName=x dur=1s>", "<svg><set attributeName=onmouseover to=JS>",
    "<svg><a xlink:href=javascript:JS><rect width=9999 height=9999 /></a></svg>", "<svg width=99999 height=99999><rect width=100% height=100% /></svg>",
    "<svg><style>*{fill:url(URL)}</style></svg>", "<svg><desc><img src=URL onerror=JS></desc></svg>", "<svg><title><img src=URL onerror=JS></title></svg>",
    "<svg><handler type=text/javascript>JS</handler></svg>", "<svg><discard onbegin=JS>", "<svg viewBox='0 0 1 1'><text font-size=9999>x</text></svg>",
    "<svg><![CDATA[<img src=URL onerror=JS>]]></svg>", "<svg></p><style><a id='</style><img src=URL onerror=JS>'>",
    "<math><mtext><table><mglyph><style><img src=URL onerror=JS></style></mglyph></table></mtext></math>",
    "<math><annotation-xml encoding=text/html><script>JS</script></annotation-xml></math>", "<math><maction actiontype=statusline#URL xlink:href=javascript:JS>x",
    "<math href=javascript:JS>x</math>", "<math><mi xlink:href=javascript:JS>x</mi></math>",
    "<form><math><mtext></form><form><mglyph><style></math><img src=URL onerror=JS>",
    "<?xml-stylesheet href=URL?>", "<!ENTITY x SYSTEM 'URL'>&x;", "<!DOCTYPE svg [<!ENTITY % a SYSTEM 'URL'>%a;]>",
    "<svg><filter><feTurbulence baseFrequency=9 numOctaves=9999 /></filter></svg>", "<svg><mpath xlink:href=URL /></svg>",
)  # fmt: skip
FILES = (
    "../../../etc/passwdX", "..\\..\\windows\\system32\\X", "/etc/X", "C:\\X", "\\\\evil.example\\share\\X", "CON", "con.txt", "PRN.X", "AUX", "NUL.X",
    "COM1.X", "LPT9", "CLOCK$", "~", "~root/X", "-rf X", "--help X", ".", "..", "...", ".htaccess X", "X.", "X ", " X", "X::$DATA", "X:Zone.Identifier",
    "X\n.pdf", "X\r\nSet-Cookie: a=b", "X\r\nContent-Type: text/html\r\n\r\n<script>JS</script>", "X\0.pdf", "X\t.pdf", "invoice\u202efdp.exe", "X\u202egpj.exe",
    "X\u2066fdp.exe", "X.pdf\u200b.exe", 'X".html', "X'.html", "X;filename=evil.html", 'X"; filename="evil.html', "X; filename*=UTF-8''evil.html",
    "X%22%3b.html", "%2e%2e%2fX", "%00X", "X.html", "X.svg", "X.xhtml", "X.js", "X.hta", "X.lnk", "X.scr", "X.exe", "X.pdf.exe", "X.tar.gz", "X?a=b#c",
    "X&a=b", "X<img src=URL onerror=JS>.png", "<script>JS</script>", "`X`", "$(X)", "${X}", "|X", "X>Y", "*X", "X\\", "X/", "//X", "./X", "\u2024\u2024\u2215X",
    "\uff0e\uff0e\uff0fX", "=X", "@X", "+X", "X=cmd|' /C calc'!A1", "文件X.pdf", "ファイルX.pdf", "\u0301X", "e\u0301X", "\u00e9X", "X\ufeff", "\u2028X",
    "LONG", "LONGHAN", "LONGEMOJI", "A" * 255 + "X", "X" + "." * 255, "X" + " " * 255 + ".exe", "a/" * 120 + "X", "X" + ".zip" * 80,
)  # fmt: skip
FORMULAS = (
    "=1+1", "+1+1", "-1+1", "@SUM(1+1)", '=HYPERLINK("URL","open")', "=cmd|' /C calc'!A0", "+cmd|' /C calc'!A0", "-cmd|' /C calc'!A0",
    "@cmd|' /C calc'!A0", '=IMPORTXML("URL","//a")', '=IMAGE("URL")', '=WEBSERVICE("URL")', '=DDE("cmd";"/C calc";"x")', "\t=1+1", "\r=1+1",
    "\n=1+1", " =1+1", "\uff1d1+1", "\uff0b1+1", "\uff0d1+1", "\uff201+1", "'=1+1", '"=1+1', '"\n=1+1', ";=1+1", ",=1+1", "a,=1+1", "a;=1+1", "a\t=1+1", 'a","=1+1',
    "a\r\n=1+1", "=\u200b1+1", "\u200b=1+1", "\ufeff=1+1", "\u202e=1+1", "\u00a0=1+1", "%=1+1", "|=1+1", "=A1&B1", "={1,2}", "=-1", "=+1", "--1", "++1", "@@", "=",
    "+", "-", "@", "+852 5555 0100", "-5%", "0=1", "1E9", "0001", "1/2", "TRUE", "#REF!", "\0=1+1",
)  # fmt: skip
DIRECTIONS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
INVISIBLE = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b\u180e\u200b\u200c\u200d\u2060\u2061\u2062\u2063\u2064\u206a\u206f\u3164\ufe00\ufe0e\ufe0f\ufeff\uffa0"
    "\ufff9\ufffa\ufffb\U000e0001\U000e0020\U000e0041\U000e007f\U000e0100\U000e01ef\u0000\u0008\u000b\u000c\u001b\u007f\u0085\u009b\u2028\u2029"
)
ALIKE = {
    "a": "\u0430\uff41\U0001d41a\u0251", "c": "\u0441\uff43\U0001d41c\u03f2", "e": "\u0435\uff45\U0001d41e\u212e", "i": "\u0456\uff49\u0131\u04cf",
    "o": "\u043e\uff4f\u03bf\u0d20\u3007", "p": "\u0440\uff50\u03c1", "s": "\u0455\uff53\ua731", "x": "\u0445\uff58\u00d7", "y": "\u0443\uff59\u028f",
    "<": "\uff1c\u2039\u3008\u276e\ufe64", ">": "\uff1e\u203a\u3009\u276f\ufe65", '"': "\u201d\uff02\u2033\u02ba", "'": "\u2019\uff07\u2032\u02b9",
    "/": "\u2215\uff0f\u2044\u29f8", "=": "\uff1d\ua78a\u2e40", "(": "\uff08\u207d", ")": "\uff09\u207e", ".": "\u3002\uff0e\u2024", ":": "\uff1a\u2236\ua789",
}  # fmt: skip
MARKS = [
    chr(code)
    for code in (*range(0x0300, 0x034F), *range(0x0483, 0x0488), *range(0x0E31, 0x0E3B), *range(0x20D0, 0x20F1))
]
RIGHT_TO_LEFT = (
    "\u0634\u0631\u0643\u0629 \u0647\u0627\u0631\u0628\u0631\u0643\u0631\u0633\u062a", "\u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd",
    "\u0627\u0634\u062a\u0631\u0650 200 \u0633\u0647\u0645 0700.HK", "\u05e7\u05e0\u05d4 (200) <b>0005</b>", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
    "\u067e\u06cc\u0627\u0645", "\u07d2\u07de\u07cf", "\U0001e900\U0001e901\U0001e902", "\u0710\u0712\u0713", "\u0780\u07a6\u0781", "\u06f1\u06f2\u06f3",
)  # fmt: skip
PICTURES = (
    "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466", "\U0001f3f3\ufe0f\u200d\U0001f308", "\U0001f44d\U0001f3fd", "\U0001f1ed\U0001f1f0", "1\ufe0f\u20e3",
    "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "\u2764\ufe0f\u200d\U0001f525", "\U0001f9d1\U0001f3fb\u200d\U0001f91d\u200d\U0001f9d1\U0001f3ff",
    "\U0001f642", "\u200d", "\ufe0f", "\U0001f1ed", "\U0001f3fd", "\u20e3", "\U0001f600",
)  # fmt: skip
LONG_WORDS = (
    "W",
    "\u50f9",
    "\u0e01",
    "\uff37",
    "\U0001f600",
    "aB3",
    "/",
    "%41",
    "\u0915\u094d",
    "i\u0307",
    "_",
    "-",
    "\ufdfa",
    "\U00012019",
    "\u2e3b",
    "0",
)
FRAGMENT = '<img src="URL" onerror="JS">'


def payloads() -> Iterator[Payload]:
    """All of them, in an order that never changes; by kind, and each different from all others."""
    number = 0
    for kind, make in KINDS:
        for template in make(random.Random(kind)):
            script, address = f"window.{CANARY}={number}", f"{TRAP}{number}"
            if "JS" not in template and "URL" not in template:
                template += FRAGMENT
            yield Payload(number, kind, template.replace("JS", script).replace("URL", address))
            number += 1


@cache
def sample(count: int) -> tuple[Payload, ...]:
    """About `count` of them: of each kind its share, and at least four where it has so many."""
    every = tuple(payloads())
    sizes = Counter(payload.kind for payload in every)
    chosen: list[Payload] = []
    for kind, size in sizes.items():
        wanted = min(size, max(4, round(count * size / len(every))))
        some = [payload for payload in every if payload.kind == kind]
        chosen += [some[place * size // wanted] for place in range(wanted)]
    return tuple(chosen)


def _handlers(_: random.Random) -> Iterator[str]:
    for element, handler in product(ELEMENTS, HANDLERS):
        yield element.replace("{h}", handler)
    for quote, handler in product(('"', "'", "` ", " "), HANDLERS):
        yield f"x{quote} autofocus tabindex=1 {handler}={quote.strip()}JS{quote.strip()} x={quote}"
    for space, handler in product("\n\t\f/", HANDLERS):
        yield f"<img{space}src=URL{space}{handler.upper()}{space}={space}JS>"


def _breaks(_: random.Random) -> Iterator[str]:
    for start, body in product(BREAKS, BODIES):
        yield start + body


def _links(_: random.Random) -> Iterator[str]:
    for carrier, scheme in product(CARRIERS, SCHEMES):
        yield carrier.replace("LINK", scheme)


def _templates(_: random.Random) -> Iterator[str]:
    for start, template in product(("", "JS ", "}}", "%}", "<b title='"), TEMPLATES):
        yield f"{start}{template} URL"


def _encoded(_: random.Random) -> Iterator[str]:
    """The same elements written in ways that some reader undoes once too often."""
    ways: tuple[Callable[[str], str], ...] = (
        lambda text: text.replace("<", "&lt;").replace(">", "&gt;"),
        lambda text: text.replace("<", "&amp;lt;"),
        lambda text: "".join(f"&#{ord(each)};" if each in "<>\"'=/" else each for each in text),
        lambda text: "".join(f"&#x{ord(each):x};" if each in "<>\"'=/" else each for each in text),
        lambda text: "".join(f"&#{ord(each):07}" if each in "<>" else each for each in text),
        lambda text: "".join(f"%{ord(each):02x}" if each in "<>\"'" else each for each in text),
        lambda text: "".join(f"%25{ord(each):02x}" if each in "<>\"'" else each for each in text),
        lambda text: "".join(f"\\u{ord(each):04x}" if each in "<>\"'" else each for each in text),
        lambda text: "".join(f"\\x{ord(each):02x}" if each in "<>\"'" else each for each in text),
        lambda text: text.replace("<", "+ADw-").replace(">", "+AD4-"),
        lambda text: text.replace("<", "\u00bc").replace(">", "\u00be"),
        lambda text: text.replace("<", "<\0"),
        lambda text: text.replace("<", "\ufeff<\u200b"),
        lambda text: text.replace("<", "&LT;").replace(">", "&GT"),
    )
    for way, body in product(ways, (*BODIES, *DRAWINGS)):
        yield way(body)


def _htmx(_: random.Random) -> Iterator[str]:
    for name, prefix in product(HTMX, ("", "data-")):
        for quote in ('"', "'"):
            yield f"<div {prefix}{name}={quote}URL{quote} {prefix}hx-trigger={quote}load, revealed{quote} hx-on::load=JS>x</div>"
        yield f'x" {prefix}{name}="javascript:JS" {prefix}hx-trigger="every 1s" x="'
        yield f"<button {prefix}{name}='js:{{a:JS}}' {prefix}hx-get=URL {prefix}hx-swap-oob=true id=main>x</button>"


def _styles(_: random.Random) -> Iterator[str]:
    for sheet, style in product(SHEETS, STYLES):
        yield (
            sheet.replace("S}", style + "}")
            .replace("S !", style + " !")
            .replace("'S'", f"'{style}'")
            .replace('"S"', f'"{style}"')
            .replace("=S>", f"={style}>")
            + "<i class=JS>URL"
        )


def _drawings(_: random.Random) -> Iterator[str]:
    for start, drawing in product(BREAKS[:12], DRAWINGS):
        yield start + drawing


def _files(_: random.Random) -> Iterator[str]:
    long = {"LONGEMOJI": "\U0001f600" * 80 + "X.png", "LONGHAN": "檔" * 120 + "X.pdf", "LONG": "n" * 300 + "X.pdf"}
    for ending, name in product(("", ".pdf", ".html", "URL", FRAGMENT), FILES):
        yield f"{long.get(name, name).replace('X', f'JS-{ending}'[:40])}{ending}"


def _formulas(_: random.Random) -> Iterator[str]:
    for formula, ending in product(FORMULAS, ("URL", ",JS", "\n" + FRAGMENT)):
        yield formula + ending


def _directions(draw: random.Random) -> Iterator[str]:
    for control, count in product(DIRECTIONS, (1, 2, 130, 2000)):
        yield f"{control * count}pay 200 to URL {FRAGMENT}"
        yield f"{FRAGMENT}URL{control * count}"
    for _ in range(400):
        yield (
            "".join(
                draw.choice((*DIRECTIONS, "abc", "\u05d0\u05d1", "123", " ", "<b>")) for _ in range(draw.randint(5, 60))
            )
            + FRAGMENT
        )


def _invisible(draw: random.Random) -> Iterator[str]:
    for character in INVISIBLE:
        yield character.join("<script>JS</script>")
        yield f"{character * 3}URL{character}{FRAGMENT}"
        yield character * 500 + FRAGMENT
    for _ in range(300):
        yield "".join(each + draw.choice(INVISIBLE) * draw.randint(0, 3) for each in FRAGMENT) + " JS URL"


def _alike(draw: random.Random) -> Iterator[str]:
    for _ in range(500):
        words = draw.choice((FRAGMENT, "<script>JS</script>", "https://pay.example/URL", "javascript:JS"))
        yield "".join(draw.choice(ALIKE.get(each, each)) if draw.random() < 0.7 else each for each in words) + " JS URL"


def _towers(draw: random.Random) -> Iterator[str]:
    for height in (1, 5, 20, 100, 1000, 8000):
        for _ in range(40):
            marks = "".join(draw.choice(MARKS) for _ in range(height))
            word = "".join(letter + marks for letter in ("価", "JS", "<b>", "URL")[: 1 + 3 * (height < 1000)])
            yield word + FRAGMENT


def _right_to_left(draw: random.Random) -> Iterator[str]:
    for _ in range(300):
        yield (
            " ".join(draw.choice((*RIGHT_TO_LEFT, "JS", "URL", "200", "(", ")")) for _ in range(draw.randint(2, 30)))
            + FRAGMENT
        )


def _pictures(draw: random.Random) -> Iterator[str]:
    for _ in range(300):
        yield "".join(draw.choice(PICTURES) for _ in range(draw.choice((1, 3, 20, 400)))) + FRAGMENT + "JS"


def _words(_: random.Random) -> Iterator[str]:
    for letter, count in product(LONG_WORDS, (80, 300, 1000, 5000, 20_000)):
        yield letter * count + "JS" + FRAGMENT
        yield FRAGMENT + "URL" + letter * count


def _giants(_: random.Random) -> Iterator[str]:
    megabyte = 2**20
    for filling in ("W", "word ", "價", "🙂", "<b>", "&amp;", FRAGMENT, "\u202e"):
        yield "JS URL " + filling * (megabyte // len(filling.encode()))
    for line in ("", "line", "JS", "\t", "價格", "<br>"):
        yield FRAGMENT + "\n".join(f"{line}{place}" for place in range(10_000))
    for depth in ("<div>", "<b>", "<table><tr><td>", "((((", "<svg>", "\u2067"):
        yield depth * 20_000 + FRAGMENT


def _halves(draw: random.Random) -> Iterator[str]:
    """Half surrogate pairs, as a platform writes them that cuts a text at so many UTF-16 units."""
    for _ in range(150):
        half = chr(draw.randint(0xD800, 0xDFFF))
        yield draw.choice(
            (f"{half}JS{FRAGMENT}", f"{FRAGMENT}URL{half}", f"a{half}b{half}{half}JS", f"\udc00\ud800{half}URL")
        )


KINDS: tuple[tuple[str, Callable[[random.Random], Iterator[str]]], ...] = (
    ("handler", _handlers),
    ("break", _breaks),
    ("link", _links),
    ("template", _templates),
    ("encoded", _encoded),
    ("htmx", _htmx),
    ("style", _styles),
    ("drawing", _drawings),
    ("file name", _files),
    ("formula", _formulas),
    ("direction", _directions),
    ("invisible", _invisible),
    ("alike", _alike),
    ("tower", _towers),
    ("right to left", _right_to_left),
    ("picture", _pictures),
    ("long word", _words),
    ("giant", _giants),
    ("half a pair", _halves),
)


def some(kind: str, count: int) -> list[Payload]:
    """The first `count` payloads of one kind."""
    return list(islice((payload for payload in payloads() if payload.kind == kind), count))
