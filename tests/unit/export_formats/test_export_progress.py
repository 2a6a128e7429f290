"""How far a file is: rows counted as they pass, for who watches."""

from __future__ import annotations

import pytest

from export_formats.rows import watching, with_progress
from exports.models import ExportJob
from layers.vocabulary import JobState


def test_rows_are_the_same_object_when_nobody_watches() -> None:
    rows = iter("ab")
    assert with_progress(rows) is rows


def test_rows_are_counted_as_they_pass() -> None:
    with watching() as progress:
        rows = iter(with_progress("abc"))
        seen = [(next(rows), progress.rows) for _ in range(2)]
    assert seen == [("a", 1), ("b", 2)]


def test_a_part_may_hold_several_rows() -> None:
    with watching() as progress:
        list(with_progress(["abc", "de"], len))
    assert progress.rows == 5


@pytest.mark.parametrize(
    ("written", "total", "state", "share"),
    [
        (0, 200, JobState.WAITING, 0),
        (50, 200, JobState.RUNNING, 25),
        (200, 200, JobState.RUNNING, 99),
        (300, 200, JobState.RUNNING, 99),
        (0, 0, JobState.RUNNING, 0),
        (200, 200, JobState.READY, 100),
    ],
)
def test_the_share_is_whole_when_the_file_is_there_and_not_before(
    written: int, total: int, state: JobState, share: int
) -> None:
    assert ExportJob(progress={"rows": written}, total_rows=total, state=state).share == share
