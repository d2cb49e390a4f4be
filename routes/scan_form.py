"""What the scan page asks for each kind of event, and what it says of a scan.

The page is made from these tables and its answers are read by them; the browser's script holds
no rule of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from postal_app import bag_scans
from postal_app.rules.bags import BAG_KINDS, BagKind
from postal_app.rules.handing_out import LATER, PROOFS, RELATIONS
from postal_app.rules.integrity import CONDITIONS, INTEGRITY_WORDS
from postal_app.rules.roles import Role
from postal_app.rules.undeliverable import (
    ACTIONS,
    CHANNELS,
    GROUNDS,
    MANNERS,
    REASONS,
    WISHERS,
    WISHES,
)
from postal_app.rules.vietnamese import day, read_day
from postal_app.rules.vocabulary import ANOMALIES, KINDS, Kind
from postal_app.rules.words import Words
from postal_app.scan_refusals import AUTHORISATION
from postal_app.scan_verdicts import OUTCOME_WORDS, Outcome, Verdict
from postal_app.scanning import kinds_for
from routes.forms import LONGEST_NOTE, Form
from routes.language import language, say

LONGEST_CODE = 400

CONDITION_CHOICES = (
    ("", Words("Chưa xem niêm phong", "Seal not looked at")),
    *((str(condition), INTEGRITY_WORDS[condition]) for condition in CONDITIONS),
)

CHOICES: dict[str, Mapping[str, Words]] = {
    "condition": dict(CONDITION_CHOICES),
    "reason": {code: reason.words for code, reason in REASONS.items()},
    "relation": RELATIONS,
    "proof": PROOFS,
    "manner": MANNERS,
    "notice": {"": Words("Không để lại giấy mời", "No notice left"), **MANNERS},
    "wish": WISHES,
}
ACTIONS_OF: dict[str, dict[str, Words]] = {
    code: {action: ACTIONS[action] for action in reason.actions} for code, reason in REASONS.items()
}

TONES: dict[Outcome, str] = {
    Outcome.RECORDED: "good",
    Outcome.WITH_ANOMALY: "careful",
    Outcome.ALREADY: "info",
    Outcome.CONFLICT: "bad",
    Outcome.REFUSED: "bad",
}

WHY_TEXT = Words("«Lý do khác» phải ghi rõ bằng lời.", "“Other” must be told in words.")
WHICH_ACTION = Words("Hãy chọn cách xử lý tiếp theo.", "Choose what is to be done next.")


EVERY_KIND: dict[str, Kind | BagKind] = {**BAG_KINDS, **KINDS}
"""The kinds of event by their codes; what items and bags share is called as it is for items."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which details a kind of event asks for; `looks`: the seal may be looked at on taking it."""

    looks: bool
    reason: bool
    receiver: bool
    proof: bool
    notice: bool
    note: bool
    manner: bool
    bag: bool


def kinds_of(role: Role) -> dict[str, Kind | BagKind]:
    """Give the kinds of event that a role scans: those of items, then those of bags alone."""
    return {**kinds_for(role), **bag_scans.kinds_for(role)}


def asked_for(kind: Kind | BagKind) -> Asked:
    """Give what the page asks for a kind of event."""
    return Asked(
        looks=kind.taker is not None,
        reason="reason" in kind.needs,
        receiver="receiver" in kind.needs,
        proof="proof" in kind.needs,
        notice="next_action" in kind.needs,
        note="note" in kind.needs,
        manner="manner" in kind.needs,
        bag="bag" in kind.needs,
    )


def read_details(form: Form, kind: Kind | BagKind) -> dict[str, str]:
    """Read the details that a kind of event asks for; faults are told beside their fields."""
    asked = asked_for(kind)
    said: dict[str, str] = {}
    if asked.looks:
        codes = [code for code, _ in CONDITION_CHOICES]
        said["condition"] = form.one_of("condition", codes, required=False)
        said["seal"] = form.text("seal", required=False, longest=40).upper()
    if asked.reason:
        said |= _read_reason(form)
    if asked.receiver:
        said |= _read_receiver(form)
    if asked.proof:
        said["proof"] = form.one_of("proof", proofs_of(kind))
    if asked.notice:
        said["notice"] = form.one_of("notice", MANNERS, required=False)
    if asked.manner:
        said["manner"] = form.one_of("manner", MANNERS)
    if asked.bag:
        said["bag"] = form.text("bag", longest=LONGEST_CODE)
    if asked.note:
        said["note"] = form.note("note", required=True, longest=LONGEST_NOTE)
    return {name: value for name, value in said.items() if value}


def proofs_of(kind: Kind | BagKind) -> dict[str, Words]:
    """Give the proofs to choose from; who has seen one says which, not that it is to follow."""
    return {
        code: words for code, words in PROOFS.items() if "receiver" in kind.needs or code != LATER
    }


def _read_receiver(form: Form) -> dict[str, str]:
    """Read who received it; a proxy shows an authorisation, another relation is told in words."""
    relation = form.one_of("relation", RELATIONS)
    said = {"receiver": form.text("receiver", longest=120), "relation": relation}
    other, proxy = relation == "other", relation == "proxy"
    said["relation_text"] = form.text("relation_text", required=other, longest=120)
    for name in AUTHORISATION:
        said[name] = form.text(name, required=proxy, longest=200)
    return said


def _read_reason(form: Form) -> dict[str, str]:
    """Read why it failed and what comes next; each reason has its own list of actions."""
    reason = form.one_of("reason", REASONS)
    if not reason:
        return {}
    known = REASONS[reason]
    action = form.value(f"next_action_{reason}")
    if len(known.actions) == 1:
        action = known.actions[0]
    if action not in known.actions:
        form.fault("reason", WHICH_ACTION)
    text = form.note("text", required=False)
    if known.text_needed and not text:
        form.fault("text", WHY_TEXT)
    return {"reason": reason, "next_action": action, "text": text}


@dataclass(frozen=True, slots=True)
class Told:
    """A verdict in the reader's words: tone, headline, what it means, and each oddity."""

    scan_id: UUID
    outcome: str
    tone: str
    title: str
    number: str
    words: str
    oddities: tuple[str, ...]
    kind: str

    def as_json(self, place: int) -> dict[str, object]:
        """Give it for a phone, with the place of the scan in its batch."""
        return {
            "place": place,
            "scan_id": str(self.scan_id),
            "outcome": self.outcome,
            "tone": self.tone,
            "title": self.title,
            "number": self.number,
            "words": self.words,
            "oddities": self.oddities,
            "kind": self.kind,
        }


def told(verdict: Verdict, kind: str) -> Told:
    """Give a verdict as the page and the phone show it."""
    return told_in(language(), verdict, kind)


def told_in(tongue: str, verdict: Verdict, kind: str) -> Told:
    """Give a verdict in one of the two languages, asked for once for a whole batch."""
    return Told(
        verdict.scan_id,
        str(verdict.outcome),
        TONES[verdict.outcome],
        OUTCOME_WORDS[verdict.outcome].spoken(tongue),
        verdict.number,
        verdict.words.spoken(tongue),
        tuple(ANOMALIES[code].spoken(tongue) for code in verdict.anomalies),
        EVERY_KIND[kind].words.spoken(tongue) if kind in EVERY_KIND else kind,
    )


def detail_words(kind: str, details: Mapping[str, object]) -> list[tuple[Words, str]]:
    """Give the details of an entry as label and words; a word no longer known stays as it is."""
    vocabularies = {**CHOICES, **_TOLD_ONLY}
    if kind != "attempt_failed":
        del vocabularies["reason"]  # a correction tells its reason in words of its own
    shown = []
    for name, label in DETAIL_LABELS.items():
        if kind == "corrected" and name == "asked_by":
            continue  # an account's id here; the page tells its name
        if value := _told(details.get(name)):
            known = vocabularies.get(name, {}).get(value)
            shown.append((label, say(known) if known else value))
    return shown


def _told(value: object) -> str:
    """Give a detail as the reader knows it: names in a row, a day as dd/mm/yyyy."""
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    text = str(value or "")
    as_day = read_day(text)
    return day(as_day) if as_day else text


_TOLD_ONLY: dict[str, Mapping[str, Words]] = {
    "next_action": ACTIONS,
    "ground": GROUNDS,
    "asked_by": WISHERS,
    "channel": CHANNELS,
    "assumed": {
        "True": Words(
            "từ việc của túi, chưa ai nhìn bưu gửi",
            "from what happened to the bag; nobody looked at the item",
        )
    },
}
"""Vocabularies of details that no scan asks for by itself."""

DETAIL_LABELS: dict[str, Words] = {
    "reason": Words("Lý do", "Reason"),
    "text": Words("Nói rõ", "In words"),
    "next_action": Words("Xử lý tiếp", "Next"),
    "relation": Words("Quan hệ với người nhận", "Relation to the receiver"),
    "relation_text": Words("Quan hệ, nói rõ", "Relation, in words"),
    "proof": Words("Bằng chứng phát", "Proof of delivery"),
    "seal": Words("Số niêm phong đọc được", "Seal number as read"),
    "notice": Words("Đã báo người nhận", "Receiver told by"),
    "manner": Words("Báo bằng cách nào", "By what means told"),
    "wish": Words("Yêu cầu", "Wish"),
    "wished_on": Words("Ngày hẹn", "Day asked for"),
    "place": Words("Nơi phát mới", "New place"),
    "asked_by": Words("Người yêu cầu", "Asked by"),
    "channel": Words("Qua", "By"),
    "ground": Words("Căn cứ", "Ground"),
    "dossiers": Words("Hồ sơ", "Dossiers"),
    "assumed": Words("Suy ra", "Assumed"),
    "bag": Words("Túi", "Bag"),
    "handover": Words("Bản kê giao nhận", "Hand-over list"),
    "incident": Words("Biên bản", "Record"),
    "note": Words("Ghi chú", "Note"),
}
