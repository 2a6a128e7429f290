"""Check and convert a delivered raster in a child process of ``sandbox``.

The driver is one of two (GeoTIFF, JPEG 2000) whatever the file says of itself: those that name other files or addresses
(VRT, WMS…) are never tried. The header is judged before any cell is read.
"""

from __future__ import annotations

import math
import re
import shutil
import struct
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import rasterio
from django.utils.translation import gettext as _
from rasterio.crs import CRS
from rasterio.errors import CRSError, NotGeoreferencedWarning, RasterioError
from rasterio.warp import transform, transform_bounds

from layers.errors import InvalidFile
from sandbox.child import Job
from sandbox.limits import has_room
from tiles.rasters.parsing.conversion import GridPlan, convert, stored_crs

# The driver of each format that is read, by how its files begin (TIFF 6.0, BigTIFF, JPEG 2000 boxed and bare).
DRIVERS = {
    b"II*\x00": "GTiff",
    b"MM\x00*": "GTiff",
    b"II+\x00": "GTiff",
    b"MM\x00+": "GTiff",
    b"\x00\x00\x00\x0cjP  \r\n\x87\n": "JP2OpenJPEG",
    b"\xff\x4f\xff\x51": "JP2OpenJPEG",
}
TYPES = ("uint8", "int8", "uint16", "int16", "uint32", "int32", "float32", "float64")
CHUNK = 8 * 1024 * 1024
# What GDAL takes at most for the tiles that it decoded.
_CACHE_MB = 256
_MAX_BLOCK_BYTES = 256 * 1024 * 1024
_WORLD = (-180.0, -90.0, 180.0, 90.0)
_SLACK = 1e-6
_PATH = re.compile(r"/(?:[^/\s']+/)*")
_SETTINGS = {
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
    "GDAL_PAM_ENABLED": "NO",
    "CPL_VSIL_CURL_ALLOWED_FILENAME": "none",
    "GDAL_CACHEMAX": _CACHE_MB,
    "GDAL_NUM_THREADS": 1,
    "GTIFF_HONOUR_NEGATIVE_SCALEY": "NO",
    "PROJ_NETWORK": "OFF",
}


def serve(job: Job) -> None:
    """Answer with the metadata of the file, then the converted file in parts; or with the reason of a refusal."""
    try:
        with rasterio.Env(session=None, **_SETTINGS):
            path, facts = _converted(job)
    except InvalidFile as error:
        job.channel.send({"refused": error.detail, "parameter": error.parameter})
        return
    job.channel.send({"facts": facts})
    with path.open("rb") as file:
        while part := file.read(CHUNK):
            job.channel.send({"part": len(part)}, part)
    job.channel.send({"end": True})


def _converted(job: Job) -> tuple[Path, dict[str, Any]]:
    arguments = job.arguments
    job.file.seek(0)
    driver = _driver(job.file.read(512))
    job.file.seek(0)
    own = Path.cwd() / "given"  # alone in its folder: nothing lies beside it for GDAL to read
    with own.open("xb") as copy:
        shutil.copyfileobj(job.file, copy, CHUNK)

    def tell(phase: str, share: float) -> None:
        job.channel.send({"phase": phase, "share": share})

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        try:
            with rasterio.open(own, driver=driver, sharing=False) as source:
                plan = settled(
                    source, {**arguments, "declared": _declared_text(job) if driver == "GTiff" else ""}
                )
                return convert(source, Path.cwd(), plan, tell)
        except (RasterioError, CRSError, OSError) as error:
            is_of_disk = isinstance(error, OSError) and error.errno is not None
            if is_of_disk or not has_room(Path.cwd()):  # GDAL gives no number to a write that failed
                raise
            raise InvalidFile(_unreadable(str(error)), parameter="file") from error


def _declared_text(job: Job) -> str:
    job.file.seek(0)
    return declared_nodata(job.file)


def _unreadable(reason: str) -> str:
    """Say in words that GDAL could not read the file to its end."""
    return _("Le fichier est coupé ou endommagé : %s") % _PATH.sub("", reason)[:200]


def _driver(start: bytes) -> str:
    """Return the driver of a file by its first bytes.

    Raises:
        InvalidFile: it is something else, which is named where it is known, with what to give instead.
    """
    for signature, driver in DRIVERS.items():
        if start.startswith(signature):
            return driver
    head = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start:
        raise InvalidFile(_("Le fichier est vide."), parameter="file")
    drivers = {
        b"<VRTDataset": _("un raster virtuel (VRT), qui nomme d’autres fichiers : donnez le raster lui-même"),
        b"<": _("du XML, qui décrit ou nomme un raster : donnez le raster lui-même"),
        b"\x89PNG": _("une image PNG, qui ne dit pas où elle est : donnez un GeoTIFF"),
        b"\xff\xd8\xff": _("une image JPEG, qui ne dit pas où elle est : donnez un GeoTIFF"),
        b"PK\x03\x04": _("une archive ZIP : donnez le raster qu’elle contient"),
        b"7z\xbc\xaf": _("une archive 7z : donnez le raster qu’elle contient"),
        b"%PDF": _("un PDF : donnez un GeoTIFF"),
        b"ncols": _("une grille de texte (ASC) : enregistrez-la en GeoTIFF, avec son système de coordonnées"),
    }
    for signature, what in drivers.items():
        if head.startswith(signature) or head.lower().startswith(signature):
            raise InvalidFile(_("Le fichier est %s.") % what, parameter="file")
    raise InvalidFile(_("Le fichier n’est ni un GeoTIFF, ni un JPEG 2000."), parameter="file")


def settled(source: Any, arguments: Mapping[str, Any]) -> GridPlan:
    """Judge the header of an open dataset and settle how it is written.

    ``arguments`` holds ``crs`` (an EPSG code for a file that tells none), ``nodata`` (a number or ``nan``, for a file
    that declares none; None as it says), ``declared`` (the nodata as the file words it), ``kind`` (of ``RasterKind``),
    ``max_cells``, ``max_bands`` and ``territory`` (west, south, east, north, or None).

    Raises:
        InvalidFile: naming what is wrong.
    """
    _check_size(source, arguments)
    _check_types(source)
    _check_grid(source)
    crs = _crs(source, arguments.get("crs"))
    _check_position(source, crs, arguments.get("territory"))
    nodata = _nodata(source, arguments.get("nodata"), arguments.get("declared", ""))
    return GridPlan(crs, nodata, arguments["kind"] == "image", arguments["kind"] == "classes")


def _check_size(source: Any, arguments: Mapping[str, Any]) -> None:
    cells = source.width * source.height
    if cells > arguments["max_cells"]:
        raise InvalidFile(
            _(
                "Le fichier déclare %(width)d × %(height)d mailles, soit %(cells)d millions ; "
                "le maximum est %(most)d millions."
            )
            % {
                "width": source.width,
                "height": source.height,
                "cells": cells // 1_000_000,
                "most": arguments["max_cells"] // 1_000_000,
            },
            parameter="file",
        )
    if source.count > arguments["max_bands"]:
        raise InvalidFile(
            _("Le fichier a %(bands)d canaux ; le maximum est %(most)d.")
            % {"bands": source.count, "most": arguments["max_bands"]},
            parameter="file",
        )
    rows, columns = source.block_shapes[0]
    if rows * columns * np.dtype(_type_name(source.dtypes[0])).itemsize > _MAX_BLOCK_BYTES:
        raise InvalidFile(
            _(
                "Le fichier est fait de blocs de %(rows)d × %(columns)d mailles, trop grands pour être lus un à un."
            )
            % {"rows": rows, "columns": columns},
            parameter="file",
        )


def _type_name(name: str) -> str:
    if name not in TYPES:
        raise InvalidFile(
            _("Les mailles sont de type « %(type)s » ; types admis : %(known)s.")
            % {"type": name, "known": ", ".join(TYPES)},
            parameter="file",
        )
    return name


def _check_types(source: Any) -> None:
    types = {_type_name(name) for name in source.dtypes}
    if len(types) > 1:
        raise InvalidFile(
            _("Les canaux sont de types différents (%s) : donnez un fichier par type.")
            % ", ".join(sorted(types)),
            parameter="file",
        )


def _check_grid(source: Any) -> None:
    """Refuse a grid that is nowhere, turned, upside down, or without size."""
    grid = source.transform
    if not all(map(math.isfinite, tuple(grid)[:6])):
        raise InvalidFile(_("La position de la grille n’est pas faite de nombres."), parameter="file")
    if grid.is_identity:
        raise InvalidFile(
            _("Le fichier ne dit pas où est sa grille (aucune géoréférence dans le fichier lui-même)."),
            parameter="file",
        )
    if grid.b or grid.d:
        raise InvalidFile(
            _("La grille est tournée de %.3f° : redressez-la (gdalwarp), pour que le nord soit en haut.")
            % math.degrees(math.atan2(grid.d, grid.a)),
            parameter="file",
        )
    if grid.a <= 0 or grid.e >= 0:
        raise InvalidFile(
            _(
                "La grille est retournée : sa première rangée doit être au nord, sa première colonne à l’ouest."
            ),
            parameter="file",
        )


def _crs(source: Any, declared: int | None) -> CRS:
    """Return the CRS of a file: its own, else the one that was declared."""
    if source.crs is None and declared is None:
        raise InvalidFile(
            _(
                "Le fichier ne dit pas son système de coordonnées : indiquez-le (code EPSG, par exemple 2154)."
            ),
            parameter="crs",
        )
    if source.crs is None:
        try:
            return CRS.from_epsg(declared)
        except CRSError:
            raise InvalidFile(
                _("Aucun système de coordonnées n’a le code EPSG %s.") % declared, parameter="crs"
            ) from None
    if not (source.crs.is_projected or source.crs.is_geographic):
        raise InvalidFile(
            _("Le système de coordonnées du fichier est local : rien ne dit où il est sur la Terre."),
            parameter="crs",
        )
    if declared is not None and source.crs.to_epsg() not in {declared, None}:
        raise InvalidFile(
            _("Le fichier est en EPSG:%(own)s, et non en EPSG:%(declared)s.")
            % {"own": source.crs.to_epsg(), "declared": declared},
            parameter="crs",
        )
    return stored_crs(source.crs)


def _check_position(source: Any, crs: CRS, territory: list[float] | None) -> None:
    """Refuse an extent that is not on Earth, or far from the territory: the CRS is wrong, or the position."""
    own = source.crs or crs
    try:
        degrees = transform_bounds(own, CRS.from_epsg(4326), *source.bounds, densify_pts=21)
    except (RasterioError, CRSError):
        degrees = (math.nan,) * 4
    west, south, east, north = degrees
    is_on_earth = (
        all(map(math.isfinite, degrees))
        and _comes_back(source, own)
        and _WORLD[0] - _SLACK <= west < east <= _WORLD[2] + _SLACK
        and _WORLD[1] - _SLACK <= south < north <= _WORLD[3] + _SLACK
    )
    values = {"bounds": " ".join(f"{number:.6g}" for number in source.bounds), "crs": own.to_string()[:60]}
    if not is_on_earth:
        raise InvalidFile(
            _("L’emprise du fichier (%(bounds)s) n’existe pas dans son système de coordonnées (%(crs)s).")
            % values,
            parameter="file",
        )
    if territory is None:
        return
    if west > territory[2] or east < territory[0] or south > territory[3] or north < territory[1]:
        centre = {"lon": (west + east) / 2, "lat": (south + north) / 2}
        raise InvalidFile(
            _(
                "Le raster est autour de %(lon).4f° E, %(lat).4f° N, hors du territoire : son système de coordonnées "
                "est sans doute faux."
            )
            % centre,
            parameter="crs",
        )


def _comes_back(source: Any, crs: CRS) -> bool:
    """Whether the corners of a grid survive a round trip through degrees: far from its area, a projection folds."""
    left, bottom, right, top = source.bounds
    xs, ys = [left, right, right, left], [bottom, bottom, top, top]
    world = CRS.from_epsg(4326)
    lons, lats = transform(crs, world, xs, ys)
    if not all(map(math.isfinite, (*lons, *lats))):
        return False
    again = transform(world, crs, lons, lats)
    slack = max(right - left, top - bottom) / 100
    pairs = zip((*again[0], *again[1]), (*xs, *ys), strict=True)
    return all(math.isfinite(value) and abs(value - expected) <= slack for value, expected in pairs)


# GDAL leaves out a value of nodata that the type of the cells cannot hold (−9999 in bytes), and every cell then counts:
# the file says one thing and is read as another. The tag is read here to say so (TIFF 6.0, section 2; BigTIFF): that of
# GDAL (``GDAL_NODATA``), a text.
_NODATA = 42_113
_TEXT = 2
_MAX_TAGS = 4_096
_MAX_LENGTH = 64


def declared_nodata(file: BinaryIO) -> str:
    """Return the text of the tag in the first image of a file; empty when there is none, or no such image."""
    try:
        return _read(file)
    except (struct.error, OSError, ValueError):  # GDAL says what is wrong with the rest
        return ""


def _read(file: BinaryIO) -> str:
    file.seek(0)
    order = ">" if file.read(2) == b"MM" else "<"
    (version,) = struct.unpack(order + "H", file.read(2))
    is_big = version == 43
    if is_big:
        file.seek(8)
    (first,) = struct.unpack(order + ("Q" if is_big else "I"), file.read(8 if is_big else 4))
    file.seek(first)
    (count,) = struct.unpack(order + ("Q" if is_big else "H"), file.read(8 if is_big else 2))
    layout = struct.Struct(order + ("HHQ8s" if is_big else "HHI4s"))
    for _entry in range(min(count, _MAX_TAGS)):
        tag, kind, length, value = layout.unpack(file.read(layout.size))
        if tag == _NODATA and kind == _TEXT:
            return _text(file, order, is_big, min(length, _MAX_LENGTH), value)
    return ""


def _text(file: BinaryIO, order: str, is_big: bool, length: int, value: bytes) -> str:
    if length > len(value):
        file.seek(struct.unpack(order + ("Q" if is_big else "I"), value)[0])
        value = file.read(length)
    return value[:length].split(b"\x00")[0].decode("latin-1").strip()


def _nodata(source: Any, requested: str | None, worded: str) -> float | None:
    """Return the value of cells without any: declared by the file for all its bands alike, or by whoever gives it."""
    kind = np.dtype(source.dtypes[0])
    declared = _declared(source)
    if declared is None and worded:  # GDAL left it out
        declared = _number(worded)
    if requested is not None:
        value = _number(requested)
        if declared is not None and not _same(declared, value):
            raise InvalidFile(
                _("Le fichier déclare %(own)s comme valeur sans donnée, et non %(requested)s.")
                % {"own": declared, "requested": requested},
                parameter="nodata",
            )
        declared = value
    if declared is not None and not _is_representable(declared, kind):
        raise InvalidFile(
            _("La valeur sans donnée déclarée, %(value)s, n’existe pas dans le type des mailles (%(type)s).")
            % {"value": declared, "type": kind.name},
            parameter="nodata",
        )
    return declared


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise InvalidFile(
            _("La valeur sans donnée que le fichier déclare n’est pas un nombre : « %s ».") % text[:40],
            parameter="nodata",
        ) from None


def _declared(source: Any) -> float | None:
    values = list(source.nodatavals)
    first = values[0]
    for band, value in enumerate(values[1:], 2):
        if (value is None) != (first is None) or (value is not None and not _same(first, value)):
            raise InvalidFile(
                _("Le canal %(band)d déclare %(value)s comme valeur sans donnée, et le canal 1 %(first)s.")
                % {"band": band, "value": value, "first": first},
                parameter="nodata",
            )
    return None if first is None else float(first)


def _same(first: float, second: float) -> bool:
    return first == second or (math.isnan(first) and math.isnan(second))


def _is_representable(value: float, kind: Any) -> bool:
    if kind.kind == "f":
        return not math.isfinite(value) or bool(abs(value) <= np.finfo(kind).max)
    return math.isfinite(value) and value == int(value) and np.iinfo(kind).min <= value <= np.iinfo(kind).max
