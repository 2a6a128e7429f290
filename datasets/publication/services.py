"""Make a dataset, publish and restore its deliveries, drop it.

Which delivery readers see is one pointer, moved in one transaction; old versions are thinned after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.dispatch import Signal
from django.utils.translation import gettext as _

from datasets.access import check_create, check_load_or_publish, check_publish
from datasets.definitions import DatasetSchema
from datasets.errors import InvalidSchema, NameInUse
from datasets.loading.locks import import_lock
from datasets.loading.sql.tables import drop_tables, tables_of
from datasets.loading.validation import check_schema
from datasets.models import Dataset, Delivery, SchemaVersion
from datasets.publication.online import default_style, not_in_state
from datasets.publication.subjects import DeliverySubject
from datasets.vocabulary import DeliveryState
from layers import access, registry
from layers.errors import Forbidden
from layers.models import Grant, Layer, Theme
from layers.visitor import Visitor
from layers.vocabulary import Frequency, Licence, Visibility
from publication.services import cancel_open, publish_directly

_DEFAULT_THEME = "territoire"
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

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


def check_producer(*, producer: Group | None, visitor: Visitor) -> None:
    """Refuse a producer of a new dataset that is not a group of this visitor.

    Raises:
        Forbidden: it is a group that they may not name.
    """
    if producer is not None and producer not in access.producer_groups(visitor):
        raise Forbidden(_("Un jeu de données se confie à l’un de vos groupes."))


def entrust_dataset(*, dataset: Dataset) -> None:
    """Give the group of the producer of a new dataset the rights to feed it and to put it online."""
    if dataset.layer.producer is not None:
        Grant.objects.create(
            group=dataset.layer.producer,
            layer=dataset.layer,
            can_add=True,
            can_change=True,
            can_delete=True,
            can_approve=True,
        )


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


def publish(*, delivery: Delivery, visitor: Visitor, note: str = "") -> None:
    """Put a delivery that is ready online; the one before becomes a past version.

    Raises:
        Forbidden: the person may not decide what is online, or delivered it and the rules ask for somebody else.
        NotPublishable: the delivery is not ready.
    """
    subject = DeliverySubject(delivery, expected=DeliveryState.READY)
    publish_directly(subject=subject, visitor=visitor, note=note)


def restore(*, delivery: Delivery, visitor: Visitor) -> None:
    """Bring a past version back online.

    Raises:
        Forbidden: the person may not decide what is online, or delivered it and the rules ask for somebody else.
        NotPublishable: the delivery is not a past version, or its rows were thinned.
    """
    publish_directly(subject=DeliverySubject(delivery, expected=DeliveryState.PAST), visitor=visitor)


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
            raise not_in_state(delivery, _("seule une livraison qui attend s’abandonne"))
        delivery.state = DeliveryState.ABANDONED
        delivery.save(update_fields=["state"])
        drop_tables([delivery.table])
        cancel_open(subject=DeliverySubject(delivery), visitor=visitor)
        delivery_abandoned.send(sender=Delivery, delivery=delivery)
