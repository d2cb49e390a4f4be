"""The drill in short: each way of falsifying a ledger is found, and nothing untouched is told."""

import pytest
from sqlalchemy.orm import Session

from drills import tamper
from drills.ledger import true_ledger
from drills.ledger.tampers import OF_ITEMS
from postal_app import verification
from postal_app.ledger_keys import Signer

pytestmark = pytest.mark.one_server


def test_whatever_a_superuser_falsifies_is_found_and_named(archive):
    with Session(archive.owner_engine) as session:
        outcome = tamper.run(session, entries=2000, edits=60, seed=7)
    assert outcome.missed == ()
    assert outcome.innocent == ()
    assert len(outcome.done) == 60
    assert {one.kind for one in outcome.done} >= set(OF_ITEMS)


def test_the_true_ledger_that_is_falsified_has_no_fault_before(archive):
    with Session(archive.owner_engine) as session:
        true_ledger.build(session, Signer.of("drill"), 400, seed=7)
        assert list(verification.faults(session)) == []
