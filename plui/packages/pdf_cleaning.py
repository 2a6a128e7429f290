"""Written pieces of strangers, in a child process of ``sandbox``: a copy of a PDF without what acts when it is read.

What stays of the document, its pages, annotations and actions is listed here (names of ISO 32000-1); what is not listed
goes. qpdf writes the copy, of the objects that the document still refers to: object streams, former revisions and
objects that nothing refers to hide nothing. The copy is then read byte by byte as an attachment is
(``metadata.attachments.pdf_process``), which knows nothing of qpdf.
"""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pikepdf
from django.utils.translation import gettext as _
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from layers.errors import InvalidParameter
from metadata.attachments.pdf_process import examine
from plui.packages.removals import Removal
from sandbox.child import Job

MAX_INFLATED = 512 * 1024 * 1024
"""Bytes of a written piece once its streams are inflated."""
_HEADER = 1024

_DOCUMENT_TEXT = (
    "/Type /Version /Extensions /Pages /PageLabels /Names /Dests /ViewerPreferences /PageLayout /PageMode /Outlines "
    "/OpenAction /AcroForm /Metadata /StructTreeRoot /MarkInfo /Lang /OutputIntents /OCProperties"
)
_DOCUMENT = frozenset(_DOCUMENT_TEXT.split())
_TRAILER = frozenset({"/Root", "/Info", "/ID", "/Size"})
_ANNOTATIONS_TEXT = (
    "/Link /Text /FreeText /Line /Square /Circle /Polygon /PolyLine /Highlight /Underline /Squiggly /StrikeOut /Stamp "
    "/Caret /Ink /Popup /Widget /Watermark /Redact /Projection /PrinterMark /TrapNet"
)
_ANNOTATIONS = frozenset(_ANNOTATIONS_TEXT.split())
_ACTIONS = {
    "/JavaScript": Removal.SCRIPT,
    "/Launch": Removal.PROGRAM,
    "/SubmitForm": Removal.FORM,
    "/ImportData": Removal.FORM,
    "/ResetForm": Removal.FORM,
    "/GoToE": Removal.OTHER_FILE,
    "/GoToR": Removal.OTHER_FILE,
    "/URI": Removal.ADDRESS,
    "/Rendition": Removal.MEDIA,
    "/Movie": Removal.MEDIA,
    "/Sound": Removal.MEDIA,
    "/RichMediaExecute": Removal.MEDIA,
    "/GoTo3DView": Removal.MEDIA,
}
# Actions wherever they stand; the others are only those of ``_SLOTS``, since a tag may have their name.
_ANYWHERE = frozenset({"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/Rendition"})
_SLOTS = frozenset({"/A", "/PA", "/NA"})
_KEYS = {
    "/JS": Removal.SCRIPT,
    "/JavaScript": Removal.SCRIPT,
    "/XFA": Removal.XFA,
    "/EF": Removal.EMBEDDED,
    "/RF": Removal.EMBEDDED,
    "/AF": Removal.EMBEDDED,
    "/EmbeddedFiles": Removal.EMBEDDED,
    "/RichMediaContent": Removal.MEDIA,
    "/RichMediaSettings": Removal.MEDIA,
    "/3DD": Removal.MEDIA,
    "/OPI": Removal.EXTERNAL,
}
# Their content stands in another file (7.3.8, 8.10.4), which a reader would open.
_EXTERNAL = frozenset({"/F", "/FFilter", "/FDecodeParms", "/Ref"})
_SILENT = frozenset({"/PieceInfo"})
# Dictionaries whose keys are names that the file chose.
_NAME_MAPS_TEXT = (
    "/ExtGState /ColorSpace /Pattern /Shading /XObject /Font /Properties /CharProcs /RoleMap /RoleMapNS /ClassMap "
    "/Colorants /N /R /D /Dests"
)
_NAME_MAPS = frozenset(_NAME_MAPS_TEXT.split())
_MOVES = frozenset({"/NextPage", "/PrevPage", "/FirstPage", "/LastPage"})
_WEB = re.compile(r"(?:https?|mailto):[^\s\\]+", re.IGNORECASE)
_RELATIVE = re.compile(r"(?!//)[\w./#?=&%+,;@~-]+")
_FILE_NAME = re.compile(r"[^/\\:\x00-\x1f]{1,200}\.pdf", re.IGNORECASE)
_FILE_NAMES = ("/UF", "/F", "/Unix", "/Mac", "/DOS")
_MOST_ACTIONS = 1_000


@dataclass(slots=True)
class CleanedPiece:
    """A PDF as it is served: ``content`` is None when it is as it came. ``removed`` counts what is not in it."""

    pages: int
    content: bytes | None = None
    removed: Mapping[str, int] = field(default_factory=dict)


def serve(job: Job) -> None:
    """Answer with the pages of the file, what was removed of it, and the copy; or with why it is refused."""
    job.file.seek(0)
    try:
        cleaned = clean(job.file.read())
    except InvalidParameter as error:
        job.channel.send({"refused": error.detail})
    else:
        answer = {"refused": "", "pages": cleaned.pages, "removed": dict(cleaned.removed)}
        job.channel.send(answer | {"is_copy": cleaned.content is not None}, cleaned.content or b"")


def clean(content: bytes) -> CleanedPiece:
    """Return a PDF without what acts when it is read; as it came when it has nothing of the kind.

    Raises:
        InvalidParameter: it is locked, too damaged to be read, or cannot be cleaned; ``parameter`` is ``file``.
    """
    if b"%PDF-" not in content[:_HEADER]:
        raise _refused(_("Ce PDF est incomplet ou endommagé."))
    try:
        with pikepdf.open(BytesIO(content), suppress_warnings=True) as document:
            return _cleaned(document, content)
    except pikepdf.PasswordError as error:
        raise _refused(
            _("Ce PDF est protégé par un mot de passe : enregistrez-le sans protection.")
        ) from error
    except (pikepdf.PdfError, pikepdf.DependencyError, ValueError, TypeError, RuntimeError) as error:
        raise _refused(_("Ce PDF est incomplet ou endommagé.")) from error


def _cleaned(document: Pdf, content: bytes) -> CleanedPiece:
    if document.is_encrypted:
        raise pikepdf.PasswordError
    pages = len(document.pages)
    if not pages:
        raise _refused(_("Ce PDF n’a aucune page."))
    sweep = _Sweep()
    sweep.run(document)
    removed = sweep.removed
    if document.get_warnings():
        removed[Removal.STRUCTURE] += 1
    if not removed and _is_plain(content):
        return CleanedPiece(pages)
    if not removed:
        removed[Removal.HIDDEN] += 1
    if sweep.signatures:
        removed[Removal.SIGNATURE] += sweep.signatures
    copy = _written(document)
    examine(copy, limit=MAX_INFLATED)
    return CleanedPiece(pages, copy, {kind.value: count for kind, count in sorted(removed.items())})


def _is_plain(content: bytes) -> bool:
    """Whether the bytes of a file have nothing that acts either, such as an object that nothing refers to."""
    try:
        examine(content, limit=MAX_INFLATED)
    except InvalidParameter:
        return False
    return True


def _written(document: Pdf) -> bytes:
    written = BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", pikepdf.PageCopyWarning
        )  # of fields that were in no form before either
        document.save(
            written,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
        )
    return written.getvalue()


def _refused(reason: str) -> InvalidParameter:
    return InvalidParameter(reason, parameter="file")


class _Sweep:
    """Takes what acts out of a document, each object once, and counts it by kind."""

    def __init__(self) -> None:
        self.removed: Counter[Removal] = Counter()
        self.signatures = 0
        self._seen: set[tuple[int, int, bool]] = set()

    def run(self, document: Pdf) -> None:
        """Clean the document, its pages, then all that it refers to."""
        self._document(document)
        for page in document.pages:
            self._annotations(page.obj)
        _without(
            document.trailer,
            [key for key in document.trailer.keys() if key not in _TRAILER],  # noqa: SIM118 an Object
        )
        stack: list[tuple[Any, bool]] = [(document.Root, False), (document.trailer.get("/Info"), False)]
        while stack:
            value, is_map = stack.pop()
            stack.extend(self._object(value, is_map=is_map))

    def _document(self, document: Pdf) -> None:
        root = document.Root
        if "/OpenAction" in root and not isinstance(root.OpenAction, Array):
            self._slot(root, "/OpenAction")
        if "/Names" in root:
            self._names(root.Names)
        if "/Collection" in root:
            self.removed[Removal.EMBEDDED] += 1
        if "/AA" in root:
            self._triggers(root)
        for key in set(root.keys()) & _KEYS.keys():
            self.removed[_KEYS[key]] += 1
        _without(root, [key for key in root.keys() if key not in _DOCUMENT])  # noqa: SIM118 an Object
        if isinstance(root.get("/AcroForm"), Dictionary):
            _without(root.AcroForm, ["/CO", "/SigFlags"])

    def _names(self, names: Object) -> None:
        """Leave the names of places alone; scripts and files have names too (7.7.4)."""
        others = [key for key in names.keys() if key != "/Dests"]  # noqa: SIM118 an Object
        for key in others:
            self.removed[_KEYS.get(key, Removal.MEDIA)] += _leaves(names[key])
        _without(names, others)

    def _annotations(self, page: Object) -> None:
        """Take the annotations that are not listed off a page, and empty them: tags and fields may refer to them."""
        annotations = page.get("/Annots")
        if not isinstance(annotations, Array):
            return
        harmless = []
        for annotation in annotations:
            kind = str(annotation.get("/Subtype", "")) if isinstance(annotation, Dictionary) else ""
            if kind in _ANNOTATIONS:
                harmless.append(annotation)
                continue
            self.removed[Removal.EMBEDDED if kind == "/FileAttachment" else Removal.MEDIA] += 1
            if isinstance(annotation, Dictionary):
                _without(annotation, list(annotation.keys()))
        if len(harmless) < len(annotations):
            page["/Annots"] = Array(harmless)

    def _object(self, value: Any, *, is_map: bool) -> Iterator[tuple[Any, bool]]:
        """Clean an object; yield those that it refers to, and whether their keys are names of the file's choice."""
        if isinstance(value, Array):
            if self._is_new(value, is_map=False):
                yield from ((each, False) for each in value if isinstance(each, Object))
            return
        is_stream = isinstance(value, Stream)
        if not (is_stream or isinstance(value, Dictionary)) or not self._is_new(value, is_map=is_map):
            return
        if not is_map:
            self._dictionary(value, is_stream=is_stream)
        for key, part in value.items():
            if isinstance(part, Array | Dictionary | Stream):
                yield part, not is_map and key in _NAME_MAPS and isinstance(part, Dictionary)

    def _is_new(self, value: Object, *, is_map: bool) -> bool:
        if not value.is_indirect:
            return True
        place = (*value.objgen, is_map)
        if place in self._seen:
            return False
        self._seen.add(place)
        return True

    def _dictionary(self, value: Object, *, is_stream: bool) -> None:
        keys = set(value.keys())
        if "/S" in keys and str(value["/S"]) in _ANYWHERE and "/K" not in keys:
            self._count(value)
            _without(value, keys)
            return
        if "/AA" in keys:
            self._triggers(value)
        for key in keys & _KEYS.keys():
            self.removed[_KEYS[key]] += 1
            del value[key]
        _without(value, _SILENT)
        for key in keys & _SLOTS:
            self._slot(value, key)
        if str(value.get("/FT", "")) == "/Sig" and "/V" in keys:
            self.signatures += 1
            del value["/V"]
        if is_stream:
            self._stream(value, keys)

    def _stream(self, value: Object, keys: set[str]) -> None:
        for key in keys & _EXTERNAL:
            self.removed[Removal.EXTERNAL] += 1
            del value[key]
        if str(value.get("/Subtype", "")) == "/PS" or str(value.get("/Subtype2", "")) == "/PS":
            self.removed[Removal.PROGRAM] += 1
            value.write(b"")
            _without(value, ["/Subtype2", "/Level1"])
            value["/Subtype"], value["/BBox"] = Name.Form, Array([0, 0, 0, 0])

    def _triggers(self, owner: Object) -> None:
        """Remove the actions that the reader does by itself (12.6.3)."""
        triggers = owner["/AA"]
        actions = [each for _key, each in triggers.items()] if isinstance(triggers, Dictionary) else []
        for action in actions:
            self._count(action)
        if not actions:
            self.removed[Removal.AUTOMATIC] += 1
        del owner["/AA"]

    def _slot(self, owner: Object, key: str) -> None:
        """Write an action anew of what is listed of it, or remove it. What is no action, such as a tag's, stays."""
        action = owner[key]
        if not isinstance(action, Dictionary) or "/S" not in action:
            return
        rest = _listed_action(action)
        if rest is None:
            self._count(action)
            del owner[key]
            return
        if "/Next" in action:
            self._count(action["/Next"])
            owner[key] = rest

    def _count(self, action: Any) -> None:
        """Count an action and those that follow it (``Next``)."""
        left, waiting = _MOST_ACTIONS, [action]
        while waiting and left:
            left -= 1
            each = waiting.pop()
            if isinstance(each, Array):
                waiting.extend(each)
            elif isinstance(each, Dictionary):
                self.removed[_ACTIONS.get(str(each.get("/S", "")), Removal.AUTOMATIC)] += 1
                waiting.extend([each["/Next"]] if "/Next" in each else [])


def _listed_action(action: Object) -> Dictionary | None:
    """Return an action that may stay, of its known parts: a place of the file, a page of the Web, another piece."""
    match str(action.get("/S", "")):
        case "/GoTo" if "/D" in action:
            return Dictionary(S=Name.GoTo, D=action["/D"])
        case "/Named" if str(action.get("/N", "")) in _MOVES:
            return Dictionary(S=Name.Named, N=action["/N"])
        case "/URI" if (address := _web_address(action)) is not None:
            return Dictionary(S=Name.URI, URI=address)
        case "/GoToR" if (name := _file_name(action)) is not None:
            target = action.get("/D", Array([0, Name.Fit]))
            return Dictionary(S=Name.GoToR, F=name, D=target)
    return None


def _web_address(action: Object) -> Object | None:
    """Return the address of a link when it is one of the Web or of a mail, or is relative to that of the piece."""
    address = action.get("/URI")
    text = str(address).strip() if isinstance(address, pikepdf.String) else ""
    return address if _WEB.fullmatch(text) or _RELATIVE.fullmatch(text) else None


def _file_name(action: Object) -> str | None:
    """Return the other PDF that a link opens when it is a plain name, as that of another piece of the package.

    A reader takes any of the names that a specification gives (7.11.3): all of them are looked at.
    """
    file = action.get("/F")
    names = [file.get(key) for key in _FILE_NAMES if key in file] if isinstance(file, Dictionary) else [file]
    texts = [str(name) if isinstance(name, pikepdf.String) else "" for name in names]
    return texts[0] if texts and all(_FILE_NAME.fullmatch(text) for text in texts) else None


def _leaves(tree: Any) -> int:
    """Count the entries of a name tree (7.9.6), one at least."""
    count, left, waiting = 0, _MOST_ACTIONS, [tree]
    while waiting and left:
        left -= 1
        node = waiting.pop()
        if isinstance(node, Dictionary):
            count += len(node["/Names"]) // 2 if isinstance(node.get("/Names"), Array) else 0
            waiting.extend(node["/Kids"] if isinstance(node.get("/Kids"), Array) else ())
    return max(count, 1)


def _without(value: Object, keys: Iterable[str]) -> None:
    """Take keys off a dictionary, those that it has."""
    for key in keys:
        if key in value:
            del value[key]
