"""The words for what the register keeps: states of a channel, kinds of devices, items of posture."""

from django.utils.translation import gettext_lazy as _

APPROVED, CONDITIONS, PROHIBITED = "approved", "conditions", "prohibited"
STATUSES = (
    (APPROVED, _("approved")),
    (CONDITIONS, _("approved with conditions")),
    (PROHIBITED, _("prohibited")),
)
KINDS = (("phone", _("phone")), ("sim", _("SIM card")), ("computer", _("computer")))
ITEMS = (
    ("two_step", _("Two-step verification is on")),
    ("linked_devices", _("The list of linked devices was looked through")),
    ("backup_off", _("Backup to a cloud of the platform is off")),
    ("screen_lock", _("The screen locks by itself")),
    ("consenting_only", _("Service is restricted to clients who agreed to the archive")),
)
STATUS = dict(STATUSES)
KIND = dict(KINDS)
ITEM = dict(ITEMS)
CHIPS = {APPROVED: "sealed", CONDITIONS: "pending", PROHIBITED: "broken"}
"""The colour beside each word."""
