"""The door to Whoosh 2.7.4: its modules are imported here and nowhere else, and only their warnings are silenced."""

import warnings

with warnings.catch_warnings():
    # Written for Python 2 and 3 alike: escapes in its strings that newer Pythons warn of when they compile them.
    warnings.simplefilter("ignore", DeprecationWarning)
    warnings.simplefilter("ignore", SyntaxWarning)
    from whoosh import analysis, fields, formats, highlight, index, qparser
    from whoosh.codec.whoosh3 import W3Codec
    from whoosh.qparser import plugins, syntax
    from whoosh.support import levenshtein

__all__ = [
    "W3Codec",
    "analysis",
    "fields",
    "formats",
    "highlight",
    "index",
    "levenshtein",
    "plugins",
    "qparser",
    "syntax",
]
