"""Reading what was typed: all faults at once, nothing typed lost, figures as people write them."""

from datetime import date

import pytest
from flask import Flask

from postal_app.errors import Invalid
from postal_app.rules.words import Words
from routes.forms import FaultyForm, Form


def filled(app: Flask, **fields: object) -> Form:
    with app.test_request_context("/x", method="POST", data=fields):
        return Form()


def test_text_is_composed_and_its_spaces_made_single(app: Flask) -> None:
    form = filled(app, name="  Bu\u0300i\u00a0 Thị   Hằng\u200b ")
    assert form.text("name") == "Bùi Thị Hằng"


def test_days_amounts_and_counts_are_read_as_they_are_written(app: Flask) -> None:
    form = filled(app, day="2/3/2026", iso="2026-03-02", fee="125.000 đ", weight="1.250", none="")
    assert form.day("day") == form.day("iso") == date(2026, 3, 2)
    assert form.dong("fee") == 125_000
    assert form.count("weight") == 1250
    assert form.day_or_none("none") is None
    assert form.dong_or_none("none") is None
    form.check()


def test_a_phone_number_stays_text_with_its_leading_zero(app: Flask) -> None:
    assert filled(app, phone=" 0912  345 678 ").phone("phone") == "0912 345 678"


def test_all_faults_are_told_at_once_and_what_was_typed_is_kept(app: Flask) -> None:
    form = filled(
        app, name="", day="31/02/2026", fee="12,5", weight="0", phone="hỏi sau", kind="lạ"
    )
    with form.catching():
        form.text("name")
        form.day("day")
        form.dong("fee")
        form.count("weight", least=1)
        form.phone("phone")
        form.one_of("kind", ("original", "copy"))
        form.check()
        pytest.fail("a faulty form went on")
    assert list(form.faults) == ["name", "day", "fee", "weight", "phone", "kind"]
    assert isinstance(form.refusal, FaultyForm)
    assert form.status == 422
    assert form.value("day") == "31/02/2026"


def test_a_desks_refusal_stands_beside_its_field(app: Flask) -> None:
    class SealUsed(Invalid):
        words = Words("Số niêm phong đã dùng.", "The seal number is used.")

    form = filled(app, seal="NP-0012")
    with form.catching():
        raise SealUsed(field="seal")
    assert form.faults["seal"].vi == "Số niêm phong đã dùng."


def test_what_is_our_own_fault_is_not_caught(app: Flask) -> None:
    form = filled(app, name="Hằng")
    with pytest.raises(ZeroDivisionError), form.catching():
        raise ZeroDivisionError


def test_each_form_of_a_page_takes_its_own_fields_only(app: Flask) -> None:
    sent = {"form_name": "seal", "number": "NP-0012"}
    with app.test_request_context("/x", method="POST", data=sent):
        assert Form("seal").sent
        other = Form("money", start={"number": 3, "day": date(2026, 3, 2), "note": None})
    assert not other.sent
    assert [other.value(name) for name in ("number", "day", "note")] == ["3", "02/03/2026", ""]
