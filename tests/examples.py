"""How many examples a property is tried on: a fifth of the number written beside it, all of them under ``--thorough``.

By default they are the same at each run, so that a run that fails fails again; thorough runs draw new ones each time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from hypothesis import HealthCheck, settings

# The numbers beside properties are those of a thorough run, for hypothesis's own hundred.
_THOROUGH, _DEFAULT = 100, 20
Case = TypeVar("Case")


def load_profile(*, is_thorough: bool) -> None:
    """Choose how many examples every property of this run is tried on; before the tests are imported."""
    name = "thorough" if is_thorough else "few"
    settings.register_profile(
        name,
        max_examples=_THOROUGH if is_thorough else _DEFAULT,
        derandomize=not is_thorough,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    settings.load_profile(name)


def count(thorough: int, *, at_least: int = 1) -> int:
    """Return how many examples stand for ``thorough`` ones in this run."""
    return max(at_least, thorough * settings.default.max_examples // _THOROUGH)


def is_thorough() -> bool:
    """Whether properties are tried on all their examples."""
    return settings.default.max_examples >= _THOROUGH


def spread(cases: Sequence[Case], *, one_in: int) -> tuple[Case, ...]:
    """Return one case in so many; all of them in a thorough run."""
    return tuple(cases[:: 1 if is_thorough() else one_in])


def examples(thorough: int, *, at_least: int = 1, few: int = 0) -> settings:
    """Return the settings of a property: ``thorough`` examples, or the part of them of this run.

    ``few`` is that part where an example costs so much that a fifth of them is too many.
    """
    return settings(max_examples=few if few and not is_thorough() else count(thorough, at_least=at_least))
