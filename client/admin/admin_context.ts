/**
 * What the calls of an admin client share: the way to the cluster, and the calls that are under way.
 *
 * @module
 */

import { ExponentialBackoff } from "../network/exponential_backoff.ts";
import { type ClientEnv, KafkaClient } from "../kafka_client.ts";
import { NetworkError, type Transport } from "../network/transport.ts";
import { type ErrorName, KafkaError } from "../protocol/error_codes.ts";
import { describeCluster } from "../protocol/messages/describe_cluster.ts";
import { metadata as metadataApi, type MetadataResponse } from "../protocol/messages/metadata.ts";
import type { CallOptions } from "./admin_options.ts";
import type { AdminSettings } from "./admin_settings.ts";
import { apiKeyName, throwApiError } from "./api_error.ts";
import { CallTime } from "./call_time.ts";

/** DescribeCluster's number for controllers. */
export const CONTROLLER_ENDPOINTS = 2;

/** Where a request may go. */
export interface Destination {
  /** Any broker, the controller, or the node with this id. */
  readonly to: "any" | "controller" | number;
  /** Whether controllers take the request: then `any` is the active one, where they were given for bootstrap. */
  readonly orController?: boolean;
  /** Whether the node has just been looked up: when it is gone, it is looked up again and not waited for. */
  readonly isLookedUp?: boolean;
}

/** The way to the cluster. */
export class AdminContext {
  /** Connections and metadata. */
  readonly client: KafkaClient;
  /** Clock, randomness, and who is told what happens. */
  readonly env: ClientEnv;
  /** The client's configs. */
  readonly settings: AdminSettings;
  /** Waits between attempts. */
  readonly backoff: ExponentialBackoff;
  readonly #closing = new AbortController();
  readonly #calls = new Set<Promise<unknown>>();
  #isClosed = false;
  #fatal = new AbortController();
  /** The first version of the metadata whose controller is believed. */
  #controllerSince = 1;

  /** Connects to nothing yet. */
  constructor(settings: AdminSettings, env: ClientEnv, transport: Transport) {
    const { config, bootstrap, usesControllers } = settings;
    this.env = env;
    this.settings = settings;
    this.backoff = new ExponentialBackoff(
      config.number("retry.backoff.ms"),
      config.number("retry.backoff.max.ms"),
      env.random,
    );
    this.client = new KafkaClient({
      config,
      env,
      transport,
      bootstrap,
      askMetadata: (client, request, signal) =>
        this.#noteFatal(
          usesControllers
            ? askControllers(client, signal)
            : client.sendToAny(metadataApi, request, { signal }),
          usesControllers ? describeCluster : metadataApi,
        ),
    });
  }

  /**
   * Runs a call; closing waits for it.
   *
   * @throws {Error} when the client is closed
   * @throws the reason of the options' signal, when it aborts first
   */
  async run<T>(options: CallOptions, call: (time: CallTime) => Promise<T>): Promise<T> {
    if (this.#isClosed) {
      throw new Error("Cannot accept new calls when AdminClient is closing.");
    }
    const { env: { clock }, settings: { defaultApiTimeoutMs } } = this;
    using time = new CallTime(clock, defaultApiTimeoutMs, options, this.#closing.signal);
    const running = call(time);
    this.#calls.add(running);
    try {
      return await running;
    } finally {
      this.#calls.delete(running);
    }
  }

  /**
   * The node that a request goes to, once it is known.
   *
   * @throws {KafkaError} when the bootstrap servers are of the wrong kind
   * @throws {NetworkError} when no node can be reached
   * @throws the signal's reason, when it aborts first
   */
  async nodeFor({ to, isLookedUp }: Destination, signal: AbortSignal): Promise<number> {
    const { client, settings: { usesControllers } } = this;
    await this.#metadata(() => true, signal);
    if (to === "any" && !usesControllers) return await client.leastLoadedNode(signal);
    if (typeof to === "number") {
      const { version } = client.metadata;
      await this.#metadata(
        () =>
          client.metadata.nodes.has(to) ||
          (isLookedUp === true && client.metadata.version > version),
        signal,
      );
      if (client.metadata.nodes.has(to)) return to;
      throw new NetworkError("unknown-host", `Broker ${to} is not there any more`);
    }
    await this.#metadata(
      () =>
        client.metadata.version >= this.#controllerSince &&
        client.metadata.nodes.has(client.metadata.controllerId),
      signal,
    );
    return client.metadata.controllerId;
  }

  /** A node has said that it is not the controller: who is it is asked for anew. */
  forgetController(): void {
    this.#controllerSince = this.client.metadata.version + 1;
    this.client.updater.request();
  }

  /**
   * Takes no more calls, waits for those under way, and ends the connections.
   *
   * @param timeoutMs how long to wait, ms; then calls that are left fail
   */
  async close(timeoutMs = Infinity): Promise<void> {
    this.#isClosed = true;
    const { clock } = this.env;
    const done = new AbortController();
    const ended = Promise.allSettled([...this.#calls]).then(() => done.abort());
    if (timeoutMs !== Infinity) {
      clock.sleep(timeoutMs, done.signal).then(() => this.#closing.abort(), () => {});
    }
    await ended;
    this.client.close();
  }

  /** Waits until the metadata is there, and as it should be. */
  async #metadata(isGood: () => boolean, signal: AbortSignal): Promise<void> {
    const { metadata, updater } = this.client;
    while (metadata.version === 0 || !isGood()) {
      await updater.awaitUpdate(
        metadata.version,
        AbortSignal.any([signal, this.#fatal.signal]),
      );
    }
  }

  /** Servers that are not what they were taken for: whoever waits is told, as asking again is of no use. */
  async #noteFatal(answer: Promise<MetadataResponse>, api: Api): Promise<MetadataResponse> {
    try {
      return await answer;
    } catch (error) {
      if (error instanceof KafkaError && isFatal(error.code)) {
        const message = `The node does not support ${apiKeyName(api)}`;
        this.#fatal.abort(
          error.code === "UNSUPPORTED_VERSION"
            ? new KafkaError("UNSUPPORTED_VERSION", message, { cause: error })
            : error,
        );
        this.#fatal = new AbortController();
      }
      throw error;
    }
  }
}

type Api = Parameters<typeof apiKeyName>[0];

/** Controllers know of no topics; the active one takes requests (KIP-919). */
async function askControllers(
  client: KafkaClient,
  signal: AbortSignal,
): Promise<MetadataResponse> {
  const endpointType = CONTROLLER_ENDPOINTS;
  const answer = await client.sendToAny(describeCluster, { endpointType }, { signal });
  throwApiError(answer.errorCode, answer.errorMessage);
  if (answer.endpointType !== endpointType) {
    throw new KafkaError(
      "MISMATCHED_ENDPOINT_TYPE",
      "Expected response from CONTROLLER endpoint, but got response from endpoint type " +
        answer.endpointType,
    );
  }
  return {
    throttleTimeMs: answer.throttleTimeMs,
    brokers: answer.brokers.map(({ brokerId: nodeId, host, port, rack }) => (
      { nodeId, host, port, rack }
    )),
    clusterId: answer.clusterId,
    controllerId: answer.controllerId,
    topics: [],
    clusterAuthorizedOperations: answer.clusterAuthorizedOperations,
    errorCode: 0,
  };
}

const FATAL: ReadonlySet<ErrorName> = new Set<ErrorName>([
  "MISMATCHED_ENDPOINT_TYPE",
  "SASL_AUTHENTICATION_FAILED",
  "SECURITY_DISABLED",
  "UNSUPPORTED_ENDPOINT_TYPE",
  "UNSUPPORTED_FOR_MESSAGE_FORMAT",
  "UNSUPPORTED_VERSION",
]);

function isFatal(error: ErrorName): boolean {
  return FATAL.has(error) || error.endsWith("_AUTHORIZATION_FAILED");
}
