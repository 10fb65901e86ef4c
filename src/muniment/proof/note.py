"""Signs notes (C2SP signed-note, Ed25519) and checks them fast.

Both checks, this one and the verifier's own, accept exactly the same signatures: the edges on which libraries differ
are refused by verifier.check_edges before `cryptography` is asked.
"""

from collections.abc import Sequence

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from muniment.proof import verifier
from muniment.proof.verifier import ED25519, Invalid, Vkey, check_edges, check_key_name, encode_base64, key_id
from muniment.record.errors import Damaged, Refused, WrongKey


class Signer:
    """A named Ed25519 key that signs notes. The private key never leaves but by `private`."""

    def __init__(self, name: str, key: Ed25519PrivateKey) -> None:
        try:
            check_key_name(name)
        except Invalid:
            raise Refused("expected a key name without spaces and plus signs, got {name}", name=repr(name)) from None
        self.name = name
        self._key = key
        self.public = key.public_key().public_bytes_raw()
        """32 bytes (RFC 8032)."""
        self.id = key_id(name, self.public)
        """Four bytes that name this key beside its name."""

    @classmethod
    def generate(cls, name: str) -> "Signer":
        """A new key from the operating system's randomness."""
        return cls(name, Ed25519PrivateKey.generate())

    @classmethod
    def from_private(cls, name: str, private: bytes) -> "Signer":
        """The key whose 32-byte private seed is given."""
        if len(private) != 32:
            raise WrongKey("expected an Ed25519 private key of 32 bytes, got {size}", size=len(private))
        return cls(name, Ed25519PrivateKey.from_private_bytes(private))

    @property
    def private(self) -> bytes:
        """The 32-byte private seed, for the key file alone."""
        return self._key.private_bytes_raw()

    @property
    def vkey(self) -> str:
        """The public key as text for strangers: name, key id, base64 of type and key."""
        return f"{self.name}+{self.id.hex()}+{encode_base64(bytes([ED25519]) + self.public)}"

    def sign(self, message: bytes) -> bytes:
        """The 64-byte signature over `message`."""
        return self._key.sign(message)

    def sign_note(self, text: str) -> str:
        """The signed note over `text`, which must end with a line feed and hold no other control character."""
        line = f"\u2014 {self.name} {encode_base64(self.id + self.sign(text.encode()))}\n"
        note = f"{text}\n{line}"
        try:
            verifier.parse_note(note.encode())
        except Invalid:
            raise Refused("the text to sign must be ended by a line feed and hold no other control character") from None
        return note


def verify(public: bytes, message: bytes, signature: bytes) -> None:
    """Same contract and same verdicts as verifier.verify_ed25519, some thirty times faster; raises Invalid."""
    check_edges(public, signature)
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        raise Invalid("the signature is not by this key over this text") from None


def parse_vkeys(vkeys: Sequence[str]) -> list[Vkey]:
    """Read verification keys; raises WrongKey when one is not well formed."""
    try:
        return [verifier.parse_vkey(text) for text in vkeys]
    except Invalid as problem:
        raise WrongKey("a verification key cannot be read: {problem}", problem=problem) from None


def open_note(text: str, vkeys: Sequence[str]) -> str:
    """The text of a signed note whose signatures check; raises WrongKey for a bad key, Damaged for a bad note."""
    keys = parse_vkeys(vkeys)
    try:
        return verifier.open_note(text.encode(), keys, verify)[0]
    except Invalid as problem:
        raise Damaged("the signed note does not check: {problem}", problem=problem) from None
