"""Deliveries for tests: rows in memory that read like a file, and the schemas they fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from datasets.definitions import DatasetSchema, GeometryRecipe, SchemaField
from datasets.edits.services import set_editable
from datasets.loading.services import load_delivery
from datasets.models import Dataset, Delivery
from datasets.publication.services import create_dataset, publish
from datasets.readers.source import RawRow, ReadOptions, Source
from datasets.vocabulary import ColumnType, GeometryKind
from layers.models import Theme
from layers.visitor import system_visitor
from layers.vocabulary import Visibility
from tests.approvals import let_producers_publish
from tests.factories import MEUDON, MIDDLES, SEVRES

_TYPES = {
    "text": ColumnType.STRING,
    "int": ColumnType.INTEGER,
    "number": ColumnType.NUMBER,
    "bool": ColumnType.BOOLEAN,
    "date": ColumnType.DATE,
    "datetime": ColumnType.DATETIME,
}


class Lines(Source):
    """Rows in memory: one text or None a title; ``shapes`` are the rows' WKB."""

    def __init__(
        self,
        titles: Sequence[str],
        lines: Iterable[Sequence[str | None]],
        shapes: Sequence[bytes | None] | None = None,
        srid: int = 4326,
    ) -> None:
        super().__init__("essai", ReadOptions())
        self.titles = tuple(titles)
        self.lines = lines
        self.shapes = shapes
        self.srid = srid
        self.has_geometry = shapes is not None

    def rows(self) -> Iterator[RawRow]:
        """Yield the rows from line 2, as after a line of titles."""
        for index, line in enumerate(self.lines):
            yield index + 2, list(line), self.shapes[index] if self.shapes else None


def field(
    title: str, kind: str = "text", *, column: str = "", name: str = "", **constraints: Any
) -> SchemaField:
    """Return a schema field whose name and column are its title, unless told."""
    return SchemaField(name or title, _TYPES[kind], column or title, title, **constraints)


BENCHES = DatasetSchema(
    fields=(
        field("code"),
        field("nom"),
        field("places", "int"),
        field("prix", "number"),
        field("neuf", "bool"),
        field("pose", "date"),
    ),
    geometry=GeometryKind.POINT,
    key=("code",),
    title_field="nom",
)
BENCH_TITLES = ("code", "nom", "places", "prix", "neuf", "pose", "lon", "lat")
LONLAT = GeometryRecipe("lonlat", (6, 7))


def bench(code: str = "B1", nom: str = "Banc", *, at: Any = MEUDON, **texts: str | None) -> list[str | None]:
    """Return the texts of a bench; ``at`` is (lon, lat) or the code of a commune."""
    longitude, latitude = MIDDLES.get(at, at)
    values = {"places": "3", "prix": "12,5", "neuf": "oui", "pose": "31/12/2024"} | texts
    return [
        code,
        nom,
        values["places"],
        values["prix"],
        values["neuf"],
        values["pose"],
        str(longitude),
        str(latitude),
    ]


def theme() -> Theme:
    """Return a theme."""
    return Theme.objects.get_or_create(slug="essais", defaults={"title": "Essais"})[0]


def dataset(
    slug: str = "bancs",
    schema: DatasetSchema = BENCHES,
    *,
    is_open: bool = True,
    producers_approve: bool = True,
    is_edited_in_place: bool = True,
) -> Dataset:
    """Create a dataset, open by default, whose producers may publish what they deliver."""
    visibility = Visibility.OPEN if is_open else Visibility.INTERNAL
    made = create_dataset(
        slug=slug,
        title=slug.capitalize(),
        theme=theme(),
        schema=schema,
        visitor=system_visitor(),
        visibility=visibility,
    )
    if producers_approve:
        let_producers_publish(made.layer)
    if not is_edited_in_place:
        set_editable(dataset=made, visitor=system_visitor(), is_edited=False)
    return made


def deliver(
    to: Dataset,
    *lines: Sequence[str | None],
    schema: DatasetSchema = BENCHES,
    titles: Sequence[str] = BENCH_TITLES,
    recipe: GeometryRecipe = LONLAT,
    **options: Any,
) -> Delivery:
    """Load lines as a delivery."""
    source = options.pop("source", None) or Lines(titles, lines, options.pop("shapes", None))
    defaults = {"file_name": "essai.csv", "file_sha256": "", "visitor": system_visitor()}
    return load_delivery(dataset=to, source=source, schema=schema, recipe=recipe, **(defaults | options))


def published(to: Dataset, *lines: Sequence[str | None], **options: Any) -> Delivery:
    """Load lines and put them online."""
    delivery = deliver(to, *lines, **options)
    assert delivery.state == "ready", delivery.report
    publish(delivery=delivery, visitor=system_visitor())
    return delivery


COUNTS = DatasetSchema(
    fields=(field("insee"), field("annee", "int"), field("habitants", "int")),
    key=("insee", "annee"),
    commune="insee",
)
COUNT_TITLES = ("insee", "annee", "habitants")
COUNT_LINES = ((MEUDON, "2020", "46000"), (SEVRES, "2020", "23000"), ("75056", "2020", "2100000"))


def counts(slug: str = "population") -> Dataset:
    """Create a table without geometry, with three rows online, one of them outside the territory."""
    made = dataset(slug, COUNTS)
    published(made, *COUNT_LINES, schema=COUNTS, titles=COUNT_TITLES, recipe=GeometryRecipe())
    return made
