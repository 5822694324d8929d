/**
 * The channels of a node to the active controller: one for each purpose, so that no heartbeat waits behind what clients want.
 *
 * @module
 */

import type { Transport } from "../../client/network/transport.ts";
import type { Env } from "../../storage/env.ts";
import type { BrokerConfig } from "../config/broker_config.ts";
import { connectionSetupTimeout } from "./connection_setup_timeout.ts";
import type { ControllerChannel, ControllerNodeProvider } from "./controller_channel.ts";
import type { LocalController } from "./local_controller.ts";
import { NodeToControllerChannel } from "./node_to_controller_channel.ts";

/** What channels are made of. */
export interface ControllerChannelsOptions {
  /** Clock, logger and randomness. */
  readonly env: Pick<Env, "clock" | "logger" | "random">;
  /** The configs. */
  readonly config: BrokerConfig;
  /** The network. */
  readonly transport: Transport;
  /** Who is the active controller. */
  readonly controllerNode: ControllerNodeProvider;
  /** The controller of this node, where it is one. */
  readonly local: LocalController | undefined;
}

/**
 * Makes a channel.
 *
 * @param name what the logs call it
 * @param retryTimeoutMs for how long a request is tried, ms
 */
export type OpenControllerChannel = (
  name: string,
  retryTimeoutMs: () => number,
) => ControllerChannel;

/** Has channels made with the configs of the node. */
export function controllerChannels(options: ControllerChannelsOptions): OpenControllerChannel {
  const { config, ...parts } = options;
  return (name, retryTimeoutMs) =>
    new NodeToControllerChannel({
      ...parts,
      name,
      clientId: String(config.nodeId),
      retryTimeoutMs,
      requestTimeoutMs: () => config.int("controller.socket.timeout.ms"),
      setupTimeoutMs: connectionSetupTimeout(config, parts.env.random),
    });
}
