/**
 * SCRAM credentials as a command line tells them (`storage format --add-scram`), and as the metadata log keeps them (RFC 5802):
 * ```text
 * salted password = PBKDF2(HMAC-H, password, salt, iterations)
 * stored key      = H(HMAC(salted password, "Client Key"))
 * server key      = HMAC(salted password, "Server Key")
 * ```
 *
 * @module
 */

import {
  MIN_SCRAM_ITERATIONS,
  randomSalt,
  saltedPassword,
  type ScramMechanism,
  scramMechanism,
} from "../../client/metadata/scram_mechanism.ts";
import type { Random } from "../../storage/env.ts";
import { FormatterError } from "./formatter_error.ts";

const MAX_ITERATIONS = 16384;

/** The content of a UserScramCredentialRecord. */
export interface ScramCredential {
  /** The user. */
  readonly name: string;
  /** 1 for SCRAM-SHA-256, 2 for SCRAM-SHA-512. */
  readonly mechanism: number;
  /** Random bytes. */
  readonly salt: Uint8Array;
  /** To check a client. */
  readonly storedKey: Uint8Array;
  /** To show a client who the server is. */
  readonly serverKey: Uint8Array;
  /** Rounds of the hash. */
  readonly iterations: number;
}

const utf8 = new TextEncoder();

/**
 * Reads an argument such as `SCRAM-SHA-256=[name=alice,password=secret]`, and computes the credential.
 *
 * @param random makes the salt when none is given
 * @throws {FormatterError} in Kafka's words
 */
export async function parseScramCredential(
  argument: string,
  random: Random,
): Promise<ScramCredential> {
  const { mechanism, components } = parseArgument(argument.trim());
  const name = take(components, "name");
  if (name === undefined) throw new FormatterError("You must supply 'name' to add-scram");
  const saltText = take(components, "salt");
  const givenSalt = saltText === undefined ? undefined : base64(saltText, "given salt");
  const iterations = parseIterations(take(components, "iterations"));
  const password = take(components, "password");
  const saltedText = take(components, "saltedpassword");
  if (password === undefined) {
    if (saltedText === undefined) {
      throw new FormatterError(
        "You must supply one of 'password' or 'saltedpassword' to add-scram",
      );
    }
    if (givenSalt === undefined) {
      throw new FormatterError("You must supply 'salt' with 'saltedpassword' to add-scram");
    }
  }
  const given = password === undefined ? base64(saltedText!, "given saltedPassword") : undefined;
  if (components.size > 0) {
    const unknown = [...components.keys()].sort().join(", ");
    throw new FormatterError(`Unknown SCRAM configurations: ${unknown}`);
  }
  checkIterations(iterations, mechanism);
  const salt = givenSalt ?? randomSalt(random);
  const salted = given ?? await saltedPassword(mechanism, password!, salt, iterations);
  const clientKey = await hmac(mechanism, salted, "Client Key");
  return {
    name,
    mechanism: mechanism.type,
    salt,
    storedKey: new Uint8Array(await crypto.subtle.digest(mechanism.hash, clientKey)),
    serverKey: await hmac(mechanism, salted, "Server Key"),
    iterations,
  };
}

function parseArgument(
  input: string,
): { mechanism: ScramMechanism; components: Map<string, string> } {
  const equals = input.indexOf("=");
  if (equals < 0) {
    throw new FormatterError(`Failed to find equals sign in SCRAM argument '${input}'`);
  }
  const mechanismName = input.slice(0, equals);
  const mechanism = scramMechanism(mechanismName);
  if (mechanism === undefined) {
    throw new FormatterError(`The add-scram mechanism ${mechanismName} is not supported.`);
  }
  const config = input.slice(equals + 1);
  if (!config.startsWith("[")) {
    throw new FormatterError("Expected configuration string to start with [");
  }
  if (!config.endsWith("]")) {
    throw new FormatterError("Expected configuration string to end with ]");
  }
  const components = new Map<string, string>();
  for (const component of config.slice(1, -1).replace(/,+$/, "").split(",")) {
    const at = component.indexOf("=");
    if (at < 0) {
      throw new FormatterError(`No equals sign found in SCRAM component: ${component}`);
    }
    const value = component.slice(at + 1);
    const isQuoted = value.length >= 2 && value.startsWith('"') && value.endsWith('"');
    components.set(component.slice(0, at), isQuoted ? value.slice(1, -1) : value);
  }
  return { mechanism, components };
}

function take(components: Map<string, string>, name: string): string | undefined {
  const value = components.get(name);
  components.delete(name);
  return value;
}

function base64(text: string, what: string): Uint8Array<ArrayBuffer> {
  const isPossible = /^[A-Za-z0-9+/]*={0,2}$/.test(text);
  try {
    if (!isPossible) throw new RangeError("not base64");
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch (cause) {
    throw new FormatterError(`Failed to decode ${what}: ${text}`, { cause });
  }
}

function parseIterations(text: string | undefined): number {
  if (text === undefined) return MIN_SCRAM_ITERATIONS;
  const value = /^[+-]?\d+$/.test(text) ? Number(text) : NaN;
  if (Math.abs(value) <= 0x7fff_ffff) return value;
  throw new FormatterError(`Failed to parse iterations count: ${text}`);
}

function checkIterations(iterations: number, { name }: ScramMechanism): void {
  const mechanism = name.replaceAll("-", "_");
  if (iterations < MIN_SCRAM_ITERATIONS) {
    throw new FormatterError(
      `The 'iterations' value must be >= ${MIN_SCRAM_ITERATIONS} for add-scram using ${mechanism}`,
    );
  }
  if (iterations > MAX_ITERATIONS) {
    throw new FormatterError(
      `The 'iterations' value must be <= ${MAX_ITERATIONS} for add-scram using ${mechanism}`,
    );
  }
}

async function hmac(
  { hash }: ScramMechanism,
  secret: Uint8Array<ArrayBuffer>,
  text: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, utf8.encode(text)));
}
