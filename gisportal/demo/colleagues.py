"""The colleagues of the demonstration's people: names and groups that are the same on every machine.

With the people of ``gisportal.demo.people`` they are 174 accounts in 26 groups, as many as a territorial authority has.
All are invented: first and last names are drawn from two lists, in the order of the groups.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from gisportal.accounts.vocabulary import AccountKind
from gisportal.demo.rights import (
    ALEC,
    BOULOGNE,
    CHAVILLE,
    CLIMATE,
    CONSULTANTS_MOBILITY,
    DIG,
    EAST,
    ELECTED,
    FLEET,
    ISSY,
    MANAGEMENT,
    MARNES_AVRAY,
    MEUDON,
    MOBILITY,
    NATURE_HOUSE,
    NEIGHBOUR,
    NORTH,
    PLANNING,
    PLAYGROUNDS,
    ROADS,
    SEVRES,
    SOEE,
    SOUTH,
    TREES,
    VANVES,
    WASTE,
)


@dataclass(frozen=True, slots=True)
class Person:
    """An account of the demonstration; ``last_sign_in`` is so many days before the first load."""

    username: str
    first_name: str
    last_name: str
    kind: AccountKind
    groups: tuple[str, ...]
    description: str
    organisation: str = "Organisme d’exemple"
    is_administrator: bool = False
    is_active: bool = True
    is_invited: bool = False
    last_sign_in: int | None = None


_AUTHORITY = "Seine Ouest (exemple)"
# Group → its kind, its organisation, and how many colleagues it has besides the people who are named one by one.
_NUMBERS = (
    (DIG, AccountKind.AGENT, _AUTHORITY, 6),
    (MANAGEMENT, AccountKind.AGENT, _AUTHORITY, 4),
    (CLIMATE, AccountKind.AGENT, _AUTHORITY, 8),
    (WASTE, AccountKind.AGENT, _AUTHORITY, 5),
    (MOBILITY, AccountKind.AGENT, _AUTHORITY, 7),
    (ROADS, AccountKind.AGENT, _AUTHORITY, 11),
    (FLEET, AccountKind.AGENT, _AUTHORITY, 6),
    (TREES, AccountKind.AGENT, _AUTHORITY, 13),
    (NATURE_HOUSE, AccountKind.AGENT, _AUTHORITY, 7),
    (PLAYGROUNDS, AccountKind.AGENT, _AUTHORITY, 5),
    (PLANNING, AccountKind.AGENT, _AUTHORITY, 11),
    (NORTH, AccountKind.AGENT, _AUTHORITY, 5),
    (EAST, AccountKind.AGENT, _AUTHORITY, 5),
    (SOUTH, AccountKind.AGENT, _AUTHORITY, 5),
    (BOULOGNE, AccountKind.TOWN, BOULOGNE, 8),
    (CHAVILLE, AccountKind.TOWN, CHAVILLE, 3),
    (ISSY, AccountKind.TOWN, ISSY, 5),
    (MARNES_AVRAY, AccountKind.TOWN, "Ville de Ville-d’Avray", 1),
    (MEUDON, AccountKind.TOWN, MEUDON, 5),
    (SEVRES, AccountKind.TOWN, SEVRES, 2),
    (VANVES, AccountKind.TOWN, VANVES, 2),
    (ELECTED, AccountKind.ELECTED, "Conseil de territoire (exemple)", 11),
    (ALEC, AccountKind.PARTNER, "Agence locale de l’énergie (exemple)", 3),
    (SOEE, AccountKind.PARTNER, "Société d’économie mixte (exemple)", 2),
    (CONSULTANTS_MOBILITY, AccountKind.PARTNER, "Bureau d’études (exemple)", 3),
    (NEIGHBOUR, AccountKind.PARTNER, "Établissement voisin (exemple)", 3),
)
# Agents of the territorial directorates who are in a group of a theme too: the first one of each.
_SECOND_GROUPS = {NORTH: ROADS, EAST: TREES, SOUTH: PLANNING}
_FIRST_NAMES = (
    "Adèle", "Bilal", "Camille", "Denis", "Estelle", "Farid", "Gaëlle", "Hugo", "Inès", "Julien", "Karim", "Léa",
    "Mathis", "Nadia", "Olivier", "Pauline", "Quentin", "Rosalie", "Samir", "Thaïs", "Ulysse", "Valérie", "Wassim",
)  # fmt: skip
_LAST_NAMES = (
    "Arnoux", "Bellanger", "Chauvet", "Delmas", "Esnault", "Fontenay", "Guérin", "Hamidi", "Imbert", "Jacquet",
    "Kermarrec", "Lambert", "Maçon", "Nguyen", "Ollivier", "Perrot", "Queval", "Roussel", "Sorel",
)  # fmt: skip
# Of colleagues in order: one of so many was invited and never came, was disabled, or has not come for long.
_INVITED, _DISABLED, _ASLEEP = 25, 49, 13


def _colleagues() -> Iterator[Person]:
    number = 0
    for group, kind, organisation, count in _NUMBERS:
        for rank in range(count):
            number += 1
            # The two lengths have no common divisor: no two people have the same names.
            first, last = _FIRST_NAMES[number % len(_FIRST_NAMES)], _LAST_NAMES[number % len(_LAST_NAMES)]
            is_invited = number % _INVITED == 0
            days = 200 + number if number % _ASLEEP == 0 else number % 23
            second = (_SECOND_GROUPS[group],) if rank == 0 and group in _SECOND_GROUPS else ()
            yield Person(
                username=f"{_plain(first)}.{_plain(last)}",
                first_name=first,
                last_name=last,
                kind=kind,
                groups=(group, *second),
                description=f"{group} : comme ses collègues",
                organisation=organisation,
                is_active=number % _DISABLED != 0,
                is_invited=is_invited,
                last_sign_in=None if is_invited else days,
            )


def _plain(name: str) -> str:
    """Return a name in lower case and without accents, as it is written in an address."""
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()


COLLEAGUES = tuple(_colleagues())
