"""What the walls are called, in the order in which they go up."""

from __future__ import annotations

__all__ = ["AUDIT", "CALLS", "FILES", "LIMITS", "NETWORK", "WALLS"]

LIMITS = "limits"
NETWORK = "own network"
FILES = "files"
CALLS = "system calls"
AUDIT = "audit hook"
WALLS = (LIMITS, NETWORK, FILES, CALLS, AUDIT)
