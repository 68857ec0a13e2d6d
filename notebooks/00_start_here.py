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
# # Start here: one claim, from its sentence to its verdict
#
# Ten cells walk you through all that this project does, with one sentence of the article: *“the models' total global
# share even soared to 61 %”*. Run them one after the other (Shift+Enter). Nothing you do here changes the record: cells
# run by hand write no file. The other notebooks ask one question each, in the order of their numbers.

# %% [markdown]
# ## 1. What you may change
#
# For the last cell: here, or with `papermill 00_start_here.ipynb OUT.ipynb -p scope top_9`.

# %% tags=["parameters"]
# Yours to change: the last cell reads these, and nothing else does.
window, scope = "2026-03-02/2026-03-08", "platform"

# %% [markdown]
# ## 2. The register: what the article says
#
# And what it could mean. The register is a file that people write: `data/claims.yml`.

# %%
import pandas as pd
from IPython.display import display

from tokencheck.measures import compute
from tokencheck.measures.usage import SCOPES
from tokencheck.notebook import displays, parameters
from tokencheck.notebook.topics import Topic, find_decided
from tokencheck.register import rule

topic = Topic.measure("C05")
claim = topic.register.find("C05")
part = claim.parts[0]
print(claim.quote_zh, "|", part.says, "| claimed:", displays.write_claim(part))

# %% [markdown]
# ## 3. A reading: one definition, with its reason
#
# The literal one comes first.

# %%
reading, found = topic.find_literal("C05", part.id)
print(reading.role, "|", reading.reason, "|", displays.write_parameters(reading.parameters))

# %% [markdown]
# ## 4. The data: tokens a day and model
#
# They are checked against `data/datapackage.json`; each row names its source.

# %%
daily = topic.tables["usage_daily"]
start, end = reading.parameters["window"].split("/")
week = daily[daily["date"].between(start, end)]
displays.list_rows(week.sort_values("tokens", ascending=False).head(5))

# %% [markdown]
# ## 5. Who made the models
#
# The table of developers says it, by the model's own name or by the author before the slash.

# %%
homes = topic.tables["labs"].drop_duplicates("alias").set_index("alias")["country"].replace("", None)
slug = week["model"].str.split(":").str[0]
country = slug.where(slug.isin(homes.index), slug.str.split("/").str[0]).map(homes)
displays.list_rows(
    (week.groupby(country.fillna("unknown"))["tokens"].sum() / 1e12)
    .rename("trillion tokens")
    .rename_axis("developer in")
)

# %% [markdown]
# ## 6. The sum by hand
#
# Chinese tokens over all; the unknown ones are given to nobody, then all to China.

# %%
chinese, unknown = week.loc[country == "CN", "tokens"].sum(), week.loc[country.isna(), "tokens"].sum()
total = week["tokens"].sum()
low, high = 100 * chinese / total, 100 * (chinese + unknown) / total
print(f"{low:.1f} to {high:.1f} %")

# %% [markdown]
# ## 7. A measure does the same
#
# It is a tested function; the notebook stops when the two disagree.

# %%
measured = compute(reading.measure, topic.tables, reading.parameters)
assert abs(measured.low - low) < 1e-9 and abs(measured.high - high) < 1e-9
print("sources:", ", ".join(measured.sources), "| data up to:", measured.as_of)

# %% [markdown]
# ## 8. The outcome of each reading
#
# Does it agree with what is claimed, is it near, or does it differ?

# %%
print("the literal reading", rule.judge(part, measured.value, measured.low, measured.high, measured.interval_kind))
displays.introduce(topic, "C05")

# %% [markdown]
# ## 9. The rule gives the verdict
#
# It is written once: the first row that fits gives the verdict. Nobody types one.

# %%
decided = find_decided(topic.decide_claim("C05"), part.id)
print("decided by:", decided.then.rule.others, "->", decided.then.verdict)
rows = [(" or ".join(one.literal), one.others, one.verdict) for one in rule.RULES]
display(displays.list_rows(pd.DataFrame(rows, columns=["literal reading", "other readings", "verdict"])))
displays.explain(topic, "C05")

# %% [markdown]
# ## 10. Try your own definition
#
# If it is the better one, propose it as a reading: `CONTRIBUTING.md` says how.

# %%
days = parameters.Days.of(daily["date"])
parameters.check(window=(window, days), scope=(scope, SCOPES))
displays.try_out(topic, "C05", share={"scope": scope, "window": window})  # its measure, with other parameters
