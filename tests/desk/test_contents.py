"""Contents on a real archive: sealed, counted again, lent and given back, always compared."""

import pytest
from sqlalchemy import select

from models.answers import LentOriginal
from postal_app import agency_answers, agency_originals, contents, month_end
from postal_app.agency_receipts import CountedPaper
from postal_app.answer_form import NewAnswer
from postal_app.rules.contents import Likeness, Stage
from postal_app.rules.exceptional import Matter
from tests.agencies import arrive, paper, receive
from tests.desk.test_month_matters import THIS_YEAR
from tests.makers import make_town, minutes, take_in

pytestmark = pytest.mark.one_server

LENT = CountedPaper(paper("original", 1, 2), 0, lent=True)


@pytest.fixture
def town(session):
    return make_town(session)


def told(session, item):
    return {one.stage: one.likeness for one in contents.of_item(session, item)}


def test_what_nobody_counted_again_is_said_to_be_not_counted(session, town):
    item = take_in(session, town)
    assert told(session, item) == {Stage.SEALED: None, Stage.AGENCY: Likeness.NOT_COUNTED}
    [sealed, _] = contents.of_item(session, item)
    assert (sealed.contents.copies, sealed.contents.pages) == (2, 3)


def test_what_the_agency_counts_is_compared_with_what_was_sealed(session, town):
    same, differs = arrive(session, town), arrive(session, town)
    receive(session, same, town.officer)
    receive(session, differs, town.officer, line_1=CountedPaper(paper("copy", 0, 0), 1))
    assert told(session, same)[Stage.AGENCY] is Likeness.SAME
    assert told(session, differs)[Stage.AGENCY] is Likeness.DIFFERS


def test_an_original_shown_for_comparison_is_owed_until_it_is_given_back(session, town):
    item = arrive(session, town)
    receive(session, item, town.officer, line_0=LENT)
    assert told(session, item)[Stage.RETURNED] is Likeness.DIFFERS
    loan = session.scalars(select(LentOriginal)).one()
    number = item.legs[0].dossier.number
    agency_originals.give_back(session, number, loan.id, "owner", town.officer, now=minutes(220))
    assert told(session, item)[Stage.RETURNED] is Likeness.SAME


def test_an_original_still_owed_when_the_dossier_has_ended_stands_in_the_month(session, town):
    item = arrive(session, town)
    receive(session, item, town.officer, line_0=LENT)
    dossier = item.legs[0].dossier
    why = NewAnswer("refused", reason="Không thuộc thẩm quyền", ground="NĐ 118/2025/NĐ-CP")
    agency_answers.give(session, dossier, why, town.officer, now=minutes(200))
    dossier.closed_at = minutes(200)
    found = month_end.reckon(session, THIS_YEAR, now=minutes(600)).matters
    [owed] = found[Matter.ORIGINAL_OWED]
    assert (owed.dossier, "1 bản chính" in owed.why.vi) == (dossier.number, True)
