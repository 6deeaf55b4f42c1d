import assert from "node:assert/strict";
import { chmodSync } from "node:fs";
import { describe, it } from "node:test";
import { type CommandSettings, plugin } from "../src/index.ts";
import { Workshop } from "./workshop.ts";

const refused = async (settings: Partial<CommandSettings>, message: RegExp) => {
  using workshop = new Workshop();
  await assert.rejects(workshop.open({ free: ["true"], ...settings }), { message });
};

describe("opening a command provider", () => {
  it("has settings that say what each means", () => {
    for (const [name, { meaning }] of Object.entries(plugin.settings)) assert.notEqual(meaning, "", name);
  });

  it("needs a program that frees", async () => {
    await refused({ free: undefined }, /^free: is missing; name a program/);
    await refused({ free: [] }, /^free: names no program/);
  });

  it("needs programs that are there and may be run", async () => {
    await refused(
      { look: ["no-such-program-here", "x"] },
      /^look: there is no program no-such-program-here on the PATH/,
    );
    await refused({ find: ["./find.sh"] }, /^find: there is no program \.\/find\.sh in \//);
    await refused({ list: ["./"] }, /^list: there is no program/);
    using workshop = new Workshop();
    const plain = workshop.sh("plain", "");
    chmodSync(workshop.file("plain"), 0o644);
    await assert.rejects(workshop.open({ free: [plain] }), /^Error: free: there is no program \.\/plain/);
  });

  it("looks for them on the PATH that they get", async () => {
    using workshop = new Workshop();
    workshop.sh("of-ours", "");
    await workshop.open({ free: ["of-ours"], environment: [`PATH=${workshop.path}`] });
    await assert.rejects(workshop.open({ free: ["of-ours"] }), /^Error: free: there is no program of-ours/);
  });

  it("needs a folder for them", async () => {
    await refused({ directory: "/no/such/folder" }, /^directory: there is no folder \/no\/such\/folder/);
  });

  it("knows all placeholders, and where they have a meaning", async () => {
    await refused(
      { free: ["true", "{externalid}"] },
      /^free: \{externalid\} has no meaning in "\{externalid\}"; there are /,
    );
    await refused({ look: ["true", "x${HOME}"] }, /^look: \{HOME\}/);
    await refused({ find: ["true", "{externalId}"] }, /^find: \{externalId\}/);
    await refused({ list: ["true", "--id={id}"] }, /^list: \{id\}/);
    await refused({ sees: ["true", "{owner}"] }, /^sees: \{owner\}/);
    await refused({ free: ["{type}"] }, /^free: \{type\} .*; a program is named as it is/);
    await refused({ free: ["true", "{label.}"] }, /^free: \{label\.\}/);
    await refused({ gone_when: ["no {name}"] }, /^gone_when: \{name\}/);
    await refused({ look: ["true"], present_lines: ["{nothing}"] }, /^present_lines: \{nothing\}/);
    await refused({ environment: ["A={owner}"] }, /^environment: \{owner\}.*\{scope\}/);
    await refused({ sees: ["true"], account: "{owner}" }, /^account: \{owner\}/);
  });

  it("takes no text that would be found everywhere", async () => {
    await refused({ gone_when: ["Not found", " "] }, /^gone_when: holds an empty text/);
  });

  it("takes variables that are some, and none of drett's own", async () => {
    await refused({ environment: ["A=b", "NONSENSE"] }, /^environment: each entry is NAME=value/);
    await refused({ environment: ["DRETT_ID=x"] }, /^environment: DRETT_ID is drett's own/);
    await refused(
      { pass_environment: ["DRETT_STORE_PASSWORD"] },
      /^pass_environment: DRETT_STORE_PASSWORD is drett's/,
    );
    await refused({ pass_environment: ["A=b"] }, /^pass_environment: "A=b" is no name/);
  });

  it("takes settings that fit each other", async () => {
    await refused({ findable: "no", find: ["true"] }, /^findable: is no/);
    await refused({ findable: "searched" }, /^findable: is searched, and find names no program/);
    await refused({ account: "7" }, /^account: /);
    await refused({ gone_if_empty: true }, /^look: names no program/);
    await refused({ gone_lines: ["gone"] }, /^look: names no program/);
  });

  it("has what its programs can do, and promises nothing of ids where nothing is said", async () => {
    using workshop = new Workshop();
    const least = await workshop.open({ free: ["/bin/echo"] });
    assert.deepEqual([least.name, least.findable, least.identity], ["command:echo", "no", "reused"]);
    assert.deepEqual([least.look, least.find, least.list], [undefined, undefined, undefined]);
    const most = await workshop.open({
      free: ["true"],
      look: ["true"],
      find: ["true"],
      list: ["true"],
      identity: "unique",
    });
    assert.deepEqual([most.findable, most.identity], ["searched", "unique"]);
    const named = await workshop.open({ free: ["true"], find: ["true"], findable: "named" });
    assert.equal(named.findable, "named");
  });

  it("proves nothing without `sees`, and warns of that", async () => {
    using workshop = new Workshop();
    const provider = await workshop.open({ free: ["true"] });
    assert.match(workshop.warnings.join(), /^sees: names no program/);
    const { answer } = await provider.sees("here", new AbortController().signal);
    assert.equal(answer, "cannot-tell");
  });

  it("warns of variables that it cannot pass on", async () => {
    using workshop = new Workshop();
    await workshop.open({ free: ["true"], sees: ["true"], pass_environment: ["NO_SUCH_VARIABLE_HERE"] });
    assert.deepEqual(workshop.warnings, [
      "pass_environment: the server has no variable NO_SUCH_VARIABLE_HERE",
    ]);
  });
});
