"""Hand-overs: each outcome of a line from what giver and taker say, in any order."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from postal_app.rules.bags import BagFact, bag_history
from postal_app.rules.custody import Fact, history
from postal_app.rules.handovers import (
    DIFFERENCES,
    LINE_TYPE_WORDS,
    LIST_WORDS,
    OUTCOME_WORDS,
    TAKING,
    Given,
    LineType,
    ListKind,
    Outcome,
    Taken,
    Thing,
    bag_outcomes,
    differences,
    outcomes,
    rivals,
)
from postal_app.rules.holders import Holder, HolderKind
from postal_app.rules.vocabulary import KINDS

NINE = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
HANG, DUNG, TUAN = 1, 7, 8
ANH_DUNG, ANH_TUAN = Holder(HolderKind.COURIER, DUNG), Holder(HolderKind.COURIER, TUAN)
LUONG_SON = Holder(HolderKind.POINT, 1)
LICENCE, RECORD, PASSPORT = Thing("item", 1), Thing("item", 2), Thing("item", 3)


def took(thing: Thing, minute: int = 5, by: int = DUNG, **said: object) -> Taken:
    taker = said.pop("taker", Holder(HolderKind.COURIER, by))
    return Taken(thing, UUID(int=minute), NINE + timedelta(minutes=minute), by, taker, **said)


CASES = [
    ([], False, Outcome.WAITING),
    ([], True, Outcome.MISSING),
    ([took(LICENCE)], False, Outcome.AGREED),
    ([took(LICENCE)], True, Outcome.AGREED),
    ([took(LICENCE, condition="intact")], False, Outcome.AGREED),
    ([took(LICENCE, condition="damaged")], False, Outcome.DAMAGED),
    ([took(LICENCE, condition="seal_broken")], False, Outcome.DAMAGED),
    ([took(LICENCE, seal_differs=True, condition="damaged")], False, Outcome.SEAL_DIFFERS),
    ([took(LICENCE, by=HANG, taker=ANH_DUNG)], True, Outcome.SAME_ACCOUNT),
    ([took(LICENCE, by=TUAN)], True, Outcome.TWO_TAKERS),
    ([took(LICENCE), took(LICENCE, 6, by=TUAN)], True, Outcome.TWO_TAKERS),
    ([took(LICENCE, taker=LUONG_SON)], False, Outcome.WAITING),
    ([took(LICENCE, condition="damaged"), took(LICENCE, 9)], False, Outcome.AGREED),
]


@pytest.mark.parametrize(("scans", "counted", "expected"), CASES)
def test_the_outcome_of_a_line_follows_from_both_sides(scans, counted, expected):
    [line] = outcomes(Given(HANG, ANH_DUNG, (LICENCE,), counted), scans)
    assert (line.position, line.thing, line.outcome) == (1, LICENCE, expected)


def test_what_is_not_listed_is_extra_and_from_a_bag_it_is_of_the_wrong_one():
    scans = [took(LICENCE), took(RECORD, 6), took(PASSPORT, 7, packed_in="TG100000003VN")]
    lines = outcomes(Given(HANG, ANH_DUNG, (LICENCE,), counted=True), scans)
    assert [(line.position, line.outcome) for line in lines] == [
        (1, Outcome.AGREED),
        (None, Outcome.EXTRA),
        (None, Outcome.WRONG_BAG),
    ]
    assert len(differences(lines)) == 2


def test_both_records_stay_when_two_say_they_took_it():
    scans = [took(LICENCE, 6, by=TUAN), took(LICENCE, 5)]
    [line] = outcomes(Given(HANG, ANH_DUNG, (LICENCE,)), scans)
    assert line.taken is not None
    assert [line.taken.account_id, *(one.account_id for one in line.others)] == [DUNG, TUAN]


def test_nothing_is_missing_of_a_cancelled_list_but_what_was_taken_is_told():
    given = Given(HANG, ANH_DUNG, (LICENCE, RECORD), counted=True, cancelled=True)
    assert [line.outcome for line in outcomes(given, [took(RECORD)])] == [
        Outcome.CANCELLED,
        Outcome.AGREED,
    ]


@drawn(st.permutations([scan for scans, _, _ in CASES for scan in scans]))
def test_the_order_in_which_scans_come_in_makes_no_difference(scans):
    given = Given(HANG, ANH_DUNG, (LICENCE, RECORD))
    in_order = sorted(scans, key=lambda scan: (scan.at, scan.fact.int))
    assert [line.outcome for line in outcomes(given, scans)] == [
        line.outcome for line in outcomes(given, in_order)
    ]


BAG = "TG100000003VN"
COUNTS = [
    ([], False, [(1, Outcome.WAITING)]),
    ([], True, [(1, Outcome.MISSING)]),
    ([took(LICENCE, packed_in=BAG, packed_by=HANG)], True, [(1, Outcome.AGREED)]),
    ([took(LICENCE, packed_in=BAG, packed_by=DUNG)], True, [(1, Outcome.SAME_ACCOUNT)]),
    ([took(LICENCE, packed_in=BAG, seal_differs=True)], True, [(1, Outcome.SEAL_DIFFERS)]),
    ([took(LICENCE, packed_in=BAG, condition="damaged")], True, [(1, Outcome.DAMAGED)]),
    ([took(RECORD)], False, [(1, Outcome.WAITING), (None, Outcome.EXTRA)]),
    (
        [took(RECORD, packed_in="TG100000017VN")],
        True,
        [(1, Outcome.MISSING), (None, Outcome.WRONG_BAG)],
    ),
]


@pytest.mark.parametrize(("scans", "emptied", "expected"), COUNTS)
def test_an_opened_bag_is_counted_against_what_was_put_in(scans, emptied, expected):
    lines = bag_outcomes(BAG, [LICENCE], scans, emptied=emptied)
    assert [(line.position, line.outcome) for line in lines] == expected


def went(*ways: tuple[str, Holder | None]) -> list[Fact]:
    return [
        Fact(UUID(int=n), kind, NINE + timedelta(minutes=n), taker=taker)
        for n, (kind, taker) in enumerate(ways, start=1)
    ]


def test_from_courier_to_courier_two_contradict_each_other():
    facts = went(
        ("accepted", LUONG_SON), ("out_for_delivery", ANH_DUNG), ("out_for_delivery", ANH_TUAN)
    )
    [(first, second)] = rivals(history(facts))
    assert (first.after.holder, second.after.holder) == (ANH_DUNG, ANH_TUAN)
    mend = Fact(UUID(int=9), "corrected", NINE + timedelta(hours=1), corrects=facts[1].fact)
    assert rivals(history([*facts, mend])) == []


def test_by_way_of_a_point_two_couriers_do_not_contradict_each_other():
    facts = went(
        ("accepted", LUONG_SON),
        ("departed", ANH_DUNG),
        ("arrived", LUONG_SON),
        ("out_for_delivery", ANH_TUAN),
        ("attempt_failed", None),
    )
    assert rivals(history(facts)) == []


@pytest.mark.parametrize(("taking", "pairs"), [("departed", 1), ("handed_on", 0)])
def test_a_bag_goes_from_courier_to_courier_only_when_the_second_says_so(
    taking: str, pairs: int
) -> None:
    ways = [("sealed", None), ("departed", ANH_DUNG), (taking, ANH_TUAN)]
    facts = [
        BagFact(UUID(int=n), kind, NINE + timedelta(minutes=n), taker=taker)
        for n, (kind, taker) in enumerate(ways, start=1)
    ]
    found = rivals(bag_history(facts, LUONG_SON))
    assert [(one.after.holder, two.after.holder) for one, two in found] == (
        [(ANH_DUNG, ANH_TUAN)] * pairs
    )


def test_every_word_of_a_list_is_said_in_both_languages():
    assert set(OUTCOME_WORDS) == set(Outcome)
    assert set(LIST_WORDS) == set(ListKind) == set(TAKING)
    assert set(LINE_TYPE_WORDS) == set(LineType)
    assert all(all(words) for words in (*OUTCOME_WORDS.values(), *LIST_WORDS.values()))
    assert Outcome.AGREED not in DIFFERENCES
    assert TAKING[ListKind.BD13] <= set(KINDS)
