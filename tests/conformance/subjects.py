"""What clients are asked about: a layer written in code and a dataset, with the same traps in their values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from layers.registry import definition
from tests import factories
from tests.deliveries import bench, dataset, published

ROWS = 23
NAMES = ("L’arbre de l'été", "Chêne « royal »", 'Double "quote"', "100 % œuf; ça, là", "  bordé  ", "Ωμέγα")


@dataclass(frozen=True)
class Subject:
    """A layer and the names of its fields by kind; ``build`` fills it with ``ROWS`` rows."""

    slug: str
    build: Callable[[], None]
    name: str
    number: str
    flag: str
    day: str
    types: dict[str, str]

    def __str__(self) -> str:
        return self.slug

    def rows(self) -> QuerySet[Any]:
        """Return the rows as the database has them."""
        return definition(self.slug).model._default_manager.all()

    def source(self, name: str) -> str:
        """Return where the ORM finds a field."""
        return definition(self.slug).by_name[name].source

    def definition_of(self, name: str) -> Any:
        """Return the column of a field, as the ORM has it."""
        return self.rows().model._meta.get_field(self.source(name))

    def ids(self, **conditions: Any) -> list[int]:
        """Return the ids of the rows that meet conditions on fields, written as Django's look-ups."""
        looked = {
            "__".join((self.source(name), *rest)): value
            for (name, *rest), value in ((key.split("__"), value) for key, value in conditions.items())
        }
        return sorted(self.rows().filter(**looked).values_list("pk", flat=True))

    def values(self, name: str) -> list[Any]:
        """Return one field of all rows, in the order of the ids."""
        return list(self.rows().order_by("pk").values_list(self.source(name), flat=True))

    def xy(self, srid: int) -> list[tuple[float, float]]:
        """Return x and y of all rows in a CRS, by PostGIS alone, in the order of the ids."""
        table = self.rows().model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(
                f'SELECT ST_X(p), ST_Y(p) FROM "{table}", LATERAL ST_Transform(geom, %s) AS p ORDER BY id',
                [srid],
            )
            return [(x, y) for x, y in cursor.fetchall()]


def _name(index: int) -> str:
    return f"{NAMES[index % len(NAMES)]} {index}"


def _position(index: int) -> tuple[float, float]:
    return 2.2012345 + index / 2000, 48.8054321


def _day(index: int) -> dt.date:
    return dt.date(2024, 1, 15) + dt.timedelta(days=20 * index)


def _trees() -> None:
    with factories.in_bulk():
        for index in range(ROWS):
            factories.tree(
                _name(index),
                at=_position(index),
                genre="Ulmus" if index % 3 else "",
                hauteur=index / 2 or None,
                remarquable=index % 4 == 0,
                date_releve=_day(index) if index % 5 else None,
            )


def _benches() -> None:
    lines = [
        bench(
            f"B{index:02}",
            _name(index),
            at=_position(index),
            places=str(index % 7),
            prix=f"{index / 2}".replace(".", ",") if index else "",
            neuf="oui" if index % 4 == 0 else "non",
            pose=_day(index).strftime("%d/%m/%Y") if index % 5 else "",
        )
        for index in range(ROWS)
    ]
    published(dataset(), *lines)


TREES = Subject(
    "arbres-remarquables",
    _trees,
    name="nom_vernaculaire",
    number="hauteur",
    flag="remarquable",
    day="date_releve",
    types={
        "nom_vernaculaire": "object",
        "hauteur": "float64",
        "remarquable": "bool",
        "date_releve": "datetime64[D]",
    },
)
BENCHES = Subject(
    "bancs",
    _benches,
    name="nom",
    number="prix",
    flag="neuf",
    day="pose",
    types={"nom": "object", "prix": "float64", "neuf": "bool", "pose": "datetime64[D]", "places": "int32"},
)
SUBJECTS = (TREES, BENCHES)


def build_subjects() -> None:
    """Fill every subject."""
    for subject in SUBJECTS:
        subject.build()
