"""The ledger is only added to, and what is touched all the same is found and named."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from models.items import Item
from models.ledger import LedgerEntry
from postal_app import corrections, faults, scanning, verification
from postal_app.enquiries import (
    UnknownNumber,
    coarse,
    item_history,
    search,
    timeline,
)
from postal_app.ledger_reading import facts_of
from postal_app.rules.codes import tag
from postal_app.rules.custody import replay
from tests.makers import NINE, Town, accept, bring_to_agency, make_town, minutes, scan, take_in

KEY = b"a key of the test's own"
TABLES = {
    "ledger": "account_id",
    "ledger_2026_03": "account_id",
    "scan_receipts": "account_id",
    "refused_scans": "account_id",
    "personal_data_views": "account_id",
    "personal_facts": "salt",
}


def a_dossier_at_the_agency(session: Session) -> tuple[Town, Item]:
    town = make_town(session)
    item = take_in(session, town)
    bring_to_agency(session, town, item)
    accept(session, town, item)
    return town, item


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("words", ["UPDATE {} SET {} = NULL", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_apps_role_can_neither_change_remove_nor_empty(session, table, words):
    a_dossier_at_the_agency(session)
    with pytest.raises(DBAPIError, match="permission denied"):
        session.execute(text(words.format(table, TABLES[table])))


@pytest.mark.parametrize("words", ["UPDATE ledger SET kind = 'lost'", "DELETE FROM ledger"])
def test_even_the_owner_is_refused_unless_he_breaks_the_lock(archive, words):
    with Session(archive.engine) as session:
        a_dossier_at_the_agency(session)
        session.commit()
    with (
        archive.owner_engine.connect() as connection,
        pytest.raises(DBAPIError, match="only ever added"),
    ):
        connection.execute(text(words))


def test_an_untouched_archive_has_no_fault(session):
    a_dossier_at_the_agency(session)
    assert list(verification.faults(session)) == []


TOUCHED = [
    ("UPDATE ledger SET condition = 'damaged' WHERE position = 2", (2, faults.EDITED)),
    (
        "UPDATE ledger SET occurred_at = occurred_at + interval '1 microsecond' WHERE position = 3",
        (3, faults.EDITED),
    ),
    (
        'UPDATE ledger SET details = details || \'{"seal": "NP0009"}\' WHERE position = 1',
        (1, faults.EDITED),
    ),
    ("UPDATE ledger SET anomalies = '{late}' WHERE position = 2", (2, faults.EDITED)),
    ("DELETE FROM ledger WHERE position = 2", (3, faults.MISSING)),
    ("DELETE FROM ledger WHERE position = 4", (4, faults.CUT_OFF)),
    ("UPDATE items SET number = 'RH999999999VN'", (1, faults.EDITED)),
    ("UPDATE items SET state = 'delivered'", (0, faults.SHADOW)),
    ("UPDATE items SET integrity = 'intact', holder_id = 0", (0, faults.SHADOW)),
]


@pytest.mark.parametrize(("words", "found"), TOUCHED)
def test_what_a_superuser_touches_is_found_and_named(archive, words, found):
    with Session(archive.engine) as session:
        _, item = a_dossier_at_the_agency(session)
        number = item.number
        session.commit()
    with archive.owner_engine.begin() as connection:
        connection.execute(text("SET session_replication_role = replica"))
        assert connection.execute(text(words)).rowcount
    with Session(archive.engine) as session:
        faults = list(verification.faults(session))
    assert found in [(fault.position, fault.words) for fault in faults]
    assert {fault.number for fault in faults} <= {number, "RH999999999VN"}


def test_a_personal_part_that_was_changed_or_merely_vanished_is_found(archive):
    with Session(archive.engine) as session:
        town, item = a_dossier_at_the_agency(session)
        said = {"receiver": "Đinh Thị Mai", "relation": "self", "proof": "slip"}
        delivered = scan(item.number, "delivered", minutes(300), **said)
        scanning.take_in(session, [delivered], town.courier, now=minutes(300))
        session.commit()
    with archive.owner_engine.begin() as connection:
        connection.execute(text("SET session_replication_role = replica"))
        connection.execute(text('UPDATE personal_facts SET content = \'{"receiver": "Khác"}\''))
    with Session(archive.engine) as session:
        assert [fault.words for fault in verification.faults(session)] == [faults.PERSONAL]
    with archive.owner_engine.begin() as connection:
        connection.execute(text("SET session_replication_role = replica"))
        connection.execute(text("DELETE FROM personal_facts"))
    with Session(archive.engine) as session:
        assert [fault.words for fault in verification.faults(session)] == [faults.VANISHED]


def test_the_shadow_of_an_item_is_what_its_facts_replay_to(session):
    _, item = a_dossier_at_the_agency(session)
    custody = replay(facts_of(session, [item.id], since=NINE)[item.id])
    assert (item.state, item.integrity) == (str(custody.state), str(custody.integrity))
    assert (item.holder_kind, item.holder_id) == tuple(custody.holder)


def test_entries_are_chained_one_to_the_next(session):
    _, item = a_dossier_at_the_agency(session)
    entries = session.scalars(select(LedgerEntry).order_by(LedgerEntry.position)).all()
    assert [entry.position for entry in entries] == [1, 2, 3, 4]
    assert [entry.previous for entry in entries[1:]] == [entry.digest for entry in entries[:-1]]
    assert item.digest == entries[-1].digest


def a_dossier_on_its_way(session: Session) -> tuple[Town, Item]:
    town = make_town(session)
    item = take_in(session, town)
    departed = [scan(item.number, "departed", minutes(60))]
    scanning.take_in(session, departed, town.courier, now=minutes(60))
    return town, item


def test_a_correction_needs_a_second_person_and_both_records_stay(session):
    town, item = a_dossier_on_its_way(session)
    wrong = scan(item.number, "lost", minutes(400), scan_id=99, note="không thấy trong túi")
    scanning.take_in(session, [wrong], town.courier, now=minutes(400))
    assert item.state == "lost"
    asked = corrections.ask(
        session, item.number, wrong.scan_id, "quét nhầm bưu gửi", town.clerk, now=minutes(410)
    )
    with pytest.raises(corrections.SecondPersonNeeded):
        corrections.settle(session, asked.id, town.clerk, approved=True, now=minutes(411))
    assert [c.id for c, _, _ in corrections.open_ones(session, town.provincial)] == [asked.id]
    corrections.settle(session, asked.id, town.provincial, approved=True, now=minutes(412))
    assert item.state == "in_transit"
    kinds = [line.step.fact.kind for line in item_history(session, item.number, town.clerk).lines]
    assert kinds[-2:] == ["lost", "corrected"]
    with pytest.raises(corrections.AlreadySettled):
        corrections.settle(session, asked.id, town.provincial, approved=True, now=minutes(413))
    assert list(verification.faults(session)) == []


def test_a_rejected_correction_leaves_the_record_standing(session):
    town, item = a_dossier_on_its_way(session)
    wrong = scan(item.number, "lost", minutes(400), scan_id=99, note="không thấy")
    scanning.take_in(session, [wrong], town.courier, now=minutes(400))
    asked = corrections.ask(
        session, item.number, wrong.scan_id, "quét nhầm bưu gửi", town.clerk, now=minutes(410)
    )
    corrections.settle(session, asked.id, town.provincial, approved=False, now=minutes(412))
    assert item.state == "lost"


def test_the_public_sees_states_and_places_but_nobody(session):
    _, item = a_dossier_at_the_agency(session)
    assert coarse(session, item.number.lower()).events == ()
    tracking = timeline(session, item.number, tag(item.number, KEY), KEY)
    assert [event.place for event in tracking.events] == [
        "Sở Giao thông Vận tải",
        "Sở Giao thông Vận tải",
        "",
        "Bưu cục Lương Sơn",
    ]
    assert "Quách" not in repr(tracking)
    assert "Mai" not in repr(tracking)


def test_a_wrong_tag_and_an_unknown_number_are_answered_alike(session):
    _, item = a_dossier_at_the_agency(session)
    said = []
    for number, given in ((item.number, "BBBBBBBB"), ("RH000000005VN", "BBBBBBBB")):
        with pytest.raises(UnknownNumber) as refused:
            timeline(session, number, given, KEY)
        said.append(refused.value.said)
    assert said[0] == said[1]


def test_each_person_finds_what_is_in_reach_and_nothing_else(session):
    town, item = a_dossier_at_the_agency(session)
    for who in (town.clerk, town.courier, town.officer, town.provincial, town.auditor):
        assert item_history(session, item.number, who).item.id == item.id
        assert [d.number for d in search(session, "dinh thi mai", who)]
    for stranger in (town.other_clerk, town.other_courier):
        assert search(session, item.number, stranger) == []
        with pytest.raises(UnknownNumber):
            item_history(session, item.number, stranger)


@pytest.mark.parametrize(
    "typed",
    ["HB26-000001", "hb26-000001", "0912345678", "Đinh Thị Mai", "dinh thi", "H28.16-260302-0001"],
)
def test_a_dossier_is_found_by_any_of_its_numbers_names_and_phones(session, typed):
    town, item = a_dossier_at_the_agency(session)
    assert search(session, typed, town.clerk)[0].legs[0].item_id == item.id
    assert search(session, item.number, town.clerk)
    assert search(session, "", town.clerk) == []
