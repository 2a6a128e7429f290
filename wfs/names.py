"""What features, their types and their properties are called in XML, and how those names are read back.

A feature type is called by the slug of its layer in one namespace, a feature by its type and its id, a property by its
field (``layers.formats.xml_names``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.utils.translation import gettext as _

from layers.errors import InvalidParameter

NAMESPACE = "urn:x-portail:couche"
PREFIX = "portail"
GEOMETRY = "geom"
# The prefixes of a request that names none: ours, whatever the client.
PREFIXES: Mapping[str, str] = {PREFIX: NAMESPACE}

_RESOURCE = re.compile(r"(?P<name>.+)\.(?P<pk>\d{1,18})", re.ASCII | re.DOTALL)


def local_name(slug: str) -> str:
    """Return the name of the feature type of a layer: its slug, with ``_`` in front where XML requires a letter."""
    return slug if slug[:1].isalpha() else f"_{slug}"


def slug_of(name: str) -> str:
    """Return the slug of the layer that a local name stands for."""
    return name.removeprefix("_")


def type_name(slug: str) -> str:
    """Return the qualified name of the feature type of a layer: ``portail:aires-de-jeux``."""
    return f"{PREFIX}:{local_name(slug)}"


def resource_id(slug: str, pk: int | str) -> str:
    """Return the identifier of a feature: its ``gml:id``, its ``fid``, what a ResourceId names."""
    return f"{local_name(slug)}.{pk}"


def find_resource_id(text: str) -> tuple[str, int] | None:
    """Return the local name of the type and the id that an identifier is made of; None when it is none of ours."""
    match = _RESOURCE.fullmatch(text.strip())
    return (match["name"], int(match["pk"])) if match else None


def read_resource_id(text: str, *, parameter: str) -> tuple[str, int]:
    """Return the local name of the type and the id that the identifier of a feature is made of.

    Raises:
        InvalidParameter: not the identifier of a feature.
    """
    resource = find_resource_id(text)
    if resource is None:
        raise InvalidParameter(
            _("« %s » n’est pas l’identifiant d’un objet : attendu « couche.numéro ».") % text[:80],
            parameter=parameter,
        )
    return resource


def local_type(text: str, *, prefixes: Mapping[str, str] = PREFIXES, parameter: str) -> str:
    """Return the local name of a feature type from ``portail:nom``, ``nom`` or ``schema-element(portail:nom)``.

    Raises:
        InvalidParameter: empty, or a prefix of another namespace.
    """
    name = text.strip()
    if name.startswith("schema-element(") and name.endswith(")"):
        name = name.removeprefix("schema-element(").removesuffix(")").strip()
    prefix, mark, local = name.rpartition(":")
    if not local or (mark and prefixes.get(prefix, PREFIXES.get(prefix)) != NAMESPACE):
        raise InvalidParameter(
            _("« %(name)s » n’est pas un type d’objets de cet espace de noms (%(namespace)s).")
            % {"name": text[:80], "namespace": NAMESPACE},
            parameter=parameter,
        )
    return local
