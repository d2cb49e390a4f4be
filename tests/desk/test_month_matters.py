"""What somebody has to look at in a month, beside the condition and the class of legs."""

from datetime import date

import pytest
from sqlalchemy import select

from models.ledger import LedgerEntry
from postal_app import agency_transfers, contents, corrections, deliveries, month_end
from postal_app.agency_receipts import CountedPaper
from postal_app.envelopes import Envelope
from postal_app.month_end import Month
from postal_app.rules.exceptional import Matter
from postal_app.rules.periods import Period
from postal_app.rules.recounts import Papers
from tests.agencies import arrive, other_agency, receive
from tests.delivered import at, failed, publish_tet, result_of, settled, tell
from tests.makers import Town, make_town, minutes

THIS_YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
FRIDAY, AFTER_TET = date(2026, 2, 13), date(2026, 2, 25)


@pytest.fixture
def town(session) -> Town:
    made = make_town(session)
    publish_tet(session, made)
    return made


def month(session, now=None) -> Month:
    return month_end.reckon(session, THIS_YEAR, now=now or minutes(600))


def told(session, now=None) -> dict[Matter, list[str]]:
    found = month(session, now).matters
    return {matter: [one.why.vi for one in rows] for matter, rows in found.items() if rows}


def test_a_straight_way_gives_nobody_anything_to_look_at(session, town):
    receive(session, arrive(session, town), town.officer)
    reckoned = month(session)
    assert told(session) == {}
    assert (reckoned.exceptions, reckoned.exceptions_total) == ((), 0)


def test_papers_that_differ_stand_in_the_list_and_ask_for_the_second_signature(session, town):
    item = arrive(session, town)
    missing = CountedPaper(Papers("original", 0, 0), 0)
    record = receive(session, item, town.officer, line_0=missing)
    listed, found = (one.contents for one in contents.of_item(session, item))
    assert told(session) == {
        Matter.COUNT_DIFFERS: [
            f"Biên bản {record.number}: 1 giấy tờ không khớp danh mục hai bên đã ký; khi niêm "
            f"phong 2 bản, 3 trang ({listed.short}), cơ quan đếm 1 bản, 1 trang ({found.short})."
        ],
        Matter.NO_SECOND_SIGNATURE: [f"Biên bản {record.number} chưa có chữ ký của bên thứ hai."],
    }
    reckoned = month(session)
    assert reckoned.exceptions_total == len(reckoned.exceptions) == 2
    assert {one.item for one in reckoned.exceptions} == {item.number}


def test_a_transfer_is_told_with_both_agencies(session, town):
    other_agency(session)
    item = arrive(session, town)
    receive(session, item, town.officer)
    number = item.legs[0].dossier.number
    agency_transfers.transfer(
        session,
        number,
        "H28.99",
        "thuộc thẩm quyền nơi khác",
        town.officer,
        now=minutes(200),
        envelope=Envelope("CH-1", 120),
    )
    (why,) = told(session)[Matter.TRANSFERRED]
    assert why == "Từ Sở Giao thông Vận tải đến Trung tâm Phục vụ hành chính công."


@pytest.fixture
def undeliverable(session, town):
    """Bà Mai's result with its two notices over Tết, still at Lương Sơn."""
    item = result_of(session, town, settled(session, town), collected=at(FRIDAY, 7))
    failed(session, town, item.number, at(FRIDAY))
    failed(session, town, item.number, at(AFTER_TET))
    return item


def test_what_may_go_back_and_still_lies_there_is_held_too_long(session, town, undeliverable):
    later = at(date(2026, 3, 3))
    assert told(session, at(AFTER_TET, 15)) == {}
    (why,) = told(session, later)[Matter.HELD_TOO_LONG]
    assert why == "Được chuyển hoàn từ ngày 26/02/2026, vẫn còn ở bưu chính."


def test_what_went_back_names_the_item_it_went_back_in(session, town, undeliverable):
    back = deliveries.send_back(session, undeliverable.number, town.clerk, now=at(date(2026, 3, 3)))
    assert told(session) == {
        Matter.SENT_BACK: [f"Không phát được; đã chuyển hoàn trong bưu gửi {back.number}."]
    }


def test_a_corrected_return_whose_envelope_still_travels_is_told(session, town, undeliverable):
    now = at(date(2026, 3, 3))
    back = deliveries.send_back(session, undeliverable.number, town.clerk, now=now)
    fact = session.scalars(
        select(LedgerEntry.fact).where(
            LedgerEntry.item_id == undeliverable.id, LedgerEntry.kind == "sent_back"
        )
    ).one()
    asked = corrections.ask(
        session, undeliverable.number, fact, "chuyển hoàn nhầm bì", town.clerk, now=now
    )
    corrections.settle(session, asked.id, town.provincial, approved=True, now=now)
    entry = session.scalars(select(LedgerEntry).where(LedgerEntry.kind == "corrected")).one()
    assert "return_stands" in entry.anomalies
    (why,) = told(session, now)[Matter.TWICE_THERE]
    assert back.number in why


def test_what_is_called_resealed_without_a_record_is_told(session, town):
    item = arrive(session, town)
    told_so = tell(session, town, item.number, "departed", minutes(200), condition="resealed")
    assert told_so.number == item.number
    found = month(session).matters[Matter.RESEALED_WITHOUT_RECORD]
    assert [one.item for one in found] == [item.number]


@pytest.mark.parametrize("matter", Matter)
def test_every_matter_is_said_in_both_languages(matter):
    assert all(matter.words)
    assert all(matter.why)
