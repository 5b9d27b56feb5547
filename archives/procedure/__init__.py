"""The legal way of a project's records: states, moves, clocks, gaps and the papers they yield."""
