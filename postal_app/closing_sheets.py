"""The sheets that a closed month's workbook has beside the signed ones: adjustments and why."""

from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from postal_app import late_entries
from postal_app.late_entries import LateEntry
from postal_app.month_closing import Closed
from postal_app.month_sheets import CODE, NAME, WHY, Column, Table, Value
from postal_app.rules.vietnamese import moment
from postal_app.rules.words import Words

FIGURE = Words("Chỉ tiêu", "Figure")
SIGNED = Words("Đã chốt", "Signed")
NOW = Words("Hiện nay", "Now")
DIFFERENCE = Words("Điều chỉnh", "Adjustment")

NOTE = Words(
    "Chốt lúc {at}, {name} ({role}). Mã chốt {code}. Niêm sổ cái: {log}. "
    "Các trang khác giữ số đã chốt; đã chốt + điều chỉnh = hiện nay.",
    "Closed on {at}, {name} ({role}). Closing code {code}. Ledger's checkpoint: {log}. "
    "All other sheets keep what was signed; signed + adjustment = now.",
)


def of(session: Session, closed: Closed) -> Iterator[Table]:
    """Give both sheets of a closed month."""
    yield _adjustments(closed)
    found = late_entries.listed(session, closed.closing, limit=late_entries.MOST_FILED)
    yield _entries(found, late_entries.count(session, closed.closing))


def note_of(closed: Closed) -> Words:
    """Say who closed a month, when, and by which codes it is held against the archive."""
    one, role = closed.closing, closed.role_words
    return Words(
        *(
            phrase.format(
                at=moment(one.closed_at),
                name=one.signer,
                role=said,
                code=closed.code,
                log=one.log_code or "–",
            )
            for phrase, said in zip(NOTE, role, strict=True)
        )
    )


def _adjustments(closed: Closed) -> Table:
    columns = (Column(FIGURE, WHY), Column(SIGNED), Column(NOW), Column(DIFFERENCE))
    rows: list[tuple[Value, ...]] = [
        (closed.words[name], one.signed, one.now, one.difference)
        for name, one in closed.adjustments.items()
    ]
    return Table(Words("Điều chỉnh", "Adjustments"), columns, tuple(rows), note_of(closed))


def _entries(entries: Sequence[LateEntry], count: int) -> Table:
    columns = (
        Column(Words("Loại", "Kind"), 26),
        Column(Words("Số hiệu bưu gửi", "Item number"), CODE),
        Column(Words("Ghi nhận", "Record"), NAME),
        Column(Words("Xảy ra lúc", "Happened at"), 18),
        Column(Words("Ghi vào sổ lúc", "Recorded at"), 18),
        Column(Words("Người ghi, người xác nhận", "Recorded or confirmed by"), 28),
        Column(Words("Người đề nghị", "Asked by"), 28),
        Column(Words("Lý do", "Reason"), WHY),
    )
    rows: list[tuple[Value, ...]] = [
        (
            one.why.words,
            one.item,
            one.mistake or one.kind,
            moment(one.mistake_at or one.occurred_at),
            moment(one.recorded_at),
            one.who,
            one.asked_by,
            one.reason,
        )
        for one in entries
    ]
    note = Words("{listed} dòng trong tổng số {total}.", "{listed} rows of {total}.")
    told = note.filled(listed=len(entries), total=count)
    return Table(Words("Ghi nhận sau chốt", "After the closing"), columns, tuple(rows), told)
