import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { testProvider } from "@drett/conformance";
import { Workshop } from "./workshop.ts";

/** What each program begins with: the folder is dark, or it takes for ever. */
const ASKED = `
while test -e stalled; do sleep 0.02; done
if test -e dark; then echo "the folder is dark" >&2; exit 111; fi
is_ours() { test "$(cat "things/$1" 2>/dev/null)" = "$2"; }
`;

/** Things are files, which hold the drett id and are named by their external id. */
const PROGRAMS = {
  free: `${ASKED}
    is_ours "$1" "$2" || exit 110
    if test -e "denied/$1"; then echo "it is protected" >&2; exit 112; fi
    if rm "busy/$1" 2>/dev/null; then echo "it is in use" >&2; exit 113; fi
    rm -f "things/$1"`,
  look: `${ASKED} if is_ours "$1" "$2"; then echo there; else exit 110; fi`,
  find: `${ASKED} cd things; grep -lxF -- "$1" * 2>/dev/null; exit 0`,
  list: `${ASKED} cd things; for it in *; do test -e "$it" && echo "$(cat "$it") $it"; done; exit 0`,
  sees: `${ASKED} if test "$1" = folder; then echo me; else echo "there is one folder" >&2; exit 112; fi`,
};

const ARGUMENTS = {
  free: ["{externalId}", "{id}"],
  look: ["{externalId}", "{id}"],
  find: ["{id}"],
  list: [],
  sees: ["{scope}"],
};

testProvider("command, in a folder", async () => {
  const workshop = new Workshop();
  for (const folder of ["things", "denied", "busy"]) mkdirSync(workshop.file(folder));
  const entries = Object.entries(PROGRAMS).map(([name, source]) => [
    name,
    [workshop.sh(name, source), ...ARGUMENTS[name as keyof typeof ARGUMENTS]],
  ]);
  let made = 0;
  const fileOf = (externalId: string) => workshop.file(join("things", externalId));
  const mark = (name: string) => writeFileSync(workshop.file(name), "");
  const create = async (id: string, folder?: "denied" | "busy") => {
    const externalId = `thing-${++made}`;
    writeFileSync(fileOf(externalId), `${id}\n`);
    if (folder) mark(join(folder, externalId));
    return externalId;
  };
  return {
    provider: await workshop.open(Object.fromEntries(entries)),
    about: { scope: "folder" },
    create: (id) => create(id),
    createDenied: (id) => create(id, "denied"),
    createStubborn: (id) => create(id, "busy"),
    async createReplaced() {
      const externalId = await create("other");
      return { former: externalId, successor: externalId };
    },
    remove: async (externalId) => rmSync(fileOf(externalId)),
    exists: async (externalId) => existsSync(fileOf(externalId)),
    blind: () => mark("dark"),
    stall: () => mark("stalled"),
    dispose: () => workshop[Symbol.dispose](),
  };
});
