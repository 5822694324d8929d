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

async function open(dir: string | undefined, env?: Env): Promise<World> {
  const system = systemEnv({ logger: { write: () => {} } });
  const world = env ??
    (dir === undefined ? { ...system, fileSystem: new MemoryFileSystem() } : system);
  const transport = new MemoryTransport();
  const broker = await Broker.start({
    env: world,
    transport,
    dir: dir ?? "/bench",
    port: 0,
    properties: { "group.initial.rebalance.delay.ms": "100", "offsets.topic.num.partitions": "10" },
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
      sessionTimeoutMs: 45_000,
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
  /** Heartbeats a second, one after the other on each connection. */
  readonly heartbeatsPerSecond: number;
  /** Heartbeats that were refused. */
  readonly refused: number;
}

/** `groups` groups share `members` members, each on a connection of its own; all beat `rounds` times, as fast as the broker answers. */
export async function manyMembers(
  groups: number,
  members: number,
  rounds: number,
): Promise<MembersCost> {
  await using world = await open(undefined);
  const connections = await connectAll(world, members);
  const begin = performance.now();
  const joined = await Promise.all(
    connections.map((connection, i) => join(connection, `group-${i % groups}`)),
  );
  const joinMs = performance.now() - begin;
  const beat = async ({ connection, groupId, memberId, generationId }: Member) => {
    let refused = 0;
    for (let i = 0; i < rounds; i++) {
      const { errorCode } = await connection.send(heartbeat, { groupId, memberId, generationId });
      if (errorCode !== 0) refused++;
    }
    return refused;
  };
  const beatBegin = performance.now();
  const refused = (await Promise.all(joined.map(beat))).reduce((sum, each) => sum + each, 0);
  const seconds = (performance.now() - beatBegin) / 1000;
  for (const connection of connections) connection.close();
  return { joinMs, heartbeatsPerSecond: members * rounds / seconds, refused };
}

/** How long it takes `members` members to join one group, ms. */
export async function largeJoin(members: number): Promise<number> {
  await using world = await open(undefined);
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
  await using world = await open(dir, env);
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
