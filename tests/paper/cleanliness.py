"""What is clean paper: letters, codes and signatures stay in place and never cover each other.

And the words that are hard to set: names of sixty letters, addresses of two hundred, every marked
letter composed and decomposed, letters of other scripts, accents that no letter bears.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from labels.marks import Box, Fill, Frame, Mark, Words
from labels.typeface import DESCENT, MILLIMETRES_PER_POINT, rise

HAIR = 0.02  # millimetres; less than a printer's dot
VOWELS = "aăâeêioôơuưy"
TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
SMALL = [unicodedata.normalize("NFC", vowel + tone) for vowel in VOWELS for tone in TONES]
MARKED = "".join(one for one in (*SMALL, "đ") if not one.isascii())
MARKED += MARKED.upper()
"""All 134 Vietnamese letters that bear a mark."""

NAME = "Nguyễn Phước Bảo Khánh Thụy Đoan Trang Hoàng Phủ Ngọc Tường"
UNBROKEN = "NGUYỄNPHƯỚCBẢOKHÁNHTHỤYĐOANTRANGHOÀNGPHỦNGỌCTƯỜNGẲỔẪNGHIÊNGWWWW"
ADDRESS = (
    "Tầng 1, tòa nhà liên cơ quan, số 485 đường Trần Hưng Đạo, phường Hòa Bình, tỉnh Phú Thọ; "
    "cửa số 7 dành cho hồ sơ gửi qua dịch vụ bưu chính công ích, giao trước 16 giờ 30 các ngày "
    "làm việc, trừ lễ, tết"
)
_DRAWN = st.text(
    alphabet=st.sampled_from(MARKED + "aeiouyngthHMW    ,-/0123456789漢\u0301\u200b"), max_size=220
)
HARD = st.one_of(
    _DRAWN,
    _DRAWN.map(lambda text: unicodedata.normalize("NFD", text)),
    st.sampled_from(
        [
            given
            for text in (NAME, NAME.upper(), UNBROKEN, ADDRESS, ADDRESS.upper(), MARKED)
            for given in (text, unicodedata.normalize("NFD", text))
        ]
    ),
)


def hard(kind: type[Any], **given: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Give papers of a kind with hard words in every field of words.

    Args:
        kind: a dataclass of fields of text, numbers, flags, tuples, and dataclasses of such.
        given: what a field is drawn from where not any words will do, as of numbers with a code,
            also in the dataclasses within.
    """
    hints = get_type_hints(kind)
    drawn = {
        one.name: given[one.name] if one.name in given else _of(hints[one.name], given)
        for one in fields(kind)
        if one.name != "edition"
    }
    return st.builds(kind, **drawn)


def _of(hint: Any, given: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[Any]:
    if get_origin(hint) is tuple:
        inner = [one for one in get_args(hint) if one is not Ellipsis]
        if Ellipsis in get_args(hint):
            return st.lists(_of(inner[0], given), max_size=8).map(tuple)
        return st.tuples(*(_of(one, given) for one in inner))
    if get_origin(hint) in (Union, UnionType):
        return st.one_of([_of(one, given) for one in get_args(hint)])
    if is_dataclass(hint) and isinstance(hint, type):
        return hard(hint, **given)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(list(hint))
    return {
        str: HARD,
        int: st.integers(0, 10**9),
        bool: st.booleans(),
        bytes: st.just(b""),
        type(None): st.none(),
    }[hint]


def holds(outer: Box, inner: Box) -> bool:
    """Tell whether a box lies within another."""
    return (
        inner.x >= outer.x - HAIR
        and inner.y >= outer.y - HAIR
        and inner.right <= outer.right + HAIR
        and inner.bottom <= outer.bottom + HAIR
    )


def overlap(one: Box, other: Box) -> bool:
    """Tell whether two boxes share more than an edge."""
    across = min(one.right, other.right) - max(one.x, other.x)
    down = min(one.bottom, other.bottom) - max(one.y, other.y)
    return across > HAIR and down > HAIR


def ink(block: Words) -> Iterator[Box]:
    """Give the boxes that the lines' letters really take."""
    for line in block.lines:
        points = line.size * MILLIMETRES_PER_POINT
        up = rise(line.words, line.weight) * points
        yield Box(line.x, line.baseline - up, line.width, up + DESCENT * points)


def assert_page_is_clean(marks: Iterable[Mark], sheet: Box) -> None:
    """Every line stays in its box, every box on the sheet, and no ink lies upon other ink."""
    taken: list[Box] = []
    for mark in marks:
        assert holds(sheet, mark.box), mark
        if isinstance(mark, Fill | Frame):
            continue
        boxes = list(ink(mark)) if isinstance(mark, Words) else [mark.box]
        for box in boxes:
            assert holds(mark.box, box), mark
            assert not any(overlap(box, other) for other in taken), mark
            taken.append(box)
