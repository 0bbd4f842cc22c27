"""Run all benchmarks, or the themes named: `python -m benchmarks [theme …]`.

The themes are params, inputs, batch, structure, symbolic, formulas and start.

With `--quick` each is measured once: whether it runs, not how fast.

One process, one thread: this holds only if it is arranged before NumPy is imported, so the themes
are imported last.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path

THEMES = ("params", "inputs", "batch", "structure", "symbolic", "formulas", "start")
THREADS = ("OMP", "OPENBLAS", "MKL", "BLIS", "VECLIB", "NUMEXPR")


def one_thread() -> None:
    os.environ |= {f"{name}_NUM_THREADS": "1" for name in THREADS}
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def main() -> None:
    themes = [word for word in sys.argv[1:] if word != "--quick"]
    if unknown := set(themes) - set(THEMES):
        sys.exit(f"unknown: {', '.join(sorted(unknown))}; themes are {', '.join(THEMES)}.")
    one_thread()
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    print(import_module("benchmarks.machine").description(), flush=True)
    measure = import_module("benchmarks.measure")
    if "--quick" in sys.argv:
        measure.SAMPLES, measure.SHORTEST = 1, 0.0
    for theme in themes or THEMES:
        module = import_module(f"benchmarks.{theme}")
        print(f"\n{module.__doc__.splitlines()[0]}\n\n{measure.HEADER}", flush=True)
        for row in module.rows():
            print(measure.measured(row), flush=True)


if __name__ == "__main__":
    main()
