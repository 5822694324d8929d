import { assertEquals } from "@std/assert";
import { errorName } from "../../../../client/protocol/error_codes.ts";
import type { WriteTxnMarkersResponse } from "../../../../client/protocol/messages/write_txn_markers.ts";
import type { MarkerWriter } from "../../../../cluster/coordinator/transaction/marker_writer.ts";
import { writeTxnMarkersHandler } from "../../../../cluster/server/handlers/write_txn_markers.ts";
import { ask, callOnError } from "../../../support/handler_call.ts";
import { TransactionBroker } from "../../../support/transaction_broker.ts";
import { A0 } from "../../../support/transactions.ts";

const ID = "copier";

const MARKER = {
  producerId: 7,
  producerEpoch: 1,
  transactionResult: true,
  coordinatorEpoch: 0,
  topics: [{ name: "a", partitionIndexes: [0] }],
};

function told({ markers }: WriteTxnMarkersResponse) {
  return markers.map(({ producerId, topics }) => [
    producerId,
    ...topics.flatMap(({ name, partitions }) =>
      partitions.map(({ partitionIndex, errorCode }) =>
        `${name}-${partitionIndex} ${errorName(errorCode)}`
      )
    ),
  ]);
}

/** A broker with a transaction that wrote to `a-0` and committed an offset for `g`, and its end by a request. */
async function setUp() {
  const broker = await TransactionBroker.start();
  const { transactions } = broker;
  const request = { transactionalId: ID, timeoutMs: 60_000, expected: undefined };
  const producer = await transactions.initProducerId(request);
  await broker.produce(ID, { ...producer, sequence: 0 }, A0, "one");
  await broker.commitOffset(ID, producer, "g", 5);
  const { topic, partition } = broker.groupPartition("g");
  const topics = [{ name: "a", partitionIndexes: [0] }, {
    name: topic,
    partitionIndexes: [partition],
  }];
  return {
    broker,
    group: `${topic}-${partition}`,
    marker: { ...MARKER, ...producer, topics },
    handler: writeTxnMarkersHandler({ writeMarkers: broker.write }),
  };
}

Deno.test("every version ends a transaction in its partitions, those of groups among them", async () => {
  for (const version of [1, 2]) {
    for (const transactionResult of [true, false]) {
      const { broker, handler, marker, group } = await setUp();
      await using _ = broker;
      assertEquals(broker.replicas.log("a", 0).lastStableOffset, 0);
      const markers = [{ ...marker, transactionResult }];
      assertEquals(told(await ask(handler, version, { markers })), [
        [marker.producerId, "a-0 NONE", `${group} NONE`],
      ]);
      assertEquals(broker.replicas.log("a", 0).lastStableOffset, 2);
      assertEquals(broker.committed(A0), transactionResult ? ["one"] : []);
      assertEquals(broker.committedOffset("g"), transactionResult ? 5 : -1);
    }
  }
});

Deno.test("a marker of transaction version 2 has a later epoch than what it ends, and no marker an older one", async () => {
  const { broker, handler, marker } = await setUp();
  await using _ = broker;
  const end = async (
    version: number,
    changes: Partial<typeof marker> & { transactionVersion?: number },
  ) => told(await ask(handler, version, { markers: [{ ...marker, ...changes }] }))[0]!.slice(1, 2);
  assertEquals(await end(2, { transactionVersion: 2 }), ["a-0 INVALID_PRODUCER_EPOCH"]);
  assertEquals(await end(2, { transactionVersion: 2, producerEpoch: 1 }), ["a-0 NONE"]);
  for (const version of [1, 2]) {
    assertEquals(await end(version, {}), ["a-0 INVALID_PRODUCER_EPOCH"]);
  }
});

Deno.test("a coordinator that another one has replaced is fenced", async () => {
  const { broker, handler, marker } = await setUp();
  await using _ = broker;
  const end = async (coordinatorEpoch: number) =>
    told(await ask(handler, 1, { markers: [{ ...marker, coordinatorEpoch }] }))[0]![1];
  assertEquals(await end(5), "a-0 NONE");
  assertEquals(await end(4), "a-0 TRANSACTION_COORDINATOR_FENCED");
});

Deno.test("partitions that are not here are told, and the others are written to", async () => {
  const { broker, handler, marker } = await setUp();
  await using _ = broker;
  const topics = [{ name: "none", partitionIndexes: [0] }, { name: "a", partitionIndexes: [9, 0] }];
  assertEquals(told(await ask(handler, 1, { markers: [{ ...marker, topics }] })), [
    [
      marker.producerId,
      "none-0 UNKNOWN_TOPIC_OR_PARTITION",
      "a-9 UNKNOWN_TOPIC_OR_PARTITION",
      "a-0 NONE",
    ],
  ]);
  assertEquals(broker.committed(A0), ["one"]);
});

Deno.test("all markers are written before any is waited for, and answered in order", async () => {
  const asked: number[] = [];
  const gate = Promise.withResolvers<void>();
  const writeMarkers: MarkerWriter = async ({ producerId }, partitions) => {
    asked.push(producerId);
    if (producerId === 7) await gate.promise;
    return partitions.map(() => producerId === 7 ? "REQUEST_TIMED_OUT" : "NONE");
  };
  const handler = writeTxnMarkersHandler({ writeMarkers });
  const markers = [MARKER, { ...MARKER, producerId: 8 }];
  const answer = ask(handler, 2, { markers });
  assertEquals(asked, [7, 8]);
  gate.resolve();
  assertEquals(told(await answer), [[7, "a-0 REQUEST_TIMED_OUT"], [8, "a-0 NONE"]]);
});

Deno.test("a marker says all that it is to say", async () => {
  const ends: unknown[] = [];
  const handler = writeTxnMarkersHandler({
    writeMarkers: (
      { producerId, producerEpoch, coordinatorEpoch, committed, transactionVersion },
      partitions,
    ) => {
      ends.push([producerId, producerEpoch, coordinatorEpoch, committed, transactionVersion]);
      return partitions.map(() => "NONE");
    },
  });
  const marker = { ...MARKER, coordinatorEpoch: 3 };
  await ask(handler, 1, { markers: [marker] });
  await ask(handler, 2, {
    markers: [{ ...marker, transactionResult: false, transactionVersion: 2 }],
  });
  assertEquals(ends, [[7, 1, 3, true, 0], [7, 1, 3, false, 2]]);
});

Deno.test("a directory that has failed has no partitions for a coordinator elsewhere", async () => {
  const handler = writeTxnMarkersHandler({
    writeMarkers: (_end, partitions) => partitions.map(() => "KAFKA_STORAGE_ERROR"),
  });
  assertEquals(told(await ask(handler, 1, { markers: [MARKER] })), [
    [7, "a-0 UNKNOWN_TOPIC_OR_PARTITION"],
  ]);
});

Deno.test("without markers nothing is answered, and what fails as a whole has the error in each partition", async () => {
  const handler = writeTxnMarkersHandler({ writeMarkers: () => [] });
  assertEquals(await ask(handler, 1, { markers: [] }), { markers: [] });
  const answer = callOnError(handler, 1, { markers: [MARKER] }, "CLUSTER_AUTHORIZATION_FAILED");
  if (typeof answer !== "object") throw new Error(answer);
  assertEquals(told(answer), [[7, "a-0 CLUSTER_AUTHORIZATION_FAILED"]]);
});
