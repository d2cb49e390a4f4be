"""The turnstile: how often one may ask, counted in the archive for all processes together.

A window begins with the first count and ends after its length. What is counted is kept only as a
digest under the installation's secret. Windows that have ended are removed as new ones begin.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import IPv6Address, ip_address
from math import ceil

from sqlalchemy import case, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from models.lookups import LookUpCount

SWEPT_AT_ONCE = 100
NEIGHBOURS_BITS = 64
"""An IPv6 asker owns a whole network of this length, so the network is who asks."""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many within a window."""

    name: str
    at_most: int
    window: timedelta


@dataclass(frozen=True, slots=True)
class Counted:
    """What one limit counts, as it is kept."""

    limit: Limit
    digest: bytes


def asker(address: str) -> str:
    """Give who asks from a network address: the address itself, or an IPv6 asker's network."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if not isinstance(known, IPv6Address):
        return str(known)
    if known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    return f"{int(known) >> (128 - NEIGHBOURS_BITS):x}/{NEIGHBOURS_BITS}"


def address_digest(address: str, secret: bytes) -> str:
    """Give what is written down of an address: equal for equal askers, and it names nobody."""
    return _digest(secret, "address", asker(address)).hex()


def counted(limit: Limit, subject: str, secret: bytes) -> Counted:
    """Give what a limit counts of a subject; the subject itself is kept nowhere."""
    return Counted(limit, _digest(secret, limit.name, subject))


def count(session: Session, what: Counted, *, now: datetime) -> int:
    """Count one; give the seconds to wait when that is one too many, else 0.

    The row stays locked until the session commits, so nobody passes by asking twice at once.
    """
    ended = LookUpCount.ends_at <= now
    ends_at = now + what.limit.window
    ends, counted_so_far = session.execute(
        insert(LookUpCount)
        .values(digest=what.digest, ends_at=ends_at, count=1)
        .on_conflict_do_update(
            index_elements=[LookUpCount.digest],
            set_={
                "ends_at": case((ended, ends_at), else_=LookUpCount.ends_at),
                "count": case((ended, 1), else_=LookUpCount.count + 1),
            },
        )
        .returning(LookUpCount.ends_at, LookUpCount.count)
    ).one()
    if counted_so_far == 1:
        _sweep(session, now)
    if counted_so_far <= what.limit.at_most:
        return 0
    return max(1, ceil((ends - now).total_seconds()))


def take_back(session: Session, what: Counted) -> None:
    """Uncount one that turned out to be none of those the limit is for."""
    session.execute(
        update(LookUpCount)
        .where(LookUpCount.digest == what.digest, LookUpCount.count > 0)
        .values(count=LookUpCount.count - 1)
    )


def _sweep(session: Session, now: datetime) -> None:
    ended = (
        select(LookUpCount.digest)
        .where(LookUpCount.ends_at <= now)
        .limit(SWEPT_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    session.execute(
        delete(LookUpCount)
        .where(LookUpCount.digest.in_(ended))
        .execution_options(synchronize_session=False)
    )


def _digest(secret: bytes, purpose: str, subject: str) -> bytes:
    return hmac.digest(secret, f"{purpose}\n{subject}".encode(), sha256)[:16]
