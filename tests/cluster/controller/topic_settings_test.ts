import { assertEquals } from "@std/assert";
import {
  effectiveMinIsr,
  isUncleanElectionEnabled,
} from "../../../cluster/controller/topic_settings.ts";
import { rulesOf, TestController } from "./controller_support.ts";

Deno.test("a topic's own value comes before the node's, the node's before the cluster's, the cluster's before the properties", () => {
  const controller = new TestController({
    brokers: { 1: {}, 2: {}, 3: {}, 4: {}, 5: {} },
    rules: rulesOf({ "min.insync.replicas": "2", "unclean.leader.election.enable": "true" }),
  });
  controller.addTopic("t", [{ replicas: [1, 2, 3, 4, 5] }]);
  const topic = () => controller.image.topics.byName.get("t")!;
  const seen = [effectiveMinIsr(controller, topic())];
  for (
    const [type, name, value] of [[4, "", "3"], [4, "1", "4"], [2, "t", "5"], [
      4,
      "2",
      "1",
    ]] as const
  ) {
    controller.setConfig(type, name, "min.insync.replicas", value);
    seen.push(effectiveMinIsr(controller, topic()));
  }
  assertEquals(seen, [2, 3, 4, 5, 5]);
  assertEquals(isUncleanElectionEnabled(controller, "t"), true);
  controller.setConfig(2, "t", "unclean.leader.election.enable", "false");
  assertEquals(isUncleanElectionEnabled(controller, "t"), false);
});

Deno.test("no more replicas have to be in sync than there are", () => {
  const controller = new TestController({ rules: rulesOf({ "min.insync.replicas": "3" }) });
  controller.addTopic("t");
  assertEquals(effectiveMinIsr(controller, controller.image.topics.byName.get("t")!), 1);
});

Deno.test("by default one replica has to be in sync, and elections are clean", () => {
  const controller = new TestController();
  controller.addTopic("t");
  assertEquals(effectiveMinIsr(controller, controller.image.topics.byName.get("t")!), 1);
  assertEquals(isUncleanElectionEnabled(controller, "t"), false);
});
