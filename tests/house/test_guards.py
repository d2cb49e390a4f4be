"""The house keeps its own rules."""

from pathlib import Path

import pytest

from tests.house import guards

HOUSE = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    "guard",
    [
        guards.wrong_floors,
        guards.homeless_libraries,
        guards.late_imports,
        guards.circles,
        guards.long_files,
        guards.long_functions,
        guards.missing_openings,
        guards.unpackaged,
        guards.addressed_locks,
        guards.registry_hosts,
    ],
    ids=lambda guard: guard.__name__,
)
def test_the_house_has_no(guard):
    assert guard(HOUSE) == []
