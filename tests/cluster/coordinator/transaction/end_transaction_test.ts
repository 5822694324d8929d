import { assertEquals } from "@std/assert";
import type { TransactionMetadata } from "../../../../cluster/coordinator/transaction/transaction_metadata.ts";
import {
  NO_PARTITIONS,
  withPartitions,
} from "../../../../cluster/coordinator/transaction/transaction_partitions.ts";
import { A0, B1, ID, metadataOf, TransactionHarness } from "../../../support/transactions.ts";

const MAX = 32767;
const ME = { producerId: 9, producerEpoch: 5 };
const BEFORE = { producerId: 9, producerEpoch: 4 };
const V1 = { version: 0 };
const ongoing = {
  state: "Ongoing",
  partitions: withPartitions(NO_PARTITIONS, [A0, B1]),
  startTimestamp: 1_700_000_000_000,
} as const;

function having(metadata: Partial<TransactionMetadata>): TransactionHarness {
  const test = new TransactionHarness();
  test.put(metadataOf(metadata));
  return test;
}

/** What becomes of a request: its error, or the producer that it is answered with. */
function outcome(
  metadata: Partial<TransactionMetadata>,
  producer: { producerId: number; producerEpoch: number },
  committed: boolean,
  options?: { readonly version: number },
) {
  const test = having(metadata);
  const ended = test.end(producer, committed, options);
  if (ended.error !== undefined) return ended.error;
  const { producerId, producerEpoch } = ended.response;
  const isBegun = test.harness.effects.length > 0;
  return `${isBegun ? "ends" : "done"} ${producerId} ${producerEpoch}`;
}

Deno.test("an end is decided and answered, and the partitions are to be told", () => {
  for (const committed of [true, false]) {
    for (const version of [0, 2]) {
      const test = having(ongoing);
      const { response } = test.end(ME, committed, { version });
      const state = committed ? "PrepareCommit" : "PrepareAbort";
      const producerEpoch = version === 2 ? 6 : 5;
      assertEquals([test.the().state, test.the().producerEpoch], [state, producerEpoch]);
      assertEquals(
        response,
        version === 2 ? { producerId: 9, producerEpoch: 6 } : { producerId: -1, producerEpoch: -1 },
      );
      assertEquals(test.harness.effects, [{
        transactionalId: ID,
        producerId: 9,
        producerEpoch,
        coordinatorEpoch: 7,
        committed,
        transactionVersion: version,
        partitions: [A0, B1],
      }]);
    }
  }
});

Deno.test("an end that cannot be written is none", () => {
  for (const version of [0, 2]) {
    const test = having(ongoing);
    test.harness.failAppend("COORDINATOR_NOT_AVAILABLE");
    assertEquals(test.end(ME, true, { version }).error, "COORDINATOR_NOT_AVAILABLE");
    assertEquals([test.the().state, test.the().producerEpoch], ["Ongoing", 5]);
    assertEquals(test.harness.effects, []);
  }
});

Deno.test("only the producer that has the id may end its transaction", () => {
  for (const version of [0, 2]) {
    const test = having(ongoing);
    const refused = (producerId: number, producerEpoch: number) =>
      test.end({ producerId, producerEpoch }, true, { version }).error;
    assertEquals(refused(8, 5), "INVALID_PRODUCER_ID_MAPPING");
    assertEquals([refused(9, 4), refused(9, 6)], ["PRODUCER_FENCED", "PRODUCER_FENCED"]);
    assertEquals(
      test.end(ME, true, { version, transactionalId: "unknown" }).error,
      "INVALID_PRODUCER_ID_MAPPING",
    );
  }
});

Deno.test("in version 1 the same end is answered again, and the other one is refused", () => {
  const ended = (state: TransactionMetadata["state"], committed: boolean) =>
    outcome({ state }, ME, committed, V1);
  assertEquals(ended("CompleteCommit", true), "done -1 -1");
  assertEquals(ended("CompleteAbort", false), "done -1 -1");
  assertEquals(ended("CompleteCommit", false), "INVALID_TXN_STATE");
  assertEquals(ended("CompleteAbort", true), "INVALID_TXN_STATE");
  assertEquals([ended("Empty", true), ended("Empty", false)], [
    "INVALID_TXN_STATE",
    "INVALID_TXN_STATE",
  ]);
  assertEquals(ended("PrepareCommit", true), "CONCURRENT_TRANSACTIONS");
  assertEquals(ended("PrepareAbort", false), "CONCURRENT_TRANSACTIONS");
  assertEquals(outcome({ state: "CompleteCommit" }, BEFORE, true, V1), "PRODUCER_FENCED");
});

Deno.test("in version 2 an idle producer aborts what it may have begun, and commits nothing", () => {
  for (const state of ["Empty", "CompleteCommit", "CompleteAbort"] as const) {
    assertEquals(outcome({ state }, ME, false), "ends 9 6");
    assertEquals(outcome({ state }, ME, true), "INVALID_TXN_STATE");
  }
});

Deno.test("in version 2 the epoch before tells a request that was answered", () => {
  const again = (state: TransactionMetadata["state"], committed: boolean) =>
    outcome({ state }, BEFORE, committed);
  assertEquals([again("Empty", true), again("Empty", false)], [
    "PRODUCER_FENCED",
    "PRODUCER_FENCED",
  ]);
  assertEquals(again("CompleteCommit", true), "done 9 5");
  assertEquals(again("CompleteAbort", false), "done 9 5");
  assertEquals(again("CompleteCommit", false), "INVALID_TXN_STATE");
  assertEquals(again("CompleteAbort", true), "INVALID_TXN_STATE");
  assertEquals([again("Ongoing", true), again("Ongoing", false)], [
    "PRODUCER_FENCED",
    "PRODUCER_FENCED",
  ]);
  for (const state of ["PrepareCommit", "PrepareAbort"] as const) {
    assertEquals(again(state, state === "PrepareCommit"), "CONCURRENT_TRANSACTIONS");
  }
  assertEquals(
    outcome({ state: "CompleteCommit" }, { producerId: 9, producerEpoch: 3 }, true),
    "PRODUCER_FENCED",
  );
});

Deno.test("an abort of nothing has no partitions to tell, and raises the epoch all the same", () => {
  const test = having({ state: "CompleteCommit" });
  assertEquals(test.end(ME, false).response, { producerId: 9, producerEpoch: 6 });
  assertEquals(test.harness.effects[0]!.partitions, []);
  assertEquals(test.told().response, true);
  assertEquals([test.the().state, test.the().producerEpoch], ["CompleteAbort", 6]);
});

Deno.test("with the last epoch the answer has another producer id, which is in force when all partitions know", () => {
  const test = having({ ...ongoing, producerEpoch: MAX - 1 });
  const last = { producerId: 9, producerEpoch: MAX - 1 };
  const { response: next } = test.end(last, true);
  assertEquals(next, { producerId: 100, producerEpoch: 0 });
  assertEquals([test.the().producerId, test.the().producerEpoch], [9, MAX]);
  assertEquals(test.end(last, true).error, "CONCURRENT_TRANSACTIONS");
  assertEquals(test.add(next).error, "CONCURRENT_TRANSACTIONS");
  test.told();
  assertEquals([test.the().producerId, test.the().producerEpoch], [100, 0]);
  // The answer was lost: the request comes again with what the producer had.
  assertEquals(test.end(last, true).response, next);
  assertEquals(test.end(last, false).error, "INVALID_TXN_STATE");
  test.add(next).response;
  assertEquals(test.end(last, true).error, "INVALID_PRODUCER_ID_MAPPING");
  assertEquals(test.end(next, true).response, { producerId: 100, producerEpoch: 1 });
  assertEquals(test.taken, 1);
});

Deno.test("a change of ids outlives a failover in the middle", () => {
  const test = having({ ...ongoing, producerEpoch: MAX - 1 });
  const last = { producerId: 9, producerEpoch: MAX - 1 };
  test.end(last, true);
  test.harness.crash();
  assertEquals(test.the().nextProducerId, 100);
  test.told();
  test.harness.crash();
  assertEquals(test.end(last, true).response, { producerId: 100, producerEpoch: 0 });
});

Deno.test("in version 1 the last epoch stays: the producer gets another id when it begins again", () => {
  const test = having({ ...ongoing, producerEpoch: MAX - 1 });
  test.end({ producerId: 9, producerEpoch: MAX - 1 }, true, V1).response;
  assertEquals([test.the().producerEpoch, test.the().nextProducerId, test.taken], [MAX - 1, -1, 0]);
});

Deno.test("without a producer id at hand, an end that needs one comes again", () => {
  let available: number | undefined = undefined;
  const test = new TransactionHarness({ takeProducerId: () => available });
  test.put(metadataOf({ ...ongoing, producerEpoch: MAX - 1 }));
  const last = { producerId: 9, producerEpoch: MAX - 1 };
  assertEquals(test.end(last, true).error, "COORDINATOR_LOAD_IN_PROGRESS");
  assertEquals(test.the().state, "Ongoing");
  available = 66;
  assertEquals(test.end(last, true).response, { producerId: 66, producerEpoch: 0 });
});

Deno.test("an abort by the coordinator is one that the producer may ask for late", () => {
  const test = having({ ...ongoing, producerEpoch: MAX - 1 });
  assertEquals(test.init().error, "CONCURRENT_TRANSACTIONS");
  test.told();
  const late = test.end({ producerId: 9, producerEpoch: MAX - 1 }, false);
  assertEquals(late.response, { producerId: 100, producerEpoch: 0 });
});

Deno.test("nobody is told the last epoch of all, with which a coordinator of version 1 has fenced", () => {
  const test = new TransactionHarness({ transactionVersion: 1 });
  test.put(metadataOf({ ...ongoing, producerEpoch: MAX - 1 }));
  assertEquals(test.init().error, "CONCURRENT_TRANSACTIONS");
  test.told();
  assertEquals([test.the().state, test.the().producerEpoch], ["CompleteAbort", MAX]);
  const late = test.end({ producerId: 9, producerEpoch: MAX - 1 }, false);
  assertEquals(late.error, "PRODUCER_FENCED");
});

Deno.test("states that Kafka keeps in memory only are answered with an error", () => {
  for (const state of ["Dead", "PrepareEpochFence"] as const) {
    for (const version of [0, 2]) {
      assertEquals(outcome({ state }, ME, false, { version }), "UNKNOWN_SERVER_ERROR");
    }
  }
});
