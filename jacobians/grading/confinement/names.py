"""What the walls are called, in the order in which they go up; and how their process may end."""

from __future__ import annotations

__all__ = ["AUDIT", "CALLS", "FILES", "LIMITS", "NETWORK", "UNSENT", "WALLS"]

LIMITS = "limits"
NETWORK = "own network"
FILES = "files"
CALLS = "system calls"
AUDIT = "audit hook"
WALLS = (LIMITS, NETWORK, FILES, CALLS, AUDIT)
UNSENT = 3
"""The status with which it ends where a result could not be handed over."""
