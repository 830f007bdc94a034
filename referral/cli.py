"""The `ventanilla` command. A setting, key file or database that cannot be used ends in one sentence."""

from __future__ import annotations

import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from string import ascii_lowercase

import click

from referral.access.identity import Role
from referral.app import create_app, open_installation
from referral.arrival.actions.watch import refresh_alerts
from referral.demo.accounts import ACCOUNTS
from referral.demo.install import demo_settings, make_demonstration
from referral.demo.samples import write_samples
from referral.directory import actions as directory_actions
from referral.directory.queries.organizations import organization_ref
from referral.duplicates import actions as duplicates_actions
from referral.duplicates.queries import changed_people
from referral.hsds.actions.importing import No, import_package_once
from referral.hsds.exporting import write_package
from referral.hsds.labels import REFUSALS as IMPORT_REFUSALS
from referral.hsds.labels import spanish
from referral.hsds.package import NotAPackage
from referral.hsds.preparing import prepared, source_name
from referral.hsds.telling import lines, write_report
from referral.infra import catalogues, migrations
from referral.infra.crypto import BadKeys, make_key_file
from referral.infra.db import Database, UnsafeDatabase
from referral.infra.settings import BadSetting, Settings, load_settings
from referral.infra.web.server import serve_desk
from referral.infra.work import reading, serving, unit_of_work
from referral.intake import command
from referral.intake import labels as intake_labels
from referral.intake.actions.batches import forget_expired
from referral.intake.facts import Notice, RowState
from referral.intake.sheets import read_table
from referral.kernel.refusal import Refused
from referral.people.actions import reindex
from referral.people.queries.cards import person_refs
from referral.staff import actions as staff_actions
from referral.staff import queries as staff_queries
from referral.staff.facts import NewStaff
from referral.staff.labels import REFUSALS
from referral.trail import command as trail_command

# Some nights may be missed: a pair that is on the list already is not put there twice.
NIGHTS_LOOKED_BACK = timedelta(days=7)


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
        work.session.flush()
        drawn = directory_actions.redraw_cards(work)
    click.echo(
        f"Services: {report.added} added, {report.changed} changed, {report.unchanged} as they were;"
        f" {drawn} drawn anew for the search."
    )


@directory.command("import")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Read and tell everything, write nothing.")
@click.option(
    "--source", default="", help="Name of the source; packages of one name are versions. [default: PATH's name]"
)
@click.option("--own", is_flag=True, help="PATH is an export of Ventanilla, brought back to an empty directory.")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Where to write what was found (CSV).")
def directory_import(path: Path, dry_run: bool, source: str, own: bool, report: Path | None) -> None:
    """Bring a package of HSDS 3.1, 2.x, 1.x or Ohana (folder, zip or file) into the directory."""
    name = source[:40] or source_name(path)
    with installation() as (settings, _database):
        try:
            with prepared(path, own=own) as package:
                told = import_package_once(package, name=name, dry_run=dry_run)
        except Refused as no:
            raise click.ClickException(spanish(IMPORT_REFUSALS[No(no.reason)], **dict(no.values))) from None
        except NotAPackage as error:
            raise click.ClickException(str(error)) from None
        report = report or settings.home / "import-report.csv"
        report.parent.mkdir(parents=True, exist_ok=True)
        write_report(told, report)
    for line in lines(told):
        click.echo(line)
    click.echo(f"Informe: {report}")


@directory.group("export")
def directory_export() -> None:
    """Packages of the directory for others."""


@directory_export.command("hsds")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def directory_export_hsds(folder: Path) -> None:
    """Write the directory as HSDS 3.1 into FOLDER (CSV and JSON). Confidential places stay out."""
    with installation(), reading() as desk:
        counts = write_package(desk.session, folder)
    click.echo(f"{folder}: " + ", ".join(f"{table} {count}" for table, count in counts.items() if count))


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
        partner = organization_ref(work.session, key=organization) if organization else None
        if organization and partner is None:
            raise click.ClickException(f"The directory has no organisation with the key {organization}.")
        try:
            staff_actions.add_staff(work, NewStaff(username, name, Role(role), made, place, partner))
        except Refused as no:
            raise click.ClickException(REFUSALS[no.reason]._args[0] % dict(no.values)) from None  # type: ignore[index]
    click.echo(f"Account {username} created." + ("" if password else f" First password: {made}"))


@cli.group("people")
def people_group() -> None:
    """The people on file."""


@people_group.command("forget")
def people_forget() -> None:
    """Delete what was kept for a while only: before-images of merges, lists nobody registered."""
    with installation() as (settings, _database):
        _forget(settings)


def _forget(settings: Settings) -> None:
    with unit_of_work("people.forget_merges") as work:
        merges = duplicates_actions.forget_merges(work, days=settings.merge_undo_days)
    with unit_of_work("people.forget_lists") as work:
        lists = forget_expired(work)
    click.echo(f"Emptied: {merges} merges that can no longer be undone, {lists} lists whose days are over.")


@cli.command()
def nightly() -> None:
    """Run it every night: delete what was kept for a while only, list the files that look like one person, close the
    audit trail and check it.
    """
    with installation() as (settings, _database):
        _forget(settings)
        with reading() as held:
            people = changed_people(held.session, since=held.now - NIGHTS_LOOKED_BACK)
        pairs = 0
        for person in people:
            with unit_of_work("duplicates.look") as work:
                pairs += duplicates_actions.look_around(work, person)
        click.echo(f"Looked at {len(people)} files opened or corrected lately: {pairs} new pairs to compare.")
        trail_command.seal(settings.seals(), tell=click.echo)
        trail_command.verify(settings.seals(), tell=click.echo)


@cli.group()
def audit() -> None:
    """The audit trail and its seals."""


@audit.command("seal")
@click.option("--new-file", is_flag=True, help="Begin another file of seals: the former one is lost.")
def audit_seal(new_file: bool) -> None:
    """Close what was written since the last seal, and repeat each seal in the file outside the database."""
    with installation() as (settings, _database):
        trail_command.seal(settings.seals(), new_file=new_file, tell=click.echo)


@audit.command("verify")
def audit_verify() -> None:
    """Compare every row of the audit trail with its seal, and the seals with the file; name what does not fit."""
    with installation() as (settings, _database):
        trail_command.verify(settings.seals(), tell=click.echo)


@people_group.command("reindex")
def people_reindex() -> None:
    """File everybody anew under what she is searched by, and judge her alerts again. Run it once after an upgrade."""
    with installation():
        with reading() as held:
            people = person_refs(held.session)
        for person in people:
            with unit_of_work("people.reindex") as work:
                reindex(work, person=person)
                refresh_alerts(work, person)
    click.echo(f"Files searched by their names and papers again: {len(people)}.")


@people_group.command("import")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--preview", type=click.Path(dir_okay=False, path_type=Path), help="Where to write what each row is.")
@click.option("--register", "registers", is_flag=True, help="Register the rows that are sure.")
@click.option("--desk", default="", help="Name of the desk that registers them and looks at the others.")
@click.option("--notice", type=click.Choice([notice.value for notice in Notice]), default=Notice.NOT_GIVEN.value)
def people_import(path: Path, preview: Path | None, registers: bool, desk: str, notice: str) -> None:
    """Read a list of people (CSV or XLSX): tell for every row what is wrong and who on file it may be."""
    if not (preview or registers):
        raise click.ClickException("Say where to write the preview, or --register.")
    with installation() as (settings, database), create_app(settings, database).test_request_context():
        try:
            table = read_table(path.read_bytes())
        except Refused as no:
            raise click.ClickException(intake_labels.refusal(no)) from None
        if preview:
            counts = command.write_preview(table, preview)
            click.echo(f"{preview}: " + ", ".join(f"{state} {count}" for state, count in counts.items()))
        if registers:
            with reading() as held:
                place = staff_queries.desk_by_name(held.session, desk)
            if place is None:
                raise click.ClickException(f"There is no desk called {desk!r}; say it with --desk.")
            new = command.new_batch(path, Notice(notice))
            told = command.register_table(table, new, desk=place, keep_days=settings.intake_days, tell=click.echo)
            left = len(table.rows) - told[RowState.REGISTERED]
            click.echo(f"Registradas: {told[RowState.REGISTERED]}. Por revisar en «Brigadas» de {desk}: {left}.")


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
