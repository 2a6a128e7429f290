"""An import in words: how far a file is, for a page that renews it, and what the command prints before loading."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from datasets.definitions import DatasetSchema, Finding, GeometryRecipe, SchemaField
from datasets.imports.services import ProposedFile
from datasets.models import Upload
from datasets.vocabulary import GeometryFamily, GeometryKind, Phase, UploadStage
from interface import wording

_MINUTE_S = 60
_MINUTES_FROM_S = 90
# How the geometry is written in the file, by the kind of its recipe; any other kind is shown by its own name.
_NO_GEOMETRY = "none"
_MAX_SAMPLES = 3


@dataclass(frozen=True, slots=True)
class ProgressWords:
    """``share`` is a percentage, None when unknown; the others are sentences, empty when unknown."""

    state: str
    phase: str
    bytes: str
    rows: str
    left: str
    share: int | None
    percent: str


def progress_words(upload: Upload) -> ProgressWords:
    """Return how far the work of a file is."""
    progress: dict[str, Any] = upload.progress
    has_phase = progress.get("phase") in Phase.values
    phase = Phase(progress["phase"]) if has_phase else Phase.WAITING
    if upload.stage is UploadStage.READING and phase is Phase.WAITING:
        phase = Phase.READING  # a worker has it, and has not said more yet
    share = progress.get("share") if upload.stage is UploadStage.LOADING else None
    return ProgressWords(
        state=str(upload.stage_label),
        phase=str(upload.stage_label) if not upload.is_unfinished else str(phase.label),
        bytes=_bytes(progress, upload.size),
        rows=_rows(progress),
        left=_left(progress),
        share=share,
        percent="" if share is None else _("%(share)s %%") % {"share": share},
    )


def _bytes(progress: dict[str, Any], size: int) -> str:
    done = progress.get("bytes_done") or 0
    if not done:
        return wording.size(size)
    return _("%(done)s sur %(size)s") % {"done": wording.size(done), "size": wording.size(size)}


def _rows(progress: dict[str, Any]) -> str:
    rows = progress.get("rows_done") or 0
    if not rows:
        return ""
    return ngettext("%(number)s ligne lue", "%(number)s lignes lues", rows) % {"number": wording.number(rows)}


def _left(progress: dict[str, Any]) -> str:
    seconds = progress.get("seconds_left")
    if not seconds:
        return ""
    if seconds < _MINUTES_FROM_S:
        return ngettext("encore %(n)d seconde environ", "encore %(n)d secondes environ", seconds) % {
            "n": seconds
        }
    minutes = round(seconds / _MINUTE_S)
    return ngettext("encore %(n)d minute environ", "encore %(n)d minutes environ", minutes) % {"n": minutes}


def proposal_in_words(file: ProposedFile) -> Iterator[str]:
    """Yield a line for each thing that decides how the file is loaded."""
    proposal, load_options = file.proposal, file.load_options
    yield _line(_("Fichier"), file.file.name)
    yield _line(_("Format"), " · ".join(filter(None, (proposal.format, proposal.part))))
    if len(proposal.parts) > 1:
        yield _line(_("Parties du fichier"), ", ".join(proposal.parts))
    if proposal.row_count is not None:
        yield _line(_("Lignes"), _("%d environ") % proposal.row_count)
    yield _line(_("Jeu de données"), _dataset(file))
    yield _line(_("Géométrie"), _geometry(load_options.schema, load_options.recipe, proposal.titles))
    yield _line(_("Clé"), ", ".join(load_options.schema.key) or _("aucune"))
    if load_options.schema.published_schema:
        yield _line(_("Schéma reconnu"), load_options.schema.published_schema)
    yield _line(_("Colonnes"), str(len(load_options.schema.fields)))
    for field in load_options.schema.fields:
        yield "  " + _field(field, proposal.samples(field.source, _MAX_SAMPLES))
    if proposal.new_geometry and not load_options.schema.geometry:
        words = _("le fichier apporte des positions (%s) : --geometry en fait une couche de la carte")
        yield _line(_("Positions"), words % proposal.new_geometry.value)
    if proposal.computed:
        yield _line(_("Colonnes calculées ou numéros de ligne, non repris"), ", ".join(proposal.computed))
    for finding in proposal.findings:
        yield "  ! " + _finding(finding)


def _line(title: object, text: str) -> str:
    return _("%(title)s : %(text)s") % {"title": title, "text": text}


def _dataset(file: ProposedFile) -> str:
    if file.dataset is None:
        return _("%(slug)s, nouveau : « %(title)s »") % {"slug": file.slug, "title": file.title}
    online = file.dataset.online
    if online is None:
        return _("%s, rien en ligne") % file.slug
    values = {"slug": file.slug, "number": online.number, "rows": online.row_count}
    return _("%(slug)s, version %(number)d en ligne (%(rows)d lignes)") % values


def _geometry(schema: DatasetSchema, recipe: GeometryRecipe, titles: tuple[str, ...]) -> str:
    if schema.geometry is GeometryKind.NONE or recipe.kind == _NO_GEOMETRY:
        return _("aucune")
    text = f"{schema.geometry.label} ({schema.geometry.value}), EPSG:{recipe.srid}"
    columns = ", ".join(titles[column] for column in recipe.columns if column < len(titles))
    if columns:
        text += " · " + _("colonnes %s") % columns
    if recipe.keeps_z:
        text += " · " + _("altitudes gardées")
    if recipe.only:
        text += " · " + _("seulement : %s") % GeometryFamily(recipe.only).label
    return text


def _field(field: SchemaField, samples: list[str]) -> str:
    text = f"{field.name} · {field.type.label}"
    if field.source != field.name:
        text += f" · « {field.source} »"
    return text + (f" · {' | '.join(samples)}" if samples else "")


def _finding(finding: Finding) -> str:
    where = _("ligne %d") % finding.line if finding.line else _("fichier")
    return " · ".join(part for part in (where, finding.field, finding.value, finding.reason) if part)
