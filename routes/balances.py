"""The doors of balances: one's own table on a day, all tables together, and any one of them."""

from datetime import date

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from postal_app import balances as desk
from postal_app import count_lists, standing
from postal_app.holder_names import UnknownHolder
from postal_app.ledger import own_holder
from postal_app.rules.counts import RESULT_WORDS
from postal_app.rules.holders import HOLDER_WORDS, Holder, HolderKind
from postal_app.rules.legs import LEG_WORDS
from postal_app.rules.vietnamese import day_of, read_day
from routes.access import current_actor
from routes.archive import transaction
from routes.sessions import now

balances = Blueprint("balances", __name__)

LISTED = (HolderKind.POINT, HolderKind.AGENCY, HolderKind.COURIER)
"""The kinds of holder whose tables the trial balance names one by one."""


@balances.get("/balances")
def own() -> ResponseReturnValue:
    """Show one's own table on a day: what came, what went, what should lie there, what waits."""
    actor, day = current_actor(), _day_asked()
    with transaction() as session:
        return render_template(
            "balances/day.html",
            told=desk.of_day(session, own_holder(actor), day),
            last=count_lists.last_count(session, actor),
            differences=count_lists.open_differences(session, actor),
            still=standing.work(session, actor, now=now()),
            own=True,
            **_words(),
        )


@balances.get("/province/balances")
def trial() -> ResponseReturnValue:
    """Show all tables of a day together: they hold what came into being, and nothing else."""
    actor, day = current_actor(), _day_asked()
    with transaction() as session:
        return render_template(
            "balances/trial.html",
            told=desk.trial(session, day),
            listed=LISTED,
            kind_words=HOLDER_WORDS,
            differences=count_lists.open_differences(session, actor),
            still=standing.work(session, actor, now=now()),
            **_words(),
        )


@balances.get("/province/balances/<kind>/<int:holder_id>")
def holder(kind: str, holder_id: int) -> ResponseReturnValue:
    """Show any one table on a day.

    Raises:
        UnknownHolder: there is no such holder.
    """
    if kind not in set(HolderKind):
        raise UnknownHolder(holder=kind)
    asked = Holder(HolderKind(kind), holder_id)
    desk.require_reach(asked, current_actor())
    with transaction() as session:
        told = desk.of_day(session, asked, _day_asked())
    return render_template("balances/day.html", told=told, own=False, **_words())


def _day_asked() -> date:
    """Give the day of the address, or today where it cannot be read."""
    today = day_of(now())
    return min(read_day(request.args.get("day", "")) or today, today)


def _words() -> dict[str, object]:
    return {
        "leg_words": LEG_WORDS,
        "result_words": RESULT_WORDS,
        "today": day_of(now()),
        "most": desk.MOST_LISTED,
    }
