"""What is in a model's tokens."""

import pandas as pd
import pytest

from tokencheck.measures import activity, compute


def test_shares_are_of_all_days_together_and_lie_within_their_range(tables):
    rows = pd.read_csv("data/tables/model_activity_daily.csv.gz")
    prompt, completion, cached = (rows[f"{name}_tokens"].sum() for name in ("prompt", "completion", "cached"))
    for name, part, whole in (("prompt", prompt, prompt + completion), ("cached", cached, prompt)):
        found = compute(f"activity.{name}_share", tables, {})
        assert found.value == pytest.approx(100 * part / whole)
        assert found.low < found.value < found.high


def test_one_models_share_counts_its_variants_and_its_own_tokens_only(tables):
    name = tables["model_activity_daily"]["model"]
    variants = name[name.str.contains(":")]
    model = variants.str.partition(":")[0].value_counts().index[0]
    own = tables["model_activity_daily"][name.str.startswith(f"{model}:") | (name == model)]
    assert activity.sum_split(tables, model).prompt == own["prompt_tokens"].sum()
    assert activity.sum_split(tables, model).prompt < activity.sum_split(tables).prompt


def test_a_model_without_tokens_has_no_share(tables):
    found = compute("activity.cached_share", tables, {"model": "acme/none"})
    assert not found.found
    assert "No tokens" in found.note
