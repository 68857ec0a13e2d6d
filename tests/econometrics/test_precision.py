"""The digits of estimates: none is noise."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from tokencheck import paths
from tokencheck.econometrics import precision
from tokencheck.results import read_rows

NOISE = 1e-12


@given(st.floats(-9, 9), st.floats(-9, 9), st.floats(-NOISE, NOISE))
def test_noise_of_the_operands_changes_no_difference(one, other, noise):
    one, other = (float(f"{number:.5g}") for number in (one, other))  # in the middle of what is rounded alike
    assert precision.subtract(one * (1 + noise), other * (1 - noise)) == precision.subtract(one, other)


def test_a_difference_has_the_decimals_of_its_operands():
    assert precision.subtract(-0.7550188032, -0.5733636536) == -0.181655
    assert precision.subtract(61.23456789, 61.2345) == 0.0001
    assert precision.subtract(0.0, 0.0) == 0.0


def test_counts_and_words_stay_whole(tmp_path):
    table = pd.DataFrame({"word": ["a", None], "tokens": [1234567891.0, np.nan], "coef": [1 / 3, np.nan], "n": [7, 8]})
    precision.write_estimates(tmp_path / "table.csv", table)
    text = (tmp_path / "table.csv").read_text(encoding="utf-8")
    assert text == "word,tokens,coef,n\na,1234567891,0.333333,7\n,,,8\n"


def test_what_is_no_search_that_stops_nearby_keeps_ten_digits(tmp_path):
    table = pd.DataFrame(
        {"estimator": ["ols", "censored", "logit"], "coef": [1 / 3] * 3, "se": [2 / 3] * 3, "p": [1 / 7] * 3}
    )
    precision.write_estimates(tmp_path / "table.csv", table, exact=("coef", "se"))
    text = (tmp_path / "table.csv").read_text(encoding="utf-8")
    exact, other = "0.3333333333,0.6666666667,0.142857", "0.333333,0.666667,0.142857"
    assert text == f"estimator,coef,se,p\nols,{exact}\ncensored,{exact}\nlogit,{other}\n"
    again = pd.read_csv(tmp_path / "table.csv")
    precision.write_estimates(tmp_path / "again.csv", again, exact=("coef", "se"))
    assert (tmp_path / "again.csv").read_text(encoding="utf-8") == text  # rows that another table takes over


def test_what_leaving_out_moves_is_the_difference_of_the_written_numbers():
    whole = {row["specification"]: float(row["coef"]) for row in read_rows(paths.REGRESSIONS / "checks.csv")}
    for row in read_rows(paths.REGRESSIONS / "left_out.csv"):
        assert float(row["moved"]) == precision.subtract(float(row["coef"]), whole[row["specification"]])
