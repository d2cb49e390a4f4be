"""What can be wrong with the archive, in words; found by `verification` and `log_verification`."""

from dataclasses import dataclass

from postal_app.rules.words import Words

RECORD_NAME = "biên bản xóa"
CHECKPOINT_NAME = "niêm"
KEY_NAME = "khóa"
LEAF_NAME = "lá"
TILE_NAME = "mảng"


@dataclass(frozen=True, slots=True)
class Fault:
    """One place where the archive no longer says what was recorded; position 0 is the whole."""

    number: str
    position: int
    words: Words


EDITED = Words("nội dung đã bị sửa", "its content was changed")
UNLINKED = Words("không nối với mục trước", "it does not follow the entry before it")
MISSING = Words("thiếu mục trước đó", "the entry before it is missing")
CUT_OFF = Words("chuỗi bị cắt ở cuối", "the end of its chain was cut off or replaced")
PERSONAL = Words("phần thông tin cá nhân đã bị sửa", "its personal part was changed")
VANISHED = Words(
    "phần thông tin cá nhân đã mất mà không có biên bản xóa",
    "its personal part is gone and no record says that it was erased",
)
STILL_THERE = Words(
    "phần thông tin cá nhân có biên bản xóa nhưng vẫn còn",
    "a record says that its personal part was erased, but it is there",
)
RECORD = Words(
    "biên bản xóa không khớp với những gì đã xóa", "the record does not fit what was erased"
)
UNRECORDED = Words(
    "đánh dấu đã xóa nhưng không có biên bản xóa", "marked as erased, but no record says so"
)
MOVED = Words(
    "các lần chuyển tay lưu riêng khác với sổ cái", "the kept movements differ from the ledger"
)
SHADOW = Words("trạng thái lưu khác với sổ cái", "the kept state differs from the ledger")

REPLACED = Words("khác với mục đã được niêm", "it is not the entry that was signed for")
GONE = Words("đã được niêm nhưng không còn trong sổ", "it was signed for and is gone")
NOBODYS = Words("không thuộc bưu gửi nào", "it belongs to nothing")
UNLOGGED = Words("chưa được niêm dù đã ghi từ lâu", "recorded long ago and never signed for")
BACKDATED = Words(
    "ghi lùi ngày: lần niêm trước đó chưa có", "dated back: the checkpoint after it had it not"
)
LEAF = Words("lá của mục trong cây niêm đã bị sửa", "its leaf in the log was changed")
LEAF_GONE = Words("thiếu lá trong cây niêm", "a leaf of the log is missing")
UNSIGNED = Words("có lá nhưng không có lần niêm nào", "it has a leaf, but no checkpoint has it")
TILE = Words("mảng của cây niêm đã bị sửa hoặc mất", "the tile of the log was changed or is gone")
BODY = Words("nội dung niêm đã bị sửa", "the checkpoint was changed")
ROOT = Words("gốc của niêm khác với sổ", "the ledger no longer has the checkpoint's root")
SIGNATURE = Words("chữ ký niêm không đúng", "the checkpoint's signature is wrong")
UNPRECEDED = Words(
    "không nối với lần niêm trước", "the checkpoint does not follow the one before it"
)
KEY = Words("khóa đã bị sửa", "the key was changed")
UNENDORSED = Words(
    "khóa không được khóa trước xác nhận", "the key has not the word of the one before it"
)

CLOSING = Words("số liệu đã chốt bị sửa", "what was signed was changed")
CLOSING_GONE = Words("thiếu lần chốt tháng trước đó", "the closing before it is gone")
CLOSING_UNLINKED = Words(
    "không nối với lần chốt tháng trước", "it does not follow the closing before it"
)
CLOSING_UNFOUNDED = Words(
    "lần niêm mà nó dựa vào khác đi hoặc không còn",
    "the checkpoint it stood on is another one or gone",
)
