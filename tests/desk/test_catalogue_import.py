"""A new decision ends the rows of the older one and adds its own; no past day is changed."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from models.dossiers import Dossier
from models.procedures import Decision, Permission, Terms
from postal_app import catalogue
from postal_app.catalogue_headings import Column
from postal_app.catalogue_import import apply
from postal_app.catalogue_plan import (
    DecisionBeforeItsIssue,
    DecisionImportedAlready,
    DecisionIncomplete,
    DecisionTooEarly,
    DecisionValues,
    EmptyList,
    Fate,
    ListHasFaults,
    TouchedDossiers,
    plan,
)
from postal_app.catalogue_sheet import CatalogueSheet, FaultyRow, ProcedureRow
from postal_app.catalogue_values import Component
from postal_app.rules.permission import Answer
from tests.conftest import Archive
from tests.makers import make_town
from tests.makers import take_in as take_in_a_dossier

FIRST_DAY = date(2021, 1, 15)
LICENCE = ProcedureRow(
    code="1.002809",
    name="Đổi giấy phép lái xe do ngành Giao thông vận tải cấp",
    field="Đường bộ",
    agency_level="province",
    submit=True,
    return_=True,
    presence_needed=False,
    online_level="4",
    fee=0,
    charge=135_000,
    working_days=5,
    components=(Component("Đơn đề nghị đổi", "original", 1), Component("CCCD", "copy", 2)),
    row_number=2,
)
MARRIAGE = replace(
    LICENCE,
    code="1.000894",
    name="Đăng ký kết hôn",
    field="Hộ tịch",
    agency_level="commune",
    submit=False,
    presence_needed=True,
    charge=None,
    components=(Component("Tờ khai đăng ký kết hôn", "original", 1),),
)
RECORD = replace(LICENCE, code="2.000488", name="Cấp Phiếu lý lịch tư pháp", field="Tư pháp")


def decision(number: int, in_force: date) -> DecisionValues:
    return DecisionValues(
        number=f"{number}/QĐ-UBND",
        issued_on=in_force - timedelta(days=10),
        in_force_from=in_force,
        issuer="Ủy ban nhân dân tỉnh Hòa Bình",
        file_name="danh-muc.xlsx",
        file_digest="0" * 64,
    )


def listed(*rows: ProcedureRow) -> CatalogueSheet:
    return CatalogueSheet((), rows, (), ())


def take_in(
    session: Session, now: datetime, number: int, in_force: date, *rows: ProcedureRow
) -> dict[Fate, int]:
    done = apply(session, listed(*rows), decision(number, in_force), imported_by="hang.bt", now=now)
    return done.counts


def test_the_first_list_adds_all_it_names(session: Session, now: datetime) -> None:
    counts = take_in(session, now, 1, FIRST_DAY, LICENCE, MARRIAGE)
    assert counts == {Fate.ADDED: 2, Fate.CHANGED: 0, Fate.ENDED: 0, Fate.UNCHANGED: 0}
    found = catalogue.get(session, "1.000894", FIRST_DAY)
    assert found.verdicts.submit.answer is Answer.NOT_ALLOWED
    assert "người nộp hồ sơ phải có mặt" in found.verdicts.submit.words.vi
    assert "1/QĐ-UBND ngày 05/01/2021" in found.verdicts.return_.words.vi
    assert found.verdicts.return_.is_allowed
    assert (found.fee, found.charge, found.working_days) == (0, None, 5)
    assert found.components == MARRIAGE.components
    assert found.permission_id(found.verdicts.submit.direction) is not None


def test_the_dry_run_says_what_would_change_and_changes_nothing(
    session: Session, now: datetime
) -> None:
    take_in(session, now, 1, FIRST_DAY, LICENCE, MARRIAGE)
    dearer = replace(LICENCE, submit=False, charge=150_000)
    planned = plan(session, listed(dearer, RECORD), decision(2, date(2022, 3, 1)))
    assert planned.counts == {Fate.ADDED: 1, Fate.CHANGED: 1, Fate.ENDED: 1, Fate.UNCHANGED: 0}
    (changed,) = planned.of(Fate.CHANGED)
    assert [(one.column, one.before, one.after) for one in changed.differences] == [
        (Column.CHARGE, "135.000", "150.000"),
        (
            Column.SUBMIT,
            "Có",
            "Không (thủ tục thuộc danh mục không thực hiện qua dịch vụ bưu chính công ích)",
        ),
    ]
    assert planned.of(Fate.ENDED)[0].name == "Đăng ký kết hôn"
    assert session.scalar(select(func.count()).select_from(Decision)) == 1
    assert catalogue.get(session, "1.002809", date(2022, 3, 1)).charge == 135_000


def test_a_new_decision_ends_the_old_rows_the_day_before_and_edits_nothing_else(
    session: Session, now: datetime
) -> None:
    take_in(session, now, 1, FIRST_DAY, LICENCE, MARRIAGE)
    before = _everything(session)
    second_day = date(2022, 3, 1)
    take_in(session, now, 2, second_day, replace(LICENCE, submit=False), RECORD)
    after = _everything(session)
    for key, values in before.items():
        assert after[key][:-1] == values[:-1]
        assert after[key][-1] in {None, second_day - timedelta(days=1)}
    last_day = catalogue.get(session, "1.002809", date(2022, 2, 28))
    first_day = catalogue.get(session, "1.002809", second_day)
    assert last_day.verdicts.submit.is_allowed
    assert not first_day.verdicts.submit.is_allowed
    assert first_day.terms_id == last_day.terms_id  # only the permission changed
    assert first_day.verdicts.return_.is_allowed
    assert _quoted(first_day) != _quoted(last_day)  # what still holds rests on the new decision
    with pytest.raises(catalogue.NotInForce):
        catalogue.get(session, "1.000894", second_day)


def _quoted(procedure: catalogue.ProcedureInForce) -> str:
    basis = procedure.verdicts.return_.basis
    assert basis is not None
    return basis.decision_number


@pytest.mark.parametrize("words", ["allowed = false", "reason = 'khác'", "valid_to = '2031-01-01'"])
def test_the_archive_refuses_to_edit_a_permission_or_to_end_it_twice(
    session: Session, now: datetime, words: str
) -> None:
    take_in(session, now, 1, FIRST_DAY, LICENCE)
    take_in(session, now, 2, date(2022, 1, 1), LICENCE)
    ended = "WHERE valid_to IS NOT NULL AND direction = 'submit'"
    with pytest.raises(DBAPIError, match="ended, never edited"):
        session.execute(text(f"UPDATE permissions SET {words} {ended}"))


def _everything(session: Session) -> dict[tuple[str, int], tuple[object, ...]]:
    rows: dict[tuple[str, int], tuple[object, ...]] = {}
    for table in (Terms.__table__, Permission.__table__):
        for row in session.execute(select(table)).mappings():
            kept = tuple(value for name, value in row.items() if name not in {"id", "valid_to"})
            rows[table.name, row["id"]] = (*kept, row["valid_to"])
    return rows


def test_a_procedure_left_out_and_named_again_is_unknown_between(
    session: Session, now: datetime
) -> None:
    take_in(session, now, 1, FIRST_DAY, LICENCE, MARRIAGE)
    take_in(session, now, 2, date(2022, 1, 1), LICENCE)
    counts = take_in(session, now, 3, date(2023, 1, 1), LICENCE, MARRIAGE)
    assert counts[Fate.ADDED] == 1
    with pytest.raises(catalogue.NotInForce):
        catalogue.get(session, MARRIAGE.code, date(2022, 6, 1))
    assert catalogue.get(session, MARRIAGE.code, date(2023, 1, 1)).verdicts.return_.is_allowed


def test_another_spelling_of_the_tone_is_no_change(session: Session, now: datetime) -> None:
    old = replace(LICENCE, name="Ủy quyền tại tỉnh Hòa Bình")
    new = replace(LICENCE, name="Uỷ quyền tại tỉnh Hoà Bình")
    take_in(session, now, 1, FIRST_DAY, old)
    assert take_in(session, now, 2, date(2022, 1, 1), new)[Fate.UNCHANGED] == 1
    assert catalogue.get(session, LICENCE.code, date(2022, 1, 1)).name == old.name


def test_a_sensitive_procedure_stays_sensitive_under_a_new_decision(
    session: Session, now: datetime
) -> None:
    take_in(session, now, 1, FIRST_DAY, RECORD)
    session.scalars(select(Terms)).one().sensitive = True
    session.flush()
    take_in(session, now, 2, date(2022, 1, 1), replace(RECORD, charge=200_000))
    assert catalogue.get(session, RECORD.code, date(2022, 1, 1)).sensitive


def test_the_same_decision_is_not_imported_twice(session: Session, now: datetime) -> None:
    take_in(session, now, 1, FIRST_DAY, LICENCE)
    again = replace(decision(1, FIRST_DAY), number=" 1/qđ-ubnd ", in_force_from=date(2030, 1, 1))
    with pytest.raises(DecisionImportedAlready, match="09:00"):
        plan(session, listed(LICENCE), again)


@pytest.mark.parametrize("days", [0, -1, -900])
def test_a_decision_that_would_change_the_past_is_refused(
    session: Session, now: datetime, days: int
) -> None:
    take_in(session, now, 1, FIRST_DAY, LICENCE)
    with pytest.raises(DecisionTooEarly, match="15/01/2021"):
        plan(session, listed(LICENCE), decision(2, FIRST_DAY + timedelta(days=days)))


def test_a_decision_needs_its_number_its_issuer_and_days_that_can_be(session: Session) -> None:
    good = decision(1, FIRST_DAY)
    with pytest.raises(DecisionIncomplete):
        plan(session, listed(LICENCE), replace(good, number="  "))
    with pytest.raises(DecisionIncomplete):
        plan(session, listed(LICENCE), replace(good, issuer=""))
    with pytest.raises(DecisionBeforeItsIssue, match="15/01/2021"):
        plan(session, listed(LICENCE), replace(good, issued_on=date(2021, 2, 1)))


def test_a_list_with_a_faulty_row_or_none_is_not_taken_in(session: Session, now: datetime) -> None:
    take_in(session, now, 1, FIRST_DAY, LICENCE, MARRIAGE)
    faulty = FaultyRow(3, MARRIAGE.code, ("1.000894",), ())
    sheet = CatalogueSheet((), (LICENCE,), (faulty,), ())
    later = decision(2, date(2022, 1, 1))
    with pytest.raises(ListHasFaults):
        apply(session, sheet, later, imported_by="hang.bt", now=now)
    assert plan(session, sheet, later).of(Fate.ENDED) == ()
    with pytest.raises(EmptyList):
        apply(session, listed(), later, imported_by="hang.bt", now=now)
    assert catalogue.get(session, MARRIAGE.code, date(2022, 1, 1)).name == "Đăng ký kết hôn"


def test_open_dossiers_of_a_changed_procedure_are_told_and_keep_their_terms(
    session: Session, now: datetime
) -> None:
    town = make_town(session)
    dossier = take_in_a_dossier(session, town).legs[0].dossier
    kept = (dossier.terms_id, dossier.submit_permission_id)
    number, code = dossier.number, dossier.procedure_code
    closed = replace(LICENCE, code=code, submit=False, name="Cấp đổi giấy phép lái xe")
    later = date(2026, 4, 1)
    planned = plan(session, listed(closed), decision(2, later))
    assert planned.touched == TouchedDossiers(1, (number,))
    take_in(session, now, 2, later, closed)
    again = session.scalars(select(Dossier).where(Dossier.number == number)).one()
    assert (again.terms_id, again.submit_permission_id) == kept
    assert not catalogue.get(session, code, later).verdicts.submit.is_allowed


def test_of_two_imports_at_once_one_waits_and_is_refused(archive: Archive, now: datetime) -> None:
    together = Barrier(2)

    def import_it() -> str:
        with Session(archive.engine) as session, session.begin():
            session.execute(select(1))
            together.wait()
            try:
                take_in(session, now, 1, FIRST_DAY, LICENCE)
            except DecisionImportedAlready:
                return "refused"
            return "imported"

    with ThreadPoolExecutor(2) as people:
        ends = [people.submit(import_it) for _ in range(2)]
        assert sorted(end.result() for end in ends) == ["imported", "refused"]


CODES = ("1.002809", "1.000894", "2.000488")
ONE_LIST = st.dictionaries(
    st.sampled_from(CODES), st.tuples(st.booleans(), st.booleans(), st.booleans()), min_size=1
)


@given(
    st.lists(st.tuples(st.integers(1, 90), ONE_LIST), min_size=1, max_size=5),
    st.lists(st.integers(-10, 460), min_size=1, max_size=6),
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_day_has_the_verdict_of_the_list_in_force(
    session: Session,
    now: datetime,
    lists: Sequence[tuple[int, dict[str, tuple[bool, bool, bool]]]],
    days: Sequence[int],
) -> None:
    with session.begin_nested() as savepoint:
        published: list[tuple[date, dict[str, tuple[bool, bool, bool]]]] = []
        in_force = FIRST_DAY
        for number, (gap, content) in enumerate(lists, start=1):
            rows = [
                replace(LICENCE, code=code, submit=submit, return_=back, charge=1 if dear else 0)
                for code, (submit, back, dear) in content.items()
            ]
            take_in(session, now, number, in_force, *rows)
            published.append((in_force, content))
            in_force += timedelta(days=gap)
        for after in days:
            on = FIRST_DAY + timedelta(days=after)
            _same_as_published(session, on, [one for since, one in published if since <= on])
        savepoint.rollback()


def _same_as_published(
    session: Session, on: date, lists: Sequence[dict[str, tuple[bool, bool, bool]]]
) -> None:
    in_force = lists[-1] if lists else {}
    assert {found.code for found in catalogue.search(session, "", on)} == set(in_force)
    for code, (submit, back, dear) in in_force.items():
        found = catalogue.get(session, code, on)
        assert found.verdicts.submit.is_allowed == submit
        assert found.verdicts.return_.is_allowed == back
        assert found.charge == int(dear)


def test_a_list_of_thousands_takes_few_statements(session: Session, now: datetime) -> None:
    rows = [
        replace(LICENCE, code=f"1.{number:06d}", name=f"Thủ tục số {number}")
        for number in range(3_000)
    ]
    take_in(session, now, 1, FIRST_DAY, *rows)
    statements: list[str] = []
    connection = session.connection()

    def count(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    event.listen(connection, "before_cursor_execute", count)
    changed = [replace(row, charge=140_000, submit=row.code > "1.001500") for row in rows]
    counts = take_in(session, now, 2, date(2022, 1, 1), *changed)
    event.remove(connection, "before_cursor_execute", count)
    assert counts[Fate.CHANGED] == 3_000
    assert len(statements) < 40
