import { type LookupAddress, lookup } from "node:dns";
import type { LookupFunction } from "node:net";
import { isPublic } from "./addresses.ts";

/** The target is where it may not be. */
export class AddressRefused extends Error {
  override readonly name = "AddressRefused";

  constructor(host: string, address: string) {
    super(`${host} is at ${address}, which is not public: say \`private: true\` where that is meant`);
  }
}

export type Resolve = (
  host: string,
  options: { readonly all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** What it resolves to is what is connected to: a name that leads elsewhere at the second look leads nowhere. */
export const publicLookup =
  (resolve: Resolve = lookup): LookupFunction =>
  (host, options, callback) =>
    resolve(host, { ...options, all: true }, (error, addresses) => {
      const inside = addresses?.find(({ address }) => !isPublic(address));
      const [first] = addresses ?? [];
      const refused = error ?? (inside && new AddressRefused(host, inside.address));
      if (refused || first === undefined) {
        callback(refused ?? new Error(`${host} has no address`), "");
      } else if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
