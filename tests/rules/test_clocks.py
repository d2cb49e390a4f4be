"""Clocks: whatever a device's clock shows, a scan gets the best time there is and its error bar."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postal_app.rules.clocks import EARLIEST, LATEST, ON_ITS_WAY_MS, Contact, corrected

NOON = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
IN_1970 = datetime(1970, 1, 1, 0, 10, tzinfo=UTC)
AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)
HOUR_MS = 3_600_000


def ms(span: timedelta) -> int:
    return round(span / timedelta(milliseconds=1))


MOMENTS = st.datetimes(
    EARLIEST.replace(tzinfo=None), LATEST.replace(tzinfo=None), timezones=st.just(UTC)
)
COUNTS = st.integers(0, 2**53)

TABLE = {
    "a clock that is right": (Contact(NOON, NOON), (NOON - AN_HOUR, "", None), NOON - AN_HOUR),
    "a clock two days slow": (
        Contact(NOON, NOON - 2 * A_DAY),
        (NOON - 2 * A_DAY - AN_HOUR, "", None),
        NOON - AN_HOUR,
    ),
    "set back to 1970 after the scan, same boot": (
        Contact(NOON, IN_1970, "b", 2 * HOUR_MS),
        (NOON - AN_HOUR, "b", HOUR_MS),
        NOON - AN_HOUR,
    ),
    "scanned in 1970 and set right before the contact, same boot": (
        Contact(NOON, NOON, "b", 2 * HOUR_MS),
        (IN_1970, "b", HOUR_MS),
        NOON - AN_HOUR,
    ),
    "set back to 1970 after the scan, booted since, right at the contact before": (
        Contact(NOON, IN_1970, "c", 5, earlier_skew_ms=0),
        (NOON - AN_HOUR, "b", HOUR_MS),
        NOON - AN_HOUR,
    ),
    "in 1970 all the time": (
        Contact(NOON, IN_1970 + AN_HOUR),
        (IN_1970, "", None),
        NOON - AN_HOUR,
    ),
    "another boot's monotonic clock says nothing": (
        Contact(NOON, NOON, "c", 10),
        (NOON - AN_HOUR, "b", 5),
        NOON - AN_HOUR,
    ),
    "a monotonic clock that ran backwards says nothing": (
        Contact(NOON, NOON, "b", 10),
        (NOON - AN_HOUR, "b", 11),
        NOON - AN_HOUR,
    ),
    "a monotonic clock that stood still while the phone slept": (
        Contact(NOON, NOON, "b", 2 * HOUR_MS, earlier_skew_ms=0),
        (NOON - 5 * AN_HOUR, "b", HOUR_MS),
        NOON - 5 * AN_HOUR,
    ),
    "set right by a day since the contact before, same boot": (
        Contact(NOON, NOON, "b", 2 * HOUR_MS, earlier_skew_ms=ms(A_DAY)),
        (NOON - A_DAY - AN_HOUR, "b", HOUR_MS),
        NOON - AN_HOUR,
    ),
    "no time told at contact": (Contact(NOON), (NOON - AN_HOUR, "", None), NOON - AN_HOUR),
}


@pytest.mark.parametrize("case", TABLE)
def test_a_scan_is_put_where_it_happened(case: str) -> None:
    contact, scan, expected = TABLE[case]
    assert corrected(contact, *scan).at == expected


def test_an_hour_by_the_monotonic_clock_is_good_to_the_way_and_a_little_drift() -> None:
    contact = Contact(NOON, IN_1970, "b", 2 * HOUR_MS)
    assert corrected(contact, NOON, "b", HOUR_MS).error_ms == ON_ITS_WAY_MS + 360


def test_where_the_phone_slept_or_was_set_and_nobody_knows_the_bar_holds_both() -> None:
    told = corrected(Contact(NOON, NOON, "b", 2 * HOUR_MS), NOON - 5 * AN_HOUR, "b", HOUR_MS)
    assert told.at == NOON - AN_HOUR
    assert told.error_ms is not None
    assert told.error_ms >= 4 * HOUR_MS


def test_a_clock_that_was_set_since_the_contact_before_is_off_by_as_much() -> None:
    contact = Contact(NOON, NOON - A_DAY, earlier_skew_ms=0)
    told = corrected(contact, NOON - A_DAY - AN_HOUR)
    assert told.at == NOON - AN_HOUR
    assert told.error_ms is not None
    assert told.error_ms >= ms(A_DAY)


def test_a_scan_after_its_own_contact_is_off_by_that_at_least() -> None:
    told = corrected(Contact(NOON, NOON), NOON + 3 * AN_HOUR)
    assert told.at == NOON + 3 * AN_HOUR
    assert told.error_ms is not None
    assert told.error_ms >= 3 * HOUR_MS


def test_nobody_measured_where_the_device_told_no_time() -> None:
    assert corrected(Contact(NOON), NOON).error_ms is None


@given(MOMENTS, MOMENTS, MOMENTS, COUNTS, COUNTS)
def test_any_clocks_at_all_give_a_time_that_calendars_know(server, device, at, counted, then):
    told = corrected(Contact(server, device, "b", counted, earlier_skew_ms=then), at, "b", then)
    assert EARLIEST <= told.at <= LATEST
    assert told.error_ms is not None
    assert told.error_ms >= ON_ITS_WAY_MS


@given(MOMENTS, MOMENTS, st.integers(0, 14 * 24 * HOUR_MS))
def test_within_one_boot_the_wall_clock_does_not_matter(device, at, ago):
    told = corrected(Contact(NOON, device, "b", ago + 7), at, "b", 7)
    assert told.at == NOON - timedelta(milliseconds=ago)


@given(st.timedeltas(-48 * AN_HOUR, 48 * AN_HOUR), st.timedeltas(timedelta(0), 14 * A_DAY))
def test_a_clock_that_is_only_off_is_set_right(off, ago):
    happened = NOON - ago
    told = corrected(Contact(NOON, NOON + off), happened + off)
    assert abs(told.at - happened) <= timedelta(milliseconds=1)
