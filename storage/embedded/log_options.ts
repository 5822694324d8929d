/**
 * The options of an embedded log.
 *
 * @module
 */

import type { Env, Logger } from "../env.ts";
import type { FileSystem } from "../file/file_system.ts";
import type { RecoveryMode } from "../log/loading/log_loader.ts";
import {
  topicConfigName,
  type TopicConfigOptions,
  topicConfigTexts,
} from "../log/config/topic_config_options.ts";
import type { Serde } from "../serde/serde.ts";

/**
 * When appended records survive a power cut. Whatever it says, they survive the end of the process as soon as `append` has
 * returned, `flush()` makes them survive, and so does closing the log.
 *
 * - `"each-append"`: when `append` has returned; it waits for the disk. This is `flush.messages=1`.
 * - `{ everyMs }`: at most so many ms later. This is `flush.ms`.
 * - `"manual"`: when `flush()` has returned, or the operating system got to it. The default, and Kafka's.
 */
export type Durability = "each-append" | "manual" | { readonly everyMs: number };

/** Work that an embedded log does by itself when it is asked to. */
export interface UpkeepOptions {
  /** How often retention is applied, and compaction when the log is dirty enough. Default: 5 minutes, as Kafka's retention. */
  readonly intervalMs?: number;
}

/** Options that are no topic configs. */
export interface OwnLogOptions<V, K> {
  /** How values become bytes. Default: they are bytes. */
  readonly serde?: Serde<V> | undefined;
  /** How keys become bytes. Default: they are bytes. */
  readonly keySerde?: Serde<K> | undefined;
  /** When appended records survive a power cut. Default: `"manual"`, unless `flushMessages` or `flushMs` say otherwise. */
  readonly durability?: Durability | undefined;
  /**
   * What opening does with corrupt records after an unclean stop: `"kafka"` cuts the log off at the first one, `"salvage"` leaves
   * out the damaged bytes and keeps what is valid behind them. Default: `"kafka"`.
   */
  readonly recovery?: RecoveryMode | undefined;
  /** Check the whole log when opening it, also after a clean stop. Default: `false`. */
  readonly recheck?: boolean | undefined;
  /** Apply retention and compaction from time to time, until the log is closed. Default: `false`, only when asked. */
  readonly upkeep?: boolean | UpkeepOptions | undefined;
  /** Where the files are. Default: the disk. */
  readonly fileSystem?: FileSystem | undefined;
  /** Receives what there is to tell an operator. Default: nobody does. */
  readonly logger?: Logger | undefined;
  /** The whole world, for tests; `fileSystem` and `logger` win over its own. Default: the system. */
  readonly env?: Env | undefined;
}

/** Options of {@linkcode Log.open}: those of its own, and every topic config of Kafka in camel case. */
export interface LogOptions<V = Uint8Array, K = Uint8Array>
  extends OwnLogOptions<V, K>, TopicConfigOptions {}

/** The topic configs among the options, as texts by Kafka's name; the durability is one of them. */
export function configTextsOf<V, K>(options: LogOptions<V, K>): Record<string, string> {
  const configs: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options)) {
    if (!OWN_OPTIONS.has(name) || topicConfigName(name) !== undefined) configs[name] = value;
  }
  return {
    ...topicConfigTexts(configs as TopicConfigOptions),
    ...durabilityConfigs(options.durability),
  };
}

const OWN_OPTIONS: ReadonlySet<string> = new Set(
  [
    "serde",
    "keySerde",
    "durability",
    "recovery",
    "recheck",
    "upkeep",
    "fileSystem",
    "logger",
    "env",
  ] satisfies (keyof OwnLogOptions<unknown, unknown>)[],
);

function durabilityConfigs(durability: Durability | undefined): Record<string, string> {
  if (durability === undefined) return {};
  if (durability === "each-append") return { "flush.messages": "1" };
  if (durability === "manual") {
    return {
      "flush.messages": String(Number.MAX_SAFE_INTEGER),
      "flush.ms": String(Number.MAX_SAFE_INTEGER),
    };
  }
  return { "flush.ms": String(durability.everyMs) };
}
