"""The doors of the log: checkpoints for everybody, an item's proof for its people alone."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from config import Config
from postal_app import (
    checkpoints,
    erasing,
    ledger_export,
    ledger_keys,
    proofs,
    verification,
)
from postal_app.ledger_keys import Signer
from postal_app.rules.checkpoints import read_body, read_note
from postal_app.rules.merkle import continues
from postal_app.rules.roles import Role
from routes.archive import transaction
from routes.commands.checkpoints import checkpoint, rotate_key
from routes.commands.ledger import verify
from tests.doors.conftest import Browser, Post
from tests.makers import NINE, bring_to_agency, minutes, take_in
from tests.results import A_YEAR, a_finished_dossier, swept

SignIn = Callable[[Role], Browser]
SIGNER = Signer.of("khóa của Hòa Bình")
ORIGIN = "hoso.example.vn"
VERIFIER = Path(__file__).resolve().parents[2] / "docs" / "verify_ledger.py"


@pytest.fixture
def number(app: Flask, post: Post) -> str:
    """An envelope at the agency; signed for on its way, and again when it had come there."""
    with app.app_context(), transaction() as session:
        item = take_in(session, post.town)
        checkpoints.make(session, SIGNER, ORIGIN, now=minutes(10))
        bring_to_agency(session, post.town, item)
        checkpoints.make(session, SIGNER, ORIGIN, now=minutes(200))
        return item.number


def test_everybody_reads_the_checkpoints_and_nobodys_name(client: FlaskClient, number: str) -> None:
    page = client.get("/ledger/checkpoints")
    told = client.get("/ledger/checkpoints.json").json
    assert page.status_code == 200
    assert "Set-Cookie" not in page.headers
    assert "<script" not in page.text
    for one in told["checkpoints"]:
        assert one["code"] in page.text
    assert SIGNER.public_key.hex() in page.text
    for hidden in (number, "Mai", "Quách", "354100"):
        assert hidden not in page.text + json.dumps(told, ensure_ascii=False)


def test_a_checkpoint_is_found_by_the_code_of_a_paper_however_it_was_copied(
    client: FlaskClient, number: str
) -> None:
    [newest, first] = client.get("/ledger/checkpoints.json").json["checkpoints"]
    copied = first["code"].lower().replace("-", " ")
    page = client.get("/ledger/checkpoints", query_string={"code": copied}).text
    assert first["code"] in page
    assert newest["code"] not in page
    unknown = client.get("/ledger/checkpoints", query_string={"code": "0000-0000-0000-0000"}).text
    assert "Không có lần niêm nào mang mã 0000-0000-0000-0000." in unknown


def test_the_text_that_is_kept_is_the_text_that_was_signed(
    client: FlaskClient, number: str
) -> None:
    answer = client.get("/ledger/checkpoints/2.txt")
    body, signature = read_note(answer.text)
    assert (read_body(body).number, read_body(body).size) == (2, 3)
    assert ledger_keys.is_signed(SIGNER.public_key, signature, body.encode())
    assert "niem-2.txt" in answer.headers["Content-Disposition"]


def test_whoever_kept_the_first_is_shown_that_the_second_continues_it(
    client: FlaskClient, number: str
) -> None:
    told = client.get("/ledger/checkpoints/2/from/1.json").json
    old, new = read_body(told["old"]["body"]), read_body(told["new"]["body"])
    path = [bytes.fromhex(one) for one in told["path"]]
    assert continues(old.size, new.size, path, old.root, new.root)
    for lost in ("1/from/2.json", "3/from/1.json", "99999999999999999999.txt"):
        assert client.get(f"/ledger/checkpoints/{lost}").status_code == 404


def test_before_the_first_checkpoint_the_page_says_so(client: FlaskClient, post: Post) -> None:
    assert "Chưa có lần niêm nào." in client.get("/ledger/checkpoints").text


def test_an_item_is_proved_to_its_people_by_the_auditors_program(
    sign_in: SignIn, number: str, tmp_path: Path
) -> None:
    clerk = sign_in(Role.CLERK)
    assert f"/items/{number}/proof.json" in clerk.get(f"/items/{number}").text
    proof = tmp_path / "chung-minh.json"
    told = clerk.get(f"/items/{number}/proof.json").json
    code = told["checkpoints"][0]["code"]
    proof.write_text(json.dumps(told), "utf-8")
    assert proved(proof, "--code", code) == 0
    assert proved(proof, "--code", "0000-0000-0000-0000") == 1
    for falsify in (
        lambda one: one["entries"][1]["content"].update(condition="damaged"),
        lambda one: one["entries"].pop(0),
        lambda one: one["entries"][0].update(leaf=1),
        lambda one: one["checkpoints"][0].update(signature=""),
        lambda one: one.update(item="RH000000005VN"),
    ):
        changed = json.loads(json.dumps(told))
        falsify(changed)
        proof.write_text(json.dumps(changed), "utf-8")
        assert proved(proof) == 1


def proved(proof: Path, *more: str) -> int:
    """Run the auditor's program on a proof; give the status it ends with."""
    asked = [sys.executable, "-I", str(VERIFIER), "--proof", str(proof), *more]
    return subprocess.run(asked, capture_output=True, cwd="/", check=False).returncode


def test_an_item_that_no_checkpoint_has_yet_is_told_so(
    app: Flask, sign_in: SignIn, post: Post
) -> None:
    with app.app_context(), transaction() as session:
        number = take_in(session, post.town).number
    answer = sign_in(Role.CLERK).get(f"/items/{number}/proof.json")
    assert (answer.status_code, proofs.NotSignedYet.words.vi in answer.text) == (404, True)


def test_what_was_erased_by_its_term_breaks_no_proof(
    app: Flask, sign_in: SignIn, post: Post, tmp_path: Path
) -> None:
    with app.app_context(), transaction() as session:
        number = a_finished_dossier(session, post.town).number
        checkpoints.make(session, SIGNER, ORIGIN, now=NINE + timedelta(days=2))
        span = ledger_export.span(session, None, None)
        written = list(ledger_export.entries(session, span))
    before = sign_in(Role.PROVINCIAL).get(f"/items/{number}/proof.json").json
    with app.app_context(), transaction() as session:
        assert swept(session, A_YEAR)["personal_facts"] == 1
        assert all(not plan.count for plan in erasing.plan(session, now=A_YEAR))
        checkpoints.make(session, SIGNER, ORIGIN, now=A_YEAR)
        assert list(verification.faults(session)) == []
        assert list(ledger_export.entries(session, span)) == written
    after = sign_in(Role.PROVINCIAL).get(f"/items/{number}/proof.json").json
    assert after["entries"] == before["entries"]
    proof = tmp_path / "chung-minh.json"
    proof.write_text(json.dumps(after), "utf-8")
    assert proved(proof, "--code", before["checkpoints"][0]["code"]) == 0


@pytest.fixture
def run(config: Config, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str]]:
    """Run a command of the installation."""
    monkeypatch.setenv("DATABASE_URL", config.database_url)
    monkeypatch.setenv("OWNER_DATABASE_URL", config.owner_database_url)
    monkeypatch.setenv("PUBLIC_URL", "https://hoso.example.vn")

    def run(command: object, *words: str) -> tuple[int, str]:
        done = CliRunner().invoke(command, [*words, "--home", str(config.home)])
        return done.exit_code, done.output

    return run


def test_a_night_of_the_installation_checkpoint_new_key_and_verification(
    run, config: Config, number: str, tmp_path: Path
) -> None:
    """The key of the fixture is another one: its file is not at hand, which is told."""
    status, said = run(checkpoint)
    assert status != 0
    assert run(rotate_key)[0] != 0
    assert run(rotate_key, "--lost")[0] == 0
    key = config.ledger_key_file
    assert key.stat().st_mode & 0o777 == 0o600
    kept = tmp_path / "niem.txt"
    status, said = run(checkpoint, "--out", str(kept))
    assert status == 0
    said_in_it = read_body(read_note(kept.read_text("utf-8"))[0])
    assert (said_in_it.origin, said_in_it.number) == ("hoso.example.vn", 3)
    assert said.startswith(said_in_it.code)
    secret = key.read_text()
    status, said = run(rotate_key)
    assert (status, secret in said, key.read_text() == secret) == (0, False, False)
    assert run(checkpoint)[0] == 0
    status, said = run(verify)
    assert (status, "entries/s" in said) == (0, True)
    key.write_text("khóa lạ")
    assert run(verify)[0] == 1


def test_a_rotation_that_was_stopped_half_way_is_finished_by_the_next_checkpoint(
    run, config: Config, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(checkpoint)[0] == 0
    with monkeypatch.context() as stopped:
        stopped.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError("no power")))
        assert run(rotate_key)[0] != 0
    assert run(checkpoint)[0] == 0
    assert list(config.home.glob("ledger_key*")) == [config.ledger_key_file]
