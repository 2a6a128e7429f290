"""Whether an open file is still what it was: a producer may still be writing it."""

from __future__ import annotations

import os
from typing import BinaryIO

from django.utils.translation import gettext as _

from datasets.errors import FileChanged

Stamp = tuple[int, int]


def stamp(file: BinaryIO) -> Stamp:
    """Return size and date of change of the open file: replacing its name does not change them, writing does."""
    state = os.fstat(file.fileno())
    return state.st_size, state.st_mtime_ns


def check_unchanged(file: BinaryIO, before: Stamp) -> None:
    """Raise ``FileChanged`` when ``file`` is no longer what it was at ``before``."""
    if stamp(file) != before:
        raise FileChanged(_("Le fichier a été modifié pendant sa lecture : déposez-le de nouveau."))
