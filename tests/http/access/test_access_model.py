"""Random rights, read through every protocol, are those of a small model written from the rules.

A right counts from its start to its end, which is excluded; rights of groups, of the person and on the theme add up. A
field is read where it is not protected, by a group that reads it, and by a grant in force that opens it.
"""

from __future__ import annotations

import datetime as dt
import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from django.contrib.auth.models import Group
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from gisportal.accounts.credentials import visitors_of_accounts
from gisportal.accounts.models import User
from heritage.models import RemarkableTree
from layers import access
from layers.cache import clear_caches
from layers.errors import UnknownLayer
from layers.models import Grant, Layer, ProtectedField
from layers.visitor import Visitor
from layers.vocabulary import Visibility
from tests.examples import is_thorough
from tests.factories import BOULOGNE, MEUDON, SEVRES, in_bulk, tree
from tests.panels import read_panel
from tests.people import PUBLIC, Person
from tests.protocols import read, tile_of
from tests.search_index import index
from tests.world import PLAYGROUNDS, TREES, World

# Each value is a mark: the name of its field, and the number of its tree. ``source`` is never protected.
FIELDS = ("nom_vernaculaire", "genre", "espece", "adresse", "matricule", "source")
PROTECTED = FIELDS[:-1]
AT = (MEUDON, MEUDON, BOULOGNE, SEVRES)
MARK = re.compile(rf"({'|'.join(FIELDS)})-([0-{len(AT) - 1}])(?![0-9])")
NUMBERS = frozenset(range(len(AT)))
# The row filters of grants, with the trees that they match; one that does not fit the layer matches none.
ROWS: dict[str, frozenset[int]] = {
    "": NUMBERS,
    " ": NUMBERS,
    f"commune = '{MEUDON}'": frozenset({0, 1}),
    f"commune <> '{MEUDON}'": frozenset({2, 3}),
    "matricule = 'matricule-1' OR genre = 'genre-2'": frozenset({1, 2}),
    "source = 'source-3' AND matricule = 'matricule-0'": frozenset(),
    "champ_absent = 1": frozenset(),
}
HOUR = dt.timedelta(hours=1)
PERIODS: dict[tuple[dt.timedelta | None, dt.timedelta | None], bool] = {
    (None, None): True,
    (-HOUR, HOUR): True,
    (dt.timedelta(), None): True,
    (HOUR, None): False,
    (None, dt.timedelta()): False,
    (-HOUR, -HOUR / 2): False,
    (None, HOUR): True,
}
Marks = frozenset[tuple[str, int]]


@dataclass(frozen=True)
class Right:
    """A grant as the model has it; ``subject`` is the layer, its theme, or another layer."""

    group: int | None
    person: int | None
    subject: str
    rows: str
    fields: tuple[str, ...]
    period: tuple[dt.timedelta | None, dt.timedelta | None]
    can_download: bool

    def opens(self, person: int, groups: frozenset[int]) -> bool:
        """Whether it is in force, on the layer, and of the person or of a group of theirs."""
        is_own = self.person == person if self.group is None else self.group in groups
        # A filter of a theme is for the layers that it fits.
        fits = self.subject == "layer" or (self.subject == "theme" and self.rows != "champ_absent = 1")
        return is_own and fits and PERIODS[self.period]


@dataclass(frozen=True)
class Rights:
    """The whole of a case: who is in which group, what was given, and which groups read each protected field."""

    is_open: bool
    members: tuple[frozenset[int], ...]
    rights: tuple[Right, ...]
    readers: dict[str, frozenset[int]] = field(default_factory=dict)

    def rows(self, person: int) -> frozenset[int]:
        """Return the trees that a person reads."""
        if self.is_open:
            return NUMBERS
        return frozenset().union(*(ROWS[each.rows] for each in self._own(person)))

    def fields(self, person: int) -> frozenset[str]:
        """Return the fields that a person reads of these trees."""
        opened = {name for each in self._own(person) for name in each.fields}
        return frozenset(
            name
            for name in FIELDS
            if name not in self.readers or name in opened or self.readers[name] & self.members[person]
        )

    def can_download(self, person: int) -> bool:
        """Whether a person gets files of the layer."""
        return self.is_open or any(each.can_download for each in self._own(person))

    def marks(self, person: int, names: tuple[str, ...] = FIELDS) -> Marks:
        """Return the marks of some fields that a person reads."""
        readable = self.fields(person)
        return frozenset((name, row) for name in names if name in readable for row in self.rows(person))

    def _own(self, person: int) -> list[Right]:
        return [each for each in self.rights if each.opens(person, self.members[person])]


def draw_rights(chance: random.Random) -> Rights:
    """Draw a case of three persons, the last of whom has no account, and three groups."""
    groups = range(3)
    members = tuple(frozenset(chance.sample(groups, chance.randint(0, 2))) for _person in range(2))
    protected = chance.sample(PROTECTED, chance.randint(0, 4))
    rights = []
    for _number in range(chance.randint(0, 6)):
        subject = chance.choice(["layer", "layer", "layer", "theme", "elsewhere"])
        group = chance.choice([None, *groups])
        rights.append(
            Right(
                group=group,
                person=chance.randrange(2) if group is None else None,
                subject=subject,
                rows=chance.choice(list(ROWS)) if subject != "elsewhere" else "",
                fields=tuple(chance.sample(PROTECTED, chance.randint(0, 2))) if subject == "layer" else (),
                period=chance.choice(list(PERIODS)),
                can_download=chance.random() < 0.7,
            )
        )
    return Rights(
        is_open=chance.random() < 0.25,
        members=(*members, frozenset()),
        rights=tuple(rights),
        readers={name: frozenset(chance.sample(groups, chance.randint(0, 2))) for name in protected},
    )


@contextmanager
def stored_rights(case: Rights, instant: dt.datetime) -> Iterator[list[User]]:
    """Write a case for the time of the block, and give its accounts."""
    with transaction.atomic():
        layer = Layer.objects.get(slug=TREES)
        Layer.objects.filter(pk=layer.pk).update(
            visibility=Visibility.OPEN if case.is_open else Visibility.INTERNAL
        )
        ProtectedField.objects.filter(layer=layer).delete()
        groups = Group.objects.bulk_create(Group(name=f"groupe-{number}") for number in range(3))
        accounts = User.objects.bulk_create(User(username=f"personne-{number}") for number in range(2))
        for account, numbers in zip(accounts, case.members, strict=False):
            account.groups.set(groups[number] for number in numbers)
        for name, numbers in case.readers.items():
            ProtectedField.objects.create(layer=layer, name=name).groups.set(
                groups[number] for number in numbers
            )
        subjects: dict[str, dict[str, Any]] = {
            "layer": {"layer": layer},
            "theme": {"theme": layer.theme},
            "elsewhere": {"layer": Layer.objects.get(slug=PLAYGROUNDS)},
        }
        for right in case.rights:
            begins, ends = (each if each is None else instant + each for each in right.period)
            Grant.objects.create(
                group=None if right.group is None else groups[right.group],
                person=None if right.person is None else accounts[right.person],
                rows=right.rows,
                fields=list(right.fields),
                valid_from=begins,
                valid_until=ends,
                can_download=right.can_download,
                **subjects[right.subject],
            )
        clear_caches()
        try:
            yield accounts
        finally:
            transaction.set_rollback(True)
    clear_caches()


@dataclass(frozen=True)
class Reader:
    """A person of a case, who asks; ``pks`` are the ids of the trees, by number."""

    person: Person
    visitor: Visitor
    client: Client
    pks: tuple[int, ...]

    def body(self, address: str) -> str:
        """Return the text of an answer: that of a refusal says nothing of a tree either."""
        answer = read(self.client.get(address))
        assert answer.status in (200, 204, 302, 401, 403, 404), (address, answer.status)
        return answer.body

    def marks(self, address: str) -> Marks:
        """Return the marks of an answer."""
        return frozenset((name, int(number)) for name, number in MARK.findall(self.body(address)))

    def scope_marks(self) -> Marks:
        """Return what the access layer itself opens."""
        try:
            scope = access.scope(self.visitor, TREES)
        except UnknownLayer:
            return frozenset()
        rows = [self.pks.index(pk) for pk in scope.queryset.values_list("pk", flat=True)]
        return frozenset((name, row) for name in FIELDS if name in scope.readable_names for row in rows)

    def results(self, word: str) -> frozenset[int]:
        """Return the numbers of the trees that the search finds."""
        pks = re.findall(rf"/catalogue/{TREES}/([0-9]+)/", self.body(f"/recherche/?q={word}"))
        return frozenset(self.pks.index(int(pk)) for pk in pks)

    def figure(self) -> int:
        """Return the figure of a dashboard: how many trees."""
        try:
            return read_panel("figure", TREES, person=self.person).matched or 0
        except UnknownLayer:
            return 0


_WFS = f"/wfs/{TREES}?SERVICE=WFS&VERSION=2.0.0&REQUEST=GetFeature&TYPENAMES=portail:{TREES}"
_TILE = f"/tiles/{TREES}/{tile_of(2.21, 48.81)}.mvt"


def faults(case: Rights, number: int, reader: Reader, chance: random.Random) -> dict[str, object]:
    """Return, by protocol, the answers of a person that are not those of the model, each with both."""
    row, name = chance.randrange(len(AT)), chance.choice(FIELDS)
    readable, rows = case.fields(number), case.rows(number)
    names = ",".join(sorted(readable))
    every = case.marks(number)
    answers: dict[str, tuple[object, object]] = {
        "scope": (reader.scope_marks(), every),
        "features": (reader.marks(f"/api/collections/{TREES}/items"), every),
        "wfs": (reader.marks(_WFS), every),
        "tile": (reader.marks(_TILE), case.marks(number, ("nom_vernaculaire",))),
        "tile of these fields": (reader.marks(f"{_TILE}?properties={names}"), every),
        "table": (reader.marks(f"/carte/tableau/{TREES}/?colonnes={names}"), every),
        "sheet": (
            {mark for mark in reader.marks(f"/catalogue/{TREES}/{reader.pks[row]}/") if mark[1] == row},
            {mark for mark in every if mark[1] == row},
        ),
        "export": (
            reader.marks(f"/export/{TREES}.csv"),
            every if case.can_download(number) else frozenset(),
        ),
        f"search of {name}": (reader.results(name), rows if name in readable else frozenset()),
        "figure": (reader.figure(), len(rows)),
    }
    return {protocol: answer for protocol, answer in answers.items() if answer[0] != answer[1]}


@settings(max_examples=200 if is_thorough() else 3)
@given(seed=st.integers(1, 2**32))
def test_every_protocol_reads_what_the_rules_say(world: World, seed: int) -> None:
    chance, instant = random.Random(seed), timezone.now()
    case = draw_rights(chance)
    RemarkableTree.objects.all().delete()
    with in_bulk():
        for number, at in enumerate(AT):
            title, *values = ((name, f"{name}-{number}") for name in FIELDS)
            tree(title[1], at=at, **dict(values))
    index()
    pks = tuple(RemarkableTree.objects.order_by("source").values_list("pk", flat=True))
    with patch.object(timezone, "now", return_value=instant), stored_rights(case, instant) as accounts:
        rows = User.objects.filter(pk__in=[account.pk for account in accounts])
        visitors = [*visitors_of_accounts(rows, instant=instant, portal=""), Visitor(instant=instant)]
        wrong = {}
        for number, visitor in enumerate(visitors):
            client = Client(headers={"host": "localhost"})
            if visitor.user_id is not None:
                client.force_login(accounts[number], backend="django.contrib.auth.backends.ModelBackend")
            person = Person(visitor.username) if visitor.user_id is not None else PUBLIC
            wrong[number] = faults(case, number, Reader(person, visitor, client, pks), chance)
    assert wrong == {0: {}, 1: {}, 2: {}}, case
