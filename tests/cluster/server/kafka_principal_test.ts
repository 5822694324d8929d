import { assertEquals, assertThrows } from "@std/assert";
import { ProtocolError } from "../../../storage/message/protocol_error.ts";
import {
  ANONYMOUS,
  decodePrincipal,
  encodePrincipal,
} from "../../../cluster/server/kafka_principal.ts";

const bytes = (hex: string) =>
  Uint8Array.from(hex.match(/../g) ?? [], (byte) => parseInt(byte, 16));

// What DefaultKafkaPrincipalBuilder of Apache Kafka 4.3.1 writes.
const KAFKAS_ANONYMOUS = "00000555736572" + "0a414e4f4e594d4f5553" + "0000";

Deno.test("a principal is the bytes that Kafka's brokers send", () => {
  assertEquals(encodePrincipal(ANONYMOUS), bytes(KAFKAS_ANONYMOUS));
  assertEquals(decodePrincipal(bytes(KAFKAS_ANONYMOUS)), ANONYMOUS);
  const alice = { type: "User", name: "Alicé", tokenAuthenticated: true };
  assertEquals(decodePrincipal(encodePrincipal(alice)), alice);
});

Deno.test("bytes that are no principal are refused", () => {
  for (const hex of ["", "00", "0001" + KAFKAS_ANONYMOUS.slice(4), KAFKAS_ANONYMOUS.slice(0, 20)]) {
    assertThrows(() => decodePrincipal(bytes(hex)), ProtocolError);
  }
});
