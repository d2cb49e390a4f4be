"""Numbers printed ahead: a point is given a range, prints its labels, and a pickup binds one.

1. Ranges are cut from the one series of item numbers, so no range meets another and no number of a
   range is ever given by the series again. The database refuses overlapping ranges besides.
2. Numbers are drawn from a range in their order, under the lock of its row; work that fails gives
   its number back, so none is skipped.
3. A number has one end: used, spoiled or lost. It is written down once, and with its reason when
   it is not used. What has no end yet is unused and must lie at the point.
4. A pickup binds a label before anybody has signed, because the slip bears the number. The number
   the dossier had until then is given up, and that is written down too.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from labels.label import Label
from models.label_work import NumberFate, NumberRange
from models.places import ServicePoint
from postal_app import numbers
from postal_app.errors import Conflict, Invalid, Unknown
from postal_app.pickups import find_open, require_gate
from postal_app.places import own_point
from postal_app.printing import LabelCodes, is_sample
from postal_app.rules.codes import item_number, read_scan
from postal_app.rules.intake import Gate
from postal_app.rules.roles import Actor
from postal_app.rules.vietnamese import tidy
from postal_app.rules.words import Words

MOST_AT_ONCE = 10_000


class Fate(StrEnum):
    """How a number came to its end."""

    USED = "used"
    SPOILED = "spoiled"
    LOST = "lost"
    GIVEN_UP = "given_up"


FATE_WORDS = {
    Fate.USED: Words("đã dùng", "used"),
    Fate.SPOILED: Words("hỏng", "spoiled"),
    Fate.LOST: Words("mất", "lost"),
    Fate.GIVEN_UP: Words("bỏ, đã thay bằng nhãn in sẵn", "given up for a pre-printed label"),
}
WITH_REASON = (Fate.SPOILED, Fate.LOST)


class UnknownRange(Unknown):
    """No range of this point bears the number."""

    words = Words(
        "Không có dải số này tại điểm của bạn.", "There is no such number range at your point."
    )


class NotOfThePoint(Unknown):
    """The label scanned is of no range of this point."""

    words = Words(
        "Số hiệu «{number}» không thuộc dải nhãn in sẵn nào của điểm; hãy quét lại.",
        "Number “{number}” is of no pre-printed range of this point; scan again.",
    )


class NumberSettled(Conflict):
    """The number has come to its end already."""

    words = Words(
        "Số hiệu {number} {fate_vi}; mỗi nhãn chỉ dùng một lần, hãy lấy nhãn khác.",
        "Number {number} is {fate_en}; each label is used once, take another.",
    )


class SignedAlready(Conflict):
    """Somebody has signed the slip, which bears the number."""

    words = Words(
        "Đã có người ký trên phiếu gửi mang số hiệu cũ; hồ sơ này giữ số hiệu ấy.",
        "Somebody has signed the slip with the former number; this dossier keeps it.",
    )


class RangeUsedUp(Conflict):
    """All numbers of a range are drawn."""

    words = Words(
        "Dải số đã dùng hết; hãy xin dải mới.", "The range is used up; ask for a new one."
    )


class BadCount(Invalid):
    """A range has at least one number, and not more than a point can keep count of."""

    words = Words("Mỗi dải có từ 1 đến {most} số.", "A range has 1 to {most} numbers.")


class ReasonMissing(Invalid):
    """A number that is not used goes with a reason."""

    words = Words("Hãy ghi lý do.", "Say why.")


@dataclass(frozen=True, slots=True)
class Account:
    """A range and what became of its numbers; `unused` must lie at the point as labels."""

    range: NumberRange
    first: str
    last: str
    size: int
    fates: dict[Fate, int]

    @property
    def unused(self) -> int:
        """Numbers that have come to no end."""
        return self.size - sum(self.fates.values())


@dataclass(frozen=True, slots=True)
class _End:
    """How a number ends; None is the common series."""

    range_id: int | None
    fate: Fate
    reason: str


def give(session: Session, count: int, by: Actor, *, now: datetime) -> NumberRange:
    """Give the person's point a range of so many fresh numbers.

    Raises:
        BadCount: not so many at once.
        SeriesUsedUp: the series has not so many left.
        Forbidden: this person works at no point.
    """
    if not 1 <= count <= MOST_AT_ONCE:
        raise BadCount(field="count", most=MOST_AT_ONCE)
    first = numbers.take_item_serials(session, count)
    given = NumberRange(
        point_id=own_point(by),
        prefix=numbers.ITEM_PREFIX,
        first_serial=first,
        last_serial=first + count - 1,
        next_serial=first,
        given_at=now,
        given_to=by.account_id,
    )
    session.add(given)
    session.flush()  # its id is what is asked for next
    return given


def draw(session: Session, range_id: int, count: int, by: Actor, *, now: datetime) -> list[str]:
    """Take the next so many numbers of a range for use without a scan, in their order.

    Numbers that have come to an end are passed by. What is left of a range that holds fewer is
    given.

    Raises:
        UnknownRange: the range is of another point, or there is none.
        RangeUsedUp: no number is left.
    """
    drawn: list[str] = []
    while len(drawn) < count:
        there = session.execute(
            select(NumberRange.prefix, NumberRange.next_serial, NumberRange.last_serial)
            .where(NumberRange.id == range_id, NumberRange.point_id == own_point(by))
            .with_for_update()
        ).first()
        if there is None:
            raise UnknownRange
        prefix, first, last = there
        beyond = min(first + count - len(drawn), last + 1)
        if first == beyond:
            break
        session.execute(
            update(NumberRange)
            .where(NumberRange.id == range_id)
            .values(next_serial=beyond)
            .execution_options(synchronize_session=False)
        )
        wanted = [item_number(prefix, serial) for serial in range(first, beyond)]
        end = _End(range_id, Fate.USED, "")
        drawn += sorted(_settled(session, wanted, end, by, now))
    if not drawn:
        raise RangeUsedUp
    return drawn


def bind(session: Session, dossier_number: str, scanned: str, by: Actor, *, now: datetime) -> str:
    """Bind a pre-printed label to a pickup that nobody has signed yet; give its number.

    Raises:
        UnknownDossier, GateClosed: the dossier is not this person's, or is past that gate.
        SignedAlready: one of the two has signed.
        NotOfThePoint: the label is of no range of this point.
        NumberSettled: the number was used, spoiled or lost before.
    """
    dossier = find_open(session, dossier_number, by)
    require_gate(dossier, Gate.SIGN)
    number = read_scan(scanned).number
    if dossier.reserved_number == number or dossier.reserved_number is None:
        return dossier.reserved_number or ""
    if dossier.signatures:
        raise SignedAlready
    settle(session, number, Fate.USED, dossier.number, by, now=now)
    given_up = dossier.reserved_number
    replaced = _End(None, Fate.GIVEN_UP, f"{dossier.number}: {number}")
    if session.get(NumberFate, given_up) is None:
        _settle(session, given_up, replaced, by, now)
    dossier.reserved_number = number
    return number


def settle(
    session: Session, scanned: str, fate: Fate, reason: str, by: Actor, *, now: datetime
) -> str:
    """Write a number's end down; give the number.

    Raises:
        NotOfThePoint: it is of no range of this point.
        NumberSettled: it has come to its end before.
        ReasonMissing: it is spoiled or lost, and nobody says why.
    """
    number = read_scan(scanned).number
    why = tidy(reason)
    if fate in WITH_REASON and not why:
        raise ReasonMissing(field="reason")
    there = _range_of(session, number, by)
    if there is None:
        raise NotOfThePoint(field="number", number=number)
    if not _settle(session, number, _End(there.id, fate, why), by, now):
        before = Fate(session.get_one(NumberFate, number).fate)
        words = FATE_WORDS[before]
        raise NumberSettled(field="number", number=number, fate_vi=words.vi, fate_en=words.en)
    return number


def accounts(session: Session, by: Actor) -> list[Account]:
    """Give the ranges of this person's point, the newest first, with what became of them."""
    ranges = session.scalars(
        select(NumberRange)
        .where(NumberRange.point_id == own_point(by))
        .order_by(NumberRange.id.desc())
    ).all()
    counted: dict[int, dict[Fate, int]] = defaultdict(dict)
    for range_id, fate, count in session.execute(
        select(NumberFate.range_id, NumberFate.fate, func.count())
        .where(NumberFate.range_id.in_([one.id for one in ranges]))
        .group_by(NumberFate.range_id, NumberFate.fate)
    ):
        counted[range_id or 0][Fate(fate)] = count
    return [
        Account(
            one,
            item_number(one.prefix, one.first_serial),
            item_number(one.prefix, one.last_serial),
            one.last_serial - one.first_serial + 1,
            counted[one.id],
        )
        for one in ranges
    ]


def unused(session: Session, range_id: int, by: Actor) -> list[str]:
    """Give the numbers of a range that have come to no end, in their order.

    Raises:
        UnknownRange: the range is of another point, or there is none.
    """
    there = find(session, range_id, by)
    ended = set(session.scalars(select(NumberFate.number).where(NumberFate.range_id == there.id)))
    every = (
        item_number(there.prefix, serial)
        for serial in range(there.first_serial, there.last_serial + 1)
    )
    return [number for number in every if number not in ended]


def find(session: Session, range_id: int, by: Actor) -> NumberRange:
    """Give a range of this person's point.

    Raises:
        UnknownRange: there is none.
    """
    there = session.get(NumberRange, range_id)
    if there is None or there.point_id != own_point(by):
        raise UnknownRange
    return there


def labels(
    session: Session, printed: Sequence[str], codes: LabelCodes, by: Actor
) -> Iterator[Label]:
    """Give the labels of numbers that nobody has used: number, codes and point alone."""
    point = session.get_one(ServicePoint, own_point(by))
    sample = is_sample(session)
    return (
        Label(
            item_number=number,
            qr_text=codes.text(number),
            receiver_name="",
            receiver_address="",
            receiver_place="",
            sender_short=f"{point.name} ({point.code})",
            leg_words="Nhãn in sẵn",
            sample=sample,
        )
        for number in printed
    )


def _range_of(session: Session, number: str, by: Actor) -> NumberRange | None:
    """Give the range of this person's point that holds a number."""
    if len(number) != 13 or not number[2:10].isdecimal():
        return None
    serial = int(number[2:10])
    if item_number(number[:2], serial) != number:
        return None
    return session.scalars(
        select(NumberRange).where(
            NumberRange.point_id == own_point(by),
            NumberRange.prefix == number[:2],
            NumberRange.first_serial <= serial,
            NumberRange.last_serial >= serial,
        )
    ).first()


def _settle(session: Session, number: str, end: _End, by: Actor, now: datetime) -> bool:
    """Write an end down; tell whether there was none before."""
    return bool(_settled(session, [number], end, by, now))


def _settled(
    session: Session, ending: Sequence[str], end: _End, by: Actor, now: datetime
) -> list[str]:
    """Write ends down; give the numbers that had none. Of two at once the number's key decides."""
    # The rows apart from the statement: it is the same for any count, and made ready once.
    written = session.scalars(
        insert(NumberFate).on_conflict_do_nothing().returning(NumberFate.number),
        [
            {
                "number": number,
                "range_id": end.range_id,
                "fate": end.fate.value,
                "reason": end.reason,
                "settled_at": now,
                "settled_by": by.account_id,
            }
            for number in ending
        ],
    )
    return list(written)
