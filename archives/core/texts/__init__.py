"""What can be read in a file, page by page: the text of documents and drawings. Knows no feature."""
