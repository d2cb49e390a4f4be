"""A published list on a page: shown first, then imported whole, or not at all."""

import io
from collections.abc import Callable
from urllib.parse import urlsplit

from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from models.procedures import Decision
from models.uploads import UploadedList
from postal_app.rules.roles import Role
from routes.archive import transaction
from tests.doors.conftest import Browser, token_in
from tests.makers import LICENCE, RECORD

SignIn = Callable[[Role], Browser]
HEADINGS = (
    "Mã thủ tục,Tên thủ tục,Lĩnh vực,Cấp thực hiện,Nộp qua BCCI,Trả kết quả qua BCCI,"
    "Phải có mặt,Phí,Lệ phí,Thời hạn giải quyết,Thành phần hồ sơ"
)
GOOD = (
    f"{LICENCE},Cấp đổi giấy phép lái xe,Đường bộ,Tỉnh,Có,Có,Không,0,115000,5,Đơn [bản chính x1]",
    f"{RECORD},Cấp Phiếu lý lịch tư pháp,Tư pháp,Tỉnh,Không,Có,Có,0,200000,10,Đơn [bản chính x1]",
    "1.000656,Đăng ký khai tử,Hộ tịch,Xã,Có,Có,Không,0,0,1,Tờ khai [bản chính x1]",
)
DECISION = {
    "number": "2026/QĐ-UBND",
    "issued_on": "20/03/2026",
    "in_force_from": "01/04/2026",
    "issuer": "UBND tỉnh Hòa Bình",
}


def upload(browser: Browser, *rows: str, **changes: object) -> TestResponse:
    content = "\n".join((HEADINGS, *rows)).encode("utf-8-sig")
    fields = {
        "csrf_token": token_in(browser.get("/catalogue/import")),
        **DECISION,
        "file": (io.BytesIO(content), "danh-mục.csv"),
        **changes,
    }
    return browser.client.post("/catalogue/import", data=fields, content_type="multipart/form-data")


def decisions(app: Flask) -> list[str]:
    with app.app_context(), transaction() as session:
        return list(session.scalars(select(Decision.number).order_by(Decision.id)))


def test_a_list_is_shown_in_four_groups_and_changes_nothing_until_somebody_agrees(
    app: Flask, sign_in: SignIn
) -> None:
    browser = sign_in(Role.PROVINCIAL)
    sent = upload(browser, *GOOD)
    assert sent.status_code == 302
    page = browser.get(sent.location)
    assert page.status_code == 200
    for words in ("Thêm mới", "Thay đổi", "Hết hiệu lực", "Giữ nguyên"):
        assert words in page.text
    assert "Đăng ký kết hôn" in page.text  # ended: the new list does not name it
    assert decisions(app) == ["01/QĐ-UBND"]

    path = urlsplit(sent.location).path
    done = browser.client.post(path, data={"csrf_token": token_in(page), **DECISION})
    assert (done.status_code, done.location) == (302, "/catalogue/import")
    assert decisions(app) == ["01/QĐ-UBND", "2026/QĐ-UBND"]
    told = browser.get("/catalogue/import").text
    assert "Đã nhập danh mục theo quyết định 2026/QĐ-UBND: thêm 1" in told
    with app.app_context(), transaction() as session:
        assert session.scalar(select(func.count()).select_from(UploadedList)) == 0
        imported = session.scalars(select(Decision).order_by(Decision.id.desc())).first()
        assert imported is not None
        assert imported.imported_by == "thao"
        assert imported.file_name == "danh-mục.csv"


def test_faulty_rows_come_back_as_a_workbook_and_the_list_cannot_be_agreed_to(
    app: Flask, sign_in: SignIn
) -> None:
    browser = sign_in(Role.ADMINISTRATOR)
    sent = upload(
        browser, GOOD[0], "1.000656,,Hộ tịch,Xã,Có,có lẽ,Không,0,miễn,1,Tờ khai [bản chính x1]"
    )
    page = browser.get(sent.location)
    assert "1 dòng chưa dùng được" in page.text
    assert "có lẽ" in page.text
    assert "Đồng ý, nhập danh mục" not in page.text
    path = urlsplit(sent.location).path
    workbook = load_workbook(io.BytesIO(browser.get(f"{path}/faults").data))
    assert workbook.active is not None
    assert "1.000656" in [cell.value for row in workbook.active.iter_rows() for cell in row]
    forced = browser.client.post(path, data={"csrf_token": token_in(page), **DECISION})
    assert forced.status_code == 422
    assert decisions(app) == ["01/QĐ-UBND"]


def test_what_cannot_be_is_told_beside_its_field_with_everything_typed_kept(
    sign_in: SignIn,
) -> None:
    browser = sign_in(Role.PROVINCIAL)
    empty = upload(browser, *GOOD, number="", issued_on="hôm qua")
    assert empty.status_code == 422
    assert "Ngày ghi theo dạng 21/11/2025." in empty.text
    assert 'value="hôm qua"' in empty.text
    no_list = upload(browser, file=(io.BytesIO(b"\x89PNG\r\n\x1a\n"), "anh.xlsx"))
    assert no_list.status_code == 422
    no_file = upload(browser, file=(io.BytesIO(b""), ""))
    assert "Hãy chọn tệp." in no_file.text


def test_a_decision_that_came_first_is_told_on_the_page(app: Flask, sign_in: SignIn) -> None:
    browser = sign_in(Role.PROVINCIAL)
    again = upload(browser, *GOOD, number="01/QĐ-UBND", issued_on="20/12/2025")
    page = browser.get(again.location)
    assert page.status_code == 409
    assert "Đồng ý, nhập danh mục" not in page.text


def test_a_list_nobody_keeps_any_more_is_told(sign_in: SignIn) -> None:
    gone = sign_in(Role.PROVINCIAL).get("/catalogue/import/" + "0" * 64)
    assert gone.status_code == 404
    assert "Hãy chọn lại tệp." in gone.text


def test_the_empty_list_can_be_had_as_a_workbook(sign_in: SignIn) -> None:
    answer = sign_in(Role.PROVINCIAL).get("/catalogue/template")
    assert load_workbook(io.BytesIO(answer.data)).sheetnames[0] == "Danh mục"
    assert "attachment" in answer.headers["Content-Disposition"]
