"""A worker of the served house begins whether its database is there or not."""

from flask import Flask

from models.database import Addresses
from routes.app import create_app

AWAY = "postgresql+psycopg://postal_app@127.0.0.1:1/none"  # nothing listens there


def test_a_worker_that_begins_while_the_database_is_away_waits_for_it(app: Flask) -> None:
    settings = app.extensions["settings"]
    worker = create_app(settings, Addresses(AWAY, AWAY)).test_client()
    assert worker.get("/health").status_code == 200
    answer = worker.get("/t/RH100000003VN")
    assert answer.status_code == 500
    assert "Traceback" not in answer.text
    assert "127.0.0.1" not in answer.text
    at_hand = Addresses(settings.database_url, settings.owner_database_url)
    back = create_app(settings, at_hand)
    assert back.test_client().get("/t/RH100000003VN").status_code == 404
    back.extensions["archive"].kw["bind"].dispose()
