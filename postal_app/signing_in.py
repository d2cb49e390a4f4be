"""Signing in: who a person may be today, and who somebody signed in still is.

1. An unknown name costs the same work as a known one.
2. From the fifth failure in a row the account is locked, one minute at first and twice as long
   with each further failure, at most an hour. While it is locked nothing is tried or counted.
3. Whoever is signed in is read anew on every request, so that the end of an account or of an
   assignment and a new password take effect at once.
"""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from models.places import Agency, Province, ServicePoint
from models.staff import Account, Assignment
from postal_app.errors import Forbidden, PostalError
from postal_app.rules.roles import Actor, Role
from postal_app.rules.vietnamese import clock_of, day, day_of
from postal_app.rules.words import Words
from postal_app.staff import (
    WrongSignIn,
    fits,
    folded_name,
    is_dated,
    password_mark,
    renewed,
    unknown_password,
    valid_on,
)

FREE_FAILURES = 4
LONGEST_LOCK_MINUTES = 60


class LockedOut(Forbidden):
    """Too many wrong passwords; the account waits."""

    words = Words(
        "Tài khoản tạm khóa đến {clock} ngày {day} vì nhập sai mật khẩu nhiều lần. "
        "Hãy thử lại sau, hoặc nhờ quản trị viên đặt lại mật khẩu.",
        "After several wrong passwords the account is locked until {clock} on {day}. "
        "Try again then, or ask an administrator for a new password.",
    )


class NotAssigned(Forbidden):
    """The account has no assignment on this day."""

    words = Words(
        "Tài khoản chưa được phân công công việc nào trong hôm nay. Hãy liên hệ quản trị viên.",
        "The account has no assignment today. Ask an administrator.",
    )


@dataclass(frozen=True, slots=True)
class SignIn:
    """What came of an attempt to sign in.

    A refusal is told and not raised, because the failure it counted must be kept: the door
    commits first and refuses then. `mark` changes with the password.
    """

    actors: tuple[Actor, ...] = ()
    mark: str = ""
    refusal: PostalError | None = None


def sign_in(session: Session, name: str, password: str, *, now: datetime) -> SignIn:
    """Check a name and password; give who the person may be today, or why not.

    The account's row stays locked until the door commits, so that guesses made at the same time
    are counted one after another.
    """
    account = session.scalar(
        select(Account).where(Account.sign_in == folded_name(name)).with_for_update()
    )
    held = account is not None and account.locked_until is not None and account.locked_until > now
    known = account is not None and account.active and not held
    right = fits(
        account.password_hash if account is not None and known else unknown_password(), password
    )
    if account is None or not account.active:
        return SignIn(refusal=WrongSignIn())
    if held:
        return SignIn(refusal=_locked_out(account))
    if not right:
        return SignIn(refusal=_count_failure(account, now))
    account.failed_sign_ins, account.locked_until = 0, None
    if is_dated(account.password_hash):
        account.password_hash = renewed(password)
    actors = tuple(actors_of(session, account.id, now=now))
    if not actors:
        return SignIn(refusal=NotAssigned())
    return SignIn(actors, password_mark(account.password_hash))


def actor(session: Session, assignment_id: int, mark: str, *, now: datetime) -> Actor | None:
    """Give who is signed in; None when the assignment or account ended or the password changed.

    Args:
        session: where to read.
        assignment_id: as chosen at sign-in.
        mark: as given at sign-in.
        now: today is the day of this moment in Việt Nam.
    """
    found = _actors(session, Assignment.id == assignment_id, day_of(now))
    if not found:
        return None
    digest = session.scalars(
        select(Account.password_hash).where(Account.id == found[0].account_id)
    ).one()
    return found[0] if secrets.compare_digest(password_mark(digest), mark) else None


def actors_of(session: Session, account_id: int, *, now: datetime) -> list[Actor]:
    """Give every role and place an account may work in today."""
    return _actors(session, Assignment.account_id == account_id, day_of(now))


def actors_named(session: Session, name: str, *, now: datetime) -> list[Actor]:
    """Give every role and place that the account of a sign-in name may work in today."""
    return _actors(session, Account.sign_in == folded_name(name), day_of(now))


def _count_failure(account: Account, now: datetime) -> PostalError:
    account.failed_sign_ins += 1
    beyond = account.failed_sign_ins - FREE_FAILURES
    if beyond < 1:
        return WrongSignIn()
    minutes = min(2 ** min(beyond - 1, 10), LONGEST_LOCK_MINUTES)
    account.locked_until = now + timedelta(minutes=minutes)
    return _locked_out(account)


def _locked_out(account: Account) -> LockedOut:
    until = account.locked_until
    if until is None:
        raise RuntimeError("an account that is not locked was told to be")
    # The minute after, so that whoever comes at the time told is let in.
    shown = until + timedelta(seconds=59)
    return LockedOut(clock=clock_of(shown), day=day(day_of(shown)))


def _actors(session: Session, which: ColumnElement[bool], today: date) -> list[Actor]:
    rows = session.execute(_ACTORS.where(which, Account.active, valid_on(today)))
    return [
        Actor(
            account_id=row.account_id,
            assignment_id=row.id,
            role=Role(row.role),
            name=row.full_name,
            place=row.place,
            point_id=row.point_id,
            agency_id=row.agency_id,
            province_id=row.province_id,
        )
        for row in rows
    ]


_ACTORS = (
    select(
        Assignment.id,
        Assignment.account_id,
        Assignment.role,
        Account.full_name,
        func.coalesce(ServicePoint.name, Agency.name, Province.name).label("place"),
        Assignment.point_id,
        Assignment.agency_id,
        Assignment.province_id,
    )
    .join(Account, Account.id == Assignment.account_id)
    .outerjoin(ServicePoint, ServicePoint.id == Assignment.point_id)
    .outerjoin(Agency, Agency.id == Assignment.agency_id)
    .outerjoin(Province, Province.id == Assignment.province_id)
    .order_by(Assignment.id)
)
