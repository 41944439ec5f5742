-- The statements that this service sends in its tests, without values. Written by `pytest --record-statements`.
-- Before a release, alembic-rollout asks them whether they still work on the schema of the next one.

DELETE FROM audit_deliveries WHERE audit_deliveries.id IN ($1::UUID);

DELETE FROM profiles WHERE profiles.user_id = $1::UUID;

DELETE FROM profiles WHERE profiles.user_id = $1::UUID RETURNING profiles.user_id;

INSERT INTO profiles (user_id, email, first_name, last_name, display_name, phone, locale, time_zone, bio) VALUES ($1::UUID, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING RETURNING profiles.user_id, profiles.email, profiles.first_name, profiles.last_name, profiles.display_name, profiles.phone, profiles.locale, profiles.time_zone, profiles.bio, profiles.created_at, profiles.updated_at;

SELECT $1 AS anon_1, count(*) AS count_1, coalesce(EXTRACT(epoch FROM clock_timestamp() - min(audit_events.occurred_at)), $2) AS coalesce_1
FROM audit_deliveries JOIN audit_events ON audit_events.id = audit_deliveries.id;

SELECT EXTRACT(epoch FROM min(audit_deliveries.next_attempt_at) - clock_timestamp()) AS anon_1
FROM audit_deliveries;

SELECT count(*) AS count_1
FROM (SELECT profiles.user_id AS user_id, profiles.email AS email, profiles.first_name AS first_name, profiles.last_name AS last_name, profiles.display_name AS display_name, profiles.phone AS phone, profiles.locale AS locale, profiles.time_zone AS time_zone, profiles.bio AS bio, profiles.created_at AS created_at, profiles.updated_at AS updated_at
FROM profiles
WHERE true) AS anon_1;

SELECT delete_old_audit_events($1, $2) AS delete_old_audit_events_1;

SELECT profiles.user_id, profiles.email, profiles.first_name, profiles.last_name, profiles.display_name, profiles.phone, profiles.locale, profiles.time_zone, profiles.bio, profiles.created_at, profiles.updated_at
FROM profiles
WHERE (profiles.created_at, profiles.user_id) < ($1, $2::UUID) ORDER BY profiles.created_at DESC, profiles.user_id DESC
LIMIT $3;

SELECT profiles.user_id, profiles.email, profiles.first_name, profiles.last_name, profiles.display_name, profiles.phone, profiles.locale, profiles.time_zone, profiles.bio, profiles.created_at, profiles.updated_at
FROM profiles
WHERE concat_ws($1, concat(profiles.last_name, profiles.first_name), concat(profiles.first_name, profiles.last_name), profiles.display_name, profiles.email) ~ $2 ORDER BY profiles.created_at DESC, profiles.user_id DESC
LIMIT $3;

SELECT profiles.user_id, profiles.email, profiles.first_name, profiles.last_name, profiles.display_name, profiles.phone, profiles.locale, profiles.time_zone, profiles.bio, profiles.created_at, profiles.updated_at
FROM profiles
WHERE profiles.user_id = $1::UUID;

SELECT profiles.user_id, profiles.email, profiles.first_name, profiles.last_name, profiles.display_name, profiles.phone, profiles.locale, profiles.time_zone, profiles.bio, profiles.created_at, profiles.updated_at
FROM profiles
WHERE profiles.user_id = $1::UUID AND profiles.user_id = $2::UUID;

SELECT profiles.user_id, profiles.email, profiles.first_name, profiles.last_name, profiles.display_name, profiles.phone, profiles.locale, profiles.time_zone, profiles.bio, profiles.created_at, profiles.updated_at
FROM profiles
WHERE profiles.user_id = $1::UUID AND profiles.user_id = $2::UUID FOR UPDATE;

SELECT profiles.user_id, profiles.email, profiles.first_name, profiles.last_name, profiles.display_name, profiles.phone, profiles.locale, profiles.time_zone, profiles.bio, profiles.created_at, profiles.updated_at
FROM profiles
WHERE profiles.user_id = $1::UUID FOR UPDATE;

SELECT profiles.user_id, profiles.email, profiles.first_name, profiles.last_name, profiles.display_name, profiles.phone, profiles.locale, profiles.time_zone, profiles.bio, profiles.created_at, profiles.updated_at
FROM profiles
WHERE true ORDER BY profiles.created_at DESC, profiles.user_id DESC
LIMIT $1;

UPDATE audit_deliveries SET next_attempt_at=(now() + $1) FROM audit_events WHERE audit_deliveries.id IN (SELECT audit_deliveries.id
FROM audit_deliveries
WHERE audit_deliveries.next_attempt_at <= now() ORDER BY audit_deliveries.next_attempt_at
LIMIT $2 FOR UPDATE SKIP LOCKED) AND audit_events.id = audit_deliveries.id RETURNING audit_events.id, audit_events.service, audit_events.action, audit_events.result, audit_events.reason, audit_events.actor_id, audit_events.session_id, audit_events.target_type, audit_events.target_id, audit_events.ip_address, audit_events.request_id, audit_events.changes, audit_events.occurrences, audit_events.occurred_at, audit_events.recorded_at, audit_deliveries.attempts, audit_deliveries.traceparent;

UPDATE audit_deliveries SET next_attempt_at=now() WHERE audit_deliveries.id IN ($1::UUID);

UPDATE profiles SET bio=$1 WHERE profiles.user_id = $2::UUID;

UPDATE profiles SET display_name=$1 WHERE profiles.user_id = $2::UUID;

UPDATE profiles SET display_name=$1, bio=$2 WHERE profiles.user_id = $3::UUID;

UPDATE profiles SET email=$1, first_name=$2, last_name=$3, display_name=$4, phone=$5, locale=$6, time_zone=$7, bio=$8 WHERE profiles.user_id = $9::UUID;

UPDATE profiles SET first_name=$1 WHERE profiles.user_id = $2::UUID;

UPDATE profiles SET last_name=$1 WHERE profiles.user_id = $2::UUID;

UPDATE profiles SET locale=$1, bio=$2 WHERE profiles.user_id = $3::UUID;

WITH added AS
(INSERT INTO audit_events (service, action, result, actor_id, session_id, target_type, target_id, ip_address, request_id, changes) VALUES ($1, $2, $3, $4::UUID, $5::UUID, $6, $7, $8, $9, $10::JSONB) RETURNING audit_events.id)
INSERT INTO audit_deliveries (id, traceparent) SELECT added.id, $11 AS anon_1
FROM added;

WITH added AS
(INSERT INTO audit_events (service, action, result, reason, actor_id, session_id, target_type, target_id, ip_address, request_id, occurrences, occurred_at) VALUES ($1, $2, $3, $4, $5::UUID, $6::UUID, $7, $8, $9, $10, $11, $12) RETURNING audit_events.id)
INSERT INTO audit_deliveries (id, traceparent) SELECT added.id, $13 AS anon_1
FROM added;
