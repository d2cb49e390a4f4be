"""The application: one Flask app on which the doors are hung."""

import os
from datetime import timedelta

from flask import Flask

from config import Config
from routes.archive import open_sessions


def create_app(config: Config | None = None) -> Flask:
    """Open the archive and give the app; the settings come from the environment when not given."""
    settings = config or Config.from_environment(os.environ)
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=settings.max_upload_bytes,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=settings.session_hours),
        SESSION_COOKIE_SECURE=settings.secure_cookies,
    )
    app.extensions["settings"] = settings
    app.extensions["archive"] = open_sessions(settings)
    app.get("/health")(health)
    return app


def health() -> dict[str, str]:
    """Tell a watcher that the app answers."""
    return {"status": "ok"}
