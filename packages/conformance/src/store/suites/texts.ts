import assert from "node:assert/strict";
import { resourceKey, tagKey } from "@drett/core";
import { created, many, rewritten } from "../changes.ts";
import { apply, idsOf, readFeed, told, written } from "../reading.ts";
import type { Suite } from "../subject.ts";

const codes = (from: number, count: number) =>
  String.fromCodePoint(...Array.from({ length: count }, (_, offset) => from + offset));

/** What people and providers put into names. All that a column may hold is among it but U+0000 and half a surrogate pair. */
const TEXTS = [
  "plain",
  "Ärger mit Umlauten, 東京, Ελλάδα, עברית, العربية",
  "👩‍👩‍👧‍👦 🏳️‍🌈 𝕏 𠜎",
  `'single' "double" \`back\` \\ backslash \\0 \\u0000 $1 $$ :name ? ?1 %s {0}`,
  "'; drop table records; --",
  "line\nline\r\nline\ttab",
  codes(1, 31),
  codes(0x7f, 33),
  "\u2028\u2029\u00a0\u200b\u202e\ufeff\uffff",
  "<script>&amp;</script>",
] as const;

/** 1,024 characters of four bytes each: the longest text that drett lets in. */
const LONGEST = codes(0x20000, 1024);

/** Different texts that careless comparing takes for one another. */
const ALIKE = [
  ["vm", "VM", "Vm", "vm ", " vm", "vm\n", "vmx", "v", "", "%", "_m", "*", "null", "NULL", "undefined"],
  ["1", "01", "1.0", "1e0", "+1", "true", "\u00e9", "e\u0301", "e", "ss", "ß", "\ufb01", "fi", "I", "ı", "İ"],
  ["ａ", "a", "-", "'", "''", "\\", "\\\\"],
].flat();

/** A body as the engine writes it: JSON escapes whatever has to be escaped. */
const bodyWith = (...texts: string[]) =>
  JSON.stringify(texts.map((text) => ({ kind: "failed", reason: text })));

export const texts = {
  "gives bodies back as they were, whatever the text": async ({ store }) => {
    const changes = TEXTS.map((text, number) => ({ ...created(`r${number}`), body: bodyWith(text, text) }));
    await apply(store, ...changes);
    assert.deepEqual(told(await store.load(changes.map(({ id }) => resourceKey(id)))), written(...changes));
    const { events } = await readFeed(store, { count: changes.length });
    for (const { id, fact, place } of events) {
      const body = changes.find((it) => it.id === id)?.body ?? "[]";
      assert.deepEqual(JSON.parse(fact ?? "null"), JSON.parse(body)[place]);
    }
    const page = await store.query({ order: "newest", limit: 100 });
    assert.deepEqual(told(page.records), written(...changes));
  },

  "gives escaped NUL and half surrogate pairs back within a body": async ({ store }) => {
    const change = { ...created("a"), body: bodyWith("a\u0000b", "\ud83d", "\ude00\ud83d", "\\u0000") };
    await apply(store, change);
    assert.deepEqual(told(await store.load([resourceKey("a")])), written(change));
  },

  "leaves the order of keys and the digits of numbers in a body alone": async ({ store }) => {
    const body = JSON.stringify([
      { z: 1, a: 2, "10": 3, at: 1_790_000_000_123, price: 0.1, tiny: 5e-324, "": {} },
    ]);
    const change = { ...created("a"), body };
    await apply(store, change);
    assert.equal((await store.load([resourceKey("a")]))[0]?.body, body);
  },

  "gives a body of 1 MiB back": async ({ store }) => {
    const noise = Array.from({ length: 160 * 1024 }, (_, number) =>
      ((number * 2654435761) >>> 0).toString(36),
    ).join("é");
    const first = { ...created("a"), body: bodyWith(noise.slice(0, 1024 * 1024)) };
    const second = { ...rewritten(first), body: bodyWith(noise.slice(0, 1024 * 1024), "more") };
    await apply(store, first, created("b"));
    assert.deepEqual(told(await store.load([resourceKey("a")])), written(first));
    await apply(store, second);
    assert.deepEqual(told(await store.load([resourceKey("a")])), written(second));
  },

  "finds by columns of every text": async ({ store }) => {
    const all = [...TEXTS, LONGEST];
    for (const column of ["state", "application", "module", "owner", "type"] as const) {
      await apply(store, ...many(all.length, (number) => ({ [column]: all[number] }), `${column}-`));
      for (const [number, text] of all.entries()) {
        assert.deepEqual(await idsOf(store, { where: { [column]: text } }), [`${column}-${number}`], text);
      }
    }
  },

  "finds by tags of every text": async ({ store }) => {
    const all = [...TEXTS, LONGEST].map((text) => `label k=${text}`);
    await apply(
      store,
      created("all", { tags: all }),
      ...many(all.length, (number) => ({ tags: [all[number] as string] })),
    );
    for (const [number, text] of all.entries()) {
      const ids = (await store.load([tagKey(text)])).map(({ id }) => id);
      assert.deepEqual(ids.sort(), ["all", `r${number}`], text);
      assert.deepEqual((await idsOf(store, { tags: [text] })).sort(), ["all", `r${number}`], text);
    }
    assert.deepEqual(await idsOf(store, { tags: all }), ["all"]);
  },

  "takes texts that look alike for different": async ({ store }) => {
    const record = (number: number) => {
      const text = ALIKE[number] as string;
      return { owner: text, tags: [text] };
    };
    await apply(store, ...many(ALIKE.length, record));
    for (const [number, text] of ALIKE.entries()) {
      const id = `r${number}`;
      assert.deepEqual(await idsOf(store, { where: { owner: text } }), [id], JSON.stringify(text));
      assert.deepEqual(await idsOf(store, { tags: [text] }), [id], JSON.stringify(text));
      assert.deepEqual(
        (await store.load([tagKey(text)])).map((it) => it.id),
        [id],
        JSON.stringify(text),
      );
    }
  },
} satisfies Suite;
