"""Why something stands in the list of exceptions, in words that say what is to be looked at.

A leg stands there for its condition or its class; an item for one of the *matters* below. To add
a matter, add it here and its rows in `month_matters.py`.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from postal_app.rules.indicators import Circumstances, LegClass, leg_class
from postal_app.rules.integrity import INTEGRITY_WORDS, Integrity
from postal_app.rules.permission import Answer, Direction, PermissionPeriod, verdict
from postal_app.rules.vietnamese import day
from postal_app.rules.words import Words

NOT_IN_CATALOGUE = Words(
    "Mã thủ tục «{code}» không có trong danh mục; hãy xem lại mã ghi lúc nhận.",
    "No procedure of the catalogue has the code “{code}”; check the code noted at acceptance.",
)
NOT_QUALIFIED = Words(
    "Điểm {point} chưa đủ điều kiện vào ngày {on}.",
    "The point {point} was not qualified on {on}.",
)
HARMED = Words(
    "Đến đích ngày {on} trong tình trạng: {condition}.",
    "Reached its end on {on} in this condition: {condition}.",
)
LOST = Words(
    "Báo thất lạc ngày {on}, chưa tìm thấy.", "Reported missing on {on} and not found since."
)


class Matter(StrEnum):
    """What somebody has to look at, beside the condition and the class of legs."""

    COUNT_DIFFERS = "count_differs"
    ORIGINAL_OWED = "original_owed"
    NO_SECOND_SIGNATURE = "no_second_signature"
    RESEALED_WITHOUT_RECORD = "resealed_without_record"
    HELD_TOO_LONG = "held_too_long"
    TWICE_THERE = "twice_there"
    SENT_BACK = "sent_back"
    TRANSFERRED = "transferred"

    @property
    def words(self) -> Words:
        """Give the matter as a row of the list is headed."""
        return _MATTERS[self]

    @property
    def why(self) -> Words:
        """Give the sentence that says what is to be looked at, with marks for its facts."""
        return _WHY[self]


_MATTERS = {
    Matter.COUNT_DIFFERS: Words("Kiểm đếm không khớp", "Counts differ"),
    Matter.ORIGINAL_OWED: Words("Bản chính chưa trả lại", "Originals not given back"),
    Matter.NO_SECOND_SIGNATURE: Words("Thiếu chữ ký thứ hai", "No second signature"),
    Matter.RESEALED_WITHOUT_RECORD: Words(
        "Niêm phong lại, thiếu biên bản", "Re-sealed without a record"
    ),
    Matter.HELD_TOO_LONG: Words("Lưu giữ quá hạn", "Held beyond its time"),
    Matter.TWICE_THERE: Words("Một bộ giấy tờ, hai bưu gửi", "One set of papers, two items"),
    Matter.SENT_BACK: Words("Đã chuyển hoàn", "Sent back"),
    Matter.TRANSFERRED: Words("Chuyển giữa các cơ quan", "Transferred between agencies"),
}
_WHY = {
    Matter.COUNT_DIFFERS: Words(
        "Biên bản {record}: {count} giấy tờ không khớp danh mục hai bên đã ký; khi niêm phong "
        "{listed_copies} bản, {listed_pages} trang ({listed}), cơ quan đếm {found_copies} bản, "
        "{found_pages} trang ({found}).",
        "Record {record}: {count} papers differ from the list both had signed; {listed_copies} "
        "copies, {listed_pages} pages ({listed}) when sealed, {found_copies} copies, "
        "{found_pages} pages ({found}) counted by the agency.",
    ),
    Matter.ORIGINAL_OWED: Words(
        "Hồ sơ đã kết thúc tại cơ quan nhưng {count} bản chính đưa để đối chiếu chưa trả lại "
        "({found}).",
        "The dossier has ended at the agency, but {count} originals shown for comparison were "
        "not given back ({found}).",
    ),
    Matter.NO_SECOND_SIGNATURE: Words(
        "Biên bản {record} chưa có chữ ký của bên thứ hai.",
        "Record {record} lacks the signature of the second person.",
    ),
    Matter.RESEALED_WITHOUT_RECORD: Words(
        "Ghi là đã niêm phong lại nhưng không có biên bản nào nêu niêm phong mới.",
        "Said to be re-sealed, but no record names the new seal.",
    ),
    Matter.HELD_TOO_LONG: Words(
        "Được chuyển hoàn từ ngày {since}, vẫn còn ở bưu chính.",
        "It may go back since {since}, and still lies with the post.",
    ),
    Matter.TWICE_THERE: Words(
        "Việc chuyển hoàn đã bị đính chính, nhưng bưu gửi chuyển hoàn {other} vẫn còn trên đường.",
        "That it went back was corrected, but the item it went back in, {other}, is under way.",
    ),
    Matter.SENT_BACK: Words(
        "Không phát được; đã chuyển hoàn trong bưu gửi {other}.",
        "Undeliverable; it went back in item {other}.",
    ),
    Matter.TRANSFERRED: Words(
        "Từ {sender} đến {receiver}.",
        "From {sender} to {receiver}.",
    ),
}


@dataclass(frozen=True, slots=True)
class Judged:
    """What the verdict on one carried leg rests on.

    `basis` is the permission in force on `accepted_on`, None when no decision speaks of that day;
    `point` is as people know it, and `began_on` the day on which it had to be qualified.
    """

    direction: Direction
    code: str
    in_catalogue: bool
    basis: PermissionPeriod | None
    accepted_on: date
    point: str
    qualified: bool
    began_on: date

    @property
    def answer(self) -> Answer:
        """Give what the decisions say."""
        if self.basis is None:
            return Answer.UNKNOWN
        return Answer.ALLOWED if self.basis.allowed else Answer.NOT_ALLOWED

    @property
    def leg_class(self) -> LegClass:
        """Give the leg's one class."""
        return leg_class(Circumstances(self.answer, self.qualified))

    @property
    def why(self) -> Words:
        """Give everything that is wrong with the leg; the verdict's sentence when nothing is."""
        if self.in_catalogue:
            periods = (self.basis,) if self.basis else ()
            found = verdict(periods, self.direction, self.accepted_on).words
        else:
            found = NOT_IN_CATALOGUE.filled(code=self.code)
        if self.qualified:
            return found
        place = NOT_QUALIFIED.filled(point=self.point, on=day(self.began_on))
        if self.answer is Answer.ALLOWED:
            return place
        return Words(f"{found.vi} {place.vi}", f"{found.en} {place.en}")


def harm_words(condition: Integrity, on: date) -> Words:
    """Say in what condition a leg reached its end, and when."""
    if condition is Integrity.LOST:
        return LOST.filled(on=day(on))
    said = INTEGRITY_WORDS[condition]
    return Words(
        HARMED.vi.format(on=day(on), condition=said.vi.lower()),
        HARMED.en.format(on=day(on), condition=said.en.lower()),
    )
