import { assertEquals } from "@std/assert";
import { createTopics } from "../../../client/protocol/messages/create_topics.ts";
import { incrementalAlterConfigs } from "../../../client/protocol/messages/incremental_alter_configs.ts";
import { BrokerConfig } from "../../../cluster/config/broker_config.ts";
import { quickStartProperties } from "../../../cluster/config/quick_start.ts";
import type { ControllerDriver } from "../../../cluster/controller/controller_driver.ts";
import { BrokerLifecycle } from "../../../cluster/server/broker_lifecycle.ts";
import { makeTopic, startBroker } from "../../support/broker.ts";
import { CollectingLogger, SeededRandom } from "../../support/manual_env.ts";
import { idOf, shown, TestController } from "../controller/controller_support.ts";

const [A, B] = [idOf("dir-a"), idOf("dir-b")];

/** A node whose controller takes decisions at once. */
function node(previousBrokerEpoch?: number) {
  const context = new TestController({ brokers: {} });
  const controller = {
    submit: ((decide) => {
      try {
        return Promise.resolve(context.decide(decide).response);
      } catch (error) {
        return Promise.reject(error);
      }
    }) as ControllerDriver["submit"],
  };
  const cordonedLogDirs = new Set<string>();
  let port = 9092;
  const lifecycle = new BrokerLifecycle({
    env: { logger: new CollectingLogger(), random: new SeededRandom(3) },
    config: BrokerConfig.parse({ ...quickStartProperties(), "broker.rack": "r1" }),
    controller,
    logManager: {
      liveLogDirs: ["/a", "/b"],
      cordonedLogDirs,
      directoryId: (path) => path === "/a" ? A : B,
    },
    endPoints: () => [{ name: "PLAINTEXT", host: "localhost", port }],
    controllerEndPoints: [{ name: "CONTROLLER", host: "localhost", port: 9093 }],
    previousBrokerEpoch,
  });
  return { context, lifecycle, cordonedLogDirs, moveTo: (to: number) => port = to };
}

Deno.test("a node registers as controller and as broker, and may lead then", async () => {
  const { context, lifecycle, cordonedLogDirs } = node();
  assertEquals(lifecycle.brokerEpoch, -1);
  cordonedLogDirs.add("/b");
  await lifecycle.register();
  const broker = context.image.cluster.brokers.get(1)!;
  assertEquals(lifecycle.brokerEpoch, broker.brokerEpoch);
  assertEquals([broker.rack, broker.fenced, broker.logDirs], ["r1", false, [A, B].sort()]);
  assertEquals(broker.cordonedLogDirs, [B]);
  assertEquals(broker.endPoints.map(({ name, port }) => [name, port]), [["PLAINTEXT", 9092]]);
  const controller = context.image.cluster.controllers.get(1)!;
  assertEquals(controller.endPoints.map(({ name, port }) => [name, port]), [["CONTROLLER", 9093]]);
  assertEquals(controller.incarnationId, broker.incarnationId);
});

Deno.test("a broker that is found elsewhere registers anew: the same run, with the same epoch", async () => {
  const { context, lifecycle, cordonedLogDirs, moveTo } = node();
  cordonedLogDirs.add("/a");
  await lifecycle.register();
  const before = context.image.cluster.brokers.get(1)!;
  moveTo(9999);
  await lifecycle.endpointsChanged();
  const after = context.image.cluster.brokers.get(1)!;
  assertEquals(after.endPoints[0]!.port, 9999);
  assertEquals({ ...after, endPoints: before.endPoints }, before);
});

Deno.test("a broker that stops tells it as Kafka's does: it leads nothing any more, and is fenced", async () => {
  const { context, lifecycle } = node();
  await lifecycle.register();
  context.addTopic("t", [{ directories: [A] }]);
  const from = context.records.length;
  await lifecycle.controlledShutdown();
  const of = `brokerId=1 brokerEpoch=${lifecycle.brokerEpoch}`;
  // What Apache Kafka's combined node wrote when it was told to stop.
  assertEquals(context.records.slice(from).map(shown), [
    `BrokerRegistrationChangeRecord v1 ${of} fenced=0 inControlledShutdown=1`,
    `PartitionChangeRecord v2 partitionId=0 topicId="${idOf("t")}" isr=[] leader=-1 ` +
    "leaderRecoveryState=-1 eligibleLeaderReplicas=[1] lastKnownElr=[1]",
    `BrokerRegistrationChangeRecord v0 ${of} fenced=1 inControlledShutdown=0`,
  ]);
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
