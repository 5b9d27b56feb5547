"""What is searched: for each kind of record its documents, what they depend on, and who may see them."""
