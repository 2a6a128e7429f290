"""The stored query that every server of 2.0 has: the feature of an identifier (OGC 09-025r2, 7.9.3.6)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from layers.errors import InvalidParameter, UnknownFeature
from wfs.names import find_resource_id
from wfs.requests import STORED_QUERIES, SrsName, TypeQuery
from wfs.versions import Version


def check_stored_query(text: str, version: Version, *, parameter: str) -> None:
    """Refuse a stored query that is not there.

    Raises:
        InvalidParameter: another one than GetFeatureById, or a version that has none.
    """
    if not version.is_2 or text not in STORED_QUERIES:
        raise InvalidParameter(
            _("Aucune requête enregistrée ne s’appelle « %s ».") % text[:80], parameter=parameter
        )


def by_id_query(text: str, *, srs: SrsName | None) -> TypeQuery:
    """Return the query of one feature.

    Raises:
        UnknownFeature: the text names no feature of ours.
    """
    found = find_resource_id(text)
    if found is None:
        raise UnknownFeature(_("Aucun objet ne s’appelle « %s ».") % text[:80], parameter="id")
    name, pk = found
    return TypeQuery(name, ids=(pk,), srs=srs, fingerprint=(("RESOURCEID", text),))
