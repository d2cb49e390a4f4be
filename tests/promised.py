"""The published lists that the tests of promises use: Hòa Bình's year 2026 and its standards."""

from sqlalchemy.orm import Session

from postal_app import calendars, transit_standards
from tests.makers import NINE

CALENDAR = """\
Ngày,Loại,Tên,Căn cứ
Thứ Bảy,Làm buổi sáng,Thứ Bảy,TB mẫu
Chủ nhật,Nghỉ,Chủ nhật,TB mẫu
01/01/2026,"Nghỉ lễ, Tết",Tết Dương lịch,TB mẫu
02/01/2026,Nghỉ hoán đổi,Nghỉ ngày 02/01,TB mẫu
10/01/2026,Làm bù,Làm bù ngày 02/01,TB mẫu
16/02/2026,Nghỉ lễ,Tết Bính Ngọ,TB mẫu
17/02/2026,Nghỉ lễ,Tết Bính Ngọ,TB mẫu
18/02/2026,Nghỉ lễ,Tết Bính Ngọ,TB mẫu
19/02/2026,Nghỉ lễ,Tết Bính Ngọ,TB mẫu
20/02/2026,Nghỉ lễ,Tết Bính Ngọ,TB mẫu
21/02/2026,Nghỉ bù,Tết Bính Ngọ,TB mẫu
22/02/2026,Nghỉ bù,Tết Bính Ngọ,TB mẫu
27/04/2026,Nghỉ bù,Giỗ Tổ Hùng Vương,TB mẫu
30/04/2026,Nghỉ lễ,Ngày Chiến thắng,TB mẫu
01/05/2026,Nghỉ lễ,Quốc tế Lao động,TB mẫu
02/09/2026,Nghỉ lễ,Quốc khánh,TB mẫu
"""
STANDARDS = """\
Chiều,Vùng,Đến km,Ngày phát lần đầu,Ngày phát thành công,Giờ cắt,Hiệu lực từ,Hiệu lực đến,Căn cứ
Nộp,Đến 10 km,10,1,1,15,01/01/2026,,QĐ mẫu
Nộp,Trong tỉnh,60,2,3,15,01/01/2026,,QĐ mẫu
Nộp,Mọi nơi,,4,5,15,01/01/2026,,QĐ mẫu
Trả,Trong tỉnh,60,2,4,15,01/01/2026,,QĐ mẫu
"""


def publish(session: Session, calendar: str = CALENDAR, standards: str = STANDARDS) -> None:
    """Publish the year and the standards."""
    if calendar:
        calendars.apply(session, calendar.encode(), imported_by="quan", now=NINE)
    if standards:
        transit_standards.apply(session, standards.encode(), imported_by="quan", now=NINE)
