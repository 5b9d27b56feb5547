"""What the web doors share: the request's life, who is asking, errors, pages and forms. Knows no feature."""
