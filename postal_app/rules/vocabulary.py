"""The vocabulary of custody: states (`states.py`), kinds of event, conditions, holders, oddities.

To add a kind of event, add it here and nowhere else: the replay, the phone's vocabulary,
the pages, the citizen's timeline and the manual all read these tables. A word that is no longer
recorded stays, because old entries still say it.
"""

from dataclasses import dataclass
from enum import StrEnum

from postal_app.rules.integrity import Integrity
from postal_app.rules.legs import (
    ANSWER,
    LEGS,
    RECOVERED,
    RESULT,
    RETURNS,
    SUBMISSION,
    SUPPLEMENT,
    TO_AGENCY,
    TO_CITIZEN,
    TRANSFER,
)
from postal_app.rules.roles import Role
from postal_app.rules.states import ENDED, FINAL_OUTCOMES, STATE_WORDS, Outcome, State
from postal_app.rules.words import Words

__all__ = [
    "ANOMALIES",
    "ENDED",
    "FINAL_OUTCOMES",
    "KINDS",
    "STATE_WORDS",
    "Kind",
    "Outcome",
    "State",
    "Taker",
]


class Taker(StrEnum):
    """Who has the item after an event."""

    RECORDER = "recorder"
    POINT = "point of the recorder"
    AGENCY = "agency of the leg"
    CITIZEN = "citizen"
    ITEM = "the envelope it goes back in"
    BAG = "the bag it is put in"
    PACKER = "who put it in the bag"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of event: what it means, when it is regular, who records it and what he must say.

    `taker` None leaves the item where it is; `gives` says that the recorder is the one who hands
    it over; `inside` that it is said of what lies in a bag; `needs` names the details without which
    the event cannot be recorded.
    """

    words: Words
    after: frozenset[State]
    by: frozenset[Role]
    legs: frozenset[str] = frozenset(LEGS)
    leads_to: State | None = None
    taker: Taker | None = None
    gives: bool = False
    inside: bool = False
    asserts: Integrity | None = None
    outcome: Outcome | None = None
    proves: bool = False
    needs: tuple[str, ...] = ()
    scanned: bool = True
    public: bool = True


_POST = frozenset({Role.CLERK, Role.COURIER})
_ANYONE = frozenset({Role.CLERK, Role.COURIER, Role.OFFICER})
_CARRIED = frozenset(
    {
        State.TAKEN_IN,
        State.IN_TRANSIT,
        State.AT_OFFICE,
        State.COLLECTED,
        State.NOT_DELIVERED,
        State.HELD,
        State.PARTLY_DELIVERED,
    }
)
_WAITING = frozenset({State.AT_OFFICE, State.NOT_DELIVERED, State.HELD, State.PARTLY_DELIVERED})
_AT_THE_DOOR = frozenset(
    {State.OUT_FOR_DELIVERY, State.AT_OFFICE, State.HELD, State.PARTLY_DELIVERED}
)
_ALIVE = frozenset(State) - ENDED - {State.EXPECTED, State.LOST}
_SIGNED_FOR = frozenset({State.RECEIVED_BY_AGENCY, State.ACCEPTED_BY_AGENCY})

KINDS: dict[str, Kind] = {
    "accepted": Kind(
        Words("Nhận hồ sơ tại quầy, đã niêm phong", "Taken in at the counter and sealed"),
        after=frozenset({State.EXPECTED}),
        legs=frozenset({SUBMISSION, SUPPLEMENT}),
        by=frozenset({Role.CLERK}),
        leads_to=State.TAKEN_IN,
        taker=Taker.POINT,
        scanned=False,
    ),
    "accepted_at_home": Kind(
        Words("Nhận hồ sơ tại nhà, đã niêm phong", "Taken in at the sender's address and sealed"),
        after=frozenset({State.EXPECTED}),
        legs=frozenset({SUBMISSION, SUPPLEMENT}),
        by=frozenset({Role.COURIER}),
        leads_to=State.IN_TRANSIT,
        taker=Taker.RECORDER,
        scanned=False,
    ),
    "recovered": Kind(
        Words("Thu hồi giấy tờ khi phát", "Papers recovered on delivery"),
        after=frozenset({State.EXPECTED}),
        legs=frozenset({RECOVERED}),
        by=_POST,
        leads_to=State.IN_TRANSIT,
        taker=Taker.RECORDER,
        scanned=False,
    ),
    "return_started": Kind(
        Words("Bắt đầu chuyển hoàn", "Return to the sender begun"),
        after=frozenset({State.EXPECTED}),
        legs=RETURNS,
        by=frozenset({Role.CLERK}),
        leads_to=State.AT_OFFICE,
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
    "collected_from_agency": Kind(
        Words("Nhận văn bản, hồ sơ từ cơ quan", "Papers collected from the agency"),
        after=frozenset({State.EXPECTED}),
        legs=frozenset({ANSWER, TRANSFER}),
        by=_POST,
        leads_to=State.COLLECTED,
        taker=Taker.RECORDER,
    ),
    "bagged": Kind(
        Words("Cho vào túi", "Put in a bag"),
        after=_CARRIED,
        by=_POST,
        taker=Taker.BAG,
        gives=True,
        needs=("bag",),
        public=False,
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
        after=_CARRIED | {State.OUT_FOR_DELIVERY},
        by=_POST,
        leads_to=State.AT_OFFICE,
        taker=Taker.POINT,
    ),
    "unbagged": Kind(
        Words("Lấy ra khỏi túi", "Taken out of a bag"),
        after=_CARRIED,
        by=_POST,
        taker=Taker.RECORDER,
        inside=True,
        needs=("bag",),
        public=False,
    ),
    "missing_from_bag": Kind(
        Words("Mở túi không thấy, đang tìm kiếm", "Not in the opened bag, being searched for"),
        after=_CARRIED,
        by=_POST,
        leads_to=State.LOST,
        taker=Taker.PACKER,
        inside=True,
        asserts=Integrity.LOST,
        scanned=False,
    ),
    "listed": Kind(
        Words("Ghi vào bản kê giao nhận", "Put on a hand-over list"),
        after=_CARRIED | {State.OUT_FOR_DELIVERY},
        by=_POST,
        gives=True,
        needs=("handover",),
        scanned=False,
        public=False,
    ),
    "unlisted": Kind(
        Words("Bản kê giao nhận bị hủy", "The hand-over list was cancelled"),
        after=_ALIVE,
        by=_POST,
        needs=("handover",),
        scanned=False,
        public=False,
    ),
    "handed_to_agency": Kind(
        Words("Giao cho cơ quan giải quyết", "Handed to the agency"),
        after=(_CARRIED - {State.NOT_DELIVERED}) | {State.OUT_FOR_DELIVERY},
        legs=TO_AGENCY,
        by=frozenset({Role.COURIER}),
        leads_to=State.AT_AGENCY,
        taker=Taker.AGENCY,
        gives=True,
        outcome=Outcome.HANDED_OVER,
    ),
    "agency_received": Kind(
        Words("Cơ quan kiểm đếm và ký nhận", "Counted and signed for by the agency"),
        after=frozenset({State.AT_AGENCY}),
        legs=TO_AGENCY,
        by=frozenset({Role.OFFICER}),
        leads_to=State.RECEIVED_BY_AGENCY,
        taker=Taker.AGENCY,
        outcome=Outcome.HANDED_OVER,
        proves=True,
        scanned=False,
    ),
    "agency_accepted": Kind(
        Words("Cơ quan xác nhận đã nhận và tiếp nhận hồ sơ", "Accepted by the agency"),
        after=frozenset({State.AT_AGENCY, State.RECEIVED_BY_AGENCY, State.ACCEPTED_BY_AGENCY}),
        legs=TO_AGENCY,
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
        by=frozenset({Role.COURIER}),
        leads_to=State.OUT_FOR_DELIVERY,
        taker=Taker.RECORDER,
    ),
    "attempt_failed": Kind(
        Words("Phát chưa thành công", "Delivery attempt failed"),
        after=frozenset({State.OUT_FOR_DELIVERY}),
        by=frozenset({Role.COURIER}),
        leads_to=State.NOT_DELIVERED,
        gives=True,
        outcome=Outcome.NOT_DELIVERED,
        needs=("reason", "next_action"),
    ),
    "notice_left": Kind(
        Words("Đã báo cho người nhận", "Notice given to the receiver"),
        after=_ALIVE,
        legs=TO_CITIZEN,
        by=_POST,
        needs=("manner",),
    ),
    "wish_noted": Kind(
        Words("Người nhận hẹn ngày, nơi phát", "The receiver's wish for day or place"),
        after=_ALIVE | {State.EXPECTED},
        legs=TO_CITIZEN,
        by=_ANYONE,
        needs=("wish",),
        scanned=False,
    ),
    "held": Kind(
        Words("Lưu giữ chờ người nhận", "Held for the receiver"),
        after=_CARRIED | {State.OUT_FOR_DELIVERY},
        legs=TO_CITIZEN,
        by=_POST,
        leads_to=State.HELD,
        taker=Taker.POINT,
    ),
    "partly_delivered": Kind(
        Words("Phát một phần", "Partly delivered"),
        after=_AT_THE_DOOR,
        legs=TO_CITIZEN,
        by=_POST,
        leads_to=State.PARTLY_DELIVERED,
        gives=True,
        outcome=Outcome.PARTLY_DELIVERED,
        needs=("receiver", "relation", "proof", "dossiers", "reason", "next_action"),
        scanned=False,
    ),
    "delivered": Kind(
        Words("Phát thành công", "Delivered"),
        after=_AT_THE_DOOR,
        legs=TO_CITIZEN,
        by=_POST,
        leads_to=State.DELIVERED,
        taker=Taker.CITIZEN,
        gives=True,
        outcome=Outcome.DELIVERED,
        needs=("receiver", "relation", "proof"),
    ),
    "proof_seen": Kind(
        Words("Đã thấy chứng từ phát", "Proof of delivery seen"),
        after=frozenset({State.DELIVERED}),
        legs=TO_CITIZEN,
        by=frozenset({Role.CLERK}),
        outcome=Outcome.DELIVERED,
        proves=True,
        needs=("proof",),
        public=False,
    ),
    "sent_back": Kind(
        Words("Không phát được, chuyển hoàn cho người gửi", "Undeliverable, sent back"),
        after=_WAITING,
        legs=frozenset(LEGS) - RETURNS,
        by=frozenset({Role.CLERK}),
        leads_to=State.RETURNED,
        taker=Taker.ITEM,
        gives=True,
        outcome=Outcome.RETURNED,
        proves=True,
        needs=("ground",),
        scanned=False,
    ),
    "declared_ownerless": Kind(
        Words("Xác định là bưu gửi vô thừa nhận", "Declared to be without owner"),
        after=_WAITING,
        by=frozenset({Role.PROVINCIAL}),
        leads_to=State.OWNERLESS,
        needs=("ground",),
        scanned=False,
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
        after=_ALIVE - _SIGNED_FOR,
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
    "matter_settled": Kind(
        Words("Đã xử lý xong sự vụ, hết tạm giữ", "A matter settled, quarantine ended"),
        after=frozenset(State),
        by=frozenset({Role.CLERK, Role.OFFICER, Role.PROVINCIAL}),
        needs=("incident",),
        scanned=False,
        public=False,
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
    "quarantined": Words("chuyển đi khi đang tạm giữ chờ xử lý sự vụ", "moved while in quarantine"),
    "late": Words("gửi muộn", "sent late"),
    "clock": Words("đồng hồ máy sai", "device clock wrong"),
    "unknown_device": Words("máy chưa đăng ký", "device not registered"),
    "seal_differs": Words("số niêm phong không khớp", "seal number differs"),
    "not_in_bag": Words("lúc đó không ở trong túi", "not in the bag at that moment"),
    "wrong_leg": Words("không đúng chiều", "wrong direction"),
    "return_stands": Words(
        "bưu gửi chuyển hoàn vẫn còn trên đường", "the envelope it went back in still stands"
    ),
}
