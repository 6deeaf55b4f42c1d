import { testStore } from "@drett/conformance";
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
  // Beside an open server there may be guests, and no other server.
  let isOpen = true;
  const close = server.close.bind(server);
  server.close = () => {
    isOpen = false;
    return close();
  };
  return { store: server, reopen: () => (isOpen ? guest() : openStore(options)), dispose };
});

testStore("sqlite, a guest beside a server", async () => {
  const { guest, dispose } = await made({ served: true });
  return { store: await guest(), reopen: guest, dispose };
});

testStore("sqlite, a guest without a server", async () => {
  const { guest, dispose } = await made({ served: false });
  return { store: await guest(), reopen: guest, dispose };
});
