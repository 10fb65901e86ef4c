"""A passkey in software: makes and signs what a browser's authenticator would (WebAuthn level 2, ES256, no attestation)."""

import hashlib
import json
import os
import re
from base64 import urlsafe_b64encode
from html import unescape
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

if TYPE_CHECKING:
    from django.test import Client

ORIGIN = "http://127.0.0.1"
_PRESENT, _VERIFIED, _ATTESTED = 1, 4, 64


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def options(page: str) -> dict[str, Any]:
    """What a page asks the browser's authenticator for."""
    found = re.search(r'data-options="([^"]+)"', page)
    assert found is not None
    asked: dict[str, Any] = json.loads(unescape(found[1]))["publicKey"]
    return asked


class SoftKey:
    """One passkey of one user at one site."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._id = os.urandom(32)
        self._count = 0
        self.user = ""

    def create(self, asked: dict[str, Any]) -> str:
        """The answer to being added."""
        self.user = asked["user"]["id"]
        public = ES256.from_cryptography_key(self._key.public_key())  # type: ignore[no-untyped-call]
        held = AttestedCredentialData.create(bytes(16), self._id, public)
        data = self._data(asked["rp"]["id"], _ATTESTED, held)
        attestation = AttestationObject.create("none", data, {})
        return self._said("create", asked, attestationObject=_text(bytes(attestation)))

    def get(self, asked: dict[str, Any]) -> str:
        """The answer to being asked for."""
        data = bytes(self._data(asked["rpId"], 0))
        client = self._client("get", asked)
        signature = self._key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._said("get", asked, authenticatorData=_text(data), signature=_text(signature), userHandle=self.user)

    def _data(self, site: str, flags: int, held: AttestedCredentialData | None = None) -> AuthenticatorData:
        self._count += 1
        digest = hashlib.sha256(site.encode()).digest()
        given = AuthenticatorData.FLAG(_PRESENT | _VERIFIED | flags)
        return AuthenticatorData.create(digest, given, self._count, held or b"")  # type: ignore[no-any-return]

    @staticmethod
    def _client(what: str, asked: dict[str, Any]) -> bytes:
        said = {"type": f"webauthn.{what}", "challenge": asked["challenge"], "origin": ORIGIN, "crossOrigin": False}
        return json.dumps(said).encode()

    def _said(self, what: str, asked: dict[str, Any], **response: str) -> str:
        return json.dumps(
            {
                "id": _text(self._id),
                "rawId": _text(self._id),
                "type": "public-key",
                "clientExtensionResults": {"credProps": {"rk": True}} if what == "create" else {},
                "response": {"clientDataJSON": _text(self._client(what, asked)), **response},
            }
        )


def add_passkey(client: "Client") -> SoftKey:
    """Add a passkey to whoever is signed in, on their own page."""
    key = SoftKey()
    page = client.get("/sign-in/factors/passkeys/add/").content.decode()
    form = {"name": "laptop", "passwordless": "on", "credential": key.create(options(page))}
    answer = client.post("/sign-in/factors/passkeys/add/", form)
    assert answer.status_code == 302, answer.content.decode()
    return key


def sign_in_with(client: "Client", key: SoftKey) -> Any:
    """What the sign-in page answers to the passkey alone."""
    asked = client.get("/sign-in/passkey/", headers={"accept": "application/json"}).json()["request_options"]
    return client.post("/sign-in/passkey/", {"credential": key.get(asked["publicKey"])})
