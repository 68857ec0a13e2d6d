"""An invented record of tokens by day, in which one price moves on a known day; nothing in it is evidence."""

import numpy as np
import pandas as pd

from tokencheck.econometrics import moves

DAYS = pd.date_range("2030-01-01", periods=120)
DAY = DAYS[90]
HALF = np.log(0.5)


class Invented(moves.DailyRecord):
    """A record of invented tokens, without tables."""

    def __init__(self, elasticity=-1.0, change=HALF, rivals=0.0, seed=3):
        rng = np.random.default_rng(seed)
        names = [f"m{number:02}" for number in range(16)]
        common = np.cumsum(rng.normal(0, 0.02, len(DAYS)))
        walks = 0.03 * rng.normal(size=(len(DAYS), len(names)))
        self.tokens = pd.DataFrame(common[:, None] + walks + 5, DAYS, names)
        self.tokens.loc[DAYS > DAY, "m00"] += elasticity * change
        self.tokens.loc[DAYS > DAY, names[2:]] += rivals
        self.developers = {name: "one" if name in ("m00", "m01") else f"d{name}" for name in names}
        self.moved, self.priced, self.closed = {"m00": {DAY}}, set(names), set(names)
