"""Charts as PNG and SVG: one warm child process draws them, started by the first one, bounded in time and memory.

The engine takes two seconds to start and a tenth of a second a chart, so it stays; a chart that takes too long ends
it, and the next one starts another. See ADR 0022.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import logging
import math
import os
import selectors
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from dashboards.panels.charts.marks import short_name
from dashboards.panels.charts.theme import coloured
from interface.palette import palette
from layers.errors import Busy, ExportFailed, TooSlow

logger = logging.getLogger(__name__)

_FONT = (
    "@fontsource-variable/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-wght-normal.woff2"
)
_WAKING_SECONDS = 30.0
_END_SECONDS = 5.0
_PROGRAM = Path(__file__).with_name("drawing_process.py")
_PADDING, _LEGEND, _MAX_NAME = 16, 34, 180  # pixels
_TITLE_SIZE, _TITLE_LINE, _CAPTION_SIZE, _CAPTION_LINE, _UNDER_TITLE = 16, 20, 12, 16, 14
_LETTER = 0.52
"""Width of a letter, on average, as a part of its size."""
_NAME_PART = 0.46
MULTIPLE_WIDTH, _AROUND_MULTIPLE, _OVER_MULTIPLE = 200, 62, 50
"""Pixels of a small multiple with its axis, of that axis, and of the name and the axis over and under it."""
MAX_DRAWINGS = 500
"""Charts that one child draws before another takes its place: what it leaks goes with it."""
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TZ": "UTC"}


@dataclass(frozen=True, slots=True)
class Picture:
    """How a chart is drawn: ``form`` is ``png`` or ``svg``, sizes in pixels, ``scale`` pixels of a PNG for each.

    Under the title stand the subtitle, the notes (the filters of the page among them) and the source with its date.
    With a ``height`` it fills it, small multiples too; ``padding`` stands around it.
    """

    form: str
    width: int
    height: int = 0
    title: str = ""
    subtitle: str = ""
    notes: tuple[str, ...] = ()
    source: str = ""
    is_dark: bool = False
    scale: float = 2.0
    padding: int = _PADDING

    @property
    def title_lines(self) -> list[str]:
        """The title, on as many lines as it needs."""
        return _wrapped(self.title, self.width, _TITLE_SIZE)

    @property
    def captions(self) -> list[str]:
        """What is written under the title, line by line."""
        texts = (self.subtitle, *self.notes, self.source)
        return [line for text in texts for line in _wrapped(text, self.width, _CAPTION_SIZE)]

    @property
    def title_height(self) -> int:
        """The pixels that the title takes with what is under it; none without a title."""
        if not self.title:
            return 0
        lines, captions = len(self.title_lines), len(self.captions)
        return _TITLE_LINE * lines + _CAPTION_LINE * captions + _UNDER_TITLE


def _wrapped(text: str, width: int, size: int) -> list[str]:
    return textwrap.wrap(text, max(int(width / (_LETTER * size)), 20))


def draw(specification: Mapping[str, Any], picture: Picture) -> bytes:
    """Return a chart as the bytes of a picture.

    Raises:
        Busy: the child draws for others, and does not end in time.
        TooSlow: the chart took longer than ``CHART_SECONDS``.
        ExportFailed: the engine refuses it, or there is none.
    """
    return _child.draw(printable(specification, picture), picture)


def printable(specification: Mapping[str, Any], picture: Picture) -> dict[str, Any]:
    """Return a specification as a picture has it: sizes in numbers, colours, title and source in it."""
    colours = palette(is_dark=picture.is_dark)
    printed: dict[str, Any] = dict(coloured(specification, colours))
    printed["background"] = colours["paper"]
    printed["padding"] = picture.padding
    printed["config"] = _with_narrow_names(printed.get("config", {}), picture.width)
    if ends := printed.get("usermeta", {}).get("ends"):
        printed["layer"] = _with_short_names(printed["layer"], ends, printed["config"]["axis"]["labelLimit"])
    if "width" in printed:
        printed["width"] = picture.width
        printed["height"] = picture.height or printed["height"] + _around(specification, picture)
        printed["autosize"] = {"type": "fit", "contains": "padding"}
    elif "columns" in printed.get("usermeta", {}):
        printed |= _multiples_sizes(printed, picture)
    if picture.title:
        printed["title"] = {
            "text": picture.title_lines, "subtitle": picture.captions, "anchor": "start",
            "color": colours["ink"], "fontSize": _TITLE_SIZE, "lineHeight": _TITLE_LINE, "fontWeight": 600,
            "subtitleColor": colours["ink-2"], "subtitleFontSize": _CAPTION_SIZE, "subtitleLineHeight": _CAPTION_LINE,
            "offset": _UNDER_TITLE,
        }  # fmt: skip
    return printed


def _multiples_sizes(specification: Mapping[str, Any], picture: Picture) -> dict[str, Any]:
    """Return the sizes of small multiples: as many side by side as can be read where the height is given."""
    spec, columns = specification["spec"], specification["usermeta"]["columns"]
    if not picture.height:
        return {"spec": spec | {"width": max(picture.width // columns - 60, 60)}}
    count = max(len(specification["facet"].get("sort") or ()), 1)
    columns = min(max(picture.width // MULTIPLE_WIDTH, 1), count)
    rows = math.ceil(count / columns)
    width = max(picture.width // columns - _AROUND_MULTIPLE, 60)
    height = max(picture.height // rows - _OVER_MULTIPLE, 40)
    return {"columns": columns, "spec": spec | {"width": width, "height": height}}


def _with_narrow_names(config: Mapping[str, Any], width: int) -> dict[str, Any]:
    """Return a configuration whose names of bars take two fifths of a picture at most."""
    axis = config.get("axis", {})
    most = min(axis.get("labelLimit", _MAX_NAME), round(width * _NAME_PART))
    return {**config, "axis": {**axis, "labelLimit": most}}


def _with_short_names(layers: Any, ends: Mapping[str, int], limit: int) -> list[Any]:
    """Return the layers of bars whose names keep the end by which they differ."""
    letters = int(limit / (_LETTER * _CAPTION_SIZE))
    named = {name: short for name, end in ends.items() if (short := short_name(name, end, letters)) != name}
    label = f"{json.dumps(named, ensure_ascii=False)}[datum.label] || datum.label"
    return [
        {
            **layer,
            "encoding": {**layer["encoding"], "y": {**layer["encoding"]["y"], "axis": {"labelExpr": label}}},
        }
        if named and "title" in layer["encoding"].get("y", {})
        else layer
        for layer in layers
    ]


def _around(specification: Mapping[str, Any], picture: Picture) -> int:
    """Return the height of what a page writes around a chart and a picture holds: title, source, legend, padding."""
    colours = [layer.get("encoding", {}).get("color", {}) for layer in specification.get("layer", ())]
    has_legend = any("field" in colour and "legend" not in colour for colour in colours)
    return 2 * picture.padding + picture.title_height + (_LEGEND if has_legend else 0)


class _Child:
    """The child of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._drawing_count = 0

    def draw(self, specification: Mapping[str, Any], picture: Picture) -> bytes:
        """Return the picture of a specification."""
        if not self._lock.acquire(timeout=settings.CHART_WAIT_SECONDS):
            raise Busy(_("D’autres graphiques sont en cours de dessin."), retry_after=5)
        try:
            return self._drawing(specification, picture)
        except OSError:
            logger.warning("the process that draws charts ended; another one is started")
            return self._drawing_again(specification, picture)
        finally:
            self._lock.release()

    def _drawing(self, specification: Mapping[str, Any], picture: Picture) -> bytes:
        is_cold = self._start()
        limit = settings.CHART_SECONDS + (_WAKING_SECONDS if is_cold else 0)
        return self._ask(specification, picture, time.monotonic() + limit)

    def _drawing_again(self, specification: Mapping[str, Any], picture: Picture) -> bytes:
        """Draw with a new child: the former one may have been killed while idle."""
        self.stop()
        try:
            return self._drawing(specification, picture)
        except OSError as error:
            self.stop()
            raise ExportFailed(_("Ce graphique n’a pas pu être dessiné.")) from error

    @property
    def pid(self) -> int:
        """The number of its process, 0 when there is none."""
        return self._process.pid if self._process is not None and self._process.poll() is None else 0

    def _start(self) -> bool:
        """Start a child when there is none; return whether it was."""
        if self._drawing_count >= MAX_DRAWINGS:
            self.stop()
        if self.pid:
            return False
        self.stop()
        root = Path(settings.NODE_MODULES)
        self._process = subprocess.Popen(  # noqa: S603  (our own program, nothing of a request in its arguments)
            [
                sys.executable, "-I", str(_PROGRAM), str(settings.CHART_MEMORY_MB),
                str(root / _FONT), str(Path(settings.DATA_DIR) / "vendor" / "chart-fonts"),
            ],
            env=_ENVIRONMENT,
            cwd="/",
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        return True

    def _ask(self, specification: Mapping[str, Any], picture: Picture, end: float) -> bytes:
        assert self._process is not None and self._process.stdin is not None
        # The font has no narrow no-break space, and the engine no other to take it from.
        content = json.dumps(specification).replace("\\u202f", "\\u00a0").encode()
        head = {"size": len(content), "form": picture.form, "scale": picture.scale}
        self._process.stdin.write(json.dumps(head).encode() + b"\n" + content)
        self._process.stdin.flush()
        line, rest = self._line(end)
        answer = json.loads(line)
        drawing_bytes = self._bytes(rest, answer["size"], end)
        self._drawing_count += 1
        if answer["fault"]:
            logger.error("a chart was refused: %s", answer["fault"])
            raise ExportFailed(_("Ce graphique n’a pas pu être dessiné."))
        return drawing_bytes

    def _line(self, end: float) -> tuple[bytes, bytes]:
        content = b""
        while b"\n" not in content:
            content += self._more(end)
        line, _newline, rest = content.partition(b"\n")
        return line, rest

    def _bytes(self, content: bytes, size: int, end: float) -> bytes:
        parts = [content]
        while sum(map(len, parts)) < size:
            parts.append(self._more(end))
        return b"".join(parts)

    def _more(self, end: float) -> bytes:
        """Return the next output of the child, before an instant."""
        assert self._process is not None and self._process.stdout is not None
        with selectors.DefaultSelector() as waiting:
            waiting.register(self._process.stdout, selectors.EVENT_READ)
            if not waiting.select(max(end - time.monotonic(), 0)):
                self.stop()
                raise TooSlow(_("Ce graphique est trop long à dessiner."))
        part = os.read(self._process.stdout.fileno(), 1 << 20)
        if not part:
            raise OSError("the process that draws charts has ended")
        return part

    def stop(self) -> None:
        """End the child, whatever it does."""
        process, self._process, self._drawing_count = self._process, None, 0
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        process.wait(_END_SECONDS)

    def forget(self) -> None:
        """Leave the child to the process we were forked from."""
        if self._process is not None:
            self._process.returncode = 0  # somebody else's child: nothing to wait for
        self._lock = threading.Lock()
        self._process, self._drawing_count = None, 0


_child = _Child()
atexit.register(_child.stop)
os.register_at_fork(after_in_child=_child.forget)


def drawing_process() -> int:
    """Return the number of the process that draws, 0 when none does."""
    return _child.pid


def stop_drawing() -> None:
    """End the process that draws; the next chart starts another."""
    _child.stop()
