"""Markdown that reads the same whatever the text or the address is."""

import pytest

from tokencheck.report.markup import link, write_timeline

STEP = {"sort": "kept", "article": False, "after": False, "publisher": "A", "date": "2026", "gist": "g", "wording": "g",
        "change": "c", "note": ""}  # fmt: skip


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "", " https://x.example", "//x.example"])
def test_only_addresses_of_the_web_become_links(url):
    assert link(url, "A") == "A"
    assert "](" not in write_timeline({"title": "t", "steps": [STEP | {"url": url}]})


def test_an_address_cannot_end_its_link():
    url = "https://x.example/)[click](javascript:alert(6)"
    safe = "https://x.example/%29[click]%28javascript:alert%286%29"
    assert link(url, "A") == f"[A]({safe})"
    assert f"[[2026]{{.when}} A, x.example]({safe})" in write_timeline({"title": "t", "steps": [STEP | {"url": url}]})
