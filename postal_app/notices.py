"""Notices: what a person is told of his data before he signs, and what he may agree to besides.

1. The ground is the public service itself, not consent; so a person is informed, not asked
   (Luật 91/2025/QH15; NĐ 356/2025/NĐ-CP). What he was told is kept by its version.
2. What the service does not need is asked for, one purpose at a time, never ticked beforehand; the
   answer is kept with its time, and the latest answer holds.
3. A version that was used is never edited. To say something else, add a version.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.dossiers import Dossier
from models.people_data import Consent
from postal_app import retention
from postal_app.rules.retention import (
    DELIVERY_EVIDENCE,
    DOSSIER_PARTIES,
    IDENTITY_PHOTOS,
    MONEY_VOUCHERS,
)
from postal_app.rules.roles import Actor
from postal_app.rules.vietnamese import day_of
from postal_app.rules.words import Words


@dataclass(frozen=True, slots=True)
class Notice:
    """One version of the text: headed lines for the screen, one sentence for the slip.

    `{parties}`, `{evidence}`, `{photos}` and `{money}` stand for the terms in force.
    """

    version: str
    valid_from: date
    lines: tuple[tuple[Words, Words], ...]
    on_slip: str


NOTICES = (
    Notice(
        "thong-bao-1",
        date(2026, 1, 1),
        (
            (
                Words("Dùng để làm gì", "What for"),
                Words(
                    "Nhận, vận chuyển, giao hồ sơ, trả kết quả, thu hộ tiền và giải quyết khiếu "
                    "nại của dịch vụ này; không dùng vào việc khác.",
                    "Taking in, carrying and handing over the dossier, returning the result, "
                    "collecting money and settling complaints of this service; nothing else.",
                ),
            ),
            (
                Words("Căn cứ", "On what ground"),
                Words(
                    "Dịch vụ công theo QĐ 45/2016/QĐ-TTg và Luật Bưu chính 49/2010/QH12; không "
                    "phải xin phép riêng, nhưng phải cho biết (Luật 91/2025/QH15).",
                    "A public service under Decision 45/2016/QĐ-TTg and the Postal Law "
                    "49/2010/QH12; no consent is asked for, but you are told (Law 91/2025/QH15).",
                ),
            ),
            (
                Words("Ai được biết", "Who learns of it"),
                Words(
                    "Cơ quan giải quyết hồ sơ và nhân viên bưu chính làm việc với hồ sơ. Mỗi lần "
                    "xem đều được ghi lại. Không chuyển cho ai khác, trừ khi pháp luật buộc.",
                    "The agency that settles the dossier and the postal staff who handle it. Each "
                    "look is written down. Nobody else, unless the law demands it.",
                ),
            ),
            (
                Words("Giữ bao lâu", "For how long"),
                Words(
                    "Họ tên, điện thoại, địa chỉ: {parties} sau khi hồ sơ kết thúc. Bằng chứng "
                    "phát: {evidence} sau thời hạn toàn trình. Ảnh giấy tờ tùy thân, chỉ chụp khi "
                    "hồ sơ yêu cầu: {photos}. Tên người nộp tiền trên chứng từ: {money}. Hết hạn "
                    "thì xóa.",
                    "Names, phones, addresses: {parties} after the dossier ends. Evidence of "
                    "delivery: {evidence} after the transit time. Identity photos, taken only if "
                    "the dossier asks for them: {photos}. The payer's name on vouchers: {money}. "
                    "Then they are erased.",
                ),
            ),
            (
                Words("Quyền của người gửi", "Your rights"),
                Words(
                    "Xem dữ liệu đang giữ về mình, yêu cầu sửa, khiếu nại; hỏi tại bất kỳ điểm "
                    "phục vụ nào, mang theo phiếu gửi và giấy tờ tùy thân.",
                    "To see what is held of you, to have it corrected, to complain; ask at any "
                    "service point with the sending slip and an identity paper.",
                ),
            ),
        ),
        "Thông tin cá nhân trên phiếu chỉ dùng để nhận, vận chuyển, giao hồ sơ, trả kết quả và "
        "giải quyết khiếu nại của dịch vụ này; chỉ chuyển cho cơ quan giải quyết; xóa {parties} "
        "sau khi hồ sơ kết thúc. Quyền xem, sửa, khiếu nại: tại điểm phục vụ (thong-bao-1).",
    ),
)

PURPOSES: dict[str, Words] = {
    "delivery_message": Words(
        "Đồng ý nhận tin nhắn SMS hoặc Zalo báo trước khi phát kết quả",
        "Agrees to an SMS or Zalo message before the result is brought",
    ),
}
"""What a person may agree to besides; none is needed for the service."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A notice as a page shows it."""

    version: str
    lines: tuple[tuple[Words, Words], ...]


@dataclass(frozen=True, slots=True)
class Given:
    """An answer that holds: to which purpose, whether it is yes, since when."""

    purpose: str
    given: bool
    at: datetime
    notice_version: str


def current(on: date) -> Notice:
    """Give the notice that holds on a day; the first one also before its day."""
    begun = [notice for notice in NOTICES if notice.valid_from <= on]
    return begun[-1] if begun else NOTICES[0]


def of_version(version: str | None, on: date) -> Notice:
    """Give the notice a person was told; today's while nobody was told one."""
    return next((one for one in NOTICES if one.version == version), current(on))


def shown(session: Session, version: str | None, on: date) -> Shown:
    """Give a notice for the screen, filled with the terms in force on a day."""
    notice = of_version(version, on)
    lengths = _lengths(session, on)
    vi = {name: words.vi for name, words in lengths.items()}
    en = {name: words.en for name, words in lengths.items()}
    lines = tuple(
        (head, Words(said.vi.format(**vi), said.en.format(**en))) for head, said in notice.lines
    )
    return Shown(notice.version, lines)


def slip_sentence(session: Session, version: str | None, on: date) -> str:
    """Give the sentence on the slip: what the sender was told, or is told today."""
    vi = {name: words.vi for name, words in _lengths(session, on).items()}
    return of_version(version, on).on_slip.format(**vi)


def tell(
    session: Session, dossier: Dossier, agreed: Collection[str], by: Actor, *, now: datetime
) -> None:
    """Note that the sender was told of his data before he signed, and what he agreed to besides.

    Args:
        session: where to write.
        dossier: whose sender it was; its version is set once.
        agreed: of `PURPOSES`, those he ticked himself; to the others he has said no.
        by: who told him.
        now: when.
    """
    notice = current(day_of(now))
    if dossier.notice_version is None:
        dossier.notice_version = notice.version
    for purpose in PURPOSES:
        answer(session, dossier, purpose, by, given=purpose in agreed, now=now)


def answer(
    session: Session, dossier: Dossier, purpose: str, by: Actor, *, given: bool, now: datetime
) -> None:
    """Keep one answer, also one that takes an earlier one back.

    Raises:
        KeyError: there is no such purpose; that is our fault.
    """
    if purpose not in PURPOSES:
        raise KeyError(purpose)
    session.add(
        Consent(
            dossier_id=dossier.id,
            purpose=purpose,
            given=given,
            notice_version=dossier.notice_version or current(day_of(now)).version,
            at=now,
            account_id=by.account_id,
        )
    )


def answers(session: Session, dossier_id: int) -> dict[str, Given]:
    """Give the answers that hold of a dossier, by purpose; what was never asked is missing."""
    rows = session.scalars(
        select(Consent).where(Consent.dossier_id == dossier_id).order_by(Consent.id)
    )
    return {row.purpose: Given(row.purpose, row.given, row.at, row.notice_version) for row in rows}


def _lengths(session: Session, on: date) -> dict[str, Words]:
    terms = retention.in_force(session, on)
    named = {
        "parties": DOSSIER_PARTIES,
        "evidence": DELIVERY_EVIDENCE,
        "photos": IDENTITY_PHOTOS,
        "money": MONEY_VOUCHERS,
    }
    return {
        name: terms[code].length.words if code in terms else NO_TERM for name, code in named.items()
    }


NO_TERM = Words("chưa có thời hạn", "no term is set")
