"""Signatures drawn on the screen: what the browser sends as a picture, read with suspicion.

What is kept is printed on the slip for ever, so a picture that no printer could read is told
while the citizen still stands at the counter.
"""

import binascii
import zlib
from base64 import b64decode

from postal_app.errors import Invalid
from postal_app.pickup_form import SignedBy
from postal_app.rules.words import Words
from routes.forms import Form

DATA_URL = "data:image/png;base64,"
PNG = b"\x89PNG\r\n\x1a\n"
LARGEST_BYTES = 200 * 1024
LARGEST_PIXELS = 2_000_000
RGBA_EIGHT_BITS = b"\x08\x06\x00\x00\x00"  # depth, colour type, plain, plain, not interlaced


class BadSignature(Invalid):
    """The picture is not a signature that can be kept and printed."""

    words = Words(
        "Chữ ký vẽ trên màn hình không dùng được; hãy ký lại, hoặc chọn ký trên giấy.",
        "The signature drawn on the screen cannot be used; sign again, or choose paper.",
    )


def read_signed(form: Form, signer: str) -> SignedBy | None:
    """Give how a signer signed: on paper, drawn, or not yet (None)."""
    field = f"image_{signer}"
    if form.ticked(f"paper_{signer}"):
        return SignedBy(signer)
    if not form.value(field):
        return None
    try:
        return SignedBy(signer, read_drawn(form.value(field)))
    except BadSignature as bad:
        form.fault(field, bad.said)
        return None


def read_drawn(sent: str) -> bytes:
    """Give the PNG of a canvas.

    Raises:
        BadSignature: it is no PNG as a canvas makes it, over 200 KB, or nothing is drawn.
    """
    if not sent.startswith(DATA_URL) or len(sent) > LARGEST_BYTES * 4 // 3 + 100:
        raise BadSignature
    try:
        picture = b64decode(sent.removeprefix(DATA_URL), validate=True)
        drawn = any(_pixels(picture))
    except (binascii.Error, ValueError, zlib.error) as unreadable:
        raise BadSignature from unreadable
    if len(picture) > LARGEST_BYTES or not drawn:
        raise BadSignature
    return picture


def _pixels(picture: bytes) -> bytes:
    """Give the unpacked rows of a PNG; all nought where nothing is drawn.

    Raises:
        ValueError, zlib.error: it is not whole, or not of the kind that a canvas makes.
    """
    if not picture.startswith(PNG):
        raise ValueError("no PNG")
    chunks = _chunks(picture)
    name, header = chunks[0]
    if name != b"IHDR" or header[8:] != RGBA_EIGHT_BITS or chunks[-1][0] != b"IEND":
        raise ValueError("not as a canvas makes it")
    width, height = int.from_bytes(header[:4]), int.from_bytes(header[4:8])
    if not 0 < width * height <= LARGEST_PIXELS:
        raise ValueError("too large")
    whole = height * (1 + width * 4)
    packed = b"".join(content for name, content in chunks if name == b"IDAT")
    rows = zlib.decompressobj().decompress(packed, whole + 1)
    if len(rows) != whole:
        raise ValueError("not whole")
    # Each row begins with the number of its filter, which is no ink.
    return b"".join(rows[at + 1 : at + 1 + width * 4] for at in range(0, whole, 1 + width * 4))


def _chunks(picture: bytes) -> list[tuple[bytes, bytes]]:
    found, at = [], len(PNG)
    while at < len(picture):
        length = int.from_bytes(picture[at : at + 4])
        name, content = picture[at + 4 : at + 8], picture[at + 8 : at + 8 + length]
        if picture[at + 8 + length : at + 12 + length] != zlib.crc32(name + content).to_bytes(4):
            raise ValueError("damaged")
        found.append((name, content))
        at += 12 + length
    if not found:
        raise ValueError("empty")
    return found
