"""Fixed effects taken out of columns exactly, by one decomposition for all of them.

Of two effects the one with more levels is a mean for each level; the other is then a regression on as many indicators
as it has levels, solved by Cholesky's decomposition (Frisch and Waugh 1933, Lovell 1963). There is no iteration, so no
digit hangs on where one stopped; and the decomposition serves outcome, prices, controls and all clusters of a bootstrap
alike. The tests hold it to pyfixest's alternating projections, which it replaced for its speed: panels here have a few
hundred levels, for which the general method is a long way round.
"""

import numpy as np
from scipy import linalg, sparse
from scipy.sparse import csgraph

FEW_COLUMNS, FEW_PAIRS = 10, 50_000  # up to which plain arrays cost less than sparse ones


def find_alone(codes: np.ndarray) -> np.ndarray:
    """Find the rows whose level of an effect no other row shares, until none is left (Correia 2015).

    Parameters
    ----------
    codes : ndarray
        One row a row of the panel, one column an effect: its levels as numbers from zero.

    Returns
    -------
    ndarray of bool

    Examples
    --------
    >>> find_alone(np.array([[0, 0], [0, 1], [1, 0], [1, 0], [2, 2]])).tolist()
    [True, True, False, False, True]
    """
    kept = np.ones(len(codes), dtype=bool)
    while True:
        shared = kept.copy()
        for one in codes.T:
            shared &= np.bincount(one, weights=kept)[one] > 1
        if shared.sum() == kept.sum():
            return ~kept
        kept = shared


class Effects:
    """One or two fixed effects of some rows.

    Parameters
    ----------
    codes : ndarray
        As of `find_alone`.

    Raises
    ------
    ValueError
        When there are more than two.
    """

    def __init__(self, codes: np.ndarray):
        """Note which levels meet; see the class."""
        if codes.shape[1] > 2:
            raise ValueError("three effects at once are not taken out here")
        self.levels = codes.max(axis=0) + 1
        order = np.argsort(-self.levels, kind="stable")
        self._codes = [codes[:, at] for at in order]
        self._indicators: list[sparse.csr_matrix | None] = [None] * len(order)
        self._told = None if len(order) == 1 else self._pair(*self.levels[order])

    def _pair(self, first: int, second: int) -> np.ndarray:
        """Note which pairs of levels there are, once for all weights; give the second's levels that say something."""
        pairs, self._pairs = np.unique(self._codes[0] * second + self._codes[1], return_inverse=True)
        self._at = pairs // second, pairs % second
        self._turned = np.argsort(self._at[1], kind="stable")
        self._ends = [np.concatenate([[0], np.cumsum(np.bincount(one))]) for one in self._at]
        met = sparse.csr_matrix((np.ones(len(pairs)), (self._at[0], first + self._at[1])), shape=2 * [first + second])
        # Rows that no chain of shared levels connects have a level each that says nothing.
        parts = csgraph.connected_components(met, directed=False)[1][first:]
        return np.setdiff1d(np.arange(second), np.unique(parts, return_index=True)[1])

    def take_out(self, columns: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """Take the effects out of columns.

        Parameters
        ----------
        columns : ndarray
            One row a row.
        weights : ndarray
            Positive, one a row.

        Returns
        -------
        ndarray
        """
        weight, sums = weights[:, None], np.bincount(self._codes[0], weights=weights)[:, None]

        def center(some: np.ndarray) -> np.ndarray:
            return some - (self._add_up(0, weight * some) / sums)[self._codes[0]]

        left = center(columns)
        if self._told is None or not len(self._told):
            return left
        factor = self._decompose(weights, sums)
        for _ in range(2):  # the second time takes out what rounding left of the first
            by_level = self._add_up(1, weight * left)
            slopes = np.zeros_like(by_level)
            slopes[self._told] = linalg.cho_solve(factor, by_level[self._told])
            left = center(left - slopes[self._codes[1]])
        return left

    def _add_up(self, effect: int, columns: np.ndarray) -> np.ndarray:
        """Add columns up by the levels of an effect."""
        codes = self._codes[effect]
        if columns.shape[1] <= FEW_COLUMNS:
            count = int(codes.max()) + 1
            return np.column_stack([np.bincount(codes, weights=one, minlength=count) for one in columns.T])
        if self._indicators[effect] is None:
            self._indicators[effect] = _indicate(codes).T
        return self._indicators[effect] @ columns

    def _decompose(self, weights: np.ndarray, sums: np.ndarray) -> tuple[np.ndarray, bool]:
        """Decompose the squares of the second effect's indicators beside the first effect."""
        (first, second), (ends, turned_ends) = self._at, self._ends
        by_pair, shape = np.bincount(self._pairs, weights=weights), (len(sums), len(turned_ends) - 1)
        if shape[0] * shape[1] <= FEW_PAIRS:
            met = np.zeros(shape)
            met[first, second] = by_pair
            squares = -met.T @ (met / sums)
        else:
            scaled = sparse.csr_matrix((by_pair / sums[first, 0], second, ends), shape=shape)
            turned = (by_pair[self._turned], first[self._turned], turned_ends)
            squares = -(sparse.csr_matrix(turned, shape=shape[::-1]) @ scaled).toarray()
        squares[np.diag_indices(shape[1])] += np.bincount(self._codes[1], weights=weights)
        return linalg.cho_factor(squares[np.ix_(self._told, self._told)])


def _indicate(codes: np.ndarray) -> sparse.csr_matrix:
    """Give the indicator columns of an effect."""
    count = len(codes)
    return sparse.csr_matrix((np.ones(count), codes, np.arange(count + 1)), shape=(count, int(codes.max()) + 1))
