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
  const reopen = (restored = false) => (isOpen ? guest() : openStore(options, { restored }));
  return { store: server, reopen, dispose };
});

const deviations = [
  {
    test: "reopen: refuses the cursors of before once it was restored, and gives others",
    reason: "that a store was restored is told to a server; a guest goes by what that has noted",
  },
];

for (const served of [true, false]) {
  testStore(
    `sqlite, a guest ${served ? "beside" : "without"} a server`,
    async () => {
      const { guest, dispose } = await made({ served });
      return { store: await guest(), reopen: guest, dispose };
    },
    { deviations },
  );
}
