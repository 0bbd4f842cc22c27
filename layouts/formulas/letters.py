"""Greek letters by their names, and functions under the names that texts give them."""

from __future__ import annotations

__all__ = ["ACCENTS", "GREEK", "spelt"]

GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ",
    "eta": "η", "theta": "θ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν",
    "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "upsilon": "υ", "phi": "φ",
    "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ",
    "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
}  # fmt: skip
ACCENTS = {
    "\u0302": r"\hat", "\u0303": r"\tilde", "\u0304": r"\bar", "\u0307": r"\dot", "\u20d7": r"\vec",
}  # fmt: skip
"""What stands above a letter, as a sign of its own behind it, and its command in LaTeX."""
NAMES = {letter: name for name, letter in GREEK.items()}


def spelt(name: str) -> str:
    """A name with its Greek letters spelt out, as programs have them.

    >>> spelt("δ2"), spelt("W")
    ('delta2', 'W')
    """
    return "".join(NAMES.get(letter, letter) for letter in name)
