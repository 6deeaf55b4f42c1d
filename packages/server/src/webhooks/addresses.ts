import { BlockList, isIP, isIPv4 } from "node:net";

/**
 * The IPv4 addresses that are not of the public Internet, and those within 2000::/3 that are not or that stand for an
 * IPv4 one (https://www.iana.org/assignments/iana-ipv4-special-registry, …/iana-ipv6-special-registry).
 */
const SPECIAL = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
] as const;

const familyOf = (address: string) => (isIPv4(address) ? "ipv4" : "ipv6");

const special = new BlockList();
for (const [network, prefix] of SPECIAL) special.addSubnet(network, prefix, familyOf(network));
const assigned = new BlockList();
assigned.addSubnet("2000::", 3, "ipv6");

/** Anything that is not plainly of the public Internet is not: an IPv4 address that is written as an IPv6 one, too. */
export function isPublic(address: string): boolean {
  if (isIP(address) === 0 || address.includes("%")) return false;
  const family = familyOf(address);
  return (family === "ipv4" || assigned.check(address, family)) && !special.check(address, family);
}

/** The address that the host of a URL is, where it is no name. */
export function literalIn({ hostname }: URL): string | undefined {
  const bare = hostname.replace(/^\[|\]$/g, "");
  return isIP(bare) === 0 ? undefined : bare;
}
