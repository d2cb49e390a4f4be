"""`postal labels`: a day's labels to a file or a printer, written down, and none lost."""

from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.label_work import LabelPrint
from models.people_data import DataExport
from routes.commands.__main__ import main
from tests.conftest import Archive
from tests.makers import make_town, take_in

pytestmark = pytest.mark.one_server


@pytest.fixture
def numbers(archive: Archive) -> list[str]:
    """Three items of Lương Sơn, and one of Hòa Bình that is not of its clerk's reach."""
    with Session(archive.engine) as session, session.begin():
        town = make_town(session)
        return [take_in(session, town).number for _ in range(3)]


@pytest.fixture
def postal(archive: Archive, tmp_path: Path) -> Callable[..., Result]:
    environment = {
        "DATABASE_URL": archive.url,
        "OWNER_DATABASE_URL": archive.owner_url,
        "POSTAL_HOME": str(tmp_path / "home"),
    }

    def run(*words: str) -> Result:
        return CliRunner().invoke(main, words, env=environment, prog_name="postal")

    return run


def text_of(pdf: Path) -> list[str]:
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]


def test_a_days_labels_go_to_a_file_and_a_second_print_says_that_it_is_one(
    numbers: list[str], postal: Callable[..., Result], archive: Archive, tmp_path: Path
) -> None:
    paper = tmp_path / "nhan.pdf"
    order = ("labels", "--as", "hang", "--to", f"file:{paper}")
    done = postal(*order, "--day", "2/3/2026", "--stock", "A4-3x7", "--copies", "2")
    assert done.exit_code == 0, done.output
    assert "6 labels" in done.output
    [page] = text_of(paper)
    assert page.count("Sở Giao thông") == 6
    assert "IN LẠI" not in page
    assert postal(*order, numbers[1], "--stock", "100x150").exit_code == 0
    assert "IN LẠI 1" in text_of(paper)[0]
    with Session(archive.engine) as session:
        printed = session.scalars(select(LabelPrint.number).order_by(LabelPrint.id)).all()
        left = session.scalars(select(DataExport.subjects)).all()
    assert printed == [*numbers, numbers[1]]
    assert left == [numbers, [numbers[1]]]


def test_a_list_goes_to_a_roll_printer_that_is_off_and_is_sent_again(
    numbers: list[str], postal: Callable[..., Result], tmp_path: Path
) -> None:
    listed, paper = tmp_path / "list.txt", tmp_path / "job.zpl"
    listed.write_text("\n".join([numbers[0].lower(), "", numbers[2]]), encoding="utf-8")
    order = ("--as", "hang", "--list", str(listed), "--stock", "80x50", "--language", "zpl")
    off = postal("labels", *order, "--to", "spool:false")
    assert off.exit_code == 2
    assert "does not answer" in off.stderr
    told = postal("labels", "--waiting").output
    job = told.split()[0]
    assert "spool:false" in told
    assert postal("labels", "--again", job, "--to", f"file:{paper}").exit_code == 0
    assert paper.read_bytes().count(b"^XZ") == 2
    assert "No job waits" in postal("labels", "--waiting").output


@pytest.mark.parametrize(
    ("order", "said"),
    [
        (("--as", "nobody", "--to", "file:x", "RH1"), "No account"),
        (("--as", "lan", "--to", "file:x", "--day", "2/3/2026"), "1 to 10000 labels"),
        (("--as", "hang", "--to", "file:x", "--day", "32/13"), "21/11/2025"),
        (("--as", "hang", "--to", "file:x", "RH000000005VN"), "No item was found"),
        (("--as", "hang", "--to", "nowhere", "RH1"), "nowhere"),
        (("--as", "hang", "--to", "file:x"), "--day"),
        (("--again", "20260302-1"), "No kept job"),
    ],
)
def test_what_cannot_be_printed_is_told_in_one_sentence(
    numbers: list[str], postal: Callable[..., Result], order: tuple[str, ...], said: str
) -> None:
    done = postal("labels", *order)
    assert done.exit_code == 2
    assert said in done.stderr


def test_a_points_printers_are_entered_moved_and_withdrawn(
    numbers: list[str], postal: Callable[..., Result]
) -> None:
    tem = ("printers", "--as", "hang", "--point", "354100", "--name", "Máy tem")
    assert "No printer is entered" in postal("printers").output
    entered = postal(*tem, "--to", "tcp:192.168.1.20", "--dpi", "300")
    assert "354100  Máy tem  zpl 300 dpi  tcp:192.168.1.20:9100" in entered.output
    moved = postal(*tem, "--to", "spool:lp -d tem", "--language", "pdf").output
    assert "spool:lp -d tem" in moved
    assert "192.168.1.20" not in moved
    for wrong, said in (
        (tem, "Say --as"),
        ((*tem, "--to", "nowhere"), "nowhere"),
        ((*tem, "--to", "file:x", "--withdraw"), "Say --as"),
        ((*tem[:-1], "Máy khác", "--withdraw"), "no printer"),
    ):
        done = postal(*wrong)
        assert done.exit_code == 2
        assert said in done.stderr
    assert "No printer is entered" in postal(*tem, "--withdraw").output
