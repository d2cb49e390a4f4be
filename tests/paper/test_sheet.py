"""Printed sheets: scanned, read, counted, and the same every time."""

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import fields, replace

import pytest
from PIL import Image

from labels.errors import PositionBeyondSheet
from labels.label import Label
from labels.sheet import Part, parts, render
from labels.stock import STOCKS, Stock, stock
from labels.typeface import Weight, registered

Pictures = Callable[[bytes, int], list[Image.Image]]
Scanned = Callable[[Image.Image], dict[str, list[str]]]
TextOf = Callable[[bytes], list[str]]


def numbered(label: Label, number: int) -> Label:
    item = f"EB{number:08d}5VN"
    return replace(label, item_number=item, qr_text=f"HTTPS://HOSO.EXAMPLE/T/{item}/7K4QZ2HM")


def in_form(label: Label, form: str) -> Label:
    """The label with all its words in one normal form of Unicode."""
    texts = {
        field.name: unicodedata.normalize(form, value)
        for field in fields(label)
        if isinstance(value := getattr(label, field.name), str)
    }
    marks = tuple(unicodedata.normalize(form, mark) for mark in label.service_marks)
    return replace(label, **texts, service_marks=marks)


@pytest.mark.parametrize("dots_per_inch", [203, 300])
@pytest.mark.parametrize("sheet", STOCKS.values(), ids=STOCKS)
def test_both_codes_of_every_label_are_read_from_the_printed_sheet(
    sheet: Stock, dots_per_inch: int, label: Label, pictures: Pictures, scanned: Scanned
) -> None:
    labels = [numbered(label, number) for number in range(1, sheet.places + 1)]
    (page,) = pictures(render(labels, sheet), dots_per_inch)
    found = scanned(page)

    assert sorted(found["QRCode"]) == [one.qr_text for one in labels]
    assert sorted(found["Code128"]) == [one.item_number for one in labels]


@pytest.mark.parametrize("sheet", STOCKS.values(), ids=STOCKS)
def test_all_marked_letters_are_printed(
    sheet: Stock, label: Label, marked_letters: str, text_of: TextOf
) -> None:
    lines = [marked_letters[start : start + 30] for start in range(0, 134, 30)]
    labels = [replace(label, receiver_name=line) for line in lines]
    said = "".join(text_of(render(labels, sheet)))

    assert set(marked_letters) <= set(unicodedata.normalize("NFC", said))


@pytest.mark.parametrize("sheet", STOCKS.values(), ids=STOCKS)
def test_letters_typed_with_separate_marks_give_the_same_bytes(sheet: Stock, label: Label) -> None:
    decomposed = in_form(label, "NFD")

    assert decomposed != label
    assert render([decomposed], sheet) == render([label], sheet)


def test_the_same_labels_give_the_same_bytes(label: Label) -> None:
    labels = [numbered(label, number) for number in range(25)]

    assert render(labels, stock("A4-2x5")) == render(iter(labels), stock("A4-2x5"))


def test_a_half_used_sheet_is_begun_at_its_first_free_place(
    label: Label, pictures: Pictures
) -> None:
    sheet = stock("A4-2x5")
    (page,) = pictures(render([label], sheet, start=4), 72)
    place = sheet.place(4)
    dot = 72 / 25.4
    left, top, right, bottom = page.point(lambda level: 255 - level).getbbox()

    assert left >= place.x * dot
    assert top >= place.y * dot
    assert right <= place.right * dot
    assert bottom <= place.bottom * dot


def test_labels_run_on_to_as_many_sheets_as_they_need(label: Label, text_of: TextOf) -> None:
    labels = [numbered(label, number) for number in range(12)]
    pages = text_of(render(labels, stock("A4-2x5"), start=9))

    assert [page.count("Bà Bùi Thị Hằng") for page in pages] == [2, 10]


def test_no_label_at_all_gives_one_empty_sheet(pictures: Pictures) -> None:
    (page,) = pictures(render([], stock("A6")), 72)

    assert page.getextrema() == (255, 255)


def test_a_start_beyond_the_sheet_is_refused_before_any_label_is_asked_for(label: Label) -> None:
    def never() -> Iterator[Label]:
        pytest.fail("a label was asked for")
        yield label

    with pytest.raises(PositionBeyondSheet):
        render(never(), stock("A4-2x5"), start=11)


def test_the_codes_name_no_person(label: Label, pictures: Pictures, scanned: Scanned) -> None:
    found = scanned(pictures(render([label], stock("A6")), 300)[0])
    coded = "".join(found["QRCode"] + found["Code128"])

    assert coded == label.qr_text + label.item_number


def test_a_label_takes_less_than_two_kilobytes(label: Label) -> None:
    few = [numbered(label, number) for number in range(10)]
    many = [numbered(label, number) for number in range(110)]
    sheet = stock("A4-2x5")

    assert len(render(many, sheet)) - len(render(few, sheet)) <= 100 * 2048


def test_pages_are_given_away_as_they_are_drawn_and_labels_asked_for_one_by_one(
    label: Label,
) -> None:
    asked = []

    def made() -> Iterator[Label]:
        for number in range(25):
            asked.append(number)
            yield numbered(label, number)

    sheet = stock("A4-2x5")
    first, *others = list_with_asked(parts(made(), sheet), asked)

    assert first[1:] == (10, 11)  # the eleventh label shows that there is a second page
    assert [labels for _, labels, _ in others] == [20, 25]
    whole = b"".join(content for content, _, _ in (first, *others))
    assert whole == render([numbered(label, number) for number in range(25)], sheet)


def list_with_asked(drawn: Iterator[Part], asked: list[int]) -> list[tuple[bytes, int, int]]:
    return [(part.content, part.labels, len(asked)) for part in drawn]


def test_a_sheet_with_more_letters_than_one_font_numbers_shows_them_all(
    label: Label, text_of: TextOf
) -> None:
    letters = [letter for letter in sorted(all_letters()) if letter.isalpha()]
    assert len(letters) > 300
    lines = ["".join(letters[start : start + 24]) for start in range(0, len(letters), 24)]
    labels = [replace(label, receiver_name=line) for line in lines]
    said = "".join(text_of(render(labels, stock("A6"))))

    assert set(unicodedata.normalize("NFC", "".join(letters))) <= set(
        unicodedata.normalize("NFC", said)
    )


def all_letters() -> set[str]:
    return set(map(chr, registered()[Weight.SEMIBOLD].face.charToGlyph))
