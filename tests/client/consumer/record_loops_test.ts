import { assertEquals, assertRejects } from "@std/assert";
import { ConsumerRecords } from "../../../client/consumer/consumer_records.ts";
import { type LoopedConsumer, pollsOf, recordsOf } from "../../../client/consumer/record_loops.ts";

/** Polls that end as a test says. */
function looped(...polls: (() => ConsumerRecords)[]): LoopedConsumer<Uint8Array, Uint8Array> {
  let isClosed = false;
  return {
    get isClosed() {
      return isClosed;
    },
    poll(_timeoutMs, signal) {
      const poll = polls.shift();
      if (poll !== undefined) return Promise.try(poll);
      isClosed = signal === undefined;
      return Promise.reject(signal?.reason ?? new Error("closed"));
    },
    giveBack() {},
  };
}

Deno.test("a loop ends when the consumer is closed, and passes polls without records over", async () => {
  const consumer = looped(() => new ConsumerRecords(), () => new ConsumerRecords());
  for await (const _ of pollsOf(consumer, undefined)) throw new Error("records");
  assertEquals(consumer.isClosed, true);
  for await (const _ of pollsOf(consumer, undefined)) throw new Error("closed");
});

Deno.test("what a poll throws ends the loop", async () => {
  const failing = () => {
    throw new Error("no");
  };
  await assertRejects(() => recordsOf(looped(failing), undefined).next(), Error, "no");
  await assertRejects(() => pollsOf(looped(failing), undefined).next(), Error, "no");
});

Deno.test("a loop that was stopped ends without an error", async () => {
  const iterator = recordsOf(looped(), undefined);
  await iterator.return();
  assertEquals(await iterator.next(), { done: true, value: undefined });
});
