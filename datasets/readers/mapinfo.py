"""MapInfo: TAB with its neighbours, MIF with its MID. A table made of others is refused.

For texts without a charset (``Neutral``), the one found in their bytes is written in our copy.
"""

from __future__ import annotations

import re
import shutil
from glob import escape
from pathlib import Path

from django.utils.translation import gettext as _

from datasets.errors import UnreadableFile, UnsafeFile
from datasets.readers.encodings import is_utf8
from datasets.readers.sniffing import Content
from datasets.readers.source import ReadOptions
from datasets.readers.vectors import VectorSource

_HEAD = 65_536
_TYPE = re.compile(rb"^\s*Type\s+(\w+)", re.IGNORECASE | re.MULTILINE)
_ASSEMBLED = re.compile(
    rb'IsSeamless"?\s*=\s*"?TRUE|^\s*(?:create\s+view|open\s+table)\b', re.IGNORECASE | re.MULTILINE
)
_CHARSET = re.compile(rb'(Charset\s+"?)(?:Neutral\b|(?="))', re.IGNORECASE)
_MIF = re.compile(rb"Version\s+\d+\s+Charset\b", re.IGNORECASE)
_READ_TYPES = frozenset({b"NATIVE", b"DBF"})
_NEIGHBOURS = {".tab": (".dat", ".dbf"), ".mif": (".mid",)}


def is_tab(content: Content) -> bool:
    """Whether the text is the head of a table."""
    return content.text[:6].lower() == b"!table"


def is_mif(content: Content) -> bool:
    """Whether the text is the head of an interchange file."""
    return _MIF.match(content.text) is not None


class MapInfoSource(VectorSource):
    """Tables of MapInfo, each with its neighbours in the same folder."""

    def __init__(self, files: list[Path], kind: str, name: str, options: ReadOptions) -> None:
        for path in files:
            _check(path, f"{name}{path.suffix}")
            _declare_charset(path)
        super().__init__(files, kind, name, options)


def _check(path: Path, name: str) -> None:
    """Refuse a table without its neighbours, and one that is made of other tables; ``name`` is its producer's.

    Raises:
        UnreadableFile, UnsafeFile: each says what to do.
    """
    names = {other.suffix.lower() for other in path.parent.glob(f"{escape(path.stem)}.*")}
    neighbours = _NEIGHBOURS[path.suffix]
    if not names & set(neighbours):
        raise UnreadableFile(
            _("« %(name)s » sans son fichier voisin %(wanted)s : déposez le .zip qui les contient tous.")
            % {"name": name, "wanted": neighbours[0]}
        )
    if path.suffix != ".tab":
        return
    head = _head(path)
    kinds = {kind.upper() for kind in _TYPE.findall(head)[:1]}
    if _ASSEMBLED.search(head) or not kinds <= _READ_TYPES:
        raise UnsafeFile(
            _("« %s » renvoie à d’autres tables : enregistrez-la dans MapInfo comme table ordinaire.") % name
        )


def _declare_charset(path: Path) -> None:
    """Write the charset of the texts in the head of our copy when it has none."""
    head = _head(path)
    if not _CHARSET.search(head):
        return
    content = next(path.parent.glob(f"{escape(path.stem)}.{'mid' if path.suffix == '.mif' else 'dat'}"), path)
    with content.open("rb") as texts, path.open("rb") as own:
        are_utf8 = path.suffix == ".mif" and is_utf8(texts) and is_utf8(own)
    charset = b"UTF-8" if are_utf8 else b"WindowsLatin1"
    written = path.with_suffix(".written")
    with path.open("rb") as read, written.open("wb") as target:
        target.write(_CHARSET.sub(rb"\1" + charset, read.read(len(head))))
        shutil.copyfileobj(read, target)
    written.replace(path)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_HEAD)
