"""Steps of the grammar for figures that are divided: shares, parts of a territory, densities, figures per inhabitant.

« Quelle part des bornes est en voirie » divides by the bornes; what was said before the verb is of the whole too.
« Part du territoire en zone N » divides an area by that of the communes, « arbres par habitant » by the people of them.
"""

from __future__ import annotations

from explorer.natural_language.layer_words import FieldWords, LayerWords
from explorer.natural_language.numbers import read_number
from explorer.natural_language.parse_result import Clause
from explorer.natural_language.phrases import PhraseTable, merged, spelt
from explorer.natural_language.state import FigureWords, NamedAmount, ParserState
from explorer.natural_language.tokens import phrase
from layers.definitions import FieldType
from layers.parsing.query import AREA

SHARE_WORDS = (
    *("% de", "% des", "% d", "% du"),
    *(
        f"{first} {of}".strip()
        for noun in ("part", "proportion", "pourcentage", "taux")
        for first in (
            f"quelle {noun}",
            f"quel {noun}",
            f"quelle est la {noun}",
            f"quel est le {noun}",
            f"la {noun}",
            f"le {noun}",
            f"en {noun}",
            noun,
        )
        for of in ("de", "des", "du", "d", "de la", "de l")
    ),
)
SHARES: PhraseTable[str] = PhraseTable(dict.fromkeys(SHARE_WORDS, "share"))
_TERRITORY: PhraseTable[bool] = PhraseTable(
    spelt(
        True,
        "territoire|commune|ville|surface du territoire|surface de la commune|surface de la ville|surface communale"
        "|superficie du territoire|superficie de la commune|superficie communale|surface totale du territoire"
        "|territoire communal|surface de|superficie de|surface|superficie",
    )
)
VERBS: PhraseTable[bool] = PhraseTable(
    spelt(
        True,
        "sont|est|ont|dispose|disposent|possède|possèdent|offre|offrent|propose|proposent|"
        "mesure|mesurent|dépasse|dépassent|acceptent|accepte|comptent|compte|fait|font|date|"
        "datent|appartient|appartiennent|permet|permettent",
    )
)
COVERED: PhraseTable[bool] = PhraseTable(
    spelt(
        True,
        "couvert par|couverte par|occupé par|occupée par|couvert|couverte|classé en|classée en|est couvert par"
        "|est couverte par|est occupé par|est occupée par|est classé en|est classée en|consacré à|consacrée à"
        "|dédié à|dédiée à|concerné par|concernée par|recouvert par|recouverte par",
    )
)
AMONG: PhraseTable[bool] = PhraseTable(
    spelt(
        True,
        "parmi les|parmi|par rapport à|par rapport au|par rapport aux|sur l’ensemble des|sur le total des",
    )
)
_DENSITY: PhraseTable[bool] = PhraseTable(
    spelt(True, "densité de|densité des|densité d|densité du|densité|densités de|densités des")
)
_DENSE = frozenset(["dense", "denses"])
_PER: PhraseTable[str] = PhraseTable(
    merged(
        (
            spelt(
                "inhabitant",
                "par habitant|par tête|par personne|par tête d’habitant|rapporté à la population",
            ),
            spelt("km2", "par km²|au km²|par km2|au km2|par kilomètre carré|au kilomètre carré|par km 2"),
            spelt("hectare", "par hectare|à l’hectare|par ha|à l’ha"),
        )
    )
)
_PEOPLE = phrase("habitants")
_INHABITANTS = frozenset(["habitant", "habitants", "hab"])
INHABITANT, TERRITORY = "inhabitant", "territory"
TIMES = {"hectare": 0.01, TERRITORY: 1e-4}
"""By what a figure per km² is multiplied: square metres of a territory are a share in percent."""


def step_share(state: ParserState, at: int) -> int:
    """Read a share, what divides a figure, and the verb after which the part is said."""
    return _territory(state, at) or _density(state, at) or _per(state, at) or _verb(state, at)


def _territory(state: ParserState, at: int) -> int:
    """Read « part du territoire », « part de la surface de Meudon », « quelle part de Meudon »."""
    share = SHARES.find(state.tokens, at)
    if share is None or state.figure.function:
        return 0
    index, end = share[1], share[1]
    place = _TERRITORY.find(state.tokens, index)
    if place is not None:
        end = place[1]
        is_of_place = state.tokens[end - 1].stem in {"territoir", "commun", "ville", "communal"}
        following = state.past_glue(end)
        if not is_of_place and not (following < len(state.tokens) and _is_place(state, following)):
            return 0
    elif not state.names_commune(state.past_glue(index)):
        return 0
    state.figure.function, state.figure.per = "share", "territory"
    state.figure.spans.append((at, end))
    return end


def _is_place(state: ParserState, at: int) -> bool:
    return state.tokens[at].stem in {"territoir", "commun"} or state.names_commune(at)


def _density(state: ParserState, at: int) -> int:
    density = _DENSITY.find(state.tokens, at)
    if density is None or state.figure.per:
        return 0
    state.figure.per, state.figure.is_density = "km2", True
    state.figure.spans.append((at, density[1]))
    if not state.reading.clauses and (people := _people_of(state)) and not state.leads_to_amount(density[1]):
        state.amounts.append(people)
    return density[1]


def _people_of(state: ParserState) -> NamedAmount | None:
    """Return the amount of inhabitants of a foreseen table: « densité de Vanves »."""
    for clause in state.at_hand():
        words = state.vocabulary.layers[clause.slug].words
        people = next(
            (each for each in words.fields if each.is_additive and phrase(each.unit) == _PEOPLE), None
        )
        if words.is_table and people is not None:
            return NamedAmount(clause.slug, people, -1, -1)
    return None


def _per(state: ParserState, at: int) -> int:
    """Read « par habitant », « pour 1000 habitants », « au km² »."""
    figure, tokens = state.figure, state.tokens
    if (per := _PER.find(tokens, at)) and (not figure.per or figure.is_density):
        figure.per = per[0]
        figure.per_count = 1
        figure.spans.append((at, per[1]))
        return per[1]
    number = read_number(tokens, at + 1) if tokens[at].word in {"pour", "par"} else None
    if number is None or number[1] >= len(tokens) or tokens[number[1]].word not in _INHABITANTS or figure.per:
        return 0
    figure.per, figure.per_count = "inhabitant", int(number[0])
    figure.spans.append((at, number[1] + 1))
    return number[1] + 1


def _verb(state: ParserState, at: int) -> int:
    """Read the verb after which the part is said: what came before it is of the whole."""
    figure = state.figure
    if figure.function != "share":
        return 0
    if figure.per == "territory" and (covered := COVERED.find(state.tokens, at)):
        return covered[1]
    if among := AMONG.find(state.tokens, at):
        figure.whole = figure.whole or ()
        return among[1]
    clauses = state.at_hand()
    if VERBS.find(state.tokens, at) and figure.whole is None and clauses:
        figure.whole = tuple(clauses[-1].conditions)
    return 0


def whole_of(figure: FigureWords, subject: Clause, words: LayerWords) -> tuple[str, ...]:
    """Return the conditions of the part that are of the whole too: those before the verb, and periods."""
    periods = [
        name
        for name in subject.conditions
        if (field := words.field(name)) is not None and _is_time(words, field)
    ]
    # « Part des trottinettes disponibles » is of the trottinettes, a kind that stands for the layer.
    kind = next(iter(subject.conditions), "") if subject.is_implied and figure.whole is None else ""
    is_kind = (first := words.field(kind)) is not None and first.is_kind and len(subject.conditions) > 1
    return tuple(dict.fromkeys([*(figure.whole or ()), *([kind] if is_kind else []), *periods]))


def _is_time(words: LayerWords, field: FieldWords) -> bool:
    """Whether a field is the time of the rows of a table: its shares are of the same year."""
    return words.is_table and (field.is_year or field.type in {FieldType.DATE, FieldType.DATETIME})


def total_of(words: LayerWords, amount: FieldWords) -> FieldWords | None:
    """Return the amount that another is a part of: « logements » of « logements vacants »."""
    title, unit = phrase(amount.title), phrase(amount.unit)
    for each in words.fields:
        named = phrase(each.title)
        is_part = bool(named) and (
            named == unit or (title[: len(named)] == named and len(named) < len(title))
        )
        if each.name != amount.name and each.is_additive and each.unit == amount.unit and is_part:
            return each
    return None


def is_of_ground(words: LayerWords) -> bool:
    """Whether the features of a layer cover ground: a share of them without a condition is that of the territory."""
    return words.measure == AREA
