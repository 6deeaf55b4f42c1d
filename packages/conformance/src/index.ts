/** What a plug-in's own tests call. See the README. */
export { type CertificateWanted, makeCertificates, NO_OPENSSL } from "./certificates.ts";
export type { Deviation } from "./deviations.ts";
export { TcpProxy } from "./faults/tcp-proxy.ts";
export type { OpenedProvider, OpenProvider } from "./provider/subject.ts";
export { type ProviderTestOptions, testProvider } from "./provider/test-provider.ts";
export type { Open, Opened } from "./store/subject.ts";
export { type StoreTestOptions, testStore } from "./store/test-store.ts";
