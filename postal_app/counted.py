"""Counted: what is kept of papers that were counted together, and of who signed for them."""

from collections.abc import Sequence
from datetime import datetime

from models.dossiers import ChecklistLine, Signature
from postal_app.pickup_form import NotInVocabulary, Paper, SignedBy
from postal_app.rules.intake import SIGNERS
from postal_app.rules.vietnamese import tidy


def checklist(papers: Sequence[Paper]) -> list[ChecklistLine]:
    """Give what is kept of the papers as counted, in their order."""
    return [
        ChecklistLine(
            position=position,
            name=tidy(paper.name),
            kind=paper.kind,
            required=paper.required,
            counted=paper.counted,
            pages=paper.pages,
            note=tidy(paper.note),
        )
        for position, paper in enumerate(papers, start=1)
    ]


def same_papers(kept: Sequence[ChecklistLine], papers: Sequence[Paper]) -> bool:
    """Tell whether a list that is kept says what these papers say."""
    said = [(one.name, one.kind, one.required, one.counted, one.pages, one.note) for one in kept]
    wanted = [
        (tidy(one.name), one.kind, one.required, one.counted, one.pages, tidy(one.note))
        for one in papers
    ]
    return said == wanted


def signatures(signed: Sequence[SignedBy], now: datetime) -> list[Signature]:
    """Give what is kept of the signatures given now.

    Raises:
        NotInVocabulary: somebody signed who is not asked to.
    """
    for one in signed:
        if one.signer not in SIGNERS:
            raise NotInVocabulary(field="signer", value=one.signer)
    return [
        Signature(
            signer=one.signer, manner="drawn" if one.image else "paper", image=one.image, at=now
        )
        for one in signed
    ]
