"""What was understood of a file, in lines of text: what the command says before it loads anything."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from datasets.definitions import DatasetSchema, Finding, GeometryRecipe, SchemaField
from datasets.imports.files import UnderstoodFile
from datasets.vocabulary import GeometryFamily, GeometryKind

# How the geometry is written in the file, by the kind of its recipe; any other kind is told by its own name.
_NO_GEOMETRY = "none"
_SHOWN_SAMPLES = 3


def understood_in_words(understood: UnderstoodFile) -> Iterator[str]:
    """Yield a line for each thing that decides how the file is loaded."""
    proposal, settled = understood.proposal, understood.settled
    yield _line(_("Fichier"), understood.file.name)
    yield _line(_("Format"), _of_part(proposal.format, proposal.part))
    if len(proposal.parts) > 1:
        yield _line(_("Parties du fichier"), ", ".join(proposal.parts))
    if proposal.row_count is not None:
        yield _line(_("Lignes"), _("%d environ") % proposal.row_count)
    yield _line(_("Jeu de données"), _dataset(understood))
    yield _line(_("Géométrie"), _geometry(settled.schema, settled.recipe, proposal.titles))
    yield _line(_("Clé"), ", ".join(settled.schema.key) or _("aucune"))
    if settled.schema.known_schema:
        yield _line(_("Schéma reconnu"), settled.schema.known_schema)
    yield _line(_("Colonnes"), str(len(settled.schema.fields)))
    for field in settled.schema.fields:
        yield "  " + _field(field, proposal.samples(field.source, _SHOWN_SAMPLES))
    for finding in proposal.findings:
        yield "  ! " + _finding(finding)


def _line(title: object, text: str) -> str:
    return _("%(title)s : %(text)s") % {"title": title, "text": text}


def _of_part(kind: str, part: str) -> str:
    return f"{kind} · {part}" if part else kind


def _dataset(understood: UnderstoodFile) -> str:
    if understood.dataset is None:
        return _("%(slug)s, nouveau : « %(title)s »") % {"slug": understood.slug, "title": understood.title}
    online = understood.dataset.online
    if online is None:
        return _("%s, rien en ligne") % understood.slug
    told = {"slug": understood.slug, "number": online.number, "rows": online.row_count}
    return _("%(slug)s, version %(number)d en ligne (%(rows)d lignes)") % told


def _geometry(schema: DatasetSchema, recipe: GeometryRecipe, titles: tuple[str, ...]) -> str:
    if schema.geometry is GeometryKind.NONE or recipe.kind == _NO_GEOMETRY:
        return _("aucune")
    told = f"{schema.geometry.label} ({schema.geometry.value}), EPSG:{recipe.srid}"
    columns = ", ".join(titles[column] for column in recipe.columns if column < len(titles))
    if columns:
        told += " · " + _("colonnes %s") % columns
    if recipe.keeps_z:
        told += " · " + _("altitudes gardées")
    if recipe.only:
        told += " · " + _("seulement : %s") % GeometryFamily(recipe.only).label
    return told


def _field(field: SchemaField, samples: list[str]) -> str:
    told = f"{field.name} · {field.type.label}"
    if field.source != field.name:
        told += f" · « {field.source} »"
    return told + (f" · {' | '.join(samples)}" if samples else "")


def _finding(finding: Finding) -> str:
    place = _("ligne %d") % finding.line if finding.line else _("fichier")
    return " · ".join(part for part in (place, finding.field, finding.value, finding.reason) if part)
