"""Derivations written out: by components, by matrix calculus, by vjps; every step is evaluated.

`index_terms`, `index_text`, `index_values` and `index_matrices` know formulas for one entry, and
`index_equations` states each layer's. `components`, `matrix_calculus` and `cotangents` write a way
each into a `draft`, which compares every line with the one before at the `points`. What others
derived is checked by `jacobians.derivations`.
"""

from .derivation import derive
from .index_equations import IndexEquation
from .written import WrittenDerivation, WrittenStep

__all__ = ["IndexEquation", "WrittenDerivation", "WrittenStep", "derive"]
