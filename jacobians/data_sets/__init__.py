"""Many samples: each one's own Jacobian, and functions swept over all of them, in any executor."""

from .per_sample import per_sample_jacobians
from .sweeps import singular_values, sweep_samples

__all__ = ["per_sample_jacobians", "singular_values", "sweep_samples"]
