import type { Connection } from "./connection.ts";
import { CHANGE_WIDTH, type Flat, RECORD_COLUMNS } from "./rows.ts";
import { refuseOutdated } from "./schema.ts";

const BY_KEY = `SELECT ${RECORD_COLUMNS}, allocation FROM record WHERE id = ? AND kind = ?`;
const BY_TAG = `SELECT ${RECORD_COLUMNS}, allocation FROM record WHERE number IN (SELECT record FROM tag WHERE tag = ?)`;
const ALLOCATION = 1;

/** The records that the keys name and the allocations that they belong to, each once. */
export function load(connection: Connection, keys: Flat): Flat {
  const [byKey, byTag] = [connection.statement(BY_KEY), connection.statement(BY_TAG)];
  const found = new Map<string, Flat>();
  const wanted: string[] = [];
  const take = (row: Flat) => {
    const allocation = row.pop() as string | null;
    found.set(`${row[0]} ${row[1]}`, row);
    if (allocation !== null) wanted.push(allocation);
  };
  for (let place = 0; place < keys.length; place += 2) {
    const [kind, name] = [keys[place] as number, keys[place + 1] as string];
    const rows = kind === -1 ? byTag.all(name) : [byKey.get(name, kind)];
    for (const row of rows) if (row) take(row as unknown as Flat);
  }
  for (const id of wanted) {
    if (found.has(`${ALLOCATION} ${id}`)) continue;
    const row = byKey.get(id, ALLOCATION);
    if (row) take(row as unknown as Flat);
  }
  return [...found.values()].flat();
}

/** Writes all in one transaction; answers a 1 for each change that was applied, a 0 for each conflict. */
export function commit(connection: Connection, changes: Flat): Flat {
  return connection.inTransaction(() => {
    // A newer server may have started while a guest waited for its turn.
    if (connection.role === "guest") refuseOutdated(connection.db);
    const outcomes: Flat = [];
    if (changes.length === 0) connection.statement(PROBE).run();
    for (let place = 0; place < changes.length; place += CHANGE_WIDTH) {
      outcomes.push(write(connection, changes.slice(place, place + CHANGE_WIDTH)) ? 1 : 0);
    }
    return outcomes;
  });
}

/** Says nothing, and is 64 KiB long: what gets through after it has the room that commands need. */
const PROBE = "INSERT OR REPLACE INTO meta VALUES ('probe', hex(zeroblob(32768)))";

const INSERT = `INSERT INTO record (id, kind, state, finding, since, due, application, module, owner, type, allocation, tags, body, until, version)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1) ON CONFLICT DO NOTHING`;
const FIND = "SELECT number, tags FROM record WHERE id = ? AND kind = ? AND version = ?";
const UPDATE = `UPDATE record SET state = ?, finding = ?, since = ?, due = ?, application = ?, module = ?, owner = ?, type = ?,
  allocation = ?, tags = ?, body = ?, until = ?, version = version + 1 WHERE number = ?`;
const EVENT = "INSERT INTO event (record, fact) VALUES (?, ?)";

function write(connection: Connection, change: Flat): boolean {
  const [expected, gone, from, to] = change.splice(CHANGE_WIDTH - 4) as [number, number, number, number];
  if (gone === 1) return remove(connection, change, expected);
  const number = expected === 0 ? insert(connection, change) : update(connection, change, expected);
  if (number === undefined) return false;
  const event = connection.statement(EVENT);
  for (let fact = from; fact < to; fact++) event.run(number, fact);
  return true;
}

const REMOVE = "DELETE FROM record WHERE number = ?";
/** The number may be used again, and the last event is never trimmed. */
const UNPOINT =
  "UPDATE event SET record = 0 WHERE record = ? AND position = (SELECT max(position) FROM event)";

/** Of a tombstone, which has no tags. */
function remove(connection: Connection, [id, kind]: Flat, expected: number): boolean {
  const known = connection.statement(FIND).get(id as string, kind as number, expected) as unknown as
    | [number]
    | undefined;
  if (!known) return false;
  connection.statement(UNPOINT).run(known[0]);
  connection.statement(REMOVE).run(known[0]);
  return true;
}

const TAGS = 11;

function insert(connection: Connection, row: Flat): number | undefined {
  const { changes, lastInsertRowid } = connection.statement(INSERT).run(...row);
  if (changes === 0) return undefined;
  replaceTags(connection, Number(lastInsertRowid), null, row[TAGS] as string | null);
  return Number(lastInsertRowid);
}

function update(connection: Connection, row: Flat, expected: number): number | undefined {
  const [id, kind, ...columns] = row;
  const known = connection.statement(FIND).get(id as string, kind as number, expected) as unknown as
    | [number, string | null]
    | undefined;
  if (!known) return undefined;
  const [number, tags] = known;
  connection.statement(UPDATE).run(...columns, number);
  replaceTags(connection, number, tags, row[TAGS] as string | null);
  return number;
}

function replaceTags(connection: Connection, number: number, old: string | null, now: string | null): void {
  if (old === now) return;
  const [before, after] = [listOf(old), listOf(now)];
  for (const tag of before) {
    if (!after.includes(tag))
      connection.statement("DELETE FROM tag WHERE tag = ? AND record = ?").run(tag, number);
  }
  for (const tag of after) connection.statement("INSERT OR IGNORE INTO tag VALUES (?, ?)").run(tag, number);
}

const listOf = (text: string | null): string[] => (text === null ? [] : JSON.parse(text));
