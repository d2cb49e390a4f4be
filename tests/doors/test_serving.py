"""A worker of the served house begins whether its database is there or not."""

import gc
from collections.abc import Iterator

import pytest
from flask import Flask

from models.database import Addresses
from routes.commands.serving import Served

AWAY = "postgresql+psycopg://postal_app@127.0.0.1:1/none"  # nothing listens there


@pytest.fixture
def garbage() -> Iterator[None]:
    """Python's own way with garbage, which a worker changes, afterwards again."""
    usual = gc.get_threshold()
    yield
    gc.set_threshold(*usual)
    gc.unfreeze()


@pytest.mark.usefixtures("garbage")
def test_a_worker_that_begins_while_the_database_is_away_waits_for_it(app: Flask) -> None:
    settings = app.extensions["settings"]
    worker = Served(settings, Addresses(AWAY, AWAY), {}).load().test_client()
    assert worker.get("/health").status_code == 200
    answer = worker.get("/t/RH100000003VN")
    assert answer.status_code == 500
    assert "Traceback" not in answer.text
    assert "127.0.0.1" not in answer.text
    at_hand = Addresses(settings.database_url, settings.owner_database_url)
    back = Served(settings, at_hand, {}).load()
    assert back.test_client().get("/t/RH100000003VN").status_code == 404
    back.extensions["archive"].kw["bind"].dispose()
