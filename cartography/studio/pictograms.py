"""Pictograms found by words: French ones lead to the English names that the two sets give them."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from cartography.studio.pictogram_words import FRENCH, SUGGESTED
from interface.text import fold
from styles.pictures import MAKI

MOST_FOUND = 60


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """Return the names of every pictogram of the two sets."""
    root = Path(settings.NODE_MODULES)
    lucide = sorted(file.stem for file in (root / "lucide-static" / "icons").glob("*.svg"))
    maki = sorted(MAKI + file.stem for file in (root / "@mapbox/maki" / "icons").glob("*.svg"))
    return (*maki, *lucide)


def found(text: str) -> tuple[tuple[str, ...], int]:
    """Return the pictograms that a text finds, at most ``MOST_FOUND``, and how many more there are."""
    word = fold(text.strip())
    if not word:
        return tuple(name for name in SUGGESTED if name in names()), 0
    wanted = [*word.split()]
    for french, english in FRENCH.items():
        if french.startswith(word) or word.startswith(french):
            wanted += english.split()
    matching = [name for name in names() if any(part in name.removeprefix(MAKI) for part in wanted)]
    matching.sort(key=lambda name: (not any(_is_word(name, part) for part in wanted), len(name)))
    return tuple(matching[:MOST_FOUND]), max(len(matching) - MOST_FOUND, 0)


def _is_word(name: str, part: str) -> bool:
    return part in name.removeprefix(MAKI).split("-") or name.removeprefix(MAKI) == part
