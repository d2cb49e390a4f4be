"""At the counter: the notice stands before the signatures, and no box is ticked beforehand."""

import re

from flask import Flask

from postal_app import notices, pickups
from postal_app.rules.roles import Role
from routes.archive import transaction
from tests.doors.conftest import Post
from tests.doors.test_access import SignIn
from tests.makers import NINE, pickup_of


def opened(app: Flask, post: Post) -> tuple[str, int]:
    with app.app_context(), transaction() as session:
        made = pickups.open_pickup(session, pickup_of(), post.town.clerk, now=NINE)
        return made.number, made.id


def test_the_notice_is_read_before_anybody_signs(app: Flask, post: Post, sign_in: SignIn) -> None:
    number, _ = opened(app, post)
    page = sign_in(Role.CLERK).get(f"/clerk/pickups/{number}").text
    assert "Thông báo về dữ liệu cá nhân" in page
    assert page.index("thong-bao-1") < page.index('name="paper_sender"')
    box = re.search(r'<input type="checkbox"[^>]*name="agree_delivery_message"[^>]*>', page)
    assert box
    assert "checked" not in box[0]


def test_who_signs_without_ticking_has_agreed_to_nothing(
    app: Flask, post: Post, sign_in: SignIn
) -> None:
    (silent, silent_id), (agreed, agreed_id) = opened(app, post), opened(app, post)
    clerk = sign_in(Role.CLERK)
    signed = {"form_name": "sign", "paper_sender": "1", "paper_clerk": "1"}
    assert clerk.send(f"/clerk/pickups/{silent}", **signed).status_code == 302
    ticked = {**signed, "agree_delivery_message": "1"}
    assert clerk.send(f"/clerk/pickups/{agreed}", **ticked).status_code == 302
    with app.app_context(), transaction() as session:
        held = [notices.answers(session, one) for one in (silent_id, agreed_id)]
    assert [one["delivery_message"].given for one in held] == [False, True]
    assert "trước khi phát kết quả" in clerk.get(f"/clerk/pickups/{agreed}").text
