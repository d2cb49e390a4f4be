"""A delivery that was none: the report stands until a second person confirms the mistake."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from models.ledger import LedgerEntry
from postal_app.rules.vocabulary import State
from routes.archive import transaction
from tests.journeys.street import ABSENT, open_street

pytestmark = pytest.mark.one_server


def test_a_delivery_report_is_cancelled_by_two_persons_and_nothing_else(app: Flask) -> None:
    street = open_street(app)
    result = street.send_results(street.settled())
    street.take_out(result)
    street.give(result)
    street.scan("dung", "attempt_failed", result, **ABSENT)
    assert street.state_of(result) == State.DELIVERED

    with app.app_context(), transaction() as session:
        mistaken = select(LedgerEntry.fact).where(LedgerEntry.kind == "delivered")
        fact = session.scalars(mistaken).one()
    reason = {"reason": "Giao nhầm bì của nhà bên cạnh"}
    street.send("hang", f"/items/{result}/corrections/{fact}", **reason)
    asked = re.search(r'id="correction-(\d+)"', street.page("hang", "/corrections"))
    assert asked
    street.refused("hang", f"/corrections/{asked[1]}", answer="confirm")
    assert street.state_of(result) == State.DELIVERED
    street.send("thao", f"/corrections/{asked[1]}", answer="confirm")
    assert street.state_of(result) == State.NOT_DELIVERED
    assert street.month().return_way.reached == 0

    street.scan("dung", "out_for_delivery", result)
    street.give(result)
    month = street.month()
    assert (month.return_way.reached, month.return_way.first_attempt) == (1, 0)
    assert month.exceptions_total == 0
    assert "Giao nhầm bì của nhà bên cạnh" in street.page("thao", f"/items/{result}")
