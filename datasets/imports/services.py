"""The one way of an import: a file is read, then loaded with the accepted schema.

``read_upload`` and ``load_upload`` are for a file that waits in the wizard, and store what came out of it; a worker
calls them. ``propose_file`` and ``load_proposed`` are for a file on the server: commands, demonstrations, scheduled
jobs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from datasets.access import check_load
from datasets.definitions import PLAIN_POSITIONS, DatasetSchema, GeometryRecipe
from datasets.errors import InvalidSchema
from datasets.imports.proposal import (
    Proposal,
    SourceFile,
    accepted_schema,
    open_source_file,
    propose,
    source_file_of,
)
from datasets.imports.uploads import abandon_upload, forget_delivered
from datasets.loading.progress import ImportProgress
from datasets.loading.services import load_delivery
from datasets.models import Dataset, Delivery, Upload
from datasets.publication.services import (
    abandon_delivery,
    create_dataset,
    default_theme,
    drop_dataset,
    publish,
)
from datasets.publication.subjects import DeliverySubject
from datasets.readers.source import ReadOptions
from datasets.review.automatic import bring_to_approval
from datasets.review.services import accept_pending_checks
from datasets.vocabulary import DeliveryState, GeometryFamily, GeometryKind
from layers.models import Layer, Theme
from layers.visitor import Visitor
from layers.vocabulary import UNFINISHED, Visibility
from publication.services import submit

_OVER = frozenset(DeliveryState) - {DeliveryState.LOADING, DeliveryState.FAILED}


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """The accepted options of a loading: see ``load_delivery``."""

    schema: DatasetSchema
    recipe: GeometryRecipe
    accept_partial: bool = False
    columns_are_chosen: bool = False


def load_file(
    *,
    file: SourceFile,
    dataset: Dataset,
    load_options: LoadOptions,
    visitor: Visitor,
    progress: ImportProgress | None = None,
    on_start: Callable[[Delivery], object] | None = None,
    retried: Delivery | None = None,
) -> Delivery:
    """Load a file as a delivery of a dataset.

    Raises:
        Forbidden, InvalidSchema, ImportUnderWay, LoadFailed, FileRefused, Stopped: see ``load_delivery``.
    """
    with open_source_file(file, progress) as source:
        return load_delivery(
            dataset=dataset,
            source=source,
            schema=load_options.schema,
            recipe=load_options.recipe,
            file_name=file.name,
            file_sha256=file.digest,
            visitor=visitor,
            accept_partial=load_options.accept_partial,
            columns_are_chosen=load_options.columns_are_chosen,
            progress=progress,
            on_start=on_start,
            retried=retried,
        )


def read_upload(
    *, upload: Upload, visitor: Visitor, progress: ImportProgress | None = None
) -> dict[str, Any]:
    """Read a file that waits, and return the columns of what it holds.

    Raises:
        Forbidden: its owner does not feed the dataset any more, whose columns they would see.
        FileRefused, Stopped: see ``propose``; what was stored before stays.
    """
    if upload.dataset is not None:
        check_load(visitor, upload.dataset)
    proposal = propose(source_file_of(upload), upload.dataset, progress, visitor=visitor)
    return {"options": {**upload.options, "guess": proposal.to_json(), "settled": None}}


def load_upload(*, upload: Upload, visitor: Visitor, progress: ImportProgress | None = None) -> None:
    """Load a file that waits with the schema its owner accepted, unless a worker that died had loaded it.

    The delivery is written down with the upload before its first row is read: whoever begins again after the death of
    a worker goes on with that one.

    Raises:
        Forbidden, InvalidSchema, ImportUnderWay, LoadFailed, FileRefused, Stopped: see ``load_delivery``.
    """
    accepted, dataset = accepted_schema(upload), upload.dataset
    assert accepted is not None  # what is queued has an accepted schema, and belongs to a dataset
    assert dataset is not None
    is_partial = bool(upload.options.get("accept_partial"))
    before = upload.delivery if upload.delivery_id != upload.options.get("after") else None
    if before is None or before.state not in _OVER:
        delivery = load_file(
            file=source_file_of(upload),
            dataset=dataset,
            load_options=LoadOptions(*accepted, accept_partial=is_partial, columns_are_chosen=True),
            visitor=visitor,
            progress=progress,
            on_start=lambda delivery: Upload.objects.store(upload, delivery=delivery),
            retried=before,
        )
        bring_to_approval(delivery=delivery, visitor=visitor, is_by_person=True)


def drop_with_files(*, dataset: Dataset, visitor: Visitor) -> None:
    """Take away a dataset and the files that wait for it.

    Raises:
        Forbidden, ImportUnderWay: see ``drop_dataset``; nothing is changed.
    """
    waiting = list(Upload.objects.filter(dataset=dataset))
    drop_dataset(dataset=dataset, visitor=visitor)
    for upload in waiting:
        upload.location.unlink(missing_ok=True)


def abandon_with_file(*, delivery: Delivery, visitor: Visitor) -> None:
    """Give up a delivery that waits, with the file that it came out of.

    Raises:
        Forbidden, NotPublishable, ImportUnderWay: see ``abandon_delivery``; nothing is changed.
    """
    abandon_delivery(delivery=delivery, visitor=visitor)
    for upload in Upload.objects.filter(delivery=delivery).exclude(state__in=UNFINISHED):
        abandon_upload(upload=upload)


def submit_described(*, delivery: Delivery, layer: Layer | None, visitor: Visitor, note: str) -> None:
    """Bring a delivery to approval, with the catalogue entry of ``layer`` when it is given.

    Raises:
        Forbidden, NotSubmittable: see ``publication.services.submit``; nothing is changed.
    """
    with transaction.atomic():
        submit(subject=DeliverySubject(delivery), visitor=visitor, note=note)
        if layer is not None:
            layer.save()


def publish_described(
    *, delivery: Delivery, layer: Layer | None, visitor: Visitor, reasons: Mapping[str, str]
) -> None:
    """Put a delivery online, with the catalogue entry of ``layer`` when it is given; its file is deleted.

    ``reasons`` says, by code, why the checks that must be accepted are.

    Raises:
        Forbidden, NotPublishable: see ``publish``; nothing is changed.
        NotSubmittable, InvalidParameter, AlreadyDecided, TooSlow: see ``accept_pending_checks``.
    """
    with transaction.atomic():
        if delivery.state == DeliveryState.READY:  # ``publish`` says what is wrong with another
            accept_pending_checks(delivery=delivery, visitor=visitor, reasons=reasons)
        publish(delivery=delivery, visitor=visitor)
        if layer is not None:
            layer.save()
    forget_delivered(delivery=delivery)


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
class ProposedFile:
    """A file as it would be loaded. ``dataset`` is None when it is to be made, under ``slug`` and ``title``."""

    file: SourceFile
    proposal: Proposal
    load_options: LoadOptions
    dataset: Dataset | None
    slug: str
    title: str


def propose_file(
    *,
    path: Path,
    options: ImportOptions,
    progress: ImportProgress | None = None,
    visitor: Visitor | None = None,
) -> ProposedFile:
    """Read a file and settle how it is loaded: what it seems to be, and what ``options`` decide instead.

    For a dataset that exists, its last schema says what the columns of the same title are. Nothing is written.

    Raises:
        FileRefused, InvalidSchema: the file cannot be read, or not as it is asked.
    """
    file = SourceFile(path, path.name, reading=options.reading)
    existing = _dataset(options.slug) if options.slug else None
    proposal = propose(file, existing, progress, has_key=bool(options.key), visitor=visitor)
    slug = options.slug or slugify(options.title or proposal.title)[:63].strip("-")
    dataset = existing or _dataset(slug)
    if dataset is not None and existing is None:
        proposal = propose(file, dataset, progress, has_key=bool(options.key), visitor=visitor)
    schema, recipe = _with_options(proposal, options, file.name)
    only = proposal.recipe.only if options.only is None else options.only
    load_options = LoadOptions(*_narrowed(schema, recipe, only, options))
    return ProposedFile(file, proposal, load_options, dataset, slug, options.title or proposal.title)


def load_proposed(
    *,
    proposed: ProposedFile,
    options: ImportOptions,
    visitor: Visitor,
    accept_partial: bool = False,
    progress: ImportProgress | None = None,
) -> Delivery:
    """Load a file as it was proposed, as a delivery of its dataset, made first when there is none.

    Raises:
        FileRefused, Forbidden, InvalidSchema, NameInUse, ImportUnderWay, LoadFailed: see ``create_dataset`` and
            ``load_delivery``.
    """
    load_options = replace(proposed.load_options, accept_partial=accept_partial)
    dataset = proposed.dataset or _created(
        proposed.slug, proposed.title, load_options.schema, options, visitor
    )
    return load_file(
        file=proposed.file, dataset=dataset, load_options=load_options, visitor=visitor, progress=progress
    )


def import_file(
    *, path: Path, options: ImportOptions, visitor: Visitor, accept_partial: bool = False
) -> Delivery:
    """Propose how to read a file, and load it so.

    Raises:
        FileRefused, Forbidden, InvalidSchema, NameInUse, ImportUnderWay, LoadFailed: see ``propose_file`` and
            ``load_proposed``.
    """
    proposed = propose_file(path=path, options=options, visitor=visitor)
    return load_proposed(proposed=proposed, options=options, visitor=visitor, accept_partial=accept_partial)


def _dataset(slug: str) -> Dataset | None:
    datasets = Dataset.objects.select_related("layer", "online__schema_version")
    return datasets.filter(layer__slug=slug).first()


def _with_options(
    proposal: Proposal, options: ImportOptions, name: str
) -> tuple[DatasetSchema, GeometryRecipe]:
    """Return the guessed schema, with the requested key and geometry."""
    schema, recipe = _keyed(proposal, options.key), proposal.recipe
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


def _keyed(proposal: Proposal, key: Sequence[str]) -> DatasetSchema:
    """Return the schema with the requested key, by names or by titles in the file.

    Computed columns are left out, unless the key names one.
    """
    if not key:
        return proposal.data_schema
    full = proposal.schema
    names = {item.source: item.name for item in full.fields} | {name: name for name in full.by_name}
    unknown = [part for part in key if part not in names]
    data = proposal.data_schema
    schema = data if all(names.get(part) in data.by_name for part in key) else full
    if unknown:
        raise InvalidSchema(
            _("La clé nomme une colonne que le fichier n’a pas : « %s ».") % unknown[0], parameter="key"
        )
    return replace(schema, key=tuple(names[part] for part in key))


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
    theme = themes.get(slug) or default_theme(themes.values())
    assert theme is not None  # there is one: see above
    return theme
