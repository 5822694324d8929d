/**
 * Changes the levels of loggers while the broker runs, as Kafka's `RuntimeLoggerManager`.
 *
 * @module
 */

import { KafkaError } from "../../client/protocol/error_codes.ts";
import type { Logger } from "../../storage/env.ts";
import {
  ALTER_CONFIG_OP,
  type ConfigOp,
  type ResourceChange,
} from "../controller/config_changes.ts";
import {
  type BrokerLoggers,
  LOGGER_LEVELS,
  type LoggerLevel,
  ROOT_LOGGER,
} from "./broker_loggers.ts";

/** What a {@linkcode RuntimeLoggerManager} is made of. */
export interface RuntimeLoggerManagerOptions {
  /** Id of this node. */
  readonly nodeId: number;
  /** Whose levels change. */
  readonly loggers: BrokerLoggers;
  /** Where to say that one has changed. */
  readonly logger: Logger;
}

/** Knows the levels, and takes changes of them. */
export class RuntimeLoggerManager {
  readonly #options: RuntimeLoggerManagerOptions;

  /** @param options the loggers, and whose they are */
  constructor(options: RuntimeLoggerManagerOptions) {
    this.#options = options;
  }

  /** The levels in force by name. */
  get levels(): ReadonlyMap<string, LoggerLevel> {
    return this.#options.loggers.levels;
  }

  /**
   * Takes a change, all of it or nothing.
   *
   * @param validateOnly only says whether it could be
   * @throws {KafkaError} in Kafka's words
   */
  apply({ resource: { name }, ops }: ResourceChange, validateOnly: boolean): void {
    this.#ensureThisNode(name);
    for (const op of ops) this.#validate(op);
    if (!validateOnly) { for (const op of ops) this.#alter(op); }
  }

  #ensureThisNode(name: string): void {
    const { nodeId } = this.#options;
    const id = /^[+-]?\d{1,10}$/.test(name) ? Number(name) : NaN;
    if (id !== (id | 0)) refuse(`Node id must be an integer, but it is: ${name}`);
    if (id !== nodeId) refuse(`Unexpected node id. Expected ${nodeId}, but received ${id}`);
  }

  #validate({ name, operation, value }: ConfigOp): void {
    switch (operation) {
      case ALTER_CONFIG_OP.SET:
        this.#ensureExists(name);
        if (isLevel(value)) return;
        throw new KafkaError(
          "INVALID_CONFIG",
          `Cannot set the log level of ${name} to ${value} as it is not a supported log level. ` +
            `Valid log levels are ${[...LOGGER_LEVELS].sort().join(", ")}`,
        );
      case ALTER_CONFIG_OP.DELETE:
        this.#ensureExists(name);
        if (name === ROOT_LOGGER) {
          refuse(`Removing the log level of the ${ROOT_LOGGER} logger is not allowed`);
        }
        return;
      case ALTER_CONFIG_OP.APPEND:
        return refuse("APPEND operation is not allowed for the BROKER_LOGGER resource");
      case ALTER_CONFIG_OP.SUBTRACT:
        return refuse("SUBTRACT operation is not allowed for the BROKER_LOGGER resource");
      default:
        refuse(
          `Unknown operation type ${operation} is not allowed for the BROKER_LOGGER resource`,
        );
    }
  }

  #ensureExists(name: string): void {
    if (this.#options.loggers.has(name)) return;
    throw new KafkaError("INVALID_CONFIG", `Logger ${name} does not exist!`);
  }

  #alter({ name, operation, value }: ConfigOp): void {
    const { loggers, logger } = this.#options;
    const level = operation === ALTER_CONFIG_OP.SET ? value as LoggerLevel : undefined;
    loggers.setLevel(name, level);
    if (level === undefined) logger.write("warn", "Unset the log level", { logger: name });
    else logger.write("warn", "Updated the log level", { logger: name, level });
  }
}

function isLevel(value: string | null): boolean {
  return (LOGGER_LEVELS as readonly (string | null)[]).includes(value);
}

function refuse(message: string): never {
  throw new KafkaError("INVALID_REQUEST", message);
}
