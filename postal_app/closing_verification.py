"""Verification of closed months: is each still what was signed, and did none go missing?"""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.checkpoints import Checkpoint
from models.closings import MonthClosing
from postal_app.faults import (
    CLOSING,
    CLOSING_GONE,
    CLOSING_UNFOUNDED,
    CLOSING_UNLINKED,
    Fault,
)
from postal_app.month_closing import content
from postal_app.rules import closing as rules


def faults_of_closings(session: Session) -> Iterator[Fault]:
    """Give every fault of the closed months, one closing in memory at a time."""
    previous, expected = rules.NOTHING_BEFORE, 1
    numbers = session.scalars(select(MonthClosing.number).order_by(MonthClosing.number)).all()
    for number in numbers:
        one = session.get_one(MonthClosing, number)
        name = rules.name_of(one.first).vi
        if rules.digest_of(one.previous, content(one)) != one.digest:
            yield Fault(name, 0, CLOSING)
        elif one.number != expected:
            yield Fault(name, 0, CLOSING_GONE)
        elif one.previous != previous:
            yield Fault(name, 0, CLOSING_UNLINKED)
        if not _stands_on_its_checkpoint(session, one):
            yield Fault(name, 0, CLOSING_UNFOUNDED)
        previous, expected = one.digest, one.number + 1
        session.expunge(one)


def _stands_on_its_checkpoint(session: Session, one: MonthClosing) -> bool:
    if one.checkpoint is None:
        return (one.log_size, one.log_root, one.log_code) == (0, b"", "")
    found = session.get(Checkpoint, one.checkpoint)
    told = (one.log_size, one.log_root, one.log_code)
    return found is not None and (found.size, found.root, found.code) == told
