"""Items without owner told from outside: sent back, not taken there either, published, declared."""

from datetime import date, timedelta

import pytest

from models.items import Item
from postal_app import deliveries, ownerless, scanning, wishes
from postal_app.delivery_terms import PUBLICATION, Term, enter
from postal_app.enquiries import UnknownNumber
from postal_app.ownerless import AlreadyPublished, NotOwnerless
from postal_app.rules.vocabulary import State
from tests.delivered import at, failed
from tests.makers import NINE, Town, make_town, minutes, scan, take_in

TAKEN_IN = date(2026, 3, 2)


@pytest.fixture
def town(session) -> Town:
    return make_town(session)


@pytest.fixture
def back(session, town) -> Item:
    """Papers that the agency refused and that came back to Lương Sơn for Bà Mai."""
    item = take_in(session, town)
    out = [scan(item.number, "departed", minutes(30))]
    scanning.take_in(session, out, town.courier, now=minutes(30))
    failed(
        session,
        town,
        item.number,
        minutes(60),
        reason="agency_refuses",
        next_action="return",
        notice="",
    )
    return deliveries.send_back(session, item.number, town.clerk, now=minutes(300))


def in_list(session, today: date) -> ownerless.LyingBack:
    [found] = ownerless.unclaimed(session, today=today)
    return found


def test_after_six_months_and_the_publication_an_item_is_without_owner(session, town, back) -> None:
    assert "Chưa có lần phát" in in_list(session, TAKEN_IN).ruling.words.vi
    wishes.give_notice(session, back.number, "phone", town.clerk, now=at(date(2026, 3, 9)))
    wishes.give_notice(session, back.number, "paper", town.clerk, now=at(date(2026, 3, 11)))
    assert "Chưa niêm yết" in in_list(session, date(2026, 8, 3)).ruling.words.vi
    assert ownerless.public_list(session) == []
    ownerless.publish(session, back.number, town.provincial, now=at(date(2026, 8, 3)))
    with pytest.raises(AlreadyPublished):
        ownerless.publish(session, back.number, town.provincial, now=at(date(2026, 8, 4)))
    with pytest.raises(NotOwnerless) as refused:
        ownerless.declare(session, back.number, town.provincial, now=at(date(2026, 8, 20)))
    assert "Chưa đủ sáu tháng" in refused.value.said.vi
    [line] = ownerless.public_list(session)
    assert (line.number, line.point, line.declared) == (back.number, "Bưu cục Lương Sơn", False)
    told = in_list(session, date(2026, 9, 3))
    assert (told.ripe_on, told.ruling.earliest) == (date(2026, 9, 2), date(2026, 9, 3))
    ownerless.declare(session, back.number, town.provincial, now=at(date(2026, 9, 3)))
    assert back.state == State.OWNERLESS
    assert ownerless.public_list(session)[0].declared
    assert ownerless.unclaimed(session, today=date(2026, 9, 3)) == []


def test_how_long_a_list_is_published_is_the_provinces_word(session, town, back) -> None:
    enter(
        session,
        Term(PUBLICATION, 90, date(2026, 1, 1), "QĐ 12/QĐ-BĐT"),
        town.provincial,
        now=NINE,
    )
    failed(session, town, back.number, at(date(2026, 3, 9)), reason="moved", next_action="return")
    ownerless.publish(session, back.number, town.provincial, now=at(date(2026, 8, 3)))
    published_until = date(2026, 8, 3) + timedelta(days=90)
    told = in_list(session, date(2026, 9, 3))
    assert told.ruling.earliest == published_until + timedelta(days=1)


def test_what_both_sides_refuse_is_without_owner_at_once(session, town, back) -> None:
    failed(session, town, back.number, at(date(2026, 3, 4)), reason="refused", next_action="return")
    assert in_list(session, date(2026, 3, 4)).ruling.ground == "both_refused"
    ownerless.declare(session, back.number, town.provincial, now=at(date(2026, 3, 4), 15))
    assert back.state == State.OWNERLESS


def test_what_was_never_sent_back_has_an_owner_and_stands_in_no_list(session, town, back) -> None:
    with pytest.raises(NotOwnerless):
        ownerless.publish(session, back.number, town.provincial, now=at(TAKEN_IN))
    other = take_in(session, town, now=minutes(10))
    for act in (ownerless.publish, ownerless.declare):
        with pytest.raises(UnknownNumber):
            act(session, other.number, town.provincial, now=at(TAKEN_IN))


def test_who_comes_after_all_takes_it_off_the_list(session, town, back) -> None:
    failed(session, town, back.number, at(date(2026, 3, 9)), reason="moved", next_action="return")
    ownerless.publish(session, back.number, town.provincial, now=at(date(2026, 3, 10)))
    given = {"receiver": "Đinh Thị Mai", "relation": "self", "proof": "signature"}
    handed = [scan(back.number, "delivered", at(date(2026, 3, 12)), **given)]
    scanning.take_in(session, handed, town.clerk, now=at(date(2026, 3, 12)))
    assert back.state == State.DELIVERED
    assert ownerless.public_list(session) == []
