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
import hmac
import io
import json
import re
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple


class Invalid(Exception):
    """What was given does not check. The sentence is the whole story; nothing after it may be trusted."""


# ---------------------------------------------------------------------------------------------------------------------
# Strict text: one value has one spelling, so that no bit can change unseen
# ---------------------------------------------------------------------------------------------------------------------

MAX_SIZE = 2**63 - 1
"""Largest tree size or index read: what a signed 64-bit integer holds."""


_HEX = re.compile(r"[0-9a-f]*", re.ASCII)


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
    if isinstance(text, str) and len(text) == 2 * size and _HEX.fullmatch(text):
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
    if len(leaf) != 32 or len(root) != 32 or set(map(len, proof)) - {32}:
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
    if set(map(len, proof)) - {32}:
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
    text = seal_text(seal.origin, (seal.records_size, seal.records_root), (seal.audit_size, seal.audit_root))
    signers = [key for key in keys if key.name == name]
    for number, key in enumerate(signers, 1):
        try:
            check(key.public, text.encode(), seal.signature)
            break
        except Invalid as problem:
            if number == len(signers):
                raise Invalid(f"the seal is not signed by the given key of {name}: {problem}") from None
    else:
        raise Invalid(f"the seal is of {shorten(name)}, for which no key was given")
    return seal


# ---------------------------------------------------------------------------------------------------------------------
# Canonical JSON (RFC 8785 without floating-point numbers) and the leaf
# ---------------------------------------------------------------------------------------------------------------------

SAFE_INTEGER = 2**53 - 1
LEAF_LIMIT = 4096
"""A leaf is shorter than this, in bytes."""
LEAF_MEMBERS = ["env", "id", "kg", "n", "ph", "pseq", "raw", "ref", "rx", "src", "sseq", "t", "v"]
RECORDS_TYPES = ("rec", "gap", "hb", "del")
AUDIT_TYPES = ("act", "cfg", "key", "hold", "sys")

_UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.ASCII)
_TIME = re.compile(r"\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\d\.\d{6}Z", re.ASCII)
_KEY_GROUP = re.compile(r"\d{4}-[01]\d\.(0|[1-9]\d*)", re.ASCII)


def parse_json(data: bytes) -> Any:
    """Read canonical JSON; any other spelling of the same value, a member given twice, or a float is Invalid."""
    try:
        text = data.decode("utf-8")
        value = _json.decode(text)
        if _dumps(value) == text or _dumps_in_order(_in_order(value)) == text:
            return value
    except (ValueError, RecursionError):
        pass
    raise Invalid("expected canonical JSON (RFC 8785 without floating-point numbers)")


def parse_object(data: bytes) -> dict[str, Any]:
    """Read one JSON object in UTF-8, of any spelling, in which no member stands twice."""
    try:
        value = _object_json.decode(data.decode("utf-8"))
        if isinstance(value, dict):
            return value
    except (ValueError, RecursionError):
        pass
    raise Invalid("expected a JSON object in which no member stands twice")


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError(pairs)
    return members


def _no_float(text: str) -> None:
    raise ValueError(text)


def _safe_integer(text: str) -> int:
    number = int(text)
    if -SAFE_INTEGER <= number <= SAFE_INTEGER:
        return number
    raise ValueError(text)


_json = json.JSONDecoder(parse_float=_no_float, parse_constant=_no_float, parse_int=_safe_integer)
_object_json = json.JSONDecoder(parse_constant=_no_float, object_pairs_hook=_members)
_dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True, check_circular=False).encode
_dumps_in_order = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


def _in_order(value: Any) -> Any:
    """The value with members in the order of UTF-16 code units (RFC 8785 §3.2.3), which differs beyond U+FFFF only."""
    if isinstance(value, dict):
        return {name: _in_order(value[name]) for name in sorted(value, key=lambda name: name.encode("utf-16-be"))}
    if isinstance(value, list):
        return [_in_order(item) for item in value]
    return value


def parse_leaf(text: object, types: tuple[str, ...]) -> dict[str, Any]:
    """Read a leaf: canonical ASCII JSON under 4 KiB with exactly the members of version 1, each of its form."""
    if not isinstance(text, str) or not text.isascii() or len(text) >= LEAF_LIMIT:
        raise Invalid(f"expected a leaf of ASCII text below {LEAF_LIMIT} bytes")
    leaf = parse_json(text.encode())
    if not isinstance(leaf, dict) or list(leaf) != LEAF_MEMBERS:
        raise Invalid(f"expected a leaf with the members {' '.join(LEAF_MEMBERS)}")
    decode_hex(leaf["env"], 32)
    decode_hex(leaf["raw"], 32)
    if leaf["ph"] is not None:
        decode_hex(leaf["ph"], 32)
    for name, pattern in (("id", _UUID7), ("rx", _TIME), ("kg", _KEY_GROUP)):
        if not isinstance(leaf[name], str) or not pattern.fullmatch(leaf[name]):
            raise Invalid(f"the leaf's member {name} is not of its form: {shorten(leaf[name])}")
    numbers = (leaf["n"], leaf["pseq"], *(leaf[name] for name in ("ref",) if leaf[name] is not None))
    if not all(type(number) is int and number >= 0 for number in numbers):
        raise Invalid("the leaf's members n, pseq and ref must be non-negative integers")
    if leaf["sseq"] is not None and type(leaf["sseq"]) is not int:
        raise Invalid("the leaf's member sseq must be an integer or null")
    if not isinstance(leaf["src"], str) or not leaf["src"]:
        raise Invalid("the leaf's member src must be text")
    if type(leaf["v"]) is not int or leaf["v"] != 1:
        raise Invalid(f"this verifier reads leaves of version 1, got {shorten(leaf['v'])}")
    if leaf["t"] not in types:
        raise Invalid(f"expected a leaf of type {', '.join(types)}, got {shorten(leaf['t'])}")
    return leaf


# ---------------------------------------------------------------------------------------------------------------------
# The bundle (docs/formats/bundle.md)
#
# A chain holds it together, and the check follows it from the outside in. Your keys check both checkpoints. The audit
# checkpoint proves one audit entry; that entry names the hash of the manifest; the manifest names the hash and size of
# every file. The records checkpoint, which the audit entry names as well, proves each record. So neither a record nor
# a manifest can be changed, dropped or added, not even with every hash in the bundle rewritten to fit.
# ---------------------------------------------------------------------------------------------------------------------

FORMAT = "muniment-bundle/1"
MANIFEST = "manifest.json"
RECORDS = "records.jsonl"
EVENTS = "events.jsonl"
GAPS = "gaps.json"
TRANSCRIPT = "transcript.html"
RECORDS_CHECKPOINT = "checkpoints/records"
LISTED = (EVENTS, GAPS, RECORDS, RECORDS_CHECKPOINT, TRANSCRIPT)
"""Files that the manifest of every bundle lists, beside attachments."""

AUDIT_CHECKPOINT = "checkpoints/audit"
PRODUCTION = "production.json"
PRODUCTION_PROOF = "production.tlog-proof"
SEALS = "seals.jsonl"
BESIDE = (MANIFEST, AUDIT_CHECKPOINT, PRODUCTION, PRODUCTION_PROOF, SEALS)
"""Files made after the manifest's hash was entered in the audit log; each proves itself."""

ATTACHMENTS = "attachments/"
MAX_SMALL = 64 * 2**20
"""Largest manifest, production, list of gaps or list of seals read, in bytes: those are held in memory."""
MAX_LINE = 64 * 2**20
"""Longest line of records.jsonl and events.jsonl read, in bytes."""
MAX_FILES = 1_000_000
"""Most files in a bundle."""
CHUNK = 2**20

MANIFEST_MEMBERS = [
    "assurance", "complete_up_to", "counts", "decoders", "files", "format", "not_seen", "origin", "position", "produced_at",
    "produced_by", "query", "query_parsed", "reason", "tokeniser",
]  # fmt: skip
COUNTS = ["attachments", "events", "records", "withheld"]
NOT_SEEN = ["disposed", "gaps", "missing_media", "undecoded", "unsearchable", "withheld"]
GAP_MEMBERS = ["first_at", "last_at", "record", "source", "what"]
RECORD_MEMBERS = ["index", "leaf", "mac", "payload", "payload_file", "proof", "withheld"]
EVENT_MEMBERS = {
    "attachments", "conversation", "extra", "id", "kind", "received_at", "record", "sender", "sent_at", "sent_at_precision",
    "source", "target", "text",
}  # fmt: skip

Redecode = Callable[[int, bytes, list[dict[str, Any]]], None]
"""Reads a record again: (leaf index, payload, its events in the bundle by ordinal); raises Invalid when they differ."""


class Done(NamedTuple):
    """One check that passed: what was checked, and what it found, in plain words."""

    name: str
    found: str


class Report(NamedTuple):
    """The verdict: `refused` is None for a bundle that checks, else the reason. `not_proven` is part of the verdict."""

    file: str
    refused: str | None
    checks: list[Done]
    not_proven: list[str]
    facts: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """The report as one JSON object."""
        return {
            "checks": [{"check": check.name, "found": check.found} for check in self.checks],
            "facts": self.facts,
            "file": self.file,
            "not_proven": self.not_proven,
            "reason": self.refused,
            "verdict": "verified" if self.refused is None else "refused",
        }


def verify_bundle(
    path: str,
    vkeys: list[str],
    since: str | None = None,
    redecode: Redecode | None = None,
    check: Check = verify_ed25519,
) -> Report:
    """Check the bundle at `path` against public keys, and against an earlier seal when one is given.

    Raises Invalid only for a malformed key or seal and OSError only for a file that cannot be opened: whatever is wrong with
    the bundle is the report's reason.
    """
    keys = [parse_vkey(text) for text in vkeys]
    if since is not None:
        parse_seal(since)
    examination = Examination(keys, since, redecode, check)
    with Path(path).open("rb") as file:
        try:
            examination.run(file)
            reason = None
        except Invalid as problem:
            reason = str(problem)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            NotImplementedError,
            RuntimeError,
            ValueError,
            struct.error,
            OSError,
        ) as problem:
            reason = f"the zip file is damaged or not of the plain kind ({shorten(str(problem))})"
    not_proven = examination.not_proven() if reason is None else []
    facts = examination.facts if reason is None else {}  # what a refused bundle says of itself is worth nothing
    return Report(path, reason, examination.checks, not_proven, facts)


class Examination:
    """One run over one bundle. The steps of `run` stand in the order of trust; each may use what those before it proved."""

    def __init__(self, keys: list[Vkey], since: str | None, redecode: Redecode | None, check: Check) -> None:
        self.keys, self.since, self.redecode, self.check = keys, since, redecode, check
        self.checks: list[Done] = []
        self.facts: dict[str, Any] = {}
        self.leaves: dict[int, str] = {}  # index of each record in the bundle -> its leaf's type, or "withheld"
        self.events_of: dict[int, list[tuple[int, dict[str, Any]]]] = {}  # filled for `redecode` alone
        self.sealed: Seal | None = None

    def run(self, file: BinaryIO) -> None:
        """Check everything; raises Invalid, or one of zipfile's own errors, at the first thing that is wrong."""
        self.zip = open_zip(file)
        self.sizes = {info.filename: info.file_size for info in self.zip.infolist()}
        self.read_manifest()
        self.check_checkpoints()
        self.check_production()
        self.check_files()
        self.check_records()
        self.check_events()
        self.check_seals()
        self.check_since()

    def passed(self, name: str, found: str) -> None:
        self.checks.append(Done(name, found))

    # -- reading -------------------------------------------------------------------------------------------------------

    def read_small(self, name: str) -> bytes:
        """A whole file that is held in memory."""
        if name not in self.sizes:
            raise Invalid(f"the bundle has no file {name}")
        if self.sizes[name] > MAX_SMALL:
            raise Invalid(f"{name} is larger than {MAX_SMALL} bytes")
        return self.zip.read(name)

    def read_listed(self, name: str) -> bytes:
        """A whole small file whose hash the manifest gives."""
        data = self.read_small(name)
        self.compare_hash(name, len(data), hashlib.sha256(data))
        return data

    def lines(self, name: str) -> Iterator[bytes]:
        """The lines of a file, without their line feeds; at the end its hash is compared with the manifest's."""
        digest, size = hashlib.sha256(), 0
        with io.BufferedReader(self.zip.open(name), CHUNK) as member:  # type: ignore[type-var]
            while line := member.readline(MAX_LINE):
                digest.update(line)
                size += len(line)
                if line[-1] != 10:
                    raise Invalid(
                        f"{name} has a line that is longer than {MAX_LINE} bytes or does not end with a line feed"
                    )
                yield line[:-1]
        self.compare_hash(name, size, digest)

    def entries(self, name: str, parse: Callable[[bytes], Any]) -> Iterator[Any]:
        """The JSON value of each line of a file."""
        for number, line in enumerate(self.lines(name), 1):
            try:
                yield parse(line)
            except Invalid as problem:
                raise Invalid(f"{name}, line {number}: {problem}") from None

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of a file in pieces; at the end its hash is compared with the manifest's."""
        digest, size = hashlib.sha256(), 0
        with self.zip.open(name) as member:
            while chunk := member.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
                yield chunk
        self.compare_hash(name, size, digest)

    def compare_hash(self, name: str, size: int, digest: Any) -> None:
        if (size, digest.hexdigest()) != self.listed[name]:
            raise Invalid(
                f"{name} is not the file that was produced: its size or its SHA-256 differs from the manifest's"
            )

    # -- manifest and production -----------------------------------------------------------------------------------------

    def read_manifest(self) -> None:
        data = self.read_small(MANIFEST)
        self.manifest_hash = hashlib.sha256(data).hexdigest()
        manifest = self.manifest = _object(parse_json(data), MANIFEST_MEMBERS, MANIFEST)
        if manifest["format"] != FORMAT:
            raise Invalid(f"this verifier reads {FORMAT}, got {shorten(manifest['format'])}")
        for name in ("origin", "produced_at", "produced_by", "query", "query_parsed", "reason", "tokeniser"):
            if not isinstance(manifest[name], str):
                raise Invalid(f"expected text in the manifest's member {name}")
        check_key_name(manifest["origin"])
        _counts(_object(manifest["counts"], COUNTS, "the manifest's counts"))
        _counts(_object(manifest["not_seen"], NOT_SEEN, "the manifest's not_seen"))
        for name in ("assurance", "decoders"):
            if not isinstance(manifest[name], dict):
                raise Invalid(f"expected an object in the manifest's member {name}")
            _counts(manifest[name])
        if manifest["not_seen"]["withheld"] != manifest["counts"]["withheld"]:
            raise Invalid("the manifest counts its withheld records in two ways")
        self.origin = manifest["origin"]
        self.read_file_list(manifest["files"])
        for name in (
            "origin",
            "query",
            "query_parsed",
            "reason",
            "produced_at",
            "produced_by",
            "counts",
            "not_seen",
            "complete_up_to",
        ):
            self.facts[name] = manifest[name]

    def read_file_list(self, files: object) -> None:
        self.listed: dict[str, tuple[int, str]] = {}
        if not isinstance(files, list):
            raise Invalid("expected a list of files in the manifest")
        for entry in files:
            entry = _object(entry, ["name", "sha256", "size"], "an entry of the manifest's files")
            decode_hex(entry["sha256"], 32)
            _counts({"size": entry["size"]})
            if entry["name"] not in LISTED:
                if not isinstance(entry["name"], str) or not entry["name"].startswith(ATTACHMENTS):
                    raise Invalid(f"the manifest lists an unknown file {shorten(entry['name'])}")
                if entry["name"] != ATTACHMENTS + entry["sha256"]:
                    raise Invalid(f"the attachment {shorten(entry['name'])} is not named by its own SHA-256")
            self.listed[entry["name"]] = (entry["size"], entry["sha256"])
        if list(self.listed) != sorted(self.listed) or len(self.listed) != len(files):
            raise Invalid("the manifest's files are not in order of name, each once")
        for name in self.sizes:
            if name not in self.listed and name not in BESIDE:
                raise Invalid(f"the bundle holds a file that its manifest does not list: {shorten(name)}")
        for name in (*BESIDE, *LISTED, *self.listed):
            if name not in self.sizes:
                raise Invalid(f"the bundle lacks the file {name}")
            if name not in BESIDE and (name not in self.listed or self.listed[name][0] != self.sizes[name]):
                raise Invalid(f"{name} is not listed in the manifest with the size that it has")

    def check_files(self) -> None:
        """The files that no later step reads are as produced; attachments are hashed with the record that they belong to."""
        attachments = len(self.listed) - len(LISTED)
        if attachments != self.manifest["counts"]["attachments"]:
            raise Invalid(
                f"the manifest counts {self.manifest['counts']['attachments']} attachments and lists {attachments}"
            )
        for _ in self.chunks(TRANSCRIPT):
            pass
        gaps = parse_json(self.read_listed(GAPS))
        if not isinstance(gaps, list) or len(gaps) != self.manifest["not_seen"]["gaps"]:
            raise Invalid("the list of gaps is not as long as the manifest says")
        self.gaps = [_object(gap, GAP_MEMBERS, f"an entry of {GAPS}") for gap in gaps]
        self.passed(
            "The bundle holds the files that its manifest lists, and no other",
            f"{len(self.sizes)} files; the transcript and the list of gaps are as produced",
        )

    def check_checkpoints(self) -> None:
        self.records = self.open_checkpoint(RECORDS_CHECKPOINT, "records")
        self.audit = self.open_checkpoint(AUDIT_CHECKPOINT, "audit")
        position = _object(self.manifest["position"], ["root", "size"], "the manifest's position")
        if position != {"root": encode_base64(self.records.root), "size": self.records.size}:
            raise Invalid("the manifest's position is not the state of the records log in its checkpoint")
        self.facts["records_size"], self.facts["audit_size"] = self.records.size, self.audit.size
        found = f"{self.records.origin} of {self.records.size} leaves, {self.audit.origin} of {self.audit.size}"
        self.passed("Both logs' checkpoints are signed with the keys you gave", found)

    def open_checkpoint(self, name: str, log: str) -> Checkpoint:
        origin = f"{self.origin}/{log}"
        if not any(key.name == origin for key in self.keys):
            raise Invalid(
                f"no key was given for the log {shorten(origin)}; ask the archive's keeper for it, outside this bundle"
            )
        try:
            data = self.read_listed(name) if name in self.listed else self.read_small(name)
            checkpoint = open_checkpoint(data, self.keys, self.check)
        except Invalid as problem:
            raise Invalid(f"{name}: {problem}") from None
        if checkpoint.origin != origin:
            raise Invalid(f"{name} is a checkpoint of {shorten(checkpoint.origin)}, expected {shorten(origin)}")
        return checkpoint

    def check_production(self) -> None:
        """The audit entry of this production, made before the bundle was handed out, names exactly this manifest."""
        entry = _object(parse_json(self.read_small(PRODUCTION)), ["index", "leaf", "mac", "payload"], PRODUCTION)
        proof = parse_tlog_proof(self.read_small(PRODUCTION_PROOF))
        if proof.checkpoint != self.read_small(AUDIT_CHECKPOINT) or proof.extra is not None:
            raise Invalid(f"{PRODUCTION_PROOF} does not end with the bundle's audit checkpoint, or holds extra data")
        if entry["index"] != proof.leaf_index:
            raise Invalid(f"{PRODUCTION_PROOF} proves another leaf than {PRODUCTION} gives")
        leaf = parse_leaf(entry["leaf"], AUDIT_TYPES)
        verify_inclusion(
            proof.leaf_index, self.audit.size, leaf_hash(entry["leaf"].encode()), proof.path, self.audit.root
        )
        payload = decode_base64(_text(entry["payload"], "payload"))
        if leaf["t"] != "act" or not _has_mac(leaf, decode_hex(entry["mac"], 32), payload):
            raise Invalid("the production's audit entry is not what its leaf sealed")
        act = parse_json(payload.partition(b"\n")[2])
        counts, position = self.manifest["counts"], self.manifest["position"]
        expected = {
            "events": counts["events"], "format": FORMAT, "manifest": self.manifest_hash, "position": position,
            "query": self.manifest["query"], "records": counts["records"],
        }  # fmt: skip
        if not isinstance(act, dict) or act.get("act") != "produce" or act.get("bundle") != expected:
            raise Invalid(
                "the manifest is not the one that was entered in the audit log when this bundle was produced: "
                "its hash, counts, query or position differ"
            )
        self.facts["production"] = proof.leaf_index
        self.facts["entered_at"] = leaf["rx"]
        found = f"audit leaf {proof.leaf_index} of {leaf['rx']} names this manifest's hash, query, counts and position in the log"
        self.passed("The production was entered in the audit log before it was handed out", found)

    # -- records ---------------------------------------------------------------------------------------------------------

    def check_records(self) -> None:
        """Every record is in the log at its place, its payload is what was sealed, and none is there twice."""
        assurance: dict[str, int] = {}
        sources: dict[str, tuple[int, bytes]] = {}
        used: set[str] = set()
        gaps: dict[int, bytes] = {}
        before, withheld, heartbeat = -1, 0, None
        size, root = self.records.size, self.records.root
        for entry in self.entries(RECORDS, parse_json):
            record = _object(entry, RECORD_MEMBERS, f"a line of {RECORDS}")
            index = record["index"]
            if type(index) is not int or index <= before:
                raise Invalid(
                    f"the records are not in order of their leaves, each once: {shorten(index)} comes after {before}"
                )
            before = index
            try:
                leaf = parse_leaf(record["leaf"], RECORDS_TYPES)
                hashed = leaf_hash(record["leaf"].encode())
                verify_inclusion(index, size, hashed, [decode_hash(item) for item in _texts(record["proof"])], root)
                _check_chain(sources, leaf, hashed)
                if record["withheld"] is True:
                    if record["payload"] is not None or record["mac"] is not None or record["payload_file"] is not None:
                        raise Invalid("it is withheld and yet has a payload or a key")
                    withheld += 1
                else:
                    kind = self.check_payload(record, leaf, used)
                    assurance[kind] = assurance.get(kind, 0) + 1
                    if leaf["t"] == "gap" and record["payload_file"] is None:
                        gaps[index] = decode_base64(record["payload"]).partition(b"\n")[2]
            except Invalid as problem:
                raise Invalid(f"record {index}: {problem}") from None
            self.leaves[index] = "withheld" if record["withheld"] else leaf["t"]
            if leaf["t"] == "hb":
                heartbeat = {"at": leaf["rx"], "record": index}
        self.compare("records", len(self.leaves))
        self.compare("withheld", withheld)
        self.compare("attachments", len(used))
        if assurance != self.manifest["assurance"]:
            raise Invalid("the manifest's counts of assurance are not those of the records")
        if self.manifest["complete_up_to"] not in (None, heartbeat):
            raise Invalid("the manifest's complete_up_to is not the newest heartbeat among the records")
        found = f"{len(self.leaves)} records, {withheld} of them withheld (leaf and proof only); each is in the log at its place, once"
        self.passed("Every record is as it was sealed", found)
        self.check_gaps(gaps)

    def check_gaps(self, raw: dict[int, bytes]) -> None:
        """Every listed gap that names a record says what that gap leaf says, and no gap leaf of the bundle is left out of the list."""
        listed: set[int] = set()
        for gap in self.gaps:
            index = gap["record"]
            if index is None:
                continue
            if type(index) is not int or index not in raw or index in listed:
                raise Invalid(
                    f"{GAPS} names the record {shorten(index)}, which is no gap of the bundle, or names it twice"
                )
            listed.add(index)
            said = parse_json(raw[index])
            if not isinstance(said, dict) or gap["what"] != said.get("reason"):
                raise Invalid(f"{GAPS} says another reason for record {index} than was sealed")
            for member, of_leaf in (("first_at", "since"), ("last_at", "until")):
                if _microseconds(gap[member]) != said.get(of_leaf):
                    raise Invalid(f"{GAPS} says other times for record {index} than were sealed")
        if listed != raw.keys():
            raise Invalid(f"{GAPS} leaves out a gap whose leaf is in the bundle: record {min(raw.keys() - listed)}")
        if listed:
            self.passed(
                "Every gap in the list is one that the archive sealed",
                f"{len(listed)} gaps, each with its leaf; what they say is what was missed, as far as it was noticed",
            )

    def check_payload(self, record: dict[str, Any], leaf: dict[str, Any], used: set[str]) -> str:
        """Check the payload of a record against its leaf; the assurance its header claims."""
        if record["withheld"] is not False:
            raise Invalid("expected true or false in its member withheld")
        payload = decode_base64(_text(record["payload"], "payload"))
        mac = decode_hex(record["mac"], 32)
        name = record["payload_file"]
        if name is None:
            sealed = _has_mac(leaf, mac, payload)
        else:
            if not isinstance(name, str) or not name.startswith(ATTACHMENTS) or name not in self.listed:
                raise Invalid(f"its attachment {shorten(name)} is not in the bundle")
            used.add(name)
            code, size = hmac.new(mac, payload, "sha256"), len(payload)
            for chunk in self.chunks(name):
                code.update(chunk)
                size += len(chunk)
            sealed = size == leaf["n"] and code.hexdigest() == leaf["raw"]
        if not sealed:
            raise Invalid("its payload is not what was sealed")
        head, line_feed, _ = payload.partition(b"\n")
        header = parse_json(head)
        if not line_feed or not isinstance(header, dict) or not isinstance(header.get("assurance"), str):
            raise Invalid("its payload does not begin with a header line")
        return str(header["assurance"])

    # -- events ----------------------------------------------------------------------------------------------------------

    def check_events(self) -> None:
        """Every event belongs to a record of the bundle and bears an identifier of that record, once."""
        seen: set[str] = set()
        with_events: set[int] = set()
        named: set[str] = set()
        for event in self.entries(EVENTS, parse_object):
            if not event.keys() >= EVENT_MEMBERS:
                raise Invalid(
                    f"expected an event with the members {' '.join(sorted(EVENT_MEMBERS))} in each line of {EVENTS}"
                )
            identifier, record = event["id"], event["record"]
            if type(record) is not int or record not in self.leaves:
                raise Invalid(f"an event names the record {shorten(record)}, which is not in the bundle")
            leaf, dash, ordinal = _text(identifier, "id").partition("-")
            if not dash or decode_decimal(leaf) != record:
                raise Invalid(f"expected an event identifier {record}-ORDINAL, got {shorten(identifier)}")
            if identifier in seen:
                raise Invalid(f"the event {shorten(identifier)} is there twice")
            seen.add(identifier)
            with_events.add(record)
            named.update(_stored_attachments(event))
            if self.redecode is not None:
                self.events_of.setdefault(record, []).append((decode_decimal(ordinal), event))
            else:
                decode_decimal(ordinal)
        self.compare("events", len(seen))
        for index, kind in self.leaves.items():
            if kind == "withheld" and index not in with_events:
                raise Invalid(f"record {index} is withheld, but no event of it is produced")
        self.absent = len([name for name in named if ATTACHMENTS + name not in self.listed])
        self.passed(
            "Every decoded event belongs to a record of the bundle", f"{len(seen)} events, each with its own identifier"
        )
        if self.redecode is not None:
            self.read_again(self.redecode)

    def read_again(self, redecode: Redecode) -> None:
        """Hand every record that is not withheld to the decoder of today, beside the events that were produced from it."""
        count = 0
        for record in self.entries(RECORDS, parse_json):
            index, name = record["index"], record["payload_file"]
            if self.leaves[index] != "rec" or (name and self.listed[name][0] > MAX_SMALL):
                continue
            payload = decode_base64(record["payload"]) + (b"".join(self.chunks(name)) if name else b"")
            events = sorted(self.events_of.get(index, []), key=lambda item: item[0])
            try:
                redecode(index, payload, [event for _, event in events])
            except Invalid as problem:
                raise Invalid(f"record {index}, read again from its raw bytes: {problem}") from None
            count += 1
        self.passed(
            "The decoded events follow from the raw bytes", f"{count} records were read again with this decoder"
        )

    def compare(self, name: str, found: int) -> None:
        expected = self.manifest["counts"][name]
        if found != expected:
            raise Invalid(f"the manifest counts {expected} {name}, the bundle holds {found}")

    # -- seals -----------------------------------------------------------------------------------------------------------

    def check_seals(self) -> None:
        """Every seal that came along is signed, and both logs of this bundle extend what it sealed."""
        data = self.read_small(SEALS)
        if data and not data.endswith(b"\n"):
            raise Invalid(f"{SEALS} does not end with a line feed")
        self.seals: set[str] = set()
        for line in data.split(b"\n")[:-1]:
            entry = _object(parse_json(line), ["audit", "records", "seal"], f"a line of {SEALS}")
            seal = open_seal(_text(entry["seal"], "seal"), self.keys, self.check)
            if seal.origin != self.origin:
                raise Invalid(f"the bundle holds a seal of another archive, {shorten(seal.origin)}")
            _check_extends(self.records, seal.records_size, seal.records_root, _texts(entry["records"]))
            _check_extends(self.audit, seal.audit_size, seal.audit_root, _texts(entry["audit"]))
            if entry["seal"] in self.seals:
                raise Invalid("the bundle holds the same seal twice")
            self.seals.add(entry["seal"])
        if self.seals:
            self.passed("Both logs extend each earlier seal in the bundle", f"{len(self.seals)} seals, each proven")

    def check_since(self) -> None:
        """Both logs of this bundle extend the seal that was given from outside."""
        if self.since is None:
            return
        seal = open_seal(self.since, self.keys, self.check)
        if seal.origin != self.origin:
            raise Invalid(
                f"the seal given with --since is of {shorten(seal.origin)}, the bundle of {shorten(self.origin)}"
            )
        states = ((self.records, seal.records_size, seal.records_root), (self.audit, seal.audit_size, seal.audit_root))
        for log, size, root in states:
            if size > log.size:
                raise Invalid(
                    f"{log.origin} had {size} leaves when the seal was made and has {log.size} in this bundle: "
                    "the log was rolled back, or the bundle is older than the seal"
                )
            if size == log.size and root != log.root:
                raise Invalid(
                    f"{log.origin} has the seal's size {size} and another root: the log was rewritten after it was sealed"
                )
        if self.since not in self.seals and not all(size in (0, log.size) for log, size, _ in states):
            raise Invalid(
                "the bundle holds no proof that its logs extend the seal given with --since; "
                "ask for one made with `muniment produce ... --since SEAL`"
            )
        self.sealed = seal
        found = f"the first {seal.records_size} leaves of the records log and {seal.audit_size} of the audit log are those that were sealed"
        self.passed("Both logs extend the seal you gave", found)

    # -- what a true bundle still does not prove -----------------------------------------------------------------------------

    def not_proven(self) -> list[str]:
        """Plain sentences, most weighty first; part of every verdict."""
        manifest, unseen = self.manifest, self.manifest["not_seen"]
        said: list[str] = []
        if self.sealed is None:
            said.append(
                "No seal, witness or time-stamp was given: this cannot exclude that whoever holds the logs' signing keys rewrote "
                "their whole history before this bundle was made. Give a seal received earlier with --since."
            )
        else:
            said.append(
                f"What was sealed is fixed by your seal; leaves after it (from {self.sealed.records_size} in the records log, "
                f"{self.sealed.audit_size} in the audit log) could still have been rewritten by whoever holds the signing keys."
            )
        said.append(
            "That a conversation is complete is not proven: the records shown are genuine, but others may exist that the query "
            "did not match or that never reached the archive."
        )
        if manifest["complete_up_to"] is None:
            said.append("Up to when capture was complete is not proven: no heartbeat of the archive is in the bundle.")
        said.append(
            "Times of receipt are the archive's own clock; times of sending are what the platform or its export says."
        )
        said.append("Names and numbers of people are as the platform gave them; who stood behind them is not proven.")
        if self.redecode is None:
            said.append(
                "--redecode was not run: that the decoded events and the transcript follow from the raw bytes was not checked."
            )
        else:
            said.append("The transcript was not made again from the events; it is the one that was produced.")
        if manifest["counts"]["withheld"]:
            said.append(
                f"{manifest['counts']['withheld']} records are withheld because only some of their events matched: what their events say "
                "cannot be compared with the raw bytes."
            )
        everywhere = "in the whole archive, whatever was asked"
        words = {
            "disposed": f"records had been disposed of under a rule, {everywhere}; which of them would have matched cannot be known",
            "gaps": "gaps in capture lie within the range (gaps.json)",
            "missing_media": "attachments are named by messages but not in the archive",
            "undecoded": f"records could not be decoded and are searchable by their raw text only, {everywhere}",
            "unsearchable": f"items could not be searched, {everywhere}",
        }
        said.extend(f"Not seen by the query: {unseen[name]} {text}." for name, text in words.items() if unseen[name])
        if self.absent:
            said.append(
                f"{self.absent} attachments are named by the events and held by the archive, but not part of this bundle."
            )
        return said


def open_zip(file: BinaryIO) -> zipfile.ZipFile:
    """Open a zip file of the plain kind: only known names, each once, nothing encrypted, overlapping, before or after."""
    archive = zipfile.ZipFile(file)
    entries = archive.infolist()
    if archive.comment or len(entries) > MAX_FILES:
        raise Invalid(f"the zip file has a comment, or more than {MAX_FILES} files")
    names: set[str] = set()
    for entry in entries:
        name = entry.filename
        if entry.orig_filename != name or name in names:
            raise Invalid(f"the zip file holds {shorten(name)} twice or under an unclear name")
        names.add(name)
        known = name in LISTED or name in BESIDE
        if not known and not (name.startswith(ATTACHMENTS) and _SHA256.fullmatch(name[len(ATTACHMENTS) :])):
            raise Invalid(f"the bundle holds an unknown file {shorten(name)}")
        if entry.flag_bits & 1 or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Invalid(f"{name} is encrypted or packed in a way that bundles do not use")
        if entry.external_attr >> 16 & 0o170000 not in (0, 0o100000):
            raise Invalid(f"{name} is not a plain file but a link or a folder")
        if entry.compress_type == zipfile.ZIP_STORED and entry.compress_size != entry.file_size:
            raise Invalid(f"{name} is stored with two sizes")
    end = 0
    for entry in sorted(entries, key=lambda item: item.header_offset):
        if entry.header_offset < end or (end == 0 and entry.header_offset):
            raise Invalid(f"{entry.filename} overlaps another file of the zip, or something stands before the first")
        end = entry.header_offset + 30 + len(entry.filename) + entry.compress_size
    return archive


_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)


def _object(value: Any, members: list[str], what: str) -> dict[str, Any]:
    if not isinstance(value, dict) or list(value) != members:
        raise Invalid(f"expected the members {' '.join(members)} in {what}")
    return value


def _microseconds(value: object) -> int | None:
    """Microseconds since 1970 UTC of a time with six digits of the second, as gaps.json writes it; None of null."""
    if value is None:
        return None
    text = _text(value, "a time")
    try:
        at = datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc)  # noqa: UP017 - older Pythons verify as well
    except ValueError:
        raise Invalid(f"expected a time such as 2026-11-21T20:43:55.123456Z, got {shorten(text)}") from None
    if len(text) != 27:
        raise Invalid(f"expected a time such as 2026-11-21T20:43:55.123456Z, got {shorten(text)}")
    return (at - datetime(1970, 1, 1, tzinfo=timezone.utc)) // timedelta(microseconds=1)  # noqa: UP017


def _counts(value: dict[str, Any]) -> None:
    for name, number in value.items():
        if type(number) is not int or number < 0:
            raise Invalid(f"expected a non-negative integer in the manifest for {shorten(name)}")


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise Invalid(f"expected text in its member {name}")
    return value


def _texts(value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise Invalid("expected a proof as a list of texts")
    return value


def _has_mac(leaf: dict[str, Any], mac: bytes, payload: bytes) -> bool:
    expected = (leaf["n"], leaf["raw"])
    return (len(payload), hmac.digest(mac, payload, "sha256").hex()) == expected


def _check_chain(sources: dict[str, tuple[int, bytes]], leaf: dict[str, Any], hashed: bytes) -> None:
    """Within a source the dense counter only climbs, and a leaf names the hash of the one before it."""
    number, before = leaf["pseq"], sources.get(leaf["src"])
    if (number == 0) != (leaf["ph"] is None):
        raise Invalid("expected the hash of the source's previous leaf in every leaf but its first")
    if before is not None:
        if number <= before[0]:
            raise Invalid(f"its source's counter {number} does not come after {before[0]}")
        if number == before[0] + 1 and leaf["ph"] != before[1].hex():
            raise Invalid("it does not name the hash of its source's previous leaf")
    sources[leaf["src"]] = (number, hashed)


def _stored_attachments(event: dict[str, Any]) -> list[str]:
    """SHA-256 of each attachment of the event that the archive says it holds."""
    attachments = event["attachments"]
    if not isinstance(attachments, list) or not all(isinstance(item, dict) for item in attachments):
        raise Invalid(f"expected a list of attachments in the event {shorten(event['id'])}")
    return [str(item.get("sha256")) for item in attachments if item.get("status") == "stored"]


def _check_extends(log: Checkpoint, size: int, root: bytes, texts: list[str]) -> None:
    """The log begins with the `size` leaves that have `root`. The empty tree begins every log and needs no proof."""
    proof = [decode_hash(text) for text in texts]
    if size == 0:
        if proof:
            raise Invalid("expected an empty consistency proof from the empty log")
        return
    try:
        verify_consistency(size, log.size, proof, root, log.root)
    except Invalid as problem:
        raise Invalid(f"{log.origin} does not extend an earlier seal: {problem}") from None


# ---------------------------------------------------------------------------------------------------------------------
# The command line
# ---------------------------------------------------------------------------------------------------------------------

USAGE = """usage: verifier.py verify-bundle FILE.zip --key VKEY --key VKEY [--since SEAL] [--json]

Checks a bundle offline. Get the two keys, of the records log and of the audit log, from the archive's keeper by a way
other than the bundle (`muniment key show` prints them), and a seal from whoever has kept one (`muniment checkpoint`).
Exit status: 0 verified, 1 refused, 2 wrong use."""


def render(report: Report) -> str:
    """The report for people: what was checked, what is not proven, and last the verdict."""
    lines = [f"Bundle {shorten_line(report.file)}"]
    labels = {"origin": "archive", "query": "query", "reason": "reason", "produced_at": "produced", "produced_by": "by"}
    if report.refused is None:
        lines += [f"  {label + ':':<10} {shorten_line(str(report.facts[name]))}" for name, label in labels.items()]
        moment = report.facts["complete_up_to"]
        if moment:
            lines.append(
                f"  {'complete:':<10} up to {moment['at']} by the archive's heartbeat, leaf {moment['record']}"
            )
    lines.append("")
    lines += [f"[ok] {check.name}: {check.found}" for check in report.checks]
    if report.refused is None:
        lines += ["", "Not proven:"]
        lines += [f"  - {text}" for text in report.not_proven]
        lines += ["", "VERIFIED: nothing in this bundle was altered, added or dropped since it was produced."]
    else:
        lines += [f"[no] {shorten_line(report.refused)}", "", "REFUSED: do not rely on this bundle."]
    return "\n".join(lines)


def shorten_line(text: str) -> str:
    """Text from the bundle, safe for a terminal: control and direction characters escaped, at most 300 characters."""
    safe = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
    return safe if len(safe) <= 300 else safe[:297] + "..."


def parse_arguments(arguments: list[str]) -> tuple[str, list[str], str | None, bool]:
    """File, keys, seal and whether JSON was asked for; raises Invalid for a wrong use."""
    files: list[str] = []
    keys: list[str] = []
    since: list[str] = []
    as_json = False
    rest = list(arguments)
    if not rest or rest.pop(0) != "verify-bundle":
        raise Invalid("expected the command verify-bundle")
    while rest:
        word = rest.pop(0)
        name, equals, value = word.partition("=")
        if name in ("--key", "--since"):
            if not equals:
                if not rest:
                    raise Invalid(f"expected a value after {name}")
                value = rest.pop(0)
            (keys if name == "--key" else since).append(value)
        elif word == "--json":
            as_json = True
        elif word == "--redecode":
            raise Invalid(
                "--redecode needs the decoders: run `muniment verify-bundle --redecode` of an installed Muniment"
            )
        elif word.startswith("-"):
            raise Invalid(f"unknown option {shorten(word)}")
        else:
            files.append(word)
    if len(files) != 1 or not keys or len(since) > 1:
        raise Invalid("expected one file, at least one --key and at most one --since")
    return files[0], keys, since[0] if since else None, as_json


def main(arguments: list[str]) -> int:
    """Run the command line; the exit status."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a console that cannot show Chinese still gets its verdict
    if arguments in ([], ["-h"], ["--help"], ["verify-bundle", "--help"]):
        print(USAGE)
        return 0 if arguments else 2
    try:
        path, keys, since, as_json = parse_arguments(arguments)
        report = verify_bundle(path, keys, since)
    except (Invalid, OSError) as problem:
        print(f"{problem}\n\n{USAGE}", file=sys.stderr)
        return 2
    if as_json:
        print(json.dumps(report.as_json(), sort_keys=True))
    else:
        print(render(report))
    return 0 if report.refused is None else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
