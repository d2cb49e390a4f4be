"""States: where an item is on its way, and what is said of how its leg ended."""

from enum import StrEnum

from postal_app.rules.words import Words


class State(StrEnum):
    """Where an item is on its way."""

    EXPECTED = "expected"
    TAKEN_IN = "taken_in"
    IN_TRANSIT = "in_transit"
    AT_OFFICE = "at_office"
    AT_AGENCY = "at_agency"
    RECEIVED_BY_AGENCY = "received_by_agency"
    ACCEPTED_BY_AGENCY = "accepted_by_agency"
    COLLECTED = "collected"
    OUT_FOR_DELIVERY = "out_for_delivery"
    NOT_DELIVERED = "not_delivered"
    HELD = "held"
    PARTLY_DELIVERED = "partly_delivered"
    DELIVERED = "delivered"
    RETURNED = "returned"
    OWNERLESS = "ownerless"
    LOST = "lost"


STATE_WORDS: dict[State, Words] = {
    State.EXPECTED: Words("Chưa nhận", "Not yet taken in"),
    State.TAKEN_IN: Words("Đã nhận tại điểm phục vụ", "Taken in at the service point"),
    State.IN_TRANSIT: Words("Đang vận chuyển", "In transit"),
    State.AT_OFFICE: Words("Đã đến bưu cục", "At a post office"),
    State.AT_AGENCY: Words("Đã giao cơ quan giải quyết", "Handed to the agency"),
    State.RECEIVED_BY_AGENCY: Words("Cơ quan đã ký nhận", "Signed for by the agency"),
    State.ACCEPTED_BY_AGENCY: Words("Cơ quan đã tiếp nhận", "Accepted by the agency"),
    State.COLLECTED: Words("Đã nhận từ cơ quan", "Collected from the agency"),
    State.OUT_FOR_DELIVERY: Words("Đang đi phát", "Out for delivery"),
    State.NOT_DELIVERED: Words("Phát chưa thành công", "Not delivered yet"),
    State.HELD: Words("Lưu giữ chờ người nhận", "Held for the receiver"),
    State.PARTLY_DELIVERED: Words("Đã phát một phần", "Partly delivered"),
    State.DELIVERED: Words("Đã phát thành công", "Delivered"),
    State.RETURNED: Words("Đã chuyển hoàn", "Sent back to its sender"),
    State.OWNERLESS: Words("Bưu gửi vô thừa nhận", "Without owner"),
    State.LOST: Words("Đang tìm kiếm", "Being searched for"),
}

ENDED = frozenset({State.DELIVERED, State.RETURNED, State.OWNERLESS})
"""Where an item's way is at its end, whatever was proven of it."""


class Outcome(StrEnum):
    """What the one who ended the leg, or tried to, says of it."""

    NONE = ""
    HANDED_OVER = "handed_over"
    DELIVERED = "delivered"
    PARTLY_DELIVERED = "partly_delivered"
    NOT_DELIVERED = "not_delivered"
    RETURNED = "returned"


FINAL_OUTCOMES = frozenset({Outcome.HANDED_OVER, Outcome.DELIVERED, Outcome.RETURNED})
