"""Signatures at the counter: what a canvas draws is kept and printed, anything else is told."""

import struct
import zlib
from base64 import b64encode
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from models.dossiers import Signature
from postal_app.rules.roles import Role
from routes.archive import transaction
from routes.clerk_signatures import LARGEST_BYTES, BadSignature, read_drawn
from tests.doors.conftest import Browser
from tests.doors.test_clerk import faults, open_one


@pytest.fixture
def clerk(sign_in: Callable[[Role], Browser]) -> Browser:
    """Bà Bùi Thị Hằng at the counter of bưu cục Lương Sơn."""
    return sign_in(Role.CLERK)


def png(width: int = 60, height: int = 20, ink: bytes = b"\x10\x24\x2c\xff") -> bytes:
    """Give a picture as a canvas makes it: eight bits, red, green, blue and opacity."""

    def chunk(name: bytes, content: bytes) -> bytes:
        body = name + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    rows = b"".join(b"\0" + ink * width for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def as_sent(picture: bytes) -> str:
    return "data:image/png;base64," + b64encode(picture).decode()


def test_a_signature_drawn_on_the_screen_is_kept_and_printed(app: Flask, clerk: Browser) -> None:
    at = open_one(clerk)
    picture = png()
    clerk.send(at, form_name="sign", image_sender=as_sent(picture), paper_clerk="1")
    with app.app_context(), transaction() as session:
        signed = session.scalars(select(Signature).order_by(Signature.signer)).all()
        assert [(one.signer, one.manner, one.image) for one in signed] == [
            ("clerk", "paper", None),
            ("sender", "drawn", picture),
        ]
    assert clerk.get(f"{at}/slip.pdf").data.startswith(b"%PDF")


@pytest.mark.parametrize(
    "sent",
    [
        "data:text/html;base64,PGI+",
        "data:image/png;base64,???",
        as_sent(b"GIF89a"),
        as_sent(png()[:-30]),
        as_sent(png()[:40] + b"x" + png()[41:]),
        as_sent(png(ink=b"\0\0\0\0")),
        as_sent(png(width=3000, height=1000)),
        as_sent(png() + b"\0" * LARGEST_BYTES),
    ],
    ids=["no png", "no base64", "gif", "cut off", "altered", "blank", "huge", "heavy"],
)
def test_what_is_no_signature_is_not_kept(clerk: Browser, sent: str) -> None:
    with pytest.raises(BadSignature):
        read_drawn(sent)
    at = open_one(clerk)
    answer = clerk.send(at, form_name="sign", image_sender=sent, paper_clerk="1")
    assert answer.status_code == 422
    assert "sign-image_sender" in faults(answer)
