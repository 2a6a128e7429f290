"""A file on the server becomes a delivery by what it seems to be: for commands, demonstrations and scheduled jobs."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from django.utils.text import slugify
from django.utils.translation import gettext as _

from datasets.definitions import DatasetSchema, GeometryRecipe
from datasets.errors import InvalidSchema
from datasets.imports.proposal import aligned, last_family, last_schema
from datasets.inference.isolation import infer_isolated
from datasets.loading.services import load_delivery
from datasets.models import Dataset, Delivery
from datasets.publication.datasets import create_dataset
from datasets.readers.isolation import IsolatedSource, open_isolated
from datasets.readers.source import ReadOptions
from datasets.vocabulary import GeometryFamily, GeometryKind
from layers.models import Theme
from layers.queries import communes
from layers.visitor import Visitor
from layers.vocabulary import Visibility


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What somebody decides instead of the guess, or leaves empty. ``key`` holds names or titles of columns;
    ``only`` is a ``GeometryFamily``, empty for all of them, None for what is online."""

    slug: str = ""
    title: str = ""
    theme: str = ""
    key: tuple[str, ...] = ()
    geometry: GeometryKind | None = None
    only: str | None = None
    visibility: str = Visibility.INTERNAL
    reading: ReadOptions = field(default_factory=ReadOptions)
    abstract: str = ""
    credit: str = ""
    is_sample: bool = False


def import_file(
    *, path: Path, options: ImportOptions, visitor: Visitor, accept_partial: bool = False
) -> Delivery:
    """Load a file as a delivery of the dataset of its slug, made first when there is none.

    For a dataset that exists, its last schema says what the columns of the same title are.

    Raises:
        FileRefused, Forbidden, InvalidSchema, NameTaken, ImportUnderWay, LoadFailed: see ``open_isolated``,
            ``create_dataset`` and ``load_delivery``.
    """
    with open_isolated(path, options=options.reading) as source:
        schema, recipe, title = _understood(source, options)
        slug = options.slug or slugify(title)[:63].strip("-")
        dataset = (
            Dataset.objects.select_related("layer", "online__schema_version").filter(layer__slug=slug).first()
        )
        known = last_schema(dataset) if dataset is not None else None
        if known is not None:
            schema = _keyed(aligned(schema, known), options.key)
        only = last_family(dataset) if options.only is None and dataset is not None else options.only or ""
        schema, recipe = _narrowed(schema, recipe, only, options)
        if dataset is None:
            dataset = _created(slug, title, schema, options, visitor)
        return load_delivery(
            dataset=dataset,
            source=source,
            schema=schema,
            recipe=recipe,
            file_name=path.name,
            file_sha256=_digest(path),
            visitor=visitor,
            accept_partial=accept_partial,
        )


def _understood(source: IsolatedSource, options: ImportOptions) -> tuple[DatasetSchema, GeometryRecipe, str]:
    found = infer_isolated(source, communes={commune.code: commune.nom for commune in communes()}).found
    schema, recipe = _keyed(found.schema, options.key), found.recipe
    if options.geometry is not None:
        if options.geometry and recipe.kind == "none":
            raise InvalidSchema(
                _("Aucune colonne de « %s » ne dit une position.") % source.name, parameter="geometry"
            )
        schema = replace(schema, geometry=options.geometry)
    return schema, recipe, options.title or found.title


def _narrowed(
    schema: DatasetSchema, recipe: GeometryRecipe, only: str, options: ImportOptions
) -> tuple[DatasetSchema, GeometryRecipe]:
    """Return schema and recipe for one family of geometries, or as they are for all."""
    narrowed = schema.narrowed(only)
    if options.only and (recipe.kind == "none" or options.geometry not in {None, narrowed.geometry}):
        raise InvalidSchema(
            _("Aucune géométrie de la famille « %s » à prendre.") % GeometryFamily(only).label,
            parameter="only",
        )
    return narrowed, replace(recipe, only=only if recipe.kind != "none" else "")


def _keyed(schema: DatasetSchema, key: Sequence[str]) -> DatasetSchema:
    """Return the schema with the key asked, by names or by titles in the file."""
    if not key:
        return schema
    names = {item.source: item.name for item in schema.fields} | {name: name for name in schema.by_name}
    unknown = [asked for asked in key if asked not in names]
    if unknown:
        raise InvalidSchema(
            _("La clé nomme une colonne que le fichier n’a pas : « %s ».") % unknown[0], parameter="key"
        )
    return replace(schema, key=tuple(names[asked] for asked in key))


def _created(
    slug: str, title: str, schema: DatasetSchema, options: ImportOptions, visitor: Visitor
) -> Dataset:
    return create_dataset(
        slug=slug,
        title=title,
        theme=_theme(options.theme),
        schema=schema,
        visitor=visitor,
        visibility=options.visibility,
        abstract=options.abstract,
        source=options.credit,
        is_sample=options.is_sample,
    )


def _theme(slug: str) -> Theme:
    themes = {theme.slug: theme for theme in Theme.objects.all()}
    if not themes or (slug and slug not in themes):
        raise InvalidSchema(
            _("Thème inconnu ; thèmes du portail : %s.") % ", ".join(themes), parameter="theme"
        )
    return themes.get(slug or "territoire") or next(iter(themes.values()))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
