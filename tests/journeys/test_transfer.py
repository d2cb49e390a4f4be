"""A dossier is the other agency's: it travels there under seal and is settled there."""

import pytest
from flask import Flask

from postal_app.rules.exceptional import Matter
from postal_app.rules.legs import TRANSFER
from tests.journeys.street import open_street

pytestmark = pytest.mark.one_server


def test_a_dossier_goes_on_to_the_agency_that_settles_it(app: Flask) -> None:
    street = open_street(app)
    dossier, number = street.take_in()
    street.bring(number)
    street.count_again(number, dossier)
    street.send(
        "minh",
        f"/agency/dossiers/{dossier}/transfer",
        agency="H28.99",
        reason="Thuộc Trung tâm tỉnh",
        payer="agency",
        seal_number="CH01",
        weight_grams="120",
    )
    onward = street.items_of(dossier)[-1]
    street.bring(onward, collected="collected_from_agency")
    assert onward in street.page("nghia", "/agency")
    street.count_again(onward, dossier, "nghia")
    street.accept(dossier, "nghia")
    street.send("nghia", f"/agency/dossiers/{dossier}/settle")
    result = street.send_results(dossier, who="nghia")
    street.take_out(result)
    street.give(result)

    month = street.month()
    assert (month.total.dossiers, month.total.legs, month.carried_items) == (1, 2, 3)
    assert month.of_leg(TRANSFER).way.reached == 1
    assert month.return_way.reached == 1
    (told,) = month.matters[Matter.TRANSFERRED]
    assert "đến Trung tâm Phục vụ hành chính công" in told.why.vi
    assert month.exceptions_total == 1
