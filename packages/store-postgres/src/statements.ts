import { RECORD_COLUMNS } from "./rows.ts";

/** What is sent again and again, each a round trip of its own and, where it writes, a transaction of its own. */
export interface Statements {
  readonly load: string;
  readonly commit: string;
  readonly probe: string;
}

/** The values of one change, in the order of the parameters: each is an array, with one element a change. */
const CHANGE = [
  ["id", "text"],
  ["kind", "integer"],
  ["expected", "integer"],
  ["first", "integer"],
  ["facts", "integer"],
  ["state", "text"],
  ["finding", "integer"],
  ["since", "bigint"],
  ["due", "bigint"],
  ["application", "text"],
  ["module", "text"],
  ["owner", "text"],
  ["type", "text"],
  ["allocation", "text"],
  ["tags", "text"],
  ["body", "text"],
  ["until", "bigint"],
  ["gone", "integer"],
] as const;

const COLUMNS =
  "facts, state, finding, since, due, application, module, owner, type, allocation, body, until".split(", ");

export function statementsIn(schema: string): Statements {
  return { load: load(schema), commit: commit(schema), probe: probe(schema) };
}

/** $1 and $2 name records, $3 tags. */
const load = (schema: string) => `
WITH named AS MATERIALIZED (
  SELECT ${RECORD_COLUMNS}, allocation FROM unnest($1::text[], $2::integer[]) AS key (id, kind) JOIN ${schema}.record USING (id, kind)
  UNION ALL
  SELECT ${RECORD_COLUMNS}, allocation FROM unnest($3::uuid[]) AS key (tag) JOIN ${schema}.tag USING (tag)
    JOIN ${schema}.record ON number = tag.record
)
SELECT ${RECORD_COLUMNS} FROM named
UNION ALL
SELECT ${RECORD_COLUMNS} FROM (SELECT DISTINCT allocation FROM named WHERE allocation IS NOT NULL) AS key (id)
  JOIN ${schema}.record USING (id) WHERE kind = 1`;

/**
 * Locks what it will rewrite in the order of the changes, then creates in that order: two servers that write the same
 * records wait for one another, and never in a circle. A record is rewritten only if the version that it was decided on is in the
 * snapshot, which is older than the transaction's id: so of two writers of one record, the later has the greater id.
 * Answers null if all were written, else those that were.
 */
const commit = (schema: string) => `
WITH change AS MATERIALIZED (
  SELECT * FROM unnest(${CHANGE.map(([, type], place) => `$${place + 1}::${type}[]`).join(", ")})
    AS change (${CHANGE.map(([name]) => name).join(", ")})
),
known AS MATERIALIZED (
  SELECT change.*, number, tags_before FROM change CROSS JOIN LATERAL (
    SELECT number, tags AS tags_before FROM ${schema}.record
    WHERE record.id = change.id AND record.kind = change.kind AND version = expected LIMIT 1 FOR UPDATE
  ) AS record WHERE expected > 0
),
rewritten AS (
  UPDATE ${schema}.record SET version = version + 1, tags = known.tags::uuid[], ${COLUMNS.map((name) => `${name} = known.${name}`).join(", ")}
  FROM known WHERE record.number = known.number AND gone = 0
  RETURNING record.number, record.id, record.kind, version, first, record.facts, tags_before, record.tags
),
removed AS (
  DELETE FROM ${schema}.record USING known WHERE record.number = known.number AND gone = 1
  RETURNING record.number, record.id, record.kind, record.version + 1, 0, 0, NULL::uuid[], NULL::uuid[]
),
created AS (
  INSERT INTO ${schema}.record (id, kind, version, tags, ${COLUMNS.join(", ")})
  SELECT id, kind, 1, tags::uuid[], ${COLUMNS.join(", ")} FROM change
  WHERE expected = 0 AND (SELECT count(*) FROM rewritten) IS NOT NULL
  ON CONFLICT (id, kind) DO NOTHING
  RETURNING number, id, kind, version, 0, facts, NULL::uuid[], tags
),
written AS MATERIALIZED (SELECT * FROM rewritten UNION ALL SELECT * FROM removed UNION ALL SELECT * FROM created),
untagged AS (
  DELETE FROM ${schema}.tag USING (
    SELECT unnest(tags_before) AS tag, number, tags FROM written WHERE tags_before IS DISTINCT FROM tags
  ) AS before WHERE tag.tag = before.tag AND tag.record = before.number AND (before.tag = ANY (tags)) IS NOT TRUE
),
tagged AS (
  INSERT INTO ${schema}.tag SELECT tag, number FROM (
    SELECT unnest(tags) AS tag, number, tags_before FROM written WHERE tags_before IS DISTINCT FROM tags
  ) AS after WHERE (tag = ANY (tags_before)) IS NOT TRUE
),
told AS (
  INSERT INTO ${schema}.event
  SELECT pg_current_xact_id()::text::bigint + (SELECT shift FROM ${schema}.meta), number, generate_series(first, facts - 1)
  FROM written
)
SELECT CASE WHEN count(*) < cardinality($1) THEN coalesce(json_agg(json_build_array(kind, id, version)), '[]') END FROM written`;

/** Says nothing, and takes 64 KiB: what gets through after it has the room that commands need. */
const probe = (schema: string) => `UPDATE ${schema}.meta SET probe = repeat('x', 65536)`;
