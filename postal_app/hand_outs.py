"""The hand-out: identity, old papers, money, who receives, and the envelope is his.

All of it is recorded in one transaction: papers that are taken back begin a leg of their own to
the agency, money gets its receipts, and only then the item is delivered, or partly delivered when
some of several dossiers stay. What is taken stays taken when the delivery is later cancelled.
"""

import base64
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.deliveries import RecoveredPaper
from models.dossiers import Dossier, MoneyLine
from models.items import Item
from postal_app import collecting, identity_photos
from postal_app.deliveries import find, require_held
from postal_app.demands import NOTHING, Demands, OpenPaper, demands_of
from postal_app.envelopes import Bound, Envelope, make_item
from postal_app.errors import Invalid, NotAllowed
from postal_app.ledger import NewFact, own_holder, record
from postal_app.rules.handing_out import (
    INFORMATION,
    LATER,
    NOT_HANDED_OUT,
    PROOFS,
    RELATIONS,
    Offered,
    why_not,
)
from postal_app.rules.holders import CITIZEN
from postal_app.rules.integrity import CONDITIONS
from postal_app.rules.legs import RECOVERED
from postal_app.rules.roles import Actor
from postal_app.rules.undeliverable import fits
from postal_app.rules.vietnamese import tidy
from postal_app.rules.vocabulary import KINDS
from postal_app.rules.words import Words

LARGEST_SIGNATURE = 200_000


class HandOutRefused(NotAllowed):
    """What the hand-out asks is not there; the words say what to do."""

    words = Words("Chưa giao được: {why_vi}", "It cannot be handed out yet: {why_en}")


class NotAtTheDoor(NotAllowed):
    """The item is not at a place of its way from which it is handed out."""

    words = Words(
        "Bưu gửi {number} chưa đi phát và không lưu tại quầy; hãy quét «Bưu tá đi phát» trước.",
        "Item {number} is neither out for delivery nor held at the counter; scan it out first.",
    )


class ReceiverMissing(Invalid):
    """Who received it, what he is to the receiver and how it is proven must be told."""

    words = Words(
        "Hãy ghi họ tên người nhận thực tế, quan hệ và bằng chứng phát.",
        "Give the name of who received it, the relation and the proof.",
    )


class WhyTheRestStays(Invalid):
    """A partial delivery tells why the rest stays, and what comes next."""

    words = Words(
        "Phát một phần: chọn ít nhất một hồ sơ được giao, lý do và cách xử lý phần còn lại.",
        "Partial delivery: choose at least one dossier, why the rest stays, and what comes next.",
    )


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who received it; all but the relation is personal."""

    name: str
    relation: str
    relation_text: str = ""
    authorisation: str = ""
    authorised_on: str = ""
    certified_by: str = ""


@dataclass(frozen=True, slots=True)
class IdentityPaper:
    """The data of the receiver's paper, as shown; personal."""

    number: str = ""
    issued_on: str = ""
    issued_by: str = ""

    @property
    def whole(self) -> bool:
        """Tell whether all of it was noted."""
        return bool(self.number and self.issued_on and self.issued_by)


@dataclass(frozen=True, slots=True)
class Rest:
    """Why some dossiers stay in the envelope, and what comes next."""

    reason: str = ""
    next_action: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class HandOut:
    """A hand-out as it is to be recorded.

    `dossiers` names those that are handed out, none: all that are left. `papers` are the papers
    taken back, as (dossier number, name), in the envelope `recovered_in`; `due_ids` the money
    taken; `photos` JPEGs by their kind; `signature` a PNG, when drawn.
    """

    number: str
    receiver: Receiver
    proof: str
    condition: str = ""
    identity: IdentityPaper = field(default_factory=IdentityPaper)
    photos: Mapping[str, bytes] = field(default_factory=dict)
    signature: bytes = b""
    papers: frozenset[tuple[str, str]] = frozenset()
    recovered_in: Envelope | None = None
    due_ids: frozenset[int] = frozenset()
    dossiers: frozenset[str] = frozenset()
    rest: Rest = field(default_factory=Rest)


@dataclass(frozen=True, slots=True)
class HandedOut:
    """What a hand-out led to: the item, what carries the papers back, the receipts."""

    item: Item
    recovered: Item | None
    receipts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TakenBefore:
    """What was taken at an earlier hand-out of these dossiers, cancelled or partial."""

    papers: tuple[str, ...]
    receipts: tuple[str, ...]


def hand_out(session: Session, asked: HandOut, by: Actor, *, now: datetime) -> HandedOut:
    """Hand an item out, wholly or in part, with all that has to be taken first.

    Raises:
        UnknownNumber: no item in this person's reach bears the number.
        NotHere, NotAtTheDoor: it cannot be handed out from where it is.
        ReceiverMissing, WhyTheRestStays: what must be told is missing.
        HandOutRefused: a demand is not met; `field` names which.
        PhotoNotAsked: photos came that nothing asks for.
        SealMissing, BadWeight: papers are taken back in an envelope without seal or weight.
    """
    item = find(session, asked.number, by)
    require_held(item, by)
    left = [leg.dossier for leg in item.legs if leg.ended_at is None]
    handed = [one for one in left if not asked.dossiers or one.number in asked.dossiers]
    _check_told(item, asked, handed, left)
    demands = demands_of(session, [item.id]).get(item.id, NOTHING)
    demands = demands.of({one.number for one in handed})
    _check_met(asked, demands)
    if not demands.identity_level & INFORMATION:
        asked = replace(asked, identity=IdentityPaper())  # what nobody asks for is not kept
    photos = _keep_photos(session, item, asked, by, now)
    recovered = _recover(session, item, asked, demands.papers, by, now)
    due_ids = {due.id for due in demands.dues}
    lines = collecting.collect(session, due_ids, by, now=now) if due_ids else []
    whole = len(handed) == len(left)
    record(session, [_fact(item, asked, handed, photos, by, now, whole=whole)], now=now)
    return HandedOut(item, recovered, tuple(line.receipt_number for line in lines))


def taken_before(session: Session, item: Item) -> TakenBefore:
    """Give what was already taken for the dossiers of an item at a hand-out."""
    ids = {leg.dossier_id for leg in item.legs}
    papers = session.scalars(
        select(RecoveredPaper.name)
        .where(RecoveredPaper.dossier_id.in_(ids))
        .order_by(RecoveredPaper.id)
    )
    receipts = session.scalars(
        select(MoneyLine.receipt_number)
        .where(
            MoneyLine.dossier_id.in_(ids),
            MoneyLine.moment == "delivery",
            MoneyLine.receipt_number != "",
            ~collecting.is_voided(),
        )
        .order_by(MoneyLine.id)
    )
    return TakenBefore(tuple(papers), tuple(receipts))


def offered(asked: HandOut) -> Offered:
    """Give who would receive it, as the rule needs it."""
    who = asked.receiver
    return Offered(
        who.relation,
        relation_told=bool(tidy(who.relation_text)),
        authorised=all(map(tidy, (who.authorisation, who.authorised_on, who.certified_by))),
        informed=asked.identity.whole,
        photographed=bool(asked.photos),
    )


def _check_told(
    item: Item, asked: HandOut, handed: Sequence[Dossier], left: Sequence[Dossier]
) -> None:
    if item.leg not in KINDS["delivered"].legs or item.state not in KINDS["delivered"].after:
        raise NotAtTheDoor(number=item.number)
    said = {
        "receiver": bool(tidy(asked.receiver.name)),
        "relation": asked.receiver.relation in RELATIONS,
        "proof": asked.proof in PROOFS,
        "condition": asked.condition in ("", *CONDITIONS),
        "signature": len(asked.signature) <= LARGEST_SIGNATURE,
    }
    for name, is_told in said.items():
        if not is_told:
            raise ReceiverMissing(field=name)
    rest = asked.rest
    known = asked.dossiers <= {one.number for one in left}
    stays = len(handed) < len(left)
    if (
        not handed
        or not known
        or (stays and not fits(rest.reason, rest.next_action, tidy(rest.text)))
    ):
        raise WhyTheRestStays(field="reason" if handed else "dossiers")


def _check_met(asked: HandOut, demands: Demands) -> None:
    """Refuse a hand-out while something it asks is missing."""
    open_papers = tuple(
        one for one in demands.papers if (one.dossier_number, one.paper.name) not in asked.papers
    )
    open_dues = tuple(due for due in demands.dues if due.id not in asked.due_ids)
    still = Demands(demands.identity_level, demands.in_hand, open_papers, open_dues)
    if code := why_not(still.asked, offered(asked)):
        words = NOT_HANDED_OUT[code]
        raise HandOutRefused(field=code, why_vi=words.vi, why_en=words.en)


def _keep_photos(
    session: Session, item: Item, asked: HandOut, by: Actor, now: datetime
) -> list[str]:
    """Keep the photos, which refuses those that nothing asks for; give their digests."""
    return [
        identity_photos.keep(session, item, kind, jpeg, by, now=now)
        for kind, jpeg in asked.photos.items()
    ]


def _recover(
    session: Session,
    item: Item,
    asked: HandOut,
    papers: Sequence[OpenPaper],
    by: Actor,
    now: datetime,
) -> Item | None:
    """Put the papers taken back into an envelope of their own to the agency."""
    if not papers:
        return None
    numbers = {one.dossier_number for one in papers}
    dossiers = {leg.dossier.number: leg.dossier for leg in item.legs}
    of_them = [dossier for number, dossier in dossiers.items() if number in numbers]
    bound = Bound(by.point_id or item.point_id, item.agency_id)
    envelope = asked.recovered_in or Envelope("", 0)
    made = make_item(session, RECOVERED, of_them, envelope, now=now, bound=bound)
    for one in papers:
        session.add(
            RecoveredPaper(
                dossier_id=dossiers[one.dossier_number].id,
                name=one.paper.name,
                kind=one.paper.kind,
                item_id=made.id,
                recovered_by=by.account_id,
                recovered_at=now,
            )
        )
    fact = NewFact(
        made.id, uuid.uuid4(), "recovered", now, by, taker=own_holder(by), condition="intact"
    )
    record(session, [fact], now=now)
    return made


def _fact(  # noqa: PLR0913  each is said by the fact
    item: Item,
    asked: HandOut,
    handed: Sequence[Dossier],
    photos: Sequence[str],
    by: Actor,
    now: datetime,
    *,
    whole: bool,
) -> NewFact:
    kind = "delivered" if whole else "partly_delivered"
    who = asked.receiver
    details: dict[str, object] = {"relation": who.relation}
    if asked.proof != LATER:
        details["proof"] = asked.proof
    if who.relation == "other":
        details["relation_text"] = tidy(who.relation_text)
    if photos:
        details["photo_digest"] = list(photos)
    if not whole:
        details["dossiers"] = [one.number for one in handed]
        details |= {"reason": asked.rest.reason, "next_action": asked.rest.next_action}
        if tidy(asked.rest.text):
            details["text"] = tidy(asked.rest.text)
    return NewFact(
        item.id,
        uuid.uuid4(),
        kind,
        now,
        by,
        giver=own_holder(by),
        taker=CITIZEN if whole else None,
        condition=asked.condition,
        details=details,
        personal=_personal(asked),
    )


def _personal(asked: HandOut) -> dict[str, object]:
    """Give what is personal of a hand-out: it is erased with the delivery's evidence."""
    who, paper = asked.receiver, asked.identity
    said: dict[str, object] = {"receiver": tidy(who.name)}
    if who.relation == "proxy":
        said |= {
            "authorisation": tidy(who.authorisation),
            "authorised_on": tidy(who.authorised_on),
            "certified_by": tidy(who.certified_by),
        }
    if paper.whole:
        said |= {
            "identity_number": tidy(paper.number),
            "identity_issued_on": tidy(paper.issued_on),
            "identity_issued_by": tidy(paper.issued_by),
        }
    if asked.signature:
        said["signature"] = base64.b64encode(asked.signature).decode("ascii")
    return said
