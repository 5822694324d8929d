import { assertEquals } from "@std/assert";
import {
  balanceLeaders,
  electUncleanLeaders,
  MAX_ELECTIONS,
} from "../../../cluster/controller/leader_balance.ts";
import { TestController } from "./controller_support.ts";

function threeBrokers(): TestController {
  return new TestController({ elr: 0, brokers: { 1: {}, 2: {}, 3: { fenced: true } } });
}

Deno.test("the first replica leads again where it is in sync and up", () => {
  const controller = threeBrokers();
  controller.addTopic("t", [
    { replicas: [1, 2], leader: 2 },
    { replicas: [1, 2], isr: [2], leader: 2 },
    { replicas: [3, 2], leader: 2 },
    { replicas: [2, 1], leader: 2 },
  ]);
  const { records, response } = controller.decide(balanceLeaders);
  assertEquals([records.length, response], [1, false]);
  assertEquals([0, 1, 2, 3].map((id) => controller.partition("t", id).leader), [1, 2, 2, 2]);
});

Deno.test("an unclean leader is elected only for topics that allow it", () => {
  const controller = threeBrokers();
  const lost = { replicas: [3, 2], isr: [3], leader: -1 };
  controller.addTopic("clean", [lost]);
  controller.addTopic("unclean", [lost, { replicas: [3], leader: -1 }]);
  controller.setConfig(2, "unclean", "unclean.leader.election.enable", "true");
  controller.decide(electUncleanLeaders);
  assertEquals(controller.partition("clean").leader, -1);
  const { leader, isr, leaderRecoveryState } = controller.partition("unclean");
  assertEquals([leader, isr, leaderRecoveryState], [2, [2], 1]);
  assertEquals(controller.partition("unclean", 1).leader, -1, "nobody is up");
});

Deno.test("many leaders are elected in several steps", () => {
  const controller = threeBrokers();
  controller.addTopic(
    "t",
    Array.from({ length: MAX_ELECTIONS + 5 }, () => ({ replicas: [1, 2], leader: 2 })),
  );
  const steps = [controller.decide(balanceLeaders), controller.decide(balanceLeaders)];
  assertEquals(steps.map(({ records, response }) => [records.length, response]), [
    [MAX_ELECTIONS, true],
    [5, false],
  ]);
});
