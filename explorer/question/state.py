"""Where a reading is: what was said and waits for what follows, the layer at hand, what is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from explorer.question import conditions
from explorer.question.definitions import FieldWords
from explorer.question.matching import forms, match
from explorer.question.readings import Clause, Piece, Reason, SpanKind, TextReading, WordGap
from explorer.question.relations import Place, Placing
from explorer.question.vocabulary import Vocabulary
from explorer.question.words import WordToken

_TO_A_PLACE = frozenset(["a", "au", "aux"])


@dataclass(slots=True)
class Pending:
    """What was said and waits for what follows: a placing, « sans », « avec », a field that was named."""

    relation: Placing | None = None
    relation_at: int = 0
    negated_at: int | None = None
    has: bool = False
    field: FieldWords | None = None
    field_slug: str = ""
    field_at: int = 0
    field_end: int = 0

    @property
    def negated(self) -> bool:
        """Whether « sans », « non » or « pas » was said."""
        return self.negated_at is not None


class State:
    """A reading that is being made. ``choices`` say which way to go at each ambiguous word, the first by default.

    ``hint`` is a layer whose fields may be named before itself: « hauteur de plus de 20 m pour les arbres ».
    ``code_at`` is where a short code may stand, just after the name of its layer or field; ``joined`` tells that
    « et », « ou » or a comma came just before, ``either`` that it was « ou ».
    """

    def __init__(
        self,
        tokens: Sequence[WordToken],
        vocabulary: Vocabulary,
        today: dt.date,
        *,
        choices: Sequence[int] = (),
        hint: str = "",
    ) -> None:
        self.tokens, self.vocabulary, self.today = tokens, vocabulary, today
        self.reading, self.pending = TextReading(), Pending()
        self.choices = choices
        self.foreseen = Clause(hint, None) if hint else None
        self.code_at, self.either, self.joined = -1, False, False

    def at_hand(self) -> list[Clause]:
        """Return the clauses whose fields may be named: that of the last layer, then the subject."""
        last, subject = self.last(), self.reading.subject or self.foreseen
        return list({id(each): each for each in (last, subject) if each is not None}.values())

    def last(self) -> Clause | None:
        return self.reading.clauses[-1] if self.reading.clauses else None

    def is_weak(self) -> bool:
        return self.pending.relation is not None and self.pending.relation.is_weak

    def leads_to_place(self) -> bool:
        """Whether « à » or « au » was said, which leads to a place and to no kind of thing."""
        return self.is_weak() and self.tokens[self.pending.relation_at].word in _TO_A_PLACE

    def says_with(self) -> bool:
        """Whether « avec » was said, which leads to a field or a named layer: « avec de l’eau » asks no works."""
        return self.is_weak() and self.tokens[self.pending.relation_at].word == "avec"

    def choose(self, options: int) -> int:
        place = len(self.reading.decisions)
        self.reading.decisions.append(options)
        return min(self.choices[place], options - 1) if place < len(self.choices) else 0

    def names_commune(self, at: int) -> bool:
        return any(self.vocabulary.commune_named(form) for form, _end in forms(self.tokens, at))

    def leads_to_layer(self, at: int) -> bool:
        """Whether a layer is named at a token, after articles."""
        place = at
        while place < len(self.tokens) and self.tokens[place].is_glue:
            place += 1
        found = match(self.vocabulary, self.tokens, place, (), needs_layer=True, may_imply=True)
        return found is not None and bool(found.layers)

    def understood(self, start: int, end: int, kind: SpanKind) -> None:
        self.reading.pieces.append(Piece(start, end, kind))

    def asked(self, clause: Clause, start: int, end: int, *, done: bool = True) -> None:
        """Note what was asked of a clause, or that it could not be; with a layer left out, its conditions are told."""
        if clause.is_left_out:
            self.gap(start, end, self.reading.gaps[-1].reason)
        elif done:
            self.understood(start, end, SpanKind.CONDITION)
        else:
            self.gap(start, end, Reason.CONTRADICTION)

    def take_field(self, at: int) -> int:
        """Use the field that waits: return where it was named, or the token given."""
        pending = self.pending
        start = pending.field_at if pending.field is not None else at
        pending.field = None
        return start

    def drop_field(self) -> None:
        """Tell of a field that was named for nothing, unless naming it asks something: « à l’ombre »."""
        pending = self.pending
        if pending.field is None:
            return
        field, pending.field = pending.field, None
        clause = next((each for each in self.at_hand() if each.slug == pending.field_slug), None)
        if clause and conditions.add_mention(clause, field, negated=pending.negated, has=pending.has):
            self.asked(clause, pending.field_at, pending.field_end)
        else:
            self.gap(pending.field_at, pending.field_end, Reason.NO_FIELD)

    def drop_relation(self, at: int) -> None:
        """Tell of a placing that nothing followed."""
        pending = self.pending
        if pending.relation is not None and not pending.relation.is_weak:
            outside = pending.relation.place is Place.OUTSIDE and self.reading.communes
            if not outside:
                self.gap(pending.relation_at, at, Reason.UNKNOWN)
        pending.relation = None

    def unknown(self, at: int) -> None:
        """Tell of a word that nothing knows, with the placing that leads to it: « à Paris »."""
        pending, start = self.pending, at
        relation = pending.relation
        if relation is not None and (not relation.is_weak or self.leads_to_place()):
            start = pending.relation_at
        pending.relation, pending.negated_at, pending.has = None, None, False
        self.gap(start, at + 1, Reason.UNKNOWN)

    def gap(self, start: int, end: int, reason: Reason) -> None:
        gaps = self.reading.gaps
        if (
            gaps
            and gaps[-1].reason is reason
            and all(each.is_glue or each.word == "-" for each in self.tokens[gaps[-1].end : start])
        ):
            gaps[-1] = WordGap(gaps[-1].start, end, reason)
        else:
            gaps.append(WordGap(start, end, reason))
