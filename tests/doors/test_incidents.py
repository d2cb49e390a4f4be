"""The doors of incidents and complaints, as each role meets them."""

import re
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select

from models.complaints import CompensationPayment, Complaint
from models.incidents import Incident
from models.places import Province
from models.staff import Account, PersonalDataView
from postal_app import compensation_limits, enquiries, scanning
from postal_app.rules.roles import Role
from routes.archive import transaction
from tests.complaining import lose
from tests.doors.conftest import DIGEST, Browser, Post
from tests.makers import make_actor, minutes, scan, take_in
from tests.promised import publish

SignIn = Callable[[Role], Browser]
RECORD, COMPLAINT = "BB26-354100-00001", "KN26-354100-00001"
STORY = {
    "day": "02/03/2026",
    "time": "10:20",
    "seen": "Bì rách một góc, đủ giấy tờ.",
    "done": "Gói bọc lại trước mặt hai người.",
}
SAID = {
    "kind": "loss",
    "made_as": "sender",
    "name": "Đinh Thị Mai",
    "address": "Xóm Đồng, xã Tân Vinh",
    "content": "Hồ sơ của tôi chưa đến cơ quan.",
    "lodged_on": "02/03/2026",
}


@pytest.fixture
def item(app: Flask, post: Post) -> str:
    """An envelope that anh Dũng took along and found torn; it is eleven o'clock."""
    app.extensions["clock"] = lambda: minutes(120)
    with app.app_context(), transaction() as session:
        publish(session)
        made = take_in(session, post.town)
        told = [
            scan(made.number, "departed", minutes(60)),
            scan(made.number, "damaged", minutes(80), note="ướt mưa"),
        ]
        scanning.take_in(session, told, post.town.courier, now=minutes(81))
        return made.number


@pytest.fixture
def lost(app: Flask, post: Post) -> str:
    """An envelope that is missing."""
    app.extensions["clock"] = lambda: minutes(120)
    with app.app_context(), transaction() as session:
        publish(session)
        return lose(session, post.town).number


@pytest.fixture
def other_province(app: Flask, post: Post, sign_in: SignIn) -> Browser:
    """The browser of another member of the provincial staff."""
    with app.app_context(), transaction() as session:
        province = session.get_one(Province, post.province)
        actor = make_actor(session, "nga", "Phùng Thị Nga", Role.PROVINCIAL, province)
        session.get_one(Account, actor.account_id).password_hash = DIGEST
        assignment = actor.assignment_id
    post.assignments[Role.PROVINCIAL], kept = assignment, post.assignments[Role.PROVINCIAL]
    browser = sign_in(Role.PROVINCIAL)
    post.assignments[Role.PROVINCIAL] = kept
    return browser


def sees(browser: Browser, path: str, *words: str) -> str:
    page = browser.get(path)
    assert page.status_code == 200, (path, page.status_code)
    for one in words:
        assert one in page.text, one
    return page.text


def test_the_item_page_leads_from_its_harm_to_a_filled_form_and_to_the_record(
    sign_in: SignIn, item: str
) -> None:
    browser = sign_in(Role.COURIER)
    text = sees(browser, f"/items/{item}", "Chưa có biên bản", "Lập biên bản về việc này")
    address = re.search(r'href="([^"]+incidents/new[^"]+fact=[^"]+)"', text)
    assert address
    form = sees(browser, address[1].replace("&amp;", "&"), "Biên bản về ghi nhận", 'value="10:20"')
    fact = re.search(r'name="fact" value="([^"]+)"', form)
    assert fact
    made = browser.send(f"/items/{item}/incidents/new", kind="damaged", fact=fact[1], **STORY)
    assert made.status_code == 302
    assert made.location.endswith(f"/incidents/{RECORD}")
    sees(browser, made.location, "Bưu tá Quách Văn Dũng", "Chờ người thứ hai ký", "Cần một người")


def test_a_form_with_faults_keeps_what_was_typed_and_says_them_all(
    sign_in: SignIn, item: str
) -> None:
    answer = sign_in(Role.CLERK).send(
        f"/items/{item}/incidents/new", kind="damaged", day="31/02/2026", time="25:00", seen="Rách"
    )
    assert answer.status_code == 422
    for words in ("Giờ ghi theo dạng 09:30.", "Ngày ghi theo dạng", "Mục này còn trống"):
        assert words in answer.text
    assert ">Rách</textarea>" in answer.text
    late = sign_in(Role.CLERK).send(
        f"/items/{item}/incidents/new", kind="damaged", **(STORY | {"time": "23:00"})
    )
    assert late.status_code == 422
    assert "Thời điểm phải từ" in late.text


def test_a_record_compares_what_was_weighed_and_counted_and_keeps_a_photo_by_its_digest(
    sign_in: SignIn, item: str
) -> None:
    courier = sign_in(Role.COURIER)
    sees(courier, f"/items/{item}", "Tạm giữ chờ xử lý sự vụ")
    photo = (BytesIO(b"anh bi rach"), "bi-rach.jpg")
    made = courier.send(
        f"/items/{item}/incidents/new",
        kind="damaged",
        weight="118",
        papers="2",
        photos=photo,
        **STORY,
    )
    assert made.status_code == 302
    sees(
        courier,
        made.location,
        "118 gam, lúc niêm phong 120 gam",
        "Không khớp",
        "2 bản, lúc niêm phong 2 bản",
        sha256(b"anh bi rach").hexdigest(),
    )
    paper = courier.get(f"/incidents/{RECORD}/record.pdf")
    assert paper.content_type == "application/pdf"


def test_two_sign_and_the_matter_ends_through_the_pages(
    app: Flask, sign_in: SignIn, item: str
) -> None:
    sign_in(Role.COURIER).send(f"/items/{item}/incidents/new", kind="damaged", **STORY)
    own = sign_in(Role.COURIER).send(f"/incidents/{RECORD}", form_name="sign", remark="")
    assert own.status_code == 422
    assert "nên không ký thay người thứ hai" in own.text
    clerk = sign_in(Role.CLERK)
    sees(clerk, "/incidents", "Sự vụ chờ người thứ hai", RECORD)
    early = clerk.send(f"/incidents/{RECORD}", form_name="settle", outcome="mended")
    assert early.status_code == 409
    assert clerk.send(f"/incidents/{RECORD}", form_name="sign", remark="").status_code == 302
    again = clerk.send(f"/incidents/{RECORD}", form_name="refuse", remark="đổi ý")
    assert again.status_code == 409
    sees(clerk, "/incidents", "Sự vụ chờ kết thúc", RECORD)
    untrue = clerk.send(f"/incidents/{RECORD}", form_name="settle", outcome="complaint")
    assert untrue.status_code == 409
    assert "chưa có khiếu nại nào" in untrue.text
    done = clerk.send(f"/incidents/{RECORD}", form_name="settle", outcome="mended", note="đủ")
    assert done.status_code == 302
    sees(clerk, "/incidents?show=done", RECORD, "Đã làm rõ")
    with app.app_context(), transaction() as session:
        [found] = session.scalars(select(Incident)).all()
        assert found.happened_at == minutes(80)  # the second of the event, not the form's minute
        assert found.outcome is not None


def test_an_auditor_reads_a_record_and_cannot_sign_it(sign_in: SignIn, item: str) -> None:
    sign_in(Role.COURIER).send(f"/items/{item}/incidents/new", kind="damaged", **STORY)
    auditor = sign_in(Role.AUDITOR)
    text = sees(auditor, f"/incidents/{RECORD}", "Bì rách một góc")
    assert "Ký biên bản" not in text
    assert auditor.send(f"/incidents/{RECORD}", form_name="sign").status_code == 403
    assert auditor.get(f"/items/{item}/incidents/new").status_code == 403


def test_the_record_is_printed_and_written_down_as_given_out(
    app: Flask, sign_in: SignIn, item: str
) -> None:
    sign_in(Role.COURIER).send(f"/items/{item}/incidents/new", kind="damaged", **STORY)
    paper = sign_in(Role.CLERK).get(f"/incidents/{RECORD}/record.pdf")
    assert paper.mimetype == "application/pdf"
    assert paper.data.startswith(b"%PDF")
    with app.app_context(), transaction() as session:
        doors = session.scalars(select(PersonalDataView.door)).all()
        assert "incidents.paper" in doors


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("10:19", "Bưu tá Quách Văn Dũng giữ, từ lúc 02/03/2026 10:00 (Rời bưu cục)"),
        ("9h30", "Bưu cục Lương Sơn giữ, từ lúc 02/03/2026 09:00"),
        ("08:00", "Người dân giữ; lúc đó sổ chưa ghi lần giao nhận nào"),
        ("26:00", "Ghi ngày theo dạng"),
    ],
)
def test_who_held_it_then_is_said_in_words_as_a_page_and_as_a_part(
    sign_in: SignIn, item: str, at: str, words: str
) -> None:
    asked = f"/items/{item}/holder?day=02/03/2026&time={at}"
    sees(sign_in(Role.CLERK), asked, words, "<h1>")
    part = sign_in(Role.AUDITOR).get(asked, headers={"HX-Request": "true"})
    assert words in part.text
    assert "<h1>" not in part.text


def test_the_way_from_a_loss_to_the_money_through_the_pages(
    app: Flask, sign_in: SignIn, lost: str, other_province: Browser
) -> None:
    clerk, province = sign_in(Role.CLERK), sign_in(Role.PROVINCIAL)
    sees(clerk, f"/items/{lost}/complaints/new", "Thời hiệu nếu nhận hôm nay", "05/03/2026")
    made = clerk.send(f"/items/{lost}/complaints/new", **SAID)
    assert made.location.endswith(f"/complaints/{COMPLAINT}")
    sees(clerk, f"/complaints/{COMPLAINT}", "Đinh Thị Mai", "Thời hiệu chưa bắt đầu", "07/09/2026")
    sees(province, "/incidents", COMPLAINT, "trả lời đến 02/05/2026")
    page = f"/complaints/{COMPLAINT}"
    by_clerk = clerk.send(page, form_name="answer", verdict="justified", said="Đúng.")
    assert by_clerk.status_code == 403
    answered = province.send(page, form_name="answer", verdict="justified", said="Bì mất.")
    assert answered.status_code == 302
    sums = {"loss": "120.000", "remaking": "135.000", "evidence": "biên lai 0012"}
    proposed = province.send(page, form_name="propose", basis="total_loss", payer="354100", **sums)
    assert proposed.status_code == 302
    own = province.send(page, form_name="approve", reason="")
    assert own.status_code == 422
    assert "không tự duyệt" in own.text
    assert other_province.send(page, form_name="approve", reason="").status_code == 302
    sees(clerk, "/incidents", "Bồi thường chờ chi", COMPLAINT)
    paid = clerk.send(page, form_name="pay", reference="PC-0007")
    assert paid.status_code == 302
    twice = clerk.send(page, form_name="pay", reference="PC-0008")
    assert twice.status_code == 409
    assert "không chi lần thứ hai" in twice.text
    sees(clerk, page, "Đã chi trả", "255.000 đồng", "PC-0007")
    letter = clerk.get("/complaints/answers/TL26-H28-00001/letter.pdf")
    assert letter.data.startswith(b"%PDF")
    with app.app_context(), transaction() as session:
        assert len(session.scalars(select(CompensationPayment)).all()) == 1


def test_a_complaint_out_of_time_is_taken_in_and_said_to_be(
    app: Flask, sign_in: SignIn, lost: str
) -> None:
    app.extensions["clock"] = lambda: minutes(60 * 24 * 200)
    made = sign_in(Role.CLERK).send(
        f"/items/{lost}/complaints/new", **(SAID | {"lodged_on": "18/09/2026"})
    )
    sees(sign_in(Role.CLERK), made.location, "Ngoài thời hiệu", "vẫn ghi nhận và trả lời")


def test_an_overdue_answer_is_marked_on_the_list(app: Flask, sign_in: SignIn, lost: str) -> None:
    sign_in(Role.CLERK).send(f"/items/{lost}/complaints/new", **SAID)
    app.extensions["clock"] = lambda: minutes(60 * 24 * 62)
    sees(sign_in(Role.PROVINCIAL), "/incidents", "Quá hạn trả lời 02/05/2026")


def test_who_complains_is_nothing_for_courier_or_officer_and_each_look_is_written_down(
    app: Flask, sign_in: SignIn, lost: str
) -> None:
    sign_in(Role.CLERK).send(f"/items/{lost}/complaints/new", **SAID)
    for role in (Role.COURIER, Role.OFFICER, Role.ADMINISTRATOR):
        assert sign_in(role).get(f"/complaints/{COMPLAINT}").status_code == 403
    for role in (Role.COURIER, Role.OFFICER):
        assert COMPLAINT not in sees(sign_in(role), "/incidents")
    assert "Đinh Thị Mai" not in sees(sign_in(Role.CLERK), "/incidents", COMPLAINT)
    sees(sign_in(Role.AUDITOR), f"/complaints/{COMPLAINT}", "Đinh Thị Mai")
    with app.app_context(), transaction() as session:
        views = session.execute(
            select(PersonalDataView.account_id, PersonalDataView.subject).where(
                PersonalDataView.door == "complaints.one"
            )
        ).all()
        assert lost in {row.subject for row in views}


def test_a_limit_is_published_with_its_day_and_its_source(
    app: Flask, sign_in: SignIn, lost: str
) -> None:
    province = sign_in(Role.PROVINCIAL)
    wrong = province.send("/province/compensation-limits", times="0", valid_from="", source="")
    assert wrong.status_code == 422
    said = {"times": "4", "valid_from": "01/01/2026", "source": "thông báo số 12"}
    assert province.send("/province/compensation-limits", **said).status_code == 302
    sees(province, "/province/compensation-limits", "thông báo số 12", "01/01/2026")
    assert province.send("/province/compensation-limits", **said).status_code == 409
    with app.app_context(), transaction() as session:
        assert compensation_limits.limit_on(session, date(2026, 3, 2)) is not None


def test_the_public_learns_nothing_of_incidents_or_complaints(
    app: Flask, sign_in: SignIn, post: Post, lost: str
) -> None:
    sign_in(Role.COURIER).send(f"/items/{lost}/incidents/new", kind="lost", **STORY)
    sign_in(Role.CLERK).send(f"/items/{lost}/complaints/new", **SAID)
    anybody = app.test_client()
    page = anybody.get(f"/t/{lost}").text
    assert "Đang tìm kiếm" in page
    for secret in ("BB26", "KN26", "Quách Văn Dũng", "Bì rách", "Đinh Thị Mai"):
        assert secret not in page
    with app.app_context(), transaction() as session:
        events = enquiries.coarse(session, lost).events
        assert events == ()
        assert session.scalars(select(Complaint)).one().point_id == post.point
