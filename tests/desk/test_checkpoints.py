"""Checkpoints on a real archive: each entry is taken once, late ones too, and proofs hold."""

import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from models.checkpoints import LogLeaf, LogTile
from models.ledger import LedgerEntry
from postal_app import checkpoints, ledger_keys, log_tree, scanning
from postal_app.ledger_keys import ForeignKeyFile, Signer
from postal_app.log_tree import Tree
from postal_app.rules.checkpoints import read_body
from postal_app.rules.merkle import TILE, continues, includes, inclusion, root_of
from tests.makers import NINE, Town, bring_to_agency, make_town, minutes, scan, take_in

SIGNER = Signer.of("khóa của Hòa Bình")
ORIGIN = "hoso.example.vn"
A_DAY = timedelta(days=1)


def checked(session: Session, now: datetime = NINE) -> checkpoints.Checkpoint:
    return checkpoints.make(session, SIGNER, ORIGIN, now=now)


def digests(session: Session) -> list[bytes]:
    return list(session.scalars(select(LogLeaf.digest).order_by(LogLeaf.leaf)))


def many_scans(session: Session, town: Town, count: int) -> None:
    """Let the courier look at one envelope so often; each look is an entry."""
    item = take_in(session, town)
    looks = [scan(item.number, "departed", minutes(n)) for n in range(count)]
    scanning.take_in(session, looks, town.courier, now=minutes(count))


@pytest.mark.one_server
def test_a_checkpoint_says_what_the_ledger_is_and_bears_its_signature(session):
    town = make_town(session)
    bring_to_agency(session, town, take_in(session, town))
    made = checked(session)
    said = read_body(made.body)
    assert (said.number, said.size, said.origin) == (1, 3, ORIGIN)
    assert said.root == made.root == root_of(digests(session))
    assert ledger_keys.is_signed(SIGNER.public_key, made.signature, made.body.encode())
    assert checkpoints.latest_code(session) == made.code == said.code
    assert checkpoints.with_code(session, made.code.lower().replace("-", " ")) == [made]


@pytest.mark.one_server
def test_before_the_first_checkpoint_there_is_no_code_and_an_empty_ledger_can_be_signed(session):
    assert checkpoints.latest_code(session) == ""
    assert checked(session).size == 0


@pytest.mark.one_server
def test_each_entry_is_taken_once_in_the_order_of_its_recording(session):
    town = make_town(session)
    for _ in range(3):
        item = take_in(session, town)
        first = checked(session)
        bring_to_agency(session, town, item)
    second = checked(session, minutes(200))
    again = checked(session, minutes(201))
    assert (first.size, second.size, again.size) == (7, 9, 9)
    assert second.code == again.code
    taken = session.scalars(select(LogLeaf.entry_id)).all()
    assert sorted(taken) == sorted(session.scalars(select(LedgerEntry.id)))
    assert list(session.scalars(select(LogLeaf.leaf).order_by(LogLeaf.leaf))) == list(range(9))


@pytest.mark.one_server
def test_proofs_hold_across_the_edges_of_tiles(session, monkeypatch):
    monkeypatch.setattr(log_tree, "TILES_AT_ONCE", 1)
    town = make_town(session)
    sizes, roots = [], []
    for count in (250, 10, 300):
        many_scans(session, town, count)
        made = checked(session, minutes(len(sizes)))
        sizes.append(made.size)
        roots.append(made.root)
    assert sizes == [251, 262, 563]
    assert session.scalars(select(LogTile.number).where(LogTile.level == 0)).all() == [0, 1]
    leaves = digests(session)
    assert roots == [root_of(leaves[:size]) for size in sizes]
    tree = Tree(session)
    for index in (0, 255, 256, 511, 512, 562):
        path = inclusion(index, 563, tree.whole)
        assert includes(leaves[index], index, 563, path, roots[2])
    all_made = [checkpoints.numbered(session, number) for number in (1, 2, 3)]
    for old in all_made:
        for new in all_made[old.number - 1 :]:
            path = checkpoints.consistency_of(session, old, new)
            assert continues(old.size, new.size, path, old.root, new.root)


@pytest.mark.one_server
def test_a_tree_of_two_levels_of_tiles_has_the_root_of_its_leaves(session):
    count = TILE * TILE + 3 * TILE + 5
    session.execute(
        text(
            "INSERT INTO log_leaves SELECT n, n, now(), 'RH', 1, sha256(int8send(n)) "
            "FROM generate_series(0, :last) n"
        ),
        {"last": count - 1},
    )
    log_tree.grow(session, count)
    assert session.scalars(select(LogTile.number).where(LogTile.level == 1)).all() == [0]
    assert Tree(session).root(count) == root_of(digests(session))


def test_an_entry_committed_late_behind_younger_ones_is_taken_later_and_once(archive):
    with Session(archive.engine) as session:
        town = make_town(session)
        slow, quick = take_in(session, town), take_in(session, town)
        session.commit()
        numbers = (slow.number, quick.number)
        late = Session(archive.engine)
        departed = [scan(numbers[0], "departed", minutes(60))]
        scanning.take_in(late, departed, town.courier, now=minutes(60))
        younger = [scan(numbers[1], "departed", minutes(61))]
        scanning.take_in(session, younger, town.courier, now=minutes(61))
        session.commit()
        sizes = []
        for day in range(3):  # a day is long, but the slow one is not over
            sizes.append(checked(session, minutes(62) + day * A_DAY).size)
            session.commit()
        late.commit()
        late.close()
        for day in range(3, 6):
            sizes.append(checked(session, minutes(62) + day * A_DAY).size)
            session.commit()
        assert sizes == [3, 3, 3, 4, 4, 4]
        newest = checkpoints.latest(session)
        last = session.scalar(select(LedgerEntry.id).order_by(LedgerEntry.id.desc()))
        # Nothing where another database of the server keeps a transaction open for days.
        assert newest.settled_id in (0, last)


def test_two_who_make_a_checkpoint_at_once_wait_for_each_other(archive):
    with Session(archive.engine) as session:
        town = make_town(session)
        take_in(session, town)
        session.commit()
    at_once = threading.Barrier(4)
    sizes = []

    def make() -> None:
        with Session(archive.engine) as session:
            at_once.wait()
            sizes.append(checked(session).size)
            session.commit()

    makers = [threading.Thread(target=make) for _ in range(4)]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    assert sizes == [1, 1, 1, 1]
    with Session(archive.engine) as session:
        assert checkpoints.latest(session).number == 4


@pytest.mark.parametrize("table", ["log_leaves", "log_tiles", "signing_keys", "checkpoints"])
def test_the_log_is_only_ever_added_to(archive, table):
    with Session(archive.engine) as session:
        many_scans(session, make_town(session), 260)
        checked(session)
        session.commit()
    key = {"log_leaves": "leaf", "log_tiles": "level", "signing_keys": "number"}.get(table, "size")
    for words in (
        f"UPDATE {table} SET {key} = 9",
        f"DELETE FROM {table}",
        f"TRUNCATE {table} CASCADE",
    ):
        for engine in (archive.engine, archive.owner_engine):
            with engine.connect() as connection, pytest.raises(DBAPIError):
                connection.execute(text(words))


@pytest.mark.one_server
def test_a_new_key_signs_on_the_word_of_the_old_one(session):
    new, stranger = Signer.of("khóa mới"), Signer.of("khóa lạ")
    checked(session)
    with pytest.raises(ForeignKeyFile):
        checkpoints.make(session, stranger, ORIGIN, now=NINE)
    with pytest.raises(ForeignKeyFile):
        ledger_keys.rotate(session, stranger, new, ORIGIN, now=NINE)
    ledger_keys.rotate(session, SIGNER, new, ORIGIN, now=NINE)
    first, second = ledger_keys.keys(session)
    assert ledger_keys.is_endorsed(second, first, ORIGIN)
    assert not ledger_keys.is_endorsed(second, first, "noi-khac.example.vn")
    with pytest.raises(ForeignKeyFile):
        checked(session)
    assert checkpoints.make(session, new, ORIGIN, now=NINE).number == 2


@pytest.mark.one_server
def test_a_key_in_the_place_of_a_lost_one_has_nobodys_word(session):
    checked(session)
    ledger_keys.rotate(session, None, Signer.of("khóa mới"), ORIGIN, now=NINE)
    first, second = ledger_keys.keys(session)
    assert not ledger_keys.is_endorsed(second, first, ORIGIN)


def test_a_signer_shows_its_public_half_alone():
    assert repr(SIGNER) == f"Signer({SIGNER.key_id})"
