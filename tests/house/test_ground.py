"""The ground that the other tests stand on."""

from sqlalchemy import text


def test_the_app_answers_on_a_fresh_archive(client):
    assert client.get("/health").json == {"status": "ok"}


def test_a_session_is_the_app_role(session):
    assert session.execute(text("SELECT current_user")).scalar_one() == "postal_app"


def test_nine_in_the_morning_is_a_monday(now):
    assert (now.weekday(), now.hour, now.utcoffset().total_seconds()) == (0, 9, 7 * 3600)
