import { assertEquals } from "@std/assert";
import { readProduceAnswer } from "../../../client/producer/produce_answer.ts";
import { PartitionQueue } from "../../../client/producer/partition_queue.ts";
import { ZERO_UUID } from "../../../storage/bytes/uuid.ts";
import { errorCode, type ErrorName } from "../../../client/protocol/error_codes.ts";
import { batchOf } from "../../support/producer_parts.ts";

const partition = (index: number, error: ErrorName, leaderId = -1, leaderEpoch = -1) => ({
  index,
  errorCode: errorCode(error),
  baseOffset: 5,
  logAppendTimeMs: -1,
  logStartOffset: 0,
  recordErrors: [],
  errorMessage: null,
  currentLeader: { leaderId, leaderEpoch },
});
const response = (
  topicId: string,
  name: string,
  ...partitions: ReturnType<typeof partition>[]
) => ({
  responses: [{ topicId, name, partitionResponses: partitions }],
  throttleTimeMs: 0,
  nodeEndpoints: [],
});
const batch = (number: number) => batchOf(["v"], { queue: new PartitionQueue("orders", number) });

Deno.test("answers find their batches, by name or by id", () => {
  const [zero, one] = [batch(0), batch(1)];
  const byName = readProduceAnswer(
    response(ZERO_UUID, "orders", partition(1, "NONE"), partition(0, "INVALID_RECORD")),
    new Map([["orders-0", zero], ["orders-1", one]]),
  );
  assertEquals(byName.answers.map(([batch, { error }]) => [batch.queue.partition, error]), [
    [1, "NONE"],
    [0, "INVALID_RECORD"],
  ]);
  const id = "AAAAAAAAAAAAAAAAAAAAAQ";
  const byId = readProduceAnswer(
    response(id, "", partition(0, "NONE")),
    new Map([[`${id}-0`, zero]]),
  );
  assertEquals(byId.answers.map(([batch, { baseOffset }]) => [batch, baseOffset]), [[zero, 5]]);
});

Deno.test("a batch that the answer does not mention has failed, and what nobody asked for is passed over", () => {
  const zero = batch(0);
  const { answers } = readProduceAnswer(
    response(ZERO_UUID, "orders", partition(7, "NONE")),
    new Map([["orders-0", zero]]),
  );
  assertEquals(answers.map(([batch, { error }]) => [batch, error]), [[
    zero,
    "UNKNOWN_SERVER_ERROR",
  ]]);
});

Deno.test("another leader is heard of", () => {
  const { leaders, isStale } = readProduceAnswer(
    response(
      ZERO_UUID,
      "orders",
      partition(0, "NOT_LEADER_OR_FOLLOWER", 4, 9),
      partition(1, "NOT_LEADER_OR_FOLLOWER"),
    ),
    new Map([["orders-0", batch(0)], ["orders-1", batch(1)]]),
  );
  assertEquals(leaders, [{ topic: "orders", partition: 0, leaderId: 4, leaderEpoch: 9 }]);
  assertEquals(isStale, true);
});
