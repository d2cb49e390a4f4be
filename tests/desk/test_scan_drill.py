"""The drill of scans in its short form, and that each of its checks bites."""

from random import Random
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from drills.fleet import archive as archives
from drills.fleet import checks
from drills.fleet.archive import Kept
from drills.fleet.checks import asked_again, violations
from drills.fleet.lives import Found, live_lot
from drills.fleet.lots import BEFORE, Lot
from drills.fleet.phones import EPOCH, Phone
from drills.fleet.runs import FIRST_MORNING, Lived, Run
from drills.fleet.town import Town, found
from tests.conftest import Archive

pytestmark = pytest.mark.one_server  # what the network did is in question, not the server

RUNS, SEED = 12, 20


def founded(archive: Archive) -> Town:
    with Session(archive.engine) as session, session.begin():
        return found(session, now=BEFORE)


@pytest.fixture
def lot(archive: Archive) -> Lot:
    return Lot(archive.engine, founded(archive))


def test_whatever_the_network_does_nothing_is_lost_doubled_or_turned_round(lot: Lot) -> None:
    told = Found()
    live_lot(lot, range(RUNS), SEED, told)
    assert told.violations == []
    happened = ("scans", "lost_requests", "lost_answers", "duplicates", "same_ids", "corrections")
    assert all(told.happened[what] for what in happened)
    of_bags = ("bags", "bag_scans", "bags_opened", "taken_out", "bags_emptied", "missing", "extra")
    assert {what for what in of_bags if not told.happened[what]} == set()


def test_each_check_finds_what_it_looks_for(lot: Lot) -> None:
    run = Run(3, SEED, lot)
    run.live()
    lived = [run.lived()]
    recorded = next(
        made for made in lived[0].made if made.told and made.told[-1].outcome == "recorded"
    )

    def found_in(kept: Kept, told: list[Lived] = lived) -> set[str]:
        with lot.session() as session:
            return {one.what for one in violations(session, kept, told, Random(1))}

    def read() -> Kept:
        with lot.session() as session:
            return archives.read(session)

    which = str(recorded.scan_id)
    assert found_in(read()) == set()

    lost = read()
    del lost.stored[recorded.scan_id]
    assert which in found_in(lost)

    twice = read()
    twice.stored[recorded.scan_id] *= 2
    assert which in found_in(twice)

    edited = read()
    edited.stored[recorded.scan_id] = [
        replace_content(one, "lost") for one in edited.stored[recorded.scan_id]
    ]
    assert which in found_in(edited)

    strange = read()
    strange.stored[UUID(int=7)] = strange.stored[recorded.scan_id]
    assert str(UUID(int=7)) in found_in(strange)

    turned = read()
    item_id = next(one for one, facts in turned.facts.items() if len(facts) > 2)
    turned.facts[item_id].pop()
    assert turned.items[item_id].number in found_in(turned)

    recorded.told.append(recorded.told[-1])
    assert which in found_in(read())
    assert which in {one.what for one in asked_again(read(), lived)}
    recorded.told[-1] = recorded.told[-1]._replace(outcome="refused")
    assert which in found_in(read())
    recorded.told[:] = []
    assert which in found_in(read())


def replace_content(stored: archives.Stored, kind: str) -> archives.Stored:
    number, _, *others = stored.content
    return stored._replace(content=(number, kind, *others))


def test_a_phone_forgets_a_scan_only_with_its_verdict_and_its_clocks_go_their_own_ways() -> None:
    phone = Phone("dung", Random(1), FIRST_MORNING)
    first = phone.scan("RH000000018VN", "departed", {}, FIRST_MORNING)
    phone.fall_to_1970(FIRST_MORNING)
    second = phone.scan("RH000000018VN", "arrived", {}, FIRST_MORNING)
    assert second.at == EPOCH
    assert second.scan["boot_id"] != first.scan["boot_id"]
    sent = phone.batch(FIRST_MORNING, 1)
    assert phone.outbox == [first, second]
    verdict = checks.Told(first.scan["scan_id"], "recorded", "", "", ())
    phone.learn(sent, [verdict])
    assert phone.outbox == [second]
    with pytest.raises(ValueError, match="asked of"):
        phone.learn(phone.batch(FIRST_MORNING, 1), [verdict])
