"""The tariffs that tests publish: Khánh Hòa's example by districts, and one by distance.

The figures of the first are the public example of prices paid, VAT inside; its split is ours.
"""

from sqlalchemy.orm import Session

from postal_app import tariff_lists
from tests.makers import NINE

HEADINGS = (
    "Dịch vụ,Loại vùng,Vùng,Đến km,Mã tỉnh (2024),Đến gam,Giá trước thuế,Giá tối đa,Thuế GTGT (%),"
    "Hiệu lực từ,Hiệu lực đến,Căn cứ\n"
)
BY_DISTRICT = HEADINGS + "".join(
    f"{service},{kind},{zone},,{provinces},100,{price},,10,01/01/2018,30/06/2025,TB mẫu 2018\n"
    for service in ("Nộp hồ sơ", "Trả kết quả")
    for kind, zone, provinces, price in (
        ("Cùng huyện", "Nội huyện", "", 23_636),
        ("Khác huyện", "Liên huyện", "", 27_273),
        ("Khác tỉnh", "Nội vùng", "54 58", 27_727),
        ("Khác tỉnh", "Cận vùng", "48 79", 28_182),
        ("Khác tỉnh", "Cách vùng", "", 28_636),
    )
)
BY_DISTANCE = (
    HEADINGS
    + """\
Nộp hồ sơ,Khoảng cách,Đến 10 km,10,,100,23.636,25.000,10,01/07/2025,,QĐ mẫu 12
Nộp hồ sơ,Khoảng cách,Đến 60 km,60,,100,27.273,,10,01/07/2025,,QĐ mẫu 12
Nộp hồ sơ,Khoảng cách,Đến 60 km,60,,500,32.000,,10,01/07/2025,,QĐ mẫu 12
Nộp hồ sơ,Mọi nơi,Toàn quốc,,,,40.000,,10,01/07/2025,,QĐ mẫu 12
Trả kết quả,Khoảng cách,Đến 60 km,60,,100,27.273,,10,01/07/2025,,QĐ mẫu 12
Trả kết quả,Mọi nơi,Toàn quốc,,,,40.000,,10,01/07/2025,,QĐ mẫu 12
Chuyển nộp,Mọi nơi,Mỗi hồ sơ,,,,7.273,,10,01/07/2025,,QĐ mẫu 12
"""
)


def publish(session: Session, *lists: str) -> None:
    """Publish some lists, that of today when none is given."""
    for one in lists or (BY_DISTANCE,):
        tariff_lists.apply(session, one.encode(), imported_by="quan", now=NINE)
