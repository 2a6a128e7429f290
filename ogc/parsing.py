"""Parameters of the API that the kernel does not read: queries about one layer."""

from __future__ import annotations

from layers.access import Scope
from layers.crs import CRS84, Crs, parse_crs
from layers.parsing import FeatureQuery
from layers.parsing.aggregates import AggregateQuery, parse_aggregate
from layers.parsing.properties import parse_query_of
from layers.parsing.query import MATCHED, TOUCHING, Parameters

SCHEMA_PARAMETERS = (TOUCHING, MATCHED)


def parse_items(parameters: Parameters, scope: Scope) -> FeatureQuery:
    """Read the parameters of ``items``.

    Raises:
        BadRequest: as ``parse_query_of``.
    """
    return parse_query_of(parameters, scope.filterable, allowed=("f",))


def schema_parameters(parameters: Parameters) -> dict[str, list[str]]:
    """Return the parameters of ``items`` that change the fields of an answer: its schema takes them too.

    There are none without ``matched``.
    """
    question = {name: list(parameters[name]) for name in SCHEMA_PARAMETERS if name in parameters}
    return question if question.get(MATCHED) == ["true"] else {}


def parse_groups(parameters: Parameters, scope: Scope) -> tuple[FeatureQuery, AggregateQuery]:
    """Read the parameters of ``aggregate``.

    Raises:
        BadRequest: as ``parse_aggregate``.
    """
    return parse_aggregate(parameters, scope.filterable, allowed=("f",))


def parse_output_crs(parameters: Parameters) -> Crs:
    """Read ``crs`` alone, CRS84 when it is not given.

    Raises:
        UnknownCrs: not served.
    """
    return parse_crs(parameters["crs"][0], parameter="crs") if "crs" in parameters else CRS84
