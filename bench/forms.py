"""``./portal bench forms``: a public form on a slow phone, under fifty people at once, and under hostile posts.

People come from addresses of loopback, one each, as from as many networks; who attacks has one.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from urllib.parse import urlencode

from django.core.management import call_command
from playwright.sync_api import sync_playwright

from bench.browser import ARGUMENTS, CHROMIUM
from bench.client import Connection, Outcome
from bench.creation import create, publish_files
from bench.figures import Figure, by_length, in_time, part
from bench.server import Server, serving
from layers import access
from layers.visitor import system_visitor
from webforms.building.services import create_form, publish_form
from webforms.documents import read_document
from webforms.filling.tokens import LEAST_S
from webforms.models import Answer, Form

PEOPLE, TURNS, _BRIEF_TURNS = 50, 6, 3
HOSTILE_POSTS = 10_000
SECONDS = 60.0
P95_MS, USABLE_MS = 1_000, 1_000
SLUG, LAYER, TITLE = "mesure-de-formulaire", "arbres-remarquables", "Mesure de formulaire"
# The slow phone of Lighthouse: 150 ms for a round trip, 1.6 Mbit/s down, 0.75 up, a processor four times slower.
SLOW_PHONE = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 93_750}
CPU_RATE = 4
_TOKEN = re.compile(rb'name="(csrfmiddlewaretoken|page)" value="([^"]+)"')
_ITEMS = [
    {"name": "position", "kind": "position", "label": "Où", "required": True},
    {"name": "nom", "kind": "text", "label": "Essence", "field": "nom_vernaculaire", "required": True},
    {"name": "commune", "kind": "text", "label": "Commune", "place": "commune"},
    {"name": "rue", "kind": "text", "label": "Rue", "place": "street"},
]


def prepare() -> None:
    """Load the demonstration and a public form; a second call finds them there."""
    create()
    call_command("migrate", verbosity=0)
    call_command("load_demo", verbosity=0)
    publish_files()
    Answer.objects.filter(version__form__slug=SLUG).delete()
    if not Form.objects.filter(slug=SLUG).exists():
        visitor = system_visitor()
        document = read_document({"sections": [{"title": "Arbre", "items": _ITEMS}]})
        scope = access.scope(visitor, LAYER)
        form = create_form(scope=scope, title=TITLE, audience="public", document=document)
        publish_form(form=form, visitor=visitor)


def measures() -> Iterator[Figure]:
    """Measure the phone, then fifty people, then the same during hostile posts."""
    with serving() as server:
        yield from part("phone", _phone, server)
        yield from part("people", _people, server)
        yield from part("hostile", _hostile, server)


def _phone(server: Server) -> Iterator[Figure]:
    address = f"http://127.0.0.1:{server.port}/formulaires/{SLUG}/"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 375, "height": 667})
        tools = page.context.new_cdp_session(page)
        tools.send("Network.enable")
        tools.send("Network.emulateNetworkConditions", SLOW_PHONE)
        tools.send("Emulation.setCPUThrottlingRate", {"rate": CPU_RATE})
        sizes: list[int] = []
        tools.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
        page.goto(address, wait_until="domcontentloaded")
        usable = page.evaluate(
            "() => performance.getEntriesByType('paint').find((e) => e.name === 'first-contentful-paint')?.startTime"
            " ?? performance.now()"
        )
        first = page.evaluate("performance.getEntriesByType('navigation')[0].responseStart")
        page.wait_for_load_state("networkidle")
        browser.close()
    yield Figure("slow phone: the form can be filled after its first byte", f"≤ {USABLE_MS} ms",
                 f"{usable - first:.0f} ms", in_time(usable - first, USABLE_MS))  # fmt: skip
    yield Figure("slow phone: bytes of everything", "", f"{sum(sizes) / 1000:.0f} KB in {len(sizes)} answers")


def _people(server: Server) -> Iterator[Figure]:
    yield from _figures("50 people", _filled(server))


def _filled(server: Server) -> Outcome:
    """Return the outcome of people who open the form, wait as a person does, and send it, again and again."""
    outcome, lock = Outcome(), threading.Lock()

    def fill(number: int) -> None:
        with closing(Connection(server.port, source=f"127.0.1.{number + 1}")) as connection:
            for turn in range(by_length(TURNS, _BRIEF_TURNS)):
                started = time.perf_counter()
                opened = connection.get(f"/formulaires/{SLUG}/", keep=True)
                spent = [(time.perf_counter() - started) * 1000]
                hidden = {name.decode(): value.decode() for name, value in _TOKEN.findall(opened.body)}
                time.sleep(LEAST_S + 0.1)
                cookie = opened.headers.get("set-cookie", "").partition(";")[0]
                texts = {"q-position": "48.8135, 2.2101", "q-nom": f"Arbre {number}-{turn}"}
                body = urlencode(hidden | texts).encode()
                started = time.perf_counter()
                sent = connection.post(f"/formulaires/{SLUG}/", body, Cookie=cookie)
                spent.append((time.perf_counter() - started) * 1000)
                with lock:
                    outcome.milliseconds += spent
                    if sent.status == 302:
                        outcome.answered += 1
                    else:
                        outcome.fail(str(sent.status))

    with ThreadPoolExecutor(PEOPLE) as pool:
        list(pool.map(fill, range(PEOPLE)))
    return outcome


def _hostile(server: Server) -> Iterator[Figure]:
    """Fill the form while one network posts ten thousand times a minute."""
    before, refused = Answer.objects.count(), Outcome()
    over = threading.Event()

    def attack() -> None:
        pause = SECONDS / HOSTILE_POSTS
        with closing(Connection(server.port, source="127.0.2.1")) as connection:
            opened = connection.get(f"/formulaires/{SLUG}/", keep=True)
            hidden = {name.decode(): value.decode() for name, value in _TOKEN.findall(opened.body)}
            body = urlencode(hidden | {"page": "forged", "q-nom": "x" * 2_000}).encode()
            cookie = opened.headers.get("set-cookie", "").partition(";")[0]
            while not over.is_set():
                answer = connection.post(f"/formulaires/{SLUG}/", body, Cookie=cookie)
                refused.fail(str(answer.status))
                time.sleep(pause)

    attackers = [threading.Thread(target=attack) for _ in range(2)]
    started = time.perf_counter()
    for attacker in attackers:
        attacker.start()
    outcome = _filled(server)
    over.set()
    for attacker in attackers:
        attacker.join()
    rate = sum(refused.failures.values()) * 60 / (time.perf_counter() - started)
    yield from _figures("50 people during hostile posts", outcome)
    stored = Answer.objects.count() - before - outcome.answered
    yield Figure(
        "hostile posts a minute, and stored", "0 stored", f"{rate:,.0f}, {stored} stored", stored == 0
    )


def _figures(name: str, outcome: Outcome) -> Iterator[Figure]:
    slow = outcome.percentile(0.95)
    failed = ", ".join(f"{count} × {reason}" for reason, count in outcome.failures.items()) or "none"
    yield Figure(
        f"{name}: p95 of pages and answers", f"≤ {P95_MS:,} ms", f"{slow:.0f} ms", in_time(slow, P95_MS)
    )
    yield Figure(f"{name}: answers, failures", "none", f"{outcome.answered}, {failed}", not outcome.failures)
