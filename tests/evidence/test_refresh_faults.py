"""A provider that misbehaves, over real HTTP: tables stay byte for byte or change wholly, and the message helps."""

import contextlib
import errno
import gzip
import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest

from tests import providers
from tests.providers import (
    CUBE,
    LISTS,
    MONTHS,
    PRICES,
    RATES,
    SALES,
    SECRET,
    SINCE,
    TODAY,
    USAGE,
    YESTERDAY,
    Provider,
    Reply,
    answer_usage,
    copy_data,
    gzip_reply,
    json_reply,
    make_catalogue,
    make_cube,
    make_days,
    make_export,
    make_lists,
    make_run,
    make_sales,
    make_sales_page,
    make_usage,
    photograph,
    publish_exports,
    rates_reply,
)
from tokencheck import paths
from tokencheck.errors import UserError
from tokencheck.evidence.refresh import Delivery, Run, list_sources
from tokencheck.evidence.refresh.client import trust_machine
from tokencheck.evidence.tables import read_table

EXPORTS = "/datasets/exports/rankings-daily"
KEPT = "The tables stay as they were."
PASSWORD = "pass-word-of-a-mirror"


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    return copy_data(tmp_path_factory.mktemp("original"))


@pytest.fixture
def data(original, tmp_path):
    """Hard links: whoever replaced a file's content in place instead of the file would be found out at once."""
    folder = tmp_path / "data"
    for file in original.rglob("*"):
        target = folder / file.relative_to(original)
        if file.is_file() and file.name != ".lock":
            target.parent.mkdir(parents=True, exist_ok=True)
            os.link(file, target)
    return folder


@pytest.fixture
def provider(monkeypatch):
    with providers.serve() as server:
        for source in list_sources().values():
            monkeypatch.setenv(source.variable(), server.url)
        for name in ("OPENROUTER_API_KEY", "EIA_API_KEY"):
            monkeypatch.setenv(name, SECRET)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        yield server


def refresh(run: Run, name: str) -> Delivery:
    (outcome,) = run.refresh([name])
    return outcome


def keeps_the_contract(data: Path) -> bool:
    tables = ("usage_labs_daily", "usage_daily", "labs", "sources")
    return not [problem for table in tables for problem in read_table(table, data)[1]]


# --------------------------------------------------------------------------------- faults that change nothing on disk

Fault = Callable[[Provider], None]


def send(path: str, *replies: Reply) -> Fault:
    return lambda provider: provider.answer(path, *replies)


def send_usage(change: Callable[[list], object]) -> Fault:
    """Send a changed answer of the API for 3 to 14 October."""
    rows = make_days()
    changed = change(rows)
    return send(USAGE, json_reply(make_usage(rows if changed is None else changed)))


def send_catalogue(change: Callable[[list], object]) -> Fault:
    entries = make_catalogue()
    changed = change(entries)
    return send(PRICES, json_reply({"data": entries if changed is None else changed}))


def set_cell(place: int, name: str, value: object) -> Callable[[list], None]:
    return lambda rows: rows[place].__setitem__(name, value)


def multiply(factor: int, *places: int) -> Callable[[list], None]:
    def change(rows):
        for row in [rows[place] for place in places] if places else rows:
            row["total_tokens"] = str(int(row["total_tokens"]) * factor)

    return change


def multiply_small_model(rows: list) -> None:
    """Make one model of the last day a thousand times as large, though too small to triple the day."""
    last = [place for place, row in enumerate(rows) if row["date"] == "2026-10-14"]
    multiply(1000, next(place for place in last if 0.5e10 < int(rows[place]["total_tokens"]) < 1.2e11))(rows)


def raise_one_price(entries: list) -> None:
    next(one for one in entries if float(one["pricing"]["prompt"]) > 1e-8)["pricing"]["prompt"] = "0.9"


def rename_band(cube: dict) -> None:
    cube["dimension"]["nrg_cons"]["category"]["index"] = {"MWH30": 0, "MWH_LT20": 1}


def price_gpt_5(value: object) -> Callable[[dict], None]:
    return lambda node: node["openai"]["models"]["gpt-5"]["cost"].update(input=value)


def rename(old: str, new: str) -> Callable[[list], list]:
    return lambda rows: [{new if name == old else name: value for name, value in row.items()} for row in rows]


def damage_export(manifest_change: dict) -> Fault:
    def fault(provider):
        content, manifest = make_export(TODAY)
        manifest["files"]["csv"] |= manifest_change
        provider.answer(f"{EXPORTS}/latest.manifest.json", json_reply(manifest))
        provider.answer(f"{EXPORTS}/{TODAY}.csv", Reply(content, 200, {"Content-Type": "text/csv"}))

    return fault


def change_export(rows: list, content_type: str = "text/csv") -> Fault:
    def fault(provider):
        content, manifest = make_export(TODAY, rows)
        provider.answer(f"{EXPORTS}/latest.manifest.json", json_reply(manifest))
        provider.answer(f"{EXPORTS}/{TODAY}.csv", Reply(content, 200, {"Content-Type": content_type}))

    return fault


def change_cube(change: Callable[[dict], object]) -> Fault:
    cube = make_cube()
    change(cube)
    return send(CUBE, json_reply(cube))


def change_sales(change: Callable[[list], object]) -> Fault:
    rows = make_sales(["2026-05", "2026-06"])
    change(rows)
    return send(SALES, json_reply(make_sales_page(rows)))


def change_lists(change: Callable[[dict], object]) -> Fault:
    node = make_lists()
    change(node)
    return send(LISTS, json_reply(node))


GOOD = json_reply(make_usage(make_days()))
BOMB = Reply(gzip.compress(b" " * 3_000_000), 200, {"Content-Encoding": "gzip", "Content-Type": "application/json"})
HTML = Reply(b"<!DOCTYPE html><title>Sign in to Hotel WiFi</title>", 200, {"Content-Type": "text/html"})
FALSE_JSON = Reply(b"<html><title>Be right back</title>", 200, {"Content-Type": "application/json"})
WHOLE = gzip_reply(GOOD)
TWICE = make_days()
TWICE.insert(1, TWICE[0])

FAULTS: dict[str, tuple[str, Fault, str]] = {
    "429 for ever, no Retry-After": ("openrouter", send(USAGE, Reply(status=429)), r"too many requests .*3 times"),
    "429 and Retry-After of an hour": (
        "openrouter",
        send(USAGE, Reply(status=429, headers={"Retry-After": "3600"})),
        "asks to wait 3,600 s",
    ),
    "500 for ever": ("openrouter", send(USAGE, Reply(b"oops", 500)), r"answered 500, 3 times in a row.*later"),
    "401": (
        "openrouter",
        send(USAGE, Reply(b"{}", 401)),
        r"refused the key.*OPENROUTER_API_KEY.*openrouter\.ai/settings",
    ),
    "403": ("eia", send(SALES, Reply(b"{}", 403)), r"refused the key.*EIA_API_KEY.*eia\.gov/opendata/register"),
    "400": ("openrouter", send(USAGE, Reply(b'{"error": "end_date"}', 400)), r"answered 400.*end_date.*--since"),
    "404": ("openrouter-prices", send(PRICES), r"answered 404.*TOKENCHECK_OPENROUTER_PRICES_URL"),
    "no answer": ("openrouter", send(USAGE, Reply(stall=1.0)), "did not answer within 0.25 s"),
    "slow drip": ("openrouter", send(USAGE, Reply(GOOD.body, 200, GOOD.headers, drip=0.05)), "too slowly"),
    "body cut short": (
        "openrouter",
        send(USAGE, Reply(GOOD.body, 200, GOOD.headers, cut=5000)),
        "connection to .*failed",
    ),
    "wrong content type": (
        "openrouter",
        send(USAGE, Reply(GOOD.body, 200, {"Content-Type": "text/plain"})),
        "expected JSON and got .* bytes of text/plain",
    ),
    "invalid JSON": (
        "openrouter",
        send(USAGE, Reply(GOOD.body[:-9], 200, GOOD.headers)),
        r"expected JSON.*(Expecting|Unterminated|delimiter)",
    ),
    "NaN in JSON": ("openrouter", send(USAGE, Reply(b'{"data": NaN}', 200, GOOD.headers)), "NaN is not a JSON number"),
    "deeply nested JSON": ("openrouter", send(USAGE, Reply(b"[" * 200_000, 200, GOOD.headers)), "expected JSON"),
    "HTML page with 200": ("openrouter", send(USAGE, HTML), "a web page titled “Sign in to Hotel WiFi”.*browser"),
    "HTML page that says it is JSON": ("openrouter", send(USAGE, FALSE_JSON), "a web page titled “Be right back”"),
    "HTML page for CSV": ("ecb", send(RATES, HTML), "expected CSV and got a web page"),
    "column missing": ("openrouter", send_usage(rename("total_tokens", "tokens")), "lacks total_tokens; it has"),
    "column missing in one row": (
        "openrouter",
        send_usage(lambda rows: rows[70].pop("total_tokens") and None),
        "lacks total_tokens",
    ),
    "column retyped": ("openrouter", send_usage(set_cell(3, "total_tokens", 1.5)), "row 4, total_tokens: 1.5"),
    "number that is a word": (
        "openrouter",
        send_usage(set_cell(3, "total_tokens", "many")),
        "“many” — expected a whole",
    ),
    "negative number": ("openrouter", send_usage(set_cell(3, "total_tokens", "-1")), "“-1” — expected a whole"),
    "day that is none": ("openrouter", send_usage(set_cell(3, "date", "2026-02-30")), "“2026-02-30” — expected a day"),
    "list turned into an object": (
        "openrouter",
        send(USAGE, json_reply({"data": {}, "meta": {"as_of": "2026-10-15T00:00Z"}})),
        "expected a list",
    ),
    "meta missing": ("openrouter", send(USAGE, json_reply({"data": make_days()})), "lacks meta"),
    "duplicate day": ("openrouter", send_usage(lambda rows: TWICE), "row 2: .* stands twice on 2026-10-03"),
    "future days": (
        "openrouter",
        send_usage(lambda rows: rows + make_days(TODAY, date(2026, 10, 20))),
        "days that are not over: 2026-10-15 to 2026-10-20",
    ),
    "other days than asked": (
        "openrouter",
        send_usage(lambda rows: make_days(date(2026, 8, 1), date(2026, 8, 3))),
        "asked for 2026-10-03 to 2026-10-14.* other days: 2026-08-01 to 2026-08-03",
    ),
    "thousandfold day": ("openrouter", send_usage(multiply(1000)), "implausible figures: 2026-10-03.*--accept-jumps"),
    "thousandfold model": (
        "openrouter",
        send_usage(multiply_small_model),
        "implausible figures: 2026-10-14",
    ),
    "thousandth": ("openrouter", send_usage(lambda rows: make_days(scale=0.001)), "implausible figures"),
    "empty but valid": ("openrouter", send(USAGE, json_reply(make_usage([]))), "valid and empty"),
    "no row of the rest": (
        "openrouter",
        send_usage(lambda rows: [row for row in rows if row["model_permaslug"] != "other"]),
        "implausible figures: 2026-10-03: no row “other”, which had .* tokens before",
    ),
    "empty body": ("openrouter", send(USAGE, Reply(b"", 200, GOOD.headers)), "answered with nothing at all"),
    "too much asked for": (
        "eurostat",
        send(CUBE, Reply(b"<faultstring>EXTRACTION_TOO_BIG</faultstring>", 413)),
        "too large \\(413\\) \\(“EXTRACTION_TOO_BIG”\\).*--since and --until",
    ),
    "answered later": (
        "eurostat",
        send(CUBE, json_reply({"warning": {"status": 413, "label": "ASYNCHRONOUS_RESPONSE. Later."}})),
        "“ASYNCHRONOUS_RESPONSE. Later.”.*Try again later",
    ),
    "prepared later": (
        "eurostat",
        send(CUBE, Reply(b'{"warning": "Queued."}', 202, GOOD.headers)),
        r"still preparing its answer \(202\).*Queued.*Try again later",
    ),
    "a letter of a model’s name looks like another": (
        "openrouter",
        send_usage(set_cell(3, "model_permaslug", "\u043epenai/gpt-5")),
        r"<U\+043E>penai.*CYRILLIC SMALL LETTER O",
    ),
    "a model’s whole name looks like another": (
        "openrouter",
        send_usage(set_cell(3, "model_permaslug", "\u0430\u0441\u043c\u0435/1")),
        r"lab .* — expected a name without letters that look Latin and are not",
    ),
    "a model’s name is computed by spreadsheets": (
        "openrouter",
        send_usage(set_cell(3, "model_permaslug", "=cmd|x/1")),
        r"lab “=cmd\|x” is what a spreadsheet would compute",
    ),
    "a model’s name leads out of a folder": (
        "openrouter",
        send_usage(set_cell(3, "model_permaslug", "../../x")),
        r"lab “\.\.” — expected a name .* without ways such as",
    ),
    "a model’s name begins at the root": (
        "modelsdev",
        send(LISTS, json_reply({"openai": {"models": {"/etc/gpt": {"cost": {"input": 1, "output": 2}}}}})),
        r"vendor_model_id “/etc/gpt” — expected a name .* without ways such as",
    ),
    "a model’s name turns the text": (
        "openrouter",
        send_usage(set_cell(3, "model_permaslug", "evil/\u202emodel")),
        r"<U\+202E>.*RIGHT-TO-LEFT OVERRIDE",
    ),
    "a vendor’s name for a model turns the text": (
        "modelsdev",
        send(LISTS, json_reply({"openai": {"models": {"gpt\u202e": {"cost": {"input": 1, "output": 2}}}}})),
        r"vendor_model_id .*<U\+202E>.*RIGHT-TO-LEFT OVERRIDE",
    ),
    "the proxy asks for a password": ("ecb", send(RATES, Reply(status=407)), "asks for a user and a password"),
    "gzip ends early": (
        "openrouter",
        send(USAGE, Reply(WHOLE.body[:2000], 200, WHOLE.headers | {"Content-Length": "2000"})),
        "compressed answer of .* ended early",
    ),
    "gzip damaged": (
        "openrouter",
        send(USAGE, Reply(WHOLE.body[:500] + b"\0" * 500 + WHOLE.body[1000:], 200, WHOLE.headers)),
        "could not be decompressed",
    ),
    "gzip bomb": ("openrouter", send(USAGE, BOMB), "larger than 2 MB.*--since"),
    "unasked encoding": (
        "openrouter",
        send(USAGE, Reply(GOOD.body, 200, GOOD.headers | {"Content-Encoding": "br"})),
        "encoding “br”",
    ),
    "too large": ("openrouter", send(USAGE, Reply(b" " * 3_000_000, 200, GOOD.headers)), "larger than 2 MB"),
    "redirect to another host": (
        "openrouter",
        send(USAGE, Reply(status=302, headers={"Location": "http://localhost:9/steal"})),
        "redirects to http://localhost, which is not followed.*TOKENCHECK_OPENROUTER_URL",
    ),
    "redirect in a circle": (
        "openrouter",
        send(USAGE, Reply(status=302, headers={"Location": USAGE})),
        "redirects to .*not followed",
    ),
    "redirect to what is no address": (
        "openrouter",
        send(USAGE, Reply(status=301, headers={"Location": "mailto:somebody"})),
        "redirects to what is no address.*TOKENCHECK_OPENROUTER_URL",
    ),
    "redirect to what no host is called": (
        "openrouter",
        send(USAGE, Reply(status=307, headers={"Location": "http://xn--/"})),
        "redirects to what is no address.*TOKENCHECK_OPENROUTER_URL",
    ),
    "304 unasked": ("openrouter", send(USAGE, Reply(status=304)), "304 to a question that was not conditional"),
    "catalogue empty": ("openrouter-prices", send_catalogue(lambda entries: []), "valid and empty"),
    "catalogue cut to a tenth": (
        "openrouter-prices",
        send_catalogue(lambda entries: entries[:40]),
        "models are gone at once",
    ),
    "thousandfold price": (
        "openrouter-prices",
        send_catalogue(raise_one_price),
        "implausible figures: .* USD per million tokens.*--accept-jumps",
    ),
    "price missing": (
        "openrouter-prices",
        send_catalogue(lambda entries: entries[5]["pricing"].pop("prompt") and None),
        "pricing, prompt: None",
    ),
    "model twice": (
        "openrouter-prices",
        send_catalogue(lambda entries: [*entries, entries[0]]),
        "stands twice in the catalogue",
    ),
    "rates: column missing": (
        "ecb",
        send(RATES, Reply(b"KEY,TIME_PERIOD\nx,2026-07\n", 200, {"Content-Type": "text/csv"})),
        "lacks FREQ",
    ),
    "rates: a word": ("ecb", send(RATES, rates_reply(MONTHS | {"2026-08": ("n/a", 1.1)})), "“n/a” — expected a number"),
    "rates: month to come": (
        "ecb",
        send(RATES, rates_reply(MONTHS | {"2027-03": (7.8, 1.1)})),
        "months to come: 2027-03",
    ),
    "rates: thousandfold": (
        "ecb",
        send(RATES, rates_reply(MONTHS | {"2026-08": (78.0, 1.17)})),
        "implausible.*EUR/CNY 78",
    ),
    "rates: other months": ("ecb", send(RATES, rates_reply({"2019-03": (7.8, 1.1)})), "other months: 2019-03"),
    "rates: empty": ("ecb", send(RATES, rates_reply({})), "valid and empty"),
    "cube: dimension missing": (
        "eurostat",
        change_cube(lambda cube: cube["dimension"].pop("geo") and None),
        "dimension geo",
    ),
    "cube: size wrong": ("eurostat", change_cube(lambda cube: cube.update(size=[1] * 8)), "do not match"),
    "cube: another band": (
        "eurostat",
        change_cube(rename_band),
        "holds MWH30, which was not asked for",
    ),
    "cube: outside": ("eurostat", change_cube(lambda cube: cube["value"].update({"999": 1})), "outside the cube"),
    "cube: a word": ("eurostat", change_cube(lambda cube: cube["value"].update({"0": "c"})), "“c” — expected a number"),
    "cube: thousandfold": (
        "eurostat",
        change_cube(lambda cube: cube["value"].update({"0": 150})),
        "implausible figures",
    ),
    "cube: empty": ("eurostat", change_cube(lambda cube: cube.update(value={})), "valid and empty"),
    "sales: unit changed": ("eia", change_sales(set_cell(0, "price-units", "dollars per MWh")), "expected cents"),
    "sales: thousandfold": ("eia", change_sales(set_cell(0, "price", "13500")), "implausible figures: US all_sectors"),
    "sales: twice": ("eia", change_sales(lambda rows: rows.append(rows[0])), "stands twice"),
    "sales: fewer rows than said": (
        "eia",
        send(SALES, json_reply(make_sales_page(make_sales(["2026-06"]), 900)), json_reply(make_sales_page([], 900))),
        "read 12 rows of 900",
    ),
    "sales: month to come": ("eia", change_sales(set_cell(0, "period", "2027-01")), "other months: 2027-01"),
    "lists: no vendor": ("modelsdev", send(LISTS, json_reply({"x": {}})), "none of the vendors"),
    "lists: a word": ("modelsdev", change_lists(price_gpt_5("cheap")), "“cheap” — expected a number"),
    "lists: thousandfold": ("modelsdev", change_lists(price_gpt_5(1250)), "implausible figures: openai gpt-5"),
    "export: bad checksum": (
        "openrouter keyless",
        damage_export({"sha256": "0" * 64}),
        "does not match its manifest.*few minutes",
    ),
    "export: no checksum": ("openrouter keyless", damage_export({"sha256": None}), "manifest, sha256"),
    "export: other days": (
        "openrouter keyless",
        change_export(make_days(date(2026, 9, 14), YESTERDAY)),
        "other days than the thirty",
    ),
    "export: JSON for CSV": ("openrouter keyless", change_export([], "application/json"), "expected CSV"),
    "export: column missing": (
        "openrouter keyless",
        send(f"{EXPORTS}/latest.manifest.json", json_reply({"files": {}})),
        "lacks snapshot_date",
    ),
}


def put_password(monkeypatch, name: str, folder: str = "") -> set[str]:
    """Put a password into the address of a source, but where its key travels in that place; give what is secret."""
    variable = list_sources()[name].variable()
    key = os.environ.get({"openrouter": "OPENROUTER_API_KEY", "eia": "EIA_API_KEY"}.get(name, ""), "")
    login = "" if name == "openrouter" and key else f"user:{PASSWORD}@"
    monkeypatch.setenv(variable, os.environ[variable].replace("//", f"//{login}") + folder)
    return {one for one in (key, login and PASSWORD) if one}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_leaves_every_table_and_says_what_to_do(fault, data, provider, monkeypatch, caplog, capfd):
    caplog.set_level("DEBUG")
    name, misbehave, says = FAULTS[fault]
    if name.endswith(" keyless"):
        monkeypatch.delenv("OPENROUTER_API_KEY")
    secrets = put_password(monkeypatch, name.split()[0])
    misbehave(provider)
    before = photograph(data)
    run = make_run(data)
    run.client = lambda make=run.client, **options: make(**options | {"most_bytes": 2_000_000})
    outcome = refresh(run, name.split()[0])
    assert re.search(says, outcome.problem), outcome.problem
    assert outcome.problem.startswith(f"{name.split()[0]}: ")
    assert KEPT in outcome.problem
    shown = "\n".join([*outcome.describe(), caplog.text, *capfd.readouterr()])
    assert secrets and not [one for one in secrets if one in shown]
    assert photograph(data) == before
    stored = [file for file in data.glob("snapshots/*/*") if not file.name.startswith(".")]
    assert stored == []
    assert not list(data.glob("snapshots/*/.parts/*"))  # nothing bad is taken up by the next run


def echo(provider: Provider, *words: str) -> None:
    """Let every sound answer bring words along: in its headers and, where it is an object, in a field of its own."""
    find = provider.find

    def answer(request: providers.Request) -> Reply:
        reply = find(request)
        body = json.loads(reply.body) if reply.body.startswith(b"{") else None
        if body is not None:
            reply = replace(reply, body=json.dumps(body | {"request": {"echo": list(words)}}).encode())
        return replace(reply, headers=reply.headers | {"ETag": f'"{" ".join(words)}"', "Last-Modified": words[0]})

    provider.find = answer


@pytest.mark.parametrize("name", list_sources())
def test_what_a_sound_answer_echoes_of_key_and_password_is_neither_stored_nor_shown(
    name, data, provider, monkeypatch, caplog, capfd
):
    caplog.set_level("DEBUG")
    secrets = put_password(monkeypatch, name, f"/{name}")
    echo(provider, *sorted(secrets))
    outcome = refresh(make_run(data, accept_jumps=True), name)
    assert outcome.problem == "" and any(outcome.changes) and list(data.glob(f"snapshots/{name}/*"))
    files = [file for file in data.rglob("*") if file.is_file()]
    stored = b"".join(gzip.decompress(one.read_bytes()) if one.suffix == ".gz" else one.read_bytes() for one in files)
    shown = "\n".join([*outcome.describe(), caplog.text, *capfd.readouterr()])
    assert secrets and not [one for one in secrets if one.encode() in stored or one in shown]


# -------------------------------------------------------------------------------------- faults that a run gets over


@pytest.mark.parametrize(
    ("replies", "waits"),
    [
        ([Reply(status=429, headers={"Retry-After": "7"})], [7.0]),
        ([Reply(status=429, headers={"Retry-After": "Thu, 15 Oct 2026 06:00:30 GMT"})], [30.0]),
        ([Reply(status=429)], None),
        ([Reply(b"<h1>Bad gateway</h1>", 502), Reply(status=500)], None),
        ([Reply(GOOD.body, 200, GOOD.headers, cut=100)], None),
        ([Reply(stall=0.6)], None),
        ([Reply(WHOLE.body[:2000], 200, WHOLE.headers | {"Content-Length": "2000"})], None),
        ([Reply(status=307, headers={"Location": f"{USAGE}?moved=1"})], []),
    ],
    ids=["retry-after", "retry-after-date", "429", "502-500", "cut", "stall", "gzip-cut", "redirect-same-host"],
)
def test_a_passing_fault_is_got_over(replies, waits, data, provider, monkeypatch):
    monkeypatch.setattr(list_sources()["openrouter"], "interval", 0.0)
    provider.answer(USAGE, *replies, GOOD)
    sleeps: list[float] = []
    outcome = refresh(make_run(data, sleeps=sleeps), "openrouter")
    assert outcome.problem == ""
    assert any(outcome.changes) and keeps_the_contract(data)
    if waits is not None:
        assert sleeps == waits
        return
    assert len(sleeps) == len(replies)
    for number, slept in enumerate(sleeps):  # exponential back-off with jitter
        assert 0.1 * 2**number <= slept <= 0.2 * 2**number


def test_the_rate_of_the_provider_is_kept(data, provider, monkeypatch):
    provider.replies[USAGE] = answer_usage
    # the client's clock stands still: nothing of the pause is taken off for what reading took
    monkeypatch.setattr("tokencheck.evidence.refresh.client.time", SimpleNamespace(monotonic=lambda: 0.0))
    sleeps: list[float] = []
    # a year is long in the making
    refresh(make_run(data, sleeps=sleeps, since=date(2025, 9, 1), patience=providers.Patience()), "openrouter")
    assert [request.query["start_date"] for request in provider.requests] == [["2025-09-01"], ["2026-09-02"]]
    assert sleeps == [2.0]  # thirty a minute


def test_a_bad_answer_is_not_kept_for_the_next_run(data, provider):
    provider.answer(USAGE, json_reply(make_usage(make_days(scale=1000))))
    assert refresh(make_run(data), "openrouter").problem
    provider.answer(USAGE, GOOD)
    assert refresh(make_run(data), "openrouter").problem == ""


def test_a_new_column_is_warned_of_and_the_rows_are_taken(data, provider):
    provider.answer(USAGE, json_reply(make_usage([row | {"requests": 5} for row in make_days()])))
    outcome = refresh(make_run(data), "openrouter")
    assert outcome.problem == "" and any(outcome.changes)
    assert any("something new, which is not used: requests" in warning for warning in outcome.warnings)


def test_numbers_as_numbers_and_as_text_are_the_same(data, provider):
    provider.answer(
        USAGE, json_reply(make_usage([row | {"total_tokens": int(row["total_tokens"])} for row in make_days()]))
    )
    assert refresh(make_run(data, since=SINCE), "openrouter").problem == ""
    as_numbers = photograph(data)["tables/usage_labs_daily.csv"]
    provider.answer(USAGE, GOOD)
    outcome = refresh(make_run(data, since=SINCE), "openrouter")
    assert not any(outcome.changes)
    assert photograph(data)["tables/usage_labs_daily.csv"] == as_numbers


def test_missing_days_are_named_and_kept_in_the_record(data, provider):
    provider.answer(USAGE, json_reply(make_usage([row for row in make_days() if row["date"] != "2026-10-11"])))
    outcome = refresh(make_run(data, since=SINCE), "openrouter")
    assert any("no rows for 2026-10-11" in warning for warning in outcome.warnings)
    record = json.loads((data / "provenance" / "usage_labs_daily.json").read_text())
    assert record["missing_days"] == ["2025-06-15", "2025-07-15", "2026-10-11"]
    provider.answer(USAGE, GOOD)
    refresh(make_run(data, since=SINCE), "openrouter")
    record = json.loads((data / "provenance" / "usage_labs_daily.json").read_text())
    assert record["missing_days"] == ["2025-06-15", "2025-07-15"]


def test_restated_history_is_reported_with_its_size(data, provider):
    provider.answer(USAGE, GOOD)
    refresh(make_run(data, since=SINCE), "openrouter")
    rows = make_days()
    row = next(row for row in rows if row["date"] == "2026-10-14" and row["model_permaslug"].startswith("anthropic/"))
    row["total_tokens"] = str(int(row["total_tokens"]) * 2)
    provider.answer(USAGE, json_reply(make_usage(rows)))
    outcome = refresh(make_run(data, since=SINCE), "openrouter")
    lines = "\n".join(outcome.describe())
    assert f"restated: 2026-10-14, {row['model_permaslug']}: tokens" in lines and "(+100.00 %)" in lines
    assert "restated: 2026-10-14, Anthropic: tokens" in lines


def test_accepted_jumps_are_taken_and_not_asked_about_again(data, provider):
    provider.answer(USAGE, json_reply(make_usage(make_days(scale=10))))
    assert "--accept-jumps" in refresh(make_run(data, since=SINCE), "openrouter").problem
    assert refresh(make_run(data, since=SINCE, accept_jumps=True), "openrouter").problem == ""
    assert refresh(make_run(data, since=SINCE), "openrouter").problem == ""
    assert keeps_the_contract(data)


def test_one_source_that_fails_does_not_stop_the_others(data, provider):
    provider.answer(USAGE, HTML)
    provider.answer(RATES, rates_reply(MONTHS))
    outcomes = {outcome.name: outcome for outcome in make_run(data).refresh(["openrouter", "ecb"])}
    assert outcomes["openrouter"].problem and not outcomes["ecb"].problem
    assert any(outcomes["ecb"].changes)


def test_a_long_fetch_goes_on_where_it_stopped(data, provider):
    months = [f"{year}-{month:02d}" for year in (2025, 2026) for month in range(1, 10)]
    rows = make_sales(months)
    pages = {str(start): rows[start : start + 100] for start in range(0, len(rows), 100)}
    broken = {"200"}

    def answer(request):
        offset = request.query["offset"][0]
        return Reply(status=503) if offset in broken else json_reply(make_sales_page(pages[offset], len(rows)))

    provider.replies[SALES] = answer
    assert "what was read so far is kept" in refresh(make_run(data), "eia").problem
    broken.clear()
    provider.requests.clear()
    outcome = refresh(make_run(data), "eia")
    assert outcome.problem == "" and outcome.rows == len(rows)
    assert [request.query["offset"][0] for request in provider.requests] == ["200"]
    assert not list(data.glob("snapshots/eia/.parts/*"))


def test_full_storage_leaves_the_tables(data, provider, monkeypatch):
    provider.answer(USAGE, GOOD)
    before = photograph(data)

    def write_bytes(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", write_bytes)
    outcome = refresh(make_run(data), "openrouter")
    assert "storage is full" in outcome.problem and KEPT.lower()[4:] in outcome.problem
    monkeypatch.undo()
    assert photograph(data) == before


# ----------------------------------------------------------------------------------------------- several processes

CHILD = """
import os, sys
sys.path.insert(0, {tests!r})
from pathlib import Path
from tests.providers import make_run
from tokencheck.evidence import store
{before}
for outcome in make_run(Path({data!r})).refresh(["openrouter"]):
    print("\\n".join(outcome.describe()))
"""
KILL_AT = {
    "while fetching": "from tokencheck.evidence.refresh import client\n"
    "client.Client._judge = lambda *_: os.kill(os.getpid(), 9)",
    "before the snapshot is in place": "from tokencheck.evidence.refresh import snapshots\n"
    "snapshots._describe_part = lambda *_: os.kill(os.getpid(), 9)",
    "after the snapshot, before the tables": "store.replace = lambda *_: os.kill(os.getpid(), 9)",
    "while writing aside": "store._check = lambda *_: os.kill(os.getpid(), 9)",
    "between two tables": "move, names = store._move, []\n"
    "def count(staged, target):\n"
    "    names.append(target.name)\n"
    "    if len(names) == 4: os.kill(os.getpid(), 9)\n"
    "    move(staged, target)\n"
    "store._move = count",
}


def run_child(data: Path, before: str = "") -> subprocess.Popen:
    code = CHILD.format(tests=str(Path(__file__).parents[2]), data=str(data), before=before)
    return subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=paths.ROOT
    )


KILLED = """
import json, os, sys
sys.path.insert(0, {tests!r})
from pathlib import Path
import pandera.pandas
from tests.providers import Patience, make_run
from tokencheck.evidence import store
from tokencheck.evidence.refresh import list_sources
list_sources()

for line in sys.stdin:
    told = json.loads(line)
    if not (child := os.fork()):
        os.environ.update(told["environment"])
        exec(told["before"])
        list(make_run(Path(told["data"]), patience=Patience()).refresh(["openrouter"]))
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@pytest.fixture(scope="module")
def parent():
    """A process that has loaded everything and starts those that are to be killed."""
    command = [sys.executable, "-c", KILLED.format(tests=str(Path(__file__).parents[2]))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=paths.ROOT) as process:
        yield process
        process.stdin.close()


def run_killed(parent: subprocess.Popen, data: Path, moment: str) -> int:
    """Refresh in a process that is killed at a moment; give how it ended."""
    told = {"data": str(data), "before": KILL_AT[moment], "environment": dict(os.environ)}
    parent.stdin.write(json.dumps(told) + "\n")
    parent.stdin.flush()
    return int(parent.stdout.readline())


@pytest.fixture(scope="module")
def refreshed(original, tmp_path_factory):
    """What the tables are after an undisturbed run."""
    folder = copy_data(tmp_path_factory.mktemp("refreshed"))
    with providers.serve() as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv("TOKENCHECK_OPENROUTER_URL", server.url)
        patch.setenv("OPENROUTER_API_KEY", SECRET)
        patch.setenv("NO_PROXY", "127.0.0.1")
        server.replies[USAGE] = answer_usage
        assert refresh(make_run(folder, patience=providers.Patience()), "openrouter").problem == ""
    return photograph(folder)


@pytest.mark.parametrize("moment", KILL_AT)
def test_killed_at_any_moment_the_next_run_completes(moment, data, provider, refreshed, parent):
    before = photograph(data)
    provider.replies[USAGE] = answer_usage
    assert run_killed(parent, data, moment) == -signal.SIGKILL
    if moment != "between two tables":
        tables = {name: digest for name, digest in photograph(data).items() if not name.startswith(".")}
        assert tables == before
    # Nothing is late here, and a busy machine may be slow.
    assert refresh(make_run(data, patience=providers.Patience()), "openrouter").problem == ""
    assert photograph(data) == refreshed
    assert not (data / ".transaction").exists()
    assert not list(data.glob("snapshots/*/.*"))


def test_what_a_killed_run_had_read_is_used_though_the_provider_is_gone(data, provider, refreshed, parent):
    provider.replies[USAGE] = answer_usage
    assert run_killed(parent, data, "after the snapshot, before the tables") == -signal.SIGKILL
    provider.stop()
    outcome = refresh(make_run(data, offline=True), "openrouter")
    assert outcome.problem == "" and photograph(data) == refreshed


def test_two_at_once_do_not_mix(data, provider, refreshed):
    reached, go_on = threading.Event(), threading.Event()

    def answer(request):
        reached.set()
        go_on.wait(20)
        return answer_usage(request)

    provider.replies[USAGE] = answer
    slow = "from tests import providers\nproviders.IMPATIENT.__dict__.update(read=30.0, total=60.0)"
    first = run_child(data, slow)
    assert reached.wait(20)
    second = run_child(data)
    waiting = second.stderr.readline()
    assert f"process {first.pid}" in waiting and "waiting for it" in waiting
    go_on.set()
    printed = first.communicate()[0], second.communicate()[0]
    assert (first.returncode, second.returncode) == (0, 0)
    assert "rows added" in printed[0] and "no table was touched" in printed[1]
    assert photograph(data) == refreshed


def test_the_faults_are_many():
    assert len(FAULTS) >= 25


def test_a_key_never_goes_to_an_unencrypted_address(data, monkeypatch):
    monkeypatch.setenv("TOKENCHECK_OPENROUTER_URL", "http://mirror.example/api")
    monkeypatch.setenv("OPENROUTER_API_KEY", SECRET)
    outcome = refresh(make_run(data), "openrouter")
    assert "would travel unencrypted" in outcome.problem and SECRET not in outcome.problem


def test_a_key_is_neither_stored_nor_logged(data, provider, caplog, capfd):
    """The EIA's key travels in the address, and some providers echo the request."""
    caplog.set_level("DEBUG")
    page = make_sales_page(make_sales(["2026-05", "2026-06"]))
    page["request"] = {"params": {"api_key": SECRET}}
    provider.answer(SALES, json_reply(page))
    outcome = refresh(make_run(data), "eia")
    assert outcome.problem == ""
    assert provider.requests[0].query["api_key"] == [SECRET]
    stored = b"".join(
        gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
        for file in data.rglob("*")
        if file.is_file()
    )
    assert b"[key]" in stored
    shown = caplog.text + "".join(capfd.readouterr()) + "\n".join(outcome.describe())
    assert SECRET.encode() not in stored and SECRET not in shown


def test_a_password_in_an_address_is_sent_and_neither_stored_nor_shown(data, provider, monkeypatch, caplog, capfd):
    caplog.set_level("DEBUG")
    put_password(monkeypatch, "ecb")
    provider.answer(RATES, rates_reply(MONTHS))
    outcome = refresh(make_run(data), "ecb")
    assert outcome.problem == "" and any(outcome.changes)
    assert provider.requests[0].headers["Authorization"].startswith("Basic ")
    stored = b"".join(file.read_bytes() for file in data.rglob("*") if file.is_file() and file.suffix != ".gz")
    assert PASSWORD.encode() not in stored
    provider.answer(RATES, Reply(f"no {PASSWORD}".encode(), 404))
    refused = refresh(make_run(data), "ecb")
    assert "answered 404" in refused.problem
    for address in (
        "http://user:{}@mirror.example", "ftp://user:{}@mirror.example", "https://user:{}@mirror:port",
        "https://mirror.example/?api_key={}", "https://mirror.example/#token={}",
    ):  # fmt: skip
        monkeypatch.setenv("TOKENCHECK_ECB_URL", address.format(PASSWORD))
        refused = refresh(make_run(data), "ecb")
        assert "TOKENCHECK_ECB_URL" in refused.problem and PASSWORD not in refused.problem
    shown = caplog.text + "".join(capfd.readouterr()) + "\n".join([*outcome.describe(), *refused.describe()])
    assert PASSWORD not in shown


@pytest.mark.parametrize(
    ("proxy", "says"),
    [
        ("http://me:secret-word@127.0.0.1:9", "connection to the proxy http://127.0.0.1:9 failed"),
        ("nonsense://me:secret-word@127.0.0.1:9", "the proxy nonsense://127.0.0.1:9 is no address of a proxy"),
    ],
)
def test_a_proxy_that_fails_is_named_without_its_password(proxy, says, data, provider, monkeypatch):
    problem = refresh_through(proxy, data, monkeypatch)
    assert says in problem and KEPT in problem
    assert "secret-word" not in problem


def test_a_proxy_that_hangs_up_is_named(data, monkeypatch):
    def hang_up():
        with contextlib.suppress(OSError):  # closed at the end
            while True:
                server.accept()[0].close()

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=hang_up, daemon=True).start()
        proxy = f"http://127.0.0.1:{server.getsockname()[1]}"
        problem = refresh_through(proxy, data, monkeypatch)
        server.shutdown(socket.SHUT_RDWR)
    assert f"the connection to mirror.example, asked through the proxy {proxy}, failed" in problem


def refresh_through(proxy, data, monkeypatch) -> str:
    """Refresh through a proxy, and give what is wrong."""
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TOKENCHECK_ECB_URL", "http://mirror.example")
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, proxy)
    return refresh(make_run(data), "ecb").problem


def test_the_certificates_of_the_machine_are_trusted_beside_the_usual_ones(monkeypatch):
    """A proxy that signs what passes it has put its certificate there."""
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
    own = ssl.create_default_context().get_ca_certs(binary_form=True)
    usual = httpx.create_ssl_context(trust_env=False).get_ca_certs(binary_form=True)
    assert {*own, *usual} <= {*trust_machine.__wrapped__().get_ca_certs(binary_form=True)}


def test_a_day_without_the_rest_is_taken_with_a_warning(data, provider):
    rows = [row for row in make_days() if row["date"] != "2026-10-14" or row["model_permaslug"] != "other"]
    provider.answer(USAGE, json_reply(make_usage(rows)))
    outcome = refresh(make_run(data), "openrouter")
    assert outcome.problem == "" and keeps_the_contract(data)
    assert any("no row “other” on 2026-10-14" in warning for warning in outcome.warnings)


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES])
def test_a_folder_that_cannot_be_written_to_is_said_in_one_message(number, data, monkeypatch):
    def deny(*arguments, **options):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("tokencheck.evidence.store.FileLock.acquire", deny)
    with pytest.raises(UserError, match="cannot be written to.*nothing was changed"):
        refresh(make_run(data), "ecb")


def test_the_key_of_the_api_travels_in_a_header(data, provider):
    provider.answer(USAGE, GOOD)
    refresh(make_run(data), "openrouter")
    assert provider.requests[0].headers["Authorization"] == f"Bearer {SECRET}"
    assert SECRET not in json.dumps(provider.requests[0].query)


def test_exports_reach_back_thirty_days_each(data, provider, monkeypatch):
    monkeypatch.delenv("OPENROUTER_API_KEY")
    publish_exports(provider, date(2026, 11, 20), date(2026, 10, 21), date(2026, 9, 21))
    provider.requests.clear()
    run = make_run(data, now=providers.datetime(2026, 11, 20, 6, tzinfo=providers.UTC))
    outcome = refresh(run, "openrouter")
    assert outcome.problem == "" and keeps_the_contract(data)
    files = [request.path.rsplit("/", 1)[-1] for request in provider.requests if request.path.endswith(".csv")]
    assert files == ["2026-11-20.csv", "2026-10-21.csv"]
    record = json.loads((data / "provenance" / "usage_labs_daily.json").read_text())
    assert record["missing_days"] == ["2025-06-15", "2025-07-15"]


def test_a_gap_between_exports_is_named_with_the_remedy(data, provider, monkeypatch):
    monkeypatch.delenv("OPENROUTER_API_KEY")
    publish_exports(provider, date(2026, 11, 20))
    run = make_run(data, now=providers.datetime(2026, 11, 20, 6, tzinfo=providers.UTC))
    outcome = refresh(run, "openrouter")
    text = "\n".join(outcome.warnings)
    assert outcome.problem == ""
    assert "no rows for 2026-10-03 to 2026-10-20" in text and "OPENROUTER_API_KEY" in text
