"""Modules that are imported when they are first used, so that a process starts without what its pages may never need.

A library of rasters, charts or files costs each process of the server 0.1 to 0.4 s and 10 to 50 MB. A module names it
twice, for the type checker and for the process:

    if TYPE_CHECKING:
        import altair
    else:
        altair = lazy_module("altair")

Names of the library are then read inside functions only: at the top of a module, they would import it.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.abc import MetaPathFinder
from types import ModuleType
from typing import Any

# Threads that need libraries at once import one after the other: two that import each other's parts may be given
# modules half made.
_IMPORTING = threading.RLock()


class LazyModule:
    """Stands for a module: the first attribute that is read imports it."""

    def __init__(self, name: str, parts: tuple[str, ...]) -> None:
        self._name, self._parts = name, parts
        self._module: ModuleType | None = None

    def __getattr__(self, attribute: str) -> Any:
        """Return an attribute of the module."""
        return getattr(self._module or self._imported(), attribute)

    def _imported(self) -> ModuleType:
        with _IMPORTING:
            module = import_module(self._name)
            for part in self._parts:
                import_module(f"{self._name}.{part}")
        self._module = module
        return module


def lazy_module(name: str, *parts: str) -> LazyModule:
    """Return what stands for a module; ``parts`` are submodules that it does not import by itself."""
    return LazyModule(name, parts)


class _WithoutPandas(MetaPathFinder):
    """Block pandas in the thread that made it."""

    def __init__(self) -> None:
        self._thread = threading.get_ident()

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> None:
        """Refuse the packages; leave other imports to the next finder."""
        if fullname in {"pandas", "geopandas"} and threading.get_ident() == self._thread:
            raise ModuleNotFoundError(fullname, name=fullname)


@contextmanager
def without_pandas() -> Iterator[None]:
    """Block pandas in this thread for the block, where a library loads it if it is installed: a second, and 44 MB."""
    finder = _WithoutPandas()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
