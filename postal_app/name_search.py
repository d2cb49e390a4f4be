"""Finding dossiers by the words of people's names, however many dossiers there are.

The newest are found first by walking the index of one word backwards and asking of each dossier
whether it bears the others too, in the same part of the index; so the rarest word leads. Of a word
that very many bear it is only known that they are many, and then few steps are enough to find
plenty. How common the words are decides how to walk, so each search is planned for its own.
"""

import re
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy import text as sql
from sqlalchemy.orm import Session, aliased

from models.dossiers import Dossier
from models.shadows import NameWord
from postal_app.rules.roles import Actor, Role
from postal_app.rules.vietnamese import fold

MANY = 3_000
"""A word that so many dossiers bear is common; counting further would only cost time."""

MOST_ENDINGS = 20
_WORD_END = re.compile(r"[\s!-/:-@\[-`{-~]+")


def dossiers(
    session: Session, text: str, by: Actor, in_reach: ColumnElement[bool], most: int
) -> list[int]:
    """Give the ids of the newest dossiers in reach whose people bear all words of a text.

    Args:
        session: where to read.
        text: words of a name, with or without marks.
        by: who asks; his place says which part of the index is walked.
        in_reach: the condition under which he may see a dossier.
        most: give no more than so many.
    """
    words = list(dict.fromkeys(_WORD_END.split(fold(text))))
    words = [word for word in words if word]
    if not words:
        return []
    session.execute(sql("SET LOCAL plan_cache_mode = force_custom_plan"))
    found = session.scalars(_walk(session, [[word] for word in words], by, in_reach, most)).all()
    if found or not (endings := _endings(session, words[-1], by)):
        return list(found)
    wanted = [*([word] for word in words[:-1]), endings]
    return list(session.scalars(_walk(session, wanted, by, in_reach, most)))


def _walk(
    session: Session,
    wanted: Sequence[Sequence[str]],
    by: Actor,
    in_reach: ColumnElement[bool],
    most: int,
) -> Select[int]:
    """Select the dossiers that bear one word of each group, led by the rarest group."""
    lead, *others = sorted(wanted, key=lambda group: _bearers(session, group, by))
    leading = aliased(NameWord)
    walk = select(leading.dossier_id).where(_at_place(leading, by), leading.word.in_(lead))
    for group in others:
        also = aliased(NameWord)
        walk = walk.where(
            exists().where(
                also.dossier_id == leading.dossier_id, _at_place(also, by), also.word.in_(group)
            )
        )
    visible = exists().where(Dossier.id == leading.dossier_id, in_reach)
    if len(lead) > 1:
        walk = walk.distinct()
    return walk.where(visible).order_by(leading.dossier_id.desc()).limit(most)


def _bearers(session: Session, group: Sequence[str], by: Actor) -> int:
    """Count the dossiers that bear a word of a group, as far as `MANY`."""
    some = select(NameWord.dossier_id).where(_at_place(NameWord, by), NameWord.word.in_(group))
    return session.scalar(select(func.count()).select_from(some.limit(MANY).subquery())) or 0


def _endings(session: Session, beginning: str, by: Actor) -> list[str]:
    """Give the words that begin so, by leaps through the index from each to the next."""
    found: list[str] = []
    after = beginning
    while len(found) < MOST_ENDINGS:
        following = session.scalar(
            select(NameWord.word)
            .where(_at_place(NameWord, by), NameWord.word > after)
            .order_by(NameWord.word)
            .limit(1)
        )
        if following is None or not following.startswith(beginning):
            break
        found.append(following)
        after = following
    return found


def _at_place(word: type[NameWord], by: Actor) -> ColumnElement[bool]:
    """Give the condition that a word belongs to a dossier of the person's place.

    A courier may know dossiers of other points too: he reads all and is shown what he may see.
    """
    if by.agency_id is not None:
        return word.agency_id == by.agency_id
    if by.point_id is not None and by.role is not Role.COURIER:
        return word.point_id == by.point_id
    return word.dossier_id.is_not(None)
