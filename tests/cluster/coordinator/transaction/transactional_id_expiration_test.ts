import { assertEquals } from "@std/assert";
import { metadataOf, TransactionHarness } from "../../../support/transactions.ts";

const HOUR = 3_600_000;
const WEEK = 604_800_000;

Deno.test("ids without a transaction are forgotten after a week, and others are not", () => {
  const expected = {
    Empty: 0,
    CompleteCommit: 0,
    CompleteAbort: 0,
    Ongoing: 1,
    PrepareCommit: 1,
    PrepareAbort: 1,
  } as const;
  for (const [state, left] of Object.entries(expected)) {
    const test = new TransactionHarness();
    const lastUpdateTimestamp = test.harness.now.wallMs;
    const timeoutMs = 0x7fff_ffff;
    test.put(metadataOf({ state: state as keyof typeof expected, lastUpdateTimestamp, timeoutMs }));
    test.harness.advance(WEEK - 1);
    assertEquals(test.harness.shard.transactions.size, 1);
    test.harness.advance(HOUR + 1);
    assertEquals(test.harness.shard.transactions.size, left, state);
  }
});

Deno.test("an id that is used again is not forgotten, and one that was forgotten begins anew", () => {
  const test = new TransactionHarness();
  const first = test.init().response;
  test.harness.advance(WEEK - HOUR);
  assertEquals(test.init().response.producerEpoch, 1);
  test.harness.advance(WEEK - HOUR);
  assertEquals(test.the().producerEpoch, 1);
  test.harness.advance(2 * HOUR);
  assertEquals(test.get(), undefined);
  const second = test.init(first).response;
  assertEquals([second.producerEpoch, second.producerId !== first.producerId], [0, true]);
});

Deno.test("tombstones that cannot be written leave the ids, until they can", () => {
  const test = new TransactionHarness();
  test.put(metadataOf());
  test.harness.advance(WEEK - HOUR + 1);
  test.harness.failAppend();
  test.harness.advance(HOUR);
  assertEquals(test.harness.shard.transactions.size, 1);
  test.harness.advance(HOUR);
  assertEquals(test.harness.shard.transactions.size, 0);
});

Deno.test("many are forgotten in turns", () => {
  const test = new TransactionHarness();
  for (let i = 0; i < 2500; i++) test.put(metadataOf({ transactionalId: `t${i}` }));
  test.harness.advance(WEEK + HOUR);
  assertEquals(test.harness.shard.transactions.size, 0);
  assertEquals(test.harness.log.length, 5000);
  test.harness.crash();
  assertEquals(test.harness.shard.transactions.size, 0);
});
