"""What a person is told when it did not go well: one table, one dress, pages and JSON.

A `PostalError` says its own sentence; everything else has one here. Our own faults show a
reference number that stands in the log too; the log tells where, never with which data.
"""

import logging
import secrets
import traceback

from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError

from postal_app.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotAllowed,
    PostalError,
    TooMuch,
    Unknown,
)
from postal_app.rules.words import Words
from routes.language import say
from routes.resume import SignInNeeded, wants_json

log = logging.getLogger("postal")

# NotAllowed is 422 and not 403: what was asked is against the rules, whoever asks.
STATUS: dict[type[PostalError], int] = {
    SignInNeeded: 401,
    Invalid: 422,
    Unknown: 404,
    Forbidden: 403,
    Conflict: 409,
    NotAllowed: 422,
    TooMuch: 413,
}

TITLES: dict[int, Words] = {
    400: Words("Yêu cầu không đọc được", "The request cannot be read"),
    401: Words("Cần đăng nhập", "Please sign in"),
    403: Words("Không có quyền", "Not permitted"),
    404: Words("Không tìm thấy", "Not found"),
    405: Words("Không làm được theo cách này", "Not possible this way"),
    409: Words("Chưa làm được lúc này", "Not possible now"),
    413: Words("Dữ liệu gửi lên quá lớn", "Too much was sent"),
    422: Words("Có điều cần sửa", "Something needs mending"),
    429: Words("Quá nhiều lần tra cứu", "Too many look-ups"),
    500: Words("Hệ thống gặp lỗi", "Something broke on our side"),
}

SENTENCES: dict[int, Words] = {
    400: Words(
        "Biểu mẫu đã cũ hoặc gửi không trọn vẹn. Hãy quay lại, tải lại trang và gửi lần nữa.",
        "The form is old or arrived in part. Go back, reload the page and send it again.",
    ),
    404: Words(
        "Địa chỉ này không có trang nào. Hãy kiểm tra lại địa chỉ, hoặc về trang đầu.",
        "There is no page at this address. Check the address, or go to the first page.",
    ),
    405: Words(
        "Trang này không nhận yêu cầu kiểu đó. Hãy về trang đầu và đi lại từ đó.",
        "This page does not take such a request. Go to the first page and start from there.",
    ),
    413: Words(
        "Tệp hoặc biểu mẫu vượt quá kích thước cho phép. Hãy chia nhỏ rồi gửi lại.",
        "The file or form is larger than allowed. Split it and send it again.",
    ),
    429: Words(
        "Máy của bạn tra cứu quá nhiều trong ít phút. Hãy thử lại sau một phút.",
        "Your machine has looked up too much in a few minutes. Try again in a minute.",
    ),
    500: Words(
        "Lỗi này thuộc về hệ thống, không phải do bạn. Việc vừa làm chưa được lưu; hãy thử lại. "
        "Nếu vẫn lỗi, hãy báo quản trị viên số tham chiếu dưới đây.",
        "The fault is ours, not yours. What you just did was not saved; try again. If it happens "
        "again, tell an administrator the reference below.",
    ),
}


def status_of(error: PostalError) -> int:
    """Give the HTTP status of an error: that of its nearest family."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def hang_on(app: Flask) -> None:
    """Answer every error of the app in this dress."""
    app.register_error_handler(PostalError, answer_postal_error)
    app.register_error_handler(CSRFError, answer_http_error)
    app.register_error_handler(HTTPException, answer_http_error)
    app.register_error_handler(InternalServerError, answer_our_fault)


def answer_postal_error(error: PostalError) -> ResponseReturnValue:
    """Say the error's own sentence."""
    status = status_of(error)
    told = {"error": type(error).__name__, "message": say(error.said), "field": error.field}
    return _answer(status, told)


def answer_http_error(error: HTTPException) -> ResponseReturnValue:
    """Say what the web's own error means here."""
    if error.response is not None:
        return error.response  # a redirect to the address as it should be written
    status = error.code or 500
    sentence = SENTENCES.get(status, SENTENCES[400] if status < 500 else SENTENCES[500])
    answer = _answer(status, {"error": error.name, "message": say(sentence)})
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            answer.headers[name] = value
    return answer


def answer_our_fault(error: InternalServerError) -> ResponseReturnValue:
    """Give a reference, and write it with the place of the fault into the log."""
    reference = secrets.token_hex(4).upper()
    cause = error.original_exception or error
    # Neither the message nor the address: both may hold a person's name or number.
    where = "".join(traceback.format_tb(cause.__traceback__))
    log.error("%s at %s: %s\n%s", reference, request.endpoint, type(cause).__name__, where)
    g.visitor = None  # the archive may be what failed; the page asks it nothing
    g.house = None
    told = {
        "error": "InternalServerError",
        "message": say(SENTENCES[500]),
        "reference": reference,
    }
    return _answer(500, told)


def _answer(status: int, told: dict[str, str]) -> Response:
    if wants_json():
        answer = jsonify(told)
    else:
        part = "HX-Request" in request.headers
        template = "error_part.html" if part else "error.html"
        title = say(TITLES.get(status, TITLES[400]))
        answer = make_response(render_template(template, title=title, status=status, **told))
    answer.status_code = status
    return answer
