"""Prices on OpenRouter: the public catalogue, turned into changes of the ledger.

``GET /api/v1/models`` needs no key (https://openrouter.ai/docs/models). It answers ``{"data": [{id, canonical_slug,
name, created, context_length, pricing: {prompt, completion, input_cache_read, …}, hugging_face_id, …}]}`` with prices
in USD per token, as text; −1 marks a router whose price depends on where it leads, and such ids are not in the ledger.
There is no history: what was not read on a day cannot be read later.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from tokencheck.evidence.changes import same_cell
from tokencheck.evidence.refresh.client import Client, read_json_answer
from tokencheck.evidence.refresh.snapshots import Snapshot
from tokencheck.evidence.refresh.source import Ingest, Source, write_decimal
from tokencheck.evidence.rows import Row
from tokencheck.units import MILLION

_PRICES = ("input_usd_per_mtok", "output_usd_per_mtok", "cache_read_usd_per_mtok")
_COMPARED = (*_PRICES, "context_length")
_JUMP = 100  # times dearer or cheaper at once; from and to free is usual
LEAST_KEPT = 0.5
_KNOWN = (
    "hugging_face_id", "description", "architecture", "top_provider", "per_request_limits", "supported_parameters",
    "default_parameters", "expiration_date", "knowledge_cutoff", "links", "supported_voices", "benchmarks", "reasoning",
)  # fmt: skip


class OpenRouterPrices(Source):
    """OpenRouter's catalogue of models and prices."""

    name = "openrouter-prices"
    tables = ("price_changes", "models")
    base = "https://openrouter.ai/api/v1"
    source_id = "OPENROUTER-PRICES"
    producer = "OpenRouter"
    title = "Catalogue of models and prices (/api/v1/models)"
    page = "https://openrouter.ai/models"
    licence = "facts; terms of the interface state no licence for them"
    credit = "Newest prices: OpenRouter (openrouter.ai/models), as of {as_of}."
    processing = "Rows of `OPENROUTER-PRICES` are the differences between two readings, per token times a million."

    def fetch(self, since: date | None, until: date | None, client: Client) -> Snapshot:
        """Fetch the catalogue as it stands; it has no past, so `since` and `until` change nothing."""
        if since or until:
            self.warn("the catalogue has no history: --since and --until change nothing")
        return Snapshot(self.name, (client.get_json("/models"),))

    # ------------------------------------------------------------------------------------------------------ parse

    def parse(self, snapshot: Snapshot) -> dict[str, dict[str, Any]]:
        """Read the catalogue: one entry a model with a fixed price, prices in USD per million tokens.

        Raises
        ------
        UserError
            When an entry is not as documented.
        """
        node = self.read_mapping(read_json_answer(snapshot.answers[0], self.name), "answer")
        self.check_columns(node, ("data",))
        entries = self.read_list(node["data"], "data")
        if not entries:
            raise self.fail("the catalogue is valid and empty", "Run this again later.")
        catalogue: dict[str, dict[str, Any]] = {}
        for number, entry in enumerate(entries, start=1):
            entry = self.read_mapping(entry, f"entry {number}")
            self.check_columns(
                entry, ("id", "name", "created", "context_length", "pricing"), (*_KNOWN, "canonical_slug")
            )
            model = self.read_text(entry["id"], f"entry {number}, id", r"[^/\s]+/[^\s]+")
            if model in catalogue:
                raise self.fail(f"{model} stands twice in the catalogue", "Run this again later.")
            read = self._read_entry(model, entry)
            if read:
                catalogue[model] = read
        return catalogue

    def _read_entry(self, model: str, entry: Mapping[str, Any]) -> dict[str, Any] | None:
        pricing = self.read_mapping(entry["pricing"], f"{model}, pricing")
        cached = pricing.get("input_cache_read")
        texts = {name: pricing.get(name) for name in ("prompt", "completion")}
        texts |= {"input_cache_read": "0" if cached in (None, "") else cached}
        prices = [self.read_number(text, f"{model}, pricing, {name}", least=-1) for name, text in texts.items()]
        if any(price < 0 for price in prices):
            return None
        length = entry["context_length"]
        created = self.read_number(entry["created"], f"{model}, created")
        try:
            listed = datetime.fromtimestamp(int(created), UTC).date()
        except (OverflowError, ValueError, OSError):
            raise self.fail(f"{model}, created: {created} — expected seconds since 1970") from None
        return {
            "input_usd_per_mtok": write_decimal(prices[0] * MILLION),
            "output_usd_per_mtok": write_decimal(prices[1] * MILLION),
            "cache_read_usd_per_mtok": write_decimal(prices[2] * MILLION) if cached not in (None, "") else "",
            "context_length": "" if length is None else str(self.read_count(length, f"{model}, context_length")),
            "permaslug": str(entry.get("canonical_slug") or ""),
            "name": str(entry["name"] or model),
            "listed": listed,
            "hugging_face_id": str(entry.get("hugging_face_id") or ""),
        }

    # ----------------------------------------------------------------------------------------------------- ingest

    def ingest(self, snapshot: Snapshot) -> Ingest:
        """Append what changed since the ledger's last entry, and bring the list of models up to date."""
        catalogue = self.parse(snapshot)
        as_of = f"{snapshot.retrieved_at:%Y-%m-%d}"
        moment = f"{snapshot.retrieved_at:%Y-%m-%dT%H:%MZ}"
        ledger = self.book.rows("price_changes")
        if moment <= max(row["snapshot_utc"] for row in ledger):
            return self.finish((), snapshot, as_of, len(catalogue))  # it stands in the ledger already
        last = self._find_last(ledger)
        events = self._compare(catalogue, last, moment, snapshot.sha256[:10])
        updates = []
        if events:
            rows = self.join("price_changes", events)
            updates.append(self.update("price_changes", rows, snapshot, as_of))
            models = self._update_models(catalogue, as_of)
            updates.append(self.update("models", models, snapshot, as_of, credit=False))
        return self.finish(updates, snapshot, as_of, len(catalogue))

    def _find_last(self, ledger: list[Row]) -> dict[str, Row]:
        last: dict[str, Row] = {}
        for row in sorted(ledger, key=lambda row: row["snapshot_utc"]):
            last[row["model"]] = row
        return last

    def _compare(
        self, catalogue: Mapping[str, Mapping[str, Any]], last: Mapping[str, Row], moment: str, commit: str
    ) -> list[Row]:
        listed = {model for model, row in last.items() if row["event"] != "delisted"}
        gone = sorted(listed - set(catalogue))
        if len(gone) > (1 - LEAST_KEPT) * len(listed):
            self.check_jumps([f"{len(gone)} of {len(listed)} listed models are gone at once"])
        common = {"snapshot_utc": moment, "commit": commit, "source_id": self.source_id}
        events: list[Row] = [
            common | {"model": model, "event": "delisted", "permaslug": last[model]["permaslug"]} for model in gone
        ]
        jumps: list[str] = []
        for model, entry in sorted(catalogue.items()):
            event = "changed" if model in listed else "relisted" if model in last else "listed"
            if event == "changed":
                if all(same_cell(last[model][name], entry[name], numeric=True) for name in _COMPARED):
                    continue
                jumps += self._find_jumps(model, last[model], entry)
            row = {name: entry[name] for name in (*_COMPARED, "permaslug")}
            events.append(common | row | {"model": model, "event": event})
        self.check_jumps(jumps)
        return events

    def _find_jumps(self, model: str, before: Row, after: Mapping[str, Any]) -> list[str]:
        jumps = []
        for name in _PRICES[:2]:
            old, new = Decimal(before[name] or 0), Decimal(after[name] or 0)
            if old and new and not 1 / Decimal(_JUMP) < new / old < _JUMP:
                jumps.append(f"{model} {name.split('_')[0]} {old} → {new} USD per million tokens")
        return jumps

    def _update_models(self, catalogue: Mapping[str, Mapping[str, Any]], as_of: str) -> list[Row]:
        rows = {row["model"]: row for row in self.book.rows("models")}
        developers = self._find_developers()
        for model, entry in catalogue.items():
            if model in rows:
                rows[model] = rows[model] | {"last_seen_openrouter": max(rows[model]["last_seen_openrouter"], as_of)}
            else:
                rows[model] = self._introduce(model, entry, developers, as_of)
        return list(rows.values())

    def _find_developers(self) -> dict[str, tuple[str, str]]:
        """Give the developer and country by author prefix, as most rows of that prefix have it."""
        seen: dict[str, Counter] = {}
        for row in self.book.rows("models"):
            author = row["model"].lstrip("~").split("/")[0]
            seen.setdefault(author, Counter())[row["developer"], row["developer_country"]] += 1
        return {author: counts.most_common(1)[0][0] for author, counts in seen.items()}

    def _introduce(
        self, model: str, entry: Mapping[str, Any], developers: dict[str, tuple[str, str]], as_of: str
    ) -> Row:
        base, _, variant = model.lstrip("~").partition(":")
        author = base.split("/")[0]
        if author not in developers:
            labs = {row["alias"]: row for row in self.book.rows("labs")}
            lab = labs.get(author, {"lab": author, "country": ""})
            developers[author] = lab["lab"], lab["country"]
            if author not in labs:
                self.warn(f"new developer “{author}” ({model}): its country is not known; fill in data/tables/labs.csv")
        developer, country = developers[author]
        weights = bool(entry["hugging_face_id"])
        return {
            "model": model,
            "name": entry["name"],
            "developer": developer,
            "developer_country": country,
            "open_weights": "true" if weights else "",
            "release_date": entry["listed"].isoformat(),
            "permaslug": entry["permaslug"],
            "base_model_id": base,
            "variant": variant,
            "is_latest_alias": "true" if model.startswith("~") else "false",
            "first_seen_openrouter": as_of,
            "last_seen_openrouter": as_of,
            "hugging_face_id": entry["hugging_face_id"],
            "release_date_source": "openrouter.created (listing date)",
            "open_weights_source": "openrouter.hugging_face_id present" if weights else "",
            "source_id": self.source_id,
        }
