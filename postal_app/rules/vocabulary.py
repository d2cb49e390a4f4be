"""The vocabulary of custody: states, kinds of event, conditions, holders and oddities.

To add a state or a kind of event, add it here and nowhere else: the replay, the phone's vocabulary,
the pages, the citizen's timeline and the manual all read these tables. A word that is no longer
recorded stays, because old entries still say it.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from postal_app.rules.roles import Role
from postal_app.rules.words import Words


class State(StrEnum):
    """Where an item is on its way."""

    EXPECTED = "expected"
    TAKEN_IN = "taken_in"
    IN_TRANSIT = "in_transit"
    AT_OFFICE = "at_office"
    AT_AGENCY = "at_agency"
    ACCEPTED_BY_AGENCY = "accepted_by_agency"
    COLLECTED = "collected"
    OUT_FOR_DELIVERY = "out_for_delivery"
    NOT_DELIVERED = "not_delivered"
    DELIVERED = "delivered"
    LOST = "lost"


STATE_WORDS: dict[State, Words] = {
    State.EXPECTED: Words("Chưa nhận", "Not yet taken in"),
    State.TAKEN_IN: Words("Đã nhận tại điểm phục vụ", "Taken in at the service point"),
    State.IN_TRANSIT: Words("Đang vận chuyển", "In transit"),
    State.AT_OFFICE: Words("Đã đến bưu cục", "At a post office"),
    State.AT_AGENCY: Words("Đã giao cơ quan giải quyết", "Handed to the agency"),
    State.ACCEPTED_BY_AGENCY: Words("Cơ quan đã tiếp nhận", "Accepted by the agency"),
    State.COLLECTED: Words("Đã nhận kết quả từ cơ quan", "Result collected from the agency"),
    State.OUT_FOR_DELIVERY: Words("Đang đi phát", "Out for delivery"),
    State.NOT_DELIVERED: Words("Phát chưa thành công", "Not delivered yet"),
    State.DELIVERED: Words("Đã phát thành công", "Delivered"),
    State.LOST: Words("Đang tìm kiếm", "Being searched for"),
}


class Integrity(StrEnum):
    """What is known of the envelope and its seal, from best to worst."""

    INTACT = "intact"
    NOT_CHECKED = "not_checked"
    RESEALED = "resealed"
    DAMAGED = "damaged"
    SEAL_BROKEN = "seal_broken"
    ALTERED = "altered"
    LOST = "lost"


INTEGRITY_WORDS: dict[Integrity, Words] = {
    Integrity.INTACT: Words("Nguyên vẹn", "Intact"),
    Integrity.NOT_CHECKED: Words("Chưa kiểm tra", "Not checked"),
    Integrity.RESEALED: Words("Đã niêm phong lại có biên bản", "Re-sealed with a record"),
    Integrity.DAMAGED: Words("Hư hỏng", "Damaged"),
    Integrity.SEAL_BROKEN: Words("Niêm phong không còn nguyên vẹn", "Seal broken"),
    Integrity.ALTERED: Words("Bị suy chuyển, thay đổi", "Altered"),
    Integrity.LOST: Words("Thất lạc", "Lost"),
}

CONDITIONS = (Integrity.INTACT, Integrity.DAMAGED, Integrity.SEAL_BROKEN, Integrity.RESEALED)
"""What somebody who looks at an item can say of it."""


class HolderKind(StrEnum):
    """The kinds of holder who can answer for an item."""

    CITIZEN = "citizen"
    POINT = "point"
    COURIER = "courier"
    AGENCY = "agency"


HOLDER_WORDS: dict[HolderKind, Words] = {
    HolderKind.CITIZEN: Words("Người dân", "The citizen"),
    HolderKind.POINT: Words("Điểm phục vụ", "Service point"),
    HolderKind.COURIER: Words("Bưu tá", "Courier"),
    HolderKind.AGENCY: Words("Cơ quan giải quyết", "Agency"),
}


class Holder(NamedTuple):
    """Who has the item: the kind, and the id within it (0 for the citizen)."""

    kind: HolderKind
    id: int


CITIZEN = Holder(HolderKind.CITIZEN, 0)


class Outcome(StrEnum):
    """What the one who ended the leg, or tried to, says of it."""

    NONE = ""
    HANDED_OVER = "handed_over"
    DELIVERED = "delivered"
    NOT_DELIVERED = "not_delivered"


FINAL_OUTCOMES = frozenset({Outcome.HANDED_OVER, Outcome.DELIVERED})


class Taker(StrEnum):
    """Who has the item after an event."""

    RECORDER = "recorder"
    POINT = "point of the recorder"
    AGENCY = "agency of the leg"
    CITIZEN = "citizen"


SUBMISSION = "submission"
RESULT = "result"
LEG_WORDS: dict[str, Words] = {
    SUBMISSION: Words("Gửi hồ sơ đến cơ quan", "Dossier to the agency"),
    RESULT: Words("Trả kết quả cho người dân", "Result to the citizen"),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of event: what it means, when it is regular, who records it and what he must say.

    `taker` None leaves the item where it is; `gives` says that the recorder is the one who hands
    it over; `needs` names the details without which the event cannot be recorded.
    """

    words: Words
    after: frozenset[State]
    by: frozenset[Role]
    legs: frozenset[str] = frozenset({SUBMISSION, RESULT})
    leads_to: State | None = None
    taker: Taker | None = None
    gives: bool = False
    asserts: Integrity | None = None
    outcome: Outcome | None = None
    proves: bool = False
    needs: tuple[str, ...] = ()
    scanned: bool = True
    public: bool = True


_POST = frozenset({Role.CLERK, Role.COURIER})
_ANYONE = frozenset({Role.CLERK, Role.COURIER, Role.OFFICER})
_CARRIED = frozenset(
    {State.TAKEN_IN, State.IN_TRANSIT, State.AT_OFFICE, State.COLLECTED, State.NOT_DELIVERED}
)
_ALIVE = frozenset(State) - {State.EXPECTED, State.DELIVERED, State.LOST}

KINDS: dict[str, Kind] = {
    "accepted": Kind(
        Words("Nhận hồ sơ tại quầy, đã niêm phong", "Taken in at the counter and sealed"),
        after=frozenset({State.EXPECTED}),
        legs=frozenset({SUBMISSION}),
        by=frozenset({Role.CLERK}),
        leads_to=State.TAKEN_IN,
        taker=Taker.POINT,
        scanned=False,
    ),
    "result_collected": Kind(
        Words("Nhận kết quả từ cơ quan", "Result collected from the agency"),
        after=frozenset({State.EXPECTED}),
        legs=frozenset({RESULT}),
        by=_POST,
        leads_to=State.COLLECTED,
        taker=Taker.RECORDER,
    ),
    "departed": Kind(
        Words("Rời bưu cục", "Left the post office"),
        after=_CARRIED - {State.IN_TRANSIT},
        by=frozenset({Role.COURIER}),
        leads_to=State.IN_TRANSIT,
        taker=Taker.RECORDER,
    ),
    "arrived": Kind(
        Words("Đến bưu cục", "Reached a post office"),
        after=_CARRIED,
        by=_POST,
        leads_to=State.AT_OFFICE,
        taker=Taker.POINT,
    ),
    "handed_to_agency": Kind(
        Words("Giao cho cơ quan giải quyết", "Handed to the agency"),
        after=_CARRIED - {State.NOT_DELIVERED},
        legs=frozenset({SUBMISSION}),
        by=frozenset({Role.COURIER}),
        leads_to=State.AT_AGENCY,
        taker=Taker.AGENCY,
        gives=True,
        outcome=Outcome.HANDED_OVER,
    ),
    "agency_accepted": Kind(
        Words("Cơ quan xác nhận đã nhận và tiếp nhận hồ sơ", "Accepted by the agency"),
        after=frozenset({State.AT_AGENCY}),
        legs=frozenset({SUBMISSION}),
        by=frozenset({Role.OFFICER}),
        leads_to=State.ACCEPTED_BY_AGENCY,
        taker=Taker.AGENCY,
        outcome=Outcome.HANDED_OVER,
        proves=True,
        scanned=False,
    ),
    "out_for_delivery": Kind(
        Words("Bưu tá đi phát", "Out for delivery"),
        after=_CARRIED,
        legs=frozenset({RESULT}),
        by=frozenset({Role.COURIER}),
        leads_to=State.OUT_FOR_DELIVERY,
        taker=Taker.RECORDER,
    ),
    "attempt_failed": Kind(
        Words("Phát chưa thành công", "Delivery attempt failed"),
        after=frozenset({State.OUT_FOR_DELIVERY}),
        legs=frozenset({RESULT}),
        by=frozenset({Role.COURIER}),
        leads_to=State.NOT_DELIVERED,
        gives=True,
        outcome=Outcome.NOT_DELIVERED,
        needs=("reason", "next_action"),
    ),
    "delivered": Kind(
        Words("Phát thành công", "Delivered"),
        after=frozenset({State.OUT_FOR_DELIVERY, State.AT_OFFICE}),
        legs=frozenset({RESULT}),
        by=_POST,
        leads_to=State.DELIVERED,
        taker=Taker.CITIZEN,
        gives=True,
        outcome=Outcome.DELIVERED,
        needs=("receiver", "relation", "proof"),
    ),
    "damaged": Kind(
        Words("Phát hiện hư hỏng", "Found damaged"),
        after=_ALIVE,
        by=_ANYONE,
        asserts=Integrity.DAMAGED,
        needs=("note",),
        public=False,
    ),
    "seal_broken": Kind(
        Words("Phát hiện niêm phong không còn nguyên vẹn", "Seal found broken"),
        after=_ALIVE,
        by=_ANYONE,
        asserts=Integrity.SEAL_BROKEN,
        needs=("note",),
        public=False,
    ),
    "lost": Kind(
        Words("Báo thất lạc, đang tìm kiếm", "Reported missing, being searched for"),
        after=_ALIVE,
        by=_ANYONE,
        leads_to=State.LOST,
        asserts=Integrity.LOST,
        needs=("note",),
    ),
    "found": Kind(
        Words("Đã tìm thấy", "Found again"),
        after=frozenset({State.LOST}),
        by=_POST,
        leads_to=State.AT_OFFICE,
        taker=Taker.POINT,
    ),
    "corrected": Kind(
        Words("Đính chính một ghi nhận sai", "A mistaken record was corrected"),
        after=frozenset(State),
        by=frozenset({Role.CLERK, Role.OFFICER, Role.PROVINCIAL, Role.ADMINISTRATOR}),
        needs=("reason",),
        scanned=False,
        public=False,
    ),
}

ANOMALIES: dict[str, Words] = {
    "unknown_kind": Words("loại sự kiện lạ", "unknown kind of event"),
    "out_of_order": Words("không đúng trình tự", "out of order"),
    "not_the_holder": Words("người giao không phải người đang giữ", "given by someone else"),
    "corrects_nothing": Words("đính chính mục không có", "corrects nothing that is there"),
    "late": Words("gửi muộn", "sent late"),
    "clock": Words("đồng hồ máy sai", "device clock wrong"),
    "seal_differs": Words("số niêm phong không khớp", "seal number differs"),
    "wrong_leg": Words("không đúng chiều", "wrong direction"),
}
