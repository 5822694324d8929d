/**
 * How often the controller looks after brokers and leaders, by the configs.
 *
 * @module
 */

import type { BrokerConfig } from "../config/broker_config.ts";
import type { ControllerIntervals } from "../controller/periodic_tasks.ts";

/**
 * The intervals as they are set at the time.
 *
 * @param isAlone whether the node is a whole cluster at the time
 */
export function controllerIntervals(
  config: BrokerConfig,
  isAlone: () => boolean,
): ControllerIntervals {
  return {
    brokerSessionTimeoutMs: () => config.int("broker.session.timeout.ms"),
    leaderImbalanceCheckMs: () =>
      config.boolean("auto.leader.rebalance.enable")
        ? config.long("leader.imbalance.check.interval.seconds") * 1000
        : undefined,
    uncleanElectionMs: () => config.long("unclean.leader.election.interval.ms"),
    // They show others that the leader can still commit; a node alone has nobody to show that to.
    noOpRecordMs: () =>
      isAlone() ? undefined : config.int("metadata.max.idle.interval.ms") || undefined,
  };
}
