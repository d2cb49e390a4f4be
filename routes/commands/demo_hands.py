"""The demo's story lived by several processes, each with its share of the cases.

Each process has its own connection and its own clock of the story. They wait for each other only
where something concerns all of them, which this process then does alone.
"""

import multiprocessing
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from multiprocessing.connection import Connection, wait
from traceback import format_exc
from typing import Any

from sqlalchemy import event

from config import Config
from postal_app.demo.cases import Share
from postal_app.demo.story import Story
from routes.archive import sessions_of

MOST_HANDS = 4
"""More only wait for each other at the series of numbers."""


def live_together(config: Config, story: Story, tell: Callable[[], None]) -> None:
    """Live a story that was set up, in as many processes as there are processors.

    Args:
        config: where the archive is.
        story: as it was set up by this process, which lives nothing of it itself.
        tell: called whenever a process has lived a day; `hands` times for each day.

    Raises:
        RuntimeError: one of the processes ended before its story did; it has told why.
    """
    with _hands(config, story) as pipes, _quick_sessions(config) as sessions:
        phase: list[date] = []
        for day in story.days():
            phase.append(day)
            if story.is_common(day):
                _live(pipes, phase, tell)
                story.live_common(sessions.begin, day)
                phase = []
        _live(pipes, phase, tell)


def hands() -> int:
    """Give how many processes live a story on this machine."""
    return min(MOST_HANDS, os.cpu_count() or 1)


def _live(pipes: "list[Connection[Any, Any]]", phase: list[date], tell: Callable[[], None]) -> None:
    """Let every process live some days, and wait until the last has done so."""
    for pipe in pipes:
        pipe.send(phase)
    left = dict.fromkeys(pipes, len(phase))
    while open_ones := [pipe for pipe, days in left.items() if days]:
        ready = wait(open_ones)
        for pipe in open_ones:
            if pipe in ready:
                _hear(pipe)
                left[pipe] -= 1
                tell()


def _hear(pipe: "Connection[Any, Any]") -> None:
    """Take in that a process lived a day, or why it could not."""
    try:
        said = pipe.recv()
    except EOFError:
        raise RuntimeError("a process of the demo ended before its story") from None
    if not isinstance(said, date):
        raise RuntimeError(f"a process of the demo could not go on:\n{said}")  # noqa: TRY004  no type


@contextmanager
def _hands(config: Config, story: Story) -> "Iterator[list[Connection[Any, Any]]]":
    """Give a pipe to each process; they end with it."""
    context = multiprocessing.get_context("fork")  # they are born knowing the story and the places
    pipes, processes = [], []
    for first in range(hands()):
        here, there = context.Pipe()
        pipes.append(here)
        share = Share(first, hands())
        process = context.Process(target=_work, args=(config, story, share, there, [*pipes]))
        process.start()
        there.close()
        processes.append(process)
    try:
        yield pipes
    finally:
        for pipe in pipes:
            pipe.close()
        for process in processes:
            process.join()


def _work(
    config: Config,
    story: Story,
    share: Share,
    pipe: "Connection[Any, Any]",
    others: "list[Connection[Any, Any]]",
) -> None:
    """Live a share of the story, as many days as are sent, until the pipe ends."""
    for other in others:
        other.close()  # a pipe ends when nobody holds its other end, so this process must not
    try:
        with _quick_sessions(config) as sessions, suppress(EOFError):
            while True:
                for day in pipe.recv():
                    story.live_share(sessions.begin, day, share)
                    pipe.send(day)
    except Exception:
        pipe.send(format_exc())
        raise


@contextmanager
def _quick_sessions(config: Config) -> Iterator[Any]:
    """Open the archive for work that a machine's fall may take back: it would be begun anew."""
    with sessions_of(config) as sessions:

        @event.listens_for(sessions.kw["bind"], "connect")
        def careless(connection: Any, _record: Any) -> None:
            connection.execute("SET synchronous_commit = off")
            connection.commit()

        yield sessions
