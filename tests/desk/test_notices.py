"""What a sender is told of his data before he signs, and what he agrees to besides."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.dossiers import Dossier
from models.people_data import Consent
from postal_app import notices, pickups, retention
from postal_app.notices import NOTICES, PURPOSES
from postal_app.retention import NewTerm
from tests.makers import NINE, TODAY, make_town, minutes, pickup_of


@pytest.fixture
def town(session: Session):
    return make_town(session)


@pytest.fixture
def dossier(session: Session, town) -> Dossier:
    return pickups.open_pickup(session, pickup_of(), town.clerk, now=NINE)


def test_the_sender_is_told_with_the_terms_in_force(session, town):
    told = notices.shown(session, None, TODAY)
    text = " ".join(said.vi for _, said in told.lines)
    assert told.version == "thong-bao-1"
    for words in (
        "24 tháng sau khi hồ sơ kết thúc",
        "9 tháng sau thời hạn",
        "45 ngày",
        "120 tháng",
    ):
        assert words in text
    new = NewTerm("dossier_parties", 36, 0, "QĐ 12/QĐ-UBND", TODAY)
    retention.set_term(session, new, town.provincial, now=NINE)
    assert "xóa 36 tháng" in notices.slip_sentence(session, None, TODAY)
    assert "xóa 24 tháng" in notices.slip_sentence(session, None, TODAY - timedelta(days=1))


def test_every_line_is_told_in_both_languages_and_names_no_more_than_the_terms():
    for notice in NOTICES:
        for head, said in notice.lines:
            assert all((*head, *said))
        assert notice.version in notice.on_slip
    assert len({notice.version for notice in NOTICES}) == len(NOTICES)
    assert notices.current(date(2020, 1, 1)) is NOTICES[0]
    assert notices.of_version("khong-co", TODAY) is notices.current(TODAY)


def test_what_he_was_told_is_kept_by_its_version_once(session, town, dossier):
    assert dossier.notice_version is None
    notices.tell(session, dossier, (), town.clerk, now=NINE)
    assert dossier.notice_version == "thong-bao-1"
    dossier.notice_version = "thong-bao-0"
    notices.tell(session, dossier, (), town.clerk, now=NINE)
    assert dossier.notice_version == "thong-bao-0"


def test_nothing_is_agreed_to_that_was_not_ticked(session, town, dossier):
    assert notices.answers(session, dossier.id) == {}
    notices.tell(session, dossier, (), town.clerk, now=NINE)
    assert {one.given for one in notices.answers(session, dossier.id).values()} == {False}
    assert notices.answers(session, dossier.id).keys() == PURPOSES.keys()


def test_an_answer_is_kept_with_its_time_and_the_latest_holds(session, town, dossier):
    notices.tell(session, dossier, ["delivery_message"], town.clerk, now=NINE)
    held = notices.answers(session, dossier.id)["delivery_message"]
    assert (held.given, held.at, held.notice_version) == (True, NINE, "thong-bao-1")
    notices.answer(session, dossier, "delivery_message", town.clerk, given=False, now=minutes(30))
    session.flush()
    held = notices.answers(session, dossier.id)["delivery_message"]
    assert (held.given, held.at) == (False, minutes(30))
    assert len(session.scalars(select(Consent)).all()) == 2


def test_there_is_no_consent_to_what_nobody_asks(session, town, dossier):
    with pytest.raises(KeyError):
        notices.answer(session, dossier, "advertising", town.clerk, given=True, now=NINE)
