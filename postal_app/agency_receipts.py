"""Receipts at the agency: the envelope is counted again and both sign the hand-over record.

The officer says what he counted; the differences follow from the signed list. Who handed the
envelope over signs by his own scan of the hand-over. A difference, or a hand-over nobody scanned,
he answers from his own account. Giver and taker are never one account (TT 17/2017/TT-BTTTT
Art. 5; QĐ 45/2016/QĐ-TTg).
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from models.answers import LentOriginal, Recount, RecountLine
from models.dossiers import Dossier
from models.items import Item, Leg
from models.ledger import LedgerEntry
from postal_app import agency_answers, numbers, signed_lists
from postal_app.agency_dossiers import TwoAccounts, UnknownItem, find, identifier, own_agency
from postal_app.errors import Conflict, Invalid
from postal_app.ledger import NewFact, own_holder, record
from postal_app.pickup_form import NotInVocabulary
from postal_app.rules.codes import read_scan
from postal_app.rules.dossier_states import may_follow
from postal_app.rules.holders import HolderKind
from postal_app.rules.intake import PAPER_KINDS
from postal_app.rules.integrity import CONDITIONS
from postal_app.rules.legs import SUPPLEMENT, TO_AGENCY
from postal_app.rules.recounts import LineResult, Papers, RecordState, compare, record_state
from postal_app.rules.roles import Actor
from postal_app.rules.vietnamese import day_of, tidy
from postal_app.rules.words import Words
from postal_app.signed_lists import ListedPaper


class BadCondition(Invalid):
    """Whoever receives must say what he saw."""

    words = Words(
        "Hãy cho biết niêm phong và bì khi nhận: nguyên vẹn hay không.",
        "Say whether seal and envelope were intact when received.",
    )


class AlreadyReceived(Conflict):
    """An envelope is counted and signed for once."""

    words = Words(
        "Bưu gửi {number} đã có biên bản giao nhận {record}.",
        "Item {number} has its hand-over record {record} already.",
    )


class NotCounted(Invalid):
    """Each line of the signed list is counted, none is taken for granted."""

    words = Words(
        "Hãy đếm «{paper}»; không có thì ghi 0.", "Count “{paper}”; write 0 when there is none."
    )


class NothingCame(Conflict):
    """The dossier's papers were never in an envelope to this agency."""

    words = Words(
        "Hồ sơ {number} không có bưu gửi nào gửi đến cơ quan bạn.",
        "No item of dossier {number} was bound for your agency.",
    )


@dataclass(frozen=True, slots=True)
class CountedPaper:
    """What was counted of one paper; `line` is its place on the signed list, None: on no list.

    `lent`: an original that is only compared and must be given back.
    """

    papers: Papers
    line: int | None = None
    name: str = ""
    lent: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the officer saw and counted; the counts by the dossiers' numbers."""

    condition: str
    counted: Mapping[str, Sequence[CountedPaper]] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Giver:
    """Who hands an envelope over: his account, or only his point; his own scan of it."""

    account_id: int | None = None
    point_id: int | None = None
    scan: uuid.UUID | None = None


def envelope(session: Session, typed: str, by: Actor) -> Item:
    """Give an envelope bound for the officer's agency with all that lies in it.

    Raises:
        UnknownItem: no such item is bound for this agency.
        Forbidden: this person works at no agency.
    """
    number = read_scan(typed).number
    dossiers = selectinload(Item.legs).joinedload(Leg.dossier)
    found = session.scalars(
        select(Item)
        .options(
            joinedload(Item.point),
            dossiers.joinedload(Dossier.terms),
            dossiers.selectinload(Dossier.checklist),
            dossiers.selectinload(Dossier.parties),
        )
        .where(Item.number == number, Item.agency_id == own_agency(by), Item.leg.in_(TO_AGENCY))
    ).first()
    if found is None:
        raise UnknownItem(number=number)
    return found


def came_in(session: Session, number: str, by: Actor) -> Item:
    """Give the envelope in which a dossier of the officer's agency came.

    Raises:
        UnknownDossier: the agency has no such dossier.
        NothingCame: it did not come by post, or is not bound here any more.
    """
    dossier = find(session, number, by)
    found = last_envelope(dossier)
    if found is None:
        raise NothingCame(number=dossier.number)
    return found


def last_envelope(dossier: Dossier) -> Item | None:
    """Give the envelope in which papers of a dossier last came to its agency, or are coming."""
    came = [
        leg.item
        for leg in dossier.legs
        if leg.kind in TO_AGENCY and leg.item.agency_id == dossier.agency_id
    ]
    return came[-1] if came else None


def record_of(session: Session, item_id: int) -> Recount | None:
    """Give the hand-over record of an envelope; None before it is received."""
    return session.scalars(select(Recount).where(Recount.item_id == item_id)).first()


def receive(
    session: Session, number: str, receipt: Receipt, by: Actor, *, now: datetime
) -> Recount:
    """Count an envelope again and sign for it.

    Raises:
        UnknownItem: no item bound for this agency bears the number.
        AlreadyReceived: it has its record.
        TwoAccounts: the officer's own account handed it over.
        BadCondition, NotCounted, NotInVocabulary: something is not said, or not in these words.
    """
    item = envelope(session, number, by)
    giver = require_receivable(session, item, receipt.condition, by)
    lines = _compared(signed_lists.of_item(session, item), item, receipt)
    fact = NewFact(
        item.id,
        uuid.uuid4(),
        "agency_received",
        now,
        by,
        taker=own_holder(by),
        condition=receipt.condition,
        details={"note": tidy(receipt.note)} if tidy(receipt.note) else {},
    )
    record(session, [fact], now=now)
    made = write_record(session, item, giver, fact, lines=lines)
    for leg in item.legs:
        _lend(session, leg.dossier, receipt, by, now)
        if item.leg == SUPPLEMENT:
            _go_on(session, leg.dossier, by, now)
    return made


def require_receivable(session: Session, item: Item, condition: str, by: Actor) -> _Giver:
    """Give who hands an envelope over, once nothing is against receiving it.

    Raises:
        AlreadyReceived: it has its record.
        BadCondition: the condition is none.
        TwoAccounts: the officer's own account handed it over.
    """
    # Of two officers at once the second must see the record of the first.
    session.execute(select(Item.id).where(Item.id == item.id).with_for_update())
    before = record_of(session, item.id)
    if before is not None:
        raise AlreadyReceived(number=item.number, record=before.number)
    if condition not in CONDITIONS:
        raise BadCondition(field="condition")
    giver = _giver(session, item)
    if giver.account_id == by.account_id:
        raise TwoAccounts
    return giver


def write_record(
    session: Session,
    item: Item,
    giver: _Giver,
    fact: NewFact,
    *,
    lines: Sequence[RecountLine] | None,
) -> Recount:
    """Write the hand-over record of a receipt; `lines` None: nobody counted again."""
    results = [LineResult(line.result) for line in lines or ()]
    state = record_state(results, scanned=giver.scan is not None, reply="")
    code, year = identifier(session, item.agency_id), day_of(fact.occurred_at).year
    made = Recount(
        number=numbers.next_recount_number(session, code, year),
        item_id=item.id,
        agency_id=item.agency_id,
        fact=fact.fact,
        received_by=fact.by.account_id,
        received_at=fact.occurred_at,
        condition=fact.condition,
        counted=lines is not None,
        note=str(fact.details.get("note", "")),
        giver_id=giver.account_id,
        giver_point_id=giver.point_id,
        giver_scan=giver.scan,
        waits=state is RecordState.WAITING,
        lines=list(lines or ()),
    )
    session.add(made)
    session.flush()
    return made


def _giver(session: Session, item: Item) -> _Giver:
    """Give who handed over: whoever scanned it last, else who held it, else its point."""
    correction = aliased(LedgerEntry)
    corrected = (
        select(correction.id)
        .where(correction.item_id == item.id, correction.corrects == LedgerEntry.fact)
        .exists()
    )
    scanned = session.execute(
        select(LedgerEntry.account_id, LedgerEntry.fact)
        .where(
            LedgerEntry.item_id == item.id,
            LedgerEntry.recorded_at >= item.created_at,
            LedgerEntry.kind == "handed_to_agency",
            ~corrected,
        )
        .order_by(LedgerEntry.position.desc())
    ).first()
    if scanned is not None:
        return _Giver(account_id=scanned.account_id, scan=scanned.fact)
    if item.holder_kind == HolderKind.COURIER:
        return _Giver(account_id=item.holder_id)
    at_a_point = item.holder_kind == HolderKind.POINT
    return _Giver(point_id=item.holder_id if at_a_point else item.point_id)


def _compared(lists: signed_lists.Lists, item: Item, receipt: Receipt) -> list[RecountLine]:
    """Compare what was counted with the signed lists, line by line."""
    lines = []
    for leg in item.legs:
        listed = lists[leg.dossier_id]
        said = receipt.counted.get(leg.dossier.number, ())
        by_line = {one.line: one for one in said if one.line is not None}
        for place, paper in enumerate(listed):
            if place not in by_line:
                field_name = f"{leg.dossier.number}_{place}_copies"
                raise NotCounted(field=field_name, paper=paper.name)
            lines.append(_line(leg.dossier_id, paper, by_line[place]))
        extras = [one for one in said if one.line is None and one.papers.copies]
        lines += [_line(leg.dossier_id, None, one) for one in extras]
    return lines


def _line(dossier_id: int, listed: ListedPaper | None, counted: CountedPaper) -> RecountLine:
    found = counted.papers
    if found.kind not in PAPER_KINDS or min(found.copies, found.pages) < 0:
        raise NotInVocabulary(field="papers", value=found.kind)
    told = listed.papers if listed else Papers("", 0)
    return RecountLine(
        dossier_id=dossier_id,
        name=listed.name if listed else tidy(counted.name),
        listed_kind=told.kind,
        listed_copies=told.copies,
        listed_pages=told.pages,
        counted_kind=found.kind,
        counted_copies=found.copies,
        counted_pages=found.pages,
        result=compare(listed.papers if listed else None, found),
    )


def _lend(session: Session, dossier: Dossier, receipt: Receipt, by: Actor, now: datetime) -> None:
    """Keep which originals came only to be compared."""
    listed = {place: line.name for place, line in enumerate(dossier.checklist)}
    for one in receipt.counted.get(dossier.number, ()):
        if one.lent and one.papers.kind == "original" and one.papers.copies:
            name = listed.get(one.line, one.name) if one.line is not None else one.name
            session.add(
                LentOriginal(
                    dossier_id=dossier.id,
                    agency_id=own_agency(by),
                    name=tidy(name),
                    copies=one.papers.copies,
                    lent_by=by.account_id,
                    lent_at=now,
                )
            )


def _go_on(session: Session, dossier: Dossier, by: Actor, now: datetime) -> None:
    """Let a dossier that waited for the papers in this envelope go on."""
    if may_follow("supplement_received", agency_answers.progress(session, dossier)):
        agency_answers.supplement_received(session, dossier, by, now=now)
