"""The code on the courier's screen is read by the sender's phone."""

import re

import pytest
import zxingcpp
from PIL import Image, ImageDraw

from labels.errors import NotAlphanumeric
from labels.qr_picture import svg

TEXT = "HTTPS://HOSO.EXAMPLE/T/EB123456785VN/7K4QZ2HM"


def test_the_picture_of_a_code_is_read_by_another_reader():
    picture = svg(TEXT).decode()
    side = int(re.search(r'viewBox="0 0 (\d+)', picture)[1])
    image = Image.new("L", (side * 8, side * 8), 255)
    pen = ImageDraw.Draw(image)
    for left, top, wide, high in re.findall(r"M(\d+) (\d+)h(\d+)v(\d+)h-\d+z", picture):
        x, y, w, h = (int(one) * 8 for one in (left, top, wide, high))
        pen.rectangle((x, y, x + w - 1, y + h - 1), fill=0)
    assert [code.text for code in zxingcpp.read_barcodes(image)] == [TEXT]


def test_what_no_code_can_say_is_refused():
    with pytest.raises(NotAlphanumeric):
        svg("thường")
