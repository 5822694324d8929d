/**
 * A connection to a broker that is made again when it has broken, for brokers among themselves.
 *
 * @module
 */

import type { Clock } from "../../storage/env.ts";
import type { Draft } from "../../storage/message/message_codec.ts";
import type { Api } from "../protocol/api.ts";
import { BrokerConnection, type SendOptions } from "./broker_connection.ts";
import { type Address, NetworkError, type Transport } from "./transport.ts";

/** How a {@linkcode BrokerLink} is made. */
export interface BrokerLinkOptions {
  /** The network. */
  readonly transport: Transport;
  /** For timeouts. */
  readonly clock: Clock;
  /** Where the broker is at present; `undefined` when nobody knows. */
  readonly address: () => Address | undefined;
  /** What this end calls itself. */
  readonly clientId: string;
  /** How long an answer may take, ms. */
  readonly requestTimeoutMs: () => number;
  /** How long connecting may take after so many attempts in a row that have failed, ms. */
  readonly setupTimeoutMs: (failures: number) => number;
}

/** A connection that is being made. */
interface Connecting {
  readonly address: Address;
  readonly made: Promise<BrokerConnection>;
  /** Gives it up. */
  readonly end: AbortController;
}

/** Connects when something is to be sent, and again when that connection has ended or the broker is elsewhere. Waiting between attempts is up to the sender. */
export class BrokerLink {
  readonly #options: BrokerLinkOptions;
  readonly #stopping = new AbortController();
  #connecting: Connecting | undefined;
  #open: BrokerConnection | undefined;
  /** Attempts that have failed since there was a connection. */
  #failures = 0;

  /** Not connected. */
  constructor(options: BrokerLinkOptions) {
    this.#options = options;
  }

  /**
   * Sends a request and waits for its answer.
   *
   * @throws {NetworkError} when the broker cannot be reached, or the connection breaks
   * @throws {KafkaError} when it takes too long, or the broker lacks the API
   */
  async send<Req, Res>(
    api: Api<Req, Res>,
    draft: Draft<Req>,
    options: SendOptions = {},
  ): Promise<Res> {
    const connection = await this.connection(options.signal);
    return await connection.send(api, draft, options);
  }

  /**
   * The connection, made if there is none: for those who have to know which versions the broker has.
   *
   * @throws {NetworkError} when the broker cannot be reached
   * @throws {KafkaError} when connecting takes too long
   */
  async connection(signal?: AbortSignal): Promise<BrokerConnection> {
    this.#stopping.signal.throwIfAborted();
    signal?.throwIfAborted();
    const { address } = this.#options;
    const to = address();
    if (to === undefined) {
      throw new NetworkError("unknown-host", "Cannot connect: nobody knows where the broker is");
    }
    const open = this.#open;
    if (open?.isOpen && isSame(open.address, to)) return open;
    open?.close();
    this.#open = undefined;
    const connecting = this.#connecting;
    if (connecting !== undefined && isSame(connecting.address, to)) return await connecting.made;
    // Nobody need wait for where the broker was before.
    connecting?.end.abort(new NetworkError("disconnected", "The broker is elsewhere"));
    return await this.#startConnecting(to).made;
  }

  #startConnecting(address: Address): Connecting {
    const end = new AbortController();
    const made = this.#connect(address, end.signal).finally(() => {
      if (this.#connecting === connecting) this.#connecting = undefined;
    });
    const connecting: Connecting = { address, made, end };
    return this.#connecting = connecting;
  }

  /** Ends it for good; what waits for an answer fails. */
  close(): void {
    this.#stopping.abort(new NetworkError("disconnected", "The link has been closed"));
    this.#open?.close();
  }

  async #connect(address: Address, end: AbortSignal): Promise<BrokerConnection> {
    const { transport, clock, clientId, requestTimeoutMs, setupTimeoutMs } = this.#options;
    const signal = AbortSignal.any([this.#stopping.signal, end]);
    let made: BrokerConnection;
    try {
      made = await BrokerConnection.connect({
        ...{ transport, clock, address, clientId, signal },
        requestTimeoutMs: requestTimeoutMs(),
        setupTimeoutMs: setupTimeoutMs(this.#failures),
      });
    } catch (error) {
      this.#failures++;
      throw error;
    }
    this.#failures = 0;
    if (signal.aborted) {
      made.close();
      throw signal.reason;
    }
    return this.#open = made;
  }
}

function isSame(a: Address, b: Address): boolean {
  return a.host === b.host && a.port === b.port;
}
