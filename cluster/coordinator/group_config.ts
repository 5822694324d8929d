/**
 * What the group coordinator asks of the configuration.
 *
 * @module
 */

/** The configs in force, read each time they matter, so that changes count at once. A `BrokerConfig` is one. */
export interface GroupConfig {
  /** An int by its name, such as `group.max.size`. */
  int(name: string): number;
  /** A long by its name, such as `offsets.retention.check.interval.ms`. */
  long(name: string): number;
}
