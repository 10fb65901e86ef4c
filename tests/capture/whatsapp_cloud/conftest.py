"""Webhooks: the public ones, and our own for what has none."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from muniment.capture.whatsapp_cloud import connector
from muniment.record.event import Event
from muniment.record.record import Header

HEADER = Header(by="whatsapp_cloud", v=1, part="message", assurance=connector.assurance)
NUMBER_ID, NUMBER, CLIENT = "7001", "85225550000", "85261234567"

Payloads = dict[str, Any]


def decode(body: Any) -> list[Event]:
    raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    return list(connector.decode(HEADER, raw))


def webhook(field: str = "messages", **value: Any) -> dict[str, Any]:
    """A POST with one change."""
    metadata = {"display_phone_number": NUMBER, "phone_number_id": NUMBER_ID}
    inner = {"messaging_product": "whatsapp", "metadata": metadata, **value}
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": "900", "changes": [{"field": field, "value": inner}]}],
    }


def message(wamid: str = "wamid.A", **more: Any) -> dict[str, Any]:
    """A message as it came in; text unless something else is said."""
    body = {"type": "text", "text": {"body": "早晨"}} if "type" not in more else {}
    return {"from": CLIENT, "id": wamid, "timestamp": "1762000000", **body, **more}


@pytest.fixture(scope="session")
def payloads(shared_data: Callable[[str], Path]) -> Payloads:
    """All public webhooks by name."""
    folder = shared_data("whatsapp-cloud-webhooks")
    found: Payloads = {
        f"meta/{path.stem}": json.loads(path.read_bytes()) for path in sorted((folder / "meta-openapi").glob("*.json"))
    }
    for path in sorted((folder / "pywa").glob("*.json")):
        for name, body in json.loads(path.read_bytes()).items():
            if path.stem == "template_components_update" and name == "element":
                nested = body.pop("all")
                found[f"pywa/{path.stem}/{name}/all"] = nested
            found[f"pywa/{path.stem}/{name}"] = body
    return found
