"""The constraint matrix: every family of rows once, as triplets. HiGHS takes it as arrays, PuLP as expressions."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import coo_matrix, csc_matrix, csr_matrix

from sop.domain.parameters import Array, Parameters
from sop.domain.plans import Index
from sop.supply.constraints import FAMILIES, PRICED
from sop.supply.structure import Structure
from sop.supply.variables import Variables, create_variables


@dataclass(frozen=True, eq=False)
class Matrix:
    """All coefficients. ``columns``: family -> solver columns [entities, buckets]; ``rows``: family -> (entities,
    solver rows [entities, buckets]); ``priced``: positions of the coefficients that are prices and rates."""

    columns: dict[str, Index]
    rows: dict[str, tuple[Index, Index]]
    row: Index
    column: Index
    value: Array
    shape: tuple[int, int]  # rows, columns
    priced: Index

    def at(self, rates: Array) -> Matrix:
        """The matrix with a scenario's prices and rates."""
        value = self.value.copy()
        value[self.priced] = rates
        return replace(self, value=value)

    def by_column(self) -> csc_matrix:
        """Compressed by column; terms of one place added up, zeros left out."""
        result = self._compressed().tocsc()
        result.eliminate_zeros()
        return result

    def by_row(self) -> csr_matrix:
        """Compressed by row."""
        result = self._compressed().tocsr()
        result.eliminate_zeros()
        return result

    def _compressed(self) -> coo_matrix:
        return coo_matrix((self.value, (self.row, self.column)), shape=self.shape)


def build_matrix(structure: Structure) -> Matrix:
    """State all variables and constraint families of a structure."""
    variables = create_variables(structure)
    priced: list[Index] = []
    rows: dict[str, tuple[Index, Index]] = {}
    parts: list[tuple[Index, Index, Array]] = []
    height = 0
    for name, family in FAMILIES.items():
        stated = family(variables, structure)
        at, column, value = stated.triplets()
        if name in PRICED:
            priced.append(sum(len(part[0]) for part in parts) + np.arange(len(at)))
        rows[name] = (stated.entities, stated.numbers(height))
        parts.append((at + height, column, value))
        height += len(stated.entities) * stated.total
    row, column, value = (np.concatenate(part) for part in zip(*parts, strict=True))
    shape = (height, variables.size)
    return Matrix(dict(variables.columns), rows, row, column, value, shape, np.concatenate(priced))


def rates_of(matrix: Matrix, structure: Structure, parameters: Parameters) -> Array:
    """The coefficients of ``matrix.priced`` at a scenario's prices and rates."""
    if not len(matrix.priced):
        return np.zeros(0)
    variables = Variables(matrix.columns, matrix.shape[1])
    return np.concatenate([family(variables, structure, parameters).triplets()[2] for family in PRICED.values()])
