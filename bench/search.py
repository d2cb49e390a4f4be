"""How soon a search answers while the clerk types, beside the time between two keys.

Imports the sample province's 1,937 procedures into a database of its own and types three names
letter by letter. A quick typist presses a key every 100 ms; a search must be done by then.

    postal bench search
"""

import hashlib
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from models.database import addresses, open_archive
from models.embedded import Place, leave, wait_until_stopped
from postal_app import catalogue, catalogue_import
from postal_app.catalogue_plan import DecisionValues
from postal_app.catalogue_sheet import read

LIST = Path(__file__).resolve().parents[1] / "postal_app/demo/data/procedures.csv"
TYPED = ("cap doi giay phep lai xe", "dang ky khai sinh", "phieu ly lich tu phap")
LIMIT_SECONDS = 0.1
DAY = date(2026, 3, 2)


def main() -> None:
    """Print the median and the slowest search, and their shares of the limit."""
    with tempfile.TemporaryDirectory(prefix="postal-bench-") as folder:
        archive = open_archive(addresses(Path(folder)))
        with Session(archive) as session:
            _take_in(session)
            catalogue.search(session, "khoi dong", DAY)  # a served app has asked before
            taken = sorted(_once(session, text[:end]) for text in TYPED for end in _ends(text))
        archive.dispose()
        leave(Place(Path(folder) / "postgres"))
        wait_until_stopped(Place(Path(folder) / "postgres"))
    for name, seconds in (("median", taken[len(taken) // 2]), ("slowest", taken[-1])):
        print(  # noqa: T201
            f"{name} of {len(taken)} searches: {seconds * 1000:.0f} ms, "
            f"ratio {seconds / LIMIT_SECONDS:.2f} to the {LIMIT_SECONDS * 1000:.0f} ms of a key"
        )


def _take_in(session: Session) -> None:
    content = LIST.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    decision = DecisionValues("BENCH", DAY, DAY, "postal bench", LIST.name, digest)
    catalogue_import.apply(
        session, read(content), decision, imported_by="postal bench", now=datetime.now(UTC)
    )
    session.commit()


def _ends(text: str) -> range:
    return range(1, len(text) + 1)


def _once(session: Session, typed: str) -> float:
    began = time.perf_counter()
    catalogue.search(session, typed, DAY)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
