"""The forms of imports, accounts, handles and hand-ins: what is asked, in words; what is refused is the actions' business."""

import re
from collections.abc import Iterable
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from muniment.capture.handin import LARGEST_FILE, LONGEST_TEXT, MOST_FILES
from muniment.desk.people.access import person_by_key

CONNECTORS = (
    ("whatsapp", _("WhatsApp: a chat exported on a phone (.txt or .zip)")),
    ("telegram", _("Telegram: result.json of Telegram Desktop")),
    ("slack", _("Slack: the zip of a workspace's export")),
    ("teams", _("Microsoft Teams: messages from Microsoft Graph (.json)")),
    ("discord", _("Discord: a channel from DiscordChatExporter (.json)")),
    ("x", _("X (Twitter): the zip of an account's archive")),
    ("linkedin", _("LinkedIn: the zip of a copy of one's data, or messages.csv")),
    ("line", _("LINE: a chat exported as text (.txt)")),
    ("sms", _("Text messages: a backup of SMS Backup & Restore (.xml)")),
    ("email", _("E-mail: one message (.eml) or many (.mbox)")),
    ("bloomberg", _("Bloomberg: a day's dump of Instant Bloomberg (.xml)")),
    ("actiance", _("Actiance XML: the compliance export of Mattermost and others")),
    ("ndjson", _("NDJSON: one message a line, from any other system")),
)
ORDERS = (
    ("", _("decide by the file")),
    ("dmy", _("day, month, year")),
    ("mdy", _("month, day, year")),
    ("ymd", _("year, month, day")),
)
CHANNELS = ("WhatsApp", "WeChat", "SMS", "Telegram", "LINE", "Signal", "LinkedIn", "E-mail", "Telephone")


class Zone(forms.CharField):
    """The name of a time zone, with suggestions."""

    def __init__(self, **more: Any) -> None:
        widget = forms.TextInput(attrs={"list": "zones", "autocomplete": "off", "field_class": "mid"})
        super().__init__(max_length=60, widget=widget, **more)

    def clean(self, value: Any) -> str:
        """The name; raises ValidationError."""
        name = str(super().clean(value) or "")
        if name and name not in available_timezones():
            raise ValidationError(_("There is no such time zone. Expected a name such as Asia/Hong_Kong."))
        return name


class Somebody(forms.CharField):
    """A person by the firm's own id; gives the number of their row."""

    def clean(self, value: Any) -> Any:
        """The number; raises ValidationError when there is nobody."""
        number = person_by_key(str(super().clean(value)))
        if number is None:
            raise ValidationError(_("There is nobody with this id. Look it up under People."))
        return number


def day(label: Any, hint: Any = "", *, required: bool = False) -> forms.DateField:
    """A day, empty for open."""
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "field_class": "short"})
    return forms.DateField(label=label, help_text=hint, required=required, widget=widget)


class OptionsForm(forms.Form):
    """What the operator says beside a file."""

    connector = forms.ChoiceField(label=_("What it is"), choices=CONNECTORS, widget=forms.RadioSelect)
    account = forms.CharField(
        label=_("Account"),
        max_length=200,
        help_text=_(
            "Whose messages these are: one name for one phone, mailbox or feed. A new name makes a new account."
        ),
        widget=forms.TextInput(attrs={"list": "accounts", "autocomplete": "off", "field_class": "mid"}),
    )
    timezone = Zone(
        label=_("Time zone"),
        required=False,
        help_text=_(
            "Where the phone was. An export of WhatsApp never says; for NDJSON, only where its times have no offset."
        ),
    )
    date_order = forms.ChoiceField(
        label=_("Order of dates"),
        choices=ORDERS,
        required=False,
        help_text=_("Most files decide it themselves. Where one does not, you are told which readings there are."),
        widget=forms.Select(attrs={"field_class": "mid"}),
    )


class AccountForm(forms.Form):
    """A new capture account."""

    name = forms.CharField(
        label=_("Name"),
        max_length=200,
        help_text=_("One name for one phone, mailbox or feed, such as “Leung Ka-yan WhatsApp”. It stays."),
    )
    connector = forms.ChoiceField(label=_("What is brought into it"), choices=CONNECTORS, widget=forms.RadioSelect)


class HolderForm(forms.Form):
    """Whose an account is, from a day on."""

    person = Somebody(label=_("Person, by the firm's id"), max_length=100)
    since = day(_("From"), _("Empty: from the beginning."))


class UntilForm(forms.Form):
    """The day before which something ended."""

    until = day(_("Until before"), required=True)


class HandleForm(HolderForm):
    """Whose a handle is, from a day on."""


class HandInForm(forms.Form):
    """A message that came on a channel which nobody captures."""

    token = forms.CharField(max_length=32, widget=forms.HiddenInput)
    channel = forms.CharField(
        label=_("Channel"),
        max_length=60,
        help_text=_("Where it came or went, such as Telegram or a private phone."),
        widget=forms.TextInput(attrs={"list": "channels", "autocomplete": "off", "field_class": "mid"}),
    )
    sender = forms.CharField(
        label=_("Who wrote it"), max_length=200, widget=forms.TextInput(attrs={"field_class": "mid"})
    )
    recipients = forms.CharField(
        label=_("To whom"),
        max_length=1000,
        help_text=_("Several names on several lines."),
        widget=forms.Textarea(attrs={"rows": 2, "field_class": "mid"}),
    )
    day = day(_("Day"), _("When it was sent."), required=True)
    clock = forms.TimeField(
        label=_("Time"),
        required=False,
        help_text=_("Empty if you do not know it; then the day alone is kept."),
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "field_class": "short"}),
    )
    zone = Zone(label=_("Time zone"))
    text = forms.CharField(
        label=_("The message"),
        required=False,
        max_length=LONGEST_TEXT,
        strip=False,
        help_text=_("Word for word. A screenshot may stand for it."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    why = forms.CharField(
        label=_("Why it came this way"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean_recipients(self) -> tuple[str, ...]:
        """The names, one a line; raises ValidationError when there is none."""
        names = tuple(name.strip() for name in self.cleaned_data["recipients"].splitlines() if name.strip())
        if not names:
            raise ValidationError(_("Name at least one."))
        return names

    def clean_token(self) -> str:
        """The form's own mark; raises ValidationError when it is not one that we made."""
        token = str(self.cleaned_data["token"])
        if not re.fullmatch(r"[0-9a-f]{32}", token):
            raise ValidationError(_("The form was not made here. Load the page again."))
        return token


FILE_LIMITS = {"most": MOST_FILES, "largest": LARGEST_FILE // 2**20}


def zones() -> Iterable[str]:
    """All names of time zones that a form suggests."""
    return sorted(
        name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "posix/", "right/"))
    )
