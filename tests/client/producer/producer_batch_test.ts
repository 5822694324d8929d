import { assertEquals } from "@std/assert";
import { FlushBarrier } from "../../../client/producer/flush_barrier.ts";
import { RecordBatch } from "../../../storage/record/record_batch.ts";
import { silentLogger } from "../../../storage/env.ts";
import { CollectingLogger } from "../../support/manual_env.ts";
import { ackInto, batchOf, bytes, type Heard } from "../../support/producer_parts.ts";

Deno.test("a batch takes records up to its limit, to the byte", () => {
  // 61 for the header, and 10 for each record of 3 bytes.
  const batch = batchOf([], { writeLimit: 91 });
  const append = () => batch.tryAppend(1000, null, bytes("abc"), undefined, ackInto([]));
  assertEquals([append(), append(), batch.isFull, append(), append()], [
    true,
    true,
    false,
    true,
    false,
  ]);
  assertEquals([batch.count, batch.estimatedBytes, batch.isFull], [3, 91, true]);
  assertEquals(batch.build().length, 91);
});

Deno.test("the first record always fits", () => {
  const batch = batchOf(["x".repeat(500)], { writeLimit: 100 });
  assertEquals([batch.count, batch.isFull], [1, true]);
});

Deno.test("each record hears of its own offset, and only once", () => {
  const heard: Heard[] = [];
  const batch = batchOf(["a", "b", "c"], { heard });
  assertEquals(batch.succeed(10, -1, silentLogger), true);
  assertEquals(batch.succeed(20, -1, silentLogger), false);
  assertEquals(batch.fail("failed", () => new Error("late"), silentLogger), false);
  assertEquals([heard, batch.end], [[10, 11, 12], "succeeded"]);
});

Deno.test("an offset that is not known is not made up", () => {
  const heard: Heard[] = [];
  batchOf(["a", "b"], { heard }).succeed(-1, -1, silentLogger);
  assertEquals(heard, [-1, -1]);
});

Deno.test("records hear why they were given up, each for itself", () => {
  const heard: Heard[] = [];
  batchOf(["a", "b"], { heard }).fail("failed", (index) => new Error(`${index}`), silentLogger);
  assertEquals(heard, ["0", "1"]);
});

Deno.test("a callback that throws does not keep others from hearing", () => {
  const heard: Heard[] = [];
  const logger = new CollectingLogger();
  const batch = batchOf(["a"], { heard });
  const ack = () => {
    throw new Error("mine");
  };
  batch.tryAppend(1, null, null, undefined, ack);
  batch.tryAppend(1, null, null, undefined, ackInto(heard));
  batch.succeed(0, -1, logger);
  assertEquals([heard, logger.matching("callback").length], [[0, 2], 1]);
});

Deno.test("what the producer adds is in the bytes, also when it changes", () => {
  const batch = batchOf(["a", "b"]);
  assertEquals([batch.hasSequence, batch.isBuilt], [false, false]);
  batch.setProducerState({ producerId: 5, epoch: 1 }, 7, true);
  const built = new RecordBatch(batch.build());
  assertEquals([built.producerId, built.producerEpoch, built.baseSequence], [5, 1, 7]);
  assertEquals([built.isTransactional, built.isValid, batch.lastSequence], [true, true, 8]);
  batch.resetProducerState({ producerId: 5, epoch: 2 }, 0);
  const again = new RecordBatch(batch.build());
  assertEquals([again.producerEpoch, again.baseSequence, again.isValid], [2, 0, true]);
  assertEquals([batch.sequenceWasReset, again.isTransactional], [true, true]);
});

Deno.test("a batch that has ended leaves its memory alone", () => {
  const batch = batchOf(["a"], { producer: { producerId: 5, epoch: 1 } });
  batch.fail("aborted", () => new Error(), silentLogger);
  batch.builder.reset({});
  batch.resetProducerState({ producerId: 6, epoch: 0 }, 0);
  assertEquals([batch.builder.options.producerId, batch.count], [undefined, 1]);
});

Deno.test("a batch waits before it is sent again, unless the leader is another by then", () => {
  const batch = batchOf(["a"]);
  batch.observeLeaderEpoch(3);
  batch.reenqueued(1000, 100);
  assertEquals([batch.isBackingOff(1099), batch.isBackingOff(1100)], [true, false]);
  batch.observeLeaderEpoch(3);
  assertEquals(batch.isBackingOff(1050), true);
  batch.observeLeaderEpoch(4);
  assertEquals([batch.leaderHasChanged, batch.isBackingOff(1050)], [true, false]);
  batch.reenqueued(2000, 100);
  assertEquals(batch.isBackingOff(2050), true);
});

Deno.test("a flush that waits for a batch waits for its parts instead", async () => {
  const barrier = new FlushBarrier();
  const batch = batchOf(["a"]);
  batch.addBarrier(barrier);
  batch.addBarrier(barrier);
  const [part] = [batchOf(["a"])];
  batch.handBarriersTo([part!]);
  let isDone = false;
  const done = barrier.wait().then(() => isDone = true);
  batch.releaseBarriers();
  await Promise.resolve();
  assertEquals(isDone, false);
  part!.releaseBarriers();
  await done;
});
