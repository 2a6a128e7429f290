"""The state of a reading: pending words, the current layer, reported words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from explorer.natural_language import parse_result
from explorer.natural_language.layer_index import Rank
from explorer.natural_language.layer_words import FieldWords
from explorer.natural_language.matching import Implied, forms, match
from explorer.natural_language.numbers import AmountComparison
from explorer.natural_language.parse_result import Clause, Parse, ParsedSpan, Reason, SpanKind, UnparsedSpan
from explorer.natural_language.spatial_relations import Proximity, RelationPhrase
from explorer.natural_language.tokens import TextTokens, WordToken
from explorer.natural_language.vocabulary import Vocabulary

if TYPE_CHECKING:
    from explorer.natural_language.addresses import AddressPlace

_DIRECTION_WORDS = frozenset(["a", "au", "aux"])


@dataclass(slots=True)
class Pending:
    """Pending words: a spatial relation, « sans », « avec », a named field."""

    relation: RelationPhrase | None = None
    relation_at: int = 0
    negated_at: int | None = None
    has: bool = False
    field: FieldWords | None = None
    field_slug: str = ""
    field_at: int = 0
    field_end: int = 0
    field_negated: bool = False
    field_has: bool = False

    @property
    def negated(self) -> bool:
        """Whether « sans », « non » or « pas » is pending."""
        return self.negated_at is not None


@dataclass(frozen=True, slots=True)
class WaitingOrder:
    """A superlative that waits for the subject: the words of the fields it may be by, or the field that was named.

    ``count`` is how many rows are wanted, 0 when the words do not say; ``is_one`` tells that one is, None that the
    subject says it.
    """

    start: int
    end: int
    words: tuple[str, ...]
    is_more: bool
    field: FieldWords | None
    count: int = 0
    is_one: bool | None = None

    @property
    def is_recent(self) -> bool:
        """Whether it is an order by some date."""
        return self.field is None and self.words in {("recent",), ("old",), ("next",), ("first",)}


@dataclass(frozen=True, slots=True)
class NamedAmount:
    """A number of a layer that was named without a condition, and its tokens."""

    slug: str
    field: FieldWords
    start: int
    end: int


@dataclass(slots=True)
class FigureWords:
    """What the words say of a figure so far, with the tokens of each.

    ``which`` are the tokens of « quelle commune », ``most_at`` those of the « le plus de » that follows.
    ``per`` is what divides the figure (``shares``), ``per_count`` how many of them; ``whole`` are the conditions said
    before the verb of a share. ``change`` is the sign of a change, ``is_relative`` whether it is in percent. ``verb``
    are the tokens of « coûte » and the titles that it is of, ``relation`` the records that a key is of, ``bounds``
    what the figure of a group is compared with.
    """

    function: str = ""
    measure: str = ""
    unit: str = ""
    groups: list[str] = field(default_factory=list)
    period: str = ""
    rank: bool | None = None
    which: tuple[int, int] | None = None
    most_at: tuple[int, int] | None = None
    limit: int = 0
    is_counted: bool = False
    is_trend: bool = False
    per: str = ""
    per_count: int = 1
    is_density: bool = False
    whole: tuple[str, ...] | None = None
    change: int = 0
    is_relative: bool = False
    verb: tuple[int, int, tuple[str, ...]] | None = None
    relation: str = ""
    bounds: AmountComparison | None = None
    spans: list[tuple[int, int]] = field(default_factory=list)

    @property
    def is_wanted(self) -> bool:
        """Whether a figure other than the count of rows is wanted."""
        return bool(
            self.function
            or self.measure
            or self.groups
            or self.period
            or self.is_trend
            or self.rank is not None
            or self.per
            or self.change
        )


class ParserState:
    """A reading that is being made. ``choices`` say which way to go at each ambiguous word, the first by default.

    ``hint`` is a layer whose fields may be named before itself: « hauteur de plus de 20 m pour les arbres ».
    ``is_loose`` tells that any value may stand for its layer. ``code_at`` is where a short code may stand, just after
    the name of its layer or field; ``joined`` tells that « et », « ou » or a comma came just before, at ``joint_at``;
    ``either`` that it was « ou ». ``either_at`` is the « ou » that waits for its second side, ``last_condition`` what
    the last words asked of, ``mentioned`` the field that was just mentioned and the token after it. ``measured`` are
    the fields that amounts of a unit were asked of, ``compared`` the last amount, ``period_field`` the field of the
    last period, which ends before ``period_end``. ``amounts`` and ``mentions`` are the numbers and the other fields
    that were named without a condition. ``named`` are the layers by the words that named them. ``is_mixed``
    tells that more was asked after a second subject, ``placed`` after how many communes a field was asked.
    ``restated`` is the date of words that are a value too (« terminés avant juin »), whose period is no side of « ou ».
    ``places`` are addresses by their first token, ``sheet_fields`` those that the sheet of one feature says.
    """

    def __init__(
        self,
        tokens: Sequence[WordToken],
        vocabulary: Vocabulary,
        today: dt.date,
        *,
        text: str = "",
        choices: Sequence[int] = (),
        hint: str = "",
        is_loose: bool = False,
        places: Mapping[int, AddressPlace] | None = None,
    ) -> None:
        self.tokens, self.vocabulary, self.today = TextTokens(tokens), vocabulary, today
        self.text, self.places = text, places or {}
        self.reading, self.pending = Parse(), Pending()
        self.choices, self.is_loose = choices, is_loose
        self.foreseen = Clause(hint, None) if hint else None
        self.code_at, self.joint_at, self.either, self.joined = -1, -1, False, False
        self.measured: dict[tuple[str, str], FieldWords] = {}
        self.is_mixed = False
        self.named: dict[tuple[str, ...], str] = {}
        self.compared: AmountComparison | None = None
        self.orders: list[WaitingOrder] = []
        self.period_field: FieldWords | None = None
        self.period_end = -1
        self.placed: dict[str, int] = {}
        self.either_at, self.last_condition = -1, ""
        self.mentioned, self.excluded, self.restated = ("", 0), "", ""
        self.sheet_fields: list[tuple[str, int, int]] = []
        self.figure, self.amounts = FigureWords(), list[NamedAmount]()
        self.mentions = list[NamedAmount]()

    def copy(self) -> ParserState:
        """Return the same state, apart: what is read on from one changes nothing of the other.

        Words, fields, relations and the like are frozen: they are shared.
        """
        state = copy(self)
        clauses = {id(each): each.copy() for each in self.reading.clauses}
        state.reading = self.reading.copy([clauses[id(each)] for each in self.reading.clauses])
        if self.foreseen is not None:
            state.foreseen = clauses.get(id(self.foreseen)) or self.foreseen.copy()
        state.pending = replace(self.pending)
        state.figure = replace(self.figure, groups=list(self.figure.groups), spans=list(self.figure.spans))
        state.measured, state.named, state.placed = dict(self.measured), dict(self.named), dict(self.placed)
        state.orders, state.sheet_fields = list(self.orders), list(self.sheet_fields)
        state.amounts, state.mentions = list(self.amounts), list(self.mentions)
        return state

    def at_hand(self) -> list[Clause]:
        """Return the clauses whose fields may be named: that of the last layer, then the subject."""
        last, subject = self.last(), self.reading.subject or self.foreseen
        if last is None or subject is None or last is subject:
            return [each for each in (last or subject,) if each is not None]
        return [last, subject]

    def last(self) -> Clause | None:
        return self.reading.clauses[-1] if self.reading.clauses else None

    def is_weak(self) -> bool:
        return self.pending.relation is not None and self.pending.relation.is_weak

    def follows_preposition(self) -> bool:
        """Whether « à » or « au » is pending, which leads to a place and to no kind of thing."""
        return self.is_weak() and self.tokens[self.pending.relation_at].word in _DIRECTION_WORDS

    def says_with(self) -> bool:
        """Whether « avec » came before, which leads to a field or a named layer: « avec de l’eau » is no roadwork."""
        return self.is_weak() and self.tokens[self.pending.relation_at].word == "avec"

    def says_other(self) -> bool:
        """Whether « autre que » is pending, which leads to a kind of the subject: nothing is a row of another layer."""
        at = self.pending.negated_at
        return at is not None and self.tokens[at].word in {"autre", "autres"}

    def choose(self, options: int) -> int:
        index = len(self.reading.decisions)
        self.reading.decisions.append(options)
        return min(self.choices[index], options - 1) if index < len(self.choices) else 0

    def names_commune(self, at: int) -> bool:
        return self.tokens.once(
            (self.vocabulary, at),
            lambda: any(self.vocabulary.commune_named(form) for form, _end in forms(self.tokens, at)),
        )

    def leads_to_layer(self, at: int) -> bool:
        """Whether a layer is named at a token, after articles."""
        index = self.past_glue(at)
        matched = match(self.vocabulary, self.tokens, index, (), needs_layer=True, implied=Implied.BY_NAME)
        return matched is not None and bool(matched.layers)

    def leads_to_value(self, at: int) -> bool:
        """Whether a value of a layer at hand is named at a token, after articles."""
        index, slugs = self.past_glue(at), [clause.slug for clause in self.at_hand()]
        matched = match(self.vocabulary, self.tokens, index, slugs, needs_layer=False, implied=Implied.NEVER)
        return matched is not None and bool(matched.slug)

    def leads_to_amount(self, at: int) -> bool:
        """Whether a number of a layer at hand is named at a token."""
        return any(
            named.field.is_number
            for form, _end in forms(self.tokens, at)
            for clause in self.at_hand()
            for named in self.vocabulary.layers[clause.slug].field_named(form)
        )

    def past_glue(self, at: int) -> int:
        """Return the first token that is no article, nor the like, from a token."""
        while at < len(self.tokens) and self.tokens[at].is_glue:
            at += 1
        return at

    def understood(self, start: int, end: int, kind: SpanKind) -> None:
        self.reading.pieces.append(ParsedSpan(start, end, kind))

    def may_have_distance(self) -> bool:
        """Whether the distance that comes may be that of the layer, or of the person, just named."""
        last = self.last()
        return self.reading.around_m is not None or (
            last is not None and last.relation is not None and (last.may_be_far or last.relation.is_default)
        )

    def place_here(self, start: int, end: int, metres: float, *, is_default: bool) -> None:
        """Look around the position of the person; twice is a contradiction, unless it is the same distance."""
        reading, pending = self.reading, self.pending
        pending.relation = None if self.is_weak() else pending.relation
        if pending.negated or (reading.around_m is not None and reading.around_m != metres):
            self.gap(start, end, Reason.POSITION)
            pending.negated_at = None
            return
        reading.around_m = metres
        self.understood(start, end, SpanKind.LOCATION)
        reading.is_around_default = is_default
        if is_default:
            reading.defaults.append((start, end, metres))

    def record_condition(self, clause: Clause, start: int, end: int, *, of: str, done: bool = True) -> None:
        """Record a condition on a field of a clause, or that it is impossible; all those of an unused layer are."""
        self.joined_to(f"{clause.slug}.{of}")
        if parse_result.is_one_of_several(clause, of):
            self.reading.several.append((start, end))
        self.is_mixed = self.is_mixed or bool(self.reading.second_subjects)
        if clause.is_left_out:
            self.gap(start, end, clause.reason)
        elif done:
            self.understood(start, end, SpanKind.CONDITION)
        else:
            self.gap(start, end, Reason.CONTRADICTION)

    def follows_and(self, at: int) -> bool:
        """Whether « et » or « ou » stands just before a token, but for articles."""
        joint = self.joint_at
        return joint >= 0 and self.tokens[joint].word in {"et", "ou"} and self.is_glue(joint + 1, at)

    def follows_comma(self, at: int) -> bool:
        """Whether what was read last ends just before a token, but for a comma."""
        last = max((each.end for each in self.reading.pieces), default=-1)
        return last >= 0 and all(each.is_glue or each.word == "," for each in self.tokens[last:at])

    def is_glue(self, start: int, end: int) -> bool:
        """Whether nothing but articles and the like stands between two tokens."""
        return all(each.is_glue for each in self.tokens[start:end])

    def forget_foreseen(self) -> None:
        """Report the conditions of a foreseen layer that is not the subject."""
        lost = [each for each in self.reading.pieces if each.kind is SpanKind.CONDITION]
        self.reading.pieces = [each for each in self.reading.pieces if each not in lost]
        self.reading.gaps += [UnparsedSpan(each.start, each.end) for each in lost]

    def settle_foreseen(self) -> None:
        """Make a foreseen layer with conditions the subject, though it was never named: « prises type 2 »."""
        if self.foreseen is None or self.reading.subject is not None:
            return
        amounts = any(each.slug == self.foreseen.slug for each in self.amounts)
        has_conditions = (
            self.foreseen.conditions
            or self.foreseen.measures
            or amounts
            or any(each.field for each in self.orders)
            or (self.figure.which is not None and self.figure.groups != ["commune"])
        )
        if has_conditions and not self.reading.clauses:
            self.reading.clauses.append(self.foreseen)
            is_table = self.vocabulary.layers[self.foreseen.slug].words.is_table
            self.reading.rank += Rank.KEYWORD if is_table else Rank.PREFIX
            self.foreseen.is_implied = self.foreseen.is_implied or not is_table
        else:
            self.forget_foreseen()
        self.foreseen = None

    def settle_subject(self) -> None:
        """Make the only layer the subject where a small word leads to it: « où jouer avec mes enfants »."""
        clauses = self.reading.clauses
        if len(clauses) == 1 and clauses[0].relation is not None and clauses[0].relation.is_weak:
            clauses[0].relation = None

    def crosses(self, clause: Clause, name: str) -> bool:
        """Whether a place stands between two conditions on one field: « publics à Meudon, privés à Sèvres »."""
        commune_count = len(self.reading.communes)
        return self.placed.setdefault(f"{clause.slug}.{name}", commune_count) != commune_count

    def joined_to(self, requested: str) -> None:
        """Join the two sides of the previous « ou » when they are conditions of one layer; else report it."""
        if self.either_at >= 0 and requested != self.last_condition:
            (slug, _, name), (last_slug, _, last) = (
                each.partition(".") for each in (requested, self.last_condition)
            )
            clause = next((each for each in self.at_hand() if each.slug == slug == last_slug), None)
            is_alone = last != self.restated
            if clause is not None and is_alone and name in clause.fields and last in clause.conditions:
                clause.join(last, name)
            else:
                subject = self.reading.subject
                is_layer = slug in self.vocabulary.layers and subject is not None and slug != subject.slug
                reason = Reason.LAYERS if is_layer and slug == requested else Reason.EITHER
                self.reading.gaps.append(UnparsedSpan(self.either_at, self.either_at + 1, reason))
        self.either_at, self.last_condition = -1, requested

    def take_field(self, at: int) -> int:
        """Use the field that waits: return where it was named, or the token given."""
        pending = self.pending
        start = pending.field_at if pending.field is not None else at
        pending.field = None
        return start

    def drop_field(self) -> None:
        """Report a field named without a condition, unless the name is one: « à l’ombre »."""
        pending = self.pending
        if pending.field is None:
            return
        field, pending.field = pending.field, None
        if field.is_dated and self.orders and self.orders[-1].is_recent and not pending.field_negated:
            self.orders[-1] = replace(self.orders[-1], field=field)  # « dernières bornes mises en service »
            self.understood(pending.field_at, pending.field_end, SpanKind.ORDER)
            return
        clause = next((each for each in self.at_hand() if each.slug == pending.field_slug), None)
        if clause and parse_result.add_mention(
            clause, field, negated=pending.field_negated, has=pending.field_has
        ):
            if not (pending.field_negated or pending.field_has):
                self.sheet_fields.append((field.name, pending.field_at, pending.field_end))
            self.record_condition(clause, pending.field_at, pending.field_end, of=field.name)
        elif clause and field.is_number:
            self.amounts.append(NamedAmount(clause.slug, field, pending.field_at, pending.field_end))
        elif clause and not pending.field_negated and not pending.field_has:
            self.mentions.append(NamedAmount(clause.slug, field, pending.field_at, pending.field_end))
        else:
            self.sheet_fields.append((field.name, pending.field_at, pending.field_end))
            self.gap(pending.field_at, pending.field_end, Reason.NO_FIELD)

    def drop_relation(self, at: int) -> None:
        """Report a spatial relation without an object."""
        pending = self.pending
        if pending.relation is not None and not pending.relation.is_weak:
            outside = pending.relation.proximity is Proximity.OUTSIDE and self.reading.communes
            if not outside:
                self.gap(pending.relation_at, at, Reason.UNKNOWN)
        pending.relation = None

    def unknown(self, at: int) -> None:
        """Report an unknown word, with the spatial relation before it: « à Paris »."""
        pending, start = self.pending, at
        relation = pending.relation
        if relation is not None and (not relation.is_weak or self.follows_preposition()):
            start = pending.relation_at
        elif pending.negated_at is not None:
            start = pending.negated_at  # « sauf les cèdres »
        if self.tokens[at].number is not None and not (
            relation and relation.has_object and not relation.is_weak
        ):
            # « Avec 3 arbres » asks for trees, and the number is told.
            self.gap(at, at + 1, Reason.UNKNOWN)
            return
        pending.relation, pending.negated_at, pending.has = None, None, False
        self.gap(start, at + 1, Reason.UNKNOWN)

    def gap_in_order(self, start: int, end: int, reason: Reason) -> None:
        """Report tokens after the others were: they stand by themselves."""
        self.reading.gaps.append(UnparsedSpan(start, end, reason))

    def gap(self, start: int, end: int, reason: Reason) -> None:
        gaps = self.reading.gaps
        if (
            gaps
            and gaps[-1].reason is reason
            and gaps[-1].end <= start
            and all(each.is_glue or each.word == "-" for each in self.tokens[gaps[-1].end : start])
        ):
            gaps[-1] = UnparsedSpan(gaps[-1].start, end, reason)
        else:
            gaps.append(UnparsedSpan(start, end, reason))
