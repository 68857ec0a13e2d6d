"""Electricity prices in the United States: the Energy Information Administration's retail sales, monthly.

``GET /v2/electricity/retail-sales/data`` (https://www.eia.gov/opendata/documentation.php) answers ``{"response":
{"total", "data": [{period, stateid, sectorid, price, revenue, sales, "price-units", …}]}}``, at most 5,000 rows a call,
numbers as text since January 2024, null where there is none. The key is free and can only travel as a query parameter;
it is taken out of every address that is kept or shown.

Besides months, quarters and years are written where all their months are there: revenue over sales, which is how the
EIA itself averages. The census divisions stand beside the states.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from tokencheck.evidence.refresh.client import Answer, Client, Key, read_json_answer
from tokencheck.evidence.refresh.snapshots import Snapshot
from tokencheck.evidence.refresh.source import Ingest, Source, round_decimal, write_decimal
from tokencheck.evidence.rows import Row

PAGE = 5000
SECTORS = {"RES": "residential", "COM": "commercial", "IND": "industrial", "ALL": "all_sectors"}
_NEEDED = ("period", "stateid", "sectorid", "price", "revenue", "sales")
_KNOWN = ("stateDescription", "sectorName", "price-units", "revenue-units", "sales-units")
_UNITS = {"price-units": "cents", "revenue-units": "million dollars", "sales-units": "million kilowatt"}
MOST_USD_PER_KWH = Decimal(5)
_JUMP = 10


@dataclass(frozen=True)
class Sale:
    """One month, state and sector: USD per kWh, million USD, million kWh."""

    month: str
    state: str
    sector: str
    price: Decimal | None
    revenue: Decimal | None
    sales: Decimal | None


class Eia(Source):
    """The EIA's retail sales of electricity."""

    name = "eia"
    tables = ("electricity_us",)
    base = "https://api.eia.gov/v2"
    key = Key("EIA_API_KEY", "https://www.eia.gov/opendata/register.php (free)", parameter="api_key")
    key_required = True
    interval = 0.2
    source_id = "EIA"  # sorts before the copies US1 and US2, so that measures take the original
    producer = "U.S. Energy Information Administration"
    title = "API v2 electricity/retail-sales: monthly prices by state and sector"
    page = "https://www.eia.gov/opendata/browser/electricity/retail-sales"
    licence = "US federal data, public domain"
    credit = "Source: U.S. Energy Information Administration (EIA)."
    processing = (
        "Rows of `EIA` are months as answered; their quarters and years are revenue over sales of all their months."
    )

    def fetch(self, since: date | None, until: date | None, client: Client) -> Snapshot:
        """Fetch all months since the year before, page by page; see `Source.fetch`."""
        since = since or date(client.now().year - 1, 1, 1)
        asked: dict[str, Any] = {
            "frequency": "monthly",
            "data[]": ["price", "revenue", "sales"],
            "facets[sectorid][]": list(SECTORS),
            "start": f"{since:%Y-%m}",
            "sort[0][column]": "period",
            "sort[0][direction]": "asc",
            "sort[1][column]": "stateid",
            "sort[1][direction]": "asc",
            "sort[2][column]": "sectorid",
            "sort[2][direction]": "asc",
            "length": PAGE,
        }
        if until:
            asked["end"] = f"{until:%Y-%m}"
        answers: list[Answer] = []
        total, read = 1, 0
        while read < total:
            answer = client.get_json("/electricity/retail-sales/data/", asked | {"offset": read}, resume=True)
            rows, total = self._read_page(answer)
            answers.append(answer)
            if not rows:
                break
            read += len(rows)
        return Snapshot(self.name, tuple(answers), since, until)

    def _read_page(self, answer: Answer) -> tuple[list[Any], int]:
        node = self.read_mapping(read_json_answer(answer, self.name), "answer")
        self.check_columns(node, ("response",), ("request", "apiVersion", "ExcelAddInVersion", "warnings"))
        response = self.read_mapping(node["response"], "response")
        self.check_columns(response, ("data", "total"), ("dateFormat", "frequency", "description", "id", "warnings"))
        return self.read_list(response["data"], "data"), self.read_count(response["total"], "total")

    # ------------------------------------------------------------------------------------------------------ parse

    def parse(self, snapshot: Snapshot) -> list[Sale]:
        """Read all pages.

        Raises
        ------
        UserError
            When a row is not as documented, or rows are missing between two pages.
        """
        sales: dict[tuple[str, str, str], Sale] = {}
        total = 0
        for page, answer in enumerate(snapshot.answers, start=1):
            rows, total = self._read_page(answer)
            for number, row in enumerate(rows, start=1):
                where = f"page {page}, row {number}"
                sale = self._read_sale(self.read_mapping(row, where), where)
                key = (sale.month, sale.state, sale.sector)
                if key in sales:
                    raise self.fail(f"{where}: {' '.join(key)} stands twice", "Run this again later.")
                sales[key] = sale
        if not sales:
            raise self.fail("the answer is valid and empty", "Give an earlier --since, or run this again later.")
        if len(sales) != total:
            raise self.fail(f"read {len(sales)} rows of {total}", "The data changed meanwhile: run this again.")
        self._check_months({sale.month for sale in sales.values()}, snapshot)
        return list(sales.values())

    def _check_months(self, months: Iterable[str], snapshot: Snapshot) -> None:
        first, last = self._find_span(snapshot)
        strange = sorted(month for month in months if not first <= month <= last)
        if strange:
            raise self.fail(f"asked for {first} to {last}, the answer holds other months: {', '.join(strange[:3])}")

    def _find_span(self, snapshot: Snapshot) -> tuple[str, str]:
        """Give the first and the last month that were asked for."""
        first = f"{snapshot.since:%Y-%m}" if snapshot.since else ""
        return first, f"{snapshot.until or snapshot.retrieved_at:%Y-%m}"

    def _read_sale(self, row: Any, where: str) -> Sale:
        self.check_columns(row, _NEEDED, _KNOWN)
        for name, unit in _UNITS.items():
            if name in row and unit not in str(row[name]).lower():
                raise self.fail(f"{where}, {name}: “{row[name]}” — expected {unit}…")
        month = self.read_text(row["period"], f"{where}, period", r"\d{4}-(0[1-9]|1[0-2])")
        state = self.read_text(row["stateid"], f"{where}, stateid", r"[A-Z]{2,4}")
        sector = self.read_text(row["sectorid"], f"{where}, sectorid", "|".join(SECTORS))
        price, revenue, sales = (
            None if row[name] in (None, "") else self.read_number(row[name], f"{where}, {name}", least=None)
            for name in ("price", "revenue", "sales")
        )
        return Sale(month, state, SECTORS[sector], None if price is None else price / 100, revenue, sales)

    # ----------------------------------------------------------------------------------------------------- ingest

    def ingest(self, snapshot: Snapshot) -> Ingest:
        """Write months, and the quarters and years that are complete; see `Source.ingest`."""
        sales = self.parse(snapshot)
        rows = [
            self._write(sale.month, sale.state, sale.sector, sale.price, "")
            for sale in sales
            if sale.price is not None and sale.price > 0  # nothing sold is written as a price of nil
        ]
        rows += self._average(sales)
        self._check_prices(rows)
        as_of = max(sale.month for sale in sales)
        first, last = self._find_span(snapshot)
        joined = self.join_anew("electricity_us", rows, lambda row: _lies_within(row["period"], first, last))
        return self.finish([self.update("electricity_us", joined, snapshot, as_of)], snapshot, as_of, len(sales))

    def _average(self, sales: list[Sale]) -> list[Row]:
        spans: dict[tuple[str, str, str], list[Sale]] = defaultdict(list)
        for sale in sales:
            year, month = sale.month.split("-")
            quarter = (int(month) + 2) // 3
            for period in (year, f"{year}-Q{quarter}"):
                spans[period, sale.state, sale.sector].append(sale)
        rows = []
        for (period, state, sector), months in sorted(spans.items()):
            sold = [(one.revenue, one.sales) for one in months if one.revenue is not None and one.sales is not None]
            if len(sold) < (3 if "Q" in period else 12):
                continue
            revenue, volume = sum(one for one, _ in sold), sum(one for _, one in sold)
            if revenue > 0 and volume > 0:
                rows.append(self._write(period, state, sector, revenue / volume, "revenue over sales of its months"))
        return rows

    def _write(self, period: str, state: str, sector: str, price: Decimal, note: str) -> Row:
        return {
            "period": period,
            "state": state,
            "sector": sector,
            "price_usd_per_kwh": write_decimal(round_decimal(price, 4)),
            "note": note,
            "source_id": self.source_id,
        }

    def _check_prices(self, rows: list[Row]) -> None:
        known: dict[tuple[str, str], list[Decimal]] = defaultdict(list)
        columns = ("period", "state", "sector", "price_usd_per_kwh")
        held = {tuple(row[name] for name in columns) for row in self.book.rows("electricity_us")}
        rows = [row for row in rows if tuple(row[name] for name in columns) not in held]
        for row in self.book.rows("electricity_us"):
            known[row["state"], row["sector"]].append(Decimal(row["price_usd_per_kwh"]))
        jumps = []
        for row in rows:
            price = Decimal(row["price_usd_per_kwh"])
            before = known.get((row["state"], row["sector"]))
            usual = sorted(before)[len(before) // 2] if before else None
            beside = usual and not usual / _JUMP < price < usual * _JUMP
            if price > MOST_USD_PER_KWH or beside:
                against = f", against {usual} usually" if usual else ""
                jumps.append(f"{row['state']} {row['sector']} {price} USD per kWh in {row['period']}{against}")
        self.check_jumps(jumps)


def _lies_within(period: str, first: str, last: str) -> bool:
    """Say whether all months of a month, quarter or year lie within a span of months."""
    year, _, part = period.partition("-")
    if part.startswith("Q"):
        ends = [f"{year}-{3 * int(part[1:]) - less:02}" for less in (2, 0)]
    else:
        ends = [period, period] if part else [f"{year}-01", f"{year}-12"]
    return first <= ends[0] and ends[1] <= last
