"""What each step of the build does; `dodo.py` says in which order. Each runs in a process of its own, under watch."""

from pathlib import Path

from tokencheck import paths
from tokencheck.errors import UserError


def check_data() -> None:
    """Check every table and the register, after a change of tables that was killed half-way has been settled."""
    from tokencheck.evidence.store import recover
    from tokencheck.evidence.tables import read_all
    from tokencheck.register.claims import load_register

    recover()
    _, problems = read_all()
    if problems:
        raise UserError("\n".join([*problems, "Correct this and run make again."]))
    load_register()


def run_curve() -> None:
    """Run the specification curve in one process; the other core runs notebooks."""
    from tokencheck.econometrics import curve

    print(curve.summarise(curve.build_curve()))


def judge_claims() -> None:
    """Compute the verdicts, and describe their file."""
    from tokencheck import results
    from tokencheck.register import texts, verdicts

    texts.build_texts()
    results.write_json(paths.VERDICTS_SCHEMA, verdicts.describe_schema())


def write_tables() -> None:
    """Write the tables of regressions; apart from the pages, as the libraries of the regressions load slowly."""
    from tokencheck.report import estimates

    estimates.write_estimate_tables()


def write_pages() -> None:
    """Write the generated pages."""
    from tokencheck.report import pages

    pages.write_report()


def complete(site: Path) -> None:
    """Put into a site what is drawn for passing on, and what lets pages be found."""
    from tokencheck import caches
    from tokencheck.report import embeds, pictures, sharing

    pictures.draw_pictures(site)
    print(sharing.share_site(site, caches.Cache(caches.CACHES / "shared")))
    embeds.write_embeds(site)


def render_report() -> None:
    """Render site and PDFs."""
    from tokencheck import caches, render

    render.render(paths.REPORT, cache=caches.CACHES / "rendered", complete=complete)


def close() -> None:
    """Say in the last lines where the report is, and what it found."""
    from tokencheck.history import differences
    from tokencheck.register.verdicts import read_verdicts
    from tokencheck.report import PDFS, words

    counts = read_verdicts().counts
    print(f"Site: {paths.shorten(paths.SITE)}/index.html")
    print(f"PDFs: {', '.join(paths.shorten(paths.SITE / name) for name in PDFS)}")
    print("Verdicts: " + ", ".join(f"{count} {verdict.lower()}" for verdict, count in counts.items() if count))
    print(differences.write_news())
    if lost := words.say_what_no_longer_holds():
        print(lost)
