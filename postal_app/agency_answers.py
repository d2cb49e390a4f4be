"""Answers of an agency: each a row of its own, by the form of the set that the dossier keeps.

What may follow what stands in `rules.dossier_states`. The dossier's columns (due date, settled,
closed) are moved with each answer; a mistaken answer is taken back by a second person and stays
in the list.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from models.answers import AgencyAnswer, AnswerPaper
from models.dossiers import Dossier
from models.staff import Account, Assignment
from postal_app import collecting, numbers
from postal_app.agency_dossiers import SomethingMissing, TwoAccounts, identifier
from postal_app.answer_form import ApproverNeeded, NewAnswer, check
from postal_app.calendars import calendar
from postal_app.errors import Conflict
from postal_app.rules.dossier_states import (
    CLOSED,
    DOSSIER_STATE_WORDS,
    STEPS,
    TAKEN_BACK,
    DossierState,
    Instants,
    Progress,
    follow,
    may_follow,
)
from postal_app.rules.one_stop_forms import set_on
from postal_app.rules.roles import Actor, Role
from postal_app.rules.supplements import Clock, Stage, needs_approval, new_due
from postal_app.rules.vietnamese import day_of, tidy
from postal_app.rules.words import Words


class NotNow(Conflict):
    """The table of states does not let this answer follow."""

    words = Words(
        "Hồ sơ {number} đang ở trạng thái «{state_vi}» nên không ghi được «{step_vi}».",
        "Dossier {number} is in the state “{state_en}”, so “{step_en}” cannot be recorded.",
    )


class NothingToTakeBack(Conflict):
    """Only the last answer that stands can be taken back, and not an acceptance."""

    words = Words(
        "Không có văn bản nào hủy được: chỉ hủy được văn bản cuối cùng chưa gửi đi; việc tiếp nhận "
        "thì đề nghị đính chính ở lịch sử bưu gửi.",
        "Nothing can be taken back: only the last answer that has not left; an acceptance is "
        "corrected in the item's history.",
    )


def of_dossier(session: Session, dossier_id: int) -> list[AgencyAnswer]:
    """Give all answers on a dossier, in their order, those taken back among them."""
    rows = session.scalars(
        select(AgencyAnswer)
        .options(
            joinedload(AgencyAnswer.officer),
            joinedload(AgencyAnswer.approver),
            joinedload(AgencyAnswer.agency),
            selectinload(AgencyAnswer.papers),
        )
        .where(AgencyAnswer.dossier_id == dossier_id)
        .order_by(AgencyAnswer.position)
    )
    return list(rows)


def standing(answers: Iterable[AgencyAnswer]) -> list[AgencyAnswer]:
    """Give the answers that stand: neither taken back nor a taking back."""
    listed = list(answers)
    gone = {one.takes_back_id for one in listed}
    return [one for one in listed if one.kind != TAKEN_BACK and one.id not in gone]


def progress(session: Session, dossier: Dossier) -> Progress:
    """Give where a dossier stands, as its next answer needs it."""
    kinds = [one.kind for one in standing(of_dossier(session, dossier.id))]
    return follow(kinds, _instants(dossier))


def status(session: Session, dossier_ids: Iterable[int]) -> dict[int, DossierState]:
    """Give the states of dossiers by their ids, as the national portal numbers them."""
    wanted = set(dossier_ids)
    if not wanted:
        return {}
    answers: dict[int, list[AgencyAnswer]] = defaultdict(list)
    rows = session.scalars(
        select(AgencyAnswer)
        .where(AgencyAnswer.dossier_id.in_(wanted))
        .order_by(AgencyAnswer.dossier_id, AgencyAnswer.position)
    )
    for one in rows:
        answers[one.dossier_id].append(one)
    dossiers = session.scalars(select(Dossier).where(Dossier.id.in_(wanted)))
    return {
        one.id: follow((a.kind for a in standing(answers[one.id])), _instants(one)).state
        for one in dossiers
    }


def give(
    session: Session, dossier: Dossier, answer: NewAnswer, by: Actor, *, now: datetime
) -> AgencyAnswer:
    """Answer on a dossier: check it against the table, number its form, move the dossier.

    Raises:
        NotNow: the answer cannot follow where the dossier stands.
        SomethingMissing, DueTooEarly, NotLater, ApproverNeeded: what it must say is not said.
        NotInVocabulary: a stage, a clock or a taker is none.
    """
    before = of_dossier(session, dossier.id)
    stood = standing(before)
    at = follow((one.kind for one in stood), _instants(dossier))
    require(dossier, answer.kind, at)
    said = answer
    if answer.kind == "supplement_asked":
        said = replace(answer, stage=_stage(at))
    elif answer.kind == "supplement_received":
        said = _received(session, dossier, stood, now)
    check(said, dossier.due_on, day_of(now))
    approver = _approver(session, said, stood, by)
    row = _row(session, dossier, said, by, now, position=len(before) + 1)
    row.approved_by = approver
    _move(dossier, said, row, now)
    for duty in said.duties:
        collecting.add_due(session, dossier, duty.kind, duty.amount, duty.moment, by, now=now)
    session.add(row)
    session.flush()  # its number stands on the paper that is printed next
    return row


def require(dossier: Dossier, kind: str, at: Progress) -> None:
    """Refuse an answer that the table does not let follow.

    Raises:
        NotNow: it does not.
    """
    if not may_follow(kind, at):
        state, step = DOSSIER_STATE_WORDS[at.state], STEPS[kind].words
        raise NotNow(
            number=dossier.number,
            state_vi=state.vi,
            state_en=state.en,
            step_vi=step.vi,
            step_en=step.en,
        )


def supplement_received(
    session: Session, dossier: Dossier, by: Actor, *, now: datetime
) -> AgencyAnswer:
    """Say that the papers asked for have come; the due date moves as the request said.

    Raises:
        NotNow: nothing was asked for.
    """
    return give(session, dossier, NewAnswer("supplement_received"), by, now=now)


def take_back(
    session: Session, dossier: Dossier, reason: str, by: Actor, *, now: datetime
) -> AgencyAnswer:
    """Take the last answer that stands back, as a second person; its number stays used.

    Raises:
        NothingToTakeBack: there is none, it is an acceptance, or it is settled and enveloped.
        TwoAccounts: it is one's own.
        SomethingMissing: no reason is given.
    """
    before = of_dossier(session, dossier.id)
    stood = standing(before)
    if not stood or stood[-1].kind == "accepted" or _has_left(dossier, stood[-1]):
        raise NothingToTakeBack
    last = stood[-1]
    if last.given_by == by.account_id:
        raise TwoAccounts
    if not tidy(reason):
        raise SomethingMissing(field="reason")
    said = NewAnswer(TAKEN_BACK, reason=reason)
    row = _row(session, dossier, said, by, now, position=len(before) + 1)
    row.takes_back_id = last.id
    dossier.due_on = last.due_before if last.due_after else dossier.due_on
    if last.kind == "handed_in_person":
        dossier.returned_at = dossier.closed_at = None
    elif last.kind == "settled":
        dossier.settled_at = None
    elif STEPS[last.kind].leads_to in CLOSED:
        dossier.closed_at = None
    session.add(row)
    session.flush()
    return row


def form_set(answers: Sequence[AgencyAnswer], today: date) -> str:
    """Give the set of forms a dossier keeps: that of its acceptance, before it today's."""
    kept = next((one.form_set for one in answers if one.kind == "accepted" and one.form_set), "")
    return kept or set_on(today).code


def _instants(dossier: Dossier) -> Instants:
    return Instants(
        accepted=dossier.accepted_at is not None,
        settled=dossier.settled_at is not None,
        returned=dossier.returned_at is not None,
        by_post=dossier.service_form != "receive",
    )


def _stage(at: Progress) -> str:
    return Stage.ASSESSMENT if at.accepted else Stage.RECEIPT


def _approver(
    session: Session, said: NewAnswer, stood: Sequence[AgencyAnswer], by: Actor
) -> int | None:
    """Give who approves a request; only a further one in its stage needs somebody."""
    if said.kind != "supplement_asked":
        return None
    asked = sum(one.kind == "supplement_asked" and one.stage == said.stage for one in stood)
    found = _colleague(session, said.approver, by) if tidy(said.approver) else None
    if needs_approval(asked) and (found is None or not tidy(said.ground)):
        raise ApproverNeeded(field="approver" if found is None else "ground")
    return found


def _colleague(session: Session, sign_in: str, by: Actor) -> int | None:
    """Give the account of another officer of the same agency, by his sign-in name."""
    return session.scalars(
        select(Account.id)
        .join(Assignment)
        .where(
            Account.sign_in == sign_in.strip().lower(),
            Account.active,
            Account.id != by.account_id,
            Assignment.agency_id == by.agency_id,
            Assignment.role == Role.OFFICER,
            Assignment.valid_to.is_(None),
        )
    ).first()


def _row(
    session: Session,
    dossier: Dossier,
    said: NewAnswer,
    by: Actor,
    now: datetime,
    *,
    position: int,
) -> AgencyAnswer:
    today = day_of(now)
    form = STEPS[said.kind].form if said.kind in STEPS else None
    earlier = of_dossier(session, dossier.id) if form and position > 1 else []
    asks = said.kind == "supplement_asked"
    return AgencyAnswer(
        dossier_id=dossier.id,
        position=position,
        agency_id=dossier.agency_id,
        kind=said.kind,
        given_by=by.account_id,
        given_at=now,
        form=form or "",
        form_set=form_set(earlier, today) if form else "",
        number=_number(session, dossier, today) if form else "",
        reason=tidy(said.reason),
        ground=tidy(said.ground),
        request=tidy(said.request),
        stage=said.stage if asks else "",
        clock=said.clock if asks else "",
        due_before=dossier.due_on,
        due_after=said.due_on,
        taken_by=said.taken_by,
        papers=_asked(said),
    )


def _asked(said: NewAnswer) -> list[AnswerPaper]:
    return [
        AnswerPaper(
            position=place,
            name=tidy(paper.name),
            originals=paper.originals,
            certified=paper.certified,
            photocopies=paper.photocopies,
            note=tidy(paper.note),
        )
        for place, paper in enumerate(said.papers, start=1)
    ]


def _number(session: Session, dossier: Dossier, today: date) -> str:
    return numbers.next_form_number(session, identifier(session, dossier.agency_id), today.year)


def _move(dossier: Dossier, said: NewAnswer, row: AgencyAnswer, now: datetime) -> None:
    """Move the columns of the dossier that the answer decides."""
    if row.due_after is not None:
        dossier.due_on = row.due_after
    if said.kind == "settled":
        dossier.settled_at = dossier.settled_at or now
    elif said.kind == "handed_in_person":
        dossier.returned_at = dossier.closed_at = now
    elif STEPS[said.kind].leads_to in CLOSED:
        dossier.closed_at = now


def _received(
    session: Session, dossier: Dossier, stood: Sequence[AgencyAnswer], now: datetime
) -> NewAnswer:
    """Give the answer that papers have come, with the due date by the request's own clock."""
    asked = next((one for one in reversed(stood) if one.kind == "supplement_asked"), None)
    due, accepted = dossier.due_on, dossier.accepted_at
    if asked is None or due is None or accepted is None:
        return NewAnswer("supplement_received")
    today = day_of(now)
    known = calendar(session, day_of(accepted), today.replace(year=today.year + 2, day=1))
    moved = new_due(
        known,
        Clock(asked.clock),
        term=(day_of(accepted), due),
        paused_on=day_of(asked.given_at),
        back_on=today,
    )
    return NewAnswer("supplement_received", due_on=moved)


def _has_left(dossier: Dossier, answer: AgencyAnswer) -> bool:
    """Tell whether an answer is in an envelope of the dossier made since it was given."""
    return any(
        leg.kind in ("result", "answer") and leg.item.created_at >= answer.given_at
        for leg in dossier.legs
    )
