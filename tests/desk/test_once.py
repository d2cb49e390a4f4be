"""Two that come with one form's key at the same moment wait for each other."""

import uuid

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from postal_app import once
from tests.conftest import Archive


def test_the_second_waits_until_the_first_has_kept_what_it_made(archive: Archive) -> None:
    key = uuid.UUID(int=2**128 - 1)
    with Session(archive.engine) as first, Session(archive.engine) as second:
        once.wait_for(first, key)
        second.execute(text("SET LOCAL lock_timeout = '100ms'"))
        with pytest.raises(OperationalError, match="lock timeout"):
            once.wait_for(second, key)
        second.rollback()
        first.commit()
        once.wait_for(second, key)


def test_other_forms_wait_for_nobody(archive: Archive) -> None:
    with Session(archive.engine) as first, Session(archive.engine) as second:
        second.execute(text("SET LOCAL lock_timeout = '100ms'"))
        once.wait_for(first, uuid.UUID(int=0))
        once.wait_for(second, uuid.UUID(int=1 << 64))
