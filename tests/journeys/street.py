"""The street: people of a small province at the doors of the post, and a clock that can be set.

A journey goes through the doors alone, by the plain forms that every page has. What it looks at
afterwards is what the post would be asked: the pages, the month, and whether the ledger holds.
"""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from flask import Flask
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from models.dossiers import Dossier
from models.items import Item
from models.staff import Account
from postal_app import month_end, staff, verification
from postal_app.month_end import Month
from postal_app.rules.periods import Period
from postal_app.rules.roles import Actor, Role
from routes.archive import transaction
from tests.agencies import colleague, other_agency
from tests.delivered import publish_tet
from tests.doors.conftest import DIGEST, Browser
from tests.makers import LICENCE, NINE, make_actor, make_town
from tests.promised import STANDARDS, publish

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
MAI = "Đinh Thị Mai"
AT_THE_COUNTER = {
    "procedure_code": LICENCE,
    "service_form": "both",
    "agency": "H28.16",
    "sender_name": MAI,
    "sender_phone": "0912 345 678",
    "sender_address": "Xóm Đồng, xã Tân Vinh, huyện Lương Sơn, Hòa Bình",
    "owner_same": "1",
    "receiver_same": "1",
    "paper_0_kind": "original",
    "paper_0_counted": "1",
    "paper_0_pages": "2",
    "paper_1_kind": "copy",
    "paper_1_counted": "1",
}
BOTH_SIGN = {"form_name": "sign", "paper_sender": "1", "paper_clerk": "1"}
SEALED = {"form_name": "seal", "weight_grams": "120", "seal_number": "np0001"}
ABSENT = {"reason": "absent", "next_action_absent": "again", "notice": "paper"}


@dataclass
class Street:
    """The province and the hour; `people` are the actors by the name each signs in with."""

    app: Flask
    people: dict[str, Actor]
    hour: datetime = NINE
    sealed: int = field(default=0)

    def at(self, hour: datetime) -> None:
        """Set the clock; it never goes back."""
        self.hour = max(hour, self.hour)
        self.app.extensions["clock"] = lambda: self.hour

    def later(self, minutes: int = 30) -> None:
        """Let some time pass."""
        self.at(self.hour + timedelta(minutes=minutes))

    def browser(self, who: str) -> Browser:
        """Give the browser of somebody who has just signed in."""
        client, moment = self.app.test_client(), self.hour.timestamp()
        with client.session_transaction() as cookie:
            cookie.update(
                assignment=self.people[who].assignment_id,
                mark=staff.password_mark(DIGEST),
                began=moment,
                seen=moment,
            )
        return Browser(client)

    def send(self, who: str, path: str, **fields: object) -> TestResponse:
        """Let somebody send a form a little later, and see to it that it was taken."""
        self.later()
        answer = self.browser(who).send(path, **fields)
        assert answer.status_code == 302, faults(answer)
        return answer

    def refused(self, who: str, path: str, **fields: object) -> str:
        """Let somebody send a form that is not taken; give what the page says then."""
        self.later()
        answer = self.browser(who).send(path, **fields)
        assert answer.status_code in (403, 409, 422), answer.status_code
        return answer.text

    def page(self, who: str, path: str) -> str:
        """Let somebody look at a page."""
        answer = self.browser(who).get(path)
        assert answer.status_code == 200, path
        return answer.text

    def take_in(self, **changes: object) -> tuple[str, str]:
        """Take a dossier in through the three gates; give its number and its item's."""
        at = self.send("hang", "/clerk/pickups/new", **(AT_THE_COUNTER | changes)).location
        self.send("hang", at, **BOTH_SIGN)
        self.send("hang", at, **SEALED)
        dossier = at.rsplit("/", 1)[1]
        return dossier, self.items_of(dossier)[-1]

    def scan(self, who: str, kind: str, number: str, **said: str) -> None:
        """Let somebody scan one thing by the plain form, and see that it was recorded."""
        self.later()
        answer = self.browser(who).send(f"/courier/scan?kind={kind}", code=number, **said)
        assert answer.status_code in (200, 302), faults(answer)

    def bring(self, number: str, collected: str = "") -> None:
        """Let anh Dũng take an envelope to its agency."""
        for kind in (collected or "departed", "handed_to_agency"):
            self.scan("dung", kind, number, condition="intact")

    def count_again(self, number: str, dossier: str, who: str = "minh") -> TestResponse:
        """Let the officer count what the signed list says and sign for it."""
        form = {"condition": "intact"}
        for place, (kind, pages) in enumerate((("original", "2"), ("copy", ""))):
            form[f"{dossier}_{place}_kind"] = kind
            form[f"{dossier}_{place}_copies"] = "1"
            form[f"{dossier}_{place}_pages"] = pages
        return self.send(who, f"/agency/items/{number}", **form)

    def accept(self, dossier: str, who: str = "minh") -> None:
        """Let the officer accept a dossier with its code and its due day."""
        said = {"dossier_code": f"h28.16-260302-{dossier[-4:]}", "due_on": "30/03/2026"}
        self.send(who, f"/agency/dossiers/{dossier}/accept", **said)

    def settled(self, **changes: object) -> str:
        """Give the number of a dossier whose result is ready."""
        dossier, number = self.take_in(**changes)
        self.bring(number)
        self.count_again(number, dossier)
        self.accept(dossier)
        self.send("minh", f"/agency/dossiers/{dossier}/settle")
        return dossier

    def send_results(self, *dossiers: str, who: str = "minh") -> str:
        """Let the officer seal results into one envelope; give its number."""
        said = {"form_name": "results", "weight_grams": "40", "payer": "citizen"}
        self.sealed += 1
        answer = self.send(
            who, "/agency/sending", **said, chosen=[*dossiers], seal_number=f"SG{self.sealed:03d}"
        )
        return str(answer.location).rsplit("/", 1)[1]

    def take_out(self, number: str, collected: str = "result_collected") -> None:
        """Let anh Dũng collect an envelope from the agency and go out with it."""
        self.scan("dung", collected, number, condition="intact")
        self.scan("dung", "out_for_delivery", number)

    def give(self, number: str, **said: object) -> TestResponse:
        """Let anh Dũng hand an envelope out to bà Mai, who signs the slip."""
        plain = {"receiver": MAI, "relation": "self", "paper_receiver": "1", "condition": "intact"}
        return self.send("dung", f"/deliveries/{number}", form_name="sign", **(plain | said))

    def items_of(self, dossier: str) -> list[str]:
        """Give the numbers of a dossier's items in the order in which they were sealed."""
        with self.app.app_context(), transaction() as session:
            found = session.scalars(select(Dossier).where(Dossier.number == dossier)).one()
            return [leg.item.number for leg in found.legs]

    def state_of(self, number: str) -> str:
        """Give the state of an item."""
        with self.app.app_context(), transaction() as session:
            return session.scalars(select(Item.state).where(Item.number == number)).one()

    def month(self) -> Month:
        """Reckon the year, once the whole ledger has been found without a fault."""
        with self.app.app_context(), transaction() as session:
            assert list(verification.faults(session)) == []
            return month_end.reckon(session, YEAR, now=self.hour)


def faults(answer: TestResponse) -> list[str]:
    """Give what a page says is wrong."""
    said = re.findall(r'class="(?:fault|error)[^>]*>(.*?)<', answer.text, re.DOTALL)
    return [f"HTTP {answer.status_code}", *(one.strip() for one in said if one.strip())]


def open_street(app: Flask, hour: datetime = NINE) -> Street:
    """Build the province with its people, its calendar and its times, and set the clock."""
    with app.app_context(), transaction() as session:
        town = make_town(session)
        publish_tet(session, town)
        publish(session, calendar="", standards=f"{STANDARDS}Trả,Mọi nơi,,4,6,15,01/01/2026,,QĐ\n")
        _, nghia = other_agency(session)
        hoa = colleague(session, town)
        nga = make_actor(session, "nga", "Phùng Thị Nga", Role.PROVINCIAL, town.province)
        session.execute(update(Account).values(password_hash=DIGEST))
        people = {
            "hang": town.clerk,
            "lan": town.other_clerk,
            "dung": town.courier,
            "minh": town.officer,
            "hoa": hoa,
            "nghia": nghia,
            "thao": town.provincial,
            "nga": nga,
        }
    street = Street(app, people, hour)
    street.at(hour)
    return street
