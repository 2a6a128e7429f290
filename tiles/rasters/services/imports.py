"""Import a raster as a version: converted in a child process, received in parts, stored when it is whole.

The child is confined (``sandbox``): it reads its file and answers. Its answers are checked as if the file itself had
written them. A process that dies on the way leaves a work folder, which the next import removes.
"""

from __future__ import annotations

import hashlib
import math
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from layers.errors import ExportFailed, InvalidFile
from layers.lazy import lazy_module
from layers.models import Raster, RasterVersion, raster_folder
from layers.queries import territory_extent
from layers.services.work_folders import private_folder, remove_abandoned, work_folder
from layers.visitor import Visitor
from layers.vocabulary import RasterKind
from sandbox import supervisor
from sandbox.errors import (
    MemoryExceeded,
    OutputExceeded,
    ProgramCrashed,
    SandboxError,
    SandboxUnavailable,
    TimeExceeded,
)
from sandbox.limits import MEGABYTE, Limits, configured_limits
from tiles.rasters.services.versions import (
    RasterIdentity,
    add_version,
    check_identity,
    check_load,
    create_raster,
)

if TYPE_CHECKING:
    import rasterio.crs
    import rasterio.transform

    from tiles.rasters.parsing import conversion
else:
    rasterio = lazy_module("rasterio", "crs", "transform")
    conversion = lazy_module("tiles.rasters.parsing.conversion")

_TARGET = "tiles.rasters.parsing.raster_process:serve"
WORK_PREFIX = "work-"
_CHUNK = 8 * 1024 * 1024
_NUMBERS = ("minimum", "maximum", "mean", "deviation", "low", "high", "share")

Tell = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class RasterReading:
    """What the sender of a file declares: ``crs`` an EPSG code when the file has none, ``nodata`` a number or
    ``nan`` when it declares none."""

    crs: int | None = None
    nodata: str | None = None


@dataclass(frozen=True, slots=True)
class ComputedGrid:
    """A grid of (bands, rows, columns) in the EPSG CRS ``srid``: ``origin`` is its top left corner (x, y), ``cell`` the
    side of a cell in the unit of the CRS, ``nodata`` the value of cells without any."""

    cells: Any
    srid: int
    origin: tuple[float, float]
    cell: float
    nodata: float | None = None


@dataclass(frozen=True, slots=True)
class ConvertedRaster:
    """A file ready to be stored: its path, its description, the SHA-256 of the file received."""

    path: Path
    facts: Mapping[str, Any]
    sha256: str


def import_raster(
    *,
    raster: Raster,
    path: Path,
    name: str,
    visitor: Visitor,
    reading: RasterReading | None = None,
    tell: Tell | None = None,
) -> RasterVersion:
    """Convert a file and keep it as the next version of a raster, not online yet.

    ``tell`` is called with a phase (reading, writing, keeping) and the share of it that is done; what it raises stops
    the import, of which nothing stays.

    Raises:
        Forbidden: the person may not deliver it.
        InvalidFile: what is wrong with the file; ``parameter`` is ``file``, ``crs`` or ``nodata``.
        ExportFailed: the disk is full or cannot be written.
    """
    check_load(visitor, raster.layer)
    with _converted(path, raster.kind, reading, tell) as done:
        return _add_version(raster, done, name, visitor)


def import_new_raster(
    *,
    identity: RasterIdentity,
    path: Path,
    name: str,
    visitor: Visitor,
    reading: RasterReading | None = None,
    tell: Tell | None = None,
) -> RasterVersion:
    """Make a raster of a file: both are there at once, or none is, however the import ends.

    Raises:
        Forbidden, InvalidParameter: as ``create_raster``.
        InvalidFile, ExportFailed: as ``import_raster``.
    """
    check_identity(identity, visitor)
    with _converted(path, identity.kind, reading, tell) as done, transaction.atomic():
        return _add_version(create_raster(identity=identity, visitor=visitor), done, name, visitor)


@contextmanager
def _converted(
    path: Path, kind: str, reading: RasterReading | None, tell: Tell | None
) -> Iterator[ConvertedRaster]:
    """Convert a file and give it its place; it goes when the block fails."""
    folder = private_folder(raster_folder())
    remove_abandoned(folder, WORK_PREFIX)
    try:
        with work_folder(folder, WORK_PREFIX) as work:
            done = convert_file(path=path, kind=kind, folder=work, reading=reading, tell=tell)
            with stored_file(done.path) as stored:
                yield replace(done, path=stored)
    except OSError as error:
        raise ExportFailed(_("Le disque du portail ne peut pas garder ce raster.")) from error


def _add_version(raster: Raster, done: ConvertedRaster, name: str, visitor: Visitor) -> RasterVersion:
    return add_version(
        raster=raster,
        file=done.path,
        facts=done.facts,
        original_name=name,
        sha256=done.sha256,
        visitor=visitor,
    )


def import_computed(*, raster: Raster, grid: ComputedGrid, name: str, visitor: Visitor) -> RasterVersion:
    """Keep a grid that the portal computed itself as the next version of a raster, not online yet.

    Raises:
        Forbidden: the person may not deliver it.
        InvalidFile: the grid has no value.
    """
    check_load(visitor, raster.layer)
    with work_folder(private_folder(raster_folder()), WORK_PREFIX) as work:
        plain = work / "computed.tif"
        write_grid(plain, grid)
        plan = conversion.GridPlan(
            rasterio.crs.CRS.from_epsg(grid.srid),
            grid.nodata,
            is_picture=raster.kind == RasterKind.IMAGE,
            is_categorical=raster.kind == RasterKind.CLASSES,
        )
        with rasterio.open(plain) as source:
            path, facts = conversion.convert(source, work, plan, lambda _phase, _share: None)
        with stored_file(path) as stored:
            return add_version(
                raster=raster,
                file=stored,
                facts=facts,
                original_name=name,
                sha256=grid_digest(grid),
                visitor=visitor,
            )


def grid_digest(grid: ComputedGrid) -> str:
    """Return a SHA-256 that two grids of the same cells at the same place share, in hexadecimal."""
    layout = (grid.cells.shape, grid.cells.dtype.str, grid.srid, grid.origin, grid.cell, grid.nodata)
    return hashlib.sha256(repr(layout).encode() + grid.cells.tobytes()).hexdigest()


@contextmanager
def stored_file(path: Path) -> Iterator[Path]:
    """Give a file its place and its name among the rasters; it goes when the block fails."""
    target = raster_folder() / f"{secrets.token_hex(16)}.tif"
    os.rename(path, target)
    try:
        yield target
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def write_grid(path: Path, grid: ComputedGrid) -> None:
    """Write a grid as a plain GeoTIFF."""
    bands, height, width = grid.cells.shape
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=width,
        height=height,
        count=bands,
        dtype=grid.cells.dtype,
        crs=rasterio.crs.CRS.from_epsg(grid.srid),
        transform=rasterio.transform.from_origin(*grid.origin, grid.cell, grid.cell),
        nodata=grid.nodata,
    ) as output:
        output.write(grid.cells)


def convert_file(
    *, path: Path, kind: str, folder: Path, reading: RasterReading | None = None, tell: Tell | None = None
) -> ConvertedRaster:
    """Have a child process check a file and convert it; the answer is received in ``folder``.

    Raises:
        InvalidFile: what is wrong with the file.
        OSError: the disk is full.
    """
    declared, limits = reading or RasterReading(), _limits()
    if path.stat().st_size > settings.RASTER_UPLOAD_MAX_BYTES:
        raise InvalidFile(
            _("Le fichier dépasse %d Mo.") % (settings.RASTER_UPLOAD_MAX_BYTES // MEGABYTE), parameter="file"
        )
    extent = territory_extent()
    arguments = {
        "crs": declared.crs,
        "nodata": declared.nodata,
        "kind": kind,
        "max_cells": settings.RASTER_MAX_CELLS,
        "max_bands": settings.RASTER_MAX_BANDS,
        "territory": list(extent) if extent else None,
    }
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        try:
            with supervisor.start(_TARGET, file=file, arguments=arguments, limits=limits) as child:
                return ConvertedRaster(*_received(child, folder / "raster.tif", tell), sha256)
        except SandboxError as error:
            raise InvalidFile(_explanation(error, limits), parameter="file") from error


def _limits() -> Limits:
    return replace(
        configured_limits(),
        memory=settings.RASTER_MEMORY_MB * MEGABYTE,
        cpu_seconds=settings.RASTER_CPU_SECONDS,
        wall_seconds=2.0 * settings.RASTER_CPU_SECONDS,
    )


def _received(child: supervisor.Sandbox, target: Path, tell: Tell | None) -> tuple[Path, dict[str, Any]]:
    """Receive the converted file from the child."""
    facts: dict[str, Any] | None = None
    with target.open("xb") as output:
        while True:
            answer, content = _answer(child)
            if "phase" in answer and tell is not None:
                tell(str(answer["phase"])[:20], _share(answer.get("share")))
            if "facts" in answer:
                facts = _facts(answer["facts"])
            if "part" in answer:
                output.write(content)
            if "end" in answer:
                break
    if facts is None or target.stat().st_size != facts["size"]:
        raise ProgramCrashed("a file that is not whole")
    return target, facts


def _answer(child: supervisor.Sandbox) -> tuple[dict[str, Any], bytes]:
    """Return the next answer.

    Raises:
        InvalidFile: the child refuses the file.
    """
    answer, content = child.receive()
    if not isinstance(answer, dict):
        raise ProgramCrashed("an answer that is none")
    if isinstance(answer.get("refused"), str):
        raise InvalidFile(answer["refused"], parameter=str(answer.get("parameter", "file")))
    return answer, content


def _share(value: object) -> float:
    return min(max(float(value), 0.0), 1.0) if isinstance(value, int | float) else 0.0


def _facts(values: Any) -> dict[str, Any]:
    """Return the metadata of the file from the child, each value checked."""
    try:
        facts: dict[str, Any] = {name: int(values[name]) for name in _COUNTS}
        facts |= {"transform": _numbers(values["transform"], 6), "bounds": _numbers(values["bounds"], 4)}
        facts["bands"] = [_band(band) for band in values["bands"]]
    except (KeyError, TypeError, ValueError) as error:
        raise ProgramCrashed("facts that make no sense") from error
    if min(facts["width"], facts["height"], facts["srid"]) <= 0 or not facts["bands"]:
        raise ProgramCrashed("a grid that is none")
    return facts


_COUNTS = ("srid", "width", "height", "overviews", "min_zoom", "max_zoom", "size")


def _numbers(values: Any, count: int) -> list[float]:
    numbers = [float(number) for number in values]
    if len(numbers) != count or not all(map(math.isfinite, numbers)):
        raise ValueError("not as many numbers")
    return numbers


def _band(values: Any) -> dict[str, Any]:
    numbers = dict(zip(_NUMBERS, _numbers([values[name] for name in _NUMBERS], len(_NUMBERS)), strict=True))
    nodata = values["nodata"]
    texts = {name: str(values[name])[:200] for name in ("description", "type", "colour")}
    return {**texts, **numbers, "nodata": nodata if nodata in {None, "nan"} else float(nodata)}


def _explanation(error: SandboxError, limits: Limits) -> str:
    """Say in words how the child ended."""
    if isinstance(error, MemoryExceeded):
        return _("La lecture de ce fichier demande plus de %d Mo de mémoire.") % (limits.memory // MEGABYTE)
    if isinstance(error, TimeExceeded):
        return _("La lecture de ce fichier demande plus de %d secondes.") % error.seconds
    if isinstance(error, OutputExceeded):
        return _("Ce fichier contient plus de %d Mo une fois lu.") % (limits.file_bytes // MEGABYTE)
    if isinstance(error, SandboxUnavailable):
        return _("Trop de fichiers sont lus en ce moment : recommencez dans quelques minutes.")
    return _("Le lecteur s’est arrêté sur ce fichier : il est sans doute endommagé.")
