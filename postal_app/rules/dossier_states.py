"""States of a dossier at the one-stop desk, and the answers by which it goes from one to another.

1. The ten states are those of the national portal, by their numbers there.
2. An agency's answer is a step. Which step may follow which state stands in `STEPS` alone; what
   waits for the citizen (a supplement, a payment) goes on afterwards where it was interrupted.
3. The state is a pure function of the answers that stand and of three instants: accepted by the
   agency, result ready, result in the citizen's hand. Settled is not returned: only the proof of
   delivery or the hand-out at the agency leads to the tenth state.
4. An acceptance whose entry in the ledger was corrected does not stand any more.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import IntEnum

from postal_app.rules.one_stop_forms import FormKind
from postal_app.rules.words import Words


class DossierState(IntEnum):
    """Where a dossier stands, numbered as on the national portal."""

    REGISTERED = 1
    ACCEPTED = 2
    NOT_ACCEPTED = 3
    IN_PROCESS = 4
    SUPPLEMENT_ASKED = 5
    DUTY_ASKED = 6
    WITHDRAWN = 7
    STOPPED = 8
    SETTLED = 9
    RETURNED = 10


DOSSIER_STATE_WORDS: dict[DossierState, Words] = {
    DossierState.REGISTERED: Words("Mới đăng ký", "Newly registered"),
    DossierState.ACCEPTED: Words("Được tiếp nhận", "Accepted"),
    DossierState.NOT_ACCEPTED: Words("Không được tiếp nhận", "Not accepted"),
    DossierState.IN_PROCESS: Words("Đang xử lý", "In process"),
    DossierState.SUPPLEMENT_ASKED: Words("Yêu cầu bổ sung giấy tờ", "Supplement asked for"),
    DossierState.DUTY_ASKED: Words(
        "Yêu cầu thực hiện nghĩa vụ tài chính", "Financial duty asked for"
    ),
    DossierState.WITHDRAWN: Words("Người nộp yêu cầu rút hồ sơ", "Withdrawn by the applicant"),
    DossierState.STOPPED: Words("Dừng xử lý", "Stopped"),
    DossierState.SETTLED: Words("Đã xử lý xong", "Settled"),
    DossierState.RETURNED: Words("Đã trả kết quả", "Result returned"),
}

OPEN = frozenset(
    {
        DossierState.REGISTERED,
        DossierState.ACCEPTED,
        DossierState.IN_PROCESS,
        DossierState.SUPPLEMENT_ASKED,
        DossierState.DUTY_ASKED,
    }
)
"""States in which the agency still works on the dossier, or waits for the citizen."""

CLOSED = frozenset({DossierState.NOT_ACCEPTED, DossierState.WITHDRAWN, DossierState.STOPPED})
"""States that end a dossier without a result; its papers go back and its code is free again."""

_PAUSED = frozenset({DossierState.SUPPLEMENT_ASKED, DossierState.DUTY_ASKED})
_AT_WORK = frozenset({DossierState.ACCEPTED, DossierState.IN_PROCESS})

TRANSFERABLE = OPEN
"""States in which a dossier may go to another agency."""


@dataclass(frozen=True, slots=True)
class Step:
    """An answer: its words, after which states it may come, where it leads, what it must say.

    `leads_to` None leaves the state, or goes back to where the dossier was interrupted when
    `resumes`. `accepted` says whether the dossier must, or must not, have been accepted.
    """

    words: Words
    after: frozenset[DossierState]
    leads_to: DossierState | None = None
    resumes: bool = False
    accepted: bool | None = None
    form: FormKind | None = None
    needs: tuple[str, ...] = ()


STEPS: dict[str, Step] = {
    "accepted": Step(
        Words("Tiếp nhận hồ sơ", "Accepted"),
        after=frozenset({DossierState.REGISTERED}),
        leads_to=DossierState.ACCEPTED,
        form=FormKind.ACCEPTANCE,
        needs=("due_on",),
    ),
    "passed_on": Step(
        Words("Chuyển người giải quyết", "Passed on to the competent officer"),
        after=frozenset({DossierState.ACCEPTED}),
        leads_to=DossierState.IN_PROCESS,
    ),
    "supplement_asked": Step(
        Words("Yêu cầu bổ sung, hoàn thiện hồ sơ", "Supplement asked for"),
        after=frozenset({DossierState.REGISTERED}) | _AT_WORK,
        leads_to=DossierState.SUPPLEMENT_ASKED,
        form=FormKind.SUPPLEMENT,
        needs=("reason", "papers"),
    ),
    "supplement_received": Step(
        Words("Đã nhận giấy tờ bổ sung", "Supplement received"),
        after=frozenset({DossierState.SUPPLEMENT_ASKED}),
        resumes=True,
    ),
    "duty_asked": Step(
        Words("Yêu cầu thực hiện nghĩa vụ tài chính", "Financial duty asked for"),
        after=_AT_WORK,
        leads_to=DossierState.DUTY_ASKED,
        needs=("reason",),
    ),
    "duty_met": Step(
        Words("Đã thực hiện nghĩa vụ tài chính", "Financial duty met"),
        after=frozenset({DossierState.DUTY_ASKED}),
        resumes=True,
    ),
    "extended": Step(
        Words("Xin lỗi và hẹn lại ngày trả", "Apology and new due date"),
        after=_AT_WORK | _PAUSED,
        accepted=True,
        form=FormKind.EXTENSION,
        needs=("reason", "due_on"),
    ),
    "refused": Step(
        Words("Từ chối tiếp nhận", "Refused"),
        after=frozenset({DossierState.REGISTERED, DossierState.SUPPLEMENT_ASKED}),
        leads_to=DossierState.NOT_ACCEPTED,
        accepted=False,
        form=FormKind.REFUSAL,
        needs=("reason", "ground"),
    ),
    "stopped": Step(
        Words("Dừng giải quyết", "Stopped"),
        after=_AT_WORK | _PAUSED,
        leads_to=DossierState.STOPPED,
        accepted=True,
        form=FormKind.STOP,
        needs=("reason", "ground"),
    ),
    "withdrawn": Step(
        Words("Người nộp rút hồ sơ", "Withdrawn by the applicant"),
        after=OPEN,
        leads_to=DossierState.WITHDRAWN,
        needs=("request",),
    ),
    "settled": Step(
        Words("Đã có kết quả", "Result ready"),
        after=_AT_WORK,
        leads_to=DossierState.SETTLED,
    ),
    "handed_in_person": Step(
        Words("Trả kết quả tại cơ quan", "Result handed out at the agency"),
        after=frozenset({DossierState.SETTLED}),
        leads_to=DossierState.RETURNED,
        needs=("taken_by",),
    ),
}

TAKEN_BACK = "taken_back"
"""An answer that takes back the last one: no step of its own, the one before stands again."""
TAKEN_BACK_WORDS = Words("Hủy văn bản ghi nhầm", "A mistaken answer taken back")


@dataclass(frozen=True, slots=True)
class Instants:
    """What is known from outside the answers; `by_post`: the dossier's papers come by post."""

    accepted: bool = False
    settled: bool = False
    returned: bool = False
    by_post: bool = True


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the answers so far have brought a dossier."""

    state: DossierState = DossierState.REGISTERED
    accepted: bool = False
    interrupted: DossierState | None = None
    by_post: bool = True


def follow(kinds: Iterable[str], instants: Instants) -> Progress:
    """Give where a dossier stands after the answers that stand, in their order.

    What was written against the table is followed all the same: it happened. An unknown kind of
    answer changes nothing.
    """
    given = [kind for kind in kinds if instants.accepted or kind != "accepted"]
    if instants.accepted and "accepted" not in given:
        given.insert(0, "accepted")
    progress = Progress(by_post=instants.by_post)
    for kind in given:
        progress = _after(progress, kind)
    if instants.settled and progress.state in OPEN:
        progress = _after(progress, "settled")
    if instants.returned:
        progress = replace(progress, state=DossierState.RETURNED)
    return progress


def state_of(kinds: Iterable[str], instants: Instants) -> DossierState:
    """Give the state of a dossier: a pure function of its answers and its instants."""
    return follow(kinds, instants).state


def may_follow(kind: str, progress: Progress) -> bool:
    """Tell whether the table lets an answer follow where a dossier stands.

    Of a dossier that never came by post the agency need not have told the acceptance.
    """
    step = STEPS[kind]
    if step.accepted is not None and step.accepted != progress.accepted:
        return False
    own = kind == "settled" and not progress.by_post and progress.state is DossierState.REGISTERED
    return own or progress.state in step.after


def next_steps(progress: Progress) -> tuple[str, ...]:
    """Give the answers that may come next, in the order of the table."""
    return tuple(kind for kind in STEPS if may_follow(kind, progress))


def _after(progress: Progress, kind: str) -> Progress:
    step = STEPS.get(kind)
    if step is None:
        return progress
    accepted = progress.accepted or kind == "accepted"
    if step.resumes:
        back = progress.interrupted
        if back is None:
            back = DossierState.IN_PROCESS if accepted else DossierState.REGISTERED
        return replace(progress, state=back, accepted=accepted, interrupted=None)
    if step.leads_to is None:
        return replace(progress, accepted=accepted)
    waits = step.leads_to in _PAUSED
    paused = progress.state in _PAUSED
    interrupted = (progress.interrupted if paused else progress.state) if waits else None
    return replace(progress, state=step.leads_to, accepted=accepted, interrupted=interrupted)
