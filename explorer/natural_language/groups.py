"""Steps of the grammar for the groups of a figure.

« Par commune », « de chaque essence », « selon leur implantation » make groups; « quelle commune a le plus de »,
« quel genre est le plus fréquent » and « classement des communes par » put them in order. A key is a field of a layer
at hand, by its name or by a word that people say for it (``KEY_WORDS``); one that is never ordered is an attribute
that is looked up (« quelle est la protection de … »).
"""

from __future__ import annotations

from explorer.natural_language.amount_words import leads_to_usual
from explorer.natural_language.layer_index import Rank
from explorer.natural_language.layer_words import FieldWords
from explorer.natural_language.matching import forms
from explorer.natural_language.numbers import read_number
from explorer.natural_language.parse_result import Reason
from explorer.natural_language.phrases import PhraseTable, merged, spelt
from explorer.natural_language.state import ParserState
from explorer.natural_language.tokens import COMMUNE_WORDS, root_of, roots, stem
from explorer.natural_language.tokens import phrase as phrase_of
from layers.definitions import FieldType

_EACH: PhraseTable[bool] = PhraseTable(
    spelt(
        True,
        "par|par chaque|pour chaque|dans chaque|de chaque|chaque|dans chacune des|dans chacun des|pour chacune des"
        "|pour chacun des|de chacune des|de chacun des|selon la|selon le|selon l|selon les|selon|selon leur"
        "|selon leurs|selon son|selon sa|en fonction de la|en fonction du|en fonction de l|en fonction de"
        "|en fonction de leur|d’après le|d’après la|d’après leur|par type de|ventilés par|répartis par|réparties par"
        "|réparti par|ventilé par|regroupés par|groupés par",
    )
)
_SPREAD: PhraseTable[bool] = PhraseTable(
    spelt(
        True,
        "répartition de|répartition des|répartition du|répartition|ventilation de|ventilation des|ventilation"
        "|comment se répartissent|comment se répartit|comment sont répartis|comment sont réparties|détail de"
        "|détail des|décompte des|décompte de",
    )
)
_RANKING: PhraseTable[bool] = PhraseTable(
    merged(
        spelt(True, f"{first} {last}".strip())
        for first in (
            "classement des communes",
            "classement des villes",
            "classement par commune",
            "communes classées",
            "palmarès des communes",
        )
        for last in (
            "par|",
            "selon",
            "de",
            "des",
            "d",
            "par nombre de",
            "par nombre d",
            "selon le nombre de",
            "pour",
        )
        for last in last.split("|")
    )
)
_WHICH: PhraseTable[bool] = PhraseTable(
    spelt(
        True,
        "quelle commune|quelle ville|quelles communes|quelles villes|dans quelle commune|dans quelle ville"
        "|dans quelles communes|quelle est la commune|quelle est la ville|quelles sont les communes"
        "|quelles sont les villes|la commune|la ville|commune|ville|communes|villes|les communes|qui",
    )
)
_WHICH_ONE: PhraseTable[bool] = PhraseTable(
    spelt(True, "laquelle des deux|lequel des deux|qui des deux|laquelle|lequel")
)
_WHERE: PhraseTable[bool] = PhraseTable(spelt(True, "où|où y a-t-il|où trouve-t-on"))
_WHICH_WORDS = frozenset(["quel", "quelle", "quels", "quelles"])
_IS = frozenset(["est", "sont"])
BETWEEN: PhraseTable[bool] = PhraseTable(
    spelt(
        True,
        "qui|a|ont|compte|comptent|possède|possèdent|dispose|disposent|y|t|il|elle|est|"
        "sont|on|trouve|trouvent|ou|se|produit|produisent|concentre|concentrent|accueille|"
        "accueillent|le|la|les|collecte|collectent|transporte|enregistre|enregistrent|connaît|"
        "connu|eu|avait|accueilli|regroupe|regroupent|abrite|abritent|parmi|offre|offrent|"
        "propose|proposent|exploite|exploitent|gère|gèrent|circule|circulent|passe|passent|"
        "avec|ayant",
    )
)
_DEGREES = {"plus": True, "moins": False}
_OF = frozenset(["de", "d", "des", "du"])
_MOST_COMMON: PhraseTable[bool] = PhraseTable(
    spelt(
        True,
        "fréquent|courant|répandu|représenté|utilisé|employé|présent|nombreux|commun|planté|souvent planté|emprunté"
        "|fréquenté|concerné|important",
    )
)
EVERYBODY = frozenset(
    map(stem, ["monde", "gens", "voyageurs", "passagers", "usagers", "clients", "personnes"])
)
_PERIODS = {
    **dict.fromkeys(("an", "annee", "annees", "ans", "millesime"), "year"),
    **dict.fromkeys(("mois",), "month"),
    **dict.fromkeys(("trimestre", "trimestres"), "quarter"),
    **dict.fromkeys(("semaine", "semaines"), "week"),
    **dict.fromkeys(("jour", "jours", "date"), "day"),
}
KEY_WORDS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("rue", "avenue", "voie", "boulevard", "artere"), ("voie", "rue")),
    **dict.fromkeys(("essence", "espece"), ("vernaculaire", "essence", "espèce", "genre")),
    **dict.fromkeys(("exploitant", "gestionnaire", "operateur"), ("exploitant", "gestionnaire", "opérateur")),
    **dict.fromkeys(("usage", "public"), ("usager", "usage", "public")),
    **dict.fromkeys(
        ("type", "sorte", "categorie", "nature"), ("type", "nature", "catégorie", "genre", "classe")
    ),
    **dict.fromkeys(("flux", "dechet"), ("flux",)),
    **dict.fromkeys(("vignette",), ("crit",)),
}
"""Words that people say for a key → roots of titles of fields that may be meant, the first that the layer has."""


def step_group(state: ParserState, at: int) -> int:
    """Read the groups of a figure, and their order."""
    return (
        _comparison(state, at)
        or _ranking(state, at)
        or _most(state, at)
        or _which(state, at)
        or _grouped(state, at)
    )


def _ranking(state: ParserState, at: int) -> int:
    """Read « classement des communes par », « top 3 des communes par », « les 3 communes avec le plus de »."""
    if named := _RANKING.find(state.tokens, at):
        _rank(state, "commune", at, named[1], is_more=True, limit=0)
        return named[1]
    index = at + 1 if state.tokens[at].word in {"top", "les", "quelles", "trio"} else at
    number = read_number(state.tokens, index)
    if number is None or index == at:
        return 0
    end = state.past_glue(number[1])
    if end >= len(state.tokens) or state.tokens[end].word not in COMMUNE_WORDS:
        return 0
    opened = _RANKING_OF.find(state.tokens, end + 1)
    degree = None if opened else _degree_after(state, end + 1)
    if opened is None and degree is None:
        return 0
    if opened:
        _rank(state, "commune", at, opened[1], is_more=True, limit=int(number[0]))
        return opened[1]
    opens = _open_which(state, at, end + 1, "commune", "")
    state.figure.limit = int(number[0])
    return opens


_RANKING_OF: PhraseTable[bool] = PhraseTable(
    spelt(True, "par nombre de|par nombre d|par|selon|en nombre de|en nombre d|pour")
)


def _rank(state: ParserState, group: str, start: int, end: int, *, is_more: bool, limit: int) -> None:
    figure = state.figure
    figure.groups.append(group)
    figure.rank, figure.limit = is_more, limit
    figure.spans.append((start, end))


def _degree_after(state: ParserState, at: int) -> int | None:
    """Return the token of « plus » in the next « le plus » or « la moins » of the text."""
    for index in range(at, len(state.tokens) - 1):
        is_degree = state.tokens[index].word in _DEGREES and state.tokens[index - 1].word in {
            "le",
            "la",
            "les",
        }
        if is_degree and index > at:
            return index
    return None


def _end_of_most(state: ParserState, at: int) -> int:
    """Return where « plus de », « plus fréquent », « plus transporté » ends, from « plus »; 0 for another adjective."""
    tokens = state.tokens
    after = at + 1
    if after >= len(tokens):
        return after
    if tokens[after].word in _OF:
        following = state.past_glue(after)
        # « Le plus de monde » is most of what the table counts; the words of another layer are its own.
        is_anybody = following < len(tokens) and tokens[following].stem in EVERYBODY
        is_counted = is_anybody and leads_to_usual(state, following) and not state.leads_to_amount(following)
        return following + 1 if is_counted else after + 1
    if leads_to_usual(state, after):
        return after  # « la plus peuplée »
    common = _MOST_COMMON.find(tokens, after)
    return common[1] if common else 0


_MEANS = frozenset(phrase_of("moyen moyenne moyens moyennes"))
_HIGH = frozenset(phrase_of("élevé élevée grand grande fort forte important importante"))
_LOW = frozenset(phrase_of("bas basse faible petit petite"))


def _end_of_mean(state: ParserState, at: int, degree: int) -> int:
    """Return where « plus élevé » of a mean ends: « quelle commune a la hauteur moyenne la plus élevée »; else 0."""
    adjective = state.tokens[degree + 1 : degree + 2]
    is_high = bool(adjective) and adjective[0].stem in _HIGH | _LOW
    return degree + 2 if is_high and any(each.stem in _MEANS for each in state.tokens[at:]) else 0


def _which(state: ParserState, at: int) -> int:
    """Read « quelle commune », « quel opérateur », « quel mois », where « a le plus de » follows."""
    figure = state.figure
    if figure.rank is not None or figure.which is not None:
        return 0
    start = at + 1 if state.tokens[at].word in {"a", "en", "dans", "sur", "pour"} else at
    if where := _WHERE.find(state.tokens, at):
        return _where(state, at, where[1])
    communes = _WHICH.find(state.tokens, at)
    one = _WHICH_ONE.find(state.tokens, at) if _begins(state, at) else None
    if communes is not None and one is None and (state.tokens[at].word != "qui" or _begins(state, at)):
        return _open_which(state, at, communes[1], "commune", "")
    if one is not None:
        return _open_which(state, at, one[1], "commune", "")
    return _which_key(state, at, start)


def _begins(state: ParserState, at: int) -> bool:
    """Whether a token begins the text, or follows the communes alone: « Meudon ou Sèvres : qui a le plus d’arbres »."""
    return at == 0 or bool(state.reading.communes and not state.reading.clauses)


def _which_key(state: ParserState, at: int, start: int) -> int:
    """Read « quel opérateur », « quel mois », and « mode de transport (le plus utilisé) » at the beginning."""
    tokens, index = state.tokens, start
    is_named = tokens[index].word in _WHICH_WORDS if index < len(tokens) else False
    if not is_named:
        if at > 0 or start > at:
            return 0
        index -= 1  # « mode de transport le plus utilisé »
    index += 1
    while index < len(tokens) and (
        tokens[index].word in _IS or tokens[index].word in {"le", "la", "les", "l"}
    ):
        index += 1
    if index >= len(tokens):
        return 0
    if tokens[index].word in _PERIODS and is_named:
        return _open_which(state, at, index + 1, "", _PERIODS[tokens[index].word])
    key = key_at(state, index)
    return _open_which(state, at, key[1], key[0].name, "") if key else 0


def _where(state: ParserState, at: int, end: int) -> int:
    """Read « où y a-t-il (le plus d’arbres) »: the commune."""
    degree = _degree_after(state, end)
    is_next = degree is not None and all(
        BETWEEN.find(state.tokens, index) or state.tokens[index].word == "-"
        for index in range(end, degree - 1)
    )
    return _open_which(state, at, end, "commune", "") if is_next else 0


def _open_which(state: ParserState, at: int, end: int, group: str, period: str) -> int:
    degree = _degree_after(state, end)
    most = 0 if degree is None else _end_of_most(state, degree) or _end_of_mean(state, end, degree)
    if degree is None or not most:
        return 0
    figure = state.figure
    is_opened = state.tokens[at].word in _WHICH_WORDS | {"a", "en", "dans", "sur"}
    if not (group == "commune" or period or is_opened) and state.past_glue(end) < degree - 1:
        return 0  # « mode de transport le plus utilisé », not « hauteur des arbres avec le plus de … »
    noun = state.tokens[end - 1].text
    figure.which = (at, end)
    figure.most_at = (degree - 1, most)
    figure.limit = 0 if noun.endswith("s") and state.tokens[end - 1].word != "mois" else 1
    if period:
        figure.period = period
    else:
        figure.groups.append(group)
    figure.spans.append((at, end))
    return end


def _most(state: ParserState, at: int) -> int:
    """Read « le plus de », « le plus fréquent » after « quelle commune », and skip the verb between the two."""
    figure = state.figure
    if figure.most_at is None or figure.rank is not None:
        return 0
    start, end = figure.most_at
    if at == start:
        is_low = end == start + 3 and state.tokens[end - 1].stem in _LOW
        figure.rank = _DEGREES[state.tokens[at + 1].word] != is_low
        figure.spans.append((start, end))
        return end
    is_between = state.tokens[at].word == "-" or BETWEEN.find(state.tokens, at) is not None
    return at + 1 if at < start and is_between else 0


def _grouped(state: ParserState, at: int) -> int:
    """Read « par commune », « par genre », « par an »; « répartition des » before."""
    tokens, figure = state.tokens, state.figure
    if spread := _SPREAD.find(tokens, at):
        figure.spans.append((at, spread[1]))
        return spread[1]
    opened = _EACH.find(tokens, at)
    if (
        opened is None
        or opened[1] >= len(tokens)
        or (tokens[at].word == "par" and _is_rate(state, opened[1]))
    ):
        return 0
    if tokens[at].word == "par" and (of_own := _by_kind_of_layer(state, at, opened[1])):
        return of_own
    # « Par type de jeu »: the type is the key, unless what follows is one.
    return _each(state, at, opened[1]) or (_each(state, at, at + 1) if tokens[at].word == "par" else 0)


def _by_kind_of_layer(state: ParserState, at: int, index: int) -> int:
    """Read « par type de jeu » of playgrounds and their equipment: the key is the type, and the layer says no more."""
    end = _end_of_layer(state, index) if index > at + 2 and not key_at(state, index) else 0
    if not end or not _each(state, at, at + 1):
        return 0
    state.figure.spans[-1] = (at, end)
    return end


def _each(state: ParserState, at: int, index: int) -> int:
    """Read the key of groups, or the time."""
    tokens, figure, word = state.tokens, state.figure, state.tokens[index].word
    group, end = "", index + 1
    if ages := _AGES.find(tokens, index):
        group, end = _age_of(state), ages[1]
    elif word in COMMUNE_WORDS:
        group = "commune"
    elif (key := key_at(state, index)) and (word not in _PERIODS or key[0].is_year):
        group, end = key[0].name, _past_title(state, key[1])
    elif word in _PERIODS and not figure.period:
        figure.period = _PERIODS[word]
    if not group and figure.is_counted and figure.function != "avg" and (last := _end_of_layer(state, index)):
        state.gap(at, last, Reason.UNKNOWN)  # « nombre d’équipements par aire de jeux » is no total
        return last
    if not group and figure.period != _PERIODS.get(word):
        # « Nombre moyen d’équipements par aire de jeux » groups nothing.
        return index if figure.function == "avg" and state.leads_to_layer(index) else 0
    if group and group not in figure.groups:
        figure.groups.append(group)
    figure.spans.append((at, end))
    return end


def _end_of_layer(state: ParserState, at: int) -> int:
    """Return the token after the name of the layer at hand, 0 for other words."""
    for form, end in forms(state.tokens, at):
        if any(form in state.vocabulary.layers[clause.slug].names for clause in state.at_hand()):
            return end
    return 0


_COMPARED: PhraseTable[bool] = PhraseTable(
    spelt(
        True,
        "comparer|compare|comparez|compare-moi|comparaison de|comparaison des|comparaison du|comparaison",
    )
)


def _comparison(state: ParserState, at: int) -> int:
    """Read « comparer les parcs de Meudon et de Sèvres », « plus de bornes à Meudon qu’à Sèvres »: both communes."""
    tokens, figure = state.tokens, state.figure
    if figure.groups or figure.rank is not None:
        return 0
    if compared := _COMPARED.find(tokens, at):
        figure.groups.append("commune")
        figure.is_counted = True
        figure.spans.append((at, compared[1]))
        return compared[1]
    is_degree = tokens[at].word in _DEGREES and at + 1 < len(tokens) and tokens[at + 1].word in _OF
    than = [index for index in range(at + 2, len(tokens)) if tokens[index].word in {"que", "qu"}]
    if not is_degree or not than or not state.names_commune(state.past_glue(than[0])):
        return 0
    if read_number(tokens, at + 2):
        return 0
    figure.groups.append("commune")
    figure.is_counted, figure.rank = True, _DEGREES[tokens[at].word]
    figure.spans.append((at, at + 2))
    return at + 2


def _past_title(state: ParserState, at: int) -> int:
    """Return the token after a word of the title of the layer, which adds nothing: « type d’aménagement cyclable »."""
    if at >= len(state.tokens) or state.tokens[at].is_glue:
        return at
    titles = {
        word
        for clause in state.at_hand()
        for word in phrase_of(state.vocabulary.layers[clause.slug].words.title)
    }
    return at + 1 if state.tokens[at].stem in titles else at


_AGES: PhraseTable[bool] = PhraseTable(
    spelt(
        True,
        "tranche d’âge|tranches d’âge|classe d’âge|classes d’âge|tranche d’âges|groupe d’âge|décennie d’âge",
    )
)


def _age_of(state: ParserState) -> str:
    """Return the key of ten years of age, of a table of people at hand."""
    return next(
        (
            f"width10:{each.name}"
            for clause in state.at_hand()
            for each in state.vocabulary.layers[clause.slug].words.fields
            if each.is_integer and phrase_of(each.title) == phrase_of("âge")
        ),
        "",
    )


def _is_rate(state: ParserState, at: int) -> bool:
    """Whether « par jour » ends the name of a field: « montées par jour »."""
    word, pending = state.tokens[at].word, state.pending.field
    return (
        pending is not None
        and word in {"jour", "habitant"}
        and word in {each for each in phrase_of(pending.title)}
    )


def key_at(state: ParserState, at: int) -> tuple[FieldWords, int] | None:
    """Return the field that groups are of, and the token after its name."""
    slugs = [clause.slug for clause in state.at_hand()] or list(state.named.values())
    if key := _record_key(state, at):
        return key
    for is_loose in (False, True):
        for form, end in forms(state.tokens, at):
            for slug in slugs:
                index = state.vocabulary.layers[slug]
                named = [
                    each for each in index.field_named(form) if may_group(each.field, each.rank, is_loose)
                ]
                if named:
                    return named[0].field, end
    own = _of_records(state, slugs, at) or _by_usual_word(state, slugs, at)
    if own is None and _is_head(state, at):
        return key_at(state, at + 2)  # « par mode d’entretien », « par niveau de protection »
    return own


_HEADS = frozenset(
    [
        *(
            "mode",
            "modes",
            "type",
            "types",
            "niveau",
            "niveaux",
            "categorie",
            "categories",
            "classe",
            "classes",
        ),
        *("sorte", "sortes", "forme", "formes", "nature", "natures", "degre", "genre", "etat", "etats"),
    ]
)
"""Words that add nothing before the name of a key: « (mode d’)entretien »."""


def _is_head(state: ParserState, at: int) -> bool:
    following = [each.word for each in state.tokens[at : at + 2]]
    return len(following) == 2 and following[0] in _HEADS and following[1] in _OF


def _of_records(state: ParserState, slugs: list[str], at: int) -> tuple[FieldWords, int] | None:
    """Return the field of the records that a key names with them: « (jeux par) type d’équipement »."""
    for form, end in forms(state.tokens, at):
        for slug in slugs:
            for relation in state.vocabulary.layers[slug].words.relations:
                named = (each for each in relation.fields if may_group(each))
                field = next(
                    (each for each in named if phrase_of(each.title) + phrase_of(relation.title) == form),
                    None,
                )
                if field is not None:
                    state.figure.relation = relation.name
                    return field, end
    return None


def _by_usual_word(state: ParserState, slugs: list[str], at: int) -> tuple[FieldWords, int] | None:
    """Return the field that a word of people means: « (quelle) rue », « (de chaque) essence »."""
    for titles in (
        [KEY_WORDS.get(state.tokens[at].word) or KEY_WORDS.get(state.tokens[at].stem)]
        if at < len(state.tokens)
        else []
    ):
        for title in titles or ():
            for slug in slugs:
                for field in state.vocabulary.layers[slug].words.fields:
                    is_text = field.type is FieldType.TEXT
                    if is_text and root_of(stem(phrase_of(title)[0])) in roots(phrase_of(field.title)):
                        return field, at + 1
    return None


def _record_key(state: ParserState, at: int) -> tuple[FieldWords, int] | None:
    """Return the field of the records that are the subject, and the token after its name: « équipements par état »."""
    last = state.last()
    records = last.records[-1:] if last and last.is_implied else []
    for form, end in forms(state.tokens, at):
        for relation in state.vocabulary.layers[last.slug].words.relations if last and records else ():
            for each in relation.fields if relation.name == records[0].relation else ():
                if may_group(each, Rank.PART, False) and phrase_of(each.title)[: len(form)] == form:
                    return each, end
    return None


def may_group(words: FieldWords, rank: Rank = Rank.EXACT, is_loose: bool = False) -> bool:
    """Whether a field named so well makes groups: a list of values, a year, or a text or whole number by name."""
    if words.is_listed or words.is_boolean or words.is_year or bool(words.values):
        return True
    is_whole = words.is_integer and not words.is_additive and not words.unit
    return is_loose and rank <= Rank.SYNONYM and (words.type is FieldType.TEXT or is_whole)
