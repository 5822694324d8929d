import { assert, assertEquals } from "@std/assert";
import { errorName } from "../../../../client/protocol/error_codes.ts";
import type { DeleteRecordsResponse } from "../../../../client/protocol/messages/delete_records.ts";
import { deleteRecordsHandler } from "../../../../cluster/server/handlers/delete_records.ts";
import { call, callLater, type Outcome } from "../../../support/handler_call.ts";
import { batchOf } from "../../../support/partition_log.ts";
import {
  assigned,
  BROKER,
  openReplicas,
  type TestReplicasOptions,
} from "../../../support/replicas.ts";
import type { FileSystem } from "../../../../storage/file/file_system.ts";

async function open(options: TestReplicasOptions<FileSystem> = {}) {
  const replicas = await openReplicas(options);
  const handler = deleteRecordsHandler(replicas);
  for (const partition of replicas.replicaManager.partitions()) {
    if (partition.isLeader) {
      partition.appendAsLeader(batchOf(["a", "b", "c", "d"], { key: "k" }), 1);
    }
  }
  return { ...replicas, handler, [Symbol.asyncDispose]: () => replicas[Symbol.asyncDispose]() };
}

function request(offset: number, name = "t", timeoutMs = 1000) {
  return { timeoutMs, topics: [{ name, partitions: [{ partitionIndex: 0, offset }] }] };
}

function answer(outcome: Outcome<DeleteRecordsResponse>) {
  assert(typeof outcome === "object");
  const { errorCode, lowWatermark } = outcome.topics[0]!.partitions[0]!;
  return [errorName(errorCode), lowWatermark];
}

Deno.test("every version deletes below an offset, or below the high watermark", async () => {
  await using broker = await open();
  for (const version of [0, 1, 2]) {
    assertEquals(answer(call(broker.handler, version, request(version + 1))), [
      "NONE",
      version + 1,
    ]);
  }
  assertEquals(broker.log().logStartOffset, 3);
  assertEquals(answer(call(broker.handler, 2, request(1))), ["NONE", 3], "it never goes back");
  assertEquals(answer(call(broker.handler, 2, request(-1))), ["NONE", 4]);
});

Deno.test("errors: beyond the high watermark, below zero, compacted, internal, unknown, led elsewhere", async () => {
  await using broker = await open({
    topics: {
      t: [assigned()],
      compacted: [assigned()],
      both: [assigned()],
      __consumer_offsets: [assigned()],
      away: [assigned({ replicas: [BROKER, 2], leader: 2 })],
    },
    topicConfigs: {
      compacted: { "cleanup.policy": "compact" },
      both: { "cleanup.policy": "compact,delete" },
    },
  });
  const at = (offset: number, topic?: string) =>
    answer(call(broker.handler, 2, request(offset, topic)));
  assertEquals(at(5), ["OFFSET_OUT_OF_RANGE", -1]);
  assertEquals(at(-2), ["OFFSET_OUT_OF_RANGE", -1]);
  assertEquals(at(1, "compacted"), ["POLICY_VIOLATION", -1]);
  assertEquals(at(1, "both"), ["NONE", 1]);
  assertEquals(at(1, "__consumer_offsets"), ["INVALID_TOPIC_EXCEPTION", -1]);
  assertEquals(at(1, "none"), ["UNKNOWN_TOPIC_OR_PARTITION", -1]);
  assertEquals(at(1, "away"), ["NOT_LEADER_OR_FOLLOWER", -1]);
});

Deno.test("the answer waits for the followers that are alive, or for its time to be up", async () => {
  await using broker = await open({ topics: { t: [assigned({ replicas: [BROKER, 2] })] } });
  broker.metadata.brokers.set(2, { nodeId: 2, host: "two", port: 9092, rack: null });
  const partition = broker.replicaManager.getPartition("t", 0);
  assert(typeof partition === "object");
  const fetched = (logStartOffset: number) => {
    const moved = partition.updateFollowerFetchState(2, {
      fetchOffset: 4,
      logStartOffset,
      timeMs: broker.env.clock.now(),
      leaderEndOffset: 4,
      brokerEpoch: -1,
    });
    if (moved) broker.replicaManager.recordsAppended(partition, true);
  };
  fetched(0);
  const waiting = callLater(broker.handler, 2, request(2));
  assertEquals(broker.replicaManager.delayed.deleteRecords, 1);
  fetched(1);
  assertEquals(broker.replicaManager.delayed.deleteRecords, 1);
  fetched(2);
  assertEquals(answer(await waiting), ["NONE", 2]);

  const late = callLater(broker.handler, 2, request(3, "t", 100));
  await broker.env.clock.advance(100);
  assertEquals(answer(await late), ["REQUEST_TIMED_OUT", 2]);
  assertEquals(broker.log().logStartOffset, 3);
});

Deno.test("a deletion that waits is answered when the partition gets another leader", async () => {
  await using broker = await open({ topics: { t: [assigned({ replicas: [BROKER, 2] })] } });
  broker.metadata.brokers.set(2, { nodeId: 2, host: "two", port: 9092, rack: null });
  broker.log().updateHighWatermark(4);
  const waiting = callLater(broker.handler, 2, request(2));
  broker.metadata.set("t", [
    assigned({ replicas: [BROKER, 2], leader: 2, leaderEpoch: 1, partitionEpoch: 1 }),
  ]);
  broker.apply("t");
  assertEquals(answer(await waiting), ["NOT_LEADER_OR_FOLLOWER", -1]);
});

Deno.test("a request that fails as a whole has the error in each partition", async () => {
  await using broker = await open();
  assertEquals(broker.handler.onError(request(1) as never, "UNKNOWN_SERVER_ERROR"), {
    topics: [{ name: "t", partitions: [{ partitionIndex: 0, lowWatermark: -1, errorCode: -1 }] }],
  });
});
