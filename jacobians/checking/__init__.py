"""Checking what somebody else wrote: layers by their laws, answers by their values.

Names are resolved when first used: no check costs what another one needs.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .assertions import assert_gradient as assert_gradient
    from .assertions import assert_jacobian as assert_jacobian
    from .assertions import assert_layouts as assert_layouts
    from .assertions import assert_vjp as assert_vjp
    from .layer_checks import LayerCheck as LayerCheck
    from .layer_checks import LayerReport as LayerReport
    from .layer_checks import check_layer as check_layer
    from .layer_checks import each_layer_check as each_layer_check
    from .layer_checks import parametrize_with_layer_checks as parametrize_with_layer_checks

WHERE = {
    "LayerCheck": "layer_checks",
    "LayerReport": "layer_checks",
    "assert_gradient": "assertions",
    "assert_jacobian": "assertions",
    "assert_layouts": "assertions",
    "assert_vjp": "assertions",
    "check_layer": "layer_checks",
    "each_layer_check": "layer_checks",
    "parametrize_with_layer_checks": "layer_checks",
}
"""The module in which each public name lives."""

__all__ = [
    "LayerCheck",
    "LayerReport",
    "assert_gradient",
    "assert_jacobian",
    "assert_layouts",
    "assert_vjp",
    "check_layer",
    "each_layer_check",
    "parametrize_with_layer_checks",
]


def __getattr__(name: str) -> Any:
    if name not in WHERE:
        raise AttributeError(f"module 'jacobians.checking' has no attribute {name!r}")
    value = getattr(import_module(f".{WHERE[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
