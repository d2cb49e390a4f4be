"""Two results in one envelope: one is taken, the other waits, and each is a leg of its own."""

import pytest
from flask import Flask

from postal_app.rules.legs import RESULT
from postal_app.rules.vocabulary import State
from tests.journeys.street import MAI, open_street

pytestmark = pytest.mark.one_server


def test_one_of_two_results_is_taken_and_the_other_follows(app: Flask) -> None:
    street = open_street(app)
    first, second = street.settled(), street.settled()
    result = street.send_results(first, second)
    street.take_out(result)
    street.give(result, dossiers=first, reason="refused", next_action_refused="hold")
    assert street.state_of(result) == State.PARTLY_DELIVERED
    way = street.month().return_way
    assert (way.reached, way.not_delivered, way.left_over) == (1, 1, 1)

    street.scan("dung", "out_for_delivery", result)
    street.give(result, dossiers=second, receiver=MAI)
    assert street.state_of(result) == State.DELIVERED
    month = street.month()
    carried = month.of_leg(RESULT)
    assert (carried.dossiers, carried.legs, carried.items) == (2, 2, 1)
    assert (carried.way.reached, carried.integrity.ended) == (2, 2)
    assert month.total.items == 3
