"""What must be true once the network is well again, whatever it did before.

1. Acknowledged is stored, and what is stored was made: every scan once, as it was made.
2. A verdict is final: who asks again is told the same, and nothing is written.
3. The order of arrival does not matter: facts in any order mean the same, recorded in another
   order they give the same shadows, and the instants of legs and dossiers are those of the facts.
   So it is with bags, and what they mean for what lies in them is written, all of it, once.
4. Every item has one holder, who took it from the one before; what all have together is what there
   is.
5. The ledger has no fault, and no state that nobody knows.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from drills.fleet import archive
from drills.fleet.archive import Kept, Stored
from drills.fleet.phones import Made, Told
from drills.fleet.runs import Lived
from drills.fleet.twins import shadows_of_twins
from models.items import Item
from postal_app import bag_following, bag_ledger, balances, instants, verification
from postal_app.locked_items import shadow
from postal_app.rules.bags import bag_history
from postal_app.rules.balances import Balance
from postal_app.rules.codes import read_scan
from postal_app.rules.custody import history, replay
from postal_app.rules.holders import Holder, HolderKind
from postal_app.rules.vietnamese import day_of
from postal_app.rules.vocabulary import State

SHUFFLES, BALANCED_DAYS = 4, 5
RECORDED, AGAIN = frozenset({"recorded", "recorded_with_anomaly"}), "already_recorded"
REFUSED, CONFLICT = "refused", "conflict"


class Violation(NamedTuple):
    """What is not true, in which run, and of what."""

    run: int
    what: str
    words: str


def violations(
    session: Session, kept: Kept, lived: Sequence[Lived], rng: Random
) -> list[Violation]:
    """Give everything that is not true of a lot of runs; the archive is left as it is."""
    found = [*_each_once(kept, lived), *_acknowledged(kept, lived)]
    homes = {one.item_id: run.number for run in lived for one in run.carried}
    told = [
        *_any_order(kept, rng),
        *_bags_in_any_order(kept, rng),
        *_followed(session, kept),
        *_one_holder(session, kept),
        *_balanced(session, kept, rng),
        *_known_states(kept),
        *_twins(session, kept, rng),
        *_instants(session, kept),
    ]
    found += [Violation(homes.get(item_id, -1), _number(kept, item_id), w) for item_id, w in told]
    by_number = {item.number: item_id for item_id, item in kept.items.items()}
    for fault in verification.faults(session):
        run = homes.get(by_number.get(fault.number, 0), -1)
        found.append(Violation(run, f"{fault.number}#{fault.position}", fault.words.vi))
    return found


def asked_again(kept: Kept, lived: Sequence[Lived]) -> Iterator[Violation]:
    """Hold the last verdict on each scan, which was asked for again, against all before it."""
    for run in lived:
        for made in run.made:
            if made.told and made.told[-1].outcome in RECORDED:
                yield Violation(run.number, str(made.scan_id), f"not final: {made.told}")
    yield from _acknowledged(kept, lived)


def _each_once(kept: Kept, lived: Sequence[Lived]) -> Iterator[Violation]:
    """Hold what was made against what is stored, both ways."""
    runs: dict[UUID, int] = {}
    made: dict[UUID, list[Made]] = defaultdict(list)
    for run in lived:
        for one in run.made:
            runs[one.scan_id] = run.number
            made[one.scan_id].append(one)
    for scan_id, ones in made.items():
        stored = kept.stored.get(scan_id, [])
        if len(stored) != 1:
            yield Violation(runs[scan_id], str(scan_id), f"stored {len(stored)} times")
        elif not any(_is_of(stored[0], one) for one in ones):
            yield Violation(runs[scan_id], str(scan_id), f"stored as it was not made: {stored[0]}")
    at_desks = {scan_id for run in lived for scan_id in run.at_desks}
    for scan_id in (kept.stored.keys() | kept.receipts) - at_desks:
        if scan_id not in made:
            yield Violation(-1, str(scan_id), "stored, but nobody made it")
    for fact, times in kept.assumed.items():
        if times > 1:
            yield Violation(-1, str(fact), f"assumed {times} times")
    for scan_id in made.keys() - kept.receipts:
        yield Violation(runs[scan_id], str(scan_id), "without a receipt")


def _acknowledged(kept: Kept, lived: Sequence[Lived]) -> Iterator[Violation]:
    """Hold every verdict that any phone was told against what is stored."""
    for run in lived:
        firsts: Counter[UUID] = Counter()
        for made in run.made:
            firsts[made.scan_id] += sum(told.outcome in RECORDED for told in made.told)
            for told in made.told:
                if wrong := _untrue(kept.stored.get(made.scan_id, []), made, told):
                    yield Violation(run.number, str(made.scan_id), wrong)
            if len({told.words for told in made.told if told.outcome == REFUSED}) > 1:
                yield Violation(run.number, str(made.scan_id), f"two reasons: {made.told}")
            if not made.told:
                yield Violation(run.number, str(made.scan_id), "never answered")
        for scan_id, times in firsts.items():
            if times > 1:
                yield Violation(run.number, str(scan_id), f"recorded {times} times, it was told")


def _untrue(stored: Sequence[Stored], made: Made, told: Told) -> str:
    """Say why a verdict is not true of what is stored; empty if it is."""
    kept = next((one for one in stored if _is_of(one, made)), None)
    if told.outcome == CONFLICT:
        return f"told as a conflict, but it is what is stored: {told}" if kept else ""
    if kept is None:
        return f"acknowledged, but not stored as it was made: {told}"
    if kept.recorded != (told.outcome in (*RECORDED, AGAIN)):
        return f"told {told}, stored {kept}"
    if kept.recorded and (told.number, told.oddities) != (kept.number, kept.oddities):
        return f"told {told}, stored {kept}"
    return ""


def _is_of(stored: Stored, made: Made) -> bool:
    """Tell whether what is stored is this scan, by what it says."""
    code, kind, said = made.scan["code"], made.scan["kind"], dict(made.scan["details"])
    if not stored.recorded:
        return stored.content == (code, kind, made.at, said)
    looked = said.pop("condition", "")
    if looked == "intact" and "seal" in said and not stored.looked:
        looked = ""  # who read another seal did not see ours: his "intact" says nothing of it
    made_by = (made.scan["boot_id"], made.scan["sequence"])
    content = (read_scan(code).number, kind, made.at, said, *made_by)
    return (stored.content, stored.looked) == (content, looked)


def _any_order(kept: Kept, rng: Random) -> Iterator[tuple[int, str]]:
    """Shuffle the facts of each item and fold them again."""
    for item_id, facts in kept.facts.items():
        end = replay(facts, kept.opening(item_id))
        for _ in range(SHUFFLES):
            other = replay(rng.sample(facts, len(facts)), kept.opening(item_id))
            if other != end:
                yield item_id, f"in another order {other} and not {end}"


def _bags_in_any_order(kept: Kept, rng: Random) -> Iterator[tuple[int, str]]:
    """Shuffle the facts of each bag and fold them again; each is had by one after the other."""
    for bag_id, facts in kept.facts_of_bags.items():
        bag = kept.bags[bag_id]
        steps = bag_history(facts, bag_ledger.opening_of(bag))
        kept_so = {name: getattr(bag, name) for name in bag_ledger.shadow(steps)}
        if bag_ledger.shadow(steps) != kept_so:
            yield 0, f"bag {bag.number} is kept as {kept_so}"
        for _ in range(SHUFFLES):
            other = bag_history(rng.sample(facts, len(facts)), bag_ledger.opening_of(bag))
            if other != steps:
                yield 0, f"bag {bag.number} in another order {other[-1].after}"
        holder = bag_ledger.opening_of(bag)
        for step in steps:
            if step.giver != holder:
                yield 0, f"bag {bag.number}: {step.giver} gave away what {holder} had"
            holder = step.after.holder


def _followed(session: Session, kept: Kept) -> Iterator[tuple[int, str]]:
    """Ask once more what bags mean for what lies in them; all of it is written already."""
    before = archive.counts(session)
    last = max((row.recorded_at for rows in kept.entries.values() for row in rows), default=None)
    if last is not None:
        bag_following.follow(session, list(kept.items), now=last)
        session.flush()  # what was written must be there to be counted
    after = archive.counts(session)
    session.rollback()
    if after != before:
        yield 0, f"what lies in bags: {before} became {after}"


def _one_holder(session: Session, kept: Kept) -> Iterator[tuple[int, str]]:
    """Follow each item from hand to hand, and count what lies in whose hands at the end."""
    lying: Counter[tuple[str, int]] = Counter()
    for item_id, steps in kept.steps.items():
        holder = kept.opening(item_id)
        lying[str(holder.kind), holder.id] += 1
        for step in steps:
            if step.giver != holder:
                yield item_id, f"{step.giver} gave away what {holder} had"
            holder = step.after.holder
            lying[str(step.giver.kind), step.giver.id] -= 1
            lying[str(holder.kind), holder.id] += 1
    held = session.execute(
        select(Item.holder_kind, Item.holder_id, func.count()).group_by(
            Item.holder_kind, Item.holder_id
        )
    )
    told = {(kind, number): count for kind, number, count in held}
    if told != {whose: count for whose, count in lying.items() if count}:
        yield 0, f"lying with their holders {told}, moved to them {dict(lying)}"


def _balanced(session: Session, kept: Kept, rng: Random) -> Iterator[tuple[int, str]]:
    """Balance all holders on some days; from each day to the next nothing is lost."""
    moments = [fact.occurred_at for facts in kept.facts.values() for fact in facts]
    for moment in rng.sample(moments, min(BALANCED_DAYS, len(moments))):
        day = day_of(moment)
        before, after = (balances.trial(session, one) for one in (day, day + timedelta(days=1)))
        if not (before.is_conserved and after.is_conserved):
            yield 0, f"not conserved on {day}: {before.total} of {before.born}"
        for holder, balance in before.holders.items():
            opening = after.holders.get(holder, Balance()).opening
            if balance.closing < 0 or opening != balance.closing:
                yield 0, f"{holder} closed {day} with {balance} and opened with {opening}"


def _known_states(kept: Kept) -> Iterator[tuple[int, str]]:
    for item_id, item in kept.items.items():
        if item.state not in set(State) or item.holder_kind not in set(HolderKind):
            yield item_id, f"{item.state} with {Holder(HolderKind.CITIZEN, item.holder_id)}"


def _twins(session: Session, kept: Kept, rng: Random) -> Iterator[tuple[int, str]]:
    """Record the same facts of twins in another order of arrival, and hold both against another."""
    for item_id, found in shadows_of_twins(session, kept, rng).items():
        expected = shadow(history(kept.facts[item_id], kept.opening(item_id)))
        for name, value in expected.items():
            if found[name] != value:
                yield item_id, f"arrived in another order its {name} is {found[name]}, not {value}"


def _instants(session: Session, kept: Kept) -> Iterator[tuple[int, str]]:
    """Tell the instants anew by all facts together; nothing may change."""
    before = archive.instants(session)
    instants.tell(session, {item_id: steps for item_id, steps in kept.steps.items() if steps})
    session.flush()  # what was told must be there to be read in SQL
    after = archive.instants(session)
    session.rollback()
    for (thing, number), moments in before.items():
        if after[thing, number] != moments:
            yield 0, f"{thing} {number}: {_plain(moments)}, by its facts {after[thing, number]}"


def _plain(moments: Iterable[datetime | None]) -> str:
    return ", ".join(moment.isoformat() if moment else "none" for moment in moments)


def _number(kept: Kept, item_id: int) -> str:
    return kept.items[item_id].number if item_id in kept.items else "all items"
