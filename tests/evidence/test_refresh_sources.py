"""The parsers of the providers' answers: on small stored ones in their documented shapes, and on anything at all."""

import contextlib
import json
import os
from datetime import date
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import providers
from tests.providers import NOW, copy_data, find_baseline, find_sample, make_run
from tokencheck import paths
from tokencheck.errors import UserError
from tokencheck.evidence.refresh import list_sources
from tokencheck.evidence.refresh.client import Answer
from tokencheck.evidence.refresh.snapshots import Snapshot
from tokencheck.evidence.refresh.source import Book
from tokencheck.evidence.refresh.sources import modelsdev
from tokencheck.evidence.refresh.sources.eurostat import PLACES
from tokencheck.measures.electricity import take_eu_prices

BOOK = Book(find_baseline())
# The tests send the same examples each time; `make bench` sends many, and others each time.
AT_LENGTH = os.environ.get("TOKENCHECK_FUZZ_EXAMPLES")
EXAMPLES = int(AT_LENGTH or 40)

SAMPLES = {name: find_sample(name) for name in sorted(list_sources())}
SINCE, UNTIL = date(2025, 7, 1), date(2026, 10, 14)
ASKED = {"openrouter": (date(2026, 10, 13), UNTIL)}


def make_answer(content: bytes, name: str) -> Answer:
    kind = "text/csv" if name.endswith(".csv") else "application/json"
    return Answer(f"https://provider.example/{name}", content, NOW, content_type=kind)


def make_snapshot(source: str, *answers: Answer) -> Snapshot:
    since, until = ASKED.get(source, (SINCE, NOW.date()))
    return Snapshot(source, answers, since, until)


def read_stored(source: str, *names: str) -> Snapshot:
    files = [providers.SAMPLES / name for name in names] or [SAMPLES[source]]
    answers = [make_answer(file.read_bytes(), file.name) for file in files]
    return make_snapshot(source, *answers)


def make_source(name: str, **options):
    return list_sources()[name](BOOK, **options)


# ---------------------------------------------------------------------------------------- answers as documented


def test_usage_of_the_api():
    usage = make_source("openrouter").parse(read_stored("openrouter"))
    assert usage.as_of == "2026-10-15T05:59:00Z"
    assert usage.days[date(2026, 10, 13)] == {
        "anthropic/claude-opus-5.5-20260921": 900,
        "deepseek/deepseek-v4-flash-20260731:free": 800,
        "other": 300,
    }
    assert usage.days[UNTIL]["other"] == 9007199254740993  # more than a floating-point number holds


def test_usage_of_an_export():
    snapshot = read_stored("openrouter", "openrouter-manifest.json", "openrouter-export.csv")
    usage = make_source("openrouter").parse(snapshot)
    assert usage.as_of == "2026-10-15T01:46:00Z"
    assert usage.days[UNTIL] == {"stealth/space-bunny-alpha": 1000, "other": 1000}


def test_usage_is_added_up_by_developer():
    made = make_source("openrouter", accept_jumps=True).ingest(read_stored("openrouter"))
    rows = {(row["date"], row["lab"]): row for row in made.updates[0].rows if row["source_id"] == "OPENROUTER"}
    assert rows["2026-10-13", "DeepSeek"]["tokens"] == "800"
    assert rows["2026-10-14", "Stealth (unlabelled)"]["tokens"] == "1000"
    assert made.about.credit == (
        "Source: OpenRouter (openrouter.ai/rankings), as of 2026-10-15T05:59:00Z. Licensed under CC BY 4.0."
    )


def test_catalogue_in_dollars_per_million():
    source = make_source("openrouter-prices")
    catalogue = source.parse(read_stored("openrouter-prices"))
    assert set(catalogue) == {"anthropic/claude-test-5", "qwen/qwen-test:free"}  # a router has no price of its own
    claude, qwen = catalogue["anthropic/claude-test-5"], catalogue["qwen/qwen-test:free"]
    names = ("input_usd_per_mtok", "output_usd_per_mtok", "cache_read_usd_per_mtok", "context_length")
    assert [claude[name] for name in names] == ["5", "25", "0.5", "1000000"]
    assert [qwen[name] for name in names] == ["0", "0", "", "262144"]
    assert claude["listed"] == date(2026, 9, 21)


def test_rates_and_their_quotient():
    source = make_source("ecb")
    snapshot = read_stored("ecb")
    assert source.parse(snapshot)["2026-08"] == {"CNY": Decimal("7.8"), "USD": Decimal("1.17")}
    rows = {(row["period"], row["pair"]): row for row in source.ingest(snapshot).updates[0].rows}
    assert rows["2026-08", "USD/CNY"]["rate"] == "6.6666667"
    assert rows["2026-09", "EUR/CNY"]["rate"] == "7.9"
    assert ("2026-10", "EUR/USD") not in rows  # the month is not over
    assert rows["2026-06", "USD/CNY"]["source_id"] == "FX1"


def test_months_quarters_and_years_of_sales():
    source = make_source("eia")
    rows = {
        (row["period"], row["state"], row["sector"]): row["price_usd_per_kwh"]
        for row in source.ingest(read_stored("eia")).updates[0].rows
        if row["source_id"] == "EIA"
    }
    assert rows == {
        ("2026-04", "US", "industrial"): "0.08",
        ("2026-05", "US", "industrial"): "0.09",
        ("2026-06", "US", "industrial"): "0.1",
        ("2026-Q2", "US", "industrial"): "0.09",  # 360 over 4,000
    }


def test_a_quarter_weighs_its_months_by_sales():
    node = json.loads((providers.SAMPLES / "eia.json").read_text())
    node["response"]["data"][0] |= {"revenue": "800", "sales": "10000"}
    snapshot = make_snapshot("eia", make_answer(json.dumps(node).encode(), "eia.json"))
    rows = make_source("eia").ingest(snapshot).updates[0].rows
    quarter = next(row for row in rows if row["period"] == "2026-Q2" and row["source_id"] == "EIA")
    assert quarter["price_usd_per_kwh"] == "0.08308"  # 1,080 over 13,000


def test_the_cube_of_prices():
    prices = make_source("eurostat").parse(read_stored("eurostat"))
    assert [(one.period, one.geo, one.band, one.tax, str(one.value), one.flag) for one in prices] == [
        ("2025-S2", "EU27", "IC", "X_VAT", "0.2", ""),
        ("2026-S1", "EU27", "IC", "X_VAT", "0.21", "p"),
        ("2025-S2", "Germany", "IC", "X_VAT", "0.15", ""),
        ("2026-S1", "France", "IC", "X_VAT", "0.1", ""),
    ]


def widen(node: dict, name: str, codes: list[str]) -> dict:
    """Give a dimension of a cube other codes, new or not, with a value for each."""
    node = node | {"dimension": node["dimension"] | {name: {"category": {"index": codes}}}}
    if name not in node["id"]:
        node |= {"id": [*node["id"], name], "size": [*node["size"], 1]}
    node["size"] = [len(codes) if one == name else size for one, size in zip(node["id"], node["size"], strict=True)]
    return node | {"value": {"0": 0.19, "1": 0.57}}


@pytest.mark.parametrize("name", ["customs", "freq", "product", "unit", "currency"])
def test_a_second_code_of_any_dimension_is_refused_by_name(name):
    node = widen(providers.make_cube(("2026-S1",)), name, ["A", "B"])
    snapshot = make_snapshot("eurostat", make_answer(json.dumps(node).encode(), "cube.json"))
    with pytest.raises(UserError, match=f"dimension {name} has 2 codes"):
        make_source("eurostat").parse(snapshot)


def test_another_frequency_alone_is_refused_too():
    node = widen(providers.make_cube(("2026-S1",)), "freq", ["A"])
    snapshot = make_snapshot("eurostat", make_answer(json.dumps(node).encode(), "cube.json"))
    with pytest.raises(UserError, match="dimension freq holds A"):
        make_source("eurostat").parse(snapshot)


def test_a_country_has_one_name_and_its_reading_moves_with_a_restatement():
    """Synthetic: restated prices of Germany come before those of a copy, in the table and in the reading."""
    book = Book(find_baseline())
    node = providers.make_cube(("2025-S2",))
    snapshot = make_snapshot("eurostat", make_answer(json.dumps(node).encode(), "cube.json"))
    made = list_sources()["eurostat"](book, accept_jumps=True).ingest(snapshot)
    rows = made.updates[0].rows
    assert {row["geo"] for row in rows if row["source_id"] == "ESTAT"} == {"EU27", "Germany", "France"}
    assert not {row["geo"] for row in rows} & set(PLACES)
    frame = pd.DataFrame(rows).astype({"price_eur_per_kwh": float})
    restated = take_eu_prices({"electricity_eu": frame}, "IC", "X_VAT", "2025-S2")
    assert restated.loc["Germany", ["price_eur_per_kwh", "source_id"]].tolist() == [node["value"]["7"], "ESTAT"]


def test_price_lists_of_vendors():
    lists = make_source("modelsdev").parse(read_stored("modelsdev"))
    assert set(lists) == {("openai", "gpt-test"), ("google", "gemini-test")}
    gpt, gemini = lists["openai", "gpt-test"], lists["google", "gemini-test"]
    assert (gpt["input_usd_per_mtok"], gpt["cache_read_usd_per_mtok"], gpt["cache_write_usd_per_mtok"]) == (
        "2.5",
        "0.25",
        "",
    )
    assert (gpt["input_long_usd_per_mtok"], gpt["long_prompt_from_tokens"]) == ("5", "272000")
    assert (gemini["output_long_usd_per_mtok"], gemini["long_prompt_from_tokens"]) == ("18", "200000")
    assert (gpt["open_weights"], gpt["release_date"], gpt["context_length"]) == ("false", "2026-09-01", "400000")


LONG = {"input": 5, "output": 22.5}


@pytest.mark.parametrize(
    ("cost", "long"),
    [
        ({"tiers": [{"tier": {"type": "context", "size": 272_000}, **LONG}]}, ("5", "22.5", "272000")),
        ({"tiers": [{"tier": {"size": 272_000}, **LONG}]}, ("5", "22.5", "272000")),
        ({"tiers": [{"tier": {"size": 512_000}, "input": 9, "output": 30}, {"tier": {"size": 128_000}, **LONG}]},
         ("5", "22.5", "128000")),
        ({"tiers": [{"tier": {"size": 272_000}, **LONG}], "context_over_200k": {"input": 9, "output": 30}},
         ("5", "22.5", "272000")),
        ({"context_over_200k": LONG}, ("5", "22.5", "200000")),
        ({"context_over_200k": None, "tiers": []}, ("", "", "")),
        ({"tiers": [{"tier": {"type": "batch", "size": 1}, **LONG}]}, ("", "", "")),
    ],
)  # fmt: skip
def test_every_documented_form_of_a_tier_is_read(cost, long):
    """Synthetic: one model, its prices of long prompts written in each way."""
    node = {"openai": {"models": {"m": {"cost": {"input": 2.5, "output": 15, **cost}}}}}
    source = make_source("modelsdev")
    lists = source.parse(make_snapshot("modelsdev", make_answer(json.dumps(node).encode(), "api.json")))
    assert tuple(lists["openai", "m"][name] for name in modelsdev.LONG) == long
    assert any("by 'batch' are not used" in one for one in source.warnings) == ("batch" in str(cost))


@pytest.mark.parametrize("name", SAMPLES)
def test_every_source_says_who_what_and_under_which_terms(name):
    source = list_sources()[name]
    made = make_source(name, accept_jumps=True).ingest(read_stored(name))
    assert made.about.rows > 0 and made.about.as_of and made.about.licence and made.about.credit
    (row,) = made.sources
    assert row["grade"] in "AB" and row["url"].startswith("https://") and made.updates
    assert {update.table for update in made.updates} <= set(source.tables)
    described = {resource["name"] for resource in json.loads(paths.DATAPACKAGE.read_text())["resources"]}
    assert set(source.tables) <= described
    for update in made.updates:
        (upstream,) = update.upstream
        assert upstream["sha256"] and upstream["source_id"] == row["source_id"]


def test_a_new_source_is_one_module(tmp_path, monkeypatch):
    """A module that appears in the folder of sources is found, run and ingested; nothing else lists sources."""
    from tokencheck.evidence.refresh import sources

    (tmp_path / "weekly.py").write_text(
        """
from tokencheck.evidence.refresh.snapshots import Snapshot
from tokencheck.evidence.refresh.source import Source
from tokencheck.evidence.refresh.client import read_json_answer

class Weekly(Source):
    name, tables, base = "weekly", ("usage_weekly_totals",), "http://127.0.0.1"
    source_id, producer, title, page = "WEEKLY", "A test", "Weeks", "https://weekly.example/"
    licence, credit, processing = "none", "A test, as of {as_of}.", "Rows of `WEEKLY` are synthetic."

    def fetch(self, since, until, client):
        return Snapshot(self.name, (client.get_json("/weeks"),), since, until)

    def ingest(self, snapshot):
        weeks = read_json_answer(snapshot.answers[0], self.name)
        rows = [{"week_start": week, "tokens": str(n), "source_id": self.source_id} for week, n in weeks.items()]
        joined = self.join("usage_weekly_totals", rows)
        return self.finish([self.update("usage_weekly_totals", joined, snapshot, "now")], snapshot, "now", len(rows))
"""
    )
    monkeypatch.setattr(sources, "__path__", [*sources.__path__, str(tmp_path)])
    data = copy_data(tmp_path / "project")
    with providers.serve() as server:
        monkeypatch.setenv("TOKENCHECK_WEEKLY_URL", server.url)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        server.answer("/weeks", providers.json_reply({"2026-05-04": 7}))
        (outcome,) = make_run(data).refresh(["weekly"])
    assert outcome.problem == ""
    assert outcome.changes[0].added == (("2026-05-04",),)
    record = json.loads((data / "provenance" / "usage_weekly_totals.json").read_text())
    assert record["processing"].endswith("Rows of `WEEKLY` are synthetic.")


# ---------------------------------------------------------------------------------------------- anything at all

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


def walk(node, path=()):
    """List the paths of all values in a JSON document."""
    yield path
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, inner in items:
        yield from walk(inner, (*path, key))


def put(node, path, value):
    if not path:
        return value
    changed = dict(node) if isinstance(node, dict) else list(node)
    changed[path[0]] = put(node[path[0]], path[1:], value)
    return changed


def take(name: str, *answers: Answer) -> None:
    """Ingest answers: it works, or it says in words for people what is wrong; nothing else may happen."""
    source = make_source(name)
    try:
        made = source.ingest(make_snapshot(name, *answers))
    except UserError as problem:
        assert str(problem).startswith(f"{name}: ") and "The tables stay as they were." in str(problem)
        return
    assert made.about.rows >= 0


FUZZ = settings(
    max_examples=EXAMPLES, derandomize=not AT_LENGTH, database=None, deadline=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


@pytest.mark.parametrize("name", SAMPLES)
def test_any_bytes_are_taken_or_refused_in_words(name):
    stored = SAMPLES[name].read_bytes()

    @FUZZ
    @given(st.binary(max_size=60), st.integers(0, len(stored)), st.integers(0, 40))
    def fuzz(piece, start, removed):
        take(name, make_answer(stored[:start] + piece + stored[start + removed :], SAMPLES[name].name))
        take(name, make_answer(piece, SAMPLES[name].name))

    fuzz()


@pytest.mark.parametrize("name", [name for name, file in SAMPLES.items() if file.suffix == ".json"])
def test_any_json_in_any_place_is_taken_or_refused_in_words(name):
    stored = json.loads(SAMPLES[name].read_text())
    places = list(walk(stored))

    @FUZZ
    @given(st.sampled_from(places), JSON)
    def fuzz(place, value):
        take(name, make_answer(json.dumps(put(stored, place, value)).encode(), SAMPLES[name].name))

    fuzz()


CELLS = st.text(max_size=12) | st.integers().map(str) | st.sampled_from(["", "NaN", "1e999", "-1", "2026-13", "٣"])


@pytest.mark.parametrize("name", ["ecb", "openrouter"])
def test_any_cell_of_a_csv_is_taken_or_refused_in_words(name):
    file = "ecb.csv" if name == "ecb" else "openrouter-export.csv"
    lines = (providers.SAMPLES / file).read_bytes().decode().split("\r\n")
    before = (
        [make_answer((providers.SAMPLES / "openrouter-manifest.json").read_bytes(), "m.json")]
        if name == "openrouter"
        else []
    )

    @FUZZ
    @given(st.integers(0, len(lines) - 2), st.integers(0, 6), CELLS)
    def fuzz(line, column, cell):
        cells = lines[line].split(",")
        with contextlib.suppress(IndexError):
            cells[column] = cell
        text = "\r\n".join([*lines[:line], ",".join(cells), *lines[line + 1 :]])
        take(name, *before, make_answer(text.encode("utf-8", "surrogatepass"), file))

    fuzz()


# ------------------------------------------------------------------------------------------------ withdrawn rows

# What a provider does to its sample that withdraws a month or half-year: the figure is empty, null or left out.
WITHDRAWALS = {
    "ecb": (",2026-09,7.9,", ",2026-09,,"),
    "eia": ('"price": "9.00",\n        "revenue": "180"', '"price": null,\n        "revenue": null'),
    "eurostat": ('"1": 0.21,', ""),
}


def ingest_as(source, book, content):
    made = list_sources()[source](book)
    ingested = made.ingest(make_snapshot(source, make_answer(content.encode(), SAMPLES[source].name)))
    own = [row for row in ingested.updates[0].rows if row["source_id"] == made.source_id]
    book.take(ingested.updates)
    return own, made.warnings


@pytest.mark.parametrize("source", sorted(WITHDRAWALS))
def test_what_the_provider_withdraws_leaves_the_table_and_is_named(source):
    book, content = Book(find_baseline()), SAMPLES[source].read_text(encoding="utf-8")
    old, new = WITHDRAWALS[source]
    assert old in content
    before, _ = ingest_as(source, book, content)
    after, warnings = ingest_as(source, book, content.replace(old, new))
    assert 0 < len(before) - len(after) < len(before)
    assert "the provider has withdrawn" in warnings[-1]


def test_an_answer_without_most_rows_is_refused(monkeypatch):
    book, content = Book(find_baseline()), json.loads(SAMPLES["eurostat"].read_text(encoding="utf-8"))
    ingest_as("eurostat", book, json.dumps(content))
    content["value"] = {"0": 0.2}
    with pytest.raises(UserError, match=r"3 of 4 rows of electricity_eu are no longer in the answer.*--accept-jumps"):
        ingest_as("eurostat", book, json.dumps(content))
