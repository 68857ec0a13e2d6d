"""Which claims each notebook measures; apart from measuring them, which loads what pages do without."""

from collections.abc import Mapping

from tokencheck.register.claims import Register

# Claims of a subject that have a notebook of their own, by its name; that of the subject measures all others.
APART: Mapping[str, tuple[str, ...]] = {
    "usage-models": ("C18", "C19", "C46"),
    "electricity-bills": ("C12",),
    "energy-pue": ("C37",),
}


def list_claims(name: str, register: Register) -> list[str]:
    """List the claims that the notebook of a name measures: those set apart for it, else the rest of its subject."""
    if name in APART:
        return list(APART[name])
    apart = {claim_id for own in APART.values() for claim_id in own}
    return [one.id for one in register.claims if one.topic == name and one.id not in apart]
