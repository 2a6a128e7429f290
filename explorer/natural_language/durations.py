"""How long things last, from the date of their beginning to that of their end: « chantiers de plus de 3 mois ».

The days between two dates are a number like another one: amounts of days, weeks, months and years are compared with
them, « les plus longs » are ordered by them, « durée moyenne » is their mean. A month is 30 days, which a note says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from explorer.natural_language.layer_words import FieldWords, LayerWords
from explorer.natural_language.numbers import AmountComparison, closed, read_comparison, written
from explorer.natural_language.parse_result import Clause
from explorer.natural_language.phrases import PhraseTable, spelt
from explorer.natural_language.state import ParserState
from explorer.natural_language.tokens import WordToken, phrase, root_of, roots
from layers.definitions import FieldType
from layers.parsing.query import days_between, ends_of_days

_STARTS, _ENDS = (
    frozenset(map(root_of, ["debut", "commencement"])),
    frozenset(map(root_of, ["fin", "achevement"])),
)
DURATION_UNITS = {
    **dict.fromkeys(("j", "jour", "jours", "journee", "journees"), 1),
    **dict.fromkeys(("semaine", "semaines"), 7),
    **dict.fromkeys(("mois",), 30),
    **dict.fromkeys(("trimestre", "trimestres"), 91),
    **dict.fromkeys(("semestre", "semestres"), 182),
    **dict.fromkeys(("an", "ans", "annee", "annees"), 365),
}
"""Words of times → the days that they are counted as."""
_LASTING: PhraseTable[bool] = PhraseTable(
    spelt(
        True,
        "durant|durent|dure|qui durent|qui dure|ayant duré|qui ont duré|ont duré|a duré|qui a duré"
        "|dureront|qui dureront|s’étalant sur|qui s’étalent sur|s’étalent sur|étalés sur|qui s’étendent sur"
        "|s’étendent sur|d’une durée|durée"
        "|dont la durée|dont la durée est|dont la durée dépasse|de durée|la durée|pendant|sur une durée",
    )
)
_LONG = frozenset(["longtemps"])
_OF_DATES = frozenset(["a", "depuis", "ici", "dans", "sous", "avant", "apres", "d"])
"""Words before an amount of time that count from today."""
_DATED_AFTER = frozenset(
    ["avant", "apres", "dernier", "derniers", "dernieres", "prochain", "prochains", "plus"]
)


def duration_of(words: LayerWords) -> FieldWords | None:
    """Return the days from the date of the beginning to that of the end, as a number."""
    dates = [each for each in words.fields if each.type in {FieldType.DATE, FieldType.DATETIME}]
    first = next((each for each in dates if _STARTS & set(roots(phrase(each.title)))), None)
    last = next((each for each in dates if _ENDS & set(roots(phrase(each.title)))), None)
    if first is None or last is None:
        return None
    return FieldWords(days_between(first.name, last.name), FieldType.INTEGER, "durée", unit="j")


def step_duration(state: ParserState, at: int) -> int:
    """Read « de plus de 3 mois », « qui durent moins d’une semaine » of what begins and ends."""
    lasting = _LASTING.find(state.tokens, at)
    if lasting is None and _compared(state.tokens, at) is None:
        return 0
    clause = next(iter(state.at_hand()), None)
    field = duration_of(state.vocabulary.layers[clause.slug].words) if clause is not None else None
    if clause is None or field is None or state.pending.negated or state.pending.field is not None:
        return 0
    if lasting and {each.word for each in state.tokens[lasting[1] : lasting[1] + 3]} & _LONG:
        return lasting[1]  # « qui dure le plus longtemps »
    starts = (lasting[1], lasting[1] + 1) if lasting else (at,)
    compared = next(filter(None, (_compared(state.tokens, each) for each in starts)), None)
    if compared is None or not (lasting or _is_of_things(state.tokens, at, compared)):
        return 0
    _add(clause, field, compared)
    if compared.worth > 1 and compared.worth != DURATION_UNITS["semaine"]:
        state.reading.supposed.append((at, compared.end, f"{field.title}, {_days_words(compared)}"))
    state.pending.relation = None if state.is_weak() else state.pending.relation
    state.record_condition(clause, at, compared.end, of=field.name)
    return compared.end


def _days_words(compared: AmountComparison) -> str:
    return " – ".join(f"{each:g} j" for each in (compared.low, compared.high) if each is not None)


def _compared(tokens: Sequence[WordToken], at: int) -> AmountComparison | None:
    """Read an amount of time, in days."""
    compared = read_comparison(tokens, at) if at < len(tokens) else None
    if compared is None or compared.kind not in {"", "year"} or not compared.is_explicit:
        return None
    unit = compared.end - 1 if compared.kind else compared.end
    worth = DURATION_UNITS.get(tokens[unit].word, 0) if unit < len(tokens) else 0
    if not worth:
        return None
    bounds = [None if each is None else each * worth for each in (compared.low, compared.high)]
    low, high = bounds
    compared = replace(compared, low=low, high=high, kind="", worth=float(worth), end=unit + 1)
    return closed(tokens, compared, unit + 1)


def _is_of_things(tokens: Sequence[WordToken], at: int, compared: AmountComparison) -> bool:
    """Whether an amount of time is of things, and counts nothing from today: « il y a moins de 2 mois »."""
    before = tokens[at - 1].word if at else ""
    after = tokens[compared.end].word if compared.end < len(tokens) else ""
    return before not in _OF_DATES and after not in _DATED_AFTER


def _add(clause: Clause, field: FieldWords, compared: AmountComparison) -> None:
    ends = ends_of_days(field.name)
    assert ends is not None
    name = f"DAYS_BETWEEN({ends[0]}, {ends[1]})"
    bounds = []
    if compared.low is not None:
        bounds.append(f"{name} {'>' if compared.is_above else '>='} {written(compared.low)}")
    if compared.high is not None:
        bounds.append(f"{name} {'<' if compared.is_below else '<='} {written(compared.high)}")
    clause.measures.append(" AND ".join(bounds))
