"""The ways a dossier of the story goes: how often each of them happens, as data.

A share is a share of all dossiers; a way that has any share happens at least once. What a way does
to the scans of a leg stands in `twists.py` under the same name.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

from postal_app.rules.legs import RESULT, SUBMISSION
from postal_app.rules.words import Words

PLAIN, GIVEN_UP, UNFINISHED, WITHDRAWN = "plain", "given_up", "unfinished", "withdrawn"
NOT_ALLOWED, UNKNOWN, NOT_QUALIFIED = "not_allowed", "unknown_procedure", "not_qualified"

COUNTER = ("both", "send")
HOMEWARD = ("both", "receive")
ANY = ("both", "send", "receive")
EITHER = (SUBMISSION, RESULT)


@dataclass(frozen=True, slots=True)
class Way:
    """One way: its share of the dossiers, the service forms and the legs that can go it."""

    name: str
    words: Words
    share: float
    forms: tuple[str, ...] = ANY
    legs: tuple[str, ...] = ()


FORM_WEIGHTS = {"both": 0.21, "send": 0.09, "receive": 0.70}
"""Most people go to the office themselves and let the post bring the result."""

AT_THE_DESKS = {
    "supplemented": (Words("bổ sung giấy tờ", "supplemented"), 0.006),
    "refused": (Words("cơ quan từ chối tiếp nhận", "refused by the agency"), 0.003),
    "withdrawn_by_citizen": (Words("người dân rút hồ sơ", "withdrawn by the citizen"), 0.002),
    "stopped": (Words("cơ quan dừng giải quyết", "stopped by the agency"), 0.001),
    "not_taken_by_agency": (
        Words("cơ quan không nhận, chuyển hoàn người gửi", "not taken by the agency, sent back"),
        0.002,
    ),
    "transferred": (Words("chuyển cơ quan khác", "transferred to another agency"), 0.002),
    "lent": (Words("giữ bản chính để đối chiếu", "originals lent"), 0.003),
    "exempted": (Words("được giảm giá cước", "postage reduced"), 0.004),
    "fetched_at_home": (Words("nhận tại nhà", "fetched at home"), 0.006),
    "lost_and_made_good": (Words("mất và bồi thường", "lost and made good"), 0.001),
}
AT_THE_DOORS = {
    "two_notices": (Words("báo hai lần rồi chuyển hoàn", "returned after two notices"), 0.003),
    "collected_at_the_point": (Words("hẹn ngày, rồi đến nhận", "collected at the point"), 0.006),
    "by_proxy": (Words("người được ủy quyền nhận", "received by a proxy"), 0.004),
    "in_hand": (Words("phát tận tay", "given in hand only"), 0.004),
    "photographed": (Words("chụp ảnh giấy tờ tùy thân", "identity photographed"), 0.003),
    "exchanged": (Words("đổi giấy cũ, thu tiền khi phát", "exchanged at the door"), 0.006),
    "several_in_one": (Words("nhiều kết quả một bì", "several results in one envelope"), 0.003),
    "refused_at_the_door": (Words("người nhận từ chối", "refused by the receiver"), 0.002),
}
"""Ways that are told as lives of their own, with their shares; see `matters` and `doorsteps`."""

SHORT_BAG = "short_bag"
IN_BAGS = {
    "in_a_bag": (Words("đi trong túi", "carried in a bag"), 0.004),
    SHORT_BAG: (Words("mở túi thấy thiếu", "missing from its bag"), 0.0005),
}
"""Ways of several dossiers in one bag; see `bag_trips`. One comes short, late in the story."""

WAYS = (
    Way(GIVEN_UP, Words("bỏ dở trước khi niêm phong", "given up before the seal"), 0.02, COUNTER),
    Way(UNFINISHED, Words("đang làm dở tại quầy", "unfinished at the counter"), 0.0015, COUNTER),
    Way(
        WITHDRAWN,
        Words("thủ tục sau đó bị rút khỏi danh mục", "permission withdrawn later"),
        0.012,
        ("both",),
    ),
    Way(
        NOT_ALLOWED,
        Words("trả kết quả của thủ tục không được phép", "result of a procedure not allowed"),
        0.006,
        ("receive",),
    ),
    Way(
        UNKNOWN,
        Words("trả kết quả của mã thủ tục lạ", "result under an unknown code"),
        0.004,
        ("receive",),
    ),
    Way(
        NOT_QUALIFIED,
        Words("nhận tại điểm không đủ điều kiện", "taken in at a point not qualified"),
        0.005,
        COUNTER,
    ),
    Way(
        "attempt_failed",
        Words("phát lại mới thành công", "delivered after failed attempts"),
        0.06,
        HOMEWARD,
        (RESULT,),
    ),
    Way("undelivered", Words("phát không thành công", "not delivered"), 0.012, HOMEWARD, (RESULT,)),
    Way(
        "not_checked",
        Words("không ai kiểm tra niêm phong", "nobody checked the seal"),
        0.07,
        HOMEWARD,
        (RESULT,),
    ),
    Way("damaged", Words("hư hỏng", "damaged"), 0.008, ANY, EITHER),
    Way("seal_broken", Words("niêm phong bị rách", "seal broken"), 0.003, ANY, EITHER),
    Way("resealed", Words("niêm phong lại có biên bản", "re-sealed"), 0.005, HOMEWARD, (RESULT,)),
    Way("seal_differs", Words("số niêm phong khác", "seal number differs"), 0.008, ANY, EITHER),
    Way("lost_found", Words("thất lạc rồi tìm thấy", "lost and found"), 0.006, ANY, EITHER),
    Way("lost", Words("thất lạc hẳn", "lost for good"), 0.002, ANY, EITHER),
    Way("late", Words("gửi lượt quét muộn", "scans sent late"), 0.03, ANY, EITHER),
    Way("missed", Words("bỏ sót lượt quét", "scans left out"), 0.012, HOMEWARD, (RESULT,)),
    Way("backwards", Words("lượt quét đến ngược", "scans arriving backwards"), 0.01, ANY, EITHER),
    Way("sent_twice", Words("gửi lượt quét hai lần", "scans sent twice"), 0.025, ANY, EITHER),
    Way(
        "other_content",
        Words("trùng mã, khác nội dung", "same id, other content"),
        0.003,
        ANY,
        EITHER,
    ),
    Way("misread", Words("đọc sai số hiệu", "number misread"), 0.006, ANY, EITHER),
    Way("incomplete", Words("thiếu người nhận", "receiver left out"), 0.004, HOMEWARD, (RESULT,)),
    Way("clock_ahead", Words("đồng hồ máy chạy nhanh", "clock ahead"), 0.003, HOMEWARD, (RESULT,)),
    Way("other_courier", Words("bưu tá khác phát", "another courier"), 0.005, HOMEWARD, (RESULT,)),
    Way(
        "wrong_delivery",
        Words("ghi phát nhầm, hai người đính chính", "delivery noted wrongly, then corrected"),
        0.004,
        HOMEWARD,
        (RESULT,),
    ),
    Way(
        "correction_refused",
        Words("đề nghị đính chính bị từ chối", "correction refused"),
        0.001,
        HOMEWARD,
        (RESULT,),
    ),
    Way(
        "correction_open",
        Words("đề nghị đính chính đang chờ", "correction waiting"),
        0.001,
        HOMEWARD,
        (RESULT,),
    ),
    *(Way(name, words, share, ("both",)) for name, (words, share) in AT_THE_DESKS.items()),
    *(Way(name, words, share, ("receive",)) for name, (words, share) in AT_THE_DOORS.items()),
    *(Way(name, words, share, COUNTER) for name, (words, share) in IN_BAGS.items()),
)
"""All ways but the plain one, which takes what is left."""

LONG = frozenset({*AT_THE_DESKS, *AT_THE_DOORS, *IN_BAGS}) - {SHORT_BAG}
"""Ways that take weeks: they begin in the first month."""

EARLY = frozenset(way.name for way in WAYS) - {UNFINISHED, SHORT_BAG}
"""Ways whose first dossier comes in the first days, so that it reaches its end in the story."""


@dataclass(frozen=True, slots=True)
class Lot:
    """What a dossier draws: its way, its service form, and the leg on which the way happens."""

    way: str
    form: str
    leg: str = ""
    first: bool = False


def draw_lots(count: int, rng: Random) -> list[Lot]:
    """Give the lots of so many dossiers, shuffled; each way at least once, the first one marked."""
    lots = [_lot(way, rng, first=i == 0) for way in WAYS for i in range(_times(way, count))]
    forms = _forms(FORM_WEIGHTS, max(0, count - len(lots)), rng)
    lots += [Lot(PLAIN, form) for form in forms]
    rng.shuffle(lots)
    return lots


def _times(way: Way, count: int) -> int:
    return max(1, round(way.share * count))


def _lot(way: Way, rng: Random, *, first: bool) -> Lot:
    weights = {form: weight for form, weight in FORM_WEIGHTS.items() if form in way.forms}
    legs = way.legs
    form = next(iter(_forms(weights, 1, rng)))
    if form != "both" and legs:
        legs = (SUBMISSION,) if form == "send" else (RESULT,)
    return Lot(way.name, form, rng.choice(legs) if legs else "", first)


def _forms(weights: dict[str, float], count: int, rng: Random) -> Iterable[str]:
    return rng.choices(list(weights), list(weights.values()), k=count)
