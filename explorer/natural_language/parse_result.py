"""What a text was read as: subject, conditions, relations, order, and the words that were not understood."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from explorer.natural_language.dates import QuestionPeriod
from explorer.natural_language.layer_index import is_none
from explorer.natural_language.layer_words import FieldWords, LayerWords
from explorer.natural_language.numbers import AmountComparison, range_text, unit_of, written
from explorer.natural_language.spatial_relations import Proximity, RelationPhrase
from explorer.natural_language.tokens import root_of, roots, tokens
from interface.conditions import condition, resolved_range
from layers.definitions import Field, FieldType
from layers.parsing.query import AREA, LENGTH, NEAREST

EMPTY, SOME = "-", "1.."
FIRST = "premiers"
WIDEST_M = 30
"""No road is so wide: more metres of a line, without a word, are of its length."""
AGE, VALUE = "age", "value"
"""Functions of a mean age, of the years in which things began, and of the value of one object."""
HERE = "moi"
"""The point of the map that is the position of the person, which the page asks for (``explorer.map_state``)."""
_MEASURES = {AREA: ("area", "S_AREA"), LENGTH: ("length", "S_LENGTH")}
MAX_LISTED = 40
"""A value is not excluded from a longer list than that: the address would say all the others."""
_BORN = frozenset(
    map(
        root_of,
        [
            "plantation",
            "construction",
            "creation",
            "ouverture",
            "service",
            "fabrication",
            "debut",
            "evenement",
        ],
    )
)
_ENDED = frozenset(map(root_of, ["fin", "achevement", "cloture"]))


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
    LAYERS = "layers"
    NO_ADDRESS = "no-address"
    ADDRESSES = "addresses"


class SpanKind(StrEnum):
    """What a run of words was understood as."""

    SUBJECT = "subject"
    RELATION = "relation"
    LAYER = "layer"
    CONDITION = "condition"
    LOCATION = "place"
    ORDER = "order"


@dataclass(slots=True)
class RecordWords:
    """Records that the features of a layer have: from ``low`` to ``high`` of a relation, with these conditions.

    ``is_of_layer``: the layer is named before them, after records that are the subject: « jeux des aires avec photo ».
    """

    relation: str
    conditions: dict[str, list[str]] = field(default_factory=dict)
    fields: dict[str, FieldWords] = field(default_factory=dict)
    low: int = 1
    high: int | None = None
    is_all: bool = False
    is_of_layer: bool = False

    def copy(self) -> RecordWords:
        """Return the same records, to be read on from here in another way."""
        conditions = {name: list(values) for name, values in self.conditions.items()}
        return replace(self, conditions=conditions, fields=dict(self.fields))

    @property
    def filter(self) -> str:
        """The conditions in CQL2, empty without any; of « all are in good order », that none is otherwise."""
        text = " AND ".join(_written(self.fields[name], values) for name, values in self.conditions.items())
        return f"NOT ({text})" if self.is_all else text

    @property
    def text(self) -> str:
        """The value of the address."""
        span = "" if (self.low, self.high) == (1, None) else f":{self.low}"
        if span and self.high is None:
            span += ".."
        elif span and self.high != self.low:
            span += f"..{self.high}"
        return f"{self.relation}{span}" + (f"?{self.filter}" if self.filter else "")


@dataclass(slots=True)
class Clause:
    """A layer named by a question, with the conditions on its fields. ``relation`` is None for the subject.

    ``pk`` is one feature of it. ``may_be_far``: a distance may still follow: « sans arbre à moins de 20 m ».
    ``is_left_out``: the layer is reported as unused for a ``reason``, with its conditions; ``is_implied``: a value
    stands for it. ``fields`` are those of the conditions by name, ``either`` the sets of them of which one is enough;
    ``measures`` are ranges of the measure of the geometry, in CQL2.
    """

    slug: str
    relation: RelationPhrase | None
    conditions: dict[str, list[str]] = field(default_factory=dict)
    pk: int | None = None
    may_be_far: bool = False
    is_left_out: bool = False
    reason: Reason = Reason.SECOND_SUBJECT
    is_implied: bool = False
    fields: dict[str, FieldWords] = field(default_factory=dict)
    either: list[set[str]] = field(default_factory=list)
    measures: list[str] = field(default_factory=list)
    records: list[RecordWords] = field(default_factory=list)

    def copy(self) -> Clause:
        """Return the same layer and conditions, to be read on from here in another way."""
        return replace(
            self,
            conditions={name: list(values) for name, values in self.conditions.items()},
            fields=dict(self.fields),
            either=[set(group) for group in self.either],
            measures=list(self.measures),
            records=[each.copy() for each in self.records],
        )

    def join(self, one: str, other: str) -> None:
        """Ask one field or the other: « gratuits ou à moins de 2 € »; several of them are one choice."""
        joined = {one, other}.union(*(group for group in self.either if group & {one, other}))
        self.either = [group for group in self.either if not group & joined] + [joined]


@dataclass(frozen=True, slots=True)
class UnparsedSpan:
    """Tokens, from ``start`` to before ``end``, that were not used, and why."""

    start: int
    end: int
    reason: Reason = Reason.UNKNOWN


@dataclass(frozen=True, slots=True)
class ParsedSpan:
    """Tokens, from ``start`` to before ``end``, that were understood."""

    start: int
    end: int
    kind: SpanKind


@dataclass(frozen=True, slots=True)
class TableOrder:
    """An order of the answers: a field by name, the most first for ``is_more``, its title, and its tokens.

    ``count`` is how many of them are wanted, 0 for all; ``name`` may be a measure of the geometry, without title.
    """

    name: str
    is_more: bool
    title: str
    start: int
    end: int
    count: int = 0


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of the subject, in place of its rows: the ``function`` of a ``field``, or of the measure of geometry.

    ``count`` and ``share`` are of rows; with ``relation`` the figure is of the records of the rows, those of
    ``record_filter`` (CQL2). ``group`` is a key of the API (``commune``, ``genre``, ``year:date``), whose
    groups are in the order of the figure when ``is_descending`` is not None; ``limit`` cuts them. ``latest`` is a year
    of which the last one alone counts. ``unit`` is the one that was asked for; a ``is_trend`` goes by time. ``whole``
    are the conditions of the whole of a share, ``over`` the amount that a share is of. ``per`` divides the figure by
    the people (of ``per_count``) or the ground of the communes; ``is_of_territory`` tells that a share is that of the
    place. ``change`` is (field, first condition, last condition), the last empty for the last one known. ``bounds`` are
    those of the value of a group, ``mean_over`` the days, months or years of which each has a sum that a mean is of."""

    function: str
    field: str = ""
    relation: str = ""
    record_filter: str = ""
    group: str = ""
    is_descending: bool | None = None
    limit: int = 0
    latest: str = ""
    unit: str = ""
    is_trend: bool = False
    whole: tuple[str, ...] = ()
    over: str = ""
    per: str = ""
    per_count: int = 1
    is_of_territory: bool = False
    change: tuple[str, str, str] | None = None
    is_relative: bool = False
    bounds: AmountComparison | None = None
    mean_over: str = ""


@dataclass(slots=True)
class Parse:
    """A reading of a text. ``decisions`` are how many ways there were at each ambiguous word, ``rank`` how good it is.

    ``supposed`` are tokens that were asked of a field that was not named, and its title. ``second_subjects`` are second
    subjects, which the map shows with the first one, and their tokens. ``several`` are the tokens of conditions that a
    row may answer while it answers others too, ``way`` how the words were read: choices, foreseen layer, any value.
    """

    clauses: list[Clause] = field(default_factory=list)
    communes: list[str] = field(default_factory=list)
    around_m: float | None = None
    around_count: int = 0
    is_around_default: bool = False
    figure: Figure | None = None
    order: TableOrder | None = None
    gaps: list[UnparsedSpan] = field(default_factory=list)
    pieces: list[ParsedSpan] = field(default_factory=list)
    supposed: list[tuple[int, int, str]] = field(default_factory=list)
    second_subjects: list[tuple[str, int, int]] = field(default_factory=list)
    defaults: list[tuple[int, int, float]] = field(default_factory=list)
    decisions: list[int] = field(default_factory=list)
    rank: int = 0
    several: list[tuple[int, int]] = field(default_factory=list)
    way: tuple[tuple[int, ...], str, bool] = ((), "", False)

    def copy(self, clauses: list[Clause]) -> Parse:
        """Return the same reading with copies of its clauses, to be read on from here in another way."""
        return replace(
            self,
            clauses=clauses,
            communes=list(self.communes),
            gaps=list(self.gaps),
            pieces=list(self.pieces),
            supposed=list(self.supposed),
            second_subjects=list(self.second_subjects),
            defaults=list(self.defaults),
            decisions=list(self.decisions),
            several=list(self.several),
        )

    @property
    def subject(self) -> Clause | None:
        """The layer whose features are the answer."""
        for clause in self.clauses:
            if clause.relation is None:
                return clause
        return None

    def parameters(self) -> list[tuple[str, str]]:
        """Return the equivalent parameters of the map; none without a subject."""
        subject = self.subject
        here = [] if self.around_m is None else [("near", HERE), ("radius", f"{self.around_m:g}")]
        if subject is None:
            return [] if self.clauses or self.communes else here
        pairs = [("sujet", subject.slug), *_conditions(subject)]
        for clause in self.clauses:
            if clause.relation is not None and not clause.is_left_out:
                pairs += [
                    (f"{subject.slug}.{name}", text) for name, text in _related(clause, clause.relation)
                ]
                pairs += _conditions(clause)
        if self.communes:
            pairs.append(("commune", ",".join(self.communes)))
        pairs += here
        if self.order is not None:
            pairs += _order_pairs(self.order, subject.slug)
        if self.second_subjects:
            pairs += [
                ("couches", slug) for slug in (subject.slug, *(each[0] for each in self.second_subjects))
            ]
        return list(dict.fromkeys(pairs))


def _order_pairs(order: TableOrder, slug: str) -> Iterator[tuple[str, str]]:
    """Return the order of the list and of the table, and how many rows are wanted."""
    key = f"-{order.name}" if order.is_more else order.name
    if order.name == NEAREST:
        if order.count:
            yield f"{slug}.{FIRST}", f"{NEAREST}:{order.count}"
        yield from (("tableau", slug), ("tri", key))
        return
    yield (f"{slug}.{FIRST}", f"{key}:{order.count}") if order.count else ("ordre", key)
    if order.title:
        yield from (("tableau", slug), ("tri", key))


def _conditions(clause: Clause) -> list[tuple[str, str]]:
    groups = [[name for name in clause.conditions if name in group] for group in clause.either]
    joined = {name for group in groups for name in group}
    plain = [
        (f"{clause.slug}.{name}", value)
        for name, values in clause.conditions.items()
        for value in values
        if name not in joined
    ]
    texts = [" OR ".join(_expression(clause, name) for name in group) for group in groups]
    filters = [(f"{clause.slug}.filter", text) for text in (*texts, *clause.measures) if text]
    return plain + filters + [(f"{clause.slug}.fiches", each.text) for each in clause.records]


def _expression(clause: Clause, name: str) -> str:
    """Write the condition of a field as CQL2."""
    return _written(clause.fields[name], clause.conditions[name])


def _written(words: FieldWords, values: Sequence[str]) -> str:
    queried = Field(words.name, words.type, words.title, is_facet=words.is_listed)
    return condition(queried, values, parameter=words.name)


def leave_out(clause: Clause, field: FieldWords, text: str) -> None:
    """Exclude the features whose name has a text in it."""
    clause.measures.append(f'(NOT {_written(field, [text])} OR "{field.name}" IS NULL)')


def add_one_more(clause: Clause, field: FieldWords, values: Sequence[str]) -> None:
    """Ask a value of a list beside the one that is asked already: « architectural et historique »."""
    clause.measures.append(_written(field, list(dict.fromkeys(values))))


def hold_number(clause: Clause, field: FieldWords, text: str) -> None:
    """Ask that a text ends with a name and its number, or goes on after it: « n° 3 » is no « n° 39 »."""
    texts = [_written(field, [f"{text}{after}"]) for after in (",", " ")]
    last = _written(field, [text]).replace("%'", "'")
    clause.measures.append(" OR ".join([*texts, last]))


def is_exact_measure(words: LayerWords, compared: AmountComparison) -> bool:
    """Whether an amount is the very area or length of a geometry, which nothing has to the digit."""
    kind = _MEASURES.get(words.measure, ("", ""))[0]
    return bool(kind) and compared.kind == kind and compared.low is not None and compared.low == compared.high


def add_measure(clause: Clause, words: LayerWords, compared: AmountComparison) -> bool:
    """Add a range of the area or length of the geometry; return whether the layer has such a measure."""
    kind, function = _MEASURES.get(words.measure, ("", ""))
    if compared.kind != kind or not kind:
        return False
    bounds = []
    if compared.low is not None:
        bounds.append(f"{function}(geom) {'>' if compared.is_above else '>='} {written(compared.low)}")
    if compared.high is not None:
        bounds.append(f"{function}(geom) {'<' if compared.is_below else '<='} {written(compared.high)}")
    clause.measures.append(" AND ".join(bounds))
    return True


def _related(clause: Clause, relation: RelationPhrase) -> list[tuple[str, str]]:
    """Return the names and texts of a relation: of a ring two, the outer distance and the inner one."""
    target = clause.slug if clause.pk is None else f"{clause.slug}/{clause.pk}"
    live = "*" if clause.pk is None else ""

    def text(metres: float) -> str:
        return f"{target}@{metres:g}{live}" if metres or relation.shares_border else f"{target}{live}"

    name = "disjoint" if relation.proximity in {Proximity.FAR, Proximity.OUTSIDE} else "touching"
    pairs = [(name, text(relation.metres))]
    if relation.proximity is Proximity.RING:
        pairs.append(("disjoint", text(relation.inner)))
    return pairs


def add_values(clause: Clause, field: FieldWords, values: Sequence[str], *, negated: bool) -> bool:
    """Add one of these values, or none of them, as the condition of a field; return whether that is possible."""
    clause.fields[field.name] = field
    if field.is_boolean:
        chosen = list(values)
        if negated:
            chosen = ["false" if value == "true" else "true" for value in chosen]
        return clause.conditions.setdefault(field.name, chosen) == chosen
    if negated and field.type is FieldType.TEXTS:
        # A row has several of them: to have another one is not to be without this one.
        clause.measures.append(
            f'(NOT {_written(field, list(dict.fromkeys(values)))} OR "{field.name}" IS NULL)'
        )
        return True
    if negated:
        other_values = [each.value for each in field.values if each.is_there and each.value not in values]
        if not other_values or len(other_values) > MAX_LISTED:
            return False
        current = clause.conditions.get(field.name)
        remaining = [value for value in current if value in other_values] if current else other_values
        clause.conditions[field.name] = remaining
        return bool(remaining)
    requested = clause.conditions.setdefault(field.name, [])
    requested += [value for value in values if value not in requested]
    return True


def add_range(clause: Clause, field: FieldWords, text: str, *, is_either: bool) -> bool:
    """Add a range to a field: another one when ``is_either``, else an intersection; false when nothing is left."""
    clause.fields[field.name] = field
    current = clause.conditions.get(field.name, [])
    if not current or is_either:
        clause.conditions[field.name] = [*current, text]
        return True
    both = _within(current[-1], text)
    if not both:
        return False
    clause.conditions[field.name] = [*current[:-1], both]
    return True


def _within(current: str, requested: str) -> str:
    """Return what two ranges share, empty when they share nothing. Days compare as texts, numbers as numbers."""
    if EMPTY in {current, requested}:
        return ""  # what is not filled in has no range
    firsts, lasts = zip(*(_ends(text) for text in (current, requested)), strict=True)
    first = max(filter(None, firsts), key=_order, default="")
    last = min(filter(None, lasts), key=_order, default="")
    if first and last:
        low, high = _order(first), _order(last)
        if low > high or (low == high and (last.startswith("<") or first.startswith(">"))):
            return ""
    return f"{first}..{last}"


def _ends(text: str) -> tuple[str, str]:
    first, dots, last = resolved_range(text).partition("..")
    return first, last if dots else first


def _order(text: str) -> tuple[float, str]:
    name = text.removeprefix("<").removeprefix(">")
    if "-" in name[1:]:
        return 0, name
    return float(name), ""


def add_mention(clause: Clause, field: FieldWords, *, negated: bool, has: bool) -> bool:
    """Add the presence, or absence, of a field just named (« avec point d’eau », « sans clôture »).

    ``has``: the words say « avec ». Return false when the mention alone is no condition.
    """
    clause.fields[field.name] = field
    if field.is_boolean:
        return add_values(clause, field, ["true"], negated=negated)
    none = [each.value for each in field.values if is_none(each)]
    if field.is_listed and none:
        there = [each.value for each in field.values if each.value not in none and each.is_there]
        return add_values(clause, field, none if negated else there, negated=False)
    if field.is_number and field.is_integer and (negated or has):
        clause.conditions[field.name] = ["0", EMPTY] if negated else [SOME]
        return True
    if negated:
        clause.conditions[field.name] = [EMPTY]
        return True
    return False


def is_one_of_several(clause: Clause, name: str) -> bool:
    """Whether a row that answers a condition may have more: another value of the same list, a part or the whole."""
    field, values = clause.fields.get(name), clause.conditions.get(name, [])
    if field is None:
        return False
    return field.type is FieldType.TEXTS or (len(values) > 1 and any(map(is_none, field.values)))


def period_text(field: FieldWords, period: QuestionPeriod) -> str:
    """Write a period as a value of the address for a field: days or what counts them from today, or years."""
    before = "<" if period.is_before else ""
    if field.is_year:
        first = period.first.year if period.first else ""
        last = period.last.year if period.last else ""
        if first == last and not before:
            return str(first)
        return f"{first}..{before}{last}"
    if period.name:
        return period.name
    first_day = period.first.isoformat() if period.first else ""
    last_day = period.last.isoformat() if period.last else ""
    return f"{first_day}..{before}{last_day}"


def dated_field(words: LayerWords) -> FieldWords | None:
    """Return the field that a period without a verb is about: the birth of the thing (its planting, its opening).

    Else that which dates the layer, else the only date.
    """
    dated = [field for field in words.fields if field.is_dated]
    born = [field for field in dated if is_born(field)]
    named = words.field(words.time_field) if words.time_field else None
    return (born[0] if len(born) == 1 else None) or named or (dated[0] if len(dated) == 1 else None)


def fits(field: FieldWords, compared: AmountComparison) -> bool:
    """Whether an amount may be compared with a field: both have the same kind of unit, or the amount has none."""
    if not field.is_number:
        return False
    kind, _worth = unit_of(field.unit)
    return not compared.kind or kind == compared.kind


def amount_text(field: FieldWords, compared: AmountComparison) -> str:
    """Write a comparison in the unit of a field; a number without unit is in the field's own."""
    worth = unit_of(field.unit)[1] if compared.kind else 1.0
    return range_text(compared, worth=worth, is_integer=field.is_integer)


def measured(words: LayerWords, compared: AmountComparison) -> list[FieldWords]:
    """Return the fields that have the unit of an amount, those of the very same unit first."""
    fields = [
        field
        for field in words.fields
        if compared.kind and field.name != words.precision_field and fits(field, compared)
    ]
    if words.measure == LENGTH and compared.kind == "length" and _is_long(compared):
        # « Tronçons de plus de 500 m » are no widths: a field of lengths, else the geometry.
        fields = [field for field in fields if root_of("longueur") in title_roots(field.title)]
    return sorted(fields, key=lambda field: unit_of(field.unit)[1] != compared.worth)


def _is_long(compared: AmountComparison) -> bool:
    return max(filter(None, (compared.low, compared.high)), default=0) > WIDEST_M


def title_roots(title: str) -> tuple[str, ...]:
    """Return the roots of the words of a title."""
    return roots(each.stem for each in tokens(title) if not each.is_glue)


def _stems(field: FieldWords) -> Iterable[str]:
    return [each.stem for each in tokens(field.title)]


def says(clause: Clause, dated: FieldWords) -> bool:
    """Whether a value that is asked is what a date is of: « protégé » of the date of the protection."""
    named = (
        set(title_roots(each.title)) for name, each in clause.fields.items() if name in clause.conditions
    )
    return any(title and title < set(title_roots(dated.title)) for title in named)


def is_end(field: FieldWords) -> bool:
    """Whether a date is that of the end of things."""
    return bool(_ENDED & set(roots(_stems(field))))


def is_born(field: FieldWords) -> bool:
    """Whether a date is that of the beginning of things: their planting, their opening."""
    return bool(_BORN & set(roots(_stems(field))))
