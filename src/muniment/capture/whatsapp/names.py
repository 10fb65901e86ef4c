"""The chat's name in the name of an export file, by language."""

import re
import unicodedata

from muniment.capture.whatsapp.locales import clean

_PATTERNS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"^WhatsApp Chat (?:with|-|mit|con|com|avec|med|met|dengan|cu) (?P<name>.+)$",
        r"^WhatsApp[- ]?Chat (?:mit|met|med) (?P<name>.+)$",
        r"^(?:Chat (?:de|do) WhatsApp (?:con|com|amb)|Chat WhatsApp con|Xat de WhatsApp amb) (?P<name>.+)$",
        r"^Convers[ao] (?:do|no|de) WhatsApp com (?P<name>.+)$",
        r"^(?:Discussion|Conversation) WhatsApp avec (?P<name>.+)$",
        r"^WhatsApp[- ]?(?:chatt?|chat|gesprek|samtale|keskustelu|-chatt) (?:med|met) (?P<name>.+)$",
        r"^WhatsApp-keskustelu: (?P<name>.+)$",
        r"^Чат WhatsApp (?:с|із|з) (?P<name>.+)$",
        r"^Czat WhatsApp z (?P<name>.+)$",
        r"^Chat WhatsApp dengan (?P<name>.+)$",
        r"^Cuộc trò chuyện WhatsApp với (?P<name>.+)$",
        r"^(?P<name>.+?) ile WhatsApp Sohbeti$",
        r"^محادثة واتساب مع (?P<name>.+)$",
        r"^דו-שיח ב-WhatsApp עם (?P<name>.+)$",
        r"^Συνομιλία WhatsApp με (?P<name>.+)$",
        r"^(?P<name>.+?)(?: के साथ|के साथ) WhatsApp चैट$",
        r"^[与和與](?P<name>.+?) ?的 ?WhatsApp ?(?:聊天|对话|對話|聊天记录|聊天紀錄|對話紀錄)(?:记录|紀錄)?$",
        r"^WhatsApp ?(?:聊天|对话|對話|聊天记录|對話紀錄) ?[-–] ?(?P<name>.+)$",
        r"^(?P<name>.+?)(?:との|と) ?WhatsApp ?(?:チャット|トーク)$",
        r"^WhatsApp ?(?:チャット|トーク) ?[-–] ?(?P<name>.+)$",
        r"^(?P<name>.+?)(?:님과|과|와)의? WhatsApp 대화$",
    )
]
_COPY = re.compile(r" ?\(\d{1,2}\)$")


def chat_name(file_name: str) -> str | None:
    """The chat's name in `WhatsApp Chat with X.txt` and its translations; None when the file is named otherwise."""
    stem = _stem(file_name)
    for candidate in (stem, stem.replace("_", " ")):
        for pattern in _PATTERNS:
            match = pattern.match(candidate)
            if match:
                return conversation_id(match["name"])
    return None


def plain_name(file_name: str) -> str:
    """What a file is called, without folder, ending and the number that a browser adds to a second copy."""
    return conversation_id(_stem(file_name)) or file_name


def conversation_id(name: str) -> str:
    """A chat's name in the one form that identifies it: NFC, no marks, single spaces."""
    return " ".join(unicodedata.normalize("NFC", clean(name)).split())


def _stem(file_name: str) -> str:
    base = re.split(r"[/\\]", clean(unicodedata.normalize("NFC", file_name)))[-1]
    base = re.sub(r"\.(?:txt|zip)$", "", base, flags=re.IGNORECASE).strip()
    return _COPY.sub("", base) or base
