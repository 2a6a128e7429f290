"""Steps of the grammar for figures: sums, means, shares, areas, and groups of a subject.

« Nombre de places de parking à Boulogne », « hauteur moyenne des platanes », « superficie des zones N », « chantiers
par maître d’ouvrage », « quelle commune a le plus d’arbres ? ». Their words wait for the end of the text, since the
subject may come after them; those that lead to no figure are reported.
"""

from __future__ import annotations

from explorer.natural_language.changes import step_change
from explorer.natural_language.groups import step_group
from explorer.natural_language.layer_index import Rank
from explorer.natural_language.matching import forms
from explorer.natural_language.numbers import read_comparison, read_unit
from explorer.natural_language.phrases import SIZES, PhraseTable, merged, spelt
from explorer.natural_language.shares import SHARE_WORDS, step_share
from explorer.natural_language.state import NamedAmount, ParserState
from layers.parsing.query import AREA, LENGTH

_NUMBER: PhraseTable[bool] = PhraseTable(
    spelt(
        True, "nombre|nb|nbre|le nombre|quel est le nombre|quelle est le nombre|quel nombre|chiffre|effectif"
    )
)
"""Words of a count before what is made of it: « nombre moyen de »."""
COUNTING: PhraseTable[bool] = PhraseTable(
    spelt(
        True,
        "font combien de|font combien d|fait combien de|fait combien d|mesure combien de|cb de|cb d|cb"
        "|combien est-ce de"
        "|il y a combien de|il y a combien d|y a combien de|y a combien d|combien compte-t-on de|combien compte-t-on d"
        "|combien compte t on de|combien dénombre-t-on de|combien recense-t-on de|combien recense-t-on d"
        "|combien trouve-t-on de"
        "|combien y a-t-il de|combien y a-t-il d|combien y a t il de|combien y a t il d|combien de|combien d|combien"
        "|nombre de|nombre d|nombre des|le nombre de|le nombre d|nb de|nb d|nbre de|nbre d|quel est le nombre de"
        "|quel est le nombre d|quel nombre de|quel nombre d",
    )
)
FUNCTIONS: PhraseTable[str] = PhraseTable(
    merged(
        (
            spelt(
                "sum",
                "total de|total des|total du|total d|total|totale|totaux|somme de|somme des|somme|cumul|cumulé|au total"
                "|en tout|en cumulé|quantité de|quantités de|quantité d|volume de|volume d|poids de|poids d"
                "|quantité totale de"
                "|montant de|montant des|montant total de|montant total des",
            ),
            spelt("avg", "moyenne de|moyenne des|moyenne du|moyenne d|moyen|moyenne|en moyenne"),
            spelt("median", "médian|médiane|médiane de|médiane des|médiane du|médiane d"),
            spelt("max", "maximal|maximale|maximum|maxi|max"),
            spelt("min", "minimal|minimale|minimum|mini"),
            *({text: "share" for text in SHARE_WORDS},),
        )
    )
)
MEASURED: PhraseTable[str] = PhraseTable(
    merged(
        (
            spelt(AREA, "superficie de|superficie des|superficie d|superficie du|superficie"),
            spelt(AREA, "surface de|surface des|surface d|surface du|surface"),
            spelt(LENGTH, "longueur de|longueur des|longueur d|longueur du|longueur|linéaire de|linéaire"),
            spelt(
                LENGTH,
                "kilométrage de|kilométrage des|kilométrage d|kilométrage du|kilométrage|métrage de|métrage",
            ),
        )
    )
)
_TREND: PhraseTable[bool] = PhraseTable(
    spelt(
        True,
        "évolution de|évolution des|évolution du|évolution d|évolution|comment évolue|comment évoluent"
        "|comment a évolué|comment ont évolué|courbe de|courbe des|historique de|historique des|tendance de"
        "|tendance des",
    )
)
_OF = frozenset(["de", "d", "des", "du"])


def step_figure(state: ParserState, at: int) -> int:
    """Read words of a figure at a token; « évolution en % de » is the unit of a change, and no share."""
    if state.tokens[at].word == "%" and at and state.tokens[at - 1].word == "en":
        return 0
    return (
        step_share(state, at)
        or step_change(state, at)
        or step_group(state, at)
        or _trend(state, at)
        or _counting(state, at)
        or _unit(state, at)
        or _function_of_field(state, at)
        or _function(state, at)
        or _covering(state, at)
    )


COVERING = frozenset(
    [
        "fait",
        "font",
        "couvre",
        "couvrent",
        "occupe",
        "occupent",
        "represente",
        "representent",
        "totalise",
        "totalisent",
    ]
)


def _covering(state: ParserState, at: int) -> int:
    """Skip the verb between an area and what has it: « combien d’hectares couvrent (les zones N) »."""
    if state.tokens[at].word not in COVERING:
        return 0
    ahead = range(at + 1, min(at + 5, len(state.tokens)))
    return at + 1 if state.figure.measure or any(SIZES.find(state.tokens, index) for index in ahead) else 0


def _function_of_field(state: ParserState, at: int) -> int:
    """Read the name of a number of a layer at hand that a function follows: « hauteur maximale (des arbres) ».

    Elsewhere the longest name wins, which may be that of another layer.
    """
    for form, end in forms(state.tokens, at):
        function = FUNCTIONS.find(state.tokens, end)
        if function and any(read_comparison(state.tokens, index) for index in (end + 1, function[1])):
            continue  # « une vitesse moyenne de moins de 20 km/h » is a condition
        for clause in state.at_hand() if function and function[0] != "share" else ():
            named = state.vocabulary.layers[clause.slug].field_named(form)
            field = next(
                (each.field for each in named if each.field.is_number and each.rank <= Rank.PART), None
            )
            if field is not None and not _names_more(state, at, end + 1):
                state.drop_field()
                state.amounts.append(NamedAmount(clause.slug, field, at, end))
                return end
    return 0


def _trend(state: ParserState, at: int) -> int:
    """Read « évolution de »."""
    phrase = _TREND.find(state.tokens, at)
    if phrase is None or _is_field_exactly(state, at, phrase[1]):
        return 0
    state.figure.is_trend = True
    state.figure.spans.append((at, phrase[1]))
    return phrase[1]


def _is_field_exactly(state: ParserState, at: int, end: int) -> bool:
    word = (state.tokens[at].stem,)
    named = (
        each for clause in state.at_hand() for each in state.vocabulary.layers[clause.slug].field_named(word)
    )
    return end == at + 1 and any(each.rank <= Rank.SYNONYM for each in named)


def _counting(state: ParserState, at: int) -> int:
    """Read « combien de », « nombre (moyen de) », and « combien d’hectares de » with its unit."""
    phrase = COUNTING.find(state.tokens, at)
    if phrase and at and [each.word for each in state.tokens[at : phrase[1]]] == ["cb"]:
        return 0  # « bornes CB » take a card
    number = _NUMBER.find(state.tokens, at) if phrase is None else None
    if number is not None and FUNCTIONS.find(state.tokens, number[1]):
        state.figure.is_counted = True
        return number[1]
    if phrase is None:
        return 0
    state.figure.is_counted = True
    index = state.past_glue(phrase[1])
    unit = read_unit(state.tokens, index)
    if unit and unit[0] in {"area", "length"}:
        state.figure.measure = AREA if unit[0] == "area" else LENGTH
        state.figure.unit = state.tokens[index].text
        state.figure.spans.append((index, unit[2]))
        return unit[2]
    return phrase[1]


def _unit(state: ParserState, at: int) -> int:
    """Read « en hectares », and « km de pistes » at the beginning."""
    tokens = state.tokens
    index = at + 1 if tokens[at].word == "en" else at
    unit = read_unit(tokens, index)
    is_first = at == 0 or any(end == at for _start, end in state.figure.spans)
    if unit is None or unit[0] not in {"area", "length"} or (index == at and not is_first):
        return 0
    if index == at and (unit[2] >= len(tokens) or tokens[unit[2]].word not in _OF):
        return 0
    state.figure.unit = tokens[index].text
    state.figure.measure = state.figure.measure or (AREA if unit[0] == "area" else LENGTH)
    state.figure.spans.append((at, unit[2]))
    return unit[2]


def _function(state: ParserState, at: int) -> int:
    phrase: tuple[str, int] | None = FUNCTIONS.find(state.tokens, at)
    measured = MEASURED.find(state.tokens, at) if phrase is None else None
    if (phrase or measured) is None or _names_more(state, at, (phrase or measured or ("", 0))[1]):
        return 0
    if phrase is not None:
        is_bound = phrase[0] in {"max", "min"} and read_comparison(state.tokens, at) is not None
        if state.figure.function or is_bound:
            return 0
        state.figure.function = phrase[0]
        state.figure.spans.append((at, phrase[1]))
        return phrase[1]
    assert measured is not None
    is_compared = any(read_comparison(state.tokens, index) for index in range(measured[1], measured[1] + 3))
    if _is_field(state, at) or state.figure.measure or is_compared:
        return 0
    state.figure.measure = measured[0]
    state.figure.spans.append((at, measured[1]))
    return measured[1]


def _is_field(state: ParserState, at: int) -> bool:
    """Whether a layer at hand has a field of this name."""
    for form, _end in forms(state.tokens, at):
        for clause in state.at_hand():
            if any(each.field.is_number for each in state.vocabulary.layers[clause.slug].field_named(form)):
                return True
    return False


def _names_more(state: ParserState, at: int, end: int) -> bool:
    """Whether a longer name of a layer at hand begins here: « part valorisée », « moyen porteur »."""
    for form, index in forms(state.tokens, at):
        if index < end or (index == end and len(form) < 2):
            continue
        for clause in state.at_hand():
            layer = state.vocabulary.layers[clause.slug]
            values = [each for each in layer.values_named(form) if each.rank <= Rank.SYNONYM]
            fields = [each for each in layer.field_named(form) if each.rank <= Rank.SYNONYM]
            if values or fields:
                return True
    return False
