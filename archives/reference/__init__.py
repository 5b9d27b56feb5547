"""The national tables as data: each row with its source, and an office's own rows beside them."""
