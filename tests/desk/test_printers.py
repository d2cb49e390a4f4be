"""Where jobs go, and that none is lost when a printer does not answer."""

import socket
import stat
import threading
from pathlib import Path

import pytest

from postal_app import printers
from postal_app.printers import BadDestination, Origin, PrinterSilent, UnknownJob, destination
from tests.makers import NINE, minutes

pytestmark = pytest.mark.one_server

JOB = b"^XA^FDB\xc3\xb9i Th\xe1\xbb\x8b H\xe1\xba\xb1ng^FS\n^XZ\n"


def printer(got: list[bytes]) -> tuple[socket.socket, threading.Thread]:
    """A printer that listens on the raw port of its own and keeps what it is sent."""
    door = socket.create_server(("127.0.0.1", 0))

    def listen() -> None:
        line, _ = door.accept()
        with line:
            while part := line.recv(4096):
                got.append(part)

    thread = threading.Thread(target=listen)
    thread.start()
    return door, thread


def test_a_job_reaches_a_file_a_printer_on_the_network_and_a_spooler(tmp_path: Path) -> None:
    got: list[bytes] = []
    door, listening = printer(got)
    with door:
        targets = (
            f"file:{tmp_path / 'label.zpl'}",
            f"tcp:127.0.0.1:{door.getsockname()[1]}",
            f"spool:tee {tmp_path / 'spooled'}",
        )
        for target in targets:
            printers.deliver(JOB, destination(target), tmp_path / "kept", now=NINE)
        listening.join(10)
    assert b"".join(got) == JOB
    assert (tmp_path / "label.zpl").read_bytes() == (tmp_path / "spooled").read_bytes() == JOB
    assert printers.waiting(tmp_path / "kept") == []


def test_a_job_for_a_printer_that_is_off_is_kept_and_can_be_sent_again(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    off = destination(f"tcp:127.0.0.1:{port}")
    with pytest.raises(PrinterSilent) as refused:
        printers.deliver(JOB, off, tmp_path, now=NINE)
    [kept] = printers.waiting(tmp_path)
    assert kept.job in refused.value.said.vi
    assert (kept.to, kept.kept_at, kept.size) == (off, NINE, len(JOB))
    mode = (tmp_path / f"{kept.job}.job").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600
    with pytest.raises(PrinterSilent):
        printers.deliver_again(kept.job, tmp_path)
    assert printers.waiting(tmp_path) == [kept]
    other = destination(f"file:{tmp_path / 'other'}")
    printers.deliver_again(kept.job, tmp_path, to=other)
    assert (tmp_path / "other").read_bytes() == JOB
    assert printers.waiting(tmp_path) == []


def test_a_printer_that_takes_nothing_is_given_up_in_time(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        to = destination(f"tcp:127.0.0.1:{silent.getsockname()[1]}")
        with pytest.raises(PrinterSilent, match="time-out"):
            printers.deliver(b"\x00" * 30_000_000, to, tmp_path, now=NINE, timeout=0.2)
    assert len(printers.waiting(tmp_path)) == 1


@pytest.mark.parametrize("command", ["false", "no-such-spooler", "sleep 30"])
def test_a_spooler_that_fails_loses_no_job(command: str, tmp_path: Path) -> None:
    with pytest.raises(PrinterSilent):
        printers.deliver(JOB, destination(f"spool:{command}"), tmp_path, now=NINE, timeout=0.2)
    assert len(printers.waiting(tmp_path)) == 1


@pytest.mark.parametrize("written", ["", "lpr", "tcp:", "tcp:host:x", "tcp:h:70000", "http://a"])
def test_a_destination_that_cannot_be_read_is_told(written: str) -> None:
    with pytest.raises(BadDestination):
        destination(written)


@pytest.mark.parametrize("job", ["20260302-020000-abcdef", "../secret_key", ""])
def test_a_job_that_is_not_there_is_told(job: str, tmp_path: Path) -> None:
    with pytest.raises(UnknownJob):
        printers.deliver_again(job, tmp_path)


def test_a_kept_job_is_its_points_own_and_is_gone_after_a_week(tmp_path: Path) -> None:
    own = Origin(7, "Máy tem", ("RH100000003VN",))
    fetched = printers.keep(b"%PDF", None, tmp_path, own, now=NINE)
    with pytest.raises(PrinterSilent):
        printers.deliver(JOB, destination("spool:false"), tmp_path, now=minutes(1), origin=own)
    [first, second] = printers.waiting(tmp_path, 7)
    assert (first.job, first.to, second.origin) == (fetched, None, own)
    assert printers.waiting(tmp_path, 8) == []
    assert printers.fetch(fetched, tmp_path, 7)[1] == b"%PDF"
    for far in (printers.fetch, printers.drop):
        with pytest.raises(UnknownJob):
            far(fetched, tmp_path, 8)
    with pytest.raises(BadDestination):
        printers.deliver_again(fetched, tmp_path)
    printers.drop(second.job, tmp_path, 7)
    assert printers.forget_old(tmp_path, now=NINE + printers.KEPT_FOR) == 0
    assert printers.forget_old(tmp_path, now=minutes(1) + printers.KEPT_FOR) == 1
    assert printers.waiting(tmp_path) == []
