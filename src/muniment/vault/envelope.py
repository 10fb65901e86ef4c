"""Envelopes: one record's payload, compressed and sealed under a key of its own.

Layout (docs/formats/envelope.md): version 0x01, compression (0x00 none, 0x01 zstd), 12-byte nonce, AES-256-GCM
ciphertext and tag. The associated data binds version, compression, the leaf's id and its source, so that an envelope cannot
stand in another's place. From the record key K (32 random bytes, used for one record and nothing else) come the
encryption key and the MAC key by HKDF-Expand (RFC 5869 §3.3: K is uniformly random, no extract step is needed).
"""

import hashlib
from io import BytesIO

import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from muniment.record.errors import Damaged, WrongKey

NONCE_BYTES = 12
OVERHEAD = 2 + NONCE_BYTES + 16
COMPRESS_FROM = 1024
LARGE = 1024 * 1024
"""Bytes from which on a payload is not copied needlessly, and compressed only where a sample of it shrinks."""
SAMPLE = 64 * 1024
PLAIN, ZSTD = b"\x01\x00", b"\x01\x01"
AAD = b"muniment/v1/envelope\n"
ENCRYPT, MAC = b"muniment/v1/enc\x01", b"muniment/v1/mac\x01"  # HKDF info with the counter of the first block

_INNER = bytes(byte ^ 0x36 for byte in range(256))
_OUTER = bytes(byte ^ 0x5C for byte in range(256))
_INNER_TAIL, _OUTER_TAIL = b"\x36" * 32, b"\x5c" * 32
_sha256 = hashlib.sha256
_compressor = zstandard.ZstdCompressor(level=3)


def subkeys(key: bytes) -> tuple[bytes, bytes]:
    """The encryption key and the MAC key of a record key: HKDF-Expand-SHA256 with the infos `muniment/v1/enc` and `.../mac`."""
    # HMAC written out: this runs once for every record that is sealed or opened, and four plain calls are the fastest.
    inner, outer = key.translate(_INNER) + _INNER_TAIL, key.translate(_OUTER) + _OUTER_TAIL
    return (
        _sha256(outer + _sha256(inner + ENCRYPT).digest()).digest(),
        _sha256(outer + _sha256(inner + MAC).digest()).digest(),
    )


def mac(mac_key: bytes, payload: bytes) -> bytes:
    """HMAC-SHA256 of the payload (RFC 2104): the leaf's `raw`."""
    inner = _sha256(mac_key.translate(_INNER) + _INNER_TAIL)
    inner.update(payload)
    return _sha256(mac_key.translate(_OUTER) + _OUTER_TAIL + inner.digest()).digest()


def seal(payload: bytes, encryption_key: bytes, nonce: bytes, leaf_id: str, source: str) -> bytes:
    """The envelope of `payload`; the nonce is 12 random bytes."""
    head, body = PLAIN, payload
    if len(payload) >= COMPRESS_FROM and (len(payload) < LARGE or _shrinks(payload)):
        smaller = _compressor.compress(payload)
        if len(smaller) < len(payload):
            head, body = ZSTD, smaller
    aad = AAD + head + leaf_id.encode() + b"\n" + source.encode()
    if len(body) < LARGE:
        return head + nonce + AESGCM(encryption_key).encrypt(nonce, body, aad)
    # The buffer's bytes are handed out as they are: the ciphertext is written once, where it stays.
    size = OVERHEAD + len(body)
    envelope = BytesIO()
    envelope.seek(size - 1)
    envelope.write(b"\0")
    with envelope.getbuffer() as buffer, buffer[len(head) + NONCE_BYTES :] as rest:
        buffer[: len(head) + NONCE_BYTES] = head + nonce
        AESGCM(encryption_key).encrypt_into(nonce, body, aad, rest)
    return envelope.getvalue()


def _shrinks(payload: bytes) -> bool:
    """Whether one of three samples of a large payload, from its beginning, middle and end, becomes a twentieth smaller."""
    middle = len(payload) // 2
    samples = (payload[:SAMPLE], payload[middle : middle + SAMPLE], payload[-SAMPLE:])
    return any(len(_compressor.compress(sample)) < SAMPLE * 19 // 20 for sample in samples)


def unseal(envelope: bytes, key: bytes, leaf_id: str, source: str, size: int) -> tuple[bytes, bytes]:
    """Open an envelope: its payload of `size` bytes and the MAC key. Raises Damaged or WrongKey; the caller checks the MAC."""
    head, nonce = envelope[:2], envelope[2 : 2 + NONCE_BYTES]
    if head not in {PLAIN, ZSTD} or len(envelope) < OVERHEAD:
        raise Damaged("an envelope has an unknown version or compression; expected version 1")
    encryption_key, mac_key = subkeys(key)
    aad = AAD + head + leaf_id.encode() + b"\n" + source.encode()
    try:
        body = AESGCM(encryption_key).decrypt(nonce, memoryview(envelope)[2 + NONCE_BYTES :], aad)
        payload = body if head == PLAIN else zstandard.ZstdDecompressor().decompress(body, max_output_size=size)
    except InvalidTag:
        raise WrongKey(
            "an envelope does not open with its key; the key table or the segment is not this archive's, or is damaged"
        ) from None
    except zstandard.ZstdError:
        raise Damaged("an envelope opens but does not decompress to its {size} bytes", size=size) from None
    if len(payload) != size:
        raise Damaged("an envelope holds {got} bytes, its leaf says {size}", got=len(payload), size=size)
    return payload, mac_key
