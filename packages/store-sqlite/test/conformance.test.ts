import { testStore } from "@drett/conformance";
import type { Store } from "@drett/core";
import { openGuest, openStore } from "../src/index.ts";
import { freshFolder } from "./folder.ts";

/** A fresh store that a server has brought up to date, and has open or not. */
async function made({ served }: { served: boolean }) {
  const folder = freshFolder();
  const options = { directory: folder.path };
  const server = await openStore(options);
  if (!served) await server.close();
  const dispose = async () => {
    await server.close();
    folder[Symbol.dispose]();
  };
  return { server, guest: () => openGuest(options), options, dispose };
}

testStore("sqlite", async () => {
  const { server, guest, options, dispose } = await made({ served: true });
  let open = true;
  const store: Store = {
    ...methodsOf(server),
    close: () => {
      open = false;
      return server.close();
    },
  };
  // A second server is refused: beside an open one there may be guests.
  return { store, reopen: () => (open ? guest() : openStore(options)), dispose };
});

testStore("sqlite, a guest beside a server", async () => {
  const { guest, dispose } = await made({ served: true });
  return { store: await guest(), reopen: guest, dispose };
});

testStore("sqlite, a guest without a server", async () => {
  const { guest, dispose } = await made({ served: false });
  return { store: await guest(), reopen: guest, dispose };
});

const methodsOf = (store: Store): Store => ({
  name: store.name,
  load: (keys) => store.load(keys),
  commit: (changes) => store.commit(changes),
  query: (query) => store.query(query),
  events: (after, limit) => store.events(after, limit),
  close: () => store.close(),
});
