import { assertEquals } from "@std/assert";
import {
  randomSalt,
  saltedPassword,
  scramMechanism,
} from "../../../client/metadata/scram_mechanism.ts";
import { SeededRandom } from "../../support/manual_env.ts";

const hex = (bytes: Uint8Array) =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

Deno.test("a password is hashed as PBKDF2 says", async () => {
  // The test vector of RFC 7914, section 11.
  const salt = new TextEncoder().encode("salt");
  const hashed = await saltedPassword(scramMechanism("SCRAM-SHA-256")!, "passwd", salt, 1);
  assertEquals(hex(hashed), "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc");
  const long = await saltedPassword(scramMechanism("SCRAM-SHA-512")!, "passwd", salt, 4096);
  assertEquals(long.length, 64);
});

Deno.test("a salt is text, and mechanisms have names", () => {
  const text = new TextDecoder().decode(randomSalt(new SeededRandom(1)));
  assertEquals(/^[0-9a-v]{26}$/.test(text), true);
  assertEquals([scramMechanism("SCRAM-SHA-512")?.type, scramMechanism("PLAIN")], [2, undefined]);
});
