"""A result on its way to the citizen, and what the people at the doors do with it."""

from flask import Flask
from sqlalchemy import select

from models.items import Item
from postal_app import collecting, scanning
from postal_app.demands import Demanded, PaperBack, set_demands
from postal_app.envelopes import Envelope, make_item
from postal_app.rules.legs import RESULT
from routes.archive import transaction
from tests.doors.conftest import Browser, Post
from tests.makers import NINE, minutes, scan

OLD_LICENCE = PaperBack("Giấy phép lái xe cũ")
SELF = {"receiver": "Đinh Thị Mai", "relation": "self", "paper_receiver": "1"}


def out(session, post: Post, *dossiers) -> str:
    made = make_item(session, RESULT, dossiers, Envelope("NP0002", 40), now=minutes(-60))
    on_the_way = [
        scan(made.number, "result_collected", minutes(-50), condition="intact"),
        scan(made.number, "out_for_delivery", minutes(-40)),
    ]
    scanning.take_in(session, on_the_way, post.town.courier, now=minutes(-40))
    return made.number


def state_of(app: Flask, number: str) -> str:
    with app.app_context(), transaction() as session:
        return session.scalars(select(Item.state).where(Item.number == number)).one()


def dossier_of(app: Flask, number: str) -> str:
    with app.app_context(), transaction() as session:
        item = session.scalars(select(Item).where(Item.number == number)).one()
        return item.legs[0].dossier.number


def ask(app: Flask, post: Post, number: str, due: int = 0, **demanded: object) -> None:
    with app.app_context(), transaction() as session:
        item = session.scalars(select(Item).where(Item.number == number)).one()
        dossier = item.legs[0].dossier
        set_demands(session, dossier, Demanded(**demanded), post.town.officer, now=NINE)
        if due:
            collecting.add_due(
                session, dossier, "charge", due, "delivery", post.town.officer, now=NINE
            )


def give(browser: Browser, number: str, **fields: object):
    return browser.send(f"/deliveries/{number}", form_name="sign", **(SELF | fields))
