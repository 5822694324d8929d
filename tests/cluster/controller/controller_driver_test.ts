import { assert, assertEquals, assertRejects } from "@std/assert";
import { KafkaError } from "../../../client/protocol/error_codes.ts";
import {
  ControllerDriver,
  type ControllerDriverOptions,
} from "../../../cluster/controller/controller_driver.ts";
import type { ControllerContext, Decision } from "../../../cluster/controller/decision.ts";
import type { MetadataDelta } from "../../../cluster/controller/metadata_delta.ts";
import {
  decodeMetadataRecord,
  encodeMetadataRecord,
  type MetadataRecord,
  metadataRecord,
} from "../../../cluster/controller/metadata_records.ts";
import { processBrokerHeartbeat } from "../../../cluster/controller/broker_heartbeat.ts";
import { fenceBroker, registerBroker } from "../../../cluster/controller/broker_registration.ts";
import type { ControllerIntervals } from "../../../cluster/controller/periodic_tasks.ts";
import { allocateProducerIds } from "../../../cluster/controller/producer_id_blocks.ts";
import { createTopics } from "../../../cluster/controller/topic_creation.ts";
import type { RaftDriver } from "../../../cluster/raft/raft_driver.ts";
import { LogDirError, LogUnavailableError } from "../../../storage/errors.ts";
import { QuorumOverNetwork } from "../../support/quorum_over_network.ts";
import { FaultyFileSystem } from "../../support/faulty_file_system.ts";
import { type ManualEnv, manualEnv } from "../../support/manual_env.ts";
import {
  copyFixture,
  DIRECTORY,
  formatDirectory,
  LISTENER,
  openDriver,
} from "../raft/raft_support.ts";
import { brokerDetails, featureLevel, rulesOf, shown } from "./controller_support.ts";

const BOOTSTRAP = [featureLevel("metadata.version", 30), featureLevel("group.version", 1)];
const LOG = `${DIRECTORY}/__cluster_metadata-0`;

const INTERVALS: ControllerIntervals = {
  brokerSessionTimeoutMs: () => 9000,
  leaderImbalanceCheckMs: () => 300_000,
  uncleanElectionMs: () => 300_000,
  noOpRecordMs: () => undefined,
};

// deno-lint-ignore no-explicit-any
type AnyEnv = ManualEnv<any>;

interface Node extends AsyncDisposable {
  readonly env: AnyEnv;
  readonly raft: RaftDriver;
  readonly controller: ControllerDriver;
}

/** Starts the node of a formatted directory. */
async function start(
  env: AnyEnv,
  options: Partial<ControllerDriverOptions> = {},
): Promise<Node> {
  const raft = openDriver(env, { controllerListeners: [LISTENER] });
  const controller = new ControllerDriver({
    env,
    raft,
    nodeId: 1,
    rules: rulesOf(),
    bootstrapRecords: BOOTSTRAP,
    maxBytesBetweenSnapshots: () => 20_000_000,
    maxSnapshotIntervalMs: () => 0,
    intervals: INTERVALS,
    ...options,
  });
  await controller.start();
  return {
    env,
    raft,
    controller,
    async [Symbol.asyncDispose]() {
      await controller.shutdown();
      await raft.shutdown();
    },
  };
}

/** Starts a node for the first time, with a broker that is up. */
async function startNew(
  env: AnyEnv = manualEnv(),
  options: Partial<ControllerDriverOptions> = {},
): Promise<Node> {
  formatDirectory(env);
  const node = await start(env, options);
  await node.controller.submit((context, nextOffset) =>
    registerBroker(context, brokerDetails(1), nextOffset, false)
  );
  return node;
}

function topicOf(name: string, numPartitions = 1) {
  const topic = { name, numPartitions, replicationFactor: 1, assignments: [], configs: [] };
  return (context: ControllerContext) =>
    createTopics(context, { topics: [topic], timeoutMs: 1000, validateOnly: false });
}

function setting(...records: MetadataRecord[]): () => Decision<string> {
  return () => ({ records, response: "done" });
}

const noOp: MetadataRecord = { type: "NoOpRecord", version: 0, data: {} };

/** The records of all committed batches from here on. */
function follow(raft: RaftDriver): { readonly batches: string[][] } {
  const batches: string[][] = [];
  raft.register({
    handleCommit: ({ records }) =>
      void batches.push(records.map((record) => shown(decodeMetadataRecord(record)))),
    handleSnapshot() {},
    handleLeaderChange() {},
  });
  return { batches };
}

Deno.test("a new cluster has what formatting laid down once the controller is started", async () => {
  const env = manualEnv();
  formatDirectory(env);
  await using node = await start(env);
  assertEquals(node.controller.isActive, true);
  assertEquals([...node.controller.image.features], [["metadata.version", 30], [
    "group.version",
    1,
  ]]);
  assertEquals(
    follow(node.raft).batches.map((records) => records.map((text) => text.split(" ")[0])),
    [
      [],
      [
        "BeginTransactionRecord",
        "FeatureLevelRecord",
        "FeatureLevelRecord",
        "EndTransactionRecord",
      ],
    ],
  );
});

Deno.test("an answer comes when its records are committed and every follower has them", async () => {
  await using node = await startNew();
  const { controller, raft } = node;
  const seen: string[] = [];
  controller.subscribe((delta: MetadataDelta, image) => {
    for (const id of delta.changedPartitions.keys()) seen.push(image.topics.byId.get(id)!.name);
  });
  const answer = controller.submit(topicOf("t"));
  assertEquals([seen, controller.image.topics.byName.size], [[], 0]);
  const [result] = await answer;
  assertEquals([result!.errorCode, seen], [0, ["t"]]);
  assertEquals(controller.image.topics.byName.get("t")!.id, result!.topicId);
  assertEquals(controller.image.offset, raft.highWatermark - 1);
});

Deno.test("events that come at the same time are decided one after the other, and flushed together", async () => {
  const fileSystem = new FaultyFileSystem();
  await using node = await startNew(manualEnv({ fileSystem }));
  const before = fileSystem.operations;
  const results = await Promise.all(
    Array.from(
      { length: 50 },
      (_, i) => node.controller.submit(topicOf(i % 2 === 0 ? `t${i}` : "same")),
    ),
  );
  assertEquals(results.filter(([result]) => result!.errorCode === 0).length, 26);
  assertEquals(node.controller.image.topics.byName.size, 26);
  assert(fileSystem.operations - before < 10, `operations: ${fileSystem.operations - before}`);
});

Deno.test("an event that fails keeps neither those before it nor those behind it from being decided", async () => {
  await using node = await startNew();
  const { controller } = node;
  const fails = controller.submit(() => {
    throw new KafkaError("INVALID_REQUEST", "no");
  });
  const [a, error, b] = await Promise.allSettled([
    controller.submit(topicOf("a")),
    fails,
    controller.submit(topicOf("b")),
  ]);
  assertEquals([a.status, error.status, b.status], ["fulfilled", "rejected", "fulfilled"]);
  assertEquals([...controller.image.topics.byName.keys()], ["a", "b"]);
});

Deno.test("an event without records is answered without a flush of its own", async () => {
  const fileSystem = new FaultyFileSystem();
  await using node = await startNew(manualEnv({ fileSystem }));
  const before = fileSystem.operations;
  assertEquals(await node.controller.submit(() => ({ records: [], response: 7 })), 7);
  assertEquals(fileSystem.operations, before);
});

Deno.test("all is there again after a restart, and nothing is written a second time", async () => {
  const env = manualEnv();
  let records: string[];
  {
    await using node = await startNew(env);
    await node.controller.submit(topicOf("t", 3));
    await node.controller.submit((context) =>
      allocateProducerIds(context, 1, context.image.cluster.brokers.get(1)!.brokerEpoch)
    );
    records = [...node.controller.image.toRecords()].map(shown);
  }
  await using node = await start(env);
  assertEquals([...node.controller.image.toRecords()].map(shown), records);
  const { response } = await node.controller.submit((context) => {
    const decision = allocateProducerIds(
      context,
      1,
      context.image.cluster.brokers.get(1)!.brokerEpoch,
    );
    return { ...decision, response: decision };
  });
  assertEquals(response, { firstProducerId: 1000, size: 1000 });
});

Deno.test("a directory that Apache Kafka wrote goes on here", async () => {
  const env = manualEnv({ now: 1795360200000 });
  copyFixture(env.fileSystem);
  {
    await using node = await start(env);
    const { image } = node.controller;
    assertEquals(image.topics.byName.size, 14);
    assertEquals([image.cluster.isActive(1), image.topics.partition("plain", 0)!.leader], [
      false,
      -1,
    ]);
    const { logDirs, features } = image.cluster.brokers.get(1)!;
    await node.controller.submit((context, nextOffset) =>
      registerBroker(
        context,
        { ...brokerDetails(1), logDirs, features, previousBrokerEpoch: 209 },
        nextOffset,
        true,
      )
    );
    await node.controller.submit((context) => fenceBroker(context, 1, false));
    await node.controller.submit(topicOf("ours", 2));
  }
  await using node = await start(env);
  const { image } = node.controller;
  const { leader, isr, leaderEpoch } = image.topics.partition("plain", 0)!;
  assertEquals([leader, isr, leaderEpoch], [1, [1], 6]);
  assertEquals(image.topics.byName.size, 15);
});

Deno.test("a directory at an older metadata.version keeps it", async () => {
  const env = manualEnv();
  formatDirectory(env);
  const bootstrapRecords = [featureLevel("metadata.version", 12)];
  {
    await using node = await start(env, { bootstrapRecords });
    await node.controller.submit((context, nextOffset) =>
      registerBroker(context, brokerDetails(1), nextOffset, false)
    );
    await node.controller.submit(topicOf("t"));
  }
  await using node = await start(env);
  assertEquals(node.controller.image.metadataVersion, 12);
  const versions = follow(node.raft).batches.flat().map((text) =>
    text.split(" ").slice(0, 2).join(" ")
  );
  assertEquals(versions, [
    "FeatureLevelRecord v0",
    "RegisterBrokerRecord v2",
    "TopicRecord v0",
    "PartitionRecord v0",
  ]);
});

Deno.test("a transaction of the log that nobody ended is given up when the controller starts", async () => {
  const env = manualEnv();
  {
    await using node = await startNew(env);
    node.raft.append([
      metadataRecord("BeginTransactionRecord", 0, { name: "half" }),
      featureLevel("group.version", 0),
    ].map(encodeMetadataRecord));
    await node.raft.flushAndCommit();
  }
  await using node = await start(env);
  assertEquals(node.controller.image.features.get("group.version"), 1);
  assertEquals(follow(node.raft).batches.at(-1), [
    'AbortTransactionRecord v0 reason="Controller failover"',
  ]);
  await node.controller.submit(topicOf("t"));
  assertEquals(node.controller.image.topics.byName.size, 1);
});

Deno.test("nothing is decided before the node leads, and nothing after the end", async () => {
  const env = manualEnv();
  formatDirectory(env);
  const raft = openDriver(env);
  const controller = new ControllerDriver({
    env,
    raft,
    nodeId: 1,
    rules: rulesOf(),
    bootstrapRecords: BOOTSTRAP,
    maxBytesBetweenSnapshots: () => 1e9,
    maxSnapshotIntervalMs: () => 0,
    intervals: INTERVALS,
  });
  const code = async () =>
    (await assertRejects(() => controller.submit(setting(noOp)), KafkaError)).code;
  assertEquals(await code(), "NOT_CONTROLLER");
  await controller.start();
  assertEquals(await controller.submit(setting(noOp)), "done");
  await controller.shutdown();
  assertEquals(await code(), "NOT_CONTROLLER");
  await raft.shutdown();
});

Deno.test("who has decided and cannot commit it any more says that another decides, as nobody knows what will become of it", async () => {
  await using quorum = new QuorumOverNetwork();
  for (const id of [1, 2, 3]) await quorum.start(id);
  const { driver: raft, id: nodeId } = await quorum.leader();
  const controller = new ControllerDriver({
    ...{ env: { ...manualEnv(), clock: quorum.clock }, raft, nodeId, rules: rulesOf() },
    ...{ bootstrapRecords: BOOTSTRAP, intervals: INTERVALS },
    maxBytesBetweenSnapshots: () => 20_000_000,
    maxSnapshotIntervalMs: () => 0,
  });
  raft.register(controller);
  assertEquals(await quorum.during(controller.submit(setting(noOp))), "done");
  for (const id of [1, 2, 3]) if (id !== nodeId) await quorum.stop(id);
  const { code } = await quorum.during(
    assertRejects(() => controller.submit(setting(noOp)), KafkaError),
  );
  assertEquals([code, controller.isActive], ["NOT_CONTROLLER", false]);
  await controller.shutdown();
});

Deno.test("an event that has waited for too long is not decided", async () => {
  const manual = manualEnv();
  let waited = 0;
  const clock = {
    now: () => manual.clock.now(),
    monotonic: () => manual.clock.monotonic() + waited,
    sleep: (ms: number, signal?: AbortSignal) => manual.clock.sleep(ms, signal),
  };
  await using node = await startNew({ ...manual, clock } as unknown as AnyEnv);
  const { controller } = node;
  const first = controller.submit(() => {
    waited = 1001;
    return setting(noOp)();
  });
  waited = 0;
  const late = controller.submit(setting(noOp), 1000);
  const inTime = controller.submit(setting(noOp), 10_000);
  waited = 1001;
  const [a, b, c] = await Promise.allSettled([first, late, inTime]);
  assertEquals([a.status, b.status, c.status], ["fulfilled", "rejected", "fulfilled"]);
  assertEquals(((b as PromiseRejectedResult).reason as KafkaError).code, "REQUEST_TIMED_OUT");
});

Deno.test("a disk that is full refuses a decision, and takes the next one when there is room again", async () => {
  const fileSystem = new FaultyFileSystem();
  await using node = await startNew(manualEnv({ fileSystem }));
  const { controller, env } = node;
  const heal = fileSystem.inject({ code: "ENOSPC", kinds: ["write"], times: Infinity });
  await assertRejects(() => controller.submit(topicOf("lost")), LogDirError);
  assertEquals([controller.isActive, controller.image.topics.byName.size], [false, 0]);
  await assertRejects(() => controller.submit(topicOf("early")), KafkaError);
  heal();
  await env.clock.advance(10_000);
  assertEquals(controller.isActive, true);
  const [result] = await controller.submit(topicOf("lost"));
  assertEquals([result!.errorCode, [...controller.image.topics.byName.keys()]], [0, ["lost"]]);
});

Deno.test("a disk that fails ends the deciding: nobody is told that it worked", async () => {
  const fileSystem = new FaultyFileSystem();
  const env = manualEnv({ fileSystem });
  await using node = await startNew(env);
  fileSystem.inject({ code: "EIO", kinds: ["flush"], path: ".log" });
  await assertRejects(() => node.controller.submit(topicOf("t")), LogDirError);
  assertEquals([node.controller.isActive, node.controller.image.topics.byName.size], [false, 0]);
  await assertRejects(() => node.controller.submit(setting(noOp)), KafkaError);
});

Deno.test("a follower that fails is told of in the log, and keeps nobody else from following", async () => {
  await using node = await startNew();
  const { controller, env } = node;
  let seen = 0;
  controller.subscribe(() => {
    throw new TypeError("bug");
  });
  const end = controller.subscribe(() => void seen++);
  await controller.submit(topicOf("t"));
  assertEquals([seen, env.logger.matching("Failed to take metadata over").length], [1, 1]);
  end();
  await controller.submit(topicOf("u"));
  assertEquals(seen, 1);
});

Deno.test("who asked is answered when the followers have done what they promised, and later decisions do not wait for that", async () => {
  await using node = await startNew();
  const { controller, env } = node;
  const promised = Promise.withResolvers<void>();
  const end = controller.subscribe(({ changedPartitions }) =>
    changedPartitions.size > 0 ? promised.promise : undefined
  );
  const answers: string[] = [];
  // Nothing is under way that the first decision could share its flush with.
  await env.clock.advance(0);
  const first = controller.submit(topicOf("t")).then(() => answers.push("topic"));
  await controller.submit(setting(noOp)).then(() => answers.push("other"));
  await controller.submit(setting(noOp)).then(() => answers.push("another"));
  assertEquals([controller.image.topics.byName.has("t"), answers], [true, ["other", "another"]]);
  promised.resolve();
  await first;
  assertEquals(answers, ["other", "another", "topic"]);
  end();
  controller.subscribe(() => Promise.reject(new TypeError("bug")));
  await controller.submit(topicOf("u"));
  assertEquals(env.logger.matching("Failed to take metadata over").length, 1);
});

Deno.test("a decision that may be split goes into several batches, any other into one", async () => {
  await using node = await startNew();
  const records = Array.from({ length: 25_000 }, () => noOp);
  const end = node.raft.logEndOffset;
  await node.controller.submit(() => ({ records, response: undefined, isSplittable: true }));
  assertEquals(node.controller.image.offset, end + 24_999);
  const tooLarge = metadataRecord("ConfigRecord", 0, {
    resourceType: 2,
    value: "x".repeat(30_000),
  });
  const huge = Array.from({ length: 300 }, () => tooLarge);
  await assertRejects(() => node.controller.submit(() => ({ records: huge, response: undefined })));
  assertEquals(node.controller.image.offset, end + 24_999);
  assertEquals(await node.controller.submit(setting(noOp)), "done");
});

function snapshots(env: AnyEnv): string[] {
  return env.fileSystem.list(LOG).map(({ name }: { name: string }) => name)
    .filter((name: string) => name.endsWith(".checkpoint")).sort();
}

Deno.test("a snapshot is written when enough was committed, and says what the image says", async () => {
  const env = manualEnv();
  let records: string[];
  {
    await using node = await startNew(env, { maxBytesBetweenSnapshots: () => 2000 });
    for (let i = 0; i < 40; i++) await node.controller.submit(topicOf(`t${i}`));
    records = [...node.controller.image.toRecords()].map(shown);
  }
  const names = snapshots(env);
  assert(names.length > 1, `${names}`);
  // What the log says up to the snapshot is not needed any more.
  for (const { name } of env.fileSystem.list(LOG)) {
    if (/^\d+\.(?:log|index|timeindex|snapshot)$/.test(name) || names.slice(0, -1).includes(name)) {
      env.fileSystem.remove(`${LOG}/${name}`);
    }
  }
  await using node = await start(env);
  const { image } = node.controller;
  assert(image.topics.byName.size > 20, `topics: ${image.topics.byName.size}`);
  for (const record of image.toRecords()) assert(records.includes(shown(record)), shown(record));
  await node.controller.submit(topicOf("more"));
  assert(image.topics.byName.has("more"));
});

Deno.test("what was committed is in a snapshot after the interval", async () => {
  await using node = await startNew(manualEnv(), { maxSnapshotIntervalMs: () => 3_600_000 });
  const { controller, env } = node;
  await controller.submit(topicOf("t"));
  const before = snapshots(env).length;
  await env.clock.advance(3_600_000);
  await controller.shutdown();
  assertEquals(snapshots(env).length, before + 1);
});

Deno.test("ten thousand topics are made, and found again, in seconds", async () => {
  const env = manualEnv();
  const began = performance.now();
  {
    await using node = await startNew(env);
    for (let start = 0; start < 10_000; start += 1000) {
      const topics = Array.from({ length: 1000 }, (_, i) => ({
        name: `topic.${start + i}`,
        numPartitions: 1,
        replicationFactor: 1,
        assignments: [],
        configs: [],
      }));
      await node.controller.submit((context) =>
        createTopics(context, { topics, timeoutMs: 1000, validateOnly: false })
      );
    }
    for (let i = 0; i < 200; i++) await node.controller.submit(topicOf(`single${i}`));
  }
  await using node = await start(env);
  await node.controller.submit((context, nextOffset) =>
    registerBroker(
      context,
      { ...brokerDetails(1), incarnationId: "NEXTxxxxxxxxxxxxxxxxxA" },
      nextOffset,
      true,
    )
  );
  await node.controller.submit((context) => fenceBroker(context, 1, false));
  assertEquals(node.controller.image.topics.byName.size, 10_200);
  assertEquals(node.controller.image.topics.partition("topic.9999", 0)!.leader, 1);
  const seconds = (performance.now() - began) / 1000;
  assert(seconds < 20, `seconds: ${seconds}`);
});

Deno.test("after the disk has failed the log is closed to everybody", async () => {
  const fileSystem = new FaultyFileSystem();
  await using node = await startNew(manualEnv({ fileSystem }));
  fileSystem.inject({ code: "EIO", kinds: ["flush"], path: ".log" });
  await assertRejects(() => node.controller.submit(setting(noOp)), LogDirError);
  await assertRejects(() => node.raft.flushAndCommit(), LogUnavailableError);
});

Deno.test("a broker of which nothing is heard any more is fenced, and the node's own broker is not", async () => {
  await using node = await startNew();
  const { controller, env } = node;
  const own = controller.image.cluster.brokers.get(1)!;
  const brokerEpoch = await controller.submit((context, nextOffset) =>
    registerBroker(context, brokerDetails(2), nextOffset, true)
  );
  const heartbeat = {
    brokerId: 2,
    brokerEpoch,
    currentMetadataOffset: controller.image.offset,
    wantFence: false,
    wantShutDown: false,
    offlineLogDirs: [],
    cordonedLogDirs: null,
  };
  const isUp = () => [1, 2].map((id) => controller.image.cluster.isActive(id));
  controller.heardOf(2, brokerEpoch);
  await controller.submit((context, nextOffset) =>
    processBrokerHeartbeat(context, heartbeat, nextOffset)
  );
  assertEquals(isUp(), [true, true]);
  await env.clock.advance(8000);
  controller.heardOf(2, brokerEpoch);
  await env.clock.advance(8000);
  assertEquals(isUp(), [true, true]);
  await env.clock.advance(1000);
  await controller.submit(() => ({ records: [], response: undefined }));
  assertEquals(isUp(), [true, false]);
  assertEquals(controller.image.cluster.brokers.get(1), own);
});
