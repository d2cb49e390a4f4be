"""Who may receive: a proxy with his paper, and of what goes in hand nobody but the person."""

import pytest
from flask import Flask

from postal_app.rules.vocabulary import State
from tests.journeys.street import Street, open_street

pytestmark = pytest.mark.one_server

BINH = {"form_name": "sign", "receiver": "Quách Văn Bình", "paper_receiver": "1"}
AUTHORISED = {
    "authorisation": "GUQ 12",
    "authorised_on": "01/03/2026",
    "certified_by": "UBND xã Tân Vinh",
}


def result_out(street: Street) -> tuple[str, str]:
    """Give the numbers of a dossier and of its result, which anh Dũng has out."""
    dossier = street.settled()
    result = street.send_results(dossier)
    street.take_out(result)
    return dossier, result


def test_a_proxy_receives_with_his_authorisation_and_not_without(app: Flask) -> None:
    street = open_street(app)
    _, result = result_out(street)
    bare = street.refused("dung", f"/deliveries/{result}", **BINH, relation="proxy")
    assert 'id="sign-authorisation-fault"' in bare
    street.send("dung", f"/deliveries/{result}", **BINH, relation="proxy", **AUTHORISED)
    assert street.state_of(result) == State.DELIVERED
    assert "Người được ủy quyền" in street.page("hang", f"/items/{result}")
    month = street.month()
    assert (month.return_way.reached, month.return_way.first_attempt) == (1, 1)


def test_what_goes_in_hand_is_refused_to_a_brother_and_given_to_the_person(app: Flask) -> None:
    street = open_street(app)
    dossier, result = result_out(street)
    asked = {"identity_level": "0", "in_hand": "1"}
    street.send("minh", f"/agency/dossiers/{dossier}/demands", **asked)
    told = street.refused("dung", f"/deliveries/{result}", **BINH, relation="sibling")
    assert "chỉ giao cho chính người nhận" in told
    assert street.state_of(result) == State.OUT_FOR_DELIVERY
    street.give(result)
    assert street.state_of(result) == State.DELIVERED
    assert street.month().return_way.first_attempt == 1
