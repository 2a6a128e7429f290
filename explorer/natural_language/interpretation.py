"""Interpret a sentence in French as a question to the map: parameters, and words used and unused.

Unused words, default distances and corrections are reported, and another reading that explains as many words is
offered.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import partial

from explorer.natural_language.activities import activity_hints
from explorer.natural_language.addresses import AddressPlace, AddressSearch, addresses_in
from explorer.natural_language.amount_words import amount_hints, tables_of_verbs
from explorer.natural_language.checkpoints import Checkpoints
from explorer.natural_language.commune_words import commune_hints
from explorer.natural_language.corrections import corrected
from explorer.natural_language.ellipsis import completed
from explorer.natural_language.grammar import read
from explorer.natural_language.guards import report_dropped
from explorer.natural_language.hints import MAX_NAMES, Hint, HintKind, hint_of
from explorer.natural_language.layer_index import UNIT_NAMES, NamedField, Phrase, Rank
from explorer.natural_language.lookups import names_whole
from explorer.natural_language.matching import forms
from explorer.natural_language.parse_result import Figure, Parse, Reason, SpanKind, UnparsedSpan
from explorer.natural_language.tokens import TextTokens, WordToken, phrase, tokens, words_of
from explorer.natural_language.vocabulary import Vocabulary

MAX_ALTERNATIVES = 3
MAX_READINGS = 24
MAX_WORDS = 60
CLOSE = 2
"""Another reading is offered when its names are at most so many ranks worse."""
LEFT_OUT = 2
"""A word left out weighs as a name two ranks worse (``vocabulary.Rank``)."""

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Unused:
    """Unused words of the text, as they were typed, with a reason and a hint."""

    text: str
    reason: Reason
    hint: Hint | None = None


@dataclass(frozen=True, slots=True)
class TextSpan:
    """Characters of the text, from ``start`` to before ``end``, and what they were understood as."""

    start: int
    end: int
    kind: SpanKind


@dataclass(frozen=True, slots=True)
class Understood:
    """What a text asks of the map.

    ``parameters`` are those of ``/carte/`` (``docs/map-address.md``); none when no layer is the subject.
    ``is_question`` tells that something is asked of the subject beside its name. ``corrections`` are (as typed, as
    read); ``defaults`` (words, metres) are distances that were not said in metres. ``supposed`` are words that were
    asked of a field that was not named, with its title. ``order`` are the words that sort the table, and the title of
    the field. ``second_subjects`` are the titles of second subjects, which the map shows with the first. ``around_m``
    is a distance around where the person is, supposed when ``is_around_default``,
    ``around_count`` how many of the nearest are wanted (0 for all). ``alternatives`` are other readings, their
    parameters alone; ``address_titles`` are the addresses that they are about, where the text does not say which one.
    """

    text: str
    parameters: tuple[Pair, ...]
    subject: str
    layers: tuple[str, ...]
    spans: tuple[TextSpan, ...]
    not_understood: tuple[Unused, ...]
    corrections: tuple[Pair, ...] = ()
    defaults: tuple[tuple[str, float], ...] = ()
    supposed: tuple[Pair, ...] = ()
    order: Pair | None = None
    order_count: int = 0
    second_subjects: tuple[str, ...] = ()
    around_m: float | None = None
    around_count: int = 0
    is_around_default: bool = False
    figure: Figure | None = None
    alternatives: tuple[tuple[Pair, ...], ...] = ()
    address_titles: tuple[str, ...] = ()

    @property
    def is_question(self) -> bool:
        """Whether it is more than the display of a layer."""
        is_choice = bool(self.parameters and self.address_titles)
        return len(self.parameters) > 1 or self.figure is not None or is_choice


def interpret(
    text: str, vocabulary: Vocabulary, today: dt.date, search: AddressSearch | None = None
) -> Understood:
    """Understand a text; ``today`` gives « cette année » its meaning, ``search`` the rows of an address."""
    typed = completed(tokens(text)[:MAX_WORDS], vocabulary)
    places = {each.start: each for each in addresses_in(typed, vocabulary, search)} if search else {}
    spelt_tokens, corrections = corrected(typed, vocabulary, places)
    word_tokens = TextTokens(spelt_tokens)
    readings = _sorted_readings(text, word_tokens, vocabulary, today, places)
    best = readings[0]
    report_dropped(
        word_tokens, best, partial(_read_without, text, word_tokens, vocabulary, today, places, best)
    )
    remaining = tuple(best.parameters())
    of_addresses = _of_addresses(text, word_tokens, vocabulary, today, places)
    subject = best.subject.slug if best.subject else ""
    return Understood(
        text=text,
        parameters=remaining,
        subject=subject,
        layers=tuple(dict.fromkeys(clause.slug for clause in best.clauses)) if subject else (),
        spans=tuple(_span(word_tokens, piece.start, piece.end, piece.kind) for piece in best.pieces),
        not_understood=_unused(text, word_tokens, best, vocabulary, places),
        corrections=_used(word_tokens, corrections, best),
        defaults=tuple(_default(text, word_tokens, *default) for default in best.defaults),
        supposed=tuple((_text(text, word_tokens, start, end), title) for start, end, title in best.supposed),
        order=_order(text, word_tokens, best),
        order_count=best.order.count if best.order else 0,
        second_subjects=tuple(
            vocabulary.layers[slug].words.title for slug, _start, _end in best.second_subjects
        ),
        around_m=best.around_m,
        around_count=best.around_count,
        is_around_default=best.is_around_default,
        figure=best.figure,
        alternatives=tuple(of_addresses)
        or (*_of_second_subjects(best), *(_alternatives(readings, word_tokens) if remaining else ()))[
            :MAX_ALTERNATIVES
        ],
        address_titles=tuple(of_addresses.values()),
    )


def _sorted_readings(
    text: str,
    word_tokens: Sequence[WordToken],
    vocabulary: Vocabulary,
    today: dt.date,
    places: Mapping[int, AddressPlace],
) -> list[Parse]:
    """Return the readings of a text, the best first."""
    result = list(_readings(text, word_tokens, vocabulary, today, places=places))
    if all(each.subject is None for each in result):
        loose = _readings(text, word_tokens, vocabulary, today, is_loose=True, places=places)
        result += [each for each in loose if not each.gaps]
    return sorted(result, key=lambda each: _worth(each, word_tokens))


def _read_without(
    text: str,
    word_tokens: Sequence[WordToken],
    vocabulary: Vocabulary,
    today: dt.date,
    places: Mapping[int, AddressPlace],
    reading: Parse,
    left_out: Set[int],
) -> Parse:
    """Read a text as it was read, without some of its words."""
    order = [index for index in range(len(word_tokens)) if index not in left_out]
    moved = {index: at for at, index in enumerate(order)}
    moved_places = {
        moved[each.start]: replace(each, start=moved[each.start], end=moved[each.end - 1] + 1)
        for each in places.values()
        if left_out.isdisjoint(range(each.start, each.end))
    }
    choices, hint, is_loose = reading.way
    return read(
        [word_tokens[index] for index in order],
        vocabulary,
        today,
        text=text,
        choices=choices,
        hint=hint,
        is_loose=is_loose,
        places=moved_places,
    )


def _of_addresses(
    text: str,
    word_tokens: Sequence[WordToken],
    vocabulary: Vocabulary,
    today: dt.date,
    places: Mapping[int, AddressPlace],
) -> dict[tuple[Pair, ...], str]:
    """Return the question for each address that exists, with its title, where the text does not say which one."""
    place = next((each for each in places.values() if each.known is None and each.options), None)
    if place is None:
        return {}
    title_field = vocabulary.layers[place.slug].words.title_field
    results: dict[tuple[Pair, ...], str] = {}
    for option in place.options[:MAX_ALTERNATIVES]:
        chosen = {**places, place.start: replace(place, known=option)}
        best = _sorted_readings(text, word_tokens, vocabulary, today, chosen)[0]
        alone = (
            ("sujet", place.slug),
            (f"{place.slug}.{title_field}", f"={option.name}"),
            ("commune", option.commune),
        )
        results.setdefault(tuple(best.parameters()) or alone, option.title)
    return results


def _readings(
    text: str,
    word_tokens: Sequence[WordToken],
    vocabulary: Vocabulary,
    today: dt.date,
    *,
    is_loose: bool = False,
    places: Mapping[int, AddressPlace],
) -> Iterable[Parse]:
    """Read the text as many ways as its ambiguous words allow, one of them changed at a time, then two."""
    read_way = partial(
        read,
        word_tokens,
        vocabulary,
        today,
        text=text,
        is_loose=is_loose,
        places=places,
        checkpoints=Checkpoints(),
    )
    first = read_way()
    yield first
    is_open = bool(first.gaps) or first.subject is None
    hints = _named(word_tokens, vocabulary, first) if first.gaps else []
    hints += activity_hints(word_tokens, vocabulary) if first.gaps else []
    if is_open and not is_loose:
        hints += [slug for slug in _with_amounts(word_tokens, vocabulary) if slug not in hints]
    if first.gaps and not is_loose:
        hints += [slug for slug in _with_values(word_tokens, vocabulary) if slug not in hints][:2]
    hints += commune_hints(word_tokens, vocabulary) if first.gaps else []
    if is_loose:
        hints += [slug for slug in _with_fields(word_tokens, vocabulary) if slug not in hints]
    tried: set[tuple[tuple[int, ...], str]] = {((), "")}
    for hint in ["", *hints]:
        waiting: list[tuple[int, ...]] = [()] if hint else _changed((), first)
        while waiting and len(tried) < MAX_READINGS:
            choices = waiting.pop(0)
            if (choices, hint) in tried:
                continue
            tried.add((choices, hint))
            reading = read_way(choices=choices, hint=hint)
            yield reading
            if len(choices) < 6:
                waiting += _changed(choices, reading)


def _named(word_tokens: Sequence[WordToken], vocabulary: Vocabulary, first: Parse) -> list[str]:
    """Return the layers that the text names, whose fields may come before: « hauteur > 20 m, arbres »."""
    implied = [first.subject.slug] if first.subject and first.subject.is_implied else []
    best = [
        (at, vocabulary.layers_named(form))
        for at in range(len(word_tokens))
        for form, _end in forms(word_tokens, at)
        if vocabulary.layers_named(form)
    ]
    named = [each[0].slug for _at, each in best if each[0].rank <= Rank.SYNONYM]
    # « Platanes d’alignement »: what nothing else is called, after the words of its fields.
    begun = [
        each[0].slug
        for at, each in best
        if len(each) == 1
        and each[0].rank > Rank.SYNONYM
        and (at or vocabulary.layers[each[0].slug].words.is_table)
    ]
    features = [
        feature.slug
        for at in range(len(word_tokens))
        for form, _end in forms(word_tokens, at)
        for feature in vocabulary.features_named(form)[:1]
        if names_whole(word_tokens, at, form, feature)
    ]
    return list(dict.fromkeys([*named, *implied, *begun, *features]))[:4]


def _with_fields(word_tokens: Sequence[WordToken], vocabulary: Vocabulary) -> list[str]:
    """Return the layers of a field that the text names and few others have: « abonnement résident < 60 € »."""
    result: dict[str, None] = {}
    for at in range(len(word_tokens)):
        for form, _end in forms(word_tokens, at):
            slugs = [
                slug
                for slug in vocabulary.layers_with_field(form)
                if any(
                    each.rank <= Rank.SYNONYM or (each.rank <= Rank.PART and each.field.is_number)
                    for each in vocabulary.layers[slug].fields[form]
                )
            ]
            if len(slugs) == 1:
                result.setdefault(slugs[0])
    return list(result)[:2]


def _with_amounts(word_tokens: Sequence[WordToken], vocabulary: Vocabulary) -> list[str]:
    """Return the layers of an amount that the text names: « logements vacants à Sèvres », « population de Meudon »."""
    result: dict[str, tuple[int, int]] = {}
    for at in range(len(word_tokens)):
        usual = amount_hints(vocabulary, word_tokens[at])
        candidates = [form for form, _end in forms(word_tokens, at) if len(form[0]) > 1] + usual
        has_own = False
        for form in candidates:
            if has_own and form in usual:
                continue
            for slug in vocabulary.layers_with_field(form):
                named = vocabulary.layers[slug].fields[form]
                ranks = [each.rank for each in named if _begins_amount(each, form)]
                if ranks:
                    result[slug] = min(result.get(slug, (0, 0)), (-len(form), min(ranks)))
                    has_own = True
    additive = {
        slug: sum(each.is_additive for each in vocabulary.layers[slug].words.fields) for slug in result
    }
    by_verb = tables_of_verbs(vocabulary.layers.values(), [each.word for each in word_tokens])
    return [*by_verb, *sorted(result, key=lambda slug: (result[slug], additive[slug]))][:4]


def _with_values(word_tokens: Sequence[WordToken], vocabulary: Vocabulary) -> list[str]:
    """Return the tables that have a value of this very name, and a number: « femmes de 20 à 24 ans »."""
    return [
        slug
        for at in range(len(word_tokens))
        for form, _end in forms(word_tokens, at)
        for slug in vocabulary.layers_with_value(form)
        if vocabulary.layers[slug].words.is_table
        and any(each.is_additive for each in vocabulary.layers[slug].words.fields)
    ]


def _begins_amount(named: NamedField, form: Phrase) -> bool:
    is_begun = named.field.is_additive and form in {
        phrase(named.field.title)[: len(form)],
        phrase(named.field.unit),
        *words_of(UNIT_NAMES.get(named.field.unit, ())),
    }
    is_named = named.rank <= Rank.SYNONYM and (len(form) > 1 or named.field.is_additive)
    return named.field.is_number and (is_begun or is_named)


def _changed(choices: tuple[int, ...], reading: Parse) -> list[tuple[int, ...]]:
    """Return the choices that go another way at one of the words after those chosen."""
    return [
        (*choices, *(0,) * (index - len(choices)), other)
        for index in range(len(choices), len(reading.decisions))
        for other in range(1, min(reading.decisions[index], 6))
    ]


def _worth(reading: Parse, word_tokens: Sequence[WordToken]) -> tuple[bool, int, bool, int]:
    """Order readings: those with a subject, then those that leave few words out and name things well.

    Of two alike, the figure of a number that is named comes first: « voitures électriques » are counted by a table.
    """
    is_named = reading.figure is not None and bool(reading.figure.field)
    left_out = _left_out(reading, word_tokens)
    return (
        reading.subject is None,
        LEFT_OUT * left_out + reading.rank,
        not is_named,
        left_out if is_named else 0,
    )


def _left_out(reading: Parse, word_tokens: Sequence[WordToken]) -> int:
    return sum(not token.is_glue for gap in reading.gaps for token in word_tokens[gap.start : gap.end])


def _of_second_subjects(best: Parse) -> Iterable[tuple[Pair, ...]]:
    """Return the question for each layer that « ou » or « et » joins to the subject, in the same places."""
    shared = [pair for pair in best.parameters() if pair[0] in {"commune", "near", "radius"}]
    return [(("sujet", slug), *shared) for slug, _start, _end in best.second_subjects]


def _alternatives(
    readings: Sequence[Parse], word_tokens: Sequence[WordToken]
) -> tuple[tuple[Pair, ...], ...]:
    best = readings[0]
    least, own = _left_out(best, word_tokens), sorted(best.parameters())
    results: dict[tuple[Pair, ...], None] = {}
    for reading in readings[1:]:
        pairs = tuple(reading.parameters())
        is_close = reading.rank <= best.rank + CLOSE and _left_out(reading, word_tokens) <= least
        if pairs and is_close and sorted(pairs) != own:
            results.setdefault(pairs)
    return tuple(results)[:MAX_ALTERNATIVES]


def _unused(
    text: str,
    word_tokens: Sequence[WordToken],
    reading: Parse,
    vocabulary: Vocabulary,
    places: Mapping[int, AddressPlace],
) -> tuple[Unused, ...]:
    subject = reading.subject.slug if reading.subject else ""
    gaps: list[UnparsedSpan] = sorted(reading.gaps, key=lambda gap: gap.start)
    if reading.subject is None:
        # Without a subject, what was understood of the rest asks nothing: the unknown words alone are told.
        gaps = [gap for gap in gaps if gap.reason is not Reason.NO_FIELD] or gaps
    return tuple(
        Unused(
            text[word_tokens[gap.start].start : word_tokens[gap.end - 1].end].strip(),
            gap.reason,
            _addresses(gap, places)
            or hint_of(word_tokens, gap.start, gap.end, gap.reason, subject, vocabulary),
        )
        for gap in gaps
        if gap.start < gap.end
    )


def _addresses(gap: UnparsedSpan, places: Mapping[int, AddressPlace]) -> Hint | None:
    """Return the addresses that exist, in place of the one that was left out."""
    place = next((each for each in places.values() if gap.start <= each.start < gap.end), None)
    if place is None or not place.options:
        return None
    titles = tuple(each.title for each in place.options[:MAX_NAMES])
    return Hint(HintKind.ELSEWHERE if place.is_elsewhere else HintKind.ADDRESSES, titles)


def _used(word_tokens: Sequence[WordToken], corrections: Iterable[Pair], reading: Parse) -> tuple[Pair, ...]:
    """Return the corrections of words that were used; unused words are reported as typed."""
    used = {each.text for piece in reading.pieces for each in word_tokens[piece.start : piece.end]}
    return tuple(pair for pair in corrections if pair[0] in used)


def _text(text: str, word_tokens: Sequence[WordToken], start: int, end: int) -> str:
    return text[word_tokens[start].start : word_tokens[end - 1].end]


def _order(text: str, word_tokens: Sequence[WordToken], reading: Parse) -> Pair | None:
    order = reading.order
    return None if order is None else (_text(text, word_tokens, order.start, order.end), order.title)


def _default(
    text: str, word_tokens: Sequence[WordToken], start: int, end: int, metres: float
) -> tuple[str, float]:
    """Return a vague distance as it was typed, without the « de » that ends it."""
    while end - 1 > start and word_tokens[end - 1].is_glue:
        end -= 1
    return text[word_tokens[start].start : word_tokens[end - 1].end], metres


def _span(word_tokens: Sequence[WordToken], start: int, end: int, kind: SpanKind) -> TextSpan:
    return TextSpan(word_tokens[start].start, word_tokens[end - 1].end, kind)
