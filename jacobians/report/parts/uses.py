"""WHO USES WHICH: five forms of a linear layer, and where a reader meets them.

    XW               CS231n's notes `np.dot(X, W) + b`; the kernels of Dense in Keras and Flax;
                     coefs_ of scikit-learn's MLPClassifier and MLPRegressor
    XWT              weight of torch.nn.Linear, (out_features, in_features), `y = x Aᵀ + b`
    folded           the design matrix of statsmodels' add_constant and of R's model.matrix
    columns          the Deep Learning Specialization, `Z = W A + b`
    same, folded     the Machine Learning course of 2011, Θ of s_(j+1) × (s_j + 1)

Each is the author's own writing, from the page or the code that is named.
"""

from __future__ import annotations

from collections.abc import Container

from ..model import Section, Table

__all__ = ["uses_part"]

# fmt: off
USES = (
    # form            forward         by the weights         who
    ("XW",            "`X W + 1 b`",  "`∂L/∂W = Xᵀ Δ`",      "CS231n, Keras, Flax, scikit-learn"),
    ("XWT",           "`X Wᵀ + 1 b`", "`∂L/∂W = Δᵀ X`",      "PyTorch's nn.Linear"),
    ("folded",        "`[1, X] Θ`",   "`∂L/∂Θ = [1, X]ᵀ Δ`", "regression: statsmodels, R"),
    ("columns",       "`W A + b 1ᵀ`", "`∂L/∂W = Δ Aᵀ`",      "A. Ng's Deep Learning; here"),
    ("same, folded",  "`Θ [1; A]`",   "`∂L/∂Θ = Δ [1; A]ᵀ`", "A. Ng's Machine Learning, 2011"),
)
# fmt: on


def uses_part(forms: Container[str]) -> Section:
    """Who writes networks in which form; an arrow marks those of this trace."""
    rows = [(name + " `←`" * (name in forms), *cells) for name, *cells in USES]
    header = ("form", "forward", "by the weights", "who")
    return Section("WHO USES WHICH", "`X` has rows, `A` columns", [Table(header, rows, "llll")])
