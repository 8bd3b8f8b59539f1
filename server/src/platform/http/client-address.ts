import { BlockList, isIP } from "node:net";

/** An address or a range of them, as the configuration gives it. */
export interface AddressRange {
  address: string;
  /** Leading bits that count. */
  prefix: number;
}

/** @returns undefined if the text is no IP address and no CIDR range. */
export function parseAddressRange(text: string): AddressRange | undefined {
  const [address = "", bits, ...rest] = text.split("/");
  const width = widthOf(address);
  if (width === undefined || rest.length > 0) return undefined;
  if (bits === undefined) return { address, prefix: width };
  const prefix = /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
  return prefix <= width ? { address, prefix } : undefined;
}

function widthOf(address: string): number | undefined {
  const family = isIP(address);
  return family === 4 ? 32 : family === 6 && !address.includes("%") ? 128 : undefined;
}

/** Says where requests come from, behind the proxies that the operator trusts and nobody else's word. */
export class ClientAddresses {
  readonly #trusted = new BlockList();
  readonly #trustsAny: boolean;

  constructor(trustedProxies: readonly AddressRange[]) {
    this.#trustsAny = trustedProxies.length > 0;
    for (const { address, prefix } of trustedProxies)
      this.#trusted.addSubnet(address, prefix, isIP(address) === 4 ? "ipv4" : "ipv6");
  }

  /**
   * The rightmost hop that is no trusted proxy: what stands left of it in `X-Forwarded-For` is its own claim. A hop
   * that is no address ends the search at the proxy that reported it.
   * @param peer the address at the other end of the connection.
   */
  of(peer: string | null, forwardedFor: string | null): string | null {
    if (peer === null) return null;
    let address = plain(peer);
    if (!this.#trustsAny || forwardedFor === null || !this.#isTrusted(address)) return address;
    for (const hop of forwardedFor.split(",").reverse()) {
      const next = readHop(hop.trim());
      if (next === undefined) return address;
      address = next;
      if (!this.#isTrusted(address)) return address;
    }
    return address;
  }

  #isTrusted(address: string): boolean {
    return this.#trusted.check(address, isIP(address) === 4 ? "ipv4" : "ipv6");
  }
}

/** Some proxies write the port too. */
function readHop(text: string): string | undefined {
  const [, bracketed] = /^\[([^\]]+)\](?::\d+)?$/.exec(text) ?? [];
  const [, withPort] = /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(text) ?? [];
  const address = bracketed ?? withPort ?? text;
  return isIP(address) === 0 ? undefined : plain(address);
}

/** IPv4 in IPv6's clothes is IPv4; a zone names a wire of this machine and no place. */
function plain(address: string): string {
  const [bare = address] = address.split("%");
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare) ?? [];
  return mapped ?? (/^[0:]+:ffff:/i.test(bare) ? mappedIn(bare) : undefined) ?? bare;
}

/** The IPv4 address in a mapped one that is written in another way, such as `0:0:0:0:0:ffff:cb00:7107`. */
function mappedIn(address: string): string | undefined {
  const { hostname } = new URL(`http://[${address}]`);
  const [, high, low] = /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/.exec(hostname) ?? [];
  if (high === undefined || low === undefined) return undefined;
  const bits = Number.parseInt(high, 16) * 0x1_0000 + Number.parseInt(low, 16);
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 0xff).join(".");
}

/** What limits count as one place: an IPv4 address, or the /64 of an IPv6 address, which one customer holds whole. */
export function networkOf(address: string | null): string {
  if (address === null) return "unknown";
  if (!address.includes(":")) return address;
  const [head = "", tail] = address.toLowerCase().split("::");
  const groups = head === "" ? [] : head.split(":");
  if (tail !== undefined) {
    const after = tail === "" ? [] : tail.split(":");
    const missing = 8 - groups.length - after.length - (tail.includes(".") ? 1 : 0);
    groups.push(...new Array<string>(Math.max(0, missing)).fill("0"), ...after);
  }
  const network = groups.slice(0, 4).map((group) => group.replace(/^0+(?=.)/, ""));
  return `${network.join(":")}::/64`;
}
