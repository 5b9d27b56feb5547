"""`chengdang reference …`."""

import json

from click.testing import CliRunner

from archives.cli import main
from archives.config import Settings


def test_sync_reports_what_it_did_and_finds_it_done_the_second_time(settings: Settings) -> None:
    environment = {"CHENGDANG_DATA": str(settings.data), "CHENGDANG_DATABASE_URL": settings.database_url}
    first, second = (CliRunner().invoke(main, ["reference", "sync"], env=environment) for _ in range(2))
    assert first.exit_code == second.exit_code == 0
    added = json.loads(first.stdout)["added"]
    assert added > 1000
    assert json.loads(second.stdout) == {"added": 0, "changed": 0, "unchanged": added, "retired": 0}
