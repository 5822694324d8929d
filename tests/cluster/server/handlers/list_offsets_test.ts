import { assert, assertEquals } from "@std/assert";
import { errorName } from "../../../../client/protocol/error_codes.ts";
import { listOffsetsHandler } from "../../../../cluster/server/handlers/list_offsets.ts";
import { call, responseOf } from "../../../support/handler_call.ts";
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
  const handler = listOffsetsHandler(replicas);
  const ask = (timestamp: number, version = 11, rest: Record<string, unknown> = {}) => {
    const { replicaId = -1, isolationLevel = 0, topic = "t", ...partition } = rest;
    const response = call(handler, version, {
      replicaId: replicaId as number,
      ...(version >= 2 ? { isolationLevel: isolationLevel as number } : {}),
      topics: [{
        name: topic as string,
        partitions: [{ partitionIndex: 0, timestamp, ...partition }],
      }],
    });
    assert(typeof response === "object");
    const { errorCode, timestamp: found, offset, leaderEpoch } = response.topics[0]!.partitions[0]!;
    return [errorName(errorCode), found, offset, leaderEpoch];
  };
  const append = (timestamp: number) => {
    const partition = replicas.replicaManager.getPartition("t", 0);
    assert(typeof partition === "object");
    partition.appendAsLeader(batchOf(["v"], { timestamp }), 1);
  };
  return {
    ...replicas,
    ask,
    append,
    handler,
    [Symbol.asyncDispose]: () => replicas[Symbol.asyncDispose](),
  };
}

Deno.test("the first, the last, the newest offset and those by time", async () => {
  await using broker = await open({ topics: { t: [assigned({ leaderEpoch: 4 })] } });
  for (const timestamp of [100, 300, 200]) broker.append(timestamp);
  assertEquals(broker.ask(-1), ["NONE", -1, 3, 4]);
  assertEquals(broker.ask(-2), ["NONE", -1, 0, 4]);
  assertEquals(broker.ask(-3), ["NONE", 300, 1, 4]);
  assertEquals(broker.ask(-4), ["NONE", -1, 0, 4]);
  assertEquals(broker.ask(-5), ["NONE", -1, -1, -1]);
  assertEquals(broker.ask(-6), ["NONE", -1, -1, -1]);
  assertEquals(broker.ask(0), ["NONE", 100, 0, 4]);
  assertEquals(broker.ask(150), ["NONE", 300, 1, 4]);
  assertEquals(broker.ask(301), ["NONE", -1, -1, -1]);
});

Deno.test("special offsets and leader epochs come with the versions that know them", async () => {
  await using broker = await open();
  broker.append(100);
  for (let version = 1; version <= 11; version++) {
    const [error, , offset, epoch] = broker.ask(-1, version);
    assertEquals([error, offset, epoch], ["NONE", 1, version >= 4 ? 0 : -1]);
    for (const [timestamp, first] of [[-3, 7], [-4, 8], [-5, 9], [-6, 11], [-7, 99]]) {
      const expected = version >= first! ? "NONE" : "UNSUPPORTED_VERSION";
      assertEquals(broker.ask(timestamp!, version)[0], expected, `${timestamp} in ${version}`);
    }
  }
});

Deno.test("an empty log has a first and a last offset, and no newest", async () => {
  await using broker = await open();
  assertEquals(broker.ask(-1), ["NONE", -1, 0, 0]);
  assertEquals(broker.ask(-2).slice(0, 3), ["NONE", -1, 0]);
  assertEquals(broker.ask(-3), ["NONE", -1, -1, -1]);
  assertEquals(broker.ask(5), ["NONE", -1, -1, -1]);
});

Deno.test("who reads committed records gets the last stable offset, a broker and a tool the end", async () => {
  await using broker = await open({ topics: { t: [assigned({ replicas: [BROKER, 2] })] } });
  for (const timestamp of [100, 200, 300]) broker.append(timestamp);
  const log = broker.log();
  log.updateHighWatermark(2);
  assertEquals(broker.ask(-1)[2], 2);
  assertEquals(broker.ask(-1, 11, { replicaId: 2 })[2], 3);
  assertEquals(broker.ask(-1, 11, { replicaId: -2 })[2], 3);
  assertEquals(broker.ask(250), ["NONE", -1, -1, -1], "not to be seen yet");
  assertEquals(broker.ask(250, 11, { replicaId: -2 })[2], 2);
  log.appendAsLeader(
    batchOf(["v"], { producerId: 7, producerEpoch: 0, baseSequence: 0, isTransactional: true }),
    0,
    { origin: "replication" },
  );
  log.updateHighWatermark(4);
  assertEquals([broker.ask(-1)[2], broker.ask(-1, 11, { isolationLevel: 1 })[2]], [4, 3]);
});

Deno.test("errors: no such partition, another leader, another epoch, named twice", async () => {
  await using broker = await open({
    topics: {
      t: [assigned({ leaderEpoch: 5 })],
      away: [assigned({ replicas: [BROKER, 2], leader: 2 })],
    },
  });
  assertEquals(broker.ask(-1, 11, { topic: "none" })[0], "UNKNOWN_TOPIC_OR_PARTITION");
  assertEquals(broker.ask(-1, 11, { topic: "away" })[0], "NOT_LEADER_OR_FOLLOWER");
  assertEquals(broker.ask(-1, 11, { topic: "away", replicaId: -2 })[0], "NONE");
  assertEquals(broker.ask(-1, 11, { currentLeaderEpoch: 4 })[0], "FENCED_LEADER_EPOCH");
  assertEquals(broker.ask(-1, 11, { currentLeaderEpoch: 6 })[0], "UNKNOWN_LEADER_EPOCH");
  const partition = { partitionIndex: 0, timestamp: -1 };
  const response = call(broker.handler, 11, {
    replicaId: -1,
    topics: [{ name: "t", partitions: [partition, partition] }],
  });
  assert(typeof response === "object");
  assertEquals(
    response.topics[0]!.partitions.map(({ errorCode }) => errorName(errorCode)),
    ["INVALID_REQUEST"],
  );
});

Deno.test("a new leader whose high watermark lags does not know the last offset yet", async () => {
  await using broker = await open({
    topics: { t: [assigned({ replicas: [BROKER, 2], leaderEpoch: 0 })] },
  });
  broker.append(100);
  broker.metadata.set("t", [
    assigned({ replicas: [BROKER, 2], leaderEpoch: 1, partitionEpoch: 1 }),
  ]);
  broker.apply("t");
  assertEquals(broker.ask(-1)[0], "OFFSET_NOT_AVAILABLE");
  assertEquals(broker.ask(-1, 4)[0], "LEADER_NOT_AVAILABLE");
  assertEquals(broker.ask(50)[0], "OFFSET_NOT_AVAILABLE");
  assertEquals(broker.ask(-2)[0], "NONE");
  assertEquals(broker.ask(-1, 11, { replicaId: 2 })[2], 1);
});

Deno.test("a request that fails as a whole has the error in each partition", async () => {
  await using broker = await open();
  const request = { topics: [{ name: "t", partitions: [{ partitionIndex: 3 }] }] };
  assertEquals(
    responseOf(broker.handler.onError(request as never, "UNKNOWN_SERVER_ERROR")).topics,
    [
      { name: "t", partitions: [{ partitionIndex: 3, errorCode: -1, timestamp: -1, offset: -1 }] },
    ],
  );
});
