"""Legs of every kind in the month: each counted by itself, each become exactly one thing."""

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.items import Item, Leg
from postal_app.month_book import gather
from postal_app.month_lists import Choice, count_behind, legs_behind
from postal_app.month_names import names
from postal_app.rules.integrity import Integrity
from postal_app.rules.legs import (
    ANSWER,
    LEGS,
    RESULT,
    RETURN_TO_AGENCY,
    SUBMISSION,
    SUPPLEMENT,
    TRANSFER,
)
from postal_app.rules.roles import Role
from postal_app.rules.ways import Progress
from tests.desk.test_month_end import MARCH, MONDAY, NOW, Town, next_day
from tests.promised import STANDARDS, publish
from tests.rows import actor_row, at, happened, item_row

WEDNESDAY, THURSDAY, FRIDAY = (date(2026, 3, day) for day in (4, 5, 6))


@pytest.fixture
def town(session: Session) -> Town:
    return Town(session)


def sent(town: Town, leg: str, dossiers: list, kind: str, on: date = WEDNESDAY) -> Item:
    """Let an envelope of a leg begin its way, seal seen."""
    item = item_row(town.session, dossiers, at(on), leg)
    town.sees(item, kind, at(on), Integrity.INTACT)
    return item


def tried_in_vain(town: Town, item: Item, on: date = THURSDAY) -> None:
    """Let the courier not find the receiver and bring the envelope back to the office."""
    town.sees(item, "out_for_delivery", at(on, 8))
    town.sees(item, "attempt_failed", at(on, 9))
    town.sees(item, "arrived", at(on, 11), Integrity.INTACT)


def test_what_travels_beside_the_two_directions_is_counted_beside_them(town: Town) -> None:
    dossier, _ = town.taken_in()
    sent(town, SUPPLEMENT, [dossier], "accepted")
    sent(town, TRANSFER, [dossier], "collected_from_agency")
    sent(town, ANSWER, [dossier], "collected_from_agency")
    sent(town, ANSWER, [dossier], "collected_from_agency", FRIDAY)
    month = town.month()
    assert (month.total.dossiers, month.total.legs, month.total.items) == (1, 1, 1)
    counted = {one.leg: (one.dossiers, one.legs, one.items) for one in month.by_leg if one.legs}
    assert counted == {
        SUBMISSION: (1, 1, 1),
        SUPPLEMENT: (1, 1, 1),
        TRANSFER: (1, 1, 1),
        ANSWER: (1, 2, 2),
    }
    assert (month.carried_legs, month.carried_items) == (5, 5)
    assert [one.leg for one in month.by_leg] == list(LEGS)


def test_several_results_in_one_envelope_are_several_legs_and_one_item(town: Town) -> None:
    dossiers = [town.taken_in()[0] for _ in range(3)]
    town.collected(dossiers, WEDNESDAY)
    result = town.month().of_leg(RESULT)
    assert (result.dossiers, result.legs, result.items) == (3, 3, 1)


def test_what_went_back_has_not_reached_its_end_and_its_return_is_a_leg_of_its_own(
    town: Town,
) -> None:
    dossier, _ = town.taken_in()
    result = town.collected([dossier], WEDNESDAY)
    tried_in_vain(town, result)
    happened(town.session, result, "sent_back", at(FRIDAY), town.clerk, ground="refused")
    back = sent(town, RETURN_TO_AGENCY, [dossier], "return_started", FRIDAY)
    town.sees(back, "handed_to_agency", at(FRIDAY, 15), Integrity.DAMAGED)
    month = town.month()
    way = month.return_way
    assert (way.returned, way.reached, way.not_delivered, way.under_way) == (1, 0, 0, 0)
    assert way.success.shown == "0,00 %"
    assert month.of_leg(RETURN_TO_AGENCY).way.reached == 1
    assert (month.integrity.ended, month.integrity.damaged) == (1, 1)
    assert month.return_integrity.ended == 0
    assert [found.leg for found in month.exceptions] == [RETURN_TO_AGENCY]


def test_of_an_envelope_given_in_part_what_was_given_has_reached_its_end(town: Town) -> None:
    first, second = (town.taken_in()[0] for _ in range(2))
    result = town.collected([first, second], WEDNESDAY)
    town.sees(result, "out_for_delivery", at(THURSDAY, 8))
    happened(
        town.session,
        result,
        "partly_delivered",
        at(THURSDAY),
        town.courier,
        condition="intact",
        proof="signature",
        dossiers=[first.number],
    )
    way = town.month().return_way
    assert (way.reached, way.not_delivered, way.left_over) == (1, 1, 1)
    assert town.month().return_integrity.intact == 1


def test_held_and_ownerless_are_told(town: Town) -> None:
    provincial = actor_row(town.session, Role.PROVINCIAL, town.point, "Bạch Thị Thảo")
    held, ownerless = (town.collected([town.taken_in()[0]], WEDNESDAY) for _ in range(2))
    for item in (held, ownerless):
        tried_in_vain(town, item)
    town.sees(held, "held", at(FRIDAY), Integrity.INTACT)
    happened(town.session, ownerless, "declared_ownerless", at(FRIDAY), provincial, ground="both")
    way = town.month().return_way
    assert (way.not_delivered, way.held, way.ownerless) == (1, 1, 1)
    assert way.total == 2


def test_an_envelope_that_leaves_the_agency_unsigned_has_not_reached_it(town: Town) -> None:
    _, item = town.taken_in()
    happened(
        town.session, item, "handed_to_agency", at(WEDNESDAY), town.courier, condition="intact"
    )
    assert town.month().submit_way.reached == 1
    town.sees(item, "departed", at(THURSDAY), Integrity.INTACT)
    month = town.month()
    assert (month.submit_way.reached, month.submit_way.under_way) == (0, 1)
    assert month.integrity.ended == 0


def test_behind_what_became_of_the_legs_stand_the_legs(town: Town) -> None:
    dossier, _ = town.taken_in()
    tried_in_vain(town, town.collected([dossier], WEDNESDAY))
    sent(town, SUPPLEMENT, [dossier], "accepted")
    month, known = town.month(), names(town.session, MARCH.last)
    for one in month.by_leg:
        for became in Progress:
            choice = Choice(legs=(one.leg,), became=(became,))
            legs = legs_behind(town.session, MARCH, choice, known, limit=50)
            assert len(legs) == count_behind(town.session, MARCH, choice)
            assert len(legs) == one.way.of_progress(became)
    everything = Choice(became=tuple(Progress))
    assert count_behind(town.session, MARCH, everything) == month.carried_legs
    (further,) = legs_behind(town.session, MARCH, Choice(legs=(SUPPLEMENT,)), known, limit=9)
    assert (further.what.vi, further.leg) == ("Còn đang chuyển", SUPPLEMENT)


def test_every_leg_is_in_the_month_once_and_each_end_in_one_condition(town: Town) -> None:
    dossier, submission = town.taken_in()
    town.sees(submission, "handed_to_agency", at(WEDNESDAY))
    lost = town.collected([dossier], THURSDAY)
    town.sees(lost, "lost", at(FRIDAY))
    month = town.month()
    assert month.way.total == month.carried_legs == town.session.scalar(select(func.count(Leg.id)))
    assert month.integrity.ended == 2
    assert (month.integrity.lost, month.integrity.not_checked) == (1, 1)
    figures = month.figures()
    assert figures["carried_legs"] == sum(int(figures[f"{leg}_legs"]) for leg in LEGS)


def test_a_promise_of_what_went_back_is_neither_kept_nor_broken(town: Town) -> None:
    publish(town.session, standards=STANDARDS + "Trả,Mọi nơi,,2,4,15,01/01/2026,,QĐ mẫu\n")
    dossier, _ = town.taken_in()
    result = town.collected([dossier], next_day(MONDAY))
    tried_in_vain(town, result)
    happened(town.session, result, "sent_back", at(FRIDAY), town.clerk, ground="refused")
    book = gather(town.session, MARCH, now=NOW)
    first, delivery = book.promised.ways[RESULT].values()
    assert (first.on_time, first.total) == (1, 1)
    assert (delivery.given_up, delivery.closed, delivery.overdue) == (1, 0, 0)
    assert book.money.difference == 0
