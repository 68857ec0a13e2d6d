"""The parameters of the notebooks: each takes another legal value and shows it, and names what it cannot be."""

import ast
import io
import random
import re
import symtable
from contextlib import redirect_stdout
from functools import cache

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from IPython.display import Markdown

from tokencheck import results
from tokencheck.measures import prices
from tokencheck.notebook import parameters, run
from tokencheck.register import verdicts

# Another legal value of each parameter of each notebook.
OTHERS = {
    "00_start_here": {"window": "2026-02-01/2026-02-28", "scope": "top_9"},
    "01_article": {"subject": "usage"},
    "02_usage": {"window": "2026-02-01/2026-02-28", "scope": "top_9", "country": "US", "against": "FR"},
    "02b_models": {"window": "2026-02-01/2026-02-28", "model": "z-ai/glm-5-20260211"},
    "03_prices": {
        "model": "deepseek/deepseek-v3.2", "comparator": "openai/gpt-5.4", "seller": "vendor",
        "token_class": "input", "day": "2026-03-12",
    },
    "03b_lists": {"day": "2026-03-12"},
    "04_electricity": {
        "market": "eu", "place": "TX", "customers": "residential", "period": "2024", "basis": "generation",
        "statistic": "max",
    },
    "04b_bills": {"sector": "residential", "earlier": "2024", "later": "2024", "threshold": 30},
    "04c_meter": {"province": "Qinghai", "voltage_kv": "110", "hours": 5000, "energy": "coal_benchmark"},
    "05_tokens": {"minutes": 20, "generation": "Seedance 1.0", "seconds": 5, "fps": 30},
    "06_energy": {"price_usd_per_kwh": 0.05, "pue": 1.6, "price_cny_per_kwh": 0.7},
    "06b_pue": {"place_words": "Google"},
    "06c_power": {"model": "deepseek/deepseek-v3.2", "rival": "openai/gpt-5.2", "million_tokens_per_kwh": 2},
    "07_hosts": {"chosen": "GLM-5", "factor": 5},
    "08_models": {"opponent": "anthropic/claude-opus-4.5", "kind": "agents", "context_window": 200_000},
    "09_companies": {"coding_percent": 30, "chips": 500_000, "against": "GB200", "asked": "C06"},
    "10_lineage": {"chosen": "C05"},
    "11_shares": {"window": "2026-02-01/2026-02-14", "elasticity": -0.5},
    "11_regressions": {
        "of_panel": "daily", "price": "log_price_measured", "controls": "like with like", "sample": "paid",
    },
    "11_designs": {
        "price": "log_price_full", "controls": "none", "effects": "model_day + offer", "sample": "paid",
        "days_after": 2,
    },
    "11b_headlines": {
        "of_panel": "all_days", "price": "log_price_measured", "controls": "none", "sample": "paid",
    },
    "11c_within": {
        "of_panel": "all_days", "price": "log_price_measured", "controls": "none", "sample": "paid",
    },
    "12_specifications": {
        "of_panel": "wednesdays", "price": "log_price_measured", "controls": "none", "effects": "date",
        "sample": "paid_open",
    },
    "13_verdicts": {"percent": 60},
}  # fmt: skip
# What must change with it: the other side, or the rest of a place in another market.
WITH = {
    ("02_usage", "country"): {"against": "CN"},
    ("04_electricity", "market"): {"place": "Germany", "customers": "IC", "period": "2025-S2"},
}
REGRESSING = ("11_regressions", "11b_headlines", "11c_within", "12_specifications")  # each time, which takes long
MANY = 12  # draws of legal values for each of the other notebooks
CASES = [(name, parameter) for name, own in OTHERS.items() for parameter in own]


def list_names(source):
    """Give the names that a cell reads and those that it leaves behind."""
    table = symtable.symtable(source, "cell", "exec")
    read, tables = set(), [table]
    while tables:
        inner = tables.pop()
        tables += inner.get_children()
        read |= {
            one.get_name() for one in inner.get_symbols() if one.is_referenced() and (inner is table or one.is_global())
        }
    return read, {one.get_name() for one in table.get_symbols() if one.is_assigned() or one.is_imported()}


def take_apart(notebook):
    """Give the cell of parameters, what the cells to try out need of the others in their order, and those cells."""
    cells = [cell for cell in run.read_source(notebook).cells if cell.cell_type == "code"]
    tagged = next(cell.source for cell in cells if cell.metadata.get("tags"))
    sources = [cell.source for cell in cells if cell.source != tagged]
    names = {source: list_names(source) for source in sources}
    given = list_names(tagged)[1]
    trying = [source for source in sources if names[source][0] & given]
    needed, wanted = [], set().union(*(names[source][0] - names[source][1] for source in trying))
    for source in reversed(sources):
        if source not in trying and names[source][1] & wanted:
            needed.insert(0, source)
            wanted |= names[source][0]
    return tagged, needed, trying


def run_last(source, names):
    """Run a cell, and give what it prints and what its last line shows."""
    tree, told = ast.parse(source), io.StringIO()
    last = ast.Expression(tree.body.pop().value) if isinstance(tree.body[-1], ast.Expr) else None
    with redirect_stdout(told):
        exec(compile(tree, "cell", "exec"), names)
        shown = eval(compile(last, "cell", "eval"), names) if last else None
    return told.getvalue() + (shown.data if isinstance(shown, Markdown) else "")


class Tried:
    """A notebook up to where its parameters come in, for as many of them as there are."""

    def __init__(self, name):
        self.tagged, needed, self.trying = take_apart(run.find_notebook(name))
        self.names = {}
        for source in needed:
            run_last(source, self.names)
            plt.close("all")

    def show(self, **changed):
        names = dict(self.names)
        exec(self.tagged, names)
        assert changed.keys() <= names.keys()
        names |= changed
        return [run_last(source, names) for source in self.trying]


@pytest.fixture(scope="module")
def tried():
    """Each notebook once, when it is asked for; by hand, so that nothing is written, and without its grids."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(results, "is_by_hand", lambda: True)
        patch.setattr("IPython.display.display", lambda *shown: print(*(one.data for one in shown)))
        for module, grid in ((verdicts, "write_grid"), (prices, "grid")):
            patch.setattr(module, grid, lambda *args: {})
        yield cache(Tried)


def test_every_parameter_of_every_notebook_is_tried():
    tags = {one.name: list_names(take_apart(one)[0])[1] for one in run.NOTEBOOKS}
    assert {name: set(own) for name, own in OTHERS.items()} == tags


@pytest.mark.parametrize(("name", "parameter"), CASES, ids=["-".join(case) for case in CASES])
def test_another_value_changes_what_is_shown_and_an_illegal_one_is_named(tried, name, parameter):
    notebook = tried(name)
    value = OTHERS[name][parameter]
    assert notebook.show(**{parameter: value}, **WITH.get((name, parameter), {})) != notebook.show()
    with pytest.raises(parameters.ParameterError) as problem:
        notebook.show(**{parameter: "nonsense"})
    assert str(problem.value).startswith(f"parameter {parameter} cannot be “nonsense”; it can be ")
    assert len(str(problem.value)) > len(f"parameter {parameter} cannot be “nonsense”; it can be ") + 3
    assert problem.value._render_traceback_() == [f"ParameterError: {problem.value}"]  # all that is shown of it


def draw(legal, chance):
    """Draw a legal value as somebody could give it."""
    if isinstance(legal, parameters.Between):
        number = chance.choice([legal.low, legal.high, chance.uniform(legal.low, legal.high)])
        return int(number) if legal.whole else number
    if isinstance(legal, parameters.Days):
        last = (legal.last - legal.first).days
        days = sorted(chance.choice([0, last, chance.randint(0, last)]) for _ in range(1 + legal.window))
        return "/".join(f"{legal.first + pd.Timedelta(days=day):%Y-%m-%d}" for day in days)
    if isinstance(legal, parameters.PartOf):
        return chance.choice(" ".join(legal.texts).split())
    return chance.choice([*dict.fromkeys(legal)])


@pytest.mark.filterwarnings("error::RuntimeWarning")  # such as of what is divided by nothing: it would be shown in red
@pytest.mark.parametrize("name", [name for name in OTHERS if name not in REGRESSING])
def test_whatever_legal_values_come_together_are_computed_or_refused_in_words(tried, name, monkeypatch):
    notebook, known, chance = tried(name), {}, random.Random(name)
    check = parameters.check
    with monkeypatch.context() as patch:
        patch.setattr(
            parameters, "check", lambda **given: known.update({key: legal for key, (_, legal) in given.items()})
        )
        notebook.show()
    monkeypatch.setattr(parameters, "check", check)
    assert known.keys() == OTHERS[name].keys()
    for _ in range(MANY):
        changed = {key: draw(legal, chance) for key, legal in known.items() if chance.random() < 0.6}
        try:
            shown = notebook.show(**changed)
        except parameters.ParameterError as problem:
            assert re.search(r" it can be \S", str(problem)), changed
        else:
            assert not re.search(r"\b(nan|inf)\b", "".join(shown)), changed


# A sample that ends before the panel begins; more effects than rows.
TOGETHER = [
    ("11_regressions", {"of_panel": "week", "sample": "paid_before"}, "of_panel", "wednesdays"),
    ("11_regressions", {"of_panel": "all_days", "sample": "paid_before"}, "sample", "paid"),
    ("11b_headlines", {"of_panel": "week", "sample": "paid_before"}, "sample", "paid"),
    ("11b_headlines", {"of_panel": "all_weeks", "sample": "paid_before"}, "of_panel", "daily"),
    ("11c_within", {"of_panel": "all_days", "sample": "paid_before"}, "of_panel", "wednesdays"),
    (
        "12_specifications",
        {"of_panel": "week", "controls": "quality", "effects": "model + date", "sample": "paid_scored"},
        "effects",
        "date",
    ),
    ("12_specifications", {"of_panel": "all_weeks", "sample": "paid_before"}, "sample", "paid"),
]


@pytest.mark.parametrize(("name", "changed", "parameter", "other"), TOGETHER, ids=str)
def test_legal_values_that_leave_no_rows_together_are_refused_with_the_remedy(tried, name, changed, parameter, other):
    with pytest.raises(parameters.ParameterError) as problem:
        tried(name).show(**changed)
    told = str(problem.value)
    assert all(f"{key} “{value}”" in told for key, value in changed.items())
    (remedy,) = re.findall(re.escape(f"instead of {parameter} “{changed[parameter]}” it can be ") + "([^;]+)", told)
    assert other in re.split(", | or ", remedy)
    shown = tried(name).show(**changed | {parameter: other})
    assert shown and not re.search(r"\b(nan|inf)\b", "".join(shown))


# ------------------------------------------------------------------------------------------------------ the legal ones

DATES = parameters.Days(pd.Timestamp("2026-01-01"), pd.Timestamp("2026-03-31"))


@pytest.mark.parametrize(
    ("value", "legal"),
    [
        ("2026-03-08/2026-03-02", DATES),  # backwards
        ("2026-03-02", DATES),  # one day
        ("2025-12-31/2026-01-02", DATES),  # before the record
        ("2026-02-30/2026-03-02", DATES),  # no such day
        ("2026-03-02/2026-03-03", parameters.Days(DATES.first, DATES.last, window=False)),
        (0.9, parameters.Between(1, 3)),
        (True, parameters.Between(0, 1)),
        (1.5, parameters.Between(1, 3, whole=True)),
        ("2", parameters.Between(1, 3)),
        ("mars", parameters.PartOf(["western China", "the world"])),
        (" ", parameters.PartOf(["western China"])),
        ("top_7", ["top_5", "top_9"]),
        ("top_7", []),
    ],
)
def test_what_is_not_legal_is_refused(value, legal):
    with pytest.raises(parameters.ParameterError, match="parameter chosen cannot be"):
        parameters.check(chosen=(value, legal))


def test_where_no_single_value_would_do_it_is_said_that_more_than_one_has_to_change():
    def explain(days, size):
        return "" if (days, size) == ("day", "small") else "no row is left"

    legal = {"days": ("week", ["day", "week"]), "size": ("large", ["large", "small"])}
    with pytest.raises(parameters.ParameterError, match="days “week” and size “large” .*: no row .* more than one"):
        parameters.check_together(explain, **legal)
    parameters.check_together(explain, **legal | {"days": ("day", ["day"]), "size": ("small", ["small"])})


@pytest.mark.parametrize(
    ("value", "legal"),
    [
        ("2026-01-01/2026-03-31", DATES),
        (3, parameters.Between(1, 3)),
        ("WESTERN", parameters.PartOf(["western China"])),
        (2025, ["2024", "2025"]),  # as papermill passes a year
    ],
)
def test_what_is_legal_passes(value, legal):
    parameters.check(chosen=(value, legal))


def test_of_many_legal_values_some_are_listed_and_the_nearest_is_named():
    with pytest.raises(parameters.ParameterError, match=r"place-19 or one of 80 more\. Did you mean “place-77”\?"):
        parameters.check(place=("plaze-77", [f"place-{number}" for number in range(100)]))
