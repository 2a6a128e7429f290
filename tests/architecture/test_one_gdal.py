"""GDAL is met in one place: whoever imported it first would decide which drivers this process opens files with."""

from __future__ import annotations

import re

from tests.architecture.tree import code, text

IMPORT = re.compile(r"^\s*(?:import|from) pyogrio\b", re.MULTILINE)


def test_one_module_imports_gdal() -> None:
    served = [path for path in code() if not path.startswith("fixtures/")]  # a script that runs alone
    assert [path for path in served if IMPORT.search(text(path))] == ["layers/parsing/gdal.py"]
