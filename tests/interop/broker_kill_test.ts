import { assert, assertEquals } from "@std/assert";
import { SeededRandom } from "../support/manual_env.ts";
import { brokerKind, startBrokerUnderTest } from "./support/broker_under_test.ts";
import { NONE, RawClient, textBatch } from "./support/raw_client.ts";

/** The broker is killed under load, again and again; what it had acknowledged is there when it has started again. */

// Apache Kafka takes seconds for a start; a few runs show that the test asks for nothing special.
const RUNS = Number(Deno.env.get("BROKER_KILLS") ?? (brokerKind() === "seglog" ? 50 : 3));
const PARTITIONS = 4;
const IN_FLIGHT = 3;
const topic = "killed";

/** One partition as its writer knows it. */
interface Written {
  /** Values in the order in which they were sent; all below `acknowledged` are safe, of the others each may be there or not. */
  readonly sent: string[];
  acknowledged: number;
}

/** Sends batches with acks=all until the broker is gone. */
async function writeUntilKilled(
  bootstrap: string,
  partition: number,
  written: Written,
  random: SeededRandom,
): Promise<void> {
  using client = await RawClient.connect(bootstrap);
  const writer = async () => {
    while (true) {
      const values = Array.from(
        { length: 1 + random.below(5) },
        () => `${partition}-${random.below(1e9)}-${"x".repeat(random.below(300))}`,
      );
      const from = written.sent.push(...values) - values.length;
      const { errorCode, baseOffset } = await client.produce(
        { topic, partition },
        -1,
        textBatch(values),
      );
      assertEquals([errorCode, baseOffset], [NONE, from]);
      written.acknowledged = Math.max(written.acknowledged, from + values.length);
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: IN_FLIGHT }, writer));
  for (const end of ends) {
    const gone = end.status === "rejected" && !/AssertionError/.test(String(end.reason));
    assert(gone, String(end.status === "rejected" ? end.reason : "it ended"));
  }
}

async function assertNothingLost(bootstrap: string, all: readonly Written[], run: number) {
  using client = await RawClient.connect(bootstrap);
  for (const [partition, written] of all.entries()) {
    const values = await client.fetchAll({ topic, partition });
    const what = `run ${run}, partition ${partition}`;
    assert(
      values.length >= written.acknowledged,
      `${what}: ${values.length} records are there, acknowledged were ${written.acknowledged}`,
    );
    assertEquals(values, written.sent.slice(0, values.length), what);
    // The next run goes on behind what is there.
    written.sent.length = values.length;
    written.acknowledged = values.length;
  }
}

Deno.test({
  name: `a broker that is killed ${RUNS} times under load loses nothing that it acknowledged`,
  ignore: brokerKind() === "external",
  async fn() {
    const directory = await Deno.makeTempDir();
    const random = new SeededRandom(Number(Deno.env.get("SEED") ?? 4));
    const all = Array.from({ length: PARTITIONS }, (): Written => ({ sent: [], acknowledged: 0 }));
    try {
      {
        await using broker = await startBrokerUnderTest(directory);
        using client = await RawClient.connect(broker.bootstrap);
        const configs = { "flush.messages": "1", "retention.ms": "-1" };
        assertEquals(await client.createTopics([topic], PARTITIONS, configs), [NONE]);
      }
      for (let run = 0; run < RUNS; run++) {
        const broker = await startBrokerUnderTest(directory);
        await assertNothingLost(broker.bootstrap, all, run);
        const before = all.reduce((sum, { acknowledged }) => sum + acknowledged, 0);
        const writers = all.map((written, partition) =>
          writeUntilKilled(broker.bootstrap, partition, written, random)
        );
        // Not a time but a number of records: the load is on when the kill comes.
        const enough = before + 1 + random.below(400);
        while (all.reduce((sum, { acknowledged }) => sum + acknowledged, 0) < enough) {
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
        await broker.kill();
        await Promise.all(writers);
      }
      await using broker = await startBrokerUnderTest(directory);
      await assertNothingLost(broker.bootstrap, all, RUNS);
      assert(all.every(({ acknowledged }) => acknowledged > 0));
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
});
