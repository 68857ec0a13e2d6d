"""The command line, used as a reader uses it."""

import errno
import json
import os
import re
import shutil
import subprocess
import sys
from types import SimpleNamespace

import pytest

from tests.projects import move_project
from tests.table_files import read_table_text, write_table_text
from tokencheck import paths
from tokencheck.cli import main
from tokencheck.notebook.run import ENVIRONMENT
from tokencheck.register import checks
from tokencheck.register.findings import read_findings
from tokencheck.register.verdicts import read_verdicts
from tokencheck.report import proofreading, words


def run(*arguments):
    """Run the command in a process of its own."""
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(paths.ROOT / "src")}
    return subprocess.run(
        [sys.executable, "-m", "tokencheck.cli", *arguments], capture_output=True, text=True, env=environment
    )


@pytest.fixture
def call(capsys):
    """Call the command in this process, which has loaded everything already."""

    def call_main(*arguments):
        try:
            code = main(list(arguments))
        except SystemExit as done:  # what argparse says itself
            code = done.code
        shown = capsys.readouterr()
        return SimpleNamespace(returncode=code, stdout=shown.out, stderr=shown.err)

    return call_main


@pytest.fixture
def project(tmp_path):
    """A copy of the project's data and words, free to be spoilt."""
    shutil.copytree(paths.DATA, tmp_path / "data")
    shutil.copytree(paths.WORDS, tmp_path / "report" / "words")
    shutil.copy(paths.REPORT / "_variables.yml", tmp_path / "report")
    return tmp_path


@pytest.fixture
def moved(project, monkeypatch):
    """The copy in the place of the project."""
    move_project(monkeypatch, project)
    return project


def test_what_was_typed_is_shown_and_never_obeyed(call):
    shown = call("check", "\x1b[31m\u202e").stderr
    assert "unrecognized arguments: <U+001B>[31m<U+202E>" in shown


def test_claim_shows_quote_readings_verdict_and_sources(capsys):
    assert main(["claim", "c05"]) == 0
    shown = capsys.readouterr().out
    assert "模型的全球总占比更是飙至61%" in shown
    verdict = next(one.verdict for one in read_verdicts().claims if one.id == "C05")
    assert f"Verdict: {verdict}" in shown
    assert "literal" in shown and "top-ten-61" in shown
    assert "https://" in shown.split("Sources")[1]


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp936"])
def test_a_terminal_without_the_letters_of_a_claim_gets_their_numbers(register, encoding):
    claim = register.claims[0]
    environment = os.environ | {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "tokencheck.cli", "claim", claim.id],
        env=environment,
        capture_output=True,
        cwd=paths.ROOT,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert claim.quote_zh.encode(encoding, "backslashreplace") in done.stdout


def test_every_claim_can_be_shown_with_its_verdict(capsys, register):
    verdicts = {one.id: one.verdict for one in read_verdicts().claims}
    wrong = []
    for claim in register.claims:
        code = main(["claim", claim.id])
        shown = capsys.readouterr().out
        if code or f"Verdict: {verdicts[claim.id]}" not in shown or claim.quote_zh not in shown:
            wrong.append(claim.id)
    assert wrong == []


def test_findings_say_how_they_stand_to_the_claim(capsys):
    one = next(one for one in read_findings() if one.direction == "contradicts" and one.interested)
    assert main(["claim", one.claim_id]) == 0
    assert f"contradicts {one.grade} interested" in capsys.readouterr().out


def test_a_claim_is_shown_without_loading_pandas():
    code = "import sys; from tokencheck.cli import main; main(['claim', 'C05']); sys.exit('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0


def test_without_an_id_all_claims_are_listed(capsys, register):
    assert main(["claim"]) == 0
    assert [line[:3] for line in capsys.readouterr().out.splitlines()] == [claim.id for claim in register.claims]


def test_a_claim_without_a_result_is_one_clear_message(call, moved, register):
    """Synthetic: the last claim again under the next id, as somebody who adds one leaves it before building."""
    new = f"C{len(register.claims) + 1:02}"
    path = moved / "data" / "claims.yml"
    text = path.read_text(encoding="utf-8")
    last = text[text.rindex("\n- id: ") :].replace(register.claims[-1].id, new)
    path.write_text(text.rstrip("\n") + last, encoding="utf-8")
    shown = call("claim", new)
    assert (shown.returncode, shown.stdout) == (1, "")
    assert shown.stderr.startswith(f"tokencheck: claim {new} has no result yet") and "make report" in shown.stderr
    listed = call("claim")
    assert listed.returncode == 0
    assert listed.stdout.splitlines()[-1].startswith(f"{new}  not built yet")
    computed = call("claim", new, "--recompute")
    assert computed.returncode == 1
    assert "(data/results says not built yet)" in computed.stdout
    assert "Traceback" not in shown.stderr + computed.stderr


def test_words_may_name_a_claim_that_is_not_built_yet(moved, register):
    """Synthetic: a second claim like the last one that has readings, with its words; `make check` comes first."""
    last = next(claim for claim in reversed(register.claims) if claim.has_readings)
    new = f"C{len(register.claims) + 1:02}"
    path = moved / "data" / "claims.yml"
    text = path.read_text(encoding="utf-8")
    own = text[text.index(f"\n- id: {last.id}") :].split("\n- id: ")[1]
    before = proofreading.list_slips()
    path.write_text(text.rstrip("\n") + f"\n- id: {own}".replace(last.id, new), encoding="utf-8")
    words = (moved / "report" / "words" / f"{last.id}.md").read_text(encoding="utf-8")
    (moved / "report" / "words" / f"{new}.md").write_text(words.replace(last.id, new), encoding="utf-8")
    assert set(proofreading.list_slips()) <= set(before)


def test_claims_before_any_build_say_what_to_run(call, moved):
    shutil.rmtree(moved / "data" / "results")
    for arguments in ([], ["C05"]):
        done = call("claim", *arguments)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr == "tokencheck: data/results/verdicts.json is missing. Run `make report`.\n"
    done = call("claim", "C05", "--recompute")
    assert "Verdict: " in done.stdout and "was not measured" in done.stdout
    assert "Traceback" not in done.stderr


def test_recompute_agrees_with_the_committed_results(capsys):
    assert main(["claim", "C05", "--recompute"]) == 0
    shown = capsys.readouterr().out
    assert "same" in shown and "was " not in shown.replace("was not", "")


def test_recompute_tells_when_data_have_moved(call, moved):
    lines = read_table_text(moved / "data", "usage_daily").splitlines(keepends=True)
    row = next(index for index, line in enumerate(lines) if line.startswith("2026-02-13,minimax/minimax-m2.5-"))
    fields = lines[row].split(",")
    fields[2] = str(int(fields[2]) * 3)
    lines[row] = ",".join(fields)
    write_table_text(moved / "data", "usage_daily", "".join(lines))
    done = call("claim", "C05", "--recompute")
    assert done.returncode == 1
    assert "was " in done.stdout
    assert "does not follow from data/tables any more. Run `make report`" in done.stderr


def test_unknown_claim_is_one_clear_line(register):
    done = run("claim", "C99")
    assert done.returncode == 1
    last = register.claims[-1].id
    assert done.stderr.startswith(f"tokencheck: there is no claim “C99”; claims run from C01 to {last}.")
    assert "Traceback" not in done.stderr


def test_check_passes_on_the_committed_data(capsys, register):
    assert main(["check"]) == 0
    assert f"{len(register.claims)} claims are well-formed" in capsys.readouterr().out


def test_check_tells_a_sentence_that_no_longer_holds_and_passes(capsys, monkeypatch):
    lost = words.Failure("report/words/curve.md:1", "C05.share.platform > C05.share.claimed", "")
    monkeypatch.setattr(words, "find_failures", lambda: [lost])
    assert main(["check"]) == 0
    told = capsys.readouterr().out
    assert "1 sentence no longer holds" in told
    assert f"{lost.place}: {lost.guard}" in told


def test_tidy_says_which_files_it_wrote_and_then_none(call, moved):
    path = moved / "data" / "tables" / "labs.csv"
    header, *rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
    before = path.read_bytes()
    path.write_text("".join([header, *rows[::-1]]), encoding="utf-8")
    done = call("data", "tidy")
    assert (done.returncode, done.stdout) == (0, "data/tables/labs.csv: tidied\n")
    assert path.read_bytes() == before
    assert call("data", "tidy").stdout == "All tables are tidy.\n"


def test_check_names_a_bad_cell_and_a_bad_reading_and_leaves_results_alone(call, moved):
    lines = read_table_text(moved / "data", "usage_daily").splitlines(keepends=True)
    date, model, tokens, source = lines[5].split(",")
    lines[5] = f"{date},{model},-5,{source}"
    write_table_text(moved / "data", "usage_daily", "".join(lines))
    path = moved / "data" / "claims.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("measure: usage.share", "measure: usage.sharing", 1))
    before = {file: file.read_bytes() for file in (moved / "data" / "results").rglob("*") if file.is_file()}
    done = call("check")
    assert done.returncode == 1
    assert "data/tables/usage_daily.csv.gz, row 6, column tokens" in done.stderr
    assert "-5" in done.stderr
    assert "there is no measure “usage.sharing”" in done.stderr
    assert all(file.read_bytes() == content for file, content in before.items())


def test_check_tells_what_a_page_names_that_no_renderer_finds(capsys, monkeypatch, tmp_path):
    """Of a page that is written by hand, and in a line each; what others include is told where it is written."""
    shutil.copytree(paths.REPORT, tmp_path / "report", ignore=shutil.ignore_patterns("_site", "words", ".*"))
    page = tmp_path / "report" / "usage.qmd"
    lines = page.read_text(encoding="utf-8").splitlines()
    wrong = ["{{< var C05.share.nothing >}}", "", "{{< figure nothing >}}", "", "{{< include _generated/no.md >}}"]
    page.write_text("\n".join([*lines, "", *wrong, ""]), encoding="utf-8")
    body = tmp_path / "report" / "_generated" / "usage.md"
    body.write_text(body.read_text(encoding="utf-8") + "\n{{< var C05.lost >}}\n", encoding="utf-8")
    monkeypatch.setattr(checks, "list_problems", list)
    monkeypatch.setattr(proofreading, "list_slips", list)
    monkeypatch.setattr(paths, "REPORT", tmp_path / "report")
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    assert main(["check"]) == 1
    variable, figure, include, count = capsys.readouterr().err.splitlines()
    first = len(lines) + 2
    assert variable.startswith(f"report/usage.qmd:{first}: no variable `C05.share.nothing`")
    assert figure.startswith(f"report/usage.qmd:{first + 2}: unknown shortcode `figure`")
    assert include.startswith(f"report/usage.qmd:{first + 4}: included file _generated/no.md is missing")
    assert count.startswith("3 problems found")


@pytest.mark.parametrize(
    ("line", "told"),
    [("UNITS = nothing", "name 'nothing' is not defined"), ("UNITS = (", "'(' was never closed")],
)
def test_a_module_that_does_not_load_is_told_by_its_line(tmp_path, line, told):
    package = tmp_path / "src" / "tokencheck"
    shutil.copytree(paths.ROOT / "src" / "tokencheck", package, ignore=shutil.ignore_patterns("__pycache__"))
    written = (package / "units.py").read_text(encoding="utf-8")
    (package / "units.py").write_text(f"{written}{line}\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "tokencheck.cli", "check"],
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(tmp_path / "src")},
    )
    last = len(written.splitlines()) + 1
    assert (done.returncode, done.stderr) == (1, f"src/tokencheck/units.py:{last}: {told}. Correct that line.\n")


@pytest.mark.parametrize("arguments", [["--help"], ["claim", "--help"], ["check", "--help"]])
def test_help_is_there_for_each_command(arguments, call):
    done = call(*arguments)
    assert done.returncode == 0
    assert done.stdout.startswith("usage: tokencheck")


def test_recompute_without_an_id_says_what_to_type(call):
    done = call("claim", "--recompute")
    assert done.returncode == 1
    assert "tokencheck claim C05 --recompute" in done.stderr


# ------------------------------------------------------------------------------------------- editions, status, imports


def test_diff_of_an_edition_and_this_folder_prints_no_difference(capsys):
    assert main(["diff", "last", str(paths.ROOT)]) == 0
    shown = capsys.readouterr().out
    assert "No difference" in shown or "Verdicts, for the claim’s own period: none flipped" in shown


@pytest.mark.parametrize("form", ["text", "markdown", "json"])
def test_diff_of_two_folders_lists_the_flip_in_every_form(project, capsys, form):
    path = project / "data" / "results" / "verdicts.json"
    text = path.read_text(encoding="utf-8")
    assert '"status_now": "Contradicted"' in text
    path.write_text(text.replace('"status_now": "Contradicted"', '"status_now": "Supported"', 1), encoding="utf-8")
    assert main(["diff", str(paths.ROOT), str(project), "--format", form]) == 0
    shown = capsys.readouterr().out
    flipped = next(one["id"] for one in json.loads(text)["claims"] if one["status_now"] == "Contradicted")
    assert flipped in shown and "Contradicted" in shown and "Supported" in shown


def test_diff_with_an_unknown_edition_is_one_clear_line():
    done = run("diff", "nope", "last")
    assert done.returncode == 1
    assert done.stderr.startswith("tokencheck: “nope” is no edition, folder or git revision. Editions: 2026-10-07")
    assert "Traceback" not in done.stderr


def test_data_status_exits_by_staleness(call):
    done = call("data", "status", "--today", "2024-01-01")
    assert (done.returncode, done.stderr) == (0, "")
    assert "usage_labs_daily" in done.stdout
    assert call("data", "status", "--today", "2050-01-01").returncode == 1


@pytest.mark.parametrize(
    "arguments", [["diff", "--help"], ["data", "--help"], ["data", "status", "--help"], ["import", "--help"]]
)
def test_help_is_there_for_the_commands_around_data(arguments, call):
    done = call(*arguments)
    assert done.returncode == 0
    assert done.stdout.startswith("usage: tokencheck")


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.ENOSPC])
def test_a_folder_that_takes_no_file_is_named_in_one_line(number, monkeypatch, capsys):
    def deny(*arguments, **options):
        raise OSError(number, os.strerror(number), str(paths.REVIEWS / ".aside"))

    monkeypatch.setattr("tokencheck.results.tempfile.mkstemp", deny)
    assert main(["review", "C05", "--agree", "--reason", "It adds up.", "--by", "A reader"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("tokencheck: data/reviews cannot be written to: ") and said.count("\n") == 1
    assert os.strerror(number).lower() in said


def test_a_claim_says_since_when_its_status_is_so(capsys):
    assert main(["claim", "C28"]) == 0
    assert re.search(r"· now \([\d-]+\): \w+ \(since \d{4}-\d{2}-\d{2}", capsys.readouterr().out)


@pytest.fixture
def own_environment(monkeypatch):
    """Put back afterwards what the command sets for its processes."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("own_environment")
@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--jobs", "0"], "--jobs 0: expected 1 or more"),
        (["--backend", "dask"], "--backend dask needs --scheduler ADDRESS"),
        (["--backend", "threads"], "--backend threads: expected processes or dask"),
    ],
)
def test_a_curve_that_cannot_be_meant_is_refused(options, message, capsys):
    before = paths.SPECIFICATIONS.read_bytes()
    assert main(["curve", *options]) == 1
    assert message in capsys.readouterr().err
    assert paths.SPECIFICATIONS.read_bytes() == before


@pytest.mark.usefixtures("own_environment")
def test_the_curve_names_what_it_leaves_out_and_says_how_many(monkeypatch, capsys):
    from tokencheck.econometrics import curve

    table = curve.read()
    monkeypatch.setattr(curve, "build_curve", lambda **options: table)
    assert main(["curve"]) == 0
    printed = capsys.readouterr()
    counts = curve.count(table)
    assert f"{counts['estimated']} of {counts['specifications']} specifications estimated" in printed.out
    assert f"{counts['dropped']} left out" in printed.out
    assert len(printed.err.splitlines()) == counts["dropped"]
    assert "the curve goes on without it" in printed.err
