"""Electricity prices in Europe: Eurostat's nrg_pc_205, non-household consumers, as JSON-stat 2.0.

``GET /statistics/1.0/data/nrg_pc_205?format=JSON&lang=EN&unit=KWH&currency=EUR&nrg_cons=…&tax=…&sinceTimePeriod=…``
(https://ec.europa.eu/eurostat/web/user-guides/data-browser/api-data-access), no key. The bands of yearly use are
``MWH_LT20`` (IA) to ``MWH_GE150000`` (IG); they must be named, since codes of the time before 2007 stand beside them.
``value`` is sparse: a mapping from the place in the cube, last dimension fastest, to the price.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from tokencheck.evidence.refresh.client import Client, read_json_answer
from tokencheck.evidence.refresh.snapshots import Snapshot
from tokencheck.evidence.refresh.source import Ingest, Source, write_decimal
from tokencheck.evidence.rows import Row

BANDS = {
    "MWH_LT20": "IA",
    "MWH20-499": "IB",
    "MWH500-1999": "IC",
    "MWH2000-19999": "ID",
    "MWH20000-69999": "IE",
    "MWH70000-149999": "IF",
    "MWH_GE150000": "IG",
}
TAXES = ("I_TAX", "X_VAT", "X_TAX")
# As the table names them; what is not here by Eurostat's own label.
PLACES = {
    "EU27_2020": "EU27", "EA": "Euro area", "AL": "Albania", "AT": "Austria", "BA": "Bosnia and Herz.", "BE": "Belgium",
    "BG": "Bulgaria", "CY": "Cyprus", "CZ": "Czech Rep.", "DE": "Germany", "DK": "Denmark", "EE": "Estonia",
    "EL": "Greece", "ES": "Spain", "FI": "Finland", "FR": "France", "GE": "Georgia", "HR": "Croatia", "HU": "Hungary",
    "IE": "Ireland", "IS": "Iceland", "IT": "Italy", "LI": "Liechtenstein", "LT": "Lithuania", "LU": "Luxembourg",
    "LV": "Latvia", "MD": "Moldova", "ME": "Montenegro", "MK": "North Macedonia", "MT": "Malta", "NL": "Netherlands",
    "NO": "Norway", "PL": "Poland", "PT": "Portugal", "RO": "Romania", "RS": "Serbia", "SE": "Sweden", "SI": "Slovenia",
    "SK": "Slovakia", "TR": "Turkey", "UA": "Ukraine", "UK": "United Kingdom", "XK": "Kosovo",
}  # fmt: skip
_DIMENSIONS = ("nrg_cons", "tax", "geo", "time")
_FIXED = {"unit": "KWH", "currency": "EUR"}
HALF_YEARLY = "S"
MOST_EUR_PER_KWH = 2
_JUMP = 10


@dataclass(frozen=True)
class Observation:
    """One price in EUR per kWh, with Eurostat's flag, if any."""

    period: str
    geo: str
    band: str
    tax: str
    value: Decimal
    flag: str


def name_place(code: str, label: str = "") -> str:
    """Name a country as the table does.

    Parameters
    ----------
    code : str
        Eurostat's.
    label : str
        Eurostat's own name, for what is not known here.

    Returns
    -------
    str

    Examples
    --------
    >>> name_place("DE"), name_place("ZZ", "Zubrowka"), name_place("Germany")
    ('Germany', 'Zubrowka', 'Germany')
    """
    return PLACES.get(code) or label or code


class Eurostat(Source):
    """Eurostat's half-yearly electricity prices."""

    name = "eurostat"
    tables = ("electricity_eu",)
    base = "https://ec.europa.eu/eurostat/api/dissemination/statistics/1.0"
    source_id = "ESTAT"  # sorts before the copies EU1 to EU5, so that measures take the original
    producer = "Eurostat"
    title = "nrg_pc_205: electricity prices for non-household consumers, half-yearly, all bands and tax levels"
    page = "https://ec.europa.eu/eurostat/databrowser/view/nrg_pc_205"
    licence = "CC BY 4.0"
    credit = "Source: Eurostat (nrg_pc_205)."
    processing = "Rows of `ESTAT` stand as answered, with Eurostat’s flag; prices of nil are left out."

    def fetch(self, since: date | None, until: date | None, client: Client) -> Snapshot:
        """Fetch all half-years since the year before last; see `Source.fetch`."""
        since = since or date(client.now().year - 2, 1, 1)
        asked: dict[str, Any] = {
            "format": "JSON",
            "lang": "EN",
            **_FIXED,
            "nrg_cons": list(BANDS),
            "tax": list(TAXES),
            "sinceTimePeriod": _write_half_year(since),
        }
        if until:
            asked["untilTimePeriod"] = _write_half_year(until)
        return Snapshot(self.name, (client.get_json("/data/nrg_pc_205", asked),), since, until)

    # ------------------------------------------------------------------------------------------------------ parse

    def parse(self, snapshot: Snapshot) -> list[Observation]:
        """Read the cube.

        Raises
        ------
        UserError
            When it is not as documented.
        """
        node = self.read_mapping(read_json_answer(snapshot.answers[0], self.name), "answer")
        self._judge_message(node)
        self.check_columns(
            node,
            ("id", "size", "dimension", "value"),
            ("version", "class", "label", "source", "updated", "status", "extension", "link", "href", "note", "role",
             "warning"),
        )  # fmt: skip
        names = [self.read_text(one, "id") for one in self.read_list(node["id"], "id")]
        self.check_columns(names, (*_DIMENSIONS, *_FIXED), ("freq", "product", "siec", "indic_en"))
        if len(set(names)) < len(names):
            raise self.fail(f"a dimension stands twice: {', '.join(names)}")
        codes = {name: self._read_codes(node["dimension"], name) for name in names}
        sizes = [self.read_count(one, "size") for one in self.read_list(node["size"], "size")]
        if sizes != [len(codes[name]) for name in names]:
            raise self.fail(f"the sizes {sizes} do not match the dimensions")
        self._check_codes(codes, snapshot)
        values = node["value"]
        cells = dict(enumerate(values)) if isinstance(values, list) else self.read_mapping(values, "value")
        flags = node.get("status") if isinstance(node.get("status"), Mapping) else {}
        prices = []
        for place, value in cells.items():
            if value is None:
                continue
            at = self._find_cell(place, names, sizes, codes)
            price = self.read_number(value, f"value {place} ({at['geo']}, {at['time']})")
            label = name_place(at["geo"], self._read_label(node["dimension"], at["geo"]))
            flag = str(flags.get(str(place), ""))
            prices.append(Observation(at["time"], label, BANDS[at["nrg_cons"]], at["tax"], price, flag))
        if not prices:
            raise self.fail("the answer is valid and empty", "Give an earlier --since, or run this again later.")
        return prices

    def _read_codes(self, dimensions: Any, name: str) -> list[str]:
        """Give the codes of a dimension in order."""
        dimension = self.read_mapping(self.read_mapping(dimensions, "dimension").get(name), f"dimension {name}")
        category = self.read_mapping(dimension.get("category"), f"dimension {name}, category")
        index = category.get("index")
        if isinstance(index, list):
            return [str(code) for code in index]
        if index is None and isinstance(category.get("label"), Mapping):
            return [str(code) for code in category["label"]]  # JSON-stat allows this for a single category
        places = self.read_mapping(index, f"dimension {name}, index")
        ordered = sorted((self.read_count(place, f"dimension {name}, index"), code) for code, place in places.items())
        if [place for place, _ in ordered] != list(range(len(ordered))):
            raise self.fail(f"dimension {name}: the index has gaps")
        return [code for _, code in ordered]

    def _judge_message(self, node: Mapping[str, Any]) -> None:
        """Pass on what the provider says where data should be: it answers large questions later, or not at all."""
        found = node.get("warning") or node.get("error")
        if "value" in node or not found:
            return
        told = found[0] if isinstance(found, list) else found
        said = told.get("label") or told.get("title") if isinstance(told, Mapping) else told
        raise self.fail(f"the provider answered without data: “{str(said)[:200]}”", "Try again later.")

    def _check_codes(self, codes: Mapping[str, list[str]], snapshot: Snapshot) -> None:
        for name, found in codes.items():
            if name not in _DIMENSIONS and len(found) > 1:  # which of its codes a price is for would be a guess
                raise self.fail(
                    f"dimension {name} has {len(found)} codes ({', '.join(found[:4])}), where one was expected"
                )
        asked_for = {"freq": (HALF_YEARLY,), "nrg_cons": BANDS, "tax": TAXES, "unit": ("KWH",), "currency": ("EUR",)}
        for name, asked in asked_for.items():
            if name not in codes:
                continue  # only `freq` may be missing: the others have been seen to be there
            strange = [code for code in codes[name] if code not in asked]
            if strange:
                raise self.fail(f"dimension {name} holds {', '.join(strange[:3])}, which was not asked for")
        first, last = self._find_span(snapshot)
        for period in codes["time"]:
            self.read_text(period, "dimension time", r"\d{4}-S[12]")
            if not first <= period <= last:
                raise self.fail(f"asked for {first} to {last}, the answer holds {period}")

    def _find_span(self, snapshot: Snapshot) -> tuple[str, str]:
        """Give the first and the last half-year that were asked for."""
        first = _write_half_year(snapshot.since) if snapshot.since else ""
        return first, _write_half_year(snapshot.until or snapshot.retrieved_at.date())

    def _find_cell(
        self, place: Any, names: list[str], sizes: list[int], codes: Mapping[str, list[str]]
    ) -> dict[str, str]:
        rest = self.read_count(place, "value")
        if rest >= math.prod(sizes):
            raise self.fail(f"value {rest} lies outside the cube")
        at = {}
        for name, size in zip(reversed(names), reversed(sizes), strict=True):
            rest, position = divmod(rest, size)
            at[name] = codes[name][position]
        return at

    def _read_label(self, dimensions: Any, geo: str) -> str:
        labels = dimensions["geo"]["category"].get("label")
        label = labels.get(geo) if isinstance(labels, Mapping) else None
        return label.strip() if isinstance(label, str) else ""

    # ----------------------------------------------------------------------------------------------------- ingest

    def ingest(self, snapshot: Snapshot) -> Ingest:
        """Write all prices; see `Source.ingest`."""
        prices = self.parse(snapshot)
        self._check_prices(prices)
        rows: list[Row] = [
            {
                "period": one.period,
                "geo": one.geo,
                "band": one.band,
                "tax": one.tax,
                "price_eur_per_kwh": write_decimal(one.value),
                "note": f"flag {one.flag}" if one.flag else "",
                "source_id": self.source_id,
            }
            for one in prices
            if one.value > 0  # some countries write nil where the figure is confidential
        ]
        as_of = max(one.period for one in prices)
        first, last = self._find_span(snapshot)
        joined = self.join_anew("electricity_eu", rows, lambda row: first <= row["period"] <= last)
        return self.finish([self.update("electricity_eu", joined, snapshot, as_of)], snapshot, as_of, len(prices))

    def _check_prices(self, prices: list[Observation]) -> None:
        known = {
            (row["period"], row["geo"], row["band"], row["tax"]): Decimal(row["price_eur_per_kwh"])
            for row in self.book.rows("electricity_eu")
        }
        jumps = []
        for one in prices:
            before = known.get((one.period, one.geo, one.band, one.tax))
            beside = before and one.value and not before / _JUMP < one.value < before * _JUMP
            if before != one.value and (one.value > MOST_EUR_PER_KWH or beside):
                against = f", against {before} before" if before else ""
                jumps.append(f"{one.geo} {one.band} {one.tax} {one.value} EUR per kWh in {one.period}{against}")
        self.check_jumps(jumps)


def _write_half_year(day: date) -> str:
    return f"{day.year}-S{1 if day.month <= 6 else 2}"
