"""The files a child may see (Landlock, Linux 5.13): its own folder, and the code it runs, to read.

It also ends TCP (Linux 6.7) and signals to processes outside (6.12). See landlock(7) and ``linux/landlock.h``.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sysconfig
from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION, _PATH_BENEATH = 1, 1
_WRITE_FILE, _READ_FILE, _READ_DIR, _REMOVE_DIR, _REMOVE_FILE = 1 << 1, 1 << 2, 1 << 3, 1 << 4, 1 << 5
_MAKE_DIR, _MAKE_REG = 1 << 7, 1 << 8
_FIRST, _REFER, _TRUNCATE, _DEVICES = (1 << 13) - 1, 1 << 13, 1 << 14, 1 << 15
_WRITABLE = (
    _WRITE_FILE
    | _READ_FILE
    | _READ_DIR
    | _REMOVE_DIR
    | _REMOVE_FILE
    | _MAKE_DIR
    | _MAKE_REG
    | _REFER
    | _TRUNCATE
)
_TCP, _OUTSIDE = 0b11, 0b11
_SYSTEM = (
    "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/share/proj", "/usr/share/zoneinfo",
    "/usr/share/gdal", "/usr/share/fonts", "/usr/share/fontconfig", "/etc/fonts", "/var/cache/fontconfig",
    "/etc/ld.so.cache", "/dev/null", "/dev/urandom",
)  # fmt: skip


def show_only(libc: ctypes.CDLL, folder: Path) -> int:
    """Hide every file but ``folder`` and the installed code; return the version of Landlock, 0 when there is none."""
    version = int(libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION))
    if version < 1:
        return 0
    handled = _FIRST | (_REFER if version >= 2 else 0) | (_TRUNCATE if version >= 3 else 0)
    handled |= _DEVICES if version >= 5 else 0
    attributes = struct.pack("<QQQ", handled, _TCP, _OUTSIDE)[
        : 8 if version < 4 else 16 if version < 6 else 24
    ]
    rules = int(libc.syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0))
    if rules < 0:
        return 0
    try:
        for path in {*_SYSTEM, *_code()}:
            _allow(libc, rules, path, _READ_FILE | _READ_DIR)
        _allow(libc, rules, str(folder), _WRITABLE & handled)
        return version if libc.syscall(_RESTRICT_SELF, rules, 0) == 0 else 0
    finally:
        os.close(rules)


def _code() -> list[str]:
    """Return the folders of the interpreter and of its packages."""
    paths = sysconfig.get_paths()
    return [paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")]


def _allow(libc: ctypes.CDLL, rules: int, path: str, access: int) -> None:
    """Add a rule; what does not exist is nothing to show."""
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not os.path.isdir(path):
            access &= ~_READ_DIR
        rule = struct.pack("<Qi", access, place)
        libc.syscall(_ADD_RULE, rules, _PATH_BENEATH, rule, 0)
    finally:
        os.close(place)
