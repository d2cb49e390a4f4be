"""What a person is told when an incident cannot be recorded, signed or ended as he asks."""

from postal_app.errors import Conflict, Invalid, NotAllowed, Unknown
from postal_app.rules.incidents import Outcome
from postal_app.rules.words import Words


class UnknownIncident(Unknown):
    """No record of an item in this person's reach bears the number."""

    words = Words(
        "Không tìm thấy biên bản «{number}»; hãy kiểm tra lại số.",
        "Record “{number}” was not found; check the number.",
    )


class NothingToRecord(Unknown):
    """The item has no such event that stands."""

    words = Words(
        "Bưu gửi không có ghi nhận này; hãy mở lại từ lịch sử bưu gửi.",
        "The item has no such event; open it from the item's history again.",
    )


class SaidNothing(Invalid):
    """A record says what was seen and what was done."""

    words = Words("Mục này còn trống.", "This is empty.")


class NotThen(Invalid):
    """It cannot have happened before the item was there, nor after now."""

    words = Words(
        "Thời điểm phải từ {since} đến bây giờ.", "The time must lie between {since} and now."
    )


class SealMissing(Invalid):
    """Who wraps an item anew puts a new seal on it."""

    words = Words("Hãy ghi số niêm phong mới.", "Give the number of the new seal.")


class SameSeal(Invalid):
    """A new seal has a number of its own."""

    words = Words(
        "Số niêm phong mới trùng với số đang dùng; hãy xem lại trên bì.",
        "The new seal has the number of the present one; look at the cover again.",
    )


class AlreadyRecorded(Conflict):
    """The event has its record; a second one only after the first was refused."""

    words = Words(
        "Việc này đã có biên bản {number}.", "There is a record of this already: {number}."
    )


class SamePerson(NotAllowed):
    """Two persons sign a record, and who made it is the first."""

    words = Words(
        "Bạn đã lập biên bản {number} nên không ký thay người thứ hai; hãy nhờ người khác.",
        "You made record {number}, so you cannot sign as the second person; ask somebody else.",
    )


class AlreadyAnswered(Conflict):
    """The second person answers once."""

    words = Words(
        "Biên bản {number} đã có người thứ hai trả lời.",
        "The second person has answered record {number} already.",
    )


class NotSigned(Conflict):
    """A matter ends only after both signed."""

    words = Words(
        "Biên bản {number} chưa đủ hai người ký nên chưa kết thúc được.",
        "Record {number} is not signed by both yet, so its matter cannot end.",
    )


class AlreadySettled(Conflict):
    """The matter has ended."""

    words = Words("Sự vụ {number} đã kết thúc.", "The matter of record {number} has ended.")


class WrongOutcome(Invalid):
    """This kind of incident does not end so."""

    words = Words("Loại sự vụ này không kết thúc như vậy.", "Such an incident does not end so.")


class NotYetTrue(Conflict):
    """The outcome is not what the archive says."""

    words = Words(
        "Chưa ghi «{outcome_vi}» được: {why_vi}.", "“{outcome_en}” is not so yet: {why_en}."
    )


NOT_YET = {
    Outcome.FOUND: Words(
        "sổ còn ghi bưu gửi thất lạc; hãy quét «Đã tìm thấy» trước",
        "the ledger still calls the item missing; scan “Found again” first",
    ),
    Outcome.RESEALED: Words(
        "chưa có biên bản nào ghi số niêm phong mới", "no record names a new seal"
    ),
    Outcome.COMPLAINT: Words(
        "bưu gửi chưa có khiếu nại nào", "there is no complaint about the item"
    ),
    Outcome.COMPENSATED: Words(
        "chưa chi bồi thường cho bưu gửi này", "no compensation was paid for the item"
    ),
}
