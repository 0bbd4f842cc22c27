"""A network's derivative as one formula between matrices, for sizes in numbers or letters.

    of a number by a value        the gradient, in terms of the δ above:  ((W2ᵀ δ2) ⊙ σ'(z1)) a0ᵀ
    the same, numerator layout    its transpose:                          a0 ((W2ᵀ δ2) ⊙ σ'(z1))ᵀ
    of anything else              the product of the links' matrices:     W2 diag(σ'(z1)) W1

The words are those of dimension traces; where the last layer and the loss cancel, δ is what is
left, a2 - y. In a batch the texts write what has a column for each sample with capitals: Δ1 A0ᵀ.
"""

from __future__ import annotations

import re

from layouts.errors import InputError
from layouts.layout import NUMERATOR, Layout
from layouts.shape_text import read_size
from layouts.sizes import SizeLike, by, size_of

from ..layers import SoftmaxCrossEntropy
from ..network import Network
from ..operators import Identity
from ..report.facts import Derivative
from ..report.parts.products import running_totals
from ..report.parts.sweep import matched
from ..report.sweep_in_words import swept
from ..typography import grouped, transposed_product
from .forms import Definition, MatrixForm, style_of

__all__ = ["matrix_form"]


def matrix_form(
    net: Network,
    wrt: str,
    of: str | None = None,
    layout: Layout | str = NUMERATOR,
    samples: SizeLike | str = 1,
    *,
    input_index: int = 0,
    symbols: str = "plain",
    capitals: bool = True,
) -> MatrixForm:
    r"""`∂of/∂wrt` as a formula between matrices.

    Args:
        net: the network; sizes may be letters.
        wrt: any value or parameter.
        of: any value; None is the loss, without one the prediction.
        layout: the layout or its name. A number's derivative is its gradient, in denominator layout
            shaped as `wrt`, in numerator layout as its transpose; any other is the Jacobian.
        samples: how many columns the input has, a number or a letter.
        input_index: the layer that the input counts as, 0 or 1.
        symbols: "plain", W2, or "superscript", W⁽²⁾.
        capitals: whether in a batch what has a column for each sample is written A1, Z1, Δ1, Y.

    Raises:
        LayoutError: an unknown name or style, sizes that do not fit, or a value that is a matrix
            for each sample.

    >>> net = Network.parse("n-3-2", activation=["sigmoid", "softmax"], loss="cross_entropy")
    >>> print(matrix_form(net, "W1", layout="denominator"))
    ∂L/∂W1 = ((W2ᵀ δ2) ⊙ σ'(z1)) a0ᵀ   3×n, denominator layout
       δ2 = a2 - y   2×1
       as long as y sums to 1
    >>> print(matrix_form(net, "W1", layout="denominator", samples="N", symbols="superscript"))
    ∂L/∂W⁽¹⁾ = ((W⁽²⁾ᵀ Δ⁽²⁾) ⊙ σ'(Z⁽¹⁾)) A⁽⁰⁾ᵀ   3×n, denominator layout
       Δ⁽²⁾ = (A⁽²⁾ - Y)/N   2×N
       as long as each column of Y sums to 1
    >>> print(matrix_form(net, "a0", of="z2").to_latex())
    \frac{\partial z_{2}}{\partial a_{0}} = W_{2} \operatorname{diag}(\sigma'(z_{1})) W_{1}
    """
    layout = Layout.named(layout)
    count = read_size(samples) if isinstance(samples, str) else samples
    derivative = Derivative(net, of or net.top, wrt, count)
    if len(derivative.shape_of(derivative.wrt)) > 2:
        raise InputError(f"{derivative.wrt} is a matrix for each sample, "
                         f"{by(derivative.shape_of(derivative.wrt))}: there is no formula between "
                         "matrices for all samples at once.")  # fmt: skip
    style = style_of(net, derivative.samples, input_index, symbols, capitals)
    condition = ""
    if derivative.is_gradient and derivative.links:
        last, definitions, condition = _gradient(derivative, layout)
    elif derivative.branches:
        last, definitions = _sum_over_paths(derivative, layout)
    else:
        last, definitions = _product(derivative, layout), []
    return MatrixForm(last, definitions, condition, layout, style)


def _gradient(derivative: Derivative, layout: Layout) -> tuple[Definition, list[Definition], str]:
    """By the sweep: δ after δ from the loss down, columns in either layout."""
    rows = swept(derivative)
    texts = {row.name: Definition(row.name, row.text, row.shape) for row in rows[:-1]}
    text, conditions = rows[-1].text, _of_targets(derivative)
    if not derivative.loss:
        texts = {derivative.g: Definition(derivative.g, "1", "1×1")} | texts
    if found := matched(derivative):
        if derivative.wrt == found.value:
            text = found.text
        elif found.delta in texts:
            texts[found.delta] = texts[found.delta]._replace(text=found.text)
        if derivative.wrt == found.value or found.delta in texts:
            conditions.append(found.condition.removeprefix(", "))
    if layout is NUMERATOR:
        text = transposed_product(text)
    links = [link for link in derivative.links if link.below == derivative.wrt]
    if derivative.wrt in derivative.network.parameters and len(links) == 1:
        text = _written_out(text, texts)
    shape = derivative.gradient_shape(layout)
    assert shape is not None
    condition = ", ".join(filter(None, dict.fromkeys(conditions)))
    return Definition(derivative.name, text, by(shape)), _used(text, texts), condition


def _of_targets(derivative: Derivative) -> list[str]:
    """What a loss on logits supposes of its targets, wherever it stands."""
    each = "each column of " if derivative.samples != 1 else ""
    return [
        f"as long as {each}`{link.step.inputs[1]}` sums to 1"
        for link in derivative.links
        if isinstance(link.step.layer, SoftmaxCrossEntropy) and link.position == 0
    ]


def _written_out(text: str, texts: dict[str, Definition]) -> str:
    """The formula with the last δ, the one that stands in it, written out."""
    named = [name for name in texts if len(_places(name, text)) == 1]
    if len(named) != 1:
        return text
    [place], inner = _places(named[0], text), grouped(texts[named[0]].text, words=True)
    if text == named[0]:
        return texts[named[0]].text
    return text[: place.start()] + inner + text[place.end() :]


def _places(name: str, text: str) -> list[re.Match[str]]:
    return [*re.finditer(rf"(?<!\w){re.escape(name)}(?![A-Za-z0-9_])", text)]


def _used(text: str, texts: dict[str, Definition]) -> list[Definition]:
    """The definitions that the formula needs, those of what they are made of before them."""
    needed: list[Definition] = []
    for definition in reversed(texts.values()):
        if any(_places(definition.name, each) for each in [text, *(d.text for d in needed)]):
            needed.append(definition)
    return needed[::-1]


def _product(derivative: Derivative, layout: Layout) -> Definition:
    """By the chain along its only path."""
    shape = derivative.shape(layout)
    if derivative.of == derivative.wrt:
        return Definition(derivative.name, Identity(shape[0]).text, by(shape))
    if not derivative.links:
        return Definition(derivative.name, "0", by(shape))
    operators = [layout.arrange(factor.operator) for factor in derivative.written(layout)]
    told = [each for each in operators if not isinstance(each, Identity) or each.scale != 1]
    texts = [each.text for each in told or operators[:1]]
    text = texts[0] if len(texts) == 1 else " ".join(map(grouped, texts))
    return Definition(derivative.name, text, by(shape))


def _sum_over_paths(derivative: Derivative, layout: Layout) -> tuple[Definition, list[Definition]]:
    """By the chain, a total for every value on the way."""
    height = size_of(derivative.shapes[derivative.of])
    rows = [
        Definition(
            f"d{derivative.of}/d{value}",
            text,
            by(layout.pair(height, size_of(derivative.shapes[value]))),
        )
        for value, text in running_totals(derivative, layout).items()
    ]
    return rows[-1], rows[:-1]
