"""An envelope is missing: bà Mai complains, the province answers, two approve, the counter pays."""

import re

import pytest
from flask import Flask

from postal_app.rules.vocabulary import State
from tests.journeys.street import MAI, open_street

pytestmark = pytest.mark.one_server

COMPLAINT = {
    "kind": "loss",
    "made_as": "sender",
    "name": MAI,
    "address": "Xóm Đồng, xã Tân Vinh",
    "content": "Hồ sơ của tôi chưa đến cơ quan.",
    "lodged_on": "02/03/2026",
}
SUMS = {"loss": "120.000", "remaking": "135.000", "evidence": "biên lai 0012"}


def test_a_loss_is_complained_of_answered_and_made_good(app: Flask) -> None:
    street = open_street(app)
    _, number = street.take_in()
    street.scan("dung", "departed", number, condition="intact")
    street.scan("dung", "lost", number, note="không thấy trong túi thư")
    assert street.state_of(number) == State.LOST
    made = street.send("hang", f"/items/{number}/complaints/new", **COMPLAINT).location
    page = "/complaints/" + str(made).rsplit("/", 1)[1]
    said = {"form_name": "answer", "verdict": "justified", "said": "Bưu chính làm mất bì."}
    street.send("thao", page, **said)
    proposal = {"form_name": "propose", "basis": "total_loss", "payer": "354100"}
    street.send("thao", page, **proposal, **SUMS)
    street.refused("thao", page, form_name="approve", reason="")
    street.send("nga", page, form_name="approve", reason="")
    street.send("hang", page, form_name="pay", reference="PC-0007")
    street.refused("hang", page, form_name="pay", reference="PC-0008")
    assert re.search(r"255\.000 đồng", street.page("hang", page))

    month = street.month()
    assert (month.submit_way.lost, month.submit_way.reached) == (1, 0)
    assert (month.integrity.lost, month.integrity.intact_share.shown) == (1, "0,00 %")
    assert [one.item for one in month.exceptions] == [number]
