"""Ages: those that a place suits, an age that is a field, and the time since things began."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

from explorer.natural_language import parse_result
from explorer.natural_language.dates import QuestionPeriod, years_before
from explorer.natural_language.layer_words import FieldWords, LayerWords
from explorer.natural_language.numbers import AmountComparison, unit_of
from explorer.natural_language.parse_result import Clause
from explorer.natural_language.tokens import phrase


def add_age(clause: Clause, words: LayerWords, compared: AmountComparison, today: dt.date) -> bool:
    """Add ages: those that a place suits (from … to …), an age that is a field, or the time since a birth."""
    ages = [field for field in words.fields if field.is_number and unit_of(field.unit)[0] == "year"]
    least = next((field for field in ages if "minimal" in phrase(field.title)), None)
    most = next((field for field in ages if "maximal" in phrase(field.title)), None)
    if least and most:
        for field, text in _suited(least, most, compared):
            parse_result.add_range(clause, field, text, is_either=False)
        return True
    if ages:
        return parse_result.add_range(
            clause, ages[0], parse_result.amount_text(ages[0], compared), is_either=False
        )
    born = next((field for field in words.fields if field.is_dated and parse_result.is_born(field)), None)
    if born is None:
        return False
    if max(compared.low or 0, compared.high or 0) >= today.year:
        return False
    if compared.low == compared.high and compared.high is not None and not born.is_year:
        compared = replace(
            compared, high=compared.high + 1, is_below=True
        )  # « âgés de 50 ans » until their next birthday
    period = period_of_age(compared, today)
    return parse_result.add_range(clause, born, parse_result.period_text(born, period), is_either=False)


def period_of_age(compared: AmountComparison, today: dt.date) -> QuestionPeriod:
    """Return the days of birth of what is so many years old: older is earlier, the most years make the first day."""
    first = None if compared.high is None else years_before(today, compared.high * 12)
    last = None if compared.low is None else years_before(today, compared.low * 12)
    return QuestionPeriod(first, last, 0, is_before=compared.is_above)


def _suited(
    least: FieldWords, most: FieldWords, compared: AmountComparison
) -> Iterator[tuple[FieldWords, str]]:
    """Word the ages that a place must suit, all of them: it begins at the lowest at most, and goes to the highest."""
    if compared.low is not None and compared.high is not None:
        yield least, f"..{compared.low:g}"
        yield most, f"{compared.high:g}.."
    elif compared.low is not None and not compared.is_above:
        yield least, f"..{compared.low:g}"
    elif compared.low is not None:
        yield most, f"{compared.low + 1:g}.."
    elif compared.high is not None:
        yield least, f"..<{compared.high:g}" if compared.is_below else f"..{compared.high:g}"
