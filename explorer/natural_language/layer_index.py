"""The phrases of one layer: by what runs of words its fields, values, features and records are named, and how well."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from explorer.natural_language.feature_names import NamedFeature, feature_names
from explorer.natural_language.layer_words import FieldWords, LayerWords, RelationWords, ValueWords
from explorer.natural_language.spelling import singular
from explorer.natural_language.tokens import phrase, roots, stem, tokens, without_apostrophe, words_of
from explorer.natural_language.tree_names import french_names
from interface.text import fold

Phrase = tuple[str, ...]
LONGEST = 9
MAX_PARTS = 6
"""Parts of a label have at most so many words: those of a title of law are not said by heart."""
_FAMILY = "-00"
_LONGEST_CODE = 4
SHORT_CODE = 2
"""Codes of so many characters are values only beside the name of their layer or of their field: « zone N »."""
_NONE = frozenset(map(stem, ["aucun", "aucune", "non", "sans", "neant"]))
_LINKS = frozenset(map(stem, ["avec", "sans"]))
_ABBREVIATIONS: dict[Phrase, tuple[Phrase, ...]] = {
    phrase("personnes à mobilité réduite"): (
        ("pmr",),
        phrase("handicapés"),
        phrase("handicapées"),
        phrase("handicap"),
    ),
    phrase("véhicules électriques"): (("ve",),),
    phrase("poids lourds"): (("pl",), phrase("camions")),
    phrase("carte bancaire"): (("cb",), phrase("carte bleue"), phrase("carte")),
    phrase("deux-roues motorisés"): (phrase("motos"), phrase("scooters"), ("2rm",)),
}
_ACCESS = (
    "PMR",
    "accès PMR",
    "accessible PMR",
    "accessible aux handicapés",
    "accès handicapés",
    "fauteuil roulant",
)
_PLACE, _SPOT = phrase("place emplacement")
"""Another word for the places that a number counts: « emplacements moto »."""
_OTHER = phrase("autre")
"""What is meant by « autres » alone is what was named before, and no « Autre prise »."""
_MIN_LABEL, _MIN_FORM = 3, 2
"""A label of so many words is known by some of them in any order, if they are half of it."""
MIN_FIRST = 5
"""A first word that names a value has more letters."""


class Rank(IntEnum):
    """How well a phrase names something, the best first."""

    EXACT = 0
    SYNONYM = 1
    PREFIX = 2
    KEYWORD = 3
    PART = 4
    ROOT = 5


class NamedField(NamedTuple):
    """A field that a phrase names."""

    rank: Rank
    field: FieldWords


class NamedValue(NamedTuple):
    """A value that a phrase names; ``is_short`` when it is a code that means nothing alone."""

    rank: Rank
    field: FieldWords
    value: ValueWords
    is_short: bool = False


class NamedLayer(NamedTuple):
    """A layer that a phrase names, in the order of the catalogue."""

    rank: Rank
    order: int
    slug: str


class Spelling(NamedTuple):
    """A word of a text: folded and singular, its stem, and as it is written there."""

    word: str
    stem: str
    written: str


class NamedRecord(NamedTuple):
    """Records that a phrase names: all those of a relation, or those that have values of a field."""

    relation: RelationWords
    field: FieldWords | None = None
    values: tuple[str, ...] = ()


@dataclass(slots=True)
class LayerIndex:
    """The phrases of one layer."""

    words: LayerWords
    names: dict[Phrase, Rank] = field(default_factory=dict)
    fields: dict[Phrase, list[NamedField]] = field(default_factory=dict)
    values: dict[Phrase, list[NamedValue]] = field(default_factory=dict)
    features: dict[Phrase, NamedFeature] = field(default_factory=dict)
    labels: list[tuple[frozenset[str], NamedValue]] = field(default_factory=list)
    spelt: dict[str, str] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)
    records: dict[Phrase, NamedRecord] = field(default_factory=dict)
    known: frozenset[Phrase] = frozenset()
    label_words: frozenset[str] = frozenset()

    def knows(self, form: Phrase, rooted: Phrase) -> bool:
        """Whether a phrase, or ``rooted``, its roots, may name anything but records: one look-up for all."""
        return (
            form in self.known
            or rooted in self.known
            or (len(form) >= _MIN_FORM and self.label_words.issuperset(form))
        )

    def field_named(self, form: Phrase) -> list[NamedField]:
        """Return the fields that a phrase names, the best first; by the roots of its words when nothing else does."""
        return self.fields.get(form) or self.fields.get(("~", *roots(form))) or []

    def values_named(self, form: Phrase) -> list[NamedValue]:
        """Return the values that a phrase names, all of the same rank and of the same field.

        A value that no feature has gives way to those whose labels begin with the phrase: « espace boisé classé » is
        the one « à protéger » where there is no other.
        """
        result = self.values.get(form) or self.values.get(("~", *roots(form))) or []
        if not result:
            return []
        full_matches = [each for each in result if each.rank <= Rank.SYNONYM]
        begun = [each for each in result if each.rank <= Rank.PREFIX and each.value.is_there]
        there = [each for each in result if each.value.is_there]
        if not (begun or full_matches or there) or self._is_of_all(result):
            return []
        best = min(begun or full_matches or there, key=lambda each: (each.rank, not each.value.is_there))
        remaining = [each for each in result if (each.rank, each.field.name) == (best.rank, best.field.name)]
        here = [each for each in remaining if each.value.is_there]
        if best.rank is Rank.SYNONYM:
            return remaining
        return here or remaining if best.rank is Rank.EXACT else here

    def _is_of_all(self, named: Sequence[NamedValue]) -> bool:
        """Whether a word inside the labels is one of all of them: « service » of « Service des parcs, Meudon »."""
        best = min(named, key=lambda each: each.rank)
        if best.rank < Rank.PREFIX or len(best.field.values) < _MIN_LABEL:
            return False
        values = {each.value.value for each in named if each.field.name == best.field.name}
        return {each.value for each in best.field.values if each.is_there} <= values

    def labelled(self, form: Phrase) -> list[NamedValue]:
        """Return the values whose labels have all the words, in any order: « parkings réservés à la clientèle »."""
        words = set(form)
        if len(words) < _MIN_FORM:
            return []
        result = [
            value
            for label, value in self.labels
            if value.value.is_there
            and words <= label
            and 2 * len(words) >= len(label)
            # « Opérateurs de bornes » names a field and the layer, and no operator called so.
            and not words <= {*phrase(self.words.title), *phrase(value.field.title)}
        ]
        return result if len({each.field.name for each in result}) == 1 else []


def index_layer(words: LayerWords) -> LayerIndex:
    """Index the names, fields, values and features of a layer."""
    index = LayerIndex(words)
    for form, rank in _layer_names(words):
        index.names[form] = min(rank, index.names.get(form, Rank.ROOT))
    fields: defaultdict[Phrase, list[NamedField]] = defaultdict(list)
    values: defaultdict[Phrase, list[NamedValue]] = defaultdict(list)
    for each in words.fields:
        for form, rank in _field_names(each):
            fields[form].append(NamedField(rank, each))
        for value in each.values:
            for form, rank, is_short in _names_of_value(words, each, value):
                values[form].append(NamedValue(rank, each, value, is_short))
        for form, rank, value in (
            *_first_words(words, each),
            *_families(each),
            *_longer_labels(each),
            *_own_words(each),
        ):
            values[form].append(NamedValue(rank, each, value))
    for named in fields.values():
        named.sort(key=lambda each: each.rank)
    index.fields, index.values = dict(fields), dict(values)
    index.labels = list(_labels(words))
    index.features = dict(feature_names(words))
    index.known = frozenset().union(index.names, index.fields, index.values, index.features)
    index.label_words = frozenset().union(*(label for label, _value in index.labels))
    _index_spellings(index)
    index.records = _united(_records(words))
    return index


def _index_spellings(index: LayerIndex) -> None:
    for spelling in _spelt(index.words):
        index.spelt[spelling.word] = spelling.stem
        if spelling.written != spelling.word:
            index.written.setdefault(spelling.word, spelling.written)


def _names_of_value(
    words: LayerWords, field_words: FieldWords, value: ValueWords
) -> Iterator[tuple[Phrase, Rank, bool]]:
    names = (
        *_working_days(value),
        *_value_names(field_words, value),
        *_genus_names(words, value),
        *_before_comma(value),
        *_answers(field_words, value),
    )
    is_other = phrase(value.label) == _OTHER
    yield from (each for each in names if each[0] != _OTHER or is_other)


_OPPOSITES = {"ouvert": "fermé", "ouverte": "fermée", "gratuit": "payant", "gratuite": "payante"}
"""First words of questions that are answered by yes or no → what no is called."""


def _answers(field_words: FieldWords, value: ValueWords) -> Iterator[tuple[Phrase, Rank, bool]]:
    """Name yes and no by words of their own: « abrité » of « Abri », « fermé au public » of « Ouvert au public »."""
    if not field_words.is_boolean:
        return
    first, _blank, rest = field_words.title.lower().partition(" ")
    if value.value == "true" and not rest and first.endswith("i"):
        yield phrase(f"{first}té"), Rank.SYNONYM, False
    if value.value == "false" and first in _OPPOSITES:
        yield phrase(f"{_OPPOSITES[first]} {rest}"), Rank.SYNONYM, False
        if rest:
            yield phrase(_OPPOSITES[first]), Rank.PART, False


def _first_words(words: LayerWords, field_words: FieldWords) -> Iterator[tuple[Phrase, Rank, ValueWords]]:
    """Name the values of a table by first words of their own, « emballages (et papiers) », and by their roots."""
    named = [(phrase(each.label), each) for each in field_words.values]
    firsts = Counter(form[0] for form, _value in named if form)
    for form, value in named if words.is_table and field_words.is_listed else ():
        if len(form) > 1:
            yield ("~", *roots(form)), Rank.PREFIX, value  # « travaillent à domicile »
        if len(form) > 1 and firsts[form[0]] == 1 and len(form[0]) > MIN_FIRST:
            yield form[:1], Rank.PREFIX, value


def _own_words(words: FieldWords) -> Iterator[tuple[Phrase, Rank, ValueWords]]:
    """Name a value by a word before its comma that no other has: « pavillonnaires », « Habitat pavillonnaire, … »."""
    named = [(phrase(each.label.partition(",")[0]), each) for each in words.values if "," in each.label]
    counts = Counter(word for form, _value in named for word in form)
    for form, value in named:
        yield from (((word,), Rank.PART, value) for word in form[1:] if counts[word] == 1)


def _families(words: FieldWords) -> Iterator[tuple[Phrase, Rank, ValueWords]]:
    """Name the codes of a family by its first one: « emplacement réservé », 05-00, is said of 05-01 and the others."""
    for first in words.values:
        family = first.value.removesuffix(_FAMILY)
        if family != first.value:
            form = phrase(first.label)
            yield from (
                (form, Rank.EXACT, each)
                for each in words.values
                if each is not first and each.value.startswith(f"{family}-")
            )


def _longer_labels(words: FieldWords) -> Iterator[tuple[Phrase, Rank, ValueWords]]:
    """Name a code by the label that its own begins with, of a code like it: « zone à urbaniser (bloquée) »."""
    coded = [(phrase(each.label), each) for each in words.values if 1 < len(each.value) <= _LONGEST_CODE]
    for form, first in coded:
        yield from (
            (form, Rank.EXACT, each)
            for label, each in coded
            if form and label != form and label[: len(form)] == form and each.value[:-1] == first.value[:-1]
        )


def _records(words: LayerWords) -> Iterator[tuple[Phrase, NamedRecord]]:
    """Name the records of a layer: by their values, then by the title of their relation, which is said first."""
    for relation in words.relations:
        for each in relation.fields:
            yield from _record_values(relation, each)
    for relation in words.relations:
        if form := phrase(relation.title):
            yield form, NamedRecord(relation)


def _united(records: Iterable[tuple[Phrase, NamedRecord]]) -> dict[Phrase, NamedRecord]:
    """Give a phrase that names several values of one field all of them, else what it names last."""
    result: dict[Phrase, NamedRecord] = {}
    for form, record in records:
        before = result.get(form)
        is_same = before is not None and (before.relation, before.field) == (record.relation, record.field)
        values = (*(before.values if before and is_same else ()), *record.values)
        result[form] = record._replace(values=tuple(dict.fromkeys(values)))
    return result


def _record_values(relation: RelationWords, words: FieldWords) -> Iterator[tuple[Phrase, NamedRecord]]:
    """Name records by the values of a field, or by the title of one that answers yes."""
    if words.is_boolean:
        title = phrase(words.title)
        for form in filter(None, (title, *_abbreviated(title), *words_of(words.synonyms))):
            yield form, NamedRecord(relation, words, ("true",))
        return
    for value in words.values:
        for form in words_of([value.label, *value.synonyms]):
            if form != _OTHER:
                yield form, NamedRecord(relation, words, (value.value,))


def _spelt(words: LayerWords) -> Iterator[Spelling]:
    """Return every word of a layer as it is spelt, with its stem."""
    yield from spelt_in([words.title, words.singular, *words.synonyms, *words.keywords])
    for each in words.fields:
        yield from spelt_in([each.title, each.unit, *each.synonyms])
        for value in each.values:
            yield from spelt_in(french_names(value.value))
            yield from spelt_in(
                value.synonyms if each.is_boolean else [value.label, value.value, *value.synonyms]
            )
    for relation in words.relations:
        yield from spelt_in([relation.title, *(each.title for each in relation.fields)])
        yield from spelt_in(value.label for each in relation.fields for value in each.values)
    yield from spelt_in(title for _pk, title in words.titles)


def spelt_in(texts: Iterable[str]) -> Iterator[Spelling]:
    """Return the words of texts as they are spelt."""
    for text in dict.fromkeys(name for each in texts for name in (each, without_apostrophe(each))):
        yield from _spellings(text)


@lru_cache(maxsize=20_000)
def _spellings(text: str) -> tuple[Spelling, ...]:
    """Return the words of a text as they are spelt: a write to a layer leaves nearly all of its texts as they were."""
    return tuple(
        Spelling(singular(each.word), each.stem, each.text.lower())
        for each in tokens(text)
        if not each.is_glue
    )


def _layer_names(words: LayerWords) -> Iterator[tuple[Phrase, Rank]]:
    for title in (words.title, words.singular):
        before, colon, after = title.partition(":")
        names = [before + " " + after, after + " " + before, after] if colon else [title]
        for form in words_of(names):
            yield form, Rank.EXACT
            cuts = _listed_at(title)
            yield from ((form[:length], Rank.PREFIX) for length in range(1, len(form)) if length not in cuts)
    yield from ((form, Rank.SYNONYM) for form in words_of(words.synonyms))
    text = set(roots(phrase(words.title)))
    for form in words_of(words.keywords):
        # « Vélo » is a keyword of cycle tracks too, but the title of the stations of bicycles says it.
        is_in_title = text.issuperset(roots(form)) and not words.is_table
        yield form, Rank.PREFIX if is_in_title else Rank.KEYWORD


def _listed_at(title: str) -> set[int]:
    """Return the lengths of the beginnings of a title that « et » goes on with: « trajets en trottinettes (et …) »."""
    length, result = 0, set[int]()
    for each in tokens(title):
        if each.word == "et" and length > 1:
            result.add(length)
        length += each.word[0].isalnum() and not each.is_glue
    return result


def _parts(form: Phrase) -> Iterator[Phrase]:
    """Return the runs of words that do not make the whole of a phrase, and that « avec » or « sans » does not end."""
    for length in range(1, min(len(form), MAX_PARTS + 1)):
        runs = (form[start : start + length] for start in range(len(form) - length + 1))
        yield from (run for run in runs if run[0] not in _LINKS and run[-1] not in _LINKS)


def _field_names(words: FieldWords) -> Iterator[tuple[Phrase, Rank]]:
    named = [(form, Rank.SYNONYM) for form in words_of([*words.synonyms, *_access_words(words)])]
    title = phrase(words.title)
    named += [(title, Rank.EXACT)] if title else []
    named += [(short, Rank.SYNONYM) for form, _rank in named for short in _abbreviated(form)]
    named += [((_SPOT, *form[1:]), Rank.SYNONYM) for form, _rank in named if form[0] == _PLACE and words.unit]
    for form, rank in named:
        yield form, rank
        yield ("~", *roots(form)), Rank.ROOT
    # What answers yes or no is named by the beginning of its title alone: « ouvert (au public) », never « public ».
    parts = _prefixes(title) if words.is_boolean else _parts(title)
    for form in parts:
        yield form, Rank.PART
        yield ("~", *roots(form)), Rank.ROOT
    if words.unit:
        yield from ((form, Rank.PART) for form in words_of([words.unit, *UNIT_NAMES.get(words.unit, ())]))
    for form in (*_column_names(words, title), *_spans_of_price(words, title)):
        yield form, Rank.SYNONYM


_SPANS = {
    "jour": words_of(["journée", "24h", "24 heures"]),
    "heur": words_of(["1h", "une heure"]),
}
"""Words of the time that a price is of → how people say it."""


def _spans_of_price(words: FieldWords, title: Phrase) -> Iterator[Phrase]:
    """Name a price by the time that it is of: « (se garer) 24h »."""
    for span, forms in _SPANS.items() if words.is_number and words.unit.startswith("€") else ():
        if span in title:
            yield from forms


UNIT_NAMES = {"t": ("tonnes",), "km": ("kilomètres", "kilomètres parcourus")}
"""Units → how they are said in full."""
_UNITS_OF_COLUMNS = frozenset(
    ["nb", "nombre", "nbre", "m", "m2", "km", "cm", "ha", "pct", "max", "min", "id"]
)


def _column_names(words: FieldWords, title: Phrase) -> Iterator[Phrase]:
    """Name a number by the words of its column after the first of its title: « places pour voitures électriques »."""
    parts = [each for each in words.name.split("_") if each not in _UNITS_OF_COLUMNS]
    form = phrase(" ".join(parts))
    if words.is_number and title and form and form[0] != title[0] and set(form) - set(title):
        yield (title[0], *form)
        yield from ((title[0], each) for each in form[1:] if len(form) > 1)
    elif (
        (words.is_number or words.is_listed)
        and len(form) > 1
        and set(form) - set(title)
        and set(form) & set(title)
    ):
        yield form


def _access_words(words: FieldWords) -> Sequence[str]:
    """Return the usual words of whether a place is accessible, whatever the title says of it."""
    is_access = words.is_boolean and any(each.startswith("access") for each in phrase(words.title))
    return _ACCESS if is_access else ()


def _abbreviated(form: Phrase) -> Iterator[Phrase]:
    """Return a phrase with its usual initials: « places PMR »."""
    for full, names in _ABBREVIATIONS.items():
        for start in range(len(form) - len(full) + 1):
            if form[start : start + len(full)] == full:
                yield from (form[:start] + short + form[start + len(full) :] for short in names)


def _prefixes(form: Phrase) -> Iterator[Phrase]:
    return (form[:length] for length in range(1, len(form)))


def _value_names(field_words: FieldWords, words: ValueWords) -> Iterator[tuple[Phrase, Rank, bool]]:
    code = words.value.replace("_", " ")
    label = words.label.partition("(")[0] if "(" in words.label else words.label
    for form in words_of(words.synonyms):
        yield form, Rank.SYNONYM, False
    if field_words.is_boolean:
        return
    for text in dict.fromkeys([words.label, label, words.value, code]):
        # « A » is a code, though also a word that is skipped elsewhere.
        form = phrase(text) or tuple(each.stem for each in tokens(text))
        is_short = len(text) <= SHORT_CODE or text.isdecimal()
        if not form:
            continue
        yield form, Rank.EXACT, is_short
        if not is_short and text not in {words.value, code}:
            yield from ((part, rank, False) for part, rank in _label_parts(form))
        elif not is_short and field_words.is_kind and len(form) > 1:
            yield form[:1], Rank.PREFIX, False  # « pistes » are the cycle tracks of that kind
        elif not is_short and len(form) > 2:
            yield form[:2], Rank.PREFIX, False  # « parkings privés » are those for customers too


def _working_days(value: ValueWords) -> Iterator[tuple[Phrase, Rank, bool]]:
    """Name working days « en semaine »."""
    if phrase(value.label) == phrase("jour ouvré"):
        yield from (
            (form, Rank.SYNONYM, False)
            for form in words_of(["semaine", "jours de semaine", "jours ouvrables"])
        )


def _before_comma(value: ValueWords) -> Iterator[tuple[Phrase, Rank, bool]]:
    """Name a value by what stands before its first comma: « forêt », of « Forêt, exemple »."""
    begun, comma, _rest = value.label.partition(",")
    if comma and (form := phrase(begun)):
        yield form, Rank.PREFIX, False


def _genus_names(words: LayerWords, value: ValueWords) -> Iterator[tuple[Phrase, Rank, bool]]:
    """Name a genus of trees in French, unless features of the layer have that name themselves."""
    heads = {phrase(title)[:1] for _pk, title in words.titles}
    has_names = not heads and any("vernaculaire" in fold(each.title) for each in words.fields)
    yield from (
        (form, Rank.PREFIX, False)
        for form in words_of(french_names(value.value))
        if not has_names and form[:1] not in heads
    )


def _label_parts(form: Phrase) -> Iterator[tuple[Phrase, Rank]]:
    yield ("~", *roots(form)), Rank.ROOT
    for part in _parts(form):
        if not all(each.isdecimal() for each in part):
            yield part, Rank.PREFIX if part == form[: len(part)] else Rank.PART


def _labels(words: LayerWords) -> Iterator[tuple[frozenset[str], NamedValue]]:
    """Return the words of the labels that are long enough to be said in another order, or in part."""
    for field_words in words.fields:
        for value in field_words.values if not field_words.is_boolean else ():
            form = phrase(value.label)
            if _MIN_LABEL <= len(form) <= MAX_PARTS:
                yield frozenset(form), NamedValue(Rank.SYNONYM, field_words, value)


def is_none(value: ValueWords) -> bool:
    """Whether a value means none: « Aucun », « Non protégé »."""
    form = phrase(value.label) or (fold(value.label),)
    return form[0] in _NONE
