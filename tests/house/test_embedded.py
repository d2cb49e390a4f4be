"""The archive's own server: who starts it, who joins, who stops it, and what survives a kill -9."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from models import embedded, keeper
from models.embedded import ArchiveError, Place, is_answering, is_held, wait_until_stopped

HOUSE = Path(__file__).resolve().parents[2]
LONG_ENOUGH = 30.0

USER = """
import sys
from pathlib import Path
from models.embedded import Place, join
join(Place(Path(sys.argv[1])))
print("joined", flush=True)
sys.stdin.read()
"""

MASTER = """
import os, sys
from pathlib import Path
from models.embedded import Place, join
join(Place(Path(sys.argv[1])))
if os.fork() > 0:
    os._exit(0)
print("joined", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def place(home: Path) -> Place:
    """A folder for a server of the test's own."""
    return Place(home / "postgres")


@pytest.fixture
def people(place: Place) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Calls processes that join the archive; all have left when the test ends."""
    called: list[subprocess.Popen[str]] = []

    def call(story: str = USER, wait: bool = True) -> subprocess.Popen[str]:
        person = subprocess.Popen(
            [sys.executable, "-c", story, str(place.folder)],
            cwd=HOUSE,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        called.append(person)
        if wait:
            assert person.stdout.readline() == "joined\n"
        return person

    yield call
    for person in called:
        person.kill()
        person.communicate()


def test_who_comes_first_starts_it_and_who_leaves_last_stops_it(place, people):
    bui_thi_hang, quach_van_dung = people(), people()
    bui_thi_hang.communicate()
    time.sleep(4 * keeper.PAUSE_SECONDS)
    assert asked(place, "SELECT 1") == 1
    quach_van_dung.communicate()
    wait_until_stopped(place)
    assert not is_answering(place)


def test_two_who_start_at_once_share_one_server(place, people):
    starters = [people(wait=False) for _ in range(4)]
    assert [person.stdout.readline() for person in starters] == ["joined\n"] * 4
    assert not (place.folder / "data.new").exists()
    assert (place.folder / "server.log").read_text().count("starting PostgreSQL") == 1


def test_a_killed_user_does_not_keep_the_server(place, people):
    people().kill()
    wait_until_stopped(place)
    assert not is_answering(place)


def test_a_killed_user_does_not_take_the_server_from_the_living(place, people):
    killed, _living = people(), people()
    killed.kill()
    time.sleep(4 * keeper.PAUSE_SECONDS)
    assert asked(place, "SELECT 1") == 1


def test_a_killed_server_comes_back_by_itself_with_its_rows(place, people):
    people()
    asked(place, "CREATE TABLE item (number text)")
    asked(place, "INSERT INTO item VALUES ('EB123456785VN')")
    killed = postmaster(place)
    os.kill(killed, signal.SIGKILL)
    comes_true(lambda: is_answering(place) and postmaster(place) != killed)
    assert asked(place, "SELECT number FROM item") == "EB123456785VN"


def test_a_killed_keeper_is_replaced_by_the_next_who_comes(place, people):
    people()
    first = keeper_of(place)
    os.kill(first, signal.SIGKILL)
    comes_true(lambda: not is_held(place.keeper_lock))
    server = postmaster(place)
    people()
    assert is_held(place.keeper_lock)
    assert postmaster(place) == server


def test_everything_killed_at_once_starts_again(place, people):
    user = people()
    asked(place, "CREATE TABLE item (number text)")
    asked(place, "INSERT INTO item VALUES ('EB123456785VN')")
    for process in (keeper_of(place), postmaster(place), user.pid):
        os.kill(process, signal.SIGKILL)
    people()
    assert asked(place, "SELECT number FROM item") == "EB123456785VN"


def test_a_stale_number_that_another_process_now_bears_does_no_harm(place, people):
    people().communicate()
    wait_until_stopped(place)
    stale = place.data / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{place.data}\n1\n5432\n\n\n\nready   \n")
    people()
    assert asked(place, "SELECT 1") == 1


def test_a_first_start_killed_half_way_leaves_nothing_in_the_way(place, people):
    (place.folder / "data.new" / "base").mkdir(parents=True)
    (place.folder / "data.new" / "PG_VERSION").write_text("18\n")
    people()
    assert asked(place, "SELECT 1") == 1


def test_forked_workers_stay_members_when_their_master_is_gone(place, people):
    people(MASTER)
    time.sleep(4 * keeper.PAUSE_SECONDS)
    assert asked(place, "SELECT 1") == 1


def test_a_home_behind_a_long_path_works(home):
    long = Place(home / ("bưu-cục-" * 20) / "postgres")
    long.folder.mkdir(parents=True)
    assert len(os.fsencode(long.data)) > embedded.LONGEST_SOCKET_PATH
    embedded.join(long)
    assert asked(long, "SELECT 1") == 1
    embedded.leave(long)
    wait_until_stopped(long)
    assert not long.socket_folder.exists()


def test_a_removed_folder_ends_its_server(place, people):
    people()
    server = postmaster(place)
    place.folder.rename(place.folder.with_name("elsewhere"))
    comes_true(lambda: not lives(server))


def test_data_of_another_version_are_told_in_one_sentence(place, people):
    people().communicate()
    wait_until_stopped(place)
    (place.data / "PG_VERSION").write_text("16\n")
    with pytest.raises(ArchiveError, match="PostgreSQL 16") as told:
        embedded.join(place)
    embedded.leave(place)
    assert "pg_dump" in told.value.en


def test_a_damaged_cluster_is_told_with_the_servers_own_words(place, people):
    people().communicate()
    wait_until_stopped(place)
    (place.data / "global" / "pg_control").unlink()
    with pytest.raises(ArchiveError, match="pg_control"):
        embedded.join(place)
    embedded.leave(place)


def test_nobody_else_reaches_the_socket(place, people):
    people()
    assert place.data.stat().st_mode & 0o077 == 0


def asked(place: Place, words: str) -> object:
    """Give the first value of a statement, as the server's superuser."""
    with psycopg.connect(host=str(place.socket_folder), user=embedded.SUPERUSER) as connection:
        answer = connection.execute(words)
        return answer.fetchone()[0] if answer.description else None


def postmaster(place: Place) -> int:
    """Give the server's process number."""
    return int((place.data / "postmaster.pid").read_text().split("\n")[0])


def keeper_of(place: Place) -> int:
    """Give the keeper's process number: the parent of the server."""
    return int(Path(f"/proc/{postmaster(place)}/stat").read_text().rpartition(")")[2].split()[1])


def lives(process: int) -> bool:
    """Tell whether a process is there and no mere entry of a dead one."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def comes_true(condition: Callable[[], bool]) -> None:
    """Wait for what another process is about to do."""
    deadline = time.monotonic() + LONG_ENOUGH
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)
