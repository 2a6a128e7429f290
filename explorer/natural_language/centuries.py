"""Centuries: the days of a date that is named, or the values of a list: « avant le 18e siècle »."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from explorer.natural_language import parse_result
from explorer.natural_language.date_words import Edge
from explorer.natural_language.dates import QuestionPeriod
from explorer.natural_language.layer_index import Rank
from explorer.natural_language.phrases import PhraseTable, merged, spelt
from explorer.natural_language.state import ParserState
from explorer.natural_language.tokens import WordToken, once_a_text

_CENTURIES: PhraseTable[Edge] = PhraseTable(
    merged(
        (
            spelt(Edge.IN, "au|dans le|pendant le|durant le"),
            spelt(Edge.BEFORE, "avant le"),
            spelt(Edge.AFTER, "après le"),
            spelt(Edge.FROM, "depuis le|à partir du|dès le"),
        )
    )
)


_CENTURY = re.compile(r"(\d{1,2})e")


@once_a_text
def read_century(tokens: Sequence[WordToken], at: int) -> QuestionPeriod | None:
    """Read « au XXIe siècle » as days; a century is a value of a list too, which comes first where no date is named."""
    phrase = _CENTURIES.find(tokens, at)
    number = _CENTURY.fullmatch(tokens[phrase[1]].word) if phrase and phrase[1] < len(tokens) else None
    if phrase is None or number is None or not 10 < int(number[1]) < 23:
        return None
    end = phrase[1] + 1
    if end >= len(tokens) or tokens[end].word != "siecle":
        return None
    first, last = 100 * (int(number[1]) - 1) + 1, 100 * int(number[1])
    days = dt.date(first, 1, 1), dt.date(last, 12, 31)
    if phrase[0] is Edge.BEFORE:
        return QuestionPeriod(None, days[0], end + 1, is_before=True)
    if phrase[0] is Edge.AFTER:
        return QuestionPeriod(days[1] + dt.timedelta(days=1), None, end + 1)
    return QuestionPeriod(days[0], None if phrase[0] is Edge.FROM else days[1], end + 1)


def step_century(state: ParserState, at: int) -> int:
    """Read « avant le 18e siècle » of a layer that lists centuries: those before, in the order of the list."""
    phrase, period = _CENTURIES.find(state.tokens, at), read_century(state.tokens, at)
    is_dated = state.pending.field is not None and state.pending.field.is_dated
    if phrase is None or period is None or phrase[0] is Edge.IN or is_dated:
        return 0
    form = tuple(each.stem for each in state.tokens[phrase[1] : period.end])
    for clause in state.at_hand():
        named = state.vocabulary.layers[clause.slug].values_named(form)
        if not named or named[0].rank > Rank.SYNONYM:
            continue
        field, code = named[0].field, named[0].value.value
        codes = [each.value for each in field.values]
        place = codes.index(code)
        later = codes[place:] if phrase[0] is Edge.FROM else codes[place + 1 :]
        chosen = codes[:place] if phrase[0] is Edge.BEFORE else later
        done = bool(chosen) and not state.pending.negated
        done = done and parse_result.add_values(clause, field, chosen, negated=False)
        state.record_condition(clause, at, period.end, of=field.name, done=done)
        state.pending.negated_at = None
        return period.end
    return 0
