"""One topic's claims with their measurements: what a notebook on them begins with."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tokencheck.errors import UserError
from tokencheck.evidence.tables import Tables
from tokencheck.measures import Measurement
from tokencheck.notebook import subjects
from tokencheck.register import omissions
from tokencheck.register.claims import Measured, Reading, Register, load_register, measure_claim, write_topic
from tokencheck.register.decisions import DecidedClaim, DecidedPart, decide
from tokencheck.register.findings import read_findings
from tokencheck.register.verdicts import build_claim


@dataclass(frozen=True)
class Topic:
    """The readings of a topic's claims, measured.

    Attributes
    ----------
    register : Register
    tables : Tables
    measured : sequence of Measured
    """

    register: Register
    tables: Tables
    measured: Sequence[Measured]

    @classmethod
    def measure(cls, *claim_ids: str) -> "Topic":
        """Measure every reading of some claims, and keep nothing."""
        register, tables = load_register(), Tables()
        measured = [found for claim_id in claim_ids for found in measure_claim(register.find(claim_id), tables)]
        return cls(register, tables, measured)

    @classmethod
    def open(cls, name: str) -> "Topic":
        """Measure every reading of the claims of a notebook, and keep the measurements under its name."""
        topic = cls.measure(*subjects.list_claims(name, load_register(with_measures=False)))
        write_topic(name, omissions.measure_without(topic.register, topic.measured, topic.tables))
        return topic

    def find(self, claim_id: str, part_id: str, reading_id: str, when: str = "then") -> Measurement:
        """Give one measurement.

        Raises
        ------
        UserError
            When the register has no such reading.
        """
        for one in self.measured:
            if (one.claim, one.part, one.reading, one.when) == (claim_id, part_id, reading_id, when):
                return one.measurement
        raise UserError(
            f"claim {claim_id}, part {part_id} has no reading “{reading_id}” ({when}); data/claims.yml lists them"
        )

    def decide_claim(self, claim_id: str) -> DecidedClaim:
        """Apply the rule to a claim, as the build does after all notebooks have run."""
        claim = self.register.find(claim_id)
        records = {(one.claim, one.part, one.reading, one.when): one.as_record() for one in self.measured}
        return decide(claim, records, () if all(part.readings for part in claim.parts) else read_findings())

    def find_literal(self, claim_id: str, part_id: str) -> tuple[Reading, Measurement]:
        """Give the literal reading of a part, and what it measures."""
        part = self.register.find(claim_id).find_part(part_id)
        reading = next(one for one in part.readings if one.role == "literal")
        return reading, self.find(claim_id, part_id, reading.id)

    def find_deciding(self, claim_id: str, part_id: str) -> tuple[Reading, Measurement]:
        """Give the reading that decides a part, and what it measures.

        Where the literal reading is not true, that is the first one under which the sentence is, else the literal one.
        """
        literal = self.find_literal(claim_id, part_id)
        result = build_claim(self.decide_claim(claim_id))
        true = next(one.true_under for one in result.parts if one.id == part_id)
        if not true or literal[0].id in true:
            return literal
        reading = next(one for one in self.register.find(claim_id).find_part(part_id).readings if one.id == true[0])
        return reading, self.find(claim_id, part_id, reading.id)


def list_ends(measurement: Measurement) -> tuple[Any, Any]:
    """Give the two ends of what was measured, equal where it is a single number."""
    if measurement.interval_kind == "bounds":
        return measurement.low, measurement.high
    return measurement.value, measurement.value


def find_decided(claim: DecidedClaim, part_id: str) -> DecidedPart:
    """Give one decided part of a claim."""
    return next(one for one in claim.parts if one.part.id == part_id)
