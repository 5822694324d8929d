/**
 * What must hold of a cluster at every moment: an epoch has one leader, of the quorum as of a partition; nodes that know the same state of a
 * partition know it the same way; metadata logs agree; replicas are the same up to the high watermark, which never goes back; whoever is in
 * the ISR has all that was acknowledged; and nobody is served two records at one offset.
 */

import type { PartitionLog } from "../../storage/log/partition_log.ts";
import type { Rooms } from "../../cluster/server/node_rooms.ts";
import { type ClusterNode, DATA } from "./cluster_node.ts";
import { QuorumChecks, readLog } from "./quorum_checks.ts";
import { contentOf, Violation } from "./replication_checks.ts";

/** A record, and where it is. */
export interface PlacedRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly value: string;
}

/** A node that runs. */
interface RunningNode {
  readonly node: ClusterNode;
  readonly rooms: Rooms;
}

/** See the file's comment. */
export class ClusterChecks {
  readonly #nodes: readonly ClusterNode[];
  readonly #topics: readonly string[];
  /** Who leads, by what and epoch. */
  readonly #leaders = new Map<string, number>();
  /** Partitions, by topic id, number and partition epoch. */
  readonly #registrations = new Map<string, string>();
  readonly #highWatermarks = new WeakMap<PartitionLog, number>();
  /** Records that readers were given, by place. */
  readonly #served = new Map<string, string>();
  readonly acknowledged: PlacedRecord[] = [];

  constructor(nodes: readonly ClusterNode[], topics: readonly string[]) {
    this.#nodes = nodes;
    this.#topics = topics;
  }

  /** How many leaders there have been. */
  get elections(): number {
    return this.#leaders.size;
  }

  /**
   * A reader was given a record.
   *
   * @throws {Violation}
   */
  served({ topic, partition, offset, value }: PlacedRecord): void {
    const place = `${topic}-${partition} at ${offset}`;
    once(this.#served, place, value, (before) => `${place} is read as ${before} and as ${value}`);
  }

  /**
   * Looks at all nodes.
   *
   * @throws {Violation}
   */
  look(): void {
    const running = this.#nodes.flatMap((node) =>
      node.rooms === undefined ? [] : [{ node, rooms: node.rooms }]
    );
    this.#quorum(running);
    for (const { rooms } of running) this.#metadata(rooms);
    const logs = new Map(running.map(({ node, rooms }) => [node.id, this.#logs(rooms)]));
    for (const [id, byPartition] of logs) this.#rising(id, byPartition);
    for (const topic of this.#topics) this.#replicas(topic, logs);
    this.#inSync(running, logs);
  }

  #quorum(running: readonly RunningNode[]): void {
    for (const { rooms: { shared: { raft: { leaderAndEpoch } } } } of running) {
      const { leaderId, epoch } = leaderAndEpoch;
      if (leaderId !== undefined) this.#leads(`the quorum in epoch ${epoch}`, leaderId);
    }
    const controllers = running.filter(({ node }) => node.isController);
    new QuorumChecks().matching(
      controllers.map(({ node }) => [node.id, readLog(node.files, `${DATA}/__cluster_metadata-0`)]),
    );
  }

  #metadata({ shared: { controller: { image } } }: Rooms): void {
    for (const { id, name, partitions } of image.topics.byName.values()) {
      for (const [number, registration] of partitions) {
        const what = `${name}-${number}`;
        const { partitionEpoch, leaderEpoch, leader } = registration;
        const state = JSON.stringify(registration);
        once(
          this.#registrations,
          `${id} ${number} ${partitionEpoch}`,
          state,
          (before) =>
            `${what} has two states of partition epoch ${partitionEpoch}: ${before} ${state}`,
        );
        if (leader >= 0) this.#leads(`${what} ${id} in epoch ${leaderEpoch}`, leader);
      }
    }
  }

  #leads(what: string, leader: number): void {
    once(this.#leaders, what, leader, (before) => `${what} is led by ${before} and ${leader}`);
  }

  #logs({ logManager }: Rooms): ReadonlyMap<string, PartitionLog> {
    const logs = logManager?.allLogs ?? [];
    return new Map(logs.map((log) => [nameOf(log), log]));
  }

  /** A high watermark goes up only, as long as a node lives. */
  #rising(id: number, logs: ReadonlyMap<string, PartitionLog>): void {
    for (const [name, log] of logs) {
      const before = this.#highWatermarks.get(log) ?? 0;
      const now = log.highWatermark;
      if (now < before) {
        throw new Violation(`high watermark of ${name} on ${id}: ${before} -> ${now}`);
      }
      this.#highWatermarks.set(log, now);
    }
  }

  #replicas(topic: string, nodes: ReadonlyMap<number, ReadonlyMap<string, PartitionLog>>): void {
    /** By partition, what is committed according to somebody. */
    const committed = new Map<string, { readonly id: number; readonly content: string[] }>();
    for (const [id, logs] of nodes) {
      for (const [name, log] of logs) {
        if (!name.startsWith(`${topic}-`)) continue;
        const content = contentOf(log).slice(0, log.highWatermark);
        const other = committed.get(name);
        if (other === undefined || other.content.length < content.length) {
          committed.set(name, { id, content });
        }
        const length = Math.min(content.length, other?.content.length ?? 0);
        for (let offset = 0; offset < length; offset++) {
          const [here, there] = [content[offset], other!.content[offset]];
          if (here === there) continue;
          throw new Violation(
            `${name} differs at ${offset}, below the high watermark: ${here} on ${id}, ` +
              `${there} on ${other!.id}`,
          );
        }
      }
    }
  }

  /** Whoever is in the ISR, in this very life, has all that was acknowledged. */
  #inSync(
    running: readonly RunningNode[],
    logs: ReadonlyMap<number, ReadonlyMap<string, PartitionLog>>,
  ): void {
    const image = this.#newestImage(running);
    if (image === undefined) return;
    for (const { node, rooms } of running) {
      const { brokerServer } = rooms;
      const registered = image.cluster.brokers.get(node.id)?.brokerEpoch;
      if (brokerServer === undefined || brokerServer.brokerEpoch !== registered) continue;
      const known = rooms.shared.controller.image;
      const contents = new Map<string, string[]>();
      for (const { topic, partition, offset, value } of this.acknowledged) {
        const current = image.topics.partition(topic, partition);
        if (current?.isr.includes(node.id) !== true) continue;
        if (known.topics.partition(topic, partition)?.leaderEpoch !== current.leaderEpoch) continue;
        const name = `${topic}-${partition}`;
        const log = logs.get(node.id)!.get(name);
        if (log === undefined) continue;
        const content = contents.get(name) ?? contentOf(log);
        contents.set(name, content);
        if (content[offset] === value) continue;
        throw new Violation(
          `${name} has lost ${value}, acknowledged at ${offset}: ${
            content[offset]
          } on ${node.id}, ` +
            `which is in sync and ends at ${content.length}`,
        );
      }
    }
  }

  /** The metadata of which nobody knows anything newer, if that is sure: most voters follow this controller or an older one. */
  #newestImage(running: readonly RunningNode[]) {
    const epochOf = ({ rooms }: RunningNode) => rooms.shared.raft.leaderAndEpoch.epoch;
    const voters = running.filter(({ node }) => node.isController);
    const active = voters.filter(({ rooms }) => rooms.shared.controller.isActive)
      .sort((a, b) => epochOf(b) - epochOf(a))[0];
    if (active === undefined) return undefined;
    const followers = voters.filter((voter) => epochOf(voter) <= epochOf(active));
    const all = this.#nodes.filter(({ isController }) => isController).length;
    return followers.length * 2 > all ? active.rooms.shared.controller.image : undefined;
  }
}

/** Notes a value, which must be the same as before. */
function once<V>(
  known: Map<string, V>,
  key: string,
  value: V,
  complaint: (before: V) => string,
): void {
  const before = known.get(key);
  if (before !== undefined && before !== value) throw new Violation(complaint(before));
  known.set(key, value);
}

function nameOf({ topicPartition: { topic, partition } }: PartitionLog): string {
  return `${topic}-${partition}`;
}
