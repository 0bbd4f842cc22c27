r"""Formulas in LaTeX, read by a grammar and by rules for what stands above and below the line.

    W^{(2)T}  W_2^{\top}  {W^{[2]}}^T   W2.T         \frac{\partial L}{\partial z^l}  d(L, z[l])
    \delta^{l+1}                        delta[l+1]   \nabla_{W} L                     grad(L, W)
    W_{ij}^{(2)}                        W2[i,j]      J_{x^3} L^3                      jac(L3, x3)
    A^{-1}  A^{-T}  A^+                 inv, pinv    \left( A \middle| B \right)      hstack(A, B)
    \sigma'(z)                          dsigma(z)    \underbrace{X}_{1\times 3}       a claim

Nothing is evaluated. `words` tells words and signs apart, `grammar` takes them together, `reader`
walks what it finds; `scripts`, `applications`, `derivatives` and `quotients` settle what a row of
items means. Factors without brackets between them stay together in a `Chain`: whether ⊙ binds
tighter than standing side by side is left to the shapes.
"""

from __future__ import annotations

from .names import PLACEHOLDERS
from .reader import read

__all__ = ["PLACEHOLDERS", "read"]
