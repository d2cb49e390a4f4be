"""The way to the archive: addresses, engines, databases, roles and the shape's revisions."""

import re
from argparse import Namespace
from dataclasses import dataclass
from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg import sql
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.engine import URL, make_url

from models.embedded import ArchiveError, Place, join
from models.tables import SHAPE

APP_ROLE = "postal_app"
DATABASE_NAME = "postal"
MAINTENANCE = "postgres"  # where one stands while another database is made or removed
OLDEST_SERVER = 15

# One number for one purpose: whoever holds this advisory lock changes the shape of the database.
SHAPE_LOCK = 7_016_240_115

LEDGER_MONTH = re.compile(r"ledger_\d{4}_\d{2}")

MIGRATIONS = Path(__file__).resolve().parent / "migrations"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the archive is reached: by the app, and by the owner of the tables."""

    app: str
    owner: str


def addresses(home: Path, database_url: str = "", owner_url: str = "") -> Addresses:
    """Give the archive's addresses; without an outside one, the embedded server is joined.

    Args:
        home: folder of the installation; the embedded server lives in its `postgres`.
        database_url: address for the app's role on an outside server, empty for the embedded one.
        owner_url: address for the tables' owner there; the app's own when empty.

    Raises:
        ArchiveError: the embedded server cannot be started.
    """
    if database_url:
        return Addresses(_with_driver(database_url), _with_driver(owner_url or database_url))
    owner = make_url(join(Place(home.resolve() / "postgres"))).set(database=DATABASE_NAME)
    create_database(_rendered(owner), DATABASE_NAME)
    return Addresses(_rendered(owner.set(username=APP_ROLE)), _rendered(owner))


def open_archive(at: Addresses) -> Engine:
    """Bring the archive up to date and give the app's engine.

    Raises:
        ArchiveError: the server does not answer, is too old, or refuses the owner.
    """
    try:
        prepare(at.owner, at.app)
        migrate(at.owner)
    except psycopg.OperationalError as error:
        raise _unreachable(at.owner, error) from error
    return engine(at.app)


def engine(url: str) -> Engine:
    """Give an engine whose sessions live in UTC and whose lost connections are replaced."""
    return create_engine(
        _with_driver(url),
        pool_pre_ping=True,
        connect_args={"application_name": "postal", "options": "-c timezone=UTC"},
    )


def create_database(owner_url: str, name: str, template: str | None = None) -> None:
    """Make the database `name` unless it is there, as a copy of `template` if one is named."""
    with _owner_connection(owner_url, MAINTENANCE) as connection:
        if connection.execute("SELECT FROM pg_database WHERE datname = %s", [name]).rowcount:
            return
        words = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
        if template is not None:
            words += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
            # The copy of a small database: files are copied in less time than its log is written.
            words += sql.SQL(" STRATEGY file_copy")
        try:
            connection.execute(words)
        except (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
            return  # another starter made it between the question and the answer


def drop_database(owner_url: str, name: str) -> None:
    """Remove the database `name` with everybody still connected to it."""
    with _owner_connection(owner_url, MAINTENANCE) as connection:
        connection.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )


def beside(at: Addresses, ending: str) -> Addresses:
    """Give the addresses of another database on the same server, named after the archive's."""
    app, owner = (
        _rendered(url.set(database=f"{url.database or DATABASE_NAME}{ending}"))
        for url in map(make_url, (at.app, at.owner))
    )
    return Addresses(app, owner)


def begin_anew(at: Addresses) -> None:
    """Give an archive an empty database, whatever was in the one before.

    Raises:
        ArchiveError: the owner may not make databases on this server.
    """
    name = make_url(at.owner).database or DATABASE_NAME
    try:
        drop_database(at.owner, name)
        create_database(at.owner, name)
    except psycopg.errors.InsufficientPrivilege as error:
        owner = make_url(at.owner).username
        raise ArchiveError(
            f"Vai trò {owner} không được tạo cơ sở dữ liệu trên máy chủ này; người quản trị hãy "
            f"chạy: ALTER ROLE {owner} CREATEDB.",
            f"The role {owner} may not make databases on this server; its administrator runs: "
            f"ALTER ROLE {owner} CREATEDB.",
        ) from error


def put_in_place(made: Addresses, at: Addresses) -> None:
    """Put a finished database into the place of the archive's, which goes."""
    name, place = (make_url(one.owner).database or DATABASE_NAME for one in (made, at))
    drop_database(at.owner, place)
    with _owner_connection(at.owner, MAINTENANCE) as connection:
        connection.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                sql.Identifier(name), sql.Identifier(place)
            )
        )


def prepare(owner_url: str, app_url: str = "") -> None:
    """Make the app's role, which may read and write rows and own nothing.

    Rights on tables made later come by default privileges; a revision may take some back, as the
    ledger's does. Where the app signs in under another name, that name becomes a member.
    """
    owner = make_url(owner_url)
    with _owner_connection(owner_url, owner.database or DATABASE_NAME) as connection:
        _refuse_old_server(connection)
        connection.execute("SELECT pg_advisory_lock(%s)", [SHAPE_LOCK])  # until the connection ends
        _ensure_role(connection)
        role = sql.Identifier(APP_ROLE)
        for words in (
            "GRANT USAGE ON SCHEMA public TO {}",
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public "
            "GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {}",
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {}",
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO {}",
        ):
            connection.execute(sql.SQL(words).format(role))
        app_name = make_url(app_url or owner_url).username
        if app_name not in (None, APP_ROLE, owner.username):
            connection.execute(
                sql.SQL("GRANT {} TO {}").format(role, sql.Identifier(app_name or ""))
            )


def migrate(owner_url: str) -> None:
    """Bring the shape to its newest revision; two who start at once wait for each other."""
    at = engine(owner_url)
    try:
        with at.connect() as connection:
            # Held through the commits of the single revisions, let go with the connection.
            connection.execute(text("SELECT pg_advisory_lock(:number)"), {"number": SHAPE_LOCK})
            connection.commit()
            try:
                if not _is_at_head(connection):
                    command.upgrade(alembic_config(connection), "head")
                    connection.commit()
            finally:
                connection.rollback()
                connection.execute(
                    text("SELECT pg_advisory_unlock(:number)"), {"number": SHAPE_LOCK}
                )
                connection.commit()
    finally:
        at.dispose()


def draft_revision(owner_url: str, message: str) -> Path:
    """Write a draft of the revision from the database's shape to the models'; give its file."""
    at = engine(owner_url)
    try:
        with at.connect() as connection:
            settings = alembic_config(connection)
            number = len(list(ScriptDirectory.from_config(settings).walk_revisions())) + 1
            made = command.revision(settings, message, autogenerate=True, rev_id=f"{number:04d}")
    finally:
        at.dispose()
    script = made[0] if isinstance(made, list) else made
    if script is None:
        raise RuntimeError("alembic wrote no revision")
    return Path(script.path)


def is_current(at: Engine) -> bool:
    """Tell whether the database has the newest revision's shape."""
    with at.connect() as connection:
        return _is_at_head(connection)


def alembic_config(connection: Connection | None = None) -> AlembicConfig:
    """Give Alembic's settings; no file holds any."""
    settings = AlembicConfig(cmd_opts=Namespace(quiet=True))
    settings.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    settings.set_main_option("path_separator", "os")
    settings.attributes["connection"] = connection
    settings.attributes["shape"] = SHAPE
    settings.attributes["include_name"] = is_compared
    return settings


def is_compared(name: str | None, kind: str, _parents: object) -> bool:
    """Tell whether Alembic shall compare a thing: all but the ledger's months, which it makes."""
    return not (kind == "table" and name is not None and LEDGER_MONTH.fullmatch(name))


def _is_at_head(connection: Connection) -> bool:
    heads = ScriptDirectory(str(MIGRATIONS)).get_heads()
    return set(MigrationContext.configure(connection).get_current_heads()) == set(heads)


def _refuse_old_server(connection: psycopg.Connection) -> None:
    found = connection.info.server_version // 10_000
    if found < OLDEST_SERVER:
        raise ArchiveError(
            f"Máy chủ PostgreSQL là bản {found}; cần bản {OLDEST_SERVER} trở lên.",
            f"The PostgreSQL server is version {found}; {OLDEST_SERVER} or newer is needed.",
        )


def _ensure_role(connection: psycopg.Connection) -> None:
    """Make the role if it is missing; roles belong to the whole server, so another may be first."""
    if connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [APP_ROLE]).rowcount:
        return
    try:
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(APP_ROLE)))
    except (psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation):
        return
    except psycopg.errors.InsufficientPrivilege as error:
        raise ArchiveError(
            f"Vai trò {APP_ROLE} chưa có trên máy chủ PostgreSQL; người quản trị hãy chạy: "
            f"CREATE ROLE {APP_ROLE} LOGIN PASSWORD '…'.",
            f"The role {APP_ROLE} is not on the PostgreSQL server; its administrator runs: "
            f"CREATE ROLE {APP_ROLE} LOGIN PASSWORD '…'.",
        ) from error


def _owner_connection(owner_url: str, database: str) -> psycopg.Connection:
    """Connect as the owner, each statement its own transaction."""
    plain = make_url(owner_url).set(drivername="postgresql", database=database)
    return psycopg.connect(_rendered(plain), autocommit=True, application_name="postal")


def _with_driver(url: str) -> str:
    """Give the address with the one driver we use, however it was written."""
    return _rendered(make_url(url).set(drivername="postgresql+psycopg"))


def _rendered(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def _unreachable(url: str, error: psycopg.OperationalError) -> ArchiveError:
    """Say where no archive answered, without the password."""
    at = make_url(url).render_as_string()
    told = str(error).strip().split("\n")[0]
    return ArchiveError(
        f"Không mở được cơ sở dữ liệu {at}: {told}.",
        f"The database {at} cannot be opened: {told}.",
    )
