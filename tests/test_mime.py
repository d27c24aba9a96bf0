"""Parts of a message that mail programs would read differently, or show as a file."""

from __future__ import annotations

import base64

import pytest

from auditor.mime import Part, read_parts

TEXT = base64.b64encode(b"<p>Hi</p>.")  # ends in padding


def parts(body: bytes, encoding: str, kind: str = "text/plain") -> tuple[tuple[Part, ...], str]:
    return read_parts(f"Content-Type: {kind}\nContent-Transfer-Encoding: {encoding}\n\n".encode() + body)


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("base64", TEXT + b"PGEg"),
        ("base64", TEXT + b"-PGEg"),
        ("base64", TEXT + b"\r\n.\r\nPGEg"),
        ("base64", b"PGEg_-"),
        ("quoted-printable", b"evil= \r\n.com"),
        ("quoted-printable", b"evil=\t \n.com"),
        ("Quoted-Printable", b"evil= "),
    ],
)
def test_what_decoders_read_differently_is_not_read(encoding: str, body: bytes) -> None:
    found, unread = parts(body, encoding)

    assert found == ()
    assert "differently" in unread


@pytest.mark.parametrize(
    ("encoding", "body", "text"),
    [
        ("base64", TEXT + b"\r\n", "<p>Hi</p>."),
        ("base64", TEXT[:4] + b"\r\n" + TEXT[4:] + b"\r\n\r\n", "<p>Hi</p>."),
        ("quoted-printable", b"a =3D b=\r\nc\r\n", "a = bc\n"),
        ("7bit", b"a= \nb", "a= \nb"),
    ],
)
def test_what_all_decoders_read_alike_is_read(encoding: str, body: bytes, text: str) -> None:
    found, unread = parts(body, encoding)

    assert unread == ""
    assert [part.text.replace("\r\n", "\n") for part in found if part.text is not None] == [text]


@pytest.mark.parametrize(
    ("line", "attached", "page"),
    [
        ("begin 644 invoice.html", True, True),
        ("begin 0755 invoice.pdf", True, False),
        ("begin 644", False, False),
        ("we begin 644 things", False, False),
    ],
)
def test_a_file_written_into_the_text_is_an_attachment(line: str, attached: bool, page: bool) -> None:
    (part,), _ = parts(f"Hello\n\n{line}\n#86)C\n`\nend\n".encode(), "7bit")

    assert (part.attached, part.page) == (attached, page)
