"""Faults of a request for features, and the HTTP status of each.

``title`` is for people; the message names the culprit. ``STATUS`` is the one table from fault to HTTP status:
protocols put it in their own form (problem+json, OGC exception report, French page).
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop


class LayersError(Exception):
    """Base of every fault the kernel reports. ``parameter`` is the name of the culprit in the request."""

    title = gettext_noop("Demande refusée")

    def __init__(self, detail: str, *, parameter: str = "") -> None:
        super().__init__(detail)
        self.detail = detail
        self.parameter = parameter


class UnknownLayer(LayersError):
    """The layer does not exist, or the visitor may not know that it does."""

    title = gettext_noop("Couche inconnue")

    def __init__(self, slug: str) -> None:
        super().__init__(_("Aucune couche ne s’appelle « %s ».") % slug, parameter="layer")


class UnknownFeature(LayersError):
    """The feature does not exist, or is outside what the visitor may see."""

    title = gettext_noop("Objet inconnu")


class UnknownLayerVersion(LayersError):
    """The layer has no such version, its rows are gone, or the visitor may not see it."""

    title = gettext_noop("Version inconnue")

    def __init__(self, slug: str, number: int) -> None:
        super().__init__(
            _("La couche « %(layer)s » n’a pas de version %(number)d.") % {"layer": slug, "number": number},
            parameter="version",
        )


class UnknownTile(LayersError):
    """The tile is outside the pyramid."""

    title = gettext_noop("Tuile hors de la pyramide")


class UnknownStyle(LayersError):
    """The layer has no style of this name, or a style no part of this name."""

    title = gettext_noop("Style inconnu")

    def __init__(self, name: str) -> None:
        super().__init__(_("Aucun style ne s’appelle « %s ».") % name[:80], parameter="style")


class HiddenLayer(UnknownLayer):
    """The layer exists and somebody without any credentials may not see it.

    It reads like ``UnknownLayer``; only a machine protocol differs, by a request for credentials (401).
    """


class WrongCredentials(LayersError):
    """Credentials were given and do not match an active account."""

    title = gettext_noop("Identifiants refusés")


class MissingCredentials(LayersError):
    """An action on public data that needs credentials."""

    title = gettext_noop("Identification requise")


class TooManyRequests(LayersError):
    """More than this client may send or have under way; ``retry_after`` is in seconds."""

    title = gettext_noop("Trop de demandes")

    def __init__(self, detail: str, *, retry_after: int) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class TooManyAttempts(TooManyRequests):
    """Too many attempts to prove an identity, from this network or on this account."""

    title = gettext_noop("Trop de tentatives")


class Busy(LayersError):
    """As much of this work is under way as the portal does at once; ``retry_after`` is in seconds."""

    title = gettext_noop("Portail occupé")

    def __init__(self, detail: str, *, retry_after: int) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class StorageFull(LayersError):
    """A disk takes no more: full, over a quota or read-only; ``retry_after`` is in seconds."""

    title = gettext_noop("Plus de place")
    retry_after = 60

    def __init__(self, detail: str = "") -> None:
        super().__init__(
            detail
            or _(
                "Le portail n’a plus la place d’écrire des fichiers : recommencez plus tard, "
                "ou prévenez l’équipe SIG."
            )
        )


class Forbidden(LayersError):
    """The visitor sees the layer but lacks the right for this action."""

    title = gettext_noop("Action non autorisée")


class BadRequest(LayersError):
    """Base of the faults of the request itself."""

    title = gettext_noop("Demande incorrecte")


class UnknownParameter(BadRequest):
    """A query parameter the resource does not know: never ignored."""

    title = gettext_noop("Paramètre inconnu")


class InvalidParameter(BadRequest):
    """A parameter whose value cannot be read or is out of its bounds."""

    title = gettext_noop("Valeur de paramètre incorrecte")


class MissingParameter(BadRequest):
    """A parameter, or its element, that the operation cannot do without."""

    title = gettext_noop("Paramètre manquant")


class UnknownOperation(BadRequest):
    """An operation that a service, or the requested version of it, does not have."""

    title = gettext_noop("Opération inconnue")


class VersionNegotiationFailed(BadRequest):
    """None of the versions that the client accepts is served."""

    title = gettext_noop("Version non servie")


class UnreadableRequest(BadRequest):
    """A body, a filter or a geometry that is not the XML of its standard."""

    title = gettext_noop("Requête illisible")


class InvalidBbox(InvalidParameter):
    """A bounding box that is not four or six finite, ordered, in-range numbers."""

    title = gettext_noop("Emprise incorrecte")


class InvalidGeometry(InvalidParameter):
    """A geometry that cannot be read, is not valid, or is outside the range of its CRS."""

    title = gettext_noop("Géométrie incorrecte")


class InvalidDatetime(InvalidParameter):
    """A date, instant or interval that is not RFC 3339."""

    title = gettext_noop("Date incorrecte")


class InvalidCursor(InvalidParameter):
    """A page token that this collection did not issue for this sort."""

    title = gettext_noop("Jeton de page incorrect")


class UnknownCrs(InvalidParameter):
    """A coordinate reference system the portal does not serve."""

    title = gettext_noop("Système de coordonnées inconnu")


class UnknownCommune(InvalidParameter):
    """A code that is not one of the territory's communes."""

    title = gettext_noop("Commune inconnue")


class UnknownPlanDate(InvalidParameter):
    """A day on which no plan was in force."""

    title = gettext_noop("Aucun plan à cette date")


class InvalidFilter(InvalidParameter):
    """A CQL2 expression that cannot be parsed or evaluated."""

    title = gettext_noop("Filtre incorrect")


class UnknownProperty(InvalidFilter):
    """A property the layer does not have, or that the visitor may not use."""

    title = gettext_noop("Propriété inconnue")

    def __init__(self, name: str, *, parameter: str) -> None:
        super().__init__(_("La couche n’a pas de propriété « %s ».") % name, parameter=parameter)
        self.name = name


class FilterTooComplex(InvalidFilter):
    """A CQL2 expression over the bounds of size or depth."""

    title = gettext_noop("Filtre trop complexe")


class InvalidFeature(BadRequest):
    """A feature to write that cannot be read, or whose values the layer refuses.

    ``faults`` are the reasons by published name, under an empty name those of the row as a whole; empty when they are
    not itemised.
    """

    title = gettext_noop("Objet incorrect")

    def __init__(self, detail: str, *, parameter: str = "", faults: Mapping[str, str] | None = None) -> None:
        super().__init__(detail, parameter=parameter)
        self.faults: Mapping[str, str] = faults or {}


class UnsupportedMediaType(LayersError):
    """A body in a form that the resource does not read."""

    title = gettext_noop("Format de corps non admis")


class BodyTooLarge(LayersError):
    """A body over the size that the resource reads."""

    title = gettext_noop("Corps trop volumineux")


class AddressTooLong(LayersError):
    """An address over the size that the resource reads."""

    title = gettext_noop("Adresse trop longue")


class MissingPrecondition(LayersError):
    """A change that does not say which state of the feature it starts from."""

    title = gettext_noop("Version de départ non précisée")


class ReferencedFeature(LayersError):
    """Rows of another layer belong to the feature to delete."""

    title = gettext_noop("Objet utilisé par d’autres lignes")


class StaleFeature(LayersError):
    """The feature changed since the state that the change starts from."""

    title = gettext_noop("Objet modifié entre-temps")


class StaleStyle(StaleFeature):
    """The style of the layer changed since the state that the change starts from."""

    title = gettext_noop("Style modifié entre-temps")


class UnknownStyleVersion(UnknownFeature):
    """The layer has no version of its style of this number, or the visitor may not read it."""

    title = gettext_noop("Version inconnue")


class InvalidStyle(BadRequest):
    """A style that cannot be drawn, or uses what the layer does not have."""

    title = gettext_noop("Style refusé")


class InvalidImage(BadRequest):
    """An upload that is not a picture the portal accepts, or is too large."""

    title = gettext_noop("Image refusée")


class InvalidArchive(BadRequest):
    """An archive that is broken."""

    title = gettext_noop("Archive illisible")


class UnsafeArchiveContent(InvalidArchive):
    """An archive with too many entries, too large once expanded, or with names that leave its folder."""

    title = gettext_noop("Archive refusée par sécurité")


class InvalidFile(BadRequest):
    """An upload that is not a table the portal reads, or is too large."""

    title = gettext_noop("Fichier refusé")


class InvalidValue(BadRequest):
    """A cell of a file whose text cannot become the value of its column."""

    title = gettext_noop("Valeur refusée")


class ExportFailed(LayersError):
    """A file that its format cannot hold."""

    title = gettext_noop("Export impossible")


class RangeOutside(LayersError):
    """The requested part of a file begins after its end; ``size`` is that of the file, in bytes."""

    title = gettext_noop("Partie hors du fichier")

    def __init__(self, size: int) -> None:
        super().__init__(
            _("Le fichier compte %d octets : la partie demandée par Range commence après sa fin.") % size
        )
        self.size = size


class TooSlow(LayersError):
    """The database did not answer within the time given to this kind of read."""

    title = gettext_noop("Réponse trop longue")


class TooCostly(BadRequest):
    """A query that compares too many rows, refused before it runs."""

    title = gettext_noop("Question trop vaste")


class UnreachableSource(LayersError):
    """A source that the portal relays cannot be reached, or does not answer what it should."""

    title = gettext_noop("Source injoignable")


class LateSource(LayersError):
    """A source that the portal relays did not answer in time."""

    title = gettext_noop("Source trop lente")


STATUS: dict[type[LayersError], HTTPStatus] = {
    LayersError: HTTPStatus.BAD_REQUEST,
    UnknownLayer: HTTPStatus.NOT_FOUND,
    UnknownFeature: HTTPStatus.NOT_FOUND,
    UnknownLayerVersion: HTTPStatus.NOT_FOUND,
    UnknownTile: HTTPStatus.NOT_FOUND,
    UnknownStyle: HTTPStatus.NOT_FOUND,
    WrongCredentials: HTTPStatus.UNAUTHORIZED,
    MissingCredentials: HTTPStatus.UNAUTHORIZED,
    TooManyAttempts: HTTPStatus.TOO_MANY_REQUESTS,
    TooManyRequests: HTTPStatus.TOO_MANY_REQUESTS,
    Busy: HTTPStatus.SERVICE_UNAVAILABLE,
    StorageFull: HTTPStatus.INSUFFICIENT_STORAGE,
    Forbidden: HTTPStatus.FORBIDDEN,
    BadRequest: HTTPStatus.BAD_REQUEST,
    UnsupportedMediaType: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    BodyTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    AddressTooLong: HTTPStatus.REQUEST_URI_TOO_LONG,
    MissingPrecondition: HTTPStatus.PRECONDITION_REQUIRED,
    StaleFeature: HTTPStatus.PRECONDITION_FAILED,
    ReferencedFeature: HTTPStatus.CONFLICT,
    RangeOutside: HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
    ExportFailed: HTTPStatus.SERVICE_UNAVAILABLE,
    TooSlow: HTTPStatus.SERVICE_UNAVAILABLE,
    UnreachableSource: HTTPStatus.BAD_GATEWAY,
    LateSource: HTTPStatus.GATEWAY_TIMEOUT,
}


def status_of(error: LayersError) -> HTTPStatus:
    """Return the HTTP status of the nearest ancestor of ``error`` in ``STATUS``."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
