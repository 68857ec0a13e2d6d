"""Who publishes the report: the fields of `data/project.yml`."""

import re

import pytest
import yaml

from tokencheck import paths
from tokencheck.errors import UserError
from tokencheck.report.publication import BASE_URL, load_publication

GOOD = {"name": "check", "contact": {"text": "Write to us"}, "licence": "https://creativecommons.org/licenses/by/4.0/"}


@pytest.fixture
def write_project(monkeypatch, tmp_path):
    monkeypatch.delenv(BASE_URL, raising=False)
    monkeypatch.setattr(paths, "PROJECT", tmp_path / "project.yml")
    return lambda **fields: paths.PROJECT.write_text(yaml.safe_dump(GOOD | fields), encoding="utf-8")


def test_the_shipped_file_names_nobody_and_no_address(monkeypatch):
    monkeypatch.delenv(BASE_URL, raising=False)
    shipped = load_publication()
    assert not any(
        (shipped.base_url, shipped.publisher, shipped.people, shipped.funding, shipped.conflicts, shipped.repository)
    )


def test_the_environment_goes_before_the_file(write_project, monkeypatch):
    write_project(base_url="https://one.test/")
    assert load_publication().address("C05") == "https://one.test/C05.html"
    monkeypatch.setenv(BASE_URL, "https://two.test/check/")
    assert load_publication().address("C05") == "https://two.test/check/C05.html"
    monkeypatch.setenv(BASE_URL, "two.test")
    with pytest.raises(UserError, match=BASE_URL):
        load_publication()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"base_url": "tokencheck"}, "base_url"),
        ({"base_url": "https://check.test"}, "slash"),
        ({"contact": {"text": "", "url": ""}}, "contact.text"),
        ({"contact": {"text": "write", "url": "phone:1"}}, "contact.url"),
        ({"contact": {"text": "write", "url": "mailto:nobody"}}, "contact.url"),
        ({"repository": "javascript:alert(1)"}, "repository"),
        ({"people": [{"role": "wrote"}]}, "people.0.name"),
        ({"publisher": "a\u202eb"}, "publisher"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_setting_is_named(write_project, change, words):
    write_project(**change)
    with pytest.raises(UserError, match=re.escape(words)):
        load_publication()


def test_a_missing_settings_file_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(paths, "PROJECT", tmp_path / "project.yml")
    with pytest.raises(UserError, match="is missing"):
        load_publication()


def test_an_issue_is_filled_in_where_there_is_a_repository(write_project):
    write_project()
    assert load_publication().write_issue("C05", "Which reading?") == ""
    write_project(repository="https://git.test/a/b/")
    assert load_publication().write_issue("C05", "a & b") == "https://git.test/a/b/issues/new?title=C05&body=a+%26+b"


def test_the_workflow_for_pages_builds_with_the_address_that_pages_gives_and_publishes_what_it_built():
    file = paths.ROOT / ".github" / "workflows" / "pages.yml"
    jobs = yaml.safe_load(file.read_text(encoding="utf-8"))["jobs"]
    steps = jobs["build"]["steps"]
    build = next(step for step in steps if step.get("run") == "make report")
    asked = next(step for step in steps if "configure-pages" in step.get("uses", ""))
    assert build["env"] == {BASE_URL: f"${{{{ steps.{asked['id']}.outputs.base_url }}}}/"}
    assert steps.index(asked) < steps.index(build)
    upload = next(step for step in steps if "upload-pages-artifact" in step.get("uses", ""))
    assert paths.ROOT / upload["with"]["path"] == paths.SITE
    assert jobs["deploy"]["permissions"] == {"pages": "write", "id-token": "write"}
