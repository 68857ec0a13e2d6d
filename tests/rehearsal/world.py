"""Two months of invented data from all six providers, computed from the tables at hand, whatever day they end on.

Everything here is invented for the rehearsal, and nothing of it leaves the copy. It turns what stands: the country that
leads in usage falls behind, in the record that is restated too; whoever was dear grows cheap; what rose falls.
"""

import random
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.providers import (
    CUBE,
    LISTS,
    PRICES,
    RATES,
    SALES,
    USAGE,
    Provider,
    Reply,
    Request,
    json_reply,
    make_rates,
    make_sales_page,
    make_usage,
)
from tokencheck.evidence.refresh.sources.eia import PAGE, SECTORS
from tokencheck.evidence.refresh.sources.eurostat import BANDS, PLACES, TAXES
from tokencheck.evidence.rows import Row, read_texts

LONGEST_LAG = timedelta(days=63)  # two months, and the days that providers take
SUNDAY = 6
NAMED = 50
OTHER = "other"
NEW_LAB, NEW_LAB_COUNTRY = "invented-lab", "IN"
FAMILY = "rehearsal-1"
LEADER_FALLS_TO, OTHERS_RISE_TO = 0.3, 1.6
RESTATED_LEADER, RESTATED_OTHERS = 0.8, 1.15
RESTATED_EUROPE, NEW_EUROPE = 0.6, 0.5


def _throw(*words: object) -> random.Random:
    """Give chance that is the same on every machine and in every order."""
    return random.Random(zlib.crc32("/".join(map(str, words)).encode()))


def _is_one_in(count: int, *words: object) -> bool:
    return zlib.crc32("/".join(map(str, words)).encode()) % count == 0


def list_months(first: str, last: str) -> list[str]:
    """List the months from the first to the last, both included.

    Examples
    --------
    >>> list_months("2026-11", "2027-01")
    ['2026-11', '2026-12', '2027-01']
    """
    year, month = map(int, first.split("-"))
    months = []
    while (text := f"{year}-{month:02}") <= last:
        months.append(text)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return months


def find_next_half(period: str) -> str:
    """Give the half-year after a half-year.

    Examples
    --------
    >>> find_next_half("2025-S1"), find_next_half("2025-S2")
    ('2025-S2', '2026-S1')
    """
    year, half = period.split("-S")
    return f"{year}-S2" if half == "1" else f"{int(year) + 1}-S1"


class World:
    """What the providers say two months after the tables end.

    Parameters
    ----------
    data : Path
        The data folder before the refresh.

    Attributes
    ----------
    now : datetime
        When the rehearsal takes place.
    leader : str
        The country with the most tokens in the last four weeks on record; it falls behind.
    withdrawn : str
        The most used model of that country's most used lab, which disappears half-way.
    """

    def __init__(self, data: Path) -> None:
        """Read the tables; nothing read later comes in."""
        self.data = data
        ends = [max(row["date"] for row in self._rows("usage_daily"))]
        ends += [max(row["snapshot_utc"][:10] for row in self._rows("price_changes"))]
        ends += [max(row["date"] for row in self._rows("vendor_prices"))]
        self.last_day = date.fromisoformat(ends[0])
        later = date.fromisoformat(max(ends)) + LONGEST_LAG
        later += timedelta(days=SUNDAY - later.weekday())  # a day of own usage then completes a week
        self.now = datetime(later.year, later.month, later.day, 6, tzinfo=UTC)
        self.leader = self._find_leader()
        self.withdrawn = self._find_withdrawn()

    def _rows(self, table: str) -> Sequence[Row]:
        return read_texts(table, self.data)

    def serve(self, provider: Provider) -> dict[str, str]:
        """Put all answers on a server; give the addresses that a refresh is told of."""
        provider.replies[USAGE] = self.answer_usage
        provider.replies[SALES] = self.answer_sales
        provider.answer(PRICES, json_reply({"data": list(self.list_catalogue())}))
        provider.answer(LISTS, json_reply(self.make_lists()))
        provider.replies[RATES] = self.answer_rates
        provider.answer(CUBE, json_reply(self.make_cube()))
        names = ("OPENROUTER", "OPENROUTER_PRICES", "EIA", "EUROSTAT", "ECB", "MODELSDEV")
        return {f"TOKENCHECK_{name}_URL": provider.url for name in names}

    # ------------------------------------------------------------------------------------------------------- usage

    @cached_property
    def countries(self) -> dict[str, str]:
        """The country of each name that a model's author goes by."""
        return {row["alias"]: row["country"] for row in self._rows("labs")}

    def find_country(self, model: str) -> str:
        """Give the country of a model's lab; empty where it is not known."""
        return self.countries.get(model.split(":")[0]) or self.countries.get(model.split("/")[0], "")

    @cached_property
    def days(self) -> dict[str, dict[str, int]]:
        """The record: tokens by day and model."""
        found: dict[str, dict[str, int]] = defaultdict(dict)
        for row in self._rows("usage_daily"):
            found[row["date"]][row["model"]] = int(row["tokens"])
        return found

    def _list_last_days(self, count: int) -> list[dict[str, int]]:
        return [self.days.get(f"{self.last_day - timedelta(days=back)}", {}) for back in range(count)]

    def _find_leader(self) -> str:
        totals: dict[str, int] = defaultdict(int)
        for models in self._list_last_days(28):
            for model, tokens in models.items():
                totals[self.find_country(model)] += tokens
        totals.pop("", None)
        return max(sorted(totals), key=totals.__getitem__)

    def _find_withdrawn(self) -> str:
        (last,) = self._list_last_days(1)
        own = {model: tokens for model, tokens in last.items() if self.find_country(model) == self.leader}
        return max(sorted(own), key=own.__getitem__)

    def make_day(self, day: date) -> dict[str, int]:
        """Invent a day: tokens by model, restated where it is on record."""
        if day <= self.last_day:
            models = self.days.get(day.isoformat(), {})
            return {model: int(tokens * self._restate(model)) for model, tokens in models.items()}
        (last,) = self._list_last_days(1)
        passed = (day - self.last_day) / (self.now.date() - self.last_day)
        models = {model: int(tokens * self._grow(model, day, passed)) for model, tokens in last.items()}
        total = sum(models.values())
        if passed > 0.3:
            models[f"{NEW_LAB}/{FAMILY}"] = int(total * 0.06 * passed)
        if passed > 0.4:
            models[f"{self.withdrawn.split('/')[0]}/{FAMILY}"] = int(total * 0.02 * passed)
        if passed > 0.5:
            models.pop(self.withdrawn)
        return self._name_fifty(models)

    def _restate(self, model: str) -> float:
        return (
            1.0 if model == OTHER else RESTATED_LEADER if self.find_country(model) == self.leader else RESTATED_OTHERS
        )

    def _grow(self, model: str, day: date, passed: float) -> float:
        goal = 1.0 if model == OTHER else OTHERS_RISE_TO
        if self.find_country(model) == self.leader:
            goal = LEADER_FALLS_TO
        return (1 + (goal - 1) * passed) * _throw(model, day).uniform(0.93, 1.07)

    def _name_fifty(self, models: dict[str, int]) -> dict[str, int]:
        rest = models.pop(OTHER, 0)
        named = sorted(models, key=lambda model: (-models[model], model))
        rest += sum(models[model] for model in named[NAMED:])
        return {model: models[model] for model in named[:NAMED]} | {OTHER: rest}

    def answer_usage(self, request: Request) -> Reply:
        """Answer the Data API for the days that are asked for."""
        since, until = (date.fromisoformat(request.query[name][0]) for name in ("start_date", "end_date"))
        days = [since + timedelta(days=count) for count in range((until - since).days + 1)]
        rows = [
            {"date": day.isoformat(), "model_permaslug": model, "total_tokens": str(tokens)}
            for day in days
            for model, tokens in self.make_day(day).items()
        ]
        node = make_usage(rows, since, until)
        node["meta"]["as_of"] = f"{self.now:%Y-%m-%dT%H:%M:%SZ}"
        return json_reply(node)

    # ------------------------------------------------------------------------------------------------------ prices

    def list_catalogue(self) -> Iterator[dict[str, Any]]:
        """List the catalogue: some models cheaper, some dearer, some gone, a new lab and a new family."""
        last: dict[str, Row] = {}
        for row in sorted(self._rows("price_changes"), key=lambda row: row["snapshot_utc"]):
            last[row["model"]] = row
        for model, row in sorted(last.items()):
            gone = row["event"] == "delisted" or (row["permaslug"] or model) == self.withdrawn
            if not gone and not _is_one_in(8, model, "delisted"):
                factor = self._reprice(model)
                yield self._make_entry(
                    model,
                    row["permaslug"] or model,
                    float(row["input_usd_per_mtok"]) * factor,
                    float(row["output_usd_per_mtok"]) * factor,
                    float(row["cache_read_usd_per_mtok"]) * factor if row["cache_read_usd_per_mtok"] else None,
                    int(row["context_length"]) if row["context_length"] else None,
                )
        for author, price in ((NEW_LAB, 0.05), (self.withdrawn.split("/")[0], 12.0)):
            model = f"{author}/{FAMILY}"
            yield self._make_entry(model, model, price, 4 * price, None, 1_000_000)

    def _reprice(self, model: str) -> float:
        """Make what the leader sells dearer, and what others sell cheaper, for two models in three."""
        if _is_one_in(3, model, "price"):
            return 1.0
        return 2.5 if self.find_country(model.lstrip("~")) == self.leader else 0.5

    def _make_entry(
        self, model: str, slug: str, prompt: float, completion: float, cached: float | None, context: int | None
    ) -> dict[str, Any]:
        pricing = {"prompt": f"{prompt / 1e6:.12f}", "completion": f"{completion / 1e6:.12f}"}
        if cached is not None:
            pricing["input_cache_read"] = f"{cached / 1e6:.12f}"
        return {
            "id": model,
            "canonical_slug": slug,
            "hugging_face_id": model if model.endswith(FAMILY) else "",
            "name": model,
            "created": int(self.now.timestamp()) - 86400,
            "context_length": context,
            "pricing": pricing,
        }

    def make_lists(self) -> dict[str, Any]:
        """Make the vendors' own lists: mainland and Chinese vendors dearer, the others cheaper."""
        last: dict[tuple[str, str], Row] = {}
        for row in sorted(self._rows("vendor_prices"), key=lambda row: row["date"]):
            last[row["provider"], row["vendor_model_id"]] = row
        node: dict[str, Any] = {}
        for (provider, model), row in last.items():
            models = node.setdefault(provider, {"id": provider, "name": provider, "models": {}})["models"]
            factor = 0.4 if provider in ("anthropic", "google", "openai", "xai") else 3.0
            models[model] = {"id": model, "name": model, **self._describe_list(row, factor)}
        return node

    def _describe_list(self, row: Row, factor: float) -> dict[str, Any]:
        columns = {"input": "input_usd_per_mtok", "output": "output_usd_per_mtok",
                   "cache_read": "cache_read_usd_per_mtok", "cache_write": "cache_write_usd_per_mtok"}  # fmt: skip
        cost: dict[str, Any] = {
            name: round(factor * float(row[column]), 6) for name, column in columns.items() if row[column]
        }
        if row["long_prompt_from_tokens"]:
            long = {name: round(factor * float(row[f"{name}_long_usd_per_mtok"]), 6) for name in ("input", "output")}
            cost["tiers"] = [{"tier": {"type": "context", "size": int(row["long_prompt_from_tokens"])}, **long}]
        described: dict[str, Any] = {"cost": cost}
        if row["context_length"]:
            described["limit"] = {"context": int(row["context_length"]), "output": 8192}
        if row["open_weights"]:
            described["open_weights"] = row["open_weights"] == "true"
        if row["release_date"]:
            described["release_date"] = row["release_date"]
        return described

    # ------------------------------------------------------------------------------------- electricity and currency

    @cached_property
    def usual_sales(self) -> dict[tuple[str, str], float]:
        """The last price on record by state and sector, USD per kWh."""
        rows = sorted(self._rows("electricity_us"), key=lambda row: row["period"])
        return {(row["state"], row["sector"]): float(row["price_usd_per_kwh"]) for row in rows}

    def answer_sales(self, request: Request) -> Reply:
        """Answer the EIA's question, page by page: industry pays twice as much, households in one state in ten more."""
        first, offset = request.query["start"][0], int(request.query["offset"][0])
        published = self.now.date().replace(day=1) - timedelta(days=35)
        months = list_months(first, f"{published:%Y-%m}")
        rows = [
            self._make_sale(month, state, sector)
            for month in months
            for state in sorted({state for state, _ in self.usual_sales})
            for sector in SECTORS
        ]
        return json_reply(make_sales_page(rows[offset : offset + PAGE], len(rows)))

    def _make_sale(self, month: str, state: str, sector: str) -> dict[str, Any]:
        usual = self.usual_sales.get((state, SECTORS[sector]))
        households = 1.25 if _is_one_in(10, state, "households") else 1.0
        factor = {"IND": 2.0, "RES": households}.get(sector, 1.1)
        cents = usual * 100 * factor * _throw(month, state, sector).uniform(0.97, 1.03) if usual else 0.0
        return {
            "period": month, "stateid": state, "stateDescription": state, "sectorid": sector, "sectorName": sector,
            "price": f"{cents:.2f}", "revenue": f"{cents * 10:.4f}", "sales": "1000",
            "price-units": "cents per kilowatt-hour", "revenue-units": "million dollars",
            "sales-units": "million kilowatt hours",
        }  # fmt: skip

    def make_cube(self) -> dict[str, Any]:
        """Make Eurostat's cube: the last half-year on record restated, a new one far cheaper."""
        held = {
            (row["geo"], row["band"], row["tax"]): float(row["price_eur_per_kwh"])
            for row in sorted(self._rows("electricity_eu"), key=lambda row: row["period"])
            if "-S" in row["period"]
        }
        last = max(row["period"] for row in self._rows("electricity_eu") if row["period"][:7].count("-S") == 1)[:7]
        codes: dict[str, list[str]] = {
            "freq": ["S"], "nrg_cons": list(BANDS), "unit": ["KWH"], "tax": list(TAXES), "currency": ["EUR"],
            "geo": list(PLACES), "time": [last, find_next_half(last)],
        }  # fmt: skip
        values: dict[str, float] = {}
        place = 0
        for band in BANDS.values():
            for tax in TAXES:
                for name in PLACES.values():
                    usual = held.get((name, band, tax))
                    for factor in (RESTATED_EUROPE, NEW_EUROPE):
                        if usual:
                            values[str(place)] = round(usual * factor, 4)
                        place += 1
        dimension = {
            name: {"category": {"index": {code: at for at, code in enumerate(one)},
                                "label": {code: PLACES.get(code, code) for code in one}}}
            for name, one in codes.items()
        }  # fmt: skip
        size = [len(one) for one in codes.values()]
        return {"version": "2.0", "class": "dataset", "id": list(codes), "size": size, "value": values,
                "dimension": dimension}  # fmt: skip

    def answer_rates(self, request: Request) -> Reply:
        """Answer the ECB's question: the yuan gains an eighth."""
        known: dict[str, dict[str, float]] = defaultdict(dict)
        for row in self._rows("exchange_rates"):
            if row["kind"] == "monthly average":
                known[row["period"]][row["pair"]] = float(row["rate"])
        last = max(month for month, pairs in known.items() if {"EUR/CNY", "EUR/USD"} <= pairs.keys())
        months = list_months(request.query["startPeriod"][0], f"{self.now:%Y-%m}")
        new = [month for month in months if month > last]
        rates: dict[str, tuple[float | None, float | None]] = {}
        for month in months:
            pairs = known.get(month, known[last])
            fall = 1 - 0.125 * (new.index(month) + 1) / len(new) if month in new else 1
            rates[month] = (round(pairs.get("EUR/CNY", 8) * fall, 4), round(pairs.get("EUR/USD", 1.1), 4))
        return Reply(make_rates(rates), 200, {"Content-Type": "text/csv;charset=UTF-8"})

    # ------------------------------------------------------------------------------------------------- own figures

    def write_own_day(self, file: Path) -> date:
        """Write a day of own usage as a CSV: the day after the last one that the providers have."""
        day = self.now.date()
        models = self.make_day(day - timedelta(days=1))
        rows = [f"{day},{model},{tokens}" for model, tokens in models.items()]
        file.write_text("\n".join(["date,model,tokens", *rows, ""]), encoding="utf-8")
        return day
