"""The rule's fingerprint: what it answers in every case, as one short text that changes when any answer does.

Words of the rule's tables may be written better without a new version; a tolerance, a threshold or a row may not.
"""

import hashlib
import itertools
from collections.abc import Iterator

from tokencheck.register import rule
from tokencheck.register.claims import Part

LENGTH = 16


def _list_parts() -> Iterator[Part]:
    """Give a part of each relation and kind of number, all about the same printed number."""
    values = {"between": ("40", "61"), "exists": None}
    for relation, measured_in in itertools.product(
        ("equals", "between", "at_least", "at_most", "order_of_magnitude", "rank_at_most", "exists"),
        ("number", "ratio", "share"),
    ):
        yield Part(
            id="p", says="s", relation=relation, value=values.get(relation, "61"), unit="percent",
            measured_in=measured_in, min_count=61,
        )  # fmt: skip


def _judge_all() -> Iterator[str]:
    ends = [tenths / 2 for tenths in range(2, 500)]
    for part in _list_parts():
        yield from (rule.judge(part, value) for value in ends)
        for kind in ("bounds", "ci", "range", "floor"):
            yield from (rule.judge(part, low + 1, low, low + 8, kind) for low in ends[::7])
        yield rule.judge(part, None)


def _apply_all() -> Iterator[str]:
    others = [
        rule.Judged(role, outcome, evidence)
        for role in (*rule.ENTERING_ROLES[1:], "diagnostic")
        for outcome in rule.OUTCOMES
        for evidence in ("direct", "bound", "proxy")
    ]
    for outcome, interested in itertools.product(rule.OUTCOMES, (False, True)):
        literal = rule.Judged("literal", outcome, interested=interested)
        for count in range(3):
            for beside in itertools.combinations(others, count):
                found = rule.apply_rule([literal, *beside])
                yield f"{found.verdict}{' by proxy' if found.by_proxy else ''}"


def _weigh_all() -> Iterator[str]:
    findings = [
        rule.Weighed(direction, grade, interested, words)
        for direction in rule.DIRECTIONS
        for grade in rule.RANKS
        for interested in (False, True)
        for words in ("one", "other")
    ]
    for count in range(3):
        for beside in itertools.combinations(findings, count):
            yield rule.weigh(beside).verdict


def take_fingerprint() -> str:
    """Take the fingerprint of the rule as it stands.

    Returns
    -------
    str
        Hexadecimal; to be compared with `tokencheck.register.rule.RULE_FINGERPRINT`.
    """
    constants = (rule.TOLERANCE, rule.SENSITIVITY_PERCENTS, rule.FROM_THE_WORST, rule.ENTERING_ROLES)
    answers = itertools.chain(map(repr, constants), _judge_all(), _apply_all(), _weigh_all())
    return hashlib.sha256("\n".join(answers).encode()).hexdigest()[:LENGTH]


def check_fingerprint() -> list[str]:
    """Say what to do when the rule answers otherwise than its version did.

    Returns
    -------
    list of str
        One line, or none.
    """
    now = take_fingerprint()
    if now == rule.RULE_FINGERPRINT:
        return []
    return [
        f"src/tokencheck/register/rule.py, RULE_VERSION: the rule answers otherwise than version {rule.RULE_VERSION} "
        f"did. Raise RULE_VERSION, set RULE_FINGERPRINT to “{now}”, and say in CHANGELOG.md what moved and why."
    ]
