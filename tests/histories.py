"""Synthetic editions for tests: the shape of real ones, with invented results."""

from tokencheck.history.editions import ClaimState, Edition, Fact, Outcome, PartState, ReadingState, TableState


def make_reading(outcome="agrees", value=4.0, now=None, **rest):
    """Make a reading of C28, which rests on the usage tables."""
    described = {"role": "literal", "unit": "models", "definition": "a" * 12, "tables": ("usage_daily",)}
    return ReadingState(outcome=outcome, value=value, as_of="2026-02-15", now=now, **(described | rest))


def make_now(outcome="differs", value=0.0, as_of="2026-10-07", **rest):
    """Make what a reading gives now."""
    return Outcome(outcome=outcome, value=value, as_of=as_of, tables=("price_changes",), **rest)


def make_edition(
    edition="2026-10-07",
    number=1,
    verdict="Supported",
    status="Contradicted",
    reading=None,
    tables=None,
    facts=None,
    rule="3",
    **more,
):
    """Make an edition with the claims C28 (readings) and C33 (findings)."""
    state = {"usage_daily": "a", "price_changes": "a", "labs": "a", "findings": "a", "pue": "a"} | (tables or {})
    return Edition(
        edition=edition,
        number=number,
        causes=more.get("causes", ()),
        note=more.get("note", ""),
        as_of=edition[:10],
        rule_version=rule,
        results_sha256=str(number),
        tables={
            name: TableState(as_of=edition[:10] if sha != "a" else "2026-10-07", rows=10, sha256=sha)
            for name, sha in state.items()
            if sha
        },
        claims={
            "C28": ClaimState(
                verdict=verdict,
                status_now=status,
                parts={"named": PartState(verdict=verdict, status_now=status, basis="readings")},
                readings={"named/stated-week": reading or make_reading(now=make_now())},
            ),
            "C33": ClaimState(
                verdict=more.get("other", "Contradicted"),
                status_now=None,
                parts={
                    "state": PartState(
                        verdict=more.get("other", "Contradicted"),
                        basis="findings",
                        supports=more.get("supports", ""),
                        contradicts="A",
                    )
                },
                readings={},
            ),
        },
        facts={"usage": {"share": Fact(value=(facts or 50.0), unit="percent")}},
    )


def make_history():
    """Make four editions: status flips to Supported and back, then the findings turn a verdict."""
    up = make_reading(now=make_now("agrees", 4.0, "2026-10-14"))
    new = {"price_changes": "b"}
    return [
        make_edition(),
        make_edition("2026-10-14", 2, status="Supported", reading=up, tables=new, causes=("data",)),
        make_edition("2026-10-21", 3, tables={"price_changes": "c"}),
        make_edition(
            "2026-10-21-2",
            4,
            other="Misleading",
            supports="A",
            tables={"price_changes": "c", "findings": "b"},
            causes=("correction",),
            note="a rate was taken twice",
        ),
    ]
