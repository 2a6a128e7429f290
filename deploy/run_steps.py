"""Runs Django's commands of a preparation in copies of one process: Django and what it imports are loaded once.

Standard input gives the chains of commands, in one line of JSON; chains run side by side, the commands of one in turn.
Standard output has a line for each beginning and each end. When the input closes (who asked is gone, or gave up) the
commands are ended: nothing runs on without being waited for.
"""

import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import django
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection


def main() -> int:
    """Run the chains; 0 when every command succeeded."""
    chains: list[list[dict[str, Any]]] = json.loads(sys.stdin.readline())
    os.environ.setdefault("PORTAL_COMMAND", "1")
    django.setup()
    groups = [_forked_chain(chain) for chain in chains]
    signal.signal(signal.SIGTERM, lambda _number, _frame: _end(groups))
    threading.Thread(target=_end_with_input, args=(groups,), daemon=True).start()
    is_failed = False
    try:
        for _group in groups:
            _pid, status = os.wait()
            if os.waitstatus_to_exitcode(status) != 0:
                is_failed = True
                _end(groups)
    finally:
        _end(groups)
    return int(is_failed)


def _end_with_input(groups: list[int]) -> None:
    while os.read(0, 1024):  # not sys.stdin, whose lock a thread would hold when the program ends
        pass
    _end(groups)


def _end(groups: list[int]) -> None:
    for group in groups:
        try:
            os.killpg(group, signal.SIGTERM)
        except ProcessLookupError:
            continue  # it ended already


def _forked_chain(chain: list[dict[str, Any]]) -> int:
    """Run the commands of a chain in a group of processes of their own; return its number."""
    pid = os.fork()
    if pid == 0:
        os.setpgid(0, 0)
        _end_with(partial(_run_chain, chain))
    os.setpgid(pid, pid)  # whoever comes first
    return pid


def _run_chain(chain: list[dict[str, Any]]) -> int:
    for step in chain:
        _tell(step, "begins")
        pid = os.fork()
        if pid == 0:
            _end_with(partial(_run, step))
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        _tell(step, "ended" if code == 0 else "failed")
        if code != 0:
            return 1
    return 0


def _tell(step: dict[str, Any], state: str) -> None:
    os.write(1, f"{json.dumps({'title': step['title'], 'state': state})}\n".encode())


def _run(step: dict[str, Any]) -> int:
    """Run a command as ``manage.py`` would, its output in a log."""
    log = os.open(step["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    if step["as_owner"]:
        connection.settings_dict.update(settings.OWNER_DATABASE)
    try:
        call_command(*step["words"])
    except CommandError as error:
        print(f"CommandError: {error}", file=sys.stderr)
        return 1
    except Exception:  # a command may raise anything: its log has it, and the chain ends with its code
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


def _end_with(work: Callable[[], int]) -> NoReturn:
    """End this copy of the process with the code of its work; whatever is raised, it goes no further than here."""
    code = 1
    try:
        code = work()
    finally:
        os._exit(code)


if __name__ == "__main__":
    sys.exit(main())
