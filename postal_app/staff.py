"""Who works here: accounts, passwords, assignments, and who looked at people's data.

1. A password is kept as an argon2id digest, in composed form, so that it is the same on every
   keyboard.
2. An assignment is one role at one place from day to day (inclusive).
3. There is always an administrator who can sign in.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from hashlib import sha256

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from models.places import Agency, Province, ServicePoint
from models.staff import Account, Assignment, PersonalDataView
from postal_app.errors import Conflict, Forbidden, Invalid, Unknown
from postal_app.rules.roles import Actor, Role
from postal_app.rules.vietnamese import day_of, nfc, tidy
from postal_app.rules.words import Words

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 256

# Without the signs that are mistaken for one another when a password is read out.
_READ_ALOUD = "abcdefghkmnpqrstuvwxyz23456789"

_hasher = PasswordHasher()

POINT_ROLES = frozenset({Role.CLERK, Role.COURIER})
AGENCY_ROLES = frozenset({Role.OFFICER})
PROVINCE_ROLES = frozenset({Role.PROVINCIAL, Role.AUDITOR, Role.ADMINISTRATOR})


class WrongSignIn(Forbidden):
    """No active account has this name and password."""

    words = Words(
        "Tên đăng nhập hoặc mật khẩu không đúng. Hãy kiểm tra bộ gõ tiếng Việt và phím Caps Lock.",
        "The sign-in name or the password is wrong. Check the input method and Caps Lock.",
    )


class WeakPassword(Invalid):
    """The new password is too short, too long or the name itself."""

    words = Words("Mật khẩu chưa dùng được: {why_vi}.", "This password will not do: {why_en}.")


class SignInTaken(Conflict):
    """Another account has this sign-in name."""

    words = Words(
        "Tên đăng nhập «{name}» đã có người dùng; hãy chọn tên khác.",
        "The sign-in name “{name}” is taken; choose another.",
    )


class BadSignInName(Invalid):
    """The sign-in name is empty or has spaces."""

    words = Words(
        "Tên đăng nhập phải có ít nhất 3 ký tự và không có dấu cách.",
        "A sign-in name has at least 3 characters and no space.",
    )


class NamelessPerson(Invalid):
    """An account without a full name."""

    words = Words("Họ và tên còn trống.", "The full name is empty.")


class EndsBeforeItBegins(Invalid):
    """An assignment's last day comes before its first."""

    words = Words(
        "Ngày kết thúc phải từ ngày bắt đầu trở đi.", "The last day comes before the first."
    )


class UnknownAccount(Unknown):
    """No account, assignment or place has this id."""

    words = Words("Không tìm thấy tài khoản hoặc phân công này.", "There is no such account.")


class UnknownPlace(Unknown):
    """The place of an assignment is not there."""

    words = Words(
        "Không tìm thấy nơi làm việc này; hãy chọn trong danh sách.",
        "There is no such place of work; choose one from the list.",
    )


class LastAdministrator(Conflict):
    """Nobody would be left to let people in."""

    words = Words(
        "Đây là quản trị viên cuối cùng. Hãy phân công một quản trị viên khác trước.",
        "This is the last administrator. Assign another one first.",
    )


@dataclass(frozen=True, slots=True)
class NewAccount:
    """A person to let in; the digest comes from `hash_password`."""

    sign_in: str
    full_name: str
    password_hash: str


@dataclass(frozen=True, slots=True)
class NewAssignment:
    """One role at one place; `place_id` is of the kind of place the role works at."""

    account_id: int
    role: Role
    place_id: int
    valid_from: date
    valid_to: date | None = None


def hash_password(password: str, *, sign_in: str = "") -> str:
    """Give the argon2id digest of a new password.

    Raises:
        WeakPassword: it is shorter than 10 or longer than 256 characters, one character over
            and over, or the sign-in name.
    """
    composed = nfc(password)
    why: tuple[str, str] | None = None
    if len(composed) < SHORTEST_PASSWORD:
        why = (
            f"cần ít nhất {SHORTEST_PASSWORD} ký tự",
            f"it needs at least {SHORTEST_PASSWORD} characters",
        )
    elif len(composed) > LONGEST_PASSWORD:
        why = (f"dài quá {LONGEST_PASSWORD} ký tự", f"it has over {LONGEST_PASSWORD} characters")
    elif len(set(composed)) < 4:
        why = ("chỉ lặp lại vài ký tự", "it only repeats a few characters")
    elif sign_in and folded_name(sign_in) in composed.casefold():
        why = ("có chứa tên đăng nhập", "it contains the sign-in name")
    if why:
        raise WeakPassword(field="password", why_vi=why[0], why_en=why[1])
    return renewed(composed)


def fresh_password() -> str:
    """Give a new random password that can be read out: three groups of five signs."""
    groups = ("".join(secrets.choice(_READ_ALOUD) for _ in range(5)) for _ in range(3))
    return "-".join(groups)


def folded_name(name: str) -> str:
    """Give a sign-in name as it is kept and compared."""
    return tidy(name).casefold()


def fits(digest: str, password: str) -> bool:
    """Tell whether the password is the digest's."""
    try:
        return _hasher.verify(digest, nfc(password[: LONGEST_PASSWORD * 2]))
    except (VerificationError, InvalidHashError):
        return False


def is_dated(digest: str) -> bool:
    """Tell whether the digest was made with other parameters than today's."""
    return _hasher.check_needs_rehash(digest)


def renewed(password: str) -> str:
    """Give the digest, in today's parameters, of a password that has just been shown."""
    return _hasher.hash(nfc(password))


@cache
def unknown_password() -> str:
    """Give a digest to compare with where there is no account, so that it takes as long."""
    return _hasher.hash(secrets.token_urlsafe())


def password_mark(digest: str) -> str:
    """Give what a session remembers of a password: enough to see that it changed."""
    return sha256(digest.encode()).hexdigest()[:24]


def add_account(session: Session, account: NewAccount, *, now: datetime) -> int:
    """Let a person in; give the account's id.

    Raises:
        BadSignInName: the name is too short or has a space.
        SignInTaken: another account has it.
        NamelessPerson: there is no full name.
    """
    name = folded_name(account.sign_in)
    if len(name) < 3 or " " in name:
        raise BadSignInName(field="sign_in")
    if not tidy(account.full_name):
        raise NamelessPerson(field="full_name")
    if session.scalar(select(Account.id).where(Account.sign_in == name)) is not None:
        raise SignInTaken(field="sign_in", name=name)
    row = Account(
        sign_in=name,
        full_name=tidy(account.full_name),
        password_hash=account.password_hash,
        created_at=now,
    )
    session.add(row)
    session.flush()  # the id is what the caller needs
    return row.id


def assign(session: Session, new: NewAssignment) -> int:
    """Give an account a role at a place; give the assignment's id.

    Raises:
        UnknownAccount: there is no such account.
        UnknownPlace: there is no such point, agency or province.
        EndsBeforeItBegins: its last day comes before its first.
    """
    if session.get(Account, new.account_id) is None:
        raise UnknownAccount
    if new.valid_to is not None and new.valid_to < new.valid_from:
        raise EndsBeforeItBegins(field="valid_to")
    row = Assignment(
        account_id=new.account_id,
        role=new.role,
        valid_from=new.valid_from,
        valid_to=new.valid_to,
        **_place(session, new.role, new.place_id),
    )
    session.add(row)
    session.flush()  # the id is what the caller needs
    return row.id


def end_assignment(session: Session, assignment_id: int, *, now: datetime) -> int:
    """End an assignment at once; it was last valid yesterday, or never if it began today.

    Gives the account's id.

    Raises:
        UnknownAccount: there is no such assignment.
        LastAdministrator: nobody else could let people in.
    """
    row = session.get(Assignment, assignment_id)
    if row is None:
        raise UnknownAccount
    if row.role == Role.ADMINISTRATOR:
        _keep_an_administrator(session, Assignment.id != row.id, now)
    yesterday = day_of(now) - timedelta(days=1)
    row.valid_to = min(row.valid_to or yesterday, yesterday)
    return row.account_id


def change_password(session: Session, account_id: int, old: str, new: str) -> str:
    """Set a new password on showing the old one; give the mark of the new one.

    Raises:
        WrongSignIn: the old password is wrong.
        WeakPassword: the new one will not do.
    """
    account = _account(session, account_id)
    if not fits(account.password_hash, old):
        raise WrongSignIn(field="old_password")
    account.password_hash = hash_password(new, sign_in=account.sign_in)
    return password_mark(account.password_hash)


def reset_password(session: Session, account_id: int) -> str:
    """Give the account a fresh random password, unlock it, and give the password.

    Raises:
        UnknownAccount: there is no such account.
    """
    account = _account(session, account_id)
    password = fresh_password()
    account.password_hash = hash_password(password)
    account.failed_sign_ins, account.locked_until = 0, None
    return password


def deactivate(session: Session, account_id: int, *, now: datetime) -> None:
    """Shut an account out at once; what it did stays.

    Raises:
        UnknownAccount: there is no such account.
        LastAdministrator: nobody else could let people in.
    """
    account = _account(session, account_id)
    _keep_an_administrator(session, Account.id != account.id, now)
    account.active = False


def reactivate(session: Session, account_id: int) -> None:
    """Let an account in again.

    Raises:
        UnknownAccount: there is no such account.
    """
    account = _account(session, account_id)
    account.active = True
    account.failed_sign_ins, account.locked_until = 0, None


def record_view(
    session: Session,
    viewer: Actor,
    door: str,
    subject: str | Iterable[str],
    *,
    now: datetime,
    reason: str | None = None,
) -> None:
    """Note that somebody looked at personal data (Luật 91/2025/QH15; NĐ 356/2025/NĐ-CP).

    Args:
        session: where to write.
        viewer: who looked.
        door: endpoint through which he looked.
        subject: number of the dossier or item, or all of a list; never a name.
        now: when.
        reason: why, where the page asks for it.
    """
    subjects = (subject,) if isinstance(subject, str) else tuple(dict.fromkeys(subject))
    session.add_all(
        PersonalDataView(
            at=now,
            account_id=viewer.account_id,
            assignment_id=viewer.assignment_id,
            door=door,
            subject=one,
            reason=reason,
        )
        for one in subjects
    )


def valid_on(today: date) -> ColumnElement[bool]:
    """Give the condition that an assignment holds on this day."""
    return (Assignment.valid_from <= today) & or_(
        Assignment.valid_to.is_(None), Assignment.valid_to >= today
    )


def _account(session: Session, account_id: int) -> Account:
    account = session.get(Account, account_id)
    if account is None:
        raise UnknownAccount
    return account


def _place(session: Session, role: Role, place_id: int) -> dict[str, int]:
    """Give the column that binds the role to its place."""
    kind, column = (
        (ServicePoint, "point_id")
        if role in POINT_ROLES
        else (Agency, "agency_id")
        if role in AGENCY_ROLES
        else (Province, "province_id")
    )
    if session.get(kind, place_id) is None:
        raise UnknownPlace(field="place")
    return {column: place_id}


def _keep_an_administrator(session: Session, others: ColumnElement[bool], now: datetime) -> None:
    """Refuse unless somebody else stays administrator for good.

    The rows are locked: two administrators who end each other at once must not both succeed.
    """
    today = day_of(now)
    admins = (
        select(Assignment.id, others.label("other"), Assignment.valid_to)
        .join(Account, Account.id == Assignment.account_id)
        .where(Assignment.role == Role.ADMINISTRATOR, Account.active, valid_on(today))
        .order_by(Account.id, Assignment.id)
        .with_for_update()
    )
    found = session.execute(admins).all()
    ends_one = any(not row.other for row in found)
    if ends_one and not any(row.other and row.valid_to is None for row in found):
        raise LastAdministrator
