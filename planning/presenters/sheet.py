"""The sheet in words: sections, shares, distances, documents, and what was not looked at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from interface.addresses import address
from interface.wording import HARD_SPACE, area, day, distance, is_empty, number, words
from layers.visitor import Visitor
from planning.models import ApplicableRule
from planning.queries.applicability import ApplicableFeature, RuleOutcome, area_of, outcomes
from planning.queries.documents import documents_of
from planning.queries.locations import Location, addresses_on
from planning.vocabulary import FAMILY_WORDS, SLIVER_M2, SLIVER_SHARE, CautionLevel, Family, Relation
from plui.models import DocUrba
from plui.vocabulary import UNKNOWN_DATE, Etat

_APPROVED = frozenset({Etat.OPPOSABLE, Etat.APPROUVE, Etat.PARTIELLEMENT_ANNULE})
_DOCUMENT_FIELDS = frozenset({"idurba", "nomfic", "urlfic"})


@dataclass(frozen=True, slots=True)
class Document:
    """A written piece of a feature: its file, its page (0 where none is named), and where it is read."""

    name: str
    page: int
    address: str

    @property
    def words(self) -> str:
        """The name of the piece with its page."""
        return (
            _("%(name)s, page %(page)s") % {"name": self.name, "page": self.page} if self.page else self.name
        )


@dataclass(frozen=True, slots=True)
class Item:
    """A feature that applies, as the sheet writes it; ``percent`` is the length of its bar, 0 without a share."""

    feature: ApplicableFeature
    title: str
    kind: str
    amount: str
    share: str
    percent: int
    facts: Sequence[tuple[str, str]]
    warnings: Sequence[str]
    notes: Sequence[str]
    document: Document | None
    address: str

    @property
    def fact_words(self) -> list[str]:
        """The facts in sentences, for a line of paper."""
        return [_("%(title)s : %(text)s") % {"title": title, "text": text} for title, text in self.facts]


@dataclass(frozen=True, slots=True)
class Group:
    """A rule with its features; ``slivers`` are shares that are no more than a difference between two drawings."""

    rule: ApplicableRule
    items: Sequence[Item]
    slivers: Sequence[Item]
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Section:
    """A family of rules; ``none`` says that there is nothing, where the layers were read."""

    family: str
    title: str
    words: str
    groups: Sequence[Group]
    none: str

    @property
    def items(self) -> list[Item]:
        """The features of the section."""
        return [item for group in self.groups for item in group.items]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What applies to a place, in words."""

    location: Location
    area_m2: float | None
    addresses: Sequence[str]
    facts: Sequence[tuple[str, str]]
    summary: str
    firsts: Sequence[str]
    sections: Sequence[Section]
    documents: Sequence[DocumentWords]
    absent: Sequence[str]
    outcomes: Sequence[RuleOutcome]

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


def sheet_of(visitor: Visitor, location: Location) -> Sheet:
    """Return the sheet of a place for a visitor.

    Raises:
        TooSlow: the database did not answer in time.
    """
    area_m2 = area_of(location.geometry)
    results = outcomes(visitor, location, area_m2)
    return compose_sheet(
        location, area_m2, results, planning_documents(results), addresses_on(visitor, location)
    )


def planning_documents(results: Iterable[RuleOutcome]) -> list[DocUrba]:
    """Return the planning documents that the features of rules name."""
    return documents_of(_text(feature.value("idurba")) for each in results for feature in each.features)


def compose_sheet(
    location: Location,
    area_m2: float | None,
    results: Sequence[RuleOutcome],
    named: Iterable[DocUrba],
    addresses: Sequence[str],
) -> Sheet:
    """Return the sheet of what was read of a place: it reads nothing more."""
    features = [feature for each in results for feature in each.features]
    documents = [_document_words(each) for each in named]
    sections = list(_sections(results))
    return Sheet(
        location,
        area_m2,
        addresses,
        _location_facts(location, area_m2),
        _summary(sections),
        list(_firsts(documents, features)),
        sections,
        documents,
        list(_absent(results)),
        results,
    )


def _text(value: object) -> str:
    return str(value) if value else ""


def _sections(results: Sequence[RuleOutcome]) -> Iterable[Section]:
    """Return the families of which a layer was read."""
    for family in Family:
        read = [each for each in results if each.rule.family == family and each.scope is not None]
        if not read:
            continue
        groups = [_group(each) for each in read]
        filled = [group for group in groups if group.items or group.slivers]
        yield Section(
            family.value,
            str(family.label),
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
        case Family.NATURE:
            return _("Aucun arbre remarquable à proximité.")
    return _("Rien sur ce terrain.")


def _group(result: RuleOutcome) -> Group:
    assert result.scope is not None  # only rules whose layer was read
    items = [_item(result, feature) for feature in result.features]
    return Group(
        result.rule,
        [item for item in items if not is_sliver(item.feature)],
        [item for item in items if is_sliver(item.feature)],
        result.is_cut,
    )


def is_sliver(feature: ApplicableFeature) -> bool:
    """Whether a share is so small that it comes from two drawings that differ."""
    return (
        feature.share is not None
        and feature.area_m2 is not None
        and feature.share < SLIVER_SHARE
        and feature.area_m2 < SLIVER_M2
    )


def _item(result: RuleOutcome, feature: ApplicableFeature) -> Item:
    assert result.scope is not None
    is_own_label = feature.code_label and feature.code_label not in {feature.code, feature.title}
    facts = [
        (str(field.title), str(words(field, {field.name: value})))
        for field, value in feature.values
        if field.name not in _DOCUMENT_FIELDS and not is_empty(value)
    ]
    # A zone is titled by its code, which its badge has: its long name comes first among its details.
    has_long_name = feature.title == feature.code and bool(facts)
    return Item(
        feature,
        facts[0][1] if has_long_name else feature.title,
        feature.code_label if is_own_label else "",
        _amount(result.rule, feature),
        "" if feature.share is None else percent_words(feature.share),
        0 if feature.share is None else max(1, round(100 * min(1.0, feature.share))),
        facts[1:] if has_long_name else facts,
        [caution.words for caution in feature.cautions if caution.level == CautionLevel.WARNING],
        [caution.words for caution in feature.cautions if caution.level == CautionLevel.NOTE],
        document_of(feature),
        address("sheet", result.scope.slug, feature.pk),
    )


def percent_words(share: float) -> str:
    """Write a share: whole percents, tenths near both ends, so that 99.96 % is never 100 %."""
    percent = 100 * share
    if percent >= 99.995:
        return f"100{HARD_SPACE}%"
    decimals = 0 if 10 <= percent <= 90 else 1 if 0.95 <= percent <= 99.05 else 2
    return f"{number(round(percent, decimals))}{HARD_SPACE}%"


def _amount(rule: ApplicableRule, feature: ApplicableFeature) -> str:
    """Write what a feature shares with the place, or how far it is."""
    if feature.area_m2 is not None:
        return area(feature.area_m2) if feature.area_m2 >= 1 else _("moins de 1 m²")
    if feature.length_m is not None and feature.length_m >= 0.5:
        length = distance(feature.length_m)
        return _("longe sur %s") % length if feature.distance_m else _("traverse sur %s") % length
    if feature.distance_m >= 0.5:
        return _("à %s") % distance(feature.distance_m)
    return "" if rule.relation == Relation.OVERLAPS else _("sur place")


def document_of(feature: ApplicableFeature) -> Document | None:
    """Return the written piece that a feature names (NOMFIC, URLFIC, ``#page=12``); None without one."""
    name, link = _text(feature.value("nomfic")), _text(feature.value("urlfic"))
    if not name and not link:
        return None
    file, _sharp, fragment = (name or link).partition("#")
    page = fragment.removeprefix("page=")
    number_of_page = int(page) if page.isascii() and page.isdigit() and len(page) <= 5 else 0
    if link and number_of_page and "#" not in link:
        link = f"{link}#page={number_of_page}"
    return Document(file.rsplit("/", 1)[-1], number_of_page, link)


def _document_words(document: DocUrba) -> DocumentWords:
    approved = document.datappro
    known = approved != UNKNOWN_DATE and approved[4:] != "0000"
    date = f"{approved[6:]}/{approved[4:6]}/{approved[:4]}" if known else approved[:4]
    is_approved = known and document.etat in _APPROVED
    title = _("%(kind)s approuvé le %(date)s") if is_approved else _("%(kind)s, %(date)s")
    return DocumentWords(
        document,
        title % {"kind": document.get_typedoc_display(), "date": date},
        document.get_etat_display(),
        document.urlpe or document.urlreg or document.siteweb,
    )


def _firsts(documents: Iterable[DocumentWords], features: Iterable[ApplicableFeature]) -> Iterable[str]:
    """Return what the sheet begins with: a document that is not in force, a partial annulment over the place."""
    for each in documents:
        if each.document.etat == Etat.PARTIELLEMENT_ANNULE:
            yield _("Le document %s est partiellement annulé par un jugement.") % each.document.idurba
        elif each.document.etat not in {Etat.OPPOSABLE, Etat.APPROUVE}:
            yield _("Le document %(id)s n’est pas opposable : %(state)s.") % {
                "id": each.document.idurba,
                "state": each.state,
            }
    for feature in features:
        for caution in feature.cautions:
            if caution.level == CautionLevel.FIRST:
                yield _("%(title)s : %(text)s") % {"title": feature.title, "text": caution.words}


def _summary(sections: Sequence[Section]) -> str:
    counts = {section.family: len(section.items) for section in sections}
    parts = []
    if Family.ZONES in counts:
        parts.append(ngettext("%s zone", "%s zones", counts[Family.ZONES]) % counts[Family.ZONES])
    if Family.PRESCRIPTIONS in counts:
        count = counts[Family.PRESCRIPTIONS]
        parts.append(ngettext("%s prescription", "%s prescriptions", count) % count)
    if Family.SERVITUDES in counts:
        count = sum(
            len(group.items)
            for section in sections
            if section.family == Family.SERVITUDES
            for group in section.groups
            if group.rule.relation != Relation.OUTSIDE
        )
        parts.append(ngettext("%s servitude", "%s servitudes", count) % count)
    return ", ".join(parts)


def _absent(results: Iterable[RuleOutcome]) -> Iterable[str]:
    """Return what was not looked at: the words of rules without a readable layer, codes that no feature has."""
    for each in results:
        if each.scope is None and each.rule.absence:
            yield _("%(title)s : %(text)s") % {"title": each.rule.title, "text": each.rule.absence}
        elif each.absent_codes:
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
