"""The ledger written out for an outside auditor: all that he needs, and nobody's name.

Four files, in the order in which `docs/verify_ledger.py` reads them, each a text:

1. `about.json`: the installation, what is in the files, how long a line of leaves is.
2. `checkpoints.json`: every key with its endorsement, every checkpoint with its signature.
3. `leaves.txt`: one line a leaf in the order of the log, all of one length, so that the leaf of an
   entry is found without reading the others: subject, position, digest.
4. `entries.ndjson`: every entry in the order of its chain, exactly as its digest covers it, with
   its leaf. A part that is personal stands there as its salted commitment and as nothing else.
"""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.checkpoints import Checkpoint, LogLeaf
from models.ledger import LedgerEntry
from postal_app import ledger_keys
from postal_app.errors import Unknown
from postal_app.ledger import chained
from postal_app.ledger_subjects import subject_number, with_subjects
from postal_app.rules.chain import canonical
from postal_app.rules.vietnamese import day_of
from postal_app.rules.words import Words

FORM = "postal-ledger-export 1"
ROWS_AT_ONCE = 2000
POSITION_WIDTH = 10
DIGEST_WIDTH = 64


class NothingSigned(Unknown):
    """There is no checkpoint yet, or none in the days that were asked for."""

    words = Words(
        "Chưa có lần niêm nào trong khoảng này; hãy chạy: postal checkpoint.",
        "There is no checkpoint in these days; run: postal checkpoint.",
    )


@dataclass(frozen=True, slots=True)
class Span:
    """Which leaves are written out with their entries: from `first` to before `end`.

    `is_whole`: from the first entry to the newest, with those that no checkpoint has yet.
    """

    first: int
    end: int
    is_whole: bool


def span(session: Session, first: date | None, last: date | None) -> Span:
    """Give what the checkpoints of these days took in; without days everything.

    Raises:
        NothingSigned: there is no checkpoint of these days.
    """
    signed = session.scalars(select(Checkpoint).order_by(Checkpoint.number)).all()
    chosen = [
        one
        for one in signed
        if (first is None or day_of(one.made_at) >= first)
        and (last is None or day_of(one.made_at) <= last)
    ]
    if not chosen:
        raise NothingSigned
    before = [one.size for one in signed if one.number < chosen[0].number]
    whole = first is None and last is None
    return Span(before[-1] if before else 0, chosen[-1].size, whole)


def about(session: Session, one: Span, origin: str, *, now: datetime) -> str:
    """Give the file that tells what the others hold."""
    told = {
        "form": FORM,
        "origin": origin,
        "at": now.isoformat(timespec="seconds"),
        "leaves": count_leaves(session),
        "subject_width": _subject_width(session),
        "position_width": POSITION_WIDTH,
        "first": one.first,
        "end": one.end,
        "whole": one.is_whole,
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def signed(session: Session) -> str:
    """Give every key and every checkpoint."""
    return json.dumps(signed_parts(session), ensure_ascii=False, indent=1) + "\n"


def signed_parts(session: Session) -> dict[str, list[dict[str, object]]]:
    """Give every key and every checkpoint, as JSON tells them."""
    return {
        "keys": [key_part(key) for key in ledger_keys.keys(session)],
        "checkpoints": [
            checkpoint_part(one)
            for one in session.scalars(select(Checkpoint).order_by(Checkpoint.number))
        ],
    }


def key_part(key: Any) -> dict[str, object]:
    """Give a key as JSON tells it."""
    return {
        "id": key.id,
        "public_key": key.public_key.hex(),
        "from": key.valid_from.isoformat(timespec="seconds"),
        "endorsement": base64.b64encode(key.endorsement).decode(),
    }


def checkpoint_part(one: Checkpoint) -> dict[str, object]:
    """Give a checkpoint as JSON tells it."""
    return {
        "number": one.number,
        "code": one.code,
        "body": one.body,
        "signature": base64.b64encode(one.signature).decode(),
    }


def leaves(session: Session) -> Iterator[str]:
    """Give every leaf as a line of one length, in the order of the log."""
    width = _subject_width(session)
    rows = session.execute(
        select(LogLeaf.subject, LogLeaf.position, LogLeaf.digest)
        .order_by(LogLeaf.leaf)
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    for subject, position, digest in rows:
        yield f"{subject:<{width}} {position:>{POSITION_WIDTH}} {digest.hex():>{DIGEST_WIDTH}}\n"


def entries(session: Session, one: Span) -> Iterator[str]:
    """Give every entry of the span as a line, in the order of the chains."""
    asked = with_subjects(
        select(LedgerEntry.__table__, LogLeaf.leaf, subject_number().label("subject"))
        .select_from(LedgerEntry)
        .outerjoin(LogLeaf, LogLeaf.entry_id == LedgerEntry.id)
    )
    if not one.is_whole:
        asked = asked.where(LogLeaf.leaf >= one.first, LogLeaf.leaf < one.end)
    ordered = asked.order_by(subject_number(), LedgerEntry.position, LedgerEntry.id)
    for row in session.execute(ordered.execution_options(yield_per=ROWS_AT_ONCE)):
        content = canonical(chained(row.subject, dict(row._mapping))).decode()  # noqa: SLF001  SQLAlchemy's public name for a row's columns
        head = {
            "leaf": row.leaf,
            "subject": row.subject,
            "previous": row.previous.hex(),
            "digest": row.digest.hex(),
        }
        yield f'{json.dumps(head, ensure_ascii=False)[:-1]}, "content": {content}}}\n'


def count_leaves(session: Session) -> int:
    """Give how many leaves the log has."""
    return session.scalar(select(func.count()).select_from(LogLeaf)) or 0


def count_entries(session: Session, one: Span) -> int:
    """Give about how many entries are to be written, for a progress bar."""
    if not one.is_whole:
        return one.end - one.first
    return session.scalar(select(func.count()).select_from(LedgerEntry)) or 0


def _subject_width(session: Session) -> int:
    return session.scalar(select(func.max(func.length(LogLeaf.subject)))) or 1
