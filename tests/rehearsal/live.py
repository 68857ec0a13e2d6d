"""The tests that read the tables, results or pages at hand, and therefore also run in the rehearsal.

A module is listed when its tests would tell something about refreshed data: not those that spoil a copy or make up
data of their own, which say the same on any day.
"""

LIVE = (
    "evidence/test_consistency.py",
    "evidence/test_data.py",
    "measures/test_activity.py",
    "measures/test_companies.py",
    "measures/test_electricity.py",
    "measures/test_energy.py",
    "measures/test_hosts.py",
    "measures/test_listings.py",
    "measures/test_models.py",
    "measures/test_prices.py",
    "measures/test_tariffs.py",
    "measures/test_tokens.py",
    "measures/test_usage.py",
    "econometrics/test_headlines.py",
    "notebook/test_figures.py",
    "register/test_claims.py",
    "register/test_errs.py",
    "register/test_findings.py",
    "register/test_firmness.py",
    "register/test_headlines.py",
    "register/test_lineage.py",
    "register/test_texts.py",
    "register/test_verdicts.py",
    "report/test_built.py",
    "report/test_chinese.py",
    "report/test_claimpages.py",
    "report/test_front.py",
    "report/test_glossary.py",
    "report/test_labels.py",
    "report/test_machine.py",
    "report/test_outline.py",
    "report/test_pages.py",
    "report/test_papers.py",
    "report/test_whatif.py",
    "report/test_words.py",
)
# What a day of own usage does not move, or the second build of a rehearsal leaves as it was: PDFs, regressions, the
# site's frame; and the contract, which the import has just checked. Its second run of tests leaves these out.
UNMOVED_BY_USAGE = (
    "econometrics/test_headlines.py",
    "evidence/test_data.py",
    "measures/test_activity.py",
    "measures/test_companies.py",
    "measures/test_electricity.py",
    "measures/test_energy.py",
    "measures/test_hosts.py",
    "measures/test_listings.py",
    "measures/test_prices.py",
    "measures/test_tariffs.py",
    "register/test_lineage.py",
    "report/test_built.py",
    "report/test_glossary.py",
    "report/test_labels.py",
    "report/test_outline.py",
    "report/test_papers.py",
)
