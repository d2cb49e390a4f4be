"""Demands: what handing out a result asks, by its procedure or by what was said of the dossier.

1. A procedure's demands are dated and hold for the dossiers opened from their day on; what the
   agency or the counter says of one dossier goes before them. Both are only ever added to.
2. A paper to be taken back is open until it is recovered; money due is open until it is settled.
3. Of several dossiers in one envelope all that any asks is asked, of those not handed out yet.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.deliveries import DossierDemand, ProcedureDemand, RecoveredPaper
from models.dossiers import Dossier
from models.items import Leg
from postal_app import collecting
from postal_app.collecting import DueMoney
from postal_app.errors import Invalid
from postal_app.rules.handing_out import IDENTITY_LEVELS, PAPER_KINDS, Asked, level_of
from postal_app.rules.legs import RESULT
from postal_app.rules.roles import Actor
from postal_app.rules.vietnamese import day_of, tidy
from postal_app.rules.words import Words

MOST_PAPERS = 10
Finder = Callable[[Session, str, Actor], Dossier]
"""How one's own dossier is found by its number; raises for any other."""
AT_DELIVERY = "delivery"


class BadDemand(Invalid):
    """A demand names a level and kinds of paper that are in the lists."""

    words = Words(
        "Hãy chọn mức xác thực trong danh sách, ghi tên từng giấy tờ (tối đa {most}) và căn cứ.",
        "Choose a level of the list, name each paper (at most {most}) and what it rests on.",
    )


@dataclass(frozen=True, slots=True)
class PaperBack:
    """A paper that must be taken back: its name and its kind, one of `PAPER_KINDS`."""

    name: str
    kind: str = "old_paper"


@dataclass(frozen=True, slots=True)
class Demanded:
    """What is said of a hand-out: how close to look, to whom only, what to take back."""

    identity_level: int = 0
    in_hand: bool = False
    papers: tuple[PaperBack, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenPaper:
    """A paper still to be taken back, and of which dossier."""

    dossier_number: str
    paper: PaperBack


@dataclass(frozen=True, slots=True)
class Demands:
    """What handing out an item still asks."""

    identity_level: int = 0
    in_hand: bool = False
    papers: tuple[OpenPaper, ...] = ()
    dues: tuple[DueMoney, ...] = ()

    @property
    def asked(self) -> Asked:
        """Give it as the rule needs it."""
        return Asked(self.identity_level, self.in_hand, len(self.papers), len(self.dues))

    def of(self, dossiers: Collection[str]) -> "Demands":
        """Give the papers and dues of some dossiers only; the person is looked at all the same."""
        return Demands(
            self.identity_level,
            self.in_hand,
            tuple(one for one in self.papers if one.dossier_number in dossiers),
            tuple(one for one in self.dues if one.dossier_number in dossiers),
        )


NOTHING = Demands()


def demands_of(session: Session, item_ids: Iterable[int]) -> dict[int, Demands]:
    """Give what handing out items still asks, by item; only results ask anything."""
    legs: dict[int, list[Dossier]] = defaultdict(list)
    rows = session.execute(
        select(Leg.item_id, Dossier)
        .join(Dossier, Dossier.id == Leg.dossier_id)
        .where(Leg.item_id.in_(set(item_ids)), Leg.kind == RESULT, Leg.ended_at.is_(None))
        .order_by(Leg.id)
    )
    for item_id, dossier in rows:
        legs[item_id].append(dossier)
    dossiers = {one.id: one for several in legs.values() for one in several}
    said = demanded_of(session, dossiers.values())
    back = _recovered(session, dossiers)
    dues = collecting.dues_of(session, dossiers) if dossiers else {}
    return {
        item_id: Demands(
            level_of(said[one.id].identity_level for one in several),
            any(said[one.id].in_hand for one in several),
            tuple(
                OpenPaper(one.number, paper)
                for one in several
                for paper in said[one.id].papers
                if (one.id, paper.name) not in back
            ),
            tuple(
                due
                for one in several
                for due in dues.get(one.id, ())
                if due.moment == AT_DELIVERY and due.amount
            ),
        )
        for item_id, several in legs.items()
    }


def demanded_of(session: Session, dossiers: Collection[Dossier]) -> dict[int, Demanded]:
    """Give what is said of the hand-out of dossiers: their own word, else their procedure's."""
    if not dossiers:
        return {}
    own = {
        row.dossier_id: row
        for row in session.scalars(
            select(DossierDemand)
            .where(DossierDemand.dossier_id.in_({one.id for one in dossiers}))
            .order_by(DossierDemand.id)
        )
    }
    of_procedures = session.scalars(
        select(ProcedureDemand)
        .where(ProcedureDemand.procedure_code.in_({one.procedure_code for one in dossiers}))
        .order_by(ProcedureDemand.valid_from, ProcedureDemand.id)
    ).all()
    return {one.id: _value(own.get(one.id) or _in_force(of_procedures, one)) for one in dossiers}


def set_demands(
    session: Session, dossier: Dossier, demanded: Demanded, by: Actor, *, now: datetime
) -> None:
    """Say what handing out the result of one dossier asks, in place of what its procedure asks.

    Raises:
        BadDemand: a level, kind or name cannot be used.
    """
    papers = _papers(demanded)
    session.add(
        DossierDemand(
            dossier_id=dossier.id,
            identity_level=demanded.identity_level,
            in_hand=demanded.in_hand,
            papers=papers,
            entered_by=by.account_id,
            entered_at=now,
        )
    )
    session.flush()  # whoever asks next what is demanded must see it


def set_for_procedure(
    session: Session,
    code: str,
    demanded: Demanded,
    since: tuple[date, str],
    by: Actor,
    *,
    now: datetime,
) -> None:
    """Say what handing out the results of a procedure asks, for dossiers opened from a day on.

    Args:
        session: the archive.
        code: of the procedure.
        demanded: what is asked.
        since: the first day, and the decision it rests on.
        by: who enters it.
        now: when.

    Raises:
        BadDemand: a level, kind or name cannot be used, or it rests on nothing.
    """
    valid_from, source = since
    papers = _papers(demanded)
    if not tidy(source) or not tidy(code):
        raise BadDemand(field="source" if tidy(code) else "procedure", most=MOST_PAPERS)
    session.add(
        ProcedureDemand(
            procedure_code=tidy(code),
            identity_level=demanded.identity_level,
            in_hand=demanded.in_hand,
            papers=papers,
            valid_from=valid_from,
            source=tidy(source),
            entered_by=by.account_id,
            entered_at=now,
        )
    )
    session.flush()  # whoever asks next what is demanded must see it


def procedures(session: Session) -> Sequence[ProcedureDemand]:
    """Give what was ever said of procedures: by code, the newest first."""
    order = (
        ProcedureDemand.procedure_code,
        ProcedureDemand.valid_from.desc(),
        ProcedureDemand.id.desc(),
    )
    return session.scalars(select(ProcedureDemand).order_by(*order)).all()


def _papers(demanded: Demanded) -> list[dict[str, str]]:
    if demanded.identity_level not in IDENTITY_LEVELS:
        raise BadDemand(field="identity_level", most=MOST_PAPERS)
    named = {tidy(one.name): one.kind for one in demanded.papers}
    if "" in named or len(named) > MOST_PAPERS or not set(named.values()) <= set(PAPER_KINDS):
        raise BadDemand(field="papers", most=MOST_PAPERS)
    return [{"name": name, "kind": kind} for name, kind in named.items()]


def _in_force(rows: Sequence[ProcedureDemand], dossier: Dossier) -> ProcedureDemand | None:
    on = day_of(dossier.opened_at)
    fitting = [
        row for row in rows if row.procedure_code == dossier.procedure_code and row.valid_from <= on
    ]
    return fitting[-1] if fitting else None


def _value(row: DossierDemand | ProcedureDemand | None) -> Demanded:
    if row is None:
        return Demanded()
    papers = tuple(PaperBack(one["name"], one["kind"]) for one in row.papers)
    return Demanded(row.identity_level, row.in_hand, papers)


def _recovered(session: Session, dossiers: Mapping[int, Dossier]) -> set[tuple[int, str]]:
    rows = session.execute(
        select(RecoveredPaper.dossier_id, RecoveredPaper.name).where(
            RecoveredPaper.dossier_id.in_(dossiers)
        )
    )
    return {(row.dossier_id, row.name) for row in rows}
