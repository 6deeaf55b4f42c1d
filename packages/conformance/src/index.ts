/** What a plug-in's own tests call. See the README. */
export { TcpProxy } from "./faults/tcp-proxy.ts";
export type { Open, Opened } from "./store/subject.ts";
export { type Deviation, type StoreTestOptions, testStore } from "./store/test-store.ts";
