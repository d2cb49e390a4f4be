"""How quickly labels are drawn beside three other libraries, in one run on one core.

Draws the same labels (Vietnamese text, QR, Code 128, sheets of 2 × 5) with ours, with fpdf2 and
qrcode, with pylabels on reportlab, and with blabel. The others are installed once, from the
locked list, into an environment of their own under build/; the product never needs them. Times
are of the processor, in turns, and the best of each counts, so that what else the machine does
weighs on all alike; the others may draw fewer labels than ours, since each label costs them the
same.

    postal bench labels [--labels 10000] [--peer-labels 500] [--more 100000] [--rounds 2]

The budget: ten times the labels a second of the fastest, 2 KB a label, and a peak of memory that
does not grow from 10,000 labels to 100,000.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import venv
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO, cast

from bench.rows.envelopes import lot
from labels import sheet
from labels.stock import stock

ROOT = Path(__file__).resolve().parents[1]
PEERS = ("fpdf2", "pylabels", "blabel")
ENVIRONMENT = ROOT / "build" / "peers"
LOCK = ROOT / "requirements-bench.lock"
STOCK = "A4-2x5"
RATIO, BYTES = 10.0, 2048.0
GROWTH = 1.05  # of the peak; the allocator's own pages come and go


@dataclass(frozen=True, slots=True)
class Row:
    """What one library needed."""

    name: str
    labels: int
    seconds: float
    bytes: int
    peak_kb: int

    @property
    def per_second(self) -> float:
        """Labels in a second of the processor."""
        return self.labels / self.seconds

    @property
    def bytes_a_label(self) -> float:
        """Bytes of the file for each label."""
        return self.bytes / self.labels


def main(arguments: list[str]) -> int:
    """Print every row and the ratio; 1 when a budget is exceeded."""
    parser = argparse.ArgumentParser(prog="postal bench labels", description=__doc__)
    parser.add_argument("--labels", type=int, default=10_000)
    parser.add_argument("--peer-labels", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--more", type=int, default=100_000)
    parser.add_argument("--ours-alone", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.ours_alone:
        sys.stdout.write(json.dumps(_drawn(asked.ours_alone)) + "\n")
        return 0
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    rows: dict[str, list[Row]] = {}
    for _ in range(asked.rounds):
        own = _ours(asked.labels)
        _show(own)
        for row in (own, *_peers(asked.peer_labels)):
            rows.setdefault(row.name, []).append(row)
    ours, *peers = (max(several, key=lambda row: row.per_second) for several in rows.values())
    more = _ours(asked.more)
    _show(more)
    return _judge(ours, peers, more)


def _judge(ours: Row, peers: list[Row], more: Row) -> int:
    """Print what it comes to."""
    growth = more.peak_kb / ours.peak_kb
    found: dict[str, object] = {
        "bytes_a_label": round(ours.bytes_a_label),
        "bytes_budget": BYTES,
        "peak_growth": round(growth, 3),
        "growth_budget": GROWTH,
    }
    kept = ours.bytes_a_label <= BYTES and growth <= GROWTH
    if peers:
        fastest = max(peers, key=lambda row: row.per_second)
        ratio = ours.per_second / fastest.per_second
        found |= {"fastest_peer": fastest.name, "ratio": round(ratio, 1), "ratio_budget": RATIO}
        kept = kept and ratio >= RATIO
    sys.stdout.write(json.dumps(found) + "\n")
    return int(not (kept and peers))


def _show(row: Row) -> None:
    sys.stdout.write(
        f"{row.name:<10} {row.labels:>7} labels {row.seconds:>8.2f} s "
        f"{row.per_second:>8.1f} labels/s {row.bytes_a_label:>6.0f} bytes a label "
        f"{row.peak_kb / 1024:>7.1f} MB peak\n"
    )
    sys.stdout.flush()


def _ours(count: int) -> Row:
    """Draw in a process of its own, so that its peak of memory is its own."""
    command = [sys.executable, "-m", "bench.labels", "--ours-alone", str(count)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return Row("ours", count, **json.loads(done.stdout))


def _drawn(count: int) -> dict[str, float]:
    """Draw so many labels into a file that counts; the labels are made outside the clock."""
    counting = _Counting()
    began = time.process_time()
    made = sum(1 for _ in lot(count))
    making = time.process_time() - began
    began = time.process_time()
    # Made again as they are drawn, so that they never all stand in memory; that time is taken off.
    sheet.write(lot(made), stock(STOCK), cast(BinaryIO, counting))
    seconds = time.process_time() - began - making
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"seconds": seconds, "bytes": counting.size, "peak_kb": peak}


class _Counting:
    """A file that keeps nothing."""

    size = 0

    def write(self, content: bytes) -> int:
        """Count the bytes."""
        self.size += len(content)
        return len(content)


def _peers(count: int) -> list[Row]:
    """Let every other library draw; one that does not run here is told and left out."""
    found = []
    with tempfile.TemporaryDirectory(prefix="postal-bench-") as folder:
        rows = Path(folder) / "rows.json"
        rows.write_text(json.dumps([asdict(one) for one in lot(count)]), encoding="utf-8")
        python = environment()
        for name in PEERS:
            drawing = (ROOT / "bench/peers/draw_labels.py", name, rows, ROOT / "labels/fonts")
            out = Path(folder) / f"{name}.pdf"
            done = subprocess.run(
                [python, "-I", *drawing, out], check=False, capture_output=True, text=True
            )
            if done.returncode:
                last = (done.stderr.strip() or "?").splitlines()[-1]
                sys.stdout.write(f"{name:<10} does not run here: {last}\n")
                continue
            found.append(Row(name, count, **json.loads(done.stdout)))
            _show(found[-1])
    return found


def environment() -> Path:
    """Give the interpreter beside the other libraries; installs them when they are not there."""
    python = ENVIRONMENT / "bin" / "python"
    installed = ENVIRONMENT / LOCK.name
    if not installed.exists() or installed.read_bytes() != LOCK.read_bytes():
        venv.create(ENVIRONMENT, with_pip=True)
        install = ("-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(LOCK))
        subprocess.run([str(python), *install], check=True)
        installed.write_bytes(LOCK.read_bytes())
    return python


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
