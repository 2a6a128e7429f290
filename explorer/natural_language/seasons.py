"""Seasons, days without a year and deadlines: « au printemps 2024 », « depuis le 1er janvier », « d’ici Noël ».

A season is whole months: March to May, June to August, September to November, December to February. A winter of one
year alone could be either of two, and is not read.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from explorer.natural_language.phrases import PhraseTable, merged, spelt
from explorer.natural_language.tokens import WordToken

WINTER = 12
SEASON_WORDS = {"printemps": 3, "ete": 6, "automne": 9, "hiver": WINTER}
_OPENS: PhraseTable[int | None] = PhraseTable(
    merged(
        (
            spelt(None, "au|à l|en|de l|l|du|pendant l|durant l|lors de l|pendant le|durant le|le|d"),
            spelt(0, "cet|ce|de cet|de ce|durant cet|pendant cet"),
        )
    )
)
_BESIDE: PhraseTable[int] = PhraseTable(
    merged(
        (
            spelt(-1, "dernier|passé"),
            spelt(1, "prochain|qui vient|à venir"),
        )
    )
)
_DEADLINE: PhraseTable[bool] = PhraseTable(spelt(True, "d’ici à|d’ici au|d’ici le|d’ici|d’ici à la|d’ici la"))
_THE: PhraseTable[bool] = PhraseTable(spelt(True, "le|du|au|la|l"))
_ENDS: PhraseTable[str] = PhraseTable(
    merged(
        (
            spelt("month", "fin du mois|la fin du mois"),
            spelt("year", "fin de l’année|la fin de l’année|fin d’année|la fin d’année"),
            spelt("week", "fin de la semaine|la fin de la semaine"),
        )
    )
)


@dataclass(frozen=True, slots=True)
class NamedDays:
    """The days of a name, both included, and the token after it."""

    first: dt.date
    last: dt.date
    end: int


def season(tokens: Sequence[WordToken], at: int, today: dt.date) -> NamedDays | None:
    """Read « au printemps 2024 », « l’hiver 2024-2025 », « cet été », « l’automne prochain »."""
    opened = _OPENS.find(tokens, at)
    turn, index = opened if opened else (None, at)
    month = SEASON_WORDS.get(tokens[index].word) if index < len(tokens) else None
    if month is None:
        return None
    return _of_years(tokens, index + 1, month) or _from_today(tokens, index + 1, month, turn, today)


def _of_years(tokens: Sequence[WordToken], at: int, month: int) -> NamedDays | None:
    at += at < len(tokens) and tokens[at].word in {"de", "d"}
    year = _year(tokens, at)
    if year is None:
        return None
    following = at + 1 < len(tokens) and tokens[at + 1].word in {"-", "–", "/"}
    last = _year(tokens, at + 2) if following else None
    if month != WINTER:
        return None if last else NamedDays(*_months(year, month), at + 1)
    return NamedDays(*_months(year, month), at + 3) if last == year + 1 else None


def _from_today(
    tokens: Sequence[WordToken], at: int, month: int, turn: int | None, today: dt.date
) -> NamedDays | None:
    """Return the season of this year, the last that is over or the first that is to come."""
    neighbour = _BESIDE.find(tokens, at)
    if neighbour:
        turn, at = neighbour
    if turn is None:
        return None
    seasons = [_months(year, month) for year in range(today.year - 2, today.year + 3)]
    if turn < 0:
        days = [each for each in seasons if each[1] < today][-1]
    elif turn > 0:
        days = next(each for each in seasons if each[0] > today)
    else:
        begun = today.year - (month == WINTER and today.month < 3)
        days = _months(begun, month)
    return NamedDays(*days, at)


def _months(year: int, month: int) -> tuple[dt.date, dt.date]:
    """Return the first and the last day of a season that begins in a month of a year."""
    last_year, last_month = (year + 1, 2) if month == WINTER else (year, month + 2)
    last = calendar.monthrange(last_year, last_month)[1]
    return dt.date(year, month, 1), dt.date(last_year, last_month, last)


def _year(tokens: Sequence[WordToken], at: int) -> int | None:
    text = tokens[at].text if at < len(tokens) else ""
    return int(text) if text.isdecimal() and len(text) == 4 else None


def day_without_year(
    tokens: Sequence[WordToken], at: int, months: dict[str, int], today: dt.date, *, is_next: bool = False
) -> NamedDays | None:
    """Read « (le) 1er janvier », « Noël » of this year; with ``is_next`` the first one from today on."""
    the = _THE.find(tokens, at)
    index = the[1] if the else at
    words = [each.word for each in tokens[index : index + 3]]
    number = words[0].removesuffix("e") if words else ""
    if words[:1] == ["noel"]:
        day, month, end = 25, 12, index + 1
    elif len(words) > 1 and number.isdecimal() and words[1] in months:
        day, month, end = int(number), months[words[1]], index + 2
    else:
        return None
    if len(words) > end - index and words[end - index].isdecimal():
        return None  # a year follows, or an hour: another rule
    year = today.year + (is_next and (month, day) < (today.month, today.day))
    try:
        result = dt.date(year, month, day)
    except ValueError:
        return None
    return NamedDays(result, result, end)


def deadline(
    tokens: Sequence[WordToken], at: int, months: dict[str, int], today: dt.date
) -> NamedDays | None:
    """Read « d’ici Noël », « d’ici la fin du mois », « d’ici mars »: from today to the last day."""
    opened = _DEADLINE.find(tokens, at)
    if opened is None:
        return None
    # « d’ici la fin » and « d’ici à la fin » open in several ways: the longest phrase may have eaten the article.
    for index in range(at + 2, opened[1] + 1):
        if end := _ENDS.find(tokens, index):
            return NamedDays(today, _last_of(end[0], today), end[1])
        if day := day_without_year(tokens, index, months, today, is_next=True):
            return NamedDays(today, day.last, day.end)
        if days := season(tokens, index, today):
            return NamedDays(today, days.last, days.end)
        word = tokens[index].word if index < len(tokens) else ""
        if word in months and _year(tokens, index + 1) is None:
            year = today.year + (months[word] < today.month)
            last = calendar.monthrange(year, months[word])[1]
            return NamedDays(today, dt.date(year, months[word], last), index + 1)
    return None


def _last_of(unit: str, today: dt.date) -> dt.date:
    if unit == "week":
        return today + dt.timedelta(days=6 - today.weekday())
    month = 12 if unit == "year" else today.month
    return dt.date(today.year, month, calendar.monthrange(today.year, month)[1])
