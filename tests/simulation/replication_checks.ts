/**
 * What must hold of replicas at every moment: an epoch has one leader, replicas are the same up to the high watermark, and whoever is in the
 * ISR has all that was acknowledged; what producers have repeated is there once.
 */

import type { Partition } from "../../cluster/replication/partition.ts";
import type { PartitionLog } from "../../storage/log/partition_log.ts";
import { batchesIn } from "../../storage/record/memory_records.ts";
import { textOf } from "../support/partition_log.ts";
import type { ReplicaBroker } from "./replica_broker.ts";
import type { ReplicaController } from "./replica_controller.ts";

/** What a producer was told is safe. */
export interface Acknowledged {
  readonly value: string;
  readonly offset: number;
}

/** What a checker has found. */
export class Violation extends Error {
  override readonly name = "Violation";
}

/** See the file's comment. */
export class ReplicationChecks {
  readonly #controller: ReplicaController;
  readonly #brokers: ReadonlyMap<number, ReplicaBroker>;
  readonly #partitions: readonly number[];
  /** By partition and epoch, who has led. */
  readonly #leaders = new Map<string, number>();
  /** By partition, the offset below which records may be gone. */
  readonly #deleted: number[];
  /** By partition, what is safe. */
  readonly acknowledged: readonly Acknowledged[][];

  constructor(
    controller: ReplicaController,
    brokers: ReadonlyMap<number, ReplicaBroker>,
    partitions: readonly number[],
  ) {
    this.#controller = controller;
    this.#brokers = brokers;
    this.#partitions = partitions;
    this.#deleted = partitions.map(() => 0);
    this.acknowledged = partitions.map(() => []);
  }

  /** How many leaders there have been. */
  get elections(): number {
    return this.#leaders.size;
  }

  /** Records below an offset are to be deleted. */
  deleted(id: number, offset: number): void {
    this.#deleted[id] = Math.max(this.#deleted[id]!, offset);
  }

  /**
   * Looks at who leads, by the controller.
   *
   * @throws {Violation}
   */
  leaders(): void {
    for (const id of this.#partitions) {
      const partition = this.#controller.image.topics.partition("t", id);
      if (partition !== undefined) this.#noteLeader(id, partition.leaderEpoch, partition.leader);
    }
  }

  #noteLeader(id: number, epoch: number, leader: number): void {
    const key = `partition ${id} in epoch ${epoch}`;
    const known = this.#leaders.get(key);
    if (known !== undefined && known !== leader) {
      throw new Violation(`${key} is led by ${known} and ${leader}`);
    }
    this.#leaders.set(key, leader);
  }

  /**
   * Looks at all replicas that are open at the moment.
   *
   * @throws {Violation}
   */
  replicas(): void {
    for (const id of this.#partitions) {
      const open = [...this.#brokers.values()].flatMap((broker) => {
        const partition = broker.partition(id);
        return partition?.log === undefined ? [] : [{ broker, partition, log: partition.log }];
      });
      const contents = new Map(open.map(({ broker, log }) => [broker.id, contentOf(log)]));
      for (const { broker, partition, log } of open) {
        if (partition.isLeader) this.#noteLeader(id, partition.leaderEpoch, broker.id);
        const content = contents.get(broker.id)!;
        checkSequences(id, broker.id, content);
        if (this.#isInSync(broker, partition, id)) this.#checkAcknowledged(id, broker.id, content);
        for (const other of open) {
          if (other.broker.id <= broker.id) continue;
          const committed = Math.min(log.highWatermark, other.log.highWatermark);
          const theirs = contents.get(other.broker.id)!;
          for (let offset = this.#deleted[id]!; offset < committed; offset++) {
            if (content[offset] === theirs[offset]) continue;
            throw new Violation(
              `partition ${id} differs at ${offset}, below the high watermark ${committed}: ` +
                `${content[offset]} on ${broker.id}, ${theirs[offset]} on ${other.broker.id}`,
            );
          }
        }
      }
    }
  }

  /** Whether the controller has a broker in the ISR, and means this very life of it. */
  #isInSync({ id, life }: ReplicaBroker, { leaderEpoch }: Partition, partition: number): boolean {
    const { cluster, topics } = this.#controller.image;
    const { isr, leaderEpoch: current } = topics.partition("t", partition)!;
    return isr.includes(id) && cluster.brokers.get(id)!.brokerEpoch === life!.brokerEpoch &&
      leaderEpoch === current;
  }

  #checkAcknowledged(id: number, brokerId: number, content: readonly string[]): void {
    for (const { value, offset } of this.acknowledged[id]!) {
      if (content[offset] === value || offset < this.#deleted[id]!) continue;
      throw new Violation(
        `partition ${id} has lost ${value}, acknowledged at ${offset}: ${content[offset]} on ` +
          `${brokerId}, which is in sync and ends at ${content.length}`,
      );
    }
  }
}

/** What a producer has sent again and again is there once, and in its order. */
function checkSequences(id: number, brokerId: number, content: readonly string[]): void {
  const last = new Map<string, number>();
  content.forEach((value, offset) => {
    const [producer, sequence] = value.split(":") as [string, string];
    const expected = (last.get(producer) ?? Number(sequence) - 1) + 1;
    if (Number(sequence) !== expected) {
      throw new Violation(
        `partition ${id} has ${value} at ${offset} on ${brokerId}, where ${producer} is at ${expected}`,
      );
    }
    last.set(producer, expected);
  });
}

/** By offset, the value of each record. */
export function contentOf(log: PartitionLog): string[] {
  const content: string[] = [];
  for (let next = log.logStartOffset; next < log.logEndOffset;) {
    const { bytes } = {
      bytes: log.read(next, { maxBytes: 100_000, isolation: "log_end" }).bytes(),
    };
    for (const batch of batchesIn(bytes)) {
      for (const { offset, value } of batch.records()) content[offset] = textOf(value)!;
      next = batch.nextOffset;
    }
  }
  return content;
}
