"""PDF files of strangers, examined in a child process of ``sandbox``: what acts when a file is opened is refused.

Names of ISO 32000-1 are searched in the whole file and in what its streams hold once inflated (object streams hide
objects there), after the escapes of names (7.3.5: ``#4A`` is J). A file whose objects cannot all be read so is refused.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from itertools import chain

from django.utils.translation import gettext as _

from layers.errors import InvalidParameter
from sandbox.child import Job

MAX_INFLATED = 128 * 1024 * 1024
# Where the header and the end may be (annex H, notes 13 and 18).
_HEADER, _END = 1024, 2048
_DICTIONARY = 4096
_PIECE = 16 * 1024
_ACTIVE = re.compile(
    rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|SubmitForm|ImportData|GoToE|XFA|Rendition|Movie)(?![A-Za-z0-9])"
)
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"\bstream\r?\n")
_FILTER = re.compile(rb"/([A-Za-z0-9]+Decode|Fl|LZW|AHx|A85|RL|CCF|DCT)\b")
_PAGES = re.compile(rb"/Type\s*/Pages(?![A-Za-z0-9])")
_COUNT = re.compile(rb"/Count\s+(\d{1,6})(?!\d)")
_MOST_PAGES = 99_999
_OF_OBJECTS = (b"/ObjStm", b"/First")


def serve(job: Job) -> None:
    """Answer with why the file is refused, empty when it is not."""
    job.file.seek(0)
    try:
        examine(job.file.read())
    except InvalidParameter as error:
        job.channel.send({"refused": error.detail})
    else:
        job.channel.send({"refused": ""})


def examine(content: bytes, *, limit: int = MAX_INFLATED) -> None:
    """Refuse a PDF that is damaged, locked, or has scripts, actions or files in it.

    ``limit`` is the bytes that its streams may hold once inflated.

    Raises:
        InvalidParameter: with the reason; ``parameter`` is ``file``.
    """
    if b"%PDF-" not in content[:_HEADER] or b"%%EOF" not in content[-_END:]:
        raise _refused(_("Ce PDF est incomplet ou endommagé."))
    plain = _unescaped(content)
    if re.search(rb"/Encrypt(?![A-Za-z0-9])", plain):
        raise _refused(_("Ce PDF est protégé par un mot de passe : enregistrez-le sans protection."))
    for part in chain((plain,), _inflated(content, limit)):
        match = _ACTIVE.search(part)
        if match:
            name = match.group().decode("ascii").removeprefix("/")
            raise _refused(
                _("Ce PDF contient un élément actif (%s) : exportez-le en PDF simple, ou en PDF/A.") % name
            )


def page_count(content: bytes, *, limit: int = MAX_INFLATED) -> int:
    """Return how many pages a PDF has: the largest count of its trees of pages (7.7.3.2), 0 when it says none.

    Raises:
        InvalidParameter: as ``examine``.
    """
    counts = [0]
    for part in chain((_unescaped(content),), _inflated(content, limit)):
        for match in _PAGES.finditer(part):
            first = part.rfind(b"<<", max(0, match.start() - _DICTIONARY), match.start())
            count = _COUNT.search(part, max(first, 0), match.end() + _DICTIONARY)
            counts += [int(count[1])] if count else []
    return min(max(counts), _MOST_PAGES)


def _inflated(content: bytes, limit: int) -> Iterator[bytes]:
    """Return what the streams hold that are compressed by ``FlateDecode``, its names unescaped."""
    room = limit
    for match in _STREAM.finditer(content):
        before = content[max(0, match.start() - _DICTIONARY) : match.start()]
        dictionary = _unescaped(before.rpartition(b" obj")[2])
        filters = set(_FILTER.findall(dictionary))
        holds_objects = any(name in dictionary for name in _OF_OBJECTS)
        if holds_objects and (filters - {b"FlateDecode", b"Fl"} or b"/Predictor" in dictionary):
            raise _refused(_("Ce PDF est compressé d’une manière que le portail ne sait pas vérifier."))
        part = _part(memoryview(content)[match.end() :], room)
        room -= len(part)
        yield _unescaped(part)


def _part(compressed: memoryview, room: int) -> bytes:
    """Return what begins a stream that is deflated, to its end; nothing of a picture or a font.

    It is read by pieces to where it ends by itself: a false ``endstream`` in it hides nothing.
    """
    reader, parts = zlib.decompressobj(), []
    for start in range(0, len(compressed), _PIECE):
        try:
            parts.append(reader.decompress(compressed[start : start + _PIECE], room + 1))
        except zlib.error:
            break
        room -= len(parts[-1])
        if room < 0 or reader.unconsumed_tail:
            raise _refused(_("Ce PDF est trop grand une fois lu."))
        if reader.eof:
            break
    return b"".join(parts)


def _unescaped(part: bytes) -> bytes:
    return _ESCAPE.sub(lambda match: bytes([int(match.group(1), 16)]), part)


def _refused(reason: str) -> InvalidParameter:
    return InvalidParameter(reason, parameter="file")
