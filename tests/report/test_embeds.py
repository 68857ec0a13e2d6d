"""What other sites may frame: verdict, claim, finding and numbers of a claim, and the way to its page."""

import html

import pytest

from tokencheck.register.claims import load_register
from tokencheck.register.verdicts import read_verdicts
from tokencheck.report import embeds
from tokencheck.report.markup import curl
from tokencheck.report.strips import describe_strip

REGISTER, FOUND = load_register(with_measures=False), read_verdicts()


@pytest.mark.parametrize("result", FOUND.claims, ids=lambda result: result.id)
def test_an_embed_says_claim_finding_and_verdict_draws_its_strip_and_leads_to_the_page(result):
    claim, told = REGISTER.find(result.id), result.texts["en"]
    text = embeds.make_embed(claim, result, FOUND.edition, "Synthetic <Desk>")
    read = html.unescape(text)
    assert f'<h1><a href="{result.id}.html">{curl(told.answer)}</a></h1>' in read
    assert f"<dd>{curl(told.short)}</dd>" in read and f"<dd>{curl(told.found)}</dd>" in read
    assert f'<span class="verdict verdict-{result.verdict.lower().replace(" ", "-")}">{result.verdict}</span>' in text
    strip = describe_strip(claim, result)
    assert ("<svg" in text) == bool(strip)
    if strip:
        assert f'aria-label="{strip["alt"]}"' in read
    assert "Synthetic &lt;Desk&gt;, data to " in text
    assert "<script" not in text


def test_every_claim_of_a_site_can_be_framed(tmp_path):
    written = embeds.write_embeds(tmp_path)
    assert [file.name for file in written] == [f"{result.id}.embed.html" for result in FOUND.claims]
    assert all(file.is_file() for file in written)
