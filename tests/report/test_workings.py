"""The pages of the notebooks: every figure of a notebook stands where it is shown, grids of claims among them."""

import re

import pandas as pd
import pytest

from tokencheck.notebook.run import NOTEBOOKS
from tokencheck.report import markup, words, workings
from tokencheck.results import read_json

RECORDS = words.read_records()
PAGES = workings.make_notebook_pages(RECORDS)


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=[one.name for one in NOTEBOOKS])
def test_a_page_shows_the_figures_of_its_notebook_in_their_order(notebook):
    outputs = [one for cell in read_json(notebook.executed)["cells"] for one in cell.get("outputs", [])]
    pictures = [one for one in outputs if "image/svg+xml" in one.get("data", {})]
    page = PAGES[markup.name_notebook_page(notebook.name)]
    shown = re.findall(r"\]\(\.\./figures/([\w-]+)\.svg\)\{#fig-", page)
    assert shown == [workings.name_figure(one) for one in pictures]
    drawn = [name for name in shown if "steps" not in RECORDS[name]]
    assert re.findall(r"\]\(\.\./figures/([\w-]+)\.svg\)\{\.picture\}", page) == drawn
    assert re.findall(r"\]\(\.\./figures/([\w-]+)\.csv\)", page) == drawn
    assert all(shown)


def test_a_title_stands_once_as_the_caption_and_other_words_stay():
    """A synthetic cell, for this test only."""
    figure = {"name": "grid-c99", "title": "C99: 3 definitions", "alt": "Ticks."}
    picture = {"data": {"image/svg+xml": "<svg/>"}, "metadata": {"image/svg+xml": {"figure": "grid-c99"}}}
    told = [{"data": {"text/markdown": text}, "metadata": {}} for text in ("| a table |", "**C99: 3 definitions**")]
    cell = {"cell_type": "code", "source": ["summarise()"], "outputs": [*told, picture]}
    parts = list(workings._write_cell(cell, {"grid-c99": figure}))
    drawn = '![C99: 3 definitions](../figures/grid-c99.svg){#fig-grid-c99 fig-alt="Ticks."}'
    picture, data = "[Picture](../figures/grid-c99.svg){.picture}", "[data](../figures/grid-c99.csv)"
    table = "::: {.workings}\n\n| a table |\n\n:::"  # by which the filter of the pages knows it
    assert parts[1:] == [table, drawn, f"::: {{.figure-links}}\n{picture} (CC BY 4.0) · {data}\n:::"]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=[one.name for one in NOTEBOOKS])
def test_every_table_of_pandas_is_a_table_of_the_page(notebook):
    outputs = [one for cell in read_json(notebook.executed)["cells"] for one in cell.get("outputs", [])]
    tables = ["".join(one["data"]["text/html"]) for one in outputs if "text/html" in one.get("data", {})]
    page = PAGES[markup.name_notebook_page(notebook.name)]
    for table in tables:
        written = workings.write_frame(table)
        assert written in page
        columns = {line.count("|") - line.count("\\|") for line in written.splitlines()}
        assert len(columns) == 1 and len(written.splitlines()) >= table.count("<tr") - 1


def test_a_table_of_pandas_keeps_its_index_and_its_cells():
    """Synthetic, for this test only."""
    frame = pd.DataFrame({"se_type": ["HC3", "a | b"], "coef": [-0.5, None]}, index=pd.Index(["x", "y"], name="what"))
    assert workings.write_frame(frame.to_html()).splitlines() == [
        "|what|se type|coef|", "|:---|:------|:---|", "|x|HC3|-0.5|", "|y|a \\| b||",
    ]  # fmt: skip
    assert workings.write_frame(frame.reset_index(drop=True).to_html()).startswith("|se type|coef|")
