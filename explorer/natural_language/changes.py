"""Steps of the grammar for what changes from one time to another: « de combien la population a-t-elle augmenté ».

The period gives both ends: « entre 2016 et 2022 », « depuis 2016 » (the last one known). Without a period the words of
a change are reported.
"""

from __future__ import annotations

import calendar
import datetime as dt

from explorer.natural_language.layer_words import LayerWords
from explorer.natural_language.parse_result import Clause, dated_field
from explorer.natural_language.phrases import PhraseTable, merged, spelt
from explorer.natural_language.state import ParserState

_NOUNS: PhraseTable[int] = PhraseTable(
    merged(
        (
            spelt(
                1,
                "différence de|différence du|différence d|différence des|différence|écart de|écart du|écart d|écart des"
                "|variation de|variation du|variation des|variation d|variation|hausse de|hausse du|hausse des|hausse d"
                "|hausse|augmentation de|augmentation du|augmentation des|augmentation d|augmentation"
                "|progression de|progression du|progression des|progression|croissance de|croissance du"
                "|croissance des|croissance|gain de|gain d",
            ),
            spelt(
                1,
                "baisse de|baisse du|baisse des|baisse d|baisse|diminution de|diminution du|diminution des"
                "|diminution d|diminution|recul de|recul du|recul des|perte de|perte d",
            ),
        )
    )
)
_VERBS: PhraseTable[int] = PhraseTable(
    merged(
        (
            spelt(
                1,
                "augmenté|progressé|gagné|grandi|crû|évolué|varié|changé|augmente|progresse|évolue"
                "|perdu ou gagné|gagné ou perdu|augmenté ou diminué|augmenté ou baissé",
            ),
            spelt(-1, "baissé|diminué|perdu|reculé|chuté|régressé|baisse|diminue|recule"),
        )
    )
)
_HOW_MUCH: PhraseTable[bool] = PhraseTable(spelt(True, "de combien|de quel pourcentage|de quelle proportion"))
_RELATIVE: PhraseTable[bool] = PhraseTable(
    spelt(
        True,
        "en %|en pourcentage|en pour cent|taux de croissance|taux de croissance de|taux de croissance du"
        "|taux d’évolution|taux d’évolution de|taux d’évolution du|taux de variation|taux de variation de"
        "|en proportion|en valeur relative",
    )
)
_MORE: PhraseTable[int] = PhraseTable(spelt(1, "en plus|de plus|en moins|de moins"))
_LINKS = frozenset(["a", "ont", "t", "-", "il", "elle", "ils", "elles", "y", "est", "sont"])


def step_change(state: ParserState, at: int) -> int:
    """Read the words of a change, and the auxiliary of its verb."""
    figure, tokens = state.figure, state.tokens
    if how := _HOW_MUCH.find(tokens, at):
        if _verb_after(state, how[1]) is None:
            return 0
        figure.is_relative = figure.is_relative or tokens[at + 1].word in {"quel", "quelle"}
        return _read(state, at, how[1], 1)
    if (relative := _RELATIVE.find(tokens, at)) and (
        figure.change or tokens[at].word == "taux" or figure.is_trend
    ):
        figure.is_relative = True
        return _read(state, at, relative[1], figure.change or 1)
    if (noun := _NOUNS.find(tokens, at)) and not (state.leads_to_amount(at) or state.leads_to_value(at)):
        return _read(state, at, noun[1], noun[0])
    if (verb := _VERBS.find(tokens, at)) and not state.leads_to_value(at):
        return _read(state, at, verb[1], verb[0])
    if (
        (more := _MORE.find(tokens, at))
        and figure.is_counted
        and state.tokens[more[1] :]
        and _is_last(state, more[1])
    ):
        return _read(state, at, more[1], more[0])
    if tokens[at].word in _LINKS and (verb_at := _verb_after(state, at)) is not None and verb_at <= at + 6:
        return at + 1 if all(each.word in _LINKS for each in tokens[at:verb_at]) else 0
    return 0


def _is_last(state: ParserState, at: int) -> bool:
    return state.tokens[at].word in {"entre", "depuis", "qu", "que", "en", "par"}


def _verb_after(state: ParserState, at: int) -> int | None:
    return next((index for index in range(at, len(state.tokens)) if _VERBS.find(state.tokens, index)), None)


def _read(state: ParserState, start: int, end: int, sign: int) -> int:
    state.figure.change = sign if sign < 0 else state.figure.change or sign
    state.figure.spans.append((start, end))
    return end


def change_of(words: LayerWords, subject: Clause) -> tuple[str, str, str] | None:
    """Take the period of a change from the conditions: the field, and the conditions of both ends.

    The last end is empty for the last one known. None without a period of two ends, or without a field of time.
    """
    year = next((each for each in words.fields if each.is_year and each.name in subject.conditions), None)
    field = year or dated_field(words)
    if field is None or len(subject.conditions.get(field.name, ())) != 1:
        return None
    first, dots, last = subject.conditions[field.name][0].partition("..")
    if not dots or not first or first == last or last.startswith("<"):
        return None
    ends = (first, last) if field.is_year else _periods(first, last)
    if ends is None:
        return None
    del subject.conditions[field.name]
    return field.name, ends[0], ends[1]


def _periods(first: str, last: str) -> tuple[str, str] | None:
    """Return the years, or else the months, of the first and the last day of a period."""
    try:
        start, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    except ValueError:
        return None
    is_month = start.day == 1 and end.day == calendar.monthrange(end.year, end.month)[1]
    if not is_month:
        return None
    if (start.month, end.month) == (1, 12):
        return f"{start.year}-01-01..{start.year}-12-31", f"{end.year}-01-01..{end.year}-12-31"
    last_of_first = calendar.monthrange(start.year, start.month)[1]
    return f"{first}..{start:%Y-%m}-{last_of_first:02}", f"{end:%Y-%m}-01..{last}"
