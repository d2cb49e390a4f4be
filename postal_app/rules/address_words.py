"""The words of an address: written out in full, folded, and where a phrase ends.

1. A comma, a semicolon, a bracket or a new line ends a segment, and no name crosses it. A dash
   ends a part, but «Bà Rịa - Vũng Tàu» is one name.
2. Kinds are written short in many ways («P.», «TX», «Q4», «TPHCM»): each stands in full here.
3. Leading zeros of a numbered ward, the postal code and «Việt Nam» at the end name nothing.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain as one_after_another
from itertools import repeat

from postal_app.rules.vietnamese import fold, nfc, one_spelling, tidy


@dataclass(frozen=True, slots=True)
class Word:
    """One word; `original` is empty for the second word of an abbreviation."""

    original: str
    spelled: str
    folded: str
    segment: int  # commas end a segment and no name crosses one
    part: int  # dashes end a part, but «Bà Rịa - Vũng Tàu» is one name


_SHORT = {
    "p": "phường",
    "f": "phường",
    "q": "quận",
    "h": "huyện",
    "x": "xã",
    "t": "tỉnh",
    "tx": "thị xã",
    "tt": "thị trấn",
    "tp": "thành phố",
    "tphcm": "thành phố hcm",
}
_A_WORD = re.compile(r"[^\W_]+(?:['’ʼ`´][^\W_]+)*")  # «Ea H'leo» has two
_NUMBERED = re.compile(r"(p|f|q|phuong|quan)(\d+)")
# fmt: off
_STREET = frozenset({
    "đường", "phố", "ngõ", "ngách", "hẻm", "kiệt", "số", "nhà", "thôn", "xóm", "bản", "tổ",
    "khu", "ấp", "khối", "lộ",
})
# fmt: on
_STREET_FOLDED = frozenset(fold(word) for word in _STREET)
_COUNTRY = (["viet", "nam"], ["vietnam"], ["vn"])


def squeezed(text: str) -> str:
    """Give the letters and digits of a text, folded, without what stands between them."""
    return re.sub(r"[\W_]+", "", fold(text))


def spelled_as(text: str) -> str:
    """Give the letters and digits of a text in lower case, with their marks in one spelling."""
    return re.sub(r"[\W_]+", "", one_spelling(text).casefold())


def is_street(word: Word) -> bool:
    """Whether the word opens the name of a street, a hamlet or a house."""
    unmarked = word.spelled.isascii()
    return word.folded in _STREET_FOLDED if unmarked else word.spelled in _STREET


def words_of(address: str) -> list[Word]:
    """Give the words of an address, kinds in full, without postal code and country."""
    words: list[Word] = []
    part_count = 0
    for segment, text in enumerate(re.split(r"[,;\r\n|()]", nfc(address))):
        for part in re.split(r"[-–—]", text):
            part_count += 1
            for original in _A_WORD.findall(tidy(part)):
                # «TX» becomes two words, of which only the first was written
                shown = one_after_another([original], repeat(""))
                words += (
                    Word(seen, spelled_as(plain), squeezed(plain), segment, part_count)
                    for plain, seen in zip(_in_full(original), shown, strict=False)
                )
    words = [word for word in words if word.folded]
    while words and len(words[-1].folded) in {5, 6} and words[-1].folded.isdigit():
        words.pop()  # a postal code
    for country in _COUNTRY:
        if [word.folded for word in words[-len(country) :]] == country:
            return words[: -len(country)]
    return words


def _in_full(word: str) -> Iterator[str]:
    folded = squeezed(word)
    if numbered := _NUMBERED.fullmatch(folded):
        kind, number = numbered.groups()
        yield _SHORT.get(kind, kind)
        yield number.lstrip("0") or number
    elif folded in _SHORT and word.isascii():
        yield from _SHORT[folded].split()
    else:
        yield (word.lstrip("0") or word if word.isdigit() else word).casefold()


def phrase(words: Iterable[Word]) -> str:
    """Give the words as they were written."""
    said = (word.original for word in words if word.original)
    return " ".join(said)
