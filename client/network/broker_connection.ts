/**
 * A connection to a broker, as a client has it.
 *
 * @module
 */

import type { Clock } from "../../storage/env.ts";
import { decode, type Draft } from "../../storage/message/message_codec.ts";
import { ProtocolError } from "../../storage/message/protocol_error.ts";
import type { Api } from "../protocol/api.ts";
import { responseHeaderVersion, supportedVersions } from "../protocol/api_keys.ts";
import { KafkaError } from "../protocol/error_codes.ts";
import { encodeRequest } from "../protocol/framing.ts";
import { decodeResponseHeader } from "../protocol/headers.ts";
import {
  type BrokerAbilities,
  type BrokerVersions,
  type FinalizedFeatures,
  handshake,
} from "./api_versions_handshake.ts";
import { FrameStream } from "./frame_stream.ts";
import { type InFlightRequest, InFlightRequests } from "./in_flight_requests.ts";
import { MemoryPool } from "./memory_pool.ts";
import { type Address, addressText, type Connection, NetworkError } from "./transport.ts";
import type { Transport } from "./transport.ts";

/** How a connection is made. */
export interface BrokerConnectionOptions {
  /** The network. */
  readonly transport: Transport;
  /** The broker. */
  readonly address: Address;
  /** For timeouts. */
  readonly clock: Clock;
  /** What the client calls itself. Default: nothing. */
  readonly clientId?: string | null;
  /** How long connecting and the first exchange may take, ms. Default: 10,000. */
  readonly setupTimeoutMs?: number;
  /** How long an answer may take, ms. Default: 30,000. */
  readonly requestTimeoutMs?: number;
  /** Requests that may be on their way at once; more wait. Default: 100. */
  readonly maxInFlight?: number;
  /** Largest answer that is taken, bytes. Default: 2^31 - 1. */
  readonly maxResponseBytes?: number;
  /** Ends the attempt to connect. */
  readonly signal?: AbortSignal;
}

/** How a request is sent. */
export interface SendOptions {
  /** Version of the API. Default: the highest that both sides know. */
  readonly version?: number;
  /** How long the answer may take, ms. Default: that of the connection. */
  readonly timeoutMs?: number;
  /** Ends the wait; the broker does what was asked all the same. */
  readonly signal?: AbortSignal;
  /** Told the number of the request when it is sent. */
  readonly sent?: (correlationId: number) => void;
}

const MAX_CORRELATION_ID = 0x7fff_ffff;

/** Requests from this size on are made in memory that is used again; what is smaller costs nothing to speak of. */
const POOLED_REQUEST_BYTES = 2048;

/** Bytes that may wait for the next requests: some of the size of `max.request.size`. */
const MAX_KEPT_BYTES = 8 * 1024 * 1024;

/**
 * Sends requests, several at a time, and gives each its answer. Byte strings in answers are views on memory that nobody else uses. When an answer
 * is overdue or makes no sense the connection ends, as nobody can tell any more what belongs to what.
 */
export class BrokerConnection implements Disposable {
  readonly #connection: Connection;
  readonly #options: BrokerConnectionOptions;
  readonly #inFlight: InFlightRequests;
  #abilities: BrokerAbilities = {
    versions: new Map(),
    features: { epoch: -1, levels: new Map() },
  };
  readonly #pool = new MemoryPool(MAX_KEPT_BYTES);
  #outbox: { readonly frame: Uint8Array; readonly written: (error?: unknown) => void }[] = [];
  #isWriting = false;
  #nextCorrelationId = 0;
  #failure: unknown;
  readonly #closed = Promise.withResolvers<void>();

  private constructor(connection: Connection, options: BrokerConnectionOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#inFlight = new InFlightRequests(
      options.clock,
      options.maxInFlight ?? 100,
      () =>
        this.#end(
          new KafkaError("REQUEST_TIMED_OUT", `No answer from ${addressText(options.address)}`),
        ),
    );
    void this.#receive();
  }

  /**
   * Connects, and asks which versions the broker has.
   *
   * @throws {NetworkError} when the broker cannot be reached
   * @throws {KafkaError} when it takes too long, or answers with an error
   * @throws the signal's reason, when it aborts first
   */
  static async connect(options: BrokerConnectionOptions): Promise<BrokerConnection> {
    const { transport, address, clock, setupTimeoutMs = 10_000, signal } = options;
    signal?.throwIfAborted();
    const setup = new AbortController();
    const done = new AbortController();
    const abort = () => setup.abort(signal!.reason);
    signal?.addEventListener("abort", abort, { once: true });
    const late = `Connecting to ${addressText(address)} takes longer than ${setupTimeoutMs} ms`;
    clock.sleep(setupTimeoutMs, done.signal).then(
      () => setup.abort(new KafkaError("REQUEST_TIMED_OUT", late)),
      () => {},
    );
    let made: BrokerConnection | undefined;
    try {
      const connection = await transport.connect(address, setup.signal);
      made = new BrokerConnection(connection, options);
      made.#abilities = await handshake((api, draft, version) =>
        made!.#exchange(api, draft, { version, signal: setup.signal })
      );
      return made;
    } catch (error) {
      made?.close();
      throw error;
    } finally {
      done.abort();
      signal?.removeEventListener("abort", abort);
    }
  }

  /** The broker's address, as it was asked for. */
  get address(): Address {
    return this.#options.address;
  }

  /** Whether requests can be sent. */
  get isOpen(): boolean {
    return this.#failure === undefined;
  }

  /** Features of the cluster, as the broker told them when the connection was made. */
  get features(): FinalizedFeatures {
    return this.#abilities.features;
  }

  /** Versions of the APIs that the broker has, as it told them when the connection was made. */
  get versions(): BrokerVersions {
    return this.#abilities.versions;
  }

  /** Resolves when the connection has ended, whoever ended it. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  /** The highest version of an API that both sides know; `undefined` when there is none. */
  version(api: Api<unknown, unknown>): number | undefined {
    const theirs = this.#abilities.versions.get(api.key);
    if (theirs === undefined) return undefined;
    const ours = supportedVersions(api);
    const highest = Math.min(theirs.highest, ours.highest);
    return highest >= Math.max(theirs.lowest, ours.lowest) ? highest : undefined;
  }

  /**
   * Sends a request and waits for its answer.
   *
   * @throws {KafkaError} when the broker lacks the version, or the answer takes too long
   * @throws {NetworkError} when the connection breaks
   * @throws the signal's reason, when it aborts first
   */
  async send<Req, Res>(
    api: Api<Req, Res>,
    draft: Draft<Req>,
    options: SendOptions = {},
  ): Promise<Res> {
    const { version, frame } = await this.#exchange(api, draft, options);
    const { bodyAt } = decodeResponseHeader(responseHeaderVersion(api, version), frame);
    return decode(api.response, version, frame, bodyAt);
  }

  /**
   * Sends a request that the broker does not answer: Produce with `acks=0`. Resolves when it is written. A broker that reads nothing for as long as an
   * answer may take loses the connection.
   *
   * @throws as {@linkcode BrokerConnection.send}
   */
  async sendWithoutAnswer<Req>(
    api: Api<Req, unknown>,
    draft: Draft<Req>,
    options: SendOptions = {},
  ): Promise<void> {
    const { clock, address } = this.#options;
    const { frame } = this.#encode(api, draft, this.#versionFor(api, options.version));
    const written = new AbortController();
    const late = () =>
      this.#end(new KafkaError("REQUEST_TIMED_OUT", `${addressText(address)} takes no requests`));
    clock.sleep(this.#timeoutMs(options), written.signal).then(late, () => {});
    try {
      await this.#write(frame);
    } finally {
      written.abort();
    }
  }

  /** Ends the connection; what waits for an answer fails. */
  close(): void {
    this.#end(new NetworkError("disconnected", `Closed the connection to ${this.#name}`));
  }

  /** As {@linkcode BrokerConnection.close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  get #name(): string {
    return addressText(this.#options.address);
  }

  #timeoutMs({ timeoutMs = this.#options.requestTimeoutMs ?? 30_000 }: SendOptions): number {
    return timeoutMs;
  }

  #versionFor(api: Api<unknown, unknown>, wanted: number | undefined): number {
    const version = wanted ?? this.version(api);
    if (version !== undefined) return version;
    throw new KafkaError(
      "UNSUPPORTED_VERSION",
      `The broker at ${this.#name} has no version of ${api.name} that is known here`,
    );
  }

  #encode<Req>(
    api: Api<Req, unknown>,
    draft: Draft<Req>,
    version: number,
  ): { frame: Uint8Array; correlationId: number } {
    const correlationId = this.#nextCorrelationId;
    const clientId = this.#options.clientId ?? null;
    const frame = encodeRequest(api, version, { correlationId, clientId }, draft, this.#memory);
    this.#nextCorrelationId = correlationId === MAX_CORRELATION_ID ? 0 : correlationId + 1;
    return { frame, correlationId };
  }

  readonly #memory = (length: number): Uint8Array<ArrayBuffer> =>
    length < POOLED_REQUEST_BYTES
      ? new Uint8Array(length)
      : this.#pool.take(length).subarray(0, length);

  async #exchange<Req>(
    api: Api<Req, unknown>,
    draft: Draft<Req>,
    options: SendOptions,
  ): Promise<{ version: number; frame: Uint8Array }> {
    const { version: wanted, signal, sent } = options;
    signal?.throwIfAborted();
    const version = this.#versionFor(api, wanted);
    const place = this.#inFlight.reserve(signal);
    if (place !== undefined) await place;
    const answered = Promise.withResolvers<Uint8Array>();
    const abort = () => answered.reject(signal!.reason);
    try {
      signal?.throwIfAborted();
      if (this.#failure !== undefined) throw this.#failure;
      const { frame, correlationId } = this.#encode(api, draft, version);
      this.#inFlight.add(
        { correlationId, answer: answered.resolve, fail: answered.reject },
        this.#timeoutMs(options),
      );
      sent?.(correlationId);
      // When it cannot be written the connection ends, of which the request in flight is told.
      this.#write(frame).catch(() => {});
    } catch (error) {
      this.#inFlight.release();
      throw error;
    }
    signal?.addEventListener("abort", abort, { once: true });
    try {
      return { version, frame: await answered.promise };
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  #write(frame: Uint8Array): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      const written = (error?: unknown) => error === undefined ? resolve() : reject(error);
      this.#outbox.push({ frame, written });
      if (!this.#isWriting) void this.#pump();
    });
  }

  /** Writes one frame after the other: two writes at once might mix. */
  async #pump(): Promise<void> {
    this.#isWriting = true;
    // One that is being written stays in: when the connection ends it must hear of that, too.
    for (let next; (next = this.#outbox[0]) !== undefined; this.#outbox.shift()) {
      try {
        await this.#connection.write(next.frame);
        // Not when it fails: nobody knows who still reads it.
        this.#pool.give(next.frame);
        next.written();
      } catch (error) {
        next.written(error);
        this.#end(error);
      }
    }
    this.#isWriting = false;
  }

  async #receive(): Promise<void> {
    const { maxResponseBytes = 0x7fff_ffff } = this.#options;
    const frames = new FrameStream(this.#connection, maxResponseBytes);
    try {
      for (let frame; (frame = await frames.next()) !== undefined;) {
        this.#answer(frame, this.#inFlight.next());
      }
      this.#end(new NetworkError("disconnected", `${this.#name} ended the connection`));
    } catch (error) {
      this.#end(
        error instanceof ProtocolError ? outOfStep(error.message, { cause: error }) : error,
      );
    }
  }

  #answer(frame: Uint8Array, request: InFlightRequest | undefined): void {
    const { correlationId } = decodeResponseHeader(0, frame);
    if (request?.correlationId === correlationId) return request.answer(frame);
    const error = outOfStep(
      request === undefined
        ? `Got an answer ${correlationId} that nobody asked for`
        : `Correlation id for response (${correlationId}) does not match request (${request.correlationId})`,
    );
    request?.fail(error);
    throw error;
  }

  #end(error: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.#connection.close();
    this.#inFlight.failAll(error);
    for (const { written } of this.#outbox.splice(0)) written(error);
    this.#closed.resolve();
  }
}

/** Nothing more can be read from a connection whose answers cannot be told apart, but from another one: it is as good as broken. */
function outOfStep(message: string, options?: ErrorOptions): NetworkError {
  return new NetworkError("disconnected", message, options);
}
