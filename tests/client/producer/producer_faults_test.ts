/** Idempotent producers on a network and a broker that fail at random: nothing lost, doubled or reordered. */

import { assertEquals } from "@std/assert";
import type { ErrorName } from "../../../client/protocol/error_codes.ts";
import { SeededRandom } from "../../support/manual_env.ts";
import { ProducedBroker } from "../../support/produced.ts";

const ERRORS: readonly ErrorName[] = [
  "NOT_LEADER_OR_FOLLOWER",
  "NOT_ENOUGH_REPLICAS",
  "REQUEST_TIMED_OUT",
  "UNKNOWN_TOPIC_OR_PARTITION",
  "KAFKA_STORAGE_ERROR",
];

for (let seed = 1; seed <= 12; seed++) {
  Deno.test(`whatever fails, records are written once and in order (seed ${seed})`, async () => {
    const random = new SeededRandom(seed);
    await using broker = await ProducedBroker.start();
    await broker.topic("orders", 3, seed % 4 === 0 ? { "max.message.bytes": "900" } : {});
    const { faults } = broker.broker;
    const producer = broker.producer({
      batchSize: random.pick([1, 200, 2000]),
      lingerMs: random.pick([0, 1]),
      compressionType: random.pick(["none", "lz4"]),
      bufferMemory: random.pick([8000, 33_554_432]),
    });
    const expected: string[][] = [[], [], []];
    const offsets: number[][] = [[], [], []];
    const failed: Error[] = [];
    for (let i = 0; i < 300; i++) {
      if (random.chance(0.15)) {
        const kind = random.below(3);
        if (kind === 0) faults.drop({ api: "Produce", times: 1 + random.below(3) });
        else if (kind === 1) {
          faults.drop({ api: "Produce", when: "after", times: 1 + random.below(3) });
        } else faults.answer(random.pick(ERRORS), { api: "Produce", times: 1 + random.below(3) });
      }
      const partition = random.below(3);
      const value = `${i}-${"x".repeat(random.below(120))}`;
      const at = expected[partition]!.push(value) - 1;
      producer.send({ topic: "orders", partition, value }, (metadata, error) => {
        if (error !== null) failed.push(error);
        // One that was written at an earlier attempt may be answered for behind those that came after it.
        else offsets[partition]![at] = metadata!.offset;
      });
      if (random.chance(0.1)) await producer.ready();
      if (random.chance(0.05)) await producer.flush();
    }
    await producer.flush({ signal: AbortSignal.timeout(30_000) });
    faults.clear();
    assertEquals(failed, []);
    for (let partition = 0; partition < 3; partition++) {
      assertEquals(await broker.values("orders", partition), expected[partition]);
      assertEquals(offsets[partition], expected[partition]!.map((_, offset) => offset));
    }
    assertEquals(producer.metrics()["requests-in-flight"], 0);
    assertEquals(
      producer.metrics()["buffer-available-bytes"],
      producer.metrics()["buffer-total-bytes"],
    );
  });
}
