"""Bytes of a file to text: UTF-8, or what spreadsheets write instead of it when that can be known without a guess."""

from __future__ import annotations

import codecs

from django.utils.translation import gettext as _

from amenities.errors import UnreadableStationFile


def decoded(content: bytes) -> tuple[str, list[str]]:
    """Return the text of a file and what to tell about its encoding.

    A file that is not UTF-8 and holds no multi-byte UTF-8 character at all is read as Windows-1252 (a superset of
    printable Latin-1): nothing is lost. One that holds both is damaged; to read it would spoil its good half.

    Raises:
        UnreadableStationFile: empty, UTF-16, binary, or damaged; the message gives the line and the byte.
    """
    if not content.removeprefix(codecs.BOM_UTF8).strip():
        raise UnreadableStationFile(_("Le fichier est vide."))
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in content:
        raise UnreadableStationFile(
            _("Le fichier est en UTF-16 ou n’est pas du texte. Enregistrez-le en « CSV UTF-8 ».")
        )
    try:
        return content.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        place = {
            "byte": f"0x{content[error.start]:02X}",
            "offset": error.start,
            "line": content.count(b"\n", 0, error.start) + 1,
        }
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError as error:
        raise UnreadableStationFile(_damaged() % place) from error
    if any(not c.isascii() for c in content.decode("utf-8", errors="ignore")):
        raise UnreadableStationFile(_damaged() % place)
    return text, [
        _("Le fichier n’est pas en UTF-8 (octet %(byte)s, ligne %(line)d) : il a été lu en Windows-1252.")
        % place
    ]


def _damaged() -> str:
    return _(
        "Le fichier n’est pas en UTF-8 : l’octet %(byte)s (position %(offset)d, ligne %(line)d) n’y a pas de sens. "
        "Enregistrez-le en « CSV UTF-8 »."
    )
