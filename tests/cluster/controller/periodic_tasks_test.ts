import { assertEquals } from "@std/assert";
import { PeriodicTasks } from "../../../cluster/controller/periodic_tasks.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { TestController } from "./controller_support.ts";

/** Tasks of a controller with brokers 1 and 2, which has them decided at once. */
function tasksOf(leaderImbalanceCheckMs?: number, noOpRecordMs?: number) {
  const controller = new TestController({ elr: 0, brokers: { 1: {}, 2: {} } });
  const env = { ...manualEnv(), clock: controller.clock };
  const tasks = new PeriodicTasks({
    env,
    intervals: {
      brokerSessionTimeoutMs: () => 9000,
      leaderImbalanceCheckMs: () => leaderImbalanceCheckMs,
      uncleanElectionMs: () => 100_000,
      noOpRecordMs: () => noOpRecordMs,
    },
    heartbeats: controller.heartbeats,
    image: () => controller.image,
    submit: (decide) => Promise.resolve(controller.decide(decide).response),
  });
  return { controller, tasks, clock: controller.clock };
}

Deno.test("with nothing to look after nobody waits", () => {
  const { tasks, clock } = tasksOf();
  tasks.begin();
  assertEquals(clock.sleeping, 0);
});

Deno.test("a broker that falls silent is fenced when its session ends, and one that goes on is not", async () => {
  const { controller, tasks, clock } = tasksOf();
  tasks.begin();
  controller.heartbeats.touch(1, 101);
  controller.heartbeats.touch(2, 102);
  tasks.check();
  await clock.advance(5000);
  controller.heartbeats.touch(2, 102);
  await clock.advance(3999);
  assertEquals(controller.image.cluster.isActive(1), true);
  await clock.advance(1);
  assertEquals([1, 2].map((id) => controller.image.cluster.isActive(id)), [false, true]);
  await clock.advance(5000);
  assertEquals(controller.image.cluster.isActive(2), false);
  assertEquals(clock.sleeping, 0);
});

Deno.test("a broker whose connection has ended is fenced after a third of its session, unless it comes back", async () => {
  for (const comesBack of [false, true]) {
    const { controller, tasks, clock } = tasksOf();
    tasks.begin();
    controller.heartbeats.touch(1, 101);
    tasks.check();
    await clock.advance(1000);
    const endsInMs = controller.heartbeats.disconnected({ brokerId: 1, brokerEpoch: 101 });
    assertEquals(endsInMs, 3000);
    tasks.fenceAfter(3000);
    await clock.advance(2999);
    if (comesBack) controller.heartbeats.touch(1, 101);
    assertEquals(controller.image.cluster.isActive(1), true);
    await clock.advance(1);
    assertEquals(controller.image.cluster.isActive(1), comesBack);
  }
});

Deno.test("preferred replicas lead again after the interval, unless nobody wants that", async () => {
  const begin = (interval?: number) => {
    const { controller, tasks, clock } = tasksOf(interval);
    controller.addTopic("t", [{ replicas: [1, 2], leader: 2 }]);
    tasks.begin();
    return { controller, clock };
  };
  const { controller, clock } = begin(300_000);
  await clock.advance(299_999);
  assertEquals(controller.partition("t").leader, 2);
  await clock.advance(1);
  assertEquals([controller.partition("t").leader, clock.sleeping], [1, 0]);
  assertEquals(begin().clock.sleeping, 0);
});

Deno.test("partitions that nobody leads get a leader after the interval where that is allowed", async () => {
  const { controller, tasks, clock } = tasksOf();
  controller.addTopic("t", [{ replicas: [3, 2], isr: [3], leader: -1 }]);
  tasks.begin();
  await clock.advance(100_000);
  assertEquals(controller.partition("t").leader, -1);
  controller.setConfig(2, "t", "unclean.leader.election.enable", "true");
  await clock.advance(100_000);
  assertEquals(controller.partition("t").leader, 2);
  tasks.end();
  assertEquals(clock.sleeping, 0);
});

Deno.test("the log goes on while nothing happens, where that is wanted", async () => {
  const { controller, tasks, clock } = tasksOf(undefined, 500);
  const before = controller.records.length;
  tasks.begin();
  await clock.advance(499);
  assertEquals(controller.records.length, before);
  await clock.advance(1001);
  assertEquals(
    controller.records.slice(before).map(({ type }) => type),
    Array(3).fill("NoOpRecord"),
  );
  tasks.end();
  await clock.advance(5000);
  assertEquals(controller.records.length, before + 3);
});

Deno.test("a controller that is not active any more looks after nothing", async () => {
  const { controller, tasks, clock } = tasksOf();
  controller.heartbeats.touch(1, 101);
  tasks.begin();
  assertEquals(clock.sleeping, 1);
  tasks.end();
  assertEquals(clock.sleeping, 0);
  tasks.check();
  await clock.advance(20_000);
  assertEquals(controller.image.cluster.isActive(1), true);
});
