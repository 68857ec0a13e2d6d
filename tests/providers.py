"""A real HTTP server on loopback that plays the providers, well-behaved or not, and synthetic answers in their shapes.

All numbers here are invented for tests. The shapes are those the providers document.
"""

import atexit
import contextlib
import functools
import gzip
import hashlib
import json
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tokencheck import paths
from tokencheck.evidence.refresh import Client, Patience, Run, list_sources
from tokencheck.evidence.rows import Update, read_texts
from tokencheck.evidence.store import LOCK, replace

NOW = datetime(2026, 10, 15, 6, 0, tzinfo=UTC)  # the committed record of usage ends on 9 October
TODAY, YESTERDAY = date(2026, 10, 15), date(2026, 10, 14)
SINCE = date(2026, 10, 3)  # the last seven days of the tables are read again
AS_OF = "2026-10-15T05:59:00Z"
SECRET = "sk-test-0123456789"
# Where each answers, below its base address.
USAGE, PRICES, LISTS = "/datasets/rankings-daily", "/models", "/api.json"
RATES, CUBE, SALES = "/data/EXR/M.CNY+USD.EUR.SP00.A", "/data/nrg_pc_205", "/electricity/retail-sales/data/"
SAMPLES = Path(__file__).parent / "data" / "providers"
IMPATIENT = Patience(connect=2, read=0.25, total=0.5, attempts=3, first_wait=0.2, longest_wait=1)


@dataclass
class Reply:
    """One answer of the server, and how it misbehaves.

    Attributes
    ----------
    body : bytes
    status : int
    headers : dict
    cut : int, optional
        Close the connection after so many bytes of the body.
    drip : float
        Seconds between pieces of sixteen bytes.
    stall : float
        Seconds before anything is sent.
    """

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
    drip: float = 0.0
    stall: float = 0.0


@dataclass
class Request:
    """What the server was asked."""

    path: str
    query: dict[str, list[str]]
    headers: Mapping[str, str]


def find_sample(source: str) -> Path:
    """Find the stored answer of a source: the file of ``tests/data/providers`` that is named after it."""
    files = sorted(SAMPLES.glob(f"{source}.*"))
    assert len(files) == 1, f"store one small answer of the source as tests/data/providers/{source}.json (or .csv)"
    return files[0]


class Provider:
    """The server: replies by path, in turn, the last one again and again; below a source's name, with its sample."""

    def __init__(self) -> None:
        self.replies: dict[str, list[Reply] | Callable[[Request], Reply]] = {}
        self.requests: list[Request] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._make_handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def start(self) -> None:
        threading.Thread(target=functools.partial(self._server.serve_forever, poll_interval=0.01), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, path: str, *replies: Reply) -> None:
        self.replies[path] = list(replies)

    def find(self, request: Request) -> Reply:
        source = request.path.split("/")[1]
        reply = [sample_reply(source)] if source in list_sources() else self.replies.get(request.path)
        if callable(reply):
            return reply(request)
        if not reply:
            return Reply(b'{"error":{"code":404,"message":"Not found"}}', 404, {"Content-Type": "application/json"})
        chosen = reply.pop(0) if len(reply) > 1 else reply[0]
        etag = chosen.headers.get("ETag")
        if etag and request.headers.get("If-None-Match") == etag:
            return Reply(b"", 304, {"ETag": etag})
        return chosen

    def _make_handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:  # noqa: N802
                parts = urlsplit(self.path)
                request = Request(parts.path, parse_qs(parts.query), dict(self.headers))
                provider.requests.append(request)
                with contextlib.suppress(ConnectionError):
                    self._send(provider.find(request))

            def _send(self, reply: Reply) -> None:
                time.sleep(reply.stall)
                self.send_response(reply.status)
                for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                body = reply.body if reply.cut is None else reply.body[: reply.cut]
                step = 16 if reply.drip else max(len(body), 1)
                for start in range(0, len(body), step):
                    self.wfile.write(body[start : start + step])
                    self.wfile.flush()
                    time.sleep(reply.drip)

            def log_message(self, *_: Any) -> None:
                pass

        return Handler


@contextlib.contextmanager
def serve() -> Iterator[Provider]:
    """Start a provider on a free port."""
    provider = Provider()
    provider.start()
    try:
        yield provider
    finally:
        provider.stop()


# The tables as they were before any refresh: the tests ask what a refresh adds to these.
LAST = {
    "usage_labs_daily": ("date", "2026-10-09"),
    "usage_daily": ("date", "2026-10-09"),
    "price_changes": ("snapshot_utc", "2026-08-22T23:59Z"),
    "vendor_prices": ("date", "2026-07-06"),
    "exchange_rates": ("period", "2026-06"),
}


@functools.cache
def read_baseline(table: str) -> tuple[dict[str, str], ...]:
    """Read a table without what a refresh has added since; the whole table as long as there was none."""
    column, last = LAST.get(table, ("", ""))
    mine = {source.source_id for source in list_sources().values()}
    added = mine if table in ("electricity_us", "electricity_eu", "models", "labs", "exchange_rates") else set()
    rows = (row for row in read_texts(table) if row.get("source_id") not in added)
    if table == "models":
        seen = "last_seen_openrouter"
        rows = (row | {seen: min(row[seen], LAST["price_changes"][1][:10])} for row in rows)
    return tuple(row for row in rows if not column or row[column] <= last)


@functools.cache
def find_baseline() -> Path:
    """Give the project's data without what refreshes have added, consistent in themselves."""
    folder = Path(tempfile.mkdtemp(prefix="tokencheck-baseline-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for name in ("tables", "provenance"):
        shutil.copytree(paths.DATA / name, folder / name)
    shutil.copy(paths.DATAPACKAGE, folder)
    fed = sorted({table for source in list_sources().values() for table in source.tables})
    given = {"usage_labs_daily": {"missing_days": ["2025-06-15", "2025-07-15"]}}
    replace([Update(table, read_baseline(table), facts=given.get(table, {})) for table in fed], data=folder)
    (folder / LOCK).unlink()
    return folder


def copy_data(folder: Path) -> Path:
    """Copy the project's data, as far as a refresh touches them."""
    data = folder / "data"
    shutil.copytree(find_baseline(), data)
    return data


def photograph(data: Path) -> dict[str, str]:
    """Hash all tables, records and the contract."""
    files = [file for file in sorted(data.rglob("*")) if file.is_file() and "snapshots" not in file.parts]
    return {
        str(file.relative_to(data)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in files
        if file.name != LOCK
    }


def make_run(data: Path, now: datetime = NOW, sleeps: list[float] | None = None, **options: Any) -> Run:
    """Make a run on a fixed day that does not really wait between attempts."""
    client = functools.partial(Client, now=lambda: now, sleep=(sleeps if sleeps is not None else []).append)
    return Run(data, client=client, quiet=True, **{"patience": IMPATIENT, **options})


# --------------------------------------------------------------------------------------------------- synthetic answers


def json_reply(node: Any, **headers: str) -> Reply:
    """Make a JSON answer."""
    return Reply(json.dumps(node).encode(), 200, {"Content-Type": "application/json", **headers})


def sample_reply(source: str) -> Reply:
    """Answer with the sample of a source."""
    file = find_sample(source)
    kind = "text/csv" if file.suffix == ".csv" else "application/json"
    body = file.read_bytes()
    return Reply(body, 200, {"Content-Type": kind, "ETag": f'"{hashlib.sha256(body).hexdigest()[:8]}"'})


def gzip_reply(reply: Reply) -> Reply:
    """Compress an answer."""
    return Reply(gzip.compress(reply.body, mtime=0), reply.status, reply.headers | {"Content-Encoding": "gzip"})


def make_days(since: date = SINCE, until: date = YESTERDAY, scale: float = 1.0) -> list[dict[str, str]]:
    """Make rows of the API: every day like the last committed one, a little more each day."""
    known = read_baseline("usage_daily")
    last = max(row["date"] for row in known)
    models = [(row["model"], int(row["tokens"])) for row in known if row["date"] == last]
    models.sort(key=lambda one: (one[0] == "other", -one[1]))
    rows = []
    for number in range((until - since).days + 1):
        day = since + timedelta(days=number)
        growth = scale * (1 + max(-50, (day - SINCE).days) / 100)
        rows += [
            {"date": day.isoformat(), "model_permaslug": model, "total_tokens": str(int(tokens * growth))}
            for model, tokens in models
        ]
    return rows


def make_usage(rows: list[dict[str, Any]], since: date = SINCE, until: date = YESTERDAY) -> dict[str, Any]:
    """Make an answer of the API."""
    meta = {"as_of": AS_OF, "version": "v1", "start_date": since.isoformat(), "end_date": until.isoformat()}
    return {"data": rows, "meta": meta}


def answer_usage(request: Request) -> Reply:
    """Answer the API as documented: the days that are asked for."""
    since, until = (date.fromisoformat(request.query[name][0]) for name in ("start_date", "end_date"))
    return json_reply(make_usage(make_days(since, until), since, until))


def answer_usage_restated(request: Request) -> Reply:
    """Answer as `answer_usage`, every figure a little higher, with an ETag."""
    since, until = (date.fromisoformat(request.query[name][0]) for name in ("start_date", "end_date"))
    reply = json_reply(make_usage(make_days(since, until, scale=1.01), since, until), ETag='"restated"')
    unchanged = request.headers.get("If-None-Match") == reply.headers["ETag"]
    return Reply(b"", 304, reply.headers | {"Content-Length": "0"}) if unchanged else reply


def make_export(day: date, rows: list[dict[str, Any]] | None = None) -> tuple[bytes, dict[str, Any]]:
    """Make an export, the thirty days before a day as CSV, and its manifest."""
    rows = make_days(day - timedelta(days=30), day - timedelta(days=1)) if rows is None else rows
    lines = ["date,model_permaslug,rank,total_tokens,share_of_daily_tokens"]
    rank = 0
    for row in rows:
        other = row["model_permaslug"] == "other"
        rank = 0 if other else rank + 1
        lines.append(f"{row['date']},{row['model_permaslug']},{rank or ''},{row['total_tokens']},0.01")
    content = "\r\n".join([*lines, ""]).encode()
    url = f"https://openrouter.ai/api/v1/datasets/exports/rankings-daily/{day}.csv"
    manifest = {
        "dataset": "rankings-daily",
        "schema_version": "v1",
        "snapshot_date": day.isoformat(),
        "retrieved_at": f"{day}T01:46:00Z",
        "row_count": len(rows),
        "update_cadence": "daily",
        "license": {"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"},
        "attribution": f"Source: OpenRouter (openrouter.ai/rankings), as of {day}.",
        "readme_url": "https://openrouter.ai/api/v1/datasets/exports/README.md",
        "files": {"csv": {"url": url, "encoding_format": "text/csv", "bytes": len(content),
                          "sha256": hashlib.sha256(content).hexdigest()}},
        "latest": {},
    }  # fmt: skip
    return content, manifest


def publish_exports(provider: Provider, latest: date = TODAY, *earlier: date) -> None:
    """Put exports on the server."""
    base = "/datasets/exports/rankings-daily"
    for day in (latest, *earlier):
        content, manifest = make_export(day)
        provider.answer(f"{base}/{day}.csv", Reply(content, 200, {"Content-Type": "text/csv; charset=utf-8"}))
        provider.answer(f"{base}/{day}.manifest.json", json_reply(manifest))
    provider.answer(f"{base}/latest.manifest.json", json_reply(make_export(latest)[1]))


def make_catalogue(count: int | None = None) -> list[dict[str, Any]]:
    """Make the catalogue as the ledger has it last, in USD per token."""
    last: dict[str, dict[str, str]] = {}
    for row in read_baseline("price_changes"):
        last[row["model"]] = row
    listed = [row for row in last.values() if row["event"] != "delisted"][:count]
    return [
        {
            "id": row["model"],
            "canonical_slug": row["permaslug"] or row["model"],
            "hugging_face_id": "",
            "name": row["model"],
            "created": 1760000000,
            "description": "",
            "context_length": int(row["context_length"]) if row["context_length"] else None,
            "architecture": {},
            "pricing": {
                "prompt": f"{float(row['input_usd_per_mtok']) / 1e6:.12f}",
                "completion": f"{float(row['output_usd_per_mtok']) / 1e6:.12f}",
                **({"input_cache_read": f"{float(row['cache_read_usd_per_mtok']) / 1e6:.12f}"}
                   if row["cache_read_usd_per_mtok"] else {}),
            },
            "top_provider": {},
            "per_request_limits": None,
            "supported_parameters": [],
        }
        for row in listed
    ]  # fmt: skip


ECB_HEADER = (
    "KEY,FREQ,CURRENCY,CURRENCY_DENOM,EXR_TYPE,EXR_SUFFIX,TIME_PERIOD,OBS_VALUE,OBS_STATUS,OBS_CONF,OBS_PRE_BREAK,"
    "OBS_COM,TIME_FORMAT,BREAKS,COLLECTION,COMPILING_ORG,DISS_ORG,DOM_SER_IDS,PUBL_ECB,PUBL_MU,PUBL_PUBLIC,"
    "UNIT_INDEX_BASE,COMPILATION,COVERAGE,DECIMALS,NAT_TITLE,SOURCE_AGENCY,SOURCE_PUB,TITLE,TITLE_COMPL,UNIT,UNIT_MULT"
)


def make_rates(months: Mapping[str, tuple[float | None, float | None]]) -> bytes:
    """Make the ECB's SDMX-CSV: CNY and USD for one euro by month."""
    lines = [ECB_HEADER]
    for position, currency in enumerate(("CNY", "USD")):
        for month, rates in months.items():
            value = "" if rates[position] is None else rates[position]
            lines.append(
                f"EXR.M.{currency}.EUR.SP00.A,M,{currency},EUR,SP00,A,{month},{value},A,F,,,P1M,,A,,,,,,,99Q1=100,,,4,,"
                f'4F0,,{currency}/Euro,"ECB reference exchange rate, {currency}/Euro, 2.15 pm (C.E.T.)",{currency},0'
            )
    return "\r\n".join([*lines, ""]).encode()


def rates_reply(months: Mapping[str, tuple[float | None, float | None]], **headers: str) -> Reply:
    """Make an answer of the ECB."""
    return Reply(make_rates(months), 200, {"Content-Type": "text/csv;charset=UTF-8", **headers})


MONTHS = {"2026-06": (7.81, 1.15), "2026-07": (7.83, 1.16), "2026-08": (7.85, 1.17), "2026-09": (7.87, 1.18)}


def make_sales(months: list[str], states: tuple[str, ...] = ("US", "VA", "NEW")) -> list[dict[str, Any]]:
    """Make rows of the EIA: cents per kWh, million dollars, million kWh, all as text."""
    return [
        {
            "period": month,
            "stateid": state,
            "stateDescription": state,
            "sectorid": sector,
            "sectorName": sector.lower(),
            "price": str(price),
            "revenue": str(price * 10),
            "sales": "1000",
            "price-units": "cents per kilowatt-hour",
            "revenue-units": "million dollars",
            "sales-units": "million kilowatt hours",
        }
        for month in months
        for state in states
        for sector, price in (("ALL", 13.5), ("COM", 13.0), ("IND", 8.5), ("RES", 17.5))
    ]


def make_sales_page(rows: list[dict[str, Any]], total: int | None = None) -> dict[str, Any]:
    """Make a page of the EIA."""
    response = {"total": str(len(rows) if total is None else total), "dateFormat": "YYYY-MM", "frequency": "monthly"}
    return {"response": response | {"data": rows}, "request": {}, "apiVersion": "2.1.8"}


def make_cube(periods: tuple[str, ...] = ("2025-S2", "2026-S1")) -> dict[str, Any]:
    """Make Eurostat's cube: two bands, three tax levels, two countries and the EU."""
    codes = {
        "freq": ["S"],
        "product": ["6000"],
        "nrg_cons": ["MWH500-1999", "MWH_GE150000"],
        "unit": ["KWH"],
        "tax": ["I_TAX", "X_TAX", "X_VAT"],
        "currency": ["EUR"],
        "geo": ["EU27_2020", "DE", "FR"],
        "time": list(periods),
    }
    labels = {"EU27_2020": "European Union - 27 countries (from 2020)", "DE": "Germany", "FR": "France"}
    size = [len(one) for one in codes.values()]
    cells = 2 * 3 * 3 * len(periods)
    dimension = {
        name: {"label": name, "category": {"index": {code: place for place, code in enumerate(one)},
                                           "label": {code: labels.get(code, code) for code in one}}}
        for name, one in codes.items()
    }  # fmt: skip
    return {
        "version": "2.0",
        "class": "dataset",
        "label": "Electricity prices for non-household consumers - bi-annual data (from 2007 onwards)",
        "source": "ESTAT",
        "updated": "2026-10-01T23:00:00+0200",
        "value": {str(place): 0.15 + place / 1000 for place in range(cells) if place != 5},
        "status": {"3": "e"},
        "id": list(codes),
        "size": size,
        "dimension": dimension,
    }


def make_lists() -> dict[str, Any]:
    """Make models.dev's file as the table has it last, with one new price and one new model."""
    last: dict[tuple[str, str], dict[str, str]] = {}
    for row in read_baseline("vendor_prices"):
        last[row["provider"], row["vendor_model_id"]] = row
    node: dict[str, Any] = {"elsewhere": {"id": "elsewhere", "name": "Not a vendor of the table", "models": {}}}
    for (provider, model), row in last.items():
        entry = node.setdefault(provider, {"id": provider, "name": provider, "env": [], "npm": "x", "models": {}})
        names = {"input": "input_usd_per_mtok", "output": "output_usd_per_mtok",
                 "cache_read": "cache_read_usd_per_mtok", "cache_write": "cache_write_usd_per_mtok"}  # fmt: skip
        cost: dict[str, Any] = {name: float(row[column]) for name, column in names.items() if row[column]}
        if row["long_prompt_from_tokens"]:
            tier = {"type": "context", "size": int(row["long_prompt_from_tokens"])}
            prices = {"input": float(row["input_long_usd_per_mtok"]), "output": float(row["output_long_usd_per_mtok"])}
            cost["tiers"] = [{"tier": tier, **prices}]
        limit = {"context": int(row["context_length"]), "output": 8192} if row["context_length"] else {}
        entry["models"][model] = {"id": model, "name": model, "cost": cost, "limit": limit}
        if row["open_weights"]:
            entry["models"][model]["open_weights"] = row["open_weights"] == "true"
        if row["release_date"]:
            entry["models"][model]["release_date"] = row["release_date"]
    return node
