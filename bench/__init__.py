"""Speed, measured as ratios in one run: each figure beside the bare operation on the same data."""
