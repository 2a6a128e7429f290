"""How far a file is, in words: what a page shows and renews, and what is read aloud."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from datasets.models import Upload
from datasets.vocabulary import Phase, UploadState
from interface import wording

_MINUTE_S = 60
_MINUTES_FROM_S = 90


@dataclass(frozen=True, slots=True)
class ProgressWords:
    """``share`` is a percentage, None when nobody can tell; the others are sentences, empty when nothing is known."""

    state: str
    phase: str
    bytes: str
    rows: str
    left: str
    share: int | None
    percent: str


def progress_words(upload: Upload) -> ProgressWords:
    """Return how far the work of a file is."""
    told: dict[str, Any] = upload.progress
    known = told.get("phase") in Phase.values
    phase = Phase(told["phase"]) if known else Phase.WAITING
    if upload.state == UploadState.READING and phase is Phase.WAITING:
        phase = Phase.READING  # a worker has it, and has not said more yet
    share = told.get("share") if upload.state == UploadState.LOADING else None
    return ProgressWords(
        state=str(upload.state_words),
        phase=str(upload.state_words) if not upload.is_busy else str(phase.label),
        bytes=_bytes(told, upload.size),
        rows=_rows(told),
        left=_left(told),
        share=share,
        percent="" if share is None else _("%(share)s %%") % {"share": share},
    )


def _bytes(told: dict[str, Any], size: int) -> str:
    done = told.get("bytes_done") or 0
    if not done:
        return wording.size(size)
    return _("%(done)s sur %(size)s") % {"done": wording.size(done), "size": wording.size(size)}


def _rows(told: dict[str, Any]) -> str:
    rows = told.get("rows_done") or 0
    if not rows:
        return ""
    return ngettext("%(shown)s ligne lue", "%(shown)s lignes lues", rows) % {"shown": wording.number(rows)}


def _left(told: dict[str, Any]) -> str:
    seconds = told.get("seconds_left")
    if not seconds:
        return ""
    if seconds < _MINUTES_FROM_S:
        return ngettext("encore %(n)d seconde environ", "encore %(n)d secondes environ", seconds) % {
            "n": seconds
        }
    minutes = round(seconds / _MINUTE_S)
    return ngettext("encore %(n)d minute environ", "encore %(n)d minutes environ", minutes) % {"n": minutes}
