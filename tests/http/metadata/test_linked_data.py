"""What search engines read: schema.org in the page of each public layer, and the sitemap."""

from __future__ import annotations

import json
import re
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from django.test import Client

from layers.models import Layer
from metadata.models import LayerMetadata
from tests.people import PLANNER
from tests.staff import signed_in, text
from tests.world import ARCHIVED, DRAFT, PLAYGROUNDS, TREES, World

_BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
_LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


def document(client: Client, slug: str) -> Any:
    blocks = _BLOCK.findall(text(client.get(f"/catalogue/{slug}/")))
    return json.loads(blocks[0]) if blocks else None


def locations(host: str = "localhost") -> set[str]:
    answer = Client().get("/sitemap.xml", headers={"host": host})
    assert answer["Content-Type"] == "application/xml"
    root: Element = fromstring(answer.content)
    return {str(each.text) for each in root.iter(_LOC)}


def test_a_public_layer_is_a_dataset_whatever_its_texts(world: World) -> None:
    hostile = (
        "</script><script>alert(1)</script> & « arbres » de la ville et de ses parcs, relevés chaque année."
    )
    Layer.objects.filter(slug=TREES).update(abstract=hostile)
    LayerMetadata.objects.create(
        layer=Layer.objects.get(slug=TREES),
        former_id="arbres",
        publisher="Ville",
        bounds=[2.0, 48.7, 2.3, 48.9],
    )
    read = document(Client(), TREES)
    assert read["description"] == hostile
    assert read["identifier"] == "http://testserver/explore/dataset/arbres/"
    assert read["url"] == f"http://testserver/catalogue/{TREES}/"
    assert read["license"] == "https://www.etalab.gouv.fr/licence-ouverte-open-licence"
    assert read["spatialCoverage"]["geo"]["box"] == "48.70000 2.00000 48.90000 2.30000"
    assert any(each["contentUrl"].endswith(".geojson") for each in read["distribution"])


def test_an_internal_layer_has_no_dataset(world: World) -> None:
    assert document(signed_in(PLANNER), PLAYGROUNDS) is None


def test_the_sitemap_has_what_everybody_sees_on_its_portal(world: World) -> None:
    pages = locations()
    assert f"http://localhost/catalogue/{TREES}/" in pages
    hidden = {f"http://localhost/catalogue/{slug}/" for slug in (DRAFT, ARCHIVED, PLAYGROUNDS)}
    assert not hidden & pages
    assert f"http://meudon.localhost/catalogue/{TREES}/" in locations("meudon.localhost")


def test_a_withdrawn_layer_leaves_the_next_sitemap(world: World) -> None:
    Layer.objects.filter(slug=TREES).update(state="archived")
    assert f"http://localhost/catalogue/{TREES}/" not in locations()


@pytest.mark.django_db
def test_robots_name_the_sitemap(catalogue: object) -> None:
    assert "Sitemap: http://testserver/sitemap.xml" in text(Client().get("/robots.txt"))
