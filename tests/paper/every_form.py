"""One paper of each form as a point prints it, and the same with words that are hard to set."""

from dataclasses import replace
from types import ModuleType
from typing import Any

from hypothesis import strategies as st

from labels.forms import (
    collection_list,
    complaint_answer,
    count_sheet,
    delivery_notice,
    editions,
    handover_list,
    handover_record,
    incident_record,
    one_stop,
    receipt,
    sending_slip,
)
from labels.forms.blocks import Block
from labels.forms.collection_list import CollectionPaper, ListedEnvelope
from labels.forms.complaint_answer import ComplaintLetter, PaidPart
from labels.forms.count_sheet import CountedLine, CountPaper
from labels.forms.delivery_notice import DeliveryNotice
from labels.forms.handover_list import Form, HandoverPaper, ListedThing
from labels.forms.handover_record import HandoverRecord, RecordDossier, RecordLine
from labels.forms.incident_record import IncidentRecord
from labels.forms.one_stop import FormPaper, OneStopForm
from labels.forms.pages import Paper
from labels.forms.receipt import Receipt
from labels.forms.sending_slip import SendingSlip, SlipDocument, SlipMoney
from tests.paper.cleanliness import HARD, NAME, hard

ITEM = "RH100000003VN"
QR = f"HTTPS://HOSO.EXAMPLE/T/{ITEM}/7K4QZ2HM"
POINT, CODE = "Bưu cục Lương Sơn", "354100"
ISSUER, AGENCY = "Bưu điện tỉnh Hòa Bình", "Sở Giao thông Vận tải tỉnh Hòa Bình"
DOSSIER = "HB26-000123"
HOME = "Xóm Đồng Sương, xã Tân Vinh, huyện Lương Sơn, tỉnh Hòa Bình"
LICENCE = "Cấp đổi giấy phép lái xe"

SLIP = SendingSlip(
    issuer=ISSUER,
    point_name=POINT,
    point_code=CODE,
    clerk_name="Bùi Thị Hằng",
    counter_time="02/03/2026 09:12",
    item_number=ITEM,
    qr_text=QR,
    sender_name=NAME,
    sender_address=HOME,
    sender_phone="0912 345 678",
    agency_name=AGENCY,
    agency_address="Số 485 đường Trần Hưng Đạo, phường Hòa Bình",
    procedure_name=f"{LICENCE} đối với người có giấy phép do ngành Giao thông Vận tải cấp",
    procedure_code="1.002809",
    service_words="Gửi hồ sơ và nhận kết quả",
    documents=(
        SlipDocument("Đơn đề nghị theo mẫu", "Bản chính", 1, 1, 2),
        SlipDocument("Giấy khám sức khỏe của người lái xe còn hiệu lực", "Bản chính", 1, 1, 4),
        SlipDocument("Căn cước công dân", "Bản chụp", 1, 1, 1, "đã đối chiếu"),
        SlipDocument("Ảnh thẻ 3 × 4 cm", "Bản chính", 2, 1),
    ),
    form_version=editions.by_code("phieu-gui-2").words,
    money=(
        SlipMoney("Lệ phí", 135_000, "BL26-354100-00017"),
        SlipMoney("Cước dịch vụ", 30_000, "BL26-354100-00018"),
    ),
    weight_grams=1_120,
    seal_number="HB0012345",
    notes="Hẹn giao cơ quan 04/03/2026",
    purpose="Dữ liệu cá nhân trên phiếu chỉ dùng để chuyển, phát hồ sơ này.",
    leg_words="Gửi hồ sơ đến cơ quan",
    dossier_number=DOSSIER,
    return_place="Bưu cục Hòa Bình (350100)",
)
FIRST_SLIP = replace(
    SLIP,
    form_version=editions.by_code("phieu-gui-1").words,
    leg_words="",
    dossier_number="",
    return_place="",
)
CHARGE = Receipt(
    issuer=ISSUER,
    point_name=POINT,
    point_code=CODE,
    number="BL26-354100-00017",
    is_state_money=True,
    kind_words="Lệ phí",
    moment_words="Khi nhận",
    payer_name=NAME,
    dossier_number=DOSSIER,
    procedure=LICENCE,
    agency_name=AGENCY,
    full_amount=135_000,
    amount=135_000,
    reduction_words="",
    vat_amount=None,
    price_version="",
    collected_at="02/03/2026 09:00",
    collector_name="Bùi Thị Hằng",
)
POSTAGE = replace(
    CHARGE,
    number="BL26-354100-00018",
    is_state_money=False,
    kind_words="Cước dịch vụ bưu chính công ích",
    full_amount=60_000,
    amount=30_000,
    reduction_words="giảm theo quy định",
    vat_amount=2_222,
    price_version="QĐ 12/QĐ-BĐ, từ 01/07/2025",
    voided_at="02/03/2026 10:00",
)
APPOINTMENT = OneStopForm(
    issuer=AGENCY,
    number="MC26-H28.16-00017",
    title="Giấy tiếp nhận hồ sơ và hẹn trả kết quả",
    form_words="Mẫu số 01 – Thông tư 03/2025/TT-VPCP",
    place_and_day="Hòa Bình, ngày 02 tháng 03 năm 2026",
    qr_text="H28.16-260302-0001",
    dossier_words=f"Mã hồ sơ: H28.16-260302-0001 · {DOSSIER}",
    applicant_name=NAME,
    applicant_address=HOME,
    applicant_phone="0912 345 678",
    procedure_words=f"{LICENCE} (1.002809)",
    facts=(
        ("Thời gian giải quyết theo quy định", "5 ngày làm việc"),
        ("Thời gian nhận hồ sơ", "02/03/2026 11:30"),
        ("Thời gian trả kết quả", "09/03/2026"),
        ("Đăng ký nhận kết quả", "Qua dịch vụ bưu chính công ích"),
    ),
    signing=(("NGƯỜI NỘP HỒ SƠ", NAME), ("NGƯỜI TIẾP NHẬN HỒ SƠ", "Hà Đức Minh")),
    papers_title="Thành phần hồ sơ",
    papers=(FormPaper("Đơn đề nghị theo mẫu", 1), FormPaper("Căn cước công dân", 0, 0, 1)),
    statements=("Khi đến nhận kết quả, mang theo giấy này.",),
)
NOTICE = DeliveryNotice(
    issuer=ISSUER,
    point_name=POINT,
    point_code=CODE,
    point_address="Tiểu khu 12, thị trấn Lương Sơn, huyện Lương Sơn, tỉnh Hòa Bình",
    item_number=ITEM,
    qr_text=QR,
    receiver_name=NAME,
    receiver_address=HOME,
    sender_name=AGENCY,
    which=2,
    why="người nhận vắng nhà",
    told_at="04/03/2026 15:20",
    waits_until="16/03/2026",
    courier_name="Quách Văn Dũng",
    due=135_000,
    papers=("Giấy phép lái xe cũ",),
    in_hand=True,
)
INCIDENT = IncidentRecord(
    issuer=ISSUER,
    place=f"{POINT} ({CODE})",
    number="BB26-354100-00017",
    recorded_at="02/03/2026 10:40",
    recorder="Quách Văn Dũng",
    second_name="Bùi Thị Hằng",
    second_place=POINT,
    witness="ông Bùi Văn Nam, Công an xã Tân Vinh",
    item_number=ITEM,
    leg_words="Gửi hồ sơ đến cơ quan",
    old_seal="NP0001",
    new_seal="NP0099",
    kind_words="Niêm phong không còn nguyên vẹn",
    happened_at="02/03/2026 10:30",
    holder_words="Bưu tá Quách Văn Dũng giữ, từ lúc 02/03/2026 10:00 (Rời bưu cục)",
    seen="Bì rách một góc dài 4 cm.\nKiểm đếm: đủ 2 giấy tờ theo danh mục.",
    done="Gói bọc lại trong bì mới, niêm phong bằng niêm phong mới.",
    signed="Ký trên hệ thống: Quách Văn Dũng; Bùi Thị Hằng.",
    weight="120 gam (lúc niêm phong 124 gam)",
)
ANSWER = ComplaintLetter(
    issuer=ISSUER,
    place="Hòa Bình",
    number="TL26-H28-00003",
    answered_at="01/04/2026",
    name=NAME,
    address=HOME,
    complaint_number="KN26-354100-00001",
    lodged_on="25/03/2026",
    kind_words="Mất bưu gửi",
    item_number=ITEM,
    judged="Trong thời hiệu: 6 tháng (Luật Bưu chính 49/2010/QH12 Điều 38).",
    verdict="Khiếu nại đúng.",
    said="Bưu gửi thất lạc khi vận chuyển.",
    answerer="Bạch Thị Thảo",
    paid=(PaidPart("Mất toàn bộ", 120_000), PaidPart("Cước hoàn lại", 27_778)),
    approved_on="02/04/2026",
    paid_at="phiếu chi PC-0007",
)
COUNT = CountPaper(
    issuer=ISSUER,
    place=f"{POINT} ({CODE})",
    number="KK26-354100-00017",
    holder=POINT,
    counted_at="02/03/2026 17:00",
    counter="Bùi Thị Hằng",
    blind=True,
    balance_words="Đầu ngày 12 + nhận 30 - giao 21 = còn 21 bưu gửi",
    totals="Đếm được 20 bưu gửi (hai mươi bưu gửi); chênh lệch 1",
    due_on="04/03/2026",
    note="",
    differences=(
        CountedLine(
            "RH 1000 0042 3 VN",
            "Có trong sổ, không có trên bàn",
            POINT,
            "Có lượt quét «Rời bưu cục» lúc 02/03/2026 10:00",
        ),
    ),
    agreed=tuple(f"RH 1000 {n:04d} 3 VN" for n in range(20)),
)
RECORD = HandoverRecord(
    number="GN26-H28.16-00001",
    agency_name=AGENCY,
    item_number=ITEM,
    leg_words="Gửi hồ sơ đến cơ quan",
    point_name=f"{POINT} ({CODE})",
    seal_number="NP0001",
    condition_words="Nguyên vẹn",
    handed_time="02/03/2026 11:00",
    received_time="02/03/2026 11:30",
    dossiers=(
        RecordDossier(
            f"{DOSSIER} · {LICENCE}",
            (
                RecordLine("Đơn đề nghị theo mẫu", "1 bản chính, 2 trang", "0 bản chính", "Thiếu"),
                RecordLine("Giấy phép lái xe cũ", "1 bản sao", "1 bản sao", "Đúng"),
            ),
        ),
    ),
    counted=True,
    differences=1,
    money_words="Lệ phí 135.000 đồng (biên lai BL26-354100-00001)",
    note="",
    reply_words="Không đồng ý. Bì còn nguyên niêm phong",
    giver_name="Quách Văn Dũng",
    taker_name="Hà Đức Minh",
    ledger_code="0BCG-H1KL-2MNP-3QTV",
)
COLLECTION = CollectionPaper(
    number="SG26-H28.16-00004",
    agency_name=AGENCY,
    closed_time="02/03/2026 16:00",
    envelopes=tuple(
        ListedEnvelope(
            f"RH10000{n:04d}3VN",
            f"NP{n:04d}",
            "Trả kết quả",
            f"H28.16-260302-{n:04d}",
            "Xã Tân Vinh, Lương Sơn, Hòa Bình",
            "Đã nhận" if n % 2 else "",
        )
        for n in range(1, 5)
    ),
    giver_name="Hà Đức Minh",
    taker_name="Quách Văn Dũng",
)


def handed_over(form: Form) -> HandoverPaper:
    """Give a list of one bag and eleven items, or of twelve items with money."""
    between = form is Form.BD10
    lines = tuple(
        ListedThing(f"RH1{n:07d}3VN", "HCC", f"NP{n:04d}", "Xã Tân Vinh", amount=45_000 * (n % 3))
        if n > 1 or not between
        else ListedThing("TG100000013VN", "Túi", "TK0001", "Bưu cục Hòa Bình (350100)", inside=12)
        for n in range(1, 13)
    )
    return HandoverPaper(
        form=form,
        number=f"{form}-26-354100-00017",
        issuer=ISSUER,
        from_name=f"{POINT} ({CODE})",
        to_name="Bưu cục Hòa Bình (350100)" if between else "Quách Văn Dũng",
        given_time="02/03/2026 09:20",
        lines=lines,
        giver_name="Bùi Thị Hằng",
        taker_name="Đinh Thị Lan" if between else "Quách Văn Dũng",
        ledger_code="0BCG-H1KL-2MNP-3QTV",
    )


FORMS: dict[str, tuple[ModuleType, Any]] = {
    "phieu-gui-1": (sending_slip, FIRST_SLIP),
    "phieu-gui-2": (sending_slip, SLIP),
    "bien-lai-1": (receipt, CHARGE),
    "chung-tu-cuoc-1": (receipt, POSTAGE),
    "phieu-hen": (one_stop, APPOINTMENT),
    "giay-moi-1": (delivery_notice, NOTICE),
    "su-vu-1": (incident_record, INCIDENT),
    "tra-loi-khieu-nai-1": (complaint_answer, ANSWER),
    "kiem-ke-1": (count_sheet, COUNT),
    "bien-ban-giao-nhan-1": (handover_record, RECORD),
    "so-giao-nhan-1": (collection_list, COLLECTION),
    "bd10-1": (handover_list, handed_over(Form.BD10)),
    "bd13-1": (handover_list, handed_over(Form.BD13)),
}
"""Every edition of every form, by its code, and the form of the one-stop desk."""

_CODED: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "sending_slip": {"item_number": st.just(ITEM), "qr_text": st.just(QR)},
    "delivery_notice": {"item_number": st.just(ITEM), "qr_text": st.just(QR)},
    "one_stop": {
        "qr_text": st.just("H28.16-260302-0001"),
        "signing": st.lists(st.tuples(HARD, HARD), min_size=1, max_size=2).map(tuple),
    },
    "handover_list": {"number": st.just("BD10-26-354100-00017")},
}
"""What a scanner reads is never any words."""


def hard_papers(name: str) -> st.SearchStrategy[Any]:
    """Give papers of a form with hard words in every field."""
    module, paper = FORMS[name]
    return hard(type(paper), **_CODED.get(module.__name__.rsplit(".", 1)[1], {}))


def blocks_of(name: str, paper: Any) -> tuple[tuple[Block, ...], Paper]:
    """Give the blocks of a paper of a form, and its sheet."""
    module = FORMS[name][0]
    return tuple(module.blocks(paper)), module.paper(paper)
