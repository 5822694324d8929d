import { assertEquals } from "@std/assert";
import type { AlterConfigOp, ConfigResource } from "../../../client/admin/configs.ts";
import type { Admin } from "../../../client/cli/admin_session.ts";
import { moveMap } from "../../../client/cli/partition_moves.ts";
import { replicaMap } from "../../../client/cli/reassignment_json.ts";
import {
  clearThrottles,
  throttleLogDirs,
  throttleMoves,
} from "../../../client/cli/reassignment_throttles.ts";
import { TopicPartitionMap } from "../../../storage/file/topic_partition_map.ts";
import { LineOutput } from "../../../storage/cli/tool.ts";
import { manualEnv } from "../../support/manual_env.ts";

const foo = { topic: "foo", partition: 0 };

/** Notes changes as `TYPE name: config=value`. */
function world() {
  const changes: string[] = [], lines: string[] = [];
  const stdout = (text: string) => void lines.push(...text.split("\n"));
  const output = new LineOutput({ env: manualEnv(), stdout, stderr: () => {} });
  const admin = {
    describeCluster: () => Promise.resolve({ nodes: [{ id: 0 }] }),
    incrementalAlterConfigs: (configs: [ConfigResource, AlterConfigOp[]][]) => {
      for (const [{ type, name }, ops] of configs) {
        for (const op of ops) {
          changes.push(`${type} ${name}: ${op.name}${op.op === "SET" ? `=${op.value}` : " away"}`);
        }
      }
      return Promise.resolve({ all: () => {} });
    },
  } as unknown as Admin;
  return { admin, changes, lines, output };
}

Deno.test("topics say which replicas are throttled, brokers how much", async () => {
  const { admin, changes, lines, output } = world();
  const moves = moveMap(
    new TopicPartitionMap(),
    new TopicPartitionMap([[foo, [2]]]),
    new TopicPartitionMap([[foo, [1]]]),
  );
  await throttleMoves(admin, moves, 1024, output);
  await throttleLogDirs(admin, new Set([2]), 7, output);
  output.flush();
  assertEquals(changes, [
    "TOPIC foo: leader.replication.throttled.replicas=0:1",
    "TOPIC foo: follower.replication.throttled.replicas=0:2",
    "BROKER 1: leader.replication.throttled.rate=1024",
    "BROKER 1: follower.replication.throttled.rate=1024",
    "BROKER 2: leader.replication.throttled.rate=1024",
    "BROKER 2: follower.replication.throttled.rate=1024",
    "BROKER 2: replica.alter.log.dirs.io.max.bytes.per.second=7",
  ]);
  assertEquals(lines, [
    "The inter-broker throttle limit was set to 1024 B/s",
    "The replica-alter-dir throttle limit was set to 7 B/s",
  ]);
});

Deno.test("throttles go from all brokers, and from the topics of the plan", async () => {
  const { admin, changes, lines } = world();
  const plan = { partitions: [[foo, [5]]] as const, logDirs: replicaMap<string>() };
  await clearThrottles(admin, plan, (line) => lines.push(line));
  assertEquals(changes.length, 2 * 3 + 2);
  assertEquals(changes.every((change) => change.endsWith(" away")), true);
  assertEquals(lines, [
    "Clearing broker-level throttles on brokers 0,5",
    "Clearing topic-level throttles on topic foo",
  ]);
});
