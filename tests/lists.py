"""Lists of procedures as a province sends them: two rows with faces, as XLSX or CSV."""

import io
from collections.abc import Callable, Sequence

import openpyxl

from postal_app.catalogue_headings import Column

HEADINGS = [column.value for column in Column if column is not Column.REASON]
LICENCE = [
    "1.002809",
    "Đổi giấy phép lái xe do ngành Giao thông vận tải cấp",
    "Đường bộ",
    "Cấp tỉnh",
    "Có",
    "Có",
    "Không",
    "4",
    "0",
    "135.000",
    "5",
    "Đơn đề nghị đổi [bản chính x1] | Giấy khám sức khỏe [bản chính x1] | CCCD [bản sao x2]",
]
MARRIAGE = [
    "1.000894",
    "Đăng ký kết hôn",
    "Hộ tịch",
    "Cấp xã",
    "Không",
    "Có",
    "Có",
    "2",
    "",
    "Miễn phí",
    "",
    "Tờ khai đăng ký kết hôn [01 bản chính]",
]
Row = Sequence[object]


def workbook(*rows: Row, then: Callable[[openpyxl.Workbook], None] | None = None) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    if then:
        then(book)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def csv_text(*rows: Row, sign: str = ",") -> str:
    return "\r\n".join(sign.join(f'"{value}"' for value in row) for row in rows)


def with_value(row: Row, column: Column, value: object) -> list[object]:
    changed = list(row)
    changed[HEADINGS.index(column.value)] = value
    return changed
