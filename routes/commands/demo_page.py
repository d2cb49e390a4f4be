"""The month's page of the demo as one file, as the provincial officer's door gives it."""

import base64
import re
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask, url_for

from postal_app.rules.periods import Period
from postal_app.rules.roles import Actor
from routes import sessions

_STYLESHEET = re.compile(r'<link rel="stylesheet" href="/static/([^"?]+)[^"]*"([^>]*)>')
_NOT_ON_PAPER = re.compile(
    r'<script.*?</script>|<link rel="(?:icon|preload)"[^>]*>|<header.*?</header>|<nav.*?</nav>'
    r'|<meta name="(?:htmx-config|csrf-token)"[^>]*>|<a class="(?:skip|button)[^>]*>.*?</a>',
    re.DOTALL,
)
_FACE = re.compile(r"url\((vendor/[^)]+\.woff2)\)")
_WAY = re.compile(r'<a (?:[^>]*\s)?href="/[^"]*"[^>]*>(.*?)</a>', re.DOTALL)
_FORM = re.compile(r"<form.*?</form>", re.DOTALL)


def page(app: Flask, period: Period, by: Actor) -> bytes:
    """Give the page of a period as HTML that needs no other file: its style and letters inside.

    What leads elsewhere is taken out, because nothing answers to a file on a disk.
    """
    days = urlencode({"from": period.first.isoformat(), "to": period.last.isoformat()})
    with app.test_request_context():
        address = f"{url_for('province.month')}?{days}"
    with app.test_request_context(address):
        sessions.begin(by, "")
        html = app.full_dispatch_request().get_data(as_text=True)
    static = Path(app.static_folder or "")
    bare = _WAY.sub(r"\1", _FORM.sub("", _NOT_ON_PAPER.sub("", html)))
    return _STYLESHEET.sub(lambda found: _style(static, found), bare).encode()


def _style(static: Path, found: "re.Match[str]") -> str:
    css = (static / found[1]).read_text(encoding="utf-8")
    return f"<style{found[2]}>{_FACE.sub(lambda face: _letters(static / face[1]), css)}</style>"


def _letters(file: Path) -> str:
    content = base64.b64encode(file.read_bytes()).decode()
    return f"url(data:font/woff2;base64,{content})"
