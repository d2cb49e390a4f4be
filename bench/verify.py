"""How fast the whole ledger is verified, beside merely reading the same rows in the same driver.

Builds a ledger whose digests are true ones, with a checkpoint after each of eight days, in a
server of its own; verifies everything that `postal verify` does, in bounded memory.

    postal bench verify --entries 1000000
"""

import resource
import sys
import tempfile
import time
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from drills.ledger import true_ledger
from models.database import addresses, engine, open_archive
from models.embedded import Place, leave, wait_until_stopped
from models.ledger import LedgerEntry
from postal_app import verification
from postal_app.ledger_keys import Signer


@click.command()
@click.option("--entries", default=1_000_000, show_default=True, help="Số mục / Entries.")
def main(entries: int) -> None:
    """Print entries per second of both, their ratio, and the most memory that was used."""
    with tempfile.TemporaryDirectory(prefix="postal-bench-") as folder:
        at = addresses(Path(folder))
        open_archive(at).dispose()
        owner = engine(at.owner)
        try:
            began = time.perf_counter()
            with Session(owner) as session:
                written = true_ledger.build(session, Signer.of("bench"), entries, seed=1)
            click.echo(f"{written} entries built in {time.perf_counter() - began:.0f} s")
            with Session(owner) as session:
                _measure(session, written)
        finally:
            owner.dispose()
            leave(Place(Path(folder) / "postgres"))
            wait_until_stopped(Place(Path(folder) / "postgres"))


def _measure(session: Session, written: int) -> None:
    verification.hold_still(session)
    began = time.perf_counter()
    rows = session.execute(select(LedgerEntry.__table__).execution_options(yield_per=2000))
    read = sum(1 for _ in rows)
    reading = time.perf_counter() - began
    began = time.perf_counter()
    found = sum(1 for _ in verification.faults(session))
    verifying = time.perf_counter() - began
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    click.echo(f"read     {read / reading:>9.0f} entries/s")
    click.echo(f"verified {written / verifying:>9.0f} entries/s, ratio {reading / verifying:.2f}")
    click.echo(f"{found} faults, at most {most} MB")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
