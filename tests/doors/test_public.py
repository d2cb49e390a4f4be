"""The citizen's pages: where it is, in plain words, and nothing of anybody."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from postal_app.rules.codes import label_text, tag
from routes.archive import transaction
from routes.public import LOOK_UPS
from tests.doors.conftest import Post
from tests.makers import bring_to_agency, take_in

LIGHT = 50 * 1024  # bytes, the page with all it fetches


@pytest.fixture
def number(app: Flask, post: Post) -> str:
    """A driving licence of Bà Đinh Thị Mai, carried to the agency."""
    with app.app_context(), transaction() as session:
        item = take_in(session, post.town)
        bring_to_agency(session, post.town, item)
        return item.number


@pytest.fixture
def label(app: Flask, number: str) -> str:
    """The tag printed on the item's label."""
    return tag(number, app.extensions["settings"].label_key)


def test_the_number_alone_gives_the_state_and_no_way(client: FlaskClient, number: str) -> None:
    page = client.get(f"/t/{number}")
    assert page.status_code == 200
    assert "Đã giao cơ quan giải quyết" in page.text
    assert "Hành trình" not in page.text


def test_number_and_tag_give_the_way_in_plain_words_newest_first(
    client: FlaskClient, number: str, label: str
) -> None:
    text = client.get(f"/t/{number}/{label}").text
    told = ["Giao cho cơ quan giải quyết", "Rời bưu cục", "Nhận hồ sơ tại quầy, đã niêm phong"]
    places = [text.index(words) for words in told]
    assert places == sorted(places)
    assert "02/03/2026 11:00" in text
    assert "Bưu cục Lương Sơn" in text


def test_no_person_is_named_anywhere(client: FlaskClient, number: str, label: str) -> None:
    for path in (f"/t/{number}", f"/t/{number}/{label}"):
        text = client.get(path).text
        for secret in ("Mai", "0912345678", "Tân Vinh", "lái xe", "Hằng", "Dũng"):
            assert secret not in text


def test_the_address_in_the_qr_opens_the_way_though_it_is_in_capitals(
    app: Flask, client: FlaskClient, number: str
) -> None:
    settings = app.extensions["settings"]
    printed = label_text("https://buuchinh.example", number, settings.label_key)
    path = printed.removeprefix("HTTPS://BUUCHINH.EXAMPLE")
    assert path.startswith("/T/")
    page = client.get(path)
    assert page.status_code == 200
    assert "Hành trình" in page.text


def test_a_wrong_tag_and_an_unknown_number_are_answered_alike(
    client: FlaskClient, number: str
) -> None:
    wrong = client.get(f"/t/{number}/00000000")
    unknown = client.get("/t/RH000000005VN/00000000")
    assert wrong.status_code == unknown.status_code == 404
    assert wrong.text.replace(number, "") == unknown.text.replace("RH000000005VN", "")


def test_a_typed_number_leads_to_its_page_however_it_was_typed(
    client: FlaskClient, number: str
) -> None:
    typed = f" {number[:2].lower()} {number[2:6]}-{number[6:]} "
    answer = client.get("/", query_string={"number": typed})
    assert answer.status_code == 302
    assert answer.location == f"/t/{number}"


def test_the_page_is_light_and_needs_no_script(
    client: FlaskClient, number: str, label: str
) -> None:
    page = client.get(f"/t/{number}/{label}")
    weight = len(page.data)
    assert "<script" not in page.text
    for address in re.findall(r'<link rel="(?:stylesheet|icon)" href="([^"]+)"', page.text):
        with client.get(address) as fetched:
            weight += len(fetched.data)
    assert weight < LIGHT


def test_sample_data_say_so_and_english_is_one_click_away(client: FlaskClient, number: str) -> None:
    page = client.get(f"/t/{number}")
    assert "DỮ LIỆU MẪU" in page.text
    assert '<html lang="vi">' in page.text
    client.get(f"/language?to=en&next=/t/{number}")
    english = client.get(f"/t/{number}")
    assert '<html lang="en">' in english.text
    assert "SAMPLE DATA" in english.text
    assert "Handed to the agency" in english.text


def test_who_walks_through_the_numbers_is_stopped(client: FlaskClient, number: str) -> None:
    for _ in range(LOOK_UPS.at_most):
        assert client.get(f"/t/{number}").status_code == 200
    stopped = client.get(f"/t/{number}")
    assert stopped.status_code == 429
    assert stopped.headers["Retry-After"] == "60"
    assert "Quá nhiều lần tra cứu" in stopped.text
