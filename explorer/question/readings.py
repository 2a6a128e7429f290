"""What a text was read as: a subject, its conditions, how it is placed, and what was not understood."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from explorer.question.relations import Place, Placing

DISTANCE = "_distance"
"""The order of the table by the distance to the layer that is near."""


class Reason(StrEnum):
    """Why words were left out."""

    UNKNOWN = "unknown"
    POSITION = "position"
    SUPERLATIVE = "superlative"
    SECOND_SUBJECT = "second-subject"
    REPEATED = "repeated"
    NO_FIELD = "no-field"
    TOO_FAR = "too-far"
    CONTRADICTION = "contradiction"
    EITHER = "either"


class SpanKind(StrEnum):
    """What a run of words was understood as."""

    SUBJECT = "subject"
    RELATION = "relation"
    LAYER = "layer"
    CONDITION = "condition"
    PLACE = "place"
    ORDER = "order"


@dataclass(slots=True)
class Clause:
    """A layer that a question names, with what is asked of its fields. ``relation`` is None for the subject.

    ``pk`` is one feature of it. ``may_be_far`` tells that a distance may still follow: « sans arbre à moins de 20 m ».
    ``is_left_out`` is of a layer that is told for a ``reason``, with all that is asked of it, ``is_implied`` of one
    that a value stands for.
    """

    slug: str
    relation: Placing | None
    conditions: dict[str, list[str]] = field(default_factory=dict)
    pk: int | None = None
    may_be_far: bool = False
    is_left_out: bool = False
    reason: Reason = Reason.SECOND_SUBJECT
    is_implied: bool = False


@dataclass(frozen=True, slots=True)
class WordGap:
    """Tokens, from ``start`` to before ``end``, that were not used, and why."""

    start: int
    end: int
    reason: Reason = Reason.UNKNOWN


@dataclass(frozen=True, slots=True)
class Piece:
    """Tokens, from ``start`` to before ``end``, that were understood."""

    start: int
    end: int
    kind: SpanKind


@dataclass(frozen=True, slots=True)
class TableOrder:
    """An order of the table: a field by name, the most first for ``is_more``, its title, and the tokens that ask it."""

    name: str
    is_more: bool
    title: str
    start: int
    end: int


@dataclass(slots=True)
class TextReading:
    """A reading of a text. ``decisions`` are how many ways there were at each ambiguous word, ``rank`` how good it is.

    ``supposed`` are tokens that were asked of a field that was not named, and its title. ``beside`` are second
    subjects, which the map shows with the first one, and their tokens.
    """

    clauses: list[Clause] = field(default_factory=list)
    communes: list[str] = field(default_factory=list)
    around_m: float | None = None
    order: TableOrder | None = None
    gaps: list[WordGap] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    supposed: list[tuple[int, int, str]] = field(default_factory=list)
    beside: list[tuple[str, int, int]] = field(default_factory=list)
    defaults: list[tuple[int, int, float]] = field(default_factory=list)
    decisions: list[int] = field(default_factory=list)
    rank: int = 0

    @property
    def subject(self) -> Clause | None:
        """The layer whose features are the answer."""
        return next((clause for clause in self.clauses if clause.relation is None), None)

    def parameters(self) -> list[tuple[str, str]]:
        """Return the parameters of the map that ask the same; none without a subject."""
        subject = self.subject
        if subject is None:
            return []
        pairs = [("sujet", subject.slug), *_conditions(subject)]
        for clause in self.clauses:
            if clause.relation is not None and not clause.is_left_out:
                pairs += [
                    (f"{subject.slug}.{name}", text) for name, text in _related(clause, clause.relation)
                ]
                pairs += _conditions(clause)
        if self.communes:
            pairs.append(("commune", ",".join(self.communes)))
        if self.order is not None:
            sign = "-" if self.order.is_more else ""
            pairs += [("tableau", subject.slug), ("tri", sign + self.order.name)]
        if self.beside:
            pairs += [("couches", slug) for slug in (subject.slug, *(each[0] for each in self.beside))]
        return list(dict.fromkeys(pairs))


def _conditions(clause: Clause) -> list[tuple[str, str]]:
    return [
        (f"{clause.slug}.{name}", value) for name, values in clause.conditions.items() for value in values
    ]


def _related(clause: Clause, relation: Placing) -> list[tuple[str, str]]:
    """Return the names and texts of a relation: of a ring two, the outer distance and the inner one."""
    target = clause.slug if clause.pk is None else f"{clause.slug}/{clause.pk}"
    live = "*" if clause.pk is None else ""

    def text(metres: float) -> str:
        return f"{target}@{metres:g}{live}" if metres else f"{target}{live}"

    name = "disjoint" if relation.place in {Place.FAR, Place.OUTSIDE} else "touching"
    pairs = [(name, text(relation.metres))]
    if relation.place is Place.RING:
        pairs.append(("disjoint", text(relation.inner)))
    return pairs
