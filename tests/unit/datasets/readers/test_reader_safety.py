"""Files made to harm: archives that explode or escape, XML that fetches, documents that point elsewhere."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from datasets.errors import FileRefused, UnknownFormat, UnreadableFile, UnsafeArchive
from datasets.readers.opening import open_source
from layers.parsing.archives import MAX_ARCHIVE_ENTRIES
from layers.parsing.gdal import pyogrio
from tests.request_recorder import request_recorder

KML = '<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>{}</Document></kml>'
PLACE = "<Placemark><name>{}</name><Point><coordinates>2.2,48.8</coordinates></Point></Placemark>"


def _read(path: Path) -> list[object]:
    with open_source(path) as source:
        return [values for _line, values, _wkb in source.rows()]


def _zip(path: Path, *entries: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return path


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """An address on this machine, and the requests it received."""
    with request_recorder() as recorder:
        yield recorder


def test_archive_that_expands_a_thousand_times_is_not_opened(tmp_path: Path) -> None:
    path = _zip(tmp_path / "bombe.zip", ("a.csv", b"0" * (64 * 1024**2)))

    with pytest.raises(UnsafeArchive, match="64 Mo"):
        _read(path)


def test_workbook_that_expands_a_thousand_times_is_not_opened(tmp_path: Path) -> None:
    path = _zip(
        tmp_path / "b.xlsx", ("xl/workbook.xml", b"<x/>"), ("xl/worksheets/sheet1.xml", b"0" * (64 * 1024**2))
    )

    with pytest.raises(UnsafeArchive):
        _read(path)


def test_archive_that_lies_about_its_sizes_is_refused(tmp_path: Path) -> None:
    path = _zip(tmp_path / "a.zip", ("a.csv", b"a,b\n" + b"1,2\n" * 100_000))
    size = (4 + 400_000).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(size, (8).to_bytes(4, "little")))

    with pytest.raises(UnreadableFile):
        _read(path)


@pytest.mark.parametrize(
    "name", ["../dehors.csv", "/etc/dehors.csv", "a/../../b.csv", "C:\\dehors.csv", "..\\b.csv"]
)
def test_archive_with_a_name_that_leaves_its_folder_is_refused(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "depot"
    folder.mkdir()

    with pytest.raises(UnsafeArchive):
        _read(_zip(folder / "a.zip", (name, b"a,b\n1,2\n")))

    assert [path.name for path in tmp_path.rglob("*.csv")] == []


def test_archive_with_a_symbolic_link_is_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("lien.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16

    with pytest.raises(UnsafeArchive):
        _read(_zip(tmp_path / "a.zip", (link, b"/etc/passwd")))


def test_archive_with_too_many_entries_is_refused(tmp_path: Path) -> None:
    entries = [(f"{number}.txt", b"") for number in range(MAX_ARCHIVE_ENTRIES + 1)]

    with pytest.raises(UnsafeArchive, match=str(MAX_ARCHIVE_ENTRIES)):
        _read(_zip(tmp_path / "a.zip", *entries))


def test_archive_cut_in_the_middle_is_refused(tmp_path: Path) -> None:
    path = _zip(tmp_path / "a.zip", ("a.csv", b"a,b\n" + bytes(range(32, 120)) * 50))
    path.write_bytes(path.read_bytes()[:100])

    with pytest.raises(UnreadableFile):
        _read(path)


def test_archive_in_an_archive_is_not_followed(tmp_path: Path) -> None:
    inner = _zip(tmp_path / "b.zip", ("a.csv", b"a,b\n1,2\n"))

    with pytest.raises(UnknownFormat):
        _read(_zip(tmp_path / "a.zip", ("b.zip", inner.read_bytes())))


@pytest.mark.parametrize("filler", ["", "<!--" + "x" * 100_000 + "-->"])
def test_xml_entities_are_refused_even_far_from_the_start(tmp_path: Path, filler: str) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("mot de passe")
    path = tmp_path / "a.kml"
    body = KML.format(PLACE.format("&x;")).removeprefix('<?xml version="1.0"?>')
    path.write_text(
        f'<?xml version="1.0"?>{filler}<!DOCTYPE kml [<!ENTITY x SYSTEM "{secret.as_uri()}">]>{body}'
    )

    with pytest.raises(FileRefused):
        _read(path)


def test_kml_that_links_elsewhere_fetches_nothing(tmp_path: Path, listener: tuple[str, list[str]]) -> None:
    address, received = listener
    path = tmp_path / "a.kml"
    link = f"<NetworkLink><Link><href>{address}/suite.kml</href></Link></NetworkLink>"
    path.write_text(KML.format(PLACE.format("Ici") + link + f"<styleUrl>{address}/style.kml#a</styleUrl>"))

    assert len(_read(path)) == 1
    assert received == []


def test_gml_that_links_elsewhere_fetches_nothing(tmp_path: Path, listener: tuple[str, list[str]]) -> None:
    address, received = listener
    path = tmp_path / "a.gml"
    path.write_text(
        '<?xml version="1.0"?><FeatureCollection xmlns:gml="http://www.opengis.net/gml/3.2"'
        ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        f' xsi:schemaLocation="http://exemple {address}/schema.xsd">'
        f'<gml:featureMember><lieu gml:id="a"><nom>Ici</nom><gml:pointProperty xlink:href="{address}/p.gml#b"/>'
        "</lieu></gml:featureMember></FeatureCollection>"
    )

    with suppress(FileRefused):
        _read(path)

    assert received == []


@pytest.mark.parametrize(
    "content",
    [
        '<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>/x</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>',
        "<OGRWFSDataSource><URL>http://127.0.0.1/</URL></OGRWFSDataSource>",
        '{"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline read /etc/passwd"}',
        '{"type": "FeatureCollection", "x": "gdal_streamed_alg", "features": []}',
    ],
)
def test_document_that_is_an_order_to_open_others_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.vrt"
    path.write_text(content)

    with pytest.raises(FileRefused):
        _read(path)


def test_drivers_that_fetch_or_assemble_are_not_registered() -> None:
    drivers = set(pyogrio.list_drivers())

    assert (
        drivers & {"OGR_VRT", "WFS", "OAPIF", "HTTP", "GDALG", "CSW", "Carto", "CSV", "SQLite", "OGCAPI"}
        == set()
    )
    assert drivers >= {
        "GPKG",
        "GML",
        "GPX",
        "LIBKML",
        "FlatGeobuf",
        "GeoJSON",
        "GeoJSONSeq",
        "ESRI Shapefile",
        "MapInfo File",
        "DXF",
        "OpenFileGDB",
    }


def test_nothing_is_left_in_the_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    path = tmp_path / "a.kml"
    path.write_text(KML.format(PLACE.format("Ici")))
    _read(path)
    path.write_text("<kml><Document>")
    with pytest.raises(UnreadableFile):
        _read(path)

    assert [item.name for item in tmp_path.iterdir()] == ["a.kml"]


@pytest.mark.parametrize(
    "content", [b"%PDF-1.7 ...", b"\xd0\xcf\x11\xe0" * 9, b"\x1f\x8b\x08", b"SQLite format 3\0" * 9]
)
def test_file_of_another_trade_is_refused_with_what_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)

    with pytest.raises(UnknownFormat, match="Ce fichier est"):
        _read(path)
