"""Labels as a province prints them in a day: names, villages, seals drawn by a fixed lot."""

from collections.abc import Iterator
from random import Random

from labels.label import Label
from postal_app.rules.codes import item_number, label_text

FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Bùi", "Đinh", "Xa", "Quách", "Hà", "Vũ", "Đặng")
MIDDLE = ("Thị", "Văn", "Đức", "Thanh", "Ngọc", "Minh", "Thị Thu", "Quốc", "Hữu", "Bảo Khánh")
GIVEN = ("Hằng", "Mai", "Dũng", "Tường", "Ẩn", "Đạt", "Hưởng", "Vỹ", "Nghĩa", "Thảo", "Quỳnh")
VILLAGES = ("Đồng Sương", "Tiền Phong", "Bãi Nai", "Suối Cỏ", "Mường Khến", "Thung Dâu", "Ngọc Lâu")
COMMUNES = ("Lương Sơn", "Kim Bôi", "Mai Châu", "Tân Lạc", "Đà Bắc", "Cao Phong", "Lạc Thủy")
POINTS = ("Bưu cục Hòa Bình", "Bưu cục Lương Sơn", "Bưu điện - văn hóa xã Nhuận Trạch")
LEGS = ("Gửi hồ sơ", "Bổ sung", "Trả kết quả", "Giấy tờ thu hồi")
PUBLIC = "https://hoso.hoabinh.gov.vn"
KEY = b"the bench's own key"


def label(place: int) -> Label:
    """Give the label in this place of the lot, always the same."""
    lot = Random(place)  # noqa: S311  no secret hangs on it
    number = item_number("RH", 10_000_000 + place)
    commune = lot.choice(COMMUNES)
    marks = ["PHÁT TẬN TAY", f"THU HỘ {lot.randrange(20, 900)}.000 đ", "THU HỒI GIẤY TỜ CŨ"]
    return Label(
        item_number=number,
        qr_text=label_text(PUBLIC, number, KEY),
        receiver_name=f"{lot.choice(FAMILY)} {lot.choice(MIDDLE)} {lot.choice(GIVEN)}",
        receiver_address=f"Số nhà {lot.randrange(1, 300)}, xóm {lot.choice(VILLAGES)}, "
        f"xã {commune}, huyện {commune}, tỉnh Hòa Bình",
        receiver_place=f"Xã {commune}, Phú Thọ",
        phone_masked=f"•••••••{lot.randrange(1000):03d}",
        sender_short=f"{lot.choice(POINTS)} ({lot.randrange(350000, 359999)})",
        leg_words=lot.choice(LEGS),
        seal_number=f"HB{lot.randrange(10**7):07d}",
        service_marks=tuple(marks[: lot.randrange(1, 4)]),
    )


def lot(count: int, first: int = 0) -> Iterator[Label]:
    """Give so many labels, made as they are asked for."""
    return (label(place) for place in range(first, first + count))
