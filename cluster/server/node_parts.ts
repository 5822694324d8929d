/**
 * What a node is started with, and what its broker and its controller share.
 *
 * @module
 */

import type { Transport } from "../../client/network/transport.ts";
import type { Env } from "../../storage/env.ts";
import type { BrokerConfig } from "../config/broker_config.ts";
import type { ConfigStore } from "../config/config_store.ts";
import type { ControllerDriver, MetadataListener } from "../controller/controller_driver.ts";
import { MetadataDelta } from "../controller/metadata_delta.ts";
import type { RaftDriver } from "../raft/raft_driver.ts";
import type { BrokerLoggers } from "./broker_loggers.ts";
import type { OpenControllerChannel } from "./controller_channels.ts";
import type { RequestHook } from "./request_dispatcher.ts";
import type { RuntimeLoggerManager } from "./runtime_logger_manager.ts";

/** What a node is started with. */
export interface NodeOptions {
  /** The world. */
  readonly env: Env;
  /** The configs. */
  readonly config: BrokerConfig;
  /** The loggers. */
  readonly loggers: BrokerLoggers;
  /** The network. */
  readonly transport: Transport;
  /** Looks at requests before they are handled. */
  readonly hook: RequestHook | undefined;
  /** Told when the disks leave nothing to go on with. */
  readonly onFatal: (error: Error) => void;
}

/** What the broker and the controller of a node share (Kafka's `SharedServer`). */
export interface SharedParts {
  /** The configs. */
  readonly config: BrokerConfig;
  /** The configs, as they are described. */
  readonly configStore: ConfigStore;
  /** The levels of loggers. */
  readonly loggers: RuntimeLoggerManager;
  /** Id of the cluster. */
  readonly clusterId: string;
  /** Has the metadata, and decides about it when this node is the active controller. */
  readonly controller: ControllerDriver;
  /** The metadata log. */
  readonly raft: RaftDriver;
  /** Makes ways to the active controller, here or elsewhere. */
  readonly openControllerChannel: OpenControllerChannel;
}

/** Has a follower told all the metadata that there is now, and then every change, after those that follow already. */
export function followFromNow(
  controller: ControllerDriver,
  follower: MetadataListener,
): void | Promise<void> {
  const everything = new MetadataDelta();
  everything.isWhole = true;
  const followed = follower(everything, controller.image);
  controller.subscribe(follower);
  return followed;
}
