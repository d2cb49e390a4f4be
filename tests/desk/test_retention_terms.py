"""The terms are data of the province, within what the law allows."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from postal_app import (
    retention,
)
from postal_app.retention import NewTerm
from postal_app.rules.retention import CLASSES
from postal_app.sweeps import SWEEPS
from tests.makers import (
    NINE,
    TODAY,
    Town,
    make_town,
)


@pytest.fixture
def town(session: Session) -> Town:
    return make_town(session)


def test_every_class_that_is_erased_has_a_sweep_and_a_default_term(session):
    erased = {code for code, data in CLASSES.items() if data.erased}
    assert {sweep.class_code for sweep in SWEEPS} == erased
    assert retention.in_force(session, date(2026, 1, 1)).keys() == erased
    assert retention.in_force(session, date(2025, 12, 31)) == {}


def test_a_new_term_of_the_province_holds_from_its_day_on(session, town):
    new = NewTerm("public_disclosures", 3, 0, "QĐ 12/QĐ-UBND", date(2026, 4, 1))
    retention.set_term(session, new, town.provincial, now=NINE)
    before, after = (retention.in_force(session, date(2026, 3, 31)), date(2026, 4, 1))
    assert before["public_disclosures"].length.months == 12
    held = retention.in_force(session, after)["public_disclosures"]
    assert (held.length.months, held.source, held.entered_by) == (3, "QĐ 12/QĐ-UBND", "thao")
    [one] = [c for c in retention.listed(session, TODAY) if c.code == "public_disclosures"]
    assert [term.length.months for term in one.later] == [3]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"class_code": "khong_co"}, retention.UnknownClass),
        ({"class_code": "statistics"}, retention.UnknownClass),
        ({"months": 0}, retention.BadLength),
        ({"days": 3}, retention.BadLength),
        ({"months": 99_999}, retention.BadLength),
        ({"months": 8}, retention.TermTooShort),
        ({"class_code": "money_vouchers", "months": 60}, retention.TermTooShort),
        ({"class_code": "identity_photos", "months": 24}, retention.TermTooLong),
        ({"source": "  "}, retention.Groundless),
        ({"valid_from": TODAY - timedelta(days=1)}, retention.TermInThePast),
    ],
)
def test_a_term_that_the_law_does_not_allow_is_refused(session, town, changes, error):
    values = {
        "class_code": "delivery_evidence",
        "months": 12,
        "days": 0,
        "source": "QĐ 12/QĐ-UBND",
        "valid_from": TODAY,
    }
    with pytest.raises(error):
        retention.set_term(session, NewTerm(**(values | changes)), town.provincial, now=NINE)
