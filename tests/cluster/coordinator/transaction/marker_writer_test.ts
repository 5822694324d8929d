import { assert, assertEquals } from "@std/assert";
import { KafkaError } from "../../../../client/protocol/error_codes.ts";
import {
  localMarkerWriter,
  type LocalMarkerWriterOptions,
} from "../../../../cluster/coordinator/transaction/marker_writer.ts";
import type { EndOfTransaction } from "../../../../cluster/coordinator/partition_writer.ts";
import { parseEndTransactionMarker } from "../../../../storage/record/control_record.ts";
import { batchesIn } from "../../../../storage/record/memory_records.ts";
import { batchOf } from "../../../support/partition_log.ts";
import { assigned, BROKER, openReplicas } from "../../../support/replicas.ts";

const END: EndOfTransaction = {
  producerId: 9,
  producerEpoch: 6,
  coordinatorEpoch: 7,
  committed: false,
  transactionVersion: 2,
};
const GROUPS = "__consumer_offsets";
const partition = (topic: string, partition = 0) => ({ topic, partition });

async function setUp(groups: Partial<LocalMarkerWriterOptions["groups"]> = {}, followed = false) {
  const one = assigned(followed ? { replicas: [BROKER, 2] } : {});
  const replicas = await openReplicas({
    topics: { a: [one, one], [GROUPS]: [assigned()], away: [assigned({ leader: 2 })] },
  });
  const toGroups: unknown[] = [];
  const write = localMarkerWriter({
    clock: replicas.env.clock,
    replicaManager: replicas.replicaManager,
    groups: {
      writeMarker: (index, end) => void toGroups.push([index, end]),
      ...groups,
    },
    timeoutMs: () => 1000,
  });
  return {
    ...replicas,
    write,
    toGroups,
    /** A transaction of the producer is open in a partition. */
    produce: (index = 0, producerEpoch = 5) => {
      const found = replicas.replicaManager.getPartition("a", index);
      assert(typeof found !== "string");
      found.appendAsLeader(
        batchOf(["x"], {
          producerId: 9,
          producerEpoch,
          baseSequence: 0,
          isTransactional: true,
        }),
        -1,
        { origin: "replication" },
      );
    },
  };
}

Deno.test("the end of a transaction is in the log at once, and readers of what is committed go on", async () => {
  const test = await setUp();
  await using _ = test;
  test.produce();
  const log = test.log("a");
  assertEquals(log.lastStableOffset, 0);
  assertEquals(test.write(END, [partition("a"), partition("a", 1)]), ["NONE", "NONE"]);
  assertEquals([log.lastStableOffset, log.logEndOffset], [2, 2]);
  const [batch] = [...batchesIn(log.read(1, { maxBytes: 1000, isolation: "log_end" }).bytes())];
  assert(batch!.isControlBatch && batch!.isTransactional);
  assertEquals([batch!.producerId, batch!.producerEpoch], [9, 6]);
  const { type, coordinatorEpoch } = parseEndTransactionMarker([...batch!.records()][0]!);
  assertEquals([type, coordinatorEpoch], ["ABORT", 7]);
  assertEquals(test.log("a", 1).logEndOffset, 1);
});

Deno.test("each partition has an error of its own", async () => {
  const test = await setUp();
  await using _ = test;
  test.produce(0, 6);
  const partitions = [partition("a"), partition("b"), partition("away"), partition("a", 1)];
  assertEquals(test.write(END, partitions), [
    "INVALID_PRODUCER_EPOCH",
    "UNKNOWN_TOPIC_OR_PARTITION",
    "NOT_LEADER_OR_FOLLOWER",
    "NONE",
  ]);
});

Deno.test("a late marker is judged by the version of its transaction", async () => {
  const test = await setUp();
  await using _ = test;
  test.produce(0, 6);
  const old = { ...END, transactionVersion: 0 };
  assertEquals(test.write({ ...old, producerEpoch: 5 }, [partition("a")]), [
    "INVALID_PRODUCER_EPOCH",
  ]);
  assertEquals(test.write(old, [partition("a")]), ["NONE"]);
  // Once more, as after a failover.
  assertEquals(test.write(END, [partition("a")]), ["NONE"]);
});

Deno.test("a coordinator that another one has replaced is fenced", async () => {
  const test = await setUp();
  await using _ = test;
  assertEquals(test.write(END, [partition("a")]), ["NONE"]);
  const zombie = { ...END, producerEpoch: 7, coordinatorEpoch: 6 };
  assertEquals(test.write(zombie, [partition("a")]), ["TRANSACTION_COORDINATOR_FENCED"]);
});

Deno.test("partitions of groups go through their coordinator, which says what it knows", async () => {
  const test = await setUp();
  await using _ = test;
  assertEquals(test.write(END, [partition(GROUPS)]), ["NONE"]);
  assertEquals(test.toGroups, [[0, END]]);
  assertEquals(test.log(GROUPS).logEndOffset, 0);
});

Deno.test("what a coordinator of groups refuses with is what a partition would", async () => {
  const expected = {
    NOT_COORDINATOR: "NOT_LEADER_OR_FOLLOWER",
    COORDINATOR_LOAD_IN_PROGRESS: "NOT_LEADER_OR_FOLLOWER",
    COORDINATOR_NOT_AVAILABLE: "NOT_LEADER_OR_FOLLOWER",
    INVALID_PRODUCER_EPOCH: "INVALID_PRODUCER_EPOCH",
  } as const;
  for (const [code, error] of Object.entries(expected)) {
    const failure = new KafkaError(code as keyof typeof expected);
    for (const isLater of [false, true]) {
      const test = await setUp({
        writeMarker: () => {
          if (isLater) return Promise.reject(failure);
          throw failure;
        },
      });
      await using _ = test;
      assertEquals(await test.write(END, [partition(GROUPS), partition("a")]), [error, "NONE"]);
    }
  }
});

Deno.test("markers are answered when the followers have them, or when it is too late", async () => {
  const late = Promise.withResolvers<void>();
  const test = await setUp({ writeMarker: () => late.promise }, true);
  await using _ = test;
  const written = test.write(END, [partition("a"), partition(GROUPS), partition("a", 1)]);
  assert(written instanceof Promise);
  const found = test.replicaManager.getPartition("a", 1);
  assert(typeof found !== "string");
  found.updateFollowerFetchState(2, {
    fetchOffset: 1,
    logStartOffset: 0,
    leaderEndOffset: 1,
    brokerEpoch: 1,
    timeMs: test.env.clock.now(),
  });
  test.replicaManager.recordsAppended(found, true);
  late.resolve();
  await test.env.clock.advance(2000);
  assertEquals(await written, ["REQUEST_TIMED_OUT", "NONE", "NONE"]);
});
