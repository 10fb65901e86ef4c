"""The forms of people and access: what is asked, in words; what is refused is the actions' business."""

from collections.abc import Iterable
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from muniment.desk.people.access import GroupRow, person_by_key
from muniment.desk.people.roles import NAMES, Role
from muniment.desk.people.sheet import ENCODINGS

KINDS = (("employee", _("employee")), ("client", _("client")), ("other", _("other")))


def day(label: Any, hint: Any = "") -> forms.DateField:
    """A day, empty for open."""
    return forms.DateField(
        label=label,
        help_text=hint,
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "field_class": "short"}),
    )


class LongSelect(forms.Select):
    """A choice among hundreds: written here, since the template of a choice takes a hundred times as long."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """The control, as Django's own, without groups."""
        chosen = "" if value is None else str(value)
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((key, mark_safe(" selected") if str(key) == chosen else "", label) for key, label in self.choices),
        )
        given = self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        return format_html("<select{}>{}</select>", flatatt(given), options)


class KeyField(forms.CharField):
    """Somebody, by the firm's own id; gives the number of their row."""

    def clean(self, value: Any) -> Any:
        """The number; raises ValidationError when there is nobody."""
        key = super().clean(value)
        if not key:
            return None
        number = person_by_key(key)
        if number is None:
            raise forms.ValidationError(_("There is nobody with this id. Look it up under People."), code="unknown")
        return number


class PersonForm(forms.Form):
    """Somebody the firm knows."""

    key = forms.CharField(
        label=_("The firm's id"), max_length=100, help_text=_("Staff number or client number. It stays.")
    )
    name = forms.CharField(label=_("Name"), max_length=200)
    other_name = forms.CharField(label=_("Name in another script"), max_length=200, required=False)
    kind = forms.ChoiceField(label=_("What they are to the firm"), choices=KINDS)
    email = forms.EmailField(label=_("E-mail"), max_length=254, required=False)


class NamingForm(PersonForm):
    """How somebody is named."""

    key = None  # type: ignore[assignment]  # the id stays


class HandleForm(forms.Form):
    """An address on a platform."""

    channel = forms.CharField(
        label=_("Channel"),
        max_length=40,
        help_text=_("The connector's name, such as whatsapp; phone or email for where they can be reached."),
        widget=forms.TextInput(attrs={"field_class": "short"}),
    )
    native = forms.CharField(label=_("What the channel calls them"), max_length=500, strip=False)
    since = day(_("Theirs from"), _("Empty: always."))
    until = day(_("Until before"), _("Empty: still."))


class EndForm(forms.Form):
    """When something ends."""

    until = day(_("Ends before"), _("Empty: today."))


class GroupForm(forms.Form):
    """A desk or group."""

    key = forms.CharField(label=_("The firm's id"), max_length=100)
    name = forms.CharField(label=_("Name"), max_length=200)
    kind = forms.ChoiceField(label=_("What it is"), choices=(("desk", _("desk")), ("group", _("group"))))


class MemberForm(forms.Form):
    """Somebody in a desk or group, or above it."""

    person = KeyField(label=_("The firm's id of the person"), max_length=100)
    since = day(_("From"), _("Empty: always."))
    until = day(_("Until before"), _("Empty: still."))


class UserForm(forms.Form):
    """Somebody who is to sign in."""

    name = forms.CharField(
        label=_("Sign-in name"), max_length=100, help_text=_("Without spaces, such as a.wong. It stays.")
    )
    display = forms.CharField(label=_("Name that others see"), max_length=200, required=False)
    person = KeyField(
        label=_("The firm's id of the person"),
        max_length=100,
        required=False,
        help_text=_("They then see what is captured about themself. Empty for an outsider, such as an examiner."),
    )
    email = forms.EmailField(label=_("E-mail"), max_length=254, required=False)
    subject = forms.CharField(
        label=_("Subject at the identity provider"),
        max_length=255,
        required=False,
        help_text=_("Only where the firm signs in by OpenID Connect."),
    )


class TieForm(forms.Form):
    """Who stands behind a user."""

    person = KeyField(label=_("The firm's id of the person"), max_length=100, required=False)
    subject = forms.CharField(label=_("Subject at the identity provider"), max_length=255, required=False)


class GrantForm(forms.Form):
    """A role, on whose messages, for how long."""

    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect)
    group = forms.ChoiceField(
        label=_("Whose messages"),
        required=False,
        help_text=_("For reviewers and examiners alone; the other roles concern the whole firm."),
    )
    person = KeyField(label=_("Or one person, by the firm's id"), max_length=100, required=False)
    since = day(_("From"), _("Empty: today."))
    until = day(_("Until before"), _("An examiner's access always ends."))

    def __init__(self, *args: Any, rows: Iterable[GroupRow] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role.value, _(NAMES[role])) for role in Role]  # type: ignore[attr-defined]
        everybody = [("", _("everybody's"))]
        self.fields["group"].choices = everybody + [(str(row.number), row.name) for row in rows]  # type: ignore[attr-defined]

    def clean_group(self) -> int | None:
        """The number of the group."""
        chosen = self.cleaned_data["group"]
        return int(chosen) if chosen else None


@cache
def _zones() -> tuple[tuple[str, str], ...]:
    """All time zones; finding them reads a thousand files, so once."""
    return tuple((name, name) for name in sorted(available_timezones()))


class ReadingForm(forms.Form):
    """How one reads."""

    language = forms.ChoiceField(label=_("Language"), required=False)
    zone = forms.ChoiceField(label=_("Time zone"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [("", _("as the browser asks")), *settings.LANGUAGES]  # type: ignore[attr-defined]
        self.fields["zone"].choices = [("", _("the firm's")), *_zones()]  # type: ignore[attr-defined]


class TokenForm(forms.Form):
    """An access token for a program."""

    name = forms.CharField(
        label=_("What it is for"), max_length=100, help_text=_("Such as the program that uses it, and where it runs.")
    )
    until = forms.DateField(
        label=_("Works until before"),
        help_text=_("A year from today at most."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "field_class": "short"}),
    )


class WelcomeForm(forms.Form):
    """The first sign-in: name, code, and a password of one's own."""

    name = forms.CharField(
        label=_("Sign-in name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "username"})
    )
    code = forms.CharField(
        label=_("Set-up code"),
        max_length=60,
        help_text=_("The code that an administrator of the archive gave you. It works once, and for seven days."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}),
    )
    password = forms.CharField(
        label=_("A password of your own"),
        max_length=200,
        strip=False,
        help_text=_("At least 12 characters. Several words in a row are easy to remember."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("The same password again"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Both passwords are the same."""
        given = super().clean() or {}
        if "password" in given and "again" in given and given["password"] != given["again"]:
            self.add_error("again", _("This is not the same password. Type it again."))
        return given


class FeedForm(forms.Form):
    """A people feed."""

    file = forms.FileField(label=_("CSV file"), help_text=_("Its first line names the columns."))
    encoding = forms.ChoiceField(
        label=_("Encoding"),
        required=False,
        choices=[("", _("find out")), *((name, name.upper()) for name in ENCODINGS)],
    )
