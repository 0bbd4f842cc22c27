"""Backpropagation with every Jacobian in sight, in numerator and in denominator layout.

Names are resolved when first used, so that `import jacobians` costs little more than NumPy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .checking import assert_gradient as assert_gradient
    from .checking import assert_jacobian as assert_jacobian
    from .checking import assert_layouts as assert_layouts
    from .checking import assert_vjp as assert_vjp
    from .checking import check_layer as check_layer
    from .checking import each_layer_check as each_layer_check
    from .checking import parametrize_with_layer_checks as parametrize_with_layer_checks
    from .comparison import Collapse as Collapse
    from .comparison import Comparison as Comparison
    from .comparison import collapse as collapse
    from .comparison import compare as compare
    from .data_sets import per_sample_jacobians as per_sample_jacobians
    from .data_sets import singular_values as singular_values
    from .data_sets import sweep_samples as sweep_samples
    from .derivations import check_derivation as check_derivation
    from .deriving import IndexEquation as IndexEquation
    from .deriving import WrittenDerivation as WrittenDerivation
    from .deriving import derive as derive
    from .formula_checks import check_formula as check_formula
    from .formula_checks import compare_formulas as compare_formulas
    from .gallery import ready_made as ready_made
    from .grading import grade as grade
    from .jacobian import Jacobian as Jacobian
    from .layers import ELU as ELU
    from .layers import GELU as GELU
    from .layers import SELU as SELU
    from .layers import AbsoluteError as AbsoluteError
    from .layers import Add as Add
    from .layers import BatchNorm as BatchNorm
    from .layers import BilinearForm as BilinearForm
    from .layers import BinaryCrossEntropy as BinaryCrossEntropy
    from .layers import BinaryCrossEntropyWithLogits as BinaryCrossEntropyWithLogits
    from .layers import Concatenate as Concatenate
    from .layers import CrossEntropy as CrossEntropy
    from .layers import Custom as Custom
    from .layers import Divide as Divide
    from .layers import Exp as Exp
    from .layers import Flatten as Flatten
    from .layers import Hadamard as Hadamard
    from .layers import HalfSquaredError as HalfSquaredError
    from .layers import Hardtanh as Hardtanh
    from .layers import Huber as Huber
    from .layers import Identity as Identity
    from .layers import Joint as Joint
    from .layers import Layer as Layer
    from .layers import LayerNorm as LayerNorm
    from .layers import LeakyReLU as LeakyReLU
    from .layers import Linear as Linear
    from .layers import LogSigmoid as LogSigmoid
    from .layers import LogSoftmax as LogSoftmax
    from .layers import MatrixProduct as MatrixProduct
    from .layers import MeanOverSamples as MeanOverSamples
    from .layers import MeanSquaredError as MeanSquaredError
    from .layers import ReLU as ReLU
    from .layers import Reshape as Reshape
    from .layers import Scale as Scale
    from .layers import Shift as Shift
    from .layers import Sigmoid as Sigmoid
    from .layers import SiLU as SiLU
    from .layers import Sin as Sin
    from .layers import Slice as Slice
    from .layers import Softmax as Softmax
    from .layers import SoftmaxCrossEntropy as SoftmaxCrossEntropy
    from .layers import Softplus as Softplus
    from .layers import Softsign as Softsign
    from .layers import Square as Square
    from .layers import SquaredError as SquaredError
    from .layers import Subtract as Subtract
    from .layers import Sum as Sum
    from .layers import SumOverSamples as SumOverSamples
    from .layers import Tanh as Tanh
    from .layers import Transpose as Transpose
    from .network import Network as Network
    from .pictures import draw_batch as draw_batch
    from .pictures import draw_chain as draw_chain
    from .pictures import draw_collapse as draw_collapse
    from .pictures import draw_cost as draw_cost
    from .pictures import draw_graph as draw_graph
    from .pictures import draw_parameters as draw_parameters
    from .pictures import draw_product as draw_product
    from .pictures import draw_structure as draw_structure
    from .pictures import draw_tensor as draw_tensor
    from .report import Trace as Trace
    from .report import dimension_trace as dimension_trace
    from .rows import RowSweep as RowSweep
    from .rows import from_folded_columns as from_folded_columns
    from .rows import from_rows as from_rows
    from .rows import row_sweep as row_sweep
    from .rows import to_folded_columns as to_folded_columns
    from .rows import to_rows as to_rows
    from .symbolic.chains import SymbolicChain as SymbolicChain
    from .symbolic.chains import symbolic_chain as symbolic_chain
    from .symbolic.forms import MatrixForm as MatrixForm
    from .symbolic.layer_jacobians import symbolic_jacobian as symbolic_jacobian
    from .symbolic.matrix_forms import matrix_form as matrix_form
    from .worksheets import Worksheet as Worksheet
    from .worksheets import worksheet as worksheet

WHERE = {
    "checking": [
        "assert_gradient",
        "assert_jacobian",
        "assert_layouts",
        "assert_vjp",
        "check_layer",
        "each_layer_check",
        "parametrize_with_layer_checks",
    ],
    "comparison": ["Collapse", "Comparison", "collapse", "compare"],
    "data_sets": ["per_sample_jacobians", "singular_values", "sweep_samples"],
    "derivations": ["check_derivation"],
    "deriving": ["IndexEquation", "WrittenDerivation", "derive"],
    "formula_checks": ["check_formula", "compare_formulas"],
    "gallery": ["ready_made"],
    "grading": ["grade"],
    "jacobian": ["Jacobian"],
    "layers": [
        "AbsoluteError",
        "Add",
        "BatchNorm",
        "BilinearForm",
        "BinaryCrossEntropy",
        "BinaryCrossEntropyWithLogits",
        "Concatenate",
        "CrossEntropy",
        "Custom",
        "Divide",
        "ELU",
        "Exp",
        "Flatten",
        "GELU",
        "Hadamard",
        "HalfSquaredError",
        "Hardtanh",
        "Huber",
        "Identity",
        "Joint",
        "Layer",
        "LayerNorm",
        "LeakyReLU",
        "Linear",
        "LogSigmoid",
        "LogSoftmax",
        "MatrixProduct",
        "MeanOverSamples",
        "MeanSquaredError",
        "ReLU",
        "Reshape",
        "SELU",
        "Scale",
        "Shift",
        "SiLU",
        "Sigmoid",
        "Sin",
        "Slice",
        "Softmax",
        "SoftmaxCrossEntropy",
        "Softplus",
        "Softsign",
        "Square",
        "SquaredError",
        "Subtract",
        "Sum",
        "SumOverSamples",
        "Tanh",
        "Transpose",
    ],
    "network": ["Network"],
    "pictures": [
        "draw_batch",
        "draw_chain",
        "draw_collapse",
        "draw_cost",
        "draw_graph",
        "draw_parameters",
        "draw_product",
        "draw_structure",
        "draw_tensor",
    ],
    "report": ["Trace", "dimension_trace"],
    "rows": [
        "RowSweep",
        "from_folded_columns",
        "from_rows",
        "row_sweep",
        "to_folded_columns",
        "to_rows",
    ],
    "symbolic.chains": ["SymbolicChain", "symbolic_chain"],
    "symbolic.forms": ["MatrixForm"],
    "symbolic.layer_jacobians": ["symbolic_jacobian"],
    "symbolic.matrix_forms": ["matrix_form"],
    "worksheets": ["Worksheet", "worksheet"],
}
"""Which module each public name lives in."""

__all__ = [name for names in WHERE.values() for name in names]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    for module, names in WHERE.items():
        if name in names:
            value = getattr(import_module(f".{module}", __name__), name)
            globals()[name] = value
            return value
    raise AttributeError(f"module 'jacobians' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
