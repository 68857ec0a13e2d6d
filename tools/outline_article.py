"""Measure the article, so that its outline can be drawn without its text: where paragraphs and checked words stand.

Usage: ``python tools/outline_article.py TEXT > data/article_outline.json``, with a copy of the article's text that is
not part of the project. A paragraph is a line; the head of the file ends with the line that names the author. What is
written are numbers alone, of characters without spaces.

The copy that could be read is in traditional script and damaged here and there, the register quotes in simplified
script; so a quote stands where most of its characters do.
"""

import json
import re
import sys
from pathlib import Path

from tokencheck.register.claims import load_register

HEAD_ENDS = "文 |"
LONGEST_HEADING = 45  # characters; the shortest paragraph that is none comes with a full stop
NOTE = (
    "Places and lengths in characters without spaces, no text. Measured by tools/outline_article.py on a mirrored copy "
    "in traditional script in which some characters are damaged, so a place may be off by a few characters."
)
PUNCTUATION = str.maketrans({"，": ",", "：": ":", "；": ";", "（": "(", "）": ")", "“": '"', "”": '"'})


def clean(text: str) -> str:
    """Take out spaces, and write the signs of both scripts alike; one character stays one."""
    return re.sub(r"\s", "", text).translate(PUNCTUATION)


def find(quote: str, text: str) -> tuple[int, float]:
    """Find where a quote stands, and which share of its characters is the same there."""
    quote = clean(quote)
    counts = [sum(a == b for a, b in zip(quote, text[start:], strict=False)) for start in range(len(text))]
    best = max(range(len(counts)), key=counts.__getitem__)
    return best, counts[best] / len(quote)


def main(path: Path) -> None:
    """Write the outline of one text."""
    lines = [clean(line) for line in path.read_text(encoding="utf-8").partition(HEAD_ENDS)[2].splitlines()[1:]]
    paragraphs, start, section = [], 0, 0
    for line in filter(None, lines):
        if len(line) <= LONGEST_HEADING and not line.endswith("。"):
            section += 1
        else:
            paragraphs.append({"section": section, "start": start, "length": len(line)})
        start += len(line)
    text, marks = "".join(lines), []
    for claim in load_register(with_measures=False).claims:
        place, share = find(claim.quote_zh, text)
        inside = clean(claim.quote_zh).index(clean(claim.mark))
        print(f"{claim.id}: {share:.0%} of the characters at {place}", file=sys.stderr)
        marks.append({"claim": claim.id, "start": place + inside, "length": len(clean(claim.mark))})
    outline = {"note": NOTE, "characters": start, "paragraphs": paragraphs, "marks": marks}
    print(json.dumps(outline, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
