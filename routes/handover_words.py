"""The tones in which the outcomes of hand-overs are shown; the word says it, not the colour."""

from postal_app.rules.handovers import Outcome

OUTCOME_TONES = {
    Outcome.WAITING: "underway",
    Outcome.AGREED: "good",
    Outcome.MISSING: "bad",
    Outcome.EXTRA: "careful",
    Outcome.WRONG_BAG: "careful",
    Outcome.SEAL_DIFFERS: "bad",
    Outcome.DAMAGED: "bad",
    Outcome.SAME_ACCOUNT: "bad",
    Outcome.TWO_TAKERS: "bad",
    Outcome.CANCELLED: "quiet",
}
