"""A file on the server becomes a delivery by what it seems to be: for commands, demonstrations and scheduled jobs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from django.utils.text import slugify
from django.utils.translation import gettext as _

from datasets.definitions import PLAIN_POSITIONS, DatasetSchema, GeometryRecipe
from datasets.errors import InvalidSchema
from datasets.imports.proposal import Proposal
from datasets.imports.services import Settled, load_file, read_file
from datasets.imports.source_file import SourceFile
from datasets.loading.progress import ImportProgress
from datasets.models import Dataset, Delivery
from datasets.publication.datasets import create_dataset, usual_theme
from datasets.readers.source import ReadOptions
from datasets.vocabulary import GeometryFamily, GeometryKind
from layers.models import Theme
from layers.visitor import Visitor
from layers.vocabulary import Visibility


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What somebody decides instead of the guess, or leaves empty. ``key`` holds names or titles of columns;
    ``only`` is a ``GeometryFamily``, empty for all of them, None for what is online, as for ``keeps_z``."""

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
    keeps_z: bool | None = None


@dataclass(frozen=True, slots=True)
class UnderstoodFile:
    """A file as it would be loaded. ``dataset`` is None when it is to be made, under ``slug`` and ``title``."""

    file: SourceFile
    proposal: Proposal
    settled: Settled
    dataset: Dataset | None
    slug: str
    title: str


def understand_file(
    *, path: Path, options: ImportOptions, progress: ImportProgress | None = None
) -> UnderstoodFile:
    """Read a file and settle how it is loaded: what it seems to be, and what ``options`` decide instead.

    For a dataset that exists, its last schema says what the columns of the same title are. Nothing is written.

    Raises:
        FileRefused, InvalidSchema: the file cannot be read, or not as it is asked.
    """
    file = SourceFile(path, path.name, reading=options.reading)
    known = _dataset(options.slug) if options.slug else None
    proposal = read_file(file=file, dataset=known, progress=progress, has_key=bool(options.key))
    slug = options.slug or slugify(options.title or proposal.title)[:63].strip("-")
    dataset = known or _dataset(slug)
    if dataset is not None and known is None:
        proposal = read_file(file=file, dataset=dataset, progress=progress, has_key=bool(options.key))
    schema, recipe = _asked(proposal, options, file.name)
    only = proposal.recipe.only if options.only is None else options.only
    settled = Settled(*_narrowed(schema, recipe, only, options))
    return UnderstoodFile(file, proposal, settled, dataset, slug, options.title or proposal.title)


def load_understood(
    *,
    understood: UnderstoodFile,
    options: ImportOptions,
    visitor: Visitor,
    accept_partial: bool = False,
    progress: ImportProgress | None = None,
) -> Delivery:
    """Load a file as it was understood, as a delivery of its dataset, made first when there is none.

    Raises:
        FileRefused, Forbidden, InvalidSchema, NameTaken, ImportUnderWay, LoadFailed: see ``create_dataset`` and
            ``load_delivery``.
    """
    settled = replace(understood.settled, accept_partial=accept_partial)
    dataset = understood.dataset or _created(
        understood.slug, understood.title, settled.schema, options, visitor
    )
    return load_file(
        file=understood.file, dataset=dataset, settled=settled, visitor=visitor, progress=progress
    )


def import_file(
    *, path: Path, options: ImportOptions, visitor: Visitor, accept_partial: bool = False
) -> Delivery:
    """Understand a file and load it.

    Raises:
        FileRefused, Forbidden, InvalidSchema, NameTaken, ImportUnderWay, LoadFailed: see ``understand_file`` and
            ``load_understood``.
    """
    understood = understand_file(path=path, options=options)
    return load_understood(
        understood=understood, options=options, visitor=visitor, accept_partial=accept_partial
    )


def _dataset(slug: str) -> Dataset | None:
    known = Dataset.objects.select_related("layer", "online__schema_version")
    return known.filter(layer__slug=slug).first()


def _asked(proposal: Proposal, options: ImportOptions, name: str) -> tuple[DatasetSchema, GeometryRecipe]:
    """Return what the file seems to be, with the key and the geometry that were asked."""
    schema, recipe = _keyed(proposal.schema, options.key), proposal.recipe
    if options.geometry is not None:
        if options.geometry and recipe.kind == "none":
            raise InvalidSchema(
                _("Aucune colonne de « %s » ne dit une position.") % name, parameter="geometry"
            )
        schema = replace(schema, geometry=options.geometry)
    if options.keeps_z and recipe.kind in PLAIN_POSITIONS:
        raise InvalidSchema(_("Des colonnes de positions n’ont pas d’altitude à garder."), parameter="keep-z")
    keeps_z = recipe.keeps_z if options.keeps_z is None else options.keeps_z
    return schema, replace(recipe, keeps_z=keeps_z and recipe.kind != "none")


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
    theme = themes.get(slug) or usual_theme(themes.values())
    assert theme is not None  # there is one: see above
    return theme
