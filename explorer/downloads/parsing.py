"""The address of the page of downloads: the map's own, and ``crs``, the coordinate system of the files."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.map_state.parsing import MapQuery, parse_map
from interface.requests import Parameters, filled
from layers.crs import CRS84, Crs, parse_crs
from layers.parsing import single_values

CRS = "crs"


@dataclass(frozen=True, slots=True)
class DownloadsQuery:
    """What the map shows, to be taken away in a coordinate system."""

    map: MapQuery
    crs: Crs


def parse_downloads(parameters: Parameters) -> DownloadsQuery:
    """Read the address of the page of downloads.

    Raises:
        UnknownParameter: a name that is neither the map's nor ``crs``.
        UnknownCrs: a coordinate system that is not served.
        InvalidParameter: a value that cannot be read, naming its parameter.
    """
    given = filled(parameters)
    own = single_values({name: given[name] for name in (CRS,) if name in given}, known=(CRS,))
    return DownloadsQuery(
        map=parse_map(parameters, allowed=(CRS,)),
        crs=parse_crs(own[CRS], parameter=CRS) if CRS in own else CRS84,
    )
