"""Every read of the register. No content: names of channels, people, accounts and devices, days, what was looked at."""

from muniment.desk.register.access.channels import (
    AssessmentRow,
    ChannelPage,
    ChannelRow,
    RegistrationRow,
    StandingRow,
    channel,
    channels,
    registrations,
)
from muniment.desk.register.access.devices import CustodyRow, DevicePage, DeviceRow, device, devices
from muniment.desk.register.access.gate import Breach, Lack, breaches
from muniment.desk.register.access.posture import EvidenceRow, PosturePage, PostureRow, posture, postures
from muniment.desk.register.access.summary import Due, due

__all__ = [
    "AssessmentRow",
    "Breach",
    "ChannelPage",
    "ChannelRow",
    "CustodyRow",
    "DevicePage",
    "DeviceRow",
    "Due",
    "EvidenceRow",
    "Lack",
    "PosturePage",
    "PostureRow",
    "RegistrationRow",
    "StandingRow",
    "breaches",
    "channel",
    "channels",
    "device",
    "devices",
    "due",
    "posture",
    "postures",
    "registrations",
]
