import assert from "node:assert/strict";
import { test } from "node:test";
import fc, { type Arbitrary } from "fast-check";
import { OLD_COMMANDS } from "../src/legacy/commands.ts";
import { askOld } from "./support/old-protocol.ts";
import { TestServer } from "./support/test-server.ts";

const RUNS = Number(process.env.DRETT_TEST_FUZZ_RUNS ?? 100);

/** Stands for one of the ids that were handed out, in either form. */
class HandedOut {
  readonly place: number;
  readonly isPlain: boolean;
  constructor(place: number, isPlain: boolean) {
    this.place = place;
    this.isPlain = isPlain;
  }
  among(oids: readonly { $oid: string }[]): unknown {
    const oid = oids[this.place % Math.max(1, oids.length)] ?? { $oid: "0123456789abcdef01234567" };
    return this.isPlain ? oid.$oid : oid;
  }
}

const words = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("vm", "lpds", "i-1", "i-2", "label-1", "label-2") },
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.integer(),
);
const ids = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.nat(30), fc.boolean()).map((it) => new HandedOut(...it)) },
  words,
  fc.string({ maxLength: 24 }).map(($oid) => ({ $oid })),
);
const odd: Arbitrary<unknown> = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(
    null,
    true,
    {},
    [],
    { $oid: null },
    { $numberLong: "-1" },
    { $date: 1 },
    1e300,
    "",
  ),
  fc.string({ minLength: 1_000, maxLength: 5_000 }),
);
const fitting: { readonly [field: string]: Arbitrary<unknown> } = {
  oid: ids,
  allocation_oid: ids,
  allocation_id: words,
  application: words,
  module: words,
  resource_owner: words,
  resource_type: words,
  resource_id: words,
  timeout: fc.oneof(fc.nat(1_000), fc.double({ min: -1, max: 1e9, noNaN: true })),
  reason: fc.oneof(words, odd),
};
const fields = fc.record(
  Object.fromEntries(
    Object.entries(fitting).map(([name, its]) => [name, fc.oneof({ weight: 12, arbitrary: its }, odd)]),
  ),
);
const commands = fc
  .tuple(
    fc.oneof({ weight: 20, arbitrary: fc.constantFrom<unknown>(...Object.keys(OLD_COMMANDS)) }, odd),
    fields,
    fc.option(fc.constantFrom(...Object.keys(fitting)), { freq: 5 }),
  )
  .map(([cmd, its, without]) => {
    const command: Record<string, unknown> = { cmd, ...its };
    if (without !== null) delete command[without];
    return command;
  });
const bodies = fc.oneof(
  { weight: 20, arbitrary: commands },
  fc.jsonValue(),
  fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes)),
);

function payloadOf(body: unknown, oids: readonly { $oid: string }[]): string | Buffer {
  if (Buffer.isBuffer(body)) return body;
  return JSON.stringify(body, (_, value) =>
    value instanceof HandedOut ? value.among(oids) : (value as unknown),
  );
}

test(`old commands of every kind are answered as the protocol says (${RUNS} runs)`, async (t) => {
  let [accepted, refused] = [0, 0];
  const property = fc.asyncProperty(fc.array(bodies, { minLength: 10, maxLength: 60 }), async (all) => {
    const server = new TestServer();
    const oids: { $oid: string }[] = [];
    for (const body of all) {
      const headers = { "content-type": "application/json" };
      const { status, result, error } = await askOld(server, { headers, payload: payloadOf(body, oids) });
      assert.ok(status === 200 || status === 400, `${status}: ${error}`);
      if (error === null) accepted += 1;
      else refused += 1;
      if (Object.hasOwn(result ?? {}, "$oid")) oids.push(result as { $oid: string });
      server.clock.advance(0.4);
    }
    assert.deepEqual(server.errors, []);
    assert.equal(new Set(oids.map(({ $oid }) => $oid)).size, oids.length, "no id is handed out twice");
    server.clock.advance(7 * 86_400);
    await server.engine.sweep();
    for (const read of ["list-resources", "list-allocations", "list-findings", "read-events"]) {
      assert.equal((await server.look(read)).status, 200);
    }
    await server.close();
  });
  await fc.assert(property, { numRuns: RUNS });
  t.diagnostic(`${accepted} accepted, ${refused} refused`);
  assert.ok(accepted > RUNS && refused > RUNS, `it meets both: ${accepted} accepted, ${refused} refused`);
});
