/**
 * Following the metadata without keeping others waiting: what thousands of topics need is done in slices, and what a request
 * needs is done when it asks.
 *
 * The metadata is in force at once, and partitions of deleted topics are served no more. What takes a disk, the logs of a topic, waits
 * in a queue, one topic behind the other. Each step brings a partition in line with what the metadata says by then, so that
 * changes that have come meanwhile need no order of their own.
 *
 * @module
 */

import type { Env } from "../../storage/env.ts";
import { StorageError } from "../../storage/errors.ts";
import type { TopicPartition } from "../../storage/file/file_names.ts";
import type { ConfigTexts } from "../../storage/log/config/log_config.ts";
import {
  applyAbsences,
  applyConfig,
  applyPartition,
  dropTopic,
  type LocalReplicas,
  putLogAway,
  type TopicChanges,
} from "./local_changes.ts";

/** Longest stretch of work, ms, before others get the event loop. */
const SLICE_MS = 8;

/** What is still to be done about the topics that have, or had, a name. */
interface PendingTopic {
  /** Changes come in the order of their numbers. */
  readonly number: number;
  /** Partitions whose logs are to be deleted, first of all: a new topic may have the name of a deleted one. */
  readonly gone: TopicPartition[];
  /** The configs to take over, before logs are made with them. */
  configs: ConfigTexts | undefined;
  /** Partitions to bring in line with the metadata, with whether they may have been made just now. */
  readonly partitions: Map<number, boolean>;
}

interface Waiting {
  /** Number of the last topic that is waited for. */
  readonly upTo: number;
  readonly resolve: () => void;
}

/** What a {@linkcode MetadataFollower} needs. */
export interface MetadataFollowerOptions {
  /** The world. */
  readonly env: Pick<Env, "clock" | "logger">;
  /** The replicas, with the metadata in force. */
  readonly local: () => LocalReplicas;
}

/** Brings the partitions of a broker in line with the metadata. */
export class MetadataFollower {
  readonly #env: Pick<Env, "clock" | "logger">;
  readonly #local: () => LocalReplicas;
  readonly #topics = new Map<string, PendingTopic>();
  #waiting: Waiting[] = [];
  #number = 0;
  #working: Promise<void> | undefined;

  /** Has nothing to do. */
  constructor(options: MetadataFollowerOptions) {
    this.#env = options.env;
    this.#local = options.local;
  }

  /** How many topics wait. */
  get pendingTopics(): number {
    return this.#topics.size;
  }

  /**
   * Follows changes of the metadata that is in force.
   *
   * @returns nothing when all is done, and else a promise of that
   */
  apply({ isWhole, deleted, configs, changed }: TopicChanges): void | Promise<void> {
    const local = this.#local();
    let isConcerned = configs.size > 0 || changed.size > 0;
    for (const { name, id } of deleted) {
      const partitions = dropTopic(local, name, id);
      isConcerned ||= partitions.length > 0;
      const pending = this.#pending(name);
      pending.gone.push(...partitions);
      pending.configs = {};
    }
    if (isWhole) applyAbsences(local, configs);
    for (const [topic, overrides] of configs) this.#pending(topic).configs = overrides;
    for (const [topic, partitions] of changed) {
      const pending = this.#pending(topic).partitions;
      for (const partition of partitions) pending.set(partition, !isWhole);
    }
    if (this.#working === undefined) this.#start();
    if (this.#topics.size === 0 || !isConcerned) return;
    return new Promise((resolve) => this.#waiting.push({ upTo: this.#number, resolve }));
  }

  /** Has a partition in line with the metadata, whatever else waits. Returns whether there was anything to do. */
  applyNow(topic: string, partition: number): boolean {
    const pending = this.#topics.get(topic);
    if (pending === undefined || !pending.partitions.has(partition)) return false;
    const local = this.#local();
    while (stepBeforePartitions(local, topic, pending));
    this.#applyPartition(local, topic, partition, pending);
    return true;
  }

  /** Does all that waits. */
  async finish(): Promise<void> {
    await this.#working;
  }

  #pending(topic: string): PendingTopic {
    let pending = this.#topics.get(topic);
    if (pending === undefined) {
      pending = { number: ++this.#number, gone: [], configs: undefined, partitions: new Map() };
      this.#topics.set(topic, pending);
    }
    return pending;
  }

  /** Does a slice at once, so that small changes are done when the caller goes on. */
  #start(): void {
    const steps = this.#steps();
    if (!this.#slice(steps)) this.#working = this.#goOn(steps);
  }

  async #goOn(steps: Iterator<void>): Promise<void> {
    do await this.#env.clock.sleep(0); while (!this.#slice(steps));
    // At once: nothing may come in between that would wait for somebody to go on.
    this.#working = undefined;
  }

  /** Returns whether nothing is left. */
  #slice(steps: Iterator<void>): boolean {
    const start = this.#env.clock.monotonic();
    do {
      if (steps.next().done) {
        this.#answer(Infinity);
        return true;
      }
    } while (this.#env.clock.monotonic() - start < SLICE_MS);
    const [next] = this.#topics.values();
    this.#answer((next?.number ?? Infinity) - 1);
    return false;
  }

  /** All topics, and those that come meanwhile. What comes for a topic that has its turn is done in that turn. */
  *#steps(): Generator<void> {
    for (const [topic, pending] of this.#topics) {
      while (this.#step(topic, pending)) yield;
      this.#topics.delete(topic);
    }
  }

  /** The next step of a topic; one that fails does not keep the others from being done. Returns whether there was one. */
  #step(topic: string, pending: PendingTopic): boolean {
    const local = this.#local();
    try {
      if (stepBeforePartitions(local, topic, pending)) return true;
      const [partition] = pending.partitions.keys();
      if (partition === undefined) return false;
      this.#applyPartition(local, topic, partition, pending);
    } catch (error) {
      this.#env.logger.write("error", "Failed to take metadata over", { topic, error });
    }
    return true;
  }

  #applyPartition(
    local: LocalReplicas,
    topic: string,
    partition: number,
    { partitions }: PendingTopic,
  ): void {
    const mayBeNew = partitions.get(partition) ?? false;
    partitions.delete(partition);
    applyPartition(local, { topic, partition }, mayBeNew);
  }

  /** Tells those who wait for topics up to a number; what those asked to be deleted is gone for good by then. */
  #answer(upTo: number): void {
    const answered = this.#waiting.filter((waiting) => waiting.upTo <= upTo);
    if (answered.length > 0 || this.#topics.size === 0) this.#settleDeletions();
    if (answered.length === 0) return;
    this.#waiting = this.#waiting.filter((waiting) => waiting.upTo > upTo);
    for (const { resolve } of answered) resolve();
  }

  #settleDeletions(): void {
    try {
      this.#local().logManager.settleDeletions();
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      this.#env.logger.write("error", "Failed to settle the deletion of replicas", { error });
    }
  }
}

/** A step of what comes before a topic's partitions. Returns whether there was one. */
function stepBeforePartitions(
  local: LocalReplicas,
  topic: string,
  pending: PendingTopic,
): boolean {
  const gone = pending.gone.shift();
  if (gone !== undefined) {
    putLogAway(local, gone);
    return true;
  }
  const { configs } = pending;
  if (configs === undefined) return false;
  pending.configs = undefined;
  applyConfig(local, topic, configs);
  return true;
}
