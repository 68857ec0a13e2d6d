"""Vendors' own list prices, as models.dev keeps them, with long-prompt prices and the open-weights flag.

``GET https://models.dev/api.json`` (https://models.dev, MIT), no key: ``{provider: {id, name, models: {id: {cost,
limit: {context}, release_date, open_weights, …}}}}``, where ``cost`` holds input, output, cache_read, cache_write,
tiers and context_over_200k in USD per million tokens. ``tiers`` (``[{tier: {type: "context", size}, input, output,
…}]``; ``context`` goes without saying) has taken the place of ``context_over_200k``, which is read where there are no
tiers. The file has no past, so only changes from one reading to the next are seen. Of its providers those are read
that the table already holds: the vendors' own price lists.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from tokencheck.evidence.changes import same_cell
from tokencheck.evidence.refresh.client import Client, read_json_answer
from tokencheck.evidence.refresh.snapshots import Snapshot
from tokencheck.evidence.refresh.source import Ingest, Source, write_decimal
from tokencheck.evidence.rows import Row

_PRICES = ("input_usd_per_mtok", "output_usd_per_mtok", "cache_read_usd_per_mtok", "cache_write_usd_per_mtok")
LONG = ("input_long_usd_per_mtok", "output_long_usd_per_mtok", "long_prompt_from_tokens")
_COMPARED = (*_PRICES, *LONG, "context_length", "open_weights")
CONTEXT_TIER = "context"  # the kind of tier that a prompt's length decides; what a tier is that names no kind
OVER_200K = 200_000
_JUMP = 100


class ModelsDev(Source):
    """models.dev's copy of the vendors' price lists."""

    name = "modelsdev"
    tables = ("vendor_prices",)
    base = "https://models.dev"
    source_id = "MODELSDEV-API"
    producer = "models.dev (community-maintained)"
    title = "api.json: vendors' own list prices"
    page = "https://models.dev/api.json"
    licence = "MIT"
    credit = "models.dev (MIT), community-maintained."
    processing = "Rows of `MODELSDEV-API` are the differences between two readings of the file."
    grade = "B"

    def fetch(self, since: date | None, until: date | None, client: Client) -> Snapshot:
        """Fetch the file as it stands; it has no past, so `since` and `until` change nothing."""
        if since or until:
            self.warn("the file has no history: --since and --until change nothing")
        return Snapshot(self.name, (client.get_json("/api.json"),))

    # ------------------------------------------------------------------------------------------------------ parse

    def parse(self, snapshot: Snapshot) -> dict[tuple[str, str], dict[str, str]]:
        """Read the price lists of the table's vendors.

        Raises
        ------
        UserError
            When an entry is not as documented.
        """
        node = self.read_mapping(read_json_answer(snapshot.answers[0], self.name), "answer")
        wanted = sorted({row["provider"] for row in self.book.rows("vendor_prices")})
        there = [name for name in wanted if name in node]
        if not there:
            raise self.fail(f"the answer holds none of the vendors {', '.join(wanted)}")
        if len(there) < len(wanted):
            self.warn(f"models.dev no longer lists {', '.join(name for name in wanted if name not in node)}")
        lists: dict[tuple[str, str], dict[str, str]] = {}
        for provider in there:
            entry = self.read_mapping(node[provider], provider)
            self.check_columns(entry, ("models",), ("id", "name", "env", "npm", "api", "doc"))
            for model, described in self.read_mapping(entry["models"], f"{provider}, models").items():
                described = self.read_mapping(described, f"{provider}, {model}")
                if described.get("cost"):
                    lists[provider, str(model)] = self._read_model(f"{provider}, {model}", described)
        if not lists:
            raise self.fail("the answer is valid and holds no prices", "Run this again later.")
        return lists

    def _read_model(self, where: str, entry: Mapping[str, Any]) -> dict[str, str]:
        cost = self.read_mapping(entry["cost"], f"{where}, cost")
        row = {
            name: self._read_price(cost.get(field), f"{where}, cost, {field}")
            for name, field in zip(_PRICES, ("input", "output", "cache_read", "cache_write"), strict=True)
        }
        if not row["input_usd_per_mtok"] or not row["output_usd_per_mtok"]:
            raise self.fail(f"{where}, cost lacks input or output")
        limit = self.read_mapping(entry.get("limit") or {}, f"{where}, limit")
        context = limit.get("context")
        row["context_length"] = "" if context is None else str(self.read_count(context, f"{where}, limit, context"))
        row["release_date"] = ""
        if entry.get("release_date"):
            form = r"\d{4}(-\d{2}(-\d{2})?)?"
            row["release_date"] = self.read_text(entry["release_date"], f"{where}, release_date", form)
        weights = entry.get("open_weights")
        if weights not in (None, True, False):
            raise self.fail(f"{where}, open_weights: {weights!r} — expected true or false")
        row["open_weights"] = "" if weights is None else str(weights).lower()
        return row | self._read_long(where, cost)

    def _read_price(self, value: Any, where: str) -> str:
        return "" if value is None else write_decimal(self.read_number(value, where))

    def _read_long(self, where: str, cost: Mapping[str, Any]) -> dict[str, str]:
        """Read the price of long prompts: the lowest tier by prompt length."""
        tiers = []
        for tier in self.read_list(cost.get("tiers") or [], f"{where}, tiers"):
            tier = self.read_mapping(tier, f"{where}, tiers")
            kind = self.read_mapping(tier.get("tier"), f"{where}, tier")
            if kind.get("type") not in (None, CONTEXT_TIER):
                self.warn(f"{where}: prices by {kind['type']!r} are not used, only those by length of the prompt")
            else:
                tiers.append((self.read_count(kind.get("size"), f"{where}, tier, size"), tier))
        over = cost.get("context_over_200k")
        if not tiers and over:
            tiers.append((OVER_200K, self.read_mapping(over, f"{where}, context_over_200k")))
        tiers = [one for one in tiers if one[0] > 0]
        if not tiers:
            return dict.fromkeys(LONG, "")
        size, tier = min(tiers, key=lambda one: one[0])
        prices = (self._read_price(tier.get(name), f"{where}, tier, {name}") for name in ("input", "output"))
        return dict(zip(LONG, (*prices, str(size)), strict=True))

    # ----------------------------------------------------------------------------------------------------- ingest

    def ingest(self, snapshot: Snapshot) -> Ingest:
        """Append the prices that differ from the last ones recorded; see `Source.ingest`."""
        lists = self.parse(snapshot)
        day = f"{snapshot.retrieved_at:%Y-%m-%d}"
        before = self.book.rows("vendor_prices")
        if day < max(row["date"] for row in before):
            return self.finish((), snapshot, day, len(lists))
        last: dict[tuple[str, str], Row] = {}
        for row in sorted(before, key=lambda row: row["date"]):
            last[row["provider"], row["vendor_model_id"]] = row
        rows, jumps = [], []
        for (provider, model), entry in sorted(lists.items()):
            known = last.get((provider, model))
            if known and all(same_cell(known[name], entry[name], name != "open_weights") for name in _COMPARED):
                continue
            jumps += self._find_jumps(f"{provider} {model}", known, entry)
            rows.append(
                {"date": day, "provider": provider, "vendor_model_id": model, **entry}
                | {"commit": snapshot.sha256[:10], "source_id": self.source_id}
            )
        self.check_jumps(jumps)
        updates = [self.update("vendor_prices", self.join("vendor_prices", rows), snapshot, day)] if rows else []
        return self.finish(updates, snapshot, day, len(lists))

    def _find_jumps(self, named: str, before: Row | None, after: Mapping[str, str]) -> list[str]:
        jumps = []
        for name in _PRICES[:2]:
            old, new = Decimal((before or {}).get(name) or 0), Decimal(after[name] or 0)
            leaps = old and new and not 1 / Decimal(_JUMP) < new / old < _JUMP
            if leaps or new > 1000:
                jumps.append(f"{named} {name.split('_')[0]} {old or 'none'} → {new} USD per million tokens")
        return jumps
