/**
 * Moves of logs from one log directory of the broker to another.
 *
 * @module
 */

import { type ErrorName, KafkaError } from "../../client/protocol/error_codes.ts";
import type { Env } from "../../storage/env.ts";
import {
  logFutureDirName,
  type TopicPartition,
  topicPartitionKey,
  uniqueId,
} from "../../storage/file/file_names.ts";
import { parentPath } from "../../storage/file/paths.ts";
import type { PartitionLog } from "../../storage/log/partition_log.ts";
import type { LogManager, MoveQuota } from "../../storage/log_manager.ts";
import type { Partition } from "./partition.ts";

/** Longest name that a file system takes. */
const MAX_FILE_NAME = 255;

/** What {@linkcode LogMoves} needs. */
export interface LogMovesOptions {
  /** Logger, and randomness for names. */
  readonly env: Pick<Env, "logger" | "random">;
  /** The logs. */
  readonly logManager: LogManager;
  /** A partition that is here, or why it is not. */
  readonly getPartition: (topic: string, partition: number) => Partition | ErrorName;
  /** Bounds how quickly logs are copied. */
  readonly quota: MoveQuota;
  /** Told when a log serves from its new place. */
  readonly onMoved: (partition: Partition, log: PartitionLog) => void;
}

interface Move {
  readonly directory: string;
  readonly abort: AbortController;
  /** Resolves when nothing is done for this move any more. */
  readonly ended: Promise<void>;
}

/** Moves logs, each in its own time; a move that is under way ends when the log is to go elsewhere. */
export class LogMoves {
  readonly #env: Pick<Env, "logger" | "random">;
  readonly #logManager: LogManager;
  readonly #getPartition: LogMovesOptions["getPartition"];
  readonly #quota: MoveQuota;
  readonly #onMoved: LogMovesOptions["onMoved"];
  readonly #moves = new Map<string, Move>();
  #closed = false;

  /** Nothing moves yet. */
  constructor(options: LogMovesOptions) {
    this.#env = options.env;
    this.#logManager = options.logManager;
    this.#getPartition = options.getPartition;
    this.#quota = options.quota;
    this.#onMoved = options.onMoved;
  }

  /** How many moves are under way. */
  get size(): number {
    return this.#moves.size;
  }

  /**
   * Has a partition's log in another directory before long. Where there is no log yet, it will be made there.
   *
   * @param directory a path as the log manager has it
   * @throws {KafkaError} when it cannot go there
   */
  alter(topicPartition: TopicPartition, directory: string): void {
    const logManager = this.#logManager;
    const key = topicPartitionKey(topicPartition);
    if (logFutureDirName(topicPartition, uniqueId(this.#env.random)).length > MAX_FILE_NAME) {
      throw new KafkaError("INVALID_TOPIC_EXCEPTION", "The topic name is too long.");
    }
    const isKnown = logManager.liveLogDirs.includes(directory) ||
      logManager.offlineLogDirs.includes(directory);
    if (!isKnown) {
      throw new KafkaError("LOG_DIR_NOT_FOUND", `Log dir ${directory} is not found in the config.`);
    }
    if (!logManager.isLogDirOnline(directory)) {
      throw new KafkaError("KAFKA_STORAGE_ERROR", `Log directory ${directory} is offline`);
    }
    if (logManager.cordonedLogDirs.has(directory)) {
      throw new KafkaError(
        "INVALID_REPLICA_ASSIGNMENT",
        `Log directory ${directory} is cordoned`,
      );
    }
    const partition = this.#getPartition(topicPartition.topic, topicPartition.partition);
    if (partition === "KAFKA_STORAGE_ERROR") {
      throw new KafkaError(partition, `Partition ${key} is offline`);
    }
    if (typeof partition === "string") {
      logManager.maybeUpdatePreferredLogDir(topicPartition, directory);
      throw new KafkaError(
        partition === "NOT_LEADER_OR_FOLLOWER" ? "REPLICA_NOT_AVAILABLE" : partition,
        `Replica is not available: ${key}`,
      );
    }
    this.start(partition, directory);
  }

  /** Moves a partition's log; goes on with the move when that is under way already. */
  start(partition: Partition, directory: string): void {
    const key = topicPartitionKey(partition.topicPartition);
    const other = this.#moves.get(key);
    if (this.#closed) return;
    if (other?.directory === directory && !other.abort.signal.aborted) return;
    other?.abort.abort();
    const abort = new AbortController();
    const move: Move = {
      directory,
      abort,
      ended: this.#run(partition, directory, abort.signal, other?.ended).finally(() => {
        if (this.#moves.get(key) === move) this.#moves.delete(key);
      }),
    };
    this.#moves.set(key, move);
  }

  /** Ends the move of a partition's log, if there is one. */
  stop(topicPartition: TopicPartition): void {
    this.#moves.get(topicPartitionKey(topicPartition))?.abort.abort();
  }

  /** Ends all moves; what was copied stays, and the next start goes on with it. */
  async shutdown(): Promise<void> {
    this.#closed = true;
    const moves = [...this.#moves.values()];
    for (const { abort } of moves) abort.abort();
    await Promise.all(moves.map(({ ended }) => ended));
  }

  async #run(
    partition: Partition,
    directory: string,
    signal: AbortSignal,
    previous: Promise<void> | undefined,
  ): Promise<void> {
    const { topicPartition } = partition;
    // Answered first: a move begins with the copying of a slice.
    await previous;
    if (signal.aborted) return;
    const logManager = this.#logManager;
    const { logger } = this.#env;
    const fields = { partition: topicPartitionKey(topicPartition), directory };
    try {
      const current = logManager.getLog(topicPartition);
      const future = logManager.getLog(topicPartition, true);
      if (future !== undefined && parentPath(future.directory) !== directory) {
        logManager.asyncDelete(topicPartition, { isFuture: true });
      }
      if (current === undefined || parentPath(current.directory) === directory) return;
      const log = await logManager.moveLog(topicPartition, directory, {
        signal,
        quota: this.#quota,
      });
      this.#onMoved(partition, log);
    } catch (error) {
      if (signal.aborted) return;
      logger.write("error", "Failed to move a log to another log directory", { ...fields, error });
    }
  }
}
