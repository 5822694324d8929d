/**
 * A channel to the active controller, in this process or over the network.
 *
 * @module
 */

import { Deadline, withDeadline } from "../../client/network/deadline.ts";
import type { BrokerConnection } from "../../client/network/broker_connection.ts";
import { BrokerLink } from "../../client/network/broker_link.ts";
import { NetworkError, type Transport } from "../../client/network/transport.ts";
import type { Api } from "../../client/protocol/api.ts";
import { KafkaError } from "../../client/protocol/error_codes.ts";
import type { BrokerVersions } from "../../client/network/api_versions_handshake.ts";
import type { Env } from "../../storage/env.ts";
import type { Draft } from "../../storage/message/message_codec.ts";
import type {
  ControllerChannel,
  ControllerNode,
  ControllerNodeProvider,
} from "./controller_channel.ts";
import type { LocalController } from "./local_controller.ts";
import { hasError } from "./response_errors.ts";

/** How often it is looked whether another controller is active than the one that is being asked, ms. */
const LOOK_MS = 100;
/** How long to wait before the same controller is asked again, or whether there is one at all, ms. */
const RETRY_BACKOFF_MS = 50;

/** What a {@linkcode NodeToControllerChannel} is made of. */
export interface NodeToControllerChannelOptions {
  /** Clock and logger. */
  readonly env: Pick<Env, "clock" | "logger">;
  /** What the logs call the channel. */
  readonly name: string;
  /** What this node calls itself: its id. */
  readonly clientId: string;
  /** The network. */
  readonly transport: Transport;
  /** Who is the active controller. */
  readonly controllerNode: ControllerNodeProvider;
  /** The controller of this node, which is asked without the network while it is the active one. */
  readonly local: Pick<LocalController, "nodeId" | "send"> | undefined;
  /** For how long a request is tried, ms; infinite for as long as it takes. */
  readonly retryTimeoutMs: () => number;
  /** `controller.socket.timeout.ms`: how long one answer may take. */
  readonly requestTimeoutMs: () => number;
  /** How long connecting may take after so many attempts in a row that have failed, ms. */
  readonly setupTimeoutMs: (failures: number) => number;
}

interface QueuedRequest {
  readonly api: Api<unknown, unknown>;
  readonly draft: Draft<unknown>;
  /** Until when it is tried, on the monotonic clock. */
  readonly deadline: number;
  readonly signal: AbortSignal;
  readonly resolve: (response: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Kafka's `NodeToControllerChannelManagerImpl`. */
export class NodeToControllerChannel implements ControllerChannel {
  readonly #options: NodeToControllerChannelOptions;
  readonly #stopping = new AbortController();
  readonly #queue: QueuedRequest[] = [];
  readonly #link: BrokerLink;
  #connection: BrokerConnection | undefined;
  #working: Promise<void> | undefined;

  /** Connects when there is something to send. */
  constructor(options: NodeToControllerChannelOptions) {
    this.#options = options;
    const { transport, env: { clock }, clientId, setupTimeoutMs } = options;
    this.#link = new BrokerLink({
      ...{ transport, clock, clientId },
      // A controller whose machine is gone answers no more than one that is silent.
      setupTimeoutMs: (failures) => Math.min(this.#requestTimeoutMs, setupTimeoutMs(failures)),
      address: () => options.controllerNode()?.address,
      requestTimeoutMs: () => this.#requestTimeoutMs,
    });
  }

  get controllerVersions(): BrokerVersions | undefined {
    const node = this.#options.controllerNode();
    const open = this.#connection;
    const isIts = open?.isOpen && node?.address !== undefined &&
      open.address.host === node.address.host && open.address.port === node.address.port;
    return isIts && node.id !== this.#options.local?.nodeId ? open.versions : undefined;
  }

  send<Req, Res>(
    api: Api<Req, Res>,
    draft: Draft<Req>,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<Res> {
    const stopping = this.#stopping.signal;
    return new Promise<Res>((resolve, reject) => {
      this.#queue.push({
        api: api as Api<unknown, unknown>,
        draft: draft as Draft<unknown>,
        deadline: this.#options.env.clock.monotonic() + this.#options.retryTimeoutMs(),
        signal: signal === undefined ? stopping : AbortSignal.any([stopping, signal]),
        resolve: resolve as (response: unknown) => void,
        reject,
      });
      this.#work();
    });
  }

  async shutdown(): Promise<void> {
    const { name } = this.#options;
    this.#stopping.abort(
      new NetworkError("disconnected", `The channel to the controller has been closed: ${name}`),
    );
    this.#link.close();
    await this.#working;
  }

  /** A request gives up with the retry time, even if one answer might take longer. */
  get #requestTimeoutMs(): number {
    return Math.min(this.#options.requestTimeoutMs(), this.#options.retryTimeoutMs());
  }

  #work(): void {
    this.#working ??= this.#sendAll().finally(() => {
      this.#working = undefined;
      if (this.#queue.length > 0) this.#work();
    });
  }

  async #sendAll(): Promise<void> {
    for (let request; (request = this.#queue.shift()) !== undefined;) {
      await this.#exchange(request).then(request.resolve, request.reject);
    }
  }

  async #exchange(request: QueuedRequest): Promise<unknown> {
    const { env: { clock }, controllerNode } = this.#options;
    while (true) {
      request.signal.throwIfAborted();
      if (clock.monotonic() >= request.deadline) {
        throw new KafkaError(
          "REQUEST_TIMED_OUT",
          `No active controller has answered ${request.api.name} in time`,
        );
      }
      const node = controllerNode();
      const response = node === undefined ? undefined : await this.#attempt(node, request);
      if (response !== undefined) return response;
      // Another one is asked at once.
      if (this.#hasMoved(node)) continue;
      const left = request.deadline - clock.monotonic();
      await clock.sleep(Math.max(0, Math.min(RETRY_BACKOFF_MS, left)), request.signal);
    }
  }

  /** Whether another controller is active than one that was. */
  #hasMoved(from: ControllerNode | undefined): boolean {
    const now = this.#options.controllerNode();
    return now !== undefined && (now.id !== from?.id || now.epoch !== from.epoch);
  }

  /** Asks once. Nothing comes of it when the node is not the active controller, or cannot be reached. */
  async #attempt(
    node: ControllerNode,
    { api, draft, signal: given }: QueuedRequest,
  ): Promise<unknown | undefined> {
    const { env: { logger }, name, local } = this.#options;
    const ended = new AbortController();
    const signal = AbortSignal.any([given, ended.signal]);
    void this.#giveUpWhenMoved(node, ended);
    const tell = (message: string, fields: Readonly<Record<string, unknown>>) =>
      logger.write("debug", message, {
        channel: name,
        api: api.name,
        controller: node.id,
        ...fields,
      });
    try {
      const response = node.id === local?.nodeId
        ? await this.#sendHere(local, api, draft, signal)
        : await this.#sendThere(api, draft, signal);
      if (!hasError(response, "NOT_CONTROLLER")) return response;
      tell("Asked a controller that is not active", { epoch: node.epoch });
    } catch (error) {
      given.throwIfAborted();
      if (!isDisconnect(error)) throw error;
      tell("Could not ask the controller", { error });
    } finally {
      ended.abort();
    }
    return undefined;
  }

  /** A controller that has been followed by another one may be silent for long. */
  async #giveUpWhenMoved(node: ControllerNode, attempt: AbortController): Promise<void> {
    const { env: { clock } } = this.#options;
    const over = AbortSignal.any([attempt.signal, this.#stopping.signal]);
    try {
      do await clock.sleep(LOOK_MS, over); while (!this.#hasMoved(node));
    } catch {
      return;
    }
    attempt.abort(new NetworkError("disconnected", "Another controller is active"));
  }

  async #sendHere(
    local: Pick<LocalController, "send">,
    api: Api<unknown, unknown>,
    draft: Draft<unknown>,
    signal: AbortSignal,
  ): Promise<unknown> {
    const { clock } = this.#options.env;
    using deadline = new Deadline(
      clock,
      this.#requestTimeoutMs,
      "The controller of this node does not answer",
      signal,
    );
    return await withDeadline(local.send(api, draft), deadline.signal);
  }

  async #sendThere(
    api: Api<unknown, unknown>,
    draft: Draft<unknown>,
    signal: AbortSignal,
  ): Promise<unknown> {
    const connection = this.#connection = await withDeadline(
      this.#link.connection(signal),
      signal,
    );
    return await connection.send(api, draft, { signal });
  }
}

/** Whether nobody knows what has become of the request: it is asked again. */
function isDisconnect(error: unknown): boolean {
  return error instanceof NetworkError ||
    (error instanceof KafkaError && error.code === "REQUEST_TIMED_OUT");
}
