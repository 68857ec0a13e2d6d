"""The rules between cells, rows and tables: none is broken, and each can be."""

from collections import ChainMap

import pandas as pd
import pytest

from tests.restated import skip_where_restated
from tokencheck.evidence.consistency import ROW_RULES, USED, find_lab

WEEK = pd.Timestamp("2025-03-10"), pd.Timestamp("2025-03-16")  # the first that is held to the sum of its days

# Where a rule is shown, and a change of one row of that table that breaks it: which row, column and value.
FAULTS = {
    ("usage_labs_daily", "lab"): (lambda row: True, "lab", "Nobody"),
    ("labs", "lab"): (lambda row: row.alias == row.lab, "lab", "Nobody"),
    ("labs", "country"): (lambda row: pd.isna(row.country) and row.lab.startswith("Stealth"), "country", "CN"),
    ("labs", "reported_country"): (lambda row: row.country == "CN", "reported_country", "CN"),
    ("models", "developer_country"): (lambda row: row.model.startswith("openai/"), "developer_country", "CN"),
    ("models", "open_weights"): (lambda row: row.model == "minimax/minimax-m2.5", "open_weights", False),
    ("price_changes", "event"): (lambda row: row.event == "listed", "event", "changed"),
    ("price_changes", "input_usd_per_mtok"): (lambda row: row.event == "listed", "input_usd_per_mtok", None),
    ("electricity_cn", "price_cny_per_kwh_low"): (
        lambda row: pd.notna(row.price_cny_per_kwh_high), "price_cny_per_kwh_low", 4.9,
    ),
    ("electricity_eu", "geo"): (lambda row: row.geo == "Germany", "geo", "DE"),
    ("electricity_us_zones", "state"): (lambda row: pd.notna(row.pjm_zone), "state", "VA"),
    ("electricity_us_zones", "change_percent"): (lambda row: True, "change_percent", 99.0),
    ("exchange_rates", "rate"): (lambda row: row.pair == "EUR/CNY", "rate", 9.9),
    ("usage_daily", "date"): (lambda row: True, "date", pd.Timestamp("2027-01-01")),
    ("usage_daily", "tokens"): (lambda row: True, "tokens", 1),
    ("usage_weekly_totals", "tokens"): (lambda row: row.week_start == WEEK[0], "tokens", 1),
    ("electricity_us", "price_usd_per_kwh"): (
        lambda row: row.source_id == "US2" and row.period == "2024", "price_usd_per_kwh", 0.9,
    ),
    ("sources", "grade"): (lambda row: "read through a public repository" in row.publisher, "grade", "A"),
    ("sources", "commit"): (lambda row: "read through a public repository" in row.publisher, "commit", None),
    ("literature", "se_checked"): (lambda row: pd.notna(row.se), "se_checked", "none printed"),
    ("literature", "elasticity"): (lambda row: pd.notna(row.elasticity), "elasticity", None),
    ("literature", "elasticity_low"): (lambda row: pd.notna(row.elasticity_high), "elasticity_low", 9.0),
    ("literature", "quote"): (lambda row: row.checked == "read again", "quote", None),
    ("literature", "checked"): (lambda row: row.read == "original", "checked", "not reached"),
    ("sources", "url"): (lambda row: pd.notna(row.url), "url", "https://no address"),
    ("sources", "source_id"): (lambda row: True, "source_id", "ZZ1"),
}  # fmt: skip
# The same for every table that has such columns.
EVERYWHERE = {
    "model": (lambda row: "/" in row.model, "model", "nobody/knows"),
    "window_end": (lambda row: True, "window_end", pd.Timestamp("2027-01-01")),
    "rank": (lambda row: pd.notna(row.rank) and row.rank == 1, "rank", 999),
    "tokens": (lambda row: pd.notna(row.prompt_tokens), "tokens", 1),
}


def list_broken(rule, frames):
    broken = rule.find(frames).reindex(frames[rule.table].index, fill_value=False)
    return broken.to_numpy().nonzero()[0].tolist()


@pytest.mark.parametrize(
    "rule", [*ROW_RULES, USED], ids=lambda rule: f"{rule.table}-{rule.column}-{rule.expected[:12]}"
)
def test_the_committed_tables_keep_the_rule_and_a_changed_row_breaks_it(tables, rule):
    """Synthetic: one row is changed, in memory."""
    assert list_broken(rule, tables) == []
    if rule.table == "usage_weekly_totals":
        skip_where_restated(tables, *WEEK)
    frame = tables[rule.table].copy()
    if rule.expected.startswith("a source that stands once"):
        frame = pd.concat([frame, frame.dropna(subset="url").tail(1)], ignore_index=True)
        assert list_broken(rule, ChainMap({rule.table: frame}, tables)) == [len(frame) - 1]
        return
    fits, column, value = FAULTS.get((rule.table, rule.column)) or EVERYWHERE[rule.column]
    if rule.expected == "one country a lab":
        sizes = frame.dropna(subset="country").groupby("lab")["country"].transform("size")
        place = sizes[sizes > 1].index[1]
        column, value = "country", "XX"
    else:
        place = next(position for position, row in enumerate(frame.itertuples()) if fits(row))
    frame.loc[place, column] = value
    assert list_broken(rule, ChainMap({rule.table: frame}, tables))


def test_a_week_that_was_restated_in_part_is_not_asked(tables):
    """Synthetic: a refresh restates one model of one day, and adds its source."""
    skip_where_restated(tables, *WEEK)
    rule = next(one for one in ROW_RULES if one.table == "usage_weekly_totals")
    daily, sources = tables["usage_daily"].copy(), tables["sources"]
    place = daily.loc[daily["date"] == WEEK[0], "tokens"].idxmax()
    daily.loc[place, "tokens"] = 1
    assert list_broken(rule, ChainMap({"usage_daily": daily}, tables))
    daily.loc[place, "source_id"] = "NEW"
    fetched = pd.DataFrame({"source_id": ["NEW"]}).reindex(columns=sources.columns)
    added = {"usage_daily": daily, "sources": pd.concat([sources, fetched], ignore_index=True)}
    assert list_broken(rule, ChainMap(added, tables)) == []


def test_a_row_of_its_own_beats_the_authors():
    """Synthetic: a model that its author does not own."""
    labs = pd.DataFrame({"lab": ["Maker", "Other"]}, index=["maker", "maker/guest"])
    assert find_lab(labs, "maker/model:free") == "Maker"
    assert find_lab(labs, "maker/guest") == "Other"
    assert find_lab(labs, "nobody/model") is None
