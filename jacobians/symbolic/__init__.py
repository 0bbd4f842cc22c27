"""Derivatives in symbols: SymPy is imported here and nowhere else.

layer_jacobians     the explicit entries of one layer's Jacobian, by the layer's own rules
chains              a network's chain with a name for every intermediate, never composed
matrix_forms        the formula between matrices, for sizes in letters too; needs no SymPy
"""

__all__: list[str] = []
