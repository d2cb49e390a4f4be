"""Dossiers found by the words of names, and the shadows the database keeps for it."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models.dossiers import Dossier, Party
from models.places import Agency
from models.shadows import NameWord, OpenMoney
from postal_app import enquiries, money, pickups
from postal_app.pickup_form import Person
from tests.makers import NINE, Town, make_town, take_in


def words(session: Session) -> set[str]:
    session.flush()
    return set(session.scalars(select(NameWord.word)))


def a_dossier(session: Session, town: Town, name: str) -> Dossier:
    dossier = take_in(session, town).legs[0].dossier
    for one in dossier.parties:
        named = pickups.party(one.part, Person(name, one.phone, one.address))
        one.name, one.folded_name = named.name, named.folded_name
    session.flush()
    return dossier


def found(session: Session, typed: str, town: Town) -> Sequence[str]:
    return [one.number for one in enquiries.search(session, typed, town.clerk)]


@pytest.mark.parametrize(
    "typed",
    ["Bùi Thị Hằng", "bui thi hang", "hang bui", "HẰNG", "Hang  Thi", "bui thi han", "hằ"],
)
def test_a_name_is_found_by_its_words_in_any_order_the_last_unfinished(
    session: Session, typed: str
) -> None:
    town = make_town(session)
    hang = a_dossier(session, town, "Bùi Thị Hằng")
    a_dossier(session, town, "Đinh Văn Mạnh")
    assert found(session, typed, town) == [hang.number]


@pytest.mark.parametrize("typed", ["hang manh", "ang", "bui thi hanh", "%", "''"])
def test_words_nobody_bears_together_find_nothing(session: Session, typed: str) -> None:
    town = make_town(session)
    a_dossier(session, town, "Bùi Thị Hằng")
    a_dossier(session, town, "Đinh Văn Mạnh")
    assert found(session, typed, town) == []


def test_the_newest_bearer_of_a_name_stands_on_top(session: Session) -> None:
    town = make_town(session)
    numbers = [a_dossier(session, town, f"Bùi Thị {given}").number for given in ("Hằng", "Hoa")]
    assert found(session, "bui", town) == numbers[::-1]


def test_a_name_that_was_erased_is_found_no_more(session: Session) -> None:
    town = make_town(session)
    dossier = a_dossier(session, town, "Bùi Thị Hằng")
    for one in dossier.parties:
        one.name = one.folded_name = ""
    assert words(session) == set()
    assert found(session, "hang", town) == []


def test_the_words_of_a_party_that_is_removed_go_with_it(session: Session) -> None:
    town = make_town(session)
    dossier = a_dossier(session, town, "Bùi Thị Hằng")
    receiver = next(one for one in dossier.parties if one.part == "receiver")
    receiver.folded_name = "dinh van manh"
    assert words(session) == {"bui", "thi", "hang", "dinh", "van", "manh"}
    session.execute(delete(Party).where(Party.id == receiver.id))
    assert words(session) == {"bui", "thi", "hang"}


def test_who_settles_a_dossier_now_finds_it_by_name(session: Session) -> None:
    town = make_town(session)
    dossier = a_dossier(session, town, "Bùi Thị Hằng")
    other = Agency(name="Sở Tư pháp", level="province", address="-")
    session.add(other)
    session.flush()
    dossier.agency = other
    session.flush()
    assert set(session.scalars(select(NameWord.agency_id))) == {other.id}


def test_money_stays_open_until_the_agency_confirms_it(session: Session) -> None:
    town = make_town(session)
    dossier = take_in(session, town).legs[0].dossier
    held = session.scalars(select(OpenMoney.money_line_id)).all()
    lines = [line for line in dossier.money if line.kind in ("fee", "charge")]
    assert sorted(held) == sorted(line.id for line in lines)
    assert lines
    receipts = [line.receipt_number for line in lines]
    refused = money.hand_over(session, dossier.agency_id, receipts, town.clerk, now=NINE)
    money.refuse(session, refused.number, "Thiếu tiền", town.officer, now=NINE)
    assert [one.number for of in money.held(session, town.clerk) for one in of.receipts] == receipts
    again = money.hand_over(session, dossier.agency_id, receipts, town.clerk, now=NINE)
    later = NINE + timedelta(hours=1)
    money.confirm(session, again.number, "BN-7", town.officer, now=later)
    assert session.scalars(select(OpenMoney)).all() == []
