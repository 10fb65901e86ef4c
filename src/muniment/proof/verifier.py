"""Checks a Muniment bundle offline, trusting nobody but the public keys it is given.

This one file is the whole verifier: Python 3.9 or later and its standard library, nothing else, no network. Copy it
anywhere and run

    python3 verifier.py verify-bundle FILE.zip --key VKEY --key VKEY [--since SEAL] [--json]

The same functions check proofs inside Muniment, so that the archive and a stranger never disagree.

Read it from top to bottom: strict text, the Merkle tree (RFC 6962), Ed25519 (RFC 8032), signed notes and checkpoints
(C2SP signed-note, tlog-checkpoint, tlog-proof), seals, the bundle, the command line. Every function that checks
something returns what it read, or raises Invalid with a sentence that says what was expected and what came.
"""

from __future__ import annotations

import binascii
import hashlib
from collections.abc import Callable
from typing import NamedTuple


class Invalid(Exception):
    """What was given does not check. The sentence is the whole story; nothing after it may be trusted."""


# ---------------------------------------------------------------------------------------------------------------------
# Strict text: one value has one spelling, so that no bit can change unseen
# ---------------------------------------------------------------------------------------------------------------------

MAX_SIZE = 2**63 - 1
"""Largest tree size or index read: what a signed 64-bit integer holds."""


def decode_base64(text: str) -> bytes:
    """Decode standard base64 (RFC 4648 §4) with its padding; anything but the one canonical spelling is Invalid."""
    try:
        data = binascii.a2b_base64(text)
        if binascii.b2a_base64(data, newline=False) == text.encode("ascii"):
            return data
    except (binascii.Error, ValueError):
        pass
    raise Invalid(f"expected canonical base64, got {shorten(text)}")


def encode_base64(data: bytes) -> str:
    """Encode as standard base64 with padding."""
    return binascii.b2a_base64(data, newline=False).decode("ascii")


def decode_hash(text: str) -> bytes:
    """Decode the canonical base64 of 32 bytes."""
    data = decode_base64(text)
    if len(data) != 32:
        raise Invalid(f"expected a hash of 32 bytes, got {len(data)}")
    return data


def decode_hex(text: object, size: int) -> bytes:
    """Decode exactly `size` bytes of lower-case hexadecimal."""
    if isinstance(text, str) and len(text) == 2 * size and all(c in "0123456789abcdef" for c in text):
        return bytes.fromhex(text)
    raise Invalid(f"expected {2 * size} lower-case hexadecimal digits, got {shorten(text)}")


def decode_decimal(text: str) -> int:
    """Read a non-negative ASCII decimal without sign, space or leading zero, up to MAX_SIZE."""
    if text.isascii() and text.isdigit() and len(text) <= 19 and (text == "0" or text[0] != "0"):
        number = int(text)
        if number <= MAX_SIZE:
            return number
    raise Invalid(f"expected a decimal number without leading zeros, got {shorten(text)}")


def shorten(value: object) -> str:
    """Show `value` in a message: quoted, escaped, at most some 60 characters of it."""
    text = ascii(value)
    return text if len(text) <= 60 else text[:57] + "..."


# ---------------------------------------------------------------------------------------------------------------------
# The Merkle tree (RFC 6962 §2.1; the checks follow RFC 9162 §2.1.3.2 and §2.1.4.2)
# ---------------------------------------------------------------------------------------------------------------------

EMPTY_ROOT = hashlib.sha256(b"").digest()
"""Root of the tree without leaves."""

_sha256 = hashlib.sha256


def leaf_hash(leaf: bytes) -> bytes:
    """Hash of a leaf: SHA-256(0x00 || leaf)."""
    return _sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node: SHA-256(0x01 || left || right)."""
    return _sha256(b"\x01" + left + right).digest()


def verify_inclusion(index: int, size: int, leaf: bytes, proof: list[bytes], root: bytes) -> None:
    """Check that the leaf with hash `leaf` is number `index` (from 0) of the tree of `size` leaves with `root`."""
    if not 0 <= index < size:
        raise Invalid(f"expected an index below the tree size {size}, got {index}")
    if len(leaf) != 32 or len(root) != 32 or any(len(sibling) != 32 for sibling in proof):
        raise Invalid("expected hashes of 32 bytes in the inclusion proof")
    at, last, node = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise Invalid("the inclusion proof is longer than the tree is high")
        if at & 1 or at == last:
            node = _sha256(b"\x01" + sibling + node).digest()
            while at and not at & 1:
                at >>= 1
                last >>= 1
        else:
            node = _sha256(b"\x01" + node + sibling).digest()
        at >>= 1
        last >>= 1
    if last != 0:
        raise Invalid("the inclusion proof is shorter than the tree is high")
    if node != root:
        raise Invalid(f"the inclusion proof of leaf {index} does not lead to the root of the tree of size {size}")


def verify_consistency(old: int, new: int, proof: list[bytes], old_root: bytes, new_root: bytes) -> None:
    """Check that the tree of `new` leaves begins with the tree of `old` leaves, unchanged. `old` must be at least 1."""
    if not 0 < old <= new:
        raise Invalid(f"expected an earlier size from 1 to {new}, got {old}")
    if old == new:
        if proof:
            raise Invalid("expected an empty consistency proof between equal sizes")
        if old_root != new_root:
            raise Invalid(f"two trees of the same size {old} have different roots: the log was rewritten")
        return
    if not proof:
        raise Invalid("the consistency proof is empty")
    if any(len(sibling) != 32 for sibling in proof):
        raise Invalid("expected hashes of 32 bytes in the consistency proof")
    path = list(proof)
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    at, last = old - 1, new - 1
    while at & 1:
        at >>= 1
        last >>= 1
    from_old = from_new = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise Invalid("the consistency proof is longer than the tree is high")
        if at & 1 or at == last:
            from_old = node_hash(sibling, from_old)
            from_new = node_hash(sibling, from_new)
            while at and not at & 1:
                at >>= 1
                last >>= 1
        else:
            from_new = node_hash(from_new, sibling)
        at >>= 1
        last >>= 1
    if last != 0:
        raise Invalid("the consistency proof is shorter than the tree is high")
    if from_old != old_root:
        raise Invalid(f"the consistency proof does not lead to the root of the earlier tree of size {old}")
    if from_new != new_root:
        raise Invalid(f"the consistency proof does not lead to the root of the later tree of size {new}")


# ---------------------------------------------------------------------------------------------------------------------
# Ed25519 (RFC 8032 §5.1), verification only
#
# RFC 8032 leaves room at its edges, and libraries differ there. The rules here are the narrow ones: S below the group
# order; A and R in their canonical encoding and not of small order (a key of small order would accept the same
# signature for many messages); the equation [S]B = R + [k]A without the cofactor, compared as bytes. Points with a
# small-order component beside their prime-order one are accepted when that equation holds. Nothing of this can be
# seen with an honest key: it decides only what is said about forged ones.
# ---------------------------------------------------------------------------------------------------------------------

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_SQRT_MINUS_1 = pow(2, (_P - 1) // 4, _P)
_ORDER_8 = int.from_bytes(bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little")
_SMALL_ORDER_Y = (0, 1, _P - 1, _ORDER_8, _P - _ORDER_8)

_Point = tuple[int, int, int, int]  # (X, Y, Z, T), extended coordinates: x = X/Z, y = Y/Z, xy = T/Z (RFC 8032 §5.1.4)
_IDENTITY = (0, 1, 1, 0)


def check_edges(public: bytes, signature: bytes) -> None:
    """Refuse the encodings on which Ed25519 libraries differ: wrong lengths, large S, non-canonical or small-order A, R."""
    if len(public) != 32 or len(signature) != 64:
        raise Invalid(f"expected a key of 32 and a signature of 64 bytes, got {len(public)} and {len(signature)}")
    if int.from_bytes(signature[32:], "little") >= _L:
        raise Invalid("the signature's number S is not below the order of the group")
    for name, point in (("public key", public), ("signature's point R", signature[:32])):
        y = int.from_bytes(point, "little") & (2**255 - 1)
        if y >= _P:
            raise Invalid(f"the {name} is not canonically encoded")
        if y in _SMALL_ORDER_Y:
            raise Invalid(f"the {name} is of small order")


def verify_ed25519(public: bytes, message: bytes, signature: bytes) -> None:
    """Check the 64-byte `signature` of `message` by the 32-byte `public` key."""
    check_edges(public, signature)
    x, y = _decode_point(public)
    minus_a = (_P - x, y, 1, (_P - x) * y % _P)
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % _L
    found = _double_multiply(int.from_bytes(signature[32:], "little"), _BASE, challenge, minus_a)
    if _encode_point(found) != signature[:32]:
        raise Invalid("the signature is not by this key over this text")


Check = Callable[[bytes, bytes, bytes], None]
"""Checks (public key, message, signature), raising Invalid: verify_ed25519, or a faster one with the same verdicts."""


def _decode_point(encoded: bytes) -> tuple[int, int]:
    number = int.from_bytes(encoded, "little")
    y, sign = number & (2**255 - 1), number >> 255
    u, v = (y * y - 1) % _P, (_D * y * y + 1) % _P
    x = u * pow(v, 3, _P) * pow(u * pow(v, 7, _P), (_P - 5) // 8, _P) % _P
    if v * x * x % _P == _P - u:
        x = x * _SQRT_MINUS_1 % _P
    if v * x * x % _P != u:
        raise Invalid("the public key is not a point of the curve")
    return (x if x & 1 == sign else _P - x), y


def _encode_point(point: _Point) -> bytes:
    inverse = pow(point[2], _P - 2, _P)
    x, y = point[0] * inverse % _P, point[1] * inverse % _P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _add(p: _Point, q: _Point) -> _Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % _P, (p[1] + p[0]) * (q[1] + q[0]) % _P
    c, d = 2 * p[3] * q[3] * _D % _P, 2 * p[2] * q[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % _P, g * h % _P, f * g % _P, e * h % _P)


def _double(p: _Point) -> _Point:
    a, b, c = p[0] * p[0] % _P, p[1] * p[1] % _P, 2 * p[2] * p[2] % _P
    h = a + b
    e, g = h - (p[0] + p[1]) ** 2 % _P, a - b
    f = c + g
    return (e * f % _P, g * h % _P, f * g % _P, e * h % _P)


def _double_multiply(s: int, p: _Point, k: int, q: _Point) -> _Point:
    """[s]p + [k]q in one pass over the bits of both (the numbers are public: nothing here need take equal time)."""
    both, result = _add(p, q), _IDENTITY
    for bit in range(max(s.bit_length(), k.bit_length()) - 1, -1, -1):
        result = _double(result)
        if s >> bit & 1:
            result = _add(result, both if k >> bit & 1 else p)
        elif k >> bit & 1:
            result = _add(result, q)
    return result


_BASE_X, _BASE_Y = _decode_point((4 * pow(5, _P - 2, _P) % _P).to_bytes(32, "little"))
_BASE = (_BASE_X, _BASE_Y, 1, _BASE_X * _BASE_Y % _P)


# ---------------------------------------------------------------------------------------------------------------------
# Signed notes (c2sp.org/signed-note) and their keys
# ---------------------------------------------------------------------------------------------------------------------

MAX_NOTE = 1_000_000
"""Largest signed note read, in bytes; a checkpoint has some 200."""
MAX_SIGNATURES = 100
"""Most signature lines read in a note; the specification asks for at least 16."""
ED25519 = 1
"""Signature type of a plain Ed25519 note signature."""


class Vkey(NamedTuple):
    """A verification key: name, key id (4 bytes) and Ed25519 public key (32 bytes)."""

    name: str
    id: bytes
    public: bytes


class Note(NamedTuple):
    """A signed note: the text including its last line feed, and (key name, key id, signature) of every signature line."""

    text: str
    signatures: tuple[tuple[str, bytes, bytes], ...]


def key_id(name: str, public: bytes) -> bytes:
    """SHA-256(name || LF || type || public key), first four bytes."""
    return _sha256(name.encode() + b"\n" + bytes([ED25519]) + public).digest()[:4]


def check_key_name(name: str) -> None:
    """A key name is not empty and has no space (Unicode's), no plus sign and no control character."""
    if not name or "+" in name or any(c.isspace() or ord(c) < 32 for c in name):
        raise Invalid(f"expected a key name without spaces and plus signs, got {shorten(name)}")


def parse_vkey(text: str) -> Vkey:
    """Read `name+id+key`: the name, 8 hexadecimal digits, base64 of the type byte and the Ed25519 public key."""
    name, plus, rest = text.partition("+")
    identifier, second, encoded = rest.partition("+")
    if not plus or not second:
        raise Invalid(f"expected a key of the form name+id+base64, got {shorten(text)}")
    check_key_name(name)
    data = decode_base64(encoded)
    if len(data) != 33 or data[0] != ED25519:
        raise Invalid(f"expected an Ed25519 key (type 1 and 32 bytes) for {shorten(name)}")
    key = Vkey(name, key_id(name, data[1:]), data[1:])
    if decode_hex(identifier, 4) != key.id:
        raise Invalid(f"expected the key id {key.id.hex()} for {shorten(name)}, got {identifier}")
    return key


def parse_note(data: bytes) -> Note:
    """Read a signed note strictly, without checking any signature: its text may not be used yet."""
    if len(data) > MAX_NOTE:
        raise Invalid(f"expected a note of at most {MAX_NOTE} bytes, got {len(data)}")
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Invalid("the note is not valid UTF-8") from None
    if any(c < "\x20" and c != "\n" for c in whole):
        raise Invalid("the note holds a control character")
    body, blank, tail = whole.rpartition("\n\n")
    if not blank or not body or not tail.endswith("\n"):
        raise Invalid("expected a note: text, an empty line, signature lines, each ended by a line feed")
    lines = tail[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise Invalid(f"expected at most {MAX_SIGNATURES} signatures, got {len(lines)}")
    return Note(body + "\n", tuple(_parse_signature_line(line) for line in lines))


def _parse_signature_line(line: str) -> tuple[str, bytes, bytes]:
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != "\u2014":
        raise Invalid(f"expected a signature line (em dash, key name, base64), got {shorten(line)}")
    check_key_name(parts[1])
    data = decode_base64(parts[2])
    if len(data) < 5:
        raise Invalid("the note's signature is too short to hold a key id and a signature")
    return parts[1], data[:4], data[4:]


def open_note(data: bytes, keys: list[Vkey], check: Check = verify_ed25519) -> tuple[str, list[str]]:
    """Read a note and check it: text and names of the keys that signed it.

    Signatures by unknown keys are ignored, as the specification demands; one bad signature by a known key, or two by
    the same, refuse the note; so does the absence of any. `check` may be another implementation of verify_ed25519.
    """
    note = parse_note(data)
    signed: list[str] = []
    known = {(key.name, key.id): key for key in keys}
    for name, identifier, signature in note.signatures:
        key = known.get((name, identifier))
        if key is None:
            continue
        if name in signed:
            raise Invalid(f"the note is signed twice by {name}")
        try:
            check(key.public, note.text.encode(), signature)
        except Invalid as problem:
            raise Invalid(f"the signature by {name} does not check: {problem}") from None
        signed.append(name)
    if not signed:
        names = ", ".join(sorted({name for name, _, _ in note.signatures}))
        raise Invalid(f"the note is signed by none of the given keys (it names {shorten(names)})")
    return note.text, signed


# ---------------------------------------------------------------------------------------------------------------------
# Checkpoints (c2sp.org/tlog-checkpoint) and portable proofs (c2sp.org/tlog-proof)
# ---------------------------------------------------------------------------------------------------------------------


class Checkpoint(NamedTuple):
    """What a log's key signs: the log's origin, its number of leaves and its root hash."""

    origin: str
    size: int
    root: bytes


class TlogProof(NamedTuple):
    """A leaf's index, its inclusion proof, the checkpoint (a signed note, unchecked) and unauthenticated extra data."""

    leaf_index: int
    path: list[bytes]
    checkpoint: bytes
    extra: bytes | None


PROOF_HEADER = "c2sp.org/tlog-proof@v1"


def parse_checkpoint(text: str) -> Checkpoint:
    """Read a checkpoint's note text. Extension lines, which no monitor can audit, are refused."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3] or not lines[0]:
        raise Invalid("expected a checkpoint of three lines: origin, size and root, without extension lines")
    checkpoint = Checkpoint(lines[0], decode_decimal(lines[1]), decode_hash(lines[2]))
    if checkpoint.size == 0 and checkpoint.root != EMPTY_ROOT:
        raise Invalid("the checkpoint of an empty log does not hold the empty tree's root")
    return checkpoint


def open_checkpoint(data: bytes, keys: list[Vkey], check: Check = verify_ed25519) -> Checkpoint:
    """Read a checkpoint and check that the log itself signed it: the key whose name is the origin must be among `keys`."""
    text, signed = open_note(data, keys, check)
    checkpoint = parse_checkpoint(text)
    if checkpoint.origin not in signed:
        raise Invalid(f"the checkpoint of {shorten(checkpoint.origin)} is not signed by that log's own key")
    return checkpoint


def parse_tlog_proof(data: bytes) -> TlogProof:
    """Read a tlog-proof file strictly, without checking it."""
    if len(data) > MAX_NOTE:
        raise Invalid(f"expected a proof of at most {MAX_NOTE} bytes, got {len(data)}")
    head, blank, checkpoint = data.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise Invalid("the proof holds bytes that are not ASCII before its checkpoint") from None
    if not blank or lines[0] != PROOF_HEADER:
        raise Invalid(f"expected a proof that begins with {PROOF_HEADER} and ends with a checkpoint")
    rest = lines[1:]
    extra = None
    if rest and rest[0].startswith("extra "):
        extra = decode_base64(rest.pop(0)[6:])
    if not rest or not rest[0].startswith("index "):
        raise Invalid("expected the line 'index N' in the proof")
    if len(rest) > 64:
        raise Invalid(f"expected at most 63 hashes in the proof, got {len(rest) - 1}")
    index = decode_decimal(rest[0][6:])
    return TlogProof(index, [decode_hash(line) for line in rest[1:]], checkpoint, extra)


def verify_tlog_proof(
    data: bytes, leaf: bytes, keys: list[Vkey], check: Check = verify_ed25519
) -> tuple[int, Checkpoint]:
    """Check that a tlog-proof proves the leaf with hash `leaf`; its index and the checkpoint that it is proven against."""
    proof = parse_tlog_proof(data)
    checkpoint = open_checkpoint(proof.checkpoint, keys, check)
    verify_inclusion(proof.leaf_index, checkpoint.size, leaf, proof.path, checkpoint.root)
    return proof.leaf_index, checkpoint


# ---------------------------------------------------------------------------------------------------------------------
# Seals: one line that an outside party keeps, so that history cannot be rewritten behind it
# ---------------------------------------------------------------------------------------------------------------------

SEAL_HEADER = "muniment-seal/v1"


class Seal(NamedTuple):
    """The state of both logs of an archive at one moment, and the records log's signature over it."""

    origin: str
    records_size: int
    records_root: bytes
    audit_size: int
    audit_root: bytes
    signature: bytes


def seal_text(origin: str, records: tuple[int, bytes], audit: tuple[int, bytes]) -> str:
    """The text of a seal that is signed: no line feed in it, so that it can never be the text of a note."""
    return (
        f"{SEAL_HEADER} {origin}"
        f" records:{records[0]}:{encode_base64(records[1])}"
        f" audit:{audit[0]}:{encode_base64(audit[1])}"
    )


def parse_seal(line: str) -> Seal:
    """Read a seal strictly, without checking its signature."""
    parts = line.split(" ")
    if len(parts) != 5 or parts[0] != SEAL_HEADER:
        raise Invalid(f"expected a seal: {SEAL_HEADER} ORIGIN records:SIZE:ROOT audit:SIZE:ROOT SIGNATURE")
    check_key_name(parts[1])
    records, audit = _parse_state(parts[2], "records"), _parse_state(parts[3], "audit")
    return Seal(parts[1], *records, *audit, decode_base64(parts[4]))


def _parse_state(text: str, name: str) -> tuple[int, bytes]:
    parts = text.split(":")
    if len(parts) != 3 or parts[0] != name:
        raise Invalid(f"expected {name}:SIZE:ROOT in the seal, got {shorten(text)}")
    size, root = decode_decimal(parts[1]), decode_hash(parts[2])
    if size == 0 and root != EMPTY_ROOT:
        raise Invalid(f"the seal's empty {name} log does not hold the empty tree's root")
    return size, root


def open_seal(line: str, keys: list[Vkey], check: Check = verify_ed25519) -> Seal:
    """Read a seal and check its signature by the key of the records log of its origin."""
    seal = parse_seal(line)
    name = seal.origin + "/records"
    signers = [key for key in keys if key.name == name]
    if not signers:
        raise Invalid(f"the seal is of {shorten(name)}, for which no key was given")
    text = seal_text(seal.origin, (seal.records_size, seal.records_root), (seal.audit_size, seal.audit_root))
    check(signers[0].public, text.encode(), seal.signature)
    return seal
