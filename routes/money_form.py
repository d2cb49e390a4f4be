"""The money of a form: what the tariff suggests for it, and the exemptions somebody claims."""

from collections.abc import Mapping
from datetime import date

from postal_app import places, tariffs
from postal_app.rules.exemptions import Exempted, grounds_of
from postal_app.rules.roles import Actor
from postal_app.rules.tariff import SERVICES_OF
from postal_app.rules.vietnamese import number
from postal_app.rules.words import Words
from routes.archive import Session
from routes.forms import Form

NEEDS_PAPER = Words(
    "Hãy ghi giấy tờ chứng minh (và văn bản cho miễn, giảm đối với phí, lệ phí).",
    "Give the paper that proves it (and for fees and charges the act that grants it).",
)


def suggested(
    session: Session, start: Mapping[str, object], actor: Actor, on: date
) -> dict[str, object]:
    """Give what the tariff asks, to stand in the money fields before anybody types.

    The lightest step, and a receiver by the point: neither weight nor address is known yet. What
    was taken and what the tariff asks of the true address are both kept at acceptance.
    """
    service, agency = str(start.get("service_form", "")), str(start.get("agency", ""))
    if service not in SERVICES_OF or actor.point_id is None:
        return {}
    found: dict[str, object] = {}
    if agency:
        there = places.agency_by_code(session, agency.split(maxsplit=1)[0], on)
        postage = tariffs.suggested_price(session, actor.point_id, there, service, on)
        if postage is not None:
            found["money_postage"] = number(postage.amount)
    owes = any(start.get(f"money_{kind}") not in (None, "", "0") for kind in ("fee", "charge"))
    remittance = tariffs.remittance_price(session, on) if owes else None
    if remittance is not None:
        found["money_remittance"] = number(remittance.amount)
    return found


def exempted(form: Form, kind: str) -> Exempted | None:
    """Give the exemption claimed for money of a kind; None when none is."""
    grounds = grounds_of(kind)
    ground = form.one_of(f"ground_{kind}", grounds, required=False)
    if not ground:
        return None
    evidence = form.text(f"evidence_{kind}", required=False)
    act = form.text(f"act_{kind}", required=False)
    if not evidence:
        form.fault(f"evidence_{kind}", NEEDS_PAPER)
    if grounds[ground].names_act and not act:
        form.fault(f"act_{kind}", NEEDS_PAPER)
    return Exempted(ground, evidence, act)
