import { assert, assertEquals } from "@std/assert";
import type { PartitionLog } from "../../../storage/log/partition_log.ts";
import { batchesIn } from "../../../storage/record/memory_records.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { openLog } from "../../support/partition_log.ts";
import { TestProducer as Producer } from "../../support/test_producer.ts";

function committed(log: PartitionLog, from = 0) {
  return log.read(from, { maxBytes: 1 << 20, isolation: "txn_committed" });
}

Deno.test("transactions that overlap are decided one by one", () => {
  const log = openLog(manualEnv());
  const [a, b, plain] = [new Producer(log, 1), new Producer(log, 2), new Producer(log, 3)];
  a.write(5);
  b.write(2);
  plain.write(10, false);
  log.updateHighWatermark(log.logEndOffset);
  assertEquals(log.firstUnstableOffset, 0);
  a.end("ABORT");
  log.updateHighWatermark(log.logEndOffset);
  assertEquals(log.firstUnstableOffset, 5);
  b.end("COMMIT");
  log.updateHighWatermark(log.logEndOffset);
  assertEquals(log.firstUnstableOffset, undefined);
  assertEquals(committed(log).abortedTransactions, [{ producerId: 1, firstOffset: 0 }]);
  assertEquals(log.collectAbortedTransactions(0, 100).map((txn) => txn.lastOffset), [17]);
});

Deno.test("readers of committed records stop at the last stable offset", () => {
  const log = openLog(manualEnv(), { "internal.segment.bytes": "400" });
  const a = new Producer(log, 1);
  new Producer(log, 2).write(3, false);
  a.write(2);
  new Producer(log, 3).write(3, false);
  log.updateHighWatermark(log.logEndOffset);
  const data = committed(log);
  assertEquals([...batchesIn(data.bytes())].map((batch) => batch.lastOffset), [2]);
  assertEquals(data.abortedTransactions, []);
  assertEquals(committed(log, 3).size, 0);
  assertEquals(committed(log, 5).size, 0);
  a.end("ABORT");
  log.updateHighWatermark(log.logEndOffset);
  assert(committed(log, 5).size > 0);
});

Deno.test("an aborted transaction that spans segments is listed for each of them", () => {
  const log = openLog(manualEnv(), { "internal.segment.bytes": "100" });
  const producer = new Producer(log, 7);
  for (let i = 0; i < 5; i++) producer.write(1);
  producer.end("ABORT");
  new Producer(log, 8).write(1, false);
  log.updateHighWatermark(log.logEndOffset);
  assert(log.segments.numberOfSegments > 4);
  for (let offset = 0; offset < 6; offset++) {
    assertEquals(committed(log, offset).abortedTransactions, [{ producerId: 7, firstOffset: 0 }]);
  }
  assertEquals(committed(log, 6).abortedTransactions, []);
});
