"""Batches from phones as they may really come: broken, huge, packed, of another age."""

import gzip
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from models.ledger import LedgerEntry, RefusedScan, ScanReceipt
from postal_app.rules.roles import Role
from routes.archive import transaction
from routes.scan_batch import DEEPEST
from tests.doors.conftest import Browser, Post, token_in
from tests.makers import NINE, minutes, take_in

SignIn = Callable[[Role], Browser]
pytestmark = pytest.mark.filterwarnings("error")

NESTED = "[" * 100_000 + "]" * 100_000
LARGE = {
    "@LONG@": "9" * 10_000,
    "@NESTED@": NESTED,
    "@DEEP@": "[" * DEEPEST * 2 + "]" * DEEPEST * 2,
}
"""What JSON itself could not be made of here, by the mark that stands for it."""


@pytest.fixture
def number(app: Flask, post: Post) -> str:
    """An item that lies sealed at Lương Sơn."""
    with app.app_context(), transaction() as session:
        return take_in(session, post.town).number


@pytest.fixture
def phone(sign_in: SignIn) -> "Phone":
    return Phone(sign_in(Role.COURIER))


class Phone:
    """A courier's phone, which sends whatever it is told to."""

    def __init__(self, browser: Browser) -> None:
        self.client = browser.client
        self.headers = {
            "X-CSRFToken": token_in(browser.get("/account")),
            "Accept": "application/json",
            "Content-Type": "application/json",
        }

    def send(self, content: bytes | str, **headers: str) -> TestResponse:
        """Send a body as it stands."""
        return self.client.post("/courier/scans", data=content, headers=self.headers | headers)

    def bring(self, scans: object, **more: object) -> TestResponse:
        """Send scans as a phone does."""
        body = {"device": "máy 7", "device_now": NINE.isoformat(), "scans": scans}
        return self.send(json.dumps(body | more))


def made(code: str, **more: object) -> dict[str, object]:
    told = {"scan_id": str(uuid4()), "code": code, "kind": "departed"}
    return told | {"occurred_at": NINE.isoformat(), "sequence": 1, "details": {}} | more


def entries(app: Flask) -> list[LedgerEntry]:
    with app.app_context(), transaction() as session:
        found = session.scalars(select(LedgerEntry).where(LedgerEntry.kind == "departed")).all()
        session.expunge_all()
        return list(found)


BAD: dict[str, tuple[object, str]] = {
    "no object": ("không phải lượt quét", "scan"),
    "nothing": (None, "scan"),
    "a list": ([1, 2], "scan"),
    "no UUID": (made("RH1", scan_id="7"), "scan_id"),
    "an id that is a number": (made("RH1", scan_id=7), "scan_id"),
    "no moment": (made("RH1", occurred_at="hôm qua"), "occurred_at"),
    "a moment without its zone": (made("RH1", occurred_at="2026-03-02T09:00:00"), "occurred_at"),
    "the year 1": (made("RH1", occurred_at="0001-01-01T00:00:00+07:00"), "occurred_at"),
    "the year 9999": (made("RH1", occurred_at="9999-12-31T23:59:59Z"), "occurred_at"),
    "a sequence in words": (made("RH1", sequence="một"), "sequence"),
    "a sequence below nothing": (made("RH1", sequence=-1), "sequence"),
    "a sequence beyond 64 bits": (made("RH1", sequence=2**64), "sequence"),
    "a sequence of ten thousand digits": (
        made("RH1", sequence="@LONG@"),
        "sequence",
    ),
    "no number": (made("RH1", monotonic_ms=float("nan")), "monotonic_ms"),
    "a code that is a list": (made("RH1") | {"code": ["RH1"]}, "code"),
    "a code with a NUL": (made("R\x00H"), "code"),
    "a code with half a sign": (made("RH\ud800"), "code"),
    "ten million letters": (made("H" * 10_000_000), "code"),
    "details that are text": (made("RH1", details="mất"), "details"),
    "a detail that is a number": (made("RH1", details={"note": 7}), "note"),
    "a detail's name with half a sign": (made("RH1", details={"\udfff": "x"}), "details"),
    "too many details": (made("RH1", details={str(n): "x" for n in range(21)}), "details"),
    "nesting without end": (made("RH1", details="@NESTED@"), "details"),
    "nesting just too deep": (
        made("RH1", details={"note": "@DEEP@"}),
        "note",
    ),
}


def test_scans_that_cannot_be_read_are_kept_and_told_and_block_no_other(
    app: Flask, phone: Phone, number: str
) -> None:
    body = {"device": "máy 7", "device_now": NINE.isoformat()}
    bad = [scan for scan, _ in BAD.values()]
    text = json.dumps(body | {"scans": [*bad, made(number)]})
    for mark, content in LARGE.items():
        text = text.replace(f'"{mark}"', content)
    answer = phone.send(text)
    assert answer.status_code == 200
    *told, good = answer.json["verdicts"]
    assert good["outcome"] == "recorded"
    wrong = [
        (case, one["words"])
        for (case, (_, field)), one in zip(BAD.items(), told, strict=True)
        if one["outcome"] != "refused" or f"«{field}»" not in one["words"]
    ]
    assert wrong == []
    assert [one["place"] for one in told] == list(range(len(BAD)))
    assert len(entries(app)) == 1
    with app.app_context(), transaction() as session:
        kept = session.scalars(select(RefusedScan)).all()
        assert {one.reason for one in kept} == {"unreadable"}
        assert max(len(one.raw["unread"]) for one in kept) <= 4_000
    again = phone.send(text).json["verdicts"]
    assert [one["words"] for one in again[:-1]] == [one["words"] for one in told]
    assert again[-1]["outcome"] == "already_recorded"


NO_BATCH: dict[str, bytes | str] = {
    "half of it": "{",
    "no text": b"\xff\xfe\x00",
    "nothing": "",
    "a number": "7",
    "a list": "[]",
    "no scans": '{"device": "7"}',
    "scans that are no list": '{"scans": {"a": 1}}',
    "only nesting": NESTED,
    "half a string": '{"scans": ["',
}


def test_a_body_that_is_no_batch_is_told_and_changes_nothing(app: Flask, phone: Phone) -> None:
    for case, body in NO_BATCH.items():
        answer = phone.send(body)
        assert (answer.status_code, answer.json["field"]) == (422, "scans"), case
        assert "không đọc được" in answer.json["message"]
    with app.app_context(), transaction() as session:
        assert session.scalar(select(func.count()).select_from(ScanReceipt)) == 0


OTHER_AGES = ("1970-01-01T00:00:10Z", "1904-01-01T00:00:00Z", "8999-12-31T00:00:00Z", "?", 7, None)


def test_a_clock_of_another_age_does_not_make_a_batch_unreadable(
    app: Flask, phone: Phone, number: str
) -> None:
    for place, told in enumerate(OTHER_AGES):
        scans = [made(number, boot_id="b", monotonic_ms=1_000)]
        of = {"device": f"máy {place}", "device_now": told}
        phone.bring(scans, boot_id="b", monotonic_now_ms=61_000, **of)
    found = entries(app)
    assert len(found) == len(OTHER_AGES)
    assert {(one.occurred_at, one.device_at) for one in found} == {(minutes(-1), NINE)}
    assert min(one.error_ms or 0 for one in found) == 20_006


def test_ancient_and_future_times_are_recorded_and_told_as_odd(
    app: Flask, phone: Phone, number: str
) -> None:
    scans = [
        made(number, occurred_at=at) for at in ("1970-01-01T00:00:00+07:00", "2999-01-01T00:00:00Z")
    ]
    told = phone.bring(scans).json["verdicts"]
    assert [one["outcome"] for one in told] == ["recorded_with_anomaly"] * 2
    assert all("đồng hồ máy sai" in one["oddities"] for one in told)
    [_, future] = sorted(entries(app), key=lambda entry: entry.occurred_at)
    assert timedelta(milliseconds=future.error_ms) > timedelta(days=300_000)


def test_a_packed_batch_is_taken_in_like_any_other(app: Flask, phone: Phone, number: str) -> None:
    body = gzip.compress(json.dumps({"device": "máy 7", "scans": [made(number)]}).encode())
    answer = phone.send(body, **{"Content-Encoding": "gzip"})
    assert answer.json["verdicts"][0]["outcome"] == "recorded"
    assert len(entries(app)) == 1


PACKED: dict[str, tuple[bytes, str, int]] = {
    "a bomb": (gzip.compress(b" " * 30_000_000), "gzip", 413),
    "cut off": (gzip.compress(b'{"scans": []}')[:-9], "gzip", 422),
    "broken": (b"not packed at all", "gzip", 422),
    "another way": (b"{}", "br", 422),
    "too large": (b" " * 21 * 1024 * 1024, "identity", 413),
}


def test_what_is_packed_badly_or_too_large_is_told(phone: Phone) -> None:
    for case, (content, encoding, status) in PACKED.items():
        answer = phone.send(content, **{"Content-Encoding": encoding})
        assert answer.status_code == status, case
        assert answer.json["message"]


def test_more_than_five_thousand_scans_at_once_are_too_many(phone: Phone) -> None:
    answer = phone.bring([0] * 5001)
    assert answer.status_code == 413
    assert "5000" in answer.json["message"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
NAMES = ("scan_id", "code", "kind", "occurred_at", "sequence", "boot_id", "monotonic_ms", "details")
SCANS = JSON | st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, JSON))


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    bad=st.lists(SCANS, max_size=5),
    more=st.dictionaries(
        st.sampled_from(("device", "device_now", "boot_id", "monotonic_now_ms", "device_name")),
        JSON,
    ),
)
def test_whatever_stands_beside_it_a_good_scan_is_recorded(
    app: Flask, phone: Phone, number: str, bad: list[Any], more: dict[str, Any]
) -> None:
    answer = phone.bring([*bad, made(number)], **more)
    assert answer.status_code == 200
    outcomes = [one["outcome"] for one in answer.json["verdicts"]]
    assert len(outcomes) == len(bad) + 1
    assert outcomes[-1] in ("recorded", "recorded_with_anomaly")
    assert set(outcomes[:-1]) <= {"refused", "conflict"}


def test_a_phone_gets_its_words_from_the_server(phone: Phone) -> None:
    words = phone.client.get("/courier/vocabulary").json
    assert words["kinds"]["attempt_failed"]["needs"] == ["reason", "next_action"]
    assert words["reasons"]["absent"]["next_actions"]
    assert "accepted" not in words["kinds"]
    assert words["limits"]["scans"] == 5000
