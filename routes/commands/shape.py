"""The shape of the archive: bring it up to date, draft its next change."""

import click

from config import Config
from models.database import addresses, draft_revision, open_archive
from routes.commands.options import with_config


@click.command()
@with_config
def migrate(config: Config) -> None:
    """Nâng cấp cấu trúc dữ liệu / Bring the archive up to its newest shape."""
    open_archive(addresses(config.home, config.database_url, config.owner_database_url)).dispose()
    click.echo("Cấu trúc dữ liệu đã mới nhất. / The archive has its newest shape.")


@click.command()
@click.argument("message")
@with_config
def revision(config: Config, message: str) -> None:
    """Viết bản nháp thay đổi cấu trúc / Draft the change from the archive's shape to the models'.

    Lệnh của người phát triển: đọc lại bản nháp trước khi dùng. A developer's command: read the
    draft before it is used.
    """
    at = addresses(config.home, config.database_url, config.owner_database_url)
    open_archive(at).dispose()
    click.echo(draft_revision(at.owner, message))
