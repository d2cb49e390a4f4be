"""The people of the sample province: names, phones and addresses, put together at random.

Nobody here exists. Some of the text is in decomposed form, as some keyboards type it, because the
desks have to cope with that.
"""

import json
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from postal_app.geography import recognise, to_current
from postal_app.pickup_form import Person

DATA = Path(__file__).parent / "data"

Chosen = TypeVar("Chosen")

DECOMPOSED_SHARE = 0.08
NEW_ADDRESS_SHARE = 0.2
WITHOUT_PHONE_SHARE = 0.03
PHONE_HEADS = ("096", "097", "098", "086", "091", "094", "088", "090", "093", "033", "038", "039")


class People:
    """Who may come to the counter, drawn from the lists of names and places."""

    def __init__(self) -> None:
        self.lists: dict[str, Any] = json.loads((DATA / "people.json").read_text(encoding="utf-8"))
        self.current_ends: dict[str, str] = {}

    def name(self, rng: Random) -> str:
        """Give a full name, such as Bùi Thị Hằng."""
        weights = self.lists["weights"]
        of_people = rng.choices(list(weights), list(weights.values()))[0]
        half = self.lists[rng.choice(("women", "men"))]
        family = rng.choice(self.lists["family_names"][of_people])
        return f"{family} {rng.choice(half['middle_names'])} {rng.choice(half['given_names'])}"

    def person(self, rng: Random, commune: str) -> Person:
        """Give somebody who lives in a commune, which is written as old papers write it."""
        return self.relative(rng, self.address(rng, commune))

    def relative(self, rng: Random, address: str) -> Person:
        """Give somebody at an address."""
        phone = "" if rng.random() < WITHOUT_PHONE_SHARE else self._phone(rng)
        name = self.name(rng)
        if rng.random() < DECOMPOSED_SHARE:
            name, address = (
                unicodedata.normalize("NFD", name),
                unicodedata.normalize("NFD", address),
            )
        return Person(name, phone, address)

    def address(self, rng: Random, commune: str) -> str:
        """Give an address in a commune: of three parts as before 1/7/2025, or of two as since."""
        kind = {"Phường": "urban", "Thị": "town"}.get(commune.split(maxsplit=1)[0], "rural")
        written = self.lists["addresses"]
        house = rng.choice(written[kind]).format(
            place=rng.choice(written["places"]),
            street=rng.choice(written["streets"]),
            town_street=rng.choice(written["town_streets"]),
            house=rng.randint(*written["house_range"]),
            group=rng.randint(*written["group_range"]),
            lane=rng.randint(*written["lane_range"]),
        )
        end = self._current(commune) if rng.random() < NEW_ADDRESS_SHARE else ""
        return f"{house}, {end or commune[0].lower() + commune[1:]}"

    def _current(self, commune: str) -> str:
        """Give the commune as it is called since 1/7/2025, empty where it was divided."""
        if commune not in self.current_ends:
            found = to_current(recognise(commune))
            known = found.commune and found.province
            self.current_ends[commune] = (
                f"{found.commune.name}, {found.province.name}".replace("Tỉnh ", "tỉnh ")
                if known and found.commune and found.province
                else ""
            )
        return self.current_ends[commune]

    @staticmethod
    def _phone(rng: Random) -> str:
        return rng.choice(PHONE_HEADS) + f"{rng.randrange(10_000_000):07d}"


def weighted(rng: Random, choices: Sequence[tuple[Chosen, float]]) -> Chosen:
    """Give one of the choices, each as likely as its weight says."""
    return rng.choices([one for one, _ in choices], [weight for _, weight in choices])[0]
