"""Messages written for these tests."""

from base64 import b64encode

PDF = b"%PDF-1.4\n\x00\xff\r\n"


def mail(*headers: str, body: bytes | str = "hello\r\n", **more: str) -> bytes:
    """A message with these headers in place of the usual ones of the same name."""
    usual = {
        "From": "Amy Wong <Amy@Example.com>",
        "To": "bob@example.com",
        "Date": "Tue, 14 May 2024 18:00:01 +0800",
        "Message-ID": "<m1@example.com>",
        "Subject": "Deal",
    } | more
    own = {header.partition(":")[0].lower() for header in headers}
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in usual.items() if name.lower() not in own and value]
    raw = body.encode() if isinstance(body, str) else body
    return "\r\n".join([*lines, *headers, "", ""]).encode("utf-8", "surrogateescape") + raw


def word(text: str, charset: str) -> str:
    return f"=?{charset}?B?{b64encode(text.encode(charset)).decode()}?="


INNER = mail("Message-ID: <inner@example.com>", Subject=word("内部", "gb2312"), body="inner words\r\n")
RICH = mail(
    'To: "Chan, Bob" <bob@example.com>, Desk: carl@example.com, dora@example.com;',
    f"Cc: {word('陈大文', 'gb2312')} <Chan@Example.HK>",
    "Bcc: boss@example.com",
    "Reply-To: desk@example.com",
    "In-Reply-To: <m0@example.com>",
    "References: <root@example.com> <m0@example.com>",
    "Received: from a by b; Tue, 14 May 2024 18:00:02 +0800",
    "X-Mailer: something 1.0",
    f"Subject: Re: {word('报价', 'gb2312')} {word('单', 'gb2312')}",
    'Content-Type: multipart/mixed; boundary="b1"',
    body=b"preamble\r\n--b1\r\nContent-Type: multipart/alternative; boundary=b2\r\n\r\n"
    b"--b2\r\nContent-Type: text/plain; charset=gb2312\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    + "今天报价 5mm 镕\r\n".encode("gb18030")
    + b"--b2\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    + "<p>今天报价 <b>5mm</b> 镕</p>\r\n".encode()
    + b"--b2--\r\n--b1\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n"
    + b"Content-Disposition: attachment;\r\n filename*0*=utf-8''%E5%90%88; filename*1*=%E5%90%8C.pdf\r\n\r\n"
    + b64encode(PDF)
    + b"\r\n--b1\r\nContent-Type: message/rfc822\r\n\r\n"
    + INNER
    + b"\r\n--b1--\r\n",
)
BOUNCE = mail(
    'Content-Type: multipart/report; report-type=delivery-status; boundary="r"',
    From="MAILER-DAEMON@example.com",
    body="--r\r\nContent-Type: text/plain\r\n\r\nnot delivered\r\n--r\r\nContent-Type: message/delivery-status\r\n\r\n"
    "Reporting-MTA: dns; a\r\n\r\nFinal-Recipient: rfc822; b@example.com\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--r--\r\n",
)

FROM = b"From amy@example.com Tue May 14 10:00:01 2024\n"


def unix(raw: bytes) -> bytes:
    return raw.replace(b"\r\n", b"\n")


def mbox(*mails: bytes, line: bytes = FROM) -> bytes:
    """An mbox as most programs write one."""
    return b"".join(line + unix(one).rstrip(b"\n") + b"\n\n" for one in mails)


def sized(raw: bytes) -> bytes:
    """A message that says how long its body is (mboxcl)."""
    head, _, body = unix(raw).partition(b"\n\n")
    body = body.rstrip(b"\n") + b"\n"
    return head + b"\nContent-Length: %d\n\n" % len(body) + body
