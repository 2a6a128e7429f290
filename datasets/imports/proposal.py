"""The file of an import, and what the portal reads in it: read once, stored with the upload, corrected afterwards.

A file is given on a page or named to a command. A ``Proposal`` is its schema, its geometry and its first rows; the
first positions are drawn on a map before anything is loaded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

from django.contrib.auth.models import Group
from django.utils.translation import gettext as _

from datasets.access import version_scope
from datasets.definitions import (
    HEIGHTS,
    RENAMED,
    DatasetSchema,
    Finding,
    GeometryRecipe,
    SchemaField,
    linked_fields,
)
from datasets.imports.exported_columns import Headings, computed_columns, cut_headings, exported_headings
from datasets.imports.renamed_columns import UnmatchedColumn, renamed_columns
from datasets.inference.isolation import infer_isolated, open_isolated, read_positions
from datasets.inference.schema import InferredSchema
from datasets.loading.progress import ImportProgress
from datasets.models import Dataset, Delivery, Upload
from datasets.readers.isolation import IsolatedSource
from datasets.readers.source import Layout, ReadOptions
from datasets.registry import definition_of
from datasets.vocabulary import WAS_ACCEPTED, GeometryKind, Severity
from layers.access import Scope
from layers.errors import UnknownFeature
from layers.models import Theme
from layers.queries import communes, territory_extent
from layers.visitor import Visitor

_MAX_FINDINGS = 50


@dataclass(frozen=True, slots=True)
class SourceFile:
    """Where the file is, what its producer calls it, its digest when it is known, and how it is to be read."""

    path: Path
    name: str
    sha256: str = ""
    reading: ReadOptions = field(default_factory=ReadOptions)

    @property
    def digest(self) -> str:
        """The SHA-256 of its bytes."""
        if self.sha256:
            return self.sha256
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def source_file_of(upload: Upload) -> SourceFile:
    """Return the file of an upload, to be read with its owner's options."""
    return SourceFile(upload.location, upload.original_name, upload.sha256, read_options_of(upload))


def read_options_of(upload: Upload) -> ReadOptions:
    """Return the options of reading chosen by the owner of the file."""
    reading = upload.options.get("reading") or {}
    part = reading.get("part", "")
    return ReadOptions(
        layer=part,
        sheet=part,
        delimiter=reading.get("delimiter", ""),
        encoding=reading.get("encoding", ""),
        title_lines=reading.get("title_lines"),
        header_rows=reading.get("header_rows"),
        unit_row=reading.get("unit_row"),
        total_rows=reading.get("total_rows"),
        file_name=upload.original_name,
    )


@dataclass(frozen=True, slots=True)
class Identity:
    """What a new dataset is called, where it is filed, and whose it is."""

    title: str
    slug: str
    theme: Theme
    producer: Group | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A file as the portal reads it. ``titles`` are its columns, ``parts`` its sheets or layers, ``rows`` its first.

    ``format`` is that of its content, ``part`` the sheet or layer that was read, ``row_count`` about how many rows it
    holds; ``layout`` says where the table is, ``sample`` is the beginning of the file as it is. ``unknown`` are the
    titles that the dataset's last schema does not have; nothing is unknown to a new dataset. ``computed`` are those of
    columns that are no data: what the portal computed in its own exports, numbers of rows. ``new_geometry`` is that of
    the positions which the file brings to a table without geometry: a layer when its producer accepts.
    """

    title: str
    titles: tuple[str, ...]
    parts: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    schema: DatasetSchema
    recipe: GeometryRecipe
    findings: tuple[Finding, ...]
    layout: Layout
    sample: tuple[tuple[str, ...], ...]
    unknown: tuple[str, ...] = ()
    computed: tuple[str, ...] = ()
    new_geometry: GeometryKind = GeometryKind.NONE
    format: str = ""
    part: str = ""
    row_count: int | None = None

    @property
    def is_text(self) -> bool:
        """Whether the file is text, whose signs may be chosen."""
        return self.format == "csv"

    @property
    def proposal(self) -> DatasetSchema:
        """The schema to begin with: that of the dataset as it is, since new columns are taken up by choice."""
        return self._without(self.unknown + self.computed)

    @property
    def position_columns(self) -> tuple[str, ...]:
        """The titles of the columns that are no data because the geometry is read from them."""
        if self.recipe.kind == "none":
            return ()
        titles = {self.titles[index] for index in self.recipe.columns}
        return tuple(title for title in self.computed if title in titles)

    @property
    def is_unrecognised(self) -> bool:
        """Whether no column is one of the dataset's: all of them are proposed, since none is known."""
        return bool(self.unknown) and all(
            field.source in self.unknown + self.computed for field in self.schema.fields
        )

    @property
    def data_schema(self) -> DatasetSchema:
        """The schema of all columns but the computed ones."""
        return self._without(self.computed)

    def _without(self, titles: tuple[str, ...]) -> DatasetSchema:
        """Return the schema without the columns of these titles, and roles of theirs; whole when nothing is left."""
        fields = tuple(field for field in self.schema.fields if field.source not in titles)
        if not fields:
            return self.schema
        schema, names = self.schema, {"", *(field.name for field in fields)}
        return replace(
            schema,
            fields=linked_fields(fields),
            parent=schema.parent if schema.parent and schema.parent.field in names else None,
            key=schema.key if names.issuperset(schema.key) else (),
            commune=schema.commune if schema.commune in names else "",
            title_field=schema.title_field if schema.title_field in names else "",
            time_field=schema.time_field if schema.time_field in names else "",
            precision_field=schema.precision_field if schema.precision_field in names else "",
        )

    def to_json(self) -> dict[str, Any]:
        """Return plain values, to be stored with the upload."""
        return {
            "title": self.title,
            "titles": list(self.titles),
            "parts": list(self.parts),
            "rows": [list(row) for row in self.rows],
            "schema": self.schema.to_json(),
            "recipe": asdict(self.recipe),
            "findings": [asdict(finding) for finding in self.findings],
            "unknown": list(self.unknown),
            "computed": list(self.computed),
            "new_geometry": self.new_geometry.value,
            "format": self.format,
            "part": self.part,
            "layout": self.layout.to_json(),
            "sample": [list(record) for record in self.sample],
            "row_count": self.row_count,
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Proposal:
        """Read what ``to_json`` wrote."""
        return cls(
            title=document["title"],
            titles=tuple(document["titles"]),
            parts=tuple(document["parts"]),
            rows=tuple(tuple(row) for row in document["rows"]),
            schema=DatasetSchema.from_json(document["schema"]),
            recipe=recipe_of(document["recipe"]),
            findings=tuple(Finding(**finding) for finding in document["findings"]),
            unknown=tuple(document["unknown"]),
            computed=tuple(document.get("computed", ())),
            new_geometry=GeometryKind(document.get("new_geometry", "")),
            format=document.get("format", ""),
            part=document.get("part", ""),
            layout=Layout.from_json(document["layout"]) if "layout" in document else Layout(),
            sample=tuple(map(tuple, document.get("sample", ()))),
            row_count=document.get("row_count"),
        )

    def samples(self, title: str, limit: int = 3) -> list[str]:
        """Return the first different values of a column."""
        return list(islice(dict.fromkeys(self.texts(title)), limit))

    def texts(self, title: str) -> tuple[str, ...]:
        """Return the values of a column in the first rows, without the empty ones."""
        if title not in self.titles:
            return ()
        index = self.titles.index(title)
        return tuple(value for row in self.rows if index < len(row) and (value := row[index]))


def recipe_of(document: Mapping[str, Any]) -> GeometryRecipe:
    """Read a recipe stored as plain values."""
    return GeometryRecipe(**{**document, "columns": tuple(document["columns"])})


def proposal_of(upload: Upload) -> Proposal:
    """Return what was understood of a file when it was last read.

    Raises:
        UnknownFeature: it was not read yet.
    """
    if not upload.is_understood:
        raise UnknownFeature(_("Ce fichier n’a pas encore été lu."), parameter="depot")
    return Proposal.from_json(upload.options["guess"])


def accepted_schema(upload: Upload) -> tuple[DatasetSchema, GeometryRecipe] | None:
    """Return the schema and the recipe its owner last submitted, None before that."""
    accepted = upload.options.get("settled")
    return (DatasetSchema.from_json(accepted["schema"]), recipe_of(accepted["recipe"])) if accepted else None


@contextmanager
def open_source_file(file: SourceFile, progress: ImportProgress | None = None) -> Iterator[IsolatedSource]:
    """Open the file for the block, the way it is to be read; ``progress`` follows how far it is, and may stop it.

    Raises:
        FileRefused: the file cannot be read, or not any more.
    """
    followed = progress or ImportProgress()
    try:
        with open_isolated(file.path, options=file.reading, on_start=followed.follow) as source:
            yield source
    finally:
        followed.follow(None)


def propose(
    file: SourceFile,
    dataset: Dataset | None,
    progress: ImportProgress | None = None,
    *,
    has_key: bool = False,
    visitor: Visitor | None = None,
) -> Proposal:
    """Read the file and guess its schema; for an existing dataset, its last schema prevails.

    Columns under new titles are compared with the rows that ``visitor`` reads, if one is given. ``has_key`` says that
    somebody gave the key, which is then not looked for in all the rows.

    Raises:
        FileRefused: the file cannot be read.
    """
    with open_source_file(file, progress) as source:
        delivery = _last_delivery(dataset) if dataset else None
        sampled = infer_isolated(
            source,
            communes={commune.code: commune.nom for commune in communes()},
            extent=territory_extent(),
            checks_key=not (has_key or delivery),
        )
        inferred = sampled.inferred
        recipe, heights = recipe_like_online(inferred, dataset)
        proposal = Proposal(
            title=inferred.title,
            titles=source.titles,
            parts=source.layers,
            rows=sampled.rows,
            schema=inferred.schema,
            recipe=recipe,
            findings=tuple(dict.fromkeys([*heights, *source.findings]))[:_MAX_FINDINGS],
            computed=inferred.row_numbers,
            format=source.format,
            part=source.layer,
            row_count=source.declared_rows if source.declared_rows is not None else source.estimated_rows,
            layout=source.layout,
            sample=source.sample,
        )
        return _of_dataset(proposal, delivery, visitor) if delivery else proposal


def _of_dataset(proposal: Proposal, delivery: Delivery, visitor: Visitor | None) -> Proposal:
    """Return a proposal with the fields of a delivery, and what the file has more: columns, positions."""
    guessed, last, recipe = proposal.schema, delivery.schema_version.schema, proposal.recipe
    headings = exported_headings(definition_of(delivery), last)
    same = same_fields(guessed, last, headings)
    renamed = _renamed(proposal, same, version_scope(visitor, delivery), last) if visitor is not None else {}
    same |= renamed
    new = [field.source for field in guessed.fields if field.source not in same]
    is_table = last.geometry is GeometryKind.NONE
    positions = () if is_table else tuple(proposal.titles[position] for position in recipe.columns)
    about_key = _about_key(proposal, last, same)
    added = computed_columns(new, headings, format_name=proposal.format, positions=positions)
    computed = (*added, *(title for title in proposal.computed if title in new and title not in added))
    return replace(
        proposal,
        schema=_matched(guessed, last, same),
        findings=(*about_key, *_renamings(renamed), *proposal.findings)[:_MAX_FINDINGS],
        unknown=tuple(title for title in new if title not in computed),
        computed=computed,
        new_geometry=guessed.geometry if is_table and recipe.kind != "none" else GeometryKind.NONE,
    )


def _renamed(
    proposal: Proposal, same: Mapping[str, SchemaField], scope: Scope, last: DatasetSchema
) -> dict[str, SchemaField]:
    """Return the fields of the last schema whose columns have another title in the file, by this title."""
    matched = {field.name for field in same.values()}
    missing = [field for field in last.fields if field.name not in matched]
    titles = [field.source for field in proposal.schema.fields if field.source not in same]
    columns = [UnmatchedColumn(title, proposal.texts(title)) for title in titles]
    fields = renamed_columns(columns, missing, scope)
    return {title: replace(field, source=title) for title, field in fields.items()}


def _renamings(renamed: Mapping[str, SchemaField]) -> list[Finding]:
    """Return a finding for each column that was recognised by its values: its producer corrects it if it is another."""
    reason = _("Mêmes valeurs que la colonne « %s » de la version en ligne : elle lui succède.")
    return [
        Finding(Severity.WARNING.value, RENAMED, reason % (field.title or field.name), field=title)
        for title, field in renamed.items()
    ]


def _about_key(proposal: Proposal, last: DatasetSchema, same: Mapping[str, SchemaField]) -> list[Finding]:
    """Warn of a stored key that only numbers the rows of the file, with the key that the file suggests instead."""
    sources = [source for source, field in same.items() if field.name in last.key]
    if len(last.key) != 1 or len(sources) != 1 or sources[0] not in proposal.computed:
        return []
    guessed = proposal.schema
    better = [guessed.by_name[name].source for name in guessed.key]
    reason = _(
        "La clé de ce jeu ne fait que numéroter les lignes du fichier : une ligne retirée renumérote les suivantes, "
        "qui se liront comme modifiées."
    )
    advice = _("Décochez-la : les lignes seront reconnues par leur contenu.")
    if better:
        advice = _("Prenez plutôt comme clé : « %s ». Les lignes en ligne gardent leurs identifiants.") % (
            " » + « ".join(better)
        )
    return [Finding(Severity.WARNING.value, "stored_key_numbers_rows", f"{reason} {advice}", 0, sources[0])]


def same_fields(
    guessed: DatasetSchema, last: DatasetSchema, headings: Sequence[Headings] = ()
) -> dict[str, SchemaField]:
    """Return the known fields of a guessed schema by the titles of their columns in the file.

    A column is a known field under the title of the producer's file, else under its name, else under what our own
    exports call it (``headings``), else under a name that software cut. Of columns that would be the same field, the
    first way of telling it wins; a computed column of our exports is not a field, though a producer's is called alike.
    """
    titles = {column.source: column.source.strip().casefold() for column in guessed.fields}
    present = set(titles.values())
    exported = [
        {name: heading for heading, name in mapping.items() if name and heading in present}
        for mapping in headings
    ]
    matches: dict[str, SchemaField] = {}
    matched: set[str] = set()
    exact = [
        {field.source: field.name for field in reversed(last.fields)},
        {field.name: field.name for field in reversed(last.fields)},
    ]
    for way in (*exact, *headings, *cut_headings(last)):
        for column in guessed.fields:
            title = titles[column.source]
            name = way.get(column.source.strip()) or way.get(title, "")
            field = last.by_name.get(name)
            if field is None or field.name in matched or column.source in matches:
                continue
            is_computed = any(
                mapping.get(title) == "" and names.get(field.name, title) != title
                for mapping, names in zip(headings, exported, strict=True)
            )
            if not is_computed:
                matches[column.source] = replace(field, source=column.source)
                matched.add(field.name)
    named = {field.name: field for field in last.fields if field.name not in matched}
    for column in guessed.fields:
        field = named.get(column.name)
        if field is not None and column.source not in matches:
            matches[column.source] = replace(field, source=column.source)
    return matches


def last_schema(dataset: Dataset) -> DatasetSchema | None:
    """Return the schema of what is online, or of the last good delivery; a refused one decides nothing."""
    last = _last_delivery(dataset)
    return last.schema_version.schema if last else None


def _last_delivery(dataset: Dataset) -> Delivery | None:
    if dataset.online is not None:
        return dataset.online
    good = Delivery.objects.filter(dataset=dataset, state__in=WAS_ACCEPTED)
    return good.select_related("schema_version").defer("report", "comparison").order_by("-number").first()


def recipe_like_online(
    inferred: InferredSchema, dataset: Dataset | None
) -> tuple[GeometryRecipe, list[Finding]]:
    """Return the recipe as what is online has it (its family of geometries, its heights), and the findings about it."""
    recipe, findings = inferred.recipe, list(inferred.findings)
    online = dataset.online.recipe if dataset is not None and dataset.online is not None else {}
    if recipe.kind == "none" or not online:
        return recipe, findings
    has_heights = any(finding.code == HEIGHTS for finding in findings)
    keeps_z = bool(online.get("keeps_z")) and has_heights
    if keeps_z:
        findings = [finding for finding in findings if finding.code != HEIGHTS]
    elif online.get("keeps_z"):
        reason = _("Les géométries n’ont pas d’altitude (Z), celles de la version en ligne en ont une.")
        findings.append(Finding(Severity.WARNING.value, "z_absent", reason))
    return replace(recipe, only=str(online.get("only", "")), keeps_z=keeps_z), findings


def match_published_fields(guessed: DatasetSchema, last: DatasetSchema) -> DatasetSchema:
    """Return a guessed schema with the fields of a known one, matched by ``same_fields``.

    A new field stays as guessed, under a database column that no known field has.
    """
    return _matched(guessed, last, same_fields(guessed, last))


def _matched(guessed: DatasetSchema, last: DatasetSchema, same: Mapping[str, SchemaField]) -> DatasetSchema:
    columns = {field.column for field in last.fields}
    names = {field.name.lower() for field in last.fields}
    fields: list[SchemaField] = []
    for guess in guessed.fields:
        chosen = same.get(guess.source) or _distinct(guess, columns, names)
        columns.add(chosen.column)
        names.add(chosen.name.lower())
        fields.append(chosen)
    left = {field.name for field in fields}
    return DatasetSchema(
        fields=linked_fields(fields),
        parent=last.parent if last.parent and last.parent.field in left else None,
        geometry=last.geometry if guessed.geometry else guessed.geometry,
        key=last.key if set(last.key) <= left else (),
        commune=last.commune if last.commune in left else "",
        title_field=last.title_field if last.title_field in left else "",
        time_field=last.time_field if last.time_field in left else "",
        precision_field=last.precision_field if last.precision_field in left else "",
        published_schema=guessed.published_schema,
    )


def _distinct(field: SchemaField, columns: set[str], names: set[str]) -> SchemaField:
    number = 2
    column, name = field.column, field.name
    while column in columns or name.lower() in names:
        column, name = f"{field.column[:50]}_{number}", f"{field.name[:58]}_{number}"
        number += 1
    return replace(field, column=column, name=name)


def preview(upload: Upload, recipe: GeometryRecipe) -> dict[str, Any]:
    """Return the first positions in EPSG:4326, longitude first (RFC 7946), without unreadable ones.

    Raises:
        FileRefused: the file cannot be read any more.
    """
    with open_source_file(source_file_of(upload)) as source:
        geometries = read_positions(source, recipe)
    return {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "properties": {}, "geometry": geometry} for geometry in geometries],
    }
