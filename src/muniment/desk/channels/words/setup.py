"""What people read while they connect an account: what a connector is, what is done at the platform, what each setting is.

A connector that a firm brought itself is shown by its own names.
"""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from muniment.desk.platforms import channel


@dataclass(frozen=True, slots=True)
class Guide:
    """How an account of one connector is set up: what it is, what to copy at the platform before, what to enter there after."""

    what: Any
    before: tuple[Any, ...] = ()
    after: tuple[Any, ...] = ()
    test: Any = ""
    """From where the test message is sent."""
    check: tuple[Any, ...] = field(default=())
    """What to look at where nothing comes, beside what is known of the connection."""
    sending: tuple[Any, ...] = field(default=())
    """How the firm's own programs are pointed at the relay, for a connector that has one."""


GUIDES: dict[str, Guide] = {
    "ndjson": Guide(
        what=_("A program of the firm's own posts its messages here, with a key of its own."),
        after=(
            _("Give the key to the program. It stands in the header Authorization of each request."),
            _("Post one message a line. The answer says of each line whether it was kept."),
        ),
        test=_("Let the program post a message that holds these words, or use the command of the page before."),
        check=(
            _("401 or 403: the key is not the one that stands here, or the account is switched off."),
            _("422: a line was no message. The answer says which line, and what was expected."),
        ),
    ),
    "wecom": Guide(
        what=_("What colleagues and clients write to each other in WeCom (会话内容存档), pulled every few seconds."),
        before=(
            _("In the WeCom console, buy and switch on the chat archive, and enrol the colleagues."),
            _("Make an RSA key of 2048 bits, paste its public half there, and note the version that the platform gives it."),
            _("Add the address of this machine to the platform's list of trusted IPs."),
            _("Copy the corporation id and the secret of the chat archive, which is not an application's."),
            _("For members of client groups and for names, copy the secret of the client contacts (客户联系) too."),
            _("Put the vendor's library on this machine where only an administrator writes, and take its SHA-256."),
        ),
        after=(
            _("There is nothing to enter at the platform: we ask it."),
            _("A client who refuses the archive leaves no mark. Restrict the service to clients who agreed, and record that it is so."),
        ),
        test=_("Write these words in WeCom from an enrolled colleague to a client, or to another enrolled colleague."),
        check=(
            _("The colleague is enrolled, and the client agreed to the archive."),
            _("The platform may take some minutes before it gives a message out."),
        ),
    ),
    "whatsapp_cloud": Guide(
        what=_("A WhatsApp Business number on Meta's Cloud API: Meta delivers each message here, signed."),
        before=(
            _("At Meta, open the app's basic settings and copy the app secret."),
            _("Make a system user with a token that may use whatsapp_business_messaging: files are fetched with it."),
        ),
        after=(
            _("In the app, under WhatsApp, Configuration, enter the address and the verify token, then press Verify and save."),
            _(
                "Subscribe to messages, smb_message_echoes, smb_app_state_sync, history, calls, the group fields and"
                " account_update. What is not subscribed to is never delivered, and nothing shows that it is missing."
            ),
        ),
        test=_("Send these words to the business number from any phone."),
        check=(
            _("At Meta, the field messages is subscribed to, and the app is live."),
            _("The address can be reached from the internet, over HTTPS with a certificate that browsers accept."),
        ),
        sending=(
            _("In the program that sends, put this address in the place of https://graph.facebook.com. Paths stay as they are."),
            _(
                "Put the send key in the place of Meta's token, in the header Authorization. We call Meta with the access token of the"
                " system user, so that the program can send nothing past the record."
            ),
            _("Each call is durable here before Meta gets it. Where that cannot be, it is refused with 503, and nothing is sent."),
            _("502 or 504: Meta did not answer, and the message may have been sent. It stands here as unanswered."),
        ),
    ),
    "wechat": Guide(
        what=_("An official account, a WeCom application or customer service of WeChat: the platform calls us, encrypted."),
        before=(
            _("At the platform, open the settings of the server or of receiving messages. Let it make the token and the EncodingAESKey."),
            _("Choose safe mode (安全模式): in plain mode nothing is signed."),
            _("For files and customer service, copy the secret, and add the address of this machine to the list of trusted IPs."),
        ),
        after=(_("At the platform, enter the address and save. It asks us at once, and says whether the answer was right."),),
        test=_("Send these words to the account from WeChat."),
        check=(
            _("The clock of this machine is right: a delivery whose time is ten minutes from ours is refused."),
            _("The receiver is the AppId or the corporation's id, letter for letter."),
        ),
    ),
}  # fmt: skip

OWN = Guide(what=_("A connector of the firm's own."), test=_("Send these words where this account captures."))


@dataclass(frozen=True, slots=True)
class Asked:
    """A setting for people: its label, and what to enter."""

    label: Any
    hint: Any = ""


_LINES = _("While one is replaced by another, enter both, one a line.")
SETTINGS: dict[tuple[str, str], Asked] = {
    ("ndjson", "key"): Asked(_("Key"), _("Made here, and shown once.")),
    ("wecom", "corpid"): Asked(_("Corporation id"), _("Begins with ww.")),
    ("wecom", "secret"): Asked(_("Secret of the chat archive"), _("Not an application's.")),
    ("wecom", "private_keys"): Asked(
        _("Private keys"),
        _("Each with its version before it, such as “1:” and then the PEM text. Keep old versions: what they sealed opens with them alone."),
    ),
    ("wecom", "companion_secret"): Asked(
        _("Secret for consent and members"),
        _(
            "The secret of the chat archive again. With it the platform is asked who agreed, and who is in a group of colleagues."
            " Empty: nothing is asked."
        ),
    ),
    ("wecom", "contacts_secret"): Asked(
        _("Secret of the client contacts"),
        _("Of 客户联系. With it the platform is asked who is in a group with clients, and for names. Empty: nothing is asked."),
    ),
    ("wecom", "api"): Asked(_("Address of the API")),
    ("wecom", "library_path"): Asked(_("Path of the vendor's library"), _("On this machine, beginning with /.")),
    ("wecom", "library_sha256"): Asked(_("SHA-256 of the library"), _("As sha256sum prints it. Other bytes are never loaded.")),
    ("wecom", "proxy"): Asked(_("Proxy"), _("Where this machine reaches the platform through one.")),
    ("wecom", "proxy_password"): Asked(_("Password of the proxy")),
    ("whatsapp_cloud", "verify_token"): Asked(_("Verify token"), _("Made here, and shown once. Enter it at Meta.")),
    ("whatsapp_cloud", "app_secrets"): Asked(_("App secret"), _LINES),
    ("whatsapp_cloud", "access_token"): Asked(_("Access token"), _("Of the system user. Files are fetched with it, and the relay sends with it.")),
    ("whatsapp_cloud", "send_key"): Asked(_("Send key"), _("Made here, and shown once. For the programs that send.")),
    ("whatsapp_cloud", "phone_number"): Asked(_("Phone number"), _("As WhatsApp shows it, digits alone. What the relay sends stands under it.")),
    ("whatsapp_cloud", "phone_number_id"): Asked(_("Phone number id"), _("Meta's id of the number, where the app has several.")),
    ("whatsapp_cloud", "api"): Asked(_("Address of the API")),
    ("wechat", "platform"): Asked(_("Platform")),
    ("wechat", "receiver"): Asked(_("Receiver"), _("The AppId, or the corporation's id.")),
    ("wechat", "token"): Asked(pgettext_lazy("as WeChat calls it", "Token"), _LINES),
    ("wechat", "encoding_aes_key"): Asked(_("EncodingAESKey"), _LINES),
    ("wechat", "secret"): Asked(_("Secret of the application"), _("For files and customer service.")),
    ("wechat", "customer_service"): Asked(_("Customer service: its messages are pulled"), _("Needs the secret.")),
    ("wechat", "open_kfids"): Asked(_("Customer-service accounts"), _("Their ids, one a line. Empty for all.")),
    ("wechat", "plain"): Asked(_("Plain mode: deliveries that nobody signed are taken"), _("Better left off.")),
    ("wechat", "window"): Asked(_("Seconds that clocks may differ")),
    ("wechat", "api"): Asked(_("Address of the API")),
}  # fmt: skip


CHOICES: dict[tuple[str, str, str], Any] = {
    ("wechat", "platform", "wecom"): _("an application of WeCom, or customer service"),
    ("wechat", "platform", "official"): _("an official account of WeChat"),
}
"""What can be chosen for a setting, in words."""


def guide(connector: str) -> Guide:
    """How an account of this connector is set up."""
    return GUIDES.get(connector, OWN)


def asked(connector: str, name: str) -> Asked:
    """A setting for people; one that nobody described is called by its own name."""
    return SETTINGS.get((connector, name)) or Asked(name.replace("_", " "))


def choice(connector: str, setting: str, value: str) -> Any:
    """A value that can be chosen, for people; one that nobody described stays as it is."""
    return CHOICES.get((connector, setting, value), value)


def name(connector: str) -> str:
    """What people call a connector."""
    names: dict[str, Any] = {
        "ndjson": _("Push: a program of your own"),
        "wecom": _("WeCom chat archive"),
        "whatsapp_cloud": _("WhatsApp Business"),
        "wechat": _("WeChat and WeCom callbacks"),
    }
    return str(names[connector]) if connector in names else channel(connector)
