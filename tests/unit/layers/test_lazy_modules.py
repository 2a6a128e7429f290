"""A module that stands for another imports it when it is first used, once, whatever threads use it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from layers.lazy import lazy_module

THREADS = 8


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A package with a part that it does not import by itself."""
    folder = tmp_path / "lazily_read"
    folder.mkdir()
    (folder / "__init__.py").write_text("VALUE = object()\n")
    (folder / "part.py").write_text("NAME = 'part'\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield folder.name
    for name in [name for name in sys.modules if name.partition(".")[0] == folder.name]:
        del sys.modules[name]


def test_a_library_is_not_imported_by_who_names_it(library: str) -> None:
    lazy_module(library)
    assert library not in sys.modules


def test_the_first_attribute_imports_the_library(library: str) -> None:
    assert lazy_module(library).VALUE is sys.modules[library].VALUE


def test_parts_are_imported_with_the_library(library: str) -> None:
    assert lazy_module(library, "part").part.NAME == "part"


def test_threads_that_need_a_library_at_once_get_one(library: str) -> None:
    module, start = lazy_module(library, "part"), Barrier(THREADS)

    def read(_number: int) -> tuple[object, str]:
        start.wait()
        return module.VALUE, module.part.NAME

    with ThreadPoolExecutor(THREADS) as threads:
        assert len(set(threads.map(read, range(THREADS)))) == 1


def test_a_library_that_is_missing_is_named(library: str) -> None:
    with pytest.raises(ModuleNotFoundError, match="absent_library"):
        lazy_module("absent_library").VALUE  # noqa: B018  (reading it is the matter)
