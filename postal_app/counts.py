"""Closing counts at the desk: a person counts his table, the book answers, a sheet is kept.

A sheet is a fact and is never changed. What differs waits on the list of whoever's table it is and
of his place until a scan explains it or a second person says what became of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, joinedload, selectinload

from models.counts import CountLine, CountSettlement, CountSheet
from models.items import Item
from postal_app import balances, numbers
from postal_app.calendars import calendar
from postal_app.errors import Conflict, Forbidden, Invalid, Unknown
from postal_app.holder_names import holder_words, names_of
from postal_app.ledger import own_holder
from postal_app.places import numbering_code
from postal_app.rules.calendar import add_working_days
from postal_app.rules.codes import read_scan
from postal_app.rules.counts import (
    MAY_COUNT,
    MAY_SETTLE,
    SETTLED_WITHIN,
    CountResult,
    Found,
    compare,
)
from postal_app.rules.holders import Holder, HolderKind
from postal_app.rules.roles import Actor, Role
from postal_app.rules.vietnamese import day_of, tidy
from postal_app.rules.words import Words

MOST_COUNTED = 5000
LONGEST_CODE = 200


class NothingCounted(Invalid):
    """An empty table is said, not left out."""

    words = Words(
        "Chưa quét bưu gửi nào. Nếu trên bàn không còn bưu gửi, hãy đánh dấu «Trên bàn không còn "
        "bưu gửi nào».",
        "Nothing was scanned. If no item is left on the table, tick that box.",
    )


class TooMuchCounted(Invalid):
    """One sheet holds so many codes and no more."""

    words = Words(
        "Một lần kiểm kê ghi tối đa {most} bưu gửi.", "One count holds at most {most} items."
    )


class UnknownCount(Unknown):
    """No count of this person's place bears the number."""

    words = Words(
        "Không tìm thấy biên bản kiểm kê «{number}»; hãy kiểm tra lại số.",
        "Count “{number}” was not found; check the number.",
    )


class NoDifference(Unknown):
    """The line is not on the sheet, or there is nothing to settle about it."""

    words = Words(
        "Dòng này không có chênh lệch cần xử lý.", "There is no difference to settle in this line."
    )


class CountedHimself(Conflict):
    """Who counted does not settle what he found."""

    words = Words(
        "Bạn là người kiểm kê; chênh lệch phải do người thứ hai xử lý.",
        "You counted this yourself; a second person must settle the difference.",
    )


class DifferenceSettled(Conflict):
    """A difference is settled once."""

    words = Words("Chênh lệch này đã được xử lý.", "This difference is settled already.")


class NothingSaid(Invalid):
    """What became of an item is said in words."""

    words = Words("Hãy ghi rõ đã xử lý thế nào.", "Say what became of it.")


@dataclass(frozen=True, slots=True)
class NewCount:
    """What somebody counted: the codes as read; `blind` when he was not shown the book."""

    codes: Sequence[str]
    blind: bool = True
    empty: bool = False
    note: str = ""


def record(session: Session, new: NewCount, by: Actor, *, now: datetime) -> CountSheet:
    """Keep a count of one's own table under the next number of the place.

    Raises:
        Forbidden: this role holds no items.
        NothingCounted, TooMuchCounted: it cannot be used as it stands.
    """
    if by.role not in MAY_COUNT:
        raise Forbidden
    seen = [tidy(code)[:LONGEST_CODE] for code in new.codes if tidy(code)]
    if not seen and not new.empty:
        raise NothingCounted(field="codes")
    if len(seen) > MOST_COUNTED:
        raise TooMuchCounted(field="codes", most=MOST_COUNTED)
    holder, today = own_holder(by), day_of(now)
    day = balances.balance(session, holder, today)
    known = calendar(session, today, today.replace(year=today.year + 1, day=1))
    code = numbering_code(session, by, today)
    name = names_of(session, [holder], public=False).get(holder, "")
    made = CountSheet(
        number=numbers.next_count_number(session, code, today.year),
        holder_kind=holder.kind,
        holder_id=holder.id,
        holder_name=holder_words(holder, name).vi,
        point_id=by.point_id,
        agency_id=by.agency_id,
        blind=new.blind,
        opening=day.opening,
        came=day.came,
        went=day.went,
        note=tidy(new.note),
        due_on=add_working_days(known, today, SETTLED_WITHIN),
        counted_by=by.account_id,
        counted_at=now,
        lines=_lines(session, holder, seen, now),
    )
    session.add(made)
    session.flush()  # its number is told, and whoever reads next must see it
    return made


def sheet(session: Session, number: str, by: Actor) -> CountSheet:
    """Give a count in reach with its lines and how they were settled.

    Raises:
        UnknownCount: there is none.
    """
    found = session.scalars(
        _whole().where(CountSheet.number == number.strip().upper())
    ).one_or_none()
    if found is None or not _sees(found, by):
        raise UnknownCount(number=number)
    return found


def sheets(session: Session, by: Actor, *, most: int = 100) -> Sequence[CountSheet]:
    """Give the last counts in reach, the newest first."""
    wanted = _whole().order_by(CountSheet.id.desc()).limit(most)
    if by.role is Role.COURIER:
        holder = own_holder(by)
        wanted = wanted.where(
            CountSheet.holder_kind == holder.kind, CountSheet.holder_id == holder.id
        )
    elif by.point_id is not None:
        wanted = wanted.where(CountSheet.point_id == by.point_id)
    elif by.agency_id is not None:
        wanted = wanted.where(CountSheet.agency_id == by.agency_id)
    return session.scalars(wanted).all()


def settle(
    session: Session, number: str, position: int, words: str, by: Actor, *, now: datetime
) -> CountSettlement:
    """Say as a second person what became of a difference that no scan explains.

    Raises:
        UnknownCount: the sheet is not in reach.
        Forbidden: this role settles no differences.
        CountedHimself: he made the count.
        NoDifference: the line agrees, or is none.
        NothingSaid: he says nothing.
        DifferenceSettled: somebody did.
    """
    found = sheet(session, number, by)
    if by.role not in MAY_SETTLE:
        raise Forbidden
    if found.counted_by == by.account_id:
        raise CountedHimself
    line = next((one for one in found.lines if one.position == position), None)
    if line is None or line.result == CountResult.AGREED:
        raise NoDifference
    if not tidy(words):
        raise NothingSaid(field="words")
    made: CountSettlement | None = session.scalar(
        insert(CountSettlement)
        .values(
            line_id=line.id,
            words=words.strip(),
            settled_by=by.account_id,
            place=by.place,
            settled_at=now,
        )
        .on_conflict_do_nothing()
        .returning(CountSettlement)
    )
    if made is None:
        raise DifferenceSettled
    session.expire(line, ["settlement"])
    return made


def _lines(session: Session, holder: Holder, seen: Sequence[str], now: datetime) -> list[CountLine]:
    """Compare what was read with the book as it stands."""
    numbers_seen = [read_scan(code).number for code in seen]
    there = balances.lying(session, holder, now)
    read = dict(zip(numbers_seen, seen, strict=True))
    rows = session.execute(
        select(Item.id, Item.number, Item.holder_kind, Item.holder_id).where(
            Item.number.in_(set(numbers_seen))
        )
    ).all()
    book = {row.number: Holder(HolderKind(row.holder_kind), row.holder_id) for row in rows}
    ids = {row.number: row.id for row in rows} | {one.number: one.item_id for one in there}
    found = compare(holder, [one.number for one in there], numbers_seen, book)
    names = names_of(session, [one.book for one in found if one.book], public=False)
    return [
        _line(position, one, ids.get(one.code), read, names)
        for position, one in enumerate(found, start=1)
    ]


def _line(
    position: int,
    one: Found,
    item_id: int | None,
    read: dict[str, str],
    names: dict[Holder, str],
) -> CountLine:
    kind, holder_id = one.book or ("", 0)
    return CountLine(
        position=position,
        code=one.code if item_id else read[one.code],
        item_id=item_id,
        result=one.result,
        book_kind=kind,
        book_id=holder_id,
        book_name=holder_words(one.book, names.get(one.book, "")).vi if one.book else "",
    )


def _whole() -> Select[CountSheet]:
    lines = selectinload(CountSheet.lines)
    return select(CountSheet).options(
        joinedload(CountSheet.point),
        joinedload(CountSheet.agency),
        joinedload(CountSheet.counter),
        lines.joinedload(CountLine.settlement).joinedload(CountSettlement.settler),
    )


def _sees(found: CountSheet, by: Actor) -> bool:
    if by.role is Role.COURIER:
        return (found.holder_kind, found.holder_id) == tuple(own_holder(by))
    places = (found.point_id, found.agency_id)
    points, agencies = (frozenset() if one is None else frozenset({one}) for one in places)
    return by.sees(points=points, agencies=agencies)
