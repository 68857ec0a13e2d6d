"""Findings: cited facts for or against a claim that cannot be computed."""

from collections.abc import Iterable
from dataclasses import dataclass

from tokencheck import paths, results
from tokencheck.errors import UserError
from tokencheck.register.claims import Register
from tokencheck.register.rule import CONTEXT, Weighed

THEN, LATER = "then", "later"


@dataclass(frozen=True)
class Finding:
    """One row of ``data/tables/findings.csv``; the contract describes the columns."""

    finding_id: str
    claim_id: str
    part: str
    statement: str
    direction: str
    why: str
    holds_under: str
    grade: str
    interested: bool
    event: str
    lineage: bool
    checked: str
    quote: str
    source_id: str

    def counts(self, when: str) -> bool:
        """Say whether the finding enters a verdict: never from the claim's lineage, nor from events after it.

        Parameters
        ----------
        when : str
            ``then`` for the claim's own period; ``now`` lets later events in.
        """
        return self.direction != CONTEXT and not self.lineage and (when == "now" or self.event == THEN)

    def weighed(self) -> Weighed:
        """Give what the rule needs of it."""
        return Weighed(self.direction, self.grade, self.interested, self.holds_under)


def read_findings() -> list[Finding]:
    """Read ``data/tables/findings.csv``, in the order of the claims.

    Returns
    -------
    list of Finding
    """
    names = Finding.__dataclass_fields__
    return [
        Finding(**{key: value == "true" if key in ("interested", "lineage") else value for key, value in kept.items()})
        for row in results.read_rows(paths.TABLES / "findings.csv")
        for kept in [{key: row[key] for key in names}]
    ]


def check(found: Iterable[Finding], register: Register) -> None:
    """Check that every finding speaks of a part that the register has.

    Raises
    ------
    UserError
        Naming the finding, its claim and part.
    """
    parts = {(claim.id, part.id) for claim in register.claims for part in claim.parts}
    for one in found:
        if (one.claim_id, one.part) not in parts:
            raise UserError(
                f"data/tables/findings.csv, finding {one.finding_id}: claim {one.claim_id} has no part “{one.part}”. "
                "Name one that data/claims.yml has."
            )
