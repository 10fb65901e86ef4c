"""The forms of the register: what is asked, in words; what is refused is the actions' business."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from muniment.desk.people.forms import KeyField, LongSelect, day
from muniment.desk.register.words import ITEMS, KINDS, STATUSES

SHORT, MID = {"field_class": "short"}, {"field_class": "mid"}
Choices = Iterable[tuple[str, Any]]


def _on(label: Any, hint: Any = "") -> forms.DateField:
    """A day that must be given."""
    return forms.DateField(
        label=label, help_text=hint, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", **SHORT})
    )


def _lines(label: Any, hint: Any = "", *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, required=required, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )


class ConnectorsForm(forms.Form):
    """Which connectors' accounts are on a channel."""

    connectors = forms.MultipleChoiceField(
        label=_("Connectors"),
        required=False,
        help_text=_("An account can be switched on when the channel of its connector is approved."),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, known: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["connectors"].choices = list(known)  # type: ignore[attr-defined]


class ChannelForm(ConnectorsForm):
    """A channel."""

    name = forms.CharField(
        label=_("Channel"), max_length=100, help_text=_("Such as WhatsApp, WeChat, WeCom."), widget=forms.TextInput(MID)
    )
    field_order = ("name", "connectors")


class ApprovalForm(forms.Form):
    """A written approval."""

    approved_by = forms.CharField(label=_("Approved in writing by"), max_length=200, widget=forms.TextInput(MID))
    approved_on = _on(_("Approved on"))
    reference = forms.CharField(
        label=_("Where the writing is kept"), max_length=200, required=False, widget=forms.TextInput(MID)
    )


class StandingForm(ApprovalForm):
    """A decision about a channel."""

    status = forms.ChoiceField(label=_("Decision"), choices=STATUSES, widget=forms.RadioSelect)
    conditions = _lines(_("Conditions"), _("Who may use it, for what, and what they may not do."), required=False)
    approved_by = forms.CharField(label=_("Decided in writing by"), max_length=200, widget=forms.TextInput(MID))
    approved_on = _on(_("Decided on"))
    since = day(_("In force from"), _("Empty: today."))
    field_order = ("status", "conditions", "approved_by", "approved_on", "reference", "since")


class AssessmentForm(forms.Form):
    """A risk assessment."""

    features = _lines(_("Features and limits"), _("What people can do there, and what cannot be captured."))
    deletion = _lines(_("Deleting and recalling"), _("Who can take a message back, for how long, and what stays."))
    encryption = _lines(_("Encryption"), _("Where messages are readable, and by whom."))
    outage = _lines(_("Outage"), _("What people do when the channel is down or messages come late."))
    assessed_by = forms.CharField(label=_("Assessed by"), max_length=200, widget=forms.TextInput(MID))
    assessed_on = _on(_("Assessed on"))
    review_by = _on(_("Look at it again by"))


class RegistrationForm(ApprovalForm):
    """Somebody may use a channel."""

    person = KeyField(label=_("The firm's id of the person"), max_length=100, widget=forms.TextInput(SHORT))
    reference = forms.CharField(
        label=_("The firm's reference, or a licence number"), max_length=200, widget=forms.TextInput(MID)
    )
    since = day(_("From"), _("Empty: today."))
    until = day(_("Until before"), _("Empty: still."))
    field_order = ("person", "approved_by", "approved_on", "reference", "since", "until")


class DeviceForm(forms.Form):
    """A device."""

    label = forms.CharField(
        label=_("Label"), max_length=100, help_text=_("What is written on it."), widget=forms.TextInput(MID)
    )
    kind = forms.ChoiceField(label=_("What it is"), choices=KINDS)
    native = forms.CharField(
        label=_("Telephone or serial number"), max_length=100, required=False, widget=forms.TextInput(MID)
    )
    system = forms.CharField(label=_("Operating system"), max_length=100, required=False, widget=forms.TextInput(MID))
    managed = forms.BooleanField(label=_("The firm's device management holds it"), required=False)


class IssueForm(forms.Form):
    """Who has a device, what is on it, where it is."""

    person = KeyField(
        label=_("The firm's id of the person"), max_length=100, required=False, widget=forms.TextInput(SHORT)
    )
    source = forms.ChoiceField(label=_("Account on it"), required=False, widget=LongSelect)
    location = forms.CharField(label=_("Where it is kept"), max_length=200, required=False, widget=forms.TextInput(MID))
    since = day(_("From"), _("Empty: today."))

    def __init__(self, *args: Any, accounts: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].choices = [("", _("none")), *accounts]  # type: ignore[attr-defined]


class DayForm(forms.Form):
    """A day on which something was so."""

    on = day(_("On"), _("Empty: today."))


class PostureForm(forms.Form):
    """What must be so, where, and how often that is shown."""

    thing = forms.ChoiceField(label=_("Account or device"), widget=LongSelect)
    item = forms.ChoiceField(label=_("What must be so"), choices=ITEMS, widget=forms.RadioSelect)
    every = forms.IntegerField(
        label=_("Show it every so many days"),
        min_value=1,
        max_value=3 * 366,
        initial=90,
        widget=forms.NumberInput(SHORT),
    )

    def __init__(self, *args: Any, things: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["thing"].choices = list(things)  # type: ignore[attr-defined]


class EvidenceForm(forms.Form):
    """What was seen."""

    met = forms.ChoiceField(
        label=_("Is it so?"), choices=(("yes", _("yes")), ("no", _("no"))), initial="yes", widget=forms.RadioSelect
    )
    text = _lines(_("What was seen"), _("Which screen or report, and where a picture of it is kept."))
    on = day(_("Seen on"), _("Empty: today."))
