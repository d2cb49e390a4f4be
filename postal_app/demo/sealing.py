"""The evenings of the story: each day's entries are taken into the log, and the log is signed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from postal_app import checkpoints
from postal_app.demo.hours import breaks_off, clock, days
from postal_app.ledger_keys import Signer
from postal_app.rules.periods import Period


@dataclass(frozen=True, slots=True)
class Sealing:
    """Who signs the ledger's checkpoints, under which installation's name."""

    signer: Signer
    origin: str

    def seal(self, session: Session, now: datetime) -> None:
        """Take the day's entries into the log and sign it."""
        checkpoints.make(session, self.signer, self.origin, now=now)


def evenings(months: Period) -> list[datetime]:
    """Give when a checkpoint is signed: at the end of every day before the story breaks off."""
    nights = (clock(day, 23, 30) for day in days(months))
    return [at for at in nights if at < breaks_off(months)]
