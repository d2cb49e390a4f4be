"""A dossier of a lively archive that owes money, has an exemption and a receipt to be voided."""

from sqlalchemy.orm import Session

from postal_app import collecting, receipts
from postal_app.pickup_form import Money
from postal_app.rules.exemptions import Exempted
from tests.makers import Town, minutes, take_in
from tests.tariffs import publish


def owing(session: Session, town: Town) -> dict[str, object]:
    """Publish a tariff, and leave two receipts waiting for their second person."""
    publish(session)
    poor = Exempted("poor", "Giấy chứng nhận hộ nghèo số 12/2026")
    taken = (Money("charge", 135_000), Money("fee", 20_000), Money("postage", 30_000, poor))
    dossier = take_in(session, town, now=minutes(345), money=taken).legs[0].dossier
    for kind, amount in (("fee", 50_000), ("postage", 30_000)):
        collecting.add_due(
            session, dossier, kind, amount, "delivery", town.officer, now=minutes(346)
        )
    for line, asker in zip(dossier.money, (town.clerk, town.provincial), strict=False):
        receipts.ask_void(session, line.receipt_number, "thu nhầm số tiền", asker, now=minutes(347))
    return {"owing": dossier.number}
