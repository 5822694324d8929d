/**
 * How SCRAM makes what is kept of a password (RFC 5802): `salted password = PBKDF2(HMAC-H, password, salt, iterations)`.
 *
 * @module
 */

import type { Random } from "../../storage/env.ts";

/** A hash that SCRAM is used with. */
export interface ScramMechanism {
  /** The name that SASL knows. */
  readonly name: "SCRAM-SHA-256" | "SCRAM-SHA-512";
  /** The number in requests and records. */
  readonly type: number;
  /** The hash. */
  readonly hash: "SHA-256" | "SHA-512";
  /** Its length. */
  readonly bits: number;
}

/** The mechanisms. */
export const SCRAM_MECHANISMS: readonly ScramMechanism[] = [
  { name: "SCRAM-SHA-256", type: 1, hash: "SHA-256", bits: 256 },
  { name: "SCRAM-SHA-512", type: 2, hash: "SHA-512", bits: 512 },
];

/** Rounds of the hash: the fewest that Kafka takes, and its default. */
export const MIN_SCRAM_ITERATIONS = 4096;

/** The mechanism of a name. */
export function scramMechanism(name: string): ScramMechanism | undefined {
  return SCRAM_MECHANISMS.find((mechanism) => mechanism.name === name);
}

/** 130 random bits in 26 characters of base 32: a salt is text, as Kafka's is. */
export function randomSalt(random: Random): Uint8Array<ArrayBuffer> {
  const digits = Array.from(random.bytes(26), (byte) => (byte & 31).toString(32));
  return new TextEncoder().encode(digits.join(""));
}

/** A password, salted and hashed. */
export async function saltedPassword(
  { hash, bits }: ScramMechanism,
  password: string,
  salt: Uint8Array<ArrayBuffer>,
  iterations: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new TextEncoder().encode(password);
  const key = await crypto.subtle.importKey("raw", bytes, "PBKDF2", false, ["deriveBits"]);
  const algorithm = { name: "PBKDF2", hash, salt, iterations };
  return new Uint8Array(await crypto.subtle.deriveBits(algorithm, key, bits));
}
