"""Finds words on a Chinese page that nobody translated: in its text, its title, its labels, hints and placeholders."""

import re

from playwright.sync_api import Page

from muniment.cli.demo.cast import ACCOUNTS, CLIENTS, STAFF
from muniment.cli.demo.conversations import conversations
from muniment.cli.demo.live.accounts import ARCHIVE, OFFICIAL, WHATSAPP
from muniment.cli.demo.register import CHANNELS, DEVICES

OTHERS = (
    "Private clients",
    "Mainland clients",
    "Dealing",
    "Compliance and operations",
    "Evelyn Visitor",
    "Ivan Lam",
    "Grace Ko",
    "Harbour Lantern Securities Limited",
    "Promises of capital",
    *(WHATSAPP, OFFICIAL, ARCHIVE),
    *(channel.name for channel in CHANNELS),
    *(device.label for device in DEVICES),
)
"""Names in the demonstration beside its cast, and the search that is saved in it."""

ALLOWED = frozenset(
    """
    muniment wechat wecom whatsapp business telegram desktop signal line slack teams microsoft graph meta cloud discord discordchatexporter
    sms backup restore sim bloomberg instant actiance mattermost linkedin twitter email e-mail imessage
    ndjson json csv zip txt html pdf png jpeg xml eml mbox sha sha-256 utc id ids api url tls pem totp webauthn openid connect oidc sqlite postgresql http https
    token encodingaeskey appid corpid
    pin crd ce english django kb mb gb tb bytes python or not and passkey phone email r2 ctrl enter esc tab qr aes gcm hmac ed25519 merkle rfc c2sp
    """.split()
)
"""Names and formats that Chinese readers write so, too; in lower case."""

COLLECT = r"""
(html) => {
  const page = new DOMParser().parseFromString(html, 'text/html'), root = page.documentElement, found = [];
  // An option that says what it is sent as, such as a time zone, is a code.
  const coded = (element) => element.tagName === 'OPTION' && element.textContent.trim().toLowerCase() === element.value.toLowerCase();
  const ours = (element) => element && !coded(element) && element.closest('[lang]') === root
    && !element.closest('bdi, code, pre, kbd, samp, var, .mono, time, script, style, noscript, template, .hash, [translate=no]');
  const note = (text, where) => { if (/[A-Za-z]{2}/.test(text)) found.push([text.trim().replace(/\s+/g, ' ').slice(0, 160), where]); };
  const walk = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode;
    if (ours(node.parentElement)) note(node.data, node.parentElement.tagName.toLowerCase());
  }
  for (const element of page.querySelectorAll('*')) {
    if (!ours(element)) continue;
    for (const name of ['title', 'aria-label', 'aria-description', 'aria-roledescription', 'aria-valuetext', 'placeholder', 'alt', 'label', 'summary', 'hx-confirm', 'data-confirm'])
      if (element.hasAttribute(name)) note(element.getAttribute(name), `${element.tagName.toLowerCase()}[${name}]`);
    if (element.matches('input[type=submit], input[type=button], input[type=reset]')) note(element.getAttribute('value') ?? '', 'input[value]');
  }
  note(page.title, 'title');
  return found;
}
"""

_ZONE = re.compile(r"\b[A-Z][A-Za-z]+/[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_]+)?")
_NAMED = re.compile(
    '\u2068[^\u2069]*\u2069|「[^」]*」|“[^”]*”|"[^"]*"|`[^`]*`|[\\w.]+/[\\w./]+|[a-z]\\.[a-z]+|[0-9a-f]{6}…|(?:records|audit) (?=的)'
    r"|[\w-]+\.(?:png|jpg|pdf|xlsx?|docx?|ogg|opus|mp4|txt|zip|csv|py|json|xml|eml|mbox|js|code)\b|(?<!\S)--[a-z]+(?!\S)|MUNIMENT_[A-Z_]+"
)
"""What is set off as a name or an example: between isolates, in quotation marks, a path, a hash cut short, an option, a setting."""
_FIELD = re.compile(r"[a-z]+:(?=\W|$)")
"""The fields of a query, such as from:"""
_NAMES = {
    *(chat.title for chat in conversations()),
    *(who.name for who in (*STAFF, *CLIENTS.values())),
    *(account.name for account in ACCOUNTS),
    *OTHERS,
}
_PEOPLE = re.compile("|".join(map(re.escape, sorted(_NAMES, key=len, reverse=True))))
COLUMNS = frozenset("key name kind employee client other conversation sender sent_at text".split())
"""The names of columns and members that a Chinese sentence may speak of."""
_HAN = re.compile("[\u4e00-\u9fff]")
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_’'-]+")


def untranslated(page: Page, html: str) -> list[str]:
    """What stands in `html` in Latin letters and is no name, time, code or text of somebody else: each with where it stands.

    `page` is any page of a browser, which reads it.
    """
    found: list[list[str]] = page.evaluate(COLLECT, html)
    return [f"{where}: {text}" for text, where in found if strays(text)]


def strays(text: str) -> list[str]:
    """The words in Latin letters that no Chinese reader writes so; names of people, accounts and time zones are known."""
    for known in (_NAMED, _ZONE, _PEOPLE, _FIELD):
        text = known.sub(" ", text)
    columns = COLUMNS if _HAN.search(text) else frozenset[str]()
    return [word for word in _WORD.findall(text) if word.lower() not in ALLOWED and word not in columns]
