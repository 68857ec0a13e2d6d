"""Price against usage: the panel, regressions, their checks, and the specification curve."""
