"""A page that is recalled is the page that would be filled: whatever it is made of is asked for each time."""

import pickle
from pathlib import Path

import jinja2
import pytest

from tokencheck import caches
from tokencheck.report import templating, whatif

TEMPLATES = {
    "page.j2": "{{ name }}{{ told }} by {{ who }}",
    "whole.j2": "{% include 'page.j2' %}",
}


@pytest.fixture
def fill_once(tmp_path, monkeypatch):
    """Fill synthetic templates, with a cache, vocabulary and code of their own."""
    environment = jinja2.Environment(loader=jinja2.DictLoader(TEMPLATES), undefined=jinja2.StrictUndefined)
    environment.globals["who"] = "all templates"
    monkeypatch.setattr(templating, "_make_environment", lambda: environment)
    monkeypatch.setattr(templating, "_filled", caches.Cache(tmp_path / "kept"))
    for name in ("_list_used", "_read_template", "_read_vocabulary"):
        monkeypatch.setattr(templating, name, getattr(templating, name).__wrapped__)
    monkeypatch.setattr(templating.paths, "WORDS", tmp_path)
    (tmp_path / "glossary.yml").write_text("a: b\n")
    monkeypatch.setattr(caches, "describe_code", lambda: "code")

    def run(**context):
        return templating.fill_once("page.j2", **context)

    run(name="A", told="", unused=1)
    return run


def count_kept(tmp_path: Path) -> int:
    return len(list((tmp_path / "kept").iterdir()))


def test_the_same_context_is_filled_once(fill_once, tmp_path):
    before = count_kept(tmp_path)
    assert fill_once(name="A", told="", unused=2) == "A by all templates\n"
    assert count_kept(tmp_path) == before


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"name": "B"}, "B by all templates\n"),
        ({"told": [1]}, "A[1] by all templates\n"),
        ({"who": "this page"}, "A by this page\n"),  # as Chinese pages put their own functions in place
    ],
)
def test_another_context_gives_another_page(fill_once, change, text):
    assert fill_once(**{"name": "A", "told": ""} | change) == text


@pytest.mark.parametrize("changed", ["the code", "the glossary", "the template"])
def test_another_code_glossary_or_template_fills_again(fill_once, tmp_path, monkeypatch, changed):
    environment = templating._make_environment()
    environment.globals["who"] = "those who changed"
    assert fill_once(name="A", told="") == "A by all templates\n"
    if changed == "the code":
        monkeypatch.setattr(caches, "describe_code", lambda: "another code")
    elif changed == "the glossary":
        (tmp_path / "glossary.yml").write_text("a: c\n")
    else:
        monkeypatch.setitem(TEMPLATES, "page.j2", "{{ name }}{{ told }} by {{ who }} ")
    assert fill_once(name="A", told="") == "A by those who changed\n"


@pytest.mark.usefixtures("fill_once")
def test_a_template_that_takes_in_others_is_refused():
    with pytest.raises(ValueError, match=r"whole\.j2 is filled with other templates"):
        templating.fill_once("whole.j2", name="A", told="")


def test_what_was_derived_of_ways_to_count_makes_no_other_page():
    rows = (whatif.Way((0,), "1", "agrees"), whatif.Way((1,), "2", "differs"))
    dimensions = (whatif.Dimension("scope", "Scope", ("a", "b")),)
    ways = whatif.Ways("c05", "a share", "percent", "en", dimensions, rows, whatif.SAYS["en"])
    before = pickle.dumps(ways)
    assert ways.ends == (1.0, 2.0)
    assert pickle.dumps(ways) == before
    assert pickle.loads(before) == ways
