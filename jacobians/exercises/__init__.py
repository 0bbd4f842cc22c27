"""Exercises that answer *yours, true, why*: each mark says so, and nothing while a blank is left.

    mark_shape      of a derivative, in either layout: the Jacobian, the gradient, the tensor
    mark_chain      the links of a chain, in the order that a layout multiplies
    mark_numbers    the entries of a derivative
    mark_formula    a matrix formula for a derivative
    mark_value      a count, a yes or no, a word

A blank is `...`. None of them raises for an answer that is wrong: `.right` is what a test asks.
"""

from .chains import mark_chain
from .formulas import mark_formula
from .mark import Mark, mark_value
from .numbers import mark_numbers
from .shapes import mark_shape

__all__ = ["Mark", "mark_chain", "mark_formula", "mark_numbers", "mark_shape", "mark_value"]
