/**
 * What the transaction coordinator asks of the configuration.
 *
 * @module
 */

/** The configs in force, read each time they matter. A `BrokerConfig` is one. */
export interface TransactionConfig {
  /** An int by its name, such as `transaction.max.timeout.ms`. */
  int(name: string): number;
  /** A boolean by its name, such as `transaction.two.phase.commit.enable`. */
  boolean(name: string): boolean;
}
