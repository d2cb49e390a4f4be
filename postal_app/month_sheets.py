"""What stands on each sheet of the month's workbook: titles, columns and rows, as plain values."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from postal_app.month_end import Line, Month
from postal_app.rules.definitions import DEFINITIONS
from postal_app.rules.exceptional import Matter
from postal_app.rules.indicators import (
    DIRECTION_WORDS,
    IntegrityCount,
    LegClass,
    Ratio,
    Volume,
)
from postal_app.rules.integrity import INTEGRITY_WORDS, Integrity
from postal_app.rules.legs import LEG_WORDS
from postal_app.rules.permission import Direction
from postal_app.rules.ways import HELD, LEFT_OVER, Deliveries, Progress
from postal_app.rules.words import Words

Value = str | int | date | Ratio | Words | None

CODE, NAME, WHY = 16, 46, 60
FIGURE, DAY = 13, 13


@dataclass(frozen=True, slots=True)
class Column:
    """A heading and how wide its column is, in letters."""

    words: Words
    width: int = FIGURE


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet; `note` stands under its title."""

    title: Words
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    note: Words | None = None


DOSSIERS = Words("Hồ sơ", "Dossiers")
ITEMS = Words("Bưu gửi", "Items")
SUBMITTED = Words("Lượt nộp", "Submission legs")
RETURNED = Words("Lượt trả", "Return legs")
LEGS = Words("Tổng số lượt", "Legs in all")
LEG = Words("Chiều", "Leg")
LEG_COUNT = Words("Lượt", "Legs")
CARRIED = Words("Lượt mọi loại", "Legs of every kind")
CARRIED_ITEMS = Words("Bưu gửi mọi loại", "Items of every kind")
PROCEDURE = Words("Thủ tục", "Procedure")
AGENCY = Words("Cơ quan", "Agency")
POINT = Words("Điểm phục vụ", "Service point")
PROCEDURE_CODE = Words("Mã thủ tục", "Procedure code")
AGENCY_CODE = Words("Mã định danh", "Agency code")
POINT_CODE = Words("Mã điểm", "Point code")
FIGURE_NAME = Words("Chỉ tiêu", "Figure")
NUMBER = Words("Số lượng", "Number")
PART, WHOLE = Words("Tử số", "Part"), Words("Mẫu số", "Whole")
UNCHECKED = Words("Chưa kiểm tra, chưa biết", "Not checked, not known")
SHARE = Words("Tỷ lệ", "Share")
NOTHING = (None,) * 5

COUNTED = (
    Column(DOSSIERS),
    Column(SUBMITTED),
    Column(RETURNED),
    Column(LEGS),
    *(Column(found.words) for found in LegClass),
    Column(ITEMS),
)


def sheets_of(month: Month) -> Iterator[Table]:
    """Give the sheets in their order."""
    yield _summary(month)
    for title, code, name, lines in (
        (Words("Theo thủ tục", "By procedure"), PROCEDURE_CODE, PROCEDURE, month.by_procedure),
        (Words("Theo cơ quan", "By agency"), AGENCY_CODE, AGENCY, month.by_agency),
        (Words("Theo điểm", "By point"), POINT_CODE, POINT, month.by_point),
    ):
        columns = (Column(code, CODE), Column(name, NAME), *COUNTED)
        yield Table(title, columns, tuple(_line(line) for line in lines))
    yield _by_leg(month)
    yield _exceptions(month)
    yield _integrity(month)
    yield _never_used(month)


def _line(line: Line) -> tuple[Value, ...]:
    return (line.named.code, line.named.name, *_volume(line.volume))


def _volume(volume: Volume) -> tuple[Value, ...]:
    both = volume.both
    return (
        volume.dossiers,
        volume.submit.total,
        volume.back.total,
        volume.legs,
        *(both.in_class(found) for found in LegClass),
        volume.items,
    )


def _summary(month: Month) -> Table:
    columns = (
        Column(FIGURE_NAME, 58),
        Column(NUMBER),
        Column(PART),
        Column(WHOLE),
        Column(UNCHECKED, 18),
        Column(SHARE),
    )
    rows = [*_figures(month), *_shares(month)]
    rows += [(Words("Cách tính", "What the words mean"), *NOTHING)]
    rows += [
        (Words(f"{d.term.vi}: {d.meaning.vi}", f"{d.term.en}: {d.meaning.en}"), *NOTHING)
        for d in DEFINITIONS
    ]
    return Table(Words("Tổng hợp", "Summary"), columns, tuple(rows), month.period.words)


def _figures(month: Month) -> Iterator[tuple[Value, ...]]:
    """Give the plain figures."""
    total, catalogue = month.total, month.catalogue
    told: list[tuple[Words, int]] = [
        (DOSSIERS, total.dossiers),
        (LEGS, total.legs),
        (SUBMITTED, total.submit.total),
        (RETURNED, total.back.total),
        (ITEMS, total.items),
        (CARRIED, month.carried_legs),
        (CARRIED_ITEMS, month.carried_items),
    ]
    for direction in Direction:
        legs = total.legs_of(direction)
        told += [
            (joined(DIRECTION_WORDS[direction], found.words), legs.in_class(found))
            for found in LegClass
        ]
    for direction, rows in way_rows(month):
        told += [(joined(DIRECTION_WORDS[direction], words), count) for words, count in rows]
    told += [
        (Words("Thủ tục trong danh mục", "Procedures"), catalogue.procedures),
        (Words("Được nộp qua bưu chính", "Submitting allowed"), catalogue.submit_allowed),
        (Words("Được trả qua bưu chính", "Returning allowed"), catalogue.return_allowed),
        (Words("Được ít nhất một chiều", "Allowed in some direction"), catalogue.allowed_any),
        (Words("Không được cả hai chiều", "Allowed in neither"), catalogue.not_allowed),
        (Words("Chưa có quyết định", "No decision yet"), catalogue.undecided),
        (Words("Điểm đủ điều kiện", "Qualified points"), month.points),
        *((one.words, len(month.matters.get(one, ()))) for one in Matter),
        (Words("Trường hợp cần xem lại", "Exceptions"), month.exceptions_total),
    ]
    for words, count in told:
        yield words, count, *NOTHING[1:]


def way_figures(way: Deliveries, direction: Direction) -> list[tuple[Words, int]]:
    """Give what became of the legs of one direction, in words and numbers."""
    handed = Words("Đã giao cơ quan", "Handed to the agency")
    back = direction is Direction.RETURN
    told = [(Words("Đã phát", "Delivered") if back else handed, way.reached)]
    if back:
        first = Words("Trong đó phát lần đầu", "Of these at first attempt")
        told.append((first, way.first_attempt))
    told += [(one.words, way.of_progress(one)) for one in Progress if one is not Progress.REACHED]
    return [*told, (HELD, way.held), (LEFT_OVER, way.left_over)]


def way_rows(month: Month) -> list[tuple[Direction, list[tuple[Words, int]]]]:
    """Give what became of the legs that began in the period, by direction."""
    return [
        (Direction.SUBMIT, way_figures(month.submit_way, Direction.SUBMIT)),
        (Direction.RETURN, way_figures(month.return_way, Direction.RETURN)),
    ]


class Share(NamedTuple):
    """A share of the month; `unknown` counts what nobody knows or nobody checked."""

    words: Words
    ratio: Ratio
    unknown: int


def shares(month: Month) -> list[Share]:
    """Give every share of the month with its name, its base and what nobody knows of it."""
    catalogue, way, conditions = month.catalogue, month.return_way, month.integrity
    legs = month.total.both
    told = [
        (
            Words("Thủ tục cho phép qua bưu chính", "Procedures that allow the post"),
            catalogue.allowed_share,
        ),
        (
            Words("Thủ tục được phép có phát sinh", "Allowing procedures that were used"),
            catalogue.used_share,
        ),
        (
            Words("Lượt chuyển đúng quyền", "Legs carried and allowed"),
            Ratio(legs.allowed, legs.total),
        ),
        (Words("Phát kết quả thành công", "Results delivered"), way.success),
        (Words("Phát thành công lần đầu", "Delivered at first attempt"), way.first_success),
    ]
    of_condition = [
        (Words("Nguyên vẹn khi đến đích", "Intact at its end"), conditions.intact_share),
        (Words("Đã được kiểm tra khi đến đích", "Checked at its end"), conditions.checked_share),
        (
            Words("Nguyên vẹn trong số đã kiểm tra", "Intact of the checked"),
            conditions.intact_of_checked,
        ),
    ]
    return [
        *(Share(words, ratio, ratio.unknown) for words, ratio in told),
        *(Share(words, ratio, conditions.not_checked) for words, ratio in of_condition),
    ]


def _shares(month: Month) -> Iterator[tuple[Value, ...]]:
    for one in shares(month):
        yield one.words, None, one.ratio.part, one.ratio.whole, one.unknown, one.ratio


def joined(first: Words, second: Words) -> Words:
    """Give one phrase of a direction and what is counted in it."""
    return Words(f"{first.vi} – {second.vi.lower()}", f"{first.en} – {second.en.lower()}")


def _by_leg(month: Month) -> Table:
    columns = (
        Column(LEG, NAME),
        *(Column(words) for words in (DOSSIERS, LEG_COUNT, ITEMS)),
        *(Column(one.words) for one in Progress),
        *(Column(words, 18) for words in (HELD, LEFT_OVER)),
    )
    rows = [
        (LEG_WORDS[one.leg], one.dossiers, one.legs, one.items, *_way(one.way))
        for one in month.by_leg
    ]
    total = Words("Cộng mọi loại", "All kinds")
    rows.append((total, None, month.carried_legs, month.carried_items, *_way(month.way)))
    note = Words(
        "Lượt = đã đến đích + phát chưa được + đã chuyển hoàn + vô thừa nhận + đang thất lạc + "
        "còn đang chuyển. Một hồ sơ có thể có lượt ở nhiều chiều nên cột hồ sơ không cộng.",
        "Legs = reached + not delivered + sent back + without owner + lost + under way. A dossier "
        "may have legs of several kinds, so that dossiers are not added up.",
    )
    return Table(Words("Theo chiều", "By leg"), columns, tuple(rows), note)


def _way(way: Deliveries) -> tuple[Value, ...]:
    return (*(way.of_progress(one) for one in Progress), way.held, way.left_over)


def _exceptions(month: Month) -> Table:
    columns = (
        Column(Words("Loại", "Kind"), 26),
        Column(Words("Lý do", "Why"), WHY),
        Column(Words("Số hiệu bưu gửi", "Item number"), CODE),
        Column(Words("Số hồ sơ", "Dossier number"), CODE),
        Column(LEG, 26),
        Column(Words("Ngày", "Day"), DAY),
        Column(PROCEDURE_CODE, CODE),
        Column(PROCEDURE, NAME),
        Column(POINT_CODE, CODE),
        Column(POINT, 30),
        Column(AGENCY, 30),
        Column(Words("Người tiếp nhận", "Taken in by"), 24),
    )
    rows = tuple(
        (
            leg.what,
            leg.why,
            leg.item,
            leg.dossier,
            LEG_WORDS.get(leg.leg),
            leg.on,
            leg.procedure.code,
            leg.procedure.name,
            leg.point.code,
            leg.point.name,
            leg.agency.name,
            leg.who,
        )
        for leg in month.exceptions
    )
    note = Words("{listed} dòng trong tổng số {total}.", "{listed} rows of {total}.")
    told = note.filled(listed=len(month.exceptions), total=month.exceptions_total)
    return Table(Words("Ngoại lệ", "Exceptions"), columns, rows, told)


def _integrity(month: Month) -> Table:
    columns = (
        Column(Words("Tình trạng khi đến đích", "Condition at the end"), NAME),
        *(Column(words, 22) for words in LEG_WORDS.values()),
        Column(Words("Mọi loại", "All kinds")),
        Column(PART),
        Column(WHOLE),
        Column(UNCHECKED, 18),
        Column(SHARE),
    )
    counts = (*(one.integrity for one in month.by_leg), month.integrity)
    rows = [
        _condition_row(INTEGRITY_WORDS[c], [n.in_condition(c) for n in counts], counts[-1])
        for c in Integrity
    ]
    ended = Words("Tổng số lượt đến đích", "Legs that reached their end")
    rows.append(_condition_row(ended, [count.ended for count in counts], counts[-1]))
    return Table(Words("Toàn vẹn", "Integrity"), columns, tuple(rows))


def _condition_row(words: Words, counts: Sequence[int], every: IntegrityCount) -> tuple[Value, ...]:
    share = Ratio(counts[-1], every.ended)
    return (words, *counts, share.part, share.whole, share)


def _never_used(month: Month) -> Table:
    columns = (
        Column(PROCEDURE_CODE, CODE),
        Column(PROCEDURE, 70),
        Column(Words("Lĩnh vực", "Field"), 30),
        Column(Words("Nộp qua bưu chính", "Submitting"), 22),
        Column(Words("Trả qua bưu chính", "Returning"), 22),
    )
    rows: Iterable[tuple[Value, ...]] = (
        (it.named.code, it.named.name, it.named.field, it.submit.words, it.back.words)
        for it in month.never_used
    )
    return Table(
        Words("Thủ tục chưa phát sinh", "Allowed, never used"),
        columns,
        tuple(rows),
        Words(
            "Được phép ít nhất một chiều vào ngày cuối kỳ, không có lượt nào trong kỳ.",
            "Allowed in some direction on the last day, without any leg in the period.",
        ),
    )
