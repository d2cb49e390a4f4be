"""A dossier is refused: the agency's form goes to the citizen by post, and nothing is left open."""

import re

import pytest
from flask import Flask

from postal_app.rules.legs import ANSWER
from postal_app.rules.vocabulary import State
from tests.journeys.street import open_street

pytestmark = pytest.mark.one_server


def test_a_refusal_reaches_the_citizen_with_its_form(app: Flask) -> None:
    street = open_street(app)
    dossier, number = street.take_in()
    street.bring(number)
    street.count_again(number, dossier)
    said = {"reason": "Không thuộc thẩm quyền", "ground": "NĐ 118/2025/NĐ-CP"}
    street.send("minh", f"/agency/dossiers/{dossier}/answers/refused", **said)
    (answer,) = re.findall(r'name="chosen" value="(\d+)"', street.page("minh", "/agency/sending"))
    sent = street.send(
        "minh",
        "/agency/sending",
        form_name="answers",
        chosen=answer,
        seal_number="TC01",
        weight_grams="150",
        payer="agency",
    )
    envelope = str(sent.location).rsplit("/", 1)[1]
    street.take_out(envelope, "collected_from_agency")
    street.give(envelope)
    assert street.state_of(envelope) == State.DELIVERED
    assert "Không được tiếp nhận" in street.page("minh", f"/agency/dossiers/{dossier}")

    month = street.month()
    assert (month.total.dossiers, month.total.legs, month.carried_legs) == (1, 1, 2)
    assert month.of_leg(ANSWER).way.reached == 1
    assert month.return_way.total == 0
    assert month.exceptions_total == 0
