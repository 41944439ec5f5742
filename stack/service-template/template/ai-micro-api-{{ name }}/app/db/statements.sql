-- The statements that this service sends in its tests, without values. Written by `pytest --record-statements`.
-- Before a release, alembic-rollout asks them whether they still work on the schema of the next one.

DELETE FROM notes WHERE notes.id = $1::UUID;

DELETE FROM notes WHERE notes.owner_id = $1::UUID;

INSERT INTO notes (owner_id, title, body) VALUES ($1::UUID, $2, $3) RETURNING notes.id, notes.created_at, notes.updated_at;

SELECT count(*) AS count_1
FROM (SELECT notes.owner_id AS owner_id, notes.title AS title, notes.body AS body, notes.id AS id, notes.created_at AS created_at, notes.updated_at AS updated_at
FROM notes
WHERE notes.owner_id = $1::UUID) AS anon_1;

SELECT notes.owner_id, notes.title, notes.body, notes.id, notes.created_at, notes.updated_at
FROM notes
WHERE notes.id = $1::UUID;

SELECT notes.owner_id, notes.title, notes.body, notes.id, notes.created_at, notes.updated_at
FROM notes
WHERE notes.owner_id = $1::UUID AND (notes.created_at, notes.id) < ($2, $3::UUID) ORDER BY notes.created_at DESC, notes.id DESC
LIMIT $4;

SELECT notes.owner_id, notes.title, notes.body, notes.id, notes.created_at, notes.updated_at
FROM notes
WHERE notes.owner_id = $1::UUID AND concat_ws($2, notes.title, notes.body) ~ $3 ORDER BY notes.created_at DESC, notes.id DESC
LIMIT $4;

SELECT notes.owner_id, notes.title, notes.body, notes.id, notes.created_at, notes.updated_at
FROM notes
WHERE notes.owner_id = $1::UUID AND notes.id = $2::UUID;

SELECT notes.owner_id, notes.title, notes.body, notes.id, notes.created_at, notes.updated_at
FROM notes
WHERE notes.owner_id = $1::UUID AND notes.id = $2::UUID FOR UPDATE;

SELECT notes.owner_id, notes.title, notes.body, notes.id, notes.created_at, notes.updated_at
FROM notes
WHERE notes.owner_id = $1::UUID ORDER BY notes.created_at DESC, notes.id DESC
LIMIT $2;

UPDATE notes SET body=$1 WHERE notes.id = $2::UUID;

UPDATE notes SET title=$1, body=$2 WHERE notes.id = $3::UUID;
