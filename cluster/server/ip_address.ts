/**
 * Addresses of hosts as bytes: 4 of IPv4, 16 of IPv6.
 *
 * @module
 */

import { canonicalHost } from "../../client/network/transport.ts";
import { ProtocolError } from "../../storage/message/protocol_error.ts";

const IPV4_BYTES = 4;
const IPV6_BYTES = 16;

/**
 * The bytes of an address.
 *
 * @throws {TypeError} for a host that is not given by number
 */
export function addressBytes(host: string): Uint8Array {
  // The zone of a link means nothing elsewhere.
  const number = canonicalHost(host.replace(/%.*$/, ""));
  const bytes = number.includes(":") ? ipv6Bytes(number) : number.split(".").map(Number);
  const isWhole = bytes.length === IPV4_BYTES || bytes.length === IPV6_BYTES;
  if (!isWhole || !bytes.every((byte) => Number.isInteger(byte) && byte >= 0 && byte <= 255)) {
    throw new TypeError(`Not the number of a host: ${host}`);
  }
  return Uint8Array.from(bytes);
}

/**
 * The text of an address.
 *
 * @throws {ProtocolError} for bytes that are none
 */
export function addressOf(bytes: Uint8Array): string {
  if (bytes.length === IPV4_BYTES) return bytes.join(".");
  if (bytes.length !== IPV6_BYTES) {
    throw new ProtocolError(`addr is of illegal length: ${bytes.length}`);
  }
  const groups = Array.from(
    { length: IPV6_BYTES / 2 },
    (_, i) => (bytes[2 * i]! << 8 | bytes[2 * i + 1]!).toString(16),
  );
  return canonicalHost(groups.join(":"));
}

function ipv6Bytes(number: string): number[] {
  const [head = "", tail] = number.split("::");
  const groups = (text: string) => text === "" ? [] : text.split(":");
  const front = groups(head);
  const back = tail === undefined ? [] : groups(tail);
  const zeros = tail === undefined ? 0 : IPV6_BYTES / 2 - front.length - back.length;
  return [...front, ...Array<string>(Math.max(0, zeros)).fill("0"), ...back].flatMap((group) => {
    const value = parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}
