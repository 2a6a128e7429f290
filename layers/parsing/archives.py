"""Archives of strangers, opened as if they were hostile: counted, measured, never written outside their folder."""

from __future__ import annotations

import errno
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from django.utils.translation import gettext as _

from layers.errors import InvalidArchive, UnsafeArchiveContent

MAX_ARCHIVE_ENTRIES = 10_000
MAX_ARCHIVE_BYTES = 8 * 1024**3
"""Bytes of an archive once expanded."""

MAX_ARCHIVE_RATIO = 200
"""Expansion of an archive; text compresses by 10 to 50, a bomb by 1,000 and more."""

RATIO_FLOOR_BYTES = 32 * 1024**2
"""Expanded size under which the ratio does not matter."""

_CHUNK = 1024 * 1024
_NAME_FAULTS = frozenset({errno.ENAMETOOLONG, errno.EEXIST, errno.ENOTDIR, errno.EISDIR})


def inspect(file: BinaryIO, *, limit: int = MAX_ARCHIVE_BYTES) -> zipfile.ZipFile:
    """Return the archive, once its table of contents is found honest; nothing is expanded.

    Raises:
        UnsafeArchiveContent: too many entries, more than ``limit`` bytes once expanded or too much for its size;
            absolute paths, parents, links or encrypted entries.
        InvalidArchive: it is broken.
    """
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise InvalidArchive(_("L’archive est endommagée ou incomplète."), parameter="file") from error
    entries = archive.infolist()
    if len(entries) > MAX_ARCHIVE_ENTRIES:
        raise _unsafe(
            _("L’archive contient %(count)d fichiers ; %(limit)d au plus sont acceptés.")
            % {"count": len(entries), "limit": MAX_ARCHIVE_ENTRIES}
        )
    if len({entry.filename for entry in entries}) < len(entries):
        raise _unsafe(_("L’archive contient deux fois le même nom."))
    for entry in entries:
        _check_name(entry)
    _check_size(
        sum(entry.file_size for entry in entries), sum(entry.compress_size for entry in entries), limit
    )
    return archive


def extract(archive: zipfile.ZipFile, folder: Path, *, limit: int = MAX_ARCHIVE_BYTES) -> list[Path]:
    """Expand the files of ``archive`` in ``folder`` and return them; what is written is counted, not believed.

    Raises:
        UnsafeArchiveContent: more than ``limit`` bytes, or two files of one name.
        InvalidArchive: an entry is broken, or has a name that cannot be written.
    """
    written, paths = 0, []
    for entry in archive.infolist():
        if entry.is_dir():
            continue
        path = folder.joinpath(*PurePosixPath(entry.filename).parts)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            written += _expand(archive, entry, path, room=limit - written)
        except OSError as error:
            if error.errno not in _NAME_FAULTS:
                raise
            raise InvalidArchive(
                _("L’archive contient un nom que le portail ne peut pas écrire : « %s ».")
                % entry.filename[:200],
                parameter="file",
            ) from error
        paths.append(path)
    return paths


def _expand(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, path: Path, *, room: int) -> int:
    """Write one entry and return its size."""
    size = 0
    try:
        with archive.open(entry) as packed, path.open("xb") as unpacked:
            while chunk := packed.read(_CHUNK):
                size += len(chunk)
                if size > room:
                    raise _unsafe(_("L’archive est trop volumineuse une fois décompressée."))
                unpacked.write(chunk)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise InvalidArchive(
            _("Dans l’archive, « %s » est endommagé.") % entry.filename, parameter="file"
        ) from error
    except FileExistsError as error:
        raise _unsafe(_("L’archive contient deux fois le même nom.")) from error
    return size


def _check_name(entry: zipfile.ZipInfo) -> None:
    name = entry.orig_filename
    parts = PurePosixPath(name).parts
    is_outside = name.startswith("/") or ".." in parts or "\\" in name or ":" in name or "\0" in name
    if is_outside or stat.S_ISLNK(entry.external_attr >> 16):
        raise _unsafe(_("L’archive contient un nom qui sort de son dossier : « %s ».") % name[:200])
    if entry.flag_bits & 1:
        raise _unsafe(_("L’archive est protégée par un mot de passe."))


def _check_size(expanded: int, packed: int, limit: int) -> None:
    if expanded > limit or (expanded > RATIO_FLOOR_BYTES and expanded > MAX_ARCHIVE_RATIO * max(packed, 1)):
        raise _unsafe(
            _(
                "L’archive ferait %(size)d Mo une fois décompressée, pour %(packed)d Mo reçus : elle n’est pas ouverte."
            )
            % {"size": expanded // 1024**2, "packed": packed // 1024**2}
        )


def _unsafe(reason: str) -> UnsafeArchiveContent:
    return UnsafeArchiveContent(reason, parameter="file")
