"""Postal addresses in a question: « dans quelle zone est le 12 rue des Tilleuls à Sèvres ».

The grammar cuts the address out of the text; who has the rows (``address_search``) says which ones bear this number and
name. One of them is a place like any other feature; of none, or of several, the question is not answered: the addresses
that exist are offered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from explorer.natural_language.layer_index import Phrase
from explorer.natural_language.layer_words import FieldWords, LayerWords
from explorer.natural_language.matching import forms
from explorer.natural_language.parse_result import Clause, Reason, SpanKind
from explorer.natural_language.phrases import PhraseTable, spelt
from explorer.natural_language.spatial_relations import NEAR_M, NEGATED, Proximity, RelationPhrase
from explorer.natural_language.state import ParserState
from explorer.natural_language.tokens import WordToken, phrase, stem, tokens
from explorer.natural_language.vocabulary import Vocabulary
from layers.definitions import FieldType

STREET_KINDS = frozenset(
    [
        "rue",
        "avenue",
        "allee",
        "boulevard",
        "place",
        "chemin",
        "impasse",
        "quai",
        "route",
        "sentier",
        "sente",
        "cours",
    ]
)
KINDS = STREET_KINDS | frozenset(
    ["square", "passage", "villa", "ruelle", "esplanade", "parvis", "rond", "cite", "hameau", "venelle"]
)
ABBREVIATIONS = {
    "av": "avenue", "ave": "avenue", "bd": "boulevard", "bld": "boulevard", "boul": "boulevard", "blvd": "boulevard",
    "r": "rue", "pl": "place", "ch": "chemin", "che": "chemin", "imp": "impasse", "all": "allee", "rte": "route",
    "sq": "square", "pass": "passage", "fg": "faubourg", "fbg": "faubourg", "st": "saint", "ste": "sainte",
    "gal": "general", "gen": "general", "mal": "marechal", "dr": "docteur", "pdt": "president", "prof": "professeur",
}  # fmt: skip
"""Usual short forms in the names of streets."""
SUFFIXES = {"bis": "bis", "ter": "ter", "quater": "quater", "b": "b", "t": "t", "a": "a", "c": "c", "d": "d"}
MAX_NUMBER = 9999
LONGEST_NAME = 8
_TO_COMMUNE: PhraseTable[bool] = PhraseTable(spelt(True, "à|à la|à l|dans|de|sur|commune de|ville de|-"))


@dataclass(frozen=True, slots=True)
class KnownAddress:
    """A row of the layer of addresses: its name, its title with the commune, and what a text is compared with."""

    pk: int
    name: str
    title: str
    commune: str
    street: Phrase
    suffix: str = ""


_ADDRESS, _NUMBER, _STREET = phrase("adresse"), phrase("numéro"), phrase("nom de la voie")


AddressSearch = Callable[[int, Sequence[str]], Sequence[KnownAddress]]
"""Return the addresses of a number whose street has the first of some words."""


@dataclass(frozen=True, slots=True)
class AddressPlace:
    """An address of the text, from token ``start`` to before ``end``: the row that it is, or the ``options`` there are.

    ``is_elsewhere``: they are of another commune or suffix than those of the text.
    """

    start: int
    end: int
    slug: str
    known: KnownAddress | None = None
    options: tuple[KnownAddress, ...] = ()
    is_elsewhere: bool = False


def address_layer(vocabulary: Vocabulary) -> LayerWords | None:
    """Return the layer of which each row is an address, known by the titles of its fields."""
    layers = vocabulary.layers.values()
    return vocabulary.meaning(
        address_layer, lambda: next((index.words for index in layers if address_fields(index.words)), None)
    )


def address_fields(words: LayerWords) -> tuple[FieldWords, FieldWords] | None:
    """Return the number and the street of a layer of addresses; None of another layer."""
    title = words.field(words.title_field)
    if title is None or phrase(title.title) != _ADDRESS:
        return None
    number = next((each for each in words.fields if phrase(each.title) == _NUMBER), None)
    street = next((each for each in words.fields if phrase(each.title) == _STREET), None)
    if number is None or street is None or number.type is not FieldType.INTEGER:
        return None
    return (number, street)


def addresses_in(
    word_tokens: Sequence[WordToken], vocabulary: Vocabulary, search: AddressSearch
) -> Iterator[AddressPlace]:
    """Return the addresses of a text, resolved."""
    words = address_layer(vocabulary)
    if words is None:
        return
    at = 0
    while at < len(word_tokens):
        place = _place(word_tokens, at, words.slug, vocabulary, search)
        if place is not None:
            yield place
        at = place.end if place else at + 1


def _place(
    word_tokens: Sequence[WordToken], at: int, slug: str, vocabulary: Vocabulary, search: AddressSearch
) -> AddressPlace | None:
    token = word_tokens[at]
    number = int(token.text) if token.text.isdecimal() else 0
    suffix, index = _suffix(word_tokens, at + 1)
    if not 0 < number <= MAX_NUMBER or index >= len(word_tokens) or kind_of(word_tokens[index]) not in KINDS:
        return None
    if _ends_range(word_tokens, at):
        return None
    spelt_so = _spelling(word_tokens, index)
    if len(spelt_so) < 2:
        return None
    known = [
        each
        for each in search(number, [word for word, _end in spelt_so])
        if tuple(stem(word) for word, _end in spelt_so[: len(each.street)]) == each.street
    ]
    longest = max((len(each.street) for each in known), default=0)
    same = [each for each in known if len(each.street) == longest and _is_suffix(each.suffix, suffix)]
    end = spelt_so[longest - 1][1] if longest else _end_of_unknown(word_tokens, index, vocabulary)
    commune, last = _commune(word_tokens, end, vocabulary)
    there = [each for each in same if not commune or each.commune == commune]
    one = there[0] if len(there) == 1 else None
    elsewhere = [each for each in known if len(each.street) == longest]
    is_elsewhere = not there and bool(elsewhere)
    return AddressPlace(at, last, slug, one, tuple(there or same or elsewhere), is_elsewhere=is_elsewhere)


def _ends_range(word_tokens: Sequence[WordToken], at: int) -> bool:
    """Whether a number is the last one of « du 10 au 20 rue de Paris »."""
    before = word_tokens[max(0, at - 3) : at]
    links = [each.word for each in before if each.number is None]
    return any(each.number is not None for each in before) and bool(links) and links[-1] in _RANGE_LINKS


_RANGE_LINKS = frozenset(["a", "au", "et", "le", "-", "n", "numero"])


def kind_of(token: WordToken) -> str:
    """Return the kind of street that a word says, in full: « bd », « av. »."""
    return ABBREVIATIONS.get(token.word, token.word)


def _suffix(word_tokens: Sequence[WordToken], at: int) -> tuple[str, int]:
    """Read « bis » after a number, and the comma before the street."""
    word = word_tokens[at].word if at < len(word_tokens) else ""
    is_last = at + 1 >= len(word_tokens) or kind_of(word_tokens[at + 1]) not in KINDS | {","}
    suffix = SUFFIXES.get(word, "") if not is_last else ""
    at += bool(suffix)
    return suffix, at + (at < len(word_tokens) and word_tokens[at].word == ",")


def _is_suffix(suffix: str, typed: str) -> bool:
    return suffix.lower()[:1] == typed[:1]


def _spelling(word_tokens: Sequence[WordToken], at: int) -> list[tuple[str, int]]:
    """Return the words of a street that count, in full, each with the token after it."""
    result: list[tuple[str, int]] = []
    for index in range(at, min(len(word_tokens), at + 2 * LONGEST_NAME)):
        token = word_tokens[index]
        if token.word in {",", ";"}:
            break
        if token.word[0].isalnum() and not token.is_glue:
            result.append((ABBREVIATIONS.get(token.word, token.word), index + 1))
    return result[:LONGEST_NAME]


def street_form(name: str) -> Phrase:
    """Return the words of a street as those of a text are compared."""
    return tuple(stem(ABBREVIATIONS.get(word, word)) for word in _plain(name))


def _plain(name: str) -> list[str]:
    return [each.word for each in tokens(name) if each.word[0].isalnum() and not each.is_glue]


def _end_of_unknown(word_tokens: Sequence[WordToken], at: int, vocabulary: Vocabulary) -> int:
    """Return where the name of a street that no address has ends: at its first words, and those with capitals."""
    end, count = at + 1, 0
    for index in range(at + 1, min(len(word_tokens), at + LONGEST_NAME)):
        token = word_tokens[index]
        if token.is_glue or token.word == "-":
            continue
        is_commune = any(vocabulary.commune_named(form) for form, _end in forms(word_tokens, index))
        if not token.word[0].isalnum() or (count and (is_commune or not token.text[:1].isupper())):
            break
        end, count = index + 1, count + 1
    return end


def _commune(word_tokens: Sequence[WordToken], at: int, vocabulary: Vocabulary) -> tuple[str, int]:
    """Read the commune after an address, with its postal code: « , 92310 Sèvres », « à Sèvres »."""
    index, code, end = at, "", at
    while index < len(word_tokens):
        if word_tokens[index].word == ",":
            index += 1
        elif to := _TO_COMMUNE.find(word_tokens, index):
            index = to[1]
        match = next(
            (
                (vocabulary.commune_named(form), last)
                for form, last in forms(word_tokens, index)
                if vocabulary.commune_named(form)
            ),
            None,
        )
        if match is None or (code and match[0] != code):
            break
        code, index = match
        end = index
    return code, end


def step_address(state: ParserState, at: int) -> int:
    """Read an address: a place for what comes before or after."""
    place, pending = state.places.get(at), state.pending
    if place is None:
        return 0
    relation, start = pending.relation, at
    if relation is not None and not relation.is_weak:
        start = pending.relation_at
    proximity, metres = (relation.proximity, relation.metres) if relation else (Proximity.INSIDE, 0)
    if pending.negated_at is not None:
        start, proximity = min(start, pending.negated_at), NEGATED.get(proximity, Proximity.OUTSIDE)
    pending.relation, pending.negated_at, pending.has = None, None, False
    state.drop_field()
    if place.known is None:
        state.gap(start, place.end, Reason.ADDRESSES if place.options else Reason.NO_ADDRESS)
        return place.end
    inner = relation.inner if relation else 0
    clause = Clause(place.slug, RelationPhrase(proximity, metres, inner), pk=place.known.pk)
    state.reading.clauses.append(clause)
    state.understood(start, place.end, SpanKind.LOCATION)
    return place.end


def settle_address(state: ParserState) -> None:
    """Look near an address for what has no surface: a bench is not on it. An address asked for is itself."""
    reading = state.reading
    subject = reading.subject or _address_alone(state)
    if subject is None:
        return
    words = state.vocabulary.layers[subject.slug].words
    for place in state.places.values():
        clause = next((each for each in reading.clauses if _is_at(each, place)), None)
        if clause is None or clause.relation is None or clause.relation.metres or words.is_surface:
            continue
        if subject.slug == place.slug and clause.relation.proximity is Proximity.INSIDE:
            continue
        if clause.relation.proximity is Proximity.INSIDE:
            clause.relation = RelationPhrase(Proximity.NEAR, NEAR_M, is_default=True)
            reading.defaults.append((place.start, place.end, NEAR_M))


def _address_alone(state: ParserState) -> Clause | None:
    """Make an address that nothing else stands with the subject: « 8 rue des Hirondelles »."""
    reading = state.reading
    place = next(iter(state.places.values()), None)
    if place is None or place.known is None or len(reading.clauses) != 1 or reading.gaps:
        return None
    words = state.vocabulary.layers[place.slug].words
    title, clause = words.field(words.title_field), reading.clauses[0]
    if not _is_at(clause, place) or title is None or reading.around_m is not None:
        return None
    clause.relation, clause.pk = None, None
    clause.conditions[title.name], clause.fields[title.name] = [f"={place.known.name}"], title
    reading.communes += [place.known.commune] if place.known.commune not in reading.communes else []
    return clause


def _is_at(clause: Clause, place: AddressPlace) -> bool:
    return place.known is not None and (clause.slug, clause.pk) == (place.slug, place.known.pk)
