import { assertEquals } from "@std/assert";
import { BrokerConfig } from "../../../../cluster/config/broker_config.ts";
import { configRules } from "../../../../cluster/config/config_rules.ts";
import { quickStartProperties } from "../../../../cluster/config/quick_start.ts";
import { PeriodicTasks } from "../../../../cluster/controller/periodic_tasks.ts";
import { controllerIntervals } from "../../../../cluster/server/controller_intervals.ts";
import { type PartitionDraft, TestController } from "../../controller/controller_support.ts";
import { manualEnv } from "../../../support/manual_env.ts";

const TOPIC = 2;
const BROKER = 4;

/** An active controller with brokers 1 and 2 and a topic `t`, on a clock that stands still. */
function activeController(
  properties: Readonly<Record<string, string>>,
  partition: PartitionDraft = { replicas: [1, 2] },
) {
  const config = BrokerConfig.parse({ ...quickStartProperties(), ...properties });
  const intervals = controllerIntervals(config, () => false);
  const controller = new TestController({
    elr: 0,
    brokers: { 1: {}, 2: {} },
    rules: configRules(config),
    sessionTimeoutMs: intervals.brokerSessionTimeoutMs(),
  });
  controller.addTopic("t", [partition]);
  const { clock, heartbeats } = controller;
  const tasks = new PeriodicTasks({
    env: { ...manualEnv(), clock },
    intervals,
    heartbeats,
    image: () => controller.image,
    submit: (decide) => Promise.resolve(controller.decide(decide).response),
  });
  tasks.begin();
  return { controller, clock, heartbeats, tasks };
}

const LED_BY_ANOTHER: PartitionDraft = { replicas: [1, 2], leader: 2 };
const LED_BY_NOBODY: PartitionDraft = { replicas: [3, 2], isr: [3], leader: -1 };

Deno.test("broker.session.timeout.ms: a broker that is silent for so long is fenced", async () => {
  const { controller, clock, heartbeats, tasks } = activeController({
    "broker.session.timeout.ms": "4000",
  });
  heartbeats.touch(2, 102);
  tasks.check();
  await clock.advance(3999);
  assertEquals(controller.image.cluster.isActive(2), true);
  await clock.advance(1);
  assertEquals(controller.image.cluster.isActive(2), false);
});

Deno.test("leader.imbalance.check.interval.seconds: preferred replicas that do not lead are looked for so often", async () => {
  const { controller, clock } = activeController(
    { "leader.imbalance.check.interval.seconds": "7" },
    LED_BY_ANOTHER,
  );
  await clock.advance(6999);
  assertEquals(controller.partition("t").leader, 2);
  await clock.advance(1);
  assertEquals(controller.partition("t").leader, 1);
});

Deno.test("auto.leader.rebalance.enable: without it nobody gives leaderships back by himself", async () => {
  for (const enable of [true, false]) {
    const { controller, clock } = activeController(
      { "auto.leader.rebalance.enable": `${enable}` },
      LED_BY_ANOTHER,
    );
    await clock.advance(3_600_000);
    assertEquals(controller.partition("t").leader, enable ? 1 : 2);
  }
});

Deno.test("unclean.leader.election.interval.ms: partitions that nobody leads are looked at so often", async () => {
  const { controller, clock } = activeController({
    "unclean.leader.election.interval.ms": "500",
    "unclean.leader.election.enable": "true",
  }, LED_BY_NOBODY);
  await clock.advance(499);
  assertEquals(controller.partition("t").leader, -1);
  await clock.advance(1);
  assertEquals(controller.partition("t").leader, 2);
});

Deno.test("unclean.leader.election.enable: a running controller has one lead that lags where it is set now, a topic's own goes first", async () => {
  const leaderWith = async (
    properties: Readonly<Record<string, string>>,
    ...configs: readonly (readonly [type: number, name: string, value: string])[]
  ) => {
    const { controller, clock } = activeController(properties, LED_BY_NOBODY);
    for (const [type, name, value] of configs) {
      controller.setConfig(type, name, "unclean.leader.election.enable", value);
    }
    await clock.advance(300_000);
    return controller.partition("t").leader;
  };
  const enabled = { "unclean.leader.election.enable": "true" };
  assertEquals(await leaderWith({}), -1);
  assertEquals(await leaderWith(enabled), 2);
  assertEquals(await leaderWith({}, [BROKER, "", "true"]), 2);
  assertEquals(await leaderWith(enabled, [BROKER, "", "false"]), -1);
  assertEquals(await leaderWith({}, [TOPIC, "t", "true"]), 2);
  assertEquals(await leaderWith(enabled, [TOPIC, "t", "false"]), -1);
});

Deno.test("metadata.max.idle.interval.ms: a leader that others follow has the metadata log go on so often", async () => {
  const written = async (properties: Readonly<Record<string, string>>) => {
    const { controller, clock } = activeController(properties);
    await clock.advance(1000);
    return controller.records.filter(({ type }) => type === "NoOpRecord").length;
  };
  assertEquals(await written({}), 2);
  assertEquals(await written({ "metadata.max.idle.interval.ms": "100" }), 10);
  assertEquals(await written({ "metadata.max.idle.interval.ms": "0" }), 0);
});
