"""Transactions of WFS as clients write them, in each version."""

from __future__ import annotations

from django.test import Client

from tests.factories import MEUDON, MIDDLES
from tests.people import Person
from tests.protocols import Answer, read
from tests.wfs_asking import WFS
from tests.world import TREES

_NAMESPACES = {
    "2.0.0": (
        "http://www.opengis.net/wfs/2.0",
        "http://www.opengis.net/fes/2.0",
        "http://www.opengis.net/gml/3.2",
    ),
    "1.1.0": ("http://www.opengis.net/wfs", "http://www.opengis.net/ogc", "http://www.opengis.net/gml"),
    "1.0.0": ("http://www.opengis.net/wfs", "http://www.opengis.net/ogc", "http://www.opengis.net/gml"),
}


def transaction(*actions: str, version: str = "2.0.0", attributes: str = "") -> str:
    """Return a request of several actions."""
    wfs, filters, gml = _NAMESPACES[version]
    return (
        f'<wfs:Transaction service="WFS" version="{version}" xmlns:wfs="{wfs}" xmlns:f="{filters}" '
        f'xmlns:gml="{gml}" xmlns:portail="urn:x-portail:couche" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" {attributes}>{"".join(actions)}</wfs:Transaction>'
    )


def point(at: tuple[float, float] = MIDDLES[MEUDON], *, version: str = "2.0.0") -> str:
    """Return a point in degrees, in the order of the axes of the form of its system."""
    x, y = at
    if version == "1.0.0":
        return f'<gml:Point srsName="EPSG:4326"><gml:coordinates>{x},{y}</gml:coordinates></gml:Point>'
    return f'<gml:Point srsName="urn:ogc:def:crs:EPSG::4326"><gml:pos>{y} {x}</gml:pos></gml:Point>'


def insert(
    name: str,
    *,
    handle: str = "",
    at: tuple[float, float] = MIDDLES[MEUDON],
    version: str = "2.0.0",
    more: str = "",
    layer: str = TREES,
) -> str:
    """Return the action that creates a tree."""
    return (
        f"<wfs:Insert{_handle(handle)}><portail:{layer}><portail:geom>{point(at, version=version)}</portail:geom>"
        f"<portail:nom_vernaculaire>{name}</portail:nom_vernaculaire>{more}</portail:{layer}></wfs:Insert>"
    )


def replace(pk: int, name: str, *, handle: str = "") -> str:
    """Return the action that replaces a tree."""
    inside = insert(name).removeprefix("<wfs:Insert>").removesuffix("</wfs:Insert>")
    return f"<wfs:Replace{_handle(handle)}>{inside}{by_id(pk)}</wfs:Replace>"


def update(
    where: str,
    value: str,
    *,
    handle: str = "",
    name: str = "genre",
    version: str = "2.0.0",
    layer: str = TREES,
) -> str:
    """Return the action that changes one property; ``value`` is XML."""
    called = "ValueReference" if version == "2.0.0" else "Name"
    changed = (
        f"<wfs:Property><wfs:{called}>{name}</wfs:{called}><wfs:Value>{value}</wfs:Value></wfs:Property>"
    )
    return f'<wfs:Update typeName="portail:{layer}"{_handle(handle)}>{changed}{where}</wfs:Update>'


def delete(where: str, *, handle: str = "", layer: str = TREES) -> str:
    """Return the action that deletes features."""
    return f'<wfs:Delete typeName="portail:{layer}"{_handle(handle)}>{where}</wfs:Delete>'


def by_id(*pks: int, version: str = "2.0.0", layer: str = TREES) -> str:
    """Return a filter on identifiers."""
    tag, name = ("ResourceId", "rid") if version == "2.0.0" else ("FeatureId", "fid")
    return "<f:Filter>" + "".join(f'<f:{tag} {name}="{layer}.{pk}"/>' for pk in pks) + "</f:Filter>"


def by_value(name: str, value: str) -> str:
    """Return a filter on a property."""
    said = f"<f:ValueReference>{name}</f:ValueReference><f:Literal>{value}</f:Literal>"
    return f"<f:Filter><f:PropertyIsEqualTo>{said}</f:PropertyIsEqualTo></f:Filter>"


def _handle(handle: str) -> str:
    return f' handle="{handle}"' if handle else ""


def send_transaction(body: str, person: Person, *, path: str = WFS, **headers: str) -> Answer:
    """Send a request with HTTP Basic."""
    if not person.is_anonymous:
        person.account()
        headers["authorization"] = person.basic()
    client = Client(headers={name.replace("_", "-"): text for name, text in headers.items()})
    return read(client.post(path, body, content_type="text/xml"))
