"""The application: one Flask app on which the doors are hung."""

import os
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from flask import Flask, Response, current_app, request
from flask.json.provider import DefaultJSONProvider
from werkzeug.middleware.proxy_fix import ProxyFix

from config import Config
from models.database import Addresses
from routes import access, errors, layout
from routes.admin import admin
from routes.agency import agency
from routes.agency_answers import answers
from routes.agency_records import records
from routes.agency_sending import sending
from routes.anyone import anyone
from routes.archive import open_for, sessions_at
from routes.bags import doors as bags
from routes.balances import balances
from routes.catalogue import catalogue
from routes.clerk import clerk
from routes.closing import closing
from routes.complaints import complaints
from routes.counts import counts
from routes.courier import courier
from routes.deliveries import doors as deliveries
from routes.devices import devices
from routes.handovers import doors as handovers
from routes.home_pickups import calls, home
from routes.incidents import incidents
from routes.label_work import doors as label_work
from routes.ledger_log import log
from routes.money import money
from routes.people_data import people
from routes.print_jobs import doors as print_jobs
from routes.promises import promises
from routes.province import province
from routes.public import public
from routes.receipts import receipts
from routes.sign_in import sign_in
from routes.tariff import tariff
from routes.undelivered import doors as undelivered

BLUEPRINTS = (
    public,
    log,
    sign_in,
    clerk,
    home,
    calls,
    courier,
    devices,
    deliveries,
    undelivered,
    bags,
    handovers,
    agency,
    answers,
    records,
    sending,
    anyone,
    catalogue,
    admin,
    province,
    closing,
    money,
    people,
    promises,
    tariff,
    receipts,
    incidents,
    complaints,
    balances,
    counts,
    label_work,
    print_jobs,
)

A_YEAR_IN_SECONDS = 365 * 24 * 3600

# Nothing of another host and nothing inline runs or shows here; the camera is for scanning.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        "font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # Not `no-referrer`: over HTTPS the form token is checked against the page it came from.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Json(DefaultJSONProvider):
    """Answers in JSON; a phone asks for those to hundreds of scans at once."""

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        """Give the text of an answer; what the quick writer has no form for, Python writes."""
        try:
            return orjson.dumps(obj, default=self.default).decode()
        except TypeError:
            return super().dumps(obj, **kwargs)


class App(Flask):
    """Flask, but for its log of errors and its writer of JSON."""

    json_provider_class = Json

    def log_exception(self, exc_info: object) -> None:
        """Write nothing; `errors.answer_our_fault` writes where it happened.

        Flask would write the message and the address too, which may hold a person's number.
        """


def create_app(config: Config | None = None, at: Addresses | None = None) -> Flask:
    """Give the app on an archive, which is opened unless it was and is told by its addresses.

    The settings come from the environment when not given.
    """
    settings = config or Config.from_environment(os.environ)
    app = assemble()
    settle(app, settings, at)
    _believe_proxies(app, settings.trusted_proxies)
    return app


def assemble() -> Flask:
    """Give the app with all its doors hung, which has no archive yet and no settings."""
    app = App(__name__)
    access.csrf.init_app(app)
    app.before_request(access.guard)
    app.after_request(_dress)
    errors.hang_on(app)
    layout.hang_on(app)
    app.get("/health")(health)
    for doors in BLUEPRINTS:
        app.register_blueprint(doors)
    return app


def settle(app: Flask, settings: Config, at: Addresses | None = None) -> None:
    """Give an assembled app its settings and the archive they name, opened at `at` already."""
    _configure(app, settings)
    app.extensions["settings"] = settings
    app.extensions["archive"] = sessions_at(at or open_for(settings), settings)
    app.extensions["clock"] = lambda: datetime.now(UTC)


def _configure(app: Flask, settings: Config) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=settings.max_upload_bytes,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=settings.session_hours),
        SEND_FILE_MAX_AGE_DEFAULT=A_YEAR_IN_SECONDS,  # their addresses change with their content
        SESSION_COOKIE_NAME="postal",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_CHECK_DEFAULT=False,  # access.guard checks it, after it knows who asks
        WTF_CSRF_TIME_LIMIT=None,  # a token lives as long as its session
    )


def _believe_proxies(app: Flask, proxies: int) -> None:
    """Take the asker's address from so many proxies; whatever stands before theirs is his own."""
    if proxies:
        believing = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=0, x_host=0)
        app.wsgi_app = believing  # type: ignore[method-assign]  # Flask's own way to wrap it


def health() -> dict[str, str]:
    """Tell a watcher that the app answers."""
    return {"status": "ok"}


def _dress(answer: Response) -> Response:
    """Give every answer the headers that keep browsers from doing what was not meant."""
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    if request.endpoint != "static":
        answer.headers.setdefault("Cache-Control", "no-store")
        answer.vary.add("Cookie")
    if current_app.config["SESSION_COOKIE_SECURE"]:
        answer.headers["Strict-Transport-Security"] = f"max-age={A_YEAR_IN_SECONDS}"
    return answer
