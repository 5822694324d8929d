import { assertEquals } from "@std/assert";
import { RecordIntake } from "../../../client/producer/record_intake.ts";
import { noTotals } from "../../../client/producer/producer_metrics.ts";
import { KafkaClient } from "../../../client/kafka_client.ts";
import { MemoryTransport } from "../../../client/network/memory_transport.ts";
import {
  accumulatorOf,
  ackInto,
  type Heard,
  managerOf,
  metadataOf,
  settingsOf,
} from "../../support/producer_parts.ts";
import { manualEnv } from "../../support/manual_env.ts";

/** An intake whose client knows `orders` with two partitions, or nothing. */
function intake(configs: Readonly<Record<string, unknown>> = {}, knows = true) {
  const env = manualEnv();
  const settings = settingsOf(configs);
  const { accumulator } = accumulatorOf(configs, env);
  const client = new KafkaClient({
    config: settings.config,
    env,
    transport: new MemoryTransport(),
  });
  const wakes: (number | "now")[] = [];
  const transactions = settings.transactionalId === null ? undefined : managerOf();
  const known = knows ? metadataOf({ orders: [1, 1] }) : metadataOf({});
  const made = new RecordIntake<string, string>({
    settings,
    configs,
    env,
    client: { metadata: known, updater: client.updater } as unknown as KafkaClient,
    accumulator,
    transactions,
    totals: noTotals(),
    wake: () => wakes.push("now"),
    wakeAt: (ms) => wakes.push(ms),
  });
  const heard: Heard[] = [];
  const take = (value: string, partition?: number) =>
    made.take(
      { topic: "orders", value, ...(partition === undefined ? {} : { partition }) },
      ackInto(heard),
    );
  return { made, take, wakes, heard, accumulator, env, client, transactions };
}

Deno.test("a record goes into a batch, and the sender is woken when that has lingered, or is full", () => {
  const { take, wakes, accumulator, client } = intake({ batchSize: 200, lingerMs: 20 });
  take("a", 1);
  take("b", 1);
  assertEquals(wakes, [20]);
  take("x".repeat(150), 1);
  assertEquals(wakes, [20, "now"]);
  assertEquals(accumulator.topic("orders").queue(1).batches.map(({ count }) => count), [2, 1]);
  client.close();
});

Deno.test("a record whose topic is not known waits, and then goes on", () => {
  const { made, take, wakes, heard, client } = intake({ maxBlockMs: 100 }, false);
  take("a");
  take("b");
  assertEquals([made.waiting.size, wakes], [2, ["now", "now"]]);
  made.waiting.retry(99);
  assertEquals([made.waiting.size, heard], [2, []]);
  made.waiting.retry(100);
  assertEquals(heard, Array(2).fill("Topic orders not present in metadata after 100 ms."));
  client.close();
});

Deno.test("records behind one that waits for memory wait as well, in order", () => {
  const { made, take, accumulator, client, heard } = intake({ batchSize: 200, bufferMemory: 200 });
  take("x".repeat(100), 0);
  take("y".repeat(100), 1);
  take("z", 0);
  assertEquals([made.waiting.size, made.waiting.wantMemory], [2, true]);
  const [batch] = accumulator.topic("orders").queue(0).batches.splice(0);
  accumulator.complete(batch!);
  made.waiting.retry(0);
  assertEquals([made.waiting.size, accumulator.topic("orders").queue(1).batches.length], [1, 1]);
  assertEquals(heard, []);
  client.close();
});

Deno.test("outside of a transaction a record of a transactional producer is refused, with the partition that it would have", () => {
  const { take, heard, client } = intake({ transactionalId: "tx" });
  take("a", 1);
  assertEquals(heard, [
    "Cannot add partition orders-1 to transaction before completing a call to initTransactions",
  ]);
  client.close();
});

Deno.test("a record that is too large is an error of the transaction", () => {
  const { take, heard, transactions, client } = intake({
    transactionalId: "tx",
    maxRequestSize: 100,
  });
  transactions!.lifecycle.to("INITIALIZING");
  transactions!.lifecycle.to("READY");
  transactions!.beginTransaction();
  take("x".repeat(100), 1);
  assertEquals([heard.length, transactions!.lifecycle.state], [1, "ABORTABLE_ERROR"]);
  client.close();
});
