"""Digests of stored values do not depend on the names of classes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

import pytest

from layers.digests import stable_digest


@dataclass(frozen=True)
class Old:
    """A class as it was."""

    name: str
    rank: int


@dataclass(frozen=True)
class Renamed:
    """The same class under another name."""

    name: str
    rank: int


class Kind(Enum):
    """A choice."""

    FIRST = "first"


def test_a_digest_is_this_text_in_every_release() -> None:
    assert stable_digest("arbres", 1, None, True) == (
        "2ce92d6e7043000c832f5d421565c442ee0ad924069ab3e36741992696a933ef"
    )


def test_a_renamed_class_has_the_same_digest() -> None:
    assert stable_digest([Old("a", 1)]) == stable_digest((Renamed("a", 1),))


@pytest.mark.parametrize(
    ("one", "other"),
    [("1", 1), (Old("a", 1), Old("a", 2)), ({"a": 1, "b": 2}, {"b": 2, "a": 1}), (["a", ["b"]], ["a", "b"])],
)
def test_other_values_have_another_digest(one: object, other: object) -> None:
    assert stable_digest(one) != stable_digest(other)


def test_choices_numbers_and_dates_count_by_their_value() -> None:
    assert stable_digest(Kind.FIRST, Decimal("1.50"), date(2026, 1, 2)) == stable_digest(
        "first", "1.50", "2026-01-02"
    )


def test_a_set_is_refused() -> None:
    with pytest.raises(TypeError, match="set has no stable digest"):
        stable_digest({"a"})
