"""Named people, the same in every test: who they are says what they may see."""

from __future__ import annotations

import base64
import datetime as dt
from dataclasses import dataclass

from django.contrib.auth.models import Group
from django.utils import timezone

from gisportal.accounts.models import GroupManager, User
from layers.visitor import Credential, Visitor
from tests.examples import is_thorough

PASSWORD = "une phrase de passe assez longue"


@dataclass(frozen=True)
class Person:
    """Somebody who asks: an account with its groups, or nobody."""

    name: str
    groups: tuple[str, ...] = ()
    is_administrator: bool = False
    managed: tuple[str, ...] = ()

    @property
    def is_anonymous(self) -> bool:
        """Whether the person has no account."""
        return not self.name

    def __str__(self) -> str:
        return self.name or "public"

    def account(self) -> User:
        """Return the account, created with its groups when it is not there."""
        user, is_new = User.objects.get_or_create(
            username=self.name,
            defaults={"is_superuser": self.is_administrator, "is_staff": self.is_administrator},
        )
        if is_new:
            user.set_password(PASSWORD)
            user.save()
            user.groups.set([Group.objects.get_or_create(name=name)[0] for name in self.groups])
            for name in self.managed:
                GroupManager.objects.create(user=user, group=Group.objects.get_or_create(name=name)[0])
        return user

    def visitor(
        self, *, instant: dt.datetime | None = None, portal: str = "", may_write: bool = True
    ) -> Visitor:
        """Return who asks as the accounts' middleware would build it, with the groups of the account."""
        at = instant or timezone.now()
        if self.is_anonymous:
            return Visitor(instant=at, portal=portal)
        account = self.account()
        return Visitor(
            instant=at,
            user_id=account.pk,
            username=self.name,
            groups=frozenset(account.groups.values_list("pk", flat=True)),
            is_administrator=self.is_administrator,
            portal=portal,
            credential=Credential.SESSION,
            may_write=may_write,
        )

    def basic(self) -> str:
        """Return the ``Authorization`` header of the person."""
        return "Basic " + base64.b64encode(f"{self.name}:{PASSWORD}".encode()).decode()


PUBLIC = Person("")
OUTSIDER = Person("passant", groups=("Communication",))
PLANNER = Person("urbaniste", groups=("Urbanisme",))
TOWN_AGENT = Person("agent-meudon", groups=("Ville de Meudon",))
PARTNER = Person("partenaire", groups=("Partenaires",))
NEWCOMER = Person("nouvel-agent", groups=("Futur service",))
GARDENER = Person("jardinier", groups=("Espaces verts",))
# Manages the members and rights of a group without reading what the group reads.
MANAGER = Person("gestionnaire", groups=("Communication",), managed=("Urbanisme",))
ADMINISTRATOR = Person("administrateur", is_administrator=True)

EVERYBODY = (PUBLIC, OUTSIDER, PLANNER, TOWN_AGENT, PARTNER, NEWCOMER, GARDENER, MANAGER, ADMINISTRATOR)


def of_each_right() -> tuple[Person, ...]:
    """Return one person for each kind of right on the small world; everybody in a thorough run.

    By none, without or with an account; by a group, on all rows, on some, or on more fields; as manager; by all.
    Grants of other days are those of ``tests/http/access``, which asks everybody by every protocol.
    """
    return (
        EVERYBODY if is_thorough() else tuple(each for each in EVERYBODY if each not in {PARTNER, NEWCOMER})
    )
