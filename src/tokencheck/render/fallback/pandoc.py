"""Call Pandoc, the reader and writer inside Quarto."""

import functools
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pypandoc
import yaml

from tokencheck.errors import UserError

FOLDER = Path(__file__).parent
READER = "markdown"


@functools.cache
def find_pandoc() -> str:
    """Find the Pandoc that the package `pypandoc_binary` brings."""
    return pypandoc.get_pandoc_path()


def list_options(options: Mapping[str, Any]) -> Iterable[str]:
    """Write options the way the command line wants them; lists repeat the option, True stands alone."""
    for name, value in options.items():
        for item in value if isinstance(value, (list, tuple)) else [value]:
            if item is True:
                yield f"--{name}"
            elif item is not None and item is not False:
                yield f"--{name}={item}"


def convert(text: str, meta: Mapping[str, Any], to: str, folder: Path, name: str, options: Mapping[str, Any]) -> str:
    """Convert one page.

    Parameters
    ----------
    text : str
        The body in Pandoc Markdown.
    meta : mapping
        The front matter.
    to : {"html5", "typst"}
        The output format.
    folder : Path
        The report folder; relative files are looked up there.
    name : str
        The page, for messages.
    options : mapping
        Further options of the command line, without their dashes.

    Returns
    -------
    str
        The output.

    Raises
    ------
    UserError
        When Pandoc stops or warns: a warning means something of the page got lost.
    """
    front = yaml.safe_dump(dict(meta), allow_unicode=True, sort_keys=True)
    command = [find_pandoc(), f"--from={READER}", f"--to={to}", "--standalone", "--wrap=none", *list_options(options)]
    # a text, not a file, so that a page needs no temporary copy; the first block is the only metadata
    done = subprocess.run(
        command, input=f"---\n{front}---\n\n{text}", capture_output=True, cwd=folder, encoding="utf-8", check=False
    )
    if done.returncode or "[WARNING]" in done.stderr:
        raise UserError(f"{name}: Pandoc says: {done.stderr.strip() or 'nothing'}. Correct the page.")
    return done.stdout
