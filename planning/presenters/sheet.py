"""The sheet in words: sections, shares, distances, documents, and what was not looked at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from interface.wording import area, day, percent
from layers import access
from layers.visitor import PlanDay, Visitor
from planning.easements.queries import EasementOrigin, easement_origins
from planning.models import ApplicableRule
from planning.presenters.history import History, history_of
from planning.presenters.items import (
    Document,
    Item,
    References,
    date_words,
    document_of,
    is_sliver,
    item_of,
    piece_keys,
    written_piece,
)
from planning.queries.applicability import RuleOutcome, area_of, outcomes
from planning.queries.documents import documents_of
from planning.queries.locations import Location, addresses_on
from planning.vocabulary import FAMILY_SUBTITLES, FAMILY_WORDS, CautionLevel, Family, Relation
from plui.dated.queries import Annulment, annulments_at
from plui.loading.queries import piece_addresses
from plui.models import DocUrba
from plui.vocabulary import Etat

_LONG = 9
"""More features than this have no room for their details on one A4."""
_NEAR = frozenset({Family.HERITAGE, Family.NATURE})
_APPROVED = frozenset({Etat.OPPOSABLE, Etat.APPROUVE, Etat.PARTIELLEMENT_ANNULE})


@dataclass(frozen=True, slots=True)
class GroupPart:
    """Features of a rule that follow the same warnings, written once above them: none of those of one feature."""

    warnings: Sequence[str]
    items: Sequence[Item]


@dataclass(frozen=True, slots=True)
class Group:
    """A rule with its features; ``slivers`` are shares that are no more than a difference between two drawings."""

    rule: ApplicableRule
    items: Sequence[Item]
    slivers: Sequence[Item]
    is_cut: bool

    @property
    def parts(self) -> list[GroupPart]:
        """The features by their warnings, in the order of the first of each."""
        by_warnings: dict[tuple[str, ...], list[Item]] = {}
        for item in self.items:
            by_warnings.setdefault(tuple(item.warnings), []).append(item)
        return [
            GroupPart(warnings, [replace(item, warnings=()) for item in items])
            if warnings and len(items) > 1
            else GroupPart((), items)
            for warnings, items in by_warnings.items()
        ]


@dataclass(frozen=True, slots=True)
class Section:
    """A family of rules; ``none`` says that there is nothing, where the layers were read.

    ``subtitle`` is a few words beside the title, ``words`` a sentence for who does not know what the family is.
    """

    family: str
    title: str
    subtitle: str
    words: str
    groups: Sequence[Group]
    none: str

    @property
    def is_near(self) -> bool:
        """Whether the section is about what is near, and obliges nobody."""
        return self.family in _NEAR

    @property
    def items(self) -> list[Item]:
        """The features of the section."""
        return [item for group in self.groups for item in group.items]


@dataclass(frozen=True, slots=True)
class FirstNote:
    """What the sheet begins with: a sentence, and the piece that says it (a judgment), None without one."""

    text: str
    document: Document | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """What applies to a place, in words.

    ``summary`` counts zones, prescriptions and servitudes; ``advice`` is what their rules say in one sentence each.
    """

    location: Location
    area_m2: float | None
    addresses: Sequence[str]
    facts: Sequence[tuple[str, str]]
    summary: str
    advice: Sequence[str]
    first_notes: Sequence[FirstNote]
    sections: Sequence[Section]
    documents: Sequence[DocumentWords]
    absent: Sequence[str]
    outcomes: Sequence[RuleOutcome]
    references: References
    history: History | None = None

    @property
    def item_count(self) -> int:
        """How many features apply."""
        return sum(len(section.items) for section in self.sections)

    @property
    def is_long(self) -> bool:
        """Whether the paper leaves the details of features out, so that one A4 holds it."""
        return self.item_count > _LONG

    @property
    def main_sections(self) -> list[Section]:
        """The sections but those of what is near."""
        return [section for section in self.sections if not section.is_near]

    @property
    def near_sections(self) -> list[Section]:
        """The sections of what is near, which are short."""
        return [section for section in self.sections if section.is_near]

    @property
    def subtitle(self) -> str:
        """The addresses of the place and its legal area, on one line."""
        legal = self.location.facts.get("contenance")
        return " · ".join([*self.addresses, *([area(legal)] if legal is not None else [])])

    @property
    def firsts(self) -> list[str]:
        """The sentences that the sheet begins with."""
        return [note.text for note in self.first_notes]

    @property
    def cautions(self) -> list[str]:
        """What every sheet says of itself."""
        return general_cautions(self)


@dataclass(frozen=True, slots=True)
class DocumentWords:
    """A planning document: its identifier, its procedure, its state and where it is read."""

    document: DocUrba
    title: str
    state: str
    address: str


@access.scopes_read_once()
def sheet_of(visitor: Visitor, location: Location) -> Sheet:
    """Return the sheet of a place for a visitor.

    Raises:
        TooSlow: the database did not answer in time.
    """
    area_m2 = area_of(location.geometry)
    results = outcomes(visitor, location, area_m2)
    documents = planning_documents(results, visitor.plan)
    sheet = compose_sheet(
        location,
        area_m2,
        results,
        documents,
        addresses_on(visitor, location),
        references_of(visitor, results, annulments_at(visitor, location.geometry)),
    )
    identifiers = [each.idurba for each in documents]
    return replace(sheet, history=history_of(visitor, location, identifiers))


def planning_documents(results: Iterable[RuleOutcome], day: PlanDay | None = None) -> list[DocUrba]:
    """Return the planning documents that the features of rules name, as they were on the day of plans."""
    names = (feature.value("idurba") for each in results for feature in each.features)
    return documents_of((str(name) for name in names if name), day=day)


def references_of(
    visitor: Visitor, results: Sequence[RuleOutcome], annulments: Sequence[Annulment] = ()
) -> References:
    """Return what the features of rules refer to, of one place or of several; ``annulments`` are those of one place."""
    origins: dict[tuple[str, int], EasementOrigin] = {}
    for scope in {each.scope.slug: each.scope for each in results if each.scope is not None}.values():
        pks = {feature.pk for each in results if each.scope is scope for feature in each.features}
        of_layer = easement_origins(visitor, scope, pks)
        origins |= {(scope.slug, pk): origin for pk, origin in of_layer.items()}
    named = piece_keys(feature for each in results for feature in each.features)
    named |= {(each.idurba, each.nomfic) for each in annulments if each.nomfic and not each.urlfic}
    return References(piece_addresses(named) if named else {}, origins, annulments)


def compose_sheet(
    location: Location,
    area_m2: float | None,
    results: Sequence[RuleOutcome],
    named: Iterable[DocUrba],
    addresses: Sequence[str],
    references: References | None = None,
) -> Sheet:
    """Return the sheet of what was read of a place: it reads nothing more."""
    known = references or References()
    documents = [_document_words(each) for each in named]
    sections = list(_sections(results, known))
    return Sheet(
        location,
        area_m2,
        addresses,
        [*_location_facts(location, area_m2), *_built_facts(results, area_m2)],
        _summary(sections, results),
        _advice(results),
        list(_first_notes(documents, results, known)),
        sections,
        documents,
        list(_absent(results)),
        results,
        known,
    )


def _sections(results: Sequence[RuleOutcome], references: References) -> Iterable[Section]:
    """Return the families of which a layer was read."""
    for family in Family:
        read = [each for each in results if each.rule.family == family and each.scope is not None]
        if not read:
            continue
        groups = [_group(each, references) for each in read]
        filled = [group for group in groups if group.items or group.slivers]
        yield Section(
            family.value,
            str(family.label),
            str(FAMILY_SUBTITLES.get(family, "")),
            str(FAMILY_WORDS.get(family, "")),
            filled,
            "" if filled else _none_words(family, is_whole=_is_whole(results, family)),
        )


def _is_whole(results: Iterable[RuleOutcome], family: Family) -> bool:
    """Whether each layer of a family was read."""
    return all(each.scope is not None for each in results if each.rule.family == family)


def _none_words(family: Family, *, is_whole: bool) -> str:
    """Return the sentence of a family without any feature: a fact, not a blank, of what was read alone."""
    if not is_whole:
        return _("Rien dans les couches que cette fiche a lues ; les autres sont nommées en bas.")
    match family:
        case Family.ZONES:
            return _("Aucune zone du PLUi à cet endroit.")
        case Family.PRESCRIPTIONS:
            return _("Aucune prescription sur ce terrain.")
        case Family.SERVITUDES:
            return _("Aucune des servitudes du portail ne touche ce terrain.")
        case Family.HERITAGE:
            return _("Aucun bâtiment patrimonial à proximité.")
        case Family.BUILT:
            return _("Aucun bâtiment dessiné sur ce terrain.")
        case Family.NATURE:
            return _("Aucun arbre remarquable à proximité.")
    return _("Rien sur ce terrain.")


def _group(result: RuleOutcome, references: References) -> Group:
    items = [item_of(result, feature, references) for feature in result.features]
    return Group(
        result.rule,
        [item for item in items if not is_sliver(item.feature)],
        [item for item in items if is_sliver(item.feature)],
        result.is_cut,
    )


def _document_words(document: DocUrba) -> DocumentWords:
    date = date_words(document.datappro)
    is_approved = len(date) > 4 and document.etat in _APPROVED
    title = _("%(kind)s approuvé le %(date)s") if is_approved else _("%(kind)s, %(date)s")
    kind = document.get_typedoc_display()
    return DocumentWords(
        document,
        title % {"kind": kind, "date": date} if date else kind,
        document.get_etat_display(),
        document.urlpe or document.urlreg or document.siteweb,
    )


def _first_notes(
    documents: Iterable[DocumentWords], results: Iterable[RuleOutcome], references: References
) -> Iterable[FirstNote]:
    """Return what the sheet begins with: a partial annulment over the place, a document that is not in force."""
    for annulment in references.annulments:
        yield FirstNote(
            _(
                "%s. Le juge a annulé une partie du plan à cet endroit : ses règles annulées ne s’appliquent plus."
            )
            % annulment.title,
            written_piece(annulment.idurba, annulment.nomfic, annulment.urlfic, references.pieces),
        )
    yield from _first_cautions(results, references)
    for document in documents:
        named = {"title": document.title, "state": document.state}
        if document.document.etat == Etat.PARTIELLEMENT_ANNULE:
            if all(each.idurba != document.document.idurba for each in references.annulments):
                yield FirstNote(
                    _(
                        "%s : un jugement a annulé une partie de ce document. Aucun des périmètres annulés que cette"
                        " fiche a lus n’est à cet endroit."
                    )
                    % document.title
                )
        elif document.document.etat not in {Etat.OPPOSABLE, Etat.APPROUVE}:
            yield FirstNote(_("%(title)s : ce document n’est pas opposable (%(state)s).") % named)


def _first_cautions(results: Iterable[RuleOutcome], references: References) -> Iterable[FirstNote]:
    """Return the cautions that the team puts at the top."""
    for each in results:
        for feature in each.features:
            for caution in feature.cautions:
                if caution.level == CautionLevel.FIRST:
                    text = _("%(title)s : %(text)s") % {"title": feature.title, "text": caution.words}
                    yield FirstNote(text, document_of(feature, references.pieces))


def _advice(results: Iterable[RuleOutcome]) -> list[str]:
    """Return what rules say in the summary, each once."""
    words = (
        caution.words
        for each in results
        for feature in each.features
        for caution in feature.cautions
        if caution.level == CautionLevel.SUMMARY
    )
    return list(dict.fromkeys(words))


def _summary(sections: Sequence[Section], results: Sequence[RuleOutcome]) -> str:
    """Count the zones, prescriptions and servitudes of a place in words, of the families that were read.

    There is « none » of a family only where each of its layers was read.
    """
    counts = {
        section.family: len(section.items)
        for section in sections
        if section.items or _is_whole(results, Family(section.family))
    }
    parts = []
    if Family.ZONES in counts:
        count = counts[Family.ZONES]
        parts.append(ngettext("%s zone", "%s zones", count) % _feminine(count))
    if Family.PRESCRIPTIONS in counts:
        count = counts[Family.PRESCRIPTIONS]
        parts.append(ngettext("%s prescription", "%s prescriptions", count) % _feminine(count))
    if Family.SERVITUDES in counts:
        count = sum(
            len(group.items)
            for section in sections
            if section.family == Family.SERVITUDES
            for group in section.groups
            if group.rule.relation != Relation.OUTSIDE
        )
        parts.append(ngettext("%s servitude", "%s servitudes", count) % _feminine(count))
    text = ", ".join(parts)
    return text[:1].upper() + text[1:]


def _feminine(count: int) -> str:
    """Write how many there are of a feminine noun: in words under ten."""
    names = (
        pgettext("feminine", "aucune"),
        pgettext("feminine", "une"),
        _("deux"),
        _("trois"),
        _("quatre"),
        _("cinq"),
        _("six"),
        _("sept"),
        _("huit"),
        _("neuf"),
    )
    return names[count] if count < len(names) else str(count)


def _absent(results: Iterable[RuleOutcome]) -> Iterable[str]:
    """Return what was not looked at: rules without a readable layer, codes that no feature has, unread cautions."""
    for each in results:
        if each.scope is None and each.rule.absence:
            yield _("%(title)s : %(text)s") % {"title": each.rule.title, "text": each.rule.absence}
        if each.has_unread_cautions:
            yield _(
                "%(title)s : une mise en garde n’a pas pu être évaluée avec les informations que vous lisez."
            ) % {"title": each.rule.title}
        if each.absent_codes:
            yield _("%(title)s : aucun objet livré pour %(codes)s. À voir au Géoportail de l’urbanisme.") % {
                "title": each.rule.title,
                "codes": ", ".join(each.absent_codes),
            }


def _location_facts(location: Location, area_m2: float | None) -> list[tuple[str, str]]:
    facts: list[tuple[str, str]] = []
    if location.identifier:
        facts.append((_("Identifiant"), location.identifier))
    if (legal := location.facts.get("contenance")) is not None:
        facts.append((_("Contenance (cadastre)"), area(legal)))
    if area_m2 is not None:
        facts.append((_("Surface dessinée"), area(area_m2)))
    if updated := location.facts.get("updated"):
        facts.append((_("Parcelle modifiée au cadastre le"), day(updated)))
    return facts


def _built_facts(results: Iterable[RuleOutcome], area_m2: float | None) -> list[tuple[str, str]]:
    """Return the area that buildings cover, with its share; nothing where some were left out, or none is there."""
    of_buildings = [each for each in results if each.rule.family == Family.BUILT and each.scope is not None]
    areas = [feature.area_m2 or 0.0 for each in of_buildings for feature in each.features]
    if not areas or not area_m2 or any(each.is_cut for each in of_buildings):
        return []
    built = sum(areas)
    share = percent(min(built / area_m2, 1.0))
    return [(_("Emprise bâtie"), _("%(area)s, soit %(share)s") % {"area": area(built), "share": share})]


def general_cautions(sheet: Sheet) -> list[str]:
    """Return what a sheet is and is not: information, with what alone binds."""
    texts = [
        _(
            "Cette fiche informe. Le document approuvé fait seul foi, et seul un certificat d’urbanisme engage "
            "l’administration (code de l’urbanisme, L410-1)."
        )
    ]
    if sheet.location.identifier:
        texts.append(
            _("Contour : origine DGFiP, cadastre, © droits de l’État réservés. Il peut différer du bornage.")
        )
    return texts
