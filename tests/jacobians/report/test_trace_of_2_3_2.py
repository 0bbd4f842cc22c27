"""The trace of the 2-3-2 network, relu, sigmoid, half squared error, by W1, in both layouts.

Every number here was worked out by hand: sizes from 2-3-2, counts as products of three sizes.
"""

from pathlib import Path

import pytest

from jacobians import Network, dimension_trace

GOLDEN = Path(__file__).parents[2] / "golden" / "trace_2-3-2_W1.txt"
NET = Network.parse("2-3-2", activation=["relu", "sigmoid"], loss="half_squared_error", seed=0)
TEXT = str(dimension_trace(NET, wrt="W1"))
LINES = [" ".join(line.split()) for line in TEXT.splitlines()]
FLAT = " ".join(LINES)


def part(number: int) -> str:
    """One numbered part, its spaces made single."""
    start = next(k for k, line in enumerate(LINES) if line.startswith(f"{number} "))
    after = (k for k, line in enumerate(LINES) if line.startswith(f"{number + 1} "))
    return " ".join(LINES[start : next(after, len(LINES))])


def test_the_whole_report_is_the_one_that_was_read_and_approved():
    assert GOLDEN.read_text(encoding="utf-8") == TEXT


@pytest.mark.parametrize(
    "line",
    [
        "a0 = x 2×1 the input",
        "z1 = W1 a0 + b1 3×1 3×2 · 2×1 + 3×1",
        "a1 = relu(z1) 3×1 entry by entry",
        "z2 = W2 a1 + b2 2×1 2×3 · 3×1 + 2×1",
        "a2 = σ(z2) 2×1 entry by entry; σ is the sigmoid",
        "L = ½ Σᵢ (a2ᵢ - yᵢ)² 1×1 y is 2×1; half the sum, not the mean",
    ],
)
def test_the_forward_pass_states_every_value_with_its_shape(line):
    assert line in part(1)


@pytest.mark.parametrize(
    "line",
    [
        "∂L/∂a2 (a2 - y)ᵀ 1×2 a2 - y 2×1 dense 2 / 2",
        "∂a2/∂z2 diag(σ'(z2)) 2×2 the same 2×2 diagonal 2 / 4",
        "∂z2/∂a1 W2 2×3 W2ᵀ 3×2 dense 6 / 6",
        "∂a1/∂z1 diag(relu'(z1)) 3×3 the same 3×3 diagonal 3 / 9",
        "∂z1/∂W1 a0ᵀ ⊗ I₃ 3×6 a0 ⊗ I₃ 6×3 Kronecker 2 / 18",
    ],
)
def test_each_of_the_five_links_has_its_matrix_and_shape_in_both_layouts(line):
    assert "THE FIVE LINKS" in part(2)
    assert line in part(2)


def test_the_tensor_and_the_order_of_vec_are_spelled_out():
    assert "3×(3×2) in numerator" in part(2)
    assert "(3×2)×3 in denominator" in part(2)
    assert "vec W1 = (W1[1,1], W1[2,1], W1[3,1], W1[1,2], W1[2,2], W1[3,2])ᵀ" in part(2)
    assert "counted from 1" in part(2)
    assert "Python counts from 0" in part(2)


def test_numerator_layout_multiplies_with_the_later_layer_on_the_left():
    assert "LEFT" in part(3)
    assert "∂L/∂W1 = ∂L/∂a2 · ∂a2/∂z2 · ∂z2/∂a1 · ∂a1/∂z1 · ∂z1/∂W1" in part(3)
    assert "1×6 1×2 2×2 2×3 3×3 3×6" in part(3)
    assert [size for size in part(3).split("neighbours")[0] if size in "└┘23"][-12:] == list(
        "└2┘└2┘└3┘└3┘"
    )


def test_denominator_layout_multiplies_with_the_later_layer_on_the_right():
    assert "RIGHT" in part(4)
    assert "∂L/∂W1 = ∂z1/∂W1 · ∂a1/∂z1 · ∂z2/∂a1 · ∂a2/∂z2 · ∂L/∂a2" in part(4)
    assert "6×1 6×3 3×3 3×2 2×2 2×1" in part(4)
    assert [size for size in part(4).split("neighbours")[0] if size in "└┘23"][-12:] == list(
        "└3┘└3┘└2┘└2┘"
    )
    assert "∂L/∂a2 · ∂a2/∂z2 · …, it begins 2×1 · 2×2: no product" in part(4)
    assert "1×3 · 3×3 · 3×2 · 2×2 · 2×1 = 1×1, which is δ1[i] a0[j]" in part(4)


@pytest.mark.parametrize(
    ("number", "line"),
    [
        (3, "∂L/∂z2 (a2 - y)ᵀ · diag(σ'(z2)) 1×2 call it δ2ᵀ"),
        (3, "∂L/∂a1 δ2ᵀ · W2 1×3"),
        (3, "∂L/∂z1 δ2ᵀ W2 · diag(relu'(z1)) 1×3 call it δ1ᵀ"),
        (3, "∂L/∂W1 δ1ᵀ · (a0ᵀ ⊗ I₃) 1×6 = vec(δ1 a0ᵀ)ᵀ"),
        (3, "a0 δ1ᵀ 2×3 W1's shape, transposed"),
        (4, "∂L/∂z2 diag(σ'(z2)) · (a2 - y) 2×1 call it δ2"),
        (4, "∂L/∂a1 W2ᵀ · δ2 3×1"),
        (4, "∂L/∂z1 diag(relu'(z1)) · W2ᵀ δ2 3×1 call it δ1"),
        (4, "∂L/∂W1 (a0 ⊗ I₃) · δ1 6×1 = vec(δ1 a0ᵀ)"),
        (4, "δ1 a0ᵀ 3×2 W1's shape"),
    ],
)
def test_the_running_product_names_each_delta_in_its_own_layout(number, line):
    assert line in part(number)


@pytest.mark.parametrize(
    "line",
    [
        "δ2 = (a2 - y) ⊙ σ'(z2) 2×1 diag(s) g = s ⊙ g",
        "δ1 = (W2ᵀ δ2) ⊙ relu'(z1) 3×1 diag(s) g = s ⊙ g",
        "∂L/∂b1 = δ1 3×1 I g = g",
        "∂L/∂W1 = δ1 a0ᵀ 3×2 (a ⊗ I) g = vec(g aᵀ)",
    ],
)
def test_backpropagation_is_written_without_the_matrices(line):
    assert line in part(5)


def test_every_transpose_and_every_hadamard_product_has_its_reason():
    assert "Why W2ᵀ?" in part(5)
    assert "(δ2ᵀ W2)ᵀ = W2ᵀ δ2. Nothing was turned to make sizes fit." in part(5)
    assert "Why ⊙?" in part(5)
    assert "alone, so ∂a" in part(5)
    assert "Softmax mixes its entries" in part(5)
    assert "Why a0ᵀ?" in part(5)
    assert "∂z1[k]/∂W1[i,j] is a0[j] if k = i, else 0" in part(5)
    assert "W1 ← W1 - η δ1 a0ᵀ needs" in part(5)


def test_the_costs_are_those_counted_by_hand():
    this_order = 1 * 2 * 2 + 1 * 2 * 3 + 1 * 3 * 3 + 1 * 3 * 6
    other_order = 3 * 3 * 6 + 2 * 3 * 6 + 2 * 2 * 6 + 1 * 2 * 6
    without = 2 + 2 * 3 + 3 + 3 * 2
    assert (this_order, other_order, without) == (37, 126, 17)
    assert "multiplications 37 in this order, 126 in the other, 17 in 5" in part(6)
    assert "numbers kept 15 of 39" in part(6)
    assert (2 + 2 + 6 + 3 + 2, 2 + 4 + 6 + 9 + 18) == (15, 39)


def test_the_check_states_agreement_and_no_number_of_this_machine():
    assert "drawn with seed 0" in part(6)
    assert "chain = sweep of VJPs agree to 1e-12 in both layouts" in part(6)
    assert "chain = central differences agree to 1e-" in part(6)
    assert "L depends on W1 by one path here" in part(6)


def test_one_layout_alone_leaves_the_other_out():
    numerator = str(dimension_trace(NET, wrt="W1", layout="numerator"))
    denominator = str(dimension_trace(NET, wrt="W1", layout="denominator"))
    assert "DENOMINATOR LAYOUT" not in numerator
    assert "NUMERATOR LAYOUT" not in denominator
    assert "17 in 4" in numerator
    assert "17 in 4" in denominator
