"""Exchange rates of the European Central Bank: monthly averages of its reference rates, as SDMX-CSV.

``GET /service/data/EXR/M.CNY+USD.EUR.SP00.A?format=csvdata`` (https://data.ecb.europa.eu/help/api/data), no key. Units
of the currency for one euro in ``OBS_VALUE``; the dollar in yuan is the quotient of the two. A month that the table
has from another source stays as it is: the ECB fixes at 14:15 in Frankfurt, the Federal Reserve at noon in New York.
"""

from datetime import date
from decimal import Decimal

from tokencheck.evidence.refresh.client import Client
from tokencheck.evidence.refresh.snapshots import Snapshot
from tokencheck.evidence.refresh.source import Ingest, Source, round_decimal, write_decimal
from tokencheck.evidence.rows import Row

_NEEDED = ("FREQ", "CURRENCY", "CURRENCY_DENOM", "EXR_TYPE", "EXR_SUFFIX", "TIME_PERIOD", "OBS_VALUE")
_KNOWN = (
    "KEY", "OBS_STATUS", "OBS_CONF", "OBS_PRE_BREAK", "OBS_COM", "TIME_FORMAT", "BREAKS", "COLLECTION", "COMPILING_ORG",
    "DISS_ORG", "DOM_SER_IDS", "PUBL_ECB", "PUBL_MU", "PUBL_PUBLIC", "UNIT_INDEX_BASE", "COMPILATION", "COVERAGE",
    "DECIMALS", "NAT_TITLE", "SOURCE_AGENCY", "SOURCE_PUB", "TITLE", "TITLE_COMPL", "UNIT", "UNIT_MULT",
)  # fmt: skip
SERIES = ("M", "EUR", "SP00", "A")
_JUMP = Decimal("1.3")  # in a month; since 1999 neither pair has moved by more than a tenth
NOTE = "ECB reference rate, mean of the month"


class Ecb(Source):
    """The ECB's reference rates."""

    name = "ecb"
    tables = ("exchange_rates",)
    base = "https://data-api.ecb.europa.eu/service"
    source_id = "ECB"
    producer = "European Central Bank"
    title = "EXR: euro foreign exchange reference rates, monthly averages, CNY and USD"
    page = "https://data.ecb.europa.eu/data/datasets/EXR"
    licence = "free reuse with the source named"
    credit = "Source: ECB statistics."
    processing = "Rows of `ECB` are its reference rates, EUR/CNY among them; USD/CNY is EUR/CNY divided by EUR/USD."

    def fetch(self, since: date | None, until: date | None, client: Client) -> Snapshot:
        """Fetch the months since the year before; see `Source.fetch`."""
        since = since or date(client.now().year - 1, 1, 1)
        asked = {"format": "csvdata", "startPeriod": f"{since:%Y-%m}"}
        if until:
            asked["endPeriod"] = f"{until:%Y-%m}"
        answer = client.get("/data/EXR/M.CNY+USD.EUR.SP00.A", asked)
        return Snapshot(self.name, (answer,), since, until)

    def parse(self, snapshot: Snapshot) -> dict[str, dict[str, Decimal]]:
        """Read the months: units of each currency for one euro.

        Raises
        ------
        UserError
            When a row is not as documented.
        """
        months: dict[str, dict[str, Decimal]] = {}
        for number, row in enumerate(self.read_csv(snapshot.answers[0]), start=2):
            where = f"row {number}"
            if number == 2:
                self.check_columns(row, _NEEDED, _KNOWN)
            series = (row["FREQ"], row["CURRENCY_DENOM"], row["EXR_TYPE"], row["EXR_SUFFIX"])
            if series != SERIES or row["CURRENCY"] not in ("CNY", "USD"):
                raise self.fail(f"{where}: the series {'.'.join(map(str, series))} was not asked for")
            month = self.read_text(row["TIME_PERIOD"], f"{where}, TIME_PERIOD", r"\d{4}-(0[1-9]|1[0-2])")
            if row["OBS_VALUE"] in ("", "NaN"):
                continue  # documented for days and months without a fixing
            rate = self.read_number(row["OBS_VALUE"], f"{where}, OBS_VALUE")
            if not Decimal("0.0001") < rate < 1000:
                raise self.fail(f"{where}: {rate} {row['CURRENCY']} for a euro is not an exchange rate")
            if row["CURRENCY"] in months.setdefault(month, {}):
                raise self.fail(f"{where}: {row['CURRENCY']} stands twice for {month}", "Run this again later.")
            months[month][row["CURRENCY"]] = rate
        self._check_months(months, snapshot)
        return months

    def _check_months(self, months: dict[str, dict[str, Decimal]], snapshot: Snapshot) -> None:
        if not any(months.values()):
            raise self.fail("the answer is valid and empty", "Give an earlier --since, or run this again later.")
        running = f"{snapshot.retrieved_at:%Y-%m}"
        future = sorted(month for month in months if month > running)
        if future:
            raise self.fail(f"the answer holds months to come: {', '.join(future[:3])}", "Run this again later.")
        first, last = self._find_span(snapshot)
        strange = sorted(month for month in months if not first <= month <= last)
        if strange:
            raise self.fail(f"asked for {first} to {last}, the answer holds other months: {', '.join(strange[:3])}")

    def _find_span(self, snapshot: Snapshot) -> tuple[str, str]:
        """Give the first and the last month that were asked for."""
        first = f"{snapshot.since:%Y-%m}" if snapshot.since else ""
        return first, f"{snapshot.until or snapshot.retrieved_at:%Y-%m}"

    def ingest(self, snapshot: Snapshot) -> Ingest:
        """Add complete months that no other source has; see `Source.ingest`."""
        months = self.parse(snapshot)
        whole = {
            month: rates
            for month, rates in sorted(months.items())
            if len(rates) == 2 and month < f"{snapshot.retrieved_at:%Y-%m}"
        }
        if not whole:
            raise self.fail("no complete month has both currencies", "Give an earlier --since.")
        others = {row["period"] for row in self.book.rows("exchange_rates") if row["source_id"] != self.source_id}
        rows = [row for month, rates in whole.items() if month not in others for row in self._write(month, rates)]
        self._check_rates(rows)
        as_of = max(whole)
        first, last = self._find_span(snapshot)
        joined = self.join_anew("exchange_rates", rows, lambda row: first <= row["period"] <= last)
        return self.finish([self.update("exchange_rates", joined, snapshot, as_of)], snapshot, as_of, 2 * len(months))

    def _write(self, month: str, rates: dict[str, Decimal]) -> list[Row]:
        pairs = {
            "EUR/USD": (rates["USD"], "USD per 1 EUR", NOTE),
            "EUR/CNY": (rates["CNY"], "CNY per 1 EUR", NOTE),
            "USD/CNY": (rates["CNY"] / rates["USD"], "CNY per 1 USD", f"{NOTE}; EUR/CNY divided by EUR/USD"),
        }
        return [
            {
                "period": month,
                "pair": pair,
                "rate": write_decimal(round_decimal(rate, 8)),
                "unit": unit,
                "kind": "monthly average",
                "note": note,
                "source_id": self.source_id,
            }
            for pair, (rate, unit, note) in pairs.items()
        ]

    def _check_rates(self, rows: list[Row]) -> None:
        last: dict[str, Decimal] = {}
        for row in sorted(self.book.rows("exchange_rates"), key=lambda row: row["period"]):
            if row["kind"] == "monthly average" and row["source_id"] != self.source_id:
                last[row["pair"]] = Decimal(row["rate"])
        jumps, held = [], {(row["period"], row["pair"], row["rate"]) for row in self.book.rows("exchange_rates")}
        for row in rows:
            rate, before = Decimal(row["rate"]), last.get(row["pair"])
            new = (row["period"], row["pair"], row["rate"]) not in held
            if new and before and not 1 / _JUMP < rate / before < _JUMP:
                jumps.append(f"{row['pair']} {rate} in {row['period']}, against {before} before")
            last[row["pair"]] = rate
        self.check_jumps(jumps)
