"""The money of the form of a new pickup: suggested by the tariff, exempt on a proven ground."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from models.dossiers import MoneyLine
from models.money import Exemption
from postal_app.rules.roles import Role
from routes.archive import transaction
from tests.doors.conftest import Browser, Post
from tests.makers import LICENCE, take_in
from tests.tariffs import publish

SignIn = Callable[[Role], Browser]
NEW = "/clerk/pickups/new"
FIELDS = {
    "procedure_code": LICENCE,
    "service_form": "both",
    "agency": "H28.16",
    "sender_name": "Bà Đinh Thị Mai",
    "sender_phone": "0912345678",
    "sender_address": "Xóm Đồng, xã Tân Vinh, huyện Lương Sơn, Hòa Bình",
    "owner_same": "1",
    "receiver_same": "1",
    "paper_0_counted": "1",
    "paper_0_kind": "original",
    "paper_1_counted": "1",
    "paper_1_kind": "copy",
    "paper_2_kind": "original",
    "paper_3_kind": "original",
    "money_charge": "135.000",
    "money_postage": "60.000",
}


@pytest.fixture
def clerk(app: Flask, sign_in: SignIn, post: Post) -> Browser:
    with app.app_context(), transaction() as session:
        publish(session)
    return sign_in(Role.CLERK)


def test_the_tariff_suggests_the_remittance_and_once_the_agency_is_known_the_postage(
    app: Flask, post: Post, clerk: Browser
) -> None:
    page = clerk.get(f"{NEW}?procedure_code={LICENCE}&service_form=both").text
    assert 'name="money_postage" type="text" value=""' in page
    with app.app_context(), transaction() as session:
        take_in(session, post.town)  # from now on the procedure has its usual agency
    page = clerk.get(f"{NEW}?procedure_code={LICENCE}&service_form=both").text
    assert 'name="money_charge" type="text" value="135.000"' in page
    assert 'name="money_remittance" type="text" value="8.000"' in page
    assert 'name="money_postage" type="text" value="60.000"' in page


def test_who_has_no_paper_for_a_ground_is_told_beside_the_field(clerk: Browser) -> None:
    sent = clerk.send(NEW, **FIELDS, ground_postage="poor")
    assert (sent.status_code, "Hãy ghi giấy tờ chứng minh" in sent.text) == (422, True)
    sent = clerk.send(NEW, **FIELDS, ground_charge="act_full", evidence_charge="Giấy số 7")
    assert sent.status_code == 422


def test_an_exemption_claimed_at_the_counter_is_kept_with_the_line(
    app: Flask, clerk: Browser
) -> None:
    claimed = {"ground_postage": "poor", "evidence_postage": "Giấy hộ nghèo số 12"}
    sent = clerk.send(NEW, **FIELDS, **claimed)
    assert sent.status_code == 302, sent.text
    with app.app_context(), transaction() as session:
        lines = session.scalars(select(MoneyLine).order_by(MoneyLine.id)).all()
        assert [(one.kind, one.amount, one.full_amount) for one in lines] == [
            ("charge", 135_000, 135_000),
            ("postage", 30_000, 60_000),
        ]
        assert lines[1].tariff_amount is not None
        assert session.scalars(select(Exemption.evidence)).all() == ["Giấy hộ nghèo số 12"]
