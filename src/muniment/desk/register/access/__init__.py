"""Every read of the register. No content: names of channels, people, accounts and devices, days, what was looked at."""

from muniment.desk.register.access.channels import (
    AssessmentRow,
    ChannelPage,
    ChannelRow,
    RegistrationRow,
    Registrations,
    StandingRow,
    channel,
    channels,
    registration_page,
    registrations,
)
from muniment.desk.register.access.devices import (
    CustodyRow,
    DevicePage,
    DeviceRow,
    Devices,
    choices,
    device,
    device_page,
    devices,
)
from muniment.desk.register.access.gate import Breach, Lack, breaches, breaches_of
from muniment.desk.register.access.posture import (
    EvidenceRow,
    PosturePage,
    PostureRow,
    Postures,
    posture,
    posture_page,
    postures,
)
from muniment.desk.register.access.summary import Due, due

__all__ = [
    "AssessmentRow",
    "Breach",
    "ChannelPage",
    "ChannelRow",
    "CustodyRow",
    "DevicePage",
    "DeviceRow",
    "Devices",
    "Due",
    "EvidenceRow",
    "Lack",
    "PosturePage",
    "PostureRow",
    "Postures",
    "RegistrationRow",
    "Registrations",
    "StandingRow",
    "breaches",
    "breaches_of",
    "channel",
    "channels",
    "choices",
    "device",
    "device_page",
    "devices",
    "due",
    "posture",
    "posture_page",
    "postures",
    "registration_page",
    "registrations",
]
