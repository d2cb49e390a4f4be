"""The one command, run for real: what it makes, and what it says when it cannot."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parents[2]
TOOLS = ("sh", "dirname", "cmp", "rm", "mkdir", "grep", "cp", "id", "getconf", "cat")
COMMAND_LINE = """
import os, sys
def main(prog_name):
    print(os.getcwd(), *sys.argv[1:])
"""
# A library that is nowhere, with a hash that nothing has.
UNREACHABLE = f"postal-nowhere==1.0 --hash=sha256:{'0' * 64}\n"
NO_NETWORK = {"PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": "http://127.0.0.1:9/"}


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A house with the launcher, nothing to install, and a command line that tells its words."""
    root = tmp_path / "nhà bưu điện"
    (root / "routes" / "commands").mkdir(parents=True)
    shutil.copy(HOUSE / "postal", root)
    (root / "requirements.lock").write_text("# nothing\n")
    (root / "routes" / "commands" / "__main__.py").write_text(COMMAND_LINE)
    return root


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with nothing in it but pip, to be copied."""
    folder = tmp_path_factory.mktemp("environment") / ".venv"
    subprocess.run([Path(sys.executable).resolve(), "-m", "venv", folder], check=True)
    return folder


@pytest.fixture
def begun(house: Path, environment: Path) -> Path:
    """A house whose environment is made and still empty."""
    shutil.copytree(environment, house / ".venv", symlinks=True)
    return house


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A folder for PATH with the few tools that every system has, and no Python."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in TOOLS:
        (folder / name).symlink_to(shutil.which(name))
    return folder


def test_the_first_start_makes_the_environment_and_hands_over(house, tools):
    give_python(tools)
    done = start(house, tools, "month", "2026-03-01", "hai từ", cwd=tools)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{tools} month 2026-03-01 hai từ\n"
    assert "requirements.lock" in done.stderr


def test_the_second_start_installs_nothing_and_is_silent(begun, tools):
    give_python(tools)
    start(begun, tools)
    done = start(begun, tools, "--help")
    assert (done.returncode, done.stderr) == (0, "")


def test_two_starts_at_once_make_one_environment(house, tools):
    give_python(tools)
    starters = [begin(house, tools, "serve") for _ in range(3)]
    told = [person.communicate() for person in starters]
    assert [person.returncode for person in starters] == [0, 0, 0]
    assert [out.endswith("serve\n") for out, _ in told] == [True] * 3
    assert sum("requirements.lock" in err for _, err in told) == 1


def test_a_start_killed_half_way_is_begun_anew(house, tools):
    give_python(tools)
    half = house / ".venv"
    (half / "bin").mkdir(parents=True)
    (half / "building").touch()
    (half / "bin" / "python").write_text("half a program")
    (half / "requirements.lock").write_text("# nothing\n")
    done = start(house, tools, "serve")
    assert done.stdout.endswith("serve\n"), done.stderr
    assert not (half / "building").exists()


def test_a_changed_lock_file_is_installed(begun, tools):
    give_python(tools)
    start(begun, tools)
    (begun / "requirements.lock").write_text("# still nothing\n")
    assert "requirements.lock" in start(begun, tools).stderr
    assert start(begun, tools).stderr == ""


def test_an_old_python_is_told_in_one_sentence(house, tools):
    stub(tools / "python3", "exit 1")
    told = refused(start(house, tools))
    assert "3.11" in told[0]
    assert "3.11" in told[1]


def test_no_python_at_all_is_told_in_one_sentence(house, tools):
    assert "3.11" in refused(start(house, tools))[1]


def test_a_python_without_venv_is_told_in_one_sentence(house, tools):
    stub(tools / "python3.12", 'case "$2" in *ensurepip*) exit 1 ;; esac')
    vi, en = refused(start(house, tools))
    assert "python3.12" in vi
    assert "python3-venv" in en


def test_a_python_without_venv_gives_way_to_a_whole_one(begun, tools):
    stub(tools / "python3.12", 'case "$2" in *ensurepip*) exit 1 ;; esac')
    give_python(tools)
    assert start(begun, tools).returncode == 0


def test_a_folder_that_cannot_be_written_is_told_in_one_sentence(house, tools):
    give_python(tools)
    (house / ".venv.lock").mkdir()  # stands in for a missing right, which root never misses
    assert str(house) in refused(start(house, tools))[1]


def test_no_network_is_told_in_one_sentence(begun, tools):
    give_python(tools)
    (begun / "requirements.lock").write_text(UNREACHABLE)
    done = start(begun, tools, **NO_NETWORK)
    vi, en = done.stderr.strip().split("\n")[-2:]
    assert done.returncode == 1
    assert "mạng" in vi
    assert "no network" in en
    assert "Traceback" not in done.stderr
    assert str(begun / ".venv" / "install.log") in en
    assert "postal-nowhere" in (begun / ".venv" / "install.log").read_text()


def test_after_a_failure_the_next_start_tries_again(house, tools):
    give_python(tools)
    (house / "requirements.lock").write_text(UNREACHABLE)
    assert start(house, tools, **NO_NETWORK).returncode == 1
    (house / "requirements.lock").write_text("# nothing\n")
    assert start(house, tools).returncode == 0


def test_a_full_disk_is_told_in_one_sentence(house, tools):
    stub(
        tools / "python3",
        f"""case "$*" in
        *'venv '*) mkdir -p "$3/bin"; cp {tools}/full "$3/bin/python" ;;
        esac""",
    )
    stub(
        tools / "full",
        """case "$*" in
        *install*) echo "ERROR: [Errno 28] No space left on device"; exit 1 ;;
        esac""",
    )
    done = start(house, tools)
    vi, en = done.stderr.strip().split("\n")[-2:]
    assert done.returncode == 1
    assert "Đĩa đã đầy" in vi
    assert "disk is full" in en


def give_python(tools: Path) -> None:
    """Put this run's Python on the PATH."""
    base = Path(sys.executable).resolve()
    stub(tools / "python3", f'exec "{base}" "$@"')


def stub(path: Path, body: str) -> None:
    """Write a small program."""
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


def begin(house: Path, tools: Path, *words: str, **environ: str) -> "subprocess.Popen[str]":
    """Run the launcher with nothing on the PATH but `tools`."""
    kept = {name: value for name, value in os.environ.items() if name in ("HOME", "LANG")}
    return subprocess.Popen(
        [house / "postal", *words],
        env={**kept, "PIP_RETRIES": "1", **environ, "PATH": str(tools)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def start(
    house: Path, tools: Path, *words: str, cwd: Path | None = None, **environ: str
) -> "subprocess.CompletedProcess[str]":
    """Run the launcher to its end, from another folder if one is given."""
    before = Path.cwd()
    os.chdir(cwd or before)
    try:
        person = begin(house, tools, *words, **environ)
    finally:
        os.chdir(before)
    out, err = person.communicate(timeout=120)
    return subprocess.CompletedProcess(person.args, person.returncode, out, err)


def refused(done: "subprocess.CompletedProcess[str]") -> list[str]:
    """Give the two lines of a refusal, Vietnamese and English, and nothing but them."""
    lines = done.stderr.strip().split("\n")
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(lines) == 2
    return lines
