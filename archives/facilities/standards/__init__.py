"""The standards as data: targets by edition, city classes, lists of equipment and databases, baselines."""
