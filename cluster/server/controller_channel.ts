/**
 * The way from a node to whichever controller is active.
 *
 * @module
 */

import type { Api } from "../../client/protocol/api.ts";
import type { BrokerVersions } from "../../client/network/api_versions_handshake.ts";
import type { Address } from "../../client/network/transport.ts";
import type { Draft } from "../../storage/message/message_codec.ts";

/** The active controller, as far as a node knows. */
export interface ControllerNode {
  /** Id of its node. */
  readonly id: number;
  /** The epoch in which it leads. */
  readonly epoch: number;
  /** Where it listens; `undefined` when nobody knows. */
  readonly address: Address | undefined;
}

/** Tells the active controller; `undefined` while there is none (Kafka's `ControllerNodeProvider`). */
export type ControllerNodeProvider = () => ControllerNode | undefined;

/**
 * Sends requests to the active controller (Kafka's `NodeToControllerChannelManager`): in the order in which they come, one at a time. One that
 * hinders another has a channel of its own.
 */
export interface ControllerChannel {
  /**
   * Sends a request, again and again until a controller that is active has answered it.
   *
   * @param options `signal` ends the wait; the controller may do what was asked all the same
   * @returns the answer, which may be an error other than `NOT_CONTROLLER`
   * @throws {KafkaError} `REQUEST_TIMED_OUT` when the channel's time is over, `UNSUPPORTED_VERSION` when the controller lacks the API
   * @throws the signal's reason, when it aborts first
   */
  send<Req, Res>(
    api: Api<Req, Res>,
    request: Draft<Req>,
    options?: { readonly signal?: AbortSignal },
  ): Promise<Res>;
  /** What the controller on the other end takes; `undefined` when nobody knows, or it is in this process. */
  readonly controllerVersions: BrokerVersions | undefined;
  /** Sends nothing more. What waits for an answer fails. */
  shutdown(): Promise<void>;
}
