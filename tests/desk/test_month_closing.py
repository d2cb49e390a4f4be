"""A month is closed: what was signed stays, what comes later stands beside it, figure by figure."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from models.closings import MonthClosing
from models.dossiers import Dossier
from models.items import Item
from models.ledger import LedgerEntry
from models.places import Agency, ServicePoint
from postal_app import (
    checkpoints,
    corrections,
    late_entries,
    month_book,
    month_closing,
    month_figures,
    verification,
)
from postal_app.errors import Forbidden
from postal_app.late_entries import LateEntry, Why
from postal_app.ledger_keys import Signer
from postal_app.month_book import Book
from postal_app.month_closing import Closed, FiguresMoved, MonthClosed, MonthNotOver, NoMonth
from postal_app.rules import closing as rules
from postal_app.rules.closing import Adjustment
from postal_app.rules.integrity import Integrity
from postal_app.rules.legs import RESULT
from postal_app.rules.periods import Period
from postal_app.rules.roles import Actor, Role
from tests.conftest import Archive
from tests.rows import (
    actor_row,
    agency_row,
    at,
    decision_row,
    dossier_row,
    happened,
    item_row,
    point_row,
    procedure_row,
    province_row,
)

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
APRIL = Period(date(2026, 4, 1), date(2026, 4, 30))
CLOSED = at(date(2026, 4, 2))
LATER = at(date(2026, 4, 9))


class Province:
    """A point, an agency, its people, and the provincial officer who closes months."""

    def __init__(self, session: Session) -> None:
        self.session = session
        whole = province_row(session)
        self.point: ServicePoint = point_row(session)
        self.agency: Agency = agency_row(session)
        procedure_row(session, decision_row(session))
        self.clerk: Actor = actor_row(session, Role.CLERK, self.point, "Bùi Thị Hằng")
        self.second: Actor = actor_row(session, Role.CLERK, self.point, "Quách Thị Én")
        self.courier: Actor = actor_row(session, Role.COURIER, self.point, "Đinh Công Sự")
        self.closer: Actor = actor_row(session, Role.PROVINCIAL, whole, "Lường Văn Bưởi")
        self.auditor: Actor = actor_row(session, Role.AUDITOR, whole, "Xa Thị Mai")

    def taken_in(self, on: date) -> tuple[Dossier, Item]:
        dossier = dossier_row(self.session, self.point, self.agency, self.clerk, sealed_at=at(on))
        item = item_row(self.session, [dossier], at(on))
        happened(self.session, item, "accepted", at(on), self.clerk, condition="intact")
        return dossier, item

    def handed_over(self, item: Item, on: date, condition: str = "intact") -> None:
        happened(
            self.session, item, "handed_to_agency", at(on, 14), self.courier, condition=condition
        )

    def book(self, period: Period = MARCH, now=LATER) -> Book:
        return month_book.gather(self.session, period, now=now)

    def closes(self, period: Period = MARCH, *, now=CLOSED, by: Actor | None = None):
        seen = month_closing.seen_in(self.book(period, now))
        return month_closing.close(self.session, period, seen, by or self.closer, now=now)

    def closed(self) -> Closed:
        found = month_closing.closed(self.session, self.book())
        assert found is not None
        return found

    def after(self, closed: Closed) -> list[LateEntry]:
        return late_entries.listed(self.session, closed.closing, limit=50)

    def corrects(self, item: Item, kind: str, reason: str) -> None:
        fact = self.session.scalars(
            select(LedgerEntry.fact).where(LedgerEntry.item_id == item.id, LedgerEntry.kind == kind)
        ).one()
        asked = corrections.ask(self.session, item.number, fact, reason, self.clerk, now=LATER)
        later = LATER + timedelta(hours=1)
        corrections.settle(self.session, asked.id, self.second, approved=True, now=later)


@pytest.fixture
def province(session: Session) -> Province:
    return Province(session)


@pytest.fixture
def kept(archive: Archive) -> Iterator[Province]:
    """A province on an archive that commits."""
    with Session(archive.engine) as session:
        yield Province(session)


def faults(session: Session) -> list[tuple[str, str]]:
    """Give what verification says of closed months; rows of a test begin no chain."""
    told = [(found.number, found.words.en) for found in verification.faults(session)]
    return [(name, words) for name, words in told if name.startswith("chốt")]


def test_what_is_signed_is_every_figure_with_who_when_and_on_which_checkpoint(province) -> None:
    session = province.session
    _, item = province.taken_in(date(2026, 3, 2))
    province.handed_over(item, date(2026, 3, 3))
    signer = Signer.of("khóa của Hòa Bình")
    niem = checkpoints.make(session, signer, "hoso.example.vn", now=at(date(2026, 4, 1)))
    made = province.closes()
    session.expire_all()
    book = province.book(now=CLOSED)
    figures = month_figures.values(month_figures.figures(book))
    told = {name: n for name, n in book.month.figures().items() if isinstance(n, int)}
    assert made.figures == figures
    assert told.items() <= figures.items()
    assert figures[f"agency.{province.agency.id}.submit_legs"] == 1
    assert figures["condition.submission.intact"] == 1
    assert (made.signer, made.role, made.place) == ("Lường Văn Bưởi", "provincial", "Hòa Bình")
    assert (made.log_size, made.log_code, made.log_root) == (2, niem.code, niem.root)
    closed = province.closed()
    assert closed.signed == book
    assert closed.adjustments == {}
    assert faults(session) == []


def test_a_corrected_scan_changes_no_signed_figure_and_is_told_beside_it(province) -> None:
    _, item = province.taken_in(date(2026, 3, 2))
    _, other = province.taken_in(date(2026, 3, 3))
    province.handed_over(item, date(2026, 3, 4))
    province.closes()
    signed = province.closed()
    province.corrects(item, "handed_to_agency", "Quét nhầm bì khác")
    closed = province.closed()
    assert closed.closing.figures == signed.closing.figures
    assert closed.signed == signed.signed
    assert closed.signed.month.submit_way.reached == 1
    assert closed.summary == {
        "handed_over": Adjustment(1, 0),
        "ended": Adjustment(1, 0),
        "intact": Adjustment(1, 0),
    }
    assert closed.details["way.submission.under_way"] == Adjustment(1, 2)
    (behind,) = province.after(closed)
    assert (behind.item, behind.why, behind.who) == (item.number, Why.CORRECTION, "Quách Thị Én")
    assert (behind.reason, behind.asked_by) == ("Quét nhầm bì khác", "Bùi Thị Hằng")
    assert behind.mistake is not None
    assert behind.mistake_at == at(date(2026, 3, 4), 14)
    assert behind.recorded_at == LATER + timedelta(hours=1)
    assert other.number != behind.item
    assert late_entries.count(province.session, closed.closing) == 1


def test_a_late_scan_of_the_month_is_an_adjustment_and_a_new_month_is_none(province) -> None:
    _, item = province.taken_in(date(2026, 3, 2))
    province.closes()
    late = happened(
        province.session,
        item,
        "handed_to_agency",
        at(date(2026, 3, 30)),
        province.courier,
        condition="intact",
    )
    assert late.anomalies == ()
    entry = province.session.scalars(
        select(LedgerEntry).where(LedgerEntry.kind == "handed_to_agency")
    ).one()
    assert entry.recorded_at < CLOSED  # the hour alone would not tell; its number does
    province.taken_in(date(2026, 4, 5))
    closed = province.closed()
    assert closed.summary["handed_over"] == Adjustment(0, 1)
    assert "dossiers" not in closed.adjustments
    assert [(one.item, one.why) for one in province.after(closed)] == [(item.number, Why.LATE)]


def test_what_goes_on_after_the_month_is_told_as_that(province) -> None:
    dossier, _ = province.taken_in(date(2026, 3, 2))
    result = item_row(province.session, [dossier], at(date(2026, 3, 20)), RESULT)
    happened(
        province.session,
        result,
        "result_collected",
        at(date(2026, 3, 20)),
        province.courier,
        condition="intact",
    )
    province.closes()
    for kind in ("out_for_delivery", "delivered"):
        hour = 8 if kind != "delivered" else 10
        happened(
            province.session,
            result,
            kind,
            at(date(2026, 4, 3), hour),
            province.courier,
            condition="intact",
            proof="signature",
        )
    closed = province.closed()
    assert closed.summary["delivered"] == Adjustment(0, 1)
    assert closed.summary["under_way"] == Adjustment(1, 0)
    assert {one.why for one in province.after(closed)} == {Why.SINCE}


def test_a_month_is_closed_once_and_not_before_its_end(province) -> None:
    with pytest.raises(MonthNotOver) as early:
        province.closes(now=at(date(2026, 3, 31), 23))
    assert "01/04/2026" in early.value.said.vi
    with pytest.raises(NoMonth):
        province.closes(Period(date(2026, 3, 1), date(2026, 3, 30)))
    for role in (province.auditor, province.clerk):
        with pytest.raises(Forbidden):
            province.closes(by=role)
    province.closes()
    with pytest.raises(MonthClosed) as twice:
        province.closes(now=LATER)
    assert "Lường Văn Bưởi" in twice.value.said.vi
    assert month_closing.closed(province.session, province.book(APRIL)) is None


def test_what_is_signed_is_what_was_seen(province) -> None:
    province.taken_in(date(2026, 3, 2))
    seen = month_closing.seen_in(province.book(now=CLOSED))
    province.taken_in(date(2026, 3, 3))
    with pytest.raises(FiguresMoved):
        month_closing.close(province.session, MARCH, seen, province.closer, now=CLOSED)


def test_two_who_close_in_one_moment_do_not_both(archive) -> None:
    with Session(archive.engine) as session, session.begin():
        closer = Province(session).closer
    first, other = Session(archive.engine), Session(archive.engine)
    with first, other:
        for session in (first, other):
            month_closing.hold_still(session)
            session.scalar(select(MonthClosing.number))
        book = month_book.gather(first, MARCH, now=CLOSED)
        seen = month_closing.seen_in(book)
        month_closing.close(first, MARCH, seen, closer, now=CLOSED)
        first.commit()
        with pytest.raises(month_closing.ClosedMeanwhile):
            month_closing.close(other, MARCH, seen, closer, now=CLOSED)


@pytest.mark.one_server
def test_nobody_changes_or_takes_away_a_closing(kept, archive) -> None:
    kept.closes()
    kept.session.commit()
    for change in (
        "UPDATE month_closings SET signer = 'ai đó'",
        "DELETE FROM month_closings",
        "TRUNCATE month_closings",
    ):
        for engine in (archive.engine, archive.owner_engine):
            with engine.connect() as connection, pytest.raises(DBAPIError):
                connection.execute(text(change))


def tampered(engine: Engine, change: str) -> None:
    """Do what only the owner of the database can."""
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE month_closings DISABLE TRIGGER USER"))
        connection.execute(text(change))
        connection.execute(text("ALTER TABLE month_closings ENABLE TRIGGER USER"))


@pytest.mark.one_server
@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            "UPDATE month_closings SET figures = jsonb_set(figures, '{dossiers}', '7') "
            "WHERE number = 1",
            [("chốt tháng 03/2026", "what was signed was changed")],
        ),
        (
            "UPDATE month_closings SET closed_at = closed_at + interval '1 day' WHERE number = 2",
            [("chốt tháng 04/2026", "what was signed was changed")],
        ),
        (
            "DELETE FROM month_closings WHERE number = 1",
            [("chốt tháng 04/2026", "the closing before it is gone")],
        ),
        (
            "UPDATE month_closings SET log_code = 'AAAA-AAAA-AAAA-AAAA' WHERE number = 1",
            [
                ("chốt tháng 03/2026", "what was signed was changed"),
                ("chốt tháng 03/2026", "the checkpoint it stood on is another one or gone"),
            ],
        ),
    ],
)
def test_an_edit_by_the_owner_is_found_and_named(kept, archive, change, told) -> None:
    kept.taken_in(date(2026, 3, 2))
    kept.closes()
    kept.closes(APRIL, now=at(date(2026, 5, 2)))
    kept.session.commit()
    assert faults(kept.session) == []
    kept.session.rollback()
    tampered(archive.owner_engine, change)
    assert faults(kept.session) == told


@pytest.mark.one_server
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    before=st.lists(st.integers(1, 31), max_size=4),
    after=st.lists(
        st.tuples(
            st.sampled_from(("taken_in", "handed_over", "harmed", "corrected")),
            st.integers(1, 31),
        ),
        max_size=5,
    ),
)
@example([1, 1, 1, 4], [("taken_in", 1), ("taken_in", 1), ("handed_over", 3), ("handed_over", 27)])
def test_signed_and_adjustments_are_what_a_reckoning_gives_today(archive, before, after) -> None:
    with Session(archive.engine) as session:
        province = Province(session)
        items = [province.taken_in(date(2026, 3, on))[1] for on in before]
        province.closes()
        for what, on in after:
            if what == "taken_in" or not items:
                items.append(province.taken_in(date(2026, 3, on))[1])
                continue
            item = items[on % len(items)]
            if what == "corrected":
                told = session.scalars(
                    select(LedgerEntry.fact)
                    .where(LedgerEntry.item_id == item.id, LedgerEntry.kind != "corrected")
                    .order_by(LedgerEntry.position.desc())
                ).first()
                happened(
                    session, item, "corrected", LATER, province.clerk, corrects=told, reason="nhầm"
                )
            else:
                condition = Integrity.DAMAGED if what == "harmed" else Integrity.INTACT
                province.handed_over(item, date(2026, 3, on), condition.value)
        closed = province.closed()
        now = month_figures.values(month_figures.figures(province.book()))
        told = rules.adjusted(closed.closing.figures, closed.adjustments)
        assert {name: told.get(name, 0) for name in now} == now
        assert {name for name in told if told[name]} <= set(now)
        assert closed.signed.month.total.dossiers == len(before)
        session.rollback()
