"""What `tokencheck check` says: everything, in one line a cause, and of the committed data nothing."""

import csv
import io
import json
import shutil
from collections import Counter
from dataclasses import dataclass, field

import pandas as pd
import pytest

from tests.table_files import locate_table, read_table_text, write_table_text
from tokencheck import paths
from tokencheck.evidence import consistency, store
from tokencheck.register import checks, fingerprint, rule
from tokencheck.register.checks import TURNING, count_words, list_problems
from tokencheck.register.claims import load_register
from tokencheck.results import format_csv

SENTENCE = "Ten words stand in this sentence, no more, no less. "
ANSWER = f'[{SENTENCE.strip()}]{{when="C06.verdict is Misleading"}} '


@dataclass
class Copy:
    """A copy of what is checked, free to be spoilt; `expected` says where each fault must be told."""

    data: object
    words: object
    expected: list[str] = field(default_factory=list)

    def spoil(self, table, column, value, expected="", **where):
        """Change one cell of the first row that `where` describes."""
        rows = self.read(table)
        place = next(place for place, row in enumerate(rows) if all(row[name] == one for name, one in where.items()))
        rows[place][column] = value
        self.write(table, rows)
        self.expect(f"data/tables/{locate_table(self.data, table).name}, row {place + 2}, column {column}: ", expected)

    def expect(self, place, words=""):
        """Expect one line that begins so and holds those words."""
        self.expected.append((place, words))

    def write(self, table, rows):
        """Write a table with the rows in the order given."""
        write_table_text(self.data, table, format_csv(rows))

    def read(self, table):
        """Read a table as text."""
        return list(csv.DictReader(io.StringIO(read_table_text(self.data, table), newline="")))


@pytest.fixture
def copy(tmp_path):
    for name in ("tables", "provenance"):
        shutil.copytree(paths.DATA / name, tmp_path / "data" / name)
    for name in ("datapackage.json", "claims.yml"):
        shutil.copy(paths.DATA / name, tmp_path / "data" / name)
    shutil.copytree(paths.WORDS, tmp_path / "words")
    return Copy(tmp_path / "data", tmp_path / "words")


def test_the_committed_data_have_no_problem():
    assert list_problems() == []


def spoil_findings(copy):
    rows = copy.read("findings")
    address = {row["source_id"]: row["url"] or row["source_id"] for row in copy.read("sources")}
    descent = {(row["claim_id"], address[row["source_id"]]) for row in copy.read("lineage")}

    def take(test):
        """Take a row that fits and has not been taken yet."""
        place = next(place for place, row in enumerate(rows) if test(row))
        return {"finding_id": rows.pop(place)["finding_id"]}

    own = take(lambda row: (row["claim_id"], address[row["source_id"]]) in descent)
    copy.spoil("findings", "lineage", "false", "claim's own line", **own)
    counted = take(lambda row: row["direction"] == "supports")
    copy.spoil("findings", "holds_under", "", "the definition under which", **counted)
    again = take(lambda row: row["checked"] == "read again")
    copy.spoil("findings", "check_note", "", "where it was read again", **again)
    for column, value, expected in (
        ("claim_id", "C91", "expected a claim of data/claims.yml"),
        ("part", "nothing", "expected a part of claim C"),
        ("finding_id", "C90-F01", "and a number"),
        ("why", "word " * 26, "expected at most 25 words"),
        ("statement", "Half a sent", "ends with a full stop"),
    ):
        copy.spoil("findings", column, value, expected, **take(lambda row: row["direction"] == "context"))


def spoil_lineage(copy):
    rows = copy.read("lineage")
    last = max(row["claim_id"] for row in rows)
    place = max(place for place, row in enumerate(rows) if row["claim_id"] == last)
    copy.spoil("lineage", "source_id", "S1", claim_id=last, source_id="ARTICLE")
    copy.expected[-1] = (f"data/tables/lineage.csv, row {place + 2}, column source_id: ", f"one step of claim {last}")
    copy.spoil("lineage", "claim_id", "C91", "expected a claim of data/claims.yml")


def spoil_rows(copy):
    """Break rules between the cells of a row, and between tables."""
    copy.spoil("usage_daily", "model", "nobody/knows", "author is in `labs`", model="other")
    top = next(row for row in copy.read("usage_top10") if row["rank"] == "2")
    copy.spoil("usage_top10", "rank", "999", "ranks in the order of tokens", **{k: top[k] for k in ("model", "rank")})
    split = next(row for row in copy.read("usage_leaderboard") if row["prompt_tokens"])
    one_more = str(int(split["tokens"]) + 1)
    copy.spoil("usage_leaderboard", "tokens", one_more, "prompt_tokens and completion_tokens", model=split["model"])
    copy.spoil("usage_month_end", "window_end", "2026-01-30", "the sixth day after window_start")
    copy.spoil("price_changes", "event", "changed", "listed before changed", event="listed")
    copy.spoil("electricity_cn", "price_cny_per_kwh_low", "4.9", "no more than price_cny_per_kwh_high")
    zone = next(row for row in copy.read("electricity_us_zones") if row["pjm_zone"])
    copy.spoil("electricity_us_zones", "state", "VA", "a state or a zone", pjm_zone=zone["pjm_zone"])
    copy.spoil("literature", "elasticity", "", "an elasticity or a range", estimate_id="LIT01")


def spoil_sums(copy):
    """Break what follows from other cells, and what the contract explains."""
    last = copy.read("electricity_us_zones")[-1]
    where = {name: last[name] for name in ("state", "pjm_zone")}
    copy.spoil("electricity_us_zones", "change_percent", "99.9", "the change between the two prices", **where)
    copy.spoil("exchange_rates", "rate", "9.9", "EUR/USD times USD/CNY of the same period", pair="EUR/CNY")
    copy.spoil("literature", "se_checked", "none printed", "where there is neither error nor t", estimate_id="LIT08")
    top = next(row for row in copy.read("usage_daily") if row["model"] not in ("other", "nobody/knows"))
    more = {"tokens": str(int(top["tokens"]) + 1)} | {name: top[name] for name in ("date", "model")}
    copy.spoil("usage_daily", "tokens", more.pop("tokens"), "what usage_labs_daily gives the developer", **more)
    step = next(row for row in copy.read("lineage") if row["claim_id"] == "C05" and row["source_id"] != "ARTICLE")
    copy.spoil("lineage", "source_id", "S1", "a publication on which no reading of C05 rests", **step)
    contract = json.loads((copy.data / "datapackage.json").read_text(encoding="utf-8"))
    hosts = next(one for one in contract["resources"] if one["name"] == "pue")
    del hosts["credit"], next(one for one in hosts["schema"]["fields"] if one["type"] == "number")["unit"]
    (copy.data / "datapackage.json").write_text(json.dumps(contract), encoding="utf-8")
    copy.expect("data/datapackage.json, table pue: credit — expected there.")
    copy.expect("data/datapackage.json, table pue, column pue", "unit — expected there.")


def spoil_sources(copy):
    rows = copy.read("sources")
    bad = {**rows[0], "source_id": "ZZ1", "url": "no address", "title": "A title of its own"}
    unused = {**rows[0], "source_id": "ZZ2", "url": "https://example.org"}
    copy.write("sources", [*rows, bad, unused, {**unused, "source_id": "ZZ3"}])
    copy.expect(f"data/tables/sources.csv, row {len(rows) + 2}, column url: ", "an address of http or https")
    copy.expect(f"data/tables/sources.csv, row {len(rows) + 3}, column source_id: ", "a source that some row names")
    copy.expect(f"data/tables/sources.csv, row {len(rows) + 4}, column title: ", "stands once")
    copy.spoil("sources", "grade", "A", "B, a public copy of a data set", source_id="S2")
    copy.spoil("sources", "commit", "", "the commit of the copy", source_id="S3")
    copy.spoil("sources", "publisher", "Particle (citing Reuters)", "Reuters first, who", source_id="FD011")
    copy.spoil("sources", "publisher", "WinBuzzer (SemiAnalysis)", "SemiAnalysis first, who", source_id="FD105")
    copy.spoil("sources", "grade", "D", "the grade of Tencent, who made the statement", source_id="FD097")
    copy.expect("data/tables/findings.csv, finding C38-F01: ", "its source FD097 is D, interested")
    copy.spoil("sources", "grade", "D", "the grade of Eurostat, who made the statement", source_id="EU4")


def spoil_files(copy):
    """Leave files of the wrong form, and records that lag behind or lack something."""
    copy.write("pue", copy.read("pue")[::-1])
    copy.expect("data/tables/pue.csv: the rows are not sorted", "Run `tokencheck data tidy`.")
    rows = copy.read("hosts")
    copy.write("hosts", rows[:-1])
    copy.expect("data/provenance/hosts.json: it speaks of another state", "Run `tokencheck data tidy`.")
    (copy.data / "provenance" / "benchmarks.json").unlink()
    copy.expect("data/provenance/benchmarks.json: the record is missing", "by the example of")
    path = copy.data / "provenance" / "quality.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    del record["credit"], record["upstream"][0]["commit"]
    path.write_text(json.dumps(record), encoding="utf-8")
    copy.expect("data/provenance/quality.json: credit; upstream commit — expected there.")
    (copy.data / "tables" / "extra.csv").write_text("a\n1\n", encoding="utf-8")
    copy.expect("data/tables/extra.csv: the file is not in data/datapackage.json.")


def spoil_words(copy):
    (copy.words / "C05.md").unlink()
    copy.expect("report/words/C05.md: the file is missing.")
    (copy.words / "C06.md").write_text(ANSWER + SENTENCE * 6, encoding="utf-8")
    copy.expect("report/words/C06.md: no sentence begins with “**What would have to be true:**”.")
    (copy.words / "C07.md").write_text(f"{SENTENCE * 5}\n\n{TURNING} more.", encoding="utf-8")
    copy.expect("report/words/C07.md: it opens with no sentence that has a guard.", "Begin with the answer")
    copy.expect("report/words/C07.md: 50 words", "expected 60 to 120")
    # A bracket that is lost is told where marks are read, and not as a guard that is missing.
    (copy.words / "C09.md").write_text(f"{ANSWER[1:]}{SENTENCE * 6}\n\n{TURNING} more.", encoding="utf-8")
    told = "It appeared first on a site. In September 2025 it was so; in May 2026 and in June it was not."
    (copy.words / "C22.md").write_text(f"{ANSWER}{SENTENCE * 6} {told}\n\n{TURNING} more.", encoding="utf-8")
    copy.expect("report/words/C22.md: “appeared first” is more than a search can know.", "as far as we found")
    copy.expect("report/words/C22.md: “June” stands beside months of several years.", "its year")
    copy.expect("data/claims.yml, claim C22, facts_from: its texts print no fact.")
    (copy.words / "C98.md").write_text(f"{SENTENCE * 7}\n\n{TURNING} more.", encoding="utf-8")
    copy.expect("report/words/C98.md: there is no claim C98 in data/claims.yml.")


def drop_line(lines, begins, after):
    """Drop the first line that begins so behind the one given."""
    start = lines.index(after)
    del lines[next(place for place in range(start, len(lines)) if lines[place].strip().startswith(begins))]


def spoil_register(copy):
    """Leave a literal reading undefended, a rate undated, a label behind, and a share with another base or none."""
    path = copy.data / "claims.yml"
    lines = path.read_text(encoding="utf-8").split("\n")
    drop_line(lines, "accepted_because:", "- id: C44")
    copy.expect("data/claims.yml, claim C44, part price, reading call: ", "a defender and a critic")
    drop_line(lines, "facts_from:", "- id: C01")
    copy.expect("data/claims.yml, claim C01, facts_from: its texts print facts.usage.", "no source stands here")
    place = next(place for place in range(lines.index("- id: C08"), len(lines)) if "facts_from:" in lines[place])
    lines[place] = "  facts_from: [NOWHERE]"
    copy.expect("data/claims.yml, claim C08, facts_from: there is no source NOWHERE in data/tables/sources.csv.")
    drop_line(lines, "rate_month:", "    - id: mainland-call-flash")
    copy.expect("data/claims.yml, claim C49, part ratio, reading mainland-call-flash: ", "rate_month")
    place = next(
        place for place in range(lines.index("- id: C30"), len(lines)) if lines[place].startswith("    found:")
    )
    lines[place] = lines[place].replace(" of Chinese models' tokens", "")
    for name in ("surely_abroad", "perhaps_in_china"):
        copy.expect(f"data/claims.yml, claim C30, en, found: facts.hosts.{name} stands bare")
    place = lines.index("    - id: top-ten-61") + 1
    lines[place] = '      label: {en: "ten most used", zh: "用量前九"}'
    copy.expect("data/claims.yml, claim C05, part share, reading top-ten-61, label, zh: ", "9 is none of")
    place = next(place for place in range(lines.index("- id: C10"), len(lines)) if " model: " in lines[place])
    lines[place] = f"{lines[place]}-nowhere"
    copy.expect("data/claims.yml, claim C", "no table names the model “")
    path.write_text("\n".join(lines), encoding="utf-8")
    text = "{{< var facts.hosts.perhaps_in_china >}} of the platform's tokens."
    (copy.words / "prices.md").write_text(text, encoding="utf-8")
    copy.expect("report/words/prices.md: facts.hosts.perhaps_in_china is a share of", "gives it another base")


def test_every_seeded_fault_is_told_in_one_line(copy):
    for spoil in (
        spoil_findings,
        spoil_lineage,
        spoil_rows,
        spoil_sums,
        spoil_sources,
        spoil_files,
        spoil_words,
        spoil_register,
    ):
        spoil(copy)
    problems = list_problems(copy.data, copy.words)
    for place, words in copy.expected:
        found = [problem for problem in problems if problem.startswith(place) and words in problem]
        assert len(found) == 1, (place, words, found)
    surplus = [
        one for one in problems if not any(one.startswith(place) and words in one for place, words in copy.expected)
    ]
    assert surplus == []
    assert all("\n" not in problem and problem.endswith(".") for problem in problems)


def test_a_source_that_is_renamed_is_told_once_for_all_that_name_it(copy):
    tables = [file.name.split(".")[0] for file in sorted((copy.data / "tables").iterdir())]
    using = Counter(row["source_id"] for table in tables if table != "sources" for row in copy.read(table)
                    if row.get("source_id"))  # fmt: skip
    named = Counter(one for claim in load_register().claims for one in claim.facts_from)
    source = max(named, key=lambda one: (named[one] > 1, using[one]))
    copy.spoil("sources", "source_id", "ZZZ", source_id=source)
    problems = [one for one in list_problems(copy.data, copy.words) if source in one]
    in_tables, in_register = problems
    assert f"column source_id: “{source}” — expected a source_id of data/tables/sources.csv." in in_tables
    assert f"there is no source {source} in data/tables/sources.csv" in in_register
    assert in_register.partition(", facts_from")[0].count("C") == named[source] > 1


def test_a_rule_that_a_whole_table_breaks_is_told_for_its_first_rows(copy):
    rows = copy.read("usage_top10")
    for row in rows:
        row["window_end"] = "2029-01-01"
    copy.write("usage_top10", rows)
    problems = [one for one in list_problems(copy.data, copy.words) if "column window_end" in one]
    assert len(problems) == 21 and f"the same in {len(rows) - 20} more rows, such as row " in problems[-1]


def test_a_wrong_cell_is_told_once_although_much_rests_on_it_and_beside_an_unreadable_register(copy):
    (copy.data / "claims.yml").write_text("claims: [", encoding="utf-8")
    copy.spoil("labs", "country", "China", "expected text of the form")
    copy.spoil("findings", "source_id", "nowhere", "expected a source_id of data/tables/sources.csv")
    *problems, last = list_problems(copy.data, copy.words)
    assert "claims.yml is not valid YAML" in last
    for problem, (place, words) in zip(problems, copy.expected, strict=True):
        assert problem.startswith(place) and words in problem


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("sources", "grade", "E"),
        ("sources", "published_date", "2026-02-31"),
        ("sources", "published_date", "2025-12-01 to 2026-02-31"),
        ("findings", "finding_id", "C01-F99x"),
        ("findings", "direction", "perhaps"),
        ("lineage", "source_id", "nowhere"),
        ("usage_labs_daily", "tokens", "many"),
    ],
)
def test_a_wrong_cell_is_told_once_beside_a_register_that_rests_on_it(copy, table, column, value):
    """What cites the findings, compares with them or counts them cannot be asked, and is not told as wrong."""
    copy.spoil(table, column, value)
    [problem] = list_problems(copy.data, copy.words)
    [(place, _)] = copy.expected
    assert problem.startswith(place)


@pytest.mark.parametrize(
    ("grade", "interested", "repository", "told"),
    [
        ("B", False, "https://example.org/copy", 0),  # a public copy of what was also read itself
        ("B", False, None, 1),
        ("C", False, "https://example.org/copy", 1),
        ("B", True, "https://example.org/copy", 1),
        ("A", False, None, 0),
    ],
)
def test_a_page_has_one_grade_and_only_a_public_copy_of_it_another(grade, interested, repository, told):
    evidence = consistency.Evidence(paths.DATA)
    columns = ["source_id", "publisher", "url", "grade", "interested", "repository"]
    page = "https://example.org/page"
    rows = [("Z1", "Z", page, "A", False, None), ("Z2", "Z", page, grade, interested, repository)]
    evidence.frames["sources"] = pd.DataFrame(rows, columns=columns)
    evidence.frames["findings"] = pd.DataFrame([{"claim_id": "C01", "source_id": "Z1", "interested": False}])
    checks._check_standing(evidence)
    assert len(evidence.problems) == told
    assert all("the grade and interest of the other source of this page" in one for one in evidence.problems)


def test_a_unit_that_stands_twice_is_told(monkeypatch):
    monkeypatch.setattr(checks.units, "list_repeated", lambda: ["furlongs"])
    assert list_problems() == ["src/tokencheck/units.py: “furlongs” stands there twice. Take one out."]


def test_marks_and_variables_are_not_counted_as_words():
    text = '::: {when="C05.share.platform differs"}\n[Two words]{fixed="method"} {{< var a.b >}}\n:::\n'
    assert count_words(text + TURNING + " not counted") == 3


# ---------------------------------------------------------------------------------------------------------- tidying


def test_tidying_mends_the_form_once_and_keeps_notes(copy):
    before = {file.name: file.read_bytes() for file in (copy.data / "tables").iterdir()}
    rows = copy.read("findings")
    new = {**rows[3], "finding_id": "C01-F90", "source_id": "S2"}
    copy.write("findings", [new, *rows[::-1]])
    path = copy.data / "tables" / "labs.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    note = json.loads((copy.data / "provenance" / "findings.json").read_text(encoding="utf-8"))["accessed_note"]
    assert sorted(store.tidy_tables(copy.data)) == [
        "provenance/findings.json",
        "tables/findings.csv",
        "tables/labs.csv",
    ]
    assert store.tidy_tables(copy.data) == []
    assert path.read_bytes() == before["labs.csv"]
    assert [row["finding_id"] for row in copy.read("findings")].index("C01-F90") == len(
        [row for row in rows if row["finding_id"] < "C01-F90"]
    )
    record = json.loads((copy.data / "provenance" / "findings.json").read_text(encoding="utf-8"))
    assert (record["rows"], record["accessed_note"]) == (len(rows) + 1, note)
    assert "S2" in record["other_sources"]


def test_a_table_that_breaks_the_contract_is_not_tidied_nor_is_any_other(copy):
    copy.write("labs", copy.read("labs")[::-1])
    copy.spoil("findings", "grade", "E")
    before = {file: file.read_bytes() for file in copy.data.rglob("*") if file.is_file()}
    with pytest.raises(Exception, match="column grade: “E”.*\nCorrect this first; nothing was tidied."):
        store.tidy_tables(copy.data)
    assert {file: content for file, content in before.items() if file.read_bytes() != content} == {}
    assert not (copy.data / store.TRANSACTION).exists()


# --------------------------------------------------------------------------------------------------- the rule's version


def replace_tolerance(monkeypatch):
    monkeypatch.setattr(rule, "TOLERANCE", rule.Tolerance(points=rule.TOLERANCE.points + 1))


def move_threshold(monkeypatch):
    monkeypatch.setattr(rule, "RECORD_RANK", rule.RECORD_RANK + 1)


def let_ranks_be_near(monkeypatch):
    monkeypatch.setattr(rule, "NEVER_NEAR", ("first", "exists"))


def drop_a_row(monkeypatch):
    monkeypatch.setattr(rule, "RULES", rule.RULES[1:])


def soften_a_condition(monkeypatch):
    monkeypatch.setitem(rule.CONDITIONS, "a proxy agrees", lambda literal, others: False)


@pytest.mark.parametrize(
    "change", [replace_tolerance, move_threshold, let_ranks_be_near, drop_a_row, soften_a_condition]
)
def test_a_changed_rule_asks_for_a_new_version(monkeypatch, change):
    assert fingerprint.check_fingerprint() == []
    change(monkeypatch)
    (problem,) = fingerprint.check_fingerprint()
    assert f"otherwise than version {rule.RULE_VERSION} did. Raise RULE_VERSION" in problem
    assert fingerprint.take_fingerprint() in problem


def test_other_words_for_the_same_rule_are_no_new_version(monkeypatch):
    import dataclasses

    first, *rest = rule.FINDING_RULES
    monkeypatch.setattr(rule, "FINDING_RULES", (dataclasses.replace(first, when="in other words"), *rest))
    assert fingerprint.check_fingerprint() == []


def test_tables_that_git_would_keep_for_ever_are_told(tmp_path):
    """Synthetic: one table above the limit of a file; then as many as pass that of all together."""
    folder = tmp_path / "tables"
    folder.mkdir()
    (folder / "large.csv").write_bytes(b"a" * 2_200_000)
    (problem,) = consistency.check_sizes(tmp_path)
    assert problem.startswith("data/tables/large.csv: 2.2 MB — expected 2.1 at most. Leave out")
    (folder / "large.csv").unlink()
    for number in range(4):
        (folder / f"{number}.csv").write_bytes(b"a" * 1_600_000)
    (problem,) = consistency.check_sizes(tmp_path)
    assert problem.startswith("data/tables: 6.4 MB — expected 6.0 at most.")
