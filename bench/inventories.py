"""The inventory of 300 heritage buildings with photos as one PDF: what the worker and the child that lays it out take.

Buildings are added beside those of the demonstration, each with a photo of one of them. Everything is rolled back.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils import timezone

from bench.figures import Figure, by_length, in_time
from bench.processor_times import processor_ms
from bench.server import highest_mb, resident_mb
from export_formats.pdf import LONG_LIMITS
from heritage.models import BuildingPhoto, HeritageBuilding
from layers.visitor import Visitor
from planning.inventory.paper import inventory_pdf
from planning.inventory.queries import MAX_SHEETS, inventory_of
from sandbox.supervisor import server

LAYER = "batiments-patrimoniaux"
_BRIEF = 60
_MOST_MB = LONG_LIMITS.memory // 1024**2
_MOST_S = 600
_STEP = 0.0008  # some 60 m
_POLL_S = 0.05


def inventories() -> Iterator[Figure]:
    """Measure the document of as many buildings as one may hold: reading, laying out, memory, size."""
    count = by_length(MAX_SHEETS, _BRIEF)
    with transaction.atomic():
        photos = _add_buildings(count)
        visitor = Visitor(instant=timezone.now())
        shares: list[int] = []
        results: list[bytes] = []
        peak = ChildPeak()
        begun, held = perf_counter(), resident_mb(os.getpid())

        def write() -> None:
            inventory = inventory_of(visitor, LAYER, {})
            results.append(inventory_pdf(visitor, inventory, count, report=shares.append).content)

        spent = peak.during(lambda: processor_ms(write))
        seconds = perf_counter() - begun
        name = f"Inventory of {count} buildings, {photos} photos"
        size = len(results[0]) / 1_000_000
        yield Figure(name, f"≤ {_MOST_S} s", f"{seconds:.0f} s, {size:.1f} MB", in_time(seconds, _MOST_S))
        yield Figure(f"{name}: processor of Python and PostgreSQL", "–", f"{spent / 1000:.1f} s")
        words = f"{peak.processor_s:.0f} s"
        yield Figure(f"{name}: processor of the child that lays it out", f"≤ {LONG_LIMITS.cpu_seconds} s", words,
                     in_time(peak.processor_s, LONG_LIMITS.cpu_seconds))  # fmt: skip
        words = f"{peak.memory_mb:.0f} MB"
        yield Figure(f"{name}: memory of that child", f"≤ {_MOST_MB} MB", words, peak.memory_mb <= _MOST_MB)
        yield Figure(f"{name}: growth of the worker", "–", f"{resident_mb(os.getpid()) - held:.0f} MB")
        transaction.set_rollback(True)


def _add_buildings(count: int) -> int:
    """Add what is missing to ``count`` buildings, each with the photo of another one; return the number of photos."""
    there = list(HeritageBuilding.objects.order_by("pk"))
    photos = list(BuildingPhoto.objects.order_by("pk"))
    for number in range(count - len(there)):
        model = there[number % len(there)]
        position = Point(model.geom.x + _STEP * (1 + number % 3), model.geom.y + _STEP, srid=4326)
        added = HeritageBuilding(denomination=f"Maison {number + 1}, exemple", geom=position)
        for name in ("adresse", "datation", "siecle", "auteur", "protection", "source", "interet"):
            if hasattr(model, name):
                setattr(added, name, getattr(model, name))
        added.save()
        photo = photos[number % len(photos)]
        copied = {
            name: getattr(photo, name)
            for name in ("image", "thumbnail", "legende", "credit", "date_prise_vue")
        }
        BuildingPhoto.objects.create(building=added, **copied)
    return BuildingPhoto.objects.count()


@dataclass(slots=True)
class ChildPeak:
    """The most that a child of the fork server takes: memory it holds (MB, ``VmHWM``), seconds of processor."""

    memory_mb: float = 0.0
    processor_s: float = 0.0
    _done: threading.Event = field(default_factory=threading.Event)

    def during(self, work: Callable[[], float]) -> float:
        """Watch while something is done, and return what it returns."""
        watcher = threading.Thread(target=self._watch, daemon=True)
        watcher.start()
        try:
            return work()
        finally:
            self._done.set()
            watcher.join()

    def _watch(self) -> None:
        while not self._done.wait(_POLL_S):
            for pid in _children(server.pid):
                with suppress(OSError, ValueError, IndexError):  # it may end meanwhile
                    self._read(pid)

    def _read(self, pid: int) -> None:
        self.memory_mb = max(self.memory_mb, highest_mb(pid))
        on_processor = int(Path(f"/proc/{pid}/schedstat").read_text().split()[0])
        self.processor_s = max(self.processor_s, on_processor / 1e9)


def _children(pid: int) -> list[int]:
    if not pid:
        return []
    with suppress(OSError):
        return [int(text) for text in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []
