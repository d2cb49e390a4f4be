"""The month's end: every figure from the facts, every leg in one class, every fault in the list."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.dossiers import Dossier
from models.items import Item
from models.ledger import LedgerEntry
from models.places import Agency, ServicePoint
from postal_app import month_end
from postal_app.month_end import BadPeriod, Month, period_between
from postal_app.month_lists import Choice, count_behind, legs_behind
from postal_app.month_names import names
from postal_app.rules.indicators import HARMS, LegClass
from postal_app.rules.integrity import Integrity
from postal_app.rules.legs import RESULT, SUBMISSION
from postal_app.rules.periods import Period
from postal_app.rules.permission import Answer, Direction
from postal_app.rules.roles import Actor, Role
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
NOW = at(date(2026, 4, 2))
MONDAY = date(2026, 3, 2)


class Town:
    """A point, an agency, a clerk, a courier, and two procedures."""

    def __init__(self, session: Session) -> None:
        self.session = session
        province_row(session, sample=True)
        self.point: ServicePoint = point_row(session)
        self.agency: Agency = agency_row(session)
        self.decision = decision_row(session)
        procedure_row(session, self.decision)
        self.clerk: Actor = actor_row(session, Role.CLERK, self.point, "Bùi Thị Hằng")
        self.courier: Actor = actor_row(session, Role.COURIER, self.point, "Đinh Công Sự")

    def taken_in(
        self, on: date = MONDAY, code: str = "2.000488", *, hour: int = 9
    ) -> tuple[Dossier, Item]:
        """Take a dossier in at the counter."""
        when = at(on, hour)
        dossier = dossier_row(
            self.session, self.point, self.agency, self.clerk, code, sealed_at=when
        )
        item = item_row(self.session, [dossier], when)
        self.sees(item, "accepted", when, Integrity.INTACT)
        return dossier, item

    def collected(self, dossiers: list[Dossier], on: date) -> Item:
        """Collect results from the agency in one envelope."""
        item = item_row(self.session, dossiers, at(on), RESULT)
        self.sees(item, "result_collected", at(on), Integrity.INTACT)
        return item

    def sees(self, item: Item, kind: str, when: datetime, condition: str = "") -> None:
        """Let the courier record something."""
        happened(
            self.session, item, kind, when, self.courier, condition=condition, proof="signature"
        )

    def corrects(self, item: Item, kind: str, when: datetime) -> None:
        """Take the item's fact of this kind back."""
        fact: UUID | None = self.session.scalar(
            select(LedgerEntry.fact).where(LedgerEntry.item_id == item.id, LedgerEntry.kind == kind)
        )
        happened(self.session, item, "corrected", when, self.clerk, corrects=fact, reason="nhầm")

    def month(self, period: Period = MARCH) -> Month:
        """Reckon a period."""
        return month_end.reckon(self.session, period, now=NOW)


@pytest.fixture
def town(session: Session) -> Town:
    return Town(session)


def next_day(days: date, count: int = 1) -> date:
    return days + timedelta(days=count)


def test_an_archive_without_dossiers_has_a_month_of_zeros_and_dashes(session: Session) -> None:
    month = month_end.reckon(session, MARCH, now=NOW)
    numbers = [value for value in month.figures().values() if isinstance(value, int)]
    assert set(numbers) == {0}
    assert month.integrity.intact_share.shown == "–"
    assert (month.exceptions, month.by_procedure, month.sample) == ((), (), False)


def test_a_dossier_sent_and_returned_is_one_dossier_two_legs_and_two_items(town: Town) -> None:
    dossier, item = town.taken_in()
    town.sees(item, "handed_to_agency", at(next_day(MONDAY)), Integrity.INTACT)
    result = town.collected([dossier], next_day(MONDAY, 7))
    town.sees(result, "out_for_delivery", at(next_day(MONDAY, 8)), Integrity.INTACT)
    town.sees(result, "delivered", at(next_day(MONDAY, 8), 10), Integrity.INTACT)
    month = town.month()
    assert (month.total.dossiers, month.total.legs, month.total.items) == (1, 2, 2)
    assert (month.total.submit.allowed, month.total.back.allowed) == (1, 1)
    assert (month.submit_way.reached, month.return_way.reached) == (1, 1)
    assert month.return_way.first_attempt == 1
    assert month.integrity.intact_share.shown == "100,00 %"
    assert month.exceptions_total == len(month.exceptions) == 0
    assert month.sample


def test_three_dossiers_in_one_envelope_are_three_legs_and_one_item(town: Town) -> None:
    dossiers = [town.taken_in()[0] for _ in range(3)]
    town.collected(dossiers, next_day(MONDAY, 7))
    month = town.month()
    assert (month.total.dossiers, month.total.submit.total, month.total.back.total) == (3, 3, 3)
    assert month.total.items == 4
    assert month.by_agency[0].volume == month.by_point[0].volume == month.total


def test_the_days_of_a_period_are_days_in_viet_nam(town: Town) -> None:
    last = date(2026, 2, 28)
    town.taken_in(last, hour=23)
    town.taken_in(date(2026, 3, 1), hour=0)
    town.taken_in(date(2026, 3, 31), hour=23)
    assert town.month().total.dossiers == 2
    assert town.month(Period(last, last)).total.submit.total == 1
    assert town.month(Period(last, MARCH.last)).total.dossiers == 3


def test_a_dossier_registered_for_its_return_counts_by_its_first_leg(town: Town) -> None:
    dossier = dossier_row(town.session, town.point, town.agency, town.clerk)
    town.collected([dossier], MONDAY)
    assert (town.month().total.dossiers, town.month().total.back.total) == (1, 1)
    town.collected([dossier], date(2026, 4, 1))
    april = town.month(Period(date(2026, 4, 1), date(2026, 4, 30)))
    assert (april.total.dossiers, april.total.back.total) == (0, 1)


def test_a_pickup_given_up_before_the_seal_counts_nowhere(town: Town) -> None:
    dossier = dossier_row(town.session, town.point, town.agency, town.clerk)
    dossier.voided_at = at(MONDAY)
    item_row(town.session, [dossier], at(MONDAY))
    town.session.flush()
    month = town.month()
    assert (month.total.dossiers, month.total.legs, month.total.items) == (0, 0, 0)


def test_each_leg_is_in_one_class_and_each_fault_is_in_the_list(town: Town) -> None:
    procedure_row(town.session, town.decision, "1.001", "Đăng ký kết hôn", submit=False)
    procedure_row(town.session, town.decision, "1.002", "Cấp bản sao trích lục", submit=None)
    town.taken_in()
    town.taken_in(code="1.001")
    town.taken_in(code="1.002")
    town.taken_in(code="9.999")
    town.point.qualifications[0].valid_to = MONDAY
    town.session.flush()
    town.taken_in(next_day(MONDAY))
    month = town.month()
    legs = month.total.submit
    assert (legs.allowed, legs.not_allowed) == (1, 1)
    assert (legs.unknown_procedure, legs.point_not_qualified) == (2, 1)
    assert month.exceptions_total == len(month.exceptions) == 4
    said = {(found.procedure.code, found.on): found for found in month.exceptions}
    married = said["1.001", MONDAY]
    assert married.why.vi.endswith("12/QĐ-UBND ngày 01/01/2025: Người nộp phải có mặt.")
    assert (married.who, str(married.point)) == ("Bùi Thị Hằng", "Bưu cục Lương Sơn (353900)")
    assert married.procedure.name == "Đăng ký kết hôn"
    assert "Chưa có quyết định" in said["1.002", MONDAY].why.vi
    assert "«9.999» không có trong danh mục" in said["9.999", MONDAY].why.vi
    assert said["2.000488", next_day(MONDAY)].why.vi == (
        "Điểm Bưu cục Lương Sơn (353900) chưa đủ điều kiện vào ngày 03/03/2026."
    )
    assert all(found.why.en and found.item and found.dossier for found in month.exceptions)


def test_a_decision_with_retroactive_force_changes_the_verdict_of_a_past_leg(town: Town) -> None:
    procedure = procedure_row(town.session, town.decision, "1.001", submit=False)
    town.taken_in(code="1.001")
    assert town.month().total.submit.not_allowed == 1
    old = next(it for it in procedure.permissions if it.direction == Direction.SUBMIT)
    old.valid_to = next_day(MONDAY, -1)
    town.session.flush()
    later = decision_row(town.session, "77/QĐ-UBND", MONDAY)
    new = replace_permission(old, later.id)
    procedure.permissions.append(new)
    town.session.flush()
    month = town.month()
    assert (month.total.submit.not_allowed, month.total.submit.allowed) == (0, 1)


def replace_permission(old, decision_id: int):  # type: ignore[no-untyped-def]  # a test's own
    return type(old)(
        decision_id=decision_id,
        direction=old.direction,
        allowed=True,
        reason="",
        valid_from=MONDAY,
    )


def test_a_return_is_judged_by_the_day_at_the_counter_and_not_of_collection(town: Town) -> None:
    procedure = procedure_row(town.session, town.decision, "1.001", back=True)
    dossier, _ = town.taken_in(code="1.001")
    back = next(it for it in procedure.permissions if it.direction == Direction.RETURN)
    back.valid_to = MONDAY
    town.session.flush()
    town.collected([dossier], next_day(MONDAY, 7))
    assert town.month().total.back.allowed == 1
    alone = dossier_row(town.session, town.point, town.agency, town.clerk, "1.001")
    town.collected([alone], next_day(MONDAY, 7))
    assert town.month().total.back.unknown_procedure == 1


def test_a_leg_that_nobody_looked_at_is_not_intact(town: Town) -> None:
    for condition in (Integrity.INTACT, "", Integrity.DAMAGED, Integrity.SEAL_BROKEN):
        _, item = town.taken_in()
        town.sees(item, "handed_to_agency", at(next_day(MONDAY)), condition)
    _, lost = town.taken_in()
    town.sees(lost, "lost", at(next_day(MONDAY)))
    town.taken_in()
    month = town.month()
    found = month.integrity
    assert (found.intact, found.not_checked, found.damaged, found.seal_broken) == (1, 1, 1, 1)
    assert (found.lost, found.ended, found.harmed) == (1, 5, 3)
    assert found.intact_share.shown == "20,00 %"
    assert [str(it.what.vi) for it in month.exceptions].count("Hư hỏng") == 1
    assert len(month.exceptions) == month.exceptions_total == 3
    assert (month.submit_way.reached, month.submit_way.lost, month.submit_way.under_way) == (
        4,
        1,
        1,
    )


def test_a_leg_ends_once_even_when_the_agency_confirms_in_the_next_month(town: Town) -> None:
    officer = actor_row(town.session, Role.OFFICER, town.agency, "Quách Văn Thành")
    _, item = town.taken_in(date(2026, 3, 30))
    town.sees(item, "handed_to_agency", at(date(2026, 3, 31)), Integrity.INTACT)
    happened(
        town.session, item, "agency_accepted", at(date(2026, 4, 1)), officer, condition="intact"
    )
    april = Period(date(2026, 4, 1), date(2026, 4, 30))
    assert (town.month().integrity.ended, town.month(april).integrity.ended) == (1, 0)


def test_first_attempt_leaves_out_failed_ones_but_not_those_recorded_by_mistake(town: Town) -> None:
    dossier, _ = town.taken_in()
    for mistaken in (False, True):
        result = town.collected([dossier], next_day(MONDAY))
        for hour, kind in enumerate(("out_for_delivery", "attempt_failed"), start=8):
            town.sees(result, kind, at(next_day(MONDAY, 2), hour))
        if mistaken:
            town.corrects(result, "attempt_failed", at(next_day(MONDAY, 2), 12))
        town.sees(result, "out_for_delivery", at(next_day(MONDAY, 3)))
        town.sees(result, "delivered", at(next_day(MONDAY, 3), 11), Integrity.INTACT)
    waiting = town.collected([dossier], next_day(MONDAY))
    town.sees(waiting, "out_for_delivery", at(next_day(MONDAY, 2)))
    town.sees(waiting, "attempt_failed", at(next_day(MONDAY, 2), 10))
    town.collected([dossier], next_day(MONDAY))
    way = town.month().return_way
    assert (way.reached, way.first_attempt, way.not_delivered, way.under_way) == (2, 1, 1, 1)
    assert way.success.shown == "66,67 %"
    assert way.first_success.shown == "33,33 %"


def test_the_catalogue_is_told_as_it_stands_on_the_last_day(town: Town) -> None:
    procedure_row(town.session, town.decision, "1.001", submit=False, back=True)
    procedure_row(town.session, town.decision, "1.002", submit=False, back=False)
    procedure_row(town.session, decision_row(town.session, "5/QĐ", date(2026, 4, 1)), "1.003")
    point_row(town.session, "350100", "Bưu cục Hòa Bình")
    point_row(town.session, "355000", "Bưu cục Mai Châu", qualified=None)
    town.taken_in()
    month = town.month()
    figures = month.figures()
    assert [figures[name] for name in ("procedures", "allowed_any", "not_allowed")] == [3, 2, 1]
    assert [figures[name] for name in ("submit_allowed", "return_allowed", "points")] == [1, 2, 2]
    assert [found.named.code for found in month.never_used] == ["1.001"]
    assert (month.never_used[0].submit, month.never_used[0].back) == (
        Answer.NOT_ALLOWED,
        Answer.ALLOWED,
    )
    assert [line.named.code for line in month.by_point] == ["350100", "353900"]
    assert month.by_point[0].volume.legs == 0


def test_behind_each_figure_stand_its_legs(town: Town) -> None:
    procedure_row(town.session, town.decision, "1.001", "Đăng ký kết hôn", submit=False)
    town.taken_in()
    _, item = town.taken_in(code="1.001")
    town.sees(item, "handed_to_agency", at(next_day(MONDAY)), Integrity.DAMAGED)
    month, known = town.month(), names(town.session, MARCH.last)
    submit = month.total.submit
    for found in LegClass:
        choice = Choice(Direction.SUBMIT, classes=(found,))
        legs = legs_behind(town.session, MARCH, choice, known, limit=50)
        assert len(legs) == count_behind(town.session, MARCH, choice) == submit.in_class(found)
    for choice, expected in (
        (Choice(procedure="1.001"), 1),
        (Choice(agency=str(town.agency.id)), 2),
        (Choice(point=str(town.point.id)), 2),
        (Choice(direction=Direction.RETURN), 0),
        (Choice(conditions=HARMS), 1),
        (Choice(conditions=(Integrity.INTACT,)), 0),
    ):
        assert count_behind(town.session, MARCH, choice) == expected
    everything = legs_behind(town.session, MARCH, Choice(), known, limit=1, skip=1)
    assert [leg.procedure.code for leg in everything] == ["1.001"]


def test_the_lines_sum_to_the_total_in_each_direction(town: Town) -> None:
    other = agency_row(town.session, "UBND xã Mai Châu", "H28.36", "commune")
    first, _ = town.taken_in(code="9.999")
    second = dossier_row(town.session, town.point, other, town.clerk, sealed_at=at(MONDAY))
    item_row(town.session, [first, second], at(MONDAY), SUBMISSION)
    town.collected([first, second], next_day(MONDAY))
    month = town.month()
    for lines in (month.by_procedure, month.by_agency, month.by_point):
        assert sum(line.volume.dossiers for line in lines) == month.total.dossiers == 2
        assert sum(line.volume.legs for line in lines) == month.total.legs == 5
        assert sum(line.volume.items for line in lines) >= month.total.items == 3
        both = [line.volume.both for line in lines]
        assert sum(found.exceptional for found in both) == month.total.both.exceptional


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 3, 2), date(2026, 3, 1)),
        (date(1999, 12, 31), date(2000, 1, 1)),
        (date(2010, 1, 1), date(2026, 1, 1)),
        (date(9999, 12, 31), date(9999, 12, 31)),
    ],
)
def test_days_that_are_no_period_are_refused_in_words(first: date, last: date) -> None:
    with pytest.raises(BadPeriod) as told:
        period_between(first, last)
    assert "Kỳ báo cáo gồm hai ngày" in told.value.said.vi
    assert replace(period_between(MONDAY, MONDAY)) == Period(MONDAY, MONDAY)
