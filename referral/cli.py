"""The `ventanilla` command. A setting, key file or database that cannot be used ends in one sentence."""

from __future__ import annotations

import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from string import ascii_lowercase

import click

from referral.access.identity import Role
from referral.app import create_app, open_installation
from referral.demo.accounts import ACCOUNTS
from referral.demo.install import demo_settings, make_demonstration
from referral.demo.samples import write_samples
from referral.directory import actions as directory_actions
from referral.directory import queries as directory_queries
from referral.infra import catalogues, migrations
from referral.infra.crypto import BadKeys, make_key_file
from referral.infra.db import Database, UnsafeDatabase
from referral.infra.settings import BadSetting, Settings, load_settings
from referral.infra.web.server import serve_desk
from referral.infra.work import serving, unit_of_work
from referral.kernel.refusal import Refused
from referral.staff import actions as staff_actions
from referral.staff.facts import NewStaff
from referral.staff.labels import REFUSALS


@click.group()
def cli() -> None:
    """Ventanilla: the desk of a city information window for people on the move."""


@contextmanager
def installation() -> Iterator[tuple[Settings, Database]]:
    """Settings and database of this installation, served to works and readings by the system itself."""
    settings = load_settings()
    database = open_installation(settings)
    with serving(database):
        yield settings, database


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
def serve(host: str, port: int) -> None:
    """Serve the desk with waitress."""
    app = create_app(load_settings())
    click.echo(f"Ventanilla: http://{host}:{port}")
    serve_desk(app, host, port)


@cli.command()
@click.option("--serve/--no-serve", "serves", default=True, help="Only make it.")
@click.option("--port", default=8000, show_default=True)
@click.option("--people", default=300, show_default=True, hidden=True)
@click.option("--afresh", is_flag=True, help="Make a new one, counted back from today, in place of an older one.")
def demo(serves: bool, port: int, people: int, afresh: bool) -> None:
    """Make a demonstration with invented people, once, and serve it on this machine."""
    settings = demo_settings(load_settings(), port)
    started = time.monotonic()
    told = make_demonstration(settings, people=people, afresh=afresh, tell=click.echo)
    if told is not None:
        took = time.monotonic() - started
        click.echo(f"  {told.people} invented people and {told.referrals} referrals in {took:.0f} s")
    width = max(len(account.username) for account in ACCOUNTS)
    click.echo("Sign-ins of the demonstration (every person in it is invented):")
    for account in ACCOUNTS:
        click.echo(f"  {account.username:{width}}  {account.password:{width + 13}}  {account.role.value}")
    if serves:
        app = create_app(settings)
        click.echo(f"Ventanilla: http://127.0.0.1:{port}")
        serve_desk(app, "127.0.0.1", port)


@cli.group()
def directory() -> None:
    """The catalogue of services."""


@directory.command("load")
def directory_load() -> None:
    """Bring organisations and services to what this version's catalogue says; the desk's own entries stay."""
    with installation(), unit_of_work("directory.load") as work:
        report = directory_actions.load_catalogue(work)
    click.echo(f"Services: {report.added} added, {report.changed} changed, {report.unchanged} as they were.")


@cli.group()
def papers() -> None:
    """The papers that people carry."""


@papers.command("sample")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def papers_sample(folder: Path) -> None:
    """Write every paper in every language, from invented facts, into FOLDER."""
    for path in write_samples(folder):
        click.echo(str(path))


@cli.group()
def keys() -> None:
    """The key file."""


@keys.command("new")
def keys_new() -> None:
    """Make a key file for a new installation; never overwrites."""
    path = load_settings().keys()
    try:
        make_key_file(path)
    except FileExistsError:
        raise click.ClickException(
            f"{path} exists already; without it nothing in the database can be read, so it stays."
        ) from None
    click.echo(f"Keys written to {path}. Keep a copy away from the database and its backups.")


@cli.group()
def db() -> None:
    """The database."""


@db.command("upgrade")
def db_upgrade() -> None:
    """Bring the tables up to this version."""
    with installation() as (_settings, database):
        migrations.upgrade(database.engine)
        click.echo(f"Database at revision {migrations.current(database.engine)}.")


@db.command("revision")
@click.argument("message")
def db_revision(message: str) -> None:
    """For developers: write the next migration from the models, and the name of the new head."""
    migrations.write_revision(message)


@cli.group()
def staff() -> None:
    """Accounts."""


def _made_word() -> str:
    # Letters of the whole alphabet: hexadecimal has so few that the password rule refused some.
    return "".join(secrets.choice(ascii_lowercase) for _letter in range(5))


@staff.command("add")
@click.argument("username")
@click.option("--name", required=True)
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--desk", default="", help="Name of the desk; made when it is new.")
@click.option("--organization", default="", help="Key of the directory's organisation, for the partner role.")
def staff_add(username: str, name: str, role: str, desk: str, organization: str) -> None:
    """Create an account; its first password is asked for, or made when standard input is empty."""
    password = click.prompt("Password", hide_input=True, default="", show_default=False) if sys.stdin.isatty() else ""
    made = password or "-".join(_made_word() for _part in range(4))
    with installation(), unit_of_work("staff.add") as work:
        place = staff_actions.open_desk(work, name=desk) if desk else None
        partner = directory_queries.organization_ref(work.session, key=organization) if organization else None
        if organization and partner is None:
            raise click.ClickException(f"The directory has no organisation with the key {organization}.")
        try:
            staff_actions.add_staff(work, NewStaff(username, name, Role(role), made, place, partner))
        except Refused as no:
            raise click.ClickException(REFUSALS[no.reason]._args[0] % dict(no.values)) from None  # type: ignore[index]
    click.echo(f"Account {username} created." + ("" if password else f" First password: {made}"))


@cli.group()
def i18n() -> None:
    """Catalogues of words."""


@i18n.command("update")
def i18n_update() -> None:
    """Extract the words and bring both catalogues up to date."""
    catalogues.update()


@i18n.command("compile")
def i18n_compile() -> None:
    """Compile the catalogues."""
    catalogues.compile()


@i18n.command("check")
def i18n_check() -> None:
    """Fail when a sentence is missing, stale or differs in its placeholders."""
    problems = catalogues.check()
    for problem in problems:
        click.echo(problem)
    if problems:
        raise click.exceptions.Exit(1)


def main() -> None:
    """Run the command; settings, keys and database that cannot be used end in one sentence."""
    try:
        cli()
    except (BadSetting, BadKeys, UnsafeDatabase) as error:
        click.echo(f"Ventanilla: {error}", err=True)
        sys.exit(2)
