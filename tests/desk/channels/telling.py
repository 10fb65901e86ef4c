"""What a program tells of a call that it made by itself."""

import json
from typing import Any

from muniment.capture.whatsapp_cloud.outbound import Exchange, encode_exchange

CLIENT, NUMBER_ID = "85261234567", "7001"
PATH = f"v23.0/{NUMBER_ID}/messages"
WORDS = "已落單 0700.HK"


def exchange(id: str, wamid: str | None, text: str = WORDS, **more: Any) -> bytes:
    request = {"messaging_product": "whatsapp", "to": CLIENT, "type": "text", "text": {"body": text}}
    answer = None if wamid is None else json.dumps({"messages": [{"id": wamid}]}).encode()
    return encode_exchange(
        Exchange(
            id=id,
            path=f"/{PATH}",
            request=json.dumps(request, ensure_ascii=False).encode(),
            began_at=1_762_000_000_000_000,
            status=None if wamid is None else 200,
            response=answer,
            **more,
        )
    )
