"""The datasets of the demonstration come in by the door of every dataset: guessed, loaded, compared, published.

A version is known by the content of its file: loading again delivers only what was never delivered, and leaves online
what people chose since.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import tempfile
from collections import deque
from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import Group

from datasets.definitions import DatasetSchema
from datasets.imports.proposal import last_schema, match_published_fields
from datasets.inference.isolation import infer_isolated, open_isolated
from datasets.inference.names import field_name
from datasets.inference.schema import InferredSchema
from datasets.loading.services import load_delivery
from datasets.models import Dataset, Delivery
from datasets.publication.services import create_dataset, publish
from datasets.readers.isolation import IsolatedSource
from datasets.vocabulary import DeliveryState
from gisportal.demo.datasets import DATASETS
from gisportal.demo.datasets.definitions import SAMPLE_STYLES, WRITTEN_ON, SampleDataset
from gisportal.demo.rights import DIG
from layers.models import Grant, Layer, ProtectedField, Theme
from layers.visitor import system_visitor
from layers.vocabulary import Gender, Licence, Visibility

_PUBLISHED = (DeliveryState.ONLINE, DeliveryState.PAST, DeliveryState.THINNED)


_DAY = re.compile(rb"\b\d{4}-\d{2}-\d{2}\b")


def load_datasets(
    groups: Mapping[str, Group], *, communes: Mapping[str, str], anchor: dt.date = WRITTEN_ON
) -> None:
    """Deliver the missing versions, and restore the metadata and readers of each dataset.

    ``communes`` gives their names by INSEE code; ``anchor`` is the day of the first load, which files of today are
    moved to: the same at each load, so that they are known again.
    """
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(1) as threads:
        missing = []
        for sample in DATASETS:
            dataset = Dataset.objects.select_related("layer").filter(layer__slug=sample.slug).first()
            paths = _undelivered(_files(sample, anchor, Path(folder)), dataset)
            missing.append((sample, dataset, paths))
        with closing(
            _read_ahead(threads, [path for *_, paths in missing for path in paths], communes)
        ) as readings:
            for sample, existing, paths in missing:
                dataset = existing
                for _path in paths:
                    with next(readings) as reading:
                        delivery = _load(sample, reading, dataset)
                    publish(delivery=delivery, visitor=system_visitor())
                    dataset = delivery.dataset
                if dataset is not None:
                    describe(dataset.layer, sample, groups)


def renew_datasets(*, communes: Mapping[str, str], anchor: dt.date) -> None:
    """Deliver again the datasets whose file has changed, and which nobody has delivered since they were loaded.

    People's changes to them, and the rights that they gave, stay.
    """
    for sample in DATASETS:
        dataset = Dataset.objects.filter(layer__slug=sample.slug).first()
        if dataset is None or dataset.deliveries.filter(delivered_by__isnull=False).exists():
            continue
        with tempfile.TemporaryDirectory() as folder:
            for path in _undelivered(_files(sample, anchor, Path(folder)), dataset):
                delivery = load_sample(sample, path, dataset, communes)
                publish(delivery=delivery, visitor=system_visitor())


def _files(sample: SampleDataset, anchor: dt.date, folder: Path) -> list[Path]:
    """Return the files of the versions, the oldest first; those of today are texts, written anew in ``folder``."""
    paths = [settings.BASE_DIR / "fixtures" / "datasets" / name for name in sample.files]
    if not sample.is_of_today:
        return paths
    for path in paths:
        (folder / path.name).write_bytes(_moved(path.read_bytes(), anchor - WRITTEN_ON))
    return [folder / path.name for path in paths]


def _moved(content: bytes, time: dt.timedelta) -> bytes:
    """Return a text whose days (``2026-01-05``) are moved by a time."""

    def later(match: re.Match[bytes]) -> bytes:
        return (dt.date.fromisoformat(match[0].decode()) + time).isoformat().encode()

    return _DAY.sub(later, content)


def _undelivered(paths: list[Path], dataset: Dataset | None) -> list[Path]:
    """Return the files that come after the last one that was online, in order."""
    past = (
        Delivery.objects.filter(dataset=dataset, state__in=_PUBLISHED) if dataset else Delivery.objects.none()
    )
    digests = set(past.values_list("file_sha256", flat=True))
    delivered = [index for index, path in enumerate(paths, 1) if _sha256(path) in digests]
    return paths[max(delivered, default=0) :]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class Reading:
    """A file that a child process reads, and what its first rows suggest; the file is closed with it."""

    path: Path
    source: IsolatedSource
    profile: InferredSchema

    def __enter__(self) -> Reading:
        return self

    def __exit__(self, *_error: object) -> None:
        self.source.close()


def _read(path: Path, communes: Mapping[str, str]) -> Reading:
    with ExitStack() as undone:
        source = undone.enter_context(open_isolated(path))
        profile = infer_isolated(source, communes=communes).inferred
        undone.pop_all()
    return Reading(path, source, profile)


# So many files are read before their turn, while the database loads another: a child process each.
_AHEAD = 3


def _read_ahead(
    threads: Executor, paths: Sequence[Path], communes: Mapping[str, str]
) -> Generator[Reading, None, None]:
    """Yield the readings of files in their order, begun by ``threads`` some files ahead."""
    begun = deque[Future[Reading]]()
    try:
        for path in paths:
            begun.append(threads.submit(_read, path, communes))
            if len(begun) > _AHEAD:
                yield begun.popleft().result()
        while begun:
            yield begun.popleft().result()
    finally:
        for future in begun:
            if not future.cancel():
                future.add_done_callback(_close)


def _close(future: Future[Reading]) -> None:
    if future.exception() is None:
        future.result().source.close()


def load_sample(
    sample: SampleDataset, path: Path, dataset: Dataset | None, communes: Mapping[str, str]
) -> Delivery:
    """Load a file of a sample, in a dataset made for it when there is none yet; it waits to be published."""
    with _read(path, communes) as reading:
        return _load(sample, reading, dataset)


def _load(sample: SampleDataset, reading: Reading, dataset: Dataset | None) -> Delivery:
    profile = reading.profile
    schema = _schema(sample, profile.schema, last_schema(dataset) if dataset else None)
    return load_delivery(
        dataset=dataset or _create(sample, schema),
        source=reading.source,
        schema=schema,
        recipe=profile.recipe,
        file_name=reading.path.name,
        file_sha256=_sha256(reading.path),
        visitor=system_visitor(),
    )


def _schema(sample: SampleDataset, guessed: DatasetSchema, last: DatasetSchema | None) -> DatasetSchema:
    """Return the schema of a file with the words of the sample; columns of the last version stay."""
    schema = match_published_fields(guessed, last) if last else guessed
    fields = [
        replace(
            field,
            title=words.title,
            unit=words.unit,
            description=words.description,
            is_protected=bool(words.readers),
            is_additive=words.is_additive,
            weight=words.weight,
        )
        for field in schema.fields
        for name in [field_name(field.source)]  # what an older portal loaded may have another one
        if name not in sample.hidden
        for words in [sample.words[name]]
    ]
    return replace(
        schema,
        fields=tuple(fields),
        title_field=sample.title_field or schema.title_field,
        time_field=sample.time_field or schema.time_field,
    )


def _create(sample: SampleDataset, schema: DatasetSchema) -> Dataset:
    theme = Theme.objects.get(slug=sample.theme)
    return create_dataset(
        slug=sample.slug, title=sample.title, theme=theme, schema=schema, visitor=system_visitor()
    )


def describe(layer: Layer, sample: SampleDataset, groups: Mapping[str, Group]) -> None:
    """Put back the catalogue row, the grants and the readers of protected fields."""
    one, many, is_feminine = sample.noun
    entry = {
        "title": sample.title,
        "noun": one,
        "noun_plural": many,
        "noun_gender": Gender.FEMININE if is_feminine else Gender.MASCULINE,
        "abstract": sample.abstract,
        "source": sample.source,
        "keywords": list(sample.keywords),
        "synonyms": {key: list(words) for key, words in sample.synonyms.items()},
        "frequency": sample.frequency,
        "is_sample": sample.is_sample,
        "smallest_count": sample.smallest_count,
        "style": dict(SAMPLE_STYLES[sample.slug]),
        "producer_id": groups[sample.producer].pk,
        "visibility": sample.visibility,
        "licence": Licence.INTERNAL if sample.readers else Licence.ETALAB_2,
    }
    if any(getattr(layer, name) != value for name, value in entry.items()):
        for name, value in entry.items():
            setattr(layer, name, value)
        layer.save(update_fields=[*entry, "updated_at"])
    _grant(layer, groups[sample.producer], is_producer=True)
    if sample.visibility == Visibility.OPEN:  # as the open layers written in code: ``gisportal.demo.rights``
        _grant(layer, groups[DIG], is_producer=True)
    for reader in sample.readers:
        _grant(layer, groups[reader], is_producer=False)
    for name, words in sample.words.items():
        if words.readers:
            protected, _is_new = ProtectedField.objects.get_or_create(layer=layer, name=name)
            protected.groups.set([groups[reader] for reader in words.readers])


def _grant(layer: Layer, group: Group, *, is_producer: bool) -> None:
    rights = dict.fromkeys(("can_add", "can_change", "can_delete", "can_approve"), is_producer) | {
        "can_download": True
    }
    Grant.objects.update_or_create(layer=layer, group=group, defaults=rights)
