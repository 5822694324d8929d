/**
 * Workloads of the coordinator of groups, as functions of their parameters: many members, large joins, many commits, a long load.
 *
 * @module
 */

import { BrokerConnection } from "../../client/network/broker_connection.ts";
import { MemoryTransport } from "../../client/network/memory_transport.ts";
import { createTopics } from "../../client/protocol/messages/create_topics.ts";
import { findCoordinator } from "../../client/protocol/messages/find_coordinator.ts";
import { heartbeat } from "../../client/protocol/messages/heartbeat.ts";
import { joinGroup } from "../../client/protocol/messages/join_group.ts";
import { offsetCommit } from "../../client/protocol/messages/offset_commit.ts";
import { offsetFetch } from "../../client/protocol/messages/offset_fetch.ts";
import { syncGroup } from "../../client/protocol/messages/sync_group.ts";
import { Broker } from "../../cluster/server/broker.ts";
import type { Env } from "../../storage/env.ts";
import { MemoryFileSystem } from "../../storage/file/memory_file_system.ts";
import { systemEnv } from "../../storage/system_env.ts";

const NO_BYTES = new Uint8Array(0);
const PROTOCOLS = [{ name: "range", metadata: NO_BYTES }];

/** A broker whose network, and unless there is a directory whose files, are in memory. */
interface World extends AsyncDisposable {
  readonly broker: Broker;
  readonly env: Env;
  connect(): Promise<BrokerConnection>;
}

async function open(
  dir: string | undefined,
  options: { readonly env?: Env; readonly properties?: Readonly<Record<string, string>> } = {},
): Promise<World> {
  const system = systemEnv({ logger: { write: () => {} } });
  const world = options.env ??
    (dir === undefined ? { ...system, fileSystem: new MemoryFileSystem() } : system);
  const transport = new MemoryTransport();
  const broker = await Broker.start({
    env: world,
    transport,
    dir: dir ?? "/bench",
    port: 0,
    properties: { "offsets.topic.num.partitions": "10", ...options.properties },
  });
  const connect = () =>
    BrokerConnection.connect({
      transport,
      address: broker.address,
      clock: world.clock,
      requestTimeoutMs: 600_000,
      setupTimeoutMs: 600_000,
    });
  using first = await connect();
  // The topic of groups is made when somebody asks for it.
  while (true) {
    const { coordinators } = await first.send(findCoordinator, { coordinatorKeys: ["g"] });
    if (coordinators[0]!.errorCode === 0) break;
    await world.clock.sleep(1);
  }
  return {
    broker,
    env: world,
    connect,
    [Symbol.asyncDispose]: () => broker.shutdown(),
  };
}

/** A member of a group, on a connection of its own. */
interface Member {
  readonly groupId: string;
  readonly connection: BrokerConnection;
  memberId: string;
  generationId: number;
}

/** Joins, and again whenever the group has others to wait for; ends with an assignment. */
async function join(connection: BrokerConnection, groupId: string): Promise<Member> {
  const member: Member = { groupId, connection, memberId: "", generationId: -1 };
  while (true) {
    const joined = await connection.send(joinGroup, {
      groupId,
      memberId: member.memberId,
      sessionTimeoutMs: 6000,
      rebalanceTimeoutMs: 300_000,
      protocolType: "consumer",
      protocols: PROTOCOLS,
    });
    member.memberId = joined.memberId;
    member.generationId = joined.generationId;
    if (joined.errorCode === MEMBER_ID_REQUIRED) continue;
    if (joined.errorCode !== 0) throw new Error(`JoinGroup failed with ${joined.errorCode}`);
    const { errorCode } = await connection.send(syncGroup, {
      groupId,
      memberId: joined.memberId,
      generationId: joined.generationId,
      protocolType: "consumer",
      protocolName: "range",
      assignments: joined.members.map(({ memberId }) => ({ memberId, assignment: NO_BYTES })),
    });
    if (errorCode === 0) return member;
    if (errorCode !== REBALANCE_IN_PROGRESS) throw new Error(`SyncGroup failed with ${errorCode}`);
  }
}

const MEMBER_ID_REQUIRED = 79, REBALANCE_IN_PROGRESS = 27;

/** What many members cost. */
export interface MembersCost {
  /** Until all are in their groups, ms. */
  readonly joinMs: number;
  /** Heartbeats that were sent, and the 99th percentile of the time to their answers, ms. */
  readonly heartbeats: number;
  readonly p99Ms: number;
  /** Heartbeats that were refused: nobody joins or leaves any more, so that none should be. */
  readonly refused: number;
}

/** How the members of {@linkcode manyMembers} behave. */
export interface MembersOptions {
  /** Time between two heartbeats, ms. */
  readonly intervalMs: number;
  /** How often each beats. */
  readonly rounds: number;
  /** How long a group waits for its first members, ms. */
  readonly initialDelayMs: number;
}

/**
 * `groups` groups share `members` members, each on a connection of its own, with sessions of 6 s. When all are in they beat, each in a rhythm of its
 * own, for longer than a session is.
 */
export async function manyMembers(
  groups: number,
  members: number,
  { intervalMs, rounds, initialDelayMs }: MembersOptions,
): Promise<MembersCost> {
  const delay = { "group.initial.rebalance.delay.ms": `${initialDelayMs}` };
  await using world = await open(undefined, { properties: delay });
  const { clock } = world.env;
  const connections = await connectAll(world, members);
  const begin = clock.monotonic();
  const times: number[] = [];
  let refused = 0;
  let joinMs = 0;
  const live = async (connection: BrokerConnection, i: number) => {
    const { groupId, memberId, generationId } = await join(connection, `group-${i % groups}`);
    joinMs = Math.max(joinMs, clock.monotonic() - begin);
    await clock.sleep(intervalMs * (i / members));
    for (let round = 0; round < rounds; round++) {
      const sent = clock.monotonic();
      const { errorCode } = await connection.send(heartbeat, { groupId, memberId, generationId });
      times.push(clock.monotonic() - sent);
      if (errorCode !== 0) refused++;
      await clock.sleep(intervalMs);
    }
  };
  await Promise.all(connections.map(live));
  for (const connection of connections) connection.close();
  times.sort((a, b) => a - b);
  return {
    joinMs,
    refused,
    heartbeats: times.length,
    p99Ms: times[Math.floor(times.length * 0.99)]!,
  };
}

/** How long it takes `members` members to join one group, ms, with the time that it waits for its first ones. */
export async function largeJoin(members: number, initialDelayMs: number): Promise<number> {
  const delay = { "group.initial.rebalance.delay.ms": `${initialDelayMs}` };
  await using world = await open(undefined, { properties: delay });
  const connections = await connectAll(world, members);
  const begin = performance.now();
  await Promise.all(connections.map((connection) => join(connection, "large")));
  const ms = performance.now() - begin;
  for (const connection of connections) connection.close();
  return ms;
}

async function connectAll(world: World, count: number): Promise<BrokerConnection[]> {
  const connections: BrokerConnection[] = [];
  for (let i = 0; i < count; i += 100) {
    const some = Array.from({ length: Math.min(100, count - i) }, () => world.connect());
    connections.push(...await Promise.all(some));
  }
  return connections;
}

/**
 * Commits of one offset each, by groups without members, a second. One group in turn on each connection, several requests on the way.
 *
 * @param dir where the log is; in memory without one
 */
export async function commitsPerSecond(
  commits: number,
  connections: number,
  dir?: string,
): Promise<number> {
  await using world = await open(dir);
  const all = await connectAll(world, connections);
  const topicId = await makeTopic(all[0]!, "t", 10);
  const perConnection = Math.ceil(commits / connections);
  const begin = performance.now();
  await Promise.all(all.map(async (connection, c) => {
    const inFlight = 10;
    const commit = async (first: number) => {
      for (let i = first; i < perConnection; i += inFlight) {
        const { topics } = await connection.send(offsetCommit, {
          groupId: `group-${c}`,
          topics: [{ topicId, partitions: [{ partitionIndex: i % 10, committedOffset: i }] }],
        });
        const { errorCode } = topics[0]!.partitions[0]!;
        if (errorCode !== 0) throw new Error(`OffsetCommit failed with ${errorCode}`);
      }
    };
    await Promise.all(Array.from({ length: inFlight }, (_, i) => commit(i)));
  }));
  const seconds = (performance.now() - begin) / 1000;
  for (const connection of all) connection.close();
  return perConnection * connections / seconds;
}

async function makeTopic(
  connection: BrokerConnection,
  name: string,
  numPartitions: number,
): Promise<string> {
  const { topics } = await connection.send(createTopics, {
    topics: [{ name, numPartitions, replicationFactor: 1 }],
    timeoutMs: 30_000,
  });
  const { errorCode, topicId } = topics[0]!;
  if (errorCode !== 0) throw new Error(`CreateTopics failed with ${errorCode}`);
  return topicId;
}

/** What a load costs. */
export interface LoadCost {
  /** Records a second, from the start of the broker to the first answer of the coordinator. */
  readonly recordsPerSecond: number;
  /** How long it took, ms. */
  readonly ms: number;
}

/**
 * Commits `records` offsets of different partitions, 1,000 a request, starts the broker again and waits for its coordinator.
 *
 * @param dir where the log is; in memory without one
 */
export async function loadOffsets(records: number, dir?: string): Promise<LoadCost> {
  const partitions = Math.min(1000, records);
  let env: Env;
  {
    await using world = await open(dir);
    env = world.env;
    using connection = await world.connect();
    const topicId = await makeTopic(connection, "t", partitions);
    for (let i = 0; i < records / partitions; i++) {
      // All groups in one partition of the topic, which one coordinator loads.
      await connection.send(offsetCommit, {
        groupId: groupInFirstPartition(i),
        topics: [{
          topicId,
          partitions: Array.from({ length: partitions }, (_, partitionIndex) => ({
            partitionIndex,
            committedOffset: i,
            committedMetadata: "",
          })),
        }],
      });
    }
  }
  const begin = performance.now();
  await using world = await open(dir, { env });
  using connection = await world.connect();
  while (true) {
    const { groups } = await connection.send(offsetFetch, {
      groups: [{
        groupId: groupInFirstPartition(0),
        memberId: null,
        memberEpoch: -1,
        topics: null,
      }],
    });
    if (groups[0]!.errorCode === 0) break;
    await world.env.clock.sleep(1);
  }
  const ms = performance.now() - begin;
  return { recordsPerSecond: records / ms * 1000, ms };
}

/** Names whose hash is a multiple of the topic's ten partitions. */
function groupInFirstPartition(i: number): string {
  // Two of the last letters outweigh each other in Java's hash: `i` in the middle does not, so it is looked for.
  for (let suffix = 0;; suffix++) {
    const name = `group-${i}-${suffix}`;
    let hash = 0;
    for (const letter of name) hash = (Math.imul(hash, 31) + letter.charCodeAt(0)) | 0;
    if (Math.abs(hash) % 10 === 0) return name;
  }
}
