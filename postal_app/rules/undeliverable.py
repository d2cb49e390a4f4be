"""Why a delivery failed, what may be done next, and when an item may go back to its sender.

1. A failed attempt needs a reason and a next action, and only some actions fit a reason; "other"
   needs a text. The post's own reason codes are not public, so these are words of ours, with the
   meanings that Luật Bưu chính 49/2010/QH12 Art. 17 and postal practice give them.
2. An item cannot be delivered when its receiver was invited twice, two working days apart, and did
   not come; or at once when he refused it, has no such address, moved away or cannot be found
   (Luật Bưu chính 49/2010/QH12 Art. 17(1)). How many attempts were made decides nothing.
3. Working days are those of the published calendar: none in Tết, none on a substitute day.
4. After two notices it is still held for as long as the service or the agency's contract says,
   counted from the day after the first notice; a term that ends on a day without work ends on the
   next day on which the post is open (Bộ luật Dân sự 91/2015/QH13 Art. 148(5)). The day of the
   second notice belongs to the receiver, whatever the term.
5. A wish starts a new try: what was found of the address before it counts no more, and nothing
   goes back before the day that was asked for is over.

To add a reason or an action that fits one, add it here and nowhere else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from postal_app.rules.calendar import Calendar, add_working_days
from postal_app.rules.legs import LEGS, TO_AGENCY, TO_CITIZEN
from postal_app.rules.vietnamese import day
from postal_app.rules.words import Words

ACTIONS: dict[str, Words] = {
    "again": Words("Phát lại", "Deliver again"),
    "appointment": Words("Phát theo hẹn", "Deliver by appointment"),
    "hold": Words("Lưu tại bưu cục chờ nhận", "Hold at the post office"),
    "forward": Words("Chuyển tiếp", "Forward"),
    "return": Words("Chuyển hoàn", "Return to sender"),
}

GROUNDS: dict[str, Words] = {
    "refused": Words("Người nhận từ chối nhận", "The receiver refused it"),
    "no_address": Words(
        "Không có địa chỉ nhận, hoặc địa chỉ sai, thiếu", "There is no such address, or it is wrong"
    ),
    "moved": Words(
        "Người nhận đã chuyển đi, không có địa chỉ mới", "The receiver moved; no new address"
    ),
    "not_found": Words("Không tìm được người nhận", "The receiver cannot be found"),
    "two_notices": Words(
        "Đã báo ít nhất hai lần cách nhau hai ngày làm việc mà không đến nhận",
        "Invited at least twice, two working days apart, and did not come",
    ),
    "both_refused": Words(
        "Cả người nhận và người gửi đều từ chối nhận", "Refused by receiver and sender"
    ),
    "neither_way": Words(
        "Không phát được, không hoàn được sau sáu tháng và đã niêm yết",
        "Neither delivered nor returned after six months, and published",
    ),
}
"""On what an item goes back to its sender, or is declared to be without owner."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an attempt failed, the actions that fit, and whether it must be told in words.

    `ground` is that on which the item may go back at once, empty when it may not.
    """

    words: Words
    actions: tuple[str, ...]
    text_needed: bool = False
    ground: str = ""
    legs: frozenset[str] = TO_CITIZEN


_ANY = frozenset(LEGS)

REASONS: dict[str, Reason] = {
    "absent": Reason(
        Words("Không có người nhận tại địa chỉ", "Nobody at the address"),
        ("again", "appointment", "hold"),
    ),
    "phone_unreachable": Reason(
        Words("Không liên lạc được qua điện thoại", "Phone unreachable"), ("again", "hold")
    ),
    "asks_another_day": Reason(
        Words("Người nhận hẹn ngày khác", "Receiver asks for another day"), ("appointment",)
    ),
    "will_collect": Reason(
        Words("Người nhận sẽ đến bưu cục nhận", "Receiver will collect at the office"), ("hold",)
    ),
    "address_wrong": Reason(
        Words("Địa chỉ sai hoặc thiếu", "Address wrong or incomplete"),
        ("hold", "forward", "return"),
        ground="no_address",
    ),
    "wrong_office": Reason(
        Words("Chia chọn nhầm bưu cục", "Sorted to the wrong office"), ("forward",), legs=_ANY
    ),
    "moved": Reason(
        Words("Người nhận đã chuyển đi", "Receiver has moved"),
        ("forward", "return"),
        ground="moved",
    ),
    "deceased": Reason(
        Words("Người nhận đã mất, tổ chức đã giải thể", "Receiver deceased or dissolved"),
        ("hold", "return"),
        ground="not_found",
    ),
    "refused": Reason(
        Words("Người nhận từ chối", "Receiver refuses"), ("hold", "return"), ground="refused"
    ),
    "unproven_identity": Reason(
        Words("Không chứng minh được người nhận", "Identity or authorisation not shown"),
        ("again", "hold"),
    ),
    "old_paper_kept": Reason(
        Words("Không nộp lại giấy tờ phải thu hồi", "Old paper not handed over"), ("again", "hold")
    ),
    "money_unpaid": Reason(
        Words("Không nộp khoản tiền phải thu", "Money due not paid"), ("again", "hold")
    ),
    "damaged": Reason(
        Words("Bưu gửi hư hỏng, đã lập biên bản", "Item damaged, record made"),
        ("hold", "return"),
        legs=_ANY,
    ),
    "road_cut": Reason(
        Words("Thiên tai, đường bị chia cắt", "Disaster, road cut"), ("again", "hold"), legs=_ANY
    ),
    "agency_closed": Reason(
        Words("Cơ quan không làm việc", "The agency is closed"), ("again",), legs=TO_AGENCY
    ),
    "agency_refuses": Reason(
        Words("Cơ quan từ chối nhận", "The agency refuses to take it"),
        ("again", "return"),
        ground="refused",
        legs=TO_AGENCY,
    ),
    "other": Reason(
        Words("Lý do khác", "Other reason"),
        ("again", "hold", "forward", "return"),
        text_needed=True,
        legs=_ANY,
    ),
}


def fits(reason: str, action: str, text: str) -> bool:
    """Tell whether a reason and a next action may stand together, with the text there is."""
    known = REASONS.get(reason)
    return known is not None and action in known.actions and bool(text or not known.text_needed)


MANNERS: dict[str, Words] = {
    "paper": Words("Để lại giấy mời", "Paper notice left"),
    "phone": Words("Gọi điện thoại", "Phone call"),
    "message": Words("Nhắn tin", "Text message"),
}
"""By what the receiver was told that an item waits for him."""

WISHES: dict[str, Words] = {
    "day": Words("Phát vào ngày hẹn", "Deliver on the day asked for"),
    "address": Words("Phát đến địa chỉ khác", "Deliver to another address"),
    "collect": Words("Đến điểm phục vụ nhận", "Collect at a service point"),
}
"""What the receiver or the sender may ask for."""

WISHERS: dict[str, Words] = {
    "receiver": Words("Người nhận", "The receiver"),
    "sender": Words("Người gửi", "The sender"),
}

CHANNELS: dict[str, Words] = {
    "phone": Words("Qua điện thoại", "By phone"),
    "counter": Words("Tại quầy", "At the counter"),
    "door": Words("Tại địa chỉ phát", "At the door"),
}
"""How a wish reached the post."""

NOTICES_APART = 2  # working days between two notices
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Tried:
    """One thing that was tried, by its day: a failed attempt, a notice, or a wish it followed.

    An attempt with a notice left is both. `wished_on` is the day a wish asks for.
    """

    on: date
    reason: str = ""
    notice: bool = False
    wish: bool = False
    wished_on: date | None = None


@dataclass(frozen=True, slots=True)
class Ruling:
    """Whether an item may go back, on which ground, and in words why, or why not yet.

    `earliest` is the first day on which it may, as far as that is known.
    """

    words: Words
    ground: str = ""
    earliest: date | None = None

    @property
    def allowed(self) -> bool:
        """Tell whether it may be done now."""
        return bool(self.ground)


_NOTHING = Words(
    "Chưa có lần phát không thành công hay lần báo nào.",
    "No attempt has failed and no notice was given.",
)
_ONE = Words(
    "Mới báo một lần, ngày {first}; báo lần thứ hai từ ngày {second}, cách hai ngày làm việc.",
    "One notice so far, on {first}; give the second from {second}, two working days apart.",
)
_TOO_NEAR = Words(
    "Hai lần báo chưa cách nhau hai ngày làm việc; báo lại từ ngày {second}.",
    "The two notices are not two working days apart; give another from {second}.",
)
_NO_NOTICE = Words(
    "Chưa báo cho người nhận lần nào; phải báo hai lần, cách nhau hai ngày làm việc.",
    "No notice was given yet; two are needed, two working days apart.",
)
_HELD = Words(
    "Đã báo đủ hai lần; còn lưu giữ, được chuyển hoàn từ ngày {earliest}.",
    "Two notices were given; it is still held and may go back from {earliest}.",
)
_WISHED = Words(
    "Có hẹn ngày {wished}; được xét chuyển hoàn từ ngày {earliest}.",
    "There is a wish for {wished}; going back is a matter from {earliest} on.",
)


def may_send_back(
    tried: Sequence[Tried], today: date, calendar: Calendar, holding_days: int | None
) -> Ruling:
    """Say whether an item may go back to its sender (Luật Bưu chính 49/2010/QH12 Art. 17(1)).

    Args:
        tried: attempts, notices and wishes that stand, in the order in which they happened.
        today: in Việt Nam.
        calendar: the province's published calendar.
        holding_days: how long it is held, in days from the first notice; None when no term is
            published, so that the two notices alone decide.
    """
    if not tried:
        return Ruling(_NOTHING)
    wished = next((one.wished_on for one in reversed(tried) if one.wish), None)
    if wished is not None and today <= wished:
        free = wished + A_DAY
        return Ruling(_WISHED.filled(wished=day(wished), earliest=day(free)), earliest=free)
    if ground := _ground_at_once(tried):
        return Ruling(GROUNDS[ground], ground, today)
    return _by_notices([one.on for one in tried if one.notice], today, calendar, holding_days)


def _ground_at_once(tried: Sequence[Tried]) -> str:
    """Give the ground that the last attempt shows, unless a wish came after it."""
    last = next((one for one in reversed(tried) if one.reason or one.wish), None)
    known = REASONS.get(last.reason) if last is not None else None
    return known.ground if known is not None else ""


def _by_notices(
    notices: Sequence[date], today: date, calendar: Calendar, holding_days: int | None
) -> Ruling:
    if not notices:
        return Ruling(_NO_NOTICE)
    days = sorted(notices)
    first = days[0]
    second_from = add_working_days(calendar, first, NOTICES_APART)
    second = next((one for one in days if one >= second_from), None)
    awaited = second or max(second_from, today)
    earliest = awaited + A_DAY
    if holding_days is not None:
        earliest = max(earliest, held_until(first, holding_days, calendar) + A_DAY)
    if second is None:
        words = _ONE if len(days) == 1 else _TOO_NEAR
        return Ruling(words.filled(first=day(first), second=day(awaited)), earliest=earliest)
    if today < earliest:
        return Ruling(_HELD.filled(earliest=day(earliest)), earliest=earliest)
    return Ruling(GROUNDS["two_notices"], "two_notices", earliest)


def held_until(first_notice: date, days: int, calendar: Calendar) -> date:
    """Give the last day of a holding term; one without work moves it to the next open day."""
    last = first_notice + days * A_DAY
    while not calendar.is_open(last):
        last += A_DAY
    return last
