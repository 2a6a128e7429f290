"""Steps of the grammar for numbers that are said otherwise than by the title of a field.

« Voyageurs » are counted by the voyages of a table, « tarif horaire » is that of an hour, « durée des chantiers » the
days from their beginning to their end, « âge des arbres » the years since their plantation, « combien coûte » a price.
"""

from __future__ import annotations

from collections.abc import Iterable

from explorer.natural_language.durations import duration_of
from explorer.natural_language.layer_index import LayerIndex, Phrase, Rank
from explorer.natural_language.layer_words import FieldWords, LayerWords
from explorer.natural_language.lookups import NOUNS, noun_field
from explorer.natural_language.matching import forms
from explorer.natural_language.numbers import read_comparison
from explorer.natural_language.parse_result import AGE, Reason, SpanKind, is_born
from explorer.natural_language.phrases import PhraseTable, spelt
from explorer.natural_language.state import NamedAmount, ParserState
from explorer.natural_language.tokens import WordToken, phrase, root_of, roots
from explorer.natural_language.vocabulary import Vocabulary
from interface.text import fold
from layers.definitions import FieldType


def _stem(text: str) -> str:
    return phrase(text)[0]


_PEOPLE = (_stem("habitants"),)
_RIDERS = (_stem("voyages"), _stem("montées"))
USUAL: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(map(_stem, ["peuplé", "dense", "densité", "peuplement", "démographie"]), _PEOPLE),
    **dict.fromkeys(map(_stem, ["voyageur", "passager", "usager", "monde", "fréquentation"]), _RIDERS),
    **dict.fromkeys(map(_stem, ["foyer"]), (_stem("ménages"),)),
    **dict.fromkeys(
        map(_stem, ["salarié", "travailleur", "gens", "personnes", "habitants", "actifs"]), (_stem("actifs"),)
    ),
}
"""Stems of words that people say for an amount → stems of the titles or units of fields that may be meant."""
_SPANS = {
    **dict.fromkeys(("horaire", "horaires"), ("heure", "1h")),
    **dict.fromkeys(
        ("quotidien", "quotidienne", "quotidiens", "quotidiennes", "journalier", "journaliere"), ("jour",)
    ),
    **dict.fromkeys(("mensuel", "mensuelle", "mensuels", "mensuelles"), ("mois",)),
    **dict.fromkeys(("annuel", "annuelle", "annuels", "annuelles"), ("an", "annee")),
}
_VERBS: PhraseTable[tuple[str, ...]] = PhraseTable(
    {
        **spelt(("tarif", "prix", "cout"), "coûte|coûtent|coute|coutent|ça coûte|payer|paie-t-on|paye-t-on"),
        **spelt(("hauteur", "longueur"), "mesure|mesurent"),
        **spelt(("duree",), "dure|durent"),
    }
)
MOVES = frozenset(
    [
        "vont",
        "va",
        "aller",
        "vais",
        "allant",
        "rendent",
        "rendre",
        "rend",
        "prennent",
        "prend",
        "prendre",
        "utilisent",
    ]
)
"""Verbs of going that ask nothing of a table: « vont travailler à vélo »."""
_DENSE, _DENSITY = _stem("dense"), _stem("densité")


def amount_phrases(token_stem: str) -> list[Phrase]:
    """Return the phrases that a usual word stands for."""
    return [(each,) for each in USUAL.get(token_stem, ())]


def amount_hints(vocabulary: Vocabulary, token: WordToken) -> list[Phrase]:
    """Return the phrases of amounts that a word may lead to: « Meudonnais » are inhabitants."""
    return [_PEOPLE] if commune_of(vocabulary, token) else amount_phrases(token.stem)


_DEMONYMS = ("ais", "ois", "aise", "oise", "aises", "oises", "iens", "ien", "iennes", "eens", "een", "eennes")
_SHARED = 5
"""So many letters, or all but the ending, are those of the commune: « Boulonnais », « Isséens »."""


def commune_of(vocabulary: Vocabulary, token: WordToken) -> str:
    """Return the commune that the name of its people is of, empty when there is none or several."""
    return vocabulary.meaning(("people", token.word, token.stem), lambda: _commune_of(vocabulary, token))


def _commune_of(vocabulary: Vocabulary, token: WordToken) -> str:
    word = token.word
    if len(word) <= _SHARED or vocabulary.has_word(token.stem.removesuffix("~")):
        return ""
    bases = [word.removesuffix(ending) for ending in _DEMONYMS if word.endswith(ending)]
    codes = {
        town.code for town in vocabulary.towns.values() for base in bases if _begins(base, fold(town.name))
    }
    return codes.pop() if len(codes) == 1 else ""


def _begins(base: str, name: str) -> bool:
    least = min(len(base), _SHARED)
    return least > 2 and name[:least] == base[:least]


def _demonym(state: ParserState, at: int) -> int:
    """Read « Meudonnais »: people of a commune, or what is in it."""
    token = state.tokens[at]
    code = commune_of(state.vocabulary, token)
    if not code:
        return 0
    state.drop_field()
    state.reading.communes += [code] if code not in state.reading.communes else []
    state.understood(at, at + 1, SpanKind.LOCATION)
    for clause in state.at_hand() if token.text[:1].isupper() else ():
        field = _additive(state.vocabulary.layers[clause.slug], [*amount_phrases(_PEOPLE[0]), _PEOPLE])
        if field is not None:
            state.amounts.append(NamedAmount(clause.slug, field, -1, -1))
            break
    return at + 1


def step_amount_word(state: ParserState, at: int) -> int:
    """Read a number by a usual word, a verb, or the time that it is of."""
    return (
        _moves(state, at)
        or _demonym(state, at)
        or _usual(state, at)
        or _noun(state, at)
        or _of_span(state, at)
        or _made(state, at)
        or _verb(state, at)
        or _unit_again(state, at)
    )


def _moves(state: ParserState, at: int) -> int:
    """Skip verbs that say what a table is about: « (combien de personnes) vont travailler (à Paris) »."""
    clause = next(iter(state.at_hand()), None)
    words = state.vocabulary.layers[clause.slug].words if clause is not None else None
    is_named = state.pending.field is not None and state.pending.field.is_additive
    is_figure = state.figure.is_counted or state.figure.is_wanted or bool(state.amounts) or is_named
    if words is None or not words.is_table or not is_figure:
        return 0
    token = state.tokens[at]
    form = (token.stem,)
    before = [each.word for each in state.tokens[:at] if not each.is_glue][-1:]
    if set(before) & MOVES and root_of(token.word) in roots(phrase(words.title)):
        return _said_again(state, at)  # « (vont) au travail »
    index = state.vocabulary.layers[words.slug]
    if token.word in MOVES:
        return at + 1
    is_verb = token.word.endswith(("er", "ent", "ant"))
    is_of_title = is_verb and len(token.word) > MIN_VERB and root_of(token.word) in roots(phrase(words.title))
    if not is_of_title or form in index.names or index.values_named(form) or index.fields.get(form):
        return 0
    longer = (each for each, end in forms(state.tokens, at) if end > at + 1)
    return 0 if any(index.values_named(each) for each in longer) else _said_again(state, at)


def _said_again(state: ParserState, at: int, end: int = 0) -> int:
    """Note words that say again what a table is about, or the unit of its amount."""
    end = end or at + 1
    state.understood(at, end, SpanKind.CONDITION)
    return end


MIN_VERB = 6


def tables_of_verbs(indexes: Iterable[LayerIndex], words: Iterable[str]) -> list[str]:
    """Return the tables whose titles have the root of a verb: « (aller) travailler »."""
    words = list(words)
    is_move = bool(MOVES & set(words))
    verbs = {
        root_of(word) for word in words if len(word) > MIN_VERB and (is_move or word.endswith(("er", "ent")))
    }
    return [
        index.words.slug
        for index in indexes
        if index.words.is_table and verbs & set(roots(phrase(index.words.title)))
    ]


def _usual(state: ParserState, at: int) -> int:
    token = state.tokens[at]
    for clause in state.at_hand() if token.stem in USUAL and token.stem != _DENSITY else ():
        index = state.vocabulary.layers[clause.slug]
        if (
            (token.stem,) in index.names
            or index.values_named((token.stem,))
            or index.field_named((token.stem,))
        ):
            return 0
        field = _additive(index, amount_phrases(token.stem))
        if field is not None:
            state.drop_field()
            state.amounts.append(NamedAmount(clause.slug, field, at, at + 1))
            if token.stem == _DENSE:
                state.figure.per, state.figure.is_density = "km2", True
            return at + 1
    return 0


def _noun(state: ParserState, at: int) -> int:
    """Read « prix », « tour »: a number whose title says otherwise."""
    token = state.tokens[at]
    is_placed = state.pending.relation is not None and not state.is_weak()
    for clause in state.at_hand() if token.word in NOUNS and not is_placed else ():
        index = state.vocabulary.layers[clause.slug]
        if any(index.field_named(form) for form, _end in forms(state.tokens, at)):
            return 0
        field = noun_field(index.words, token.word)
        if field is not None:
            state.drop_field()
            pending = state.pending
            pending.field, pending.field_slug, pending.field_at, pending.field_end = (
                field,
                clause.slug,
                at,
                at + 1,
            )
            pending.field_negated = pending.field_has = False
            pending.relation = None
            return at + 1
    return 0


def leads_to_usual(state: ParserState, at: int) -> bool:
    """Whether a usual word of an amount of a layer at hand stands at a token: « (la plus) peuplée »."""
    named = amount_phrases(state.tokens[at].stem)
    indexes = (state.vocabulary.layers[clause.slug] for clause in state.at_hand())
    return bool(named) and any(_additive(index, named) is not None for index in indexes)


def _additive(index: LayerIndex, named: Iterable[Phrase]) -> FieldWords | None:
    fields = (each.field for form in named for each in index.fields.get(form, ()))
    return next((each for each in fields if each.is_additive), None)


def _of_span(state: ParserState, at: int) -> int:
    """Read « tarif horaire », « montées quotidiennes »: the field that says that time."""
    for form, end in forms(state.tokens, at):
        spans = _SPANS.get(state.tokens[end].word, ()) if end < len(state.tokens) else ()
        for clause in state.at_hand() if spans else ():
            named = state.vocabulary.layers[clause.slug].field_named(form)
            for each in named:
                words = set(phrase(each.field.title)) | {each.field.name.rpartition("_")[2]}
                if each.field.is_number and each.rank <= Rank.PART and words & set(spans):
                    state.drop_field()
                    pending = state.pending
                    pending.field, pending.field_slug = each.field, clause.slug
                    pending.field_at, pending.field_end = at, end + 1
                    pending.field_negated = pending.field_has = False
                    pending.relation = None
                    return end + 1
    return 0


def _made(state: ParserState, at: int) -> int:
    """Read « durée (des chantiers) », « âge (des arbres) » where no field has it: it is made of dates."""
    word = state.tokens[at].word
    is_of = word == "age" and _is_of(state, at)
    if word not in {"duree", "durees", "age", "ages"} or not (
        state.figure.is_wanted or _function_near(state, at) or is_of
    ):
        return 0
    for clause in state.at_hand():
        index = state.vocabulary.layers[clause.slug]
        if index.field_named((state.tokens[at].stem,)):
            return 0
        field = duration_of(index.words) if word.startswith("duree") else age_of(index.words)
        if field is not None:
            state.drop_field()
            state.amounts.append(NamedAmount(clause.slug, field, at, at + 1))
            return at + 1
    if is_of and state.at_hand():
        state.gap(at, at + 1, Reason.NO_FIELD)  # « âge du plus vieil arbre » is no criterion called so
        return at + 1
    return 0


def _is_of(state: ParserState, at: int) -> bool:
    """Whether « de » follows a word, and no amount: « âge du plus vieil arbre », not « âge de 3 ans »."""
    after = state.tokens[at + 1].word if at + 1 < len(state.tokens) else ""
    return after in {"du", "de", "des", "d"} and read_comparison(state.tokens, at + 1) is None


def _function_near(state: ParserState, at: int) -> bool:
    """Whether « moyen » comes just after."""
    return any(each.stem in _MEAN for each in state.tokens[at + 1 : at + 3])


_MEAN = frozenset(
    map(
        _stem,
        [
            "moyen",
            "moyenne",
            "médian",
            "médiane",
            "maximal",
            "minimal",
            "maximum",
            "minimum",
            "total",
            "cumulé",
        ],
    )
)


def age_of(words: LayerWords) -> FieldWords | None:
    """Return the years since the year in which things began, as a number."""
    born = next((each for each in words.fields if each.is_year and is_born(each)), None)
    return FieldWords(f"{AGE}:{born.name}", FieldType.INTEGER, "âge", unit="ans") if born else None


def _verb(state: ParserState, at: int) -> int:
    """Read « combien coûte », « combien mesure »: the number that the verb is of, unless one is named."""
    figure, verb = state.figure, _VERBS.find(state.tokens, at)
    if verb is None or not (figure.is_counted or figure.function) or figure.verb is not None:
        return 0
    figure.verb = (at, verb[1], verb[0])
    return verb[1]


def _unit_again(state: ParserState, at: int) -> int:
    """Read « en habitants », « en tonnes »: the unit of an amount of the layer."""
    if state.tokens[at].word != "en" or at + 1 >= len(state.tokens):
        return 0
    following = (state.tokens[at + 1].stem,)
    for clause in state.at_hand():
        fields = state.vocabulary.layers[clause.slug].words.fields
        if any(
            each.is_additive and following in {phrase(each.unit), phrase(each.title)[:1]} for each in fields
        ):
            return _said_again(state, at, at + 2)
    return 0


def of_verb(words: LayerWords, titles: Iterable[str]) -> FieldWords | None:
    """Return the number of a layer that a verb is of, by the roots of its title."""
    for title in titles:
        for each in words.fields:
            if each.is_number and root_of(title) in roots(phrase(each.title)):
                return each
    return duration_of(words) if "duree" in titles else None
