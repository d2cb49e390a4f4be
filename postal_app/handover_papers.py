"""Papers of hand-overs: the lists BD10 and BD13, and the label of a bag."""

from collections import Counter
from collections.abc import Mapping

from sqlalchemy.orm import Session

from labels import errors as paper_errors
from labels import sheet, stock
from labels.forms import editions, handover_list
from labels.forms.handover_list import Form, HandoverPaper, ListedThing
from labels.label import Label
from models.bags import Bag
from models.handovers import Handover
from models.items import Item
from postal_app import bag_following, checkpoints, handover_facts, handover_lists, places
from postal_app.addressees import destination, person_of
from postal_app.handover_lists import ToldLine
from postal_app.printing import ISSUER, LabelCodes, PaperRefused, is_sample, sorting_place
from postal_app.rules.handovers import (
    LINE_TYPE_WORDS,
    OUTCOME_WORDS,
    LineType,
    ListKind,
    Outcome,
)
from postal_app.rules.holders import HolderKind
from postal_app.rules.vietnamese import day_of, moment

LEG_OF_BAGS = "Túi bưu chính công ích"
FORMS = {ListKind.BD10: Form.BD10, ListKind.BD13: Form.BD13}


def handover(session: Session, one: Handover) -> bytes:
    """Give a list as a PDF, with what its taker has answered so far.

    Raises:
        PaperRefused: the paper cannot be drawn.
    """
    try:
        return handover_list.draw(_paper(session, one))
    except paper_errors.PaperError as refused:
        raise PaperRefused(why=str(refused)) from refused


def bag_label(session: Session, bag: Bag, codes: LabelCodes) -> bytes:
    """Give the label of a bag as a PDF, A6 upright.

    Raises:
        PaperRefused: the paper cannot be drawn.
    """
    drawn = Label(
        item_number=bag.number,
        qr_text=codes.text(bag.number),
        receiver_name=f"{bag.to_point.name} ({bag.to_point.code})",
        receiver_address=bag.to_point.address,
        receiver_place=bag.to_point.name,
        sender_short=f"{bag.from_point.name} ({bag.from_point.code})",
        leg_words=LEG_OF_BAGS,
        seal_number=bag.seal_number,
        sample=is_sample(session),
    )
    try:
        return sheet.render([drawn], stock.stock("A6"))
    except paper_errors.PaperError as refused:
        raise PaperRefused(why=str(refused)) from refused


def _paper(session: Session, one: Handover) -> HandoverPaper:
    province = places.province(session)
    counter = handover_lists.counter_name(session, one)
    lines = [line for line in handover_lists.told(session, one) if line.listed is not None]
    inside = _inside(session, one)
    cancelled = one.cancelled
    form = FORMS[ListKind(one.kind)]
    return HandoverPaper(
        form=form,
        number=one.number,
        issuer=ISSUER.format(province=province.name if province else ""),
        from_name=f"{one.from_point.name} ({one.from_point.code})",
        to_name=handover_lists.taker_name(session, one),
        given_time=moment(one.given_at),
        lines=tuple(_listed(line, inside) for line in lines),
        giver_name=one.giver.full_name,
        taker_name=counter,
        counted_words=f"{counter} đã quét nhận đủ lượt trên hệ thống." if counter else "",
        cancelled_words=(
            f"ĐÃ HỦY lúc {moment(cancelled.cancelled_at)}: {cancelled.reason}" if cancelled else ""
        ),
        ledger_code=checkpoints.latest_code(session),
        sample=bool(province and province.sample),
        edition=editions.in_force(form.lower(), day_of(one.given_at)),
    )


def _listed(told: ToldLine, inside: Mapping[int, int]) -> ListedThing:
    outcome = told.line.outcome
    said = "" if outcome in (Outcome.WAITING, Outcome.CANCELLED) else OUTCOME_WORDS[outcome].vi
    amount = told.listed.amount_due if told.listed else 0
    if told.bag is not None:
        return ListedThing(
            told.number,
            "Túi",
            told.bag.seal_number,
            f"{told.bag.to_point.name} ({told.bag.to_point.code})",
            inside=max(1, inside.get(told.bag.id, 0)),
            answer_words=said,
        )
    kind = LineType(told.listed.line_type) if told.listed else LineType.HCC
    item = told.item
    return ListedThing(
        told.number,
        LINE_TYPE_WORDS[kind].vi,
        item.seal_number if item else "",
        _place(item),
        amount=amount,
        answer_words=said,
    )


def _place(item: Item | None) -> str:
    """Give where an item goes: a place to sort by, never a person."""
    if item is None:
        return ""
    receiver = person_of(item)
    return destination(item) or (sorting_place(receiver.address) if receiver else "")


def _inside(session: Session, one: Handover) -> Mapping[int, int]:
    """Give how many items lay in each bag of a list when it was given."""
    found = [line.bag for line in one.lines if line.bag is not None]
    told = handover_facts.histories(session, bag_following.inside(session, found))
    held = Counter[int]()
    for steps in told.values():
        before = [step for step in steps if step.fact.occurred_at <= one.given_at]
        if before and before[-1].after.holder.kind is HolderKind.BAG:
            held[before[-1].after.holder.id] += 1
    return held
