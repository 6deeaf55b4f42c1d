export { openStore, type SqliteOptions } from "./sqlite-store.ts";
