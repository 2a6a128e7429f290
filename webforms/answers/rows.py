"""The row that an answer becomes: written by the services of features, under the rights of who writes it.

An answer to an older version is written by the schema as it is now: a field or a code that is there no more leaves its
value in the answer alone, and so does an item without a field.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from layers.access import Scope
from layers.crs import CRS84
from layers.definitions import Field, FieldType, GeometryType
from layers.models import FeaturePhoto
from layers.parsing.feature import FeatureInput, parse_feature
from layers.services.features import create_feature
from layers.services.photos import ProcessedPhoto, store_picture
from layers.services.records import create_record
from webforms.documents import Item, Section
from webforms.models import Answer, AnswerPhoto
from webforms.schema import fields_of_section, gallery_of
from webforms.vocabulary import ItemKind


def write_row(scope: Scope, answer: Answer) -> int:
    """Create the feature of an answer with its records and photos, in the transaction of the caller; return its id.

    Raises:
        InvalidFeature: a value that the layer refuses.
        InvalidGeometry: the layer has another geometry.
        Forbidden: outside the rows that the visitor may add, or records that they may not write.
    """
    document = answer.version.content
    values: dict[str, Any] = {}
    for section in document.sections:
        if not section.relation:
            fields = fields_of_section(scope, section)
            values |= row_values(section, answer.values | _received_days(section, answer), fields)
    pk = create_feature(scope=scope, draft=_draft(scope, values, answer)).pk
    for section in document.sections:
        if section.relation:
            _write_records(scope, section, answer, pk)
    _move_photos(scope, answer, pk)
    return pk


def _received_days(section: Section, answer: Answer) -> dict[str, str]:
    """Return the day on which an answer came, in the time zone of the portal, for the items that take it."""
    day = timezone.localdate(answer.received_at).isoformat()
    return {item.name: day for item in section.items if item.kind == ItemKind.TODAY}


def row_values(section: Section, answers: Mapping[str, Any], fields: Mapping[str, Field]) -> dict[str, Any]:
    """Return the values of fields that the answers of a section become; what fits no field any more is left out."""
    values = {}
    for item in section.items:
        field = fields.get(item.field)
        if field is not None and item.name in answers:
            value = _converted(item, field, answers[item.name])
            if value is not None:
                values[item.field] = value
    return values


def _converted(item: Item, field: Field, answer: Any) -> Any:
    """Return an answer as JSON of the type of a field; None where the field cannot hold it now."""
    if field.choices and field.type is not FieldType.TEXTS:
        return next((code for code, _label in field.choices if str(code) == str(answer)), None)
    if field.type is FieldType.TEXTS:
        codes = {code for code, _label in field.choices}
        members = answer if isinstance(answer, list) else [answer]
        return [each for each in members if not codes or each in codes]
    if field.type is FieldType.DATETIME:
        moment = parse_datetime(str(answer))
        return timezone.make_aware(moment).isoformat() if moment and moment.tzinfo is None else answer
    if field.type is FieldType.TEXT:
        return answer if isinstance(answer, str) else _text_of(answer)
    return answer


def _text_of(answer: Any) -> str:
    return " ; ".join(map(str, answer)) if isinstance(answer, list) else str(answer)


def _draft(scope: Scope, values: Mapping[str, Any], answer: Answer) -> FeatureInput:
    geometry = json.loads(answer.geom.geojson) if answer.geom is not None else None
    # A row without place: the layer refuses it where its geometry may not be empty.
    kind = scope.definition.geometry if geometry or not _may_lack_place(scope) else GeometryType.NONE
    body = json.dumps({"type": "Feature", "properties": dict(values), "geometry": geometry})
    fields = {field.name: field for field in scope.fields}
    return parse_feature(body.encode(), fields, kind=kind, crs=CRS84)


def _may_lack_place(scope: Scope) -> bool:
    """Whether rows of a layer may be without geometry, as those of datasets."""
    columns = scope.definition.model._meta.get_fields()
    return any(column.name == "geom" and getattr(column, "null", False) for column in columns)


def _write_records(scope: Scope, section: Section, answer: Answer, pk: int) -> None:
    fields = fields_of_section(scope, section)
    for record in answer.values.get(section.relation, []):
        values = row_values(section, record, fields)
        draft = parse_feature(
            json.dumps({"type": "Feature", "properties": values, "geometry": None}).encode(),
            fields,
            kind=GeometryType.NONE,
            crs=CRS84,
        )
        create_record(scope=scope, pk=pk, relation=section.relation, values=draft.values)


def _move_photos(scope: Scope, answer: Answer, pk: int) -> None:
    """Copy the photos of an answer to the gallery of the layer, where it has one; the answer keeps its own."""
    gallery = gallery_of(scope)
    photos = list(answer.photos.all())
    if gallery is None or not photos:
        return
    labels = {item.name: item.label for item in answer.version.content.items if item.kind == ItemKind.PHOTO}
    for photo in photos:
        owner = {f"{gallery.link}_id": pk, "legende": labels.get(photo.item, photo.legende)}
        copy = gallery.model(**owner)
        assert isinstance(copy, FeaturePhoto)
        store_picture(photo=copy, picture=_picture(photo))


def _picture(photo: AnswerPhoto) -> ProcessedPhoto:
    with photo.image.open("rb") as full, photo.thumbnail.open("rb") as thumbnail:
        return ProcessedPhoto(full.read(), thumbnail.read(), photo.width, photo.height)
