"""Schema only, on both databases. Data move with `chengdang`, never in a migration."""
