"""What a dataset of the demonstration says of itself, and the files of its versions in ``fixtures/datasets``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from layers.vocabulary import Frequency

INVENTED = "Données générées pour la démonstration : lieux et valeurs inventés."


@dataclass(frozen=True, slots=True)
class FieldText:
    """What is said of a field: title, unit, description, and who reads it when not everybody does."""

    title: str
    unit: str = ""
    description: str = ""
    readers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SampleDataset:
    """A dataset. ``files`` are its versions, the oldest first; ``hidden`` are columns that are only the geometry.

    The ``producer`` feeds it and puts it online. With ``readers`` it is internal to them and to the producer.
    ``smallest_count`` is the fewest rows that it tells of in counts and measures; 0 for any.
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
    hidden: tuple[str, ...] = ()
    words: Mapping[str, FieldText] = field(default_factory=dict)
    is_sample: bool = True
    readers: tuple[str, ...] = ()
    smallest_count: int = 0
