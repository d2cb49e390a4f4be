"""In which of the two languages a page speaks: Vietnamese first, English for who asks for it."""

import json
from functools import cache
from pathlib import Path

from flask import has_request_context, request

from postal_app.rules.words import Words

COOKIE = "language"
LANGUAGES = ("vi", "en")
TRANSLATIONS = Path(__file__).resolve().parent / "translations" / "en.json"


def language() -> str:
    """Give the reader's language, `vi` or `en`; Vietnamese when he has not chosen."""
    chosen = request.cookies.get(COOKIE) if has_request_context() else None
    return chosen if chosen in LANGUAGES else LANGUAGES[0]


def _(vi: str, **facts: object) -> str:
    """Give a phrase of the pages in the reader's language, its `{marks}` filled with facts."""
    phrase = english().get(vi, vi) if language() == "en" else vi
    return phrase.format(**facts) if facts else phrase


def say(words: Words) -> str:
    """Give a phrase of the domain in the reader's language."""
    return words.spoken(language())


@cache
def english() -> dict[str, str]:
    """Give the English of every phrase of the pages, by its Vietnamese."""
    phrases: dict[str, str] = json.loads(TRANSLATIONS.read_text(encoding="utf-8"))
    return phrases
