"""At the doors of people's rights: terms, erasures, what is held, extracts and photos."""

from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from uuid import UUID

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from models.items import Item
from models.people_data import DataExport, RetentionTerm
from models.staff import PersonalDataView
from postal_app import erasing, exports, identity_photos
from postal_app.rules.roles import Role
from routes.archive import transaction
from tests.doors.conftest import Post
from tests.doors.test_access import SignIn
from tests.makers import NINE, accept, bring_to_agency, minutes, take_in
from tests.results import deliver_result, photographed_result

_RUN = UUID(int=7)
WHY = "khiếu nại số 12, chưa nhận được"


@pytest.fixture
def number(app: Flask, post: Post) -> str:
    """Bà Mai's dossier, whose result her husband has received."""
    with app.app_context(), transaction() as session:
        submission = take_in(session, post.town)
        bring_to_agency(session, post.town, submission)
        accept(session, post.town, submission)
        deliver_result(session, post.town, submission)
        return submission.legs[0].dossier.number


def test_an_auditor_tells_a_person_what_is_held_of_him(
    app: Flask, sign_in: SignIn, number: str
) -> None:
    auditor = sign_in(Role.AUDITOR)
    found = auditor.get(f"/people/held?number={number.lower()}")
    assert found.location == f"/people/held/{number}"
    page = auditor.get(found.location).text
    for told in ("Đinh Thị Mai, 0912345678, Xóm Đồng", "Xa Văn Nghĩa", "Người trong hồ sơ"):
        assert told in page
    assert "02/03/2028" in page  # people: 24 months after the dossier's end
    assert "02/12/2026" in page  # evidence: nine months after the delivery
    assert "02/03/2036" in page  # the voucher
    with app.app_context(), transaction() as session:
        [view] = session.scalars(select(PersonalDataView))
        assert (view.door, view.subject) == ("people.held", number)


def test_an_extract_says_for_which_request_and_is_written_down(
    app: Flask, sign_in: SignIn, number: str
) -> None:
    auditor = sign_in(Role.AUDITOR)
    page = f"/people/held/{number}"
    assert auditor.send(page, form_name="extract", request="").status_code == 422
    given = auditor.send(page, form_name="extract", request="đơn ngày 05/03/2026")
    assert "theo yêu cầu: đơn ngày 05/03/2026" in given.text
    assert "Xa Văn Nghĩa" in given.text
    with app.app_context(), transaction() as session:
        [row] = session.scalars(select(DataExport))
        assert (row.what, row.subjects) == ("people.extract", [number])
        assert row.file_digest == sha256(given.data).digest()
        assert "đơn ngày 05/03/2026" in set(session.scalars(select(PersonalDataView.reason)))
    log = auditor.get(f"/people/exports?number={number}").text
    assert "Bản trích cho người có yêu cầu" in log
    assert "Lường Văn Kiểm" in log


def test_a_young_dossier_has_no_last_day_yet(app: Flask, post: Post, sign_in: SignIn) -> None:
    with app.app_context(), transaction() as session:
        number = take_in(session, post.town).legs[0].dossier.number
    page = sign_in(Role.PROVINCIAL).get(f"/people/held/{number}").text
    assert "chưa kết thúc" in page
    assert "chưa tính hạn" in page


@pytest.mark.parametrize("role", [Role.CLERK, Role.COURIER, Role.OFFICER, Role.ADMINISTRATOR])
def test_nobody_else_asks_what_is_held_or_sees_photos(sign_in: SignIn, role: Role) -> None:
    for path in ("/people/held", "/people/held/HB26-000001", "/people/photos"):
        assert sign_in(role).get(path).status_code == 403


def test_pages_cope_with_people_who_were_erased(
    app: Flask, post: Post, sign_in: SignIn, number: str
) -> None:
    later = NINE + timedelta(days=3 * 366)
    with app.app_context(), transaction() as session:
        for planned in erasing.plan(session, now=later):
            while erasing.erase_batch(session, planned, _RUN, None, now=later):
                pass
    clerk, auditor = sign_in(Role.CLERK), sign_in(Role.AUDITOR)
    page = clerk.get(f"/clerk/pickups/{number}").text
    assert "Đã xóa theo thời hạn lưu trữ" in page
    assert "0912345678" not in page
    assert clerk.get(f"/clerk/pickups/{number}/slip.pdf").status_code == 200
    items = auditor.get(f"/search?q={number}").text
    assert number in items
    with app.app_context(), transaction() as session:
        names = session.scalars(select(Item.number)).all()
    for name in names:
        assert auditor.get(f"/items/{name}").status_code == 200
        assert clerk.get(f"/clerk/items/{name}/label.pdf").status_code == 200
    held = auditor.get(f"/people/held/{number}").text
    assert "Xa Văn Nghĩa" not in held
    runs = auditor.get("/people/retention").text
    assert "Bằng chứng phát" in runs
    assert "02/03/2026 – 02/03/2026" in runs


def test_the_province_sets_a_term_and_sees_it_begin(app: Flask, sign_in: SignIn) -> None:
    browser = sign_in(Role.PROVINCIAL)
    page = "/people/retention/public_disclosures"
    fields = {"months": "6", "days": "", "source": "QĐ 12/QĐ-UBND", "valid_from": "01/04/2026"}
    assert browser.send(page, **fields).location == "/people/retention"
    shown = browser.get("/people/retention").text
    assert "6 tháng từ 01/04/2026" in shown
    assert "Đổi thời hạn" in shown
    assert "Đổi thời hạn" not in sign_in(Role.AUDITOR).get("/people/retention").text
    with app.app_context(), transaction() as session:
        term = session.scalars(select(RetentionTerm).order_by(RetentionTerm.id.desc())).first()
        assert (term.months, term.entered_by) == (6, "thao")


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"months": "6"}, "phải giữ ít nhất 9 tháng"),
        ({"months": ""}, "số tháng hoặc số ngày"),
        ({"source": ""}, "còn trống"),
        ({"valid_from": "01/03/2026"}, "từ hôm nay trở đi"),
    ],
)
def test_a_term_that_will_not_do_is_told_beside_its_field(
    sign_in: SignIn, fields: dict[str, str], told: str
) -> None:
    values = {"months": "12", "source": "QĐ 12", "valid_from": "02/03/2026"} | fields
    answer = sign_in(Role.ADMINISTRATOR).send("/people/retention/delivery_evidence", **values)
    assert answer.status_code == 422
    assert told in answer.text


def test_what_has_no_term_has_no_page(sign_in: SignIn) -> None:
    for code in ("statistics", "khong_co"):
        assert sign_in(Role.ADMINISTRATOR).get(f"/people/retention/{code}").status_code == 404


def test_a_photo_is_seen_only_for_a_reason_and_never_in_a_list(
    app: Flask, post: Post, sign_in: SignIn
) -> None:
    sent = BytesIO()
    Image.new("RGB", (200, 120), (90, 40, 60)).save(sent, "JPEG")
    with app.app_context(), transaction() as session:
        item = photographed_result(session, post.town)
        identity_photos.keep(
            session, item, "id_front", sent.getvalue(), post.town.courier, now=minutes(225)
        )
        photo, number = identity_photos.of_item(session, item.id)[0].photo, item.number
    auditor = sign_in(Role.AUDITOR)
    listed = auditor.get(f"/people/photos?number={number}").text
    assert "Mặt trước giấy tờ tùy thân" in listed
    assert "<img" not in listed
    page = f"/people/photos/{photo}"
    assert auditor.get(page).mimetype == "text/html"
    refused = auditor.send(page, reason="xem thử")
    assert (refused.status_code, refused.mimetype) == (422, "text/html")
    seen = auditor.send(page, reason=WHY)
    assert seen.mimetype == "image/jpeg"
    assert seen.headers["Cache-Control"] == "no-store"
    assert Image.open(BytesIO(seen.data)).size == (200, 120)
    log = auditor.get("/admin/views").text
    assert log.count(WHY) == 1
    assert "Ảnh giấy tờ tùy thân" in log


def test_a_log_is_asked_by_person_number_and_day(app: Flask, post: Post, sign_in: SignIn) -> None:
    with app.app_context(), transaction() as session:
        town = post.town
        for count, (who, number) in enumerate(
            [(town.clerk, "HB26-000001"), (town.officer, "RH000000005VN")]
        ):
            paper = exports.Paper("clerk.slip", (number,), b"paper")
            exports.record_paper(session, who, paper, now=NINE + timedelta(days=count))
    auditor = sign_in(Role.AUDITOR)

    def numbers(asked: str) -> list[bool]:
        page = auditor.get(f"/people/exports?{asked}").text.split("<tbody>")
        return [one in page[-1] for one in ("HB26-000001", "RH000000005VN")]

    assert numbers("") == [True, True]
    assert numbers("who=bùi thị") == [True, False]
    assert numbers("who=minh") == [False, True]
    assert numbers("number=hb26-000001") == [True, False]
    assert numbers("number=rh 000 000 005 vn") == [False, True]
    assert numbers("from=03/03/2026") == [False, True]
    assert numbers("to=2026-03-02") == [True, False]
    assert "Chưa có lần xuất nào khớp." in auditor.get("/people/exports?who=khongai").text
    assert auditor.get("/people/exports?from=hôm qua").status_code == 422
