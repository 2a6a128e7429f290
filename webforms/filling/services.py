"""Receive an answer: in measure, once, whole; it becomes a row at once for who may add rows, else it waits."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from layers.digests import stable_digest
from layers.errors import Forbidden, InvalidFeature, InvalidGeometry, InvalidImage, UnknownProperty
from layers.services.photos import ProcessedPhoto, read_picture, store_picture
from layers.visitor import Visitor
from webforms.access import readable_names, schema_scope, writes_at_once
from webforms.answers.rows import write_row
from webforms.documents import Item
from webforms.errors import InvalidAnswer, RepeatedAnswer
from webforms.filling.inputs import AnswerReader, Reading, input_name
from webforms.filling.tokens import PageToken
from webforms.models import Answer, AnswerPhoto, Form, FormLink, FormVersion
from webforms.schema import choices_of, fields_of_section, visible_document
from webforms.vocabulary import AnswerState

WINDOW_S = 600
MAX_ANONYMOUS, MAX_SIGNED_IN = 120, 600
_SALT = "webforms.filling.sender"
_REFUSALS = (InvalidFeature, InvalidGeometry, UnknownProperty, Forbidden)
Pictures = list[tuple[Item, ProcessedPhoto]]


class RefusedRow(InvalidAnswer):
    """The layer refuses the row of an answer: ``faults`` are by name of input, the empty name for all of it."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(" ".join(faults.values()))
        self.faults = dict(faults)


@dataclass(frozen=True, slots=True)
class Sending:
    """An answer that came: to which version, by which page, from whom."""

    version: FormVersion
    token: PageToken
    visitor: Visitor
    link: FormLink | None = None


def may_send(visitor: Visitor) -> bool:
    """Count a sending and return whether it is within the limit of the account or network."""
    most = MAX_SIGNED_IN if visitor.user_id else MAX_ANONYMOUS
    is_within_limit = import_string(settings.IS_WITHIN_LIMIT)
    return bool(is_within_limit(visitor.client_key, policy="form-answers", quota=most, seconds=WINDOW_S))


def reader_of(form: Form, version: FormVersion, visitor: Visitor) -> AnswerReader:
    """Return what reads answers to a version, with the code lists of the layer as they are."""
    scope = schema_scope(form)
    document = visible_document(scope, version.content, readable_names(visitor, form))
    choices = {
        item.name: choices_of(item, fields)
        for section in document.sections
        for fields in [fields_of_section(scope, section)]
        for item in section.items
    }
    return AnswerReader(document, choices, scope.definition.geometry, visitor)


def read_pictures(reading: Reading) -> Pictures:
    """Return the photos of an answer, decoded and written anew; faults are added to the reading."""
    pictures: Pictures = []
    for item, upload in reading.photos:
        try:
            pictures.append((item, read_picture(upload=upload)))
        except InvalidImage as error:
            reading.faults[input_name(item)] = _("« %(name)s » : %(reason)s") % {
                "name": (upload.name or "")[:80],
                "reason": error.detail,
            }
    return pictures


def earlier_answer(sending: Sending, reading: Reading) -> Answer | None:
    """Return the same answer, if it came before.

    Raises:
        RepeatedAnswer: one came before from this page, with other values.
    """
    answer = Answer.objects.filter(key=sending.token.key).first()
    if answer is not None and answer.digest != _digest(sending, reading):
        raise RepeatedAnswer(
            _("Cette page a déjà envoyé une autre réponse, la %s : ouvrez de nouveau le formulaire.")
            % answer.reference,
        )
    return answer


def receive_answer(*, sending: Sending, reading: Reading, pictures: Pictures) -> Answer:
    """Store an answer with its photos and, where its author may, its row; the same again is the first one.

    Raises:
        RepeatedAnswer: as ``earlier_answer``.
        RefusedRow: the layer refuses the row of an answer to the present version; nothing is stored.
    """
    if (earlier := earlier_answer(sending, reading)) is not None:
        return earlier
    try:
        with transaction.atomic():
            return _received(sending, reading, pictures)
    except IntegrityError:  # the same page at the same instant
        earlier = earlier_answer(sending, reading)
        if earlier is None:
            raise
        return earlier


def _received(sending: Sending, reading: Reading, pictures: Pictures) -> Answer:
    form = sending.version.form
    answer = Answer.objects.create(
        key=sending.token.key,
        version=sending.version,
        values=reading.values,
        geom=reading.geometry,
        digest=_digest(sending, reading),
        author_id=sending.visitor.user_id,
        link=sending.link,
        sender=_sender(sending.visitor),
    )
    for item, picture in pictures:
        photo = AnswerPhoto(answer=answer, item=item.name, legende=item.label[:200])
        store_picture(photo=photo, picture=picture)
    scope = writes_at_once(sending.visitor, form)
    if scope is None:
        return answer
    try:
        with transaction.atomic():
            answer.row = write_row(scope, answer)
    except _REFUSALS as error:
        if sending.version.pk == form.published_id:
            raise RefusedRow(_faults(sending, error)) from error
        answer.problem = error.detail  # an older page: somebody reads what it sent
    else:
        answer.state = AnswerState.WRITTEN
        answer.decided_by_id, answer.decided_at = sending.visitor.user_id, sending.visitor.instant
    answer.save(update_fields=["row", "problem", "state", "decided_by", "decided_at"])
    return answer


def _faults(sending: Sending, error: Exception) -> dict[str, str]:
    """Return the faults of a row by name of input; those of fields without an item are of the whole answer."""
    document = sending.version.content
    inputs = {item.field: input_name(item) for item in document.single_items if item.field}
    if document.position is not None:
        inputs["geometry"] = input_name(document.position)
    by_field = error.faults if isinstance(error, InvalidFeature) else {}
    detail = str(getattr(error, "detail", ""))
    faults: dict[str, str] = {}
    for name, reason in (by_field or {str(getattr(error, "parameter", "")): detail}).items():
        target = inputs.get(name, "")
        faults[target] = " ".join(filter(None, [faults.get(target, ""), reason]))
    return faults


def _digest(sending: Sending, reading: Reading) -> str:
    geometry = reading.geometry.ewkt if reading.geometry is not None else ""
    return stable_digest(sending.version.pk, json.dumps(reading.values, sort_keys=True), geometry)


def _sender(visitor: Visitor) -> str:
    """Return what tells senders apart, and names none: the digest of the account or network, with the portal's key."""
    return salted_hmac(_SALT, visitor.client_key, algorithm="sha256").hexdigest()
