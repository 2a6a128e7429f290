"""What a dataset of the demonstration says of itself, and the files of its versions in ``fixtures/datasets``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from layers.vocabulary import Frequency, Visibility

WRITTEN_ON = dt.date(2026, 1, 5)
INVENTED = "Données générées pour la démonstration : lieux et valeurs inventés."


@dataclass(frozen=True, slots=True)
class FieldText:
    """What is said of a field: title, unit, description, who reads it when not everybody does, whether it adds up."""

    title: str
    unit: str = ""
    description: str = ""
    readers: tuple[str, ...] = ()
    is_additive: bool | None = None


@dataclass(frozen=True, slots=True)
class SampleDataset:
    """A dataset. ``files`` are its versions, the oldest first; ``hidden`` are columns that are only the geometry.

    The ``producer`` feeds it and puts it online. With ``readers`` it is internal to them and to the producer.
    ``time_field`` dates the rows where they have several dates. ``smallest_count`` is the fewest rows that it tells
    of in counts and measures; 0 for any; ``tells_counts`` opens these to everybody though the rows are internal.
    ``noun`` is what a row is called, with its plural and whether it is feminine.
    ``synonyms`` are other words for it, its fields and values (``administration.forms``).
    ``editors`` are groups that change rows: those of a CQL2 filter, or all of them. The files of a dataset that
    ``is_of_today`` are written as seen from ``WRITTEN_ON``: loading moves their days to that of the first load.
    """

    slug: str
    title: str
    theme: str
    files: tuple[str, ...]
    producer: str
    abstract: str
    source: str = INVENTED
    keywords: tuple[str, ...] = ()
    frequency: Frequency = Frequency.ANNUAL
    title_field: str = ""
    time_field: str = ""
    hidden: tuple[str, ...] = ()
    words: Mapping[str, FieldText] = field(default_factory=dict)
    noun: tuple[str, str, bool] = ("", "", False)
    synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    is_sample: bool = True
    readers: tuple[str, ...] = ()
    smallest_count: int = 0
    tells_counts: bool = False
    editors: Mapping[str, str] = field(default_factory=dict)
    is_of_today: bool = False

    @property
    def visibility(self) -> Visibility:
        """Who sees it without a grant."""
        if self.tells_counts:
            return Visibility.STATISTICS
        return Visibility.INTERNAL if self.readers else Visibility.OPEN
