"""Codes: item numbers (UPU S10), label tags, and what a scanner really types.

1. An item number has 13 characters: two letters, eight digits, a check digit, two letters of the
   country. Ours always check; one from outside that does not is a warning, not a refusal.
2. A label's code is `HTTPS://HOST/T/<number>/<tag>`; the tag is a short keyed digest, so nobody
   can walk through the numbers.
3. A scanner is a keyboard: Caps Lock, dashes, spaces and Vietnamese input methods change what it
   types. Telex and VNI rewrite vowels, never consonants or the digits after them, so our own
   numbers and tags hold no vowel, and foreign numbers are unmixed by trying.
"""

import hmac
import itertools
import re
import unicodedata
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
TAG_ALPHABET = "0123456789BCGHKLMNPQTV"
"""No vowel and no letter that Telex reads as a mark; all in QR's alphanumeric set."""
TAG_LENGTH = 8

_NUMBER = re.compile(r"[A-Z]{2}\d{9}[A-Z]{2}")
_LABEL = re.compile(r"/T/([0-9A-Z]+)(?:/([0-9A-Z]+))?/?$")
_TELEX_MARKS = {"Â": "AA", "Ă": "AW", "Đ": "DD", "Ê": "EE", "Ô": "OO", "Ơ": "OW", "Ư": "UW"}
_TONES = {"\u0301": "S1", "\u0300": "F2", "\u0309": "R3", "\u0303": "X4", "\u0323": "J5"}
_VNI_MARKS = {"Â": "A6", "Ă": "A8", "Đ": "D9", "Ê": "E6", "Ô": "O6", "Ơ": "O7", "Ư": "U7"}


class Scanned(NamedTuple):
    """What a scan names: an item number, and the label's tag when it was the QR."""

    number: str
    tag: str = ""


def check_digit(serial: str) -> int:
    """Give the S10 check digit of eight digits (UPU S10: weights 8 6 4 2 3 5 9 7, modulo 11)."""
    remainder = 11 - sum(int(d) * w for d, w in zip(serial, WEIGHTS, strict=True)) % 11
    return {10: 0, 11: 5}.get(remainder, remainder)


def item_number(prefix: str, serial: int) -> str:
    """Give the item number of a serial, e.g. `RH` and 47312482 → `RH473124829VN`.

    Args:
        prefix: two service letters.
        serial: 0 to 99,999,999.
    """
    digits = f"{serial:08d}"
    return f"{prefix}{digits}{check_digit(digits)}VN"


def is_item_number(text: str) -> bool:
    """Tell whether the text is a well-formed S10 number whose check digit holds."""
    return bool(_NUMBER.fullmatch(text)) and check_digit(text[2:10]) == int(text[10])


def tag(number: str, key: bytes) -> str:
    """Give the label tag of a number: a keyed digest in 8 characters no input method rewrites."""
    value = int.from_bytes(hmac.digest(key, number.encode(), sha256))
    characters = []
    for _ in range(TAG_LENGTH):
        value, index = divmod(value, len(TAG_ALPHABET))
        characters.append(TAG_ALPHABET[index])
    return "".join(characters)


def is_tag(given: str, number: str, key: bytes) -> bool:
    """Tell, in a time that betrays nothing, whether this is the number's tag."""
    return hmac.compare_digest(given.upper().encode(), tag(number, key).encode())


def label_text(base_url: str, number: str, key: bytes) -> str:
    """Give the text of the label's QR, in the letters of QR's alphanumeric mode."""
    return f"{base_url.rstrip('/')}/t/{number}/{tag(number, key)}".upper()


@lru_cache(maxsize=8192)  # a batch asks for the same codes at every turn
def read_scan(typed: str) -> Scanned:
    """Read what a scanner or a hand typed: a number, or the whole text of a label.

    Gives the most likely number in capitals; it may still be unknown to the archive.
    """
    text = unicodedata.normalize("NFC", typed).strip().upper()
    label = _LABEL.search(text)
    if label:
        return Scanned(label[1], label[2] or "")
    squeezed = re.sub(r"[\s.\-\u2010-\u2015_]", "", text)
    return Scanned(next(filter(is_item_number, _unmixed(squeezed)), squeezed))


def _unmixed(text: str) -> list[str]:
    """Give what may have been meant before Telex or VNI rewrote it, the text itself first."""
    if text.isascii() or len(text) > 20:
        return [text]
    choices = []
    for letter in text:
        base = unicodedata.normalize("NFD", letter)
        tones = [tone for tone in base if tone in _TONES]
        bare = unicodedata.normalize("NFC", "".join(c for c in base if c not in _TONES))
        telex = _TELEX_MARKS.get(bare, bare) + "".join(_TONES[t][0] for t in tones)
        vni = _VNI_MARKS.get(bare, bare) + "".join(_TONES[t][1] for t in tones)
        alone = ("W",) if bare == "Ư" else ()
        choices.append(dict.fromkeys((telex, vni, *alone)))
    return ["".join(parts) for parts in itertools.islice(itertools.product(*choices), 64)]


def dossier_code(typed: str) -> str:
    """Give an agency's dossier code as it is kept: opaque, in capitals, dashes made plain.

    Two generations of layout are alive (province last and province first), so nothing inside is
    read; only what a keyboard does to it is undone.
    """
    text = unicodedata.normalize("NFKC", typed).strip().upper()
    return re.sub(r"\s*[\-\u2010-\u2015]\s*", "-", re.sub(r"\s+", "", text))
