"""Incidents: what a record (biên bản sự vụ) is about, who signs it, and how the matter ends.

1. Where a cover is torn or a seal broken, what is inside is inventoried, a record is made and the
   item is wrapped anew (Luật Bưu chính 49/2010/QH12 Art. 13). Without a record nothing is
   legitimately re-sealed.
2. A record bears two persons with two accounts, both in reach of the item: who saw it, and a second
   one who signs or refuses with a reason. There is always a second account, because provincial
   staff reach every item; so a witness from outside is named beside the two and replaces neither.
3. Who held the item at that moment is read from the ledger and never typed.
4. An event that harms an item and has no record asks for one from whoever holds the item; so does
   the reading of another seal than the one put on.
5. A matter ends only after both signed, with an outcome that fits its kind and is true by then.
"""

from dataclasses import dataclass
from enum import StrEnum

from postal_app.rules.roles import Role
from postal_app.rules.words import Words

MAY_RECORD = frozenset({Role.CLERK, Role.COURIER, Role.OFFICER})
"""Those who handle items; provincial staff see none of them and are the second person."""

MAY_SIGN = MAY_RECORD | {Role.PROVINCIAL}
MAY_SETTLE = frozenset({Role.CLERK, Role.OFFICER, Role.PROVINCIAL})
MAY_SEE = MAY_SIGN | {Role.AUDITOR}


class Outcome(StrEnum):
    """How the matter of a record ended."""

    FOUND = "found"
    RESEALED = "resealed"
    MENDED = "mended"
    COMPLAINT = "complaint"
    COMPENSATED = "compensated"


OUTCOME_WORDS: dict[Outcome, Words] = {
    Outcome.FOUND: Words("Đã tìm thấy", "Found"),
    Outcome.RESEALED: Words("Đã gói bọc, niêm phong lại", "Wrapped and sealed anew"),
    Outcome.MENDED: Words("Đã làm rõ, không còn việc phải làm", "Cleared up, nothing left to do"),
    Outcome.COMPLAINT: Words("Chuyển giải quyết khiếu nại", "Passed on to a complaint"),
    Outcome.COMPENSATED: Words("Đã bồi thường", "Compensated"),
}


@dataclass(frozen=True, slots=True)
class IncidentKind:
    """A kind of incident: its words, the event it is the record of, how it may end.

    `event` is empty where no kind of event says the same, `also` are others that tell of it;
    `seals` asks for the new seal's number,
    `told` for words of its own.
    """

    words: Words
    event: str
    outcomes: tuple[Outcome, ...]
    seals: bool = False
    told: bool = False
    also: tuple[str, ...] = ()

    @property
    def events(self) -> tuple[str, ...]:
        """Give the kinds of event that ask for a record of this kind."""
        return (self.event, *self.also) if self.event else self.also


_HARM = (Outcome.RESEALED, Outcome.MENDED, Outcome.COMPLAINT, Outcome.COMPENSATED)
_CONTENT = (Outcome.FOUND, Outcome.MENDED, Outcome.COMPLAINT, Outcome.COMPENSATED)

KINDS: dict[str, IncidentKind] = {
    "damaged": IncidentKind(Words("Bì hư hỏng", "Cover damaged"), "damaged", _HARM),
    "seal_broken": IncidentKind(
        Words("Niêm phong không còn nguyên vẹn", "Seal broken"), "seal_broken", _HARM
    ),
    "seal_differs": IncidentKind(
        Words("Số niêm phong khác số đã niêm phong", "Another seal than the one put on"),
        "",
        _HARM,
    ),
    "resealed": IncidentKind(
        Words("Gói bọc, niêm phong lại", "Wrapped and sealed anew"), "", _HARM, seals=True
    ),
    "missing_papers": IncidentKind(
        Words("Thiếu giấy tờ so với danh mục", "Papers missing from the list"), "", _CONTENT
    ),
    "weight_differs": IncidentKind(
        Words("Khối lượng khác lúc nhận", "Weight differs from acceptance"),
        "",
        (Outcome.MENDED, Outcome.COMPLAINT),
    ),
    "lost": IncidentKind(
        Words("Thất lạc bưu gửi", "Item missing"),
        "lost",
        (Outcome.FOUND, Outcome.COMPLAINT, Outcome.COMPENSATED),
        also=("missing_from_bag",),
    ),
    "exchanged": IncidentKind(
        Words("Tráo đổi, nhầm lẫn giấy tờ", "Papers exchanged by mistake"), "", _CONTENT
    ),
    "other": IncidentKind(Words("Sự vụ khác", "Something else"), "", tuple(Outcome), told=True),
}

EVENTS = tuple(event for kind in KINDS.values() for event in kind.events)
"""The kinds of event that ask for a record."""

KIND_OF = {event: code for code, kind in KINDS.items() for event in kind.events}
"""The kind of incident that an event is recorded as."""

ANSWER_WORDS = {
    "waiting": Words("Chờ người thứ hai ký", "Waits for the second person"),
    "signed": Words("Hai người đã ký", "Signed by both"),
    "refused": Words("Người thứ hai không ký", "Refused by the second person"),
}
