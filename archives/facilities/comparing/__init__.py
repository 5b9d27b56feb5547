"""Results side by side: years, areas, classes or editions as columns, the rates of the targets as rows."""
