"""How soon the second start answers, beside its limit of two seconds.

postal bench start [--rounds 5]
"""

import argparse
import subprocess
import time
from pathlib import Path

LAUNCHER = Path(__file__).resolve().parents[1] / "postal"
LIMIT_SECONDS = 2.0


def main() -> None:
    """Start the command line several times and print the median and its share of the limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    taken = sorted(_once() for _ in range(parser.parse_args().rounds))
    median = taken[len(taken) // 2]
    print(f"second start: {median:.2f} s, limit {LIMIT_SECONDS:.0f} s")  # noqa: T201
    print(f"ratio {median / LIMIT_SECONDS:.2f} (budget 1.00)")  # noqa: T201


def _once() -> float:
    began = time.perf_counter()
    subprocess.run([LAUNCHER, "--help"], check=True, capture_output=True)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
