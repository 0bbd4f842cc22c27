"""What the work costs, beside the peers. `python -m benchmarks` runs everything."""
