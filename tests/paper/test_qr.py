"""The QR codes are those of the standard, and never finer than a scanner can read."""

import pytest
import qrcode
from hypothesis import given, settings
from hypothesis import strategies as st
from qrcode.util import MODE_ALPHA_NUM, QRData

from labels import qr
from labels.errors import CodeDoesNotFit, NotAlphanumeric

TEXTS = st.text(alphabet=sorted(qr.ALPHABET), min_size=1, max_size=120)
ADDRESS = "HTTPS://HOSO.EXAMPLE/T/EB123456785VN/7K4QZ2HM"


def drawn_by_the_library(text: str, symbol: qr.Symbol) -> list[tuple[int, ...]]:
    drawn = []
    for mask in range(8):
        code = qrcode.QRCode(
            version=(symbol.size - 17) // 4,
            error_correction=qr.LEVELS[symbol.level],
            mask_pattern=mask,
        )
        code.add_data(QRData(text, mode=MODE_ALPHA_NUM))
        code.make(fit=False)
        drawn.append(tuple(int("".join(str(int(dark)) for dark in row), 2) for row in code.modules))
    return drawn


def penalty(rows: tuple[int, ...]) -> int:
    """The standard's points, counted module by module."""
    size = len(rows)
    across = [format(row, f"0{size}b") for row in rows]
    down = ["".join(column) for column in zip(*across, strict=True)]
    points = 0
    for line in across + down:
        for run in line.replace("01", "0 1").replace("10", "1 0").split():
            points += len(run) - 2 if len(run) >= 5 else 0
        for start in range(size - 10):
            points += 40 * (line[start : start + 11] in {"10111010000", "00001011101"})
    for y in range(size - 1):
        for x in range(size - 1):
            points += 3 * (len({*across[y][x : x + 2], *across[y + 1][x : x + 2]}) == 1)
    dark = sum(line.count("1") for line in across) * 100 / size**2
    return points + 10 * int(abs(dark - 50) // 5)


@settings(max_examples=25, deadline=None)
@given(TEXTS, st.sampled_from([24.0, 29.0, 38.0]))
def test_a_symbol_is_the_one_the_library_draws_with_the_mildest_mask(
    text: str, room: float
) -> None:
    try:
        symbol = qr.encode(text, room)
    except CodeDoesNotFit:
        return
    drawn = drawn_by_the_library(text, symbol)

    assert symbol.rows in drawn
    assert penalty(symbol.rows) == min(penalty(rows) for rows in drawn)


@given(TEXTS, st.floats(10, 40))
def test_no_module_is_ever_under_four_tenths_of_a_millimetre(text: str, room: float) -> None:
    try:
        symbol = qr.encode(text, room)
    except CodeDoesNotFit:
        return

    assert qr.module_size(symbol, room) >= 0.4


def test_more_room_gives_a_stronger_code_or_larger_modules() -> None:
    symbols = [qr.encode(ADDRESS, room) for room in (16, 19, 21, 30)]
    strength = ["LMQH".index(symbol.level) for symbol in symbols]

    assert strength == sorted(strength)
    assert symbols[-1].level == "H"


def test_a_code_that_would_be_too_fine_is_refused() -> None:
    with pytest.raises(CodeDoesNotFit, match=r"does not fit 12.0 mm"):
        qr.encode(ADDRESS, 12)


@pytest.mark.parametrize("text", ["", "https://hoso.example", "BÙI THỊ HẰNG", "A_B"])
def test_what_cannot_be_coded_is_refused_and_never_replaced(text: str) -> None:
    with pytest.raises(NotAlphanumeric):
        qr.encode(text, 30)


@given(st.lists(st.integers(0, 2**21 - 1), min_size=21, max_size=21))
def test_the_dark_rectangles_are_exactly_the_dark_modules(rows: list[int]) -> None:
    symbol = qr.Symbol(21, "L", tuple(rows))
    painted = [0] * 21
    for left, top, width, height in symbol.runs():
        for row in range(top, top + height):
            run = ((1 << width) - 1) << (21 - left - width)
            assert not painted[row] & run
            painted[row] |= run

    assert painted == rows
