"""A refresh from end to end, over real HTTP on loopback: tables, records, snapshots, and what the user is told."""

import gzip
import hashlib
import json
import re
import shutil
import subprocess
import sys
from datetime import date, timedelta
from functools import partial

import pytest

from tests import providers
from tests.providers import (
    CUBE,
    LISTS,
    MONTHS,
    NOW,
    PRICES,
    RATES,
    SALES,
    SECRET,
    USAGE,
    YESTERDAY,
    answer_usage,
    copy_data,
    find_baseline,
    gzip_reply,
    json_reply,
    make_catalogue,
    make_cube,
    make_days,
    make_lists,
    make_run,
    make_sales,
    make_sales_page,
    make_usage,
    photograph,
    publish_exports,
    rates_reply,
)
from tokencheck import cli, paths
from tokencheck.evidence import refresh, store
from tokencheck.evidence.refresh import list_sources, read_secret, snapshots
from tokencheck.evidence.rows import read_texts
from tokencheck.evidence.tables import Tables, read_all
from tokencheck.results import read_bytes

ALL = sorted(list_sources())
# What `behave` answers as of the day of the tests; every other source is answered with its sample.
ANSWERED = ("ecb", "eia", "eurostat", "modelsdev", "openrouter", "openrouter-prices")


@pytest.fixture(scope="module")
def server():
    with providers.serve() as one:
        yield one


def behave(server: providers.Provider) -> None:
    """Give every provider a good answer with an ETag."""
    server.replies.clear()
    server.requests.clear()
    publish_exports(server)
    server.answer(PRICES, json_reply({"data": make_changed_catalogue()}))
    server.answer(LISTS, gzip_reply(json_reply(make_changed_lists())))
    server.answer(RATES, rates_reply(MONTHS))
    server.answer(CUBE, json_reply(make_cube()))
    months = [f"2025-{month:02d}" for month in range(1, 13)]
    server.answer(SALES, json_reply(make_sales_page(make_sales(months))))
    for replies in server.replies.values():
        for reply in replies:
            reply.headers["ETag"] = f'"{hashlib.sha256(reply.body).hexdigest()[:8]}"'


def set_addresses(patch: pytest.MonkeyPatch, server: providers.Provider) -> None:
    for name, source in list_sources().items():
        patch.setenv(source.variable(), server.url if name in ANSWERED else f"{server.url}/{name}")
    patch.setenv("NO_PROXY", "127.0.0.1")
    patch.delenv("OPENROUTER_API_KEY", raising=False)
    patch.setenv("EIA_API_KEY", SECRET)


@pytest.fixture
def provider(server, monkeypatch):
    set_addresses(monkeypatch, server)
    behave(server)
    return server


@pytest.fixture(scope="module")
def once(server, tmp_path_factory):
    """All sources refreshed once; tests work on copies."""
    data = copy_data(tmp_path_factory.mktemp("once"))
    with pytest.MonkeyPatch.context() as patch:
        set_addresses(patch, server)
        behave(server)
        outcomes = {outcome.name: outcome for outcome in make_run(data).refresh()}
    assert {name: outcome.problem for name, outcome in outcomes.items()} == dict.fromkeys(ALL, "")
    return data, outcomes


def make_changed_catalogue() -> list:
    """One price changed, one model gone, one new, one router."""
    entries = make_catalogue()
    entries[0]["pricing"]["prompt"] = "0.00000123"
    new = entries[2] | {"id": "newlab/model-1:free", "canonical_slug": "newlab/model-1-20261001",
                        "hugging_face_id": "newlab/Model-1", "name": "New Lab: Model 1 (free)"}  # fmt: skip
    router = entries[2] | {"id": "openrouter/auto", "pricing": {"prompt": "-1", "completion": "-1"}}
    return [entries[0], *entries[2:], new, router]


def make_changed_lists() -> dict:
    node = make_lists()
    node["openai"]["models"]["gpt-5"]["cost"]["input"] = 1.3
    node["openai"]["models"]["gpt-9"] = {"cost": {"input": 1, "output": 9}, "release_date": "2026-10"}
    return node


@pytest.fixture
def refreshed(once, provider, tmp_path):
    data = tmp_path / "data"
    shutil.copytree(once[0], data)
    return data, once[1]


def test_all_sources_together_keep_contract_and_records(refreshed):
    data, outcomes = refreshed
    assert read_all(data)[1] == []
    for record_file in (data / "provenance").glob("*.json"):
        record = json.loads(record_file.read_text())
        content = read_bytes(data.parent / record["table"])
        assert record["sha256"] == hashlib.sha256(content).hexdigest(), record_file.name
    fed = {table for source in list_sources().values() for table in source.tables}
    used = {row["source_id"] for table in fed for row in read_texts(table, data)}
    new = {source.source_id for source in list_sources().values()}
    assert new <= used & {row["source_id"] for row in read_texts("sources", data)}
    for outcome in outcomes.values():
        assert any(outcome.changes) and outcome.received > 0


def test_the_data_tests_of_the_project_pass_on_refreshed_tables(refreshed, monkeypatch):
    from tests.evidence import test_data
    from tokencheck.evidence import consistency

    data, _ = refreshed
    for name, path in {"DATA": data, "TABLES": data / "tables"}.items():
        monkeypatch.setattr(paths, name, path)
    monkeypatch.setattr(paths, "DATAPACKAGE", data / "datapackage.json")
    tables = Tables(data=data)
    checks = [name for name in dir(test_data) if name.startswith("test_")]
    for name in checks:
        check = getattr(test_data, name)
        wanted = check.__code__.co_varnames[: check.__code__.co_argcount]
        if wanted == ("tables",):
            check(tables)
        elif wanted == () and name != "test_frictionless_finds_no_fault":
            check()
    evidence = consistency.examine(data)
    assert evidence.problems + consistency.check_form(evidence) == []


def test_the_last_week_moves(refreshed):
    from tokencheck.measures.usage import read_window

    data, _ = refreshed
    tables = Tables(data=data)
    week = read_window(tables, "last complete week")
    assert (week.start.date(), week.end.date()) == (date(2026, 10, 5), date(2026, 10, 11))


def test_usage_adds_up_day_by_day(refreshed):
    data, _ = refreshed
    day = YESTERDAY.isoformat()
    labs = {row["lab"]: int(row["tokens"]) for row in read_texts("usage_labs_daily", data) if row["date"] == day}
    models = [row for row in read_texts("usage_daily", data) if row["date"] == day]
    assert sum(labs.values()) == sum(int(row["tokens"]) for row in models)
    assert len(models) == 51


def test_the_ledger_gets_what_changed_and_nothing_else(refreshed):
    data, outcomes = refreshed
    new = [row for row in read_texts("price_changes", data) if row["source_id"] == "OPENROUTER-PRICES"]
    first, second, *_ = make_catalogue()
    assert {(row["model"], row["event"]) for row in new} == {
        (first["id"], "changed"), (second["id"], "delisted"), ("newlab/model-1:free", "listed"),
    }  # fmt: skip
    assert {row["snapshot_utc"] for row in new} == {"2026-10-15T06:00Z"}
    models = {row["model"]: row for row in read_texts("models", data)}
    added = models["newlab/model-1:free"]
    assert (added["developer"], added["developer_country"], added["variant"]) == ("newlab", "", "free")
    assert (added["open_weights"], added["first_seen_openrouter"]) == ("true", "2026-10-15")
    assert models[first["id"]]["last_seen_openrouter"] == "2026-10-15"
    assert models[second["id"]]["last_seen_openrouter"] < "2026-10-15"
    assert any("newlab" in warning and "not known" in warning for warning in outcomes["openrouter-prices"].warnings)


def test_vendors_lists_get_what_changed(refreshed):
    data, _ = refreshed
    new = [row for row in read_texts("vendor_prices", data) if row["source_id"] == "MODELSDEV-API"]
    assert [(row["date"], row["vendor_model_id"], row["input_usd_per_mtok"]) for row in new] == [
        ("2026-10-15", "gpt-5", "1.3"), ("2026-10-15", "gpt-9", "1"),
    ]  # fmt: skip


def test_rates_fill_only_the_months_that_lack(refreshed):
    data, _ = refreshed
    rows = read_texts("exchange_rates", data)
    assert {row["period"] for row in rows if row["source_id"] == "ECB"} == {"2026-07", "2026-08", "2026-09"}
    assert {row["source_id"] for row in rows if row["period"] == "2026-06"} == {"FX1"}


def test_the_original_comes_before_its_copies(refreshed):
    from tokencheck.measures.electricity import take_eu_prices, take_us_prices

    data, _ = refreshed
    tables = Tables(data=data)
    assert take_us_prices(tables, "industrial", "2025").loc["US", "source_id"] == "EIA"
    assert take_eu_prices(tables, "IC", "X_VAT", "2025-S2").loc["EU27", "source_id"] == "ESTAT"


# ------------------------------------------------------------------------------------- nothing new, and again offline


def test_a_second_run_transfers_no_body_and_touches_nothing(refreshed, provider):
    data, _ = refreshed
    before, stored = photograph(data), sorted(data.glob("snapshots/*/*"))
    times = {file: file.stat().st_mtime_ns for file in data.rglob("*") if file.is_file() and file.name != ".lock"}
    provider.requests.clear()
    for outcome in make_run(data).refresh():
        assert (outcome.problem, outcome.received, any(outcome.changes)) == ("", 0, False)
        assert "nothing is new; no table was touched" in "\n".join(outcome.describe())
    assert provider.requests and all("If-None-Match" in request.headers for request in provider.requests)
    assert photograph(data) == before and sorted(data.glob("snapshots/*/*")) == stored
    assert {file: file.stat().st_mtime_ns for file in times} == times


def test_offline_rebuilds_the_same_tables_from_snapshots(refreshed, provider, tmp_path):
    data, _ = refreshed
    provider.replies.clear()
    other = copy_data(tmp_path / "other")
    (data / "snapshots").rename(other / "snapshots")
    for outcome in make_run(other, offline=True).refresh():
        assert outcome.problem == "" and any(outcome.changes)
    assert photograph(other) == photograph(data)


def test_offline_without_snapshots_says_so(tmp_path):
    (outcome,) = make_run(copy_data(tmp_path), offline=True).refresh(["ecb"])
    assert "no snapshot of it yet" in outcome.skipped


def test_several_snapshots_are_replayed_in_order(provider, tmp_path, monkeypatch):
    monkeypatch.setenv("OPENROUTER_API_KEY", SECRET)
    data = copy_data(tmp_path)
    provider.replies[USAGE] = answer_usage
    list(make_run(data).refresh(["openrouter"]))
    rows = [row | {"total_tokens": str(int(row["total_tokens"]) + 1)} for row in make_days(date(2026, 10, 8))]
    provider.answer(USAGE, json_reply(make_usage(rows)))
    (outcome,) = make_run(data, now=NOW + timedelta(hours=3)).refresh(["openrouter"])
    assert any(outcome.changes)
    other = copy_data(tmp_path / "other")
    (data / "snapshots").rename(other / "snapshots")
    list(make_run(other, offline=True).refresh(["openrouter"]))
    assert photograph(other) == photograph(data)


def test_a_dry_run_writes_nothing_and_says_what_it_would(provider, tmp_path):
    data = copy_data(tmp_path)
    before = photograph(data)
    for outcome in make_run(data, dry_run=True).refresh():
        assert outcome.problem == "" and any(outcome.changes)
    assert photograph(data) == before and not (data / "snapshots").exists()


# -------------------------------------------------------------------------------------------------------- snapshots


def test_a_snapshot_is_the_original_bytes_and_tells_its_origin(refreshed):
    data, _ = refreshed
    (folder,) = snapshots.list_folders("openrouter-prices", data)
    record = json.loads((folder / "record.json").read_text())
    content = gzip.decompress((folder / record["parts"][0]["file"]).read_bytes())
    assert content == json.dumps({"data": make_changed_catalogue()}).encode()
    assert (record["sha256"], record["bytes"]) == (hashlib.sha256(content).hexdigest(), len(content))
    assert record["rows"] == len(make_changed_catalogue()) - 1  # the router has no price
    assert record["retrieved_at"] == "2026-10-15T06:00:00Z" and record["as_of"] == "2026-10-15"
    for name in ("producer", "title", "url", "licence", "credit"):
        assert record[name], name
    table = json.loads((data / "provenance" / "price_changes.json").read_text())
    assert table["upstream"][-1]["file"] == f"data/snapshots/openrouter-prices/{folder.name}/record.json"


def test_an_altered_snapshot_is_refused(refreshed):
    data, _ = refreshed
    (folder,) = snapshots.list_folders("ecb", data)
    (folder / "000.csv.gz").write_bytes(gzip.compress(b"other"))
    (outcome,) = make_run(data, offline=True).refresh(["ecb"])
    assert "is not as it was stored" in outcome.problem and "git checkout" in outcome.problem


# --------------------------------------------------------------------------------------------------- keys, addresses


def test_keys_come_from_the_environment_or_the_file(tmp_path, monkeypatch):
    file = tmp_path / ".env"
    file.write_text("\ufeffFIRST_KEY=after a mark\n# keys\nOTHER_KEY=x\nexport TEST_KEY='from the file'\n", "utf-8")
    assert read_secret("FIRST_KEY", file) == "after a mark"
    monkeypatch.delenv("TEST_KEY", raising=False)
    assert read_secret("TEST_KEY", file) == "from the file"
    monkeypatch.setenv("TEST_KEY", "from the environment")
    assert read_secret("TEST_KEY", file) == "from the environment"
    assert read_secret("ABSENT_KEY", file) is None


def test_git_ignores_the_file_of_keys():
    assert ".env" in (paths.ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_a_missing_key_is_named_with_where_to_get_one(provider, tmp_path, monkeypatch):
    monkeypatch.delenv("EIA_API_KEY")
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    data = copy_data(tmp_path)
    skipped = {outcome.name: outcome for outcome in make_run(data).refresh()}["eia"]
    assert "EIA_API_KEY" in skipped.skipped and "eia.gov/opendata/register" in skipped.skipped
    (named,) = make_run(data).refresh(["eia"])
    assert "EIA_API_KEY" in named.problem


def test_the_user_agent_names_project_and_contact(provider, tmp_path, monkeypatch):
    monkeypatch.setenv("TOKENCHECK_CONTACT", "mailto:someone@check.test")
    list(make_run(copy_data(tmp_path)).refresh(["ecb"]))
    agent = provider.requests[0].headers["User-Agent"]
    assert agent.startswith("tokencheck/") and "mailto:someone@check.test" in agent


def test_a_bar_moves_with_the_bytes(provider):
    moved = []

    class Bar:
        def __init__(self, total):
            moved.append(total)

        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

        def update(self, count):
            moved.append(count)

    client = refresh.Client(provider.url, "ecb", "TOKENCHECK_ECB_URL", bar=Bar)
    answer = client.get(RATES)
    assert moved[0] == len(answer.content) == sum(moved[1:])


def test_a_broken_table_is_named_and_not_overwritten(provider, tmp_path):
    data = copy_data(tmp_path)
    table = data / "tables" / "exchange_rates.csv"
    text = table.read_text()
    table.write_text(text.replace(",7.87791,", ",much,"))
    before = photograph(data)
    (outcome,) = make_run(data).refresh(["ecb"])
    assert re.search(r"data/tables/exchange_rates\.csv, row \d+, column rate: “much”", outcome.problem)
    table.write_text(text.replace("period,pair", "month,pair"))
    (outcome,) = make_run(data).refresh(["ecb"])
    assert "column period is missing" in outcome.problem
    table.write_text(text.replace(",7.87791,", ",much,"))
    assert photograph(data) == before


# --------------------------------------------------------------------------------------------------- the command line


def test_the_command_can_be_stopped(command, monkeypatch, capsys):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(refresh.Client, "get", stop)
    before = photograph(command)
    assert cli.main(["refresh", "ecb"]) == 130
    assert "Nothing is half-written" in capsys.readouterr().err
    assert photograph(command) == before


@pytest.fixture
def command(provider, tmp_path, monkeypatch):
    data = copy_data(tmp_path)
    for name, path in {"DATA": data, "TABLES": data / "tables", "DATAPACKAGE": data / "datapackage.json"}.items():
        monkeypatch.setattr(paths, name, path)
    client = partial(refresh.Client, now=lambda: NOW, sleep=lambda seconds: None)
    monkeypatch.setattr(refresh, "Run", partial(refresh.Run, client=client, patience=providers.IMPATIENT))
    return data


def test_the_command_says_what_changed_and_what_is_next(command, capsys):
    assert cli.main(["refresh", "ecb"]) == 0
    printed = capsys.readouterr().out
    assert "exchange_rates: 9 rows added (2026-07 to 2026-09), 0 changed, 0 vanished" in printed
    assert "Next: make edition" in printed
    assert cli.main(["refresh", "ecb"]) == 0
    assert "No table has changed." in capsys.readouterr().out


def test_the_command_asks_for_the_days_it_was_given(command, provider, capsys):
    assert cli.main(["refresh", "ecb", "--since", "2026-06", "--until", "2026-09-30", "--dry-run"]) == 0
    assert provider.requests[0].query["startPeriod"] == ["2026-06"]
    assert provider.requests[0].query["endPeriod"] == ["2026-09"]
    assert "dry run" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nowhere"], "There is no source “nowhere”; the sources are ecb, eia,"),
        (["ecb", "--since", "2026-09-01", "--until", "2026-08-01"], "is after --until"),
        (["ecb", "--since", "soon"], "“soon” is not a period"),
        (["ecb", "--since", "2026-02-30"], "a day that exists"),
        (["ecb", "--offline", "--since", "2026-08-01"], "leave out --since and --until"),
        (["openrouter", "--until", "2024-12-31"], "there are no complete days"),
    ],
)
def test_the_command_refuses_what_makes_no_sense(command, capsys, arguments, says):
    assert cli.main(["refresh", *arguments]) == 1
    assert says in capsys.readouterr().err


def test_the_command_fails_when_a_source_does(command, provider, capsys):
    provider.answer(RATES, providers.Reply(status=404))
    assert cli.main(["refresh", "ecb"]) == 1
    captured = capsys.readouterr()
    assert "answered 404" in captured.err and "No table has changed." in captured.out


def test_the_command_starts_without_the_client():
    """Reading a claim must not pay for what fetches."""
    code = "import sys; from tokencheck.cli import main; main(['claim', 'C05']); print('httpx' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=paths.ROOT)
    assert done.stdout.strip().endswith("False")


def take_back(data):
    """Do what `git checkout -- data` does: the tables are as before, and the answers, new to git, stay."""
    for name in ("tables", "provenance"):
        shutil.rmtree(data / name)
        shutil.copytree(find_baseline() / name, data / name)
    shutil.copy(find_baseline() / "datapackage.json", data)


def test_a_refresh_that_was_taken_back_stays_taken_back(refreshed, provider):
    data, _ = refreshed
    taken = {row["model"] for row in read_texts("price_changes", data) if row["source_id"] == "OPENROUTER-PRICES"}
    assert "newlab/model-1:free" in taken
    take_back(data)
    provider.answer(PRICES, json_reply({"data": make_catalogue()}))
    (outcome,) = make_run(data, now=NOW + timedelta(days=1)).refresh(["openrouter-prices"])
    assert not outcome.problem and not outcome.stored
    assert not [row for row in read_texts("price_changes", data) if row["model"] == "newlab/model-1:free"]


def test_what_an_interrupted_run_stored_is_taken_up_once_and_named(provider, tmp_path, monkeypatch):
    data = copy_data(tmp_path)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(store, "replace", lambda *given: (_ for _ in ()).throw(KeyboardInterrupt))
        list(make_run(data).refresh(["openrouter-prices"]))
    provider.answer(PRICES, json_reply({"data": make_catalogue()}))
    (outcome,) = make_run(data, now=NOW + timedelta(days=1)).refresh(["openrouter-prices"])
    events = [row["event"] for row in read_texts("price_changes", data) if row["model"] == "newlab/model-1:free"]
    assert events == ["listed", "delisted"]
    assert len(outcome.stored) == 1 and f"from stored answers: {outcome.stored[0]}" in "\n".join(outcome.describe())
    (again,) = make_run(data, now=NOW + timedelta(days=2)).refresh(["openrouter-prices"])
    assert not again.stored


def test_an_unchanged_answer_and_a_rebuild_say_which_stored_answers_they_use(refreshed, provider):
    data, _ = refreshed
    (unchanged,) = make_run(data).refresh(["ecb"])
    (rebuilt,) = make_run(data, offline=True).refresh(["ecb"])
    assert unchanged.stored == rebuilt.stored != []
    assert (data / "snapshots" / "ecb" / unchanged.stored[0].rsplit("/", 1)[-1] / "record.json").exists()
