"""The statements that write a province's past, in their order; `past.py` runs them.

`:first` and `:last` are the ids of the dossiers to be written, `:newest` the highest there is, and
`:a_day` how many are taken in on each day.
"""

# A draw from a dossier's id that is always the same; `n` keeps one draw from leading the other.
DRAW = """
CREATE OR REPLACE FUNCTION pg_temp.draw(id bigint, n integer, sides integer) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (hashint8extended(id, n) & 9223372036854775807) % sides
"""

# A number of the post with its check digit (UPU S10).
NUMBER = """
CREATE OR REPLACE FUNCTION pg_temp.item_number(serial bigint) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (SELECT 'RH' || digits || CASE rest WHEN 0 THEN 5 WHEN 1 THEN 0 ELSE 11 - rest END || 'VN'
        FROM (SELECT lpad(serial::text, 8, '0') AS digits) d,
        LATERAL (SELECT (substr(digits, 1, 1)::int * 8 + substr(digits, 2, 1)::int * 6
            + substr(digits, 3, 1)::int * 4 + substr(digits, 4, 1)::int * 2
            + substr(digits, 5, 1)::int * 3 + substr(digits, 6, 1)::int * 5
            + substr(digits, 7, 1)::int * 9 + substr(digits, 8, 1)::int * 7) % 11 AS rest) r)
"""

# Who does what at which point or agency; `hub` stands for the post office of the town.
STAFF = """
CREATE TEMPORARY TABLE staff ON COMMIT DROP AS
SELECT role AS who, coalesce(point_id, agency_id) AS place, account_id, id AS assignment_id
FROM assignments WHERE role IN ('clerk', 'courier', 'officer')
UNION ALL
SELECT CASE role WHEN 'clerk' THEN 'hub' ELSE 'hub courier' END, 1, account_id, id
FROM assignments WHERE role IN ('clerk', 'courier') AND point_id = 1
"""

# How many days ago it was taken in decides how far it has come.
PLAN = """
CREATE UNLOGGED TABLE plan AS
SELECT id, opened_at, ago, form, point_id, agency_id, procedure_code, settled_in,
       CASE WHEN form = 'receive' THEN NULL
            WHEN ago = 0 AND pg_temp.draw(back, 1, 10) = 0 THEN 0
            ELSE least(ago + 1, 5) END AS sent,
       CASE WHEN form = 'send' OR ago < settled_in THEN NULL
            ELSE least(ago - settled_in, 5) END AS returned
FROM (SELECT id, back, back / :a_day AS ago,
             timestamptz '2026-03-31 07:30+07' - back / :a_day * interval '1 day'
                 + (:a_day - 1 - back % :a_day) * interval '9 hours' / :a_day
                 AS opened_at,
             CASE WHEN pg_temp.draw(back, 2, 100) < 70 THEN 'receive'
                  WHEN pg_temp.draw(back, 2, 100) < 91 THEN 'both' ELSE 'send' END AS form,
             CASE WHEN pg_temp.draw(back, 3, 100) < 20 THEN 1
                  ELSE 1 + pg_temp.draw(back, 4, 83) END AS point_id,
             CASE WHEN pg_temp.draw(back, 5, 100) < 15 THEN 3
                  ELSE 1 + pg_temp.draw(back, 6, 121) END AS agency_id,
             (SELECT code FROM procedures WHERE procedures.id = 1 + pg_temp.draw(back, 7, 1937))
                 AS procedure_code,
             CASE WHEN pg_temp.draw(back, 2, 100) < 70 THEN 2 ELSE 13 END AS settled_in
      FROM (SELECT id, :newest - id AS back FROM generate_series(:first, :last) id) d) drawn
"""

DOSSIERS = """
INSERT INTO dossiers (id, number, service_form, procedure_code, point_id, agency_id, opened_by,
    form_version, opened_at, counted_at, signed_at, sealed_at, handed_at, accepted_at, settled_at,
    returned_at, reserved_number, dossier_code, due_on)
SELECT p.id, 'HB26-' || lpad(p.id::text, 7, '0'), form, procedure_code, p.point_id, p.agency_id,
    CASE WHEN form = 'receive' THEN o.account_id ELSE c.account_id END, 'phieu-gui-1', opened_at,
    CASE WHEN form <> 'receive' THEN opened_at END,
    CASE WHEN sent > 0 OR sent = 0 AND p.id % 2 = 0 THEN opened_at END,
    CASE WHEN sent > 0 THEN opened_at END,
    CASE WHEN sent > 1 THEN opened_at + interval '1 day' END,
    CASE WHEN sent > 2 THEN opened_at + interval '2 days' WHEN form = 'receive' THEN opened_at END,
    CASE WHEN returned IS NOT NULL OR form = 'send' AND ago > settled_in
         THEN opened_at + settled_in * interval '1 day' END,
    CASE WHEN form = 'send' AND ago > settled_in + 2
         THEN opened_at + (settled_in + 2) * interval '1 day'
         WHEN returned > 1 THEN opened_at + (settled_in + 2) * interval '1 day' END,
    CASE WHEN sent > 0 THEN pg_temp.item_number(p.id * 2) END,
    CASE WHEN sent > 2 OR form = 'receive' THEN 'H28.' || lpad(p.agency_id::text, 2, '0') || '-'
         || to_char(opened_at, 'YYMMDD') || '-' || lpad((p.id % 10000)::text, 4, '0') END,
    CASE WHEN sent > 2 OR form = 'receive' THEN opened_at::date + 15 END
FROM plan p
JOIN staff c ON c.who = 'clerk' AND c.place = p.point_id
JOIN staff o ON o.who = 'officer' AND o.place = p.agency_id
ORDER BY p.id
"""

# Of three parties two are mostly one person; one phone in six has dots, one in thirty is missing.
PARTIES = """
INSERT INTO dossier_parties (dossier_id, part, name, folded_name, phone, address, province_code,
                             district_code, commune_code, catalogue)
SELECT id, part, family[f] || ' ' || middle[m] || ' ' || given[g],
    folded_family[f] || ' ' || folded_middle[m] || ' ' || folded_given[g],
    CASE WHEN pg_temp.draw(seed, 14, 30) = 0 THEN ''
         WHEN pg_temp.draw(seed, 14, 6) = 1
         THEN '09' || substr(phone, 1, 2) || '.' || substr(phone, 3, 3) || '.' || substr(phone, 6)
         ELSE '09' || phone END,
    'xóm ' || pg_temp.draw(seed, 15, 40) || ', xã Mông Hóa, thành phố Hòa Bình, tỉnh Hòa Bình',
    '17', '148', '04930', '2024'
FROM (SELECT id, part, CASE WHEN part = 'receiver' AND pg_temp.draw(id, 10, 5) = 0
                            THEN id - :newest - 1 ELSE :newest - id END AS seed
      FROM plan, unnest(ARRAY['sender', 'owner', 'receiver']) part
      WHERE form <> 'receive' OR part = 'receiver') parts
CROSS JOIN LATERAL (SELECT 1 + pg_temp.draw(seed, 11, cardinality(family)) AS f,
                           1 + pg_temp.draw(seed, 12, cardinality(middle)) AS m,
                           1 + pg_temp.draw(seed, 13, cardinality(given)) AS g,
                           lpad(pg_temp.draw(seed, 16, 100000000)::text, 8, '0') AS phone
                    FROM name_parts) who
CROSS JOIN name_parts
ORDER BY id, part
"""

MONEY = """
INSERT INTO money_lines (id, dossier_id, point_id, agency_id, kind, moment, amount, full_amount,
    exempt_percent, price_version, receipt_number, collected_at, collected_by)
SELECT p.id * 3 + n, p.id, p.point_id, p.agency_id, kind, 'intake', amount, amount, 0, '',
    'BL26-' || p.point_id || '-' || p.id * 3 + n, opened_at, c.account_id
FROM plan p
JOIN staff c ON c.who = 'clerk' AND c.place = p.point_id,
     (VALUES (0, 'fee', 50000), (1, 'charge', 20000), (2, 'postage', 30000)) v (n, kind, amount)
WHERE form <> 'receive' AND (kind = 'postage' OR p.id % 3 > 0)
"""

# What the counter took more than three days ago was handed over, one voucher a point and agency
# and day, and taken by the agency a day later.
VOUCHERS = """
INSERT INTO vouchers (id, number, point_id, agency_id, made_by, made_at, fee_amount, charge_amount)
SELECT min(p.id), 'GT26-' || min(p.id), p.point_id, p.agency_id, min(c.account_id),
       min(opened_at) + interval '1 day', count(*) * 50000, count(*) * 20000
FROM plan p JOIN staff c ON c.who = 'clerk' AND c.place = p.point_id
WHERE form <> 'receive' AND p.id % 3 > 0 AND ago > 3
GROUP BY p.point_id, p.agency_id, ago
"""
VOUCHER_LINES = """
INSERT INTO voucher_lines (voucher_id, money_line_id)
SELECT v.id, p.id * 3 + n
FROM (SELECT *, min(id) OVER (PARTITION BY point_id, agency_id, ago) AS lowest FROM plan
      WHERE form <> 'receive' AND id % 3 > 0 AND ago > 3) p
JOIN vouchers v ON v.id = p.lowest, generate_series(0, 1) n
"""
VOUCHER_ANSWERS = """
INSERT INTO voucher_answers (voucher_id, answer, answered_by, answered_at, reference, reason)
SELECT v.id, 'confirmed', o.account_id, v.made_at + interval '1 day', 'BN-' || v.id, ''
FROM vouchers v JOIN staff o ON o.who = 'officer' AND o.place = v.agency_id
WHERE v.id BETWEEN :first AND :last
"""

SIGNATURES = """
INSERT INTO signatures (dossier_id, signer, manner, at)
SELECT id, signer, 'paper', signed_at FROM dossiers, unnest(ARRAY['clerk', 'sender']) signer
WHERE signed_at IS NOT NULL AND id BETWEEN :first AND :last
"""
CHECKLIST = """
INSERT INTO checklist_lines (dossier_id, position, name, kind, required, counted, pages, note)
SELECT id, n, 'Giấy tờ ' || n, 'original', 1, 1, 2, ''
FROM plan, generate_series(1, 2) n WHERE form <> 'receive'
"""

# Each step of a way: its kind, by whom, who has the item then, its state, hours after the start,
# and from which stage of the plan on it has happened.
STEPS = """
CREATE TEMPORARY TABLE steps ON COMMIT DROP AS
SELECT * FROM (VALUES
    ('submission', 1, 'accepted', 'clerk', 'point', 'taken_in', 0, 1),
    ('submission', 2, 'departed', 'courier', 'courier', 'in_transit', 1, 2),
    ('submission', 3, 'arrived', 'hub', 'point', 'at_office', 5, 2),
    ('submission', 4, 'departed', 'hub courier', 'courier', 'in_transit', 23, 2),
    ('submission', 5, 'handed_to_agency', 'hub courier', 'agency', 'at_agency', 24, 3),
    ('submission', 6, 'agency_accepted', 'officer', 'agency', 'accepted_by_agency', 30, 4),
    ('result', 1, 'result_collected', 'courier', 'courier', 'collected', 0, 1),
    ('result', 2, 'arrived', 'courier', 'point', 'at_office', 3, 2),
    ('result', 3, 'out_for_delivery', 'courier', 'courier', 'out_for_delivery', 5, 2),
    ('result', 4, 'attempt_failed', 'courier', 'courier', 'not_delivered', 6, 2),
    ('result', 5, 'delivered', 'courier', 'citizen', 'delivered', 30, 3))
    v (leg, step, kind, who, taker, state, hours, stage)
"""

# One item for each leg; the number of its dossier and the way make its own.
ITEMS = """
INSERT INTO items (id, number, leg, point_id, agency_id, seal_number, weight_grams, created_at,
    state, integrity, holder_kind, holder_id, outcome, proven, closed, changed_at, entries, digest)
SELECT p.id * 2 + way, pg_temp.item_number(p.id * 2 + way), w.leg, p.point_id,
    p.agency_id, 'NP' || p.id, 120,
    opened_at + CASE way WHEN 0 THEN interval '0' ELSE settled_in * interval '1 day' END,
    coalesce(s.state, 'expected'), CASE WHEN p.id % 9 = 0 THEN 'not_checked' ELSE 'intact' END,
    coalesce(s.taker, 'agency'),
    CASE coalesce(s.taker, 'agency') WHEN 'agency' THEN p.agency_id WHEN 'citizen' THEN 0
        WHEN 'point' THEN CASE WHEN s.who = 'hub' THEN 1 ELSE p.point_id END
        ELSE CASE WHEN s.who = 'hub courier' THEN h.account_id ELSE c.account_id END END,
    CASE s.state WHEN 'delivered' THEN 'delivered' WHEN 'at_agency' THEN 'handed_over'
        WHEN 'accepted_by_agency' THEN 'handed_over' ELSE '' END,
    coalesce(s.state IN ('delivered', 'accepted_by_agency'), false),
    coalesce(s.state IN ('delivered', 'accepted_by_agency'), false),
    opened_at + CASE way WHEN 0 THEN interval '0' ELSE settled_in * interval '1 day' END
        + coalesce(s.hours, 0) * interval '1 hour',
    coalesce(s.step, 0), sha256(int8send(p.id * 2 + way))
FROM plan p
CROSS JOIN LATERAL (VALUES (0, 'submission', sent), (1, 'result', returned)) w (way, leg, stage)
JOIN staff c ON c.who = 'courier' AND c.place = p.point_id
JOIN staff h ON h.who = 'hub courier'
LEFT JOIN LATERAL (SELECT * FROM steps
    WHERE steps.leg = w.leg AND steps.stage <= w.stage
      AND (steps.kind <> 'attempt_failed' OR p.id % 16 = 0)
    ORDER BY step DESC LIMIT 1) s ON true
WHERE w.stage > 0 OR way = 1 AND w.stage = 0
ORDER BY p.id, way
"""

LEGS = """
INSERT INTO legs (id, dossier_id, item_id, kind, started_at, ended_at)
SELECT id, id / 2, id, leg, CASE WHEN entries > 0 THEN created_at END,
       CASE WHEN closed OR state = 'at_agency' THEN changed_at END
FROM items WHERE id BETWEEN :first * 2 AND :last * 2 + 1 ORDER BY id
"""

MONTHS = """
SELECT ensure_ledger_month(month)
FROM generate_series((SELECT min(opened_at) FROM plan) - interval '1 day',
                     timestamptz '2026-05-01Z', interval '1 month') month
"""

LEDGER = """
INSERT INTO ledger (recorded_at, item_id, position, fact, kind, occurred_at, device, boot, sequence,
    skew_ms, giver_kind, giver_id, taker_kind, taker_id, condition, account_id, assignment_id,
    details, anomalies, commitment, previous, digest)
SELECT i.created_at + s.hours * interval '1 hour', i.id, s.step, gen_random_uuid(), s.kind,
    i.created_at + s.hours * interval '1 hour', '', '', s.step, 0, '', 0, s.taker,
    CASE s.taker WHEN 'agency' THEN i.agency_id WHEN 'citizen' THEN 0
        WHEN 'point' THEN CASE WHEN s.who = 'hub' THEN 1 ELSE i.point_id END
        ELSE w.account_id END,
    'intact', w.account_id, w.assignment_id,
    CASE s.kind WHEN 'delivered' THEN '{"proof": "signature"}'
        WHEN 'attempt_failed' THEN '{"reason": "absent", "next_action": "again"}'
        ELSE '{}' END::jsonb,
    '{}', '', sha256(int8send(i.id)), sha256(int8send(i.id * 10 + s.step))
FROM items i
JOIN steps s ON s.leg = i.leg AND s.step <= i.entries
            AND (s.kind <> 'attempt_failed' OR (i.id / 2) % 16 = 0)
JOIN staff w ON w.who = s.who AND w.place = CASE s.who WHEN 'officer' THEN i.agency_id
    WHEN 'hub' THEN 1 WHEN 'hub courier' THEN 1 ELSE i.point_id END
WHERE i.id BETWEEN :first * 2 AND :last * 2 + 1
ORDER BY i.id, s.step
"""

PERSONAL = """
INSERT INTO personal_facts (fact, salt, content)
SELECT l.fact, '\\x00', jsonb_build_object('receiver', p.name)
FROM ledger l JOIN legs ON legs.item_id = l.item_id
JOIN dossier_parties p ON p.dossier_id = legs.dossier_id AND p.part = 'receiver'
WHERE l.kind = 'delivered' AND l.item_id BETWEEN :first * 2 AND :last * 2 + 1
"""

PROMISES = """
INSERT INTO promises (item_id, started_at, fact, made_at, standard_id, counted_from,
    first_attempt_due, delivery_due, calendar_version, unpublished_years, form_version,
    price_version)
SELECT i.id, i.created_at, gen_random_uuid(), i.created_at, s.id, i.created_at::date,
    i.created_at::date + 1, i.created_at::date + 2, '2026-1', '{}', 'phieu-gui-1', ''
FROM items i JOIN transit_standards s ON s.leg = i.leg AND s.up_to_km IS NULL
WHERE entries > 0 AND i.id BETWEEN :first * 2 AND :last * 2 + 1
ORDER BY i.id
"""

# What the database keeps itself while its guards are awake (revision 0015).
NAME_WORDS = """
INSERT INTO name_words (dossier_id, word, point_id, agency_id)
SELECT DISTINCT plan.id, word, point_id, agency_id
FROM plan JOIN dossier_parties p ON p.dossier_id = plan.id
CROSS JOIN LATERAL string_to_table(p.folded_name, ' ') AS word
ORDER BY 1
"""
OPEN_MONEY = """
INSERT INTO open_money (money_line_id, point_id)
SELECT m.id, m.point_id FROM money_lines m JOIN plan ON plan.id = m.dossier_id
WHERE ago <= 3 AND kind IN ('fee', 'charge')
"""

ROWS: tuple[tuple[str, str], ...] = (
    ("dossiers", DOSSIERS),
    ("parties", PARTIES),
    ("words of names", NAME_WORDS),
    ("papers", CHECKLIST),
    ("signatures", SIGNATURES),
    ("money", MONEY),
    ("vouchers", VOUCHERS),
    ("voucher lines", VOUCHER_LINES),
    ("voucher answers", VOUCHER_ANSWERS),
    ("money held", OPEN_MONEY),
    ("items", ITEMS),
    ("legs", LEGS),
    ("months", MONTHS),
    ("entries", LEDGER),
    ("receivers", PERSONAL),
    ("promises", PROMISES),
)
