"""Periods: « après 1990 », « depuis mars 2024 », « entre 2010 et 2015 », « cette année », « il y a moins de 5 ans »."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from explorer.natural_language.date_words import (
    AND,
    BETWEEN,
    COMING,
    EDGES,
    MONTH_OPENS,
    ONWARD,
    SINCE,
    THIS_MONTH,
    THIS_QUARTER,
    THIS_WEEK,
    THIS_YEAR,
    TO_DATE,
    WITHIN,
    Edge,
)
from explorer.natural_language.numbers import UNITS, read_number
from explorer.natural_language.phrases import PhraseTable, spelt
from explorer.natural_language.seasons import NamedDays, day_without_year, deadline, season
from explorer.natural_language.tokens import WordToken, once_a_text
from interface.text import fold
from layers.parsing.relative_periods import relative_day, relative_period

_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
)  # fmt: skip
MONTHS = tuple(map(fold, _MONTHS))
_MONTH_OF = {name: number for number, name in enumerate(MONTHS, 1)}
_YEARS = range(1000, 2200)


@dataclass(frozen=True, slots=True)
class QuestionPeriod:
    """Days from ``first`` to ``last``, both included unless ``is_before`` excludes the last; None is without end.

    ``is_more``: a bare year or day, after another period. ``name`` is that of a period counted from today, which an
    address holds in place of its days.
    """

    first: dt.date | None
    last: dt.date | None
    end: int
    is_before: bool = False
    is_more: bool = False
    name: str = ""


@dataclass(frozen=True, slots=True)
class _Day:
    first: dt.date
    last: dt.date
    end: int


@once_a_text
def read_period(tokens: Sequence[WordToken], at: int, today: dt.date) -> QuestionPeriod | None:
    """Read a period that starts at a token; ``today`` gives « cette année » its meaning."""
    return (
        _between(tokens, at)
        or _between_days(tokens, at, today)
        or _until_deadline(tokens, at, today)
        or _relative(tokens, at, today)
        or _edged(tokens, at)
        or _decade(tokens, at)
        or _of_quarter(tokens, at)
        or _of_month(tokens, at, today)
        or _of_season(tokens, at, today)
        or _edged_this_year(tokens, at, today)
    )


def _between_days(tokens: Sequence[WordToken], at: int, today: dt.date) -> QuestionPeriod | None:
    """Read « entre le 10 et le 20 décembre », « du 1er au 15 mars »: of this year."""
    opened = BETWEEN.find(tokens, at)
    if opened is None:
        return None
    joint = next(
        (index for index in range(opened[1], min(opened[1] + 4, len(tokens))) if AND.find(tokens, index)), 0
    )
    after_joint = AND.find(tokens, joint) if joint else None
    last = day_without_year(tokens, after_joint[1], _MONTH_OF, today) if after_joint else None
    if last is None:
        return None
    words = [each.word for each in tokens[opened[1] : joint] if each.word != "le"]
    number = words[0].removesuffix("e") if words else ""
    month = _MONTH_OF.get(words[1]) if len(words) == 2 else last.first.month
    if not number.isdecimal() or month is None or len(words) > 2:
        return None
    first = _numbered(number, str(month), str(today.year), joint)
    if first is None or first.first > last.last:
        return None
    return QuestionPeriod(first.first, last.last, last.end)


def _until_deadline(tokens: Sequence[WordToken], at: int, today: dt.date) -> QuestionPeriod | None:
    """Read « d’ici Noël », « d’ici juin 2027 »: from today on."""
    days = deadline(tokens, at, _MONTH_OF, today)
    if days is None and [each.word for each in tokens[at : at + 2]] == ["d", "ici"]:
        dated = next((each for each in (_day(tokens, index) for index in (at + 2, at + 3)) if each), None)
        days = None if dated is None or dated.last < today else NamedDays(today, dated.last, dated.end)
    if days is None:
        return None
    return QuestionPeriod(today, days.last, days.end, name=f"today..{days.last.isoformat()}")


def _of_season(tokens: Sequence[WordToken], at: int, today: dt.date) -> QuestionPeriod | None:
    """Read a season, or what is before or after it: « depuis l’été 2024 »."""
    if days := season(tokens, at, today):
        return QuestionPeriod(days.first, days.last, days.end)
    phrase = EDGES.find(tokens, at)
    days = season(tokens, phrase[1], today) if phrase else None
    return _from_edge(phrase[0], _Day(days.first, days.last, days.end)) if phrase and days else None


def _edged_this_year(tokens: Sequence[WordToken], at: int, today: dt.date) -> QuestionPeriod | None:
    """Read « depuis le 1er janvier », « avant Noël »: a day of this year."""
    phrase = EDGES.find(tokens, at)
    if phrase is None:
        return None
    # « Avant le » may have eaten the article.
    days = day_without_year(tokens, phrase[1], _MONTH_OF, today)
    return None if days is None else _from_edge(phrase[0], _Day(days.first, days.last, days.end))


def _of_month(tokens: Sequence[WordToken], at: int, today: dt.date) -> QuestionPeriod | None:
    """Read « en octobre », « au mois d’octobre »: a month without its year is of this year."""
    opened = MONTH_OPENS.find(tokens, at)
    month = _MONTH_OF.get(tokens[opened[1]].word) if opened and opened[1] < len(tokens) else None
    if opened is None or month is None:
        return None
    end = opened[1] + 1
    has_year = end < len(tokens) and _is_year(tokens[end].word)
    year = int(tokens[end].word) if has_year else today.year
    last = dt.date(year, month, calendar.monthrange(year, month)[1])
    return QuestionPeriod(
        dt.date(year, month, 1), None if opened[0] is Edge.FROM else last, end + int(has_year)
    )


def _of_quarter(tokens: Sequence[WordToken], at: int) -> QuestionPeriod | None:
    """Read « au 2e trimestre 2022 »: « au » before a day says neither since nor until."""
    if at >= len(tokens) or tokens[at].word not in {"au", "du"}:
        return None
    day = _part_of_year([each.word for each in tokens[at + 1 : at + 6]], at + 1)
    return None if day is None else QuestionPeriod(day.first, day.last, day.end)


def read_day(tokens: Sequence[WordToken], at: int) -> QuestionPeriod | None:
    """Read a bare year, month or day."""
    day = _day(tokens, at)
    return None if day is None else QuestionPeriod(day.first, day.last, day.end, is_more=True)


def _between(tokens: Sequence[WordToken], at: int) -> QuestionPeriod | None:
    opened = BETWEEN.find(tokens, at)
    first = _day(tokens, opened[1]) if opened else None
    joint = AND.find(tokens, first.end) if first else None
    last = _day(tokens, joint[1]) if joint else None
    if opened and first is None:
        first, last = _of_one_year(tokens, opened[1])
    if first is None or last is None or first.first > last.last:
        return None
    return QuestionPeriod(first.first, last.last, last.end)


def _of_one_year(tokens: Sequence[WordToken], at: int) -> tuple[_Day | None, _Day | None]:
    """Read two days with one year, on the second: « (du) 15 mars au 30 juin 2026 », « mars à juin 2026 »."""
    end = at
    while end < len(tokens) and end < at + 3 and AND.find(tokens, end) is None:
        end += 1
    joint = AND.find(tokens, end)
    last = _day(tokens, joint[1]) if joint else None
    if last is None or end == at:
        return None, None
    words = [each.word for each in tokens[at:end]]
    number, month = words[0].removesuffix("e"), _MONTH_OF.get(words[-1])
    if number.isdecimal() and len(words) <= 2 and (month or len(words) == 1):
        return _numbered(number, str(month or last.first.month), str(last.first.year), end), last
    if month and len(words) == 1:
        return _Day(dt.date(last.first.year, month, 1), dt.date(last.first.year, month, 1), end), last
    return None, None


def _edged(tokens: Sequence[WordToken], at: int) -> QuestionPeriod | None:
    phrase = EDGES.find(tokens, at)
    day = _day(tokens, phrase[1]) if phrase else None
    if phrase is None or day is None:
        return None
    edge = phrase[0]
    if edge is Edge.IN and (onward := ONWARD.find(tokens, day.end)):
        is_from = onward[0] is Edge.FROM
        return QuestionPeriod(day.first if is_from else None, None if is_from else day.last, onward[1])
    return _from_edge(edge, day)


def _from_edge(edge: Edge, day: _Day) -> QuestionPeriod:
    """Return the days after, from, before or until a day, or its own."""
    if edge is Edge.AFTER:
        return QuestionPeriod(day.last + dt.timedelta(days=1), None, day.end)
    if edge is Edge.FROM:
        return QuestionPeriod(day.first, None, day.end)
    if edge is Edge.BEFORE:
        return QuestionPeriod(None, day.first, day.end, is_before=True)
    if edge is Edge.UNTIL:
        return QuestionPeriod(None, day.last, day.end)
    return QuestionPeriod(day.first, day.last, day.end)


def _day(tokens: Sequence[WordToken], at: int) -> _Day | None:
    """Read a year, a month of a year, or a day: « 2020 », « mars 2024 », « 1er mars 2024 », « 01/03/2024 »."""
    words = [each.word for each in tokens[at : at + 5]]
    if words[:1] in (["fin"], ["debut"]) and (day := _day(tokens, at + 1)):
        edge = day.last if words[0] == "fin" else day.first  # « avant fin décembre 2026 »
        return _Day(edge, edge, day.end)
    if quarter := _part_of_year(words, at):
        return quarter
    if len(words) == 5 and words[1] == words[3] and words[1] in {"/", "-"}:
        return _numbered(words[0], words[2], words[4], at + 5)
    number = words[0].removesuffix("e") if words else ""
    if len(words) >= 3 and number.isdecimal() and words[1] in _MONTH_OF and _is_year(words[2]):
        return _numbered(number, str(_MONTH_OF[words[1]]), words[2], at + 3)
    if len(words) >= 2 and words[0] in _MONTH_OF and _is_year(words[1]):
        year, month = int(words[1]), _MONTH_OF[words[0]]
        last = calendar.monthrange(year, month)[1]
        return _Day(dt.date(year, month, 1), dt.date(year, month, last), at + 2)
    is_amount = len(words) > 1 and words[1] in UNITS
    if words and _is_year(words[0]) and tokens[at].text.isdecimal() and not is_amount:
        year = int(words[0])
        return _Day(dt.date(year, 1, 1), dt.date(year, 12, 31), at + 1)
    return None


_PARTS_OF_YEAR = {"trimestre": 3, "semestre": 6}
_FIRST = {"premier": 1, "1e": 1}


def _part_of_year(words: Sequence[str], at: int) -> _Day | None:
    """Read « 2e trimestre 2022 », « premier semestre de 2024 »."""
    if len(words) < 3 or words[1] not in _PARTS_OF_YEAR:
        return None
    index = 3 if words[2] in {"de", "d"} else 2
    number = words[0].removesuffix("e")
    part = _FIRST.get(words[0], int(number) if number.isdecimal() else 0)
    months = _PARTS_OF_YEAR[words[1]]
    if not 1 <= part <= 12 // months or index >= len(words) or not _is_year(words[index]):
        return None
    year, last = int(words[index]), part * months
    return _Day(
        dt.date(year, last - months + 1, 1),
        dt.date(year, last, calendar.monthrange(year, last)[1]),
        at + index + 1,
    )


def _numbered(day: str, month: str, year: str, end: int) -> _Day | None:
    try:
        result = dt.date(int(year), int(month), int(day))
    except ValueError:
        return None
    return _Day(result, result, end) if result.year in _YEARS else None


def _is_year(word: str) -> bool:
    return word.isdecimal() and len(word) == 4 and int(word) in _YEARS


# Units of time by their words, as ``layers.parsing.relative_periods`` writes them.
_OF_TIME = {"an": "year", "ans": "year", "annee": "year", "annees": "year", "mois": "month"}
_OF_TIME |= {"jour": "day", "jours": "day", "semaine": "week", "semaines": "week"}
_MONTHS_OF, _DAYS_OF = {"year": 12, "month": 1}, {"day": 1, "week": 7}
_LAST = {"derniere", "dernieres", "dernier", "derniers"}
_NEXT = {"prochaine", "prochaines", "prochain", "prochains", "suivants"}
_PLACES = {-1: "previous", 0: "this", 1: "next"}


def years_before(today: dt.date, months: float) -> dt.date:
    """Return the day that many months before another one, the last of its month at most."""
    total = today.year * 12 + today.month - 1 - round(months)
    year, month = divmod(total, 12)
    return dt.date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))


def _named(name: str, end: int, today: dt.date) -> QuestionPeriod:
    """Return a period counted from today, by its name."""
    days = relative_period(name, today=today)
    return QuestionPeriod(days.first, days.last, end, name=name)


def _around_today(tokens: Sequence[WordToken], at: int, today: dt.date) -> QuestionPeriod | None:
    """Read the year, quarter, month or week of today, the one before or after, or what it has so far."""
    tables = {"year": THIS_YEAR, "quarter": THIS_QUARTER, "month": THIS_MONTH, "week": THIS_WEEK}
    for unit, table in tables.items():
        if (phrase := table.find(tokens, at)) and not _is_named_after(tokens, phrase[1]):
            return _named(f"{_PLACES[phrase[0]]}-{unit}", phrase[1], today)
    if span := TO_DATE.find(tokens, at):
        return _named(span[0], span[1], today)
    return None


def _is_named_after(tokens: Sequence[WordToken], at: int) -> bool:
    """Whether a year follows « de l’année », which is then no year of today."""
    return at < len(tokens) and _is_year(tokens[at].word)


def _relative(tokens: Sequence[WordToken], at: int, today: dt.date) -> QuestionPeriod | None:
    if result := _around_today(tokens, at, today) or _within(tokens, at, today):
        return result
    since = SINCE.find(tokens, at)
    if since is None:
        return None
    index = since[1]
    sides, index = _sides(tokens, index)
    number = read_number(tokens, index)
    if number is None:
        return None
    amount, index = number
    more, index = _sides(tokens, index)
    unit = _OF_TIME.get(tokens[index].word, "") if index < len(tokens) else ""
    last, end = _sides(tokens, index + 1)
    sides |= more | last
    needs_side = tokens[at].word in {"dans", "les", "au", "des", "durant", "pendant", "sur", "lors"}
    if not unit or not 0 < amount < 1000 or (needs_side and not sides):
        return None
    return _counted(amount, unit, end, today, is_since=since[0], is_next="next" in sides)


def _within(tokens: Sequence[WordToken], at: int, today: dt.date) -> QuestionPeriod | None:
    """Read « dans les dix jours », « d’ici deux semaines », « sous 15 jours »: from today on."""
    phrase = WITHIN.find(tokens, at)
    number = read_number(tokens, phrase[1]) if phrase else None
    unit = _OF_TIME.get(tokens[number[1]].word, "") if number and number[1] < len(tokens) else ""
    if number is None or unit not in {"day", "week", "month"} or not number[0].is_integer() or number[0] < 1:
        return None
    end = COMING.find(tokens, number[1] + 1)
    after = {each.word for each in tokens[number[1] + 1 : number[1] + 2]}
    if after & (_LAST | {"passes", "precedents", "ecoules"}):
        return None  # « dans les 10 jours précédents »
    return _named(f"next-{int(number[0])}-{unit}s", end[1] if end else number[1] + 1, today)


def _sides(tokens: Sequence[WordToken], at: int) -> tuple[set[str], int]:
    """Read « derniers » and « prochains » from a token: which were read, and the token after them."""
    sides = set[str]()
    while at < len(tokens) and tokens[at].word in _LAST | _NEXT:
        sides.add("last" if tokens[at].word in _LAST else "next")
        at += 1
    return sides, at


def _counted(
    amount: float, unit: str, end: int, today: dt.date, *, is_since: bool, is_next: bool
) -> QuestionPeriod | None:
    """Return so many days, weeks, months or years around today; of parts of them, the days."""
    if is_next and not is_since:
        return None
    if not amount.is_integer():  # « un an et demi »
        if unit in _MONTHS_OF:
            day = years_before(today, amount * _MONTHS_OF[unit])
        else:
            day = today - dt.timedelta(days=round(amount * _DAYS_OF[unit]))
        return QuestionPeriod(day, None, end) if is_since else QuestionPeriod(None, day, end, is_before=True)
    count = int(amount)
    if is_since:
        return _named(f"{'next' if is_next else 'last'}-{count}-{unit}s", end, today)
    day = relative_day(f"-{count}{unit[0]}", today=today)
    return QuestionPeriod(None, day, end, is_before=True, name=f"..<today-{count}{unit[0]}")


_DECADE: PhraseTable[bool] = PhraseTable(spelt(True, "dans les années|des années|les années|années"))


def _decade(tokens: Sequence[WordToken], at: int) -> QuestionPeriod | None:
    """Read « années 1990 », « années 80 », « années quarante »."""
    phrase = _DECADE.find(tokens, at)
    number = read_number(tokens, phrase[1]) if phrase else None
    if phrase is None or number is None or not number[0].is_integer():
        return None
    year, end = int(number[0]), number[1]
    if year % 10 == 0 and 10 <= year < 100:
        year += 1900 if year >= 30 or tokens[phrase[1]].number is None else 0
    if not _is_year(str(year)):
        return None
    if tokens[phrase[1] - 1].word == "annee":
        return QuestionPeriod(dt.date(year, 1, 1), dt.date(year, 12, 31), end)
    return QuestionPeriod(dt.date(year, 1, 1), dt.date(year + 9, 12, 31), end) if year % 10 == 0 else None
