import { assert, assertEquals } from "@std/assert";
import { errorCode, type ErrorName } from "../../../client/protocol/error_codes.ts";
import type {
  AlterPartitionRequest,
  AlterPartitionResponse,
} from "../../../client/protocol/messages/alter_partition.ts";
import { AlterPartitionManager } from "../../../cluster/replication/alter_partition_manager.ts";
import { Partition } from "../../../cluster/replication/partition.ts";
import type { Draft } from "../../../storage/message/message_codec.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { batchOf, openLog } from "../../support/partition_log.ts";
import {
  assigned,
  BROKER,
  BROKER_EPOCH,
  partitionContext,
  topicIdOf,
} from "../../support/replicas.ts";

type Request = Draft<AlterPartitionRequest>;

/** Partition 0 of topic `events`, led here, that brokers 2 and 3 follow, and a controller that is scripted. */
function open(isr = [BROKER], answer: (request: Request) => unknown = granted) {
  const env = manualEnv();
  const log = openLog(env);
  const requests: Request[] = [];
  const moved: number[] = [];
  const script = { answer };
  const manager = new AlterPartitionManager({
    env,
    brokerId: BROKER,
    brokerEpoch: () => 70,
    alterPartition: (request) => {
      requests.push(request);
      return Promise.resolve(script.answer(request) as AlterPartitionResponse);
    },
    onMoved: () => moved.push(log.highWatermark),
  });
  const partition = new Partition(
    { topic: "events", partition: 0 },
    topicIdOf("events"),
    partitionContext(env, () => log, new Set([2, 3]), {
      alterIsr: (partition, proposal) => manager.submit(partition, proposal),
    }),
  );
  partition.makeLeader(
    assigned({ replicas: [BROKER, 2, 3], isr, leaderEpoch: 4, partitionEpoch: 9 }),
  );
  partition.appendAsLeader(batchOf(["a", "b"]), 1);
  const fetch = (brokerId: number, fetchOffset = 2) =>
    partition.updateFollowerFetchState(brokerId, {
      ...{ fetchOffset, logStartOffset: 0, leaderEndOffset: 2, brokerEpoch: BROKER_EPOCH },
      timeMs: env.clock.now(),
    });
  return { env, log, manager, partition, fetch, requests, moved, script };
}

function answered(request: Request, error: ErrorName): Draft<AlterPartitionResponse> {
  return {
    throttleTimeMs: 0,
    errorCode: 0,
    topics: request.topics!.map(({ topicId, partitions }) => ({
      topicId,
      partitions: partitions!.map((asked) => ({
        partitionIndex: asked.partitionIndex,
        errorCode: errorCode(error),
        leaderId: BROKER,
        leaderEpoch: asked.leaderEpoch,
        isr: asked.newIsrWithEpochs!.map(({ brokerId }) => brokerId!),
        leaderRecoveryState: 0,
        partitionEpoch: asked.partitionEpoch! + 1,
      })),
    })),
  };
}

function granted(request: Request) {
  return answered(request, "NONE");
}

/** Answers a few times with errors, then as asked. */
function refusing(...errors: (ErrorName | "whole" | "lost" | "missing")[]) {
  return (request: Request) => {
    const error = errors.shift();
    switch (error) {
      case undefined:
        return granted(request);
      case "whole":
        return { errorCode: errorCode("STALE_BROKER_EPOCH"), topics: [] };
      case "lost":
        return Promise.reject(new Error("connection lost"));
      case "missing":
        return { errorCode: 0, topics: [] };
      default:
        return answered(request, error);
    }
  };
}

Deno.test("the controller is asked with the epochs of all, and what it says holds", async () => {
  const { env, partition, fetch, requests, moved, log } = open();
  fetch(2);
  await env.clock.advance(0);
  assertEquals(requests, [{
    brokerId: BROKER,
    brokerEpoch: 70,
    topics: [{
      topicId: topicIdOf("events"),
      partitions: [{
        partitionIndex: 0,
        leaderEpoch: 4,
        partitionEpoch: 9,
        newIsrWithEpochs: [{ brokerId: BROKER, brokerEpoch: 70 }, {
          brokerId: 2,
          brokerEpoch: BROKER_EPOCH,
        }],
      }],
    }],
  }]);
  assertEquals([[...partition.isr], partition.partitionEpoch], [[BROKER, 2], 10]);
  assertEquals([moved, log.highWatermark], [[], 2]);
});

Deno.test("an ISR that has shrunk lets the high watermark go on", async () => {
  const { env, partition, fetch, moved } = open([BROKER, 2, 3]);
  fetch(2);
  await env.clock.advance(30_001);
  fetch(2);
  partition.maybeShrinkIsr();
  assertEquals(partition.log!.highWatermark, 0);
  await env.clock.advance(0);
  assertEquals([[...partition.isr], moved], [[BROKER, 2], [2]]);
});

Deno.test("one request is under way at a time, and what comes meanwhile goes with the next", async () => {
  const { env, partition, fetch, requests, script } = open();
  const held = Promise.withResolvers<void>();
  script.answer = (request) => held.promise.then(() => granted(request));
  fetch(2);
  await env.clock.advance(0);
  fetch(3);
  assertEquals(requests.length, 1, "a partition has one proposal at a time");
  held.resolve();
  await env.clock.advance(0);
  fetch(3);
  await env.clock.advance(0);
  assertEquals([requests.length, [...partition.isr]], [2, [BROKER, 2, 3]]);
});

Deno.test("what may pass is asked again until it is settled", async () => {
  const { env, partition, fetch, requests, script } = open();
  script.answer = refusing("whole", "lost", "missing", "NOT_CONTROLLER");
  fetch(2);
  await env.clock.advance(0);
  for (let asked = 1; asked < 5; asked++) {
    assertEquals([requests.length, partition.isr.size], [asked, 1]);
    await env.clock.advance(50);
  }
  assertEquals([requests.length, partition.isr.size], [5, 2]);
});

Deno.test("what the controller has not done for sure may be proposed anew", async () => {
  const { env, partition, fetch, requests, script } = open();
  script.answer = refusing("INELIGIBLE_REPLICA");
  fetch(2);
  await env.clock.advance(1000);
  assertEquals([requests.length, [...partition.isr]], [1, [BROKER]]);
  fetch(2);
  await env.clock.advance(0);
  assertEquals([requests.length, [...partition.isr]], [2, [BROKER, 2]]);
});

Deno.test("when the controller knows of something newer, the metadata is waited for", async () => {
  const { env, partition, fetch, requests, script } = open();
  script.answer = refusing("INVALID_UPDATE_VERSION");
  fetch(2);
  await env.clock.advance(1000);
  fetch(2);
  await env.clock.advance(1000);
  assertEquals(requests.length, 1);
  const news = { replicas: [BROKER, 2, 3], isr: [BROKER, 3], leaderEpoch: 4, partitionEpoch: 11 };
  partition.makeLeader(assigned(news));
  fetch(2);
  await env.clock.advance(0);
  assertEquals([requests.length, [...partition.isr]], [2, [BROKER, 3, 2]]);
});

Deno.test("metadata overtakes a proposal that could not be sent", async () => {
  const { env, partition, fetch, requests, script } = open();
  script.answer = refusing("lost");
  fetch(2);
  await env.clock.advance(0);
  partition.makeFollower(assigned({ leader: 2, leaderEpoch: 5, partitionEpoch: 10 }));
  await env.clock.advance(1000);
  assertEquals(requests.length, 1);
});

Deno.test("after the shutdown nobody is asked", async () => {
  const { env, manager, fetch, requests, script } = open();
  script.answer = refusing("lost");
  fetch(2);
  await env.clock.advance(0);
  await manager.shutdown();
  assertEquals(env.clock.sleeping, 0);
  fetch(3);
  await env.clock.advance(1000);
  assertEquals(requests.length, 1);
  assert(env.logger.matching("Could not ask the controller").length === 1);
});
