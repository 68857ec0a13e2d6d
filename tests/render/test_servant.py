"""A Pandoc that converts page after page makes what a run for each would make, and fails where that would fail."""

import os
import subprocess
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.reports import make_report
from tokencheck.errors import UserError
from tokencheck.render.fallback import pandoc
from tokencheck.render.project import read_project

PAGE = """---
title: Of *several*
---

## Words

One “quote”, Demirer et al. (2025), No. 136, Feb. as said, 1 %; p. 3 and a [link](index.qmd).[^1]

[^1]: A note.

``` python
answer = 6 * 7
```

| Left | Right |
|:-----|------:|
| a    |     1 |
"""
OPTIONS = {"standalone": True, "template": pandoc.FALLBACK / "templates" / "fragment.html", "toc": True, "toc-depth": 2}


@pytest.fixture
def project(tmp_path):
    return read_project(make_report(tmp_path / "report"))


def serve(project, source, **options):
    return pandoc.run_pandoc(source, "markdown", "html5", project, "index.qmd", {**OPTIONS, **options})


def test_a_served_page_is_what_a_run_makes(project):
    command = [pandoc.find_pandoc(), "--from=markdown", "--to=html5", "--wrap=none", *pandoc.list_options(OPTIONS)]
    done = subprocess.run(command, input=PAGE, capture_output=True, encoding="utf-8", check=True)
    assert pandoc.can_serve("html5", OPTIONS)
    for _ in range(2):  # nothing of one page is left for the next
        assert serve(project, PAGE).rstrip("\n") == done.stdout.rstrip("\n")


def test_a_served_document_is_what_a_run_makes(project):
    command = [pandoc.find_pandoc(), "--from=markdown", "--to=json", "--wrap=none", "--standalone"]
    done = subprocess.run(command, input=PAGE, capture_output=True, encoding="utf-8", check=True)
    assert pandoc.can_serve("json", {"standalone": True})
    served = pandoc.run_pandoc(PAGE, "markdown", "json", project, "index.qmd", {"standalone": True})
    assert served.rstrip("\n") == done.stdout.rstrip("\n")


def test_a_servant_that_ended_is_not_asked_again(project, monkeypatch):
    servants = pandoc.Servants()
    monkeypatch.setattr(pandoc, "SERVANTS", servants)
    serve(project, "text\n")
    servants.free[0].process.kill()
    with pytest.raises(UserError, match=r"index\.qmd: Pandoc says: it ended"):
        serve(project, "text\n")
    assert "<p>text</p>" in serve(project, "text\n")


def test_a_warning_stops_the_page_and_not_the_next(project):
    with pytest.raises(UserError, match=r"index\.qmd: Pandoc says: .*unclosed"):
        serve(project, "::: {.box}\nnever closed\n")
    assert "<p>closed</p>" in serve(project, "closed\n")


def test_what_a_filter_says_names_the_page(project, tmp_path):
    broken = tmp_path / "broken.lua"
    broken.write_text("function Para(para) error('no such word') end")
    with pytest.raises(UserError, match=r"index\.qmd: Pandoc says: (.|\n)*no such word"):
        serve(project, "text\n", **{"lua-filter": [broken]})


def test_a_folder_beyond_ascii_is_read_in_any_locale(tmp_path):
    report = make_report(tmp_path / "Bericht über 数据" / "report")
    code = (
        "import sys, pathlib; from tokencheck.render.fallback import pandoc; "
        "from tokencheck.render.project import read_project; project = read_project(pathlib.Path(sys.argv[1])); "
        "filters = {'lua-filter': [project.folder / 'none.lua']}; "
        "print(*(pandoc.run_pandoc('fine', 'markdown', 'html5', project, 'index.qmd', one) for one in (filters, "
        "filters | {'number-sections': True})))"
    )
    (report / "none.lua").write_text("return {}")
    done = subprocess.run(
        [sys.executable, "-c", code, str(report)], env=os.environ | {"LC_ALL": "POSIX"}, capture_output=True, text=True
    )
    assert done.stdout.split() == ["<p>fine</p>"] * 2, done.stderr


SIGNS_AND_TEXT = st.text(st.sampled_from("\\$@abx1 {}[]()^_~*|<>`-.\n"), max_size=40)


@given(SIGNS_AND_TEXT)
@example("costs \\$0.30 and \\\\$x$")
@example("\\newcommand{\\a}{b} \\a, \\begin{x}y\\end{x}")
@example("$x^2$ and [see @a, p. 3; -@b] and a@b.example")
def test_what_a_text_has_no_sign_of_need_not_be_looked_for(text):
    def read(reader):
        job = {"source": text, "reader": reader, "to": "json", "folder": "/", "filters": [], "toc": False}
        return pandoc.SERVANTS.convert(job | {"toc_depth": 3, "highlighting": "default"})

    assert read(pandoc.name_reader(text))[0] == read(pandoc.READER)[0]
