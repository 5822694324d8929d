/**
 * What replication needs of the broker's configs.
 *
 * @module
 */

/** Configs in force, by name; changes show at once. A `BrokerConfig` is one. */
export interface ReplicaConfig {
  /** The log directories. */
  readonly logDirs: readonly string[];
  /** A number. */
  int(name: string): number;
  /** A number that may be large. */
  long(name: string): number;
  /** A text; `undefined` for none. */
  string(name: string): string | undefined;
  /** A switch. */
  boolean(name: string): boolean;
  /** Words. */
  list(name: string): readonly string[];
  /** Has a function called when one of the configs changes, until what is returned is called. */
  subscribe(names: readonly string[], listener: () => void): () => void;
}
