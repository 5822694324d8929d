/**
 * Setting and clearing the throttles of reassignments.
 *
 * @module
 */

import type { LineOutput } from "../../storage/cli/tool.ts";
import { hashCode, hashOrder } from "../../storage/cli/java_text.ts";
import type { AlterConfigOp, ConfigResource } from "../admin/configs.ts";
import type { Admin } from "./admin_session.ts";
import { future } from "./java_future.ts";
import { type MoveMap, movingBrokers, throttledReplicas } from "./partition_moves.ts";
import type { ReassignmentPlan } from "./reassignment_json.ts";

const LEADER_RATE = "leader.replication.throttled.rate";
const FOLLOWER_RATE = "follower.replication.throttled.rate";
const LOG_DIRS_RATE = "replica.alter.log.dirs.io.max.bytes.per.second";
const LEADER_REPLICAS = "leader.replication.throttled.replicas";
const FOLLOWER_REPLICAS = "follower.replication.throttled.replicas";

type Changes = (readonly [ConfigResource, readonly AlterConfigOp[]])[];

async function alter(admin: Admin, changes: Changes): Promise<void> {
  await future(admin.incrementalAlterConfigs(changes).then((results) => results.all()));
}

const broker = (id: number): ConfigResource => ({ type: "BROKER", name: `${id}` });
const topic = (name: string): ConfigResource => ({ type: "TOPIC", name });
const set = (name: string, value: string): AlterConfigOp => ({ name, op: "SET", value });
const unset = (name: string): AlterConfigOp => ({ name, op: "DELETE" });

/** Throttles what moves between brokers. */
export async function throttleMoves(
  admin: Admin,
  moves: MoveMap,
  bytesPerSecond: number,
  output: LineOutput,
): Promise<void> {
  const [leaders, followers] = [
    throttledReplicas(moves, "sources"),
    throttledReplicas(moves, "destinations"),
  ];
  await alter(
    admin,
    Array.from(moves.keys(), (name) => [topic(name), [
      set(LEADER_REPLICAS, leaders.get(name)!),
      set(FOLLOWER_REPLICAS, followers.get(name)!),
    ]]),
  );
  const rates = [LEADER_RATE, FOLLOWER_RATE].map((name) => set(name, `${bytesPerSecond}`));
  await alter(admin, movingBrokers(moves).map((id) => [broker(id), rates]));
  output.print(`The inter-broker throttle limit was set to ${bytesPerSecond} B/s`);
}

/** Throttles what moves between the directories of brokers. */
export async function throttleLogDirs(
  admin: Admin,
  brokers: ReadonlySet<number>,
  bytesPerSecond: number,
  output: LineOutput,
): Promise<void> {
  const rate = set(LOG_DIRS_RATE, `${bytesPerSecond}`);
  await alter(admin, Array.from(brokers, (id) => [broker(id), [rate]]));
  output.print(`The replica-alter-dir throttle limit was set to ${bytesPerSecond} B/s`);
}

/** Clears the throttles of all brokers, and of the topics of a plan: which brokers took part in a move is not known any more. */
export async function clearThrottles(
  admin: Admin,
  plan: ReassignmentPlan,
  print: (line: string) => void,
): Promise<void> {
  const { nodes } = await future(admin.describeCluster());
  const brokers = new Set(nodes.map(({ id }) => id));
  for (const [, replicas] of plan.partitions) replicas.forEach((id) => brokers.add(id));
  const ids = hashOrder(brokers, (id) => id);
  const s = (items: readonly unknown[]) => items.length === 1 ? "" : "s";
  print(`Clearing broker-level throttles on broker${s(ids)} ${ids.join(",")}`);
  const rates = [LEADER_RATE, FOLLOWER_RATE, LOG_DIRS_RATE].map(unset);
  await alter(admin, ids.map((id) => [broker(id), rates]));
  const topics = new Set(plan.partitions.map(([{ topic }]) => topic));
  const names = hashOrder(topics, hashCode);
  print(`Clearing topic-level throttles on topic${s(names)} ${names.join(",")}`);
  const replicas = [LEADER_REPLICAS, FOLLOWER_REPLICAS].map(unset);
  await alter(admin, names.map((name) => [topic(name), replicas]));
}
