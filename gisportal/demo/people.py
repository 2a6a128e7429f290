"""Sample groups and accounts, and the file of their passwords.

Passwords are random. They exist in clear in ``<PORTAL_DATA>/demo-accounts.json`` only, readable by its owner alone.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import secrets
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import Group
from django.utils import timezone

from gisportal.accounts.models import User
from gisportal.accounts.vocabulary import AccountKind
from gisportal.demo.colleagues import COLLEAGUES, Person
from gisportal.demo.rights import (
    ALEC,
    BOULOGNE,
    CHAVILLE,
    CLIMATE,
    COMMISSIONER,
    CONSULTANTS_MOBILITY,
    DIG,
    ELECTED,
    FLEET,
    ISSY,
    MANAGEMENT,
    MARNES_AVRAY,
    MEUDON,
    MOBILITY,
    NATURE_HOUSE,
    NEIGHBOUR,
    PLANNING,
    PLAYGROUNDS,
    ROADS,
    SEVRES,
    SOEE,
    TREES,
    VANVES,
    WASTE,
    WRITES,
)


def _agent(username: str, first_name: str, group: str, description: str) -> Person:
    return Person(username, first_name, "Exemple", AccountKind.AGENT, (group,), description)


def _town(username: str, first_name: str, group: str, more: str = "") -> Person:
    description = f"Lit ce qui est ouvert aux villes{more}"
    return Person(username, first_name, "Exemple", AccountKind.TOWN, (group,), description)


def _partner(username: str, first_name: str, group: str, description: str) -> Person:
    return Person(username, first_name, "Exemple", AccountKind.PARTNER, (group,), description)


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
    _agent(
        "geomaticien",
        "Gaby",
        DIG,
        "Tient les couches ouvertes, sauf les communes, et leurs styles, crée des jeux de données, "
        "sans administrer les comptes ; lit l’usage du portail",
    ),
    _agent(
        "direction-generale",
        "Dany",
        MANAGEMENT,
        "Lit les plans, la flotte et l’usage du portail, n’écrit rien",
    ),
    _agent("agent-climat", "Cléo", CLIMATE, "Tient le plan climat et son tableau de bord"),
    _agent("agent-dechets", "Deniz", WASTE, "Tient le plan de prévention des déchets et son tableau de bord"),
    _agent(
        "agent-mobilites",
        "Maé",
        MOBILITY,
        "Tient l’observatoire des mobilités ; lit les recettes du stationnement",
    ),
    _agent("agent-voirie", "Viv", ROADS, "Tient les travaux de voirie"),
    _agent("agent-flotte", "Flo", FLEET, "Tient la flotte de véhicules, immatriculations comprises"),
    _agent("agent-nature", "Noa", NATURE_HOUSE, "Tient le tableau de bord de la maison de la nature"),
    _agent("agent-habitat", "Alma", PLANNING, "Tient le premier axe du plan climat : indicateurs et actions"),
    _agent("agent-observatoire", "Oli", DIG, "Tient l’observatoire du territoire"),
    _agent("urbaniste", "Ugo", PLANNING, "Voit et modifie le PLUi interne"),
    _agent(
        "agent-jeux",
        "Jo",
        PLAYGROUNDS,
        "Voit contrôles et interventions des aires de jeux ; fait et change des tableaux de bord",
    ),
    _agent("agent-arbres", "Ève", TREES, "Voit l’état sanitaire des arbres"),
    _town("agent-boulogne", "Bo", BOULOGNE),
    _town("agent-chaville", "Charlie", CHAVILLE),
    _town("agent-issy", "Isa", ISSY),
    _town("agent-marnes", "Maxime", MARNES_AVRAY),
    _town("agent-meudon", "Mo", MEUDON, " et les prescriptions linéaires de Meudon seulement"),
    _town("agent-sevres", "Sacha", SEVRES),
    _town("agent-vanves", "Val", VANVES),
    _town("agent-ville-d-avray", "Avril", MARNES_AVRAY),
    Person(
        "elu",
        "Léo",
        "Exemple",
        AccountKind.ELECTED,
        (ELECTED,),
        "Lit les deux plans ; son droit sur le PLUi interne n’a pas commencé",
    ),
    _partner("alec", "Ali", ALEC, "Lit le plan climat"),
    _partner("soee", "Sol", SOEE, "Lit en plus l’économie de l’observatoire du territoire"),
    _partner("amo-mobilites", "Amal", CONSULTANTS_MOBILITY, "Lit en plus les recettes du stationnement"),
    _partner("amo-climat", "Ama", ALEC, "Lit le plan climat"),
    _partner(
        "partenaire",
        "Pat",
        NEIGHBOUR,
        "Son droit sur le PLUi interne est expiré ; celui sur le plan climat finit",
    ),
    _partner(
        "commissaire",
        "Claude",
        COMMISSIONER,
        "Lit le registre de l’enquête publique et écrit son avis sur chaque observation",
    ),
)


EVERYBODY = (*PEOPLE, *COLLEAGUES)


@dataclass(frozen=True, slots=True)
class Credentials:
    """A line of the accounts file."""

    username: str
    password: str
    kind: str
    groups: list[str]
    description: str


@dataclass(frozen=True, slots=True)
class Secret:
    """A password, and its stored hash."""

    password: str
    encoded: str


def accounts_file() -> Path:
    """Return where the accounts are written."""
    return Path(settings.DATA_DIR) / "demo-accounts.json"


def load_people(groups: Mapping[str, Group], *, anchor: dt.date) -> None:
    """Write the accounts; ``anchor`` is the day of the first load. New ones open with ``write_passwords``."""
    existing = _accounts()
    members = dict[int, set[int]]()
    for account, group in User.groups.through.objects.filter(user__in=existing.values()).values_list(
        "user", "group"
    ):
        members.setdefault(account, set()).add(group)
    for person in EVERYBODY:
        user = existing.get(person.username) or User(username=person.username, password=make_password(None))
        _write_account(user, person, anchor)
        chosen = {groups[name].pk for name in person.groups}
        if user.pk not in members:
            user.groups.add(*chosen)
        elif members[user.pk] != chosen:
            user.groups.set(chosen)


def _accounts() -> dict[str, User]:
    return User.objects.in_bulk([person.username for person in EVERYBODY], field_name="username")


def _write_account(user: User, person: Person, anchor: dt.date) -> None:
    user.first_name, user.last_name, user.kind = person.first_name, person.last_name, person.kind
    user.organisation = person.organisation
    # Messages to it are files of the demonstration: nobody is written to (RFC 2606).
    user.email = user.email or f"{person.username}@example.org"
    user.is_active = person.is_active
    user.is_superuser = person.is_administrator
    user.is_staff = person.is_administrator or any(WRITES[name] for name in person.groups)
    if user._state.adding:
        user.last_login = _morning(anchor, person.last_sign_in)
        user.invited_at = _morning(anchor, 6) if person.is_invited else None
    user.save()


def write_passwords(passwords: Iterable[Secret]) -> None:
    """Give the accounts their passwords, in the order of ``EVERYBODY``, and write the file of those who have one."""
    accounts, opened, lines = _accounts(), [], []
    for person, secret in zip(EVERYBODY, passwords, strict=True):
        user = accounts[person.username]
        was_open = user.has_usable_password()
        if user.password != secret.encoded and (was_open or secret.password):
            user.password = secret.encoded
            if was_open:
                user.save(update_fields=["password"])  # the journal has who could sign in before
            else:
                opened.append(user)
        groups = list(person.groups)
        lines.append(
            Credentials(person.username, secret.password, person.kind.value, groups, person.description)
        )
    User.objects.bulk_update(opened, ["password"])
    # Before the commit: passwords nobody knows would be worse than a file nobody needs.
    _write([line for line in lines if line.password])


def _morning(anchor: dt.date, days: int | None) -> dt.datetime | None:
    if days is None:
        return None
    return timezone.make_aware(dt.datetime.combine(anchor - dt.timedelta(days=days), dt.time(8, 30)))


def hash_passwords(threads: Executor) -> Iterator[Secret]:
    """Let ``threads`` hash the passwords, and return them as they are ready, in the order of ``EVERYBODY``.

    Those of the file that still open an account stay. Each hash is made to be slow: others work meanwhile. Colleagues
    have one password together, since a hash for each would take as long as all the rest; who is only invited has none.
    """
    existing = _stored_passwords()
    names = [*(person.username for person in PEOPLE), COLLEAGUES[0].username]
    stored = dict(User.objects.filter(username__in=names).values_list("username", "password"))
    secrets_of_names = threads.map(lambda name: _secret(existing.get(name, ""), stored.get(name, "")), names)
    return _of_everybody(secrets_of_names)


def _of_everybody(hashed: Iterator[Secret]) -> Iterator[Secret]:
    yield from islice(hashed, len(PEOPLE))
    shared = next(hashed)
    for person in COLLEAGUES:
        yield Secret("", make_password(None)) if person.is_invited else shared


def _secret(written: str, stored: str) -> Secret:
    if written and stored and check_password(written, stored):
        return Secret(written, stored)
    password = secrets.token_urlsafe(12)
    return Secret(password, make_password(password))


def _stored_passwords() -> dict[str, str]:
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
