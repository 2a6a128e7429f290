"""Steps of the grammar for figures: sums, means, shares, areas, and groups of a subject.

« Nombre de places de parking à Boulogne », « hauteur moyenne des platanes », « superficie des zones N », « chantiers
par maître d’ouvrage », « quelle commune a le plus d’arbres ? ». Their words wait for the end of the text, since the
subject may come after them; those that lead to no figure are reported.
"""

from __future__ import annotations

from explorer.natural_language.layer_index import Rank
from explorer.natural_language.layer_words import FieldWords
from explorer.natural_language.matching import forms
from explorer.natural_language.numbers import read_comparison, read_unit
from explorer.natural_language.phrases import PhraseTable, merged, spelt
from explorer.natural_language.state import ParserState
from explorer.natural_language.tokens import phrase as phrase_of
from layers.parsing.query import AREA, LENGTH

COUNTING: PhraseTable[bool] = PhraseTable(
    spelt(
        True,
        "combien y a-t-il de|combien y a-t-il d|combien y a t il de|combien y a t il d|combien de|combien d|combien"
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
                "|en tout|en cumulé",
            ),
            spelt("avg", "moyenne de|moyenne des|moyenne du|moyenne d|moyen|moyenne|en moyenne"),
            spelt("median", "médian|médiane|médiane de|médiane des|médiane du|médiane d"),
            spelt("max", "maximal|maximale"),
            spelt("min", "minimal|minimale"),
            spelt(
                "share",
                "quelle part de|quelle part des|quelle part du|part de|part des|part du|part d|proportion de"
                "|proportion des|proportion d|quelle proportion de|quelle proportion des|pourcentage de|pourcentage d"
                "|pourcentage des|quel pourcentage de|quel pourcentage des|quel pourcentage d"
                "|taux de|taux d|taux des|quel taux de|quel taux d|quel est le taux de|quel est le taux d",
            ),
        )
    )
)
MEASURED: PhraseTable[str] = PhraseTable(
    merged(
        (
            spelt(AREA, "superficie de|superficie des|superficie d|superficie du|superficie"),
            spelt(AREA, "surface de|surface des|surface d|surface du|surface"),
            spelt(LENGTH, "longueur de|longueur des|longueur d|longueur du|longueur|linéaire de|linéaire"),
        )
    )
)
_EACH: PhraseTable[bool] = PhraseTable(
    spelt(
        True,
        "par|pour chaque|dans chaque|de chaque|selon la|selon le|selon l|selon|en fonction de la|en fonction du"
        "|en fonction de l|en fonction de",
    )
)
_SPREAD: PhraseTable[bool] = PhraseTable(
    spelt(
        True,
        "répartition de|répartition des|répartition du|répartition|ventilation de|ventilation des|ventilation",
    )
)
_TREND: PhraseTable[bool] = PhraseTable(
    spelt(
        True, "évolution de|évolution des|évolution du|évolution d|évolution|comment évolue|comment évoluent"
    )
)
_RANKING: PhraseTable[bool] = PhraseTable(
    spelt(
        True,
        "classement des communes par|classement des villes par|classement des communes selon|communes classées par"
        "|classement par commune de|classement par commune des|classement des communes par nombre de"
        "|classement des communes par nombre d|classement des communes selon le nombre de",
    )
)
_WHICH: PhraseTable[bool] = PhraseTable(
    spelt(
        True,
        "quelle commune|quelle ville|quelles communes|quelles villes|dans quelle commune|dans quelle ville"
        "|la commune|la ville|commune|ville|qui",
    )
)
_BETWEEN = frozenset(
    [
        "qui",
        "a",
        "ont",
        "compte",
        "comptent",
        "possede",
        "possedent",
        "dispose",
        "disposent",
        "y",
        "t",
        "il",
        "est",
        "sont",
        "on",
        "trouve",
        "trouvent",
        "ou",
        "se",
        "produit",
        "produisent",
        "concentre",
        "accueille",
        "a",
        "le",
        "la",
        "-",
        "collecte",
        "collectent",
    ]
)
_MOST = {"plus": True, "moins": False}
_OF = frozenset(["de", "d", "des", "du"])
_PERIODS = {
    **dict.fromkeys(("an", "annee", "annees", "ans", "millesime"), "year"),
    **dict.fromkeys(("mois",), "month"),
    **dict.fromkeys(("trimestre",), "quarter"),
    **dict.fromkeys(("semaine",), "week"),
    **dict.fromkeys(("jour",), "day"),
}
_COMMUNES = frozenset(["commune", "communes", "ville", "villes"])
_LONGEST_RANKING = 9


def step_figure(state: ParserState, at: int) -> int:
    """Read words of a figure at a token."""
    return (
        _ranking(state, at)
        or _grouped(state, at)
        or _counting(state, at)
        or _unit(state, at)
        or _function(state, at)
    )


def _counting(state: ParserState, at: int) -> int:
    """Read « combien de », and « combien d’hectares de » with its unit."""
    phrase = COUNTING.find(state.tokens, at)
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
    if unit is None or unit[0] not in {"area", "length"} or (index == at and at > 0):
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
        after = state.tokens[phrase[1]].word if phrase[1] < len(state.tokens) else ""
        if state.figure.function or (phrase[0] == "share" and after == "territoire"):
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


def _ranking(state: ParserState, at: int) -> int:
    """Read « quelle commune a le plus de », « classement des communes par »."""
    tokens = state.tokens
    if phrase := _RANKING.find(tokens, at):
        state.figure.group, state.figure.rank = "commune", True
        state.figure.spans.append((at, phrase[1]))
        return phrase[1]
    which = _WHICH.find(tokens, at) or _which_value(state, at)
    if which is None or (tokens[at].word == "qui" and at > 0):
        return 0
    group = "" if which[0] is True else str(which[0])
    index = which[1]
    while index < min(len(tokens), at + _LONGEST_RANKING):
        word = tokens[index].word
        is_most = word == "le" and index + 2 < len(tokens) and tokens[index + 1].word in _MOST
        if is_most and tokens[index + 2].word in _OF:
            state.figure.group, state.figure.rank = group or "commune", _MOST[tokens[index + 1].word]
            state.figure.limit = 0 if tokens[which[1] - 1].text.endswith("s") else 1
            state.figure.spans.append((at, index + 3))
            return index + 3
        if word not in _BETWEEN and (not group or index > which[1]):
            return 0
        index += 1
    return 0


def _which_value(state: ParserState, at: int) -> tuple[str, int] | None:
    """Return the listed field of « quel opérateur (exploite le plus de) », and the token after its name."""
    if state.tokens[at].word not in {"quel", "quelle", "quels", "quelles"} or at + 1 >= len(state.tokens):
        return None
    key = _key(state, at + 1)
    return (key[0].name, key[1]) if key else None


def _grouped(state: ParserState, at: int) -> int:
    """Read « par commune », « par genre », « par an »; « répartition des » and « évolution de » before."""
    tokens, figure = state.tokens, state.figure
    if (phrase := _TREND.find(tokens, at)) and not _is_field_exactly(state, at, phrase[1]):
        figure.is_trend = True
        figure.spans.append((at, phrase[1]))
        return phrase[1]
    if phrase := _SPREAD.find(tokens, at):
        figure.spans.append((at, phrase[1]))
        return phrase[1]
    opened = _EACH.find(tokens, at)
    if opened is None or opened[1] >= len(tokens):
        return 0
    index = opened[1]
    word = tokens[index].word
    is_rate = index + 1 < len(tokens) and state.pending.field is not None and word in {"jour", "habitant"}
    if is_rate:
        return 0
    if word in _COMMUNES:
        figure.group, end = "commune", index + 1
    elif word in _PERIODS:
        figure.period, end = _PERIODS[word], index + 1
    elif key := _key(state, index):
        figure.group, end = key[0].name, key[1]
    else:
        return 0
    figure.spans.append((at, end))
    return end


def _is_field_exactly(state: ParserState, at: int, end: int) -> bool:
    word = (state.tokens[at].stem,)
    named = (
        each for clause in state.at_hand() for each in state.vocabulary.layers[clause.slug].field_named(word)
    )
    return end == at + 1 and any(each.rank <= Rank.SYNONYM for each in named)


def _key(state: ParserState, at: int) -> tuple[FieldWords, int] | None:
    """Return the listed field that groups are of, and the token after its name."""
    slugs = [clause.slug for clause in state.at_hand()] or list(state.named.values())
    if key := _record_key(state, at):
        return key
    for form, end in forms(state.tokens, at):
        for slug in slugs:
            named = state.vocabulary.layers[slug].field_named(form)
            result = next((each.field for each in named if _may_group(each.field)), None)
            if result is not None:
                return result, end
    return None


def _record_key(state: ParserState, at: int) -> tuple[FieldWords, int] | None:
    """Return the field of the records that are the subject, and the token after its name: « équipements par état »."""
    last = state.last()
    records = last.records[-1:] if last and last.is_implied else []
    for form, end in forms(state.tokens, at):
        for relation in state.vocabulary.layers[last.slug].words.relations if last and records else ():
            for each in relation.fields if relation.name == records[0].relation else ():
                if _may_group(each) and phrase_of(each.title)[: len(form)] == form:
                    return each, end
    return None


def _may_group(words: FieldWords) -> bool:
    return words.is_listed or words.is_boolean or words.is_year or bool(words.values)
