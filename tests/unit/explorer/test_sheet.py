"""Words of a sheet: positions in sexagesimal, how far a day is, what is due."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest

from amenities.catalogue import PLAYGROUNDS
from explorer.sheet.queries import DueState, due_dates
from explorer.templatetags.explorer import due_words, how_far
from interface.wording import days_away, plain_sexagesimal, sexagesimal

TODAY = dt.date(2026, 11, 24)
INSPECTIONS = next(relation for relation in PLAYGROUNDS.relations if relation.name == "inspections")


@dataclass
class Record:
    """An inspection, as far as its due date goes."""

    pk: int
    date: dt.date
    prochaine_echeance: dt.date | None
    type: str = "annuel"


def due(*records: Record) -> list[tuple[str, dt.date, DueState]]:
    return [(item.kind, item.date, item.state) for item in due_dates(INSPECTIONS, list(records), today=TODAY)]


def days_from_today(days: int) -> dt.date:
    return TODAY + dt.timedelta(days=days)


def test_degrees_minutes_and_seconds_are_french() -> None:
    shown = sexagesimal(48.805, 2.231).replace("\u00a0", " ")
    assert shown == "48° 48′ 18,00″ N, 2° 13′ 51,60″ E"


def test_west_is_o_in_french_and_w_for_other_tools() -> None:
    assert (sexagesimal(-1, -1).endswith("O"), plain_sexagesimal(-1, -1)) == (
        True,
        "1°00'00.00\"S 1°00'00.00\"W",
    )


@pytest.mark.parametrize("angle", [47.999_999_9, 47.999_998_7])
def test_no_rounding_gives_sixty_seconds(angle: float) -> None:
    assert plain_sexagesimal(angle, 0).startswith("48°00'00.00\"N")


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "aujourd’hui"),
        (1, "demain"),
        (-1, "hier"),
        (12, "dans 12 jours"),
        (-12, "il y a 12 jours"),
        (91, "dans 3 mois"),
        (-365, "il y a 12 mois"),
        (1096, "dans 3 ans"),
    ],
)
def test_a_day_is_told_from_today(days: int, words: str) -> None:
    assert days_away(days) == words


@pytest.mark.parametrize(
    ("days", "state"),
    [
        (-1, DueState.OVERDUE),
        (0, DueState.SOON),
        (30, DueState.SOON),
        (31, DueState.FINE),
    ],
)
def test_a_due_date_has_a_state(days: int, state: DueState) -> None:
    record = Record(1, days_from_today(-40), days_from_today(days))
    assert [found for _kind, _date, found in due(record)] == [state]


def test_a_later_inspection_of_the_same_kind_replaces_what_was_due() -> None:
    old = Record(1, days_from_today(-400), days_from_today(-35))
    new = Record(2, days_from_today(-40), days_from_today(325))
    assert [date for _kind, date, _state in due(new, old)] == [days_from_today(325)]


def test_a_later_inspection_of_another_kind_replaces_nothing() -> None:
    late = Record(1, days_from_today(-400), days_from_today(-35), "annuel")
    other = Record(2, days_from_today(-3), days_from_today(90), "fonctionnel")
    assert [state for _kind, _date, state in due(other, late)] == [DueState.OVERDUE, DueState.FINE]


def test_a_last_inspection_without_due_date_leaves_nothing_due() -> None:
    old = Record(1, days_from_today(-400), days_from_today(-35))
    assert due(old, Record(2, days_from_today(-3), None)) == []


def test_a_state_is_a_word_and_a_picture_not_a_colour_alone() -> None:
    record = Record(1, days_from_today(-40), days_from_today(-1))
    words = due_words(due_dates(INSPECTIONS, [record], today=TODAY)[0])
    assert words.word == "En retard"
    assert bool(words.icon)
    assert words.away == "hier"


@pytest.mark.parametrize(
    ("metres", "words"),
    [(0, "mitoyen"), (0.4, "à moins d’un mètre"), (120.4, "à 120\u00a0m")],
)
def test_a_distance_is_told_in_words(metres: float, words: str) -> None:
    assert how_far(metres) == words
