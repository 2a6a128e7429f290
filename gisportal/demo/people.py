"""Sample groups and accounts, and the file that tells whoever runs the demonstration how to sign in.

Passwords are random. They exist in clear in ``<PORTAL_DATA>/demo-accounts.json`` only, readable by its owner alone.
"""

from __future__ import annotations

import json
import os
import secrets
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import Group

from gisportal.accounts.models import User
from gisportal.accounts.vocabulary import AccountKind
from gisportal.demo.groups import (
    ALEC,
    AVRAY,
    BOULOGNE,
    CHAVILLE,
    CLIMATE,
    CONSULTANTS_CLIMATE,
    CONSULTANTS_MOBILITY,
    DIG,
    ELECTED,
    FLEET,
    HOUSING,
    ISSY,
    MANAGEMENT,
    MARNES,
    MEUDON,
    MOBILITY,
    NATURE_HOUSE,
    OBSERVATORY,
    PARTNERS,
    PLANNING,
    PLAYGROUNDS,
    ROADS,
    SEVRES,
    SOEE,
    TOWN_GROUPS,
    TOWNS,
    TREES,
    VANVES,
    WASTE,
    WRITES,
    load_groups,
)

__all__ = [
    "ALEC",
    "AVRAY",
    "BOULOGNE",
    "CHAVILLE",
    "CLIMATE",
    "CONSULTANTS_CLIMATE",
    "CONSULTANTS_MOBILITY",
    "DIG",
    "ELECTED",
    "FLEET",
    "HOUSING",
    "ISSY",
    "MANAGEMENT",
    "MARNES",
    "MEUDON",
    "MOBILITY",
    "NATURE_HOUSE",
    "OBSERVATORY",
    "PARTNERS",
    "PEOPLE",
    "PLANNING",
    "PLAYGROUNDS",
    "ROADS",
    "SEVRES",
    "SOEE",
    "TOWNS",
    "TOWN_GROUPS",
    "TREES",
    "VANVES",
    "WASTE",
    "Person",
    "accounts_file",
    "load_groups",
    "load_people",
]


@dataclass(frozen=True, slots=True)
class Person:
    """An account of the demonstration."""

    username: str
    first_name: str
    last_name: str
    kind: AccountKind
    groups: tuple[str, ...]
    description: str
    is_administrator: bool = False


PEOPLE = (
    Person(
        "administrateur",
        "Alix",
        "Exemple",
        AccountKind.AGENT,
        (DIG,),
        "Administre le portail et voit tout",
        is_administrator=True,
    ),
    Person("urbaniste", "Ugo", "Exemple", AccountKind.AGENT, (PLANNING,), "Voit et modifie le PLUi interne"),
    Person(
        "agent-jeux",
        "Jo",
        "Exemple",
        AccountKind.AGENT,
        (PLAYGROUNDS,),
        "Voit les contrôles et les interventions des aires de jeux ; fait et change des tableaux de bord",
    ),
    Person("agent-arbres", "Ève", "Exemple", AccountKind.AGENT, (TREES,), "Voit l’état sanitaire des arbres"),
    Person(
        "agent-meudon",
        "Mo",
        "Exemple",
        AccountKind.TOWN,
        (MEUDON,),
        "Voit les prescriptions linéaires de Meudon seulement",
    ),
    Person("elu", "Léo", "Exemple", AccountKind.ELECTED, (ELECTED,), "Son droit n’a pas encore commencé"),
    Person("partenaire", "Pat", "Exemple", AccountKind.PARTNER, (PARTNERS,), "Son droit est expiré"),
)


@dataclass(frozen=True, slots=True)
class Credentials:
    """A line of the accounts file."""

    username: str
    password: str
    groups: list[str]
    description: str


def accounts_file() -> Path:
    """Return where the accounts are written."""
    return Path(settings.DATA_DIR) / "demo-accounts.json"


def load_people(groups: Mapping[str, Group]) -> None:
    """Write the accounts; those whose password of the file still opens them keep it."""
    known = _known_passwords()
    lines = [_account(person, groups, known.get(person.username, "")) for person in PEOPLE]
    # Before the commit: passwords nobody knows would be worse than a file nobody needs.
    _write(lines)


def _account(person: Person, groups: Mapping[str, Group], known: str) -> Credentials:
    user = User.objects.filter(username=person.username).first() or User(username=person.username)
    keeps = bool(user.pk and known and user.check_password(known))
    password = known if keeps else secrets.token_urlsafe(12)
    if not keeps:
        user.set_password(password)
    user.first_name, user.last_name, user.kind = person.first_name, person.last_name, person.kind
    user.organisation = "Organisme d’exemple"
    # Messages to it are files of the demonstration: nobody is written to (RFC 2606).
    user.email = user.email or f"{person.username}@example.org"
    user.is_active = True
    user.is_superuser = person.is_administrator
    user.is_staff = person.is_administrator or any(WRITES[name] for name in person.groups)
    user.save()
    user.groups.set([groups[name] for name in person.groups])
    return Credentials(person.username, password, list(person.groups), person.description)


def _known_passwords() -> dict[str, str]:
    """Return the passwords of the file, by user name; nothing when it is missing or damaged."""
    try:
        lines = json.loads(accounts_file().read_text(encoding="utf-8"))
        return {line["username"]: line["password"] for line in lines}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _write(lines: Sequence[Credentials]) -> None:
    """Replace the file in one step, readable by its owner alone from its first byte."""
    path = accounts_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=".demo-accounts-")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump([asdict(line) for line in lines], file, ensure_ascii=False, indent=1)
    Path(draft).replace(path)
