"""Lines: how a phone speaks with a served house, signed in as its owner."""

import json
import re
from collections.abc import Mapping
from typing import NamedTuple, Protocol
from urllib.parse import urlencode

from drills.fleet.phones import Told

FORM_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
PAGE_TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')


class Answer(NamedTuple):
    """What came back: the status, and the text."""

    status: int
    text: str


class Line(Protocol):
    """A way to ask the house something."""

    def get(self, path: str) -> Answer:
        """Ask for a page."""

    def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send something."""


class Caller:
    """Somebody signed in on a line, who sends batches of scans."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.token = ""

    def sign_in(self, name: str, password: str) -> None:
        """Sign in as a browser does, and keep the token of the page one scans on.

        Raises:
            RuntimeError: the house does not let this person in.
        """
        token = _found(FORM_TOKEN, self.line.get("/sign-in"))
        form = _form(csrf_token=token, name=name, password=password)
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = self.line.post("/sign-in", form, headers)
        if answer.status != 302:
            raise RuntimeError(f"{name} was not let in: {answer.status}")
        self.token = _found(PAGE_TOKEN, self.line.get("/courier/scan"))

    def send(self, body: bytes) -> Answer:
        """Send a batch."""
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "X-CSRFToken": self.token,
        }
        return self.line.post("/courier/scans", body, headers)


def verdicts(answer: Answer) -> list[Told]:
    """Give what an answer says of each scan of a batch.

    Raises:
        ValueError: it is no answer to a batch.
    """
    if answer.status != 200:
        raise ValueError(f"a batch was answered {answer.status}: {answer.text[:300]}")
    return [
        Told(one["scan_id"], one["outcome"], one["number"], one["words"], tuple(one["oddities"]))
        for one in json.loads(answer.text)["verdicts"]
    ]


def _found(token: re.Pattern[str], page: Answer) -> str:
    found = token.search(page.text)
    if found is None:
        raise RuntimeError(f"a page without its token, answered {page.status}")
    return found[1]


def _form(**fields: str) -> bytes:
    return urlencode(fields).encode()
