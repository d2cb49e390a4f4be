"""One request, one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import current_app
from sqlalchemy.orm import Session, sessionmaker

from config import Config
from models.database import Addresses, addresses, engine, open_archive
from postal_app import identity_photos

__all__ = ["Session", "open_sessions", "transaction"]  # doors name a session, they open none


def open_sessions(config: Config) -> "sessionmaker[Session]":
    """Open the archive, up to date, and give what makes sessions of the app's role.

    Raises:
        ArchiveError: the archive cannot be opened.
    """
    return sessions_at(open_for(config), config)


def open_for(config: Config) -> Addresses:
    """Bring the archive of an installation up to date and give its addresses.

    Raises:
        ArchiveError: the archive cannot be opened.
    """
    at = addresses(config.home, config.database_url, config.owner_database_url)
    open_archive(at).dispose()
    return at


def sessions_at(at: Addresses, config: Config) -> "sessionmaker[Session]":
    """Give what makes sessions of an archive that was opened; nobody is asked before the first."""
    return sessionmaker(engine(at.app), info={identity_photos.KEY: config.photo_key})


@contextmanager
def sessions_of(config: Config) -> "Iterator[sessionmaker[Session]]":
    """Open the archive for the length of a command, and let go of it at the end.

    Raises:
        ArchiveError: the archive cannot be opened.
    """
    sessions = open_sessions(config)
    try:
        yield sessions
    finally:
        sessions.kw["bind"].dispose()


@contextmanager
def transaction() -> Iterator[Session]:
    """Give the request's session; commits at the end, rolls back when an error leaves it."""
    sessions: sessionmaker[Session] = current_app.extensions["archive"]
    with sessions.begin() as session:
        yield session
