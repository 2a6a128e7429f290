"""The text of personal tokens: its form, its digest, and what logs keep of it."""

from __future__ import annotations

import logging
import re
import sys

import pytest

from gisportal.accounts.tokens import (
    HIDDEN,
    PREFIX_LENGTH,
    RedactingFormatter,
    digest_of,
    is_token,
    new_token,
    prefix_of,
    redacted,
)

TOKEN = new_token()


def test_a_token_has_the_form_of_a_token() -> None:
    assert is_token(TOKEN)


def test_a_token_holds_256_bits_after_what_is_shown() -> None:
    secret = TOKEN[PREFIX_LENGTH + 1 :]
    assert len(secret) * 6 >= 256


def test_no_two_tokens_are_the_same() -> None:
    assert len({new_token() for _number in range(100)}) == 100


def test_what_is_shown_is_not_the_secret() -> None:
    assert prefix_of(TOKEN) == TOKEN[:12]


def test_the_digest_is_the_sha256_of_the_text() -> None:
    # The example of FIPS 180-4.
    assert digest_of("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "geo_",
        TOKEN[:-1],
        TOKEN + "A",
        TOKEN.upper(),
        TOKEN + "\n",
        " " + TOKEN,
        "une phrase de passe assez longue",
    ],
    ids=range(8),
)
def test_another_text_is_no_token(text: str) -> None:
    assert not is_token(text)


@pytest.mark.parametrize(
    "line",
    [
        f"GET /api/collections?token={TOKEN} HTTP/1.1",
        f"Error handling request /api/?f=json&token={TOKEN}&limit=3",
        f"Authorization: Bearer {TOKEN}",
        f"unexpected value {TOKEN!r}",
        "GET /api/?token=une-autre-forme-de-secret",
        "{'HTTP_AUTHORIZATION': 'Basic dXJiYW5pc3RlOm1vdCBkZSBwYXNzZQ=='}",
    ],
    ids=range(6),
)
def test_a_line_loses_its_secret(line: str) -> None:
    written = redacted(line)
    assert HIDDEN in written
    assert TOKEN[12:] not in written
    assert "secret" not in written
    assert "dXJi" not in written


def test_a_line_keeps_the_rest() -> None:
    assert redacted(f"GET /api/?f=json&token={TOKEN}&limit=3") == f"GET /api/?f=json&token={HIDDEN}&limit=3"


def test_a_line_without_secret_stays_the_same() -> None:
    line = "Basic rules: 12 tokens counted, bearer of news"
    assert redacted(line) == line


def test_a_traceback_loses_its_secret() -> None:
    try:
        raise ValueError(f"refused: {TOKEN}")
    except ValueError:
        record = logging.LogRecord("essai", logging.ERROR, __file__, 1, "fault", (), sys.exc_info())
    assert TOKEN not in RedactingFormatter("{message}", style="{").format(record)


def written(message: str) -> str:
    record = logging.LogRecord("essai", logging.WARNING, __file__, 1, message, (), None)
    return RedactingFormatter("{asctime} {message}", style="{").format(record)


@pytest.mark.parametrize("sign", ["\n", "\r", "\x1b", "\x85", "\u2028"], ids=ascii)
def test_what_somebody_sent_begins_no_line_of_the_log(sign: str) -> None:
    assert written(f"refused{sign}2026-01-01 all is well").endswith(
        f"refused{ascii(sign)[1:-1]}2026-01-01 all is well"
    )


def test_a_line_says_the_offset_of_its_time() -> None:
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4} ", written("started"))
