import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { never, target, Workshop } from "./workshop.ts";

/** What becomes of a standard error. */
async function reasonFor(stderr: string, more = {}): Promise<string> {
  using workshop = new Workshop();
  const program = workshop.node(
    "moan",
    `process.stderr.write(${JSON.stringify(stderr)}); process.exitCode = 3`,
  );
  const provider = await workshop.open({ free: [program], ...more });
  const answer = await provider.free(target, never);
  return "reason" in answer ? answer.reason : "none";
}

describe("the reason of an answer", () => {
  it("is the last line that the program wrote, short, and without control characters", async () => {
    assert.equal(
      await reasonFor("first\r\n\x1b[31mno\tway\x1b[0m\n\n"),
      "moan: it exited with 3: [31mno way [0m",
    );
    assert.equal((await reasonFor(`${"x".repeat(299)}\u{1f600}`)).isWellFormed(), true);
    assert.equal((await reasonFor("x".repeat(5_000))).length, "moan: it exited with 3: ".length + 300);
    assert.equal(await reasonFor(" \n"), "moan: it exited with 3");
  });

  it("has no value of a variable that was passed on, nor of one that is called a secret", async (t) => {
    process.env.MY_PLAIN_NAME = "s3cr3t";
    t.after(() => delete process.env.MY_PLAIN_NAME);
    const more = {
      pass_environment: ["MY_PLAIN_NAME"],
      environment: ["OS_PASSWORD=hunter22", "REGION=north"],
    };
    const reason = await reasonFor("north: s3cr3t+hunter22 is wrong", more);
    assert.equal(reason, "moan: it exited with 3: north: ***+*** is wrong");
  });

  it("has no line of a value of several, such as a private key", async (t) => {
    process.env.MY_PLAIN_NAME = "-----BEGIN-----\nMIIEvQIBADAN\nBgkqhkiG9w0B\n-----END-----\n";
    t.after(() => delete process.env.MY_PLAIN_NAME);
    const reason = await reasonFor("it cannot be read:\nBgkqhkiG9w0B\n", {
      pass_environment: ["MY_PLAIN_NAME"],
    });
    assert.equal(reason, "moan: it exited with 3: ***");
  });

  it("has nothing that looks like a secret", async () => {
    const secret = "abcdefgh12345678";
    for (const text of [
      `https://jo:${secret}@cloud.example/v3`,
      `Authorization: Bearer ${secret}`,
      `--token=${secret}`,
      `{"api_key": "${secret}"}`,
      `password: ${secret}`,
    ]) {
      const reason = await reasonFor(`cannot reach it: ${text}`);
      assert.match(reason, /^moan: it exited with 3: cannot reach it: .*\*\*\*/);
      assert.equal(reason.includes(secret), false, reason);
    }
  });

  it("is found at once in whatever is printed", { timeout: 20_000 }, async () => {
    for (const text of ["x".repeat(1_000_000), "//".repeat(400_000), `${"a-key".repeat(150_000)}=s3cr3t`])
      assert.ok((await reasonFor(text)).length < 400);
  });

  it("is left as it is otherwise", async () => {
    const text = "An error occurred (InvalidInstanceID.NotFound): The instance ID 'i-1' does not exist";
    assert.equal(await reasonFor(text), `moan: it exited with 3: ${text}`);
  });
});
