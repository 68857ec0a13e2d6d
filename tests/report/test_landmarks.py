"""What Quarto's frame says to those who listen, once it is mended."""

import re

from tokencheck.report import landmarks, languages

# As Quarto 1.10 writes it, shortened.
PAGE = """<html lang="en"><head><meta name="generator" content="quarto-1.10.18"></head>
<body class="nav-fixed quarto-light">
<header id="quarto-header"><nav class="navbar navbar-expand-lg " data-bs-theme="dark">
<button class="navbar-toggler" type="button" aria-controls="navbarCollapse" role="menu" aria-label="Toggle navigation">
</button></nav>
<nav class="quarto-secondary-nav"><a class="flex-grow-1 no-decor" role="navigation" aria-label="Toggle"></a></nav>
</header>
<nav id="quarto-sidebar" class="sidebar"><a class="sidebar-item-toggle" role="navigation">Lead</a></nav>
<main class="content" id="quarto-document-content"><nav class="own">Text</nav></main>
<nav class="page-navigation"><a href="./C04.html" class="pagination-link" aria-label="[C04]{.verdict} Held"><span
class="verdict">C04</span> Held</a></nav></body></html>
"""


def test_every_part_of_the_frame_has_a_name_of_its_own_in_both_languages():
    mended = landmarks.name_landmarks(PAGE)
    names = re.findall(r'<nav aria-label="([^"]+)"', mended)
    assert len(names) == len(set(names)) == mended.count("<nav") - 1  # but that of the text
    assert set(names) <= set(languages.FRAME_WORDS)


def test_links_and_buttons_are_what_they_are_and_are_named_by_what_they_show():
    mended = landmarks.name_landmarks(PAGE)
    assert 'role="menu"' not in mended and 'role="navigation"' not in mended
    assert "]{.verdict}" not in mended and '<a href="./C04.html" class="pagination-link"><span' in mended
    assert mended.index('<a class="skip" href="#quarto-document-content">') < mended.index("<header")


def test_what_is_mended_or_framed_by_another_renderer_stays_as_it_is():
    mended = landmarks.name_landmarks(PAGE)
    assert landmarks.name_landmarks(mended) == mended
    other = PAGE.replace("quarto-1.10.18", "pandoc")
    assert landmarks.name_landmarks(other) == other
