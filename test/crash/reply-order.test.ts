import assert from "node:assert/strict";
import { test } from "node:test";
import { isSyncedBefore, wrongOrder } from "./reply-order.ts";
import { parseStrace } from "./strace.ts";

const written = String.raw`7 pwrite64(29</data/drett.db-wal>, "\0\0intent of vm-1.", 4096, 56) = 4096`;
const synced = "7 fdatasync(29</data/drett.db-wal>) = 0";
const replied = String.raw`1 write(40<TCP:[127.0.0.1:5001->127.0.0.1:9]>, "HTTP/1.1 201 Created\r\n\r\n{\"id\":\"vm-1\"}", 90) = 90`;
const told = { marker: "intent of vm-1.", id: "vm-1", earlier: 0 };
const wrongIn = (...lines: string[]) => wrongOrder(parseStrace(lines.join("\n")), told);

test("a reply after the sync of its commit is in order", () => {
  assert.equal(wrongIn(written, synced, replied), undefined);
});

test("a reply before the sync, or without one, is found", () => {
  assert.match(wrongIn(written, replied, synced) ?? "", /before its sync returned/);
  assert.match(wrongIn(written, replied) ?? "", /never synced/);
  assert.match(wrongIn(synced, replied) ?? "", /never written/);
  assert.match(wrongIn(written, synced) ?? "", /no reply/);
});

test("a sync that others interrupt counts from when it returned", () => {
  const begun = "7 fdatasync(29</data/drett.db-wal> <unfinished ...>";
  const resumed = "7 <... fdatasync resumed>) = 0";
  assert.equal(wrongIn(written, begun, resumed, replied), undefined);
  assert.match(wrongIn(written, begun, replied, resumed) ?? "", /before its sync returned/);
  assert.match(wrongIn(written, begun, replied) ?? "", /returned never/);
});

test("a sync that began before the commit was written, failed, or was of another file or thread, does not count", () => {
  const begun = "8 fdatasync(29</data/drett.db-wal> <unfinished ...>";
  const resumed = "8 <... fdatasync resumed>) = 0";
  assert.match(wrongIn(begun, written, resumed, replied) ?? "", /never synced/);
  assert.match(wrongIn(written, synced.replace("-wal", ""), replied) ?? "", /never synced/);
  assert.match(wrongIn(written, synced.replace("= 0", "= -1 EIO"), replied) ?? "", /returned -1/);
});

test("a replay needs a sync of the log before it, whoever wrote it", () => {
  assert.equal(isSyncedBefore(parseStrace([synced, replied].join("\n")), "vm-1"), true);
  assert.equal(isSyncedBefore(parseStrace([replied, synced].join("\n")), "vm-1"), false);
});
