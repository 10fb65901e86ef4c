"""What an entry says, as a sentence: one row for each act, in the reader's language. An act without a row is shown as it is."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from muniment.capture.audit import Entry

SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "account.add": _("{actor} added the account {name}"),
        "account.read": _("{actor} opened the account {object}"),
        "archive.backup": _("{actor} backed the archive up as {object}"),
        "archive.create": _("{actor} made the archive {object}"),
        "archive.restore": _("{actor} restored the archive from the backup {object}"),
        "attachment.guess": _("{actor} had an engine guess the text of an attachment of {object}"),
        "attachment.play": _("{actor} played a voice message of {object}"),
        "attachment.read": _("{actor} opened an attachment of {object}"),
        "attachment.text": _("{actor} read the text of an attachment of {object}"),
        "audit.entry": _("{actor} opened the entry {object}"),
        "audit.export": _("{actor} took entries of the audit log out as a file"),
        "audit.read": _("{actor} read the audit log"),
        "catalog.rebuild": _("{actor} had the catalog made again"),
        "channel.add": _("{actor} entered the channel {object} in the register"),
        "channel.assess": _("{actor} entered a risk assessment of {object}"),
        "channel.cover": _("{actor} changed the connectors of {object}"),
        "channel.decide": _("{actor} entered a decision about {object}"),
        "connection.add": _("{actor} connected the account {object}"),
        "connection.canary": _("{actor} began a test of {object}"),
        "connection.change": _("{actor} changed the settings of {object}"),
        "connection.hook": _("{actor} made a new address for {object}"),
        "connection.off": _("{actor} switched {object} off"),
        "connection.on": _("{actor} switched {object} on"),
        "connection.owner": _("{actor} said who answers for {object}"),
        "conversation.read": _("{actor} read the conversation {object}"),
        "device.add": _("{actor} entered {object} in the register"),
        "device.change": _("{actor} corrected {object}"),
        "device.issue": _("{actor} issued {object}"),
        "device.remove": _("{actor} let {object} leave the register"),
        "device.return": _("{actor} took {object} back"),
        "device.see": _("{actor} said when {object} was seen"),
        "dispose.approve": _("{actor} approved a disposal under the rule {purpose}"),
        "event.read": _("{actor} opened the message {object}"),
        "events.read": _("{actor} read all events that match"),
        "factor.add": _("{actor} added a second factor"),
        "factor.remove": _("{actor} removed a second factor"),
        "factor.reset": _("{actor} made new recovery codes"),
        "firm.set": _("{actor} said which firm this is: {name}"),
        "gap.explain": _("{actor} explained the gap {object}"),
        "grant.end": _("{actor} ended a role of {object}"),
        "grant.give": _("{actor} gave a role to {object}"),
        "group.add": _("{actor} added the group {object}"),
        "hand.in": _("{actor} handed in a message from another channel"),
        "handle.begin": _("{actor} said whose handle it is: {object}"),
        "handle.disregard": _("{actor} said that the handle {object} belongs to nobody the firm knows"),
        "handle.end": _("{actor} ended a handle of {object}"),
        "handle.read": _("{actor} looked at a handle without a person"),
        "handles.read": _("{actor} read the list of handles without a person"),
        "holding.begin": _("{actor} said whose account it is: {object}"),
        "holding.end": _("{actor} ended who holds an account: {object}"),
        "import": _("{actor} brought in the import {object}"),
        "import.ask": _("{actor} asked for the import {object}"),
        "import.discard": _("{actor} discarded the import {object}"),
        "import.parts": _("{actor} read the parts of the import {object}"),
        "import.preview": _("{actor} looked at what is in the file {object} before it is brought in"),
        "import.read": _("{actor} opened the import {object}"),
        "import.upload": _("{actor} uploaded a file to import"),
        "imports.read": _("{actor} read the list of imports"),
        "keys.download": _("{actor} downloaded the keys as an encrypted file"),
        "keys.prove": _("{actor} showed that the backup of the keys opens"),
        "member.begin": _("{actor} put somebody into a group: {object}"),
        "member.end": _("{actor} took somebody out of a group: {object}"),
        "members.read": _("{actor} read who was in {object}"),
        "password.change": _("{actor} changed their password"),
        "people.feed": _("{actor} brought in a people file"),
        "people.read": _("{actor} read the list of people"),
        "person.add": _("{actor} added the person {object}"),
        "person.change": _("{actor} changed the person {object}"),
        "person.end": _("{actor} ended the person {object}"),
        "person.read": _("{actor} opened the person {object}"),
        "posture.ask": _("{actor} asked that something be so: {object}"),
        "posture.drop": _("{actor} ended what was asked for: {object}"),
        "posture.show": _("{actor} kept evidence for {object}"),
        "produce": _("{actor} made a bundle"),
        "production.ask": _("{actor} asked for the production {object}"),
        "production.download": _("{actor} took the bundle of {object}"),
        "production.end": _("{actor} took the production {object} back before it began"),
        "production.preview": _("{actor} looked at what a bundle would hold"),
        "production.read": _("{actor} opened the production {object}"),
        "production.remove": _("{actor} removed the file of {object}"),
        "productions.read": _("{actor} read the list of productions"),
        "proof.download": _("{actor} took the proof of {object}"),
        "record.download": _("{actor} took the raw bytes of {object}"),
        "record.read": _("{actor} opened the proof of {object}"),
        "registration.begin": _("{actor} registered somebody for {object}"),
        "registration.end": _("{actor} ended a registration for {object}"),
        "seal.ask": _("{actor} asked for a seal"),
        "seal.give": _("{actor} was given a seal for somebody outside"),
        "search": _("{actor} searched"),
        "search.count": _("{actor} counted what matches"),
        "search.forget": _("{actor} gave up a saved search"),
        "search.narrow": _("{actor} looked at what a search can be narrowed to"),
        "search.save": _("{actor} saved a search"),
        "search.suggest": _("{actor} was shown names that begin as typed"),
        "setup.begin": _("{actor} began to set the archive up"),
        "setup.finish": _("{actor} finished setting the archive up"),
        "signin": _("{actor} signed in"),
        "signin.again": _("{actor} showed again who they are"),
        "signin.end": _("{actor} ended a sign-in of {object}"),
        "signin.fail": _("{actor} failed to sign in"),
        "signin.lock": _("{actor} was kept from signing in for a while"),
        "signout": _("{actor} signed out"),
        "supervisor.begin": _("{actor} named a supervisor: {object}"),
        "supervisor.end": _("{actor} ended a supervisor: {object}"),
        "token.make": _("{actor} made the access token {name}"),
        "token.refuse": _("a token of {object} was shown that no longer works"),
        "token.revoke": _("{actor} revoked the access token {name} of {object}"),
        "user.add": _("{actor} added the user {object}"),
        "user.code": _("{actor} made a new set-up code for {object}"),
        "user.end": _("{actor} ended the user {object}"),
        "user.tie": _("{actor} said who stands behind the user {object}"),
        "user.welcome": _("{actor} signed in for the first time"),
        "verify": _("{actor} had the whole archive checked: {result}"),
        "verify.ask": _("{actor} asked for a check of the whole archive"),
    }
)


def sentence(entry: Entry) -> SafeString:
    """The sentence of an entry; whatever comes from outside stands in a box of its own direction."""
    template = SENTENCES.get(entry.act)
    values = {
        "actor": entry.actor,
        "object": entry.object or "",
        "purpose": entry.purpose or "",
        "name": _text(entry.detail.get("name")) or entry.object or "",
        "result": _text(entry.detail.get("result")),
    }
    if template is None:
        return format_html("<bdi>{}</bdi>: <code>{}</code> <bdi>{}</bdi>", entry.actor, entry.act, entry.object or "")
    boxed = {name: format_html("<bdi>{}</bdi>", value) for name, value in values.items()}
    return mark_safe(escape(gettext(template)).format(**boxed))  # noqa: S308  # each value is escaped above


def plain(entry: Entry) -> str:
    """The sentence as text, for a file."""
    template = SENTENCES.get(entry.act)
    if template is None:
        return f"{entry.actor}: {entry.act} {entry.object or ''}".rstrip()
    return gettext(template).format(
        actor=entry.actor,
        object=entry.object or "",
        purpose=entry.purpose or "",
        name=_text(entry.detail.get("name")) or entry.object or "",
        result=_text(entry.detail.get("result")),
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
