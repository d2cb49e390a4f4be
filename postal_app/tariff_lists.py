"""Tariffs are published as lists: read whole, told in a dry run, taken in all of it or nothing.

A later price ends the one before it on the day before; nothing else of a published price is ever
edited, so that every price that was asked can be found again. Rows with faults are handed back
with their row, column and value, and then nothing is published.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.tariff import TariffPrice
from postal_app.place_lists import ListRow, ListWrong, read_rows
from postal_app.rules.tariff import (
    LAST_DAY_OF_DISTRICTS,
    OF_DISTRICTS,
    SERVICE_WORDS,
    ZONE_WORDS,
    Rate,
    Service,
    ZoneKind,
)
from postal_app.rules.vietnamese import day, fold, read_day, read_dong, read_number
from postal_app.rules.words import Words
from postal_app.tariffs import rate_of
from postal_app.transit_standards import Fate

COLUMNS = {
    "service": "dich vu",
    "zone_kind": "loai vung",
    "zone": "vung",
    "up_to_km": "den km",
    "provinces": "ma tinh (2024)",
    "up_to_grams": "den gam",
    "price": "gia truoc thue",
    "ceiling": "gia toi da",
    "vat_percent": "thue gtgt (%)",
    "valid_from": "hieu luc tu",
    "valid_to": "hieu luc den",
    "source": "can cu",
}
HEADINGS = {
    "service": "Dịch vụ",
    "zone_kind": "Loại vùng",
    "zone": "Vùng",
    "up_to_km": "Đến km",
    "provinces": "Mã tỉnh (2024)",
    "up_to_grams": "Đến gam",
    "price": "Giá trước thuế",
    "ceiling": "Giá tối đa",
    "vat_percent": "Thuế GTGT (%)",
    "valid_from": "Hiệu lực từ",
    "valid_to": "Hiệu lực đến",
    "source": "Căn cứ",
}
MAY_BE_EMPTY = frozenset({"up_to_km", "provinces", "up_to_grams", "ceiling", "valid_to"})
SERVICES = {
    **{fold(words.vi): service for service, words in SERVICE_WORDS.items()},
    "nop": Service.SUBMIT,
    "tra": Service.RETURN,
    "chuyen nop": Service.REMITTANCE,
}
ZONES = {fold(words.vi): kind for kind, words in ZONE_WORDS.items()}
A_DAY = timedelta(days=1)

UNREADABLE = Words("không đọc được", "cannot be read")
EMPTY = Words("còn trống", "is empty")
ONLY_DISTANCE = Words("chỉ dùng với loại vùng «Khoảng cách»", "only for a zone by distance")
ONLY_PROVINCES = Words("chỉ dùng với loại vùng «Khác tỉnh»", "only for a zone of other provinces")
OVER_CEILING = Words("giá cao hơn giá tối đa", "the price is above its ceiling")
ENDS_EARLY = Words("hết hiệu lực trước khi có hiệu lực", "ends before it begins")
DISTRICTS_ENDED = Words(
    "vùng theo huyện, tỉnh cũ phải hết hiệu lực chậm nhất 30/06/2025",
    "a zone of former districts and provinces must end by 30/06/2025",
)
STANDS = Words(
    "đã có giá khác cho cùng dịch vụ, vùng, nấc khối lượng, hiệu lực từ {day}",
    "another price for this service, zone and step holds from {day}",
)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one cell: its row in the file, the heading, what stands there, why."""

    row: int
    column: str
    value: str
    why: Words


@dataclass(frozen=True, slots=True)
class PlannedPrice:
    """A row of a list, what becomes of it, and the published price it ends."""

    number: int
    rate: Rate
    fate: Fate
    ends: Rate | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a list would publish; with faults it publishes nothing."""

    prices: tuple[PlannedPrice, ...]
    faults: tuple[Fault, ...] = ()

    @property
    def adds(self) -> bool:
        """Tell whether there is anything to publish."""
        return not self.faults and any(one.fate is Fate.ADDED for one in self.prices)


def published(session: Session) -> list[Rate]:
    """Give every price ever published: by service, the newest first, the closest zone first."""
    kinds, services = list(ZoneKind), list(Service)
    return sorted(
        (rate_of(row) for row in session.scalars(select(TariffPrice))),
        key=lambda one: (
            services.index(one.service),
            -one.valid_from.toordinal(),
            kinds.index(one.zone_kind),
            one.up_to_km is None,
            one.up_to_km or 0,
            not one.provinces,
            one.provinces,
            one.up_to_grams is None,
            one.up_to_grams or 0,
        ),
    )


def plan(session: Session, content: bytes) -> Plan:
    """Say what a list of prices would add and end, and what is wrong with it.

    Raises:
        UnreadableList, ColumnsMissing: the file cannot be opened, or lacks headings.
    """
    rows = read_rows(content, COLUMNS)
    faults = [fault for row in rows for fault in _faults_of(row)]
    if faults:
        return Plan((), tuple(faults))
    numbered = [(row.number, _rate(row)) for row in rows]
    return _planned(numbered, [rate_of(row) for row in session.scalars(select(TariffPrice))])


def apply(session: Session, content: bytes, *, imported_by: str, now: datetime) -> Plan:
    """Publish what is new in a list, all of it or nothing; give the plan that was carried out.

    Raises:
        UnreadableList, ColumnsMissing, ListWrong: the list cannot be used; nothing was added.
    """
    done = plan(session, content)
    if done.faults:
        raise ListWrong(count=len(done.faults), faults="; ".join(map(sentence, done.faults[:20])))
    added = [one for one in done.prices if one.fate is Fate.ADDED]
    standing = {
        (rate_of(row).key, row.valid_from): row for row in session.scalars(select(TariffPrice))
    }
    for one in added:
        if one.ends is not None:
            standing[one.ends.key, one.ends.valid_from].valid_to = one.rate.valid_from - A_DAY
    session.flush()  # what ends must be ended before what follows it is added
    session.add_all(_row(one.rate, imported_by, now) for one in added)
    session.flush()  # of two imports at once the second must fail here
    return done


def sentence(fault: Fault) -> str:
    """Give a fault in one line, as the command line tells it."""
    return f"dòng {fault.row}, {fault.column}: «{fault.value}» {fault.why.vi}"


def _planned(numbered: Sequence[tuple[int, Rate]], standing: Iterable[Rate]) -> Plan:
    """Lay the rows beside what stands, the oldest first; a row may end another of its own list."""
    lines: dict[object, list[Rate]] = {}
    for one in standing:
        lines.setdefault(one.key, []).append(one)
    made: dict[int, PlannedPrice] = {}
    owner: dict[Rate, int] = {}
    faults = []
    for number, rate in sorted(numbered, key=lambda pair: pair[1].valid_from):
        line = lines.setdefault(rate.key, [])
        if any(_is_same(one, rate) for one in line):
            made[number] = PlannedPrice(number, rate, Fate.UNCHANGED)
            continue
        meeting = [one for one in line if _meet(one, rate)]
        stands = next((one for one in meeting if _cannot_end(one, rate)), None)
        if stands is not None:
            why = STANDS.filled(day=day(stands.valid_from))
            faults.append(Fault(number, HEADINGS["valid_from"], day(rate.valid_from), why))
            continue
        ends = meeting[0] if meeting else None
        if ends in owner:  # of the same list: it is published as ended
            line.remove(ends)
            ended = replace(ends, valid_to=rate.valid_from - A_DAY)
            line.append(ended)
            place = owner.pop(ends)
            made[place] = replace(made[place], rate=ended)
            owner[ended] = place
            ends = None
        made[number] = PlannedPrice(number, rate, Fate.ADDED, ends)
        owner[rate] = number
        line.append(rate)
    return Plan(tuple(made[number] for number in sorted(made)), tuple(faults))


def _is_same(standing: Rate, rate: Rate) -> bool:
    """Tell whether a row says what is published; that it was ended since is no difference."""
    if rate.valid_to is None:
        standing = replace(standing, valid_to=None)
    return standing == rate


def _meet(one: Rate, other: Rate) -> bool:
    return (one.valid_to is None or other.valid_from <= one.valid_to) and (
        other.valid_to is None or one.valid_from <= other.valid_to
    )


def _cannot_end(standing: Rate, rate: Rate) -> bool:
    """Tell whether a price stands in the way: begun no earlier, or published with its last day."""
    return standing.valid_from >= rate.valid_from or standing.valid_to is not None


def _rate(row: ListRow) -> Rate:
    said = row.values
    valid_from = read_day(said["valid_from"])
    if valid_from is None:
        raise ValueError(f"row {row.number} was not checked")
    return Rate(
        service=SERVICES[fold(said["service"])],
        zone_kind=ZONES[fold(said["zone_kind"])],
        zone=said["zone"],
        up_to_km=read_number(said["up_to_km"]),
        provinces=tuple(sorted(_codes(said["provinces"]))),
        up_to_grams=read_number(said["up_to_grams"]),
        price=read_dong(said["price"]) or 0,
        ceiling=read_dong(said["ceiling"]),
        vat_percent=read_number(said["vat_percent"]) or 0,
        valid_from=valid_from,
        valid_to=read_day(said["valid_to"]),
        source=said["source"],
    )


def _row(rate: Rate, imported_by: str, now: datetime) -> TariffPrice:
    return TariffPrice(
        service=rate.service.value,
        zone_kind=rate.zone_kind.value,
        zone=rate.zone,
        up_to_km=rate.up_to_km,
        provinces=list(rate.provinces),
        up_to_grams=rate.up_to_grams,
        price=rate.price,
        ceiling=rate.ceiling,
        vat_percent=rate.vat_percent,
        valid_from=rate.valid_from,
        valid_to=rate.valid_to,
        source=rate.source,
        imported_at=now,
        imported_by=imported_by,
    )


def _codes(text: str) -> set[str]:
    return set(text.replace(",", " ").replace(";", " ").split())


def _between(least: int, most: int) -> Callable[[str], bool]:
    return lambda text: least <= (read_number(text) or -1 if text != "0" else 0) <= most


READABLE: dict[str, Callable[[str], object]] = {
    "service": lambda text: fold(text) in SERVICES,
    "zone_kind": lambda text: fold(text) in ZONES,
    "up_to_km": _between(1, 5_000),
    "up_to_grams": _between(1, 30_000),
    "provinces": lambda text: all(len(c) == 2 and c.isdecimal() for c in _codes(text)),
    "price": lambda text: read_dong(text) is not None,
    "ceiling": lambda text: read_dong(text) is not None,
    "vat_percent": _between(0, 100),
    "valid_from": lambda text: read_day(text) is not None,
    "valid_to": lambda text: read_day(text) is not None,
}


def _faults_of(row: ListRow) -> list[Fault]:
    found = []
    for name, text in row.values.items():
        if not text and name not in MAY_BE_EMPTY:
            found.append(Fault(row.number, HEADINGS[name], "", EMPTY))
        elif text and name in READABLE and not READABLE[name](text):
            found.append(Fault(row.number, HEADINGS[name], text, UNREADABLE))
    return found or _contradictions(row, _rate(row))


def _contradictions(row: ListRow, rate: Rate) -> list[Fault]:
    wrong = {
        "up_to_km": rate.up_to_km and rate.zone_kind is not ZoneKind.DISTANCE and ONLY_DISTANCE,
        "provinces": rate.provinces
        and rate.zone_kind is not ZoneKind.OTHER_PROVINCE
        and ONLY_PROVINCES,
        "price": rate.ceiling is not None and rate.price > rate.ceiling and OVER_CEILING,
        "valid_to": _wrong_end(rate),
    }
    return [
        Fault(row.number, HEADINGS[name], row.values[name], why)
        for name, why in wrong.items()
        if isinstance(why, Words)
    ]


def _wrong_end(rate: Rate) -> Words | None:
    last: date | None = rate.valid_to
    if last is not None and last < rate.valid_from:
        return ENDS_EARLY
    if rate.zone_kind in OF_DISTRICTS and (last is None or last > LAST_DAY_OF_DISTRICTS):
        return DISTRICTS_ENDED
    return None
