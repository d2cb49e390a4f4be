"""Orders of labels that are followed as they are drawn, and jobs that wait for their printer.

The page of an order is sent while its labels are drawn: each step is one more piece of the same
page, and only the last piece of the list shows (`forms.css`), so that a bar grows without a
script. What is drawn is written down before a printer is given anything.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flask import Blueprint, Response, current_app, flash, redirect, stream_template, url_for
from flask.typing import ResponseReturnValue

from config import Config
from postal_app import exports, label_orders, point_printers, printers, staff
from postal_app.errors import PostalError
from postal_app.label_orders import Drawing, Speech
from postal_app.places import own_point
from postal_app.printers import Destination, KeptJob, Origin, PrinterSilent
from postal_app.rules.words import Words
from routes import papers
from routes.access import current_actor
from routes.archive import transaction
from routes.forms import Form
from routes.language import _
from routes.sessions import now

doors = Blueprint("print_jobs", __name__)

DRAWN_BY = "label_work.batch"
SENT_AGAIN = "print_jobs.again"


@dataclass(frozen=True, slots=True)
class Order:
    """What is drawn, in which speech, and where it then goes; nowhere: it is kept to be fetched."""

    drawing: Drawing
    speech: Speech
    printer: str = ""
    to: Destination | None = None

    @property
    def labels(self) -> int:
        """How many labels that is."""
        return len(self.drawing.numbers) * self.drawing.sheet.copies


@dataclass(frozen=True, slots=True)
class Step:
    """How far an order is; at its end either the job it is kept as, or why it failed."""

    done: int
    ended: bool = False
    job: str = ""
    refused: Words | None = None


def followed(order: Order) -> Response:
    """Draw an order while its page tells how far it is, then send it to its printer or keep it."""
    page = stream_template("label_work/progress.html", order=order, steps=_steps(order))
    answer = Response(page)
    answer.headers["X-Accel-Buffering"] = "no"  # a web server before us passes each step on
    return answer


@doors.get("/clerk/print-jobs")
def waiting() -> ResponseReturnValue:
    """Show the point's jobs that wait for their printer or to be fetched."""
    actor, form = current_actor(), Form()
    return _page(form, own_point(actor))


@doors.post("/clerk/print-jobs/<job>/again")
def again(job: str) -> ResponseReturnValue:
    """Send a kept job to a printer of the point."""
    actor, form = current_actor(), Form()
    point_id = own_point(actor)
    kept, content = printers.fetch(job, folder(), point_id)
    with form.catching():
        name = form.text("to", longest=200)
        form.check()
        with transaction() as session:
            to = point_printers.destination_of(point_printers.get(session, name, actor))
            staff.record_view(session, actor, SENT_AGAIN, kept.origin.numbers, now=now())
            paper = exports.Paper(SENT_AGAIN, kept.origin.numbers, content)
            exports.record_paper(session, actor, paper, now=now())
        printers.deliver_again(job, folder(), to=to)
        flash(_("Đã gửi lệnh in đến {name}.", name=name), "good")
        return redirect(url_for("print_jobs.waiting"))
    return _page(form, point_id)


@doors.post("/clerk/print-jobs/<job>/drop")
def drop(job: str) -> ResponseReturnValue:
    """Delete a kept job that nobody needs."""
    printers.drop(job, folder(), own_point(current_actor()))
    flash(_("Đã bỏ lệnh in."), "good")
    return redirect(url_for("print_jobs.waiting"))


@doors.get("/clerk/print-jobs/<job>/labels.pdf")
def paper(job: str) -> ResponseReturnValue:
    """Give the labels of a job that was drawn to be fetched."""
    kept, content = printers.fetch(job, folder(), own_point(current_actor()))
    if kept.to is not None:
        raise printers.UnknownJob(job=job)
    with transaction() as session:
        return papers.give(session, "print_jobs.paper", kept.origin.numbers, content, job)


def folder() -> Path:
    """Give where jobs wait; the command line knows the same."""
    settings: Config = current_app.extensions["settings"]
    return printers.folder_in(settings.home)


def _steps(order: Order) -> Iterator[Step]:
    """Draw, telling each hundredth part; write down; hand on."""
    begun, content, told = now(), [], -1
    try:
        with transaction() as session:
            drawn = label_orders.spoken(session, order.drawing, order.speech, now=begun)
            for part in drawn:
                content.append(part.content)
                if part.labels * 100 // order.labels > told:
                    told = part.labels * 100 // order.labels
                    yield Step(part.labels)
            job = b"".join(content)
            numbers, by = tuple(order.drawing.numbers), order.drawing.by
            staff.record_view(session, by, DRAWN_BY, numbers, now=begun)
            taken = exports.Paper(DRAWN_BY, numbers, job)
            exports.record_paper(session, by, taken, now=begun)
    except PostalError as refused:
        yield Step(0, ended=True, refused=refused.said)
        return
    yield _handed_on(order, job, begun)


def _handed_on(order: Order, job: bytes, begun: datetime) -> Step:
    """Send a job that was written down to its printer, or keep it to be fetched."""
    by = order.drawing.by
    origin = Origin(own_point(by), order.printer, tuple(order.drawing.numbers))
    printers.forget_old(folder(), now=begun)
    if order.to is None:
        kept = printers.keep(job, None, folder(), origin, now=begun)
        return Step(order.labels, ended=True, job=kept)
    try:
        printers.deliver(job, order.to, folder(), now=begun, origin=origin)
    except PrinterSilent as silent:
        return Step(order.labels, ended=True, refused=silent.said)
    return Step(order.labels, ended=True)


def _page(form: Form, point_id: int) -> ResponseReturnValue:
    kept: list[KeptJob] = printers.waiting(folder(), point_id)
    with transaction() as session:
        known = point_printers.of_point(session, current_actor())
        names = [(one.name, one.name) for one in known]
    return form.page("label_work/jobs.html", jobs=kept, printers=names)
