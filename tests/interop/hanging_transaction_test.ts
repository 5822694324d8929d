import { assert, assertEquals, assertMatch } from "@std/assert";
import { buildBatch } from "../../storage/record/record_batch_builder.ts";
import { java } from "./kafka/apache_kafka.ts";
import { startToolRunner } from "./kafka/tool_runner.ts";
import { startBrokerUnderTest } from "./support/broker_under_test.ts";
import { NONE, RawClient, textBatch } from "./support/raw_client.ts";

/** A transaction that no coordinator knows of keeps readers of what is committed waiting, until an operator finds it and ends it. */

const encoder = new TextEncoder();

Deno.test("Apache Kafka's transactions tool finds a hanging transaction and aborts it", async () => {
  const directory = await Deno.makeTempDir();
  try {
    await using broker = await startBrokerUnderTest(directory, {
      // Otherwise there can be none.
      properties: { "transaction.partition.verification.enable": "false" },
    });
    await using tools = await startToolRunner();
    using client = await RawClient.connect(broker.bootstrap);
    const at = { topic: "hanging", partition: 0 };
    assertEquals(await client.createTopics([at.topic], 1), [NONE]);
    await client.produceAll(at, textBatch(["before"]));
    const batch = buildBatch(
      [{ value: encoder.encode("nobody ends this"), timestamp: Date.now() - 3_600_000 }],
      { producerId: 4711, producerEpoch: 3, baseSequence: 0, isTransactional: true },
    );
    const { errorCode } = await client.produce(at, -1, batch, "a-producer-of-old");
    assertEquals(errorCode, NONE);
    await client.produceAll(at, textBatch(["behind"]));
    const server = ["--bootstrap-server", broker.bootstrap];
    const transactions = async (...args: string[]) => {
      const { code, stdout, stderr } = await tools.run("transactions", [...server, ...args]);
      assertEquals(code, 0, stderr);
      return stdout;
    };
    const committed = async () =>
      (await java("Consume", broker.bootstrap, "read_committed", at.topic))
        .map((line) => line.split(" ").at(-1));
    assertEquals(await committed(), ["before", "1"]);
    const partition = ["--topic", at.topic, "--partition", "0"];
    const found = await transactions(
      "find-hanging",
      ...partition,
      "--max-transaction-timeout",
      "0",
    );
    assertMatch(found, /hanging\s+0\s+4711\s+3\s+-1\s+1\s/);
    await transactions("abort", ...partition, "--start-offset", "1");
    assertEquals(await committed(), ["before", "behind", "4"]);
    const left = await transactions("find-hanging", ...partition, "--max-transaction-timeout", "0");
    assert(!left.includes("4711"), left);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
