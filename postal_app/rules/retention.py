"""How long people's data are kept: classes of data, from which day each counts, and its last day.

1. A term counts from the day of an event, in Việt Nam; its last day is still kept.
2. Months are the calendar's: a month after 31/1 ends on the last day of February.
3. A term may be shorter or longer than the default, but never shorter than what the law needs the
   data for, and an identity photo, which is sensitive, never longer than a year
   (Luật 91/2025/QH15; NĐ 356/2025/NĐ-CP).
4. Complaints are taken in for six months after the end of the transit time and answered within
   two to three (Luật Bưu chính 49/2010/QH12 Art. 38): what proves a delivery lives that long.
5. Vouchers of money are kept ten years (NĐ 174/2016/NĐ-CP Art. 13), and with them the name of who
   paid. Figures without a name are kept for ever.
"""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from postal_app.rules.words import Words

ERASED_NAME = "Đã xóa theo thời hạn lưu trữ"
"""What stands where a name stood; the archive's own function writes the same."""

MOST_MONTHS = 600
MOST_DAYS = 3660


class Since(StrEnum):
    """The event from whose day a term counts."""

    CLOSED_ITEM = "closed_item"
    TRANSIT_END = "transit_end"
    CLOSED_DOSSIER = "closed_dossier"
    COLLECTED = "collected"
    SHOWN = "shown"
    RECEIVED = "received"
    SETTLED = "settled"
    NEVER = "never"


SINCE_WORDS = {
    Since.CLOSED_ITEM: Words("ngày bưu gửi kết thúc", "the day the item was closed"),
    Since.TRANSIT_END: Words(
        "ngày hết thời hạn toàn trình đã hẹn, hoặc ngày kết thúc nếu muộn hơn",
        "the end of the promised transit time, or the day of closing if later",
    ),
    Since.CLOSED_DOSSIER: Words("ngày hồ sơ kết thúc", "the day the dossier was closed"),
    Since.COLLECTED: Words("ngày thu tiền", "the day the money was collected"),
    Since.SHOWN: Words("ngày tra cứu", "the day of the look-up"),
    Since.RECEIVED: Words("ngày nhận lượt quét", "the day the scan came in"),
    Since.SETTLED: Words("ngày giải quyết xong", "the day it was settled"),
    Since.NEVER: Words("không tính hạn", "no term runs"),
}


@dataclass(frozen=True, slots=True)
class DataClass:
    """One class of data with one term.

    `least` and `most` bound its term in months; None: no bound. `erased` tells whether the job
    erases it at its end; what is not erased holds no person, or is the proof of who looked.
    """

    words: Words
    holds: Words
    since: Since
    least: int | None = None
    most: int | None = None
    erased: bool = True


IDENTITY_PHOTOS = "identity_photos"
DELIVERY_EVIDENCE = "delivery_evidence"
SIGNATURES = "signatures"
DOSSIER_PARTIES = "dossier_parties"
MONEY_VOUCHERS = "money_vouchers"
EXEMPTION_EVIDENCE = "exemption_evidence"
COLLECTION_CALLS = "collection_calls"
COMPLAINTS = "complaints"
PUBLIC_DISCLOSURES = "public_disclosures"
REFUSED_SCANS = "refused_scans"
ACCESS_LOGS = "access_logs"
STATISTICS = "statistics"

COMPLAINT_WINDOW = 9  # months: six to complain in, three to be answered in

CLASSES: dict[str, DataClass] = {
    IDENTITY_PHOTOS: DataClass(
        Words("Ảnh giấy tờ tùy thân", "Identity photos"),
        Words(
            "Ảnh chụp khi phát, đã mã hóa; xóa ảnh, giữ dấu SHA-256",
            "Photos taken at the hand-out, encrypted; the photo goes, its SHA-256 stays",
        ),
        Since.CLOSED_ITEM,
        most=12,
    ),
    DELIVERY_EVIDENCE: DataClass(
        Words("Bằng chứng phát", "Evidence of delivery"),
        Words(
            "Tên người nhận thật và những gì cá nhân trong sổ cái",
            "The real receiver's name and what else is personal in the ledger",
        ),
        Since.TRANSIT_END,
        least=COMPLAINT_WINDOW,
    ),
    SIGNATURES: DataClass(
        Words("Chữ ký", "Signatures"),
        Words("Hình chữ ký vẽ trên màn hình", "Pictures of signatures drawn on the screen"),
        Since.CLOSED_DOSSIER,
        least=COMPLAINT_WINDOW,
    ),
    DOSSIER_PARTIES: DataClass(
        Words("Người trong hồ sơ", "People of a dossier"),
        Words(
            "Họ tên, điện thoại, địa chỉ; giữ mã địa bàn để thống kê",
            "Names, phones, addresses; the codes of places stay for statistics",
        ),
        Since.CLOSED_DOSSIER,
        least=COMPLAINT_WINDOW,
    ),
    MONEY_VOUCHERS: DataClass(
        Words("Chứng từ tiền", "Vouchers of money"),
        Words(
            "Tên người nộp tiền gắn với biên lai; số tiền và số chứng từ giữ mãi",
            "The payer's name behind a receipt; amounts and numbers stay for ever",
        ),
        Since.COLLECTED,
        least=120,
    ),
    EXEMPTION_EVIDENCE: DataClass(
        Words("Giấy tờ chứng minh miễn, giảm", "Evidence of exemptions"),
        Words(
            "Giấy tờ nào cho thấy hộ nghèo, thương binh…; căn cứ và mức giảm giữ lại",
            "Which paper shows a poor household or an invalid; ground and rate stay",
        ),
        Since.CLOSED_DOSSIER,
        least=COMPLAINT_WINDOW,
    ),
    COLLECTION_CALLS: DataClass(
        Words("Yêu cầu thu gom tại nhà", "Calls to fetch at an address"),
        Words(
            "Tên, điện thoại, địa chỉ người gọi; kết quả thu gom giữ lại",
            "Name, phone and address of who called; what became of it stays",
        ),
        Since.SETTLED,
    ),
    COMPLAINTS: DataClass(
        Words("Khiếu nại, sự vụ", "Complaints and incidents"),
        Words(
            "Tên, liên hệ của người khiếu nại; nội dung giải quyết giữ lại",
            "Name and contact of who complained; how it was settled stays",
        ),
        Since.SETTLED,
        least=COMPLAINT_WINDOW,
    ),
    PUBLIC_DISCLOSURES: DataClass(
        Words("Tra cứu công khai", "Public look-ups"),
        Words(
            "Bưu gửi nào đã hiện thông tin đã che, dấu của địa chỉ mạng",
            "Which item's masked details were shown, the digest of the network address",
        ),
        Since.SHOWN,
    ),
    REFUSED_SCANS: DataClass(
        Words("Lượt quét bị từ chối", "Refused scans"),
        Words("Nội dung quét giữ nguyên như lúc đọc", "What was scanned, as it was read"),
        Since.RECEIVED,
    ),
    ACCESS_LOGS: DataClass(
        Words("Nhật ký xem và xuất", "Logs of views and exports"),
        Words("Ai đã xem, đã xuất dữ liệu của ai", "Who looked at or exported whose data"),
        Since.NEVER,
        erased=False,
    ),
    STATISTICS: DataClass(
        Words("Thống kê không tên", "Figures without names"),
        Words("Số lượng, mã địa bàn, thời hạn; không gắn với ai", "Counts, codes, times; nobody"),
        Since.NEVER,
        erased=False,
    ),
}


@dataclass(frozen=True, slots=True)
class Length:
    """A term's length: calendar months or days, one of the two."""

    months: int = 0
    days: int = 0

    def __post_init__(self) -> None:
        """Refuse a length of both or of nothing; the door asks first, so here it is our fault."""
        if (self.months > 0) == (self.days > 0) or self.months < 0 or self.days < 0:
            raise ValueError(f"a term is months or days, not {self.months} and {self.days}")

    @property
    def words(self) -> Words:
        """Give the length as a person says it."""
        if self.months:
            return Words("{n} tháng", "{n} months").filled(n=self.months)
        return Words("{n} ngày", "{n} days").filled(n=self.days)


def last_day(length: Length, since: date) -> date:
    """Give the last day on which what counts from `since` is kept."""
    if not length.months:
        return since + timedelta(days=length.days)
    months = since.year * 12 + since.month - 1 + length.months
    year, month = divmod(months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(since.day, last))


def latest_past(length: Length, today: date) -> date:
    """Give the latest day from which the term has run out by today: `last_day` lies before it."""
    if not length.months:
        return today - timedelta(days=length.days + 1)
    month = today.year * 12 + today.month - 1 - length.months
    year, first = divmod(month, 12)
    day = date(year, first + 1, 1) + timedelta(days=31)
    while last_day(length, day) >= today:
        day -= timedelta(days=1)
    return day


def too_short(code: str, length: Length) -> bool:
    """Tell whether a term ends before the law's need of the data does."""
    least = CLASSES[code].least
    return least is not None and last_day(length, _ANY_DAY) < last_day(Length(least), _ANY_DAY)


def too_long(code: str, length: Length) -> bool:
    """Tell whether a term keeps what is sensitive longer than it may be."""
    most = CLASSES[code].most
    return most is not None and last_day(length, _ANY_DAY) > last_day(Length(most), _ANY_DAY)


_ANY_DAY = date(2026, 1, 1)  # months differ by a day or two; a bound need not
