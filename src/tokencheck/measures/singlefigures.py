"""Single figures by name, from the tables that hold one figure a row."""

from typing import Literal

import pandas as pd

from tokencheck.evidence.tables import Tables


def read_figures(
    tables: Tables, *names: str, table: Literal["company_figures", "agent_logs"] = "company_figures"
) -> pd.DataFrame:
    """Read the named rows, in that order, and cite them.

    Parameters
    ----------
    tables : Tables
    *names : str
        As in the column ``figure_id``.
    table : str
        Which table.

    Raises
    ------
    KeyError
        When there is no figure of that name.
    """
    return tables.cite(table, tables[table].set_index("figure_id").loc[list(names)].reset_index())
