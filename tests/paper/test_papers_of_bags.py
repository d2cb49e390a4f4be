"""The papers of bags as they are drawn from the archive: the label's codes, the list's lines."""

from collections.abc import Callable

from PIL import Image
from sqlalchemy.orm import Session

from postal_app import checkpoints, handover_papers, handovers
from postal_app.bags import Handled
from postal_app.ledger_keys import Signer
from postal_app.printing import LabelCodes
from tests.bagging import SEAL, bd10, bd13, packed
from tests.makers import make_town, minutes, take_in

CODES = LabelCodes("https://hoso.example", b"a key of the test's own")


def test_a_bags_label_is_scanned_and_tells_both_points_and_no_person(
    session: Session,
    pictures: Callable[[bytes, int], list[Image.Image]],
    scanned: Callable[[Image.Image], dict[str, list[str]]],
    text_of: Callable[[bytes], list[str]],
) -> None:
    bag, _ = packed(session, make_town(session), 1)
    label = handover_papers.bag_label(session, bag, CODES)
    [page] = pictures(label, 203)
    assert scanned(page) == {"QRCode": [CODES.text(bag.number)], "Code128": [bag.number]}
    [read] = text_of(label)
    for told in ("Bưu cục Hòa Bình (350100)", "Bưu cục Lương Sơn (354100)", SEAL):
        assert told in read, told
    assert "Mai" not in read


def test_a_lists_paper_counts_what_lies_inside_and_says_who_counted(
    session: Session, text_of: Callable[[bytes], list[str]]
) -> None:
    town = make_town(session)
    bag, _ = packed(session, town, 3)
    one = bd10(session, town, bag.number, take_in(session, town).number)
    handovers.take(session, one.number, Handled(bag.number), town.other_clerk, now=minutes(90))
    handovers.count(session, one.number, town.other_clerk, now=minutes(95))
    signed = checkpoints.make(session, Signer.of("khóa"), "hoso.example.vn", now=minutes(96))
    [read] = text_of(handover_papers.handover(session, one))
    flat = read.replace("\r\n", " ")
    for told in (
        "3 bưu gửi trong túi (ba bưu gửi trong túi)",
        "Đã nhận, khớp",
        "Thiếu",
        "Đinh Thị Lan đã quét nhận đủ lượt trên hệ thống.",
        f"Mã niêm sổ cái lúc in: {signed.code}",
    ):
        assert told in flat, told
    listed = bd13(session, town.clerk, town.courier, take_in(session, town).number)
    handovers.cancel(session, listed.number, "bưu tá nghỉ ốm", town.clerk, now=minutes(96))
    [read] = text_of(handover_papers.handover(session, listed))
    assert "ĐÃ HỦY" in read
    assert "Quách Văn Dũng" in read
    assert "Mai" not in read
