# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # The hosts of one model, and prices that moved on a known day
#
# Two designs that come nearer to the question. Between the hosts of one model nothing differs but the host. Around a
# dated price move the model is the same and so is everything but the price, as far as we know. Each is put in words
# before any number; what it cannot show stands beside it.

# %%
import warnings

import pandas as pd
import pyfixest as pf

from tokencheck import paths, results
from tokencheck.econometrics import comovement, designs, headlines, hostpanel, moves
from tokencheck.econometrics.precision import write_estimates
from tokencheck.evidence.tables import Tables
from tokencheck.notebook import displays, figures
from tokencheck.notebook import drawings_regressions as drawings

tables = Tables()

# %% [markdown]
# ## Hosts of one model
#
# *Among the hosts that sell one and the same model on one day: by how many per cent do tokens differ between two whose
# prices differ by one per cent?* The router alone, sending requests by one over the square of the price, would give −2.

# %%
panel = hostpanel.build(tables)
write_estimates(paths.REGRESSIONS / "hosts_left_out.csv", panel.left_out)
panel.rows[["date", "model", "host", "offer", "tokens", "price_measured", "price_full", "price_paid"]].head()

# %%
displays.list_rows(panel.left_out)

# %% tags=["parameters"]
chosen_price, chosen_effects = "log_price_measured", "model_day + host"

# %%
rows = panel.rows.assign(model_day=panel.rows["model"] + panel.rows["date"].astype(str))
with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of singletons, which say nothing of a slope within groups
    fitted = pf.feols(
        f"log_tokens ~ {chosen_price} | {chosen_effects}", rows, vcov={"CRV1": "model+host"}, ssc=pf.ssc(k_fixef="full")
    )
fitted.tidy()

# %%
hosts = designs.fit_hosts(panel.rows)
if (chosen_price, chosen_effects) == ("log_price_measured", "model_day + host"):
    assert abs(fitted.coef()[chosen_price] - hosts["hosts"][0].coef) < 1e-8
pd.DataFrame(
    {key: [one.coef, record.low, record.high, one.n, record.effective] for key, (one, record) in hosts.items()},
    index=["coef", "low", "high", "n", "effective clusters"],
).T.round(2)

# %%
without = designs.leave_hosts_out(panel.rows)
write_estimates(paths.REGRESSIONS / "hosts_without.csv", without)
paid = designs.measure_paid(panel.rows)
write_estimates(paths.REGRESSIONS / "paid.csv", paid)
paid.round(2)

# %% [markdown]
# ## Do prices move together?
#
# *Where the other hosts of a model move its price by one per cent within a week, by how many per cent does this one?*
# *And where models with one host do on average, by how many per cent do those with several?*

# %%
links = {"hosts_together": comovement.relate_hosts(panel.rows), "weeks_together": comovement.relate_weeks(tables)}
related = comovement.tabulate(links)
write_estimates(paths.REGRESSIONS / "together.csv", related)
related.round(2)

# %% [markdown]
# ## Dated price moves
#
# *In the three days after a vendor moved a model's price on a known day: by how many per cent did its tokens move
# beyond those of models whose price stood still, for one per cent of price?* The criteria were written first.

# %%
for criterion, words in moves.CRITERIA.items():
    print(f"{criterion}: {words}")
listed = moves.list_moves(tables)
write_estimates(paths.REGRESSIONS / "moves_listed.csv", listed.assign(day=listed["day"].dt.strftime("%Y-%m-%d")))
passed = listed[listed["passed"]].reset_index(drop=True)
passed[["model", "day", "last_day", "log_price_change", "moves"]]

# %%
measured, together = moves.measure_moves(tables, passed)
write_estimates(paths.REGRESSIONS / "moves.csv", measured)
write_estimates(paths.REGRESSIONS / "moves_together.csv", together)
together.round(2)

# %%
measured.round(2).T

# %% [markdown]
# ## All designs on one axis

# %%
limits = pd.read_csv(paths.REGRESSIONS / "censored.csv")
table = pd.concat(
    [
        pd.read_csv(paths.REGRESSIONS / "headlines.csv"),
        designs.tabulate(hosts, limits, measured, together),
    ],
    ignore_index=True,
)
write_estimates(paths.ESTIMATES, table)
picture = designs.list_picture(table, tables["literature"])
fig = drawings.draw_designs(picture)
short = together.set_index(["span", "direction"])["elasticity"]["short"]
slopes = {
    "like": headlines.read_coef(table, headlines.WEEK_CONTROLS), "hosts": hosts["hosts"][0].coef,
    "cuts": short["cuts"], "rises": short["rises"],
}  # fmt: skip
title = (
    f"Models of like quality: {slopes['like']:.1f}; hosts of one model: {slopes['hosts']:.1f}; "
    f"in the days after dated cuts: {slopes['cuts']:.1f}"
)
told = drawings.tell("regressions-designs", **slopes)
figures.save(fig, "regressions-designs", title.replace("-", "−"), claims=["C36"], **told)

# %%
facts = designs.gather_facts(hosts, panel.left_out, panel.rows, without, paid, listed, measured, together)
facts |= comovement.gather_facts(links, pd.read_csv(paths.REGRESSIONS / "variations.csv"))
results.write_facts("designs", facts)
displays.list_facts(facts)
