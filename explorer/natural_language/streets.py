"""Steps of the grammar for words that a text of the layer holds: streets and the names of people.

« Adresses de la rue des Tilleuls », « bâtiments du Corbusier », « de l’architecte Henri Sauvage ».
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from explorer.natural_language import parse_result
from explorer.natural_language.addresses import STREET_KINDS, address_fields, address_layer, kind_of
from explorer.natural_language.layer_index import Rank
from explorer.natural_language.layer_words import FieldWords, LayerWords
from explorer.natural_language.matching import forms
from explorer.natural_language.parse_result import Clause, Reason, SpanKind
from explorer.natural_language.phrases import PhraseTable, spelt
from explorer.natural_language.spatial_relations import ALONG_M, RELATIONS, Proximity, RelationPhrase
from explorer.natural_language.state import ParserState
from explorer.natural_language.tokens import phrase, stem
from layers.definitions import FieldType

_CERTAIN = frozenset(["rue", "avenue", "allee", "boulevard", "impasse", "quai"])
"""Kinds that streets alone have: their names are read in small letters too."""
_TITLES = ("voie", "rue", "adresse")
_PEOPLE = ("auteur", "architecte", "sculpteur", "artiste")
_OF = frozenset(["de", "du", "d"])
_MADE_BY: PhraseTable[bool] = PhraseTable(
    spelt(
        True,
        "par|construits par|construit par|conçus par|conçu par|bâtis par|bâti par|dessinés par|dessiné par|signés par"
        "|réalisés par|réalisé par"
        "|œuvres de|œuvre de|l’œuvre de|œuvre du|l’œuvre du|architecte|de l’architecte|par l’architecte"
        "|des architectes",
    )
)
_LONGEST = 6
_FAMILY = re.compile("acées?$")
_SHORT_KINDS = frozenset(["av", "ave", "bd", "bld", "blvd", "imp", "all", "rte"])
_MORE: PhraseTable[bool] = PhraseTable(spelt(True, "plus|moins|au moins|au plus|même|large|long"))


def step_street(state: ParserState, at: int) -> int:
    """Read the name of a street, as a text that a field of the layer at hand holds."""
    token = state.tokens[at]
    if start := _kind_of_subject(state, at):
        end = _end(state, start)
        return _hold(state, at, start, end, _TITLES) if end > at else 0
    if end := _streets_of_kind(state, at):
        return end
    kind = kind_of(token) if token.word in _SHORT_KINDS else token.word
    if kind not in STREET_KINDS or (token.text.endswith("s") and kind == token.word):
        return 0
    end = _end(state, at)
    if end == at + 1 and kind in _CERTAIN:
        end = _end_in_small_letters(state, at)
    if end == at + 1:
        return 0
    relation = state.pending.relation
    if relation is not None and not relation.is_weak:
        return _of_roads(state, at, end)
    return _hold(state, at, at, end, _TITLES) or _of_roads(state, at, end) or _street_alone(state, at, end)


_RANGES: PhraseTable[bool] = PhraseTable(
    spelt(
        True, "du|du n|du numéro|entre le|entre les numéros|entre|numéros|numéro|n|de|des numéros|les numéros"
    )
)
_TO: PhraseTable[bool] = PhraseTable(spelt(True, "au|à|et le|et|-|au n|au numéro"))


def step_numbers(state: ParserState, at: int) -> int:
    """Read the numbers of a street: « (adresses) du 10 au 20 (rue de Paris) »; they are named for another layer."""
    opened = _RANGES.find(state.tokens, at)
    first = opened[1] if opened else at
    joint = _TO.find(state.tokens, first + 1)
    if joint is None or joint[1] >= len(state.tokens):
        return 0
    numbers = [state.tokens[first], state.tokens[joint[1]]]
    street = state.past_glue(joint[1] + 1)
    is_of_street = street < len(state.tokens) and kind_of(state.tokens[street]) in STREET_KINDS
    if not is_of_street or not all(each.text.isdecimal() for each in numbers):
        return 0
    clause, words = state.reading.subject, address_layer(state.vocabulary)
    fields = address_fields(words) if words else None
    end = joint[1] + 1
    if clause is None or words is None or fields is None or clause.slug != words.slug:
        state.gap(at, end, Reason.NO_FIELD)
        return end
    text = f"{numbers[0].text}..{numbers[1].text}"
    done = parse_result.add_range(clause, fields[0], text, is_either=False)
    state.record_condition(clause, state.take_field(at), end, of=fields[0].name, done=done)
    return end


_KINDS_ALONE = frozenset(["avenues", "boulevards", "impasses", "allees", "quais", "sentes", "ruelles"])


def _streets_of_kind(state: ParserState, at: int) -> int:
    """Read « impasses (de Sèvres) » as the roads whose names say so, where nothing was named before."""
    word = state.tokens[at].word
    if word not in _KINDS_ALONE or state.reading.clauses or state.pending.relation is not None:
        return 0
    for slug, index in state.vocabulary.layers.items():
        field = _field(index.words, _TITLES)
        if field is None or index.names.get((stem("rue"),), Rank.ROOT) > Rank.SYNONYM:
            continue
        clause = Clause(slug, None, is_implied=True)
        clause.conditions[field.name], clause.fields[field.name] = [state.tokens[at].text.rstrip("s")], field
        state.reading.clauses.append(clause)
        state.foreseen = None
        state.reading.supposed.append((at, at + 1, f"{index.words.title}, {field.title}"))
        state.understood(at, at + 1, SpanKind.SUBJECT)
        return at + 1
    return 0


def _street_alone(state: ParserState, at: int, end: int) -> int:
    """Read a street that nothing but a commune stands beside as its addresses: « av des Genêts, Sèvres »."""
    reading, words = state.reading, address_layer(state.vocabulary)
    fields = address_fields(words) if words else None
    if words is None or fields is None or reading.clauses or reading.gaps or state.figure.is_wanted:
        return 0
    others = (
        index
        for index in (*range(at), *range(end, len(state.tokens)))
        if state.tokens[index].word[0].isalnum()
    )
    if not all(state.tokens[index].is_glue or _is_of_commune(state, index) for index in others):
        return 0
    clause = Clause(words.slug, None)
    clause.conditions[fields[1].name], clause.fields[fields[1].name] = [_text(state, at, end)], fields[1]
    reading.clauses.append(clause)
    state.foreseen = None
    state.understood(at, end, SpanKind.SUBJECT)
    return end


def _is_of_commune(state: ParserState, at: int) -> bool:
    """Whether a token is one of the name of a commune, or of its postal code."""
    return any(
        start <= at < end and state.vocabulary.commune_named(form)
        for start in range(max(0, at - 4), at + 1)
        for form, end in forms(state.tokens, start)
    )


def _kind_of_subject(state: ParserState, at: int) -> int:
    """Return the kind of street that the name of the subject ends with: « numéros de rue (du Pressoir) »; 0 without."""
    pieces = state.reading.pieces
    if state.tokens[at].is_glue or not pieces or pieces[-1].kind is not SpanKind.SUBJECT:
        return 0
    start = pieces[-1].end - 1
    is_name = state.tokens[at].text[:1].isupper() and not state.names_commune(at)
    is_street = start > pieces[-1].start and state.tokens[start].word in _CERTAIN and at > start + 1
    return start if is_street and is_name and state.is_glue(start + 1, at) else 0


def _end_in_small_letters(state: ParserState, at: int) -> int:
    """Return the token after « rue des tilleuls »: the first word after « de » that is no layer, and a number."""
    index = at + 1
    while index < len(state.tokens) and state.tokens[index].word in {
        "de",
        "du",
        "des",
        "d",
        "la",
        "l",
        "le",
        "les",
    }:
        index += 1
    if index == at + 1 or index >= len(state.tokens) or not state.tokens[index].word.isalpha():
        return at + 1
    form = (state.tokens[index].stem,)
    named = [each for each in state.vocabulary.layers_named(form) if each.rank <= Rank.SYNONYM]
    if (
        named
        or state.names_commune(index)
        or RELATIONS.find(state.tokens, index)
        or _MORE.find(state.tokens, index)
    ):
        return at + 1
    index += 1
    if index < len(state.tokens) and state.tokens[index].word == "n":
        index += 1
        return (
            index + 1 if index < len(state.tokens) and state.tokens[index].number is not None else index - 1
        )
    return index


def _of_roads(state: ParserState, at: int, end: int) -> int:
    """Read a street that no field of the layers at hand names: « à moins de 100 m de la rue des Tilleuls »."""
    subject, pending = state.reading.subject, state.pending
    for slug, index in state.vocabulary.layers.items():
        field = _field(index.words, _TITLES)
        is_road = index.names.get((stem("rue"),), Rank.ROOT) <= Rank.SYNONYM
        if field is None or not is_road or subject is None or subject.slug == slug:
            continue
        relation = pending.relation if pending.relation and not pending.relation.is_weak else None
        start = pending.relation_at if relation else at
        clause = Clause(slug, relation or RelationPhrase(Proximity.NEAR, ALONG_M, is_default=True))
        if pending.negated_at is not None or any(each.slug == slug for each in state.reading.clauses):
            return 0
        clause.conditions[field.name], clause.fields[field.name] = [_text(state, at, end)], field
        state.reading.clauses.append(clause)
        state.reading.defaults += [] if relation else [(at, end, ALONG_M)]
        state.understood(start, end, SpanKind.LAYER)
        pending.relation, pending.has = None, False
        return end
    return 0


def _text(state: ParserState, at: int, end: int) -> str:
    """Return the name as it was typed, with its kind in full."""
    first, last = state.tokens[at], state.tokens[end - 1]
    kind = kind_of(first) if first.word in _SHORT_KINDS else first.text
    return kind + state.text[first.end : last.end].removeprefix(".")


def step_person(state: ParserState, at: int) -> int:
    """Read the name of who made things, which no word of the vocabulary is: « du Corbusier »."""
    opened = _MADE_BY.find(state.tokens, at)
    first = opened[1] if opened else at
    if first >= len(state.tokens) or not (opened or (at and state.tokens[at - 1].word in _OF)):
        return 0
    has_article = state.tokens[first].text == "Le"
    name = first + has_article
    if name >= len(state.tokens) or not _is_unknown_name(state, name):
        return 0
    end = _end(state, first)
    is_certain = opened or state.tokens[at - 1].word == "du" or end > first + 1
    return _hold(state, at, first, end, _PEOPLE, is_supposed=True) if is_certain else 0


def step_text(state: ParserState, at: int) -> int:
    """Read the word after the name of a text, which it holds: « de la famille Fagaceae »."""
    field, pending, token = state.pending.field, state.pending, state.tokens[at]
    if field is None or field.type is not FieldType.TEXT or field.is_listed or pending.field_negated:
        return 0
    is_name = token.text[:1].isupper() or token.number is not None
    if not is_name or token.is_glue or not state.is_glue(pending.field_end, at) or state.names_commune(at):
        return 0
    clause = next((each for each in state.at_hand() if each.slug == pending.field_slug), None)
    if (
        clause is None
        or field.name in clause.conditions
        or state.leads_to_value(at)
        or state.leads_to_layer(at)
    ):
        return 0
    start, end = state.take_field(at), _end(state, at)
    # Botanical families are Latin: « Pinacées » is written « Pinaceae ».
    text = _FAMILY.sub("aceae", _text(state, at, end))
    clause.conditions[field.name], clause.fields[field.name] = [text], field
    state.record_condition(clause, start, end, of=field.name)
    pending.relation = None if state.is_weak() else pending.relation
    return end


def _is_unknown_name(state: ParserState, at: int) -> bool:
    """Whether a capital begins a word that neither the vocabulary nor a commune has; « de Saint-Denis » is a place."""
    token = state.tokens[at]
    is_name = token.text[:1].isupper() and token.word.isalpha() and not token.text.isupper()
    is_known = state.vocabulary.has_word(token.stem) or state.names_commune(at)
    return is_name and not is_known and not token.is_glue and token.word not in {"saint", "sainte"}


def _hold(
    state: ParserState, start: int, at: int, end: int, titles: Sequence[str], *, is_supposed: bool = False
) -> int:
    """Ask that the text of such a title holds the words; return where they end, 0 without such a text."""
    for clause in state.at_hand():
        field = _field(state.vocabulary.layers[clause.slug].words, titles)
        if field is not None and field.name not in clause.conditions:
            text = _text(state, at, end)
            if state.pending.negated_at is not None:
                start, state.pending.negated_at = min(start, state.pending.negated_at), None
                parse_result.leave_out(clause, field, text)
            elif state.tokens[end - 1].number is not None:
                parse_result.hold_number(clause, field, text)
            else:
                clause.conditions[field.name] = _spellings(text)
            clause.fields[field.name] = field
            state.record_condition(clause, start, end, of=field.name)
            state.reading.supposed += [(start, end, field.title)] if is_supposed else []
            state.pending.relation = None if state.is_weak() else state.pending.relation
            return end
    return 0


def _spellings(text: str) -> list[str]:
    """Return a name, and the same with hyphens: « Mallet Stevens » is spelt « Mallet-Stevens »."""
    words = text.split(" ")
    is_pair = len(words) == 2 and all(each[:1].isupper() for each in words) and words[0] not in {"Le", "La"}
    return [text, "-".join(words)] if is_pair else [text]


def _end(state: ParserState, at: int) -> int:
    """Return the token after the name, whose words begin with capitals but for those that link them."""
    end, index = at + 1, at + 1
    while index < min(len(state.tokens), at + _LONGEST + 1):
        token = state.tokens[index]
        is_name = token.text[:1].isupper() or token.number is not None
        if is_name and not state.names_commune(index):
            end = index + 1
        elif not (token.is_glue or token.word == "-") or token.word in {"a", "en", "dans", "sur", "et", "ou"}:
            break
        index += 1
    return end


def _field(words: LayerWords, titles: Sequence[str]) -> FieldWords | None:
    """Return the text that names it, the first whose title says so."""
    texts = [each for each in words.fields if each.type is FieldType.TEXT and not each.is_listed]
    for title in titles:
        for each in texts:
            words_of_title = set(phrase(each.title))
            if stem(title) in words_of_title and words_of_title <= {stem(title), "nom", "numero"}:
                return each
    return None
