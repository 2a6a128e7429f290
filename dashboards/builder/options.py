"""The options of a kind, the texts around a panel and its notice: their controls, and the changes made by them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.builder.draft import PanelDraft, full_panel
from dashboards.builder.parsing import flag_of, number_of, refused, text_of, typed
from dashboards.documents.document import COLUMNS, Panel, PanelNotice
from dashboards.documents.schema import MAX_ROWS, OPERATORS
from dashboards.maps.definitions import MAX_CONTEXT
from dashboards.panels.controls import (
    ChoiceGroup,
    Fieldset,
    PanelControl,
    field_groups,
    fieldset,
    plain,
    select,
)
from dashboards.panels.units import other_units
from dashboards.sources.keys import is_key
from dashboards.sources.source import FieldRole, PanelSource
from dashboards.sources.words import group_key, measure_words
from interface.territory import COMMUNES_LAYER
from layers import access
from layers.definitions import FieldType, Text
from layers.errors import InvalidParameter
from layers.parsing.aggregates import parse_measure
from layers.styles.colours import LAYER_COLOURS

MAX_CODES = 20
GEOMETRY_UNITS = {"length": "m", "area": "m²"}
COLOUR_WORDS: Mapping[str, Text] = {
    "brand": gettext_lazy("couleur du portail"), "signal": gettext_lazy("alerte"), "ok": gettext_lazy("bon"),
    "warn": gettext_lazy("à surveiller"), "bad": gettext_lazy("mauvais"), "open": gettext_lazy("ouvert"),
    "internal": gettext_lazy("interne"), "ink": gettext_lazy("encre"), "ink-3": gettext_lazy("gris"),
    "line-2": gettext_lazy("gris clair"), "t-urbanism": gettext_lazy("urbanisme"), "t-nature": gettext_lazy("nature"),
    "t-mobility": gettext_lazy("mobilité"), "t-amenities": gettext_lazy("équipements"),
    "t-climate": gettext_lazy("climat"), "t-waste": gettext_lazy("déchets"), "t-people": gettext_lazy("population"),
    "t-territory": gettext_lazy("territoire"), **LAYER_COLOURS,
}  # fmt: skip
_OPERATORS: Mapping[str, Text] = {
    ">": gettext_lazy("dépasse"), ">=": gettext_lazy("atteint ou dépasse"), "<": gettext_lazy("est sous"),
    "<=": gettext_lazy("est à, ou sous"), "=": gettext_lazy("est"), "!=": gettext_lazy("n’est pas"),
}  # fmt: skip
# Options that name a field, with what it is for.
_LISTED = (FieldRole.COMMUNE, FieldRole.CODES, FieldRole.FLAG)
_ROLES: Mapping[str, tuple[FieldRole, ...]] = {
    "codes": (*_LISTED, FieldRole.TEXT),
    "date": (FieldRole.DATE,),
    "number": (FieldRole.NUMBER, FieldRole.YEAR),
    "year": (FieldRole.YEAR, FieldRole.NUMBER),
    "text": (FieldRole.TEXT, *_LISTED),
}
_FIELDS: Mapping[str, tuple[FieldRole, ...]] = {
    "selects": (*_LISTED, FieldRole.TEXT),
    "field": _LISTED,
    "value": (FieldRole.NUMBER,),
}


def option_fieldsets(draft: PanelDraft) -> list[Fieldset]:
    """Return a control for each option of the kind of a panel, objects and lists of words each under their title."""
    schemas: Mapping[str, Any] = draft.kind.options.get("properties", {})
    alone: list[PanelControl | None] = []
    groups: list[Fieldset | None] = []
    for name, schema in schemas.items():
        title = str(schema.get("title", name))
        if "properties" in schema:
            groups.append(fieldset(title, list(_members(draft, name, schema))))
        elif "additionalProperties" in schema:
            groups.append(_entries(draft, name, title))
        elif name == ORDER:
            alone.append(_order(draft, title))
        elif name == BBOX:
            groups.append(_view(draft, title))
        elif name == CONTEXT:
            groups.append(_context(draft, title))
        elif schema.get("type") == "array":
            groups.append(_codes(draft, name, title, str(schema.get("x-of", ""))))
        else:
            alone.append(_scalar(draft, f"options.{name}", title, schema, draft.full_panel.options.get(name)))
    fieldsets = [fieldset(_("Ce que montre ce genre"), alone), *groups]
    return [each for each in fieldsets if each is not None]


def _scalar(draft: PanelDraft, name: str, title: str, schema: Mapping[str, Any], value: Any) -> PanelControl:
    last, written = name.rpartition(".")[2], "" if value is None else str(value)
    if (values := draft.kind.option_groups(draft.edited, last)) is not None:
        return select(name, title, values, written, change=name)
    if "x-role" in schema and draft.source is not None:
        return select(
            name,
            title,
            [
                *([] if schema.get("x-needed") else [plain(("", _("rien")))]),
                *_of_role(draft.source, schema["x-role"]),
            ],
            written,
            change=name,
        )
    if last in _FIELDS and draft.source is not None and schema.get("type") == "string":
        groups = [plain(("", _("rien"))), *_named_fields(draft.source, _FIELDS[last])]
        return select(name, title, groups, written, change=name)
    if "enum" in schema:
        is_needed = last in draft.kind.options.get("required", ())
        nothing = [] if is_needed else [plain(("", _("sans choix")))]
        return select(name, title, [*nothing, _enumerated(schema)], written, change=name)
    if schema.get("type") == "boolean":
        is_on = bool(value) if value is not None else last in ON_BY_DEFAULT
        return PanelControl(name, title, "flag", change=name, is_checked=is_on)
    if schema.get("type") in {"number", "integer"}:
        return PanelControl(
            name, title, "number", value=written, change=name, least=str(schema.get("minimum", "")),
            most=str(schema.get("maximum", "")), step="1" if schema["type"] == "integer" else "any",
            help=_("Vide : trois chiffres.") if last == "decimals" else "",
        )  # fmt: skip
    length = int(schema.get("maxLength", 200))
    form = "area" if length > 1_000 else "text"
    help_text = _unit_help(draft) if last == "unit" else ""
    return PanelControl(
        name, title, form, value=written, path=name, length=length, is_wide=form == "area", help=help_text
    )


def _unit_help(draft: PanelDraft) -> str:
    """Say which units the first measure converts to; empty when it has none of a quantity."""
    question, source = draft.full_panel.question, draft.source
    if question is None or source is None:
        return ""
    measure = parse_measure(question.measures[0])
    base = measure.parts[0] if measure.parts else measure
    field = source.fields.get(base.property)
    unit = GEOMETRY_UNITS.get(base.function) or (field.field.unit if field else "")
    units = other_units(unit)
    names = ", ".join(units)
    return (
        _("Les valeurs, en %(unit)s, sont converties en %(units)s.") % {"unit": unit, "units": names}
        if units
        else ""
    )


def _of_role(source: PanelSource, role: str) -> list[ChoiceGroup]:
    """Return what an option of a role may name: fields of the rows, texts of the features, or relations."""
    if role == "feature":
        stored_fields = [
            field for field in source.scope.fields if field.computed is None
        ]  # the others lead nowhere
        texts = [field for field in stored_fields if field.type is FieldType.TEXT]
        return [plain(*((field.name, str(field.title)) for field in texts))]
    if role == "last":
        return [plain(*_last_periods(source))]
    if role == "relation":
        return [plain(*((each.name, str(each.title)) for each in source.scope.relations))]
    return _named_fields(source, _ROLES[role])


def _last_periods(source: PanelSource) -> list[tuple[str, str]]:
    """Return the last periods that rows may be narrowed to: of years that are numbers, and of dates."""
    years = [each for each in source.of_role(FieldRole.YEAR) if not each.is_of_feature]
    dates = [each for each in source.dates if not each.is_of_feature]
    words = {"year": _("%s : la dernière année"), "month": _("%s : le dernier mois")}
    of_dates = [(f"{step}:{each.name}", words[step] % each.title) for each in dates for step in words]
    return [*((each.name, words["year"] % each.title) for each in years), *of_dates]


def _enumerated(schema: Mapping[str, Any]) -> ChoiceGroup:
    words: Mapping[str, Text] = {**COLOUR_WORDS, **schema.get("x-words", {})}
    return plain(*((value, str(words.get(value, value))) for value in schema["enum"]))


def _named_fields(source: PanelSource, roles: Iterable[FieldRole]) -> list[ChoiceGroup]:
    groups = field_groups(source, *roles)
    listed = {*source.listed, "commune"}
    narrowed = [
        ChoiceGroup(each.title, tuple(one for one in each.choices if one.value in listed)) for each in groups
    ]
    return [each for each in narrowed if each.choices]


def _members(draft: PanelDraft, name: str, schema: Mapping[str, Any]) -> Iterable[PanelControl]:
    values: Mapping[str, Any] = draft.full_panel.options.get(name, {})
    for inner, part in schema["properties"].items():
        title, path = str(part.get("title", inner)), f"options.{name}.{inner}"
        value = values.get(inner)
        if inner == "layer":
            yield select(path, title, [plain(("", _("les communes")), *_surfaces(draft))], str(value or ""))
        elif inner == "key" and values.get("layer"):
            yield select(path, title, _keys_of(draft, str(values["layer"])), str(value or ""))
        elif inner != "key":
            form = "number" if part.get("type") == "number" else "text"
            written = "" if value is None else str(value)
            yield PanelControl(path, title, form, value=written, change=path, step="any", length=200)


def _surfaces(draft: PanelDraft) -> list[tuple[str, str]]:
    scopes = access.visible(draft.maker)
    return [(each.slug, each.layer.title) for each in scopes if each.definition.geometry.is_surface]


def _keys_of(draft: PanelDraft, slug: str) -> list[ChoiceGroup]:
    scope = next((each for each in access.visible(draft.maker) if each.slug == slug), None)
    return [plain(*((field.name, str(field.title)) for field in scope.fields))] if scope else []


def _named_codes(draft: PanelDraft, *, is_measured: bool) -> list[tuple[str, str]]:
    """Return the codes that words and colours may be given to: values of the keys, and measures."""
    question, source = draft.full_panel.question, draft.source
    if question is None or source is None:
        return []
    measures = [(text, measure_words(source, text)) for text in question.measures] if is_measured else []
    keys = [group_key(key).property for key in question.by if is_key(source, key)]
    fields = [source.fields[name].field for name in keys if name in source.fields]
    codes = [(str(code), str(label)) for field in fields for code, label in field.choices]
    rows = [(name, source.fields[name].title) for name in question.fields if name in source.fields]
    return [*measures, *codes[:MAX_CODES], *(rows if is_measured else [])]


def _entries(draft: PanelDraft, name: str, title: str) -> Fieldset | None:
    """Return a control for each code that has words or a colour of its own, or may have."""
    values: Mapping[str, Any] = draft.full_panel.options.get(name, {})
    codes_of_question = dict(_named_codes(draft, is_measured=name == "titles"))
    codes = codes_of_question | {code: code for code in values if code not in codes_of_question}
    if name == "colours":
        colours = [
            plain(("", _("celle de la couche"))),
            plain(*((key, str(words)) for key, words in COLOUR_WORDS.items())),
        ]
        controls = [
            select(f"colours:{code}", words, colours, str(values.get(code, "")))
            for code, words in codes.items()
        ]
        return fieldset(title, controls, is_folded=not values)
    controls = [
        PanelControl(
            f"titles:{code}",
            words,
            "text",
            value=str(values.get(code, "")),
            change=f"titles:{code}",
            length=200,
        )
        for code, words in codes.items()
    ]
    added = PanelControl(
        "titles-added",
        _("Autre valeur"),
        "text",
        change="titles-added",
        help=_("Écrire : valeur = mots"),
        length=200,
    )
    note = _("Ce qu’on lit à la place ; vide : les mots de la couche.")
    return fieldset(title, [*controls, added], note, is_folded=not values)


def _order(draft: PanelDraft, title: str) -> PanelControl:
    text = " ; ".join(str(code) for code in draft.full_panel.options.get(ORDER, ()))
    note = _("Séparées par des points-virgules ; vide : la plus grande d’abord.")
    return PanelControl(
        f"options.{ORDER}",
        title,
        "text",
        value=text,
        change=f"options.{ORDER}",
        help=note,
        length=2_000,
        is_wide=True,
    )


def _view(draft: PanelDraft, title: str) -> Fieldset | None:
    """Return the buttons of the first view of a map: that of the preview, or the communes."""
    name, has_view = f"options.{BBOX}", bool(draft.full_panel.options.get(BBOX))
    keep = PanelControl(f"{name}.keep", _("Garder cette vue"), "map-view", change=name, icon="scan")
    remove = PanelControl(f"{name}.remove", _("Revenir aux communes"), "command", change=name, icon="undo-2")
    if not draft.kind.has_map_file(draft.full_panel):
        return None
    note = _(
        "La carte s’ouvre sur les communes. Déplacez celle de l’aperçu (glisser ; Ctrl et molette), "
        "puis gardez ce qu’elle montre."
    )
    if has_view:
        note = _("La carte s’ouvre, s’imprime et s’enregistre sur la vue gardée.")
    return fieldset(title, [keep, remove if has_view else None], note)


def _context(draft: PanelDraft, title: str) -> Fieldset | None:
    """Return a box for each layer around a map, and the layers that may be added."""
    if not draft.kind.has_map_file(draft.full_panel):
        return None
    name = f"options.{CONTEXT}"
    titles = _placed_layers(draft)
    chosen = [str(slug) for slug in draft.full_panel.options.get(CONTEXT, ())]
    boxes = [
        PanelControl(f"{name}.{slug}", titles.get(slug, slug), "flag", value=slug, change=name, group=CONTEXT,
                     is_checked=True)
        for slug in chosen
    ]  # fmt: skip
    free = [pair for pair in titles.items() if pair[0] not in chosen]
    added = select(CONTEXT_ADDED, _("Ajouter une couche"), [plain(("", _("aucune")), *free)], "")
    note = _("Dessinées en pâle avec la carte, pour qui les voit ; elles ne sont pas comptées.")
    return fieldset(title, [*boxes, added if len(chosen) < MAX_CONTEXT else None], note, is_folded=not chosen)


def _placed_layers(draft: PanelDraft) -> dict[str, str]:
    """Return the titles of the layers that a map may have around it, by slug, in their order."""
    own = draft.source.scope.slug if draft.source is not None else ""
    scopes = [each for each in access.visible(draft.maker) if each.definition.geometry.is_located]
    titles = {each.slug: each.layer.title for each in scopes if each.slug not in {own, COMMUNES_LAYER}}
    return dict(sorted(titles.items(), key=lambda pair: pair[1]))


def _codes(draft: PanelDraft, name: str, title: str, of: str) -> Fieldset | None:
    """Return a box for each value of the key, or of the field that another option names."""
    chosen = [str(code) for code in draft.full_panel.options.get(name, ())]
    listed = dict(_codes_of(draft, of) if of else _named_codes(draft, is_measured=False))
    codes = listed | {code: code for code in chosen if code not in listed}
    controls = [
        PanelControl(f"options.{name}.{code}", words, "flag", value=code, change=f"options.{name}", group=name,
                is_checked=code in chosen)
        for code, words in codes.items()
    ]  # fmt: skip
    note = _("Les valeurs qui font le chiffre, dit à côté du total.") if name == "part" else ""
    return fieldset(title, controls, note)


def _codes_of(draft: PanelDraft, name: str) -> list[tuple[str, str]]:
    """Return the codes of the field that an option names."""
    fields = draft.source.scope.filterable if draft.source is not None else {}
    field = fields.get(str(draft.full_panel.options.get(name, "")))
    return [(str(code), str(label)) for code, label in field.choices] if field else []


def title_control(draft: PanelDraft) -> PanelControl:
    """Return the title of a panel."""
    return PanelControl("title", _("Titre"), "text", value=draft.panel.title, path="title", length=200)


def words_fieldset(draft: PanelDraft) -> Fieldset | None:
    """Return the words around a panel and its size."""
    panel = draft.panel
    controls = [
        title_control(draft) if draft.is_of_library else None,
        PanelControl("subtitle", _("Sous-titre"), "text", value=panel.subtitle, path="subtitle", length=300),
        PanelControl("source", _("Source"), "text", value=panel.source, path="source", length=300,
                help=_("Vide : la source de la couche.")),
        PanelControl("width", _("Largeur (colonnes)"), "number", value=str(panel.width), path="width", type="number",
                least="1", most=str(COLUMNS), step="1"),
        PanelControl("height", _("Hauteur (rangs)"), "number", value=str(panel.height), path="height", type="number",
                least="1", most=str(MAX_ROWS), step="1"),
    ]  # fmt: skip
    return fieldset(_("Autour du panneau"), controls)


def notice_fieldset(draft: PanelDraft) -> Fieldset | None:
    """Return the notice of a panel that has a value."""
    notice = draft.panel.notice
    if draft.full_panel.question is None or not (draft.kind.has_notice or notice):
        return None
    controls = [
        PanelControl(
            "notice",
            _("Avertir quand la valeur passe un seuil"),
            "flag",
            change="notice",
            is_checked=notice is not None,
        )
    ]
    if notice is not None:
        operators = plain(*((sign, str(_OPERATORS[sign])) for sign in OPERATORS))
        threshold = f"{notice.threshold:g}" if abs(notice.threshold) < 1e6 else str(notice.threshold)
        controls += [
            select("notice.operator", _("Si la valeur"), [operators], notice.operator),
            PanelControl("notice.threshold", _("Seuil"), "number", value=threshold, change="notice.threshold",
                         step="any"),
            PanelControl("notice.text", _("Dire"), "text", value=notice.text, change="notice.text", length=200,
                         help=_("{value} est la valeur.")),
        ]  # fmt: skip
    return fieldset(_("Avertissement"), controls)


# Flags that are on until their maker says no.
ON_BY_DEFAULT = frozenset({"zero"})
ORDER = "order"
BBOX = "bbox"
CONTEXT, CONTEXT_ADDED = "context", "context-added"


def schema_of(draft: PanelDraft, name: str) -> Mapping[str, Any]:
    """Return the schema of an option of the kind of a panel.

    Raises:
        InvalidParameter: the kind has no such option.
    """
    schemas: Mapping[str, Any] = draft.kind.options.get("properties", {})
    if name not in schemas:
        words = {"kind": draft.kind.title, "name": name[:60]}
        raise InvalidParameter(_("« %(kind)s » n’a pas d’option « %(name)s ».") % words, parameter="options")
    schema: Mapping[str, Any] = schemas[name]
    return schema


def _option(draft: PanelDraft, path: str, value: Any) -> PanelDraft:
    name, _dot, inner = path.partition(".")
    schema = schema_of(draft, name)
    if not inner and not draft.is_of_library:
        panel = draft.kind.with_option(draft.edited, name, value)
        if panel is not None:
            return draft.with_panel(panel)
    if name == ORDER and isinstance(value, str):
        value = [text.strip() for text in value.split(";") if text.strip()]
    if not inner:
        parsed = flag_of(value, name) if schema.get("type") == "boolean" else typed(value, schema, name)
        is_default = isinstance(parsed, bool) and parsed == (name in ON_BY_DEFAULT)
        return _with_option(draft, name, None if is_default else parsed)
    members: Mapping[str, Any] = schema.get("properties", {})
    if inner not in members:
        raise refused("options", ", ".join(members), inner)
    values = {**draft.panel.options.get(name, {}), inner: typed(value, members[inner], inner)}
    return _with_option(draft, name, _completed(draft, schema, values, inner))


def _completed(
    draft: PanelDraft, schema: Mapping[str, Any], members: Mapping[str, Any], changed: str
) -> dict[str, Any] | None:
    """Return an object with what it must hold; None once what it must hold was emptied."""
    needed = schema.get("required", ())
    values = {name: value for name, value in members.items() if value is not None}
    if changed in needed and changed not in values and not schema.get("x-needed"):
        return None
    for name in needed:
        values.setdefault(name, _default_member(draft, name, values))
    return values


def _default_member(draft: PanelDraft, name: str, members: Mapping[str, Any]) -> Any:
    if name == "key":
        definition = access.scope(draft.maker, str(members.get("layer", ""))).definition
        return definition.title_field or definition.fields[0].name
    if name == "layer":
        return draft.source.scope.slug if draft.source else ""
    return timezone.localdate().year if name == "date" else 0


def _with_option(draft: PanelDraft, name: str, value: Any) -> PanelDraft:
    options = {key: option for key, option in draft.panel.options.items() if key != name}
    if value not in (None, {}, []):
        options[name] = value
    return _with_panel(draft, replace(draft.panel, options=options))


def _with_panel(draft: PanelDraft, panel: Panel) -> PanelDraft:
    """Return a panel with the same question, merged with its library panel; its title follows."""
    if panel.title and panel.title == draft.title and draft.source is not None:
        panel = replace(panel, title=draft.kind.default_title(panel, draft.source))
    return replace(draft, panel=panel, full_panel=full_panel(draft.maker, panel))


def _words(draft: PanelDraft, code: str, value: Any) -> PanelDraft:
    return _entry(draft, "titles", code, text_of(value, "titles"))


def _colours(draft: PanelDraft, code: str, value: Any) -> PanelDraft:
    return _entry(draft, "colours", code, text_of(value, "colours"))


def _words_added(draft: PanelDraft, _index: str, value: Any) -> PanelDraft:
    code, sign, words = text_of(value, "titles-added").partition("=")
    if not (sign and code.strip() and words.strip()):
        raise refused("titles-added", _("code = mots"), value)
    return _entry(draft, "titles", code.strip(), words.strip())


def _context_added(draft: PanelDraft, _index: str, value: Any) -> PanelDraft:
    """Return a map with one layer more around it.

    Raises:
        InvalidParameter: a layer that is not there for the maker, or has no place; one too many.
    """
    schema = schema_of(draft, CONTEXT)
    slug, names = text_of(value, CONTEXT_ADDED), _placed_layers(draft)
    if slug not in names:
        raise refused(CONTEXT_ADDED, ", ".join(list(names)[:MAX_CODES]), slug)
    chosen = [*draft.full_panel.options.get(CONTEXT, ()), slug]
    return _with_option(draft, CONTEXT, typed(list(dict.fromkeys(chosen)), schema, CONTEXT))


def _entry(draft: PanelDraft, name: str, code: str, words: str) -> PanelDraft:
    schema_of(draft, name)
    entries = {key: value for key, value in draft.panel.options.get(name, {}).items() if key != code}
    return _with_option(draft, name, entries | ({code: words} if words else {}))


def _notice(draft: PanelDraft, part: str, value: Any) -> PanelDraft:
    notice = draft.panel.notice or PanelNotice(">", 0, _("{value} à regarder"))
    if not part:
        return _with_panel(draft, replace(draft.panel, notice=notice if flag_of(value, "notice") else None))
    if part == "operator":
        notice = replace(notice, operator=text_of(value, "notice"))
        if notice.operator not in OPERATORS:
            raise refused("notice", ", ".join(OPERATORS), notice.operator)
    elif part == "threshold":
        notice = replace(notice, threshold=number_of(value or 0, "notice"))
    elif part == "text":
        notice = replace(notice, text=text_of(value, "notice") or _("{value} à regarder"))
    else:
        raise refused("notice", "operator, threshold, text", part)
    return _with_panel(draft, replace(draft.panel, notice=notice))


OPTION_CHANGES: Mapping[str, Callable[[PanelDraft, str, Any], PanelDraft]] = {
    "options": _option,
    "titles": _words,
    "colours": _colours,
    "titles-added": _words_added,
    CONTEXT_ADDED: _context_added,
    "notice": _notice,
}
