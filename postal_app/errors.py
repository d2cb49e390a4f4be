"""What a person can mend, in the words of the post.

Everything raised here is answered with one sentence that says what to do. A plain Python error
is our own fault and never becomes a `PostalError`. No class knows of HTTP: the doors hold the
one table from families to answers.
"""

from typing import ClassVar

from postal_app.rules.words import Words


class PostalError(Exception):
    """Something the person in front of the screen can mend."""

    words: ClassVar[Words]

    def __init__(self, *, field: str = "", **facts: object) -> None:
        """Say what is wrong.

        Args:
            field: name of the form field or column at fault, empty when there is none.
            facts: what the sentence's marks are filled with.
        """
        self.field = field
        self.said = self.words.filled(**facts)
        super().__init__(self.said.vi)


class Invalid(PostalError):
    """What was typed or sent cannot be used as it stands."""

    words = Words("Dữ liệu chưa đúng: {why}.", "The data are not right: {why}.")


class Unknown(PostalError):
    """Nothing bears this name or number, or nothing the person may see."""

    words = Words("Không tìm thấy {what}.", "{what} was not found.")


class Forbidden(PostalError):
    """This person may not do this."""

    words = Words("Tài khoản của bạn không có quyền làm việc này.", "Your account may not do this.")


class Conflict(PostalError):
    """Somebody or something else came first."""

    words = Words("Việc này không làm được lúc này: {why}.", "This cannot be done now: {why}.")


class NotAllowed(PostalError):
    """The rules of the post or of the province forbid it."""

    words = Words("Quy định không cho phép: {why}.", "The rules forbid this: {why}.")


class TooMuch(PostalError):
    """More was sent than is taken in at once."""

    words = Words(
        "Dữ liệu gửi lên quá lớn: {why}.", "More was sent than is taken in at once: {why}."
    )
