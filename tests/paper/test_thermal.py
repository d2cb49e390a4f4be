"""What a label printer is told, carried out by its own commands, and read by a scanner."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
import qrcode
import zxingcpp
from PIL import Image
from qrcode.util import MODE_ALPHA_NUM, QRData

from labels.calibration import Calibration
from labels.errors import NotARoll
from labels.label import Label
from labels.stock import STOCKS, Stock, stock
from labels.thermal import Language, Printer, jobs

Scanned = Callable[[Image.Image], dict[str, list[str]]]

ROLLS = [one for one in STOCKS.values() if one.is_roll]
LEVELS = {
    "L": qrcode.ERROR_CORRECT_L,
    "M": qrcode.ERROR_CORRECT_M,
    "Q": qrcode.ERROR_CORRECT_Q,
    "H": qrcode.ERROR_CORRECT_H,
}


def printed_zpl(job: bytes) -> Image.Image:
    """The label that a printer makes of these commands, as the language's manual has them."""
    said = job.decode("ascii")
    assert said.startswith("^XA")
    assert said.endswith("^XZ\n")
    wide, tall = int(re.search(r"\^PW(\d+)", said)[1]), int(re.search(r"\^LL(\d+)", said)[1])
    label = Image.new("1", (wide, tall), 1)
    for left, top, field in re.findall(r"\^FO(\d+),(\d+)(.*?)\^FS", said, re.DOTALL):
        at = (int(left), int(top))
        if graphic := re.match(r"\^GFA,(\d+),(\d+),(\d+),(.*)", field, re.DOTALL):
            label.paste(unpacked(int(graphic[1]), int(graphic[3]), graphic[4]), at)
        elif code := re.match(r"\^BQN,2,(\d+),([LMQH])\^FD([LMQH])A,(.*)", field):
            assert code[2] == code[3]
            label.paste(qr_picture(code[4], code[2], int(code[1])), at)
        else:
            bars = re.match(r"\^BY(\d+)\^BCN,(\d+),N,N,N,N\^FD(.*)", field)
            label.paste(bars_picture(bars[3], int(bars[1]), int(bars[2])), at)
    return label


def unpacked(total: int, in_a_row: int, packed: str) -> Image.Image:
    rows: list[str] = []
    row, count = "", 0
    for sign in packed:
        if sign == ":":
            rows.append(rows[-1])
        elif sign == ",":
            rows.append(row.ljust(2 * in_a_row, "0"))
            row = ""
        elif "G" <= sign <= "Y":
            count += ord(sign) - ord("F")
        elif "g" <= sign <= "z":
            count += 20 * (ord(sign) - ord("f"))
        else:
            row += sign * max(count, 1)
            count = 0
            if len(row) == 2 * in_a_row:
                rows.append(row)
                row = ""
    data = bytes.fromhex("".join(rows))
    assert len(data) == total
    black = Image.frombytes("1", (8 * in_a_row, total // in_a_row), data)
    return black.point(lambda level: 255 - level)


def qr_picture(text: str, level: str, module: int) -> Image.Image:
    code = qrcode.QRCode(error_correction=LEVELS[level], border=0, box_size=module)
    code.add_data(QRData(text, mode=MODE_ALPHA_NUM))
    return code.make_image().get_image().convert("1")


def bars_picture(data: str, module: int, height: int) -> Image.Image:
    """The bars of `^BC` in mode N: `>:` begins in set B, `>5` goes to pairs, `>6` back."""
    text = re.sub(r">[:;56]", "", data).replace(">0", ">")
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.Code128)
    drawn = code.to_image(scale=1, add_quiet_zones=False)
    line = Image.fromarray(drawn).crop((0, 0, drawn.shape[1], 1))
    size = (drawn.shape[1] * module, height)
    return line.resize(size, Image.Resampling.NEAREST).convert("1")


def printed_escpos(job: bytes) -> Image.Image:
    """The rows of dots that a printer is given, one band under the other."""
    assert job.startswith(b"\x1b@")
    rows, at = b"", 2
    while job[at : at + 4] == b"\x1dv0\x00":
        in_a_row = int.from_bytes(job[at + 4 : at + 6], "little")
        size = in_a_row * int.from_bytes(job[at + 6 : at + 8], "little")
        rows += job[at + 8 : at + 8 + size]
        at += 8 + size
    assert job[at:] == b"\x0c"
    black = Image.frombytes("1", (8 * in_a_row, len(rows) // in_a_row), rows)
    return black.point(lambda level: 255 - level)


PRINTED = {Language.ZPL: printed_zpl, Language.ESCPOS: printed_escpos}


@pytest.mark.parametrize("dots_per_inch", [203, 300])
@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("roll", ROLLS, ids=lambda roll: roll.name)
def test_both_codes_are_read_from_what_the_printer_makes_of_its_commands(
    roll: Stock, language: Language, dots_per_inch: int, label: Label, scanned: Scanned
) -> None:
    [job] = jobs([label], roll, Printer(language, dots_per_inch))
    picture = PRINTED[language](job)

    assert picture.width == pytest.approx(roll.label_width / 25.4 * dots_per_inch, abs=8)
    assert scanned(picture.convert("L")) == {
        "QRCode": [label.qr_text],
        "Code128": [label.item_number],
    }


def test_words_are_the_same_picture_in_both_languages(label: Label) -> None:
    roll = stock("80x50")
    pictures = [
        PRINTED[language](next(jobs([label], roll, Printer(language)))) for language in Language
    ]
    words = (0, 0, 400, 200)  # place, name and address stand left of the QR

    assert pictures[0].crop(words).tobytes() == pictures[1].crop(words).tobytes()
    assert pictures[0].crop(words).convert("L").getextrema() == (0, 255)


def test_each_label_is_a_job_of_its_own_and_the_same_labels_give_the_same_bytes(
    label: Label,
) -> None:
    labels = [replace(label, receiver_place=f"Xã số {number}") for number in range(3)]
    made = list(jobs(labels, stock("50x30"), Printer(Language.ZPL)))

    assert len(set(made)) == 3
    assert made == list(jobs(iter(labels), stock("50x30"), Printer(Language.ZPL)))


def test_a_printer_that_prints_too_far_left_is_told_to_print_further_right(label: Label) -> None:
    roll, right = stock("A6"), Calibration(offset_x=2.0)
    [plain] = jobs([label], roll, Printer(Language.ESCPOS))
    [shifted] = jobs([label], roll, Printer(Language.ESCPOS, 203, right))
    edges = [
        printed_escpos(job).convert("L").point(lambda level: 255 - level).getbbox()[0]
        for job in (plain, shifted)
    ]

    assert edges[1] - edges[0] == 16


def test_a_sheet_is_refused_by_a_printer_for_rolls(label: Label) -> None:
    with pytest.raises(NotARoll):
        next(jobs([label], stock("A4-2x5"), Printer(Language.ZPL)))
