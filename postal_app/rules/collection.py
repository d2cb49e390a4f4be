"""Collection at an address: why a courier came back without the dossier, and who pays a trip.

The citizen may ask the post to come (QĐ 45/2016/QĐ-TTg Art. 6). Which words are printed is ours;
to add a reason or a payer, add it here.
"""

from dataclasses import dataclass

from postal_app.rules.words import Words


@dataclass(frozen=True, slots=True)
class Reason:
    """Why nothing was fetched; `needs_note`: it must be said in words of one's own."""

    words: Words
    needs_note: bool = False


FAILURES: dict[str, Reason] = {
    "nobody_there": Reason(Words("Không gặp người gửi", "Nobody was there")),
    "not_ready": Reason(Words("Giấy tờ chưa chuẩn bị xong", "The papers were not ready")),
    "gave_up": Reason(Words("Người gửi không gửi nữa", "The sender gave up")),
    "not_found": Reason(Words("Sai địa chỉ hoặc điện thoại", "Wrong address or phone")),
    "not_by_post": Reason(
        Words("Thủ tục không gửi được qua bưu chính", "The procedure may not go by post")
    ),
    "other": Reason(Words("Lý do khác", "Another reason"), needs_note=True),
}

PAYERS: dict[str, Words] = {
    "citizen": Words("Người dân trả cước", "The citizen pays"),
    "agency": Words("Cơ quan trả cước", "The agency pays"),
    "post": Words("Bưu chính chịu cước", "The post bears it"),
}
"""Who pays the trip of further papers: a point of dispute, so it is kept for each."""
