"""A true ledger is falsified in a thousand ways by somebody who may do everything; who finds it?

Builds a ledger with checkpoints in a server of its own, changes, removes, inserts, swaps, cuts and
forges as superuser with the guards asleep, each time at an item that nothing else touches, then
verifies once. Every tamper must be told at its item and place, and nothing else may be told.

    postal drill tamper --entries 100000 --edits 1000 --seed 1
"""

import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from drills.ledger import true_ledger
from drills.ledger.tampers import (
    OF_ITEMS,
    TILE_ENTRIES,
    Named,
    Victim,
    edit_checkpoint,
    edit_tile,
    remove_checkpoint,
    remove_tile,
)
from models.checkpoints import Checkpoint, LogLeaf, LogTile
from models.database import addresses, engine, open_archive
from models.embedded import Place, leave, wait_until_stopped
from models.items import Item
from postal_app import log_verification, verification
from postal_app.faults import CHECKPOINT_NAME, LEAF_NAME, TILE_NAME, Fault
from postal_app.ledger_keys import Signer

OF_THE_LOG = (CHECKPOINT_NAME, LEAF_NAME, TILE_NAME)
WITH_PERSONAL = ("personal part edited", "personal part removed")


@dataclass(frozen=True, slots=True)
class Done:
    """One tamper: of which kind, and how it must be told."""

    kind: str
    named: Named


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a drill came to: entries there were, tampers done and missed, untouched things told."""

    entries: int
    done: tuple[Done, ...]
    missed: tuple[Done, ...]
    innocent: tuple[Fault, ...]
    seconds: float

    @property
    def passed(self) -> bool:
        """Tell whether all that was done was found, and nothing else."""
        return not self.missed and not self.innocent


@click.command()
@click.option("--entries", default=100_000, show_default=True, help="Số mục / Entries at least.")
@click.option("--edits", default=1000, show_default=True, help="Số lần phá / Tampers.")
@click.option("--seed", default=1, show_default=True, help="Hạt giống / Seed.")
def main(entries: int, edits: int, seed: int) -> None:
    """Falsify a true ledger and see whether each tamper is found and named."""
    with tempfile.TemporaryDirectory(prefix="postal-drill-") as folder:
        at = addresses(Path(folder))
        open_archive(at).dispose()
        owner = engine(at.owner)
        try:
            with Session(owner) as session:
                outcome = run(session, entries, edits, seed)
        finally:
            owner.dispose()
            leave(Place(Path(folder) / "postgres"))
            wait_until_stopped(Place(Path(folder) / "postgres"))
    _tell(outcome)
    sys.exit(0 if outcome.passed else 1)


def run(session: Session, entries: int, edits: int, seed: int) -> Outcome:
    """Build, falsify and verify in an empty archive, as its owner and a superuser."""
    draw = random.Random(seed)  # noqa: S311  a drill, no secret
    written = true_ledger.build(session, Signer.of("drill"), entries, seed=seed)
    session.execute(text("SET session_replication_role = replica"))
    of_the_log = tuple(_on_the_log(session, edits, draw))
    done = (*of_the_log, *_on_items(session, edits - len(of_the_log), draw))
    session.execute(text("SET session_replication_role = origin"))
    session.commit()
    verification.hold_still(session)
    began = time.perf_counter()
    found = list(verification.faults(session))
    seconds = time.perf_counter() - began
    told = defaultdict(set)
    for fault in found:
        told[fault.number].add(fault.position)
    missed = tuple(one for one in done if not _is_told(one.named, told))
    touched = {one.named.number for one in done}
    innocent = tuple(
        fault
        for fault in found
        if fault.number not in touched and not fault.number.startswith(OF_THE_LOG)
    )
    return Outcome(written, done, missed, innocent, seconds)


def _on_the_log(session: Session, edits: int, draw: random.Random) -> Iterator[Done]:
    """Falsify a few tiles and checkpoints; the newest checkpoint is what the others hang on."""
    tiles = session.scalar(select(func.count()).where(LogTile.level == 0)) or 0
    chosen = draw.sample(range(tiles), min(tiles // 4, max(2, edits // 50)))
    for place, number in enumerate(chosen):
        if place % 2:
            yield Done("tile removed", remove_tile(session, number, draw))
        else:
            yield Done("tile edited", edit_tile(session, number, draw))
    last = session.scalar(select(func.max(Checkpoint.number))) or 0
    for number in range(2, last - 1, 3):
        yield Done("checkpoint edited", edit_checkpoint(session, number, draw))
    yield Done("checkpoint removed", remove_checkpoint(session, last - 1, draw))


def _on_items(session: Session, edits: int, draw: random.Random) -> Iterator[Done]:
    """Falsify so many items, each kind at least once."""
    broken = _broken_tiles(session)
    inside = select(LogLeaf.subject).where((LogLeaf.leaf / TILE_ENTRIES).in_(broken))
    rows = session.execute(
        select(Item.id, Item.number, Item.entries, Item.leg)
        .where(Item.number.not_in(inside))
        .order_by(Item.id)
    ).all()
    delivered = [Victim(*row[:3]) for row in rows if row.leg == "result"]
    others = [Victim(*row[:3]) for row in rows if row.leg != "result"]
    draw.shuffle(delivered)
    draw.shuffle(others)
    names, weights = list(OF_ITEMS), [weight for _, weight in OF_ITEMS.values()]
    kinds = names + draw.choices(names, weights, k=max(0, edits - len(names)))
    for kind in kinds:
        tamper, _ = OF_ITEMS[kind]
        victims = delivered if kind in WITH_PERSONAL or draw.random() < 0.3 else others
        yield Done(kind, tamper(session, victims.pop(), draw))


def _broken_tiles(session: Session) -> list[int]:
    """Give which tiles of the lowest level are not as they were."""
    size = session.scalar(select(func.max(LogLeaf.leaf))) or 0
    whole = set(range((size + 1) // TILE_ENTRIES))
    sound = {
        row.number
        for row in session.execute(select(LogTile.__table__).where(LogTile.level == 0))
        if log_verification.is_sound(row)
    }
    return sorted(whole - sound)


def _is_told(named: Named, told: dict[str, set[int]]) -> bool:
    positions = told.get(named.number, set())
    return bool(positions & named.positions) if named.positions else bool(positions)


def _tell(outcome: Outcome) -> None:
    missed = Counter(one.kind for one in outcome.missed)
    for kind, count in sorted(Counter(one.kind for one in outcome.done).items()):
        click.echo(f"{count - missed[kind]:>6} / {count:<6} {kind}")
    total = len(outcome.done)
    click.echo(f"{total - len(outcome.missed):>6} / {total:<6} found and named")
    for one in outcome.missed[:20]:
        click.echo(f"MISSED {one.kind}: {one.named.number} {sorted(one.named.positions)}")
    for fault in outcome.innocent[:20]:
        click.echo(f"INNOCENT {fault.number}#{fault.position}: {fault.words.en}")
    speed = outcome.entries / outcome.seconds
    click.echo(f"{outcome.entries} entries verified in {outcome.seconds:.1f} s, {speed:.0f}/s")


if __name__ == "__main__":
    main()
