"""Twenty-six small messages, each of which makes the standard library's modern reader raise or hang.

Which of them still do depends on the Python version; none may trouble ours.
"""

from __future__ import annotations

from tests.mail.forged.bait import RELAY

_SENDER = f"From: {RELAY}\r\n".encode()
_TEXT = b"\r\n\r\nWhere is my order?\r\n"


def _from(value: bytes) -> bytes:
    return b"From: " + value + b"\r\nTo: seller@shop.test\r\nSubject: walmart" + _TEXT


def _with(field: bytes) -> bytes:
    return _SENDER + field + _TEXT


def _nested(depth: int) -> bytes:
    parts = (b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (n, n + 1) for n in range(depth))
    return _SENDER + b"Content-Type: multipart/mixed; boundary=b0\r\n\r\n" + b"".join(parts)


KILLERS: dict[str, bytes] = {
    "from-open-bracket": _from(b"<"),
    "from-at-nothing": _from(b"a@"),
    "from-open-quote": _from(b'"'),
    "from-bracket-at": _from(b"<@"),
    "from-open-literal": _from(b"a@["),
    "from-nothing": _from(b""),
    "from-comma": _from(b","),
    "from-open-group": _from(b"walmart:"),
    "from-route-alone": _from(b"<@walmart.com:>"),
    "from-open-comment": _from(b"help@walmart.com ("),
    "from-deep-comment": _from(b"(" * 3_000 + b"help@walmart.com"),
    "from-encoded-nothing": _from(b"=?utf-8?B??= <help@walmart.com>"),
    "from-encoded-line-break": _from(b"=?utf-8?Q?walmart=0D=0AX:_y?= <x@evil.test>"),
    "from-many-addresses": _from(b"help@walmart.com, " * 4_000),
    "message-id-open": _with(b"Message-ID: <["),
    "subject-of-40000-encoded-words": _with(b"Subject: " + b"=?utf-8?q?a?= " * 40_000),
    "subject-of-surrogates": _with(b"Subject: =?utf-8?B?7aCA?="),
    "type-of-20000-parameters": _with(b"Content-Type: text/plain" + b"".join(b"; a*%d=b" % n for n in range(20_000))),
    "type-of-open-quote": _with(b'Content-Type: text/plain; charset="'),
    "type-with-charset-in-two-forms": _with(b"Content-Type: text/plain; charset*=x'; charset*0*=y"),
    "disposition-of-percent-signs": _with(b"Content-Disposition: attachment; filename*=utf-8''%" + b"%%" * 5_000),
    "date-of-brackets": _with(b"Date: ((((Fri, 20 Nov 2026 12:00:00 +0000"),
    "reply-to-of-quotes": _with(b"Reply-To: " + b'"' * 9_999),
    "results-of-brackets": _with(b"Authentication-Results: mx.shop.test; " + b"(" * 9_999),
    "nested-3000-deep": _nested(3_000),
    "base64-of-one-letter": _with(b"Content-Transfer-Encoding: base64\r\nContent-Type: text/html") + b"A",
}
