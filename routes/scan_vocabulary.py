"""The words a phone works with: it gets them here and holds no second copy of a rule."""

from collections.abc import Mapping
from dataclasses import asdict

from postal_app.rules.handing_out import RELATIONS
from postal_app.rules.roles import Role
from postal_app.rules.undeliverable import ACTIONS, MANNERS, REASONS
from postal_app.rules.vocabulary import ANOMALIES, Kind
from postal_app.rules.words import Words
from postal_app.scan_verdicts import OUTCOME_WORDS
from routes.forms import LONGEST_NOTE
from routes.language import say
from routes.scan_batch import MOST_SCANS
from routes.scan_form import CONDITION_CHOICES, LONGEST_CODE, asked_for, kinds_of, proofs_of


def phone_vocabulary(role: Role) -> dict[str, object]:
    """Give the kinds of event a role scans with what each needs, every list, and the limits."""
    kinds = {
        name: {
            "words": say(kind.words),
            "needs": kind.needs,
            "asks": [what for what, asked in asdict(asked_for(kind)).items() if asked],
            "proofs": _said(proofs_of(kind)),
            "legs": sorted(kind.legs) if isinstance(kind, Kind) else [],
        }
        for name, kind in kinds_of(role).items()
    }
    reasons = {
        code: {
            "words": say(reason.words),
            "next_actions": reason.actions,
            "text_needed": reason.text_needed,
            "legs": sorted(reason.legs),
        }
        for code, reason in REASONS.items()
    }
    return {
        "kinds": kinds,
        "reasons": reasons,
        "next_actions": _said(ACTIONS),
        "conditions": _said(dict(CONDITION_CHOICES)),
        "relations": _said(RELATIONS),
        "manners": _said(MANNERS),
        "oddities": _said(ANOMALIES),
        "outcomes": _said({str(outcome): words for outcome, words in OUTCOME_WORDS.items()}),
        "limits": {
            "scans": MOST_SCANS,
            "code_characters": LONGEST_CODE,
            "note_characters": LONGEST_NOTE,
        },
    }


def _said(words: Mapping[str, Words]) -> dict[str, str]:
    return {code: say(one) for code, one in words.items()}
