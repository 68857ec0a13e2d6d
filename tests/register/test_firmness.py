"""How firm a verdict is: the trials, told a second time from the rule alone, agree with those of the project."""

import itertools
import time
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reports import name_sources
from tokencheck import paths, results, wording
from tokencheck.register import findings, firmness, verdicts
from tokencheck.register.claims import Claim, Part, Reading, Texts, load_register
from tokencheck.register.decisions import decide
from tokencheck.register.findings import Finding
from tokencheck.register.rule import (
    NEVER_NEAR,
    NO_DATA,
    SENSITIVITY_PERCENTS,
    TOLERANCE,
    Judged,
    Tolerance,
    Weighed,
    apply_rule,
    judge,
    take_worst,
    weigh,
)

REGISTER = load_register(with_measures=False)
RECORDS = verdicts.read_measurements()
FOUND = findings.read_findings()
GRADES = "DCBA"


class Oracle:
    """All trials of a claim from the parts of the rule: each gives one change, and asks about every part again."""

    def __init__(self, claim, records, found):
        own = [one for one in found if one.claim_id == claim.id]
        self.claim, self.is_silent = claim, not own
        self.records = {
            (part.id, one.id): records[claim.id, part.id, one.id, "then"]
            for part in claim.parts
            for one in part.readings
        }
        self.counted = [
            one
            for one in own
            if not claim.find_part(one.part).readings and one.direction != "context" and one.event == "then"
            if not one.lineage
        ]
        self.literal = {
            (part.id, one.id): self.records[part.id, one.id]
            for part in claim.parts
            for one in part.readings
            if one.role == "literal"
        }

    def decide(self, weighed=None, roles=(), records=(), tolerance=TOLERANCE):
        """Decide with what is given changed: findings by id (None for one left out), roles and records by reading."""
        weighed, roles, records = dict(weighed or {}), dict(roles), {**self.records, **dict(records)}
        told = []
        for part in self.claim.parts:
            if part.readings:
                judged = []
                for one in part.readings:
                    record = SimpleNamespace(**records[part.id, one.id])
                    outcome = judge(part, record.value, record.low, record.high, record.interval_kind, tolerance)
                    role = roles.get((part.id, one.id), one.role)
                    judged.append(Judged(role, outcome, one.evidence, record.interested))
                told.append(apply_rule(judged).verdict)
            elif not self.is_silent:
                own = [weighed.get(one.finding_id, one.weighed()) for one in self.counted if one.part == part.id]
                told.append(weigh([one for one in own if one]).verdict)
        return take_worst(told) or "Not yet checked"

    def list_trials(self):
        """Give what changes, as firmness names it, and the verdict that follows."""
        for one in self.counted:
            yield ("finding", "out", one.finding_id), self.decide({one.finding_id: None})
        omitted = [
            (place, told)
            for part in self.claim.parts
            for one in part.readings
            if one.role in ("literal", "source", "charitable") or one.evidence in ("bound", "proxy")
            for place in [(part.id, one.id)]
            for told in self.records[place]["without"]
        ]
        speakers = {one.speaker or one.source_id for one in self.counted} | {told["speaker"] for _, told in omitted}
        names = {}
        for speaker in speakers:
            own = [one for one in self.counted if (one.speaker or one.source_id) == speaker]
            lost = {place: told for place, told in omitted if told["speaker"] == speaker}
            cited = {one.source_id for one in own} | {source for told in lost.values() for source in told["sources"]}
            names[speaker] = "+".join(sorted(cited)), cited, own
            if len(own) > 1 or lost:
                keys = ("value", "low", "high", "interval_kind", "interested")
                anew = {place: self.records[place] | {key: told[key] for key in keys} for place, told in lost.items()}
                without = {one.finding_id: None for one in own}
                yield ("source", "out", names[speaker][0]), self.decide(without, records=anew)
        for (name, _, own), (move, step) in itertools.product(names.values(), (("up", 1), ("down", -1))):
            moved = {}
            for one in own:
                place = GRADES.index(one.grade) + step
                if 0 <= place < len(GRADES):
                    moved[one.finding_id] = Weighed(one.direction, GRADES[place], one.interested, one.holds_under)
            if moved:
                yield ("grade", move, name), self.decide(moved)
        known = {source for _, cited, _ in names.values() for source in cited}
        others = {source for record in self.literal.values() for source in record["sources"]} - known
        for name, cited, own in [*names.values(), *((source, {source}, []) for source in others)]:
            turned = {
                place: record | {"interested": not record["interested"]}
                for place, record in self.literal.items()
                if cited & {*record["sources"]} and (record["interested"] or not {*record["sources"]} - cited)
            }
            if own or turned:
                moved = {
                    one.finding_id: Weighed(one.direction, one.grade, not one.interested, one.holds_under)
                    for one in own
                }
                yield ("interest", "", name), self.decide(moved, records=turned)
        for part in self.claim.parts:
            for one in part.readings:
                record = self.records[part.id, one.id]
                outcome = judge(part, *(record[key] for key in ("value", "low", "high", "interval_kind")))
                if one.role in ("source", "charitable") and one.evidence == "direct" and outcome != NO_DATA:
                    old = next(other.id for other in part.readings if other.role == "literal")
                    roles = {(part.id, one.id): "literal", (part.id, old): one.role}
                    yield ("reading", "literal", one.id, part.id), self.decide(roles=roles)
                asked = one.evidence == "proxy" or (one.role != "diagnostic" and one.evidence != "bound")
                if asked and record["interval_kind"] == "bounds":
                    for end in ("low", "high") if record["low"] != record["high"] else ():
                        sure = {(part.id, one.id): record | {"value": record[end], "interval_kind": None}}
                        yield ("attribution", end, one.id, part.id), self.decide(records=sure)
        if any(part.readings and part.relation not in NEVER_NEAR for part in self.claim.parts):
            for percent in (5, 25):
                yield ("tolerance", "to", str(percent)), self.decide(tolerance=Tolerance.of_percent(percent))


def describe(lean):
    named = (lean.kind, "" if lean.kind == "interest" else lean.move, lean.id)
    return (*named, lean.part) if lean.kind in ("reading", "attribution") else named


def find_disagreements(claim, records, found):
    """Say where firmness and the oracle differ on a claim: empty when they agree."""
    own, oracle = firmness.try_claim(decide(claim, records, found)), Oracle(claim, records, found)
    trials = [] if claim.is_forecast else list(oracle.list_trials())
    verdict = oracle.decide()
    expected = {name: becomes for name, becomes in trials if becomes != verdict}
    told = {describe(lean): lean.becomes for lean in own.leans_on}
    return {
        "leans": told.items() ^ expected.items(),
        "tried": own.tried - len(trials),
        "stood": own.stood - (len(trials) - len(expected)),
    }


# ---------------------------------------------------------------------------------- claims made for these tests only

TOLD = Texts(short="s", answer="a", found="f")


def make_claim(*parts, kind="number"):
    return Claim(
        id="C99", section="s", topic="usage", kind=kind, quote_zh="引", quote_en="q", mark="引", quantity="q",
        period="p",
        standing=False, standing_because="for the test only", when="C99.verdict is Supported", en=TOLD, zh=TOLD,
        parts=parts,
    )  # fmt: skip


def make_part(name, readings=(), relation="equals"):
    value = None if relation == "exists" else "61"
    return Part(
        id=name, says="s", says_zh="说", relation=relation, value=value, min_count=1, unit="percent",
        measured_in="share",
        readings=readings,
    )  # fmt: skip


def make_finding(number, direction="supports", grade="B", source="F1", **rest):
    fields = {
        "finding_id": f"C99-F{number}", "claim_id": "C99", "part": "p", "statement": "s", "why": "w", "holds_under": "",
        "interested": False, "departs_because": "", "event": "then", "lineage": False, "checked": "read again",
        "quote": "", "source_id": source,
    }  # fmt: skip
    return Finding(direction=direction, grade=grade, **fields | rest)


UNKNOWN = {"value": None, "low": None, "high": None, "interval_kind": None, "interested": False}


def make_omission(source="S1", grade="C", speaker=None, **found):
    """What a record would be without a weak source; by default nothing is left."""
    return {"speaker": speaker or source, "sources": [source], "grade": grade} | UNKNOWN | found


def make_record(value=None, low=None, high=None, sources=("S1", "S2"), interested=False, grade="B", without=()):
    kind = "bounds" if low is not None else None
    return {
        "value": value, "low": low, "high": high, "interval_kind": kind, "unit": "percent", "as_of": "2026-02-15",
        "sources": list(sources), "tables": ["t"], "grade": grade, "interested": interested, "note": "",
        "without": list(without),
    }  # fmt: skip


def make_reading(name, role, evidence="direct"):
    label = {"en": f"reading {name} in words", "zh": f"第{name}种读法"}
    return Reading(id=name, label=label, role=role, reason="for the test only", measure="m", evidence=evidence)


def try_readings(literal, relation="equals", **others):
    """Try a claim of one part: its literal record, and others by their role."""
    roles = {"literal": literal, **others}
    readings = tuple(make_reading(f"r-{name}", name.split("_")[0]) for name in roles)
    records = {("C99", "p", f"r-{name}", "then"): record for name, record in roles.items()}
    return firmness.try_claim(decide(make_claim(make_part("p", readings, relation)), records))


def try_findings(*found):
    return firmness.try_claim(decide(make_claim(make_part("p", relation="exists")), {}, found))


values = st.sampled_from([10.0, 56.0, 58.5, 61.0, 63.0, 66.0, 90.0])
sources = st.lists(st.sampled_from(["S1", "S2", "F1"]), max_size=2, unique=True)
SPEAKERS = {"S1": "X", "F1": "X"}  # of the sources below; any other speaks for itself
omissions = st.lists(
    st.builds(
        lambda source, grade, value, interested: make_omission(
            source, grade, SPEAKERS.get(source), value=value, interested=interested
        ),
        st.sampled_from(["S1", "S2"]),
        st.sampled_from("CD"),
        st.none() | values,
        st.booleans(),
    ),
    max_size=2,
    unique_by=lambda one: one["speaker"],
)
records = st.one_of(
    st.builds(
        make_record, values, sources=sources, interested=st.booleans(), grade=st.sampled_from("ABCD"), without=omissions
    ),
    st.builds(
        lambda ends, without: make_record(None, *sorted(ends), without=without), st.tuples(values, values), omissions
    ),
    st.just(make_record(sources=())),
)
part_readings = st.lists(
    st.tuples(
        st.sampled_from(["source", "charitable", "diagnostic"]), st.sampled_from(["direct", "bound", "proxy"]), records
    ),
    max_size=3,
)
found_lists = st.lists(
    st.tuples(
        st.sampled_from(["supports", "contradicts", "context"]),
        st.sampled_from(GRADES),
        st.sampled_from(["F1", "F2", "S1"]),
        st.fixed_dictionaries(
            {
                "interested": st.booleans(),
                "lineage": st.booleans(),
                "part": st.sampled_from("pqr"),
                "holds_under": st.sampled_from(["one", "other"]),
                "event": st.sampled_from(["then", "then", "later"]),
            }
        ),
    ),
    max_size=6,
)


@st.composite
def cases(draw):
    """A synthetic claim of three parts: one that is computed, two that findings decide."""
    kept = {("C99", "p", "a", "then"): draw(records)}
    readings = [make_reading("a", "literal")]
    for number, (role, evidence, record) in enumerate(draw(part_readings)):
        name = f"r{number}"
        readings.append(make_reading(name, role, evidence))
        kept["C99", "p", name, "then"] = record
    relation = draw(st.sampled_from(["equals", "at_least", "rank_at_most"]))
    claim = make_claim(make_part("p", tuple(readings), relation), *(make_part(one, relation="exists") for one in "qr"))
    found = [
        make_finding(number, direction, grade, source, speaker=SPEAKERS.get(source, ""), **rest)
        for number, (direction, grade, source, rest) in enumerate(draw(found_lists))
    ]
    return claim, kept, found


# ------------------------------------------------------------------------------------------------------- properties


@given(cases())
@settings(max_examples=150, deadline=None)
def test_the_trials_are_those_of_the_oracle(case):
    assert find_disagreements(*case) == {"leans": set(), "tried": 0, "stood": 0}


@given(cases(), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_firmness_follows_from_what_is_known_and_not_from_its_order(case, random):
    claim, kept, found = case
    before = firmness.try_claim(decide(claim, kept, found))
    shuffled = random.sample(found, len(found))
    after = firmness.try_claim(decide(claim, kept, shuffled))
    assert {describe(one): one.becomes for one in after.leans_on} == {
        describe(one): one.becomes for one in before.leans_on
    }
    assert (after.stood, after.tried, after.weak_sources) == (before.stood, before.tried, before.weak_sources)


@given(cases())
@settings(max_examples=60, deadline=None)
def test_a_verdict_is_firm_when_it_stands_in_all_trials(case):
    decided = decide(*case)
    verdict, own = decided.verdict, firmness.try_claim(decided)
    assert decided.verdict == verdict
    assert own.firm is (None if not own.tried else own.stood == own.tried)
    assert own.tried - own.stood == len(own.leans_on)
    assert all(one.becomes != verdict for one in own.leans_on)
    assert (own.words["en"] == "Firm", own.words["zh"] == "稳固") == (bool(own.firm),) * 2
    assert set(own.weak_sources) <= {one.source for one in own.leans_on}


# --------------------------------------------------------------------------------------------- each trial by itself


def list_leans(own, kind):
    return {(one.move, one.id, one.becomes) for one in own.leans_on if one.kind == kind}


def test_a_single_finding_carries_its_verdict():
    own = try_findings(make_finding(1, grade="B", source="F1"))
    assert list_leans(own, "finding") == {("out", "C99-F1", "Unverifiable")}
    assert own.words == {"en": "Leans on F1", "zh": "取决于F1"}
    assert not try_findings(make_finding(1, lineage=True)).tried


def test_two_findings_of_one_source_are_left_out_together_too():
    own = try_findings(make_finding(1, source="F1"), make_finding(2, source="F1"))
    assert not list_leans(own, "finding") and list_leans(own, "source") == {("out", "F1", "Unverifiable")}


def test_a_source_moves_with_all_its_findings():
    own = try_findings(make_finding(1, grade="C", source="F1"), make_finding(2, grade="C", source="F1"))
    assert list_leans(own, "grade") == {("up", "F1", "Supported"), ("down", "F1", "Unverifiable")}
    two = try_findings(make_finding(1, grade="C", source="F1"), make_finding(2, grade="C", source="F2"))
    assert {lean[:2] for lean in list_leans(two, "grade")} == {("up", "F1"), ("up", "F2")}


@pytest.mark.parametrize(("grade", "weak"), [("A", {}), ("B", {}), ("C", {"F1": "C"}), ("D", {"F1": "D"})])
def test_a_verdict_that_leans_on_one_weak_source_says_so(grade, weak):
    """One source at D carries nothing, but one grade better it would."""
    own = try_findings(make_finding(1, grade=grade))
    assert own.weak_sources == weak
    assert own.write_weak_sources() == (f"Leans on one source of grade {grade} (F1)" if weak else "")


def test_two_sources_of_one_speaker_are_left_out_together():
    """As a reading and as a finding, or twice as a finding: it is one word, and it moves with one grade."""
    own = try_findings(make_finding(1, source="F1", speaker="X"), make_finding(2, source="F2", speaker="X"))
    assert not list_leans(own, "finding") and list_leans(own, "source") == {("out", "F1+F2", "Unverifiable")}
    both = [make_finding(number, grade="C", source=f"F{number}", speaker="X") for number in (1, 2)]
    assert try_findings(*both).weak_sources == {"F1+F2": "C"}
    assert list_leans(try_findings(*both), "grade") == {("up", "F1+F2", "Supported"), ("down", "F1+F2", "Unverifiable")}
    claim = make_claim(make_part("p", (make_reading("a", "literal"),)), make_part("q", relation="exists"))
    kept = {("C99", "p", "a", "then"): make_record(61.0, without=[make_omission("S1", speaker="X")])}
    found = [make_finding(1, grade="A", part="q", speaker="X")]
    assert firmness.try_claim(decide(claim, kept, found)).leans_on[-1].id == "F1+S1"


@pytest.mark.parametrize(
    ("without", "weak", "becomes"),
    [
        ([make_omission("S1", "C")], {"S1": "C"}, {("out", "S1", "Unverifiable")}),
        ([make_omission("S1", "D", value=61.0)], {"S1": "D"}, {("out", "S1", "Supported")}),
        ([make_omission("S1", "C", value=10.5)], {}, set()),  # measured otherwise, and the verdict is the same
        ([make_omission("S1", value=10.0), make_omission("S2", "D")], {"S2": "D"}, {("out", "S2", "Unverifiable")}),
        ([], {}, set()),
    ],
)
def test_a_reading_without_a_weak_source_is_asked_again(without, weak, becomes):
    own = try_readings(make_record(10.0, without=without))
    assert own.weak_sources == weak
    assert list_leans(own, "source") == becomes


def test_a_charitable_reading_without_its_weak_source_is_asked_again():
    own = try_readings(make_record(10.0), charitable=make_record(61.0, without=[make_omission("S1", "D")]))
    assert list_leans(own, "source") == {("out", "S1", "Contradicted")} and own.weak_sources == {"S1": "D"}
    idle = try_readings(make_record(10.0), diagnostic=make_record(61.0, without=[make_omission("S1", "D")]))
    assert not list_leans(idle, "source")


@pytest.mark.parametrize(
    ("sources", "interested", "turned"),
    [
        (("S1",), False, {("with", "S1", "Roughly right")}),
        (("S1", "S2"), False, set()),
        (("S1", "S2"), True, {("without", "S1", "Supported"), ("without", "S2", "Supported")}),
    ],
)
def test_interest_turns_where_one_source_decides_it(sources, interested, turned):
    own = try_readings(make_record(61.0, sources=sources, interested=interested))
    assert list_leans(own, "interest") == turned


def test_a_reading_that_gives_way_is_named_by_its_label():
    own = try_readings(make_record(10.0), charitable=make_record(None, low=50.0, high=61.0))
    (lean,) = (one for one in own.leans_on if one.kind == "reading")
    assert lean.id == "r-charitable"
    assert lean.words["en"] == "if “reading r-charitable in words” were the literal reading"
    assert lean.words["zh"] == "若以“第r-charitable种读法”为字面读法"
    assert "“reading r-charitable in words”" in own.words["en"] and "“第r-charitable种读法”" in own.words["zh"]


def test_every_reading_that_enters_gives_way_to_the_literal_one():
    own = try_readings(
        make_record(61.0), charitable=make_record(40.0), source=make_record(59.0), diagnostic=make_record(10.0)
    )
    assert list_leans(own, "reading") == {
        ("literal", "r-charitable", "Misleading"),
        ("literal", "r-source", "Roughly right"),
    }
    assert own.words["en"] == "Leans on the readings “reading r-charitable in words” and “reading r-source in words”"
    assert try_readings(make_record(61.0), charitable=make_record(sources=())).firm


@pytest.mark.parametrize(
    ("value", "leans"),
    [(61.0, set()), (58.9, {("to", "5", "Contradicted")}), (55.0, {("to", "25", "Roughly right")}), (30.0, set())],
)
def test_the_tolerance_is_tried_on_both_sides(value, leans):
    assert list_leans(try_readings(make_record(value)), "tolerance") == leans


def test_uncertain_rows_go_one_way_and_the_other():
    own = try_readings(make_record(None, 40.0, 61.0))
    assert list_leans(own, "attribution") == {
        ("low", "r-literal", "Contradicted"),
        ("high", "r-literal", "Supported"),
    }
    assert not list_leans(try_readings(make_record(None, 61.0, 61.2)), "attribution")


def test_a_part_that_is_worse_hides_one_that_gives_way():
    claim = make_claim(make_part("p", relation="exists"), make_part("q", relation="exists"))
    found = [make_finding(1, grade="B"), make_finding(2, "contradicts", "A", "F2", part="q", holds_under="x")]
    found.append(make_finding(3, "contradicts", "A", "F3", part="q", holds_under="x"))
    own = firmness.try_claim(decide(claim, {}, found))
    assert own.firm and own.tried


def test_a_forecast_has_nothing_to_try():
    own = firmness.try_claim(
        decide(make_claim(make_part("p", relation="exists"), kind="forecast"), {}, [make_finding(1)])
    )
    assert (own.firm, own.tried, own.share, own.words["en"]) == (None, 0, None, "Nothing to try")


# ---------------------------------------------------------------------------------------------------- the register


@pytest.mark.parametrize("claim", REGISTER.claims, ids=lambda one: one.id)
def test_the_trials_of_every_claim_are_those_of_the_oracle(claim):
    assert find_disagreements(claim, RECORDS, FOUND) == {"leans": set(), "tried": 0, "stood": 0}


def test_firmness_changes_no_verdict(monkeypatch):
    """Without any trial, and with every trial lost, everything else that is told of a claim is the same."""
    decided = [decide(claim, RECORDS, FOUND) for claim in REGISTER.claims]
    before = [verdicts.build_claim(one) for one in decided]
    lost = firmness.Firmness(firm=False, stood=0, tried=1, share=0, leans_on=[], weak_sources={}, words={})
    monkeypatch.setattr(firmness, "try_claim", lambda one: lost)
    after = [verdicts.build_claim(one) for one in decided]
    assert any(one.firmness != lost for one in before)
    assert [one.model_dump(exclude={"firmness"}) for one in before] == [
        one.model_dump(exclude={"firmness"}) for one in after
    ]


def test_the_tolerance_trials_agree_with_the_table_of_sensitivity():
    found = verdicts.read_verdicts()
    for claim in found.claims:
        told = {one.id: one.becomes for one in claim.firmness.leans_on if one.kind == "tolerance"}
        by_percent = found.sensitivity.get(claim.id, {})
        assert told == {percent: one for percent, one in by_percent.items() if one != claim.verdict}
    assert TOLERANCE in [Tolerance.of_percent(percent) for percent in SENSITIVITY_PERCENTS]


def test_the_whole_register_is_tried_in_less_than_a_second():
    decided = [decide(claim, RECORDS, FOUND) for claim in REGISTER.claims]
    started = time.process_time()
    for one in decided:
        firmness.try_claim(one)
    assert time.process_time() - started < 1


def test_pages_rank_every_claim_and_say_what_it_leans_on():
    told = verdicts.read_verdicts().claims
    page = (paths.REPORT / "_generated" / "firmness.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| [C")]
    ranked = sorted(told, key=lambda one: firmness.rank_verdict(one.firmness))
    assert [row[3:6] for row in rows] == [one.id for one in ranked]
    shares = [one.firmness.share for one in ranked if one.firmness.tried]
    assert shares == sorted(shares)
    records = results.read_json(paths.REPORT / "downloads" / "claims.json")["claims"]
    for one, record in zip(told, records, strict=True):
        body = (paths.REPORT / "_generated" / f"body-{one.id}.md").read_text(encoding="utf-8")
        assert not one.firmness.tried or f"{one.firmness.stood} of {one.firmness.tried}" in body
        assert name_sources(one.firmness.write_weak_sources(), one) in body
        decided = next(part.id for part in one.parts if part.verdict == one.verdict)
        literal = next((own for own in one.readings if own.part == decided and own.literal), None)
        assert one.errs is None or wording.write_errs(one.errs, literal.unit if literal else "") in body
        chinese = (paths.REPORT / "zh" / f"{one.id}.qmd").read_text(encoding="utf-8")
        assert name_sources(one.firmness.write_weak_sources("zh"), one, "zh") in chinese
        assert all(lean.words["en"] and lean.words["zh"] for lean in one.firmness.leans_on)
        assert record["firmness"] == one.firmness.model_dump()


# ------------------------------------------------------------------------------------------------------- mutations

RICH = make_claim(
    make_part(
        "p",
        tuple(
            make_reading(name, role, evidence)
            for name, role, evidence in [
                ("a", "literal", "direct"), ("b", "charitable", "direct"), ("c", "source", "direct"),
                ("d", "diagnostic", "direct"), ("e", "charitable", "direct"),
            ]
        ),
    ),
    make_part("q", relation="exists"),
)  # fmt: skip
# Synthetic: the ways in which claims stand, so that each kind of trial decides at least one of them.
STANDS = [
    (make_record(61.0, sources=("S1",)), [make_finding(1, part="q"), make_finding(2, part="q", lineage=True)]),
    (make_record(58.9), [make_finding(1, grade="A", part="q")]),
    (
        make_record(40.0, sources=("S1",), grade="C", without=[make_omission("S1")]),
        [make_finding(1, grade="A", part="q", source="S1")],
    ),
    (make_record(61.0, without=[make_omission("S1", value=10.0)]), [make_finding(1, grade="A", part="q")]),
    (
        make_record(61.0),
        [make_finding(number, grade="C", part="q", source=f"F{number}", speaker="X") for number in (1, 2)],
    ),
    (make_record(None, 40.0, 61.0), [make_finding(1, grade="A", part="q")]),
    (make_record(61.0), [make_finding(1, grade="C", part="q"), make_finding(2, grade="C", part="q")]),
    (make_record(61.0, interested=True), [make_finding(1, grade="A", part="q", event="later")]),
]


def list_disagreements():
    others = {"b": make_record(59.0), "c": make_record(61.0), "d": make_record(None, 1.0, 61.0), "e": make_record()}
    for literal, found in STANDS:
        kept = {("C99", "p", name, "then"): record for name, record in {"a": literal, **others}.items()}
        yield find_disagreements(RICH, kept, found)


AGREED = {"leans": set(), "tried": 0, "stood": 0}


def test_the_synthetic_claims_agree_with_the_oracle():
    assert all(one == AGREED for one in list_disagreements())


@pytest.mark.parametrize("kind", ["finding", "source", "grade", "interest", "reading", "tolerance", "attribution"])
def test_a_kind_of_trial_that_is_lost_is_noticed(monkeypatch, kind):
    all_trials = firmness.list_trials
    monkeypatch.setattr(firmness, "list_trials", lambda one: (t for t in all_trials(one) if t.kind != kind))
    assert any(one["leans"] and one["tried"] for one in list_disagreements())


@pytest.mark.parametrize(
    ("name", "mutant"),
    [
        ("_change", lambda found, chosen, **fields: list(found)),
        ("_swap_literal", lambda part, reading: part),
        ("OMITTED", ()),
        ("OMITTED", ("low", "high", "interval_kind")),
        ("is_asked", lambda reading: reading.role == "diagnostic"),
        ("UNMEASURED", {}),
        ("SENSITIVITY_PERCENTS", (10, 25)),
        ("name_rank", lambda rank: {4: "A", 3: "B", 2: "C"}.get(rank, "")),
        ("ENTERING_ROLES", ("literal", "source", "charitable", "diagnostic")),
        ("ENTERING_ROLES", ("literal", "source")),
        ("NO_DATA", "nothing"),
        ("_list_counted", lambda decided: [one for one in decided.findings if one.event == "then"]),
    ],
)
def test_every_mutation_of_the_trials_is_noticed(monkeypatch, name, mutant):
    monkeypatch.setattr(firmness, name, mutant)
    assert any(one != AGREED for one in list_disagreements())
