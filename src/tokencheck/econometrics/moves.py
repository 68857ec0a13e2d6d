"""Dated price moves: what a model's tokens did in the days after its vendor moved the price on a known day.

The criteria were written before any number was computed: the price of a model with closed weights moved by at least
15 %; the ledger has a snapshot of the day before, so that the day is known; the model was among the fifty most used on
each of the seven days before; its developer launched nothing within seven days, before or after; and its price stood
still in the week before. Moves of one model within three days of each other are one episode: what counts is the price
before the first and after the last. A move that only a launch or an earlier move nearby keeps out is measured, too, but
one by one, beside the criterion that it fails, and never pooled.

What cannot be told as a move is left out and counted by its name, see `count_left_out`: a price of zero has no
logarithm, and a model that changes its name, in the catalogue or in the usage record, is not the same one on either
side. A model whose price was zero, or whose name was new, in some days is no donor in them either.

A model that falls out of the fifty afterwards stays, at the day's fiftieth: the most it can have had. That goes for the
moved model, for donors and for placebos alike, or only those that lasted would be compared.

The model is compared with donors, models of other developers whose price stood still, as a difference in differences
and as a synthetic control (Abadie, Diamond and Hainmueller 2010, https://doi.org/10.1198/jasa.2009.ap08746; with an
intercept, Doudchenko and Imbens 2016). How much tokens move without a move of price is seen from the same computation
for every donor at this and at earlier dates: that gives p-values and intervals (randomisation inference).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import optimize

from tokencheck.econometrics.precision import TIE
from tokencheck.evidence.tables import OTHER, Tables
from tokencheck.measures import listings, prices

SMALLEST = 0.15  # share of the price
STEADY = 0.05  # a price that moves by less than this share stands still
BEFORE = 7  # days
SHORT, WEEK_LATER = (1, 3), (7, 9)  # days after the move, which itself falls on day 0
POOLED = ("cuts", "rises", "all", "without the largest", "with later launches")  # of moves that are pooled
SPANS = {"short": SHORT, "later": WEEK_LATER}
TRAINING = 21  # days before, to which a synthetic control is fitted; where the model is that old
LEAST_TRAINING, LEAST_DONORS = 14, 10
PLACEBO_STEP, PLACEBO_DATES = 3, 20
ONE_DAY_GAP = pd.Timedelta(hours=36)
_FIRST_DAY = "2025-01-08"
CRITERIA = {
    "size": f"moved by {100 * SMALLEST:.0f} % or more",
    "dated": "day known",
    "closed": "closed weights",
    "used": "among the fifty before",
    "unlaunched": f"no launch of the developer within {BEFORE} days",
    "steady": "price stood still before",
}
ZERO, RENAMED = "a price of zero, or the move back from it", "a model that changes its name in these days"
TIMING = ("unlaunched", "steady")  # of the criteria: those that ask what else happened in the same days


@dataclass(frozen=True)
class Effect:
    """What happened to one model's tokens in a span of days, beside what happens without a move of price.

    Attributes
    ----------
    value : float
        Log points beyond the donors.
    p : float
        Share of placebos that are as large.
    low, high : float
        Ends of the interval of 95 %, from the placebos.
    donors, placebos : int
    """

    value: float
    p: float
    low: float
    high: float
    donors: int
    placebos: int


def find_error(low: float, high: float) -> float:
    """Give the standard error of a normal interval of 95 % as wide as one of chance, which stands in for an error."""
    return (high - low) / 3.92


# ---------------------------------------------------------------------------------------------------------- the ledger


def list_moves(tables: Tables) -> pd.DataFrame:
    """List every price move of the ledger among models that were ever among the fifty, with the criteria it meets.

    Parameters
    ----------
    tables : mapping of DataFrames

    Returns
    -------
    DataFrame
        listing, model (its name in the usage record), developer, country, day (on which it moved), last_day (of the
        episode), log_price_change (of the episode; also by other prices), moves (in the episode), one column a
        criterion of `CRITERIA` (bool), ``launched_later`` (the developer's first launch in these days came after the
        first three), ``passed``, ``nearly`` (that alone keeps it out), ``alone`` (criteria of `TIMING` alone keep it
        out), and ``fails`` (the words of the criteria that are not met); by day and listing.
    """
    table = _recall_episodes(tables)
    table = table[table["left_out"] == ""].drop(columns="left_out")
    table["passed"] = table[list(CRITERIA)].all(axis=1)
    others = [name for name in CRITERIA if name not in TIMING]
    table["alone"] = table[others].all(axis=1) & ~table["passed"]
    table["nearly"] = table["alone"] & table["steady"] & table["launched_later"]
    table["fails"] = [
        "; ".join(words for name, words in CRITERIA.items() if not row[name]) for row in table.to_dict("records")
    ]
    return table.sort_values(["day", "listing"], kind="stable", ignore_index=True)


def count_left_out(tables: Tables) -> pd.DataFrame:
    """Count the moves that `list_moves` leaves out, by reason.

    Parameters
    ----------
    tables : mapping of DataFrames

    Returns
    -------
    DataFrame
        reason (`ZERO` or `RENAMED`), moves, models, and one as an example; a reason without a move has its row, too.
    """
    table = _recall_episodes(tables).sort_values(["day", "listing"], kind="stable")
    counted = []
    for reason in (ZERO, RENAMED):
        own = table[table["left_out"] == reason]
        example = f"{own['listing'].iat[0]}, {own['day'].iat[0]:%Y-%m-%d}" if len(own) else None
        counted.append({"reason": reason, "moves": len(own), "models": own["listing"].nunique(), "example": example})
    return pd.DataFrame(counted)


def _recall_episodes(tables: Tables) -> pd.DataFrame:
    """Give what `_find_episodes` finds, once for those that pass and those that are left out."""
    return tables.recall("moves.episodes", lambda: _find_episodes(tables))


def _find_episodes(tables: Tables) -> pd.DataFrame:
    """Give every episode, with the criteria it meets and, where it cannot be told as a move, why it is left out."""
    ledger = _price_ledger(tables)
    snapshots = np.unique(ledger["snapshot_utc"])
    moves = ledger[ledger["moved"]].sort_values(["listing", "snapshot_utc"], kind="stable")
    apart = moves.groupby("listing")["day"].diff() > pd.Timedelta(days=SHORT[1])
    moves["episode"] = (apart | (moves["listing"] != moves["listing"].shift())).cumsum()
    names = _name_models(tables)
    used = set(zip(tables["usage_daily"]["date"], tables["usage_daily"]["model"], strict=True))
    elsewhere = _list_other_names(tables, names)
    models = tables["models"].drop_duplicates("model").set_index("model")
    closed, launches, week = _list_closed(tables), _list_launches(tables), pd.Timedelta(days=BEFORE)
    moved = {listing: own.to_numpy() for listing, own in moves.groupby("listing")["day"]}
    moves = moves[moves["listing"].isin(list(names))]
    found = []
    for _, own in moves.groupby("episode"):
        days, seen = own["day"].tolist(), own["snapshot_utc"].tolist()
        listing, day, last = own["listing"].iat[0], days[0], days[-1]
        if day < pd.Timestamp(_FIRST_DAY):
            continue
        developer = models["developer"].get(listing)
        earlier = snapshots[snapshots < seen[0].to_datetime64()]
        change = float(own["change"].sum())
        launched = launches.get(developer, np.array([], dtype="datetime64[ns]"))
        launched = launched[(launched >= day - week) & (launched <= last + week)]
        before = moved[listing][moved[listing] < day]
        around = pd.date_range(day - week, last + pd.Timedelta(days=WEEK_LATER[1]))
        renamed = own["renamed"].any() or any(
            (at, names[listing]) not in used and at in elsewhere.get(listing, ()) for at in around
        )
        found.append(
            {
                "listing": listing,
                "model": names[listing],
                "developer": developer,
                "country": models["developer_country"].get(listing),
                "day": day,
                "last_day": last,
                "log_price_change": change,
                "log_price_change_3_1": float(own["change_3_1"].sum()),
                "log_price_change_input": float(own["change_input"].sum()),
                "moves": len(own),
                "left_out": ZERO if own["zero"].any() else RENAMED if renamed else "",
                "size": abs(np.expm1(change)) >= SMALLEST,
                "dated": bool(len(earlier) and seen[0] - pd.Timestamp(earlier[-1]) <= ONE_DAY_GAP),
                "closed": listing in closed,
                "used": all((day - pd.Timedelta(days=at), names[listing]) in used for at in range(1, BEFORE + 1)),
                "unlaunched": not len(launched),
                "steady": not (before >= day - week).any(),
                "launched_later": bool(len(launched) and (launched > last + pd.Timedelta(days=SHORT[1])).all()),
            }
        )
    return pd.DataFrame(found)


def _price_ledger(tables: Tables) -> pd.DataFrame:
    """Give the ledger of plain models with the day of each row and the changes of each price since the last.

    A row that goes to a price of zero or comes back from one (``zero``), and the first of a listing whose model had
    another before (``renamed``), have moved by nobody knows how much.
    """
    ledger = tables["price_changes"]
    rows = ledger[["snapshot_utc", "model", "permaslug"]].rename(columns={"model": "listing"})
    shares = {"change": prices.find_prompt_share(tables), "change_3_1": 0.75, "change_input": 1.0}
    blended = {name: prices.weigh_prices(ledger, share).astype("float64") for name, share in shares.items()}
    for name, own in blended.items():
        rows[name] = np.log(own.where(own > 0))
    measured = blended["change"]
    rows["at_zero"] = (measured <= 0).astype("float64").where(measured.notna())
    rows = rows[~rows["listing"].str.contains(r"^~|:")].sort_values(["listing", "snapshot_utc"], kind="stable")
    changes = list(blended)
    rows[changes] = rows.groupby("listing")[changes].diff()
    rows["zero"] = rows.groupby("listing")["at_zero"].diff().fillna(0.0) != 0
    first = rows.sort_values("snapshot_utc", kind="stable").drop_duplicates("permaslug").dropna(subset="permaslug")
    earlier = rows["permaslug"].map(first.set_index("permaslug")["listing"])
    rows["renamed"] = ~rows["listing"].duplicated() & earlier.notna() & (earlier != rows["listing"])
    rows["moved"] = (rows["change"].abs() > np.log1p(STEADY)) | rows["zero"] | rows["renamed"]
    # Snapshots are taken soon after midnight: what one shows happened on the day before.
    rows["day"] = (rows["snapshot_utc"] - pd.Timedelta(hours=12)).dt.normalize()
    return rows


def _name_models(tables: Tables) -> dict[str, str]:
    """Give the name in the usage record of each listing: of several, the one with most tokens."""
    known = _match_names(tables).sort_values("tokens", kind="stable")
    return dict(zip(known["listing"], known["model"], strict=True))


def _list_other_names(tables: Tables, names: dict[str, str]) -> dict[str, set[pd.Timestamp]]:
    """Give the days on which a listing is on record under another name than that of `_name_models`."""
    known = _match_names(tables)
    others = known[known["model"] != known["listing"].map(names)].set_index("model")["listing"]
    usage = tables["usage_daily"]
    rows = usage[usage["model"].isin(others.index)]
    return {listing: set(own["date"]) for listing, own in rows.groupby(rows["model"].map(others))}


def _match_names(tables: Tables) -> pd.DataFrame:
    """Give the names of the usage record (model), their tokens, and the listing that each means."""
    usage = tables["usage_daily"].groupby("model", as_index=False)["tokens"].sum()
    usage = usage[~usage["model"].str.contains(":") & (usage["model"] != OTHER)]
    models = tables["models"].drop_duplicates("model")
    by_slug = listings.name_slugs(models) | {name: name for name in models["model"]}
    entry = pd.Series([listings.match_listing(name, by_slug) for name in usage["model"]], usage.index)
    return usage.assign(listing=entry).dropna(subset="listing")


def _list_closed(tables: Tables) -> set[str]:
    """Give the listings of models with closed weights; those whose weights nobody knows are none."""
    models = tables["models"].drop_duplicates("model")
    return set(models.loc[models["open_weights"].eq(0).fillna(False).astype(bool), "model"])


def _list_launches(tables: Tables) -> dict[str, np.ndarray]:
    """Give the days on which each developer's plain models appeared on the platform."""
    models = tables["models"]
    plain = models[~models["model"].str.contains(r"^~|:")].dropna(subset="first_seen_openrouter")
    days = plain["first_seen_openrouter"] - pd.Timedelta(days=1)
    return {name: own.to_numpy() for name, own in days.groupby(plain["developer"])}


# ----------------------------------------------------------------------------------------------------------- the record


class DailyRecord:
    """Log tokens by day and model, tokens of the platform by day, and the days on which a model's price moved.

    Parameters
    ----------
    tables : mapping of DataFrames
    """

    def __init__(self, tables: Tables):
        """Read usage and ledger; see the class."""
        usage = tables["usage_daily"]
        named = usage[(usage["model"] != OTHER) & (usage["tokens"] > 0)]
        wide = named.pivot(index="date", columns="model", values="tokens").astype("float64")
        self.tokens = np.log(wide.reindex(pd.date_range(wide.index.min(), wide.index.max()))).interpolate(
            limit=1, limit_area="inside"  # two days are missing at the source
        )  # fmt: skip
        total = usage.groupby("date")["tokens"].sum().astype("float64").reindex(self.tokens.index)
        self.total = np.exp(np.log(total).interpolate(limit=1, limit_area="inside"))  # named or not
        names = _name_models(tables)
        developers = tables["models"].drop_duplicates("model").set_index("model")["developer"]
        self.developers = {model: developers.get(listing) for listing, model in names.items()}
        closed = _list_closed(tables)
        self.closed = {model for listing, model in names.items() if listing in closed}
        ledger = _price_ledger(tables)
        moved = ledger[ledger["moved"] & ledger["listing"].isin(list(names))]
        self.moved = {name: set(own["day"]) for name, own in moved.groupby(moved["listing"].map(names))}
        self.priced = set(names.values())

    @cached_property
    def _blocks(self) -> dict[tuple, pd.DataFrame]:
        return {}

    @cached_property
    def _gaps(self) -> dict[tuple, np.ndarray]:
        return {}

    def take(self, day: pd.Timestamp, last: pd.Timestamp, first: int) -> pd.DataFrame:
        """Give log tokens from `first` days before a move to a week later, of models on record on each day before.

        On a day after, a model that is not on record has the tokens of the least used one that is. Where a day has no
        record at all, there is no model to give.
        """
        if (day, last, first) not in self._blocks:
            days = pd.date_range(day - pd.Timedelta(days=first), last + pd.Timedelta(days=WEEK_LATER[1]))
            block = self.tokens.reindex(days)
            whole = block.notna().any(axis=1).all()
            known = block.loc[:, block.iloc[:first].notna().all() & whole]
            filled = np.where(known.isna(), block.min(axis=1).to_numpy()[:, None], known)
            self._blocks[day, last, first] = pd.DataFrame(filled, known.index, known.columns)
        return self._blocks[day, last, first]

    def list_steady(self, block: pd.DataFrame) -> list[str]:
        """List the models of a block that have a price which did not move in its days."""
        days = set(block.index)
        return [name for name in block if name in self.priced and days.isdisjoint(self.moved.get(name, ()))]

    def list_donors(self, block: pd.DataFrame, developer: str | None) -> list[str]:
        """List the models of other developers whose price stood still."""
        return [name for name in self.list_steady(block) if self.developers.get(name) != developer]

    def measure_gaps(self, block: pd.DataFrame, donors: list[str], model: str, days: int) -> np.ndarray:
        """Give, by day, a model's distance from the weighted mean of donors that moved most like it in the first days.

        Parameters
        ----------
        block : DataFrame
            Of `take`.
        donors : list of str
        model : str
            Left out where it is among the donors.
        days : int
            Days before the move.

        Returns
        -------
        ndarray
            Both are without their means before the move.
        """
        key = (block.index[0], len(block), days, model, *donors)
        if key in self._gaps:
            return self._gaps[key]
        values = block.to_numpy()
        level = values - values[:days].mean(axis=0)
        own, others = level[:, block.columns.get_loc(model)], [name for name in donors if name != model]
        pool = level[:, block.columns.get_indexer(others)]
        heavy = 1e3 * max(float(np.abs(pool[:days]).max()), 1.0)  # a row that makes the weights add up to one
        stacked = np.vstack([pool[:days], np.full(len(others), heavy)])
        weights, _ = optimize.nnls(stacked, np.append(own[:days], heavy))
        self._gaps[key] = own - pool @ weights
        return self._gaps[key]


def measure_changes(block: pd.DataFrame, day: pd.Timestamp, last: pd.Timestamp, span: tuple[int, int]) -> pd.Series:
    """Give each column's mean log tokens in a span after the move, less its mean in the week before.

    Parameters
    ----------
    block : DataFrame
        Log tokens by day, from at least seven days before the move on.
    day, last : Timestamp
        Of the first and the last move of the episode.
    span : tuple of int
        Days after.

    Returns
    -------
    Series
    """
    values, start, end = block.to_numpy(), (day - block.index[0]).days, (last - block.index[0]).days
    before, after = values[start - BEFORE : start], values[end + span[0] : end + span[1] + 1]
    return pd.Series(after.mean(axis=0) - before.mean(axis=0), block.columns)


def compare_donors(changes: pd.Series, donors: list[str]) -> pd.Series:
    """Give each donor's change less the mean change of the others.

    Parameters
    ----------
    changes : Series
        Of `measure_changes`.
    donors : list of str
        At least two.

    Returns
    -------
    Series
    """
    own = changes[donors]
    return own - (own.sum() - own) / (len(own) - 1)


def list_placebo_dates(day: pd.Timestamp, last: pd.Timestamp) -> list[tuple[pd.Timestamp, pd.Timestamp]]:
    """List earlier dates for an episode: all that is measured after one of them lies before the move.

    Parameters
    ----------
    day, last : Timestamp
        Of the first and the last move of the episode.

    Returns
    -------
    list of tuple of Timestamp
        First and last day of each.
    """
    steps = (pd.Timedelta(days=step * PLACEBO_STEP + WEEK_LATER[1]) for step in range(1, PLACEBO_DATES + 1))
    return [(day - back, last - back) for back in steps]


def draw_placebos(record: DailyRecord, day: pd.Timestamp, last: pd.Timestamp, span: tuple[int, int]) -> np.ndarray:
    """Compute the same difference for every donor at this and at earlier dates, when no price moved."""
    found = []
    for first, end in [(day, last), *list_placebo_dates(day, last)]:
        block = record.take(first, end, BEFORE)
        donors = record.list_donors(block, None)
        if len(donors) >= LEAST_DONORS:
            found.append(compare_donors(measure_changes(block, first, end, span), donors).to_numpy())
    return np.concatenate(found) if found else np.array([])


def compare_moves(
    record: DailyRecord,
    model: str,
    day: pd.Timestamp,
    last: pd.Timestamp,
    span: tuple[int, int],
    placebos: np.ndarray,
    sister: str | None = None,
) -> Effect | None:
    """Compare a model's change with that of donors, or of a sister model.

    Parameters
    ----------
    record : DailyRecord
    model : str
    day, last : Timestamp
        Of the first and the last move of the episode.
    span : tuple of int
        Days after.
    placebos : ndarray
        Of `draw_placebos`.
    sister : str, optional
        Compare with this model alone.

    Returns
    -------
    Effect or None
        None where the model, or enough donors, are not on record throughout.
    """
    block = record.take(day, last, BEFORE)
    donors = record.list_donors(block, record.developers.get(model))
    if model not in block or len(donors) < LEAST_DONORS or not len(placebos):
        return None
    changes = measure_changes(block, day, last, span)
    if sister:
        if sister not in changes:
            return None
        return judge_effect(float(changes[model] - changes[sister]), placebos, 1)
    return judge_effect(float(changes[model] - changes[donors].mean()), placebos, len(donors))


def judge_effect(value: float, placebos: np.ndarray, donors: int) -> Effect:
    """Set a difference beside its placebos.

    Parameters
    ----------
    value : float
        Log points.
    placebos : ndarray
    donors : int
        With how many it was compared.

    Returns
    -------
    Effect
    """
    low, high = np.percentile(placebos, [2.5, 97.5])
    beyond = (np.abs(placebos) >= abs(value) * (1 - TIE)).sum()
    return Effect(
        value, float((1 + beyond) / (1 + len(placebos))), value - float(high), value - float(low), donors, len(placebos)
    )


def find_sister(record: DailyRecord, model: str, day: pd.Timestamp, last: pd.Timestamp) -> str | None:
    """Find the most used other model of the developer whose price stood still."""
    block = record.take(day, last, BEFORE)
    developer = record.developers.get(model)
    own = [name for name in record.list_steady(block) if name != model and record.developers.get(name) == developer]
    return max(own, key=lambda name: block[name].iloc[:BEFORE].mean()) if own else None


@dataclass(frozen=True)
class Synthetic:
    """A synthetic control: its effect, how well it fits before, and its rank among those of the donors."""

    value: float
    misfit: float
    p: float
    donors: int
    days: int


def find_training(record: DailyRecord, model: str, day: pd.Timestamp, last: pd.Timestamp) -> int | None:
    """Find to how many days before a move a synthetic control can be fitted; None where the model is too young."""
    for days in range(TRAINING, LEAST_TRAINING - 1, -1):
        if model in record.take(day, last, days):
            return days
    return None


def synthesise(
    record: DailyRecord, model: str, day: pd.Timestamp, last: pd.Timestamp, span: tuple[int, int]
) -> Synthetic | None:
    """Compare a model with the weighted mean of donors that moved most like it before.

    Parameters
    ----------
    record, model, day, last, span
        As for `compare_moves`.

    Returns
    -------
    Synthetic or None
        ``value`` in log points; ``misfit`` is the root mean square before; ``p`` the rank of the ratio of the effect
        to the misfit among the donors', each treated in its turn. None with fewer than ten donors or fourteen days.
    """
    days = find_training(record, model, day, last)
    if days is None:
        return None
    block = record.take(day, last, days)
    donors = record.list_donors(block, record.developers.get(model))
    if len(donors) < LEAST_DONORS:
        return None
    first = days + (last - day).days
    after = slice(first + span[0], first + span[1] + 1)

    def measure(name: str) -> tuple[float, float]:
        gap = record.measure_gaps(block, donors, name, days)
        return float(gap[after].mean()), float(np.sqrt((gap[:days] ** 2).mean()))

    value, misfit = measure(model)
    ratios = [abs(one) / max(off, 1e-9) for one, off in map(measure, donors)]
    beyond = sum(one >= abs(value) / max(misfit, 1e-9) * (1 - TIE) for one in ratios)
    return Synthetic(value, misfit, (1 + beyond) / (1 + len(ratios)), len(donors), days)


# ---------------------------------------------------------------------------------------------------------- the numbers


def measure_moves(tables: Tables, moves: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Measure what followed each move, and all of them together.

    Parameters
    ----------
    tables : mapping of DataFrames
    moves : DataFrame
        Of `list_moves`; those to be measured. Only those that pass are pooled.

    Returns
    -------
    tuple of DataFrame
        One row a move and span (short, later): effect, interval, p, elasticity with its interval, days at the bound
        (not among the fifty), the sister's name, change and the elasticity beside it, the synthetic control; and one
        row a direction (cuts, rises, all) and span: elasticity with interval and p, its ends without one move at a
        time, and moves after which tokens went the way of the price.
    """
    record = DailyRecord(tables)
    found, drawn = [], {}
    for at, one in enumerate(moves.itertuples()):
        for name, span in SPANS.items():
            placebos = draw_placebos(record, one.day, one.last_day, span)
            effect = compare_moves(record, one.model, one.day, one.last_day, span, placebos)
            if effect is None:
                continue
            drawn[at, name] = placebos
            found.append(_describe(record, one, name, span, effect, placebos) | {"move": at})
    table = pd.DataFrame(found)
    together = []
    for span, every in table.groupby("span", sort=False):
        own = every[every["passed"]]
        for direction, mask in (
            ("cuts", own["log_price_change"] < 0),
            ("rises", own["log_price_change"] > 0),
            ("all", own["log_price_change"] != 0),
        ):
            if mask.sum():
                together.append({"span": span, "direction": direction, **pool(own[mask], drawn, span)})
        largest = own["log_price_change"].abs() == own["log_price_change"].abs().max()
        looser = every[every["passed"] | every["nearly"]]
        for direction, part in (("without the largest", own[~largest]), ("with later launches", looser)):
            if len(part) and len(part) != len(own):
                together.append({"span": span, "direction": direction, **pool(part, drawn, span)})
    return table.drop(columns="move"), pd.DataFrame(together)


def _describe(record: DailyRecord, one, name: str, span: tuple[int, int], effect: Effect, placebos: np.ndarray) -> dict:
    change = one.log_price_change
    ends = sorted((effect.low / change, effect.high / change))
    sister = find_sister(record, one.model, one.day, one.last_day)
    beside = compare_moves(record, one.model, one.day, one.last_day, span, placebos, sister) if sister else None
    own = compare_moves(record, sister, one.day, one.last_day, span, placebos) if sister else None
    made = synthesise(record, one.model, one.day, one.last_day, span)
    return {
        "model": one.model,
        "country": one.country,
        "day": f"{one.day:%Y-%m-%d}",
        "span": name,
        "passed": one.passed,
        "nearly": one.nearly,
        "fails": one.fails,
        "log_price_change": change,
        "effect": effect.value,
        "effect_low": effect.low,
        "effect_high": effect.high,
        "p": effect.p,
        "donors": effect.donors,
        "placebos": effect.placebos,
        "elasticity": effect.value / change,
        "low": ends[0],
        "high": ends[1],
        "days_at_bound": _count_unseen(record, one),
        "sister": sister,
        "sister_effect": own.value if own else None,
        "sister_p": own.p if own else None,
        "elasticity_beside_sister": beside.value / change if beside else None,
        "synthetic_elasticity": made.value / change if made else None,
        "synthetic_misfit": made.misfit if made else None,
        "synthetic_p": made.p if made else None,
    }


def _count_unseen(record: DailyRecord, one) -> int:
    """Count the days up to a week after on which a model is not on record, so that a bound stands for its tokens."""
    days = pd.date_range(one.day, one.last_day + pd.Timedelta(days=WEEK_LATER[1]))
    return int(record.tokens[one.model].reindex(days).isna().sum())


def pool(own: pd.DataFrame, drawn: dict, span: str, draws: int = 9_999, seed: int = 9) -> dict[str, float]:
    """Give the slope of the effects on the price changes through zero, and what placebos in their place would give.

    Parameters
    ----------
    own : DataFrame
        One row a move: move (a key), model, day, effect and log_price_change.
    drawn : dict of (key, str) to ndarray
        The placebos of each move and span.
    span : str
    draws, seed : int

    Returns
    -------
    dict of str to float
        elasticity with its ends and p, moves, models, draws; the ends without one move at a time, and the moves after
        which tokens went the way of the price.
    """
    changes = own["log_price_change"].to_numpy()
    products, squares = own["effect"].to_numpy() * changes, changes**2
    slope = float(products.sum() / squares.sum())
    generator = np.random.default_rng(seed)
    # Moves of one day share what else happened then: they get the same placebo, as if they moved as one. But a cut
    # and a rise are not: a placebo that stood for both would cancel out, and chance would seem to do nothing.
    alike = list(zip(own["day"], np.sign(changes), strict=True))
    picked = {both: generator.random(draws) for both in sorted(set(alike))}
    placebos = np.column_stack(
        [
            drawn[at, span][(picked[both] * len(drawn[at, span])).astype(int)]
            for at, both in zip(own["move"], alike, strict=True)
        ]
    )
    slopes = placebos @ changes / squares.sum()
    low, high = np.percentile(slopes, [2.5, 97.5])
    beyond = (np.abs(slopes) >= abs(slope) * (1 - TIE)).sum()
    p = float((1 + beyond) / (1 + draws))
    with np.errstate(invalid="ignore"):
        without = (products.sum() - products) / (squares.sum() - squares)  # one move at a time; of one, none
    return {
        "moves": len(own),
        "models": own["model"].nunique(),
        "elasticity": slope,
        "low": slope - high,
        "high": slope - low,
        "p": p,
        "draws": draws,
        "without_low": float(without.min()),
        "without_high": float(without.max()),
        "against": int((products > 0).sum()),
    }
