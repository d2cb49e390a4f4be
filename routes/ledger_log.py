"""The doors of the ledger's log: checkpoints for everybody, the proof of an item for its people.

Nothing here says anything of anybody. Whoever wants to hold the post to its word fetches a
checkpoint now and asks later whether the ledger still continues it.
"""

from flask import Blueprint, Response, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue

from postal_app import checkpoints, enquiries, ledger_export, ledger_keys, proofs
from routes.access import current_actor
from routes.archive import transaction
from routes.pages import Page, page_asked

log = Blueprint("log", __name__)

ON_A_PAGE = 20


@log.get("/ledger/checkpoints")
def listed() -> ResponseReturnValue:
    """Show the checkpoints with codes, texts and keys; or those that bear a code from a paper."""
    code = request.args.get("code", "").strip()[:40]
    with transaction() as session:
        newest = checkpoints.latest(session)
        page = page_asked()
        shown = (
            checkpoints.with_code(session, code)
            if code
            else checkpoints.listed(session, page=page, size=ON_A_PAGE)
        )
        count = newest.number if newest else 0
        return render_template(
            "public/checkpoints.html",
            newest=newest,
            shown=shown,
            code=code,
            page=Page("log.listed", page, count, ON_A_PAGE, {}),
            keys=ledger_keys.keys(session),
        )


@log.get("/ledger/checkpoints.json")
def listed_json() -> ResponseReturnValue:
    """Give the keys and one page of the checkpoints, the newest first, to another machine."""
    with transaction() as session:
        shown = checkpoints.listed(session, page=page_asked(), size=ON_A_PAGE)
        told = {
            "keys": [ledger_export.key_part(key) for key in ledger_keys.keys(session)],
            "checkpoints": [ledger_export.checkpoint_part(one) for one in shown],
        }
    return jsonify(told)


@log.get("/ledger/checkpoints/<int:number>.txt")
def text(number: int) -> ResponseReturnValue:
    """Give a checkpoint with its signature as the text to be kept."""
    with transaction() as session:
        content = checkpoints.note(checkpoints.numbered(session, number))
    return _file(content, "text/plain; charset=utf-8", f"niem-{number}.txt")


@log.get("/ledger/checkpoints/<int:number>/from/<int:older>.json")
def consistency(number: int, older: int) -> ResponseReturnValue:
    """Give the proof that the ledger of one checkpoint continues that of an older one."""
    with transaction() as session:
        new, old = (checkpoints.numbered(session, one) for one in (number, older))
        told = {
            "old": ledger_export.checkpoint_part(old),
            "new": ledger_export.checkpoint_part(new),
            "path": [one.hex() for one in checkpoints.consistency_of(session, old, new)],
        }
    return jsonify(told)


@log.get("/items/<number>/proof.json")
def proof(number: str) -> ResponseReturnValue:
    """Give the proof of what the ledger says of an item to who may see the item."""
    with transaction() as session:
        item = enquiries.item_history(session, number, current_actor()).item
        answer = jsonify(proofs.of_item(session, item))
        name = f"chung-minh-{item.number}.json"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _file(content: str, kind: str, name: str) -> Response:
    answer = make_response(content)
    answer.headers["Content-Type"] = kind
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
