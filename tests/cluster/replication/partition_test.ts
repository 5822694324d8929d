import { assert, assertEquals, assertThrows } from "@std/assert";
import { KafkaError } from "../../../client/protocol/error_codes.ts";
import type { IsrProposal } from "../../../cluster/replication/in_sync_replicas.ts";
import { Partition } from "../../../cluster/replication/partition.ts";
import type { PartitionLog } from "../../../storage/log/partition_log.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { batchOf, openLog } from "../../support/partition_log.ts";
import {
  assigned,
  BROKER,
  BROKER_EPOCH,
  partitionContext,
  topicIdOf,
} from "../../support/replicas.ts";

function open(configs: Record<string, string> = {}, alive = new Set([2, 3])) {
  const env = manualEnv();
  const proposals: IsrProposal[] = [];
  const log = openLog(env, configs);
  const here: { log: PartitionLog | undefined } = { log };
  const partition = new Partition(
    { topic: "events", partition: 0 },
    topicIdOf("events"),
    partitionContext(env, () => here.log, alive, {
      alterIsr: (_, proposal) => proposals.push(proposal),
    }),
  );
  const fetched = (
    brokerId: number,
    fetchOffset: number,
    logStartOffset = 0,
    brokerEpoch = -1,
  ) =>
    partition.updateFollowerFetchState(brokerId, {
      fetchOffset,
      logStartOffset,
      timeMs: env.clock.now(),
      leaderEndOffset: log.logEndOffset,
      brokerEpoch,
    });
  return { env, log, here, partition, fetched, proposals };
}

function codeOf(work: () => unknown): string {
  return assertThrows(work, KafkaError).code;
}

Deno.test("a leader alone moves the high watermark with each append", () => {
  const { partition, log } = open();
  assertEquals(partition.makeLeader(assigned()), false);
  const { info, highWatermarkMoved } = partition.appendAsLeader(batchOf(["a", "b"]), -1);
  assertEquals([info.firstOffset, info.lastOffset, highWatermarkMoved], [0, 1, true]);
  assertEquals(log.highWatermark, 2);
  assertEquals(partition.checkEnoughReplicasReachOffset(2), { enough: true, error: "NONE" });
});

Deno.test("with followers the high watermark waits for those in sync", () => {
  const { partition, log, fetched } = open();
  partition.makeLeader(assigned({ replicas: [BROKER, 2], isr: [BROKER, 2] }));
  assertEquals(partition.appendAsLeader(batchOf(["a", "b"]), -1).highWatermarkMoved, false);
  assertEquals(partition.checkEnoughReplicasReachOffset(2), { enough: false, error: "NONE" });
  assertEquals(fetched(2, 1), true);
  assertEquals(log.highWatermark, 1);
  assertEquals(fetched(2, 1), false);
  assertEquals(fetched(2, 2), true);
  assertEquals(partition.checkEnoughReplicasReachOffset(2), { enough: true, error: "NONE" });
});

Deno.test("acks=all is refused with too few in sync, and reported when they became too few afterwards", () => {
  const { partition, fetched } = open({ "min.insync.replicas": "2" });
  const replicas = [BROKER, 2, 3];
  partition.makeLeader(assigned({ replicas, isr: [BROKER, 2] }));
  partition.appendAsLeader(batchOf(["a"]), -1);
  fetched(2, 1);
  fetched(3, 1);
  partition.makeLeader(assigned({ replicas, isr: [BROKER], partitionEpoch: 1 }));
  assertEquals(
    partition.checkEnoughReplicasReachOffset(1),
    { enough: true, error: "NOT_ENOUGH_REPLICAS_AFTER_APPEND" },
  );
  assertEquals(codeOf(() => partition.appendAsLeader(batchOf(["b"]), -1)), "NOT_ENOUGH_REPLICAS");
  assertEquals(partition.appendAsLeader(batchOf(["b"]), 1).info.firstOffset, 1);
});

Deno.test("requests with another leader epoch are told which of the two is behind", () => {
  const { partition, log } = open();
  partition.makeLeader(assigned({ leaderEpoch: 5 }));
  assertEquals(partition.localLog(5, true), log);
  assertEquals(partition.localLog(-1, true), log);
  assertEquals(codeOf(() => partition.localLog(4, true)), "FENCED_LEADER_EPOCH");
  assertEquals(codeOf(() => partition.localLog(6, true)), "UNKNOWN_LEADER_EPOCH");
});

Deno.test("a follower takes no appends, and is read by who may read followers", () => {
  const { partition, log } = open();
  partition.makeFollower(assigned({ replicas: [BROKER, 2], leader: 2 }));
  assertEquals(codeOf(() => partition.appendAsLeader(batchOf(["a"]), 1)), "NOT_LEADER_OR_FOLLOWER");
  assertEquals(codeOf(() => partition.localLog(-1, true)), "NOT_LEADER_OR_FOLLOWER");
  assertEquals(partition.localLog(-1, false), log);
  assertEquals(
    partition.checkEnoughReplicasReachOffset(0),
    { enough: false, error: "NOT_LEADER_OR_FOLLOWER" },
  );
});

Deno.test("a log that is not here is nobody's", () => {
  const { partition, here } = open();
  partition.makeLeader(assigned());
  here.log = undefined;
  assertEquals(codeOf(() => partition.localLog(-1, false)), "NOT_LEADER_OR_FOLLOWER");
  assertEquals(codeOf(() => partition.appendAsLeader(batchOf(["a"]), 1)), "NOT_LEADER_OR_FOLLOWER");
  assertEquals(codeOf(() => partition.makeLeader(assigned())), "NOT_LEADER_OR_FOLLOWER");
});

Deno.test("older news of a partition changes nothing", () => {
  const { partition } = open();
  partition.makeLeader(assigned({ leaderEpoch: 3, partitionEpoch: 4 }));
  assertEquals(partition.makeFollower(assigned({ leader: 2, partitionEpoch: 3 })), undefined);
  assertEquals(partition.makeLeader(assigned({ leaderEpoch: 9, partitionEpoch: 3 })), undefined);
  assertEquals([partition.isLeader, partition.leaderEpoch], [true, 3]);
});

Deno.test("an epoch begins where the log ends, and is known at once", () => {
  const { partition, log } = open();
  partition.makeLeader(assigned());
  partition.appendAsLeader(batchOf(["a", "b"]), 1);
  partition.makeLeader(assigned({ leaderEpoch: 2, partitionEpoch: 1 }));
  assertEquals(partition.leaderEpochStartOffset, 2);
  assertEquals(log.endOffsetForEpoch(0), { epoch: 0, endOffset: 2 });
  assertEquals(log.endOffsetForEpoch(2), { epoch: 2, endOffset: 2 });
});

Deno.test("an epoch that only followers need to know of is on the disk at once, any other with its first record", () => {
  const { partition, log, env } = open();
  const file = `${log.directory}/leader-epoch-checkpoint`;
  const size = () => env.fileSystem.stat(file)?.size ?? 0;
  const before = size();
  partition.makeLeader(assigned({ leaderEpoch: 1 }));
  assertEquals(size(), before);
  partition.appendAsLeader(batchOf(["a"]), 1);
  const written = size();
  assert(written > before);
  const replicas = [BROKER, 2];
  partition.makeLeader(assigned({ replicas, leaderEpoch: 2, partitionEpoch: 1 }));
  assert(size() > written);
});

Deno.test("who is none of the replicas may not fetch as one", () => {
  const { partition } = open();
  partition.makeLeader(assigned({ replicas: [BROKER, 2] }));
  assertEquals(partition.follower(2, 0).logEndOffset, -1);
  assertEquals(codeOf(() => partition.follower(9, 0)), "UNKNOWN_LEADER_EPOCH");
  assertEquals(codeOf(() => partition.follower(9, -1)), "NOT_LEADER_OR_FOLLOWER");
});

Deno.test("the low watermark is the smallest log start of the replicas that are alive", () => {
  const { partition, log, fetched } = open({}, new Set([2]));
  const replicas = [BROKER, 2, 3];
  partition.makeLeader(assigned({ replicas, isr: [BROKER, 2] }));
  partition.appendAsLeader(batchOf(["a", "b", "c"]), 1);
  fetched(2, 3, 0);
  fetched(3, 0, 0);
  log.deleteRecords(2);
  assertEquals(partition.lowWatermark, 0);
  assertEquals(fetched(2, 3, 2), true);
  assertEquals(partition.lowWatermark, 2, "broker 3 is not alive");
});

Deno.test("replicas that are no longer assigned are forgotten", () => {
  const { partition } = open();
  partition.makeLeader(assigned({ replicas: [BROKER, 2, 3], addingReplicas: [3] }));
  assertEquals([...partition.followers.keys()], [2, 3]);
  assert(partition.isAddingReplica(3));
  partition.makeLeader(assigned({ replicas: [BROKER, 3], partitionEpoch: 1 }));
  assertEquals([...partition.followers.keys()], [3]);
  assert(!partition.isAddingReplica(3));
});

Deno.test("listeners hear of the high watermark, and of what becomes of the partition", () => {
  const { partition } = open();
  const heard: string[] = [];
  const listener = {
    onHighWatermarkUpdated: (_: Partition, offset: number) =>
      heard.push(`high watermark ${offset}`),
    onBecomingFollower: () => heard.push("follower"),
    onDeleted: () => heard.push("deleted"),
    onFailed: () => heard.push("failed"),
  };
  partition.addListener(listener);
  partition.makeLeader(assigned());
  partition.appendAsLeader(batchOf(["a"]), 1);
  partition.makeFollower(assigned({ leader: 2, leaderEpoch: 1, partitionEpoch: 1 }));
  partition.retire("deleted");
  partition.retire("failed");
  assertEquals(heard, ["high watermark 1", "follower", "deleted"]);
});

Deno.test("a follower that has caught up is proposed, and in sync when the controller says so", () => {
  const { partition, fetched, proposals, log } = open();
  partition.makeLeader(assigned({ replicas: [BROKER, 2], isr: [BROKER] }));
  partition.appendAsLeader(batchOf(["a", "b"]), 1);
  fetched(2, 1);
  assertEquals(proposals, []);
  fetched(2, 2);
  const [proposal] = proposals as [IsrProposal];
  assertEquals([[...proposal.isr.keys()], [...partition.isr]], [[BROKER, 2], [BROKER]]);
  partition.appendAsLeader(batchOf(["c"]), 1);
  assertEquals(log.highWatermark, 2, "it counts from now on");
  const settled = { isr: [BROKER, 2], leaderEpoch: 0, partitionEpoch: 1 };
  assertEquals(partition.isrAltered(proposal, settled), false);
  assertEquals([[...partition.isr], partition.partitionEpoch], [[BROKER, 2], 1]);
  assertEquals(partition.isrAltered(proposal, settled), undefined, "that is settled");
});

Deno.test("an answer of the controller that is older than the metadata changes nothing", () => {
  const { partition, fetched, proposals } = open();
  const replicas = [BROKER, 2];
  partition.makeLeader(assigned({ replicas, isr: [BROKER], partitionEpoch: 5, leaderEpoch: 3 }));
  fetched(2, 0);
  const [proposal] = proposals as [IsrProposal];
  const altered = (leaderEpoch: number, partitionEpoch: number) =>
    partition.isrAltered(proposal, { isr: replicas, leaderEpoch, partitionEpoch });
  assertEquals([altered(2, 6), altered(3, 4)], [undefined, undefined]);
  assert(partition.isProposed(proposal));
  partition.makeLeader(assigned({ replicas, isr: [BROKER], partitionEpoch: 6, leaderEpoch: 3 }));
  assert(!partition.isProposed(proposal));
  partition.isrRejected(proposal);
  assertEquals(altered(3, 7), undefined);
});

Deno.test("metadata that is known already leaves a proposal alone", () => {
  const { partition, fetched, proposals } = open();
  const known = assigned({ replicas: [BROKER, 2], isr: [BROKER], partitionEpoch: 5 });
  partition.makeLeader(known);
  fetched(2, 0);
  partition.makeLeader(known);
  assert(partition.isProposed(proposals[0]!));
  partition.isrRejected(proposals[0]!);
  fetched(2, 0);
  assertEquals(proposals.length, 2);
});

Deno.test("an ISR that is to shrink holds the high watermark until it has", async () => {
  const { env, partition, fetched, proposals, log } = open();
  partition.makeLeader(assigned({ replicas: [BROKER, 2] }));
  partition.appendAsLeader(batchOf(["a"]), 1);
  partition.maybeShrinkIsr();
  assertEquals(proposals, []);
  await env.clock.advance(30_001);
  partition.maybeShrinkIsr();
  partition.maybeShrinkIsr();
  const [proposal] = proposals as [IsrProposal];
  assertEquals([proposals.length, [...proposal.isr.keys()], log.highWatermark], [1, [BROKER], 0]);
  const settled = { isr: [BROKER], leaderEpoch: 0, partitionEpoch: 1 };
  assertEquals([partition.isrAltered(proposal, settled), log.highWatermark], [true, 1]);
  fetched(2, 0);
  partition.makeFollower(assigned({ leader: 2, leaderEpoch: 1, partitionEpoch: 2 }));
  partition.maybeShrinkIsr();
  assertEquals(proposals.length, 1);
});

Deno.test("a fetch from before the follower's restart is refused", () => {
  const { partition, fetched } = open();
  partition.makeLeader(assigned({ replicas: [BROKER, 2] }));
  const late = () => fetched(2, 0, 0, BROKER_EPOCH - 1);
  assertEquals(codeOf(late), "NOT_LEADER_OR_FOLLOWER");
  assertEquals(partition.followers.get(2)!.logEndOffset, -1);
  fetched(2, 0, 0, BROKER_EPOCH);
  assertEquals(partition.followers.get(2)!.logEndOffset, 0);
});
