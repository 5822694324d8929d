import { assertEquals } from "@std/assert";
import {
  addressText,
  canonicalHost,
  isHostNumber,
  NetworkError,
} from "../../../client/network/transport.ts";

Deno.test("an address is written as host and port, with brackets where the host has colons", () => {
  assertEquals(addressText({ host: "localhost", port: 9092 }), "localhost:9092");
  assertEquals(addressText({ host: "::1", port: 9092 }), "[::1]:9092");
});

Deno.test("a network error says what kind it is", () => {
  const cause = new Error("inside");
  const error = new NetworkError("refused", "Failed to connect", { cause });
  assertEquals([error.name, error.kind, error.cause], ["NetworkError", "refused", cause]);
});

Deno.test("a host has one form that is compared, however it was written", () => {
  const same = ["::1", "[::1]", "0:0:0:0:0:0:0:1", "0000::0001"];
  assertEquals(same.map(canonicalHost), same.map(() => "::1"));
  assertEquals(canonicalHost("::ffff:127.0.0.1"), "127.0.0.1");
  assertEquals(canonicalHost("Broker-1.Example"), "broker-1.example");
  assertEquals(canonicalHost("fe80::1%eth0"), "fe80::1%eth0");
});

Deno.test("numbers are told from names", () => {
  assertEquals(["10.0.0.1", "::1", "kafka", "10.example"].map(isHostNumber), [
    true,
    true,
    false,
    false,
  ]);
});
