"""Scans over a hostile network: nothing acknowledged is lost, nothing is stored twice.

Each run takes a few envelopes in, gives phones to two couriers and somebody at a desk, and lets
them scan for some days: with clocks two days off or fallen to 1970, two phones on one envelope,
wrong kinds and codes, one id with two contents, and mistakes that two persons correct. Some pack a
bag, which is scanned as a whole and opened with something missing or extra. The network loses
requests and answers, doubles requests and brings them late; phones are offline for up to
fourteen days. Then the network heals, every outbox drains, and what the archive kept is held
against what was made and what anybody was told. The same seed lives the same runs.

    postal drill scans [--runs 1000] [--seed 1] [--only RUN] [--kills 0]

With --kills so many runs more meet a served house, by threads over HTTP, while its processes and
its database are killed.
"""

import argparse
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from drills.fleet.kills import live_among_kills
from drills.fleet.lives import Found, live_on
from drills.fleet.lots import ground

LOT = 100
TOLD = (
    "runs",
    "items",
    "scans",
    "batches",
    "lost_requests",
    "lost_answers",
    "late_requests",
    "duplicates",
    "same_ids",
    "corrections",
    "bags",
    "bag_scans",
    "bags_opened",
    "taken_out",
    "bags_emptied",
    "missing",
    "extra",
)
TOLD_OF_KILLS = ("kill_runs", "killed_workers", "killed_masters", "killed_databases", "unanswered")


def main(arguments: Sequence[str]) -> int:
    """Live the runs and print one line of JSON; 1 when anything was not true."""
    parser = argparse.ArgumentParser(prog="postal drill scans", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--runs", type=int, default=1000, help="runs without kills")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, metavar="RUN", help="live this one run alone")
    parser.add_argument("--kills", type=int, default=0, help="runs in which the house is killed")
    asked = parser.parse_args(arguments)
    found, began = Found(), time.perf_counter()
    numbers = range(asked.runs) if asked.only is None else range(asked.only, asked.only + 1)
    with tempfile.TemporaryDirectory(prefix="postal-drill-") as folder:
        if numbers:
            _live(Path(folder) / "calm", numbers, asked.seed, found)
        if asked.kills:
            live_among_kills(Path(folder) / "killed", asked.kills, asked.seed, found)
    _say(asked.seed, found, time.perf_counter() - began)
    return int(bool(found.violations))


def _live(home: Path, numbers: range, seed: int, found: Found) -> None:
    """Live runs in lots, as many at once as there are processors; each lot has its own archive."""
    began = time.perf_counter()
    lots = [numbers[first : first + LOT] for first in range(0, len(numbers), LOT)]
    at_once = min(len(lots), os.cpu_count() or 1)
    with (
        ground(home) as founded,
        ProcessPoolExecutor(at_once, mp_context=get_context("spawn")) as hands,
    ):
        for part in hands.map(partial(live_on, founded, seed), lots):
            found.add(part)
            lived = found.happened["runs"]
            pace = (time.perf_counter() - began) * 1000 / lived
            sys.stderr.write(
                f"{lived}/{len(numbers)} lượt / runs, {pace:.0f} ms mỗi lượt / a run, "
                f"{len(found.violations)} sai lệch / violations\n"
            )


def _say(seed: int, found: Found, seconds: float) -> None:
    told: dict[str, float] = {"seed": seed}
    told |= {name: found.happened[name] for name in TOLD}
    if found.happened["kill_runs"]:
        told |= {name: found.happened[name] for name in TOLD_OF_KILLS}
    told |= {"violations": len(found.violations), "seconds": round(seconds, 1)}
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    # Told to end, it ends like one that is done: no house and no database stay behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    sys.exit(main(sys.argv[1:]))
