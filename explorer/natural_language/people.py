"""Steps of the grammar for people of an age: « enfants de moins de 5 ans », « personnes de plus de 80 ans ».

They are counted by the table that has an age and an amount of people, unless a layer that they use is named as well.
"""

from __future__ import annotations

from explorer.natural_language.amounts import step_amount
from explorer.natural_language.layer_index import Rank
from explorer.natural_language.layer_words import LayerWords
from explorer.natural_language.numbers import read_comparison, unit_of
from explorer.natural_language.parse_result import Clause, SpanKind
from explorer.natural_language.phrases import PhraseTable, spelt
from explorer.natural_language.state import ParserState
from explorer.natural_language.tokens import phrase

_PEOPLE: PhraseTable[bool] = PhraseTable(
    spelt(True, "enfants|jeunes|personnes|gens|adolescents|ados|adultes|seniors|personnes âgées|individus")
)
_UNITS = frozenset(phrase("habitants personnes"))


def step_people(state: ParserState, at: int) -> int:
    """Read people of an age as the subject: of the only table that counts people by age."""
    people = _PEOPLE.find(state.tokens, at)
    reading, pending = state.reading, state.pending
    is_first = not (reading.clauses or reading.gaps or pending.negated or pending.relation)
    if not is_first or _has_named_layer(state):
        return 0
    is_figure = state.figure.function == "share" or state.figure.is_counted
    if people is None and (not is_figure or state.foreseen is not None):
        return 0
    index = people[1] if people else at  # « part des plus de 75 ans »
    while index < len(state.tokens) and state.tokens[index].word in {"age", "agees", "ages", "ayant"}:
        index += 1
    compared = read_comparison(state.tokens, index)
    if people is None and (compared is None or not compared.is_explicit):
        return 0
    tables = [each.words.slug for each in state.vocabulary.layers.values() if counts_ages(each.words)]
    if compared is None or compared.kind != "year" or len(tables) != 1:
        return 0
    state.reading.clauses.append(Clause(tables[0], None, is_implied=True))
    state.foreseen, state.pending.relation = None, None
    state.reading.rank += Rank.EXACT
    if people is None:
        return step_amount(state, at)
    state.understood(at, people[1], SpanKind.SUBJECT)
    return index


def _has_named_layer(state: ParserState) -> bool:
    """Whether words of the text name a layer by its title: « aires de jeux, enfants de moins de 5 ans »."""
    return any(
        named.rank <= Rank.SYNONYM
        for at in range(len(state.tokens))
        if read_comparison(state.tokens, at) is None  # « plus de 75 ans » is no plural of « PLU »
        for named in state.vocabulary.layers_named((state.tokens[at].stem,))
    )


def counts_ages(words: LayerWords) -> bool:
    """Whether the rows of a table are numbers of people by age."""
    ages = [each for each in words.fields if each.is_number and unit_of(each.unit)[0] == "year"]
    people = [each for each in words.fields if each.is_additive and _UNITS & set(phrase(each.unit))]
    return words.is_table and len(ages) == 1 and len(people) == 1


def people_ages(words: LayerWords) -> dict[str, str]:
    """Return the age of people of a table, and the amount of people of that age, by which a mean is weighted."""
    if not counts_ages(words):
        return {}
    age = next(each.name for each in words.fields if each.is_number and unit_of(each.unit)[0] == "year")
    people = next(each.name for each in words.fields if each.is_additive and _UNITS & set(phrase(each.unit)))
    return {age: people}
