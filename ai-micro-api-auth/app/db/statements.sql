-- The statements that this service sends in its tests, without values. Written by `pytest --record-statements`.
-- Before a release, alembic-rollout asks them whether they still work on the schema of the next one.

DELETE FROM account_erasures WHERE account_erasures.id IN ($1::UUID);

DELETE FROM audit_deliveries WHERE audit_deliveries.id IN ($1::UUID);

DELETE FROM login_events WHERE login_events.id IN ($1::UUID);

DELETE FROM login_events WHERE login_events.id IN (SELECT login_events.id
FROM login_events
WHERE login_events.occurred_at < now() - $1
LIMIT $2 FOR UPDATE SKIP LOCKED);

DELETE FROM published_keys WHERE published_keys.seen_at <= now() - $1;

DELETE FROM refresh_token_families WHERE refresh_token_families.id = $1::UUID AND refresh_token_families.user_id = $2::UUID RETURNING refresh_token_families.id;

DELETE FROM refresh_token_families WHERE refresh_token_families.id = $1::UUID RETURNING refresh_token_families.id;

DELETE FROM refresh_token_families WHERE refresh_token_families.user_id = $1::UUID AND refresh_token_families.id != $2::UUID RETURNING refresh_token_families.id;

DELETE FROM refresh_token_families WHERE refresh_token_families.user_id = $1::UUID RETURNING refresh_token_families.id;

DELETE FROM users WHERE users.id = $1::UUID;

INSERT INTO account_erasures (user_id, service, request_id, traceparent, next_attempt_at) VALUES ($1::UUID, $2, $3, $4, (now() + $5));

INSERT INTO login_events (user_id, email, succeeded, reason, ip_address, request_id, traceparent, occurrences) VALUES ((SELECT users.id
FROM users
WHERE users.email = $1), $2, $3, $4, $5, $6, $7, $8) RETURNING login_events.id;

INSERT INTO login_events (user_id, email, succeeded, reason, ip_address, user_agent, request_id, traceparent) VALUES ($1::UUID, $2, $3, $4, $5, $6, $7, $8) RETURNING login_events.id;

INSERT INTO published_keys (kid) VALUES ($1) ON CONFLICT (kid) DO UPDATE SET seen_at = now() RETURNING published_keys.kid, EXTRACT(epoch FROM now() - published_keys.published_at) AS anon_1;

INSERT INTO refresh_token_families (user_id, selector, token_hash, expires_at, user_agent, network) VALUES ($1::UUID, $2::UUID, $3, (now() + $4), $5, $6) RETURNING refresh_token_families.id, EXTRACT(epoch FROM refresh_token_families.expires_at - now()) AS anon_1, (SELECT count(*) - least(count(*) FILTER (WHERE refresh_token_families_1.expires_at > now()), $7) AS anon_3
FROM refresh_token_families AS refresh_token_families_1
WHERE refresh_token_families_1.user_id = $1::UUID) AS anon_2;

INSERT INTO users (email, password_hash, is_active, is_approved) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING users.email, users.password_hash, users.roles, users.is_active, users.is_approved, users.last_login_at, users.id, users.created_at, users.updated_at;

INSERT INTO users (email, password_hash, roles) VALUES ($1, $2, $3::TEXT[]) ON CONFLICT DO NOTHING RETURNING users.email, users.password_hash, users.roles, users.is_active, users.is_approved, users.last_login_at, users.id, users.created_at, users.updated_at;

INSERT INTO withdrawals (kind, subject_id) VALUES ($1, $2::UUID) ON CONFLICT (kind, subject_id) DO UPDATE SET withdrawn_at = excluded.withdrawn_at;

SELECT $1 AS anon_1, count(*) AS count_1, coalesce(EXTRACT(epoch FROM clock_timestamp() - min(audit_events.occurred_at)), $2) AS coalesce_1
FROM audit_deliveries JOIN audit_events ON audit_events.id = audit_deliveries.id UNION ALL SELECT $3 AS anon_2, count(*) AS count_2, coalesce(EXTRACT(epoch FROM clock_timestamp() - min(account_erasures.occurred_at)), $4) AS coalesce_3
FROM account_erasures UNION ALL SELECT $5 AS anon_3, count(*) AS count_3, coalesce(EXTRACT(epoch FROM clock_timestamp() - min(login_events.occurred_at)), $6) AS coalesce_5
FROM login_events;

SELECT EXTRACT(epoch FROM min(account_erasures.next_attempt_at) - clock_timestamp()) AS anon_1
FROM account_erasures;

SELECT EXTRACT(epoch FROM min(audit_deliveries.next_attempt_at) - clock_timestamp()) AS anon_1
FROM audit_deliveries;

SELECT EXTRACT(epoch FROM min(login_events.next_attempt_at) - clock_timestamp()) AS anon_1
FROM login_events;

SELECT count(*) AS count_1
FROM (SELECT refresh_token_families.user_id AS user_id, refresh_token_families.selector AS selector, refresh_token_families.token_hash AS token_hash, refresh_token_families.expires_at AS expires_at, refresh_token_families.successor_nonce AS successor_nonce, refresh_token_families.rotated_at AS rotated_at, refresh_token_families.user_agent AS user_agent, refresh_token_families.network AS network, refresh_token_families.id AS id, refresh_token_families.created_at AS created_at, refresh_token_families.updated_at AS updated_at
FROM refresh_token_families
WHERE refresh_token_families.user_id = $1::UUID AND refresh_token_families.expires_at > now()) AS anon_1;

SELECT count(*) AS count_1
FROM (SELECT users.email AS email, users.password_hash AS password_hash, users.roles AS roles, users.is_active AS is_active, users.is_approved AS is_approved, users.last_login_at AS last_login_at, users.id AS id, users.created_at AS created_at, users.updated_at AS updated_at
FROM users
WHERE true) AS anon_1;

SELECT delete_old_audit_events($1, $2) AS delete_old_audit_events_1;

SELECT login_events.user_id, login_events.email, login_events.succeeded, login_events.reason, login_events.ip_address, login_events.user_agent, login_events.request_id, login_events.traceparent, login_events.occurrences, login_events.occurred_at, login_events.attempts, login_events.next_attempt_at, login_events.id
FROM login_events
WHERE login_events.user_id = $1::UUID ORDER BY login_events.occurred_at;

SELECT published_keys.kid
FROM published_keys
WHERE published_keys.seen_at > now() - $1;

SELECT refresh_token_families.id, users.id AS id_1, users.roles, users.is_active, refresh_token_families.token_hash, refresh_token_families.successor_nonce, refresh_token_families.rotated_at, refresh_token_families.expires_at, clock_timestamp() AS clock_timestamp_1
FROM refresh_token_families JOIN users ON users.id = refresh_token_families.user_id
WHERE refresh_token_families.selector = $1::UUID FOR UPDATE OF refresh_token_families;

SELECT refresh_token_families.user_id, refresh_token_families.selector, refresh_token_families.token_hash, refresh_token_families.expires_at, refresh_token_families.successor_nonce, refresh_token_families.rotated_at, refresh_token_families.user_agent, refresh_token_families.network, refresh_token_families.id, refresh_token_families.created_at, refresh_token_families.updated_at
FROM refresh_token_families
WHERE refresh_token_families.user_id = $1::UUID AND refresh_token_families.expires_at > now() AND (refresh_token_families.created_at, refresh_token_families.id) < ($2, $3::UUID) ORDER BY refresh_token_families.created_at DESC, refresh_token_families.id DESC
LIMIT $4;

SELECT refresh_token_families.user_id, refresh_token_families.selector, refresh_token_families.token_hash, refresh_token_families.expires_at, refresh_token_families.successor_nonce, refresh_token_families.rotated_at, refresh_token_families.user_agent, refresh_token_families.network, refresh_token_families.id, refresh_token_families.created_at, refresh_token_families.updated_at
FROM refresh_token_families
WHERE refresh_token_families.user_id = $1::UUID AND refresh_token_families.expires_at > now() ORDER BY refresh_token_families.created_at;

SELECT refresh_token_families.user_id, refresh_token_families.selector, refresh_token_families.token_hash, refresh_token_families.expires_at, refresh_token_families.successor_nonce, refresh_token_families.rotated_at, refresh_token_families.user_agent, refresh_token_families.network, refresh_token_families.id, refresh_token_families.created_at, refresh_token_families.updated_at
FROM refresh_token_families
WHERE refresh_token_families.user_id = $1::UUID AND refresh_token_families.expires_at > now() ORDER BY refresh_token_families.created_at DESC, refresh_token_families.id DESC
LIMIT $2;

SELECT users.email, users.password_hash, users.roles, users.is_active, users.is_approved, users.last_login_at, users.id, users.created_at, users.updated_at
FROM users
WHERE (users.created_at, users.id) < ($1, $2::UUID) ORDER BY users.created_at DESC, users.id DESC
LIMIT $3;

SELECT users.email, users.password_hash, users.roles, users.is_active, users.is_approved, users.last_login_at, users.id, users.created_at, users.updated_at
FROM users
WHERE concat_ws($1, users.email) ~ $2 AND users.id IN ($3::UUID) ORDER BY users.created_at DESC, users.id DESC
LIMIT $4;

SELECT users.email, users.password_hash, users.roles, users.is_active, users.is_approved, users.last_login_at, users.id, users.created_at, users.updated_at
FROM users
WHERE concat_ws($1, users.email) ~ $2 AND users.is_active IS true AND users.roles @> $3::TEXT[] ORDER BY users.created_at DESC, users.id DESC
LIMIT $4;

SELECT users.email, users.password_hash, users.roles, users.is_active, users.is_approved, users.last_login_at, users.id, users.created_at, users.updated_at
FROM users
WHERE concat_ws($1, users.email) ~ $2 ORDER BY users.created_at DESC, users.id DESC
LIMIT $3;

SELECT users.email, users.password_hash, users.roles, users.is_active, users.is_approved, users.last_login_at, users.id, users.created_at, users.updated_at
FROM users
WHERE true ORDER BY users.created_at DESC, users.id DESC
LIMIT $1;

SELECT users.email, users.password_hash, users.roles, users.is_active, users.is_approved, users.last_login_at, users.id, users.created_at, users.updated_at
FROM users
WHERE users.email = $1;

SELECT users.email, users.password_hash, users.roles, users.is_active, users.is_approved, users.last_login_at, users.id, users.created_at, users.updated_at
FROM users
WHERE users.id = $1::UUID;

SELECT users.email, users.password_hash, users.roles, users.is_active, users.is_approved, users.last_login_at, users.id, users.created_at, users.updated_at
FROM users
WHERE users.id = $1::UUID AND users.is_active;

SELECT users.email, users.password_hash, users.roles, users.is_active, users.is_approved, users.last_login_at, users.id, users.created_at, users.updated_at
FROM users
WHERE users.id = $1::UUID FOR UPDATE;

SELECT users.email, users.password_hash, users.roles, users.is_active, users.is_approved, users.last_login_at, users.id, users.created_at, users.updated_at
FROM users
WHERE users.id IN ($1::UUID) ORDER BY users.created_at DESC, users.id DESC
LIMIT $2;

SELECT users.email, users.password_hash, users.roles, users.is_active, users.is_approved, users.last_login_at, users.id, users.created_at, users.updated_at
FROM users
WHERE users.is_active AND users.roles @> $1::TEXT[] AND users.id = $2::UUID;

SELECT users.email, users.password_hash, users.roles, users.is_active, users.is_approved, users.last_login_at, users.id, users.created_at, users.updated_at
FROM users
WHERE users.is_active AND users.roles @> $1::TEXT[] ORDER BY users.id FOR UPDATE;

SELECT users.email, users.password_hash, users.roles, users.is_active, users.is_approved, users.last_login_at, users.id, users.created_at, users.updated_at
FROM users
WHERE users.is_active IS false AND users.roles @> $1::TEXT[] ORDER BY users.created_at DESC, users.id DESC
LIMIT $2;

SELECT users.email, users.password_hash, users.roles, users.is_active, users.is_approved, users.last_login_at, users.id, users.created_at, users.updated_at
FROM users
WHERE users.is_active IS false ORDER BY users.created_at DESC, users.id DESC
LIMIT $1;

SELECT users.email, users.password_hash, users.roles, users.is_active, users.is_approved, users.last_login_at, users.id, users.created_at, users.updated_at
FROM users
WHERE users.is_active IS true ORDER BY users.created_at DESC, users.id DESC
LIMIT $1;

SELECT users.email, users.password_hash, users.roles, users.is_active, users.is_approved, users.last_login_at, users.id, users.created_at, users.updated_at
FROM users
WHERE users.is_approved IS false ORDER BY users.created_at DESC, users.id DESC
LIMIT $1;

SELECT users.email, users.password_hash, users.roles, users.is_active, users.is_approved, users.last_login_at, users.id, users.created_at, users.updated_at
FROM users
WHERE users.roles @> $1::TEXT[] ORDER BY users.created_at DESC, users.id DESC
LIMIT $2;

SELECT users.id
FROM users
WHERE users.id = $1::UUID FOR UPDATE;

SELECT withdrawals.kind, withdrawals.subject_id, floor(EXTRACT(epoch FROM withdrawals.withdrawn_at)) AS floor_1
FROM withdrawals
WHERE withdrawals.withdrawn_at > now() - $1;

UPDATE account_erasures SET attempts=(account_erasures.attempts + $1), next_attempt_at=(now() + make_interval($2, $3, $4, $5, $6, $7, least(power($8, least(account_erasures.attempts, $9)), $10))) WHERE account_erasures.id IN ($11::UUID);

UPDATE account_erasures SET next_attempt_at=(now() + $1) WHERE account_erasures.id IN (SELECT account_erasures.id
FROM account_erasures
WHERE account_erasures.next_attempt_at <= now() ORDER BY account_erasures.next_attempt_at
LIMIT $2 FOR UPDATE SKIP LOCKED) RETURNING account_erasures.user_id, account_erasures.service, account_erasures.request_id, account_erasures.traceparent, account_erasures.occurred_at, account_erasures.attempts, account_erasures.next_attempt_at, account_erasures.id;

UPDATE account_erasures SET next_attempt_at=now() WHERE account_erasures.id IN ($1::UUID);

UPDATE audit_deliveries SET next_attempt_at=(now() + $1) FROM audit_events WHERE audit_deliveries.id IN (SELECT audit_deliveries.id
FROM audit_deliveries
WHERE audit_deliveries.next_attempt_at <= now() ORDER BY audit_deliveries.next_attempt_at
LIMIT $2 FOR UPDATE SKIP LOCKED) AND audit_events.id = audit_deliveries.id RETURNING audit_events.id, audit_events.service, audit_events.action, audit_events.result, audit_events.reason, audit_events.actor_id, audit_events.session_id, audit_events.target_type, audit_events.target_id, audit_events.ip_address, audit_events.request_id, audit_events.changes, audit_events.occurrences, audit_events.occurred_at, audit_events.recorded_at, audit_deliveries.attempts, audit_deliveries.traceparent;

UPDATE audit_deliveries SET next_attempt_at=now() WHERE audit_deliveries.id IN ($1::UUID);

UPDATE login_events SET attempts=(login_events.attempts + $1), next_attempt_at=(now() + make_interval($2, $3, $4, $5, $6, $7, least(power($8, least(login_events.attempts, $9)), $10))) WHERE login_events.id IN ($11::UUID);

UPDATE login_events SET next_attempt_at=(now() + $1) WHERE login_events.id IN (SELECT login_events.id
FROM login_events
WHERE login_events.next_attempt_at <= now() ORDER BY login_events.next_attempt_at
LIMIT $2 FOR UPDATE SKIP LOCKED) RETURNING login_events.user_id, login_events.email, login_events.succeeded, login_events.reason, login_events.ip_address, login_events.user_agent, login_events.request_id, login_events.traceparent, login_events.occurrences, login_events.occurred_at, login_events.attempts, login_events.next_attempt_at, login_events.id;

UPDATE login_events SET next_attempt_at=now() WHERE login_events.id IN ($1::UUID);

UPDATE refresh_token_families SET token_hash=$1, expires_at=least(now() + $2, refresh_token_families.created_at + $3), successor_nonce=$4, rotated_at=clock_timestamp(), user_agent=$5, network=$6 WHERE refresh_token_families.id = $7::UUID RETURNING EXTRACT(epoch FROM refresh_token_families.expires_at - now()) AS anon_1;

UPDATE users SET is_active=$1 WHERE users.id = $2::UUID;

UPDATE users SET is_active=$1, is_approved=$2 WHERE users.id = $3::UUID;

UPDATE users SET password_hash=$1 WHERE users.id = $2::UUID;

UPDATE users SET password_hash=coalesce($1, users.password_hash), last_login_at=now() WHERE users.id = $2::UUID AND users.password_hash = $3 AND users.is_active RETURNING users.roles;

UPDATE users SET roles=$1::TEXT[] WHERE users.id = $2::UUID;

UPDATE users SET roles=$1::TEXT[], is_active=$2 WHERE users.id = $3::UUID;

WITH "old" AS
(SELECT withdrawals.kind AS kind, withdrawals.subject_id AS subject_id
FROM withdrawals
WHERE withdrawals.withdrawn_at <= now() - $1
LIMIT $2 FOR UPDATE SKIP LOCKED)
DELETE FROM withdrawals USING "old" WHERE withdrawals.kind = "old".kind AND withdrawals.subject_id = "old".subject_id;

WITH added AS
(INSERT INTO audit_events (service, action, result, actor_id, session_id, target_type, target_id, ip_address, request_id, changes) VALUES ($1, $2, $3, $4::UUID, $5::UUID, $6, $7, $8, $9, $10::JSONB) RETURNING audit_events.id)
INSERT INTO audit_deliveries (id, traceparent) SELECT added.id, $11 AS anon_1
FROM added;

WITH added AS
(INSERT INTO audit_events (service, action, result, reason, actor_id, session_id, target_type, target_id, ip_address, request_id, occurrences, occurred_at) VALUES ($1, $2, $3, $4, $5::UUID, $6::UUID, $7, $8, $9, $10, $11, $12) RETURNING audit_events.id)
INSERT INTO audit_deliveries (id, traceparent) SELECT added.id, $13 AS anon_1
FROM added;

WITH ended AS
(DELETE FROM refresh_token_families WHERE refresh_token_families.user_id = $1::UUID AND refresh_token_families.id != $2::UUID AND (refresh_token_families.id NOT IN (SELECT refresh_token_families.id
FROM refresh_token_families
WHERE refresh_token_families.user_id = $1::UUID AND refresh_token_families.id != $2::UUID AND refresh_token_families.expires_at > now() ORDER BY refresh_token_families.updated_at DESC, refresh_token_families.id
LIMIT $3)) RETURNING refresh_token_families.id)
INSERT INTO withdrawals (kind, subject_id) SELECT $4 AS anon_1, ended.id
FROM ended ON CONFLICT (kind, subject_id) DO UPDATE SET withdrawn_at = excluded.withdrawn_at;
