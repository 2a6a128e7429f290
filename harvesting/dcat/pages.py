"""The bytes of the catalogue in a form of RDF, made once for what they depend on, and their tag without making them."""

from __future__ import annotations

import hashlib
from functools import partial

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from harvesting.addresses import explore_distributions
from harvesting.answers import CatalogueBody
from harvesting.dcat.catalogues import CataloguePage, add_catalogue, page_graph
from harvesting.dcat.namespaces import new_graph
from harvesting.dcat.writing import document
from harvesting.public_catalogue import PublicCatalogue
from layers.errors import InvalidParameter
from layers.queries import communes
from metadata.records import Distribution, Record


def page_body(
    catalogue: PublicCatalogue, form: str, *, origin: str, address: str, number: int, size: int
) -> CatalogueBody:
    """Return a page of ``size`` datasets; ``address`` is that of the catalogue in this form, without a query.

    Raises:
        InvalidParameter: there is no such page. The first one always is, without reading a record.
    """
    if number > 1 and number > (last := _page_count(len(catalogue.records()), size)):
        message = _("Le catalogue n’a pas de page %(page)d : la dernière est la page %(last)d.")
        raise InvalidParameter(message % {"page": number, "last": last}, parameter="page")

    def make() -> bytes:
        records = catalogue.records()
        page = CataloguePage(
            records[(number - 1) * size : number * size],
            number,
            _page_count(len(records), size),
            len(records),
            size,
            address,
        )
        with translation.override(settings.LANGUAGE_CODE):
            head = page_graph(page, records, origin=origin, commune=_commune_name(catalogue.portal))
            return document(head, page.records, form=form, origin=origin)

    return CatalogueBody(_key(catalogue, form, address, number, size), make)


def export_body(
    catalogue: PublicCatalogue, *, origin: str, formats: tuple[str, ...], is_labelled: bool
) -> CatalogueBody:
    """Return the whole catalogue as the former portal exported it, in RDF/XML with the addresses of its files."""
    make = partial(_exported, catalogue, origin, formats, is_labelled=is_labelled)
    return CatalogueBody(_key(catalogue, "explore", origin, formats, is_labelled), make)


def _exported(
    catalogue: PublicCatalogue, origin: str, formats: tuple[str, ...], *, is_labelled: bool
) -> bytes:
    records, head = catalogue.records(), new_graph()

    def files(record: Record) -> tuple[Distribution, ...]:
        return tuple(explore_distributions(record, formats, is_labelled=is_labelled))

    with translation.override(settings.LANGUAGE_CODE):
        add_catalogue(head, records, origin=origin, commune=_commune_name(catalogue.portal), listed=records)
        return document(head, records, form="rdf", origin=origin, distributions=files)


def _key(catalogue: PublicCatalogue, *parts: object) -> str:
    return hashlib.sha256(repr((catalogue.digest, *parts)).encode()).hexdigest()


def _page_count(total: int, size: int) -> int:
    return max(1, -(-total // size))


def _commune_name(code: str) -> str:
    return next((commune.nom for commune in communes() if commune.code == code), "")
