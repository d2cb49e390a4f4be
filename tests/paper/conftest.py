"""Paper is judged as people and scanners meet it: rendered, read and decoded."""

import unicodedata
from collections.abc import Callable

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from labels.label import Label

VOWELS = "aăâeêioôơuưy"
TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")


@pytest.fixture(scope="session")
def marked_letters() -> str:
    """The 134 Vietnamese letters that bear a mark, small and capital."""
    small = [unicodedata.normalize("NFC", vowel + tone) for vowel in VOWELS for tone in TONES]
    marked = [letter for letter in small if not letter.isascii()] + ["đ"]
    letters = "".join(marked) + "".join(marked).upper()
    assert len(letters) == 134
    return letters


@pytest.fixture(scope="session")
def pictures() -> Callable[[bytes, int], list[Image.Image]]:
    """Give the pages of a PDF as a printer of so many dots per inch would print them."""

    def rendered(pdf: bytes, dots_per_inch: int) -> list[Image.Image]:
        document = pypdfium2.PdfDocument(pdf)
        try:
            scale = dots_per_inch / 72
            return [page.render(scale=scale).to_pil().convert("L") for page in document]
        finally:
            document.close()

    return rendered


@pytest.fixture(scope="session")
def text_of() -> Callable[[bytes], list[str]]:
    """Give the words of each page of a PDF, one line each, as a reader would copy them."""

    def read(pdf: bytes) -> list[str]:
        document = pypdfium2.PdfDocument(pdf)
        try:
            return [page.get_textpage().get_text_range() for page in document]
        finally:
            document.close()

    return read


@pytest.fixture(scope="session")
def scanned() -> Callable[[Image.Image], dict[str, list[str]]]:
    """Give what a scanner reads on a picture, in its order: QR codes and Code 128."""

    def read(picture: Image.Image) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {"QRCode": [], "Code128": []}
        for code in zxingcpp.read_barcodes(picture):
            found[str(code.format).rsplit(".", maxsplit=1)[-1].replace(" ", "")].append(code.text)
        return found

    return read


@pytest.fixture
def label() -> Label:
    """The label of a result on its way to Bà Bùi Thị Hằng."""
    return Label(
        item_number="EB123456785VN",
        qr_text="HTTPS://HOSO.EXAMPLE/T/EB123456785VN/7K4QZ2HM",
        receiver_name="Bà Bùi Thị Hằng",
        receiver_address="Số nhà 12, xóm Đồng Sương",
        receiver_place="Xã Lương Sơn, Phú Thọ",
        phone_masked="*** *** 678",
        sender_short="Bưu cục Lương Sơn",
        leg_words="Trả kết quả",
        seal_number="HB0012345",
        service_marks=("PHÁT TẬN TAY", "THU HỘ 150.000 đ"),
    )
