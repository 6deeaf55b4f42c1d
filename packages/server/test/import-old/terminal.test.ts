import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { ownTerminal } from "../../src/import-old/terminal.ts";

/** Streams that pass for those of a process, at a terminal or not. */
function streams(isTTY: boolean) {
  const stdin = Object.assign(new PassThrough(), { isTTY });
  const stderr = Object.assign(new PassThrough(), { isTTY });
  return { stdin, stderr, terminal: ownTerminal({ stdin, stderr }) };
}

for (const [what, typed, answer] of [
  ["yes", "yes\n", "yes"],
  ["nothing", "\n", ""],
  ["Ctrl-C", "\u0003", ""],
  ["Ctrl-D", "\u0004", ""],
] as const) {
  test(`${what} at the terminal is answered as ${JSON.stringify(answer)}`, async () => {
    const { stdin, stderr, terminal } = streams(true);
    const asking = terminal.ask?.("Go? ");
    stdin.write(typed);
    assert.equal(await asking, answer);
    assert.match(String(stderr.read()), /Go\? /);
  });
}

test("a line is drawn in the place of the one before", () => {
  const { stderr, terminal } = streams(true);
  for (const line of ["one", ""]) terminal.draw?.(line);
  assert.equal(String(stderr.read()), "\r\u001b[Kone\r\u001b[K");
});

test("without a terminal nothing is drawn or asked", () => {
  const { terminal } = streams(false);
  assert.deepEqual([terminal.draw, terminal.ask], [undefined, undefined]);
});
