"""Accounts, passwords, assignments: who may come in, who may not, and who stays."""

import unicodedata
from datetime import date, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.places import Agency, Province, ServicePoint
from models.staff import Account, PersonalDataView
from postal_app import signing_in, staff
from postal_app.rules.roles import Role

pytestmark = pytest.mark.one_server  # passwords are digested by us, not by the server

PASSWORD = "sông Đà mùa nước"
DIGEST = staff.hash_password(PASSWORD)
TODAY = date(2026, 3, 2)


@pytest.fixture
def province(session: Session) -> Province:
    place = Province(code="H28", name="Hòa Bình", sample=True)
    session.add(place)
    session.flush()
    return place


@pytest.fixture
def point(session: Session) -> ServicePoint:
    place = ServicePoint(
        code="353900",
        name="Bưu cục Lương Sơn",
        kind="post_office",
        address="Lương Sơn",
        commune_code="05089",
        catalogue="2024",
        latitude=20.87,
        longitude=105.53,
    )
    session.add(place)
    session.flush()
    return place


def person(session: Session, sign_in: str, full_name: str, now: datetime) -> int:
    return staff.add_account(session, staff.NewAccount(sign_in, full_name, DIGEST), now=now)


def clerk(session: Session, point: ServicePoint, now: datetime, **days: date) -> tuple[int, int]:
    account = person(session, "hang.bui", "Bùi Thị Hằng", now)
    days.setdefault("valid_from", TODAY)
    new = staff.NewAssignment(account, Role.CLERK, point.id, **days)
    return account, staff.assign(session, new)


def administrator(session: Session, province: Province, name: str, now: datetime) -> int:
    account = person(session, name, name.title(), now)
    new = staff.NewAssignment(account, Role.ADMINISTRATOR, province.id, TODAY)
    staff.assign(session, new)
    return account


def test_a_clerk_signs_in_and_is_at_her_point(
    session: Session, point: ServicePoint, now: datetime
) -> None:
    clerk(session, point, now)
    came = signing_in.sign_in(session, " Hang.Bui ", PASSWORD, now=now)
    assert came.refusal is None
    (actor,) = came.actors
    assert (actor.role, actor.name, actor.place) == (
        Role.CLERK,
        "Bùi Thị Hằng",
        "Bưu cục Lương Sơn",
    )
    assert signing_in.actor(session, actor.assignment_id, came.mark, now=now) == actor


def test_a_password_typed_decomposed_on_a_mac_is_the_same_password(
    session: Session, point: ServicePoint, now: datetime
) -> None:
    clerk(session, point, now)
    typed = unicodedata.normalize("NFD", PASSWORD)
    assert signing_in.sign_in(session, "hang.bui", typed, now=now).refusal is None


def test_whoever_has_two_desks_is_asked_which(
    session: Session, point: ServicePoint, province: Province, now: datetime
) -> None:
    account, _ = clerk(session, point, now)
    staff.assign(session, staff.NewAssignment(account, Role.AUDITOR, province.id, TODAY))
    came = signing_in.sign_in(session, "hang.bui", PASSWORD, now=now)
    assert [actor.role for actor in came.actors] == [Role.CLERK, Role.AUDITOR]


def test_an_assignment_counts_from_its_first_to_its_last_day_only(
    session: Session, point: ServicePoint, now: datetime
) -> None:
    tomorrow = TODAY + timedelta(days=1)
    clerk(session, point, now, valid_from=tomorrow, valid_to=tomorrow)

    def refused(on: datetime) -> bool:
        outcome = signing_in.sign_in(session, "hang.bui", PASSWORD, now=on)
        return isinstance(outcome.refusal, signing_in.NotAssigned)

    assert [refused(now + timedelta(days=days)) for days in range(3)] == [True, False, True]


def test_the_fifth_wrong_password_locks_the_account_and_says_until_when(
    session: Session, point: ServicePoint, now: datetime
) -> None:
    clerk(session, point, now)
    said = [signing_in.sign_in(session, "hang.bui", "sai", now=now).refusal for _ in range(5)]
    assert [type(refusal) for refusal in said] == [staff.WrongSignIn] * 4 + [signing_in.LockedOut]
    assert "09:01 ngày 02/03/2026" in str(said[-1])
    held = signing_in.sign_in(session, "hang.bui", PASSWORD, now=now + timedelta(seconds=59))
    assert isinstance(held.refusal, signing_in.LockedOut)
    freed = signing_in.sign_in(session, "hang.bui", PASSWORD, now=now + timedelta(seconds=60))
    assert freed.refusal is None


def test_each_further_failure_doubles_the_wait_up_to_an_hour(
    session: Session, point: ServicePoint, now: datetime
) -> None:
    account, _ = clerk(session, point, now)
    row = session.get_one(Account, account)
    minutes = []
    for _ in range(12):
        signing_in.sign_in(session, "hang.bui", "sai", now=now)
        if row.locked_until:
            minutes.append(int((row.locked_until - now).total_seconds() // 60))
            now = row.locked_until
    assert minutes == [1, 2, 4, 8, 16, 32, 60, 60]


def test_an_unknown_name_and_a_shut_out_person_hear_the_same(
    session: Session, point: ServicePoint, now: datetime
) -> None:
    account, _ = clerk(session, point, now)
    staff.deactivate(session, account, now=now)
    said = {
        str(signing_in.sign_in(session, name, PASSWORD, now=now).refusal)
        for name in ("hang.bui", "khong.co.ai")
    }
    assert len(said) == 1


def test_a_session_ends_with_its_assignment_its_account_and_its_password(
    session: Session, point: ServicePoint, now: datetime
) -> None:
    account, assignment = clerk(session, point, now)
    mark = signing_in.sign_in(session, "hang.bui", PASSWORD, now=now).mark

    def still() -> bool:
        return signing_in.actor(session, assignment, mark, now=now) is not None

    assert still()
    staff.deactivate(session, account, now=now)
    session.flush()
    assert not still()
    staff.reactivate(session, account)
    session.flush()
    assert still()
    staff.end_assignment(session, assignment, now=now)
    session.flush()
    assert not still()


def test_a_changed_password_ends_the_other_sessions(
    session: Session, point: ServicePoint, now: datetime
) -> None:
    account, assignment = clerk(session, point, now)
    old = signing_in.sign_in(session, "hang.bui", PASSWORD, now=now).mark
    new = staff.change_password(session, account, PASSWORD, "chợ phiên Mai Châu")
    session.flush()
    assert signing_in.actor(session, assignment, old, now=now) is None
    assert signing_in.actor(session, assignment, new, now=now) is not None
    with pytest.raises(staff.WrongSignIn):
        staff.change_password(session, account, PASSWORD, "một câu khác hẳn")


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("ngắn quá", "cần ít nhất 10 ký tự"),
        ("aaaaaaaaaaaaaa", "chỉ lặp lại vài ký tự"),
        ("hang.bui.2026", "có chứa tên đăng nhập"),
        ("x1y2" * 65, "dài quá 256 ký tự"),
    ],
)
def test_a_weak_password_is_refused_and_told_why(password: str, why: str) -> None:
    with pytest.raises(staff.WeakPassword, match=why):
        staff.hash_password(password, sign_in="hang.bui")


def test_a_reset_gives_a_password_that_can_be_read_out_and_unlocks(
    session: Session, point: ServicePoint, now: datetime
) -> None:
    account, _ = clerk(session, point, now)
    for _ in range(5):
        signing_in.sign_in(session, "hang.bui", "sai", now=now)
    password = staff.reset_password(session, account)
    assert signing_in.sign_in(session, "hang.bui", password, now=now).refusal is None


def test_the_digest_is_renewed_when_the_parameters_have_moved(
    session: Session, point: ServicePoint, now: datetime
) -> None:
    account, _ = clerk(session, point, now)
    row = session.get_one(Account, account)
    row.password_hash = PasswordHasher(time_cost=1, memory_cost=8192).hash(PASSWORD)
    came = signing_in.sign_in(session, "hang.bui", PASSWORD, now=now)
    assert not staff.is_dated(row.password_hash)
    assert came.mark == staff.password_mark(row.password_hash)


def test_the_last_administrator_cannot_be_shut_out_nor_ended(
    session: Session, province: Province, now: datetime
) -> None:
    first = administrator(session, province, "nguyen.van.dung", now)
    with pytest.raises(staff.LastAdministrator):
        staff.deactivate(session, first, now=now)
    (assignment,) = session.get_one(Account, first).assignments
    with pytest.raises(staff.LastAdministrator):
        staff.end_assignment(session, assignment.id, now=now)
    administrator(session, province, "tran.thi.lan", now)
    staff.deactivate(session, first, now=now)


def test_a_role_is_bound_to_its_kind_of_place(
    session: Session, point: ServicePoint, now: datetime
) -> None:
    agency = Agency(name="Sở Tư pháp", level="province", address="TP Hòa Bình")
    session.add(agency)
    session.flush()
    account = person(session, "quach.nam", "Quách Văn Nam", now)
    staff.assign(session, staff.NewAssignment(account, Role.OFFICER, agency.id, TODAY))
    (actor,) = signing_in.sign_in(session, "quach.nam", PASSWORD, now=now).actors
    assert (actor.agency_id, actor.point_id, actor.place) == (agency.id, None, "Sở Tư pháp")
    with pytest.raises(staff.UnknownPlace):
        staff.assign(session, staff.NewAssignment(account, Role.OFFICER, 999_999, TODAY))


def test_a_sign_in_name_is_single_and_without_spaces(session: Session, now: datetime) -> None:
    person(session, "hang.bui", "Bùi Thị Hằng", now)
    with pytest.raises(staff.SignInTaken):
        person(session, "HANG.BUI", "Bùi Thu Hằng", now)
    with pytest.raises(staff.BadSignInName):
        person(session, "hằng bùi", "Bùi Thị Hằng", now)


def test_a_look_at_personal_data_is_noted(
    session: Session, point: ServicePoint, now: datetime
) -> None:
    clerk(session, point, now)
    (actor,) = signing_in.sign_in(session, "hang.bui", PASSWORD, now=now).actors
    staff.record_view(session, actor, "clerk.dossier", "HB-000123", now=now)
    seen = session.scalars(select(PersonalDataView)).one()
    assert (seen.account_id, seen.door, seen.subject) == (
        actor.account_id,
        "clerk.dossier",
        "HB-000123",
    )
