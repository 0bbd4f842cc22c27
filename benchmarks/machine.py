"""What a run ran on: absolute times mean nothing without it."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

PACKAGES = ("jax", "torch", "autograd", "threadpoolctl")


def description() -> str:
    """The machine, the versions and the BLAS kernel, as a list."""
    versions = {name: _version(name) for name in PACKAGES}
    found = [f"{name} {number}" for name, number in versions.items() if number]
    missing = [name for name, number in versions.items() if not number]
    lines = [
        f"{platform.platform()}, {_cpu()}, one thread",
        f"Python {platform.python_version()}, NumPy {np.__version__}, {_blas()}",
        f"installed: {', '.join(found) or 'none of the peers'}",
        *([f"not installed: {', '.join(missing)}"] if missing else []),
    ]
    return "\n".join(f"- {line}" for line in lines)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    names = [
        line.partition(":")[2].strip()
        for line in (info.read_text().splitlines() if info.exists() else [])
        if line.startswith("model name")
    ]
    return names[0] if names else platform.processor()


def _blas() -> str:
    """The library behind NumPy's products, and the kernel that it chose for this processor."""
    if not _version("threadpoolctl"):
        return "BLAS kernel not known (threadpoolctl is not installed)"
    from threadpoolctl import threadpool_info

    for library in threadpool_info():
        if library["user_api"] == "blas":
            return (
                f"{library['internal_api']} {library['version']}, "
                f"kernel {library.get('architecture', 'not known')}, "
                f"threads: {library['num_threads']}"
            )
    return "BLAS not known"
