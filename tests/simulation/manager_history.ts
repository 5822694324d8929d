/**
 * One history of a log manager over two log directories, with everything that it does: its loops run on a virtual clock, idempotent and
 * transactional producers write, logs are flushed, truncated, shortened, compacted, moved and deleted, and the manager is stopped
 * and started again. What it knows at any moment is in {@linkcode ManagerHistory.models}.
 */

import { assert, assertEquals } from "@std/assert";
import type { ConfigTexts } from "../../storage/log/config/log_config.ts";
import type { PartitionLog } from "../../storage/log/partition_log.ts";
import { LogManager, type LogManagerOptions } from "../../storage/log_manager.ts";
import type { FaultyFileSystem } from "../support/faulty_file_system.ts";
import type { ManualEnv, SeededRandom } from "../support/manual_env.ts";
import { bytesOf, endMarker } from "../support/partition_log.ts";
import { buildBatch } from "../../storage/record/record_batch_builder.ts";
import { type Entry, PartitionModel } from "./partition_model.ts";

export const LOG_DIRS = ["/disk1", "/disk2"] as const;
export const DELETE_DELAY_MS = 2000;
const RETENTION_MS = 9000;

export type World = ManualEnv<FaultyFileSystem>;

const common: ConfigTexts = {
  "internal.segment.bytes": "900",
  "index.interval.bytes": "200",
  "file.delete.delay.ms": `${DELETE_DELAY_MS}`,
  "min.cleanable.dirty.ratio": "0.01",
  "delete.retention.ms": "2500",
  "flush.ms": "2500",
};

const topics: Readonly<Record<string, ConfigTexts>> = {
  plain: { "cleanup.policy": "delete", "retention.ms": `${RETENTION_MS}` },
  packed: { "cleanup.policy": "delete", "compression.type": "zstd" },
  keyed: { "cleanup.policy": "compact", "compression.type": "lz4" },
  both: {
    "cleanup.policy": "compact,delete",
    "compression.type": "snappy",
    "retention.ms": `${RETENTION_MS}`,
  },
  txn: { "cleanup.policy": "delete" },
  ktxn: { "cleanup.policy": "compact", "compression.type": "gzip" },
  gone: { "cleanup.policy": "delete" },
  moved: { "cleanup.policy": "compact" },
};

/** Options of every opening. */
export function managerOptions(env: World, background: boolean): LogManagerOptions {
  return {
    env,
    logDirs: LOG_DIRS,
    background,
    metaProperties: { create: true },
    topicConfigs: (topic) => ({ ...common, ...topics[topic] }),
    properties: {
      "log.initial.task.delay.ms": "300",
      "log.retention.check.interval.ms": "2000",
      "log.flush.scheduler.interval.ms": "1000",
      "log.flush.offset.checkpoint.interval.ms": "1500",
      "log.flush.start.offset.checkpoint.interval.ms": "1500",
      "replica.high.watermark.checkpoint.interval.ms": "1500",
      "log.segment.delete.delay.ms": `${DELETE_DELAY_MS}`,
      "log.cleaner.backoff.ms": "1300",
      "log.cleaner.dedupe.buffer.size": "20000",
      "transaction.partition.verification.enable": "false",
    },
  };
}

export function partitionOf(topic: string): { topic: string; partition: number } {
  return { topic, partition: 0 };
}

interface Producer {
  readonly id: number;
  epoch: number;
  sequence: number;
  transactional: boolean;
  open: boolean;
}

/** What is done beside the history. */
export interface HistoryHooks {
  /** Called after each step, with the world at rest. */
  readonly step?: () => Promise<void>;
  /** Takes the error of work on a topic, or on all, for the history to go on. Default: it ends with the error. */
  readonly onError?: (error: unknown, topic?: string) => void;
}

/** See the file's comment. */
export class ManagerHistory {
  readonly env: World;
  readonly models: PartitionModel[] = [];
  manager: LogManager | undefined;
  /** The topic whose log is being moved. */
  moving: string | undefined;
  readonly #random: SeededRandom;
  readonly #producers = new Map<string, Producer[]>();
  readonly #step: () => Promise<void>;
  readonly #onError: ((error: unknown, topic?: string) => void) | undefined;

  constructor(env: World, { step, onError }: HistoryHooks = {}) {
    this.env = env;
    this.#random = env.random;
    this.#step = step ?? (() => Promise.resolve());
    this.#onError = onError;
    for (const [index, topic] of Object.keys(topics).entries()) {
      const id = `AAAAAAAAAAAAAAAAAAAA${String.fromCharCode(65 + index)}Q`;
      this.models.push(
        new PartitionModel(topic, id, topics[topic]!["cleanup.policy"] !== "delete"),
      );
      const producer = (number: number, transactional: boolean): Producer => ({
        id: 100 * index + number,
        epoch: 0,
        sequence: 0,
        transactional,
        open: false,
      });
      const isTransactional = topic === "txn" || topic === "ktxn" || topic === "moved";
      this.#producers.set(
        topic,
        isTransactional
          ? [producer(1, true), producer(2, true), producer(3, false)]
          : topic === "packed"
          ? [producer(1, false)]
          : [],
      );
    }
  }

  model(topic: string): PartitionModel {
    return this.models.find((model) => model.topic === topic)!;
  }

  /** The log of a partition; it must be there. */
  log(topic: string): PartitionLog {
    const log = this.manager?.getLog(partitionOf(topic));
    assert(log !== undefined, `no log of ${topic}`);
    return log;
  }

  /** Takes over what the logs say is flushed. */
  claims(): void {
    if (this.manager === undefined) return;
    for (const model of this.models) {
      const log = this.manager.getLog(partitionOf(model.topic));
      if (log !== undefined) model.claims(log.recoveryPoint);
    }
  }

  #write(
    topic: string,
    entries: readonly Omit<Entry, "offset" | "first" | "last">[],
    bytes: Uint8Array,
  ): void {
    const model = this.model(topic);
    const log = this.log(topic);
    model.attempt(entries);
    try {
      const info = entries[0]!.marker === undefined
        ? log.appendAsLeader(bytes, 0)
        : log.appendAsLeader(bytes, 0, { origin: "coordinator", transactionVersion: 0 });
      assertEquals([info.duplicate, info.lastOffset], [false, model.end - 1], topic);
      model.acknowledged = model.end;
    } catch (error) {
      if (!this.env.fileSystem.crashed) model.failed(log.logEndOffset);
      throw error;
    }
    // Replicas lag behind at times.
    if (this.#random.chance(0.8)) log.updateHighWatermark(log.logEndOffset);
  }

  /** Appends a batch, of one of the topic's producers if it has any. */
  append(topic: string): void {
    const producers = this.#producers.get(topic)!;
    const random = this.#random;
    const producer = producers.length === 0 ? undefined : random.pick(producers);
    const timestamp = this.env.clock.now();
    const count = 1 + random.below(4);
    const entries: Omit<Entry, "offset" | "first" | "last">[] = [];
    for (let i = 0; i < count; i++) {
      entries.push({
        key: `k${random.below(7)}`,
        value: random.chance(0.12) ? null : `${"v".repeat(random.below(90))}${random.below(1000)}`,
        timestamp,
        producerId: producer?.id ?? -1,
        epoch: producer?.epoch ?? -1,
        sequence: producer?.sequence ?? -1,
        isTransactional: producer?.transactional ?? false,
      });
    }
    const bytes = buildBatch(
      entries.map(({ key, value }) => ({
        key: bytesOf(key!),
        value: value === null ? null : bytesOf(value),
        timestamp,
      })),
      producer === undefined ? {} : {
        producerId: producer.id,
        producerEpoch: producer.epoch,
        baseSequence: producer.sequence,
        isTransactional: producer.transactional,
      },
    );
    const again = bytes.slice();
    const { end } = this.model(topic);
    try {
      this.#write(topic, entries, bytes);
    } finally {
      // With an error it may be in the log all the same.
      if (producer !== undefined && this.model(topic).end > end) {
        producer.sequence += count;
        if (producer.transactional) producer.open = true;
      }
    }
    if (producer === undefined || !random.chance(0.1)) return;
    // The answer was lost on the way, and the producer sends the batch once more.
    const { duplicate, lastOffset } = this.log(topic).appendAsLeader(again, 0);
    assertEquals([duplicate, lastOffset], [true, this.model(topic).end - 1]);
  }

  /** Ends the open transactions of a topic, each with the probability given. */
  endTransactions(topic: string, probability: number): void {
    for (const producer of this.#producers.get(topic)!) {
      if (!producer.open || !this.#random.chance(probability)) continue;
      const marker = this.#random.chance(0.4) ? "ABORT" : "COMMIT";
      const timestamp = this.env.clock.now();
      // At times the coordinator fences the producer on the occasion.
      if (this.#random.chance(0.2)) {
        producer.epoch++;
        producer.sequence = 0;
      }
      const bytes = endMarker(producer.id, producer.epoch, marker, { timestamp });
      const { end } = this.model(topic);
      try {
        this.#write(topic, [{
          key: null,
          value: null,
          timestamp,
          producerId: producer.id,
          epoch: producer.epoch,
          sequence: -1,
          isTransactional: true,
          marker,
        }], bytes);
      } finally {
        if (this.model(topic).end > end) producer.open = false;
      }
    }
  }

  /** Lets time pass; the loops do their work. */
  async wait(ms: number): Promise<void> {
    const expired = this.env.clock.now() + ms - RETENTION_MS;
    for (const topic of ["plain", "both"]) this.model(topic).expires(expired);
    await this.env.clock.advance(ms);
    await this.#step();
  }

  async #try(topic: string | undefined, work: () => unknown): Promise<void> {
    // With its directory offline a partition is not there.
    const isServed = topic === undefined || this.#onError === undefined ||
      this.manager?.getLog(partitionOf(topic)) !== undefined;
    if (isServed) {
      try {
        await work();
      } catch (error) {
        if (this.#onError === undefined) throw error;
        this.#onError(error, topic);
      }
    }
    await this.#step();
  }

  async flush(topic: string): Promise<void> {
    await this.#try(topic, async () => {
      const log = this.log(topic);
      const { acknowledged } = this.model(topic);
      await log.flush(true);
      assert(log.recoveryPoint >= acknowledged, `${topic} is flushed to ${log.recoveryPoint} only`);
    });
  }

  async truncate(topic: string, share: number): Promise<void> {
    await this.#try(topic, () => {
      const model = this.model(topic);
      const offset = this.#within(topic, share);
      model.truncating(offset);
      this.manager!.truncateTo([[partitionOf(topic), offset]]);
      model.truncated();
    });
    this.#fenceProducers(topic);
  }

  /** What was truncated is forgotten: the producers go on where the log does. */
  #fenceProducers(topic: string): void {
    for (const producer of this.#producers.get(topic)!) {
      producer.epoch++;
      producer.sequence = 0;
      producer.open = false;
    }
  }

  async deleteRecords(topic: string, share: number): Promise<void> {
    await this.#try(topic, () => {
      const offset = this.#within(topic, share);
      const log = this.log(topic);
      log.updateHighWatermark(log.logEndOffset);
      this.model(topic).start = Math.max(this.model(topic).start, offset);
      log.deleteRecords(offset);
    });
  }

  /** Moves a log to the other directory, and appends meanwhile. */
  async move(topic: string): Promise<void> {
    await this.#try(topic, async () => {
      const to = LOG_DIRS[this.log(topic).directory.startsWith(LOG_DIRS[0]) ? 1 : 0];
      this.moving = topic;
      const moving = this.manager!.moveLog(partitionOf(topic), to);
      let isOver = false;
      moving.then(() => isOver = true, () => isOver = true);
      for (let i = 0; i < 4 && !isOver; i++) {
        await this.#try(topic, () => this.append(topic));
        if (i === 2) await this.#try(topic, () => this.log(topic).flush(true));
      }
      assert((await moving).directory.startsWith(to));
    });
    this.moving = undefined;
  }

  async delete(topic: string): Promise<void> {
    await this.#try(topic, () => {
      const model = this.model(topic);
      model.deletion = "asked";
      this.manager!.asyncDelete(partitionOf(topic));
      model.deletion = "done";
    });
  }

  async start(): Promise<void> {
    await this.#try(undefined, async () => {
      this.manager = await LogManager.open(managerOptions(this.env, true));
      for (const model of this.models) {
        const log = this.manager.getLog(partitionOf(model.topic));
        if (log !== undefined && model.deletion === "none") model.reopened(log.logEndOffset);
      }
    });
  }

  async stop(): Promise<void> {
    await this.#try(undefined, async () => {
      await this.manager?.shutdown();
      for (const model of this.models) {
        model.flushed = model.acknowledged;
        model.isKept = model.isCreated;
      }
    });
  }

  async create(): Promise<void> {
    for (const model of this.models) {
      const { topic, topicId } = model;
      await this.#try(undefined, () => {
        this.manager?.getOrCreateLog(partitionOf(topic), { isNew: true, topicId });
        model.isCreated = this.manager !== undefined;
      });
    }
  }

  /** Appends to every log there is. */
  async round(batches: number): Promise<void> {
    for (const { topic, isCreated, deletion } of this.models) {
      if (!isCreated || deletion !== "none") continue;
      for (let i = 0; i < batches; i++) await this.#try(topic, () => this.append(topic));
      await this.#try(topic, () => this.endTransactions(topic, 0.4));
    }
  }

  async #restart(topic: string): Promise<void> {
    await this.#try(topic, () => {
      const model = this.model(topic);
      const offset = model.end + 10;
      model.restarting(offset);
      this.manager!.truncateFullyAndStartAt(partitionOf(topic), offset);
      model.truncated();
    });
    this.#fenceProducers(topic);
  }

  #within(topic: string, share: number): number {
    const { start, acknowledged } = this.model(topic);
    return start + Math.floor((acknowledged - start) * share);
  }

  /** All of it. */
  async run(): Promise<void> {
    await this.start();
    await this.create();
    await this.round(4);
    await this.wait(700);
    await this.round(4);
    await this.flush("txn");
    await this.wait(1500);
    await this.round(3);
    await this.truncate("packed", 0.6);
    await this.deleteRecords("plain", 0.4);
    await this.wait(1000);
    await this.round(3);
    await this.delete("gone");
    await this.move("moved");
    await this.wait(1500);
    await this.round(2);
    await this.truncate("keyed", 0.9);
    await this.truncate("moved", 0.95);
    await this.round(2);
    await this.wait(2500);
    await this.stop();
    await this.start();
    await this.round(3);
    await this.wait(1200);
    await this.#restart("packed");
    await this.round(3);
    await this.deleteRecords("both", 0.7);
    await this.flush("both");
    await this.move("moved");
    await this.move("txn");
    await this.wait(3000);
    await this.round(2);
    await this.flush("ktxn");
    await this.wait(6000);
    await this.round(1);
    await this.stop();
  }
}
