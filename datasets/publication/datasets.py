"""Make a dataset, and drop one."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from datasets.access import check_create, check_publish
from datasets.definitions import DatasetSchema
from datasets.errors import InvalidSchema, NameTaken
from datasets.loading.locks import import_lock
from datasets.loading.sql.tables import drop_tables, tables_of
from datasets.loading.validation import check_schema
from datasets.models import Dataset, Delivery, SchemaVersion
from datasets.publication.faces import new_face
from layers import registry
from layers.models import Layer, Theme
from layers.visitor import Visitor
from layers.vocabulary import Frequency, Licence, Visibility

_USUAL_THEME = "territoire"
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@transaction.atomic
def create_dataset(
    *,
    slug: str,
    title: str,
    theme: Theme,
    schema: DatasetSchema,
    visitor: Visitor,
    abstract: str = "",
    visibility: str = Visibility.INTERNAL,
    producer: Group | None = None,
    source: str = "",
    licence: str = Licence.ETALAB_2,
    frequency: str = Frequency.UNKNOWN,
    keywords: tuple[str, ...] = (),
    is_sample: bool = False,
) -> Dataset:
    """Make a dataset and its catalogue row, with a face of its own. Readers see nothing before a delivery is online.

    Raises:
        Forbidden: the person may not make datasets.
        NameTaken: a layer, coded or not, has this slug; ``parameter`` is ``slug``.
        InvalidSchema: no table can be made of the schema, or the slug is not lower-case words joined by hyphens.
    """
    check_create(visitor)
    check_schema(schema)
    _check_slug(slug)
    layer = Layer(
        slug=slug, title=title[:120], theme=theme, abstract=abstract, visibility=visibility, producer=producer,
        source=source, licence=licence, frequency=frequency, keywords=list(keywords), is_sample=is_sample,
        style=new_face(schema),
    )  # fmt: skip
    try:
        with transaction.atomic():
            layer.save()
            dataset = Dataset.objects.create(layer=layer)
            SchemaVersion.objects.create(dataset=dataset, number=1, document=schema.to_json())
    except IntegrityError:
        raise _taken(slug) from None
    return dataset


def _check_slug(slug: str) -> None:
    """Refuse an identifier that is malformed or belongs to a layer, coded or not."""
    if len(slug) > 63 or not _SLUG.fullmatch(slug):
        raise InvalidSchema(
            _("« %s » : un identifiant s’écrit en minuscules sans accent, chiffres et traits d’union.")
            % slug[:63],
            parameter="slug",
        )
    is_coded = any(provider.get(slug) for provider in registry.providers())
    if is_coded or Layer.objects.filter(slug=slug).exists():
        raise _taken(slug)


def drop_dataset(*, dataset: Dataset, visitor: Visitor) -> None:
    """Take away a dataset and everything of it: tables, ids, versions, catalogue row and rights.

    Raises:
        Forbidden: the person may not decide what is online.
        ImportUnderWay: an import of this dataset is running.
    """
    check_publish(visitor, dataset)
    remove_dataset(dataset=dataset)


def remove_dataset(*, dataset: Dataset) -> None:
    """Take away a dataset that nobody has to allow it for: one that its own import made, and that came to nothing.

    Raises:
        ImportUnderWay: an import of this dataset is running.
    """
    with import_lock(dataset), transaction.atomic():
        drop_tables(tables_of(dataset.pk))
        Delivery.objects.filter(dataset=dataset).delete()
        dataset.layer.delete()


def _taken(slug: str) -> NameTaken:
    return NameTaken(
        _("Une couche s’appelle déjà « %s » : choisissez un autre identifiant.") % slug, parameter="slug"
    )


def usual_theme(themes: Iterable[Theme]) -> Theme | None:
    """Return the theme of a dataset of which nobody said another; None on a portal without themes."""
    known = list(themes)
    return next((theme for theme in known if theme.slug == _USUAL_THEME), known[0] if known else None)
