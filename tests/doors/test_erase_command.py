"""`postal erase` tells first, and erases only when it is really meant."""

from datetime import UTC, datetime
from pathlib import Path

from click.testing import CliRunner
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.lookups import PublicDisclosure
from models.people_data import Erasure
from postal_app import printers
from postal_app.printers import Origin
from routes.commands.__main__ import main
from tests.conftest import Archive


def test_nothing_goes_until_it_is_really_meant_and_then_a_record_stays(
    archive: Archive, tmp_path: Path
) -> None:
    environment = {
        "DATABASE_URL": archive.url,
        "OWNER_DATABASE_URL": archive.owner_url,
        "POSTAL_HOME": str(tmp_path),
    }
    long_ago = datetime(2017, 1, 2, tzinfo=UTC)
    with Session(archive.engine) as session, session.begin():
        session.add(PublicDisclosure(at=long_ago, item_number="RH000000005VN", address_digest=""))

    def postal(*words: str) -> str:
        done = CliRunner().invoke(main, words, env=environment, prog_name="postal")
        assert done.exit_code == 0, done.output
        return done.stdout

    def there() -> tuple[int | None, int | None]:
        with Session(archive.engine) as session:
            return tuple(
                session.scalar(select(func.count()).select_from(table))
                for table in (PublicDisclosure, Erasure)
            )

    folder = printers.folder_in(tmp_path)
    printers.keep(
        b"B\xc3\xb9i Th\xe1\xbb\x8b H\xe1\xba\xb1ng", None, folder, Origin(1), now=long_ago
    )

    told = postal("erase")
    assert len(printers.waiting(folder)) == 1
    assert "1  Tra cứu công khai / Public look-ups: 12 tháng" in told
    assert "Nothing was erased" in told
    assert there() == (1, 0)
    assert "1 rows erased" in postal("erase", "--really")
    assert there() == (0, 1)
    assert printers.waiting(folder) == []
    assert "0 rows erased" in postal("erase", "--really")
    assert "no fault" in postal("verify")
