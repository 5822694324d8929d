import { assert, assertEquals } from "@std/assert";
import { errorName } from "../../../../client/protocol/error_codes.ts";
import { describeProducersHandler } from "../../../../cluster/server/handlers/describe_producers.ts";
import { call, responseOf } from "../../../support/handler_call.ts";
import { batchOf } from "../../../support/partition_log.ts";
import { assigned, BROKER, openReplicas } from "../../../support/replicas.ts";

Deno.test("a partition tells its producers, and which have a transaction open", async () => {
  await using replicas = await openReplicas({
    topics: { t: [assigned()], away: [assigned({ replicas: [2], leader: 2 })] },
  });
  const handler = describeProducersHandler(replicas);
  const ask = (name: string, partition = 0) => {
    const response = call(handler, 0, { topics: [{ name, partitionIndexes: [partition] }] });
    assert(typeof response === "object");
    return response.topics[0]!.partitions[0]!;
  };
  assertEquals(ask("t").activeProducers, []);
  const log = replicas.log();
  const timestamp = 1_700_000_000_500;
  log.appendAsLeader(
    batchOf(["a", "b"], { producerId: 5, producerEpoch: 2, baseSequence: 0, timestamp }),
    0,
  );
  log.appendAsLeader(
    batchOf(["c"], {
      producerId: 6,
      producerEpoch: 0,
      baseSequence: 0,
      isTransactional: true,
      timestamp,
    }),
    0,
    { origin: "replication" },
  );
  assertEquals(
    ask("t").activeProducers.map((one) => [
      one.producerId,
      one.producerEpoch,
      one.lastSequence,
      one.lastTimestamp,
      one.coordinatorEpoch,
      one.currentTxnStartOffset,
    ]),
    [[5, 2, 1, timestamp, -1, -1], [6, 0, 0, timestamp, -1, 2]],
  );
  const error = (name: string, partition?: number) => {
    const { errorCode, errorMessage } = ask(name, partition);
    return [errorName(errorCode), errorMessage];
  };
  assertEquals(error("none"), [
    "UNKNOWN_TOPIC_OR_PARTITION",
    "This server does not host this topic-partition.",
  ]);
  assertEquals(error("t", 4), ["UNKNOWN_TOPIC_OR_PARTITION", null]);
  assertEquals(error("away"), ["NOT_LEADER_OR_FOLLOWER", null]);
  assertEquals(error("a b"), [
    "INVALID_TOPIC_EXCEPTION",
    "Topic name is invalid: 'a b' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'",
  ]);
});

Deno.test("a follower tells its producers too", async () => {
  await using replicas = await openReplicas({
    topics: { t: [assigned({ replicas: [BROKER, 2], leader: 2 })] },
  });
  const handler = describeProducersHandler(replicas);
  const response = call(handler, 0, { topics: [{ name: "t", partitionIndexes: [0] }] });
  assert(typeof response === "object");
  assertEquals(response.topics[0]!.partitions[0]!.errorCode, 0);
  const request = { topics: [{ name: "t", partitionIndexes: [0] }] };
  assertEquals(responseOf(handler.onError(request, "UNKNOWN_SERVER_ERROR", "why")).topics, [
    { name: "t", partitions: [{ partitionIndex: 0, errorCode: -1, errorMessage: "why" }] },
  ]);
});
