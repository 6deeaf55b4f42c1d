const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * Whether the Host header names this server. A page from elsewhere that had its own name resolve to loopback
 * could otherwise read what is here.
 */
export function allowsHost(header: string | undefined, hosts: readonly string[]): boolean {
  if (header === undefined) return true;
  const name = header.replace(/:\d+$/, "").toLowerCase();
  return LOOPBACK.test(name) || hosts.includes(name);
}

/** An address as it stands in a URL, and in the Host header of whoever follows that. */
export const inUrl = (address: string) => (address.includes(":") ? `[${address}]` : address).toLowerCase();
