/**
 * The loggers of a broker, and the levels from which on they pass lines on.
 *
 * @module
 */

import type { Env, Logger, LogLevel } from "../../storage/env.ts";

/** A level from which on lines are passed on. There are no lines of `TRACE`, and none of `FATAL`: that one passes nothing. */
export type LoggerLevel = "TRACE" | "DEBUG" | "INFO" | "WARN" | "ERROR" | "FATAL";

/** Levels by Kafka's names, the one that passes the most first. */
export const LOGGER_LEVELS: readonly LoggerLevel[] = [
  "TRACE",
  "DEBUG",
  "INFO",
  "WARN",
  "ERROR",
  "FATAL",
];

/** The logger whose level those have that have none of their own. */
export const ROOT_LOGGER = "root";

/** The loggers of a broker's rooms, by the names that Kafka's have. */
export const LOGGERS = {
  /** The broker as a whole: start, stop, configs. */
  broker: "kafka.server.BrokerServer",
  /** Logs and their directories. */
  logs: "kafka.log.LogManager",
  /** The metadata log. */
  raft: "org.apache.kafka.raft.KafkaRaftClient",
  /** What the controller decides. */
  controller: "org.apache.kafka.controller.QuorumController",
  /** Ways to the active controller. */
  controllerChannel: "org.apache.kafka.server.NodeToControllerChannelManagerImpl",
  /** What the controller is told of the broker. */
  lifecycle: "org.apache.kafka.server.BrokerLifecycleManager",
  /** Partitions. */
  replicas: "kafka.server.ReplicaManager",
  /** Groups and their offsets. */
  groups: "org.apache.kafka.coordinator.group.GroupCoordinatorService",
  /** Transactions. */
  transactions: "kafka.coordinator.transaction.TransactionCoordinator",
  /** Listeners and connections. */
  network: "kafka.network.SocketServer",
  /** Requests of clients. */
  brokerApis: "kafka.server.KafkaApis",
  /** Requests to the controller. */
  controllerApis: "kafka.server.ControllerApis",
} as const;

const RANKS: Readonly<Record<LogLevel, number>> = { debug: 1, info: 2, warn: 3, error: 4 };

/** Named loggers before one that takes all lines. Levels last as long as the process, as in Kafka. */
export class BrokerLoggers {
  readonly #target: Logger;
  readonly #loggers = new Map<string, NamedLogger>();
  #rootRank: number;

  /**
   * Loggers without levels of their own.
   *
   * @param target takes the lines that are passed on
   * @param rootLevel of the root logger; default: all lines that there are
   */
  constructor(target: Logger, rootLevel: LoggerLevel = "DEBUG") {
    this.#target = target;
    this.#rootRank = LOGGER_LEVELS.indexOf(rootLevel);
    for (const name of Object.values(LOGGERS)) this.named(name);
  }

  /** The logger of a name; made when it is asked for first. */
  named(name: string): Logger {
    let logger = this.#loggers.get(name);
    if (logger === undefined) {
      logger = new NamedLogger(this.#target, () => this.#rootRank);
      this.#loggers.set(name, logger);
    }
    return logger;
  }

  /** A world whose lines are those of one logger. */
  env(env: Env, name: string): Env {
    return { ...env, logger: this.named(name) };
  }

  /** The level that is in force for each logger, with the root's, sorted by name. */
  get levels(): ReadonlyMap<string, LoggerLevel> {
    const ranks = [...this.#loggers].map(([name, { rank }]): [string, number] => [name, rank]);
    return new Map(
      [...ranks, [ROOT_LOGGER, this.#rootRank] as const].sort(([a], [b]) => a < b ? -1 : 1)
        .map(([name, rank]) => [name, LOGGER_LEVELS[rank]!]),
    );
  }

  /** Whether there is a logger of this name, or it is the root. */
  has(name: string): boolean {
    return name === ROOT_LOGGER || this.#loggers.has(name);
  }

  /** Gives a logger a level, or has it follow the root. The root always has one. */
  setLevel(name: string, level: LoggerLevel | undefined): void {
    const rank = level === undefined ? undefined : LOGGER_LEVELS.indexOf(level);
    if (name !== ROOT_LOGGER) this.#loggers.get(name)!.ownRank = rank;
    else if (rank !== undefined) this.#rootRank = rank;
  }
}

class NamedLogger implements Logger {
  readonly #target: Logger;
  readonly #rootRank: () => number;
  ownRank: number | undefined;

  constructor(target: Logger, rootRank: () => number) {
    this.#target = target;
    this.#rootRank = rootRank;
  }

  get rank(): number {
    return this.ownRank ?? this.#rootRank();
  }

  write(level: LogLevel, message: string, fields: Readonly<Record<string, unknown>>): void {
    if (RANKS[level] >= this.rank) this.#target.write(level, message, fields);
  }
}
