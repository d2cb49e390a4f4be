"""Hand-outs told from outside: the exchange at the door, in hand, proxy, partial, cancelled."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select

from models.deliveries import RecoveredPaper
from models.dossiers import MoneyLine
from models.items import Item
from models.ledger import LedgerEntry, PersonalFact, RefusedScan
from postal_app import (
    collecting,
    corrections,
    deliveries,
    hand_outs,
    scanning,
    signed_lists,
)
from postal_app.demands import (
    BadDemand,
    Demanded,
    PaperBack,
    demands_of,
    set_demands,
    set_for_procedure,
)
from postal_app.enquiries import item_history
from postal_app.envelopes import Envelope, SealMissing
from postal_app.hand_outs import (
    HandOutRefused,
    IdentityPaper,
    NotAtTheDoor,
    ReceiverMissing,
    Rest,
    WhyTheRestStays,
)
from postal_app.identity_photos import PhotoNotAsked
from postal_app.rules.handing_out import NOT_HANDED_OUT
from postal_app.rules.legs import RECOVERED, RETURN_TO_AGENCY
from postal_app.rules.vocabulary import State
from postal_app.scan_verdicts import Outcome
from tests.delivered import BROTHER, GIVEN, MAI, hand_out_of, result_of, result_out, settled, tell
from tests.makers import LICENCE, NINE, Town, make_town, minutes, scan

OLD_LICENCE = PaperBack("Giấy phép lái xe cũ")
SLIP = PaperBack("Giấy hẹn trả kết quả", "slip")
SEAL = Envelope("NP0500", 20)
PROXY = replace(
    BROTHER,
    relation="proxy",
    authorisation="12/2026/UQ",
    authorised_on="01/03/2026",
    certified_by="UBND xã Tân Vinh",
)


@pytest.fixture
def town(session) -> Town:
    return make_town(session)


@pytest.fixture
def result(session, town) -> Item:
    return result_out(session, town)


def demand(session, town: Town, item: Item, **changes: object) -> None:
    for leg in item.legs:
        set_demands(session, leg.dossier, Demanded(**changes), town.officer, now=NINE)


def give(
    session, town: Town, item: Item, at: float = 300, **changes: object
) -> hand_outs.HandedOut:
    asked = hand_out_of(item.number, **changes)
    return hand_outs.hand_out(session, asked, town.courier, now=minutes(at))


def test_an_old_licence_and_the_money_are_taken_before_the_new_one_is_given(
    session, town, result
) -> None:
    dossier = result.legs[0].dossier
    demand(session, town, result, papers=(OLD_LICENCE, SLIP))
    due = collecting.add_due(
        session, dossier, "charge", 135_000, "delivery", town.officer, now=NINE
    )
    number = dossier.number
    both = frozenset({(number, OLD_LICENCE.name), (number, SLIP.name)})
    with pytest.raises(HandOutRefused) as refused:
        give(session, town, result, due_ids=frozenset({due.id}))
    assert refused.value.field == "papers"
    with pytest.raises(HandOutRefused) as refused:
        give(session, town, result, papers=both)
    assert refused.value.field == "money"
    with pytest.raises(SealMissing):
        give(session, town, result, papers=both, due_ids=frozenset({due.id}))


def test_the_exchange_is_one_record_papers_receipt_delivery(session, town, result) -> None:
    dossier = result.legs[0].dossier
    demand(session, town, result, papers=(OLD_LICENCE,))
    due = collecting.add_due(
        session, dossier, "charge", 135_000, "delivery", town.officer, now=NINE
    )
    done = give(
        session,
        town,
        result,
        papers=frozenset({(dossier.number, OLD_LICENCE.name)}),
        due_ids=frozenset({due.id}),
        recovered_in=SEAL,
    )
    assert result.state == State.DELIVERED
    assert result.closed
    assert dossier.returned_at == minutes(300)
    assert done.recovered is not None
    assert (done.recovered.leg, done.recovered.state) == (RECOVERED, State.IN_TRANSIT)
    assert done.recovered.holder_id == town.courier.account_id
    assert done.recovered.agency_id == result.agency_id
    [listed] = signed_lists.of_item(session, done.recovered).values()
    assert [(line.name, line.papers.copies) for line in listed] == [(OLD_LICENCE.name, 1)]
    [receipt] = done.receipts
    line = session.scalars(select(MoneyLine).where(MoneyLine.receipt_number == receipt)).one()
    assert (line.amount, line.moment, line.point_id) == (135_000, "delivery", town.luong_son.id)
    told = tell(session, town, done.recovered.number, "handed_to_agency", minutes(400))
    assert told.anomalies == ()
    assert done.recovered.state == State.AT_AGENCY


@pytest.mark.parametrize("receiver", [BROTHER, PROXY])
def test_what_is_to_be_given_in_hand_is_refused_to_a_relative_and_to_a_proxy(
    session, town, result, receiver
) -> None:
    demand(session, town, result, in_hand=True)
    with pytest.raises(HandOutRefused) as refused:
        give(session, town, result, receiver=receiver)
    assert "chính người nhận" in refused.value.said.vi
    said = GIVEN | {"relation": "sibling", "receiver": "Đinh Công Sơn"}
    told = tell(session, town, result.number, "delivered", minutes(300), **said)
    assert (told.outcome, told.words) == (Outcome.REFUSED, NOT_HANDED_OUT["in_hand"])
    assert session.scalar(select(RefusedScan.reason)) == "in_hand"
    assert result.state == State.OUT_FOR_DELIVERY
    give(session, town, result, receiver=MAI)
    assert result.state == State.DELIVERED


def test_a_proxy_shows_an_authorisation_that_is_kept_apart(session, town, result) -> None:
    with pytest.raises(HandOutRefused) as refused:
        give(session, town, result, receiver=replace(PROXY, certified_by=" "))
    assert refused.value.field == "authorisation"
    give(session, town, result, receiver=PROXY)
    entry = session.scalars(select(LedgerEntry).where(LedgerEntry.kind == "delivered")).one()
    assert entry.details == {"relation": "proxy", "proof": "slip"}
    kept = session.get_one(PersonalFact, entry.fact).content
    assert kept["authorisation"] == "12/2026/UQ"
    assert kept["certified_by"] == "UBND xã Tân Vinh"


def test_a_proxy_by_scan_needs_the_same(session, town, result) -> None:
    said = GIVEN | {"relation": "proxy"}
    told = tell(session, town, result.number, "delivered", minutes(300), **said)
    assert told.words == NOT_HANDED_OUT["authorisation"]
    said |= {"authorisation": "12", "authorised_on": "01/03/2026", "certified_by": "UBND xã"}
    assert tell(session, town, result.number, "delivered", minutes(301), **said).outcome == (
        Outcome.RECORDED
    )


def test_another_relation_is_told_in_words(session, town, result) -> None:
    stranger = replace(BROTHER, relation="other")
    with pytest.raises(HandOutRefused) as refused:
        give(session, town, result, receiver=stranger)
    assert refused.value.field == "relation_text"
    give(session, town, result, receiver=replace(stranger, relation_text="trưởng xóm"))
    entry = session.scalars(select(LedgerEntry).where(LedgerEntry.kind == "delivered")).one()
    assert entry.details["relation_text"] == "trưởng xóm"


def test_data_of_the_paper_are_kept_only_where_the_level_asks_for_them(
    session, town, result
) -> None:
    paper = IdentityPaper("017088000123", "02/05/2021", "Cục Cảnh sát QLHC về TTXH")
    with pytest.raises(PhotoNotAsked):
        give(session, town, result, photos={"face": b"\xff\xd8\xff"})
    other = result_of(session, town, settled(session, town))
    give(session, town, result, identity=paper)
    [content] = session.scalars(select(PersonalFact.content)).all()
    assert content == {"receiver": "Đinh Thị Mai"}
    demand(session, town, other, identity_level=1)
    with pytest.raises(HandOutRefused) as refused:
        give(session, town, other)
    assert refused.value.field == "identity"
    give(session, town, other, identity=paper)
    kept = session.scalars(
        select(PersonalFact.content).where(PersonalFact.content.has_key("identity_number"))
    ).all()
    assert [one["identity_number"] for one in kept] == ["017088000123"]
    demand(session, town, result_of(session, town, settled(session, town)), identity_level=3)


def test_photos_are_asked_by_the_level_and_a_scan_shows_none(session, town, result) -> None:
    demand(session, town, result, identity_level=2)
    told = tell(session, town, result.number, "delivered", minutes(300), **GIVEN)
    assert told.words == NOT_HANDED_OUT["photos"]
    with pytest.raises(HandOutRefused) as refused:
        give(session, town, result)
    assert refused.value.field == "photos"


def test_a_batch_asks_for_demands_once_however_many_scans_it_holds(session, town) -> None:
    items = [result_of(session, town, settled(session, town)) for _ in range(3)]
    demand(session, town, items[1], in_hand=True)
    said = GIVEN | {"relation": "spouse"}
    batch = [scan(item.number, "delivered", minutes(300), **said) for item in items]
    verdicts = scanning.take_in(session, batch, town.courier, now=minutes(301))
    assert [one.outcome for one in verdicts] == [
        Outcome.RECORDED,
        Outcome.REFUSED,
        Outcome.RECORDED,
    ]


def test_of_several_results_some_are_handed_out_and_the_rest_goes_back(session, town) -> None:
    mine, other = settled(session, town), settled(session, town)
    item = result_of(session, town, mine, other)
    set_demands(session, other, Demanded(papers=(OLD_LICENCE,)), town.officer, now=NINE)
    only_mine = frozenset({mine.number})
    with pytest.raises(WhyTheRestStays):
        give(session, town, item, dossiers=only_mine)
    rest = Rest("old_paper_kept", "again")
    give(session, town, item, dossiers=only_mine, rest=rest)
    assert item.state == State.PARTLY_DELIVERED
    assert (item.holder_id, item.closed) == (town.courier.account_id, False)
    assert mine.returned_at == minutes(300)
    assert other.returned_at is None
    [still] = demands_of(session, [item.id]).values()
    assert [one.dossier_number for one in still.papers] == [other.number]
    refused = {"reason": "refused", "next_action": "return"}
    tell(session, town, item.number, "out_for_delivery", minutes(320))
    tell(session, town, item.number, "attempt_failed", minutes(330), **refused)
    arrived = [scan(item.number, "arrived", minutes(400))]
    scanning.take_in(session, arrived, town.clerk, now=minutes(400))
    with pytest.raises(SealMissing):
        deliveries.send_back(session, item.number, town.clerk, now=minutes(410))
    back = deliveries.send_back(session, item.number, town.clerk, now=minutes(410), envelope=SEAL)
    assert back.leg == RETURN_TO_AGENCY
    assert [leg.dossier_id for leg in back.legs] == [other.id]
    assert mine.returned_at == minutes(300)
    assert other.returned_at is None


def test_the_rest_is_handed_out_later_each_with_its_own_moment(session, town) -> None:
    mine, other = settled(session, town), settled(session, town)
    item = result_of(session, town, mine, other)
    rest = Rest("other", "again", "chủ hồ sơ thứ hai đi vắng")
    give(session, town, item, dossiers=frozenset({mine.number}), rest=rest)
    give(session, town, item, at=350)
    assert item.state == State.DELIVERED
    assert (mine.returned_at, other.returned_at) == (minutes(300), minutes(350))


def test_a_delivery_report_is_cancelled_by_two_persons_and_what_was_taken_stays(
    session, town, result
) -> None:
    dossier = result.legs[0].dossier
    demand(session, town, result, papers=(OLD_LICENCE,))
    due = collecting.add_due(session, dossier, "fee", 50_000, "delivery", town.officer, now=NINE)
    done = give(
        session,
        town,
        result,
        papers=frozenset({(dossier.number, OLD_LICENCE.name)}),
        due_ids=frozenset({due.id}),
        recovered_in=SEAL,
    )
    told = item_history(session, result.number, town.courier)
    [wrong] = [line for line in told.lines if line.step.fact.kind == "delivered"]
    asked = corrections.ask(
        session, result.number, wrong.fact, "giao nhầm nhà bên", town.courier, now=minutes(310)
    )
    with pytest.raises(corrections.Forbidden):
        corrections.settle(session, asked.id, town.courier, approved=True, now=minutes(311))
    corrections.settle(session, asked.id, town.clerk, approved=True, now=minutes(312))
    assert result.state == State.OUT_FOR_DELIVERY
    assert dossier.returned_at is None
    before = hand_outs.taken_before(session, result)
    assert before.papers == (OLD_LICENCE.name,)
    assert before.receipts == done.receipts
    still = demands_of(session, [result.id])[result.id]
    assert (still.papers, still.dues) == ((), ())
    give(session, town, result, at=320)
    assert dossier.returned_at == minutes(320)
    assert session.scalar(select(func.count()).select_from(RecoveredPaper)) == 1


def test_what_is_said_to_be_delivered_is_proven_when_the_slip_is_seen(
    session, town, result
) -> None:
    said = GIVEN | {"proof": "later"}
    tell(session, town, result.number, "delivered", minutes(300), **said)
    assert (result.outcome, result.proven, result.closed) == ("delivered", False, False)
    assert [one.number for one in deliveries.unproven(session, town.clerk)] == [result.number]
    seen = scanning.take_in(
        session,
        [scan(result.number, "proof_seen", minutes(500), proof="slip")],
        town.clerk,
        now=minutes(500),
    )
    assert seen[0].anomalies == ()
    assert (result.proven, result.closed, result.state) == (True, True, State.DELIVERED)
    assert deliveries.unproven(session, town.clerk) == []
    assert result.legs[0].dossier.returned_at == minutes(300)


def test_proof_before_the_delivery_proves_nothing(session, town, result) -> None:
    early = [scan(result.number, "proof_seen", minutes(290), proof="slip")]
    [told] = scanning.take_in(session, early, town.clerk, now=minutes(290))
    assert told.anomalies == ("out_of_order",)
    assert (result.outcome, result.state) == ("", State.OUT_FOR_DELIVERY)
    later = [scan(result.number, "proof_seen", minutes(295), proof="later")]
    assert scanning.take_in(session, later, town.clerk, now=minutes(295))[0].outcome == (
        Outcome.REFUSED
    )


def test_only_who_holds_it_hands_it_out_and_only_from_the_door(session, town, result) -> None:
    asked = hand_out_of(result.number)
    with pytest.raises(deliveries.NotHere):
        hand_outs.hand_out(session, asked, town.clerk, now=minutes(300))
    tell(session, town, result.number, "departed", minutes(290))
    with pytest.raises(NotAtTheDoor):
        give(session, town, result)
    arrived = [scan(result.number, "arrived", minutes(300))]
    scanning.take_in(session, arrived, town.clerk, now=minutes(300))
    hand_outs.hand_out(session, asked, town.clerk, now=minutes(310))
    assert result.state == State.DELIVERED
    with pytest.raises(deliveries.NotHere):
        hand_outs.hand_out(session, asked, town.clerk, now=minutes(311))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"receiver": replace(MAI, name=" ")}, "receiver"),
        ({"receiver": replace(MAI, relation="neighbour")}, "relation"),
        ({"proof": "word"}, "proof"),
        ({"condition": "fine"}, "condition"),
    ],
)
def test_what_a_hand_out_must_tell_is_told_with_its_field(
    session, town, result, changes, field
) -> None:
    with pytest.raises(ReceiverMissing) as refused:
        give(session, town, result, **changes)
    assert refused.value.field == field


def test_a_procedures_demands_hold_from_their_day_until_the_agency_says_otherwise(
    session, town
) -> None:
    since = (date(2026, 3, 1), "QĐ 5/QĐ-SGTVT")
    in_hand = Demanded(in_hand=True, papers=(OLD_LICENCE,))
    set_for_procedure(session, LICENCE, in_hand, since, town.provincial, now=NINE)
    later = (date(2026, 3, 3), "QĐ 6/QĐ-SGTVT")
    set_for_procedure(session, LICENCE, Demanded(3), later, town.provincial, now=NINE)
    item = result_out(session, town)
    told = demands_of(session, [item.id])[item.id]
    assert (told.in_hand, told.identity_level) == (True, 0)
    assert [one.paper for one in told.papers] == [OLD_LICENCE]
    set_demands(session, item.legs[0].dossier, Demanded(1), town.officer, now=NINE)
    told = demands_of(session, [item.id])[item.id]
    assert (told.in_hand, told.identity_level, told.papers) == (False, 1, ())


@pytest.mark.parametrize(
    "demanded",
    [
        Demanded(identity_level=4),
        Demanded(papers=(PaperBack(" "),)),
        Demanded(papers=(PaperBack("Sổ đỏ", "book"),)),
        Demanded(papers=tuple(PaperBack(f"Giấy {n}") for n in range(11))),
    ],
)
def test_a_demand_out_of_the_lists_is_refused(session, town, result, demanded) -> None:
    with pytest.raises(BadDemand):
        set_demands(session, result.legs[0].dossier, demanded, town.officer, now=NINE)
