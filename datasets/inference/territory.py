"""The column that says the commune of a row: by its INSEE code, or by its name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from datasets.inference.names import slug
from datasets.inference.profiles import Profile

_INSEE = re.compile(r"(?:[013-9][0-9]|2[AB1-9])[0-9]{3}")
_WORDS = frozenset({"insee", "commune", "communes", "ville", "com", "depcom", "codgeo"})
_ENOUGH = 0.8
_ENOUGH_WHEN_TITLED = 0.05


def infer_commune(profiles: Sequence[Profile], communes: Mapping[str, str] | None) -> int | None:
    """Return the position of the column, codes before names, the fullest first; None when no column speaks of communes.

    ``communes`` gives the names of the territory by INSEE code. Without it only titles and the shape of codes are left.
    A file that goes beyond the territory is recognised by the title of its column and a few known communes.
    """
    if communes is None:
        return next((profile.position for profile in profiles if _looks_like_codes(profile)), None)
    names = {slug(name) for name in communes.values()}
    scored = []
    for profile in profiles:
        by_code = _share(profile, lambda value: value in communes)
        by_name = _share(profile, lambda value: slug(value) in names)
        score = max(by_code, by_name)
        if score >= (_ENOUGH_WHEN_TITLED if _is_titled(profile, by_code) else _ENOUGH):
            scored.append((by_code >= by_name, len(profile.present), -profile.position, profile.position))
    return max(scored)[-1] if scored else None


def _share(profile: Profile, test: Callable[[str], bool]) -> float:
    return (
        sum(test(value.strip()) for value in profile.present) / len(profile.present)
        if profile.present
        else 0.0
    )


def _is_titled(profile: Profile, by_code: float) -> bool:
    """Say whether the title speaks of communes and, for codes, all values look like INSEE codes."""
    has_word = bool(_WORDS & set(profile.words))
    return has_word and (not by_code or all(_INSEE.fullmatch(value.strip()) for value in profile.present))


def _looks_like_codes(profile: Profile) -> bool:
    return bool(profile.present) and _is_titled(profile, 1.0)
