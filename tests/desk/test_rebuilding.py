"""The shadows are rebuilt from facts: what was wrong is right, and nothing else is written."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from postal_app import rebuilding, verification
from postal_app.faults import CUT_OFF
from postal_app.rebuilding import REBUILDERS
from tests.makers import accept, bring_to_agency, make_town, take_in

pytestmark = pytest.mark.one_server

SHADOWS = (
    "SELECT id, state, integrity, holder_kind, holder_id, outcome, proven, closed, changed_at,"
    " quarantined, entries, digest FROM items ORDER BY id",
    "SELECT id, started_at, ended_at FROM legs ORDER BY id",
    "SELECT id, handed_at, accepted_at, returned_at FROM dossiers ORDER BY id",
    "SELECT * FROM movements ORDER BY 1, 2",
    "SELECT * FROM name_words ORDER BY 1, 2",
    "SELECT * FROM open_money ORDER BY 1",
)


def rebuilt(session: Session) -> list[int]:
    """Rebuild everything in batches of two; give how many rows of each shadow differed."""
    changed = []
    for one in REBUILDERS:
        changed.append(0)
        last = 0
        while batch := one.batch(session, last):
            changed[-1] += batch.changed
            last = batch.last
        session.expire_all()
    return changed


def shadows(session: Session) -> list[list[tuple[object, ...]]]:
    return [[tuple(row) for row in session.execute(text(words))] for words in SHADOWS]


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuilding, "AT_ONCE", 2)


@pytest.fixture
def three_items(session: Session) -> Session:
    town = make_town(session)
    for place in range(3):
        item = take_in(session, town)
        bring_to_agency(session, town, item)
        accept(session, town, item, f"H28.16-260302-000{place}")
    session.flush()
    session.expire_all()
    return session


def test_what_agrees_with_the_facts_is_left_alone(three_items):
    before = shadows(three_items)
    assert rebuilt(three_items) == [0, 0, 0, 0]
    assert shadows(three_items) == before
    assert [one.count(three_items) for one in REBUILDERS][:3] == [3, 0, 3]


def test_what_differs_is_written_from_the_facts_and_told(three_items):
    session, before = three_items, shadows(three_items)
    for words in (
        "UPDATE items SET state = 'lost', holder_id = 0 WHERE id % 2 = 1",
        "DELETE FROM movements WHERE ordinal = 1",
        "UPDATE legs SET ended_at = NULL",
        "UPDATE dossiers SET handed_at = NULL, accepted_at = NULL",
        "DELETE FROM name_words WHERE word = 'mai'",
        "INSERT INTO name_words SELECT id, 'la', point_id, agency_id FROM dossiers",
        "DELETE FROM open_money",
    ):
        assert session.execute(text(words)).rowcount
    session.expire_all()
    items, _, words, money = rebuilt(session)
    assert (items >= 9, words, money > 0) == (True, 6, True)
    assert shadows(session) == before
    assert list(verification.faults(session)) == []
    assert rebuilt(session) == [0, 0, 0, 0]


def test_a_chain_that_was_cut_off_is_not_made_whole_by_a_rebuild(archive):
    with Session(archive.owner_engine) as session:
        town = make_town(session)
        item = take_in(session, town)
        bring_to_agency(session, town, item)
        session.commit()
        session.execute(text("SET session_replication_role = replica"))
        session.execute(text("DELETE FROM ledger WHERE position = 3"))
        session.expire_all()
        assert rebuilt(session)[0] > 0
        assert [fault.words for fault in verification.faults(session)] == [CUT_OFF]
