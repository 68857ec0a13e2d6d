"""What other sites may frame: the finding, the band and the key figure, from the page of either renderer."""

import pytest

from tokencheck.errors import UserError
from tokencheck.report import embeds

BAND = '<div class="claim-band band-misleading"><p>Misleading</p><dl><dt>Found</dt><dd>42 &amp; 49 %.</dd></dl></div>'
OURS = f'<h1>It was <em>42</em> %</h1>{BAND}<figure id="fig-a"><svg>a</svg></figure><h2>Why</h2><figure>b</figure>'
QUARTO = (
    f'<h1 class="title">It was <em>42</em> %</h1>{BAND}<div id="fig-a" class="quarto-float"><figure class="f">'
    '<svg>a</svg></figure></div><section><h2 class="anchored">Why</h2><figure>b</figure></section>'
)


@pytest.mark.parametrize("page", [OURS, QUARTO], ids=["fallback", "quarto"])
def test_an_embed_holds_finding_band_and_key_figure_and_leads_to_the_page(tmp_path, page):
    """Synthetic pages."""
    (tmp_path / "C05.html").write_text(page, encoding="utf-8")
    (tmp_path / "claims.html").write_text("<h1>All</h1>", encoding="utf-8")
    assert [file.name for file in embeds.write_embeds(tmp_path)] == ["C05.embed.html"]
    text = (tmp_path / "C05.embed.html").read_text(encoding="utf-8")
    assert '<h1><a href="C05.html">It was <em>42</em> %</a></h1>' in text and "<title>It was 42 %</title>" in text
    assert BAND in text and "<svg>a</svg>" in text
    assert ">b<" not in text and "Why" not in text


def test_a_claim_without_a_figure_is_framed_without_one():
    """Synthetic: the first figure comes after the first heading."""
    assert "<figure" not in embeds.make_embed(
        "C01.html", f"<h1>A</h1>{BAND}<h2>Why</h2><figure>b</figure>", "Synthetic Desk"
    )


def test_an_embed_says_whose_it_is():
    text = embeds.make_embed("C01.html", f"<h1>A</h1>{BAND}", "Synthetic <Desk>")
    assert 'Synthetic &lt;Desk&gt;: <a href="C01.html">C01</a>' in text


def test_a_page_without_a_band_is_refused():
    with pytest.raises(UserError, match=r"C01\.html has no title or no band"):
        embeds.make_embed("C01.html", "<h1>A</h1><h2>Why</h2>", "Synthetic Desk")
