"""Requests as values, whatever their version and encoding.

Names are not resolved yet: that takes the visitor's scope. A parser of ``wfs.parsing`` makes one of these; the
operation of the same name in ``wfs.operations`` answers it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.gis.geos import GEOSGeometry

from layers.crs import LAMBERT_93, Crs
from layers.parsing import SortKey
from layers.parsing.cql2 import Expression
from layers.parsing.srs_names import SrsName
from wfs.versions import GML_FORMATS, GmlVersion, OutputFormat, OutputKind, Version

# How many features an answer of 2.0 holds when the request does not say (the constraint CountDefault).
COUNT_DEFAULT = 10_000
# The parameter of ours that ``next`` links carry: where the page before ended.
ANCHOR = "ANCRE"
_NO_LIMIT = 2**31 - 1


def default_srs(version: Version) -> SrsName:
    """Return Lambert-93 as a version writes it: what features are in when a request does not say."""
    return SrsName(LAMBERT_93, version.srs_form.value.format(code=LAMBERT_93.srid))


@dataclass(frozen=True, slots=True)
class TypeQuery:
    """The query of one feature type. ``name`` is its local name (``wfs.names.local_name``).

    ``ids`` are those of ResourceId and FeatureId, None when none is named; ``bbox`` is a polygon in x, y order with
    its SRID; ``properties`` are local names, None for all of them; ``srs`` is None for the default of the version;
    ``alias`` is what paths may call the type instead. ``fingerprint`` identifies the selected rows, as (parameter,
    text) pairs.
    """

    name: str
    filter: Expression | None = None
    ids: tuple[int, ...] | None = None
    bbox: GEOSGeometry | None = None
    properties: tuple[str, ...] | None = None
    sort: tuple[SortKey, ...] = ()
    srs: SrsName | None = None
    alias: str = ""
    handle: str = ""
    fingerprint: tuple[tuple[str, str], ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class GetCapabilities:
    """The description of the service. ``sections`` are the requested ones, in lower case, empty for all of them."""

    version: Version
    sections: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class DescribeFeatureType:
    """The XML Schema of feature types: ``names`` are local, empty for all that the visitor sees."""

    version: Version
    names: tuple[str, ...] = ()
    gml: GmlVersion = GmlVersion.V3_2


@dataclass(frozen=True, slots=True)
class GetFeature:
    """Features of one or several types. ``count`` is None for as many as the service gives at once.

    ``anchor`` is where the page starts, opaque, when a ``next`` link said so. ``is_single``: the answer is the feature
    itself and not a collection (GetFeatureById).
    """

    version: Version
    queries: tuple[TypeQuery, ...]
    output: OutputFormat = GML_FORMATS[GmlVersion.V3_2]
    count: int | None = None
    start_index: int = 0
    anchor: str = ""
    is_hits: bool = False
    is_single: bool = False

    @property
    def limit(self) -> int:
        """How many features the answer holds at most: 1.1.0, 1.0.0 and files have no pages, they are whole."""
        if self.count is not None:
            return self.count
        return COUNT_DEFAULT if self.version.is_2 and self.output.kind is not OutputKind.EXPORT else _NO_LIMIT


@dataclass(frozen=True, slots=True)
class GetPropertyValue:
    """The values of one property of the features of a ``GetFeature``.

    ``value_reference`` is its path as the client wrote it, ``name`` the local name that it leads to.
    """

    features: GetFeature
    value_reference: str
    name: str

    @property
    def version(self) -> Version:
        """The version of the request."""
        return self.features.version


# The names of the stored query that gives a feature by its identifier: the standard's, and that of its first edition.
STORED_QUERIES = (
    "urn:ogc:def:query:OGC-WFS::GetFeatureById",
    "http://www.opengis.net/def/query/OGC-WFS/0/GetFeatureById",
)


@dataclass(frozen=True, slots=True)
class ListStoredQueries:
    """The stored queries of the service."""

    version: Version


@dataclass(frozen=True, slots=True)
class DescribeStoredQueries:
    """The definition of stored queries: ``ids`` are the requested ones, empty for all of them."""

    version: Version
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FeatureContent:
    """What is written in a feature of the type ``name``: the text of each property by local name, None for no value.

    ``geometry`` is as GeoJSON has it, in the order of the axes of ``crs``; None when none is given. ``ignored`` are the
    properties of every feature of GML that were sent and are not stored: ``gml:name``.
    """

    name: str
    values: Mapping[str, str | None]
    geometry: Mapping[str, Any] | None = None
    crs: Crs = LAMBERT_93
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InsertAction:
    """A feature to create."""

    feature: FeatureContent
    handle: str = ""
    word = "Insert"


@dataclass(frozen=True, slots=True)
class UpdateAction:
    """Features to change: what the content names of them, and nothing else."""

    target: TypeQuery
    changes: FeatureContent
    handle: str = ""
    word = "Update"


@dataclass(frozen=True, slots=True)
class ReplaceAction:
    """One feature to replace by another content."""

    target: TypeQuery
    feature: FeatureContent
    handle: str = ""
    word = "Replace"


@dataclass(frozen=True, slots=True)
class DeleteAction:
    """Features to delete."""

    target: TypeQuery
    handle: str = ""
    word = "Delete"


Action = InsertAction | UpdateAction | ReplaceAction | DeleteAction


@dataclass(frozen=True, slots=True)
class Transaction:
    """Actions that are done together, in their order, or not at all; ``written`` is the version of their elements."""

    version: Version
    actions: tuple[Action, ...]
    written: Version


Request = (
    GetCapabilities
    | DescribeFeatureType
    | GetFeature
    | GetPropertyValue
    | ListStoredQueries
    | DescribeStoredQueries
    | Transaction
)
