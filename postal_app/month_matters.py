"""The matters of a period: what somebody has to look at beside conditions and classes of legs.

Each matter is found where its own desk keeps it and told in the words of `rules.exceptional`. A
matter belongs to the period in which it arose; what lies too long, to that in which its leg began.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, groupby

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from models.answers import AgencyTransfer, LentOriginal, Recount, RecountLine
from models.dossiers import Dossier
from models.incidents import Incident
from models.items import Item, Leg
from models.staff import Account
from postal_app import agency_originals, deliveries
from postal_app.contents import counted_lines, listed_lines
from postal_app.incidents import stands
from postal_app.month_legs import within
from postal_app.month_lists import ListedLeg
from postal_app.month_names import Names
from postal_app.rules.contents import fingerprint
from postal_app.rules.exceptional import Matter
from postal_app.rules.integrity import Integrity
from postal_app.rules.periods import Period
from postal_app.rules.recounts import LineResult, Papers
from postal_app.rules.vietnamese import day, day_of
from postal_app.rules.vocabulary import Outcome, State
from postal_app.rules.words import Words

TRIED = (Outcome.NOT_DELIVERED.value, Outcome.PARTLY_DELIVERED.value)


@dataclass(frozen=True, slots=True)
class _Found:
    """A matter as its desk has it; `item_id` None: the dossier has no item yet."""

    matter: Matter
    at: datetime
    facts: Mapping[str, object]
    item_id: int | None = None
    dossier_id: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """Which period, in which words and on which day."""

    period: Period
    names: Names
    now: datetime


def matters(
    session: Session, asked: Asked, wanted: Iterable[Matter] = tuple(Matter)
) -> dict[Matter, tuple[ListedLeg, ...]]:
    """Give the matters of a period, gravest first and each kind in the order it arose."""
    found = {matter: list(_FINDERS[matter](session, asked)) for matter in wanted}
    every = list(chain.from_iterable(found.values()))
    items = _items(session, {one.item_id for one in every if one.item_id})
    dossiers = {one.dossier_id for one in every if one.dossier_id}
    dossiers |= {item.legs[0].dossier_id for item in items.values() if item.legs}
    known = _dossiers(session, dossiers)
    return {
        matter: tuple(_listed(one, items, known, asked.names) for one in several)
        for matter, several in found.items()
    }


def _count_differs(session: Session, asked: Asked) -> Iterator[_Found]:
    differing = RecountLine.result != LineResult.AGREED.value
    rows = session.scalars(
        select(Recount)
        .options(selectinload(Recount.lines))
        .where(within(Recount.received_at, asked.period), Recount.lines.any(differing))
        .order_by(Recount.received_at, Recount.id)
    )
    for made in rows:
        by_dossier: dict[int, list[RecountLine]] = {}
        for line in made.lines:
            by_dossier.setdefault(line.dossier_id, []).append(line)
        for dossier_id, lines in by_dossier.items():
            count = sum(line.result != LineResult.AGREED for line in lines)
            if count:
                facts = {"record": made.number, "count": count} | _both_counts(lines)
                yield _Found(
                    Matter.COUNT_DIFFERS, made.received_at, facts, made.item_id, dossier_id
                )


def _both_counts(lines: Sequence[RecountLine]) -> dict[str, object]:
    """Give both fingerprints of what was listed and what was found."""
    told: dict[str, object] = {}
    for name, counted in (
        ("listed", fingerprint(listed_lines(lines))),
        ("found", fingerprint(counted_lines(lines))),
    ):
        told |= {
            name: counted.short,
            f"{name}_copies": counted.copies,
            f"{name}_pages": counted.pages,
        }
    return told


def _original_owed(session: Session, asked: Asked) -> Iterator[_Found]:
    """Give the dossiers whose originals still lie at the agency although all else has ended."""
    rows = session.execute(
        select(LentOriginal)
        .join(Dossier, Dossier.id == LentOriginal.dossier_id)
        .where(
            within(LentOriginal.lent_at, asked.period),
            or_(Dossier.returned_at.is_not(None), Dossier.closed_at.is_not(None)),
            ~agency_originals.returned(),
        )
        .order_by(LentOriginal.dossier_id, LentOriginal.id)
    ).scalars()
    for dossier_id, several in groupby(rows, key=lambda one: one.dossier_id):
        loans = list(several)
        owed = fingerprint((one.name, Papers("original", one.copies)) for one in loans)
        facts = {"count": owed.copies, "found": owed.short}
        yield _Found(Matter.ORIGINAL_OWED, loans[0].lent_at, facts, dossier_id=dossier_id)


def _no_second_signature(session: Session, asked: Asked) -> Iterator[_Found]:
    counted = select(Recount.item_id, Recount.number, Recount.received_at.label("at")).where(
        within(Recount.received_at, asked.period), Recount.waits, ~Recount.reply.has()
    )
    told = select(Incident.item_id, Incident.number, Incident.recorded_at.label("at")).where(
        within(Incident.recorded_at, asked.period), ~Incident.answer.has()
    )
    for rows in (counted, told):
        for row in session.execute(rows.order_by("at")):
            facts = {"record": row.number}
            yield _Found(Matter.NO_SECOND_SIGNATURE, row.at, facts, row.item_id)


def _resealed_without_record(session: Session, asked: Asked) -> Iterator[_Found]:
    named = exists().where(Incident.item_id == Item.id, Incident.new_seal != "", stands(Incident))
    rows = _begun(asked.period).where(Item.integrity == Integrity.RESEALED.value, ~named)
    for item in session.scalars(rows):
        yield _Found(Matter.RESEALED_WITHOUT_RECORD, item.changed_at, {}, item.id)


def _held_too_long(session: Session, asked: Asked) -> Iterator[_Found]:
    tried = or_(Item.outcome.in_(TRIED), Item.state == State.HELD.value)
    rows = _begun(asked.period).where(Item.state.in_(deliveries.WAITING), tried)
    whole = selectinload(Item.legs).joinedload(Leg.dossier).selectinload(Dossier.parties)
    items = session.scalars(rows.options(joinedload(Item.agency), whole)).all()
    today = day_of(asked.now)
    for item_id, ruling in deliveries.rulings_of(session, items, today=today).items():
        if ruling.allowed:
            since = ruling.earliest or today
            yield _Found(Matter.HELD_TOO_LONG, asked.now, {"since": day(since)}, item_id)


def _twice_there(session: Session, asked: Asked) -> Iterator[_Found]:
    for back, item in _returns(session, asked.period):
        if item.state != State.RETURNED and back.state != State.EXPECTED:
            yield _Found(Matter.TWICE_THERE, back.created_at, {"other": back.number}, item.id)


def _sent_back(session: Session, asked: Asked) -> Iterator[_Found]:
    for back, item in _returns(session, asked.period):
        if item.state == State.RETURNED:
            yield _Found(Matter.SENT_BACK, back.created_at, {"other": back.number}, item.id)


def _returns(session: Session, period: Period) -> list[tuple[Item, Item]]:
    """Give what began to go back in the period, each with what it brings back."""
    returned = aliased(Item)
    rows = session.execute(
        select(Item, returned)
        .join(returned, Item.returns_id == returned.id)
        .where(within(Item.created_at, period))
        .order_by(Item.created_at, Item.id)
    )
    return [(row[0], row[1]) for row in rows]


def _transferred(session: Session, asked: Asked) -> Iterator[_Found]:
    rows = session.scalars(
        select(AgencyTransfer)
        .options(joinedload(AgencyTransfer.from_agency), joinedload(AgencyTransfer.to_agency))
        .where(within(AgencyTransfer.moved_at, asked.period))
        .order_by(AgencyTransfer.moved_at, AgencyTransfer.id)
    )
    for one in rows:
        facts = {"sender": one.from_agency.name, "receiver": one.to_agency.name}
        yield _Found(
            Matter.TRANSFERRED, one.moved_at, facts, one.item_id, dossier_id=one.dossier_id
        )


_FINDERS: dict[Matter, Callable[[Session, Asked], Iterator[_Found]]] = {
    Matter.COUNT_DIFFERS: _count_differs,
    Matter.ORIGINAL_OWED: _original_owed,
    Matter.NO_SECOND_SIGNATURE: _no_second_signature,
    Matter.RESEALED_WITHOUT_RECORD: _resealed_without_record,
    Matter.HELD_TOO_LONG: _held_too_long,
    Matter.TWICE_THERE: _twice_there,
    Matter.SENT_BACK: _sent_back,
    Matter.TRANSFERRED: _transferred,
}


def _begun(period: Period) -> "Select[Item]":
    """Select the items of which a leg began in the period."""
    began = exists().where(Leg.item_id == Item.id, within(Leg.started_at, period))
    return select(Item).where(began).order_by(Item.changed_at, Item.id)


def _items(session: Session, ids: set[int]) -> dict[int, Item]:
    rows = session.scalars(select(Item).options(selectinload(Item.legs)).where(Item.id.in_(ids)))
    return {item.id: item for item in rows} if ids else {}


def _dossiers(session: Session, ids: set[int]) -> dict[int, tuple[Dossier, str]]:
    """Give dossiers with who took them in."""
    rows = session.execute(
        select(Dossier, Account.full_name)
        .join(Account, Account.id == Dossier.opened_by)
        .where(Dossier.id.in_(ids))
    )
    return {row.Dossier.id: (row.Dossier, row.full_name) for row in rows} if ids else {}


def _listed(
    found: _Found,
    items: Mapping[int, Item],
    dossiers: Mapping[int, tuple[Dossier, str]],
    names: Names,
) -> ListedLeg:
    item = items.get(found.item_id or 0)
    of_item = item.legs[0].dossier_id if item and item.legs else 0
    dossier, who = dossiers[found.dossier_id or of_item]
    why: Words = found.matter.why.filled(**found.facts) if found.facts else found.matter.why
    return ListedLeg(
        item=item.number if item else "",
        dossier=dossier.number,
        leg=item.leg if item else "",
        procedure=names.procedure(dossier.procedure_code),
        agency=names.agency(str(item.agency_id if item else dossier.agency_id)),
        point=names.point(str(item.point_id if item else dossier.point_id)),
        on=day_of(found.at),
        who=who,
        what=found.matter.words,
        why=why,
    )
