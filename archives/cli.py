"""The second door: `chengdang`, the command line. JSON on standard output, words on standard error.

It acts for a named local operator with all rights, and the audit says so.
"""

import sys

import click

from archives import __version__, schema, serving, worker
from archives import doctor as examination
from archives.accession.commands import transfer_group
from archives.accounts import service as accounts
from archives.accounts.commands import accounts_group, audit_group, link_address
from archives.catalogue.commands import catalogue_group
from archives.config import Settings, load_settings
from archives.core.clock import use_zone
from archives.core.desk import PROBLEMS, Desk, Door, answer, operator, say
from archives.core.language import msg, speaking
from archives.demo.commands import demo_command
from archives.discovery import keeping
from archives.discovery.commands import index_group, search_command
from archives.facilities.commands import facilities_group
from archives.features import REGISTRY
from archives.pipelines.surveys.commands import pipelines_group
from archives.procedure.commands import procedure_group
from archives.projects.commands import projects_group
from archives.reference.commands import reference_group
from archives.reference.service import sync

COMMANDS: tuple[click.Command, ...] = (
    accounts_group,
    audit_group,
    catalogue_group,
    demo_command,
    facilities_group,
    index_group,
    pipelines_group,
    procedure_group,
    projects_group,
    reference_group,
    search_command,
    transfer_group,
)
"""What the features bring."""


@click.group(cls=Door)
@click.version_option(__version__)
@click.pass_context
def main(context: click.Context) -> None:
    """Chengdang 城档: urban construction archives."""
    settings = load_settings()
    context.with_resource(speaking(settings.language))
    use_zone(settings.timezone)
    context.obj = desk = Desk(settings, operator(), REGISTRY, schema.require_current)
    context.call_on_close(desk.close)


for command in COMMANDS:
    main.add_command(command)


@main.command("init")
@click.option("--admin", required=True, help="Login name of the system administrator.")
@click.option("--password-stdin", is_flag=True, help="Read that account's password from standard input.")
@click.pass_obj
def init_command(desk: Desk, admin: str, password_stdin: bool) -> None:
    """Make the instance: schema, national tables, the three administrators. A second call changes nothing."""
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    if schema.current(desk.bare_backend) is None:
        schema.migrate(desk.bare_backend)
    with desk.backend.writing() as session:
        links = accounts.bootstrap(session, desk.settings, desk.actor, admin, password)
        if links.created:
            sync(session, desk.actor)
    _report(desk.settings, admin, links)


def _report(settings: Settings, admin: str, links: accounts.Links) -> None:
    if links.created:
        say(msg("The instance is made. Each link below sets a password once, within 24 hours."))
    else:
        say(msg("This instance has its accounts already; nothing was changed."))
    addresses = {login: link_address(settings, token) for login, token in links.tokens.items()}
    answer({"created": links.created, "admin": admin, "links": addresses})


@main.command("serve")
@click.pass_obj
def serve_command(desk: Desk) -> None:
    """Serve the pages and do the long work, until stopped."""
    desk.backend.close()
    serving.serve(desk.settings)


@main.command("worker")
@click.option("--tied", is_flag=True, hidden=True, help="End when standard input closes.")
@click.pass_obj
def worker_command(desk: Desk, tied: bool) -> None:
    """Do the long work only, until stopped."""
    desk.backend.close()
    if tied:
        serving.tie_to(sys.stdin.fileno())
    worker.work(desk.settings)


@main.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.pass_context
def doctor_command(context: click.Context, as_json: bool) -> None:
    """Look at the installation; exit 1 if something is wrong."""
    desk: Desk = context.obj
    findings = examination.examine(desk.settings)
    if as_json:
        answer([finding.as_dict() for finding in findings])
    else:
        for finding in findings:
            say(f"{'✓' if finding.sound else '✗'} {finding.said}")
    if not all(finding.sound for finding in findings):
        context.exit(PROBLEMS)


@main.command("upgrade")
@click.pass_obj
def upgrade_command(desk: Desk) -> None:
    """Bring the database to this program's schema, and the national tables up to date."""
    before = schema.current(desk.bare_backend)
    schema.migrate(desk.bare_backend)
    with desk.backend.writing() as session:
        sync(session, desk.actor)
    keeping.complete(desk.backend)
    answer({"from": before, "to": schema.newest()})


if __name__ == "__main__":
    main()
