/**
 * Ids of members.
 *
 * @module
 */

import type { Random } from "../../../storage/env.ts";

/** A new id: the static id or what the client calls itself, and a random UUID of version 4. */
export function newMemberId(
  random: Random,
  clientId: string,
  groupInstanceId: string | null,
): string {
  const bytes = random.bytes(16);
  bytes[6] = bytes[6]! & 0x0f | 0x40;
  bytes[8] = bytes[8]! & 0x3f | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const uuid = [0, 8, 12, 16, 20].map((at, i, starts) => hex.slice(at, starts[i + 1])).join("-");
  return `${groupInstanceId ?? clientId}-${uuid}`;
}
