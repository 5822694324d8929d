import { assertEquals, assertRejects } from "@std/assert";
import { KafkaError } from "../../../client/protocol/error_codes.ts";
import { createTopics } from "../../../client/protocol/messages/create_topics.ts";
import { incrementalAlterConfigs } from "../../../client/protocol/messages/incremental_alter_configs.ts";
import { BrokerConfig } from "../../../cluster/config/broker_config.ts";
import { quickStartProperties } from "../../../cluster/config/quick_start.ts";
import { MetadataDelta } from "../../../cluster/controller/metadata_delta.ts";
import { unregisterBroker } from "../../../cluster/controller/broker_registration.ts";
import { BrokerLifecycle } from "../../../cluster/server/broker_lifecycle.ts";
import { makeTopic, startBroker } from "../../support/broker.ts";
import { CLUSTER, DIR_A, DIR_B, localControllerWorld } from "../../support/local_controller.ts";
import {
  featureLevel,
  idOf,
  LATEST,
  shown,
  TestController,
} from "../controller/controller_support.ts";

/** A node whose controller decides at once. */
function node(
  properties: Readonly<Record<string, string>> = {},
  options: { metadataVersion?: number; clusterId?: string } = {},
) {
  const { metadataVersion = LATEST } = options;
  const elr = metadataVersion < LATEST ? 0 : 1;
  const context = new TestController({ brokers: {}, metadataVersion, elr });
  const world = localControllerWorld(context);
  const cordonedLogDirs = new Set<string>();
  const fatal: string[] = [];
  const at = { port: 9092, follows: true };
  const config = BrokerConfig.parse({
    ...quickStartProperties(),
    "broker.rack": "r1",
    ...properties,
  });
  const lifecycle = new BrokerLifecycle({
    env: world.env,
    config,
    clusterId: options.clusterId ?? CLUSTER,
    channel: world.channel(config.int("broker.heartbeat.interval.ms")),
    image: () => at.follows ? context.image : { offset: 0, metadataVersion: 0 },
    logManager: {
      liveLogDirs: ["/a", "/b"],
      cordonedLogDirs,
      directoryId: (path) => path === "/a" ? DIR_A : DIR_B,
    },
    endPoints: () => [{ name: "PLAINTEXT", host: "localhost", port: at.port }],
    previousBrokerEpoch: undefined,
    onFatal: ({ message }) => void fatal.push(message),
  });
  return {
    ...{ ...world, clock: world.env.clock, context, lifecycle, config, cordonedLogDirs, at, fatal },
    registration: () => context.image.cluster.brokers.get(1)!,
    async run() {
      await lifecycle.start();
      await lifecycle.readyToUnfence();
    },
  };
}

Deno.test("a broker registers, leads nothing yet, and may lead once it is ready", async () => {
  const { lifecycle, registration, cordonedLogDirs } = node();
  assertEquals([lifecycle.brokerEpoch, lifecycle.state], [-1, "NOT_RUNNING"]);
  cordonedLogDirs.add("/b");
  await lifecycle.start();
  const broker = registration();
  assertEquals([lifecycle.brokerEpoch, lifecycle.state], [broker.brokerEpoch, "RECOVERY"]);
  assertEquals([broker.rack, broker.fenced], ["r1", true]);
  assertEquals(broker.logDirs, [DIR_A, DIR_B].sort());
  assertEquals(broker.endPoints.map(({ name, port }) => [name, port]), [["PLAINTEXT", 9092]]);
  await lifecycle.readyToUnfence();
  assertEquals([registration().fenced, lifecycle.state], [false, "RUNNING"]);
  assertEquals(registration().cordonedLogDirs, [DIR_B]);
  await lifecycle.shutdown();
});

Deno.test("a broker starts to be of use when it has followed the metadata as far as its registration", async () => {
  const { lifecycle, at, clock } = node();
  at.follows = false;
  let isCaughtUp = false;
  const started = lifecycle.start().then(() => isCaughtUp = true);
  await clock.advance(35);
  assertEquals([isCaughtUp, lifecycle.state], [false, "STARTING"]);
  at.follows = true;
  await clock.advance(10);
  await started;
  assertEquals(lifecycle.state, "RECOVERY");
  await lifecycle.shutdown();
});

Deno.test("broker.heartbeat.interval.ms: a running broker tells so often that it is alive", async () => {
  const { run, lifecycle, context, clock } = node({ "broker.heartbeat.interval.ms": "3000" });
  await run();
  const broker = { brokerId: 1, brokerEpoch: lifecycle.brokerEpoch };
  await clock.advance(2999);
  assertEquals(context.heartbeats.nextExpiryMs(), 9000 - 2999);
  await clock.advance(1);
  assertEquals(context.heartbeats.nextExpiryMs(), 9000);
  await clock.advance(60_000);
  assertEquals(context.heartbeats.hasSession(broker), true);
  await lifecycle.shutdown();
  await clock.advance(9000);
  assertEquals([context.heartbeats.hasSession(broker), clock.sleeping], [false, 0]);
});

Deno.test("initial.broker.registration.timeout.ms: a start without a controller fails after that", async () => {
  const { lifecycle, quorum, clock, fatal } = node({
    "initial.broker.registration.timeout.ms": "5000",
  });
  quorum.hasLeader = false;
  const failed = assertRejects(
    () => lifecycle.start(),
    KafkaError,
    "unable to register with the controller quorum",
  );
  // An attempt takes 2 s, and so does the wait for the next one.
  await clock.advance(5000);
  assertEquals(lifecycle.state, "STARTING");
  await clock.advance(1000);
  await failed;
  assertEquals([lifecycle.state, fatal, clock.sleeping], ["SHUTTING_DOWN", [], 0]);
  await lifecycle.shutdown();
});

Deno.test("a controller that comes late, or a new one, does not keep a broker from running", async () => {
  const { run, lifecycle, quorum, clock } = node();
  quorum.hasLeader = false;
  const running = run();
  await clock.advance(10_000);
  quorum.hasLeader = true;
  await clock.advance(2000);
  await running;
  quorum.isActive = false;
  await clock.advance(7000);
  quorum.isActive = true;
  await clock.advance(2000);
  assertEquals(lifecycle.state, "RUNNING");
  await lifecycle.shutdown();
});

Deno.test("a broker of another cluster is not taken in, and says why", async () => {
  const { lifecycle, clock, env } = node({}, { clusterId: "another" });
  const started = lifecycle.start().catch(({ code }) => code);
  await clock.advance(4000);
  const [line] = env.logger.matching("Could not tell the controller of this broker");
  assertEquals((line!.fields.error as KafkaError).code, "INCONSISTENT_CLUSTER_ID");
  await lifecycle.shutdown();
  assertEquals(await started, "BROKER_NOT_AVAILABLE");
});

Deno.test("a broker that is unregistered while it runs is told so, as Kafka's, and stays away", async () => {
  const { run, lifecycle, context, clock, env } = node();
  await run();
  context.decide((decide) => unregisterBroker(decide, 1));
  await clock.advance(6000);
  const lines = env.logger.matching("Could not tell the controller of this broker");
  assertEquals(lines.map(({ fields }) => (fields.error as KafkaError).code), [
    "STALE_BROKER_EPOCH",
    "STALE_BROKER_EPOCH",
    "STALE_BROKER_EPOCH",
  ]);
  assertEquals(context.image.cluster.brokers.has(1), false);
  // It has nothing to wait for.
  await lifecycle.controlledShutdown(10_000);
  assertEquals(clock.sleeping, 0);
  await lifecycle.shutdown();
});

Deno.test("a broker that is found elsewhere registers anew: the same run, with the same epoch", async () => {
  const { run, lifecycle, cordonedLogDirs, at, registration, clock } = node();
  cordonedLogDirs.add("/a");
  await run();
  const before = registration();
  at.port = 9999;
  await lifecycle.endpointsChanged();
  await clock.advance(1);
  const after = registration();
  assertEquals(after.endPoints[0]!.port, 9999);
  assertEquals({ ...after, endPoints: before.endPoints }, before);
  await lifecycle.shutdown();
});

Deno.test("a registration without log directories is sent again once the cluster can do with them", async () => {
  const { run, lifecycle, context, clock } = node({}, { metadataVersion: 14 });
  await run();
  assertEquals(context.image.cluster.brokers.get(1)!.logDirs, []);
  const delta = new MetadataDelta();
  lifecycle.follow(delta, context.image);
  context.replay(featureLevel("metadata.version", LATEST));
  lifecycle.follow(delta, context.image);
  await clock.advance(1);
  assertEquals(context.image.cluster.brokers.get(1)!.logDirs, []);
  delta.featuresChanged = true;
  lifecycle.follow(delta, context.image);
  await clock.advance(1);
  assertEquals(context.image.cluster.brokers.get(1)!.logDirs, [DIR_A, DIR_B].sort());
  await lifecycle.shutdown();
});

Deno.test("a broker that stops tells it as Kafka's does: it leads nothing any more, and is fenced", async () => {
  const { run, lifecycle, context } = node();
  await run();
  context.addTopic("t", [{ directories: [DIR_A] }]);
  const from = context.records.length;
  await lifecycle.controlledShutdown(10_000);
  assertEquals(lifecycle.state, "SHUTTING_DOWN");
  const of = `brokerId=1 brokerEpoch=${lifecycle.brokerEpoch}`;
  // What Apache Kafka's combined node wrote when it was told to stop.
  assertEquals(context.records.slice(from).map(shown), [
    `BrokerRegistrationChangeRecord v1 ${of} fenced=0 inControlledShutdown=1`,
    `PartitionChangeRecord v2 partitionId=0 topicId="${idOf("t")}" isr=[] leader=-1 ` +
    "leaderRecoveryState=-1 eligibleLeaderReplicas=[1] lastKnownElr=[1]",
    `BrokerRegistrationChangeRecord v0 ${of} fenced=1 inControlledShutdown=0`,
  ]);
  await lifecycle.shutdown();
});

Deno.test("a broker that stops does not wait for a controller for ever", async () => {
  const { run, lifecycle, quorum, clock, env } = node();
  await run();
  quorum.hasLeader = false;
  const stopped = lifecycle.controlledShutdown(10_000);
  await clock.advance(10_000);
  await stopped;
  assertEquals(env.logger.matching("Timed out waiting for the controller").length, 1);
  await lifecycle.shutdown();
  assertEquals(clock.sleeping, 0);
});

Deno.test("a log directory that has failed is told at once", async () => {
  const { run, lifecycle, registration, clock } = node();
  await run();
  lifecycle.directoryFailed(DIR_B);
  await clock.advance(1);
  assertEquals(registration().logDirs, [DIR_A]);
  await lifecycle.shutdown();
});

Deno.test("log.dir.failure.timeout.ms: a broker that cannot tell of a failed directory for so long stops", async () => {
  const { run, lifecycle, quorum, clock, fatal } = node({ "log.dir.failure.timeout.ms": "8000" });
  await run();
  quorum.hasLeader = false;
  lifecycle.directoryFailed(DIR_B);
  await clock.advance(7999);
  assertEquals(fatal, []);
  await clock.advance(3000);
  assertEquals(fatal, [
    `Shutting down because couldn't communicate offline log dir ${DIR_B} with controllers`,
  ]);
  assertEquals(clock.sleeping, 0);
  await lifecycle.shutdown();
});

Deno.test("after a clean stop the next run leads what the last one did", async () => {
  const first = await startBroker();
  await makeTopic(first.client, "t");
  const before = first.broker.metadata.topics.partition("t" as string, 0);
  await first[Symbol.asyncDispose]();
  const stopped = first.broker.metadata;
  const broker = stopped.cluster.brokers.get(1)!;
  assertEquals([broker.inControlledShutdown, broker.fenced], [true, true]);
  const partition = stopped.topics.partition("t", 0)!;
  assertEquals([partition.leader, partition.isr, partition.elr], [-1, [], [1]]);
  await using second = await startBroker({}, { env: first.env });
  const after = second.broker.metadata.topics.partition("t", 0)!;
  assertEquals([after.leader, after.isr, after.leaderRecoveryState], [1, [1], 0]);
  assertEquals(after.elr, []);
  assertEquals(before!.leader, 1);
});

Deno.test("what is cordoned later is told, and after a restart as well", async () => {
  const properties = { "log.dirs": "/data,/more" };
  const first = await startBroker(properties);
  await first.client.call(incrementalAlterConfigs, 1, {
    resources: [{
      resourceType: 4,
      resourceName: "1",
      configs: [{ name: "cordoned.log.dirs", configOperation: 0, value: "/more" }],
    }],
  });
  const cordoned = (broker: typeof first.broker) =>
    broker.metadata.cluster.brokers.get(1)!.cordonedLogDirs?.length;
  while (cordoned(first.broker) !== 1) {
    await first.client.call(createTopics, 7, { topics: [], timeoutMs: 1000 });
  }
  await first[Symbol.asyncDispose]();
  await using second = await startBroker(properties, { env: first.env });
  assertEquals(cordoned(second.broker), 1);
});
