"""Each erasure proves itself, and nothing goes by any other way."""

from uuid import uuid4

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from models.people_data import ErasedFact, ErasedRow, Erasure
from postal_app import (
    erasing,
    faults,
    retention,
    verification,
)
from postal_app.rules.merkle import root_of
from postal_app.rules.retention import SIGNATURES as SIGNATURES_CLASS
from tests.makers import (
    NINE,
    TODAY,
    Town,
    make_town,
)
from tests.results import (
    A_YEAR,
    THREE_YEARS,
    a_finished_dossier,
    swept,
)


@pytest.fixture
def town(session: Session) -> Town:
    return make_town(session)


def a_swept_archive(archive) -> None:
    with Session(archive.engine) as session:
        town = make_town(session)
        a_finished_dossier(session, town)
        swept(session, THREE_YEARS)
        session.commit()


TOUCHED = {
    "a fact taken out of its record": (
        "DELETE FROM erased_facts",
        {faults.VANISHED, faults.RECORD},
    ),
    "a row taken out of its record": (
        "DELETE FROM erased_rows WHERE thing = 'dossier_parties'",
        {faults.RECORD, faults.UNRECORDED},
    ),
    "a record with another root": ("UPDATE erasures SET root = 'x'", {faults.RECORD}),
    "a record of another count": ("UPDATE erasures SET count = 77", {faults.RECORD}),
    "a person marked as erased by hand": (
        "UPDATE erased_rows SET row_id = row_id + 1000 WHERE thing = 'dossier_parties'",
        {faults.UNRECORDED},
    ),
    "a personal part put back": (
        "INSERT INTO personal_facts SELECT fact, 'salt', '{\"receiver\": \"Khác\"}' "
        "FROM erased_facts",
        {faults.STILL_THERE},
    ),
}


@pytest.mark.parametrize(("words", "found"), TOUCHED.values(), ids=TOUCHED)
def test_what_a_superuser_does_to_the_records_is_found(archive, words, found):
    a_swept_archive(archive)
    with archive.owner_engine.begin() as connection:
        connection.execute(text("SET session_replication_role = replica"))
        assert connection.execute(text(words)).rowcount
    with Session(archive.engine) as session:
        assert {fault.words for fault in verification.faults(session)} == found


GONE_BY_HAND = (
    "INSERT INTO erased_facts SELECT fact, 1 FROM ledger LIMIT 1",
    "INSERT INTO erased_rows VALUES ('signatures', 1, '', 1)",
    "DELETE FROM personal_facts",
    "UPDATE personal_facts SET content = '{}'",
    "DELETE FROM public_disclosures",
    "UPDATE refused_scans SET raw = '{}'",
    "UPDATE erasures SET count = 0",
    "DELETE FROM erased_rows",
    "DELETE FROM retention_terms",
    "UPDATE data_exports SET rows = 0",
    "DELETE FROM consents",
)


@pytest.mark.parametrize("words", GONE_BY_HAND)
def test_the_apps_role_erases_by_no_other_way(session, words):
    with pytest.raises(DBAPIError, match="permission denied"):
        session.execute(text(words))


@pytest.mark.parametrize(
    "words", ["DELETE FROM personal_facts", "UPDATE personal_facts SET content = '{}'"]
)
def test_even_the_owner_erases_nothing_without_a_record(archive, words):
    with Session(archive.engine) as session:
        a_finished_dossier(session, make_town(session))
        session.commit()
    with (
        archive.owner_engine.connect() as connection,
        pytest.raises(DBAPIError, match="only with a record"),
    ):
        connection.execute(text(words))


def test_nobody_erases_what_no_sweep_knows(session, town):
    term = retention.in_force(session, TODAY)[SIGNATURES_CLASS]
    record = Erasure(
        run=uuid4(),
        class_code=SIGNATURES_CLASS,
        term_id=term.id,
        at=NINE,
        count=1,
        first_day=TODAY,
        last_day=TODAY,
        root=b"",
        done_by="test",
    )
    session.add(record)
    session.flush()
    with pytest.raises(DBAPIError, match="nobody has said"):
        session.execute(select(func.erase_rows(record.id, "accounts", [1], [b"x"])))


def test_the_records_name_things_by_their_number_never_by_their_name(session, town):
    a_finished_dossier(session, town)
    swept(session, THREE_YEARS)
    assert session.scalar(select(func.count()).select_from(ErasedFact)) == 1
    rows = session.execute(select(ErasedRow.thing, ErasedRow.commitment)).all()
    assert {thing for thing, _ in rows} == {"dossier_parties"}
    assert all(len(commitment) == 32 for _, commitment in rows)


def test_each_batch_leaves_a_record_that_proves_what_it_erased(session, town, monkeypatch):
    monkeypatch.setattr(erasing, "AT_ONCE", 2)
    for count in range(3):
        a_finished_dossier(session, town, f"H28.16-260302-000{count}")
    swept(session, A_YEAR)
    records = session.scalars(select(Erasure).order_by(Erasure.id)).all()
    assert [one.count for one in records] == [2, 1]
    assert {one.run for one in records} == {records[0].run}
    for one in records:
        assert (one.class_code, one.first_day, one.last_day) == ("delivery_evidence", TODAY, TODAY)
        facts = session.scalars(
            text(
                "SELECT commitment FROM ledger JOIN erased_facts USING (fact) "
                f"WHERE erasure_id = {one.id}"
            )
        ).all()
        assert one.root == root_of(sorted(facts))
    [run], count = erasing.runs(session)
    assert (count, run.count, run.batches, run.length.vi) == (1, 3, 2, "9 tháng")
