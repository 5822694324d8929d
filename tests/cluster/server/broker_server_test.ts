import { assert, assertEquals } from "@std/assert";
import { errorName } from "../../../client/protocol/error_codes.ts";
import { produce } from "../../../client/protocol/messages/produce.ts";
import type { TestClient } from "../../support/test_client.ts";
import { brokerEnv, makeTopic, startBroker } from "../../support/broker.ts";
import { FaultyFileSystem } from "../../support/faulty_file_system.ts";
import { batchOf } from "../../support/partition_log.ts";

async function startOnFaultyDisk(properties: Readonly<Record<string, string>> = {}) {
  const fileSystem = new FaultyFileSystem();
  const env = { ...brokerEnv(), fileSystem };
  return { ...await startBroker(properties, { env }), env, fileSystem };
}

async function send(client: TestClient, topicId: string, index = 0): Promise<string> {
  const { responses } = await client.call(produce, 13, {
    acks: -1,
    timeoutMs: 1000,
    topicData: [{ topicId, partitionData: [{ index, records: batchOf(["a"]) }] }],
  });
  return errorName(responses[0]!.partitionResponses[0]!.errorCode);
}

Deno.test("while a log directory is left, the broker goes on with it", async () => {
  await using started = await startOnFaultyDisk({
    "log.dirs": "/data,/more",
    "metadata.log.dir": "/data",
  });
  const { broker, client, fileSystem } = started;
  const topicId = await makeTopic(client, "t", 2);
  fileSystem.inject({ code: "EIO", kinds: ["write"], path: /^\/more\/t-/, times: Infinity });
  const results = [await send(client, topicId, 0), await send(client, topicId, 1)];
  assertEquals(results.sort(), ["KAFKA_STORAGE_ERROR", "NONE"]);
  let hasFailed = false;
  void broker.failure.then(() => hasFailed = true);
  // The controller hears of it.
  for (let i = 0; broker.metadata.cluster.brokers.get(1)!.logDirs.length > 1; i++) {
    await makeTopic(client, `other-${i}`);
  }
  assertEquals(hasFailed, false);
});

Deno.test("clients are answered until they are told that others lead, and a clean stop leaves its mark", async () => {
  const started = await startOnFaultyDisk();
  const { broker, client, fileSystem } = started;
  const topicId = await makeTopic(client, "t");
  let last = await send(client, topicId);
  assertEquals(last, "NONE");
  const stopped = broker.shutdown();
  try {
    while (true) last = await send(client, topicId);
  } catch {
    // The connection has ended.
  }
  await stopped;
  assert(["NONE", "NOT_LEADER_OR_FOLLOWER"].includes(last), last);
  assert(fileSystem.stat("/data/.kafka_cleanshutdown") !== undefined);
  await started[Symbol.asyncDispose]();
});
