"""Superlatives are an order of the table: « les plus hauts », « le plus grand parc », « avec le plus de places ».

Its first rows are the answer. « Le plus proche de » is an order by the distance to the layer that follows. An order
waits for the end of the text, since the subject may come after it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from explorer.natural_language import parse_result
from explorer.natural_language.amounts import set_relation, trailing
from explorer.natural_language.durations import duration_of
from explorer.natural_language.figures import COUNTING
from explorer.natural_language.groups import EVERYBODY
from explorer.natural_language.layer_words import FieldWords, LayerWords
from explorer.natural_language.matching import forms
from explorer.natural_language.numbers import read_number
from explorer.natural_language.parse_result import (
    Clause,
    Reason,
    SpanKind,
    TableOrder,
    UnparsedSpan,
)
from explorer.natural_language.phrases import HERE_AFTER, SIZES, PhraseTable, merged, spelt
from explorer.natural_language.sort_words import begins_span, end_of_span, step_sort
from explorer.natural_language.spatial_relations import Proximity, RelationPhrase
from explorer.natural_language.state import NamedAmount, ParserState, WaitingOrder
from explorer.natural_language.tokens import root_of, roots, tokens
from interface.text import fold
from layers.parsing.query import AREA, LENGTH, NEAREST

NEAREST_M = 1000
"""What is nearest to another layer is looked for within so many metres."""
FEW_NEAREST_M = 3000
"""The same of « le plus proche » and « les 3 plus proches », which are answered though they are far."""
_RECENT, _OLD, _NEXT, _FIRST = "recent", "old", "next", "first"


@dataclass(frozen=True, slots=True)
class Superlative:
    """What an adjective orders by: words of titles of fields, the first that the layer has; more of it comes first."""

    words: tuple[str, ...]
    is_more: bool


def _of(words: str, is_more: bool, adjectives: str) -> dict[str, Superlative]:
    return spelt(Superlative(tuple(words.split("|")), is_more), adjectives)


_SIZES = "surface|superficie|hauteur|capacité|places|longueur|puissance|diamètre"
_ADJECTIVES: PhraseTable[Superlative] = PhraseTable(
    merged(
        (
            _of(_SIZES, True, "grand|vaste|important|étendu|fort"),
            _of(_SIZES, False, "petit|faible"),
            _of("hauteur", True, "haut|élevé"),
            _of("hauteur", False, "bas|basse"),
            _of("circonférence|diamètre|puissance|capacité|surface", True, "gros|grosse|épais|imposant"),
            _of("circonférence|diamètre|largeur", False, "mince|fin|maigre"),
            _of("tarif|prix|coût", False, "économique|abordable|avantageux"),
            _of("largeur", True, "large"),
            _of("largeur", False, "étroit"),
            _of("longueur|durée", True, "long|longue|longtemps"),
            _of("longueur|durée", False, "court"),
            _of("puissance", True, "puissant|rapide"),
            _of("fréquentation|montées|voyages", True, "fréquenté|utilisé"),
            _of("tarif|prix|coût", True, "cher|coûteux"),
            _of("batterie", True, "chargé"),
            _of(_RECENT, True, "récent|nouveau|nouvelle|neuf|neuve|jeune|récemment"),
            _of(_OLD, False, "ancien|vieux|vieille|vieil|âgé"),
        )
    )
)
_LAST: PhraseTable[Superlative] = PhraseTable(
    merged(
        (
            _of(_RECENT, True, "dernier|dernière"),
            _of(_NEXT, False, "prochain|prochaine"),
            _of(_FIRST, False, "premier|première|tout premier|toute première"),
        )
    )
)
_NEAREST: PhraseTable[bool] = PhraseTable(
    spelt(True, "proche de|proche d|proche du|proche des|près de|près d|près du|près des")
)
_NEAR: PhraseTable[bool] = PhraseTable(
    spelt(True, "proche|près|proximité|à proximité|proche de|proche d|près de|près d")
)
_TIMES = frozenset(
    [
        *("mois", "jour", "jours", "semaine", "semaines", "an", "ans", "annee", "annees", "heures"),
        *("trimestre", "semestre", "etage", "numero", "numeros"),
    ]
)
_ARTICLES = frozenset(["le", "la", "les"])
_MEASURED = {
    "": frozenset[str](),
    AREA: frozenset(["surface", "superficie"]),
    LENGTH: frozenset(["longueur"]),
}
"""Words of adjectives that are about the geometry itself, by its measure."""
_ONE = frozenset(["le", "la", "l", "un", "une", "quel", "quelle"])
_SEVERAL = frozenset(["les", "des", "quels", "quelles", "d", "de"])
_NOT_ADJECTIVES = frozenset(["que", "qu", "du", "ou"])


def is_order(state: ParserState, at: int) -> bool:
    """Whether a superlative stands at a token: « (la puissance) la plus élevée »."""
    words = [each.word for each in state.tokens[at : at + 3]]
    return (
        len(words) == 3
        and words[0] in _ARTICLES
        and words[1] in {"plus", "moins"}
        and words[2] not in {"de", "d"}
    )


def step_order(state: ParserState, at: int) -> int:
    """Read a superlative, « les derniers » or « triés par »."""
    return step_sort(state, at) or _last(state, at) or _superlative(state, at) or _in_number(state, at)


def _in_number(state: ParserState, at: int) -> int:
    """Read « en nombre de places » after « le plus grand parking »: the number that it is the greatest of."""
    waiting = state.orders[-1] if state.orders else None
    counting = COUNTING.find(state.tokens, at + 1) if state.tokens[at].word == "en" else None
    result = trailing(state, counting[1]) if counting and waiting and waiting.field is None else None
    if result is None or waiting is None:
        return 0
    state.orders[-1] = replace(waiting, field=result[1])
    state.understood(at, result[2], SpanKind.ORDER)
    return result[2]


def _superlative(state: ParserState, at: int) -> int:
    tokens_ = state.tokens
    start = at + (tokens_[at].word in _ARTICLES)
    number = read_number(tokens_, start) if start > at or tokens_[at].number is not None else None
    count, degree = (int(number[0]), number[1]) if number else (0, start)
    if degree + 1 >= len(tokens_) or tokens_[degree].word not in {"plus", "moins"}:
        return 0
    is_more, adjective = tokens_[degree].word == "plus", degree + 1
    word = tokens_[adjective].word
    if word in _NOT_ADJECTIVES or (tokens_[adjective + 1 : adjective + 2] and _is_than(state, adjective)):
        return 0
    if word in {"de", "d"}:
        return _most_of(state, at, adjective + 1, is_more=is_more, count=count) if start > at else 0
    is_one = tokens_[at].word != "les" if start > at else not tokens_[adjective].text.endswith(("s", "x"))
    if is_more and (phrase := _NEAREST.find(tokens_, adjective)) and state.leads_to_layer(phrase[1]):
        return _nearest(state, at, phrase[1], count=count, is_one=None if word == "pres" else is_one)
    if is_more and (end := _end_of_nearest_here(state, adjective)):
        state.place_here(at, end, NEAREST_M, is_default=True)
        state.reading.around_count = count or (-1 if not is_one else 1)
        return end
    adjective_match = _ADJECTIVES.find(tokens_, adjective)
    end = adjective_match[1] if adjective_match else adjective + 1
    if start == at and at and adjective_match is None:
        return 0  # « squares moins ouverts » compares with nothing that is said
    meant = adjective_match[0] if adjective_match else Superlative((word,), True)
    if not count and begins_span(state, at) and (last := end_of_span(state, end)):
        return _wait(state, at, last, meant, is_more=is_more, count=0, is_one=False)
    return _wait(state, at, end, meant, is_more=is_more, count=count, is_one=is_one)


def _end_of_nearest_here(state: ParserState, at: int) -> int:
    """Return where « proche », « près de moi » or « proche d’ici » ends; 0 when it is near to something else."""
    phrase = _NEAR.find(state.tokens, at)
    if phrase is None:
        return 0
    if here := HERE_AFTER.find(state.tokens, phrase[1]):
        return here[1]
    words = [each.word for each in state.tokens[phrase[1] - 1 : phrase[1] + 1]]
    return 0 if set(words) & {"de", "d", "du", "des"} else phrase[1]


def _is_than(state: ParserState, at: int) -> bool:
    """Whether « que » follows an adjective: « plus haut que 20 m » compares."""
    return state.tokens[at + 1].word in {"que", "qu"}


def _wait(
    state: ParserState, at: int, end: int, meant: Superlative, *, is_more: bool, count: int, is_one: bool
) -> int:
    """Store an order for the end, by the field named just before or after if there is one."""
    pending = state.pending
    if pending.relation is not None and not pending.relation.is_weak:
        state.gap(at, end, Reason.SUPERLATIVE)
        return end
    end = _past_measure(state, end, meant)
    named, start = None, at
    if pending.field is not None and pending.field_end <= at and _may_order(pending.field):
        if meant == Superlative((state.tokens[end - 1].word,), True) or _is_of_another(meant, pending.field):
            state.gap(at, end, Reason.SUPERLATIVE)
            return end
        if _is_of_next(state, at):
            state.amounts.append(
                NamedAmount(pending.field_slug, pending.field, pending.field_at, pending.field_end)
            )
        else:
            named, start = pending.field, pending.field_at  # « la puissance la plus élevée »
        pending.field = None
    elif result := _named_next(state, end, meant):
        if _is_unknown(state, end - 1, meant):
            state.gap(at, end, Reason.SUPERLATIVE)  # « les plus belles capacités »
            return end
        named, end = result  # « la plus grande capacité », « la plus ancienne inspection »
    elif size := SIZES.find(state.tokens, end):
        meant, end = (
            Superlative(tuple(_MEASURED[size[0]]), meant.is_more),
            size[1],
        )  # « la plus grande superficie »
    pending.relation = None
    # « La station avec la plus grande capacité »: the subject says how many.
    is_single = None if named else is_one
    state.orders.append(
        WaitingOrder(start, end, meant.words, meant.is_more is is_more, named, count, is_single)
    )
    state.drop_field()
    return end


_OF_THEIR_OWN = frozenset(["fréquentation", "batterie", "tarif"])


def _is_of_another(meant: Superlative, field: FieldWords) -> bool:
    """Whether an adjective speaks of another number than the one named: « équipement le plus fréquent »."""
    is_own = meant.words[0] in _OF_THEIR_OWN
    title = set(parse_result.title_roots(field.title))
    is_price = "tarif" in meant.words and field.unit.startswith("€")
    return is_own and not is_price and not any(root_of(fold(word)) in title for word in meant.words)


def _is_unknown(state: ParserState, at: int, meant: Superlative) -> bool:
    """Whether an adjective orders by nothing that is known: it says nothing of the number after it."""
    return meant == Superlative((state.tokens[at].word,), True) and not state.vocabulary.has_word(
        state.tokens[at].stem
    )


def _past_measure(state: ParserState, at: int, meant: Superlative) -> int:
    """Return the token after « superficie » in « la plus grande superficie », where the geometry alone has it."""
    size = SIZES.find(state.tokens, at)
    if size is None or set(meant.words).isdisjoint(_MEASURED[size[0]]) or _named_next(state, at, meant):
        return at
    return size[1]


def _is_of_next(state: ParserState, at: int) -> bool:
    """Whether « de » comes before a superlative: « la hauteur du plus grand arbre » is looked up."""
    words = {each.word for each in state.tokens[max(at - 2, 0) : at]}
    return bool(words & {"du", "de", "d", "des"})


def _named_next(state: ParserState, at: int, meant: Superlative) -> tuple[FieldWords, int] | None:
    """Return the number that is named just after a superlative, or the date after « ancien » and « récent »."""
    is_dated = meant.words in {(_RECENT,), (_OLD,), (_NEXT,), (_FIRST,)}
    for form, end in forms(state.tokens, at):
        for clause in state.at_hand():
            for named in state.vocabulary.layers[clause.slug].field_named(form):
                if named.field.is_dated if is_dated else named.field.is_number:
                    return named.field, end
    return None


def _most_of(state: ParserState, at: int, index: int, *, is_more: bool, count: int) -> int:
    """Read « le plus de places »."""
    result = trailing(state, index) if read_number(state.tokens, index) is None else None
    result = result or _named_before(state, at, index)
    if result is None:
        return 0
    state.pending.relation, state.pending.has = None, False
    state.orders.append(WaitingOrder(at, result[2], (), is_more, result[1], count))
    return result[2]


def _named_before(state: ParserState, at: int, index: int) -> tuple[Clause, FieldWords, int] | None:
    """Return the number that is named just before « le plus de gens »: « où montent »."""
    pending, index = state.pending, state.past_glue(index)
    clause = next((each for each in state.at_hand() if each.slug == pending.field_slug), None)
    is_named = pending.field is not None and pending.field.is_number and pending.field_end == at
    if clause is None or pending.field is None or not is_named or index >= len(state.tokens):
        return None
    if state.tokens[index].stem not in EVERYBODY:
        return None
    field, pending.field = pending.field, None
    state.understood(pending.field_at, pending.field_end, SpanKind.ORDER)
    return clause, field, index + 1


def _nearest(state: ParserState, at: int, end: int, *, count: int, is_one: bool | None) -> int:
    """Read « le plus proche de (la gare) »: the layer that follows is near, and its distance is the order."""
    metres = FEW_NEAREST_M if count or is_one else NEAREST_M
    state.reading.defaults.append((at, end, metres))
    set_relation(state, RelationPhrase(Proximity.NEAR, metres, is_default=True), at)
    state.orders.append(WaitingOrder(at, end, (NEAREST,), False, None, count, is_one))
    return end


def _last(state: ParserState, at: int) -> int:
    """Read « (les) derniers (travaux) », « prochain (chantier) »: an explicit time is a period, read before."""
    phrase = _LAST.find(state.tokens, at)
    after = state.tokens[phrase[1]].word if phrase and phrase[1] < len(state.tokens) else ""
    if after in _TIMES or (phrase and _follows_unknown(state, at)):
        return 0
    if phrase is None:
        return 0
    is_one = not state.tokens[phrase[1] - 1].text.endswith("s")
    return _wait(state, at, phrase[1], phrase[0], is_more=True, count=0, is_one=is_one)


def _follows_unknown(state: ParserState, at: int) -> bool:
    """Whether a word that was left out stands before a token; « les 3 derniers » say how many."""
    gaps = state.reading.gaps
    if not gaps or gaps[-1].end != at:
        return False
    number = read_number(state.tokens, gaps[-1].start)
    return number is None or number[1] != at


def _settle_nearest(state: ParserState) -> None:
    """Take the number of « les 3 arbres les plus proches d’ici »: the tab « Autour » lists the nearest first."""
    if state.reading.around_count < 0:
        state.reading.around_count = _number_of_subject(state, len(state.tokens))


def settle_orders(state: ParserState) -> None:
    """Order the table of the subject by the first superlative; the others are reported."""
    _settle_nearest(state)
    reading, subject = state.reading, state.reading.subject
    for waiting in state.orders:
        words = state.vocabulary.layers[subject.slug].words if subject else None
        name, title = _field_of(state, words, waiting, reading.clauses) if words else ("", "")
        if not name or reading.order is not None:
            reading.gaps.append(UnparsedSpan(waiting.start, waiting.end, Reason.SUPERLATIVE))
            continue
        start, count = waiting.start, waiting.count or _number_of_subject(state, waiting.start)
        if not count:
            count = int(_is_one_subject(state) if waiting.is_one is None else waiting.is_one)
        _begin_today(state, waiting, name)
        reading.order = TableOrder(name, waiting.is_more, title, start, waiting.end, count)
        if name != NEAREST:
            state.understood(start, waiting.end, SpanKind.ORDER)


def _begin_today(state: ParserState, waiting: WaitingOrder, name: str) -> None:
    """Leave out what is past of « prochain chantier »."""
    subject = state.reading.subject
    field = state.vocabulary.layers[subject.slug].words.field(name) if subject else None
    if waiting.words == (_NEXT,) and subject is not None and field is not None:
        first = str(state.today.year) if field.is_year else "today"
        if not parse_result.add_range(subject, field, f"{first}..", is_either=False):
            state.reading.gaps.append(UnparsedSpan(waiting.start, waiting.end, Reason.CONTRADICTION))


def _date_of_condition(state: ParserState, words: LayerWords, waiting: WaitingOrder) -> FieldWords | None:
    """Return the date of what a value says: « le dernier bâtiment protégé » is the last by date of protection."""
    subject = state.reading.subject
    is_last = waiting.field is None and waiting.words in {(_RECENT,), (_FIRST,)}
    if subject is None or not is_last or state.tokens[waiting.start].word in {"le", "la", "les", "plus"}:
        return None
    dated = (each for each in words.fields if each.is_dated and not each.is_year)
    return next((each for each in dated if parse_result.says(subject, each)), None)


def _meant_field(state: ParserState, words: LayerWords, waiting: WaitingOrder) -> FieldWords | None:
    """Return the field that an adjective orders by: the one named elsewhere, « les plus chers à la journée »."""
    if event := _date_of_condition(state, words, waiting):
        return event
    fields = list(_meant(words, waiting.words))
    named = [
        each
        for each in state.amounts
        if each.slug == words.slug and each.field in fields and each.start > waiting.start
    ]
    if len(named) != 1 or state.figure.is_wanted:
        return fields[0] if fields else None
    state.amounts.remove(named[0])
    state.understood(named[0].start, named[0].end, SpanKind.ORDER)
    return named[0].field


def _field_of(
    state: ParserState, words: LayerWords, waiting: WaitingOrder, clauses: list[Clause]
) -> tuple[str, str]:
    """Return the name and the title of the field that an order is by; empty when the layer has none."""
    if waiting.words == (NEAREST,):
        near = [each for each in clauses if each.relation and each.relation.metres and not each.is_left_out]
        return (NEAREST, "") if len(near) == 1 else ("", "")
    named = waiting.field
    if named is None and waiting.words == ("title",):
        named = words.field(words.title_field)
    result = words.field(named.name) if named is not None else _meant_field(state, words, waiting)
    duration = duration_of(words) if result is None else None
    if duration is not None and ("durée" in waiting.words or named == duration):
        return duration.name, ""  # « les chantiers les plus longs » last the longest
    if result is None:
        name = words.measure if set(waiting.words) & _MEASURED[words.measure] else ""
        return name, ""
    return result.name, result.title


def _meant(words: LayerWords, meant: tuple[str, ...]) -> Iterator[FieldWords]:
    """Return the fields that an adjective may order by, the best first: a date of birth, a size, or its own root."""
    if meant in {(_NEXT,), (_FIRST,)}:
        yield from filter(None, [parse_result.dated_field(words)])
        return
    if meant in {(_RECENT,), (_OLD,)}:
        dated = parse_result.dated_field(words)
        if dated is not None and parse_result.is_born(dated):
            yield dated
        yield from (
            each for each in words.fields if root_of("siecle") in parse_result.title_roots(each.title)
        )
        return
    for word in meant:
        requested = set(roots(each.stem for each in tokens(word)))
        for field in words.fields:
            if field.is_number and requested & set(roots(each.stem for each in tokens(field.title))):
                yield field


def _may_order(field: FieldWords) -> bool:
    return field.is_number or field.is_dated


def _number_of_subject(state: ParserState, at: int) -> int:
    """Take the number of « les 5 arbres (les plus hauts) », of « les 3 derniers »; 0 without one."""
    gaps, pieces = state.reading.gaps, state.reading.pieces
    first = min(pieces, key=lambda each: each.start, default=None)  # « 5 micocouliers d’alignement »
    for gap in gaps:
        number = read_number(state.tokens, gap.start)
        if number is None or number[1] != gap.end or number[0] < 1:
            continue
        is_of_subject = _stands_for_subject(state, gap) or any(
            gap.end <= each.start and state.is_glue(gap.end, each.start)
            for each in pieces
            if each.kind is SpanKind.SUBJECT or each is first
        )
        if gap.end == at or is_of_subject:
            gaps.remove(gap)
            state.understood(gap.start, gap.end, SpanKind.ORDER)
            return int(number[0])
    return 0


def _stands_for_subject(state: ParserState, gap: UnparsedSpan) -> bool:
    """Whether a number alone is that of the rows: « parkings : les 3 où la journée coûte le plus cher »."""
    before = state.tokens[gap.start - 1].word if gap.start else ""
    after = state.tokens[gap.end].word if gap.end < len(state.tokens) else ""
    return before in {"les", "top"} and after in {"ou", "qui", "dont", "plus", "ayant", "avec"}


def _is_one_subject(state: ParserState) -> bool:
    """Whether the subject is one thing: « la station (avec le plus de places) », not « les stations »."""
    piece = next((each for each in state.reading.pieces if each.kind is SpanKind.SUBJECT), None)
    if piece is None:
        return False
    before = state.tokens[piece.start - 1].word if piece.start else ""
    if before in _ONE:
        return True
    return before not in _SEVERAL and not state.tokens[piece.start].text.endswith(("s", "x"))
