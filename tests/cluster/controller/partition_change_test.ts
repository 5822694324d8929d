import { assertEquals } from "@std/assert";
import {
  changePartition,
  type PartitionChange,
} from "../../../cluster/controller/partition_change.ts";
import {
  changesOf,
  idOf,
  type PartitionDraft,
  TestController,
  type TestControllerOptions,
} from "./controller_support.ts";

function changes(
  partition: PartitionDraft,
  change: PartitionChange,
  options: TestControllerOptions & { readonly minIsr?: number } = {},
) {
  const controller = new TestController({ brokers: { 1: {}, 2: {}, 3: {}, 4: {} }, ...options });
  controller.addTopic("t", [{ replicas: [1, 2, 3], ...partition }]);
  if (options.minIsr !== undefined) {
    controller.setConfig(2, "t", "min.insync.replicas", String(options.minIsr));
  }
  return changesOf(
    changePartition(controller, controller.image.topics.byName.get("t")!, 0, change),
  );
}

Deno.test("nothing changes when nothing is asked for", () => {
  assertEquals(changes({}, {}), undefined);
  assertEquals(changes({}, { isr: [1, 2, 3] }), undefined);
});

Deno.test("a leader that drops out of sync is followed by the next replica", () => {
  assertEquals(changes({}, { isr: [2, 3] }), { isr: [2, 3], leader: 2 });
});

Deno.test("an ISR that shrinks raises the leader epoch only before metadata.version 3.6", () => {
  assertEquals(changes({}, { isr: [1, 2] }), { isr: [1, 2] });
  const old = { metadataVersion: 8, elr: 0 };
  assertEquals(changes({}, { isr: [1, 2] }, old), { isr: [1, 2], leader: 1 });
  assertEquals(changes({ isr: [1] }, { isr: [1, 2] }, old), { isr: [1, 2] });
});

Deno.test("with too few in sync, those that were are eligible, and with enough nobody is (KIP-966)", () => {
  assertEquals(changes({}, { isr: [1] }, { minIsr: 2 }), {
    isr: [1],
    eligibleLeaderReplicas: [2, 3],
  });
  assertEquals(
    changes({ isr: [1], eligibleLeaderReplicas: [2, 3] }, { isr: [1, 2] }, { minIsr: 2 }),
    { isr: [1, 2], eligibleLeaderReplicas: [] },
  );
  assertEquals(
    changes({}, { isr: [1], uncleanShutdown: [2] }, { minIsr: 2 }),
    { isr: [1], eligibleLeaderReplicas: [3] },
  );
  assertEquals(changes({}, { isr: [1] }, { minIsr: 2, elr: 0 }), { isr: [1] });
});

Deno.test("min.insync.replicas is the topic's, the node's, the cluster's, and never more than there are replicas", () => {
  assertEquals(changes({}, { isr: [1] }, { minIsr: 9 }), {
    isr: [1],
    eligibleLeaderReplicas: [2, 3],
  });
  const controller = new TestController({ brokers: { 1: {}, 2: {}, 3: {} } });
  controller.addTopic("t", [{ replicas: [1, 2, 3] }]);
  const shrink = () =>
    changesOf(
      changePartition(controller, controller.image.topics.byName.get("t")!, 0, { isr: [1] }),
    );
  controller.setConfig(4, "", "min.insync.replicas", "2");
  assertEquals(shrink()?.eligibleLeaderReplicas, [2, 3]);
  controller.setConfig(4, "1", "min.insync.replicas", "1");
  assertEquals(shrink()?.eligibleLeaderReplicas, undefined);
  controller.setConfig(2, "t", "min.insync.replicas", "3");
  assertEquals(shrink()?.eligibleLeaderReplicas, [2, 3]);
});

Deno.test("a partition whose only replica goes has no leader, and remembers who it was", () => {
  const alone = { replicas: [1] };
  assertEquals(changes(alone, { isr: [], isActive: () => false }), {
    isr: [],
    leader: -1,
    eligibleLeaderReplicas: [1],
    lastKnownElr: [1],
  });
});

Deno.test("an eligible replica that leads is in sync, alone", () => {
  const leaderless = { isr: [], leader: -1, eligibleLeaderReplicas: [1, 2], lastKnownElr: [1] };
  assertEquals(changes(leaderless, {}, { minIsr: 2 }), {
    isr: [1],
    leader: 1,
    eligibleLeaderReplicas: [2],
    lastKnownElr: [],
  });
});

Deno.test("a last leader that may have lost something leads, and is marked as recovering", () => {
  const lost = { replicas: [1], isr: [], leader: -1, lastKnownElr: [1] };
  assertEquals(changes(lost, {}), {
    isr: [1],
    leader: 1,
    leaderRecoveryState: 1,
    lastKnownElr: [],
  });
  assertEquals(changes({ ...lost, leaderRecoveryState: 1 }, {})?.leaderRecoveryState, undefined);
});

Deno.test("without eligible leaders the last replica in sync stays so, for it may lead again", () => {
  const last = { isr: [1] };
  assertEquals(changes(last, { isr: [], isActive: () => false }, { elr: 0 }), { leader: -1 });
});

Deno.test("an unclean election takes whoever is up, alone in sync", () => {
  const gone = { isr: [1], leader: 1 };
  const isActive = (id: number) => id !== 1;
  assertEquals(changes(gone, { isr: [], isActive, election: "unclean" }, { elr: 0 }), {
    isr: [2],
    leader: 2,
    leaderRecoveryState: 1,
  });
});

Deno.test("a replica in a directory that has failed cannot lead", () => {
  const directories = [idOf("failed"), idOf("dir-2"), idOf("dir-3")];
  assertEquals(changes({ directories }, {})?.leader, 2);
});

Deno.test("replicas that move are told with their directories, and the epoch rises when one goes", () => {
  assertEquals(changes({ replicas: [1, 2] }, { replicas: [2, 1] }), {
    replicas: [2, 1],
    directories: [idOf("dir-2"), idOf("dir-1")],
  });
  assertEquals(changes({ replicas: [1, 2] }, { replicas: [1, 3, 2], adding: [3], removing: [2] }), {
    replicas: [1, 3, 2],
    addingReplicas: [3],
    removingReplicas: [2],
    directories: [idOf("dir-1"), idOf("dir-3"), idOf("dir-2")],
  });
  const moving = { replicas: [1, 3, 2], isr: [1, 2], addingReplicas: [3], removingReplicas: [2] };
  assertEquals(changes(moving, { isr: [1, 2, 3] }), {
    isr: [1, 3],
    leader: 1,
    replicas: [1, 3],
    addingReplicas: [],
    removingReplicas: [],
    directories: [idOf("dir-1"), idOf("dir-3")],
  });
});

Deno.test("before there were directories a change tells none", () => {
  const old = { metadataVersion: 14, elr: 0 };
  assertEquals(changes({ replicas: [1, 2] }, { replicas: [2, 1] }, old), { replicas: [2, 1] });
});

Deno.test("who has lost the partition to a reassignment is not eligible any more", () => {
  const moving = {
    replicas: [2, 3, 1],
    isr: [1, 2],
    leader: 1,
    eligibleLeaderReplicas: [],
    removingReplicas: [1, 3],
  };
  const done = changes({ ...moving, eligibleLeaderReplicas: [3] }, { isr: [2] }, { minIsr: 2 });
  assertEquals([done?.replicas, done?.eligibleLeaderReplicas], [[2], []]);
});

Deno.test("several last eligible leaders are not the last leader, and without eligible leaders nobody asks for it", () => {
  const gone = { replicas: [1, 2], isr: [], leader: -1 };
  assertEquals(changes({ ...gone, lastKnownElr: [1, 2] }, {}), undefined);
  assertEquals(changes({ ...gone, lastKnownElr: [1] }, {}, { elr: 0 }), undefined);
});
