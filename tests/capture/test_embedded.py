"""Attachments that lie within their message's own bytes are given out again as they came."""

import json
from base64 import b64encode

from hypothesis import given
from hypothesis import strategies as st

from muniment.capture import registry
from muniment.record.record import Assurance, Header

MESSAGE = Header(by="ndjson", v=1, part="message", assurance=Assurance.VENDOR_EXPORT)


def raw(attachments: object) -> bytes:
    return json.dumps({"id": "m1", "attachments": attachments}).encode() + b"\n"


@given(st.binary(max_size=64))
def test_bytes_in_base64_come_out_again(content: bytes) -> None:
    line = raw([{"name": "other"}, {"name": "this", "base64": b64encode(content).decode()}])

    assert registry.embedded(MESSAGE, line, 1) == content
    assert registry.embedded(MESSAGE, line, 0) is None
    assert registry.embedded(MESSAGE, line, 2) is None


@given(
    st.one_of(
        st.binary(max_size=64), st.sampled_from([raw("none"), raw([7]), raw([{"base64": "?"}]), raw([{"base64": 7}])])
    )
)
def test_whatever_else_the_bytes_are_there_is_no_attachment_in_them(line: bytes) -> None:
    assert registry.embedded(MESSAGE, line, 0) is None


def test_other_records_hold_none() -> None:
    line = raw([{"name": "this", "base64": "AAAA"}])
    whatsapp = Header(by="whatsapp", v=1, part="message", assurance=Assurance.EXPORT_TEXT)
    manifest = Header(by="ndjson", v=1, part="manifest", assurance=Assurance.VENDOR_EXPORT)

    assert registry.embedded(whatsapp, line, 0) is None
    assert registry.embedded(manifest, line, 0) is None
