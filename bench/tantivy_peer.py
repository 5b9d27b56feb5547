"""Run by an interpreter that has Tantivy: index tokens from a file, ask, and print the seconds as JSON.

Arguments: a file of documents, one `[id, "token token …"]` a line, and a file of queries, each a list of phrases, each
a list of tokens. It stands alone: nothing of the project is at hand there.
"""

import json
import sys
import time
from pathlib import Path

import tantivy  # type: ignore[import-not-found]  # it is in an environment of its own


def main() -> None:
    """Build, ask each query twice, print the better time of each."""
    documents, queries = Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("id", stored=True)
    builder.add_text_field("body", tokenizer_name="whitespace", index_option="position")
    schema = builder.build()
    index = tantivy.Index(schema)
    begun = time.perf_counter()
    writer = index.writer(256_000_000, 1)
    with documents.open(encoding="utf-8") as lines:
        for line in lines:
            id_, body = json.loads(line)
            writer.add_document(tantivy.Document(id=id_, body=body))
    writer.commit()
    built = time.perf_counter() - begun
    index.reload()
    searcher = index.searcher()
    times, totals = [], []
    for phrases in queries:
        parts = [(tantivy.Occur.Must, _phrase(schema, tokens)) for tokens in phrases]
        query = tantivy.Query.boolean_query(parts)
        runs = []
        for _ in range(2):
            begun = time.perf_counter()
            found = searcher.search(query, 20, count=True)
            shown = [searcher.doc(address) for _score, address in found.hits]
            runs.append(time.perf_counter() - begun)
        totals.append(found.count if shown or not found.count else -1)
        times.append(min(runs))
    print(json.dumps({"built": built, "times": times, "totals": totals}))


def _phrase(schema: object, tokens: list[str]) -> object:
    if len(tokens) == 1:
        return tantivy.Query.term_query(schema, "body", tokens[0])
    return tantivy.Query.phrase_query(schema, "body", tokens)


if __name__ == "__main__":
    main()
