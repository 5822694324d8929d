import { assert, assertEquals } from "@std/assert";
import { errorCode, type ErrorName, errorName } from "../../../../client/protocol/error_codes.ts";
import type { ProduceResponse } from "../../../../client/protocol/messages/produce.ts";
import { checkRecords, produceHandler } from "../../../../cluster/server/handlers/produce.ts";
import { ZERO_UUID } from "../../../../storage/bytes/uuid.ts";
import { buildBatch } from "../../../../storage/record/record_batch_builder.ts";
import { call, callLater, type Outcome, responseOf } from "../../../support/handler_call.ts";
import { faultyEnv, offsetsOf } from "../../../support/log_manager.ts";
import { batchOf, bytesOf } from "../../../support/partition_log.ts";
import {
  assigned,
  BROKER,
  openReplicas,
  type TestReplicas,
  type TestReplicasOptions,
  topicIdOf,
} from "../../../support/replicas.ts";
import type { FileSystem } from "../../../../storage/file/file_system.ts";

async function open<F extends FileSystem = FileSystem>(options: TestReplicasOptions<F> = {}) {
  const replicas = await openReplicas(options);
  const handler = produceHandler({ replicaManager: replicas.replicaManager });
  return { ...replicas, handler, [Symbol.asyncDispose]: () => replicas[Symbol.asyncDispose]() };
}

interface Send {
  readonly acks?: number;
  readonly topic?: string;
  readonly topicId?: string;
  readonly partition?: number;
  readonly transactionalId?: string | null;
  readonly timeoutMs?: number;
}

function request(records: Uint8Array | null, options: Send = {}) {
  const { acks = 1, topic = "t", topicId = ZERO_UUID, partition = 0 } = options;
  return {
    acks,
    timeoutMs: options.timeoutMs ?? 1000,
    transactionalId: options.transactionalId ?? null,
    topicData: [{ name: topic, topicId, partitionData: [{ index: partition, records }] }],
  };
}

function answered(outcome: Outcome<ProduceResponse>) {
  assert(typeof outcome === "object", String(outcome));
  return outcome.responses[0]!.partitionResponses[0]!;
}

function errorOf(outcome: Outcome<ProduceResponse>): ErrorName {
  return errorName(answered(outcome).errorCode);
}

Deno.test("every version appends, and answers with the first offset", async () => {
  await using broker = await open();
  for (let version = 3; version <= 13; version++) {
    const topic = version >= 13 ? { topic: "", topicId: topicIdOf("t") } : {};
    const response = call(broker.handler, version, request(batchOf(["a", "b"]), topic));
    assert(typeof response === "object");
    assertEquals(answered(response).baseOffset, 2 * (version - 3));
    assertEquals(answered(response).errorCode, 0);
    assertEquals(answered(response).logAppendTimeMs, -1);
    assertEquals(answered(response).logStartOffset, version >= 5 ? 0 : -1);
    assertEquals(response.throttleTimeMs, 0);
    assertEquals(response.responses[0]!.name, version >= 13 ? "" : "t");
    assertEquals(response.responses[0]!.topicId, version >= 13 ? topicIdOf("t") : ZERO_UUID);
  }
  assertEquals(broker.log().highWatermark, 22);
});

Deno.test("acks 0, 1 and all append; any other number is refused and appends nothing", async () => {
  await using broker = await open();
  assertEquals(call(broker.handler, 9, request(batchOf(["a"]), { acks: 0 })), "no response");
  assertEquals(
    answered(call(broker.handler, 9, request(batchOf(["a"]), { acks: 1 }))).baseOffset,
    1,
  );
  assertEquals(
    answered(call(broker.handler, 9, request(batchOf(["a"]), { acks: -1 }))).baseOffset,
    2,
  );
  for (const acks of [2, -2, 300]) {
    const answer = answered(call(broker.handler, 9, request(batchOf(["a"]), { acks })));
    assertEquals([errorName(answer.errorCode), answer.baseOffset, answer.logStartOffset], [
      "INVALID_REQUIRED_ACKS",
      -1,
      -1,
    ]);
  }
  assertEquals(broker.log().logEndOffset, 3);
});

Deno.test("with acks=0 an error closes the connection", async () => {
  await using broker = await open();
  const { handler } = broker;
  const records = batchOf(["a"]);
  assertEquals(call(handler, 9, request(records, { acks: 0, topic: "none" })), "connection closed");
  assertEquals(call(handler, 9, request(null, { acks: 0 })), "connection closed");
  const transactional = batchOf(["a"], {
    producerId: 1,
    producerEpoch: 0,
    baseSequence: 0,
    isTransactional: true,
  });
  assertEquals(call(handler, 9, request(transactional, { acks: 0 })), "connection closed");
});

Deno.test("topics and partitions that there are not are told apart by version", async () => {
  await using broker = await open();
  const { handler } = broker;
  const records = batchOf(["a"]);
  assertEquals(
    errorOf(call(handler, 12, request(records, { topic: "none" }))),
    "UNKNOWN_TOPIC_OR_PARTITION",
  );
  assertEquals(
    errorOf(call(handler, 12, request(records, { partition: 7 }))),
    "UNKNOWN_TOPIC_OR_PARTITION",
  );
  const byId = { topic: "", topicId: topicIdOf("none") };
  assertEquals(errorOf(call(handler, 13, request(records, byId))), "UNKNOWN_TOPIC_ID");
  const partition = { topic: "", topicId: topicIdOf("t"), partition: 7 };
  assertEquals(
    errorOf(call(handler, 13, request(records, partition))),
    "UNKNOWN_TOPIC_OR_PARTITION",
  );
});

Deno.test("a partition that is led elsewhere names its leader, from version 10 on with its address", async () => {
  await using broker = await open({
    topics: { t: [assigned({ replicas: [BROKER, 2], leader: 2, leaderEpoch: 4 })] },
  });
  broker.metadata.brokers.set(2, { nodeId: 2, host: "two", port: 9093, rack: "r" });
  const old = call(broker.handler, 9, request(batchOf(["a"])));
  assertEquals(errorOf(old), "NOT_LEADER_OR_FOLLOWER");
  const response = call(broker.handler, 10, request(batchOf(["a"])));
  assert(typeof response === "object");
  const { leaderId, leaderEpoch } = answered(response).currentLeader;
  assertEquals([leaderId, leaderEpoch], [2, 4]);
  assertEquals(
    response.nodeEndpoints.map(({ nodeId, host, port, rack }) => [nodeId, host, port, rack]),
    [
      [2, "two", 9093, "r"],
    ],
  );
});

Deno.test("several topics and partitions are answered in the order of the request, each for itself", async () => {
  await using broker = await open({ topics: { a: [assigned(), assigned()], b: [assigned()] } });
  const response = call(broker.handler, 9, {
    acks: -1,
    timeoutMs: 10,
    topicData: [
      { name: "b", partitionData: [{ index: 0, records: batchOf(["x"]) }] },
      {
        name: "a",
        partitionData: [
          { index: 1, records: batchOf(["x", "y"]) },
          { index: 5, records: batchOf(["x"]) },
          { index: 0, records: new Uint8Array(0) },
        ],
      },
    ],
  });
  assert(typeof response === "object");
  assertEquals(
    response.responses.map(({ name, partitionResponses }) => [
      name,
      partitionResponses.map(({ index, errorCode: code }) => [index, errorName(code)]),
    ]),
    [
      ["b", [[0, "NONE"]]],
      ["a", [[1, "NONE"], [5, "UNKNOWN_TOPIC_OR_PARTITION"], [0, "INVALID_RECORD"]]],
    ],
  );
});

Deno.test("a request has one batch a partition, in the current format, whole, and zstd from version 7 on", () => {
  const batch = batchOf(["a"]);
  const two = new Uint8Array(2 * batch.length);
  two.set(batch);
  two.set(batch, batch.length);
  const old = batch.slice();
  old[16] = 1;
  const future = batch.slice();
  future[16] = 3;
  const tiny = batch.slice();
  tiny.set([0, 0, 0, 5], 8);
  const zstd = batchOf(["a".repeat(100)], { compression: { type: "zstd" } });
  assertEquals(
    [batch, new Uint8Array(0), batch.subarray(0, 50), two, old, future, tiny, zstd].map((
      records,
    ) => [
      checkRecords(records, 6),
      checkRecords(records, 7),
    ]),
    [
      ["NONE", "NONE"],
      ["INVALID_RECORD", "INVALID_RECORD"],
      ["INVALID_RECORD", "INVALID_RECORD"],
      ["INVALID_RECORD", "INVALID_RECORD"],
      ["INVALID_RECORD", "INVALID_RECORD"],
      ["CORRUPT_MESSAGE", "CORRUPT_MESSAGE"],
      ["CORRUPT_MESSAGE", "CORRUPT_MESSAGE"],
      ["UNSUPPORTED_COMPRESSION_TYPE", "NONE"],
    ],
  );
});

Deno.test("records that a topic does not take are named one by one", async () => {
  await using broker = await open({ topicConfigs: { t: { "cleanup.policy": "compact" } } });
  const records = buildBatch([
    { key: bytesOf("k"), value: bytesOf("v") },
    { key: null, value: bytesOf("v") },
  ]);
  const answer = answered(call(broker.handler, 8, request(records)));
  assertEquals(errorName(answer.errorCode), "INVALID_RECORD");
  assertEquals(answer.recordErrors.map(({ batchIndex }) => batchIndex), [1]);
  assert(answer.recordErrors[0]!.batchIndexErrorMessage!.includes("key"));
  assert(answer.errorMessage!.startsWith("One or more records have been rejected"));
  assertEquals([answer.baseOffset, answer.logStartOffset], [-1, 0]);
  assertEquals(broker.log().logEndOffset, 0);
});

Deno.test("a batch that is too large, or damaged, is refused", async () => {
  await using broker = await open({ topicConfigs: { t: { "max.message.bytes": "200" } } });
  const large = answered(call(broker.handler, 9, request(batchOf(["x".repeat(300)]))));
  assertEquals([errorName(large.errorCode), large.logStartOffset], ["MESSAGE_TOO_LARGE", -1]);
  const damaged = batchOf(["abc"]);
  damaged[damaged.length - 1]! ^= 1;
  assertEquals(errorOf(call(broker.handler, 9, request(damaged))), "CORRUPT_MESSAGE");
});

Deno.test("a log that stamps its records tells the time", async () => {
  await using broker = await open({
    topicConfigs: { t: { "message.timestamp.type": "LogAppendTime" } },
  });
  const answer = answered(call(broker.handler, 9, request(batchOf(["a"]))));
  assertEquals(answer.logAppendTimeMs, broker.env.clock.now());
});

Deno.test("a batch that is sent again is answered with its old offsets, and one out of sequence refused", async () => {
  await using broker = await open();
  const batch = (baseSequence: number) =>
    request(batchOf(["a", "b"], { producerId: 5, producerEpoch: 0, baseSequence }), { acks: -1 });
  assertEquals(answered(call(broker.handler, 9, batch(0))).baseOffset, 0);
  assertEquals(answered(call(broker.handler, 9, batch(2))).baseOffset, 2);
  assertEquals(answered(call(broker.handler, 9, batch(0))).baseOffset, 0);
  const gap = answered(call(broker.handler, 9, batch(9)));
  assertEquals([errorName(gap.errorCode), gap.logStartOffset], ["OUT_OF_ORDER_SEQUENCE_NUMBER", 0]);
  assertEquals(broker.log().logEndOffset, 4);
});

Deno.test("a transactional batch without its transaction's id, or in no known transaction, is refused", async () => {
  await using broker = await open();
  const batch = (producerId = 5) =>
    batchOf(["a"], { producerId, producerEpoch: 0, baseSequence: 0, isTransactional: true });
  assertEquals(
    errorOf(call(broker.handler, 9, request(batch()))),
    "TRANSACTIONAL_ID_AUTHORIZATION_FAILED",
  );
  const answer = answered(call(broker.handler, 9, request(batch(), { transactionalId: "tx" })));
  assertEquals(
    [errorName(answer.errorCode), answer.errorMessage],
    ["INVALID_TXN_STATE", "Partition was not added to the transaction"],
  );
  assertEquals(broker.log().logEndOffset, 0);
});

Deno.test("internal topics are the admin client's alone", async () => {
  await using broker = await open({ topics: { __consumer_offsets: [assigned()] } });
  const sent = request(batchOf(["a"], { key: "k" }), { topic: "__consumer_offsets" });
  assertEquals(errorOf(call(broker.handler, 9, sent)), "INVALID_TOPIC_EXCEPTION");
  assertEquals(errorOf(call(broker.handler, 9, sent, "__admin_client")), "NONE");
});

Deno.test("acks=all waits for the followers in sync, or for its time to be up", async () => {
  await using broker = await open({
    topics: { t: [assigned({ replicas: [BROKER, 2] })] },
  });
  const partition = broker.replicaManager.getPartition("t", 0);
  assert(typeof partition === "object");
  const late = callLater(broker.handler, 9, request(batchOf(["a"]), { acks: -1, timeoutMs: 100 }));
  assertEquals(broker.replicaManager.delayed.produce, 1);
  await broker.env.clock.advance(100);
  const timedOut = answered(await late);
  assertEquals([errorName(timedOut.errorCode), timedOut.baseOffset], ["REQUEST_TIMED_OUT", 0]);

  const waiting = callLater(broker.handler, 9, request(batchOf(["b"]), { acks: -1 }));
  partition.updateFollowerFetchState(2, {
    fetchOffset: 2,
    logStartOffset: 0,
    timeMs: 0,
    leaderEndOffset: 2,
    brokerEpoch: -1,
  });
  broker.replicaManager.recordsAppended(partition, true);
  assertEquals(answered(await waiting).baseOffset, 1);
  assertEquals(broker.replicaManager.delayed.produce, 0);
});

Deno.test("acks=all that waits is answered when the partition gets another leader", async () => {
  await using broker = await open({ topics: { t: [assigned({ replicas: [BROKER, 2] })] } });
  const waiting = callLater(broker.handler, 9, request(batchOf(["a"]), { acks: -1 }));
  broker.metadata.set("t", [
    assigned({ replicas: [BROKER, 2], leader: 2, leaderEpoch: 1, partitionEpoch: 1 }),
  ]);
  broker.apply("t");
  assertEquals(errorOf(await waiting), "NOT_LEADER_OR_FOLLOWER");
});

Deno.test("acks=all is refused with too few replicas in sync, acks=1 is not", async () => {
  await using broker = await open({
    topics: { t: [assigned({ replicas: [BROKER, 2], isr: [BROKER] })] },
    topicConfigs: { t: { "min.insync.replicas": "2" } },
  });
  const answer = answered(call(broker.handler, 9, request(batchOf(["a"]), { acks: -1 })));
  assertEquals([errorName(answer.errorCode), answer.logStartOffset], ["NOT_ENOUGH_REPLICAS", 0]);
  assertEquals(errorOf(call(broker.handler, 9, request(batchOf(["a"]), { acks: 1 }))), "NONE");
});

Deno.test("a full disk is a storage error to producers, and reads go on until there is room again", async () => {
  const env = faultyEnv();
  await using broker = await open({ env });
  call(broker.handler, 9, request(batchOf(["a"])));
  env.fileSystem.inject({ code: "ENOSPC", kinds: ["write"], times: 2, written: 10 });
  const answer = answered(call(broker.handler, 9, request(batchOf(["b"]), { acks: -1 })));
  assertEquals([errorName(answer.errorCode), answer.baseOffset], ["KAFKA_STORAGE_ERROR", -1]);
  await Promise.resolve();
  assertEquals(errorOf(call(broker.handler, 9, request(batchOf(["b"])))), "KAFKA_STORAGE_ERROR");
  assertEquals(offsetsOf(broker.log()), [0]);
  assertEquals(
    broker.log().read(0, { maxBytes: 1000, isolation: "high_watermark" }).size > 0,
    true,
  );
  assertEquals(
    answered(call(broker.handler, 9, request(batchOf(["b"]), { acks: -1 }))).baseOffset,
    1,
  );
  assertEquals(offsetsOf(broker.log()), [0, 1]);
});

Deno.test("a broken disk is a storage error for its partitions, and the others go on", async () => {
  const env = faultyEnv();
  await using broker: TestReplicas<typeof env.fileSystem> & Awaited<ReturnType<typeof open>> =
    await open({
      env,
      logDirs: ["/disk1", "/disk2"],
      topics: { t: [assigned(), assigned()] },
      // deno-lint-ignore no-explicit-any
    }) as any;
  const bad = broker.log("t", 0).directory;
  env.fileSystem.inject({ code: "EIO", kinds: ["write"], path: `${bad}/00000000000000000000.log` });
  const send = (partition: number) =>
    errorOf(call(broker.handler, 9, request(batchOf(["a"]), { partition })));
  assertEquals([send(0), send(1)], ["KAFKA_STORAGE_ERROR", "NONE"]);
  await Promise.resolve();
  assertEquals([send(0), send(1)], ["KAFKA_STORAGE_ERROR", "NONE"]);
});

Deno.test("a request that fails as a whole has the error in each partition", async () => {
  await using broker = await open();
  const response = responseOf(broker.handler.onError(
    request(batchOf(["a"])) as never,
    "POLICY_VIOLATION",
    "because",
  ));
  assertEquals(response.responses![0]!.partitionResponses![0], {
    index: 0,
    errorCode: errorCode("POLICY_VIOLATION"),
    baseOffset: -1,
    errorMessage: "because",
  });
});
