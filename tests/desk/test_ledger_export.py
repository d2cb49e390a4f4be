"""The export and the auditor's program: run apart from the product, it names what was falsified."""

import json
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text
from sqlalchemy.orm import Session

from drills.ledger import true_ledger
from drills.ledger.tampers import OF_ITEMS, Victim
from models.items import Item
from postal_app import checkpoints, ledger_keys
from postal_app.ledger_keys import Signer
from routes.commands.export_ledger import export_ledger
from tests.conftest import Archive

pytestmark = pytest.mark.one_server

SIGNER = Signer.of("khóa của Hòa Bình")
VERIFIER = Path(__file__).resolve().parents[2] / "docs" / "verify_ledger.py"


@pytest.fixture
def ledger(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> Archive:
    """Some 600 entries under eight checkpoints, as the command line finds them."""
    with Session(archive.owner_engine) as session:
        true_ledger.build(session, SIGNER, 600, seed=11)
    monkeypatch.setenv("DATABASE_URL", archive.url)
    monkeypatch.setenv("OWNER_DATABASE_URL", archive.owner_url)
    monkeypatch.setenv("PUBLIC_URL", "https://dien-tap.example.vn")
    return archive


def exported(folder: Path, *days: str) -> Path:
    """Write the ledger out by the command."""
    done = CliRunner().invoke(export_ledger, [str(folder), "--home", str(folder.parent), *days])
    assert done.exit_code == 0, done.output
    return folder


def verified(folder: Path, *more: str) -> tuple[int, str]:
    """Run the auditor's program where nothing of ours is within its reach."""
    alone = folder.parent / "auditor.py"
    shutil.copy(VERIFIER, alone)
    done = subprocess.run(
        [sys.executable, "-I", str(alone), *([] if "--proof" in more else [str(folder)]), *more],
        capture_output=True,
        text=True,
        cwd="/",
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def edited(place: Path, change: Callable[[list[str]], list[str]]) -> None:
    lines = place.read_text(encoding="utf-8").splitlines(keepends=True)
    place.write_text("".join(change(lines)), encoding="utf-8")


def test_a_sound_ledger_is_found_sound_and_holds_nobodys_name(ledger, tmp_path):
    folder = exported(tmp_path / "xuat")
    with Session(ledger.engine) as session:
        newest = checkpoints.latest(session)
        kept = tmp_path / "niem.txt"
        kept.write_text(checkpoints.note(checkpoints.numbered(session, 3)), encoding="utf-8")
        code, key, size = newest.code, newest.key_id, newest.size
    status, said = verified(folder, "--kept", str(kept), "--code", code.lower(), "--key", key)
    assert (status, said.startswith(f"{size} lá, 8 lần niêm, 0 mục")) == (0, True), said
    written = "".join(path.read_text("utf-8") for path in folder.iterdir())
    assert "Người nhận" not in written
    assert "Quách" not in written


def test_the_days_of_some_checkpoints_are_written_out_and_proved_alone(ledger, tmp_path):
    folder = exported(tmp_path / "xuat", "--from", "06/01/2026", "--to", "07/01/2026")
    lines = (folder / "entries.ndjson").read_text("utf-8").splitlines()
    about = json.loads((folder / "about.json").read_text("utf-8"))
    assert 0 < len(lines) == about["end"] - about["first"] < about["leaves"]
    assert verified(folder)[0] == 0
    edited(folder / "entries.ndjson", lambda lines: lines[:-1])
    status, said = verified(folder)
    assert (status, said.count("gone")) == (1, 1)


SIGNED_FOR = sorted(
    set(OF_ITEMS)
    - {"kept state edited", "personal part edited", "personal part removed"}
    - {"leaf edited", "leaf removed"}
)


def test_the_auditor_names_what_was_falsified_before_the_export(ledger, tmp_path):
    draw, wanted = random.Random(5), []
    with Session(ledger.owner_engine) as session:
        session.execute(text("SET session_replication_role = replica"))
        items = session.query(Item.id, Item.number, Item.entries).order_by(Item.id).all()
        for kind, row in zip(SIGNED_FOR, items[3::7], strict=False):
            wanted.append((kind, OF_ITEMS[kind][0](session, Victim(*row), draw)))
        session.commit()
    status, said = verified(exported(tmp_path / "xuat"))
    told = {line.split(":")[0] for line in said.splitlines()}
    assert status == 1
    assert [
        (kind, named)
        for kind, named in wanted
        if not told & {f"{named.number}#{position}" for position in named.positions}
    ] == []
    touched = {named.number for _, named in wanted}
    assert {place.split("#")[0] for place in told if "#" in place} <= touched


def test_the_auditor_names_what_was_falsified_in_the_files(ledger, tmp_path):
    folder = exported(tmp_path / "xuat")
    entries, sound = folder / "entries.ndjson", (folder / "entries.ndjson").read_text("utf-8")
    for change, word in (
        (lambda lines: [lines[0].replace("intact", "wet"), *lines[1:]], "digest"),
        (lambda lines: [lines[0], *lines[2:]], "gone"),
        (lambda lines: [lines[1], lines[0], *lines[2:]], "follow"),
        (lambda lines: [*lines, lines[-1]], "one leaf"),
        (lambda lines: ["{\n", *lines], "cannot be read"),
    ):
        edited(entries, change)
        status, said = verified(folder)
        assert (status, word in said) == (1, True), said
        entries.write_text(sound, "utf-8")
    signed = folder / "checkpoints.json"
    signed.write_text(
        signed.read_text("utf-8").replace("time 2026-01-05", "time 2026-01-04", 1), "utf-8"
    )
    status, said = verified(folder)
    assert (status, "niêm/checkpoint 1" in said) == (1, True), said


def test_a_ledger_written_anew_by_who_has_the_key_is_told_by_what_the_auditor_kept(
    ledger, tmp_path
):
    """Everything is forged, the log and its signatures too: only the outside knows."""
    earlier = exported(tmp_path / "xuat-truoc")
    with Session(ledger.engine) as session:
        second = checkpoints.numbered(session, 2)
        kept, code = tmp_path / "niem.txt", second.code
        kept.write_text(checkpoints.note(second), encoding="utf-8")
        moments = [checkpoints.numbered(session, number).made_at for number in range(1, 9)]
    with Session(ledger.owner_engine) as session:
        session.execute(text("SET session_replication_role = replica"))
        forged = session.query(Item.id, Item.number, Item.entries).order_by(Item.id).first()
        named = OF_ITEMS["chain forged anew"][0](session, Victim(*forged), Seeded())
        for table in ("checkpoints", "log_tiles", "log_leaves"):
            session.execute(text(f"DELETE FROM {table}"))
        for moment in moments:
            checkpoints.make(session, SIGNER, true_ledger.ORIGIN, now=moment)
        session.commit()
    folder = exported(tmp_path / "xuat")
    assert verified(folder)[0] == 0  # from inside nothing is to be seen
    status, said = verified(folder, "--kept", str(kept))
    assert (status, "niem.txt: bản niêm đã giữ không phải" in said) == (1, True)
    status, said = verified(folder, "--code", code)
    assert (status, said.startswith(code)) == (1, True)
    status, said = verified(folder, "--earlier", str(earlier))
    [position] = named.positions
    assert (status, f"{named.number}#{position}: khác với bản xuất trước" in said) == (1, True)


class Seeded:
    """Whoever forges here begins with the first entry."""

    def randint(self, first: int, _last: int) -> int:
        return first


def test_a_key_that_nobody_vouches_for_is_told(ledger, tmp_path):
    with Session(ledger.owner_engine) as session:
        at = checkpoints.latest(session).made_at + timedelta(hours=1)
        stranger = Signer.of("khóa lạ")
        ledger_keys.rotate(session, None, stranger, true_ledger.ORIGIN, now=at)
        checkpoints.make(session, stranger, true_ledger.ORIGIN, now=at)
        session.commit()
    status, said = verified(exported(tmp_path / "xuat"))
    assert (status, f"khóa/key {stranger.key_id}" in said) == (1, True)


def test_a_folder_that_is_no_export_is_told(tmp_path):
    (tmp_path / "xuat").mkdir()
    assert verified(tmp_path / "xuat")[0] == 2
