"""The command line's contract: JSON on standard output, words on standard error, exit 0, 1 or 2."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from archives.accounts import service
from archives.cli import main
from archives.config import Settings
from archives.core.backend import Backend
from archives.doctor import examine

PASSWORD = "江水东流不复回 42"


class Terminal:
    """A terminal in front of one instance."""

    def __init__(self, settings: Settings) -> None:
        self.environment = {"CHENGDANG_DATA": str(settings.data), "CHENGDANG_LANGUAGE": "en"}
        if settings.database_url:
            self.environment["CHENGDANG_DATABASE_URL"] = settings.database_url

    def run(self, *arguments: str, typed: str = "") -> Result:
        """What a command answers."""
        return CliRunner().invoke(main, arguments, input=typed, env=self.environment)

    def answer(self, *arguments: str, typed: str = "") -> Any:
        """The JSON of a command that must succeed."""
        result = self.run(*arguments, typed=typed)
        assert result.exit_code == 0, result.stderr
        return json.loads(result.stdout)


@pytest.fixture
def terminal(settings: Settings) -> Terminal:
    """A terminal before an instance with a schema and nothing else."""
    return Terminal(settings)


def test_an_instance_is_made_once(tmp_path: Path) -> None:
    terminal = Terminal(Settings(data=tmp_path / "new"))
    made = terminal.answer("init", "--admin", "director", "--password-stdin", typed=f"{PASSWORD}\n")
    assert (made["created"], made["admin"], set(made["links"])) == (True, "director", {"security-admin", "audit-admin"})
    again = terminal.answer("init", "--admin", "director", "--password-stdin", typed="another password\n")
    assert (again["created"], again["links"]) == (False, {})
    assert terminal.answer("audit", "verify")["broken"] is None


def test_without_a_password_every_administrator_gets_a_link(terminal: Terminal) -> None:
    links = terminal.answer("init", "--admin", "director")["links"]
    assert list(links) == ["director", "security-admin", "audit-admin"]
    assert all(link.startswith("http://127.0.0.1:8000/link?token=") for link in links.values())


def test_a_refused_first_password_says_why_and_exits_with_1(terminal: Terminal) -> None:
    result = terminal.run("init", "--admin", "director", "--password-stdin", typed="short\n")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "at least 10 characters" in result.stderr
    assert terminal.answer("accounts", "list") == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["init"],
        ["no-such-command"],
        ["accounts", "create"],
        ["accounts", "create", "x", "--name", "x", "--role", "king"],
    ],
)
def test_misuse_exits_with_2(terminal: Terminal, arguments: list[str]) -> None:
    assert terminal.run(*arguments).exit_code == 2


def test_an_instance_that_is_not_there_exits_with_2(tmp_path: Path) -> None:
    result = Terminal(Settings(data=tmp_path / "nothing")).run("audit", "verify")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "chengdang init" in result.stderr


def test_help_needs_no_instance(tmp_path: Path) -> None:
    assert Terminal(Settings(data=tmp_path / "nothing")).run("accounts", "create", "--help").exit_code == 0


def test_a_setting_that_cannot_work_exits_with_2(terminal: Terminal) -> None:
    terminal.environment["CHENGDANG_PORT"] = "many"
    result = terminal.run("audit", "verify")
    assert result.exit_code == 2
    assert "CHENGDANG_PORT" in result.stderr


def test_accounts_are_made_listed_and_given_links(terminal: Terminal, backend: Backend, settings: Settings) -> None:
    made = terminal.answer("accounts", "create", "Clerk", "--name", "王芳", "--role", "counter", "--clearance", "2")
    assert (made["login"], made["roles"], made["clearance"], made["has_password"]) == ("clerk", ["counter"], 2, False)
    with backend.writing() as session:
        service.use_link(session, settings, made["link"].partition("token=")[2], PASSWORD)
    assert [account["has_password"] for account in terminal.answer("accounts", "list")] == [True]
    assert terminal.answer("accounts", "link", "CLERK")["link"] != made["link"]
    assert terminal.run("accounts", "link", "nobody").exit_code == 2


@pytest.mark.parametrize(
    "arguments", [["--role", "client"], ["--organisation", "无此单位"], ["--role", "system_admin", "--role", "checker"]]
)
def test_an_account_against_the_rules_is_not_made(terminal: Terminal, arguments: list[str]) -> None:
    result = terminal.run("accounts", "create", "clerk", "--name", "x", *arguments)
    assert result.exit_code == 1
    assert terminal.answer("accounts", "list") == []


def test_the_audit_names_the_local_operator(terminal: Terminal, backend: Backend) -> None:
    terminal.answer("accounts", "create", "clerk", "--name", "x")
    verdict = terminal.answer("audit", "verify")
    assert verdict["entries"] == 2
    with backend.reading() as session:
        kinds = session.connection().exec_driver_sql("SELECT content FROM audit_entry").scalars().all()
    assert all('"kind":"local"' in content for content in kinds)


def test_a_broken_audit_exits_with_1_and_names_the_entry(terminal: Terminal, backend: Backend) -> None:
    with backend.writing() as session:
        session.connection().exec_driver_sql("UPDATE audit_head SET seq = 3")
    result = terminal.run("audit", "verify")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["broken"] == 1
    assert "entry 1" in result.stderr


def test_the_doctor_finds_a_sound_instance_sound(terminal: Terminal, backend: Backend) -> None:
    findings = {finding["name"]: finding for finding in terminal.answer("doctor", "--json")}
    assert {"python", "sqlite", "database", "schema", "audit_head", "folder_data", "fonts", "time_zone"} <= set(
        findings
    )
    assert terminal.run("doctor").exit_code == 0


def test_the_doctor_names_what_is_wrong(tmp_path: Path, settings: Settings, backend: Backend) -> None:
    with backend.writing() as session:
        session.connection().exec_driver_sql("UPDATE audit_head SET seq = 3")
    settings.files.write_text("a file where a folder belongs")
    unsound = {finding.name for finding in examine(settings) if not finding.sound}
    assert unsound == {"audit_head", "folder_files"}
    assert Terminal(settings).run("doctor", "--json").exit_code == 1
    empty = {finding.name for finding in examine(Settings(data=tmp_path / "empty")) if not finding.sound}
    assert empty == {"schema"}


def test_upgrading_an_instance_that_is_current_changes_no_schema(terminal: Terminal) -> None:
    report = terminal.answer("upgrade")
    assert report["from"] == report["to"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def children(process: "subprocess.Popen[bytes]") -> set[int]:
    listing = subprocess.run(["ps", "-o", "pid=", "--ppid", str(process.pid)], capture_output=True, check=False)
    return {int(line) for line in listing.stdout.split()}


def wait_for(condition: Any, seconds: float = 30) -> Any:
    until = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.1)
    return found


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address) as page:
            return bool(page.status == 200)
    except urllib.error.URLError:
        return False


def is_alive(pid: int) -> bool:
    state = Path(f"/proc/{pid}/stat")
    return state.exists() and state.read_text().rpartition(")")[2].split()[0] != "Z"


@pytest.mark.parametrize(("ending", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 0), (signal.SIGKILL, -9)])
def test_the_server_keeps_a_worker_alive_and_takes_it_along(
    terminal: Terminal, ending: signal.Signals, code: int
) -> None:
    port = free_port()
    environment = {**os.environ, **terminal.environment, "CHENGDANG_PORT": str(port)}
    # Tests that a shell runs in the background are deaf to Ctrl-C, and would make the server so.
    deaf = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen([sys.executable, "-m", "archives.cli", "serve"], env=environment, stderr=subprocess.PIPE)
    signal.signal(signal.SIGINT, deaf)
    try:
        wait_for(lambda: answers(f"http://127.0.0.1:{port}/login"))
        first = wait_for(lambda: children(process))
        os.kill(min(first), signal.SIGKILL)
        second = wait_for(lambda: children(process) - first)
        process.send_signal(ending)
        assert process.wait(20) == code
        wait_for(lambda: not any(is_alive(pid) for pid in second))
    finally:
        process.kill()
        process.communicate()


def test_a_port_that_is_taken_is_said_clearly(terminal: Terminal) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        environment = {**os.environ, **terminal.environment, "CHENGDANG_PORT": port}
        command = [sys.executable, "-m", "archives.cli", "serve"]
        result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert f"Port {port} cannot be used" in result.stderr
