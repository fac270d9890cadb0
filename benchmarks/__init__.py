"""What a step costs, beside every tool that people use for the same work: `python -m benchmarks w1`."""
