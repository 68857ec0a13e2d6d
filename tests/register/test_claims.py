"""The register: all claims are there, and a mistake in it is named where it stands."""

import re

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tokencheck import paths, periods
from tokencheck.errors import UserError
from tokencheck.measures import Measurement, bounds, check_parameters, compute, grade_weakest, rests_on_interested_alone
from tokencheck.register.claims import MOST_READINGS, load_register, measure_claim, read_register
from tokencheck.units import is_loose

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)

HEADLINE = [
    "C02",
    "C03",
    "C04",
    "C05",
    "C12",
    "C13",
    "C14",
    "C18",
    "C19",
    "C20",
    "C26",
    "C28",
    "C44",
    "C45",
    "C46",
    "C49",
]


@pytest.mark.parametrize("claim_id", HEADLINE)
def test_headline_claims_have_readings_for_every_part(register, claim_id):
    for part in register.find(claim_id).parts:
        roles = [reading.role for reading in part.readings]
        assert roles.count("literal") == 1
        assert len(roles) <= MOST_READINGS
        assert len(set(roles)) > 1, "a literal reading alone cannot show under which other reading the claim holds"


def test_the_period_of_a_claim_is_written_out(register):
    short = set(periods.SHORT_MONTHS) - set(periods.MONTHS)
    for claim in register.claims:
        assert not re.search(rf"\b(?:{'|'.join(short)})\b|-", claim.period), claim.id


def test_no_code_and_no_test_knows_how_many_claims_there_are(register):
    """A claim more must need no edit of code. A number counts where its line speaks of claims, or of lines listed."""
    count, last = len(register.claims), register.claims[-1].id
    typed = re.compile(rf"(?=.*(claim|splitlines)).*(?<![\w.<]){count}(?![\w.])|to {last}\b", re.IGNORECASE)
    assert typed.search(f"all {count} claims") and typed.search(f"from C01 to {last}")
    files = [file for folder in ("src", "tests", "notebooks") for file in (paths.ROOT / folder).rglob("*.py")]
    files += (paths.ROOT / "src").rglob("*.j2")
    found = [
        f"{paths.shorten(file)}:{number}"
        for file in files
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if (str(count) in line or last in line) and typed.search(line)
    ]
    assert found == []


def test_ids_are_found_in_either_case(register):
    assert register.find("c05") is register.find("C05")


def test_unknown_claim_says_which_exist(register):
    with pytest.raises(UserError, match=f"no claim “C77”; claims run from C01 to {register.claims[-1].id}"):
        register.find("C77")


@pytest.fixture
def write_register(tmp_path):
    """Give a function that writes a copy of the register after changing one claim in it."""

    def write(change):
        changed = yaml.load(paths.CLAIMS.read_text(encoding="utf-8"), LOADER)
        change(next(claim for claim in changed["claims"] if claim["id"] == "C05"), changed)
        path = tmp_path / "claims.yml"
        path.write_text(yaml.dump(changed, Dumper=DUMPER, allow_unicode=True), encoding="utf-8")
        return path

    return write


def reading(claim):
    return claim["parts"][0]["readings"][0]


MISTAKES = {
    "unknown measure": (
        lambda claim, _: reading(claim).update(measure="usage.shares"),
        r"part share, reading platform \(then\): there is no measure “usage.shares”. Did you mean “usage.share”\?$",
    ),
    "unknown parameter": (
        lambda claim, _: reading(claim)["parameters"].update(scoop="top_9"),
        "reading platform.*parameter “scoop”: extra inputs are not permitted; it takes scope, window",
    ),
    "missing parameter": (
        lambda claim, _: reading(claim)["parameters"].pop("scope"),
        "reading platform.*parameter “scope”: field required",
    ),
    "wrong value": (
        lambda claim, _: reading(claim)["parameters"].update(scope="top_11"),
        "reading platform.*parameter “scope”: input should be 'top_5'",
    ),
    "wrong value for now": (
        lambda claim, _: reading(claim)["now"].update(window=7),
        r"reading platform \(now\).*parameter “window”: input should be a valid string",
    ),
    "unknown role": (
        lambda claim, _: reading(claim).update(role="liberal"),
        "claim C05, part share, reading platform, role: input should be 'literal'|Input should be 'literal'",
    ),
    "two literal readings": (
        lambda claim, _: claim["parts"][0]["readings"][1].update(role="literal"),
        "claim C05, part share: 2 literal readings; exactly one is needed",
    ),
    "no literal reading": (
        lambda claim, _: reading(claim).update(role="charitable"),
        "claim C05, part share: 0 literal readings",
    ),
    "too many readings": (
        lambda claim, _: claim["parts"][0].update(readings=claim["parts"][0]["readings"] * 2),
        "claim C05, part share: 18 readings; at most 12",
    ),
    "repeated reading": (
        lambda claim, _: claim["parts"][0]["readings"].append(dict(claim["parts"][0]["readings"][1])),
        "two readings share an id",
    ),
    "unknown field": (lambda claim, _: claim.update(verdict="Supported"), "claim C05, verdict: Extra inputs"),
    "missing quote": (lambda claim, _: claim.pop("quote_zh"), "claim C05, quote_zh: Field required"),
    "unknown relation": (
        lambda claim, _: claim["parts"][0].update(relation="about"),
        "claim C05, part share, relation: Input should be 'equals'",
    ),
    "unknown unit": (
        lambda claim, _: claim["parts"][0].update(unit="furlongs"),
        "claim C05, part share: there is no unit “furlongs”; src/tokencheck/units.py holds percent, ",
    ),
    "repeated claim": (lambda claim, raw: raw["claims"].append(claim), "claim ids appear twice: C05"),
    "a gap": (lambda claim, raw: raw["claims"].pop(1), "claim C03 stands where C02 is expected"),
    "quote in no Chinese": (
        lambda claim, _: claim.update(quote_zh="quote"),
        "claim C05, quote_zh: String should match",
    ),
    "a mark from elsewhere": (
        lambda claim, _: claim.update(mark="别处"),
        "claim C05: the mark “别处” is not in quote_zh",
    ),
    "a long mark": (lambda claim, _: claim.update(mark="引" * 31), "claim C05, mark: String should have at most 30"),
    "a long quote": (
        lambda claim, _: claim.update(quote_zh="引" * 81),
        "claim C05, quote_zh: String should have at most",
    ),
    "quotes too long together": (
        lambda _, raw: [claim.update(quote_zh=claim["mark"] + "引" * 40) for claim in raw["claims"]],
        "characters together; at most 2000 are allowed",
    ),
    "an error that is computed": (
        lambda claim, _: claim.update(errs={"how": "overstates", "because": "for the test only"}),
        "claim C05: errs is computed from claimed and measured; leave it out",
    ),
    "no reason to stand": (
        lambda claim, _: claim.pop("standing_because"),
        "claim C05, standing_because: Field required",
    ),
    "no translation": (lambda claim, _: claim.update(quote_en=""), "claim C05, quote_en: String should have at least"),
    "a value of the wrong kind": (
        lambda claim, _: claim["parts"][0].update(value=61),
        "claim C05, part share, value: Input should be a valid string",
    ),
    "a value that is no number": (
        lambda claim, _: claim["parts"][0].update(value="6,1"),
        "claim C05, part share: the value “6,1” is no number",
    ),
    "a day that no calendar has": (
        lambda claim, _: reading(claim)["parameters"].update(window="2026-02-09/2026-02-31"),
        "claim C05, part share, reading platform: there is no day 2026-02-31; correct it.$",
    ),
    "a search up to such a day": (
        lambda _, raw: next(one for one in raw["claims"] if one.get("sought"))["sought"].update(by="2026-04-31"),
        "claim C.., sought: there is no day 2026-04-31",
    ),
    "a misspelt field": (
        lambda claim, _: claim.update(standing_becuase=claim.pop("standing_because")),
        r"^.*claim C05, standing_becuase: there is no such field; did you mean standing_because\?$",
    ),
    "unlisted section": (lambda claim, _: claim.update(section="？"), "section “？” is not listed"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_where_it_stands(write_register, mistake):
    change, message = MISTAKES[mistake]
    with pytest.raises(UserError, match=message):
        load_register(write_register(change))


def test_every_mistake_is_told_once_and_all_at_once(write_register):
    def change(claim, raw):
        claim["parts"][0]["value"] = 61
        claim.pop("period")
        raw["claims"][1]["quote_en"] = ""

    register, problems = read_register(write_register(change))
    assert register is None
    assert [problem.split(": ")[0].split(", ", 1)[1] for problem in problems] == [
        "claim C02, quote_en",
        "claim C05, period",
        "claim C05, part share, value",
    ]


def test_unreadable_registers_are_named(tmp_path):
    path = tmp_path / "claims.yml"
    with pytest.raises(UserError, match="claims.yml is missing"):
        load_register(path)
    path.write_bytes("claims: “".encode("utf-16"))
    with pytest.raises(UserError, match="not UTF-8"):
        load_register(path)
    path.write_text("claims:\n\t- id: C01\n")
    with pytest.raises(UserError, match="not valid YAML: line 2, column 1: .*tab.* Correct that line.$"):
        load_register(path)
    path.write_text("")
    with pytest.raises(UserError, match="empty"):
        load_register(path)


def test_reading_in_the_wrong_unit_is_refused(register, tables):
    claim = register.find("C05")
    part = claim.parts[0].model_copy(update={"unit": "ratio"})
    with pytest.raises(UserError, match="usage.share answers in percent_of_platform, the part claims ratio"):
        measure_claim(claim.model_copy(update={"parts": (part,)}), tables)


def test_measures_take_only_what_they_declare():
    with pytest.raises(UserError, match="there is no measure “usage.nothing”"):
        check_parameters("usage.nothing", {})


def test_compute_checks_parameters_first(tables):
    with pytest.raises(UserError, match="parameter “scope”: field required"):
        compute("usage.share", tables, {"window": "2026-02-09/2026-02-15"})


def test_the_weakest_source_sets_the_grade(tables):
    grades = tables["sources"].set_index("source_id")["grade"]
    best, worst = grades[grades == "A"].index[0], grades[grades == "D"].index[0]
    assert grade_weakest(tables, (best,)) == "A"
    assert grade_weakest(tables, (best, worst)) == "D"
    assert grade_weakest(tables, ()) == ""


def test_a_record_carries_what_the_measure_cited(register, tables):
    for measured in measure_claim(register.find("C05"), tables):
        record = measured.as_record()
        assert {"labs", "LABS"} <= {*record["tables"], *record["sources"]}
        assert record["grade"] == grade_weakest(tables, tuple(record["sources"]))


def test_an_exchange_rate_does_not_vouch_for_a_vendors_price(tables):
    interested = tables["sources"].set_index("source_id")["interested"]
    vendor, other = interested[interested].index[0], interested[~interested].index[0]
    assert rests_on_interested_alone(tables, {"point_prices": (vendor,), "exchange_rates": (other,)})
    assert not rests_on_interested_alone(tables, {"point_prices": (vendor, other)})
    assert not rests_on_interested_alone(tables, {"exchange_rates": (other,)})


def test_every_share_and_price_names_its_denominator_or_basis(register, tables):
    """A claim is in percent or USD per million tokens; what was measured says of what, or on whose list."""
    for claim in register.claims:
        for one in measure_claim(claim, tables):
            assert not (is_loose(one.measurement.unit) and one.measurement.found), (one.claim, one.reading)


@given(st.floats(0, 100), st.floats(0, 100))
def test_bounds_that_differ_have_no_centre(one, two):
    low, high = sorted((one, two))
    found = bounds(low, high, unit="percent", as_of="2026-02-15")
    assert (found.value is None) == (low != high)


def test_measurements_refuse_unknown_units():
    with pytest.raises(ValueError, match="unknown unit"):
        Measurement(value=1.0, unit="furlongs", as_of="2026")
