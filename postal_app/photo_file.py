"""The file of a photo: a JPEG, of a size one may keep, with nothing in it but the picture.

What a phone writes into a photo besides the picture (where, when, which device) is personal data
that nobody asked for; the picture is drawn anew without it.
"""

import struct
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from postal_app.errors import Invalid
from postal_app.rules.words import Words

LARGEST_BYTES = 8 * 1024 * 1024
LARGEST_SIDE = 9_000
KEPT_SIDE = 1600
QUALITY = 82
JPEG = b"\xff\xd8\xff"


class BadPhoto(Invalid):
    """What was sent is no photo that can be kept."""

    words = Words("Ảnh không dùng được: {why_vi}.", "The photo cannot be used: {why_en}.")


NOT_JPEG = ("phải là tệp JPEG còn nguyên vẹn", "it must be a whole JPEG file")
TOO_LARGE = ("tệp lớn quá 8 MB", "the file is larger than 8 MB")
TOO_WIDE = ("ảnh có cạnh quá dài", "one of its sides is too long")


def cleaned(sent: bytes) -> bytes:
    """Give the picture as a JPEG of its own: upright, at most 1600 pixels, no metadata.

    Raises:
        BadPhoto: it is no whole JPEG, or too large.
    """
    if len(sent) > LARGEST_BYTES:
        raise _bad(TOO_LARGE)
    if not sent.startswith(JPEG):
        raise _bad(NOT_JPEG)
    try:
        with Image.open(BytesIO(sent), formats=("JPEG",)) as photo:
            if max(photo.size) > LARGEST_SIDE:  # told by the header, before anything is unpacked
                raise _bad(TOO_WIDE)
            photo.draft("RGB", (KEPT_SIDE, KEPT_SIDE))
            upright = ImageOps.exif_transpose(photo).convert("RGB")
    except Image.DecompressionBombError as bomb:
        raise _bad(TOO_WIDE) from bomb
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, struct.error) as unreadable:
        raise _bad(NOT_JPEG) from unreadable
    upright.thumbnail((KEPT_SIDE, KEPT_SIDE))
    drawn = Image.new("RGB", upright.size)
    drawn.paste(upright)
    kept = BytesIO()
    drawn.save(kept, "JPEG", quality=QUALITY, optimize=True)
    return kept.getvalue()


def _bad(why: tuple[str, str]) -> BadPhoto:
    return BadPhoto(field="photo", why_vi=why[0], why_en=why[1])
