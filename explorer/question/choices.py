"""The choices of a menu: each is the address of a question, with how many features would answer it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from explorer.map_state.parsing import MapQuery, Pair
from explorer.map_state.queries import layer_query
from explorer.question.sentence import Part, Sentence
from interface.shared_pages import leave_incomplete
from interface.titles import counted, none_of, noun_of
from layers.access import Scope
from layers.errors import Busy, TooCostly, TooSlow
from layers.styles.definitions import Category

# Stands, in the address of a typed value, for what will be typed.
TYPED = "SAISI"
# All the counts of a menu together: those that are not made by then are left out, and told as such.
PATIENCE_S = 1.5


@dataclass(frozen=True, slots=True)
class MenuChoice:
    """A choice of a menu: ``address`` is its query string of the map, or ``menu`` the menu it opens.

    ``count`` words how many features would answer, empty when unknown; ``is_none``: none would. ``scope`` is the
    layer that the choice names, ``category`` its class. ``value`` is what the box of the choice sends where several
    may be chosen.
    """

    label: str
    address: str = ""
    count: str = ""
    is_none: bool = False
    is_chosen: bool = False
    code: str = ""
    scope: Scope | None = None
    category: Category | None = None
    menu: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class ValueBoxes:
    """What asks several values: a box beside each choice sends it as ``name``, with ``hidden_fields``."""

    name: str
    hidden_fields: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class MenuChoices:
    """Choices of one kind, under their title. ``more`` are not listed. ``boxes`` select several of them."""

    title: str
    choices: tuple[MenuChoice, ...]
    more: int = 0
    boxes: ValueBoxes | None = None


@dataclass(frozen=True, slots=True)
class TypedValue:
    """A value that people type: ``fields`` are name, label and value of each part as a form without script sends it.

    ``hidden_fields`` are the other parameters of the form. ``address`` is the query string of the map where ``TYPED``
    stands for the value; two fields are the bounds of a range.
    """

    label: str
    kind: str
    fields: tuple[tuple[str, str, str], ...]
    address: str
    hidden_fields: tuple[Pair, ...]
    unit: str = ""
    most: int = 0


@dataclass(frozen=True, slots=True)
class Menu:
    """The menu of a part of the sentence; ``removal`` takes the part away."""

    title: str
    groups: tuple[MenuChoices, ...] = ()
    typed: TypedValue | None = None
    removal: MenuChoice | None = None


@dataclass(frozen=True, slots=True)
class MenuMaker:
    """Makes the choices of a sentence. ``scopes`` are the layers on the visitor's map, by slug.

    Without ``counter``, nothing is counted: choices say where they lead alone.
    """

    sentence: Sentence
    subject: Scope
    scopes: Mapping[str, Scope]
    counter: ChoiceCounter | None = None

    @property
    def query(self) -> MapQuery:
        """The question as it is."""
        return self.sentence.query

    def boxes(self, name: str, without: MapQuery) -> ValueBoxes:
        """Return the boxes of the values of a parameter; ``without`` is the question without any of them."""
        return ValueBoxes(name, (*without.layer_pairs, *without.pairs()))

    def choice(self, choice: MenuChoice, query: MapQuery, of: Scope | None = None) -> MenuChoice:
        """Return a choice with its address and its count; ``of`` is the layer counted when it is not the subject."""
        layer = of or self.subject
        count = self.counter.count(layer, query) if self.counter else None
        return self.with_count(replace(choice, address=query.link), count, layer)

    def with_count(self, choice: MenuChoice, count: int | None, of: Scope | None = None) -> MenuChoice:
        """Return a choice with a count that is known already."""
        noun = noun_of(of or self.subject)
        words = "" if count is None else counted(noun, count) if count else none_of(noun)
        return replace(choice, count=words, is_none=count == 0)

    def removal(self, part: Part) -> MenuChoice:
        """Return what takes a part away, with how many features would then answer."""
        return self.choice(MenuChoice(_("Retirer cette condition")), part.without)


@dataclass(slots=True)
class ChoiceCounter:
    """Counts the answers of questions until its time is over; each count also has the limit of its kind of read."""

    scopes: Mapping[str, Scope]
    kind: str = "menu"
    deadline: float = field(default_factory=lambda: time.monotonic() + PATIENCE_S)

    def count(self, scope: Scope, query: MapQuery) -> int | None:
        """Return how many features of a layer answer; None when the time is over, or one count takes too much."""
        try:
            selection = layer_query(scope, query, self.scopes).selection
            cached = selection.cached_count()
            if cached is not None:
                return cached
            if time.monotonic() <= self.deadline:
                return selection.timed_count(self.kind)
        except (TooSlow, TooCostly, Busy):
            self.deadline = 0.0
        leave_incomplete()
        return None
