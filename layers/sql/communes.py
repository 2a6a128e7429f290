"""The thresholds above which a line or a surface goes into a commune: the database computes with them (ADR 0056)."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db import connections, transaction
from psycopg.sql import SQL, Identifier

_FUNCTION = "layers_commune_thresholds"
_EXISTS = f"SELECT to_regprocedure('{_FUNCTION}()') IS NOT NULL"
_READ = f"SELECT depth_m, length_m FROM {_FUNCTION}()"  # noqa: S608 (our own function)
_REPLACE = (
    f"CREATE OR REPLACE FUNCTION {_FUNCTION}(OUT depth_m double precision, OUT length_m double precision)"
    " LANGUAGE sql IMMUTABLE PARALLEL SAFE AS"
    " $$ SELECT {depth:d}::double precision / 100, {length:d}::double precision / 100 $$"
)
_CORES = "SELECT layers_set_commune_core(code, geom) FROM layers_commune"
_COMPUTE = "SELECT layers_place_rows(ST_MakeEnvelope(-180, -90, 180, 90, 4326))"


@dataclass(frozen=True, slots=True)
class CommuneThresholds:
    """From which depth in a commune a surface, from which length in it a line goes into it, in centimetres."""

    depth_cm: int
    length_cm: int


def apply_commune_thresholds(*, using: str, role: str = "") -> bool:
    """Place every line and surface again when the thresholds of settings are others than those of the database.

    Return whether they are. Rows are written as ``role``, the owner of the triggers of deliveries (ADR 0051).
    """
    thresholds = _wanted()
    if not are_thresholds_stale(using=using):
        return False
    with transaction.atomic(using), connections[using].cursor() as cursor:
        cursor.execute(_REPLACE.format(depth=thresholds.depth_cm, length=thresholds.length_cm))
        cursor.execute(_CORES)
        if role:
            cursor.execute(SQL("SET LOCAL ROLE {}").format(Identifier(role)))
        cursor.execute(_COMPUTE)
        if role:
            cursor.execute("RESET ROLE")
    return True


def are_thresholds_stale(*, using: str) -> bool:
    """Whether the database places lines and surfaces by other thresholds than those of settings."""
    return _stored(using) not in {None, _wanted()}


def _wanted() -> CommuneThresholds:
    return CommuneThresholds(settings.COMMUNE_DEPTH_CM, settings.COMMUNE_LENGTH_CM)


def _stored(using: str) -> CommuneThresholds | None:
    """Return the thresholds that the database computes with; None before the migration that makes them."""
    with connections[using].cursor() as cursor:
        cursor.execute(_EXISTS)
        if not cursor.fetchone()[0]:
            return None
        cursor.execute(_READ)
        depth_m, length_m = cursor.fetchone()
    return CommuneThresholds(round(depth_m * 100), round(length_m * 100))
