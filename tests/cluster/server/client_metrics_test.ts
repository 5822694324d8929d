import { assertEquals, assertStrictEquals } from "@std/assert";
import { ClientMetrics, ClientMetricsInstance } from "../../../cluster/server/client_metrics.ts";
import { uuidFromBytes } from "../../../storage/bytes/uuid.ts";
import { manualEnv } from "../../support/manual_env.ts";

function idOf(number: number): string {
  const bytes = new Uint8Array(16);
  new DataView(bytes.buffer).setInt32(12, number);
  return uuidFromBytes(bytes);
}

Deno.test("the subscription's number is Kafka's: a checksum of what is wanted, mixed with the id", () => {
  const first = new ClientMetricsInstance(idOf(5)).subscriptionId;
  const second = new ClientMetricsInstance(idOf(6)).subscriptionId;
  assertEquals(first ^ second, 5 ^ 6);
  // CRC-32C of "[]300000", by another implementation.
  assertEquals(first ^ 5, CRC_OF_NOTHING_WANTED);
});

/** Bit by bit, as the checksum is defined. */
const CRC_OF_NOTHING_WANTED = (() => {
  let crc = -1;
  for (const byte of new TextEncoder().encode("[]300000")) {
    crc ^= byte;
    for (let i = 0; i < 8; i++) crc = (crc >>> 1) ^ ((crc & 1) === 0 ? 0 : 0x82f63b78);
  }
  return ~crc;
})();

Deno.test("a client asks, pushes at once, and then once in five minutes", () => {
  const instance = new ClientMetricsInstance(idOf(1));
  assertEquals([instance.mayGet(0), instance.mayGet(1)], [true, false]);
  assertEquals([instance.mayPush(2), instance.mayPush(3), instance.mayPush(300_001)], [
    true,
    false,
    false,
  ]);
  assertEquals([instance.mayPush(300_002), instance.mayGet(300_003)], [true, false]);
});

Deno.test("clients that stay away are forgotten, and so are the oldest of too many", async () => {
  const { clock } = manualEnv();
  const metrics = new ClientMetrics(clock);
  const first = metrics.instance(idOf(1));
  await clock.advance(900_000);
  assertStrictEquals(metrics.instance(idOf(1)), first);
  await clock.advance(900_001);
  metrics.instance(idOf(2));
  assertEquals(metrics.size, 1);
  for (let i = 3; i < 20_000; i++) metrics.instance(idOf(i));
  assertEquals(metrics.size, 16_384);
});
