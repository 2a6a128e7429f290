"""A dashboard's document as values: sections of panels on a grid of twelve columns, filters of the page, linked fields.

It names layers and fields and knows nothing of them: what a reader may see of it is decided when each panel is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

COLUMNS = 12


@dataclass(frozen=True, slots=True)
class PanelQuestion:
    """The question of a panel, in the words of ``/api/collections/{layer}/aggregate``.

    ``filter`` is CQL2 text. ``relation`` names related records of the layer, which are then the rows. ``by`` holds
    group keys (``commune``, ``year:date_pose``, ``width5:hauteur``), ``measures`` what is computed of each group
    (``count``, ``sum:surface``, ``per_inhabitant:count``). ``series`` are number columns of a wide table, each a
    series of its own. ``fields`` are those of a panel that shows rows (table, gallery, sheet). ``relation_filter`` is
    CQL2 on the related records, as ``filter`` is on the features; ``empty`` fills periods without rows.
    """

    layer: str
    relation: str = ""
    filter: str = ""
    by: tuple[str, ...] = ()
    measures: tuple[str, ...] = ("count",)
    series: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    sort: tuple[str, ...] = ()
    limit: int = 0
    relation_filter: str = ""
    empty: bool = False


@dataclass(frozen=True, slots=True)
class PanelNotice:
    """Words shown when the value of a panel passes a threshold; ``{value}`` in ``text`` is that value."""

    operator: str
    threshold: float
    text: str


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel: ``kind`` is a row of the table of kinds, ``options`` those of that kind alone.

    ``width`` is in columns of the grid (1 to ``COLUMNS``), ``height`` in rows of it. ``library`` names its library
    panel, whose values apply where this one has none. ``source`` overrides the one displayed.
    """

    id: str
    kind: str
    title: str = ""
    subtitle: str = ""
    width: int = 4
    height: int = 2
    question: PanelQuestion | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    notice: PanelNotice | None = None
    source: str = ""
    library: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Panels under a title. ``origin`` is the dashboard it comes from when it is included."""

    id: str
    title: str
    panels: tuple[Panel, ...]
    text: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Include:
    """A section of another dashboard, shown live; every section of it when ``section`` is empty."""

    dashboard: str
    section: str = ""


@dataclass(frozen=True, slots=True)
class PageFilter:
    """A filter of the page: ``field`` is shared by panels under this name, or under those that ``LinkedField`` gives.

    ``kind`` is ``values``, ``period`` or ``commune``.
    """

    field: str
    title: str = ""
    kind: str = "values"


@dataclass(frozen=True, slots=True)
class LinkedField:
    """A field that layers hold under other names: ``names`` by layer slug (``layer.relation`` for related records)."""

    field: str
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Audience:
    """Who sees a dashboard: everybody, the members of groups, or persons by username."""

    is_public: bool = False
    groups: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why a dashboard exists: the ``decision`` that it serves, and whose it is (``by``).

    Where it follows a plan, ``plan`` is the code of that plan, with the code of one of its actions or the title of an
    axis as its actions hold it.
    """

    decision: str = ""
    by: str = ""
    plan: str = ""
    action: str = ""
    axis: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A whole dashboard. ``portal`` is the slug of a commune, empty for the whole territory; ``refresh`` in seconds.

    ``notes`` is what its authors should know of what could not be shown: resolution writes it, no file holds it.
    """

    slug: str
    title: str
    summary: str = ""
    theme: str = ""
    producer: str = ""
    audience: Audience = Audience()
    portal: str = ""
    purpose: Purpose = Purpose()
    refresh: int = 0
    filters: tuple[PageFilter, ...] = ()
    links: tuple[LinkedField, ...] = ()
    sections: tuple[Section | Include, ...] = ()
    notes: tuple[str, ...] = ()
