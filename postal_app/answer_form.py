"""What an officer fills in for an answer on a dossier, and what may be wrong with it."""

from dataclasses import dataclass
from datetime import date

from postal_app.agency_dossiers import SomethingMissing
from postal_app.errors import Invalid
from postal_app.pickup_form import NotInVocabulary
from postal_app.rules.dossier_states import STEPS, Step
from postal_app.rules.supplements import Clock, Stage
from postal_app.rules.vietnamese import day, tidy
from postal_app.rules.words import Words

TAKERS = {
    "sender": Words("Người gửi", "Sender"),
    "owner": Words("Chủ hồ sơ", "Owner of the dossier"),
    "receiver": Words("Người nhận kết quả", "Receiver of the result"),
    "proxy": Words("Người được ủy quyền", "A proxy"),
}
"""Who may take something at the agency's own desk."""


class DueTooEarly(Invalid):
    """A result cannot be due before the dossier is accepted."""

    words = Words(
        "Ngày hẹn trả kết quả không được trước ngày tiếp nhận {today}.",
        "The due date cannot be before the day of acceptance, {today}.",
    )


class NotLater(Invalid):
    """An extension goes beyond the due date it extends."""

    words = Words(
        "Ngày hẹn mới phải sau ngày hẹn cũ {due}.", "The new due date must be after {due}."
    )


class ApproverNeeded(Invalid):
    """A further request in the same stage needs somebody who approves it."""

    words = Words(
        "Đã yêu cầu bổ sung một lần ở bước này; lần sau phải ghi căn cứ và người duyệt là một cán "
        "bộ khác của cơ quan.",
        "A supplement was asked for in this stage before; a further request needs its ground and "
        "another officer of the agency who approves it.",
    )


@dataclass(frozen=True, slots=True)
class AskedPaper:
    """A paper the citizen is asked for, so many of each kind."""

    name: str
    originals: int = 0
    certified: int = 0
    photocopies: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Duty:
    """Money the citizen is asked for, whole đồng: what kind, and when the post takes it."""

    kind: str
    amount: int
    moment: str = "delivery"


@dataclass(frozen=True, slots=True)
class NewAnswer:
    """What an officer says; each kind needs what `STEPS` names.

    `approver` is the sign-in name of who approves a further request for supplement; `clock` what
    waiting for the papers does to the term.
    """

    kind: str
    reason: str = ""
    ground: str = ""
    request: str = ""
    due_on: date | None = None
    papers: tuple[AskedPaper, ...] = ()
    duties: tuple[Duty, ...] = ()
    stage: str = Stage.RECEIPT
    clock: str = Clock.CONTINUES
    approver: str = ""
    taken_by: str = ""


def check(said: NewAnswer, due_on: date | None, today: date) -> None:
    """Refuse an answer that leaves out what its step needs.

    Args:
        said: the answer.
        due_on: the dossier's due date so far.
        today: the day of the answer.

    Raises:
        SomethingMissing, DueTooEarly, NotLater: what it must say is not said.
        NotInVocabulary: a clock or a taker is none.
    """
    step: Step = STEPS[said.kind]
    for need in step.needs:
        value = getattr(said, need)
        if not (tidy(value) if isinstance(value, str) else value):
            raise SomethingMissing(field=need)
    if said.due_on is not None and said.due_on < today:
        raise DueTooEarly(field="due_on", today=day(today))
    if said.kind == "extended" and said.due_on and due_on and said.due_on <= due_on:
        raise NotLater(field="due_on", due=day(due_on))
    if said.taken_by and said.taken_by not in TAKERS:
        raise NotInVocabulary(field="taken_by", value=said.taken_by)
    if said.clock not in tuple(Clock):
        raise NotInVocabulary(field="clock", value=said.clock)
    for place, paper in enumerate(said.papers):
        wanted = (paper.originals, paper.certified, paper.photocopies)
        if not tidy(paper.name) or min(wanted) < 0 or not any(wanted):
            raise SomethingMissing(field=f"paper_{place}_name")
