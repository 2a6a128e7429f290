"""Django's GDAL gets EPSG codes and WKT: no spatial reference makes it open a file or an address."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.gis.gdal import GDALException, SpatialReference
from django.contrib.gis.gdal.prototypes import srs as gdal_functions
from django.contrib.gis.geos import Point

from layers.parsing import spatial_references
from tests.request_recorder import request_recorder

LAMBERT_93 = 2154


@pytest.fixture
def definition(tmp_path: Path) -> Path:
    """A file whose text GDAL reads as a spatial reference."""
    path = tmp_path / "secret.prj"
    path.write_text(SpatialReference(LAMBERT_93).wkt)
    return path


@pytest.fixture
def recorder() -> Iterator[tuple[str, list[str]]]:
    """An address on this machine, and the requests it received."""
    with request_recorder() as recorder:
        yield recorder


ADDRESSES = (
    "{address}/a",
    "  {upper}/a",
    "{address}/EPSG:2154",
    "/vsicurl/{address}/a",
    "/vsicurl_streaming/{address}/a",
    "/vsizip//vsicurl/{address}/a.zip",
    "ESRI::{address}/a",
)


@pytest.mark.parametrize("text", ADDRESSES)
def test_an_address_is_refused_by_its_name_and_not_fetched(
    text: str, recorder: tuple[str, list[str]]
) -> None:
    address, received = recorder
    reference = text.format(address=address, upper=address.upper())
    with pytest.raises(GDALException) as caught:
        SpatialReference(reference)
    assert reference in str(caught.value)
    assert received == []


@pytest.mark.parametrize(
    "text", ["{path}", " {path}", "DICT:{path},1", "+init={path}:1", "{name}", "ESRI::{path}"]
)
def test_a_file_is_refused(text: str, definition: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(definition.parent)
    with pytest.raises(GDALException, match="neither an EPSG code nor WKT"):
        SpatialReference(text.format(path=definition, name=definition.name))


@pytest.mark.parametrize(
    "text", ["{}", "WGS84", "urn:ogc:def:crs:EPSG::2154", "", "EPSG:", "EPSG:2154 /etc/x"]
)
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(GDALException, match="neither an EPSG code nor WKT"):
        SpatialReference(text)


def test_a_long_text_is_quoted_in_part() -> None:
    with pytest.raises(GDALException) as caught:
        SpatialReference("x" * 10_000)
    assert len(str(caught.value)) < 200


def test_the_function_that_opens_is_called_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[object] = []
    for name in ("from_user_input", "from_user_input_ex"):
        monkeypatch.setattr(
            gdal_functions, name, lambda _pointer, text, *_options: opened.append(text), raising=False
        )
    wkt = SpatialReference(LAMBERT_93).wkt
    for text in (
        LAMBERT_93,
        str(LAMBERT_93),
        f"EPSG:{LAMBERT_93}",
        f"epsg:{LAMBERT_93}",
        wkt,
        wkt.encode().decode(),
    ):
        SpatialReference(text)
    Point(2.2, 48.8, srid=4326).transform(LAMBERT_93, clone=True)
    assert opened == []


@pytest.mark.parametrize("text", ["2154", "EPSG:2154", " epsg:2154 "])
def test_codes_and_wkt_are_the_same_reference(text: str) -> None:
    assert SpatialReference(text).wkt == SpatialReference(LAMBERT_93).wkt
    assert SpatialReference(SpatialReference(text).wkt).name == "RGF93 v1 / Lambert-93"


def test_longitude_stays_first_by_every_way() -> None:
    point = Point(2.2, 48.8, srid=4326)
    by_code = point.transform(LAMBERT_93, clone=True)
    wkt = point.ogr.transform(SpatialReference(SpatialReference(LAMBERT_93).wkt), clone=True)
    assert (wkt.x, wkt.y) == pytest.approx(by_code.coords)


def test_files_are_not_opened() -> None:
    assert not spatial_references.opens_files()


def test_a_gdal_that_opens_files_is_recognised(monkeypatch: pytest.MonkeyPatch) -> None:
    def open_as_gdal_does(reference: SpatialReference, text: str) -> None:
        reference.import_wkt(Path(text).read_text())

    monkeypatch.setattr(SpatialReference, "import_user_input", open_as_gdal_does)
    assert spatial_references.opens_files()
