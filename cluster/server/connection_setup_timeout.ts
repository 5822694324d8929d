/**
 * How long connecting to another node may take.
 *
 * @module
 */

import { ExponentialBackoff } from "../../client/network/exponential_backoff.ts";
import type { Random } from "../../storage/env.ts";
import type { BrokerConfig } from "../config/broker_config.ts";

/**
 * The time for an attempt to connect after so many in a row that have failed, ms: `socket.connection.setup.timeout.ms`, twice as long each time, up
 * to `socket.connection.setup.timeout.max.ms`, and 20 % more or less.
 */
export function connectionSetupTimeout(
  config: Pick<BrokerConfig, "long">,
  random: Random,
): (failures: number) => number {
  const timeout = new ExponentialBackoff(
    config.long("socket.connection.setup.timeout.ms"),
    config.long("socket.connection.setup.timeout.max.ms"),
    random,
  );
  return (failures) => timeout.after(failures);
}
