import { assertEquals } from "@std/assert";
import {
  afterUncleanShutdown,
  withBroker,
  withoutBroker,
  withoutUnregisteredBroker,
} from "../../../cluster/controller/leadership_updates.ts";
import type { MetadataRecord } from "../../../cluster/controller/metadata_records.ts";
import { changesOf, TestController } from "./controller_support.ts";

function controllerWith(
  ...partitions: Parameters<TestController["addTopic"]>[1] & object[]
): TestController {
  const controller = new TestController({ brokers: { 1: {}, 2: {}, 3: {} } });
  controller.addTopic("t", partitions);
  controller.setConfig(2, "t", "min.insync.replicas", "2");
  return controller;
}

/** What changes, by partition. */
function byPartition(records: readonly MetadataRecord[]) {
  return records.map((record) => [
    (record.data as { readonly partitionId: number }).partitionId,
    changesOf(record),
  ]);
}

Deno.test("a broker that goes is out of sync everywhere, and others lead", () => {
  const controller = controllerWith(
    { replicas: [1, 2] },
    { replicas: [2, 1] },
    { replicas: [2, 3] },
    { replicas: [1] },
  );
  assertEquals(byPartition(withoutBroker(controller, 1)), [
    [0, { isr: [2], leader: 2, eligibleLeaderReplicas: [1] }],
    [1, { isr: [2], eligibleLeaderReplicas: [1] }],
    [3, { isr: [], leader: -1, eligibleLeaderReplicas: [1], lastKnownElr: [1] }],
  ]);
});

Deno.test("a broker that may have lost something is not eligible either", () => {
  const controller = controllerWith(
    { replicas: [1, 2] },
    { replicas: [1, 2], isr: [], leader: -1, eligibleLeaderReplicas: [1, 2], lastKnownElr: [1] },
  );
  assertEquals(byPartition(afterUncleanShutdown(controller, 1)), [
    [0, { isr: [2], leader: 2 }],
    [1, { isr: [2], leader: 2, eligibleLeaderReplicas: [], lastKnownElr: [] }],
  ]);
});

Deno.test("a broker that comes leads what nobody leads, and nothing else", () => {
  const leaderless = { isr: [], leader: -1, eligibleLeaderReplicas: [1], lastKnownElr: [1] };
  const controller = controllerWith({ replicas: [1], ...leaderless }, {
    replicas: [1, 2],
    leader: 2,
  });
  assertEquals(byPartition(withBroker(controller, 1)), [
    [0, { isr: [1], leader: 1, eligibleLeaderReplicas: [], lastKnownElr: [] }],
  ]);
});

Deno.test("where it is allowed, somebody who was not in sync leads rather than nobody", () => {
  const controller = controllerWith({ replicas: [1, 2], isr: [1] });
  assertEquals(changesOf(withoutBroker(controller, 1)[0])?.leader, -1);
  controller.setConfig(2, "t", "unclean.leader.election.enable", "true");
  assertEquals(changesOf(withoutBroker(controller, 1)[0]), {
    isr: [2],
    leader: 2,
    leaderRecoveryState: 1,
  });
});

Deno.test("a broker that leaves for good is looked for among those eligible, too", () => {
  const controller = controllerWith({
    replicas: [1, 2],
    isr: [2],
    leader: 2,
    eligibleLeaderReplicas: [1],
  });
  assertEquals(withoutUnregisteredBroker(controller, 3), []);
  assertEquals(withoutUnregisteredBroker(controller, 1), [], "Kafka leaves it eligible as well");
});
