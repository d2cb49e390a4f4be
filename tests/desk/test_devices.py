"""Devices: whose they are, what is refused from them, and the scans that never arrived."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from models.ledger import RefusedScan
from postal_app import device_lists, devices, scanning
from postal_app.device_lists import Gap
from postal_app.devices import Standing
from postal_app.rules.clocks import Contact
from postal_app.scan_refusals import REFUSALS
from postal_app.scan_verdicts import Outcome
from tests.makers import NINE, Town, make_town, minutes, scan, take_in

pytestmark = pytest.mark.one_server
PHONE = "2f0c2a52-55f0-4c8c-8ab3-9d3c52dd7a10"


@pytest.fixture
def town(session: Session) -> Town:
    return make_town(session)


def contact(session: Session, town: Town, *numbers: int, at: float = 0, slow: int = 0) -> None:
    """Let the courier's phone be heard with scans of these numbers."""
    met = devices.meet(session, PHONE, "Android", town.courier, now=minutes(at))
    told = Contact(minutes(at), minutes(at) - timedelta(seconds=slow))
    devices.note(session, met, told, numbers)


def test_a_phone_is_registered_to_who_first_sends_from_it(session, town):
    first = devices.meet(session, PHONE, "Android", town.courier, now=NINE)
    again = devices.meet(session, PHONE, "other name", town.courier, now=minutes(5))
    others = devices.meet(session, PHONE, "", town.other_courier, now=minutes(6))
    assert (first.standing, again.standing) == (Standing.OWN, Standing.OWN)
    assert others.standing is Standing.OTHERS
    [line] = device_lists.mine(session, town.courier)
    assert (line.name, line.owner, line.registered_at) == ("Android", "Quách Văn Dũng", NINE)
    assert device_lists.mine(session, town.other_courier) == []


def test_a_phone_that_tells_no_name_is_told_as_an_oddity_and_recorded(session, town):
    item = take_in(session, town)
    met = devices.meet(session, "", "", town.courier, now=minutes(5))
    made = [scan(item.number, "departed", minutes(5))]
    [verdict] = scanning.take_in(session, made, town.courier, now=minutes(6), device=met.standing)
    assert verdict.outcome is Outcome.WITH_ANOMALY
    assert "unknown_device" in verdict.anomalies


@pytest.mark.parametrize(
    ("standing", "reason"),
    [(Standing.REVOKED, "revoked_device"), (Standing.OTHERS, "others_device")],
)
def test_what_a_device_sends_that_is_shut_out_is_refused_and_kept(session, town, standing, reason):
    item = take_in(session, town)
    before = scan(item.number, "departed", minutes(4))
    scanning.take_in(session, [before], town.courier, now=minutes(4), device=Standing.OWN)
    batch = [scan(item.number, "arrived", minutes(5)), scan("RH999999999VN", "held"), before]
    told = scanning.take_in(session, batch, town.courier, now=minutes(6), device=standing)
    assert [one.outcome for one in told] == [*[Outcome.REFUSED] * 2, Outcome.ALREADY]
    assert told[0].words == REFUSALS[reason]
    assert item.entries == 2
    kept = session.query(RefusedScan).all()
    assert {(one.reason, one.raw["kind"]) for one in kept} == {
        (reason, "arrived"),
        (reason, "held"),
    }


def test_a_revoked_device_stays_so_and_says_why(session, town):
    contact(session, town, 1)
    [line] = device_lists.mine(session, town.courier)
    with pytest.raises(devices.ReasonMissing):
        devices.revoke(session, line.id, " ", town.administrator, now=minutes(2))
    devices.revoke(session, line.id, "mất máy ở chợ", town.administrator, now=minutes(2))
    met = devices.meet(session, PHONE, "", town.courier, now=minutes(3))
    assert met.standing is Standing.REVOKED
    with pytest.raises(devices.AlreadyRevoked):
        devices.revoke(session, line.id, "lần nữa", town.administrator, now=minutes(4))
    told = device_lists.one(session, line.id)
    assert (told.revoked_at, told.revoked_by) == (minutes(2), "Đinh Công Quản")
    assert told.reason == "mất máy ở chợ"


def test_scans_that_never_arrived_are_told_until_they_come(session, town):
    contact(session, town, 2, 3, 7, slow=30)
    contact(session, town, 3, 9, at=5, slow=90)
    [line] = device_lists.mine(session, town.courier)
    assert line.gaps == (Gap(1, 1), Gap(4, 6), Gap(8, 8))
    assert (line.missing, line.highest, line.skew_ms) == (5, 9, 90_000)
    contact(session, town, 8, 1, 4, 5, 6, 0, at=9)
    [line] = device_lists.mine(session, town.courier)
    assert (line.missing, line.gaps, line.last_at) == (0, (), minutes(9))


def test_a_contact_brings_the_skew_of_the_one_before(session, town):
    contact(session, town, slow=30)
    met = devices.meet(session, PHONE, "", town.courier, now=minutes(5))
    assert met.earlier_skew_ms == 30_000


def test_all_devices_are_listed_the_newest_first(session, town):
    contact(session, town)
    devices.meet(session, "máy khác", "", town.other_courier, now=minutes(1))
    found, count = device_lists.listed(session)
    assert [line.device for line in found] == ["máy khác", PHONE]
    assert count == 2
    with pytest.raises(devices.UnknownDevice):
        device_lists.one(session, 987654321)
    with pytest.raises(devices.UnknownDevice):
        devices.revoke(session, 987654321, "mất", town.administrator, now=NINE)


@pytest.mark.parametrize("table", ["devices", "device_revocations", "device_contacts"])
@pytest.mark.parametrize("words", ["UPDATE {} SET id = 0", "DELETE FROM {}", "TRUNCATE {}"])
def test_what_is_known_of_devices_is_only_ever_added_to(session, table, words):
    with pytest.raises(DBAPIError, match="permission denied"):
        session.execute(text(words.format(table)))
