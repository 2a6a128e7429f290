"""What children of the tests do: each function is a way to end."""

from __future__ import annotations

import ctypes
import os
import signal
import time

from sandbox.child import Job


def answer(job: Job) -> None:
    job.channel.send({"content": job.file.read().decode(), "arguments": job.arguments}, b"bytes")


def allocate(_job: Job) -> None:
    bytearray(1 << 40)


def grow(_job: Job) -> None:
    kept = []
    while True:
        kept.append(bytearray(4 << 20))


def compute(_job: Job) -> None:
    while True:
        pass


def be_silent(job: Job) -> None:
    job.channel.receive()


def write_much(_job: Job) -> None:
    with open("much", "wb") as file:
        while True:
            file.write(bytes(1 << 20))


def find_no_room(job: Job) -> None:
    raise OSError(job.arguments["number"], "a write that the disk refuses")


def answer_much(job: Job) -> None:
    while True:
        job.channel.send(None, bytes(1 << 20))


def crash(_job: Job) -> None:
    ctypes.string_at(0)


def abort(_job: Job) -> None:
    os.abort()


def fail(_job: Job) -> None:
    raise RuntimeError("what went wrong")


def lie(job: Job) -> None:
    os.write(job.channel.end.fileno(), b"\4\0\0\0\0\0\0\0{{{{")


def stop(_job: Job) -> None:
    signal.raise_signal(signal.SIGKILL)


def linger(job: Job) -> None:
    with open("left", "wb") as file:
        file.write(b"left")
    job.channel.send({"pid": os.getpid(), "folder": os.getcwd()})
    while True:
        time.sleep(60)
