"""Files of GIS as agents send them: read whole, or refused in words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from datasets.errors import FileRefused
from datasets.inference.schema import infer_schema
from datasets.readers.opening import open_source
from tests.gis_files import FILES, REFUSED, GisFile
from tests.gis_writing import FOLDERS, text


@pytest.mark.parametrize("file", FILES, ids=str)
def test_file_is_understood(tmp_path: Path, file: GisFile, subtests: pytest.Subtests) -> None:
    with open_source(file.make(tmp_path), options=file.options) as source:
        result = infer_schema(source)
        rows = list(source.rows())
    names = [field.source for field in result.schema.fields]

    with subtests.test("rows"):
        assert len(rows) == file.rows
    with subtests.test("geometry"):
        assert (result.schema.geometry.value, result.recipe.srid) == (file.geometry, file.srid)
    with subtests.test("key"):
        assert result.schema.key == file.key
    with subtests.test("findings"):
        assert set(file.told) <= {item.code for item in [*result.findings, *source.findings]}
    with subtests.test("nothing else is said"):
        codes = {item.code for item in [*result.findings, *source.findings]}
        assert codes - {"known_schema"} == set(file.told)
    with subtests.test("layers"):
        assert source.layers == file.layers or len(source.layers) < 2
    with subtests.test("accents"):
        assert not any("�" in name or "Ã" in name for name in names)
        assert all("�" not in (value or "") for _line, values, _shape in rows for value in values)


def test_empty_column_of_the_format_is_left_out_of_a_file_read_whole_alone(tmp_path: Path) -> None:
    with open_source(text(tmp_path / "a.kml", FOLDERS)) as source:
        whole, begun = (infer_schema(source, sample=rows).schema.fields for rows in (5_000, 1))
    assert [field.name for field in whole] == ["name"]
    assert len(begun) == len(source.titles) > len(whole)


@pytest.mark.parametrize(("name", "make", "told"), REFUSED, ids=[name for name, _make, _told in REFUSED])
def test_file_is_refused_in_words(tmp_path: Path, name: str, make: Callable[[Path], Path], told: str) -> None:
    with pytest.raises(FileRefused, match=told):
        open_source(make(tmp_path))
