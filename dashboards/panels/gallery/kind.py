"""Photos of the features, the latest first."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.documents.document import PanelQuestion
from dashboards.panels.fitting import plain_question
from dashboards.panels.kinds import (
    Fit,
    Glyph,
    PanelAnswer,
    PanelKind,
    PanelRequest,
    PaperLimits,
    PaperRule,
    first_rows,
)
from dashboards.panels.options import option_schema
from dashboards.panels.queries import feature_name, list_records, record_table
from dashboards.panels.tables import row_notes
from dashboards.sources.source import PanelSource, related_source
from interface import wording
from layers.definitions import Relation
from layers.errors import InvalidParameter
from layers.parsing.query import SortKey
from layers.queries import RelatedRecord

MAX = 12
# Columns of every model of photos (``layers.models.FeaturePhoto``).
_CAPTION, _DAY, _CREDIT = "legende", "date_prise_vue", "credit"


@dataclass(frozen=True, slots=True)
class GalleryPhoto:
    """A photo: the address of its thumbnail, that of its feature, and what is said of it.

    ``part`` is what it shows of the feature, where the gallery says so.
    """

    thumbnail: str
    address: str
    caption: str
    feature: str
    part: str = ""
    day: str = ""
    credit: str = ""


class Gallery(PanelKind):
    """Photos of the features, the latest first."""

    name = "gallery"
    title = gettext_lazy("Photos")
    icon = "images"
    options = option_schema()
    template = "dashboards/panels/gallery.html"
    phrase = gettext_lazy("Les photos de {}")
    is_resized = False
    paper = PaperRule(is_written=True, row=44, least=460)
    shape = Glyph.ROWS
    has_order = False

    def read(self, request: PanelRequest) -> PanelAnswer:
        """Return photos of the galleries of a layer.

        Raises:
            InvalidParameter: the relation asked holds no photos, or the layer has no gallery that the visitor sees.
        """
        relation = _gallery(request)
        fields = next(each.fields for each in request.scope.relations if each.name == relation)
        has_day = any(field.name == _DAY for field in fields)
        sort = (SortKey(_DAY, is_descending=True),) if has_day else ()
        photos = list_records(request, relation=relation, limit=MAX, sort=sort)
        return request.answer(
            record_table(request, photos, photos.relation.fields),
            matched=photos.matched,
            value=photos.matched,
            context={"photos": [_photo(request, photos.relation, record) for record in photos.records]},
            notes=row_notes(photos.matched - len(photos.records)),
        )

    def printed(self, answer: PanelAnswer, limits: PaperLimits) -> PanelAnswer:
        """Return the first photos."""
        return first_rows(answer, limits.photos, "photos")

    def unsuitable(self, source: PanelSource) -> str:
        """Refuse a layer without photos."""
        return "" if gallery_of(source) else _("cette couche n’a pas de photos.")

    def source_of(self, source: PanelSource) -> PanelSource:
        """Return the photos."""
        return related_source(source, gallery_of(source))

    def fit(self, source: PanelSource, question: PanelQuestion) -> Fit:
        """Return the question with every field of a photo."""
        return Fit(plain_question(question))

    def question_title(self, question: PanelQuestion, source: PanelSource) -> str:
        """Name photos."""
        return _("Photos")


GALLERY = Gallery()


def _gallery(request: PanelRequest) -> str:
    """Return the name of the requested gallery, or of the first one."""
    names = [relation.name for relation in request.scope.relations if relation.is_gallery]
    relation_name = request.question.relation
    if relation_name in names or (names and not relation_name):
        return relation_name or names[0]
    raise InvalidParameter(_("Cette couche n’a pas de photos à montrer ici."), parameter="relation")


def _photo(request: PanelRequest, relation: Relation, record: RelatedRecord) -> GalleryPhoto:
    slug, day = request.scope.slug, record.values.get(_DAY)
    part = next((field for field in relation.fields if field.name == relation.part_field), None)
    return GalleryPhoto(
        thumbnail=reverse(
            "explorer:photo", args=[slug, record.feature, relation.name, record.pk, "thumbnail"]
        ),
        address=reverse("explorer:feature", args=[slug, record.feature]),
        caption=str(record.values.get(_CAPTION) or ""),
        feature=feature_name(request, record),
        part=str(part.label(record.values[part.name])) if part and record.values.get(part.name) else "",
        day=wording.day(day) if day else "",
        credit=str(record.values.get(_CREDIT) or ""),
    )


def gallery_of(source: PanelSource) -> str:
    """Return the name of the photos of a source, of its own records first; empty without photos."""
    if source.relation is not None and source.relation.is_gallery:
        return source.relation.name
    return next((each.name for each in source.scope.relations if each.is_gallery), "")
