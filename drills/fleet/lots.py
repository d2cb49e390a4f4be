"""Lots of runs: each lot is lived in this process, in an archive of its own, by its own clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.orm import Session

from drills.fleet import envelopes
from drills.fleet.phones import Sent, Told
from drills.fleet.town import Town, found
from models import database
from models.database import Addresses
from models.dossiers import Dossier
from models.embedded import Place, join, leave, wait_until_stopped
from postal_app.rules.vocabulary import ANOMALIES
from postal_app.scan_verdicts import Verdict
from routes.scan_batch import open_batch, parsed, take_in

TEMPLATE = "drill_template"
BEFORE = datetime(2026, 1, 2, tzinfo=UTC)

# What a power-cut may cost is nothing here; the drill of kills has a server that writes it down.
SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
}


@dataclass(frozen=True, slots=True)
class Ground:
    """An archive in which the town was founded, to be copied for each lot."""

    template: Addresses
    town: Town

    @contextmanager
    def lot(self, name: str) -> "Iterator[Lot]":
        """Give the house on a fresh copy of the archive, which is gone afterwards."""
        app, owner = (
            _named(make_url(one), name) for one in (self.template.app, self.template.owner)
        )
        database.create_database(owner, name, TEMPLATE)
        engine = database.engine(app)
        try:
            yield Lot(engine, self.town)
        finally:
            engine.dispose()
            database.drop_database(owner, name)


@contextmanager
def ground(home: Path) -> Iterator[Ground]:
    """Start a server of the drill's own in a folder, and found the town."""
    place = Place(home.resolve() / "postgres", settings=SETTINGS)
    owner = make_url(join(place))
    try:
        app = owner.set(username=database.APP_ROLE)
        at = Addresses(_named(app, TEMPLATE), _named(owner, TEMPLATE))
        database.create_database(at.owner, TEMPLATE)
        engine = database.open_archive(at)
        with Session(engine) as session:
            town = found(session, now=BEFORE)
            session.commit()
        engine.dispose()
        yield Ground(at, town)
    finally:
        leave(place)
        wait_until_stopped(place)


class Lot:
    """The house on the archive of one lot, as phones and desks reach it."""

    def __init__(self, engine: Engine, town: Town) -> None:
        self.engine = engine
        self.town = town
        self.dossier_id = 0

    def dossier(self, session: Session, *, anew: bool, now: datetime) -> Dossier:
        """Give a dossier: a new one from the counter, or the one before for its later papers."""
        if not anew and self.dossier_id:
            return session.get_one(Dossier, self.dossier_id)
        opened = envelopes.open_dossier(session, self.town, now=now)
        self.dossier_id = opened.id
        return opened

    def deliver(self, owner: str, sent: Sent, at: datetime) -> list[Told]:
        """Bring a request to the house at a moment, in a transaction of its own; give its answer.

        The body is read as the door reads it. The door itself is left out here: whoever is signed
        in would be read anew for each request, which is what the drill of kills does.
        """
        batch = open_batch(parsed(sent.body))
        with self.session() as session, session.begin():
            answers = take_in(session, batch, self.town.people[owner], now=at)
        return [_told(answer.verdict) for answer in answers]

    def session(self) -> Session:
        """Open a session for somebody at a desk."""
        return Session(self.engine)


def _told(verdict: Verdict) -> Told:
    """Give a verdict as the door tells it, in Vietnamese."""
    oddities = tuple(ANOMALIES[code].vi for code in verdict.anomalies)
    said = (str(verdict.outcome), verdict.number, verdict.words.vi)
    return Told(str(verdict.scan_id), *said, oddities)


def _named(url: URL, name: str) -> str:
    return url.set(database=name).render_as_string(hide_password=False)
