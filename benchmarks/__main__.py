"""`python -m benchmarks [theme …]`."""

from benchmarks.run import main

main()
