"""An archive from before the tariff keeps its receipts, each where its dossier was taken in."""

import os

from alembic import command
from sqlalchemy import Connection, text

from models import database

BEFORE = "0010"
OLD_ROWS = """
INSERT INTO service_points (id, code, name, kind, address, commune_code, catalogue, latitude,
    longitude) VALUES (7, '354100', 'Bưu cục Lương Sơn', 'cấp 2', '', '04924', '2024', 20.8, 105.5);
INSERT INTO agencies (id, name, level, address) VALUES (8, 'Sở Tư pháp', 'Tỉnh', '');
INSERT INTO accounts (id, sign_in, full_name, password_hash, created_at)
    VALUES (9, 'hang', 'Bùi Thị Hằng', '!', now());
INSERT INTO dossiers (id, number, service_form, procedure_code, point_id, agency_id, opened_by,
    form_version, opened_at) VALUES (1, 'HB26-000001', 'send', '1.1', 7, 8, 9, '1', now());
INSERT INTO money_lines (dossier_id, kind, amount, receipt_number, collected_at, collected_by)
    VALUES (1, 'charge', 135000, 'BL26-354100-00001', now(), 9);
"""


def test_receipts_from_before_lie_at_the_dossiers_point_for_its_agency(server) -> None:
    name = f"old_money_{os.getpid()}"
    url = server.owner_url(name)
    database.create_database(url, name)
    owner = database.engine(url)
    try:
        database.prepare(url)
        with owner.begin() as connection:
            _upgrade(connection, BEFORE)
            connection.execute(text(OLD_ROWS))
        with owner.begin() as connection:
            _upgrade(connection, "head")
            row = connection.execute(text("SELECT * FROM money_lines")).one()
        assert (row.point_id, row.agency_id, row.moment) == (7, 8, "intake")
        assert (row.amount, row.full_amount, row.exempt_percent) == (135_000, 135_000, 0)
        assert (row.vat_amount, row.tariff_amount, row.price_version) == (None, None, "")
    finally:
        owner.dispose()
        database.drop_database(url, name)


def _upgrade(connection: Connection, revision: str) -> None:
    command.upgrade(database.alembic_config(connection), revision)
