"""Programs that harvest are recognised by what they call themselves."""

from __future__ import annotations

import pytest

from harvesting.visits import harvester_of
from harvesting.vocabulary import Harvester


@pytest.mark.parametrize(
    ("user_agent", "family"),
    [
        ("uData/0.1 dcat", Harvester.UDATA),
        ("GeoNetwork/4.4", Harvester.GEONETWORK),
        ("OWSLib (https://owslib.readthedocs.io)", Harvester.OWSLIB),
        ("Mozilla/5.0 QGIS/33415", Harvester.OWSLIB),
        ("Opendatasoft-harvester/1.0", Harvester.OPENDATASOFT),
        ("Mozilla/5.0 (compatible; Googlebot/2.1)", Harvester.GOOGLE),
        ("Mozilla/5.0 (X11; Linux x86_64)", Harvester.OTHER),
        ("", Harvester.OTHER),
    ],
)
def test_a_harvester_is_recognised_by_its_user_agent(user_agent: str, family: Harvester) -> None:
    assert harvester_of(user_agent) is family
