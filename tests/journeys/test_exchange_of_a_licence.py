"""The new licence for the old one and the charge: nothing is handed out before both are there."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from models.dossiers import Dossier
from postal_app import collecting
from postal_app.month_book import money_of
from postal_app.rules.legs import RECOVERED
from postal_app.rules.vocabulary import State
from routes.archive import transaction
from tests.journeys.street import MAI, YEAR, Street, open_street

pytestmark = pytest.mark.one_server

OLD = "Giấy phép lái xe cũ"
SIGNS = {"form_name": "sign", "receiver": MAI, "relation": "self", "paper_receiver": "1"}


def charge_at_the_door(street: Street, number: str, amount: int) -> None:
    """Let the agency ask for its charge when the result is handed out."""
    with street.app.app_context(), transaction() as session:
        dossier = session.scalars(select(Dossier).where(Dossier.number == number)).one()
        by = street.people["minh"]
        collecting.add_due(session, dossier, "charge", amount, "delivery", by, now=street.hour)


def test_the_old_licence_and_the_charge_come_before_the_new_licence(app: Flask) -> None:
    street = open_street(app)
    dossier = street.settled()
    asked = {"identity_level": "0", "paper_0": OLD, "kind_0": "old_paper"}
    street.send("minh", f"/agency/dossiers/{dossier}/demands", **asked)
    charge_at_the_door(street, dossier, 135_000)
    result = street.send_results(dossier)
    street.take_out(result)

    assert "Còn giấy tờ phải thu hồi" in street.refused("dung", f"/deliveries/{result}", **SIGNS)
    taken = {"papers": f"{dossier}|{OLD}", "recovered_seal": "NP0500", "recovered_weight": "20"}
    unpaid = street.refused("dung", f"/deliveries/{result}", **SIGNS, **taken)
    assert "Còn khoản tiền phải thu" in unpaid
    due = re.search(r'name="dues" value="(\d+)"', street.page("dung", f"/deliveries/{result}"))
    assert due
    street.give(result, **taken, dues=due[1])
    assert street.state_of(result) == State.DELIVERED

    recovered = street.items_of(dossier)[-1]
    assert street.state_of(recovered) == State.IN_TRANSIT
    street.scan("dung", "handed_to_agency", recovered, condition="intact")
    month = street.month()
    assert month.of_leg(RECOVERED).way.reached == 1
    assert (month.total.legs, month.carried_legs) == (2, 3)
    with app.app_context(), transaction() as session:
        money = money_of(session, YEAR)
        assert money.trust["charge"].collected == money.trust["charge"].held == 135_000
        assert money.difference == 0
