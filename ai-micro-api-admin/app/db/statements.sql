-- The statements that this service sends in its tests, without values. Written by `pytest --record-statements`.
-- Before a release, alembic-rollout asks them whether they still work on the schema of the next one.

COPY langchain_pg_embedding (id, collection_id, embedding, document, cmetadata, document_id, chunk_index, lexemes) FROM STDIN (FORMAT binary);

DELETE FROM chat_sessions WHERE chat_sessions.id = $1::UUID;

DELETE FROM chat_sessions WHERE chat_sessions.user_id = $1::UUID;

DELETE FROM chunk_corrections WHERE CAST(chunk_corrections.id AS VARCHAR) = $1 RETURNING chunk_corrections.id, chunk_corrections.original;

DELETE FROM chunk_corrections WHERE CAST(chunk_corrections.id AS VARCHAR) IS NULL RETURNING chunk_corrections.id, chunk_corrections.original;

DELETE FROM collections WHERE collections.id = $1::UUID;

DELETE FROM document_parts WHERE document_parts.document_id = $1::UUID;

DELETE FROM document_renewal_parts WHERE document_renewal_parts.renewal_id = $1::UUID;

DELETE FROM document_renewals WHERE document_renewals.document_id = $1::UUID;

DELETE FROM document_renewals WHERE document_renewals.id = $1::UUID;

DELETE FROM documents WHERE documents.id IN ($1::UUID);

DELETE FROM embedding_changes WHERE embedding_changes.knowledge_base_id = $1::UUID;

DELETE FROM evaluations WHERE evaluations.id = $1::UUID;

DELETE FROM knowledge_bases WHERE knowledge_bases.id = $1::UUID;

DELETE FROM langchain_pg_collection WHERE langchain_pg_collection.uuid = $1::UUID;

DELETE FROM langchain_pg_embedding WHERE document LIKE '有給%';

DELETE FROM langchain_pg_embedding WHERE langchain_pg_embedding.document_id IN ($1::UUID);

DELETE FROM login_logs WHERE login_logs.id IN (SELECT login_logs.id
FROM login_logs
WHERE login_logs.occurred_at < now() - $1
LIMIT $2 FOR UPDATE SKIP LOCKED);

DELETE FROM new_chunk_vectors WHERE new_chunk_vectors.chunk_id IN (SELECT langchain_pg_embedding.id
FROM langchain_pg_embedding
WHERE langchain_pg_embedding.collection_id = $1::UUID) RETURNING new_chunk_vectors.chunk_id;

DELETE FROM prompt_templates WHERE prompt_templates.id = $1::UUID;

DELETE FROM query_classifications WHERE query_classifications.asked_by = $1::UUID;

DELETE FROM stale_summaries WHERE stale_summaries.knowledge_base_id = $1::UUID AND stale_summaries.since <= $2;

DELETE FROM stored_files WHERE stored_files.document_id = $1::UUID AND stored_files.content_hash = $2 AND stored_files.size_bytes = $3;

DELETE FROM system_logs WHERE system_logs.id IN (SELECT system_logs.id
FROM system_logs
WHERE system_logs.created_at < now() - $1
LIMIT $2 FOR UPDATE SKIP LOCKED);

DELETE FROM term_frequencies WHERE term_frequencies.knowledge_base_id = $1::UUID AND term_frequencies.term IN ($2) AND term_frequencies.chunk_count <= $3;

INSERT INTO audit_events (id, service, action, result, reason, actor_id, session_id, target_type, target_id, ip_address, request_id, changes, occurrences, occurred_at) VALUES ($1::UUID, $2, $3, $4, $5, $6::UUID, $7::UUID, $8, $9, $10, $11, $12::JSONB, $13, $14) ON CONFLICT DO NOTHING;

INSERT INTO audit_events (id, service, action, result, reason, actor_id, session_id, target_type, target_id, ip_address, request_id, changes, occurrences, occurred_at) VALUES ($1::UUID, $2, $3, $4, $5, $6::UUID, $7::UUID, $8, $9, $10, $11, $12::JSONB, $13, $14) ON CONFLICT DO NOTHING RETURNING audit_events.id, audit_events.service, audit_events.action, audit_events.result, audit_events.reason, audit_events.actor_id, audit_events.session_id, audit_events.target_type, audit_events.target_id, audit_events.ip_address, audit_events.request_id, audit_events.changes, audit_events.occurrences, audit_events.occurred_at, audit_events.recorded_at;

INSERT INTO audit_events (service, action, result, actor_id, session_id, target_type, target_id, ip_address, request_id, changes) VALUES ($1, $2, $3, $4::UUID, $5::UUID, $6, $7, $8, $9, $10::JSONB) RETURNING audit_events.id;

INSERT INTO audit_events (service, action, result, reason, actor_id, session_id, target_type, target_id, ip_address, request_id, occurrences, occurred_at) VALUES ($1, $2, $3, $4, $5::UUID, $6::UUID, $7, $8, $9, $10, $11, $12) RETURNING audit_events.id;

INSERT INTO chat_messages (session_id, position, role, content, classification, model, template_id, template_version, rating, comment) VALUES ($1::UUID, $2, $3, $4, $5, $6, $7::UUID, $8, $9, $10) RETURNING chat_messages.state, chat_messages.citations, chat_messages.created_at, chat_messages.id;

INSERT INTO chat_messages (session_id, position, role, content, state, citations, classification, model, template_id, template_version, rating, comment) VALUES ($1::UUID, $2, $3, $4, $5, $6::JSONB, $7, $8, $9::UUID, $10, $11, $12) RETURNING chat_messages.created_at, chat_messages.id;

INSERT INTO chat_sessions (user_id, knowledge_base_id, title) VALUES ($1::UUID, $2::UUID, $3) RETURNING chat_sessions.id, chat_sessions.created_at, chat_sessions.updated_at;

INSERT INTO chunk_corrections (document_id, original, corrected_by, text, id) VALUES ($1::UUID, $2, $3::UUID, $4, $5::UUID);

INSERT INTO collections (knowledge_base_id, name, description, is_default) VALUES ($1::UUID, $2, $3, $4) ON CONFLICT (knowledge_base_id, name) DO NOTHING RETURNING collections.knowledge_base_id, collections.name, collections.description, collections.is_default, collections.id, collections.created_at, collections.updated_at;

INSERT INTO document_parts (document_id, number, content) SELECT $1::UUID AS anon_1, document_renewal_parts.number, document_renewal_parts.content
FROM document_renewal_parts
WHERE document_renewal_parts.renewal_id = $2::UUID;

INSERT INTO document_parts (document_id, number, content) VALUES ($1::UUID, $2, $3);

INSERT INTO document_renewal_parts (renewal_id, number, content) VALUES ($1::UUID, $2, $3);

INSERT INTO document_renewals (document_id, file_name, media_type, size_bytes, content_hash, requested_by, request_id) VALUES ($1::UUID, $2, $3, $4, $5, $6::UUID, $7) RETURNING document_renewals.id;

INSERT INTO document_renewals (document_id, requested_by, request_id) VALUES ($1::UUID, $2::UUID, $3) RETURNING document_renewals.id;

INSERT INTO documents (knowledge_base_id, collection_id, title, file_name, media_type, size_bytes, content_hash, uploaded_by, request_id, id) VALUES ($1::UUID, $2::UUID, $3, $4, $5, $6, $7, $8::UUID, $9, $10::UUID) ON CONFLICT (knowledge_base_id, content_hash) DO UPDATE SET content_hash = excluded.content_hash RETURNING documents.knowledge_base_id, documents.collection_id, documents.title, documents.file_name, documents.media_type, documents.size_bytes, documents.content_hash, documents.status, documents.error, documents.error_code, documents.warnings, documents.chunk_count, documents.tags, documents.index_version, documents.uploaded_by, documents.request_id, documents.attempts, documents.lease_token, documents.lease_expires_at, documents.progress, documents.step, documents.id, documents.created_at, documents.updated_at;

INSERT INTO embedding_changes (knowledge_base_id, provider, model, dimensions, request_id) VALUES ($1::UUID, $2, $3, $4, $5) ON CONFLICT (knowledge_base_id) DO UPDATE SET provider = $6, model = $7, dimensions = $8, request_id = $9, done_up_to = $10;

INSERT INTO evaluation_questions (evaluation_id, number, question, expected) VALUES ($1::UUID, $2, $3, $4::TEXT[]);

INSERT INTO evaluation_runs (evaluation_id, modes, error, created_by, finished_at, claimed_until) VALUES ($1::UUID, $2::VARCHAR(10)[], $3, $4::UUID, $5, $6) RETURNING evaluation_runs.state, evaluation_runs.created_at, evaluation_runs.id;

INSERT INTO evaluations (knowledge_base_id, name, question_count, created_by) VALUES ($1::UUID, $2, $3, $4::UUID) RETURNING evaluations.id, evaluations.created_at, evaluations.updated_at;

INSERT INTO knowledge_bases (name, description, visibility, owner_id, embedding_provider, embedding_model, embedding_dimensions, langchain_collection_id, meta_summary, meta_summary_model, meta_summary_updated_at, id) VALUES ($1, $2, $3, $4::UUID, $5, $6, $7, $8::UUID, $9, $10, $11, $12::UUID) RETURNING knowledge_bases.created_at, knowledge_bases.updated_at;

INSERT INTO langchain_pg_collection (uuid, name) VALUES ($1::UUID, $2);

INSERT INTO login_logs (id, user_id, email, succeeded, reason, ip_address, user_agent, occurrences, request_id, occurred_at) VALUES ($1::UUID, $2::UUID, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING;

INSERT INTO login_logs (id, user_id, email, succeeded, reason, ip_address, user_agent, occurrences, request_id, occurred_at) VALUES ($1::UUID, $2::UUID, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING RETURNING login_logs.id, login_logs.user_id, login_logs.email, login_logs.succeeded, login_logs.reason, login_logs.ip_address, login_logs.user_agent, login_logs.occurrences, login_logs.request_id, login_logs.occurred_at, login_logs.created_at;

INSERT INTO new_chunk_vectors (chunk_id, embedding)
SELECT c.id, n.embedding::vector
FROM unnest($1::TEXT[], $2::TEXT[], $3::TEXT[]) AS n (id, text, embedding)
JOIN langchain_pg_embedding c ON c.id = n.id AND c.document = n.text
FOR SHARE OF c
ON CONFLICT (chunk_id) DO NOTHING;

INSERT INTO prompt_template_versions (template_id, version, name, description, content, replaced_by) VALUES ($1::UUID, $2, $3, $4, $5, $6::UUID) RETURNING prompt_template_versions.replaced_at;

INSERT INTO prompt_templates (name, purpose, description, content, is_default) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (name) DO NOTHING RETURNING prompt_templates.name, prompt_templates.purpose, prompt_templates.description, prompt_templates.content, prompt_templates.is_default, prompt_templates.version, prompt_templates.id, prompt_templates.created_at, prompt_templates.updated_at;

INSERT INTO query_classifications (knowledge_base_id, asked_by, query, classification, kind, confidence) VALUES ($1::UUID, $2::UUID, $3, $4, $5, $6) RETURNING query_classifications.created_at, query_classifications.id;

INSERT INTO stale_summaries (knowledge_base_id) SELECT knowledge_bases.id
FROM knowledge_bases
WHERE knowledge_bases.id = $1::UUID AND knowledge_bases.meta_summary_updated_at IS NOT NULL ON CONFLICT (knowledge_base_id) DO UPDATE SET since = clock_timestamp();

INSERT INTO stale_summaries (knowledge_base_id) SELECT knowledge_bases.id
FROM knowledge_bases
WHERE knowledge_bases.id = $1::UUID ON CONFLICT (knowledge_base_id) DO UPDATE SET since = clock_timestamp();

INSERT INTO stored_files (document_id, content_hash, size_bytes, state) VALUES ($1::UUID, $2, $3, $4) ON CONFLICT (document_id, content_hash, size_bytes) DO UPDATE SET state = $5, changed_at = now();

INSERT INTO system_logs (level, event, message, actor_id, details, request_id) VALUES ($1, $2, $3, $4::UUID, $5::JSONB, $6) RETURNING system_logs.created_at, system_logs.id;

INSERT INTO system_settings (key, value, updated_by) VALUES ($1, $2::JSONB, $3::UUID) ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_by = $4::UUID RETURNING system_settings.key, system_settings.value, system_settings.updated_by, system_settings.created_at, system_settings.updated_at;

INSERT INTO term_frequencies (knowledge_base_id, term, chunk_count)
SELECT $1::UUID, term, count(*)
FROM langchain_pg_embedding, unnest(tsvector_to_array(lexemes)) AS term
WHERE document_id = $2::UUID
GROUP BY term
ON CONFLICT (knowledge_base_id, term)
DO UPDATE SET chunk_count = term_frequencies.chunk_count + excluded.chunk_count;

INSERT INTO term_frequencies (knowledge_base_id, term, chunk_count) VALUES ($1::UUID, $2, $3) ON CONFLICT (knowledge_base_id, term) DO UPDATE SET chunk_count = (term_frequencies.chunk_count + $4);

SELECT 1 FROM pg_locks WHERE NOT granted;

SELECT DISTINCT vector_dims(embedding) FROM langchain_pg_embedding;

SELECT attempts FROM documents;

SELECT audit_events.id, audit_events.service, audit_events.action, audit_events.result, audit_events.reason, audit_events.actor_id, audit_events.session_id, audit_events.target_type, audit_events.target_id, audit_events.ip_address, audit_events.request_id, audit_events.changes, audit_events.occurrences, audit_events.occurred_at, audit_events.recorded_at
FROM audit_events
WHERE (audit_events.occurred_at, audit_events.id) < ($1, $2::UUID) ORDER BY audit_events.occurred_at DESC, audit_events.id DESC
LIMIT $3;

SELECT audit_events.id, audit_events.service, audit_events.action, audit_events.result, audit_events.reason, audit_events.actor_id, audit_events.session_id, audit_events.target_type, audit_events.target_id, audit_events.ip_address, audit_events.request_id, audit_events.changes, audit_events.occurrences, audit_events.occurred_at, audit_events.recorded_at
FROM audit_events
WHERE audit_events.action = $1 ORDER BY audit_events.occurred_at DESC, audit_events.id DESC
LIMIT $2;

SELECT audit_events.id, audit_events.service, audit_events.action, audit_events.result, audit_events.reason, audit_events.actor_id, audit_events.session_id, audit_events.target_type, audit_events.target_id, audit_events.ip_address, audit_events.request_id, audit_events.changes, audit_events.occurrences, audit_events.occurred_at, audit_events.recorded_at
FROM audit_events
WHERE audit_events.action = $1 ORDER BY audit_events.occurred_at, audit_events.id
LIMIT $2;

SELECT audit_events.id, audit_events.service, audit_events.action, audit_events.result, audit_events.reason, audit_events.actor_id, audit_events.session_id, audit_events.target_type, audit_events.target_id, audit_events.ip_address, audit_events.request_id, audit_events.changes, audit_events.occurrences, audit_events.occurred_at, audit_events.recorded_at
FROM audit_events
WHERE audit_events.actor_id = $1::UUID AND (audit_events.occurred_at, audit_events.id) > ($2, $3::UUID) ORDER BY audit_events.occurred_at, audit_events.id
LIMIT $4;

SELECT audit_events.id, audit_events.service, audit_events.action, audit_events.result, audit_events.reason, audit_events.actor_id, audit_events.session_id, audit_events.target_type, audit_events.target_id, audit_events.ip_address, audit_events.request_id, audit_events.changes, audit_events.occurrences, audit_events.occurred_at, audit_events.recorded_at
FROM audit_events
WHERE audit_events.actor_id = $1::UUID ORDER BY audit_events.occurred_at DESC, audit_events.id DESC
LIMIT $2;

SELECT audit_events.id, audit_events.service, audit_events.action, audit_events.result, audit_events.reason, audit_events.actor_id, audit_events.session_id, audit_events.target_type, audit_events.target_id, audit_events.ip_address, audit_events.request_id, audit_events.changes, audit_events.occurrences, audit_events.occurred_at, audit_events.recorded_at
FROM audit_events
WHERE audit_events.actor_id = $1::UUID ORDER BY audit_events.occurred_at, audit_events.id
LIMIT $2;

SELECT audit_events.id, audit_events.service, audit_events.action, audit_events.result, audit_events.reason, audit_events.actor_id, audit_events.session_id, audit_events.target_type, audit_events.target_id, audit_events.ip_address, audit_events.request_id, audit_events.changes, audit_events.occurrences, audit_events.occurred_at, audit_events.recorded_at
FROM audit_events
WHERE audit_events.id = $1::UUID;

SELECT audit_events.id, audit_events.service, audit_events.action, audit_events.result, audit_events.reason, audit_events.actor_id, audit_events.session_id, audit_events.target_type, audit_events.target_id, audit_events.ip_address, audit_events.request_id, audit_events.changes, audit_events.occurrences, audit_events.occurred_at, audit_events.recorded_at
FROM audit_events
WHERE audit_events.occurred_at < $1 ORDER BY audit_events.occurred_at DESC, audit_events.id DESC
LIMIT $2;

SELECT audit_events.id, audit_events.service, audit_events.action, audit_events.result, audit_events.reason, audit_events.actor_id, audit_events.session_id, audit_events.target_type, audit_events.target_id, audit_events.ip_address, audit_events.request_id, audit_events.changes, audit_events.occurrences, audit_events.occurred_at, audit_events.recorded_at
FROM audit_events
WHERE audit_events.occurred_at >= $1 ORDER BY audit_events.occurred_at DESC, audit_events.id DESC
LIMIT $2;

SELECT audit_events.id, audit_events.service, audit_events.action, audit_events.result, audit_events.reason, audit_events.actor_id, audit_events.session_id, audit_events.target_type, audit_events.target_id, audit_events.ip_address, audit_events.request_id, audit_events.changes, audit_events.occurrences, audit_events.occurred_at, audit_events.recorded_at
FROM audit_events
WHERE audit_events.request_id = $1 ORDER BY audit_events.occurred_at DESC, audit_events.id DESC
LIMIT $2;

SELECT audit_events.id, audit_events.service, audit_events.action, audit_events.result, audit_events.reason, audit_events.actor_id, audit_events.session_id, audit_events.target_type, audit_events.target_id, audit_events.ip_address, audit_events.request_id, audit_events.changes, audit_events.occurrences, audit_events.occurred_at, audit_events.recorded_at
FROM audit_events
WHERE audit_events.request_id = $1 ORDER BY audit_events.occurred_at, audit_events.id
LIMIT $2;

SELECT audit_events.id, audit_events.service, audit_events.action, audit_events.result, audit_events.reason, audit_events.actor_id, audit_events.session_id, audit_events.target_type, audit_events.target_id, audit_events.ip_address, audit_events.request_id, audit_events.changes, audit_events.occurrences, audit_events.occurred_at, audit_events.recorded_at
FROM audit_events
WHERE audit_events.result = $1 ORDER BY audit_events.occurred_at DESC, audit_events.id DESC
LIMIT $2;

SELECT audit_events.id, audit_events.service, audit_events.action, audit_events.result, audit_events.reason, audit_events.actor_id, audit_events.session_id, audit_events.target_type, audit_events.target_id, audit_events.ip_address, audit_events.request_id, audit_events.changes, audit_events.occurrences, audit_events.occurred_at, audit_events.recorded_at
FROM audit_events
WHERE audit_events.service = $1 AND (audit_events.occurred_at, audit_events.id) > ($2, $3::UUID) ORDER BY audit_events.occurred_at, audit_events.id
LIMIT $4;

SELECT audit_events.id, audit_events.service, audit_events.action, audit_events.result, audit_events.reason, audit_events.actor_id, audit_events.session_id, audit_events.target_type, audit_events.target_id, audit_events.ip_address, audit_events.request_id, audit_events.changes, audit_events.occurrences, audit_events.occurred_at, audit_events.recorded_at
FROM audit_events
WHERE audit_events.service = $1 ORDER BY audit_events.occurred_at DESC, audit_events.id DESC
LIMIT $2;

SELECT audit_events.id, audit_events.service, audit_events.action, audit_events.result, audit_events.reason, audit_events.actor_id, audit_events.session_id, audit_events.target_type, audit_events.target_id, audit_events.ip_address, audit_events.request_id, audit_events.changes, audit_events.occurrences, audit_events.occurred_at, audit_events.recorded_at
FROM audit_events
WHERE audit_events.service = $1 ORDER BY audit_events.occurred_at, audit_events.id
LIMIT $2;

SELECT audit_events.id, audit_events.service, audit_events.action, audit_events.result, audit_events.reason, audit_events.actor_id, audit_events.session_id, audit_events.target_type, audit_events.target_id, audit_events.ip_address, audit_events.request_id, audit_events.changes, audit_events.occurrences, audit_events.occurred_at, audit_events.recorded_at
FROM audit_events
WHERE audit_events.target_id = $1 ORDER BY audit_events.occurred_at DESC, audit_events.id DESC
LIMIT $2;

SELECT audit_events.id, audit_events.service, audit_events.action, audit_events.result, audit_events.reason, audit_events.actor_id, audit_events.session_id, audit_events.target_type, audit_events.target_id, audit_events.ip_address, audit_events.request_id, audit_events.changes, audit_events.occurrences, audit_events.occurred_at, audit_events.recorded_at
FROM audit_events
WHERE audit_events.target_type = $1 AND audit_events.target_id = $2 ORDER BY audit_events.occurred_at DESC, audit_events.id DESC
LIMIT $3;

SELECT audit_events.id, audit_events.service, audit_events.action, audit_events.result, audit_events.reason, audit_events.actor_id, audit_events.session_id, audit_events.target_type, audit_events.target_id, audit_events.ip_address, audit_events.request_id, audit_events.changes, audit_events.occurrences, audit_events.occurred_at, audit_events.recorded_at
FROM audit_events
WHERE audit_events.target_type = $1 ORDER BY audit_events.occurred_at DESC, audit_events.id DESC
LIMIT $2;

SELECT audit_events.id, audit_events.service, audit_events.action, audit_events.result, audit_events.reason, audit_events.actor_id, audit_events.session_id, audit_events.target_type, audit_events.target_id, audit_events.ip_address, audit_events.request_id, audit_events.changes, audit_events.occurrences, audit_events.occurred_at, audit_events.recorded_at
FROM audit_events ORDER BY audit_events.occurred_at DESC, audit_events.id DESC
LIMIT $1;

SELECT audit_events.id, audit_events.service, audit_events.action, audit_events.result, audit_events.reason, audit_events.actor_id, audit_events.session_id, audit_events.target_type, audit_events.target_id, audit_events.ip_address, audit_events.request_id, audit_events.changes, audit_events.occurrences, audit_events.occurred_at, audit_events.recorded_at
FROM audit_events ORDER BY audit_events.occurred_at, audit_events.id
LIMIT $1;

SELECT chat_messages.session_id, chat_messages.position, chat_messages.role, chat_messages.content, chat_messages.state, chat_messages.citations, chat_messages.classification, chat_messages.model, chat_messages.template_id, chat_messages.template_version, chat_messages.rating, chat_messages.comment, chat_messages.created_at, chat_messages.id
FROM chat_messages
WHERE chat_messages.id = $1::UUID;

SELECT chat_messages.session_id, chat_messages.position, chat_messages.role, chat_messages.content, chat_messages.state, chat_messages.citations, chat_messages.classification, chat_messages.model, chat_messages.template_id, chat_messages.template_version, chat_messages.rating, chat_messages.comment, chat_messages.created_at, chat_messages.id
FROM chat_messages
WHERE chat_messages.session_id IN ($1::UUID) ORDER BY chat_messages.position;

SELECT chat_messages.session_id, chat_messages.position, chat_messages.role, chat_messages.content, chat_messages.state, chat_messages.citations, chat_messages.classification, chat_messages.model, chat_messages.template_id, chat_messages.template_version, chat_messages.rating, chat_messages.comment, chat_messages.created_at, chat_messages.id
FROM chat_messages JOIN chat_sessions ON chat_sessions.id = chat_messages.session_id
WHERE chat_sessions.user_id = $1::UUID AND chat_messages.id = $2::UUID AND chat_messages.role = $3 FOR UPDATE OF chat_messages;

SELECT chat_sessions.user_id, chat_sessions.knowledge_base_id, chat_sessions.title, chat_sessions.id, chat_sessions.created_at, chat_sessions.updated_at
FROM chat_sessions
WHERE chat_sessions.id = $1::UUID;

SELECT chat_sessions.user_id, chat_sessions.knowledge_base_id, chat_sessions.title, chat_sessions.id, chat_sessions.created_at, chat_sessions.updated_at
FROM chat_sessions
WHERE chat_sessions.user_id = $1::UUID AND chat_sessions.id = $2::UUID;

SELECT chat_sessions.user_id, chat_sessions.knowledge_base_id, chat_sessions.title, chat_sessions.id, chat_sessions.created_at, chat_sessions.updated_at
FROM chat_sessions
WHERE chat_sessions.user_id = $1::UUID AND chat_sessions.id = $2::UUID FOR UPDATE;

SELECT chat_sessions.user_id, chat_sessions.knowledge_base_id, chat_sessions.title, chat_sessions.id, chat_sessions.created_at, chat_sessions.updated_at
FROM chat_sessions
WHERE chat_sessions.user_id = $1::UUID AND concat_ws($2, chat_sessions.title) ~ $3 AND chat_sessions.knowledge_base_id = $4::UUID ORDER BY chat_sessions.updated_at DESC, chat_sessions.id DESC
LIMIT $5;

SELECT chat_sessions.user_id, chat_sessions.knowledge_base_id, chat_sessions.title, chat_sessions.id, chat_sessions.created_at, chat_sessions.updated_at
FROM chat_sessions
WHERE chat_sessions.user_id = $1::UUID ORDER BY chat_sessions.created_at, chat_sessions.id
LIMIT $2;

SELECT chat_sessions.user_id, chat_sessions.knowledge_base_id, chat_sessions.title, chat_sessions.id, chat_sessions.created_at, chat_sessions.updated_at
FROM chat_sessions
WHERE chat_sessions.user_id = $1::UUID ORDER BY chat_sessions.updated_at DESC, chat_sessions.id DESC
LIMIT $2;

SELECT chunk_corrections.id, chunk_corrections.original, chunk_corrections.text
FROM chunk_corrections
WHERE chunk_corrections.document_id = $1::UUID ORDER BY chunk_corrections.corrected_at DESC, chunk_corrections.id;

SELECT chunk_corrections.original
FROM chunk_corrections, langchain_pg_embedding
WHERE langchain_pg_embedding.id = $1 AND chunk_corrections.document_id = langchain_pg_embedding.document_id AND CAST(chunk_corrections.id AS VARCHAR) = CAST((langchain_pg_embedding.cmetadata ->> $2) AS VARCHAR);

SELECT collections.knowledge_base_id, collections.name, collections.description, collections.is_default, collections.id, collections.created_at, collections.updated_at
FROM collections
WHERE collections.id = $1::UUID;

SELECT collections.knowledge_base_id, collections.name, collections.description, collections.is_default, collections.id, collections.created_at, collections.updated_at
FROM collections
WHERE collections.knowledge_base_id = $1::UUID AND collections.is_default FOR KEY SHARE;

SELECT collections.knowledge_base_id, collections.name, collections.description, collections.is_default, collections.id, collections.created_at, collections.updated_at
FROM collections JOIN knowledge_bases ON knowledge_bases.id = collections.knowledge_base_id
WHERE (collections.created_at, collections.id) < ($1, $2::UUID) ORDER BY collections.created_at DESC, collections.id DESC
LIMIT $3;

SELECT collections.knowledge_base_id, collections.name, collections.description, collections.is_default, collections.id, collections.created_at, collections.updated_at
FROM collections JOIN knowledge_bases ON knowledge_bases.id = collections.knowledge_base_id
WHERE (knowledge_bases.visibility = $1 OR knowledge_bases.owner_id = $2::UUID) AND collections.id = $3::UUID;

SELECT collections.knowledge_base_id, collections.name, collections.description, collections.is_default, collections.id, collections.created_at, collections.updated_at
FROM collections JOIN knowledge_bases ON knowledge_bases.id = collections.knowledge_base_id
WHERE (knowledge_bases.visibility = $1 OR knowledge_bases.owner_id = $2::UUID) AND collections.knowledge_base_id = $3::UUID ORDER BY collections.created_at DESC, collections.id DESC
LIMIT $4;

SELECT collections.knowledge_base_id, collections.name, collections.description, collections.is_default, collections.id, collections.created_at, collections.updated_at
FROM collections JOIN knowledge_bases ON knowledge_bases.id = collections.knowledge_base_id
WHERE collections.id = $1::UUID;

SELECT collections.knowledge_base_id, collections.name, collections.description, collections.is_default, collections.id, collections.created_at, collections.updated_at
FROM collections JOIN knowledge_bases ON knowledge_bases.id = collections.knowledge_base_id
WHERE collections.id = $1::UUID FOR KEY SHARE OF collections;

SELECT collections.knowledge_base_id, collections.name, collections.description, collections.is_default, collections.id, collections.created_at, collections.updated_at
FROM collections JOIN knowledge_bases ON knowledge_bases.id = collections.knowledge_base_id
WHERE collections.id = $1::UUID FOR UPDATE OF collections;

SELECT collections.knowledge_base_id, collections.name, collections.description, collections.is_default, collections.id, collections.created_at, collections.updated_at
FROM collections JOIN knowledge_bases ON knowledge_bases.id = collections.knowledge_base_id
WHERE collections.knowledge_base_id = $1::UUID ORDER BY collections.created_at DESC, collections.id DESC
LIMIT $2;

SELECT collections.knowledge_base_id, collections.name, collections.description, collections.is_default, collections.id, collections.created_at, collections.updated_at
FROM collections JOIN knowledge_bases ON knowledge_bases.id = collections.knowledge_base_id
WHERE concat_ws($1, collections.name) ~ $2 ORDER BY collections.created_at DESC, collections.id DESC
LIMIT $3;

SELECT collections.knowledge_base_id, collections.name, collections.description, collections.is_default, collections.id, collections.created_at, collections.updated_at
FROM collections JOIN knowledge_bases ON knowledge_bases.id = collections.knowledge_base_id
WHERE knowledge_bases.visibility = $1 OR knowledge_bases.owner_id = $2::UUID ORDER BY collections.created_at DESC, collections.id DESC
LIMIT $3;

SELECT collections.knowledge_base_id, collections.name, collections.description, collections.is_default, collections.id, collections.created_at, collections.updated_at
FROM collections JOIN knowledge_bases ON knowledge_bases.id = collections.knowledge_base_id
WHERE true ORDER BY collections.created_at DESC, collections.id DESC
LIMIT $1;

SELECT content_hash FROM documents;

SELECT count(*) AS collections
FROM collections
WHERE collections.knowledge_base_id = $1::UUID;

SELECT count(*) AS count_1
FROM (SELECT audit_events.id AS id, audit_events.service AS service, audit_events.action AS action, audit_events.result AS result, audit_events.reason AS reason, audit_events.actor_id AS actor_id, audit_events.session_id AS session_id, audit_events.target_type AS target_type, audit_events.target_id AS target_id, audit_events.ip_address AS ip_address, audit_events.request_id AS request_id, audit_events.changes AS changes, audit_events.occurrences AS occurrences, audit_events.occurred_at AS occurred_at, audit_events.recorded_at AS recorded_at
FROM audit_events) AS anon_1;

SELECT count(*) AS count_1
FROM (SELECT chat_sessions.user_id AS user_id, chat_sessions.knowledge_base_id AS knowledge_base_id, chat_sessions.title AS title, chat_sessions.id AS id, chat_sessions.created_at AS created_at, chat_sessions.updated_at AS updated_at
FROM chat_sessions
WHERE chat_sessions.user_id = $1::UUID) AS anon_1;

SELECT count(*) AS count_1
FROM (SELECT documents.knowledge_base_id AS knowledge_base_id, documents.collection_id AS collection_id, documents.title AS title, documents.file_name AS file_name, documents.media_type AS media_type, documents.size_bytes AS size_bytes, documents.content_hash AS content_hash, documents.status AS status, documents.error AS error, documents.error_code AS error_code, documents.warnings AS warnings, documents.chunk_count AS chunk_count, documents.tags AS tags, documents.index_version AS index_version, documents.uploaded_by AS uploaded_by, documents.request_id AS request_id, documents.attempts AS attempts, documents.lease_token AS lease_token, documents.lease_expires_at AS lease_expires_at, documents.progress AS progress, documents.step AS step, documents.id AS id, documents.created_at AS created_at, documents.updated_at AS updated_at
FROM documents JOIN knowledge_bases ON knowledge_bases.id = documents.knowledge_base_id
WHERE documents.collection_id = $1::UUID) AS anon_1;

SELECT count(*) AS count_1
FROM (SELECT knowledge_bases.name AS name, knowledge_bases.description AS description, knowledge_bases.visibility AS visibility, knowledge_bases.owner_id AS owner_id, knowledge_bases.embedding_provider AS embedding_provider, knowledge_bases.embedding_model AS embedding_model, knowledge_bases.embedding_dimensions AS embedding_dimensions, knowledge_bases.langchain_collection_id AS langchain_collection_id, knowledge_bases.meta_summary AS meta_summary, knowledge_bases.meta_statistics AS meta_statistics, knowledge_bases.meta_summary_model AS meta_summary_model, knowledge_bases.meta_summary_updated_at AS meta_summary_updated_at, knowledge_bases.id AS id, knowledge_bases.created_at AS created_at, knowledge_bases.updated_at AS updated_at
FROM knowledge_bases
WHERE (knowledge_bases.visibility = $1 OR knowledge_bases.owner_id = $2::UUID) AND concat_ws($3, knowledge_bases.name) ~ $4) AS anon_1;

SELECT count(*) AS count_1
FROM (SELECT knowledge_bases.name AS name, knowledge_bases.description AS description, knowledge_bases.visibility AS visibility, knowledge_bases.owner_id AS owner_id, knowledge_bases.embedding_provider AS embedding_provider, knowledge_bases.embedding_model AS embedding_model, knowledge_bases.embedding_dimensions AS embedding_dimensions, knowledge_bases.langchain_collection_id AS langchain_collection_id, knowledge_bases.meta_summary AS meta_summary, knowledge_bases.meta_statistics AS meta_statistics, knowledge_bases.meta_summary_model AS meta_summary_model, knowledge_bases.meta_summary_updated_at AS meta_summary_updated_at, knowledge_bases.id AS id, knowledge_bases.created_at AS created_at, knowledge_bases.updated_at AS updated_at
FROM knowledge_bases
WHERE true) AS anon_1;

SELECT count(*) AS count_1
FROM (SELECT login_logs.id AS id, login_logs.user_id AS user_id, login_logs.email AS email, login_logs.succeeded AS succeeded, login_logs.reason AS reason, login_logs.ip_address AS ip_address, login_logs.user_agent AS user_agent, login_logs.occurrences AS occurrences, login_logs.request_id AS request_id, login_logs.occurred_at AS occurred_at, login_logs.created_at AS created_at
FROM login_logs
WHERE true) AS anon_1;

SELECT count(*) AS count_1
FROM document_parts
WHERE document_parts.number = $1;

SELECT count(*) AS count_1
FROM query_classifications
WHERE query_classifications.asked_by = $1::UUID AND query_classifications.created_at > now() - $2 AND query_classifications.classification = $3;

SELECT count(*) AS count_1
FROM stored_files
WHERE stored_files.state = $1 AND (EXISTS (SELECT *
FROM documents
WHERE stored_files.document_id = documents.id AND stored_files.content_hash = documents.content_hash AND stored_files.size_bytes = documents.size_bytes));

SELECT count(*) AS count_1
FROM stored_files
WHERE stored_files.state = $1 OR NOT (EXISTS (SELECT *
FROM documents
WHERE stored_files.document_id = documents.id AND stored_files.content_hash = documents.content_hash AND stored_files.size_bytes = documents.size_bytes)) AND NOT (stored_files.state = $2 AND stored_files.changed_at > now() - interval '10 minutes');

SELECT count(*) AS count_1, coalesce(EXTRACT(epoch FROM clock_timestamp() - min(anon_1.created_at)), $1) AS coalesce_1
FROM (SELECT documents.created_at AS created_at
FROM documents
WHERE documents.status IN ($2) UNION ALL SELECT document_renewals.created_at AS created_at
FROM document_renewals
WHERE document_renewals.status IN ($3)) AS anon_1;

SELECT count(*) AS documents, count(*) FILTER (WHERE documents.status = $1) AS ready, count(*) FILTER (WHERE documents.status = $2) AS failed, coalesce(sum(documents.chunk_count), $3) AS chunks, coalesce(sum(documents.size_bytes), $4) AS size_bytes, max(documents.created_at) AS newest
FROM documents
WHERE documents.knowledge_base_id = $5::UUID;

SELECT count(*) FROM new_chunk_vectors;

SELECT count(langchain_pg_embedding.id) AS count_1, count(new_chunk_vectors.chunk_id) AS count_2
FROM langchain_pg_embedding LEFT OUTER JOIN new_chunk_vectors ON new_chunk_vectors.chunk_id = langchain_pg_embedding.id
WHERE langchain_pg_embedding.collection_id = $1::UUID AND langchain_pg_embedding.document IS NOT NULL;

SELECT delete_old_audit_events($1, $2) AS delete_old_audit_events_1;

SELECT document_parts.content, stored_files.state
FROM documents LEFT OUTER JOIN document_parts ON document_parts.document_id = documents.id AND document_parts.number = $1 LEFT OUTER JOIN stored_files ON stored_files.document_id = documents.id AND stored_files.content_hash = documents.content_hash AND stored_files.size_bytes = documents.size_bytes
WHERE documents.id = $2::UUID AND documents.content_hash = $3 AND documents.size_bytes = $4;

SELECT document_renewal_parts.content
FROM document_renewal_parts
WHERE document_renewal_parts.renewal_id = $1::UUID AND document_renewal_parts.number = $2;

SELECT document_renewals.id
FROM document_renewals
WHERE document_renewals.id = $1::UUID AND document_renewals.lease_token = $2::UUID FOR UPDATE;

SELECT documents.collection_id, count(*) AS document_count
FROM documents
WHERE documents.collection_id IN ($1::UUID) GROUP BY documents.collection_id;

SELECT documents.collection_id, documents.title, documents.file_name
FROM documents JOIN knowledge_bases ON knowledge_bases.id = documents.knowledge_base_id
WHERE documents.id = $1::UUID AND knowledge_bases.embedding_provider = $2 AND knowledge_bases.embedding_model = $3 FOR UPDATE OF documents;

SELECT documents.collection_id, documents.title, documents.file_name, EXISTS (SELECT *
FROM langchain_pg_embedding
WHERE langchain_pg_embedding.document_id = documents.id) AS anon_1
FROM documents JOIN knowledge_bases ON knowledge_bases.id = documents.knowledge_base_id
WHERE documents.id = $1::UUID AND documents.lease_token = $2::UUID AND knowledge_bases.embedding_provider = $3 AND knowledge_bases.embedding_model = $4 FOR UPDATE OF documents;

SELECT documents.id
FROM documents
WHERE documents.collection_id = $1::UUID;

SELECT documents.id
FROM documents
WHERE documents.id = $1::UUID AND documents.content_hash = $2 AND documents.size_bytes = $3 FOR UPDATE OF documents;

SELECT documents.id, documents.content_hash, documents.size_bytes
FROM documents JOIN document_parts ON document_parts.document_id = documents.id AND document_parts.number = $1 LEFT OUTER JOIN stored_files ON stored_files.document_id = documents.id AND stored_files.content_hash = documents.content_hash AND stored_files.size_bytes = documents.size_bytes
WHERE (documents.status NOT IN ($2)) AND (stored_files.state IS NULL OR NOT (stored_files.state = $3 AND stored_files.changed_at > now() - interval '10 minutes'))
LIMIT $4 FOR UPDATE OF documents SKIP LOCKED;

SELECT documents.id, documents.content_hash, documents.size_bytes
FROM documents JOIN document_parts ON document_parts.document_id = documents.id AND document_parts.number = $1 LEFT OUTER JOIN stored_files ON stored_files.document_id = documents.id AND stored_files.content_hash = documents.content_hash AND stored_files.size_bytes = documents.size_bytes
WHERE (documents.status NOT IN ($2)) AND (stored_files.state IS NULL OR NOT (stored_files.state = $3 AND stored_files.changed_at > now() - interval '10 minutes')) AND documents.id = $4::UUID;

SELECT documents.id, documents.file_name
FROM documents
WHERE documents.id IN ($1::UUID);

SELECT documents.id, documents.knowledge_base_id
FROM documents
WHERE documents.status = $1 AND documents.index_version < $2 ORDER BY documents.id
LIMIT $3;

SELECT documents.knowledge_base_id, documents.collection_id, documents.title, documents.file_name, documents.media_type, documents.size_bytes, documents.content_hash, documents.status, documents.error, documents.error_code, documents.warnings, documents.chunk_count, documents.tags, documents.index_version, documents.uploaded_by, documents.request_id, documents.attempts, documents.lease_token, documents.lease_expires_at, documents.progress, documents.step, documents.id, documents.created_at, documents.updated_at, document_renewals_1.document_id, document_renewals_1.file_name AS file_name_1, document_renewals_1.media_type AS media_type_1, document_renewals_1.size_bytes AS size_bytes_1, document_renewals_1.content_hash AS content_hash_1, document_renewals_1.requested_by, document_renewals_1.request_id AS request_id_1, document_renewals_1.created_at AS created_at_1, document_renewals_1.status AS status_1, document_renewals_1.error AS error_1, document_renewals_1.error_code AS error_code_1, document_renewals_1.attempts AS attempts_1, document_renewals_1.lease_token AS lease_token_1, document_renewals_1.lease_expires_at AS lease_expires_at_1, document_renewals_1.progress AS progress_1, document_renewals_1.step AS step_1, document_renewals_1.id AS id_1
FROM documents JOIN knowledge_bases ON knowledge_bases.id = documents.knowledge_base_id LEFT OUTER JOIN document_renewals AS document_renewals_1 ON documents.id = document_renewals_1.document_id
WHERE (knowledge_bases.visibility = $1 OR knowledge_bases.owner_id = $2::UUID) AND documents.id = $3::UUID;

SELECT documents.knowledge_base_id, documents.collection_id, documents.title, documents.file_name, documents.media_type, documents.size_bytes, documents.content_hash, documents.status, documents.error, documents.error_code, documents.warnings, documents.chunk_count, documents.tags, documents.index_version, documents.uploaded_by, documents.request_id, documents.attempts, documents.lease_token, documents.lease_expires_at, documents.progress, documents.step, documents.id, documents.created_at, documents.updated_at, document_renewals_1.document_id, document_renewals_1.file_name AS file_name_1, document_renewals_1.media_type AS media_type_1, document_renewals_1.size_bytes AS size_bytes_1, document_renewals_1.content_hash AS content_hash_1, document_renewals_1.requested_by, document_renewals_1.request_id AS request_id_1, document_renewals_1.created_at AS created_at_1, document_renewals_1.status AS status_1, document_renewals_1.error AS error_1, document_renewals_1.error_code AS error_code_1, document_renewals_1.attempts AS attempts_1, document_renewals_1.lease_token AS lease_token_1, document_renewals_1.lease_expires_at AS lease_expires_at_1, document_renewals_1.progress AS progress_1, document_renewals_1.step AS step_1, document_renewals_1.id AS id_1
FROM documents JOIN knowledge_bases ON knowledge_bases.id = documents.knowledge_base_id LEFT OUTER JOIN document_renewals AS document_renewals_1 ON documents.id = document_renewals_1.document_id
WHERE (knowledge_bases.visibility = $1 OR knowledge_bases.owner_id = $2::UUID) AND documents.uploaded_by = $3::UUID ORDER BY documents.created_at, documents.id
LIMIT $4;

SELECT documents.knowledge_base_id, documents.collection_id, documents.title, documents.file_name, documents.media_type, documents.size_bytes, documents.content_hash, documents.status, documents.error, documents.error_code, documents.warnings, documents.chunk_count, documents.tags, documents.index_version, documents.uploaded_by, documents.request_id, documents.attempts, documents.lease_token, documents.lease_expires_at, documents.progress, documents.step, documents.id, documents.created_at, documents.updated_at, document_renewals_1.document_id, document_renewals_1.file_name AS file_name_1, document_renewals_1.media_type AS media_type_1, document_renewals_1.size_bytes AS size_bytes_1, document_renewals_1.content_hash AS content_hash_1, document_renewals_1.requested_by, document_renewals_1.request_id AS request_id_1, document_renewals_1.created_at AS created_at_1, document_renewals_1.status AS status_1, document_renewals_1.error AS error_1, document_renewals_1.error_code AS error_code_1, document_renewals_1.attempts AS attempts_1, document_renewals_1.lease_token AS lease_token_1, document_renewals_1.lease_expires_at AS lease_expires_at_1, document_renewals_1.progress AS progress_1, document_renewals_1.step AS step_1, document_renewals_1.id AS id_1
FROM documents JOIN knowledge_bases ON knowledge_bases.id = documents.knowledge_base_id LEFT OUTER JOIN document_renewals AS document_renewals_1 ON documents.id = document_renewals_1.document_id
WHERE coalesce((SELECT document_renewals.status
FROM document_renewals
WHERE document_renewals.document_id = documents.id AND document_renewals.status IN ($1)), documents.status) = $2 ORDER BY documents.created_at DESC, documents.id DESC
LIMIT $3;

SELECT documents.knowledge_base_id, documents.collection_id, documents.title, documents.file_name, documents.media_type, documents.size_bytes, documents.content_hash, documents.status, documents.error, documents.error_code, documents.warnings, documents.chunk_count, documents.tags, documents.index_version, documents.uploaded_by, documents.request_id, documents.attempts, documents.lease_token, documents.lease_expires_at, documents.progress, documents.step, documents.id, documents.created_at, documents.updated_at, document_renewals_1.document_id, document_renewals_1.file_name AS file_name_1, document_renewals_1.media_type AS media_type_1, document_renewals_1.size_bytes AS size_bytes_1, document_renewals_1.content_hash AS content_hash_1, document_renewals_1.requested_by, document_renewals_1.request_id AS request_id_1, document_renewals_1.created_at AS created_at_1, document_renewals_1.status AS status_1, document_renewals_1.error AS error_1, document_renewals_1.error_code AS error_code_1, document_renewals_1.attempts AS attempts_1, document_renewals_1.lease_token AS lease_token_1, document_renewals_1.lease_expires_at AS lease_expires_at_1, document_renewals_1.progress AS progress_1, document_renewals_1.step AS step_1, document_renewals_1.id AS id_1
FROM documents JOIN knowledge_bases ON knowledge_bases.id = documents.knowledge_base_id LEFT OUTER JOIN document_renewals AS document_renewals_1 ON documents.id = document_renewals_1.document_id
WHERE concat_ws($1, documents.title, documents.file_name) ~ $2 ORDER BY documents.created_at DESC, documents.id DESC
LIMIT $3;

SELECT documents.knowledge_base_id, documents.collection_id, documents.title, documents.file_name, documents.media_type, documents.size_bytes, documents.content_hash, documents.status, documents.error, documents.error_code, documents.warnings, documents.chunk_count, documents.tags, documents.index_version, documents.uploaded_by, documents.request_id, documents.attempts, documents.lease_token, documents.lease_expires_at, documents.progress, documents.step, documents.id, documents.created_at, documents.updated_at, document_renewals_1.document_id, document_renewals_1.file_name AS file_name_1, document_renewals_1.media_type AS media_type_1, document_renewals_1.size_bytes AS size_bytes_1, document_renewals_1.content_hash AS content_hash_1, document_renewals_1.requested_by, document_renewals_1.request_id AS request_id_1, document_renewals_1.created_at AS created_at_1, document_renewals_1.status AS status_1, document_renewals_1.error AS error_1, document_renewals_1.error_code AS error_code_1, document_renewals_1.attempts AS attempts_1, document_renewals_1.lease_token AS lease_token_1, document_renewals_1.lease_expires_at AS lease_expires_at_1, document_renewals_1.progress AS progress_1, document_renewals_1.step AS step_1, document_renewals_1.id AS id_1
FROM documents JOIN knowledge_bases ON knowledge_bases.id = documents.knowledge_base_id LEFT OUTER JOIN document_renewals AS document_renewals_1 ON documents.id = document_renewals_1.document_id
WHERE documents.collection_id = $1::UUID AND (documents.created_at, documents.id) < ($2, $3::UUID) ORDER BY documents.created_at DESC, documents.id DESC
LIMIT $4;

SELECT documents.knowledge_base_id, documents.collection_id, documents.title, documents.file_name, documents.media_type, documents.size_bytes, documents.content_hash, documents.status, documents.error, documents.error_code, documents.warnings, documents.chunk_count, documents.tags, documents.index_version, documents.uploaded_by, documents.request_id, documents.attempts, documents.lease_token, documents.lease_expires_at, documents.progress, documents.step, documents.id, documents.created_at, documents.updated_at, document_renewals_1.document_id, document_renewals_1.file_name AS file_name_1, document_renewals_1.media_type AS media_type_1, document_renewals_1.size_bytes AS size_bytes_1, document_renewals_1.content_hash AS content_hash_1, document_renewals_1.requested_by, document_renewals_1.request_id AS request_id_1, document_renewals_1.created_at AS created_at_1, document_renewals_1.status AS status_1, document_renewals_1.error AS error_1, document_renewals_1.error_code AS error_code_1, document_renewals_1.attempts AS attempts_1, document_renewals_1.lease_token AS lease_token_1, document_renewals_1.lease_expires_at AS lease_expires_at_1, document_renewals_1.progress AS progress_1, document_renewals_1.step AS step_1, document_renewals_1.id AS id_1
FROM documents JOIN knowledge_bases ON knowledge_bases.id = documents.knowledge_base_id LEFT OUTER JOIN document_renewals AS document_renewals_1 ON documents.id = document_renewals_1.document_id
WHERE documents.collection_id = $1::UUID ORDER BY documents.created_at DESC, documents.id DESC
LIMIT $2;

SELECT documents.knowledge_base_id, documents.collection_id, documents.title, documents.file_name, documents.media_type, documents.size_bytes, documents.content_hash, documents.status, documents.error, documents.error_code, documents.warnings, documents.chunk_count, documents.tags, documents.index_version, documents.uploaded_by, documents.request_id, documents.attempts, documents.lease_token, documents.lease_expires_at, documents.progress, documents.step, documents.id, documents.created_at, documents.updated_at, document_renewals_1.document_id, document_renewals_1.file_name AS file_name_1, document_renewals_1.media_type AS media_type_1, document_renewals_1.size_bytes AS size_bytes_1, document_renewals_1.content_hash AS content_hash_1, document_renewals_1.requested_by, document_renewals_1.request_id AS request_id_1, document_renewals_1.created_at AS created_at_1, document_renewals_1.status AS status_1, document_renewals_1.error AS error_1, document_renewals_1.error_code AS error_code_1, document_renewals_1.attempts AS attempts_1, document_renewals_1.lease_token AS lease_token_1, document_renewals_1.lease_expires_at AS lease_expires_at_1, document_renewals_1.progress AS progress_1, document_renewals_1.step AS step_1, document_renewals_1.id AS id_1
FROM documents JOIN knowledge_bases ON knowledge_bases.id = documents.knowledge_base_id LEFT OUTER JOIN document_renewals AS document_renewals_1 ON documents.id = document_renewals_1.document_id
WHERE documents.created_at < $1 ORDER BY documents.created_at DESC, documents.id DESC
LIMIT $2;

SELECT documents.knowledge_base_id, documents.collection_id, documents.title, documents.file_name, documents.media_type, documents.size_bytes, documents.content_hash, documents.status, documents.error, documents.error_code, documents.warnings, documents.chunk_count, documents.tags, documents.index_version, documents.uploaded_by, documents.request_id, documents.attempts, documents.lease_token, documents.lease_expires_at, documents.progress, documents.step, documents.id, documents.created_at, documents.updated_at, document_renewals_1.document_id, document_renewals_1.file_name AS file_name_1, document_renewals_1.media_type AS media_type_1, document_renewals_1.size_bytes AS size_bytes_1, document_renewals_1.content_hash AS content_hash_1, document_renewals_1.requested_by, document_renewals_1.request_id AS request_id_1, document_renewals_1.created_at AS created_at_1, document_renewals_1.status AS status_1, document_renewals_1.error AS error_1, document_renewals_1.error_code AS error_code_1, document_renewals_1.attempts AS attempts_1, document_renewals_1.lease_token AS lease_token_1, document_renewals_1.lease_expires_at AS lease_expires_at_1, document_renewals_1.progress AS progress_1, document_renewals_1.step AS step_1, document_renewals_1.id AS id_1
FROM documents JOIN knowledge_bases ON knowledge_bases.id = documents.knowledge_base_id LEFT OUTER JOIN document_renewals AS document_renewals_1 ON documents.id = document_renewals_1.document_id
WHERE documents.created_at >= $1 ORDER BY documents.created_at DESC, documents.id DESC
LIMIT $2;

SELECT documents.knowledge_base_id, documents.collection_id, documents.title, documents.file_name, documents.media_type, documents.size_bytes, documents.content_hash, documents.status, documents.error, documents.error_code, documents.warnings, documents.chunk_count, documents.tags, documents.index_version, documents.uploaded_by, documents.request_id, documents.attempts, documents.lease_token, documents.lease_expires_at, documents.progress, documents.step, documents.id, documents.created_at, documents.updated_at, document_renewals_1.document_id, document_renewals_1.file_name AS file_name_1, document_renewals_1.media_type AS media_type_1, document_renewals_1.size_bytes AS size_bytes_1, document_renewals_1.content_hash AS content_hash_1, document_renewals_1.requested_by, document_renewals_1.request_id AS request_id_1, document_renewals_1.created_at AS created_at_1, document_renewals_1.status AS status_1, document_renewals_1.error AS error_1, document_renewals_1.error_code AS error_code_1, document_renewals_1.attempts AS attempts_1, document_renewals_1.lease_token AS lease_token_1, document_renewals_1.lease_expires_at AS lease_expires_at_1, document_renewals_1.progress AS progress_1, document_renewals_1.step AS step_1, document_renewals_1.id AS id_1
FROM documents JOIN knowledge_bases ON knowledge_bases.id = documents.knowledge_base_id LEFT OUTER JOIN document_renewals AS document_renewals_1 ON documents.id = document_renewals_1.document_id
WHERE documents.id = $1::UUID;

SELECT documents.knowledge_base_id, documents.collection_id, documents.title, documents.file_name, documents.media_type, documents.size_bytes, documents.content_hash, documents.status, documents.error, documents.error_code, documents.warnings, documents.chunk_count, documents.tags, documents.index_version, documents.uploaded_by, documents.request_id, documents.attempts, documents.lease_token, documents.lease_expires_at, documents.progress, documents.step, documents.id, documents.created_at, documents.updated_at, document_renewals_1.document_id, document_renewals_1.file_name AS file_name_1, document_renewals_1.media_type AS media_type_1, document_renewals_1.size_bytes AS size_bytes_1, document_renewals_1.content_hash AS content_hash_1, document_renewals_1.requested_by, document_renewals_1.request_id AS request_id_1, document_renewals_1.created_at AS created_at_1, document_renewals_1.status AS status_1, document_renewals_1.error AS error_1, document_renewals_1.error_code AS error_code_1, document_renewals_1.attempts AS attempts_1, document_renewals_1.lease_token AS lease_token_1, document_renewals_1.lease_expires_at AS lease_expires_at_1, document_renewals_1.progress AS progress_1, document_renewals_1.step AS step_1, document_renewals_1.id AS id_1
FROM documents JOIN knowledge_bases ON knowledge_bases.id = documents.knowledge_base_id LEFT OUTER JOIN document_renewals AS document_renewals_1 ON documents.id = document_renewals_1.document_id
WHERE documents.id = $1::UUID FOR UPDATE OF documents;

SELECT documents.knowledge_base_id, documents.collection_id, documents.title, documents.file_name, documents.media_type, documents.size_bytes, documents.content_hash, documents.status, documents.error, documents.error_code, documents.warnings, documents.chunk_count, documents.tags, documents.index_version, documents.uploaded_by, documents.request_id, documents.attempts, documents.lease_token, documents.lease_expires_at, documents.progress, documents.step, documents.id, documents.created_at, documents.updated_at, document_renewals_1.document_id, document_renewals_1.file_name AS file_name_1, document_renewals_1.media_type AS media_type_1, document_renewals_1.size_bytes AS size_bytes_1, document_renewals_1.content_hash AS content_hash_1, document_renewals_1.requested_by, document_renewals_1.request_id AS request_id_1, document_renewals_1.created_at AS created_at_1, document_renewals_1.status AS status_1, document_renewals_1.error AS error_1, document_renewals_1.error_code AS error_code_1, document_renewals_1.attempts AS attempts_1, document_renewals_1.lease_token AS lease_token_1, document_renewals_1.lease_expires_at AS lease_expires_at_1, document_renewals_1.progress AS progress_1, document_renewals_1.step AS step_1, document_renewals_1.id AS id_1
FROM documents JOIN knowledge_bases ON knowledge_bases.id = documents.knowledge_base_id LEFT OUTER JOIN document_renewals AS document_renewals_1 ON documents.id = document_renewals_1.document_id
WHERE documents.knowledge_base_id = $1::UUID ORDER BY documents.created_at DESC, documents.id DESC
LIMIT $2;

SELECT documents.knowledge_base_id, documents.collection_id, documents.title, documents.file_name, documents.media_type, documents.size_bytes, documents.content_hash, documents.status, documents.error, documents.error_code, documents.warnings, documents.chunk_count, documents.tags, documents.index_version, documents.uploaded_by, documents.request_id, documents.attempts, documents.lease_token, documents.lease_expires_at, documents.progress, documents.step, documents.id, documents.created_at, documents.updated_at, document_renewals_1.document_id, document_renewals_1.file_name AS file_name_1, document_renewals_1.media_type AS media_type_1, document_renewals_1.size_bytes AS size_bytes_1, document_renewals_1.content_hash AS content_hash_1, document_renewals_1.requested_by, document_renewals_1.request_id AS request_id_1, document_renewals_1.created_at AS created_at_1, document_renewals_1.status AS status_1, document_renewals_1.error AS error_1, document_renewals_1.error_code AS error_code_1, document_renewals_1.attempts AS attempts_1, document_renewals_1.lease_token AS lease_token_1, document_renewals_1.lease_expires_at AS lease_expires_at_1, document_renewals_1.progress AS progress_1, document_renewals_1.step AS step_1, document_renewals_1.id AS id_1
FROM documents JOIN knowledge_bases ON knowledge_bases.id = documents.knowledge_base_id LEFT OUTER JOIN document_renewals AS document_renewals_1 ON documents.id = document_renewals_1.document_id
WHERE documents.media_type = $1 ORDER BY documents.created_at DESC, documents.id DESC
LIMIT $2;

SELECT documents.knowledge_base_id, documents.collection_id, documents.title, documents.file_name, documents.media_type, documents.size_bytes, documents.content_hash, documents.status, documents.error, documents.error_code, documents.warnings, documents.chunk_count, documents.tags, documents.index_version, documents.uploaded_by, documents.request_id, documents.attempts, documents.lease_token, documents.lease_expires_at, documents.progress, documents.step, documents.id, documents.created_at, documents.updated_at, document_renewals_1.document_id, document_renewals_1.file_name AS file_name_1, document_renewals_1.media_type AS media_type_1, document_renewals_1.size_bytes AS size_bytes_1, document_renewals_1.content_hash AS content_hash_1, document_renewals_1.requested_by, document_renewals_1.request_id AS request_id_1, document_renewals_1.created_at AS created_at_1, document_renewals_1.status AS status_1, document_renewals_1.error AS error_1, document_renewals_1.error_code AS error_code_1, document_renewals_1.attempts AS attempts_1, document_renewals_1.lease_token AS lease_token_1, document_renewals_1.lease_expires_at AS lease_expires_at_1, document_renewals_1.progress AS progress_1, document_renewals_1.step AS step_1, document_renewals_1.id AS id_1
FROM documents JOIN knowledge_bases ON knowledge_bases.id = documents.knowledge_base_id LEFT OUTER JOIN document_renewals AS document_renewals_1 ON documents.id = document_renewals_1.document_id
WHERE documents.tags @> $1::TEXT[] ORDER BY documents.created_at DESC, documents.id DESC
LIMIT $2;

SELECT documents.knowledge_base_id, documents.collection_id, documents.title, documents.file_name, documents.media_type, documents.size_bytes, documents.content_hash, documents.status, documents.error, documents.error_code, documents.warnings, documents.chunk_count, documents.tags, documents.index_version, documents.uploaded_by, documents.request_id, documents.attempts, documents.lease_token, documents.lease_expires_at, documents.progress, documents.step, documents.id, documents.created_at, documents.updated_at, document_renewals_1.document_id, document_renewals_1.file_name AS file_name_1, document_renewals_1.media_type AS media_type_1, document_renewals_1.size_bytes AS size_bytes_1, document_renewals_1.content_hash AS content_hash_1, document_renewals_1.requested_by, document_renewals_1.request_id AS request_id_1, document_renewals_1.created_at AS created_at_1, document_renewals_1.status AS status_1, document_renewals_1.error AS error_1, document_renewals_1.error_code AS error_code_1, document_renewals_1.attempts AS attempts_1, document_renewals_1.lease_token AS lease_token_1, document_renewals_1.lease_expires_at AS lease_expires_at_1, document_renewals_1.progress AS progress_1, document_renewals_1.step AS step_1, document_renewals_1.id AS id_1
FROM documents JOIN knowledge_bases ON knowledge_bases.id = documents.knowledge_base_id LEFT OUTER JOIN document_renewals AS document_renewals_1 ON documents.id = document_renewals_1.document_id
WHERE documents.uploaded_by = $1::UUID ORDER BY documents.created_at, documents.id
LIMIT $2;

SELECT documents.knowledge_base_id, documents.collection_id, documents.title, documents.file_name, documents.media_type, documents.size_bytes, documents.content_hash, documents.status, documents.error, documents.error_code, documents.warnings, documents.chunk_count, documents.tags, documents.index_version, documents.uploaded_by, documents.request_id, documents.attempts, documents.lease_token, documents.lease_expires_at, documents.progress, documents.step, documents.id, documents.created_at, documents.updated_at, document_renewals_1.document_id, document_renewals_1.file_name AS file_name_1, document_renewals_1.media_type AS media_type_1, document_renewals_1.size_bytes AS size_bytes_1, document_renewals_1.content_hash AS content_hash_1, document_renewals_1.requested_by, document_renewals_1.request_id AS request_id_1, document_renewals_1.created_at AS created_at_1, document_renewals_1.status AS status_1, document_renewals_1.error AS error_1, document_renewals_1.error_code AS error_code_1, document_renewals_1.attempts AS attempts_1, document_renewals_1.lease_token AS lease_token_1, document_renewals_1.lease_expires_at AS lease_expires_at_1, document_renewals_1.progress AS progress_1, document_renewals_1.step AS step_1, document_renewals_1.id AS id_1
FROM documents JOIN knowledge_bases ON knowledge_bases.id = documents.knowledge_base_id LEFT OUTER JOIN document_renewals AS document_renewals_1 ON documents.id = document_renewals_1.document_id
WHERE knowledge_bases.visibility = $1 OR knowledge_bases.owner_id = $2::UUID ORDER BY documents.created_at DESC, documents.id DESC
LIMIT $3;

SELECT documents.knowledge_base_id, documents.collection_id, documents.title, documents.file_name, documents.media_type, documents.size_bytes, documents.content_hash, documents.status, documents.error, documents.error_code, documents.warnings, documents.chunk_count, documents.tags, documents.index_version, documents.uploaded_by, documents.request_id, documents.attempts, documents.lease_token, documents.lease_expires_at, documents.progress, documents.step, documents.id, documents.created_at, documents.updated_at, document_renewals_1.document_id, document_renewals_1.file_name AS file_name_1, document_renewals_1.media_type AS media_type_1, document_renewals_1.size_bytes AS size_bytes_1, document_renewals_1.content_hash AS content_hash_1, document_renewals_1.requested_by, document_renewals_1.request_id AS request_id_1, document_renewals_1.created_at AS created_at_1, document_renewals_1.status AS status_1, document_renewals_1.error AS error_1, document_renewals_1.error_code AS error_code_1, document_renewals_1.attempts AS attempts_1, document_renewals_1.lease_token AS lease_token_1, document_renewals_1.lease_expires_at AS lease_expires_at_1, document_renewals_1.progress AS progress_1, document_renewals_1.step AS step_1, document_renewals_1.id AS id_1
FROM documents JOIN knowledge_bases ON knowledge_bases.id = documents.knowledge_base_id LEFT OUTER JOIN document_renewals AS document_renewals_1 ON documents.id = document_renewals_1.document_id
WHERE true ORDER BY documents.created_at DESC, documents.id DESC
LIMIT $1;

SELECT documents.knowledge_base_id, documents.collection_id, documents.title, documents.file_name, documents.media_type, documents.size_bytes, documents.content_hash, documents.status, documents.error, documents.error_code, documents.warnings, documents.chunk_count, documents.tags, documents.index_version, documents.uploaded_by, documents.request_id, documents.attempts, documents.lease_token, documents.lease_expires_at, documents.progress, documents.step, documents.id, documents.created_at, documents.updated_at, document_renewals_1.document_id, document_renewals_1.file_name AS file_name_1, document_renewals_1.media_type AS media_type_1, document_renewals_1.size_bytes AS size_bytes_1, document_renewals_1.content_hash AS content_hash_1, document_renewals_1.requested_by, document_renewals_1.request_id AS request_id_1, document_renewals_1.created_at AS created_at_1, document_renewals_1.status AS status_1, document_renewals_1.error AS error_1, document_renewals_1.error_code AS error_code_1, document_renewals_1.attempts AS attempts_1, document_renewals_1.lease_token AS lease_token_1, document_renewals_1.lease_expires_at AS lease_expires_at_1, document_renewals_1.progress AS progress_1, document_renewals_1.step AS step_1, document_renewals_1.id AS id_1
FROM documents LEFT OUTER JOIN document_renewals AS document_renewals_1 ON documents.id = document_renewals_1.document_id
WHERE documents.id = $1::UUID;

SELECT documents.knowledge_base_id, documents.collection_id, documents.title, documents.file_name, documents.media_type, documents.size_bytes, documents.content_hash, documents.status, documents.error, documents.error_code, documents.warnings, documents.chunk_count, documents.tags, documents.index_version, documents.uploaded_by, documents.request_id, documents.attempts, documents.lease_token, documents.lease_expires_at, documents.progress, documents.step, documents.id, documents.created_at, documents.updated_at, document_renewals_1.document_id, document_renewals_1.file_name AS file_name_1, document_renewals_1.media_type AS media_type_1, document_renewals_1.size_bytes AS size_bytes_1, document_renewals_1.content_hash AS content_hash_1, document_renewals_1.requested_by, document_renewals_1.request_id AS request_id_1, document_renewals_1.created_at AS created_at_1, document_renewals_1.status AS status_1, document_renewals_1.error AS error_1, document_renewals_1.error_code AS error_code_1, document_renewals_1.attempts AS attempts_1, document_renewals_1.lease_token AS lease_token_1, document_renewals_1.lease_expires_at AS lease_expires_at_1, document_renewals_1.progress AS progress_1, document_renewals_1.step AS step_1, document_renewals_1.id AS id_1
FROM documents LEFT OUTER JOIN document_renewals AS document_renewals_1 ON documents.id = document_renewals_1.document_id
WHERE documents.id = $1::UUID AND documents.status = $2 AND documents.index_version < $3 FOR UPDATE OF documents;

SELECT documents.knowledge_base_id, documents.collection_id, documents.title, documents.file_name, documents.media_type, documents.size_bytes, documents.content_hash, documents.status, documents.error, documents.error_code, documents.warnings, documents.chunk_count, documents.tags, documents.index_version, documents.uploaded_by, documents.request_id, documents.attempts, documents.lease_token, documents.lease_expires_at, documents.progress, documents.step, documents.id, documents.created_at, documents.updated_at, document_renewals_1.document_id, document_renewals_1.file_name AS file_name_1, document_renewals_1.media_type AS media_type_1, document_renewals_1.size_bytes AS size_bytes_1, document_renewals_1.content_hash AS content_hash_1, document_renewals_1.requested_by, document_renewals_1.request_id AS request_id_1, document_renewals_1.created_at AS created_at_1, document_renewals_1.status AS status_1, document_renewals_1.error AS error_1, document_renewals_1.error_code AS error_code_1, document_renewals_1.attempts AS attempts_1, document_renewals_1.lease_token AS lease_token_1, document_renewals_1.lease_expires_at AS lease_expires_at_1, document_renewals_1.progress AS progress_1, document_renewals_1.step AS step_1, document_renewals_1.id AS id_1
FROM documents LEFT OUTER JOIN document_renewals AS document_renewals_1 ON documents.id = document_renewals_1.document_id
WHERE documents.knowledge_base_id = $1::UUID AND documents.content_hash IN ($2) ORDER BY documents.created_at, documents.id
LIMIT $3;

SELECT documents.knowledge_base_id, documents.collection_id, documents.title, documents.file_name, documents.media_type, documents.size_bytes, documents.content_hash, documents.status, documents.error, documents.error_code, documents.warnings, documents.chunk_count, documents.tags, documents.index_version, documents.uploaded_by, documents.request_id, documents.attempts, documents.lease_token, documents.lease_expires_at, documents.progress, documents.step, documents.id, documents.created_at, documents.updated_at, langchain_pg_embedding.chunk_index, document_renewals_1.document_id, document_renewals_1.file_name AS file_name_1, document_renewals_1.media_type AS media_type_1, document_renewals_1.size_bytes AS size_bytes_1, document_renewals_1.content_hash AS content_hash_1, document_renewals_1.requested_by, document_renewals_1.request_id AS request_id_1, document_renewals_1.created_at AS created_at_1, document_renewals_1.status AS status_1, document_renewals_1.error AS error_1, document_renewals_1.error_code AS error_code_1, document_renewals_1.attempts AS attempts_1, document_renewals_1.lease_token AS lease_token_1, document_renewals_1.lease_expires_at AS lease_expires_at_1, document_renewals_1.progress AS progress_1, document_renewals_1.step AS step_1, document_renewals_1.id AS id_1
FROM documents JOIN knowledge_bases ON knowledge_bases.id = documents.knowledge_base_id JOIN langchain_pg_embedding ON langchain_pg_embedding.document_id = documents.id LEFT OUTER JOIN document_renewals AS document_renewals_1 ON documents.id = document_renewals_1.document_id
WHERE (knowledge_bases.visibility = $1 OR knowledge_bases.owner_id = $2::UUID) AND langchain_pg_embedding.id = $3 AND documents.status = $4;

SELECT documents.knowledge_base_id, documents.collection_id, documents.title, documents.file_name, documents.media_type, documents.size_bytes, documents.content_hash, documents.status, documents.error, documents.error_code, documents.warnings, documents.chunk_count, documents.tags, documents.index_version, documents.uploaded_by, documents.request_id, documents.attempts, documents.lease_token, documents.lease_expires_at, documents.progress, documents.step, documents.id, documents.created_at, documents.updated_at, langchain_pg_embedding.chunk_index, document_renewals_1.document_id, document_renewals_1.file_name AS file_name_1, document_renewals_1.media_type AS media_type_1, document_renewals_1.size_bytes AS size_bytes_1, document_renewals_1.content_hash AS content_hash_1, document_renewals_1.requested_by, document_renewals_1.request_id AS request_id_1, document_renewals_1.created_at AS created_at_1, document_renewals_1.status AS status_1, document_renewals_1.error AS error_1, document_renewals_1.error_code AS error_code_1, document_renewals_1.attempts AS attempts_1, document_renewals_1.lease_token AS lease_token_1, document_renewals_1.lease_expires_at AS lease_expires_at_1, document_renewals_1.progress AS progress_1, document_renewals_1.step AS step_1, document_renewals_1.id AS id_1
FROM documents JOIN knowledge_bases ON knowledge_bases.id = documents.knowledge_base_id JOIN langchain_pg_embedding ON langchain_pg_embedding.document_id = documents.id LEFT OUTER JOIN document_renewals AS document_renewals_1 ON documents.id = document_renewals_1.document_id
WHERE langchain_pg_embedding.id = $1 AND documents.status = $2;

SELECT documents.media_type, count(*) AS documents
FROM documents
WHERE documents.knowledge_base_id = $1::UUID GROUP BY documents.media_type ORDER BY documents.media_type;

SELECT documents.title
FROM documents
WHERE documents.knowledge_base_id = $1::UUID AND documents.content_hash = $2 AND documents.id != $3::UUID;

SELECT documents.title
FROM documents JOIN knowledge_bases ON knowledge_bases.id = documents.knowledge_base_id
WHERE (knowledge_bases.visibility = $1 OR knowledge_bases.owner_id = $2::UUID) AND documents.knowledge_base_id = $3::UUID AND documents.status = $4 ORDER BY documents.created_at DESC, documents.id
LIMIT $5;

SELECT documents.title, langchain_pg_embedding.document AS text
FROM documents JOIN langchain_pg_embedding ON langchain_pg_embedding.document_id = documents.id
WHERE documents.knowledge_base_id = $1::UUID AND documents.status = $2 AND langchain_pg_embedding.chunk_index = $3 ORDER BY documents.chunk_count DESC, documents.created_at, documents.id
LIMIT $4;

SELECT done_up_to FROM embedding_changes;

SELECT embedding_changes.knowledge_base_id, embedding_changes.provider, embedding_changes.model, embedding_changes.dimensions, embedding_changes.requested_at, embedding_changes.request_id, embedding_changes.done_up_to, embedding_changes.error, embedding_changes.claimed_until
FROM embedding_changes
WHERE embedding_changes.claimed_until IS NULL OR embedding_changes.claimed_until < now() ORDER BY embedding_changes.requested_at
LIMIT $1 FOR UPDATE SKIP LOCKED;

SELECT embedding_changes.knowledge_base_id, embedding_changes.provider, embedding_changes.model, embedding_changes.dimensions, embedding_changes.requested_at, embedding_changes.request_id, embedding_changes.done_up_to, embedding_changes.error, embedding_changes.claimed_until
FROM embedding_changes
WHERE embedding_changes.knowledge_base_id = $1::UUID;

SELECT embedding_changes.knowledge_base_id, embedding_changes.provider, embedding_changes.model, embedding_changes.dimensions, embedding_changes.requested_at, embedding_changes.request_id, embedding_changes.done_up_to, embedding_changes.error, embedding_changes.claimed_until
FROM embedding_changes
WHERE embedding_changes.knowledge_base_id = $1::UUID FOR UPDATE;

SELECT evaluation_questions.evaluation_id, evaluation_questions.number, evaluation_questions.question, evaluation_questions.expected
FROM evaluation_questions
WHERE evaluation_questions.evaluation_id = $1::UUID AND evaluation_questions.number > $2 ORDER BY evaluation_questions.number;

SELECT evaluation_questions.evaluation_id, evaluation_questions.number, evaluation_questions.question, evaluation_questions.expected
FROM evaluation_questions
WHERE evaluation_questions.evaluation_id = $1::UUID AND evaluation_questions.number > $2 ORDER BY evaluation_questions.number
LIMIT $3;

SELECT evaluation_runs.evaluation_id, evaluation_runs.state, evaluation_runs.modes, evaluation_runs.settings, evaluation_runs.results, evaluation_runs.error, evaluation_runs.created_by, evaluation_runs.created_at, evaluation_runs.finished_at, evaluation_runs.claimed_until, evaluation_runs.id
FROM evaluation_runs
WHERE evaluation_runs.evaluation_id = $1::UUID AND evaluation_runs.id = $2::UUID;

SELECT evaluation_runs.evaluation_id, evaluation_runs.state, evaluation_runs.modes, evaluation_runs.settings, evaluation_runs.results, evaluation_runs.error, evaluation_runs.created_by, evaluation_runs.created_at, evaluation_runs.finished_at, evaluation_runs.claimed_until, evaluation_runs.id
FROM evaluation_runs
WHERE evaluation_runs.evaluation_id = $1::UUID ORDER BY evaluation_runs.created_at DESC, evaluation_runs.id DESC
LIMIT $2;

SELECT evaluation_runs.evaluation_id, evaluation_runs.state, evaluation_runs.modes, evaluation_runs.settings, evaluation_runs.results, evaluation_runs.error, evaluation_runs.created_by, evaluation_runs.created_at, evaluation_runs.finished_at, evaluation_runs.claimed_until, evaluation_runs.id
FROM evaluation_runs
WHERE evaluation_runs.id = $1::UUID;

SELECT evaluations.knowledge_base_id, evaluations.name, evaluations.question_count, evaluations.created_by, evaluations.id, evaluations.created_at, evaluations.updated_at
FROM evaluations
WHERE concat_ws($1, evaluations.name) ~ $2 ORDER BY evaluations.created_at DESC, evaluations.id DESC
LIMIT $3;

SELECT evaluations.knowledge_base_id, evaluations.name, evaluations.question_count, evaluations.created_by, evaluations.id, evaluations.created_at, evaluations.updated_at
FROM evaluations
WHERE evaluations.id = $1::UUID;

SELECT evaluations.knowledge_base_id, evaluations.name, evaluations.question_count, evaluations.created_by, evaluations.id, evaluations.created_at, evaluations.updated_at
FROM evaluations
WHERE evaluations.id = $1::UUID FOR UPDATE;

SELECT id FROM langchain_pg_embedding ORDER BY id;

SELECT id, embedding::text FROM langchain_pg_embedding ORDER BY id;

SELECT knowledge_bases.id
FROM knowledge_bases
WHERE knowledge_bases.id = $1::UUID FOR NO KEY UPDATE;

SELECT knowledge_bases.id
FROM knowledge_bases JOIN collections ON collections.knowledge_base_id = knowledge_bases.id
WHERE collections.id = $1::UUID;

SELECT knowledge_bases.id
FROM knowledge_bases JOIN collections ON collections.knowledge_base_id = knowledge_bases.id
WHERE collections.id = $1::UUID AND (knowledge_bases.visibility = $2 OR knowledge_bases.owner_id = $3::UUID);

SELECT knowledge_bases.id, knowledge_bases.langchain_collection_id, knowledge_bases.embedding_provider, knowledge_bases.embedding_model
FROM knowledge_bases
WHERE (knowledge_bases.visibility = $1 OR knowledge_bases.owner_id = $2::UUID) AND knowledge_bases.id = $3::UUID;

SELECT knowledge_bases.id, knowledge_bases.langchain_collection_id, knowledge_bases.embedding_provider, knowledge_bases.embedding_model
FROM knowledge_bases
WHERE knowledge_bases.id = $1::UUID;

SELECT knowledge_bases.id, knowledge_bases.langchain_collection_id, knowledge_bases.embedding_provider, knowledge_bases.embedding_model
FROM knowledge_bases
WHERE knowledge_bases.visibility = $1 OR knowledge_bases.owner_id = $2::UUID;

SELECT knowledge_bases.id, knowledge_bases.langchain_collection_id, knowledge_bases.embedding_provider, knowledge_bases.embedding_model
FROM knowledge_bases
WHERE true;

SELECT knowledge_bases.meta_statistics
FROM knowledge_bases LEFT OUTER JOIN stale_summaries ON stale_summaries.knowledge_base_id = knowledge_bases.id
WHERE knowledge_bases.id = $1::UUID AND stale_summaries.since IS NULL;

SELECT knowledge_bases.name, knowledge_bases.description, knowledge_bases.visibility, knowledge_bases.owner_id, knowledge_bases.embedding_provider, knowledge_bases.embedding_model, knowledge_bases.embedding_dimensions, knowledge_bases.langchain_collection_id, knowledge_bases.meta_summary, knowledge_bases.meta_statistics, knowledge_bases.meta_summary_model, knowledge_bases.meta_summary_updated_at, knowledge_bases.id, knowledge_bases.created_at, knowledge_bases.updated_at
FROM knowledge_bases
WHERE (knowledge_bases.created_at, knowledge_bases.id) < ($1, $2::UUID) ORDER BY knowledge_bases.created_at DESC, knowledge_bases.id DESC
LIMIT $3;

SELECT knowledge_bases.name, knowledge_bases.description, knowledge_bases.visibility, knowledge_bases.owner_id, knowledge_bases.embedding_provider, knowledge_bases.embedding_model, knowledge_bases.embedding_dimensions, knowledge_bases.langchain_collection_id, knowledge_bases.meta_summary, knowledge_bases.meta_statistics, knowledge_bases.meta_summary_model, knowledge_bases.meta_summary_updated_at, knowledge_bases.id, knowledge_bases.created_at, knowledge_bases.updated_at
FROM knowledge_bases
WHERE (knowledge_bases.visibility = $1 OR knowledge_bases.owner_id = $2::UUID) AND concat_ws($3, knowledge_bases.name) ~ $4 ORDER BY knowledge_bases.created_at DESC, knowledge_bases.id DESC
LIMIT $5;

SELECT knowledge_bases.name, knowledge_bases.description, knowledge_bases.visibility, knowledge_bases.owner_id, knowledge_bases.embedding_provider, knowledge_bases.embedding_model, knowledge_bases.embedding_dimensions, knowledge_bases.langchain_collection_id, knowledge_bases.meta_summary, knowledge_bases.meta_statistics, knowledge_bases.meta_summary_model, knowledge_bases.meta_summary_updated_at, knowledge_bases.id, knowledge_bases.created_at, knowledge_bases.updated_at
FROM knowledge_bases
WHERE (knowledge_bases.visibility = $1 OR knowledge_bases.owner_id = $2::UUID) AND knowledge_bases.id = $3::UUID;

SELECT knowledge_bases.name, knowledge_bases.description, knowledge_bases.visibility, knowledge_bases.owner_id, knowledge_bases.embedding_provider, knowledge_bases.embedding_model, knowledge_bases.embedding_dimensions, knowledge_bases.langchain_collection_id, knowledge_bases.meta_summary, knowledge_bases.meta_statistics, knowledge_bases.meta_summary_model, knowledge_bases.meta_summary_updated_at, knowledge_bases.id, knowledge_bases.created_at, knowledge_bases.updated_at
FROM knowledge_bases
WHERE (knowledge_bases.visibility = $1 OR knowledge_bases.owner_id = $2::UUID) AND knowledge_bases.id = $3::UUID FOR KEY SHARE;

SELECT knowledge_bases.name, knowledge_bases.description, knowledge_bases.visibility, knowledge_bases.owner_id, knowledge_bases.embedding_provider, knowledge_bases.embedding_model, knowledge_bases.embedding_dimensions, knowledge_bases.langchain_collection_id, knowledge_bases.meta_summary, knowledge_bases.meta_statistics, knowledge_bases.meta_summary_model, knowledge_bases.meta_summary_updated_at, knowledge_bases.id, knowledge_bases.created_at, knowledge_bases.updated_at
FROM knowledge_bases
WHERE concat_ws($1, knowledge_bases.name) ~ $2 ORDER BY knowledge_bases.created_at DESC, knowledge_bases.id DESC
LIMIT $3;

SELECT knowledge_bases.name, knowledge_bases.description, knowledge_bases.visibility, knowledge_bases.owner_id, knowledge_bases.embedding_provider, knowledge_bases.embedding_model, knowledge_bases.embedding_dimensions, knowledge_bases.langchain_collection_id, knowledge_bases.meta_summary, knowledge_bases.meta_statistics, knowledge_bases.meta_summary_model, knowledge_bases.meta_summary_updated_at, knowledge_bases.id, knowledge_bases.created_at, knowledge_bases.updated_at
FROM knowledge_bases
WHERE knowledge_bases.id = $1::UUID;

SELECT knowledge_bases.name, knowledge_bases.description, knowledge_bases.visibility, knowledge_bases.owner_id, knowledge_bases.embedding_provider, knowledge_bases.embedding_model, knowledge_bases.embedding_dimensions, knowledge_bases.langchain_collection_id, knowledge_bases.meta_summary, knowledge_bases.meta_statistics, knowledge_bases.meta_summary_model, knowledge_bases.meta_summary_updated_at, knowledge_bases.id, knowledge_bases.created_at, knowledge_bases.updated_at
FROM knowledge_bases
WHERE knowledge_bases.id = $1::UUID FOR KEY SHARE;

SELECT knowledge_bases.name, knowledge_bases.description, knowledge_bases.visibility, knowledge_bases.owner_id, knowledge_bases.embedding_provider, knowledge_bases.embedding_model, knowledge_bases.embedding_dimensions, knowledge_bases.langchain_collection_id, knowledge_bases.meta_summary, knowledge_bases.meta_statistics, knowledge_bases.meta_summary_model, knowledge_bases.meta_summary_updated_at, knowledge_bases.id, knowledge_bases.created_at, knowledge_bases.updated_at
FROM knowledge_bases
WHERE knowledge_bases.id = $1::UUID FOR UPDATE;

SELECT knowledge_bases.name, knowledge_bases.description, knowledge_bases.visibility, knowledge_bases.owner_id, knowledge_bases.embedding_provider, knowledge_bases.embedding_model, knowledge_bases.embedding_dimensions, knowledge_bases.langchain_collection_id, knowledge_bases.meta_summary, knowledge_bases.meta_statistics, knowledge_bases.meta_summary_model, knowledge_bases.meta_summary_updated_at, knowledge_bases.id, knowledge_bases.created_at, knowledge_bases.updated_at
FROM knowledge_bases
WHERE knowledge_bases.owner_id = $1::UUID AND knowledge_bases.visibility = $2 ORDER BY knowledge_bases.id
LIMIT $3 FOR UPDATE;

SELECT knowledge_bases.name, knowledge_bases.description, knowledge_bases.visibility, knowledge_bases.owner_id, knowledge_bases.embedding_provider, knowledge_bases.embedding_model, knowledge_bases.embedding_dimensions, knowledge_bases.langchain_collection_id, knowledge_bases.meta_summary, knowledge_bases.meta_statistics, knowledge_bases.meta_summary_model, knowledge_bases.meta_summary_updated_at, knowledge_bases.id, knowledge_bases.created_at, knowledge_bases.updated_at
FROM knowledge_bases
WHERE knowledge_bases.owner_id = $1::UUID ORDER BY knowledge_bases.created_at, knowledge_bases.id
LIMIT $2;

SELECT knowledge_bases.name, knowledge_bases.description, knowledge_bases.visibility, knowledge_bases.owner_id, knowledge_bases.embedding_provider, knowledge_bases.embedding_model, knowledge_bases.embedding_dimensions, knowledge_bases.langchain_collection_id, knowledge_bases.meta_summary, knowledge_bases.meta_statistics, knowledge_bases.meta_summary_model, knowledge_bases.meta_summary_updated_at, knowledge_bases.id, knowledge_bases.created_at, knowledge_bases.updated_at
FROM knowledge_bases
WHERE knowledge_bases.visibility = $1 OR knowledge_bases.owner_id = $2::UUID ORDER BY knowledge_bases.created_at DESC, knowledge_bases.id
LIMIT $3;

SELECT knowledge_bases.name, knowledge_bases.description, knowledge_bases.visibility, knowledge_bases.owner_id, knowledge_bases.embedding_provider, knowledge_bases.embedding_model, knowledge_bases.embedding_dimensions, knowledge_bases.langchain_collection_id, knowledge_bases.meta_summary, knowledge_bases.meta_statistics, knowledge_bases.meta_summary_model, knowledge_bases.meta_summary_updated_at, knowledge_bases.id, knowledge_bases.created_at, knowledge_bases.updated_at
FROM knowledge_bases
WHERE knowledge_bases.visibility = $1 OR knowledge_bases.owner_id = $2::UUID ORDER BY knowledge_bases.created_at DESC, knowledge_bases.id DESC
LIMIT $3;

SELECT knowledge_bases.name, knowledge_bases.description, knowledge_bases.visibility, knowledge_bases.owner_id, knowledge_bases.embedding_provider, knowledge_bases.embedding_model, knowledge_bases.embedding_dimensions, knowledge_bases.langchain_collection_id, knowledge_bases.meta_summary, knowledge_bases.meta_statistics, knowledge_bases.meta_summary_model, knowledge_bases.meta_summary_updated_at, knowledge_bases.id, knowledge_bases.created_at, knowledge_bases.updated_at
FROM knowledge_bases
WHERE true ORDER BY knowledge_bases.created_at DESC, knowledge_bases.id DESC
LIMIT $1;

SELECT langchain_pg_embedding.document_id, langchain_pg_embedding.document AS text, langchain_pg_embedding.cmetadata AS metadata, tsvector_to_array(langchain_pg_embedding.lexemes) AS terms
FROM langchain_pg_embedding
WHERE langchain_pg_embedding.id = $1;

SELECT langchain_pg_embedding.id
FROM langchain_pg_embedding JOIN documents ON documents.id = langchain_pg_embedding.document_id
WHERE documents.knowledge_base_id IN ($1::UUID) AND documents.status = $2 AND (langchain_pg_embedding.lexemes @@ CAST($3 AS TSQUERY)) ORDER BY langchain_pg_embedding.embedding <=> $4
LIMIT $5;

SELECT langchain_pg_embedding.id
FROM langchain_pg_embedding JOIN documents ON documents.id = langchain_pg_embedding.document_id
WHERE documents.knowledge_base_id IN ($1::UUID) AND documents.status = $2 AND documents.collection_id = $3::UUID AND (langchain_pg_embedding.lexemes @@ CAST($4 AS TSQUERY)) ORDER BY langchain_pg_embedding.embedding <=> $5
LIMIT $6;

SELECT langchain_pg_embedding.id
FROM langchain_pg_embedding JOIN documents ON documents.id = langchain_pg_embedding.document_id
WHERE documents.knowledge_base_id IN ($1::UUID) AND documents.status = $2 AND documents.collection_id = $3::UUID ORDER BY langchain_pg_embedding.embedding <=> $4
LIMIT $5;

SELECT langchain_pg_embedding.id
FROM langchain_pg_embedding JOIN documents ON documents.id = langchain_pg_embedding.document_id
WHERE documents.knowledge_base_id IN ($1::UUID) AND documents.status = $2 AND documents.created_at < $3 ORDER BY langchain_pg_embedding.embedding <=> $4
LIMIT $5;

SELECT langchain_pg_embedding.id
FROM langchain_pg_embedding JOIN documents ON documents.id = langchain_pg_embedding.document_id
WHERE documents.knowledge_base_id IN ($1::UUID) AND documents.status = $2 AND documents.created_at >= $3 ORDER BY langchain_pg_embedding.embedding <=> $4
LIMIT $5;

SELECT langchain_pg_embedding.id
FROM langchain_pg_embedding JOIN documents ON documents.id = langchain_pg_embedding.document_id
WHERE documents.knowledge_base_id IN ($1::UUID) AND documents.status = $2 AND documents.media_type = $3 ORDER BY langchain_pg_embedding.embedding <=> $4
LIMIT $5;

SELECT langchain_pg_embedding.id
FROM langchain_pg_embedding JOIN documents ON documents.id = langchain_pg_embedding.document_id
WHERE documents.knowledge_base_id IN ($1::UUID) AND documents.status = $2 AND documents.tags @> $3::TEXT[] ORDER BY langchain_pg_embedding.embedding <=> $4
LIMIT $5;

SELECT langchain_pg_embedding.id
FROM langchain_pg_embedding JOIN documents ON documents.id = langchain_pg_embedding.document_id
WHERE documents.knowledge_base_id IN ($1::UUID) AND documents.status = $2 ORDER BY langchain_pg_embedding.embedding <=> $3
LIMIT $4;

SELECT langchain_pg_embedding.id
FROM langchain_pg_embedding JOIN documents ON documents.id = langchain_pg_embedding.document_id JOIN unnest($1::TEXT[], $2::DOUBLE PRECISION[]) AS anon_1(term, weight) ON langchain_pg_embedding.lexemes @@ CAST(anon_1.term AS TSQUERY)
WHERE documents.knowledge_base_id IN ($3::UUID) AND documents.status = $4 AND documents.collection_id = $5::UUID GROUP BY langchain_pg_embedding.id ORDER BY sum(anon_1.weight) DESC, langchain_pg_embedding.id
LIMIT $6;

SELECT langchain_pg_embedding.id
FROM langchain_pg_embedding JOIN documents ON documents.id = langchain_pg_embedding.document_id JOIN unnest($1::TEXT[], $2::DOUBLE PRECISION[]) AS anon_1(term, weight) ON langchain_pg_embedding.lexemes @@ CAST(anon_1.term AS TSQUERY)
WHERE documents.knowledge_base_id IN ($3::UUID) AND documents.status = $4 AND documents.created_at < $5 GROUP BY langchain_pg_embedding.id ORDER BY sum(anon_1.weight) DESC, langchain_pg_embedding.id
LIMIT $6;

SELECT langchain_pg_embedding.id
FROM langchain_pg_embedding JOIN documents ON documents.id = langchain_pg_embedding.document_id JOIN unnest($1::TEXT[], $2::DOUBLE PRECISION[]) AS anon_1(term, weight) ON langchain_pg_embedding.lexemes @@ CAST(anon_1.term AS TSQUERY)
WHERE documents.knowledge_base_id IN ($3::UUID) AND documents.status = $4 AND documents.created_at >= $5 GROUP BY langchain_pg_embedding.id ORDER BY sum(anon_1.weight) DESC, langchain_pg_embedding.id
LIMIT $6;

SELECT langchain_pg_embedding.id
FROM langchain_pg_embedding JOIN documents ON documents.id = langchain_pg_embedding.document_id JOIN unnest($1::TEXT[], $2::DOUBLE PRECISION[]) AS anon_1(term, weight) ON langchain_pg_embedding.lexemes @@ CAST(anon_1.term AS TSQUERY)
WHERE documents.knowledge_base_id IN ($3::UUID) AND documents.status = $4 AND documents.media_type = $5 GROUP BY langchain_pg_embedding.id ORDER BY sum(anon_1.weight) DESC, langchain_pg_embedding.id
LIMIT $6;

SELECT langchain_pg_embedding.id
FROM langchain_pg_embedding JOIN documents ON documents.id = langchain_pg_embedding.document_id JOIN unnest($1::TEXT[], $2::DOUBLE PRECISION[]) AS anon_1(term, weight) ON langchain_pg_embedding.lexemes @@ CAST(anon_1.term AS TSQUERY)
WHERE documents.knowledge_base_id IN ($3::UUID) AND documents.status = $4 AND documents.tags @> $5::TEXT[] GROUP BY langchain_pg_embedding.id ORDER BY sum(anon_1.weight) DESC, langchain_pg_embedding.id
LIMIT $6;

SELECT langchain_pg_embedding.id
FROM langchain_pg_embedding JOIN documents ON documents.id = langchain_pg_embedding.document_id JOIN unnest($1::TEXT[], $2::DOUBLE PRECISION[]) AS anon_1(term, weight) ON langchain_pg_embedding.lexemes @@ CAST(anon_1.term AS TSQUERY)
WHERE documents.knowledge_base_id IN ($3::UUID) AND documents.status = $4 GROUP BY langchain_pg_embedding.id ORDER BY sum(anon_1.weight) DESC, langchain_pg_embedding.id
LIMIT $5;

SELECT langchain_pg_embedding.id AS chunk_id, langchain_pg_embedding.document AS text, CAST(langchain_pg_embedding.cmetadata ->> $1 AS INTEGER) AS page, documents.id AS document_id, documents.title, collections.id AS collection_id, collections.name AS collection_name, array((SELECT anon_1.term
FROM unnest($2::TEXT[], $3::TEXT[]) AS anon_1(term, lexeme)
WHERE langchain_pg_embedding.lexemes @@ CAST(anon_1.lexeme AS TSQUERY))) AS terms, $4 - (langchain_pg_embedding.embedding <=> $5) AS similarity
FROM langchain_pg_embedding JOIN documents ON documents.id = langchain_pg_embedding.document_id JOIN collections ON collections.id = documents.collection_id JOIN knowledge_bases ON knowledge_bases.id = documents.knowledge_base_id
WHERE langchain_pg_embedding.id IN ($6) AND documents.status = $7;

SELECT langchain_pg_embedding.id AS chunk_id, langchain_pg_embedding.document AS text, CAST(langchain_pg_embedding.cmetadata ->> $1 AS INTEGER) AS page, documents.id AS document_id, documents.title, collections.id AS collection_id, collections.name AS collection_name, array((SELECT anon_1.term
FROM unnest($2::TEXT[], $3::TEXT[]) AS anon_1(term, lexeme)
WHERE langchain_pg_embedding.lexemes @@ CAST(anon_1.lexeme AS TSQUERY))) AS terms, $4 - (langchain_pg_embedding.embedding <=> $5) AS similarity
FROM langchain_pg_embedding JOIN documents ON documents.id = langchain_pg_embedding.document_id JOIN collections ON collections.id = documents.collection_id JOIN knowledge_bases ON knowledge_bases.id = documents.knowledge_base_id
WHERE langchain_pg_embedding.id IN ($6) AND documents.status = $7 AND (knowledge_bases.visibility = $8 OR knowledge_bases.owner_id = $9::UUID);

SELECT langchain_pg_embedding.id AS chunk_id, langchain_pg_embedding.document AS text, CAST(langchain_pg_embedding.cmetadata ->> $1 AS INTEGER) AS page, documents.id AS document_id, documents.title, collections.id AS collection_id, collections.name AS collection_name, array((SELECT anon_1.term
FROM unnest($2::TEXT[], $3::TEXT[]) AS anon_1(term, lexeme)
WHERE langchain_pg_embedding.lexemes @@ CAST(anon_1.lexeme AS TSQUERY))) AS terms, $4 - (langchain_pg_embedding.embedding <=> $5) AS similarity
FROM langchain_pg_embedding JOIN documents ON documents.id = langchain_pg_embedding.document_id JOIN collections ON collections.id = documents.collection_id JOIN knowledge_bases ON knowledge_bases.id = documents.knowledge_base_id
WHERE langchain_pg_embedding.id IN (NULL) AND (1 != 1) AND documents.status = $6;

SELECT langchain_pg_embedding.id AS chunk_id, langchain_pg_embedding.document AS text, CAST(langchain_pg_embedding.cmetadata ->> $1 AS INTEGER) AS page, documents.id AS document_id, documents.title, collections.id AS collection_id, collections.name AS collection_name, array((SELECT anon_1.term
FROM unnest($2::TEXT[], $3::TEXT[]) AS anon_1(term, lexeme)
WHERE langchain_pg_embedding.lexemes @@ CAST(anon_1.lexeme AS TSQUERY))) AS terms, $4 - (langchain_pg_embedding.embedding <=> $5) AS similarity
FROM langchain_pg_embedding JOIN documents ON documents.id = langchain_pg_embedding.document_id JOIN collections ON collections.id = documents.collection_id JOIN knowledge_bases ON knowledge_bases.id = documents.knowledge_base_id
WHERE langchain_pg_embedding.id IN (NULL) AND (1 != 1) AND documents.status = $6 AND (knowledge_bases.visibility = $7 OR knowledge_bases.owner_id = $8::UUID);

SELECT langchain_pg_embedding.id AS chunk_id, langchain_pg_embedding.document AS text, CAST(langchain_pg_embedding.cmetadata ->> $1 AS INTEGER) AS page, documents.id AS document_id, documents.title, collections.id AS collection_id, collections.name AS collection_name, array((SELECT anon_1.term
FROM unnest($2::TEXT[], $3::TEXT[]) AS anon_1(term, lexeme)
WHERE langchain_pg_embedding.lexemes @@ CAST(anon_1.lexeme AS TSQUERY))) AS terms, NULL AS similarity
FROM langchain_pg_embedding JOIN documents ON documents.id = langchain_pg_embedding.document_id JOIN collections ON collections.id = documents.collection_id JOIN knowledge_bases ON knowledge_bases.id = documents.knowledge_base_id
WHERE langchain_pg_embedding.id IN ($4) AND documents.status = $5;

SELECT langchain_pg_embedding.id AS chunk_id, langchain_pg_embedding.document AS text, CAST(langchain_pg_embedding.cmetadata ->> $1 AS INTEGER) AS page, documents.id AS document_id, documents.title, collections.id AS collection_id, collections.name AS collection_name, array((SELECT anon_1.term
FROM unnest($2::TEXT[], $3::TEXT[]) AS anon_1(term, lexeme)
WHERE langchain_pg_embedding.lexemes @@ CAST(anon_1.lexeme AS TSQUERY))) AS terms, NULL AS similarity
FROM langchain_pg_embedding JOIN documents ON documents.id = langchain_pg_embedding.document_id JOIN collections ON collections.id = documents.collection_id JOIN knowledge_bases ON knowledge_bases.id = documents.knowledge_base_id
WHERE langchain_pg_embedding.id IN ($4) AND documents.status = $5 AND (knowledge_bases.visibility = $6 OR knowledge_bases.owner_id = $7::UUID);

SELECT langchain_pg_embedding.id AS chunk_id, langchain_pg_embedding.document AS text, CAST(langchain_pg_embedding.cmetadata ->> $1 AS INTEGER) AS page, documents.id AS document_id, documents.title, collections.id AS collection_id, collections.name AS collection_name, array((SELECT anon_1.term
FROM unnest($2::TEXT[], $3::TEXT[]) AS anon_1(term, lexeme)
WHERE langchain_pg_embedding.lexemes @@ CAST(anon_1.lexeme AS TSQUERY))) AS terms, NULL AS similarity
FROM langchain_pg_embedding JOIN documents ON documents.id = langchain_pg_embedding.document_id JOIN collections ON collections.id = documents.collection_id JOIN knowledge_bases ON knowledge_bases.id = documents.knowledge_base_id
WHERE langchain_pg_embedding.id IN (NULL) AND (1 != 1) AND documents.status = $4;

SELECT langchain_pg_embedding.id, langchain_pg_embedding.chunk_index AS index, CAST(langchain_pg_embedding.cmetadata ->> $1 AS INTEGER) AS page, langchain_pg_embedding.document AS text, CAST(langchain_pg_embedding.cmetadata ->> $2 AS INTEGER) AS repeated, coalesce(langchain_pg_embedding.cmetadata ? $3, false) AS corrected
FROM langchain_pg_embedding
WHERE langchain_pg_embedding.document_id = $4::UUID AND langchain_pg_embedding.chunk_index >= $5 ORDER BY langchain_pg_embedding.chunk_index
LIMIT $6;

SELECT langchain_pg_embedding.id, langchain_pg_embedding.document
FROM langchain_pg_embedding
WHERE langchain_pg_embedding.collection_id = $1::UUID AND langchain_pg_embedding.document IS NOT NULL AND NOT (EXISTS (SELECT new_chunk_vectors.chunk_id
FROM new_chunk_vectors
WHERE new_chunk_vectors.chunk_id = langchain_pg_embedding.id)) AND langchain_pg_embedding.id > $2 ORDER BY langchain_pg_embedding.id
LIMIT $3;

SELECT langchain_pg_embedding.id, langchain_pg_embedding.document
FROM langchain_pg_embedding
WHERE langchain_pg_embedding.collection_id = $1::UUID AND langchain_pg_embedding.document IS NOT NULL AND NOT (EXISTS (SELECT new_chunk_vectors.chunk_id
FROM new_chunk_vectors
WHERE new_chunk_vectors.chunk_id = langchain_pg_embedding.id)) ORDER BY langchain_pg_embedding.id
LIMIT $2;

SELECT langchain_pg_embedding.id, langchain_pg_embedding.document
FROM langchain_pg_embedding
WHERE langchain_pg_embedding.document_id = $1::UUID;

SELECT login_logs.id, login_logs.user_id, login_logs.email, login_logs.succeeded, login_logs.reason, login_logs.ip_address, login_logs.user_agent, login_logs.occurrences, login_logs.request_id, login_logs.occurred_at, login_logs.created_at
FROM login_logs
WHERE (login_logs.occurred_at, login_logs.id) < ($1, $2::UUID) ORDER BY login_logs.occurred_at DESC, login_logs.id DESC
LIMIT $3;

SELECT login_logs.id, login_logs.user_id, login_logs.email, login_logs.succeeded, login_logs.reason, login_logs.ip_address, login_logs.user_agent, login_logs.occurrences, login_logs.request_id, login_logs.occurred_at, login_logs.created_at
FROM login_logs
WHERE concat_ws($1, login_logs.email) ~ $2 ORDER BY login_logs.occurred_at DESC, login_logs.id DESC
LIMIT $3;

SELECT login_logs.id, login_logs.user_id, login_logs.email, login_logs.succeeded, login_logs.reason, login_logs.ip_address, login_logs.user_agent, login_logs.occurrences, login_logs.request_id, login_logs.occurred_at, login_logs.created_at
FROM login_logs
WHERE login_logs.email = $1 ORDER BY login_logs.occurred_at DESC, login_logs.id DESC
LIMIT $2;

SELECT login_logs.id, login_logs.user_id, login_logs.email, login_logs.succeeded, login_logs.reason, login_logs.ip_address, login_logs.user_agent, login_logs.occurrences, login_logs.request_id, login_logs.occurred_at, login_logs.created_at
FROM login_logs
WHERE login_logs.id = $1::UUID;

SELECT login_logs.id, login_logs.user_id, login_logs.email, login_logs.succeeded, login_logs.reason, login_logs.ip_address, login_logs.user_agent, login_logs.occurrences, login_logs.request_id, login_logs.occurred_at, login_logs.created_at
FROM login_logs
WHERE login_logs.request_id = $1 ORDER BY login_logs.occurred_at DESC, login_logs.id DESC
LIMIT $2;

SELECT login_logs.id, login_logs.user_id, login_logs.email, login_logs.succeeded, login_logs.reason, login_logs.ip_address, login_logs.user_agent, login_logs.occurrences, login_logs.request_id, login_logs.occurred_at, login_logs.created_at
FROM login_logs
WHERE login_logs.request_id = $1 ORDER BY login_logs.occurred_at, login_logs.id
LIMIT $2;

SELECT login_logs.id, login_logs.user_id, login_logs.email, login_logs.succeeded, login_logs.reason, login_logs.ip_address, login_logs.user_agent, login_logs.occurrences, login_logs.request_id, login_logs.occurred_at, login_logs.created_at
FROM login_logs
WHERE login_logs.succeeded = false ORDER BY login_logs.occurred_at DESC, login_logs.id DESC
LIMIT $1;

SELECT login_logs.id, login_logs.user_id, login_logs.email, login_logs.succeeded, login_logs.reason, login_logs.ip_address, login_logs.user_agent, login_logs.occurrences, login_logs.request_id, login_logs.occurred_at, login_logs.created_at
FROM login_logs
WHERE login_logs.user_id = $1::UUID AND (login_logs.occurred_at, login_logs.id) > ($2, $3::UUID) ORDER BY login_logs.occurred_at, login_logs.id
LIMIT $4;

SELECT login_logs.id, login_logs.user_id, login_logs.email, login_logs.succeeded, login_logs.reason, login_logs.ip_address, login_logs.user_agent, login_logs.occurrences, login_logs.request_id, login_logs.occurred_at, login_logs.created_at
FROM login_logs
WHERE login_logs.user_id = $1::UUID ORDER BY login_logs.occurred_at DESC, login_logs.id DESC
LIMIT $2;

SELECT login_logs.id, login_logs.user_id, login_logs.email, login_logs.succeeded, login_logs.reason, login_logs.ip_address, login_logs.user_agent, login_logs.occurrences, login_logs.request_id, login_logs.occurred_at, login_logs.created_at
FROM login_logs
WHERE login_logs.user_id = $1::UUID ORDER BY login_logs.occurred_at, login_logs.id
LIMIT $2;

SELECT login_logs.id, login_logs.user_id, login_logs.email, login_logs.succeeded, login_logs.reason, login_logs.ip_address, login_logs.user_agent, login_logs.occurrences, login_logs.request_id, login_logs.occurred_at, login_logs.created_at
FROM login_logs
WHERE true ORDER BY login_logs.occurred_at DESC, login_logs.id DESC
LIMIT $1;

SELECT max(chat_messages.position) AS max_1
FROM chat_messages
WHERE chat_messages.session_id = $1::UUID;

SELECT max(id) FROM langchain_pg_embedding;

SELECT pg_advisory_xact_lock(hashtextextended($1, $2)) AS pg_advisory_xact_lock_1;

SELECT prompt_template_versions.template_id, prompt_template_versions.version, prompt_template_versions.name, prompt_template_versions.description, prompt_template_versions.content, prompt_template_versions.replaced_at, prompt_template_versions.replaced_by
FROM prompt_template_versions
WHERE prompt_template_versions.template_id = $1::UUID AND prompt_template_versions.version < $2 ORDER BY prompt_template_versions.version DESC
LIMIT $3;

SELECT prompt_template_versions.template_id, prompt_template_versions.version, prompt_template_versions.name, prompt_template_versions.description, prompt_template_versions.content, prompt_template_versions.replaced_at, prompt_template_versions.replaced_by
FROM prompt_template_versions
WHERE prompt_template_versions.template_id = $1::UUID ORDER BY prompt_template_versions.version DESC
LIMIT $2;

SELECT prompt_templates.id
FROM prompt_templates
WHERE prompt_templates.purpose = $1 ORDER BY prompt_templates.id FOR UPDATE;

SELECT prompt_templates.name, prompt_templates.purpose, prompt_templates.description, prompt_templates.content, prompt_templates.is_default, prompt_templates.version, prompt_templates.id, prompt_templates.created_at, prompt_templates.updated_at
FROM prompt_templates
WHERE concat_ws($1, prompt_templates.name) ~ $2 ORDER BY prompt_templates.created_at DESC, prompt_templates.id DESC
LIMIT $3;

SELECT prompt_templates.name, prompt_templates.purpose, prompt_templates.description, prompt_templates.content, prompt_templates.is_default, prompt_templates.version, prompt_templates.id, prompt_templates.created_at, prompt_templates.updated_at
FROM prompt_templates
WHERE prompt_templates.id = $1::UUID;

SELECT prompt_templates.name, prompt_templates.purpose, prompt_templates.description, prompt_templates.content, prompt_templates.is_default, prompt_templates.version, prompt_templates.id, prompt_templates.created_at, prompt_templates.updated_at
FROM prompt_templates
WHERE prompt_templates.purpose = $1 AND prompt_templates.is_default ORDER BY prompt_templates.created_at
LIMIT $2;

SELECT prompt_templates.name, prompt_templates.purpose, prompt_templates.description, prompt_templates.content, prompt_templates.is_default, prompt_templates.version, prompt_templates.id, prompt_templates.created_at, prompt_templates.updated_at
FROM prompt_templates
WHERE prompt_templates.purpose = $1 ORDER BY prompt_templates.created_at DESC, prompt_templates.id DESC
LIMIT $2;

SELECT prompt_templates.name, prompt_templates.purpose, prompt_templates.description, prompt_templates.content, prompt_templates.is_default, prompt_templates.version, prompt_templates.id, prompt_templates.created_at, prompt_templates.updated_at
FROM prompt_templates
WHERE true ORDER BY prompt_templates.created_at DESC, prompt_templates.id DESC
LIMIT $1;

SELECT query_classifications.knowledge_base_id, query_classifications.asked_by, query_classifications.query, query_classifications.classification, query_classifications.kind, query_classifications.confidence, query_classifications.created_at, query_classifications.id
FROM query_classifications
WHERE concat_ws($1, query_classifications.query) ~ $2 ORDER BY query_classifications.created_at DESC, query_classifications.id DESC
LIMIT $3;

SELECT query_classifications.knowledge_base_id, query_classifications.asked_by, query_classifications.query, query_classifications.classification, query_classifications.kind, query_classifications.confidence, query_classifications.created_at, query_classifications.id
FROM query_classifications
WHERE query_classifications.asked_by = $1::UUID ORDER BY query_classifications.created_at, query_classifications.id
LIMIT $2;

SELECT query_classifications.knowledge_base_id, query_classifications.asked_by, query_classifications.query, query_classifications.classification, query_classifications.kind, query_classifications.confidence, query_classifications.created_at, query_classifications.id
FROM query_classifications
WHERE true ORDER BY query_classifications.created_at DESC, query_classifications.id DESC
LIMIT $1;

SELECT stale_summaries.since
FROM stale_summaries
WHERE stale_summaries.knowledge_base_id = $1::UUID;

SELECT stored_files.document_id, stored_files.content_hash, stored_files.size_bytes, stored_files.state, stored_files.changed_at
FROM stored_files
WHERE stored_files.state = $1 AND (EXISTS (SELECT *
FROM documents
WHERE stored_files.document_id = documents.id AND stored_files.content_hash = documents.content_hash AND stored_files.size_bytes = documents.size_bytes)) AND stored_files.document_id > $2::UUID ORDER BY stored_files.document_id
LIMIT $3 FOR UPDATE SKIP LOCKED;

SELECT stored_files.document_id, stored_files.content_hash, stored_files.size_bytes, stored_files.state, stored_files.changed_at
FROM stored_files
WHERE stored_files.state = $1 AND (EXISTS (SELECT *
FROM documents
WHERE stored_files.document_id = documents.id AND stored_files.content_hash = documents.content_hash AND stored_files.size_bytes = documents.size_bytes)) ORDER BY stored_files.document_id
LIMIT $2 FOR UPDATE SKIP LOCKED;

SELECT stored_files.document_id, stored_files.content_hash, stored_files.size_bytes, stored_files.state, stored_files.changed_at
FROM stored_files
WHERE stored_files.state = $1 OR NOT (EXISTS (SELECT *
FROM documents
WHERE stored_files.document_id = documents.id AND stored_files.content_hash = documents.content_hash AND stored_files.size_bytes = documents.size_bytes)) AND NOT (stored_files.state = $2 AND stored_files.changed_at > now() - interval '10 minutes') ORDER BY stored_files.document_id
LIMIT $3 FOR UPDATE SKIP LOCKED;

SELECT sum(documents.chunk_count) AS sum_1
FROM documents
WHERE documents.knowledge_base_id IN ($1::UUID);

SELECT system_logs.level, system_logs.event, system_logs.message, system_logs.actor_id, system_logs.details, system_logs.request_id, system_logs.created_at, system_logs.id
FROM system_logs
WHERE concat_ws($1, system_logs.message) ~ $2 ORDER BY system_logs.created_at DESC, system_logs.id DESC
LIMIT $3;

SELECT system_logs.level, system_logs.event, system_logs.message, system_logs.actor_id, system_logs.details, system_logs.request_id, system_logs.created_at, system_logs.id
FROM system_logs
WHERE system_logs.event = $1 ORDER BY system_logs.created_at DESC, system_logs.id DESC
LIMIT $2;

SELECT system_logs.level, system_logs.event, system_logs.message, system_logs.actor_id, system_logs.details, system_logs.request_id, system_logs.created_at, system_logs.id
FROM system_logs
WHERE system_logs.level = $1 ORDER BY system_logs.created_at DESC, system_logs.id DESC
LIMIT $2;

SELECT system_logs.level, system_logs.event, system_logs.message, system_logs.actor_id, system_logs.details, system_logs.request_id, system_logs.created_at, system_logs.id
FROM system_logs
WHERE system_logs.request_id = $1 ORDER BY system_logs.created_at DESC, system_logs.id DESC
LIMIT $2;

SELECT system_logs.level, system_logs.event, system_logs.message, system_logs.actor_id, system_logs.details, system_logs.request_id, system_logs.created_at, system_logs.id
FROM system_logs
WHERE system_logs.request_id = $1 ORDER BY system_logs.created_at, system_logs.id
LIMIT $2;

SELECT system_logs.level, system_logs.event, system_logs.message, system_logs.actor_id, system_logs.details, system_logs.request_id, system_logs.created_at, system_logs.id
FROM system_logs
WHERE true ORDER BY system_logs.created_at DESC, system_logs.id DESC
LIMIT $1;

SELECT system_settings.key, system_settings.value
FROM system_settings;

SELECT system_settings.key, system_settings.value, system_settings.updated_by, system_settings.created_at, system_settings.updated_at
FROM system_settings;

SELECT term_frequencies.term, sum(term_frequencies.chunk_count) AS chunks
FROM term_frequencies
WHERE term_frequencies.knowledge_base_id IN ($1::UUID) AND term_frequencies.term IN ($2) GROUP BY term_frequencies.term;

UPDATE chat_messages SET rating=$1 WHERE chat_messages.id = $2::UUID;

UPDATE chat_messages SET rating=$1, comment=$2 WHERE chat_messages.id = $3::UUID;

UPDATE chat_sessions SET title=$1 WHERE chat_sessions.id = $2::UUID;

UPDATE chat_sessions SET updated_at=now() WHERE chat_sessions.id = $1::UUID;

UPDATE collections SET description=$1 WHERE collections.id = $2::UUID;

UPDATE collections SET name=$1 WHERE collections.id = $2::UUID;

UPDATE document_renewals SET lease_expires_at=(now() + $1) WHERE document_renewals.id = $2::UUID AND document_renewals.lease_token = $3::UUID RETURNING document_renewals.id, document_renewals.request_id;

UPDATE document_renewals SET progress=$1, step=$2 WHERE document_renewals.id = $3::UUID AND document_renewals.lease_token = $4::UUID RETURNING document_renewals.id, document_renewals.request_id;

UPDATE document_renewals SET status=$1, attempts=(document_renewals.attempts + $2), lease_token=gen_random_uuid(), lease_expires_at=(now() + $3), progress=$4, step=$5 FROM documents, knowledge_bases WHERE document_renewals.id = (SELECT document_renewals.id
FROM document_renewals JOIN documents ON documents.id = document_renewals.document_id
WHERE document_renewals.status IN ($6) AND (document_renewals.lease_expires_at IS NULL OR document_renewals.lease_expires_at < now()) AND coalesce(document_renewals.media_type, documents.media_type) IN ($7) ORDER BY document_renewals.created_at
LIMIT $8 FOR UPDATE OF document_renewals SKIP LOCKED) AND document_renewals.document_id = documents.id AND documents.knowledge_base_id = knowledge_bases.id RETURNING document_renewals.id, document_renewals.document_id, document_renewals.lease_token, document_renewals.attempts, document_renewals.file_name AS new_file_name, documents.knowledge_base_id, knowledge_bases.langchain_collection_id, documents.collection_id, coalesce(document_renewals.media_type, documents.media_type) AS media_type, coalesce(document_renewals.size_bytes, documents.size_bytes) AS size_bytes, coalesce(document_renewals.content_hash, documents.content_hash) AS content_hash, documents.title, documents.file_name, knowledge_bases.embedding_provider, knowledge_bases.embedding_model;

UPDATE document_renewals SET status=$1, attempts=(document_renewals.attempts - $2), lease_token=$3::UUID, lease_expires_at=$4 WHERE document_renewals.id = $5::UUID AND document_renewals.lease_token = $6::UUID RETURNING document_renewals.id, document_renewals.request_id;

UPDATE document_renewals SET status=$1, attempts=(document_renewals.attempts - $2), lease_token=$3::UUID, lease_expires_at=(now() + $4) WHERE document_renewals.id = $5::UUID AND document_renewals.lease_token = $6::UUID RETURNING document_renewals.id, document_renewals.request_id;

UPDATE document_renewals SET status=$1, attempts=greatest(document_renewals.attempts - $2, $3), lease_token=$4::UUID, lease_expires_at=$5 WHERE document_renewals.document_id IN (SELECT documents.id
FROM documents
WHERE documents.knowledge_base_id = $6::UUID) AND document_renewals.status = $7;

UPDATE document_renewals SET status=$1, error=$2, error_code=$3, lease_token=$4::UUID, lease_expires_at=$5 FROM documents WHERE document_renewals.id IN (SELECT document_renewals.id
FROM document_renewals
WHERE document_renewals.status IN ($6) AND (document_renewals.lease_expires_at IS NULL OR document_renewals.lease_expires_at < now()) AND document_renewals.attempts >= $7 FOR UPDATE SKIP LOCKED) AND document_renewals.document_id = documents.id RETURNING documents.id, documents.knowledge_base_id, document_renewals.id AS id_1, document_renewals.request_id;

UPDATE document_renewals SET status=$1, error=$2, error_code=$3, lease_token=$4::UUID, lease_expires_at=$5 WHERE document_renewals.id = $6::UUID AND document_renewals.lease_token = $7::UUID RETURNING document_renewals.id, document_renewals.request_id;

UPDATE documents SET collection_id=$1::UUID WHERE documents.collection_id = $2::UUID RETURNING documents.id;

UPDATE documents SET collection_id=$1::UUID WHERE documents.id = $2::UUID;

UPDATE documents SET file_name=$1 WHERE documents.id = $2::UUID;

UPDATE documents SET file_name=$1, index_version=$2 WHERE documents.id = $3::UUID;

UPDATE documents SET index_version=$1 WHERE documents.id = $2::UUID;

UPDATE documents SET lease_expires_at = NULL;

UPDATE documents SET lease_expires_at=(now() + $1) WHERE documents.id = $2::UUID AND documents.lease_token = $3::UUID RETURNING documents.id, documents.request_id;

UPDATE documents SET progress=$1, step=$2 WHERE documents.id = $3::UUID AND documents.lease_token = $4::UUID RETURNING documents.id, documents.request_id;

UPDATE documents SET status=$1, attempts=(documents.attempts + $2), lease_token=gen_random_uuid(), lease_expires_at=(now() + $3), progress=$4, step=$5 FROM knowledge_bases WHERE documents.id = (SELECT documents.id
FROM documents
WHERE documents.status IN ($6) AND (documents.lease_expires_at IS NULL OR documents.lease_expires_at < now()) AND documents.attempts < $7 AND documents.media_type IN ($8) ORDER BY documents.created_at
LIMIT $9 FOR UPDATE SKIP LOCKED) AND documents.knowledge_base_id = knowledge_bases.id RETURNING documents.id, documents.lease_token, documents.attempts, documents.knowledge_base_id, knowledge_bases.langchain_collection_id, documents.collection_id, documents.media_type, documents.size_bytes, documents.content_hash, documents.title, documents.file_name, knowledge_bases.embedding_provider, knowledge_bases.embedding_model;

UPDATE documents SET status=$1, attempts=(documents.attempts - $2), lease_token=$3::UUID, lease_expires_at=$4 WHERE documents.id = $5::UUID AND documents.lease_token = $6::UUID RETURNING documents.id, documents.request_id;

UPDATE documents SET status=$1, attempts=(documents.attempts - $2), lease_token=$3::UUID, lease_expires_at=(now() + $4) WHERE documents.id = $5::UUID AND documents.lease_token = $6::UUID RETURNING documents.id, documents.request_id;

UPDATE documents SET status=$1, attempts=greatest(documents.attempts - $2, $3), lease_token=$4::UUID, lease_expires_at=$5 WHERE documents.id IN (SELECT documents.id
FROM documents
WHERE documents.knowledge_base_id = $6::UUID) AND documents.status = $7;

UPDATE documents SET status=$1, error=$2, error_code=$3, lease_token=$4::UUID, lease_expires_at=$5 WHERE documents.id = $6::UUID AND documents.lease_token = $7::UUID RETURNING documents.id, documents.request_id;

UPDATE documents SET status=$1, error=$2, error_code=$3, lease_token=$4::UUID, lease_expires_at=$5 WHERE documents.id IN (SELECT documents.id
FROM documents
WHERE documents.status IN ($6) AND (documents.lease_expires_at IS NULL OR documents.lease_expires_at < now()) AND documents.attempts >= $7 FOR UPDATE SKIP LOCKED) RETURNING documents.id, documents.knowledge_base_id, documents.request_id;

UPDATE documents SET status=$1, error=$2, error_code=$3, request_id=$4, attempts=$5 WHERE documents.id = $6::UUID;

UPDATE documents SET status=$1, error=$2, error_code=$3, warnings=$4::JSONB, chunk_count=$5, index_version=$6, lease_token=$7::UUID, lease_expires_at=$8 WHERE documents.id = $9::UUID;

UPDATE documents SET status=$1, error=$2, error_code=$3, warnings=$4::JSONB, chunk_count=$5, index_version=$6, lease_token=$7::UUID, lease_expires_at=$8 WHERE documents.id = $9::UUID AND documents.lease_token = $10::UUID RETURNING documents.id, documents.request_id;

UPDATE documents SET status=$1, lease_token=$2::UUID, lease_expires_at=(now() + $3) WHERE documents.id = $4::UUID AND documents.lease_token = $5::UUID RETURNING documents.id, documents.request_id;

UPDATE documents SET tags=$1::TEXT[] WHERE documents.id = $2::UUID;

UPDATE documents SET title=$1 WHERE documents.id = $2::UUID;

UPDATE documents SET title=$1, file_name=$2, index_version=$3 WHERE documents.id = $4::UUID;

UPDATE documents SET title=$1, file_name=$2, media_type=$3, size_bytes=$4, content_hash=$5, status=$6, error=$7, error_code=$8, warnings=$9::JSONB, chunk_count=$10, index_version=$11, lease_token=$12::UUID, lease_expires_at=$13 WHERE documents.id = $14::UUID;

UPDATE documents SET title=$1, index_version=$2 WHERE documents.id = $3::UUID;

UPDATE documents SET title=$1, tags=$2::TEXT[], index_version=$3 WHERE documents.id = $4::UUID;

UPDATE embedding_changes SET claimed_until = now() - interval '1 second';

UPDATE embedding_changes SET done_up_to=$1 WHERE embedding_changes.knowledge_base_id = $2::UUID;

UPDATE embedding_changes SET error=$1, claimed_until=(now() + $2) WHERE embedding_changes.knowledge_base_id = $3::UUID;

UPDATE evaluation_runs SET state=$1, claimed_until=(now() + $2) WHERE evaluation_runs.id = (SELECT evaluation_runs.id
FROM evaluation_runs
WHERE evaluation_runs.state IN ($3) AND (evaluation_runs.claimed_until IS NULL OR evaluation_runs.claimed_until < now()) ORDER BY evaluation_runs.created_at
LIMIT $4 FOR UPDATE SKIP LOCKED) RETURNING evaluation_runs.evaluation_id, evaluation_runs.state, evaluation_runs.modes, evaluation_runs.settings, evaluation_runs.results, evaluation_runs.error, evaluation_runs.created_by, evaluation_runs.created_at, evaluation_runs.finished_at, evaluation_runs.claimed_until, evaluation_runs.id;

UPDATE evaluation_runs SET state=$1, error=$2, finished_at=now(), claimed_until=$3 WHERE evaluation_runs.id = $4::UUID;

UPDATE evaluation_runs SET state=$1, settings=$2::JSONB, results=$3::JSONB, finished_at=now(), claimed_until=$4 WHERE evaluation_runs.id = $5::UUID;

UPDATE knowledge_bases SET embedding_provider=$1, embedding_model=$2, embedding_dimensions=$3 WHERE knowledge_bases.id = $4::UUID;

UPDATE knowledge_bases SET meta_summary=$1, meta_statistics=$2::JSONB, meta_summary_model=$3, meta_summary_updated_at=now() WHERE knowledge_bases.id = $4::UUID RETURNING knowledge_bases.id;

UPDATE knowledge_bases SET name=$1 WHERE knowledge_bases.id = $2::UUID;

UPDATE knowledge_bases SET name=$1, description=$2, visibility=$3 WHERE knowledge_bases.id = $4::UUID;

UPDATE knowledge_bases SET visibility=$1 WHERE knowledge_bases.id = $2::UUID;

UPDATE langchain_pg_embedding SET cmetadata=jsonb_set(langchain_pg_embedding.cmetadata, $1, CAST($2::JSONB AS JSONB)) WHERE langchain_pg_embedding.document_id IN ($3::UUID);

UPDATE langchain_pg_embedding SET cmetadata=jsonb_set(langchain_pg_embedding.cmetadata, $1, CAST($2::JSONB AS JSONB)) WHERE langchain_pg_embedding.document_id IN (NULL) AND (1 != 1);

UPDATE langchain_pg_embedding SET document = 'another text' WHERE document LIKE '食堂%';

UPDATE langchain_pg_embedding SET document = '食堂にも有給休暇があります。' WHERE document LIKE '食堂%';

UPDATE langchain_pg_embedding SET embedding=$1, document=$2, cmetadata=CAST($3::JSONB AS JSONB), lexemes=CAST($4 AS TSVECTOR) WHERE langchain_pg_embedding.id = $5;

UPDATE langchain_pg_embedding c SET embedding = n.embedding
FROM new_chunk_vectors n
WHERE n.chunk_id = c.id AND c.collection_id = $1;

UPDATE langchain_pg_embedding c SET lexemes = n.lexemes::tsvector
FROM unnest($1::TEXT[], $2::TEXT[]) AS n (id, lexemes)
WHERE c.id = n.id;

UPDATE prompt_templates SET content=$1, version=$2 WHERE prompt_templates.id = $3::UUID;

UPDATE prompt_templates SET is_default=$1 WHERE prompt_templates.id = $2::UUID;

UPDATE prompt_templates SET is_default=$1 WHERE prompt_templates.purpose = $2 AND prompt_templates.is_default RETURNING prompt_templates.id;

UPDATE prompt_templates SET name=$1, content=$2, version=$3 WHERE prompt_templates.id = $4::UUID;

UPDATE prompt_templates SET name=$1, version=$2 WHERE prompt_templates.id = $3::UUID;

UPDATE stale_summaries SET claimed_until=$1 WHERE stale_summaries.knowledge_base_id = $2::UUID;

UPDATE stale_summaries SET claimed_until=(now() + $1) WHERE stale_summaries.knowledge_base_id = (SELECT stale_summaries.knowledge_base_id
FROM stale_summaries
WHERE stale_summaries.claimed_until IS NULL OR stale_summaries.claimed_until < now() ORDER BY stale_summaries.since
LIMIT $2 FOR UPDATE SKIP LOCKED) RETURNING stale_summaries.knowledge_base_id, stale_summaries.since;

UPDATE stored_files SET changed_at=to_timestamp($1) WHERE stored_files.document_id = $2::UUID AND stored_files.content_hash = $3 AND stored_files.size_bytes = $4;

UPDATE stored_files SET state=$1, changed_at=now() WHERE stored_files.document_id = $2::UUID AND stored_files.content_hash = $3 AND stored_files.size_bytes = $4;

UPDATE term_frequencies SET chunk_count=(term_frequencies.chunk_count - $1) WHERE term_frequencies.knowledge_base_id = $2::UUID AND term_frequencies.term IN ($3);

WITH leaving AS (
SELECT term, count(*) AS chunk_count
FROM langchain_pg_embedding, unnest(tsvector_to_array(lexemes)) AS term
WHERE document_id = ANY ($1::UUID[])
GROUP BY term
), emptied AS (
DELETE FROM term_frequencies f USING leaving l
WHERE f.knowledge_base_id = $2::UUID AND f.term = l.term AND f.chunk_count <= l.chunk_count
)
UPDATE term_frequencies f SET chunk_count = f.chunk_count - l.chunk_count FROM leaving l
WHERE f.knowledge_base_id = $2::UUID AND f.term = l.term AND f.chunk_count > l.chunk_count;
