"""Nobody at home before and after Tết: two notices are not yet two working days apart."""

from datetime import date

import pytest
from flask import Flask

from postal_app.rules.exceptional import Matter
from postal_app.rules.legs import RETURN_TO_AGENCY
from postal_app.rules.vocabulary import State
from tests.delivered import at
from tests.journeys.street import ABSENT, Street, open_street

pytestmark = pytest.mark.one_server

MONDAY, FRIDAY = date(2026, 2, 9), date(2026, 2, 13)
TUESDAY, WEDNESDAY, THURSDAY = (date(2026, 2, day) for day in (24, 25, 26))


def nobody_at_home(street: Street, number: str, day: date) -> None:
    """Let anh Dũng find nobody, leave a notice and bring the envelope back to Lương Sơn."""
    street.at(at(day, 8))
    if street.state_of(number) != State.OUT_FOR_DELIVERY:
        street.scan("dung", "out_for_delivery", number)
    street.scan("dung", "attempt_failed", number, **ABSENT)
    street.scan("hang", "arrived", number, condition="intact")


def test_over_a_tet_the_rule_counts_working_days_and_then_it_goes_back(app: Flask) -> None:
    street = open_street(app, at(MONDAY, 8))
    dossier = street.settled()
    result = street.send_results(dossier)
    street.take_out(result)
    nobody_at_home(street, result, FRIDAY)
    nobody_at_home(street, result, TUESDAY)
    assert "báo lại từ ngày 25/02/2026" in street.page("hang", "/deliveries")
    early = street.refused("hang", f"/deliveries/{result}/send-back")
    assert "Chưa được chuyển hoàn" in early
    nobody_at_home(street, result, WEDNESDAY)
    street.at(at(THURSDAY, 8))
    assert len(street.month().matters[Matter.HELD_TOO_LONG]) == 1

    street.send("hang", f"/deliveries/{result}/send-back")
    assert street.state_of(result) == State.RETURNED
    back = street.items_of(dossier)[-1]
    street.bring(back)
    month = street.month()
    way = month.return_way
    assert (way.returned, way.reached, way.first_attempt) == (1, 0, 0)
    assert month.of_leg(RETURN_TO_AGENCY).way.reached == 1
    assert {one for one, found in month.matters.items() if found} == {Matter.SENT_BACK}
