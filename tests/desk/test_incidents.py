"""Records of incidents: two persons, a number without a gap, a holder nobody typed, an end."""

import uuid
from dataclasses import replace

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from models.incidents import Incident, IncidentAnswer, IncidentOutcome
from models.items import Item
from postal_app import corrections, incident_errors, incident_lists, incidents, scanning
from postal_app.enquiries import UnknownNumber, item_history
from postal_app.errors import Forbidden
from postal_app.incidents import NewIncident, Photo
from postal_app.ledger import NewFact, record
from postal_app.rules.holders import CITIZEN, HolderKind
from postal_app.rules.integrity import Integrity
from tests.makers import bring_to_agency, make_town, minutes, scan, take_in


@pytest.fixture
def town(session):
    return make_town(session)


@pytest.fixture
def item(session, town):
    """An envelope that left Lương Sơn at ten with anh Dũng."""
    made = take_in(session, town)
    scanning.take_in(
        session, [scan(made.number, "departed", minutes(60))], town.courier, now=minutes(60)
    )
    return made


def written(item, kind="damaged", **changes):
    new = NewIncident(
        item.number,
        kind,
        minutes(90),
        seen="Bì rách một góc, giấy tờ bên trong đủ theo danh mục.",
        done="Lập biên bản, gói lại trước mặt hai người.",
    )
    return replace(new, **changes)


def opened(session, town, item, kind="damaged", by=None, now=None, **changes):
    return incidents.open_incident(
        session, written(item, kind, **changes), by or town.courier, now=now or minutes(100)
    )


def signed(session, town, item, kind="damaged", **changes):
    made = opened(session, town, item, kind, **changes)
    incidents.answer(session, made.number, "", town.clerk, signs=True, now=minutes(110))
    return made


def test_a_record_takes_the_next_number_of_its_point_and_names_who_held_the_item(
    session, town, item
):
    first = opened(session, town, item)
    second = opened(session, town, item, "weight_differs", by=town.clerk)
    assert (first.number, second.number) == ("BB26-354100-00001", "BB26-354100-00002")
    assert (first.holder_kind, first.holder_name) == (HolderKind.COURIER, "Quách Văn Dũng")
    before = opened(session, town, item, "other", told="nghe kể lại", happened_at=minutes(30))
    assert (before.holder_kind, before.holder_name) == (HolderKind.POINT, "Bưu cục Lương Sơn")


def test_an_agency_numbers_its_own_records(session, town, item):
    bring_to_agency(session, town, item)
    made = opened(
        session,
        town,
        item,
        "missing_papers",
        by=town.officer,
        happened_at=minutes(130),
        now=minutes(140),
    )
    assert made.number == "BB26-H28.16-00001"
    assert made.holder_name == "Sở Giao thông Vận tải"


def test_what_was_undone_leaves_no_gap_in_the_numbers(session, town, item):
    with session.begin_nested() as undone:
        assert opened(session, town, item).number.endswith("-00001")
        undone.rollback()
    assert opened(session, town, item).number.endswith("-00001")


def test_a_record_writes_into_the_ledger_what_nobody_had_scanned(session, town, item):
    made = opened(session, town, item)
    [line] = [
        one
        for one in item_history(session, item.number, town.clerk).lines
        if one.step.fact.kind == "damaged"
    ]
    assert made.fact == line.fact
    assert line.step.fact.occurred_at == minutes(90)
    assert line.details["note"] == f"biên bản {made.number}"
    assert item.integrity == Integrity.DAMAGED


def test_a_record_of_what_was_scanned_is_about_that_scan_and_writes_no_second_one(
    session, town, item
):
    told = [scan(item.number, "seal_broken", minutes(80), scan_id=7, note="niêm phong bong")]
    scanning.take_in(session, told, town.courier, now=minutes(80))
    entries = item.entries
    made = opened(session, town, item, "seal_broken")
    assert made.fact.int == 7
    assert item.entries == entries
    with pytest.raises(incident_errors.AlreadyRecorded) as refused:
        opened(session, town, item, "seal_broken", fact=made.fact)
    assert made.number in refused.value.said.vi


def test_a_record_may_be_about_any_entry_of_the_item_and_of_no_other(session, town, item):
    lines = item_history(session, item.number, town.clerk).lines
    assert opened(session, town, item, "weight_differs", fact=lines[0].fact).fact == lines[0].fact
    other = take_in(session, town)
    foreign = item_history(session, other.number, town.clerk).lines[0].fact
    with pytest.raises(incident_errors.NothingToRecord):
        opened(session, town, item, "weight_differs", fact=foreign)


@pytest.mark.parametrize(
    ("changes", "error", "field"),
    [
        ({"seen": "  "}, incident_errors.SaidNothing, "seen"),
        ({"done": ""}, incident_errors.SaidNothing, "done"),
        ({"kind": "other"}, incident_errors.SaidNothing, "told"),
        ({"kind": "resealed"}, incident_errors.SealMissing, "new_seal"),
        ({"kind": "resealed", "new_seal": "np0001"}, incident_errors.SameSeal, "new_seal"),
        ({"happened_at": minutes(101)}, incident_errors.NotThen, "day"),
        ({"happened_at": minutes(-1)}, incident_errors.NotThen, "day"),
    ],
)
def test_a_record_that_says_too_little_is_told_what_is_missing(
    session, town, item, changes, error, field
):
    with pytest.raises(error) as refused:
        opened(session, town, item, **changes)
    assert refused.value.field == field
    assert session.scalars(select(Incident)).all() == []


def test_two_persons_sign_and_the_first_is_never_the_second(session, town, item):
    made = opened(session, town, item)
    with pytest.raises(incident_errors.SamePerson):
        incidents.answer(session, made.number, "", town.courier, signs=True, now=minutes(105))
    as_clerk = replace(town.clerk, account_id=town.courier.account_id)
    with pytest.raises(incident_errors.SamePerson):  # his other desk is the same man
        incidents.answer(session, made.number, "", as_clerk, signs=True, now=minutes(105))
    said = incidents.answer(session, made.number, "", town.clerk, signs=True, now=minutes(106))
    assert (said.answer, said.place) == ("signed", "Bưu cục Lương Sơn")
    with pytest.raises(incident_errors.AlreadyAnswered):
        incidents.answer(session, made.number, "", town.provincial, signs=True, now=minutes(107))


def test_who_does_not_reach_the_item_neither_sees_nor_signs_its_record(session, town, item):
    made = opened(session, town, item)
    for stranger in (town.other_clerk, town.other_courier):
        with pytest.raises(incident_errors.UnknownIncident):
            incidents.incident(session, made.number, stranger)
        with pytest.raises(incident_errors.UnknownIncident):
            incidents.answer(session, made.number, "", stranger, signs=True, now=minutes(105))
        with pytest.raises(UnknownNumber):
            opened(session, town, item, by=stranger)
    with pytest.raises(incident_errors.UnknownIncident):
        incidents.incident(session, "BB26-354100-99999", town.clerk)


def test_an_auditor_reads_and_signs_nothing_and_an_administrator_does_not_even_read(
    session, town, item
):
    made = opened(session, town, item)
    assert incidents.incident(session, made.number, town.auditor).id == made.id
    with pytest.raises(Forbidden):
        incidents.answer(session, made.number, "", town.auditor, signs=True, now=minutes(105))
    with pytest.raises(Forbidden):
        opened(session, town, item, by=town.provincial)
    with pytest.raises(incident_errors.UnknownIncident):
        incidents.incident(session, made.number, town.administrator)


def test_a_refusal_needs_its_reason_and_lets_the_event_be_recorded_anew(session, town, item):
    made = opened(session, town, item)
    with pytest.raises(incident_errors.SaidNothing):
        incidents.answer(session, made.number, " ", town.clerk, signs=False, now=minutes(105))
    incidents.answer(
        session, made.number, "Bì rách từ trước.", town.clerk, signs=False, now=minutes(106)
    )
    again = opened(session, town, item, fact=made.fact, now=minutes(120))
    assert again.number != made.number


def test_the_new_seal_of_a_signed_record_is_the_one_that_scans_are_compared_with(
    session, town, item
):
    made = opened(session, town, item, "resealed", new_seal="np0099")
    assert (made.old_seal, made.new_seal, item.seal_number) == ("NP0001", "NP0099", "NP0001")
    incidents.answer(session, made.number, "", town.clerk, signs=True, now=minutes(105))
    assert item.seal_number == "NP0099"
    looked = scan(item.number, "arrived", minutes(150), condition="resealed", seal="NP0099")
    [verdict] = scanning.take_in(session, [looked], town.other_clerk, now=minutes(150))
    assert "seal_differs" not in verdict.anomalies


def test_a_matter_ends_only_after_both_signed_with_an_end_of_its_kind(session, town, item):
    made = opened(session, town, item)
    with pytest.raises(incident_errors.NotSigned):
        incidents.settle(session, made.number, "mended", "", town.clerk, now=minutes(120))
    incidents.answer(session, made.number, "", town.clerk, signs=True, now=minutes(121))
    with pytest.raises(incident_errors.WrongOutcome):
        incidents.settle(session, made.number, "found", "", town.clerk, now=minutes(122))
    with pytest.raises(Forbidden):
        incidents.settle(session, made.number, "mended", "", town.courier, now=minutes(122))
    incidents.settle(session, made.number, "mended", "đủ giấy tờ", town.clerk, now=minutes(123))
    with pytest.raises(incident_errors.AlreadySettled):
        incidents.settle(session, made.number, "mended", "", town.clerk, now=minutes(124))


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        ("damaged", "resealed"),
        ("damaged", "complaint"),
        ("damaged", "compensated"),
        ("lost", "found"),
    ],
)
def test_an_end_that_is_not_so_is_refused_and_says_why(session, town, item, kind, outcome):
    made = signed(session, town, item, kind)
    with pytest.raises(incident_errors.NotYetTrue) as refused:
        incidents.settle(session, made.number, outcome, "", town.clerk, now=minutes(130))
    assert refused.value.said.vi.startswith("Chưa ghi «")


def test_what_was_lost_ends_as_found_once_the_ledger_says_so(session, town, item):
    made = signed(session, town, item, "lost")
    found = [scan(item.number, "found", minutes(200))]
    scanning.take_in(session, found, town.clerk, now=minutes(200))
    said = incidents.settle(session, made.number, "found", "", town.clerk, now=minutes(210))
    assert said.outcome == "found"


def test_an_event_without_a_record_asks_whoever_holds_the_item(session, town, item):
    told = [scan(item.number, "damaged", minutes(80), note="ướt mưa")]
    scanning.take_in(session, told, town.courier, now=minutes(80))
    [asked] = incident_lists.work(session, town.courier).unrecorded
    assert (asked.number, asked.kind, asked.told_by) == (item.number, "damaged", "Quách Văn Dũng")
    assert incident_lists.work(session, town.clerk).unrecorded == ()
    assert [one.fact for one in incident_lists.work(session, town.provincial).unrecorded] == [
        asked.fact
    ]
    scanning.take_in(
        session, [scan(item.number, "arrived", minutes(90))], town.other_clerk, now=minutes(90)
    )
    assert incident_lists.work(session, town.courier).unrecorded == ()
    [asked] = incident_lists.work(session, town.other_clerk).unrecorded
    opened(session, town, item, fact=asked.fact, by=town.other_clerk)
    assert incident_lists.work(session, town.other_clerk).unrecorded == ()


def test_what_a_citizen_holds_asks_the_point_that_took_it_in(session, town):
    item = take_in(session, town)
    told = [scan(item.number, "damaged", minutes(80), note="ướt mưa")]
    scanning.take_in(session, told, town.clerk, now=minutes(80))
    fact = uuid.UUID(int=9)
    given = NewFact(item.id, fact, "delivered", minutes(90), town.clerk, taker=CITIZEN)
    record(session, [given], now=minutes(90))
    assert item.holder_kind == HolderKind.CITIZEN
    [asked] = incident_lists.work(session, town.clerk).unrecorded
    assert asked.number == item.number
    assert incident_lists.work(session, town.other_clerk).unrecorded == ()


def test_a_corrected_event_asks_for_no_record(session, town, item):
    told = [scan(item.number, "lost", minutes(80), note="không thấy trong túi")]
    scanning.take_in(session, told, town.courier, now=minutes(80))
    fact = incident_lists.work(session, town.courier).unrecorded[0].fact
    asked = corrections.ask(
        session, item.number, fact, "bì ở ngăn dưới", town.courier, now=minutes(85)
    )
    corrections.settle(session, asked.id, town.clerk, approved=True, now=minutes(86))
    assert incident_lists.work(session, town.courier).unrecorded == ()


def test_re_sealed_without_a_record_is_told_as_odd_until_there_is_one(session, town, item):
    told = [
        scan(item.number, "seal_broken", minutes(80), note="niêm phong bong"),
        scan(item.number, "arrived", minutes(90), condition="resealed"),
    ]
    scanning.take_in(session, told[:1], town.courier, now=minutes(80))
    scanning.take_in(session, told[1:], town.other_clerk, now=minutes(90))
    assert item.integrity == Integrity.RESEALED
    [odd] = incident_lists.work(session, town.other_clerk).resealed
    assert (odd.event, odd.kind) == ("arrived", "resealed")
    opened(session, town, item, "resealed", new_seal="NP0042", by=town.other_clerk)
    assert incident_lists.work(session, town.other_clerk).resealed == ()


def test_a_record_waits_for_its_second_person_then_for_its_end(session, town, item):
    made = opened(session, town, item)
    assert [one.id for one in incident_lists.work(session, town.clerk).to_sign] == [made.id]
    assert incident_lists.work(session, town.other_clerk).to_sign == []
    incidents.answer(session, made.number, "", town.clerk, signs=True, now=minutes(110))
    waiting = incident_lists.work(session, town.clerk)
    assert (waiting.to_sign, [one.id for one in waiting.to_settle]) == ([], [made.id])
    incidents.settle(session, made.number, "mended", "", town.provincial, now=minutes(120))
    waiting = incident_lists.work(session, town.clerk)
    assert (waiting.to_sign, waiting.to_settle) == ([], [])
    assert [one.id for one in incident_lists.settled(session, town.clerk)] == [made.id]
    assert [one.id for one in incident_lists.of_item(session, item.id)] == [made.id]


def test_a_record_an_answer_and_an_end_are_never_changed(session, town, item):
    made = signed(session, town, item)
    incidents.settle(session, made.number, "mended", "", town.clerk, now=minutes(120))
    for model, values in (
        (Incident, {"seen": "không có gì"}),
        (IncidentAnswer, {"answer": "refused"}),
        (IncidentOutcome, {"outcome": "found"}),
    ):
        for change in (update(model).values(**values), delete(model)):
            with pytest.raises(DBAPIError), session.begin_nested():
                session.execute(change)
    assert session.get_one(Item, item.id).number == item.number


def moved(session, by, number, kind, at, **details):
    [verdict] = scanning.take_in(
        session, [scan(number, kind, minutes(at), **details)], by, now=minutes(at)
    )
    return verdict


def test_another_seal_asks_for_a_record_and_holds_the_item_until_its_matter_ends(
    session, town, item
):
    moved(session, town.other_clerk, item.number, "arrived", 80, condition="intact", seal="NP9")
    assert item.quarantined
    [asked] = incident_lists.work(session, town.other_clerk).unrecorded
    assert (asked.number, asked.kind, asked.event) == (item.number, "seal_differs", "arrived")
    assert incident_lists.work(session, town.clerk).unrecorded == ()
    verdict = moved(session, town.courier, item.number, "departed", 90, condition="intact")
    assert "quarantined" in verdict.anomalies
    made = opened(session, town, item, "seal_differs", by=town.other_clerk, fact=asked.fact)
    assert incident_lists.work(session, town.courier).unrecorded == ()
    incidents.answer(session, made.number, "", town.provincial, signs=True, now=minutes(110))
    incidents.settle(session, made.number, "mended", "ghi nhầm số", town.clerk, now=minutes(120))
    assert not item.quarantined
    verdict = moved(session, town.other_clerk, item.number, "arrived", 130, condition="intact")
    assert verdict.anomalies == ()


def test_an_event_without_its_own_record_is_not_settled_by_anothers(session, town, item):
    moved(session, town.courier, item.number, "seal_broken", 70, note="niêm phong bong")
    moved(session, town.courier, item.number, "damaged", 75, note="ướt mưa")
    made = signed(session, town, item, "damaged")
    incidents.settle(session, made.number, "mended", "", town.clerk, now=minutes(120))
    assert item.quarantined
    [asked] = incident_lists.work(session, town.courier).unrecorded
    assert asked.event == "seal_broken"
    again = opened(session, town, item, "seal_broken", now=minutes(130))
    incidents.answer(session, again.number, "", town.clerk, signs=True, now=minutes(131))
    incidents.settle(session, again.number, "mended", "", town.clerk, now=minutes(132))
    assert not item.quarantined


def test_while_another_record_is_open_the_item_stays_in_quarantine(session, town, item):
    moved(session, town.other_clerk, item.number, "arrived", 80, condition="damaged")
    first = signed(session, town, item, "other", told="bì ướt", by=town.courier)
    second = opened(session, town, item, "weight_differs", by=town.clerk, now=minutes(115))
    incidents.settle(session, first.number, "mended", "", town.clerk, now=minutes(120))
    assert item.quarantined
    incidents.answer(session, second.number, "", town.provincial, signs=True, now=minutes(121))
    incidents.settle(session, second.number, "mended", "", town.clerk, now=minutes(122))
    assert not item.quarantined


def test_a_record_keeps_what_was_found_beside_what_was_sealed(session, town, item):
    photo = Photo("ab" * 32, 1234)
    made = opened(session, town, item, weight=118, papers=1, photos=(photo, photo))
    assert (made.weight_sealed, made.weight_found) == (120, 118)
    assert (made.papers_listed, made.papers_found) == (2, 1)
    assert [(one.digest, one.size) for one in made.photos] == [photo]
