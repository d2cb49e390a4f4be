"""The demo: a province's two months through the real desks, and the command that shows them."""

import json
import os
import stat
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, sessionmaker

from models import database
from models.answers import AgencyAnswer
from models.bags import Bag
from models.checkpoints import Checkpoint
from models.complaints import Compensation
from models.dossiers import Dossier, MoneyLine, Party
from models.handovers import Difference, Handover, HandoverCounted
from models.items import Item, Leg
from models.ledger import Correction, LedgerEntry, RefusedScan
from models.money import VoucherAnswer
from models.people_data import IdentityPhoto
from models.places import Qualification, ServicePoint
from postal_app import (
    handover_facts,
    identity_photos,
    money_balance,
    month_end,
    places,
    signing_in,
    verification,
)
from postal_app.demo import papers, province
from postal_app.demo.cases import Casting
from postal_app.demo.hours import is_post_day, last_two_months, later_month
from postal_app.demo.sealing import Sealing
from postal_app.demo.story import LIVES, Story
from postal_app.demo.twists import TWISTS
from postal_app.demo.ways import WAYS, draw_lots
from postal_app.ledger_keys import Signer
from postal_app.money_moves import Wanted
from postal_app.month_end import Month
from postal_app.month_names import names
from postal_app.rules.bags import BagState
from postal_app.rules.handovers import ListKind, Outcome
from postal_app.rules.indicators import DIRECTION_OF
from postal_app.rules.legs import RESULT
from postal_app.rules.vietnamese import day_of
from postal_app.rules.vocabulary import State
from routes.commands.__main__ import main
from routes.commands.demo import KEYS

PROJECT = Path(__file__).parents[2]
NOW = datetime(2026, 5, 12, 3, 0, tzinfo=UTC)
SEED = 7
DOSSIERS = 60


@dataclass(frozen=True)
class Lived:
    """A story that was lived: where, how, and what the month's desk says of it."""

    engine: Engine
    story: Story
    month: Month


@pytest.fixture(scope="module")
def lived(server: Any) -> Iterator[Lived]:
    """A small story in a database of its own."""
    name = f"story_{os.getpid()}"
    owner_url = server.owner_url(name)
    database.create_database(owner_url, name, server.template)
    engine = database.engine(server.app_url(name))
    sessions = sessionmaker(engine, info={identity_photos.KEY: b"k" * 32})
    sealing = Sealing(Signer.of("khóa của tỉnh mẫu"), "demo.example.vn")
    story = Story(last_two_months(NOW), DOSSIERS, SEED, sealing)
    with sessions.begin() as session:
        story.set_up(session)
    for day in story.days():
        story.live(sessions.begin, day)
    with sessions() as session:
        month = month_end.reckon(session, story.months, now=NOW)
    yield Lived(engine, story, month)
    engine.dispose()
    database.drop_database(owner_url, name)


@pytest.fixture
def told(lived: Lived) -> Iterator[Session]:
    """A session on the story's archive."""
    with Session(lived.engine) as session:
        yield session


def test_the_province_has_the_figures_it_published(lived: Lived) -> None:
    said = lived.month.figures()
    assert (said["procedures"], said["allowed_any"], said["not_allowed"]) == (1937, 1801, 136)
    assert (said["points"], said["dossiers"] >= DOSSIERS) == (83, True)
    assert lived.month.sample


def test_the_second_decision_leaves_the_totals_as_they_were(lived: Lived, told: Session) -> None:
    first = later_month(lived.story.months).first
    before = month_end.reckon(told, month_end.period_between(first, first), now=NOW).catalogue
    after = lived.month.catalogue
    for name in ("procedures", "allowed_any", "not_allowed", "submit_allowed", "return_allowed"):
        assert getattr(before, name) == getattr(after, name)


def test_every_unhappy_way_happened_at_a_desk(lived: Lived, told: Session) -> None:
    assert TWISTS.keys() | LIVES.keys() <= lived.story.happened.keys()
    assert {"already_recorded", "conflict", "refused"} <= lived.story.happened.keys()
    refused = set(told.scalars(select(RefusedScan.reason)))
    assert {"unknown_item", "incomplete"} <= refused
    odd = set(told.scalars(select(func.unnest(LedgerEntry.anomalies))))
    assert {"late", "clock", "out_of_order", "not_the_holder", "seal_differs"} <= odd
    kinds = set(told.scalars(select(LedgerEntry.kind)))
    assert {"attempt_failed", "damaged", "seal_broken", "lost", "found", "corrected"} <= kinds
    assert told.scalars(select(Dossier.id).where(Dossier.voided_at.is_not(None))).all()


def test_every_leg_and_every_paper_of_the_whole_way_is_there(told: Session) -> None:
    legs = set(told.scalars(select(Item.leg).where(Item.entries > 0)))
    assert legs == {
        "submission",
        "supplement",
        "transfer",
        "recovered",
        "result",
        "answer",
        "return_to_agency",
        "return_to_citizen",
    }
    kinds = set(told.scalars(select(LedgerEntry.kind)))
    assert {"partly_delivered", "wish_noted", "held", "sent_back", "accepted_at_home"} <= kinds
    answers = set(told.scalars(select(AgencyAnswer.kind)))
    assert {"accepted", "supplement_asked", "supplement_received", "refused", "stopped"} <= answers
    assert told.scalars(select(IdentityPhoto.id)).all()
    assert told.scalars(select(Compensation.id)).all()
    assert told.scalars(select(MoneyLine.id).where(MoneyLine.exempt_percent == 50)).all()
    assert told.scalars(select(MoneyLine.id).where(MoneyLine.moment == "delivery")).all()


def test_state_money_was_handed_over_and_nothing_is_missing(lived: Lived, told: Session) -> None:
    given = Counter(told.scalars(select(VoucherAnswer.answer)))
    assert given["confirmed"] > 0
    called = names(told, lived.story.months.last)
    rows = money_balance.balances(told, lived.story.months, Wanted(), called)
    assert rows
    assert all(row.balance.difference == 0 for row in rows)


def test_each_class_and_each_harm_is_among_the_exceptions(lived: Lived) -> None:
    legs, harm = lived.month.total.both, lived.month.integrity
    assert min(legs.not_allowed, legs.unknown_procedure, legs.point_not_qualified) > 0
    assert min(harm.not_checked, harm.resealed, harm.damaged, harm.seal_broken, harm.lost) > 0
    assert len(lived.month.exceptions) == lived.month.exceptions_total


def test_corrections_are_confirmed_refused_and_waiting(told: Session) -> None:
    found = Counter(told.scalars(select(Correction.approved)))
    assert set(found) == {True, False, None}
    for one in told.scalars(select(Correction).where(Correction.settled_at.is_not(None))):
        assert one.asked_by != one.settled_by


def test_some_envelopes_travel_in_bags_from_list_to_list(told: Session) -> None:
    carried = told.scalars(select(Bag)).all()
    assert len(carried) >= 2
    assert {bag.state for bag in carried} == {BagState.EMPTIED}
    lists = told.scalars(select(Handover)).all()
    assert {one.kind for one in lists} == {ListKind.BD10}
    assert len(lists) == len(told.scalars(select(HandoverCounted)).all()) == len(carried)
    outcomes = Counter(line.outcome for one in lists for line in handover_facts.lines_of(told, one))
    assert set(outcomes) == {Outcome.AGREED}
    kinds = Counter(told.scalars(select(LedgerEntry.kind).where(LedgerEntry.item_id.is_not(None))))
    assert kinds["bagged"] == 3 * len(carried)
    assert kinds["unbagged"] == kinds["bagged"] - kinds["missing_from_bag"]


def test_what_is_missing_from_a_bag_waits_with_an_owner_and_a_day(told: Session) -> None:
    short = told.scalars(select(Difference).where(Difference.opened_bag_id.is_not(None))).all()
    assert {one.outcome for one in short} == {Outcome.MISSING}
    for one in short:
        bag = told.get_one(Bag, one.opened_bag_id)
        assert (one.settled_at, one.gone_at) == (None, None)
        assert one.owner_point_id == bag.from_point_id
        assert one.due_at > one.opened_at
        assert told.get_one(Item, one.item_id).state == State.LOST


def test_the_ledger_is_signed_every_evening_and_all_before_it_is_in_the_log(
    lived: Lived, told: Session
) -> None:
    signed = told.scalars(select(Checkpoint).order_by(Checkpoint.number)).all()
    days = [day_of(one.made_at) for one in signed]
    assert days == [day for day in lived.story.days() if day <= days[-1]]
    assert days[-1] >= lived.story.months.last - timedelta(days=4)
    recorded = select(func.count(LedgerEntry.id)).where(
        LedgerEntry.recorded_at <= signed[-1].made_at
    )
    assert signed[-1].size == told.scalar(recorded)


def test_the_ledger_is_whole_and_agrees_with_what_is_kept(told: Session) -> None:
    assert list(verification.faults(told)) == []


def test_the_month_agrees_with_sums_over_the_tables(lived: Lived, told: Session) -> None:
    said = lived.month.figures()
    begun = Leg.started_at.is_not(None)
    published = (begun, Leg.kind.in_(DIRECTION_OF))
    assert said["carried_legs"] == told.scalar(select(func.count()).where(begun))
    assert said["legs"] == told.scalar(select(func.count()).where(*published))
    item_ids = func.count(Leg.item_id.distinct())
    assert said["carried_items"] == told.scalar(select(item_ids).where(begun))
    assert said["items"] == told.scalar(select(item_ids).where(*published))
    for kind, count in told.execute(
        select(Leg.kind, func.count()).where(begun).group_by(Leg.kind)
    ).all():
        assert said[f"{kind}_legs"] == count
    delivered = (
        select(func.count())
        .select_from(Leg)
        .join(Item)
        .where(Leg.kind == RESULT, Item.state == State.DELIVERED)
    )
    assert said["delivered"] == told.scalar(delivered)
    sealed = told.scalar(select(func.count()).where(Dossier.sealed_at.is_not(None)))
    registered = told.scalar(
        select(func.count(Leg.dossier_id.distinct()))
        .join(Dossier)
        .where(Leg.started_at.is_not(None), Dossier.sealed_at.is_(None))
    )
    assert said["dossiers"] == sealed + registered
    assert sum(line.volume.legs for line in lived.month.by_point) == said["legs"]
    assert sum(line.volume.legs for line in lived.month.by_agency) == said["legs"]


def test_a_point_that_was_not_qualified_ends_as_its_list_says(told: Session) -> None:
    last_day = told.scalars(
        select(Qualification.valid_to)
        .join(ServicePoint)
        .where(ServicePoint.code == province.ENDED_POINT)
    ).one()
    assert last_day == date(2020, 6, 30)


def test_nothing_happens_outside_the_two_months_or_on_a_sunday(lived: Lived, told: Session) -> None:
    opened = [day_of(at) for at in told.scalars(select(Dossier.opened_at))]
    assert all(is_post_day(day) for day in opened)
    assert {(day.year, day.month) for day in opened} == {(2026, 3), (2026, 4)}


def test_addresses_are_old_and_new_and_names_are_composed(told: Session) -> None:
    catalogues = set(told.scalars(select(Party.catalogue)))
    assert catalogues == {"2024", "2025"}
    names = told.scalars(select(Party.name)).all()
    assert all(name.isprintable() for name in names)


def test_the_papers_are_what_they_say(told: Session) -> None:
    codes = papers.LabelCodes("https://example.vn", b"key")
    # Signing in is a matter of today; the story's people were hired before it began.
    found = {one.name: one.content for one in papers.written(told, codes, now=NOW)}
    assert [name.rpartition(".")[2] for name in found] == ["pdf", "pdf", "pdf", "xlsx", "xlsx"]
    heads = {"pdf": b"%PDF", "xlsx": b"PK"}
    assert all(
        content.startswith(heads[name.rpartition(".")[2]]) for name, content in found.items()
    )


def test_the_same_seed_draws_the_same_people_and_another_seed_others(lived: Lived) -> None:
    casting = Casting(lived.story.scene, lived.story.months)

    def drawn(seed: int) -> list[tuple[object, ...]]:
        casting.draw(DOSSIERS, seed)
        cases = [case for day in lived.story.days() for case in casting.cases(day)]
        return [(one.lot, one.opened_at, one.code, one.point.code) for one in cases]

    assert drawn(SEED) == drawn(SEED)
    assert drawn(SEED) != drawn(SEED + 1)


@pytest.mark.parametrize("count", [30, 60, 300, 2000])
def test_every_way_is_drawn_at_least_once(count: int) -> None:
    lots = draw_lots(count, Random(SEED))
    drawn = Counter(lot.way for lot in lots)
    assert {way.name for way in WAYS} <= drawn.keys()
    at_least = sum(max(1, round(way.share * count)) for way in WAYS)
    assert sum(drawn.values()) == max(count, at_least)


def run(home: Path, *more: str) -> Any:
    """Run `postal demo` in a home, without serving."""
    arguments = ["demo", "--no-serve", "--json", "--dossiers", "30", "--home", str(home), *more]
    return CliRunner().invoke(main, arguments)


def killed_half_way(home: Path) -> None:
    """Begin a demo and kill it while the story is being lived."""
    arguments = ["demo", "--no-serve", "--dossiers", "200", "--home", str(home)]
    begun = subprocess.Popen(
        [sys.executable, "-m", "routes.commands", *arguments],
        cwd=PROJECT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    with begun:
        assert begun.stderr is not None
        for line in begun.stderr:
            if "Hai tháng" in line:
                break
        begun.kill()


def test_the_command_builds_once_even_after_it_was_killed(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    killed_half_way(home)
    first, second = run(home), run(home)
    assert (first.exit_code, second.exit_code) == (0, 0), first.stderr + second.stderr
    assert first.stdout == second.stdout
    said = json.loads(first.stdout)
    assert tuple(said) == KEYS
    assert (said["procedures"], said["submit_allowed"], said["points"]) == (1937, 1571, 83)
    reckoned = CliRunner().invoke(
        main, ["month", said["from"], said["to"], "--json", "--home", str(home)]
    )
    assert said.items() <= json.loads(reckoned.stdout).items()
    assert len(list((home / "demo").glob("*.html"))) == 2
    _check_sign_ins(home)


def _check_sign_ins(home: Path) -> None:
    """Check that the sign-ins are the owner's alone and open the door."""
    file = home / "demo-sign-ins.txt"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    lines = [line.split() for line in file.read_text().splitlines()[2:]]
    at = database.addresses(home)
    engine = database.engine(at.app)
    with Session(engine) as session:
        for name, password, *_ in lines:
            assert signing_in.sign_in(session, name, password, now=datetime.now(UTC)).actors
    engine.dispose()
    assert [name for name, *_ in lines] == list(province.SIGN_INS.values())


def test_a_home_with_real_data_is_left_alone(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    engine = database.open_archive(database.addresses(home))
    with sessionmaker(engine).begin() as session:
        places.found_province(session, "H28", "Hòa Bình", sample=False)
    engine.dispose()
    refused = run(home)
    assert refused.exit_code == 2
    assert "không phải của bản trình diễn" in refused.stderr
