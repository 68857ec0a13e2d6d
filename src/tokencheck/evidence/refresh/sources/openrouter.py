"""Usage on OpenRouter: tokens of each day's fifty most used models, and of all others together.

With a key (any OpenRouter key), the documented endpoint of the Data API: days from 2025-01-01, at most 366 a call,
30 calls a minute, 500 a day (https://openrouter.ai/docs/cookbook/administration/data-api). It answers
``{"data": [{date, model_permaslug, total_tokens}], "meta": {as_of, version, start_date, end_date}}`` with
``total_tokens`` as text; the running day is incomplete, so yesterday is the last that is asked for.

Without a key, the daily exports: a file of each day D holds the thirty days before it, and does not change any more.
``latest.csv`` can mix two days shortly after a file appears, so the manifest is read first, then the dated file that
it names, whose SHA-256 is checked against it. The oldest file is that of 2026-09-19.

Every day is kept by model (``usage_daily``) and by developer (``usage_labs_daily``). The answers themselves are kept
in full as snapshots.
"""

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any

from tokencheck.errors import UserError
from tokencheck.evidence.refresh.client import Answer, Client, Key, read_json_answer
from tokencheck.evidence.refresh.snapshots import Snapshot
from tokencheck.evidence.refresh.source import Ingest, Source, list_days, name_days
from tokencheck.evidence.rows import Row
from tokencheck.evidence.tables import OTHER

_FIRST_DAY = date(2025, 1, 1)
FIRST_EXPORT = date(2026, 9, 19)
EXPORT_DAYS = 30
MOST_DAYS = 366
OVERLAP = 7  # days read again, since the last ones are often restated
_NAMED = 50
# Since 2025 no day's total lay beyond 0.65 to 1.4 times the median of the seven days before it.
JUMP = 3
MODEL_JUMP, MODEL_SHARE = 200, 0.05

ENDPOINT = "/datasets/rankings-daily"
EXPORTS = "/datasets/exports/rankings-daily"

Day = dict[str, int]


@dataclass(frozen=True)
class Usage:
    """Tokens by day and model, and when the provider wrote them down."""

    days: dict[date, Day]
    as_of: str


class OpenRouter(Source):
    """OpenRouter's record of usage."""

    name = "openrouter"
    tables = ("usage_labs_daily", "usage_daily", "labs")
    base = "https://openrouter.ai/api/v1"
    key = Key("OPENROUTER_API_KEY", "https://openrouter.ai/settings/keys")
    interval = 2.0
    source_id = "OPENROUTER"
    producer = "OpenRouter"
    title = "rankings-daily: tokens of the fifty most used models a day"
    page = "https://openrouter.ai/rankings"
    licence = "CC BY 4.0"
    credit = "Source: OpenRouter (openrouter.ai/rankings), as of {as_of}. Licensed under CC BY 4.0."
    processing = (
        "Rows of `OPENROUTER` stand as answered, a day as a whole; models are added up by developer with `labs`."
    )

    # ------------------------------------------------------------------------------------------------------- fetch

    def fetch(self, since: date | None, until: date | None, client: Client) -> Snapshot:
        """Fetch usage from the Data API where there is a key, else from the exports; see `Source.fetch`."""
        yesterday = client.now().date() - timedelta(days=1)
        last = min(until, yesterday) if until else yesterday
        known = max(date.fromisoformat(row["date"]) for row in self.book.rows("usage_labs_daily"))
        first = max(since or min(known, last) - timedelta(days=OVERLAP - 1), _FIRST_DAY)
        if first > last:
            raise UserError(
                f"{self.name}: there are no complete days from {first} to {last}; the record begins on {_FIRST_DAY} "
                f"and ends on {yesterday}. Give an earlier --since or a later --until."
            )
        answers = self._ask_api(first, last, client) if client.secret else self._read_exports(first, last, client)
        return Snapshot(self.name, tuple(answers), first, last)

    def _ask_api(self, first: date, last: date, client: Client) -> list[Answer]:
        answers = []
        while first <= last:
            end = min(first + timedelta(days=MOST_DAYS - 1), last)
            days = {"start_date": first.isoformat(), "end_date": end.isoformat()}
            answers.append(client.get_json(ENDPOINT, days, resume=True))
            first = end + timedelta(days=1)
        return answers

    def _read_exports(self, first: date, last: date, client: Client) -> list[Answer]:
        """Read the newest export, and older ones until the first day is covered."""
        latest = client.get_json(f"{EXPORTS}/latest.manifest.json")
        newest = self._read_manifest(latest)[0]
        wanted, answers = min(last + timedelta(days=1), newest), []
        while True:
            manifest = latest if wanted == newest else self._find_manifest(wanted, client)
            if manifest is None:
                break
            file = client.get(f"{EXPORTS}/{wanted}.csv", resume=True)
            self._verify(manifest, file)
            answers += [manifest, file]
            covered = wanted - timedelta(days=EXPORT_DAYS)
            if covered <= first or wanted <= FIRST_EXPORT:
                break
            wanted = max(covered, FIRST_EXPORT)
        return answers

    def _find_manifest(self, day: date, client: Client) -> Answer | None:
        try:
            return client.get_json(f"{EXPORTS}/{day}.manifest.json", resume=True)
        except UserError as problem:
            if " answered 404 " not in str(problem):
                raise
            self.warn(f"there is no export of {day}, so days before {day} may be missing")
            return None

    def _read_manifest(self, manifest: Answer) -> tuple[date, str, str]:
        """Give the day of an export, the SHA-256 of its CSV, and the moment it was written."""
        node = self.read_mapping(read_json_answer(manifest, self.name), "manifest")
        self.check_columns(
            node,
            ("snapshot_date", "files"),
            ("dataset", "schema_version", "retrieved_at", "row_count", "update_cadence", "license", "attribution",
             "readme_url", "license_url", "latest", "methodology", "source_pages"),
        )  # fmt: skip
        files = self.read_mapping(node["files"], "manifest, files")
        file = self.read_mapping(files.get("csv"), "manifest, files, csv")
        digest = self.read_text(file.get("sha256"), "manifest, sha256", r"[0-9a-fA-F]{64}")
        day = self.read_day(node["snapshot_date"], "manifest, snapshot_date")
        return day, digest.lower(), str(node.get("retrieved_at") or f"{day}T00:00:00Z")

    def _verify(self, manifest: Answer, file: Answer) -> None:
        day, digest, _ = self._read_manifest(manifest)
        found = hashlib.sha256(file.content).hexdigest()
        if found != digest:
            raise self.fail(
                f"the export of {day} does not match its manifest: SHA-256 {found[:12]}… — expected {digest[:12]}…",
                "It was damaged on the way, or replaced while it was read. Run this again in a few minutes.",
            )

    # ------------------------------------------------------------------------------------------------------ parse

    def parse(self, snapshot: Snapshot) -> Usage:
        """Read the answers of a snapshot, from the API or from exports.

        Parameters
        ----------
        snapshot : Snapshot

        Returns
        -------
        Usage

        Raises
        ------
        UserError
            When a row is not as documented.
        """
        exported = any(answer.url.endswith(".csv") for answer in snapshot.answers)
        parts = self._parse_exports(snapshot) if exported else self._parse_api(snapshot)
        days: dict[date, Day] = {}
        for part, _ in parts:
            for day, models in part.items():
                days.setdefault(day, models)  # exports come newest first, and the newest holds a day's last word
        if exported:  # a file holds thirty days, whatever was asked for
            days = {day: models for day, models in days.items() if snapshot.since <= day <= snapshot.until}
        self._check_days(days, snapshot, exported)
        return Usage(days, max((as_of for _, as_of in parts), default=""))

    def _parse_api(self, snapshot: Snapshot) -> list[tuple[dict[date, Day], str]]:
        parts = []
        for answer in snapshot.answers:
            node = self.read_mapping(read_json_answer(answer, self.name), "answer")
            self.check_columns(node, ("data", "meta"))
            meta = self.read_mapping(node["meta"], "meta")
            as_of = self.read_text(meta.get("as_of"), "meta, as_of", r"\d{4}-\d{2}-\d{2}T\S+")
            rows = self.read_list(node["data"], "data")
            parts.append((self._parse_rows(rows), as_of))
        return parts

    def _parse_exports(self, snapshot: Snapshot) -> list[tuple[dict[date, Day], str]]:
        parts = []
        for manifest, file in zip(snapshot.answers[::2], snapshot.answers[1::2], strict=True):
            day, _, as_of = self._read_manifest(manifest)
            days = self._parse_rows(self.read_csv(file))
            outside = [one for one in days if not day - timedelta(days=EXPORT_DAYS) <= one < day]
            if outside:
                raise self.fail(f"the export of {day} holds other days than the thirty before it: {name_days(outside)}")
            parts.append((days, as_of))
        return parts

    def _parse_rows(self, rows: list[Any]) -> dict[date, Day]:
        needed = ("date", "model_permaslug", "total_tokens")
        days: dict[date, Day] = defaultdict(dict)
        columns: set[str] = set()
        dates: dict[str, date] = {}  # each day and model stands there often and is read once
        names: set[str] = {OTHER}
        for number, row in enumerate(rows, start=1):
            where = f"row {number}"
            row = self.read_mapping(row, where)
            if not columns or row.keys() != columns:
                self.check_columns(map(str, row), needed, ("rank", "share_of_daily_tokens"))
                columns = set(row)
            text, model = row["date"], row["model_permaslug"]
            day = dates.get(text) if isinstance(text, str) else None
            if day is None:
                day = dates[text] = self.read_day(text, f"{where}, date")
            if not isinstance(model, str) or model not in names:
                names.add(self.read_text(model, f"{where}, model_permaslug", r"[^/\s]+(/[^\s]+)?"))
            if model in days[day]:
                raise self.fail(f"{where}: {model} stands twice on {day}", "Run this again later.")
            days[day][model] = self.read_count(row["total_tokens"], f"{where}, total_tokens")
        return dict(days)

    def _check_days(self, days: Mapping[date, Day], snapshot: Snapshot, exported: bool) -> None:
        if not days:
            raise self.fail(
                f"the answer is valid and empty: no rows from {snapshot.since} to {snapshot.until}", "Run this later."
            )
        future = [day for day in days if day >= snapshot.retrieved_at.date()]
        if future:
            raise self.fail(f"the answer holds days that are not over: {name_days(future)}", "Run this again later.")
        strange = [day for day in days if not snapshot.since <= day <= snapshot.until]
        if strange:
            raise self.fail(
                f"asked for {snapshot.since} to {snapshot.until}, the answer holds other days: {name_days(strange)}"
            )
        bare = [day for day, models in days.items() if OTHER not in models]
        if bare:  # the provider writes none where all models are named
            self.warn(f"no row “{OTHER}” on {name_days(bare)}: the models named are taken for all tokens")
        long = [day for day, models in days.items() if len(models) > _NAMED + 1]
        if long:
            self.warn(f"more than the documented {_NAMED} models are named on {name_days(long)}")
        absent = set(list_days(snapshot.since, snapshot.until)) - set(days)
        if absent:
            hint = "; a key reaches back to 2025-01-01: " + self.key.describe() if exported and self.key else ""
            self.warn(f"the provider has no rows for {name_days(absent)}{hint}")

    # ----------------------------------------------------------------------------------------------------- ingest

    def ingest(self, snapshot: Snapshot) -> Ingest:
        """Bring days up to date, by developer and by model; see `Source.ingest`."""
        usage = self.parse(snapshot)
        days = {f"{day:%Y-%m-%d}": models for day, models in usage.days.items()}
        labs, developers = self._find_labs(days)
        self._check_jumps(days)
        by_lab = self._sum_by_lab(days, developers)
        updates = []
        for table, new in (("usage_labs_daily", by_lab), ("usage_daily", self._list_models(days))):
            rows = self.join(table, new, lambda row: row["date"] in days)
            missing = self._list_missing(rows)
            updates.append(self.update(table, rows, snapshot, usage.as_of, missing_days=missing))
        if labs:
            updates.append(self.update("labs", self.join("labs", labs), snapshot, usage.as_of, credit=False))
        count = sum(map(len, usage.days.values()))
        return self.finish(updates, snapshot, usage.as_of, count)

    def _find_labs(self, days: Mapping[str, Day]) -> tuple[list[Row], dict[str, str]]:
        """Find each model's developer; one that is not known yet is named after its prefix, without a country."""
        known = {row["alias"]: row["lab"] for row in self.book.rows("labs")}
        new: dict[str, Row] = {}
        developers: dict[str, str] = {OTHER: OTHER}
        for day, models in sorted(days.items()):
            for model in models:
                if model in developers:
                    continue
                base = model.split(":")[0]
                author = base.split("/")[0]
                lab = known.get(base) or known.get(author)
                if lab is None:
                    lab = known[author] = author
                    new[author] = self._introduce(author, day)
                developers[model] = lab
        self._report_new(new, days)
        return list(new.values()), developers

    def _introduce(self, author: str, day: str) -> Row:
        basis = f"not looked up yet; first seen on {day}"
        return {"alias": author, "lab": author, "country": "", "basis": basis, "source_id": self.source_id}

    def _report_new(self, new: Mapping[str, Row], days: Mapping[str, Day]) -> None:
        total = sum(sum(models.values()) for models in days.values())
        for author in new:
            own = sum(n for models in days.values() for model, n in models.items() if model.split("/")[0] == author)
            self.warn(
                f"new developer “{author}” ({100 * own / total:.2g} % of the tokens read): its country is not known "
                "and it counts as unattributed; fill in data/tables/labs.csv"
            )

    def _sum_by_lab(self, days: Mapping[str, Day], developers: Mapping[str, str]) -> list[Row]:
        rows: list[Row] = []
        for day, models in days.items():
            totals: dict[str, int] = defaultdict(int)
            for model, tokens in models.items():
                totals[developers[model]] += tokens
            rows += [
                {"date": day, "lab": lab, "tokens": str(tokens), "source_id": self.source_id}
                for lab, tokens in totals.items()
            ]
        return rows

    def _list_models(self, days: Mapping[str, Day]) -> list[Row]:
        return [
            {"date": day, "model": model, "tokens": str(tokens), "source_id": self.source_id}
            for day, models in days.items()
            for model, tokens in models.items()
        ]

    def _list_missing(self, rows: list[Row]) -> list[str]:
        held = {date.fromisoformat(row["date"]) for row in rows}
        return [day.isoformat() for day in list_days(min(held), max(held)) if day not in held]

    def _check_jumps(self, days: Mapping[str, Day]) -> None:
        """Compare each day's total with the days before it, and each model with the day before."""
        totals: dict[str, int] = defaultdict(int)
        for row in self.book.rows("usage_labs_daily"):
            totals[row["date"]] += int(row["tokens"])
        before: dict[str, Day] = defaultdict(dict)
        for row in self.book.rows("usage_daily"):
            before[row["date"]][row["model"]] = int(row["tokens"])
        jumps = []
        for day, models in sorted(days.items()):
            total = sum(models.values())
            if totals.get(day) == total:
                continue  # it stands in the table already, so it was accepted before
            jumps += self._judge_total(day, total, totals)
            if OTHER not in models and before.get(day, {}).get(OTHER):
                jumps.append(f"{day}: no row “{OTHER}”, which had {before[day][OTHER]:.3g} tokens before")
            totals[day] = total
            previous = f"{date.fromisoformat(day) - timedelta(days=1):%Y-%m-%d}"
            for at, known in ((day, before.get(day)), (previous, days.get(previous) or before.get(previous))):
                jumps += self._judge_models(day, models, total, at, known or {})
        self.check_jumps(jumps)

    def _judge_total(self, day: str, total: int, totals: Mapping[str, int]) -> list[str]:
        when = date.fromisoformat(day)
        recent = [totals.get(f"{when - timedelta(days=back):%Y-%m-%d}") for back in range(1, 15)]
        known = [one for one in recent if one]
        if not known or median(known) / JUMP <= total <= median(known) * JUMP:
            return []
        return [f"{day}: {total:.3g} tokens in all, against {median(known):.3g} on the days before it"]

    def _judge_models(self, day: str, models: Day, total: int, at: str, known: Day) -> list[str]:
        return [
            f"{day}: {model} {tokens:.3g} tokens, against {known[model]:.3g} recorded for {at}"
            for model, tokens in models.items()
            if known.get(model) and tokens > MODEL_JUMP * known[model] and tokens > MODEL_SHARE * total
        ]
