"""Five hundred layers and a hundred thousand features with invented words, for the search."""

from __future__ import annotations

import random
from collections.abc import Iterator

from django.contrib.gis.db import models as gis
from django.db import connection, models, transaction
from psycopg import sql

from bench import seed
from bench.catalogue import POINTS, THEME
from layers.definitions import GeometryType, LayerDefinition, Metadata, fields_of
from layers.registry import CodedProvider
from layers.styles.definitions import Style

# Features of a layer, and layers of that size.
SIZES = ((5_000, 10), (400, 90), (35, 400))
KINDS = (
    "Gymnase", "École", "Piscine", "Marché", "Parc", "Jardin", "Fontaine", "Église", "Station", "Borne", "Kiosque",
    "Médiathèque", "Crèche", "Stade", "Pharmacie", "Passerelle", "Statue", "Villa", "Théâtre", "Déchèterie",
)  # fmt: skip
_TABLE = "bench_search_{number}"


def tables() -> dict[str, int]:
    """Return how many rows each table has, by its name."""
    sizes = [size for size, layers in SIZES for _layer in range(layers)]
    return {_TABLE.format(number=number): size for number, size in enumerate(sizes)}


def _model(table: str) -> type[models.Model]:
    """Return a model of a table that no migration makes."""
    meta = type("Meta", (), {"app_label": "bench", "managed": False, "db_table": table})
    members = {
        "__module__": __name__,
        "Meta": meta,
        "id": models.BigIntegerField("id", primary_key=True),
        "nom": models.TextField("nom"),
        "adresse": models.TextField("adresse"),
        "remarque": models.TextField("remarque"),
        "commune_id": models.CharField("commune", max_length=5, null=True),
        "updated_at": models.DateTimeField("modifié le"),
        "geom": gis.PointField(srid=4326),
    }
    return type(table.title().replace("_", ""), (models.Model,), members)


def _layer(number: int, table: str) -> LayerDefinition:
    model, kind = _model(table), KINDS[number % len(KINDS)]
    return LayerDefinition(
        slug=table.replace("_", "-"),
        model=model,
        title=f"{kind} : couche n° {number}",
        singular=kind.lower(),
        geometry=GeometryType.POINT,
        fields=fields_of(model, ("nom", "adresse", "remarque", "commune_id")),
        title_field="nom",
        address_field="adresse",
        style=Style(token="t-territory", icon="map"),  # noqa: S106  (the name of a colour)
        metadata=Metadata(
            theme=THEME.slug,
            abstract=f"Données générées pour mesurer la recherche, couche {number} de cinq cents.",
            keywords=(kind.lower(), "mesure", f"série {number % 50}"),
            is_sample=True,
        ),
    )


LAYERS = CodedProvider((*(_layer(number, table) for number, table in enumerate(tables())), POINTS))


_BEGINNINGS = (
    "ba",
    "bou",
    "bran",
    "car",
    "chan",
    "cler",
    "dan",
    "fer",
    "gar",
    "gran",
    "jan",
    "lan",
    "mar",
    "mon",
    "tou",
)
_MIDDLES = ("ba", "che", "di", "fo", "gui", "lo", "mi", "na", "pa", "ri", "sa", "ti", "vo")
_ENDS = ("ard", "bois", "court", "eau", "elle", "ier", "mont", "oy", "val", "ville")
_STREET_TYPES = (
    "rue",
    "avenue",
    "place",
    "allée",
    "impasse",
    "square",
    "chemin",
    "boulevard",
    "quai",
    "sentier",
)
_REMARKS = (
    "accessible",
    "ancien",
    "classé",
    "communal",
    "nouveau",
    "ombragé",
    "protégé",
    "public",
    "remarquable",
)
_CREATE = sql.SQL(
    "CREATE TABLE {table} (id bigint PRIMARY KEY, nom text NOT NULL, adresse text NOT NULL, remarque text NOT NULL,"
    " commune_id varchar(5), geom geometry(Point, 4326) NOT NULL, updated_at timestamptz NOT NULL DEFAULT now())"
)
_COPY = sql.SQL("COPY {table} (id, nom, adresse, remarque, commune_id, geom) FROM STDIN")
_STAMP = sql.SQL("COMMENT ON TABLE layers_searchlayer IS {}")

NAMES = tuple(
    f"{first}{middle}{end}".capitalize() for first in _BEGINNINGS for middle in _MIDDLES for end in _ENDS
)


def fill() -> bool:
    """Fill the database unless it holds these rows; return whether it was filled."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT obj_description('layers_searchlayer'::regclass)")
        if cursor.fetchone()[0] == _fingerprint():
            return False
    with transaction.atomic(), connection.cursor() as cursor:
        (communes,) = (step for step in seed.statements() if step.name == "communes")
        cursor.execute(communes.sql, communes.parameters)
        cursor.execute("SELECT code FROM layers_commune ORDER BY code")
        codes = [code for (code,) in cursor.fetchall()]
        chance = random.Random(20)  # noqa: S311  (words of a benchmark)
        for table, count in tables().items():
            named = sql.Identifier(table)
            cursor.execute(sql.SQL("DROP TABLE IF EXISTS {table}").format(table=named))
            cursor.execute(_CREATE.format(table=named))
            with cursor.copy(_COPY.format(table=named)) as rows:
                for row in _rows(chance, count, codes):
                    rows.write_row(row)
        cursor.execute(_STAMP.format(_fingerprint()))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return True


def _rows(chance: random.Random, count: int, codes: list[str]) -> Iterator[tuple[object, ...]]:
    west, south, east, north = seed.BOX
    kinds = chance.sample(KINDS, 5)
    for number in range(1, count + 1):
        remark = " ".join(
            [*chance.choices(_REMARKS, k=2), *chance.choices(NAMES, k=chance.choice([0, 0, 4, 8]))]
        )
        yield (
            number,
            f"{chance.choice(kinds)} de {chance.choice(NAMES)}",
            f"{chance.randint(1, 200)} {chance.choice(_STREET_TYPES)} {chance.choice(NAMES)}",
            remark,
            chance.choice(codes),
            f"SRID=4326;POINT({chance.uniform(west, east)} {chance.uniform(south, north)})",
        )


def _fingerprint() -> str:
    return f"{sum(tables().values())} dated rows of {len(NAMES)} names in {len(tables())} tables"
