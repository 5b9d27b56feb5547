"""Papers and files as they go over the wire, where a header holds nothing but Latin-1."""

from pathlib import Path
from urllib.parse import unquote

import pytest
from flask import Flask

from archives.web.pages import document, download

NAME = "卷内目录 “一”.pdf"


def test_a_paper_with_a_chinese_name_can_be_sent() -> None:
    sent = document(b"%PDF", NAME).headers["Content-Disposition"].encode("latin-1").decode("latin-1")
    assert sent.startswith("inline; ")
    assert unquote(sent.partition("UTF-8''")[2]) == NAME


@pytest.mark.parametrize("name", ["plain.pdf", NAME])
def test_a_file_is_kept_under_its_name_and_by_no_cache(name: str, tmp_path: Path) -> None:
    (tmp_path / "stored").write_bytes(b"content")
    with Flask(__name__).test_request_context():
        answer = download(tmp_path / "stored", name)
    assert answer.headers["Content-Disposition"].encode("latin-1").startswith(b"attachment; ")
    assert "Cache-Control" not in answer.headers
    answer.close()
