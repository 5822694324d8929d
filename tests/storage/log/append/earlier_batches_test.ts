import { assertEquals, assertThrows } from "@std/assert";
import { ProducerStateError } from "../../../../storage/errors.ts";
import type { PartitionLog } from "../../../../storage/log/partition_log.ts";
import { Segment } from "../../../../storage/segment/segment.ts";
import { manualEnv } from "../../../support/manual_env.ts";
import { openLog, SMALL } from "../../../support/partition_log.ts";
import { replaced } from "../../../support/replaced.ts";
import { TestProducer } from "../../../support/test_producer.ts";

/** Writes batches of one record each, in turn with another producer, and closes the log cleanly. */
function reopened(count: number, configs: Record<string, string> = {}) {
  const env = manualEnv();
  const log = openLog(env, configs);
  const producer = new TestProducer(log, 1);
  const other = new TestProducer(log, 2);
  const batches = Array.from({ length: count }, () => {
    other.write(1, false);
    const batch = producer.batch(1, false);
    log.appendAsLeader(batch.slice(), 0);
    return batch;
  });
  log.close();
  return { log: openLog(env, configs), batches };
}

function isRefused(log: PartitionLog, batch: Uint8Array): void {
  assertThrows(() => log.appendAsLeader(batch.slice(), 0), ProducerStateError, "Out of order");
}

Deno.test("after a clean stop the last five batches of a producer are known again, though its snapshot holds one", () => {
  const { log, batches } = reopened(6);
  for (let i = 1; i < 6; i++) {
    const { duplicate, firstOffset } = log.appendAsLeader(batches[i]!.slice(), 0);
    assertEquals([duplicate, firstOffset], [true, 2 * i + 1]);
  }
  isRefused(log, batches[0]!);
  assertEquals(log.logEndOffset, 12);
});

Deno.test("batches are known again from the segment before the one that has the last", () => {
  const { log, batches } = reopened(5, SMALL);
  assertEquals(log.appendAsLeader(batches.at(-2)!.slice(), 0).duplicate, true);
});

Deno.test("a batch that was never written is no batch that was forgotten", () => {
  const { log } = reopened(3);
  const stranger = new TestProducer(log, 1);
  isRefused(log, stranger.batch(2, false));
  stranger.sequence = 3;
  assertEquals(stranger.write(1, false).firstOffset, 6);
});

Deno.test("old records are read once for a producer that repeats what is not there", () => {
  const { log } = reopened(3);
  const wrong = new TestProducer(log, 1).batch(2, false);
  let walks = 0;
  const restore = replaced(Segment.prototype, "batches", (batches) =>
    function (...range) {
      walks++;
      return batches.apply(this, range);
    });
  for (let i = 0; i < 3; i++) isRefused(log, wrong);
  restore();
  assertEquals(walks, 1);
});
