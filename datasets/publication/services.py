"""Make a dataset, publish and restore its deliveries, drop it.

Which delivery readers see is one pointer, moved in one transaction; old versions are thinned after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext as _

from datasets.access import check_create, check_load_or_publish, check_publish
from datasets.definitions import DatasetSchema
from datasets.errors import InvalidSchema, NameInUse, NotPublishable
from datasets.loading.locks import import_lock
from datasets.loading.sql.tables import drop_tables, mark_written, tables_of
from datasets.loading.validation import check_schema
from datasets.models import Dataset, Delivery, SchemaVersion
from datasets.publication.thinning import thin_after_switch
from datasets.vocabulary import DeliveryState, GeometryKind
from layers import registry
from layers.definitions import GeometryType
from layers.models import Layer, Theme
from layers.services.search_index import mark_stale
from layers.styles.documents import read_style
from layers.visitor import Visitor
from layers.vocabulary import Frequency, Licence, Visibility
from styles.layer_icons import LayerIcon, free_icon

_DEFAULT_THEME = "territoire"
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

# Sent with ``delivery``, ``before`` (the number of the version that it replaces, None for the first) and
# ``is_restored`` (an older version comes back), in the transaction.
version_published = Signal()
# Sent with ``delivery``, in the transaction.
delivery_abandoned = Signal()


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
    """Make a dataset and its catalogue row, with a symbol of its own. Readers see nothing before a delivery is online.

    Raises:
        Forbidden: the person may not make datasets.
        NameInUse: a layer, coded or not, has this slug; ``parameter`` is ``slug``.
        InvalidSchema: no table can be made of the schema, or the slug is not lower-case words joined by hyphens.
    """
    check_create(visitor)
    check_schema(schema)
    _check_slug(slug)
    layer = Layer(
        slug=slug, title=title[:120], theme=theme, abstract=abstract, visibility=visibility, producer=producer,
        source=source, licence=licence, frequency=frequency, keywords=list(keywords), is_sample=is_sample,
        style=default_style(schema),
    )  # fmt: skip
    try:
        with transaction.atomic():
            layer.save()
            dataset = Dataset.objects.create(layer=layer)
            SchemaVersion.objects.create(dataset=dataset, number=1, document=schema.to_json())
    except IntegrityError:
        raise _name_in_use(slug) from None
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
        raise _name_in_use(slug)


def drop_dataset(*, dataset: Dataset, visitor: Visitor) -> None:
    """Remove a dataset and everything of it: tables, ids, versions, catalogue row and rights.

    Raises:
        Forbidden: the person may not decide what is online.
        ImportUnderWay: an import of this dataset is running.
    """
    check_publish(visitor, dataset)
    remove_dataset(dataset=dataset)


def remove_dataset(*, dataset: Dataset) -> None:
    """Remove a dataset without a right to check: one that a cancelled import made.

    Raises:
        ImportUnderWay: an import of this dataset is running.
    """
    with import_lock(dataset), transaction.atomic():
        drop_tables(tables_of(dataset.pk))
        Delivery.objects.filter(dataset=dataset).delete()
        dataset.layer.delete()


def _name_in_use(slug: str) -> NameInUse:
    return NameInUse(
        _("Une couche s’appelle déjà « %s » : choisissez un autre identifiant.") % slug, parameter="slug"
    )


def default_theme(themes: Iterable[Theme]) -> Theme | None:
    """Return the theme of a dataset when none is chosen; None on a portal without themes."""
    candidates = list(themes)
    return next(
        (theme for theme in candidates if theme.slug == _DEFAULT_THEME), candidates[0] if candidates else None
    )


def publish(*, delivery: Delivery, visitor: Visitor) -> None:
    """Put a delivery that is ready online; the one before becomes a past version.

    Raises:
        Forbidden: the person may not decide what is online.
        NotPublishable: the delivery is not ready.
    """
    _switch(delivery, visitor, DeliveryState.READY, _("seule une livraison prête se publie"))


def restore(*, delivery: Delivery, visitor: Visitor) -> None:
    """Bring a past version back online.

    Raises:
        Forbidden: the person may not decide what is online.
        NotPublishable: the delivery is not a past version, or its rows were thinned.
    """
    _switch(delivery, visitor, DeliveryState.PAST, _("seule une ancienne version se rétablit"))


def abandon_delivery(*, delivery: Delivery, visitor: Visitor) -> None:
    """Give up a delivery that waits: its rows are dropped, its report and its place in history stay.

    Raises:
        Forbidden: the person may neither load nor publish versions of this dataset.
        NotPublishable: the delivery waits for nobody.
        ImportUnderWay: an import of this dataset is running.
    """
    dataset = delivery.dataset
    check_load_or_publish(visitor, dataset)
    with import_lock(dataset), transaction.atomic():
        Dataset.objects.select_for_update(of=("self",)).get(pk=dataset.pk)  # nobody publishes it meanwhile
        delivery.refresh_from_db(fields=["state"])
        if not delivery.waits:
            raise _not_in_state(delivery, _("seule une livraison qui attend s’abandonne"))
        delivery.state = DeliveryState.ABANDONED
        delivery.save(update_fields=["state"])
        drop_tables([delivery.table])
        delivery_abandoned.send(sender=Delivery, delivery=delivery)


def _not_in_state(delivery: Delivery, refusal: str) -> NotPublishable:
    values = {"delivery": delivery, "state": delivery.get_state_display(), "refusal": refusal}
    return NotPublishable(_("%(delivery)s est « %(state)s » : %(refusal)s.") % values)


@transaction.atomic
def _switch(delivery: Delivery, visitor: Visitor, expected: DeliveryState, refusal: str) -> None:
    dataset = (
        Dataset.objects.select_for_update(of=("self",))
        .select_related("layer", "online")
        .get(pk=delivery.dataset_id)
    )
    check_publish(visitor, dataset)
    delivery.refresh_from_db(fields=["state"])
    if delivery.state != expected:
        raise _not_in_state(delivery, refusal)
    before = dataset.online.number if dataset.online is not None else None
    _style_located(dataset, delivery)
    Delivery.objects.filter(dataset=dataset, state=DeliveryState.ONLINE).update(state=DeliveryState.PAST)
    delivery.state, delivery.published_at = DeliveryState.ONLINE, timezone.now()
    delivery.published_by_id, delivery.is_restored = visitor.user_id, expected == DeliveryState.PAST
    delivery.save(update_fields=["state", "published_at", "published_by", "is_restored"])
    dataset.online = delivery
    dataset.save(update_fields=["online"])
    mark_written(delivery.table)
    mark_stale(dataset.layer_id)
    dataset.layer.save(
        update_fields=["style", "updated_at"]
    )  # part of the ETags: the catalogue page changed too
    version_published.send(
        sender=Delivery, delivery=delivery, before=before, is_restored=delivery.is_restored
    )
    thin_after_switch(dataset=dataset, visitor=visitor)


def _style_located(dataset: Dataset, delivery: Delivery) -> None:
    """Give the symbol of a layer to a table that gets positions, unless its style was made in the studio."""
    before = dataset.online.schema_version.schema if dataset.online else None
    after = delivery.schema_version.schema
    becomes_layer = before is not None and GeometryKind.NONE is before.geometry is not after.geometry
    if becomes_layer and dataset.layer.style.keys() <= {"token", "icon"}:
        dataset.layer.style = default_style(after)


def default_style(schema: DatasetSchema) -> dict[str, str]:
    """Return the style document of a new dataset: the free colour farthest from those of the catalogue, and an icon.

    It is written in the catalogue, where the studio changes it: it never changes because another layer came.
    """
    symbol = free_icon(_catalogue_symbols(), GeometryType(schema.geometry.value))
    return {"token": symbol.token, "icon": symbol.icon}


def _catalogue_symbols() -> Iterator[LayerIcon]:
    """Yield the colours and icons of all mapped layers of the catalogue, visible or not."""
    written = dict(Layer.objects.values_list("slug", "style"))
    coded = {
        one.slug: one
        for one in registry.coded_definitions()
        if one.slug in written and one.geometry.is_located
    }
    for slug, document in written.items():
        default = coded[slug].style if slug in coded else None
        if default is not None:
            try:
                style = read_style(default, document)
            except ValueError:  # refused: the layer is drawn as its definition says
                style = default
            yield LayerIcon(style.token, style.icon)
        elif "token" in document:
            yield LayerIcon(str(document["token"]), str(document.get("icon", "")))
