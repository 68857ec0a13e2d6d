"""The rails beside the pages, as both renderers read them."""

from tokencheck import paths
from tokencheck.register.verdicts import read_verdicts
from tokencheck.render.project import read_config
from tokencheck.report import navigation
from tokencheck.results import parse_yaml


def read_rails(register):
    rails = parse_yaml(navigation.write_rails(register, read_verdicts().claims))["website"]["sidebar"]
    return {rail["id"]: rail for rail in rails}


def test_every_claim_stands_in_its_section_with_mark_and_word_in_both_languages(register):
    rails = read_rails(register)
    # A claim that came later has the next number, in whichever section its sentence stands.
    by_section = [claim.id for one in register.sections for claim in register.claims if claim.section == one.zh]
    for rail, folder in (("claims", ""), ("zh-claims", "zh/")):
        listed = [entry for section in rails[rail]["contents"] for entry in section["contents"]]
        assert [entry["href"] for entry in listed] == [f"{folder}{claim_id}.qmd" for claim_id in by_section]
    for result in read_verdicts().claims:
        text = next(entry["text"] for section in rails["claims"]["contents"] for entry in section["contents"]
                    if entry["href"] == f"{result.id}.qmd")  # fmt: skip
        assert f"[{result.id} [{result.verdict}]{{.visually-hidden}}]" in text


def test_no_page_stands_in_two_rails():
    rails = read_config(paths.REPORT)["website"]["sidebar"]
    listed = []
    for rail in rails:
        for entry in rail["contents"]:
            entries = entry["contents"] if isinstance(entry, dict) and "section" in entry else [entry]
            listed += [one if isinstance(one, str) else one["href"] for one in entries]
    assert len(listed) == len(set(listed)) > 50
