"""Who may come through which door.

1. Every door stands in `ALLOWED`; a door that does not is shut for everybody.
2. Who is signed in is read from the archive on every request (see `sessions.py`).
3. What changes something needs the token of the session it was asked for in (CSRF).
4. A thing of another place answers like a thing that is not there: see `within_reach`.
"""

from typing import Final, Literal

from flask import current_app, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, CSRFProtect

from postal_app.errors import Forbidden, Unknown
from postal_app.rules import closing as rules_of_closing
from postal_app.rules import complaints as rules_of_complaints
from postal_app.rules import counts as rules_of_counts
from postal_app.rules import incidents as rules_of_incidents
from postal_app.rules.roles import Actor, Role
from postal_app.rules.vocabulary import KINDS
from postal_app.rules.words import Words
from routes import resume
from routes.sessions import visitor

Pass = frozenset[Role] | Literal["public"]

PUBLIC: Final = "public"
SIGNED_IN = frozenset(Role)
COUNTER = frozenset({Role.CLERK})
POST_OFFICE = frozenset({Role.CLERK, Role.COURIER})
PROVINCE = frozenset({Role.PROVINCIAL, Role.AUDITOR})
CATALOGUE_KEEPERS = frozenset({Role.PROVINCIAL, Role.ADMINISTRATOR})
OVERSEERS = frozenset({Role.AUDITOR, Role.ADMINISTRATOR})
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
OFFICER = frozenset({Role.OFFICER})
COURIER = frozenset({Role.COURIER})
PROVINCIAL = frozenset({Role.PROVINCIAL})
SCANNERS = frozenset(role for kind in KINDS.values() if kind.scanned for role in kind.by)
MAY_ASK = SIGNED_IN - {Role.AUDITOR}  # for a correction; who audits only looks
MAY_CONFIRM = KINDS["corrected"].by

ALLOWED: dict[str, Pass] = {
    "static": PUBLIC,
    "health": PUBLIC,
    # public.py
    "public.start": PUBLIC,
    "public.track": PUBLIC,
    "public.details": PUBLIC,
    # ledger_log.py
    "log.listed": PUBLIC,
    "log.listed_json": PUBLIC,
    "log.text": PUBLIC,
    "log.consistency": PUBLIC,
    "log.proof": SIGNED_IN,
    # clerk.py
    "clerk.start": COUNTER,
    "clerk.new_pickup": COUNTER,
    "clerk.agencies": COUNTER,
    "clerk.address": COUNTER,
    "clerk.points": COUNTER,
    "clerk.pickup": COUNTER,
    "clerk.slip": COUNTER,
    "clerk.label": COUNTER,
    "clerk.labels": COUNTER,
    "clerk.label_sheet": COUNTER,
    "clerk.new_supplement": COUNTER,
    "clerk.supplement": COUNTER,
    "clerk.supplement_slip": COUNTER,
    # label_work.py
    "label_work.batch": COUNTER,
    "label_work.printers": COUNTER,
    "label_work.test_page": COUNTER,
    "label_work.ranges": COUNTER,
    # print_jobs.py
    "print_jobs.waiting": COUNTER,
    "print_jobs.again": COUNTER,
    "print_jobs.drop": COUNTER,
    "print_jobs.paper": COUNTER,
    "label_work.range_labels": COUNTER,
    # home_pickups.py
    "home.start": COURIER,
    "home.call": COURIER,
    "home.code": COURIER,
    "home.new_pickup": COURIER,
    "home.agencies": COURIER,
    "home.address": COURIER,
    "home.points": COURIER,
    "home.pickup": COURIER,
    "home.slip": COURIER,
    "home.new_supplement": COURIER,
    "home.supplement": COURIER,
    "home.supplement_slip": COURIER,
    "calls.listed": COUNTER,
    # admin.py
    "admin.accounts_list": ADMINISTRATOR,
    "admin.new_account": ADMINISTRATOR,
    "admin.account_card": ADMINISTRATOR,
    "admin.assign": ADMINISTRATOR,
    "admin.end_assignment": ADMINISTRATOR,
    "admin.reset_password": ADMINISTRATOR,
    "admin.deactivate": ADMINISTRATOR,
    "admin.reactivate": ADMINISTRATOR,
    "admin.views": OVERSEERS,
    "admin.disclosures": OVERSEERS,
    "admin.refused": OVERSEERS | PROVINCE,
    # people_data.py
    "people.exports": OVERSEERS,
    "people.terms": PROVINCE | ADMINISTRATOR,
    "people.set_term": CATALOGUE_KEEPERS,
    "people.held": PROVINCE,
    "people.held_of": PROVINCE,
    "people.photos": PROVINCE,
    "people.photo": PROVINCE,
    # province.py
    "province.month": PROVINCE | ADMINISTRATOR,
    "province.legs": PROVINCE | ADMINISTRATOR,
    "province.month_file": PROVINCE | ADMINISTRATOR,
    # closing.py
    "closing.close": rules_of_closing.MAY_CLOSE,
    "closing.later": PROVINCE | ADMINISTRATOR,
    # catalogue.py
    "catalogue.new_list": CATALOGUE_KEEPERS,
    "catalogue.dry_run": CATALOGUE_KEEPERS,
    "catalogue.faults": CATALOGUE_KEEPERS,
    "catalogue.template": CATALOGUE_KEEPERS,
    # promises.py
    "promises.published": CATALOGUE_KEEPERS,
    "promises.dry_run": CATALOGUE_KEEPERS,
    # money.py
    "money.held": COUNTER,
    "money.voucher": COUNTER,
    "money.to_confirm": OFFICER,
    "money.answer": OFFICER,
    "money.balance": PROVINCE | ADMINISTRATOR,
    "money.receipts": PROVINCE | ADMINISTRATOR,
    "money.balance_file": PROVINCE | ADMINISTRATOR,
    "money.prices": PROVINCE | ADMINISTRATOR,
    # receipts.py
    "receipts.dossier": COUNTER,
    "receipts.paper": POST_OFFICE,
    "receipts.mine": POST_OFFICE,
    "receipts.voids": frozenset({Role.CLERK, Role.PROVINCIAL}),
    # tariff.py
    "tariff.published": SIGNED_IN,
    "tariff.new_list": CATALOGUE_KEEPERS,
    "tariff.dry_run": CATALOGUE_KEEPERS,
    # incidents.py
    "incidents.work": rules_of_incidents.MAY_SEE,
    "incidents.new": rules_of_incidents.MAY_RECORD,
    "incidents.record": rules_of_incidents.MAY_SEE,
    "incidents.paper": rules_of_incidents.MAY_SEE,
    "incidents.holder": SIGNED_IN,
    # complaints.py
    "complaints.new": rules_of_complaints.MAY_TAKE_IN,
    "complaints.one": rules_of_complaints.MAY_SEE,
    "complaints.letter": rules_of_complaints.MAY_SEE,
    "complaints.limits": frozenset({Role.PROVINCIAL}),
    # balances.py
    "balances.own": rules_of_counts.MAY_COUNT,
    "balances.trial": PROVINCE,
    "balances.holder": PROVINCE,
    # counts.py
    "counts.listed": rules_of_counts.MAY_SEE,
    "counts.new": rules_of_counts.MAY_COUNT,
    "counts.sheet": rules_of_counts.MAY_SEE,
    "counts.paper": rules_of_counts.MAY_SEE,
    # sign_in.py
    "sign_in.page": PUBLIC,
    "sign_in.language": PUBLIC,
    "sign_in.sign_out": SIGNED_IN,
    "sign_in.home": SIGNED_IN,
    "sign_in.account": SIGNED_IN,
    "sign_in.roles": SIGNED_IN,
    "sign_in.switch": SIGNED_IN,
    "sign_in.password": SIGNED_IN,
    # courier.py
    "courier.holding": COURIER,
    "courier.scan": SCANNERS,
    "courier.scans": SCANNERS,
    "courier.vocabulary": SCANNERS,
    # devices.py
    "devices.mine": SCANNERS,
    "devices.register": SCANNERS,
    "devices.listed": ADMINISTRATOR,
    "devices.one": ADMINISTRATOR,
    # deliveries.py
    "deliveries.waiting": COUNTER,
    "deliveries.hand_out": POST_OFFICE,
    "deliveries.wish": POST_OFFICE,
    "deliveries.notice": POST_OFFICE,
    "deliveries.notice_paper": POST_OFFICE,
    "deliveries.send_back": COUNTER,
    "deliveries.sent_back": COUNTER,
    "deliveries.agency_demands": OFFICER,
    "deliveries.counter_demands": COUNTER,
    # bags.py
    "bags.listed": COUNTER,
    "bags.one": COUNTER,
    "bags.label": COUNTER,
    # handovers.py
    "handovers.listed": POST_OFFICE,
    "handovers.one": POST_OFFICE,
    "handovers.paper": POST_OFFICE,
    "handovers.differences": POST_OFFICE | PROVINCE,
    "handovers.difference": POST_OFFICE | PROVINCE,
    # undelivered.py
    "undelivered.terms": CATALOGUE_KEEPERS,
    "undelivered.procedure_demands": CATALOGUE_KEEPERS,
    "undelivered.lying_back": PROVINCIAL,
    "undelivered.publish": PROVINCIAL,
    "undelivered.declare": PROVINCIAL,
    "undelivered.public_list": PUBLIC,
    # agency.py
    "agency.inbox": OFFICER,
    "agency.accept": OFFICER,
    "agency.dossiers": OFFICER,
    "agency.settle": OFFICER,
    "agency.result": OFFICER,
    "agency.label": OFFICER,
    "agency.register": OFFICER,
    "agency.procedure": OFFICER,
    # agency_answers.py
    "answers.dossier": OFFICER,
    "answers.answer": OFFICER,
    "answers.take_back": OFFICER,
    "answers.paper": OFFICER,
    "answers.lend": OFFICER,
    "answers.give_back": OFFICER,
    "answers.originals": OFFICER,
    "answers.transfer": OFFICER,
    # agency_records.py
    "records.count": OFFICER,
    "records.listed": OFFICER,
    "records.record": OFFICER,
    "records.paper": OFFICER | POST_OFFICE,
    "records.to_sign": POST_OFFICE,
    "records.sign": POST_OFFICE,
    # agency_sending.py
    "sending.start": OFFICER,
    "sending.envelope": OFFICER,
    "sending.lists": OFFICER,
    "sending.listed": OFFICER,
    "sending.paper": OFFICER,
    # anyone.py
    "anyone.item": SIGNED_IN,
    "anyone.search": SIGNED_IN,
    "anyone.ask": MAY_ASK,
    "anyone.to_confirm": MAY_CONFIRM,
    "anyone.confirm": MAY_CONFIRM,
}

csrf = CSRFProtect()

# What is sent here acts for nobody: its keys stand in the form itself, it changes nothing of the
# sender's, and a foreign page cannot read the answer. So the citizen needs no cookie.
NEEDS_NO_TOKEN = frozenset({"public.details"})

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class ShutDoor(Forbidden):
    """Nobody has said who may come through this door."""

    words = Words("Trang này chưa được mở cho ai.", "This page has not been opened to anybody.")


class WrongRole(Forbidden):
    """The person's present role may not come through this door."""

    words = Words(
        "Vai trò hiện tại của bạn không dùng được trang này. "
        "Nếu bạn có vai trò khác, hãy chuyển vai trò ở mục Tài khoản.",
        "Your present role may not use this page. "
        "If you have another role, change to it under Account.",
    )


class NothingHere(Unknown):
    """Nothing bears this number, or nothing that the person may see."""

    words = Words("Không tìm thấy mục này.", "There is nothing here.")


def guard() -> ResponseReturnValue | None:
    """Let the request through, or answer it in the door's place; runs before every door."""
    if request.method == "POST" and resume.is_sign_in_again():
        csrf.protect()
        answer = resume.sign_in_again(_may_pass)
        if answer is not None:
            return answer
    if request.endpoint is None:
        return None  # no such address, or not by this method: the router's error speaks
    allowed = ALLOWED.get(request.endpoint)
    if allowed is None:
        raise ShutDoor
    if allowed != PUBLIC:
        person = visitor()
        if person is None:
            return resume.ask_to_sign_in()
        if person.role not in allowed:
            raise WrongRole
    if request.method in SAFE_METHODS or request.endpoint in NEEDS_NO_TOKEN:
        return None
    if not current_app.config["WTF_CSRF_ENABLED"]:
        return None
    return _check_token()


def current_actor() -> Actor:
    """Give who is signed in; behind the guard there is somebody.

    Raises:
        RuntimeError: a public door asked; that is our fault.
    """
    person = visitor()
    if person is None:
        raise RuntimeError("a public door asked who is signed in")
    return person


def within_reach(
    actor: Actor,
    *,
    points: frozenset[int] = frozenset(),
    agencies: frozenset[int] = frozenset(),
    otherwise: Unknown | None = None,
) -> None:
    """Refuse a thing that belongs to other places than the actor's.

    Args:
        actor: who asks.
        points: ids of the service points the thing is or was at.
        agencies: ids of its agencies.
        otherwise: the error an unknown number gives at this door, so that nobody can tell a
            foreign number from a free one.

    Raises:
        Unknown: the thing is out of reach.
    """
    if not actor.sees(points=points, agencies=agencies):
        raise otherwise or NothingHere()


def _may_pass(endpoint: str, role: Role) -> bool:
    allowed = ALLOWED.get(endpoint)
    return allowed is not None and (allowed == PUBLIC or role in allowed)


def _check_token() -> ResponseReturnValue | None:
    """Check the form's token; a form of an earlier session is shown again as it was filled."""
    try:
        csrf.protect()
    except CSRFError:
        if visitor() is not None and resume.show_again(_may_pass):
            return None
        raise
    return None
