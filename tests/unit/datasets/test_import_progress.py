"""What is told of how far a loading is: a share that only grows, and a time that ends."""

from __future__ import annotations

import pytest

from datasets.loading import progress
from datasets.loading.progress import ImportProgress
from datasets.vocabulary import Phase


class Clock:
    """A clock that a test moves."""

    now = 0.0

    def monotonic(self) -> float:
        """Return the time."""
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock that progress looks at."""
    result = Clock()
    monkeypatch.setattr(progress, "time", result)
    return result


class Half:
    """A file of which half is read."""

    position = 50

    def interrupt(self) -> None:
        """Never asked here."""


def test_time_left_comes_from_the_pace_of_the_reading(clock: Clock) -> None:
    clock.now = 100.0
    work = ImportProgress(bytes_total=100, _began=100.0)
    work.follow(Half())
    work.rows_done, clock.now = 1_000, 110.0
    told = work.to_json()
    assert told["bytes_done"] == 50
    assert told["seconds_left"] > 10


def test_nothing_is_said_of_the_time_before_a_row_is_read(clock: Clock) -> None:
    assert ImportProgress(bytes_total=100, _began=0.0).to_json()["seconds_left"] is None


def test_share_only_grows_and_never_says_that_all_is_done(clock: Clock) -> None:
    work = ImportProgress(bytes_total=100, _began=0.0)
    work.follow(Half())
    work.rows_done = 10
    shares = []
    for phase in (Phase.CHECKING, Phase.BUILDING, Phase.COMPARING):
        clock.now += 10.0
        shares.append(work.to_json()["share"])
        work.begin(phase)
        shares.append(work.to_json()["share"])
    clock.now += 1_000.0
    shares.append(work.to_json()["share"])
    assert shares == sorted(shares)
    assert shares[-1] == 99


def test_half_of_a_phase_counts_for_half_of_its_weight(clock: Clock) -> None:
    clock.now = 100.0
    work = ImportProgress(bytes_total=100, _began=100.0)
    clock.now = 110.0
    work.begin(Phase.CHECKING)
    clock.now = 117.0
    told = work.to_json()
    assert told["share"] == int(100 * (1.0 + 0.7) / 3.9)
    assert told["seconds_left"] == 22


def test_a_phase_that_takes_longer_than_foreseen_leaves_the_next_ones_to_do(clock: Clock) -> None:
    work = ImportProgress(bytes_total=100, _began=0.0)
    clock.now = 100.0
    work.begin(Phase.CHECKING)
    clock.now = 1_000.0
    assert work.to_json()["seconds_left"] == 150


def test_what_comes_after_a_reading_in_blocks_takes_longer_beside_it(clock: Clock) -> None:
    left = []
    for is_in_blocks in (False, True):
        work = ImportProgress(bytes_total=100, is_in_blocks=is_in_blocks, _began=0.0)
        clock.now = 100.0
        work.begin(Phase.BUILDING)
        left.append(work.to_json()["seconds_left"])
    assert left == [150, 780]
