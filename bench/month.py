"""How long the month's end takes beside one hand-written query over the same rows.

Fills a database of its own with a month of 228,171 dossiers (the figure one province published),
1,937 procedures, 83 points, both legs of most dossiers and every fact of their way; then times the
desk and the query in turns and prints the ratio. The budget is three.

    postal bench month [--dossiers 228171] [--rounds 3]
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlalchemy.orm import Session

from models.database import Addresses, addresses, engine, open_archive
from models.embedded import Place, leave, wait_until_stopped
from postal_app import month_end
from postal_app.rules.periods import Period

PUBLISHED = 228_171
BUDGET = 3.0
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
NOW = datetime(2026, 5, 1, tzinfo=UTC)

# One dossier in seven is sent only; one result in ten fails once before it is delivered; one
# procedure in fourteen may not go by post; one point loses its qualification within the month.
ROWS = (
    "INSERT INTO provinces (code, name, sample) VALUES ('H28', 'Hòa Bình', true)",
    """INSERT INTO accounts (sign_in, full_name, password_hash, created_at)
       SELECT 'nv' || n, 'Nhân viên ' || n, '-', '2025-01-01Z' FROM generate_series(1, 100) n""",
    """INSERT INTO decisions (number, issued_on, in_force_from, issuer, file_name, file_digest,
                              imported_at, imported_by)
       SELECT n || '/QĐ-UBND', date '2025-01-01' + n * 180, date '2025-01-01' + n * 180, 'UBND',
              'danh-muc.xlsx', '-', '2025-01-01Z', 'quan.tri' FROM generate_series(0, 1) n""",
    """INSERT INTO procedures (code)
       SELECT '1.' || lpad(n::text, 6, '0') FROM generate_series(1, 1937) n""",
    """INSERT INTO procedure_terms (procedure_id, decision_id, name, field, agency_level,
                                    presence_needed, online_level, folded_name, folded_field,
                                    valid_from)
       SELECT id, 1, 'Thủ tục ' || code, 'Tư pháp', 'province', false, 'full', 'thu tuc ' || code,
              'tu phap', '2025-01-01' FROM procedures""",
    """INSERT INTO permissions (procedure_id, decision_id, direction, allowed, reason, valid_from,
                                valid_to)
       SELECT p.id, n + 1, d, p.id % 14 > 0, '', date '2025-01-01' + n * 180,
              CASE n WHEN 0 THEN date '2025-01-01' + 179 END
       FROM procedures p, generate_series(0, 1) n, unnest(ARRAY['submit', 'return']) d""",
    """INSERT INTO service_points (code, name, kind, address, commune_code, catalogue, latitude,
                                   longitude)
       SELECT (350000 + n * 10)::text, 'Bưu cục ' || n, 'post_office', '-', '05089', '2024', 20.8,
              105.3 FROM generate_series(1, 83) n""",
    """INSERT INTO qualifications (point_id, valid_from, valid_to)
       SELECT id, '2025-01-01', CASE id WHEN 83 THEN date '2026-03-15' END FROM service_points""",
    """INSERT INTO agencies (name, level, address)
       SELECT 'Cơ quan ' || n, 'commune', '-' FROM generate_series(1, 170) n""",
    """INSERT INTO assignments (account_id, role, point_id, valid_from)
       SELECT id, 'courier', 1 + id % 83, '2025-01-01' FROM accounts""",
    """INSERT INTO dossiers (number, service_form, procedure_code, point_id, agency_id, opened_by,
                             form_version, opened_at, counted_at, signed_at, sealed_at, handed_at,
                             returned_at)
       SELECT 'HB26-' || lpad(n::text, 6, '0'), 'both',
              CASE WHEN n % 500 = 0 THEN 'unknown' ELSE '1.' || lpad((1 + (n::bigint * n) % 1937)
                   ::text, 6, '0') END,
              1 + n % 83, 1 + n % 170, 1 + n % 100, '1', at, at, at, at, at + interval '20 hours',
              CASE WHEN n % 7 > 0 THEN at + interval '6 days' END
       FROM generate_series(1, :dossiers) n,
            LATERAL (SELECT timestamptz '2026-03-01 00:00+07'
                            + n * (interval '31 days' / (:dossiers + 1)) AS at) moment""",
    """INSERT INTO items (number, leg, point_id, agency_id, seal_number, weight_grams, created_at,
                          state, integrity, holder_kind, holder_id, outcome, proven, closed,
                          changed_at, entries, digest)
       SELECT 'RH' || lpad((d.id * 2 + way)::text, 9, '0') || 'VN', leg, point_id, agency_id, '-',
              120, d.sealed_at + way * interval '5 days', state,
              CASE WHEN d.id % 1000 = 0 THEN 'damaged' WHEN d.id % 9 = 0 THEN 'not_checked'
                   ELSE 'intact' END,
              holder, 1, outcome, true, true, d.sealed_at + interval '6 days', 4, '\\x00'
       FROM dossiers d,
            (VALUES (0, 'submission', 'at_agency', 'agency', 'handed_over'),
                    (1, 'result', 'delivered', 'citizen', 'delivered'))
            v (way, leg, state, holder, outcome)
       WHERE way = 0 OR d.returned_at IS NOT NULL""",
    """INSERT INTO legs (dossier_id, item_id, kind, started_at, ended_at)
       SELECT d.id, i.id, i.leg, i.created_at,
              CASE i.leg WHEN 'submission' THEN d.handed_at ELSE d.returned_at END FROM items i
       JOIN dossiers d ON d.id = (substr(i.number, 3, 9)::bigint / 2)""",
    """SELECT ensure_ledger_month(month::timestamptz)
       FROM unnest(ARRAY['2026-02-28Z', '2026-03-10Z', '2026-04-10Z']) month""",
    """INSERT INTO ledger (recorded_at, item_id, position, fact, kind, occurred_at, device, boot,
                           sequence, skew_ms, giver_kind, giver_id, taker_kind, taker_id, condition,
                           account_id, assignment_id, details, anomalies, commitment, previous,
                           digest)
       SELECT i.created_at + step * interval '6 hours', i.id, step, gen_random_uuid(), kind,
              i.created_at + step * interval '6 hours', '', '', step, 0, '', 0, 'courier', 1,
              'intact', 1 + i.id % 100, 1 + i.id % 100, '{}', '{}', '',
              sha256(i.id::text::bytea), sha256((i.id * step)::text::bytea)
       FROM items i
       JOIN (VALUES ('submission', 1, 'accepted'), ('submission', 2, 'departed'),
                    ('submission', 3, 'handed_to_agency'), ('result', 1, 'result_collected'),
                    ('result', 2, 'out_for_delivery'), ('result', 3, 'attempt_failed'),
                    ('result', 4, 'delivered')) v (leg, step, kind)
         ON v.leg = i.leg AND (kind <> 'attempt_failed' OR i.id % 10 = 0)
       WHERE i.created_at + step * interval '6 hours' < '2026-04-30Z'""",
)

HAND_WRITTEN = """
SELECT l.kind, count(*) AS legs, count(DISTINCT l.dossier_id) AS dossiers,
       count(DISTINCT l.item_id) AS items,
       count(*) FILTER (WHERE m.allowed AND q.id IS NOT NULL) AS allowed,
       count(*) FILTER (WHERE NOT m.allowed) AS not_allowed,
       count(*) FILTER (WHERE m.id IS NULL) AS unknown,
       count(*) FILTER (WHERE m.allowed AND q.id IS NULL) AS not_qualified,
       count(*) FILTER (WHERE i.outcome = 'delivered') AS delivered,
       count(*) FILTER (WHERE i.integrity = 'intact') AS intact
FROM legs l
JOIN dossiers d ON d.id = l.dossier_id
JOIN items i ON i.id = l.item_id
LEFT JOIN procedures p ON p.code = d.procedure_code
LEFT JOIN permissions m ON m.procedure_id = p.id
      AND m.direction = CASE l.kind WHEN 'submission' THEN 'submit' ELSE 'return' END
      AND (d.sealed_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
          BETWEEN m.valid_from AND coalesce(m.valid_to, 'infinity')
LEFT JOIN qualifications q ON q.point_id = i.point_id
      AND (l.started_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
          BETWEEN q.valid_from AND coalesce(q.valid_to, 'infinity')
WHERE l.started_at >= '2026-03-01 00:00+07' AND l.started_at < '2026-04-01 00:00+07'
GROUP BY l.kind
"""


def fill(connection: Connection, dossiers: int) -> None:
    """Write the month's rows, with the archive's own guards asleep while it is filled."""
    for statement in ROWS:
        named = {"dossiers": dossiers} if ":dossiers" in statement else {}
        connection.execute(text(statement), named)


def timed(work: Callable[[], object]) -> float:
    """Give the seconds that a piece of work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def compare(archive: Engine, rounds: int) -> dict[str, object]:
    """Time the desk and the query in turns; give the best of each and what they counted."""
    desk, query = [], []
    with Session(archive) as session:
        for _ in range(rounds):
            query.append(timed(lambda: session.execute(text(HAND_WRITTEN)).all()))
            desk.append(timed(lambda: month_end.reckon(session, MARCH, now=NOW)))
        month = month_end.reckon(session, MARCH, now=NOW)
        counted = session.execute(text(HAND_WRITTEN)).all()
    if sum(row.legs for row in counted) != month.total.legs:
        raise RuntimeError("the desk and the query did not count the same legs")
    return {
        "dossiers": month.total.dossiers,
        "legs": month.total.legs,
        "exceptions": month.exceptions_total,
        "desk_seconds": round(min(desk), 3),
        "query_seconds": round(min(query), 3),
        "ratio": round(min(desk) / min(query), 2),
        "budget": BUDGET,
    }


def main(arguments: list[str]) -> int:
    """Run the benchmark on a database that is gone afterwards; 1 when the budget is exceeded."""
    parser = argparse.ArgumentParser(prog="postal bench month", description=__doc__)
    parser.add_argument("--dossiers", type=int, default=PUBLISHED)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="postal-bench-") as folder:
        home = Path(folder)
        at = addresses(home)
        try:
            found = measure(at, asked.dossiers, asked.rounds)
        finally:
            place = Place(home.resolve() / "postgres")
            leave(place)
            wait_until_stopped(place)
    sys.stdout.write(json.dumps(found) + "\n")
    return int(float(str(found["ratio"])) > BUDGET)


def measure(at: Addresses, dossiers: int, rounds: int) -> dict[str, object]:
    """Fill the archive and compare."""
    archive, owner = open_archive(at), engine(at.owner)
    try:
        with owner.begin() as connection:
            fill(connection, dossiers)
        with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
        return compare(archive, rounds)
    finally:
        archive.dispose()
        owner.dispose()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
