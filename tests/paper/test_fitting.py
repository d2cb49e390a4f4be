"""Words shrink, then wrap, then lose their end; they never leave their box."""

from hypothesis import given
from hypothesis import strategies as st

from labels.fitting import ELLIPSIS, Style, fit, height_of
from labels.typeface import Weight, clean, width

STYLE = Style(Weight.SEMIBOLD, 12, 6)
NAMES = st.text(
    alphabet=st.sampled_from("aăâeêoơuưyđẫậễổựmngthHMWĐẪẲỔ  ,-/0123456789漢\u0301\u200b"),
    max_size=220,
)


@given(NAMES, st.floats(8, 90), st.floats(3, 30))
def test_words_never_leave_their_box(words: str, room: float, height: float) -> None:
    fitted = fit(words, STYLE, room, height)

    for line in fitted.lines:
        assert width(line, STYLE.weight, fitted.size) <= room + 1e-9
    assert height_of(fitted.lines, STYLE.weight, fitted.size) <= height + 1e-6


@given(NAMES, st.floats(8, 90), st.floats(3, 30), st.booleans())
def test_every_letter_is_printed_unless_it_is_told_otherwise(
    words: str, room: float, height: float, balanced: bool
) -> None:
    style = Style(Weight.SEMIBOLD, 12, 6, balanced=balanced)
    fitted = fit(words, style, room, height)
    printed = "".join(fitted.lines).replace(" ", "")

    if fitted.shortened:
        assert printed.endswith(ELLIPSIS)
    else:
        assert printed == clean(words).replace(" ", "")


def test_a_name_a_little_too_long_shrinks_and_stays_in_one_line() -> None:
    fitted = fit("Nguyễn Phước Bảo Khánh", STYLE, 48, 12)

    assert fitted.lines == ("Nguyễn Phước Bảo Khánh",)
    assert 9.6 <= fitted.size < 12


def test_a_longer_name_wraps_at_the_largest_size_that_fits() -> None:
    fitted = fit("Nguyễn Phước Bảo Khánh Thụy Đoan Trang", STYLE, 45, 12)

    assert len(fitted.lines) == 2
    assert fitted.size > 10
    assert not fitted.shortened


def test_a_balanced_name_leaves_no_lonely_word() -> None:
    style = Style(Weight.BOLD, 28, 12, balanced=True)

    assert fit("Xã Lương Sơn, tỉnh Phú Thọ", style, 94, 24).lines == (
        "Xã Lương Sơn,",
        "tỉnh Phú Thọ",
    )


def test_what_does_not_fit_at_the_smallest_size_ends_in_an_ellipsis() -> None:
    fitted = fit("xóm Đồng Sương, " * 30, STYLE, 40, 8)

    assert fitted.size == 6
    assert fitted.shortened
    assert fitted.lines[-1].endswith("…")


def test_a_word_longer_than_a_line_is_broken() -> None:
    fitted = fit("N" * 60, STYLE, 30, 30)

    assert len(fitted.lines) > 1
    assert not fitted.shortened
