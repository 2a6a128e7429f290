"""The answers of the form of a site, as values that services write or keep as a proposal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.geos import MultiLineString

from roadworks.services.effects import EffectAnswer
from roadworks.services.photos import PhotoAnswer


@dataclass(frozen=True, slots=True)
class OrderAnswer:
    """An order: its number, who took it, when; ``document`` is an uploaded PDF or None."""

    numero: str
    autorite: str = ""
    date: dt.date | None = None
    est_public: bool = False
    document: Any = None


@dataclass(frozen=True, slots=True)
class SiteAnswers:
    """The answers of a form; ``values`` are fields of the site by name, ``phases`` columns of each phase in order.

    ``drawing`` and ``detour`` are lines in EPSG:4326, as they were drawn. ``reason`` says why works that hamper others
    are published, by who publishes at once.
    """

    values: Mapping[str, Any]
    drawing: MultiLineString
    phases: Sequence[Mapping[str, Any]]
    effects: Sequence[EffectAnswer] = ()
    order: OrderAnswer | None = None
    detour: MultiLineString | None = None
    photo: PhotoAnswer | None = None
    reason: str = ""
