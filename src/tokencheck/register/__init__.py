"""The register: claims, the rule, findings and lineage, and the verdicts that follow from them."""
