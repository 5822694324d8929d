/**
 * A client's way to the cluster: connections to its brokers, what is known of it, and where its coordinators are. Producer, consumer and
 * admin client each have one (Kafka's `NetworkClient`).
 *
 * @module
 */

import type { Clock, Logger, Random } from "../storage/env.ts";
import type { Draft } from "../storage/message/message_codec.ts";
import type { ClientConfig } from "./config/client_config.ts";
import { CoordinatorFinder } from "./coordinator_finder.ts";
import { withDeadline } from "./network/deadline.ts";
import { MetadataCache } from "./metadata_cache.ts";
import { MetadataUpdater } from "./metadata_updater.ts";
import type { BrokerConnection, SendOptions } from "./network/broker_connection.ts";
import { NetworkError, type Transport } from "./network/transport.ts";
import { bootstrapNodes, canonicalNodes, type Node } from "./node.ts";
import { NodeConnection } from "./node_connection.ts";
import type { Api } from "./protocol/api.ts";
import { type ErrorName, errorName, KafkaError } from "./protocol/error_codes.ts";
import {
  findCoordinator,
  type FindCoordinatorRequest,
  type FindCoordinatorResponse,
} from "./protocol/messages/find_coordinator.ts";
import {
  metadata as metadataApi,
  type MetadataRequest,
  type MetadataResponse,
} from "./protocol/messages/metadata.ts";

/** The parts of the world that a client needs. */
export interface ClientEnv {
  /** Time. */
  readonly clock: Clock;
  /** Randomness. */
  readonly random: Random;
  /** Receives what there is to tell an operator. */
  readonly logger: Logger;
}

/** What a client is made with, beside its configs. */
export interface KafkaClientOptions {
  /** The configs, those that all clients have among them. */
  readonly config: ClientConfig;
  /** Clock, randomness, and who is told what happens. */
  readonly env: ClientEnv;
  /** The network. */
  readonly transport: Transport;
  /** Where to ask first. Default: `bootstrap.servers`. */
  readonly bootstrap?: readonly Node[];
  /** How the cluster is asked for. Default: by Metadata requests. */
  readonly askMetadata?: (
    client: KafkaClient,
    request: Draft<MetadataRequest>,
    signal: AbortSignal,
  ) => Promise<MetadataResponse>;
}

/** What the logger is told of a bootstrap server that was lost before it told of the cluster, with the fields `clientId`, `node`, `host` and `port`. */
export const BOOTSTRAP_DISCONNECTED = "Bootstrap broker disconnected";

/** What the logger is told of topics that an answer says something is wrong with, with the fields `clientId`, `correlationId` and `errors`, by topic. */
export const TOPIC_ERRORS = "Metadata tells of errors of topics";

/** What the logger is told of topics that cannot be there, with the fields `clientId` and `topics`. */
export const INVALID_TOPICS = "Metadata tells of invalid topics";

/** What the logger is told of topics that this client may not see, with the fields `clientId` and `topics`. */
export const UNAUTHORIZED_TOPICS = "Metadata tells of topics without authorization";

/** Coordinators have connections of their own, so that heartbeats need not wait behind a fetch that waits for data; their ids count down from here. */
const COORDINATOR_ID_BASE = 0x7fff_ffff;

/** Everything that a client sends goes through here. */
export class KafkaClient implements AsyncDisposable {
  /** What is known of the cluster. */
  readonly metadata: MetadataCache = new MetadataCache();
  /** Keeps that fresh. */
  readonly updater: MetadataUpdater;
  /** Where the coordinators are. */
  readonly coordinators: CoordinatorFinder;
  readonly #options: KafkaClientOptions;
  #bootstrap: readonly Node[];
  /** Their names are being looked up, or have been. */
  #naming: Promise<void> | undefined;
  readonly #connections = new Map<number, NodeConnection>();
  readonly #coordinatorNodes = new Map<number, Node>();
  readonly #closing = new AbortController();
  /** The last failure of a bootstrap server that was told. */
  #toldOf: unknown;
  #sweeping = false;
  /** Whether the brokers that were known cannot be reached any more. */
  #asksBootstrap = true;

  /**
   * Connects to nothing yet.
   *
   * @throws {InvalidConfigError} for `bootstrap.servers` that are none
   */
  constructor(options: KafkaClientOptions) {
    const { config, env } = options;
    this.#options = options;
    this.#bootstrap = options.bootstrap ?? bootstrapNodes(config.list("bootstrap.servers"));
    this.updater = new MetadataUpdater({
      env,
      config,
      cache: this.metadata,
      ask: (topics, allowAutoTopicCreation, signal) =>
        this.#askMetadata(topics, allowAutoTopicCreation, signal),
      rebootstrap: () => this.#startOver(),
    });
    this.updater.onUpdate(() => this.#followNodes());
    this.coordinators = new CoordinatorFinder({
      ask: (draftOf, signal) => this.#askCoordinator(draftOf, signal),
      found: (node) => {
        const id = COORDINATOR_ID_BASE - node.id;
        this.#coordinatorNodes.set(id, node);
        this.#connections.get(id)?.moveTo(node);
        return id;
      },
    });
  }

  /** Whether it has been closed. */
  get isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** Aborts when the client is closed. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  /**
   * Sends a request to a node and waits for its answer. When that does not come, metadata is asked for anew.
   *
   * @param nodeId a broker's id, or what {@linkcode KafkaClient.coordinators} have found
   * @throws {NetworkError} when the node cannot be reached, or the connection breaks
   * @throws {KafkaError} when the node lacks the version, or the answer takes too long
   * @throws the signal's reason, when it aborts first
   */
  async send<Req, Res>(
    nodeId: number,
    api: Api<Req, Res>,
    draft: Draft<Req>,
    options: SendOptions = {},
  ): Promise<Res> {
    return await this.#use(
      nodeId,
      (connection) => connection.send(api, draft, options),
      options.signal,
    );
  }

  /** Sends a request that is not answered: Produce with `acks=0`. Resolves when it is written. */
  async sendWithoutAnswer<Req>(
    nodeId: number,
    api: Api<Req, unknown>,
    draft: Draft<Req>,
    options: SendOptions = {},
  ): Promise<void> {
    await this.#use(
      nodeId,
      (connection) => connection.sendWithoutAnswer(api, draft, options),
      options.signal,
    );
  }

  /**
   * Sends a request to the broker that has the least to do; when that cannot be reached, to another.
   *
   * @throws as {@linkcode KafkaClient.send}, when none can be reached
   */
  async sendToAny<Req, Res>(
    api: Api<Req, Res>,
    draft: Draft<Req>,
    options: SendOptions = {},
  ): Promise<Res> {
    const nodeId = await this.leastLoadedNode(options.signal);
    return await this.send(nodeId, api, draft, options);
  }

  /**
   * Sends a request to the broker that takes what is meant for the controller.
   *
   * @throws as {@linkcode KafkaClient.send}
   */
  async sendToController<Req, Res>(
    api: Api<Req, Res>,
    draft: Draft<Req>,
    options: SendOptions = {},
  ): Promise<Res> {
    const { signal } = options;
    if (!this.metadata.nodes.has(this.metadata.controllerId)) {
      await this.updater.awaitUpdate(this.metadata.version, signal);
    }
    const { controllerId } = this.metadata;
    if (controllerId < 0) throw new KafkaError("NOT_CONTROLLER", "No controller is known");
    return await this.send(controllerId, api, draft, options);
  }

  /** The highest version of an API that a node and this client know; `undefined` when there is none. Connects. */
  async version(
    nodeId: number,
    api: Api<unknown, unknown>,
    signal?: AbortSignal,
  ): Promise<number | undefined> {
    return (await this.connect(nodeId, signal)).version(api);
  }

  /**
   * The connection to a node.
   *
   * @throws as {@linkcode KafkaClient.send}
   */
  async connect(nodeId: number, signal?: AbortSignal): Promise<BrokerConnection> {
    return await this.#use(nodeId, (connection) => Promise.resolve(connection), signal);
  }

  /**
   * The connection to a node, if it can be used at once. What is sent on it is not counted, and nothing is done about its failures: this is for
   * who sends much and takes care of that.
   */
  openConnection(nodeId: number): BrokerConnection | undefined {
    return this.#connections.get(nodeId)?.open;
  }

  /** Whether a node that is known is not reached now, and not tried again yet. */
  isBackingOff(nodeId: number): boolean {
    return this.#connections.get(nodeId)?.isBackingOff ?? false;
  }

  /** Ends the connection to a node; the next request makes another. */
  disconnect(nodeId: number): void {
    this.#connections.get(nodeId)?.disconnect();
  }

  /**
   * The node that has the least to do: connected, with the fewest requests in flight. Without one, others are connected to, one after the other.
   *
   * @throws {NetworkError} when none can be reached
   */
  async leastLoadedNode(signal?: AbortSignal): Promise<number> {
    await this.#nameBootstrap(signal);
    const nodes = this.#candidates();
    let best: { readonly id: number; readonly inFlight: number } | undefined;
    for (const { id } of nodes) {
      const connection = this.#connections.get(id);
      if (connection?.isConnected !== true) continue;
      if (best === undefined || connection.inFlight < best.inFlight) {
        best = { id, inFlight: connection.inFlight };
      }
    }
    if (best !== undefined) return best.id;
    return await this.#connectToOne(nodes, signal);
  }

  /** Ends all connections; whoever waits is told so. */
  close(): void {
    if (this.isClosed) return;
    const reason = new NetworkError("disconnected", "The client is closed");
    this.#closing.abort(reason);
    this.updater.close(reason);
    for (const connection of this.#connections.values()) connection.close(reason);
    this.#connections.clear();
  }

  /** As {@linkcode KafkaClient.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }

  /** Bootstrap servers may be wanted by the names that they have by themselves. */
  async #nameBootstrap(signal: AbortSignal | undefined): Promise<void> {
    const { config, transport } = this.#options;
    if (config.string("client.dns.lookup") === "use_all_dns_ips") return;
    this.#naming ??= canonicalNodes(this.#bootstrap, transport).then(
      (nodes) => void (this.#bootstrap = nodes),
      (error) => {
        this.#naming = undefined;
        throw error;
      },
    );
    await withDeadline(this.#naming, signal);
  }

  /** Nodes to ask, in a random order: all clients would ask the first otherwise. */
  #candidates(): readonly Node[] {
    const known = [...this.metadata.nodes.values()];
    const nodes = this.#asksBootstrap || known.length === 0 ? [...this.#bootstrap] : known;
    const { random } = this.#options.env;
    for (let i = nodes.length - 1; i > 0; i--) {
      const j = Math.floor(random.next() * (i + 1));
      [nodes[i], nodes[j]] = [nodes[j]!, nodes[i]!];
    }
    return nodes;
  }

  async #connectToOne(nodes: readonly Node[], signal: AbortSignal | undefined): Promise<number> {
    // Those that failed just now come last.
    const sorted = nodes.toSorted((a, b) =>
      Number(this.isBackingOff(a.id)) - Number(this.isBackingOff(b.id))
    );
    let failure: unknown;
    for (const { id } of sorted) {
      try {
        await this.#connection(id).connect(signal);
        return id;
      } catch (error) {
        signal?.throwIfAborted();
        this.#closing.signal.throwIfAborted();
        this.#tellOfBootstrap(id, error);
        failure = error;
      }
    }
    this.#rebootstrap();
    throw failure;
  }

  /** Whoever asks for metadata in a way of its own tells of failures itself. */
  #tellOfBootstrap(id: number, error: unknown): void {
    const { config, env: { logger }, askMetadata } = this.#options;
    // All who have waited for one attempt get the same error.
    if (error === this.#toldOf) return;
    this.#toldOf = error;
    if (id >= 0 || this.metadata.nodes.size > 0 || askMetadata !== undefined) return;
    const { host, port } = this.#bootstrap[-1 - id]!;
    const clientId = config.string("client.id");
    logger.write("warn", BOOTSTRAP_DISCONNECTED, { clientId, node: id, host, port });
  }

  #tellOfTopics({ topics }: MetadataResponse, correlationId: number): void {
    const { config, env: { logger } } = this.#options;
    const clientId = config.string("client.id");
    const errors = new Map<string, ErrorName>();
    for (const { name, errorCode } of topics) {
      if (errorCode !== 0 && name !== null) errors.set(name, errorName(errorCode));
    }
    if (errors.size === 0) return;
    logger.write("warn", TOPIC_ERRORS, { clientId, correlationId, errors });
    const named = (error: ErrorName) =>
      [...errors.keys()].filter((topic) => errors.get(topic) === error);
    const invalid = named("INVALID_TOPIC_EXCEPTION");
    if (invalid.length > 0) logger.write("error", INVALID_TOPICS, { clientId, topics: invalid });
    const denied = named("TOPIC_AUTHORIZATION_FAILED");
    if (denied.length > 0) logger.write("error", UNAUTHORIZED_TOPICS, { clientId, topics: denied });
  }

  /** Brokers that are connected and tell nothing are of no use, either. */
  #startOver(): void {
    for (const connection of this.#connections.values()) connection.disconnect();
    this.#rebootstrap();
  }

  #rebootstrap(): void {
    const { config } = this.#options;
    if (config.string("metadata.recovery.strategy") === "rebootstrap") this.#asksBootstrap = true;
  }

  #node(id: number): Node | undefined {
    if (id < 0) return this.#bootstrap[-1 - id];
    return this.#coordinatorNodes.get(id) ?? this.metadata.nodes.get(id);
  }

  #connection(id: number): NodeConnection {
    this.#closing.signal.throwIfAborted();
    let connection = this.#connections.get(id);
    if (connection === undefined) {
      const node = this.#node(id);
      if (node === undefined) {
        throw new NetworkError("unknown-host", `No address is known of node ${id}`);
      }
      connection = new NodeConnection(id, node, this.#options);
      this.#connections.set(id, connection);
      void this.#sweepIdle();
    }
    return connection;
  }

  async #use<R>(
    nodeId: number,
    request: (connection: BrokerConnection) => Promise<R>,
    signal: AbortSignal | undefined,
  ): Promise<R> {
    try {
      return await this.#connection(nodeId).use(request, signal);
    } catch (error) {
      // The node may be gone, or be another by now.
      const isBroken = error instanceof NetworkError ||
        (error instanceof KafkaError && error.code === "REQUEST_TIMED_OUT");
      if (isBroken && !this.isClosed) this.#tellOfBootstrap(nodeId, error);
      if (isBroken && !this.isClosed && nodeId >= 0) this.updater.request();
      throw error;
    }
  }

  async #askMetadata(
    topics: readonly string[] | undefined,
    allowAutoTopicCreation: boolean,
    signal: AbortSignal,
  ): Promise<MetadataResponse> {
    const request = {
      topics: topics?.map((name) => ({ name })) ?? null,
      allowAutoTopicCreation,
    };
    const { askMetadata } = this.#options;
    let correlationId = -1;
    const sent = (id: number) => void (correlationId = id);
    const response = askMetadata === undefined
      ? await this.sendToAny(metadataApi, request, { signal, sent })
      : await askMetadata(this, request, signal);
    if (askMetadata === undefined) this.#tellOfTopics(response, correlationId);
    if (response.errorCode !== 0) this.#rebootstrap();
    else this.#asksBootstrap = false;
    return response;
  }

  async #askCoordinator(
    draftOf: (version: number) => Draft<FindCoordinatorRequest>,
    signal: AbortSignal | undefined,
  ): Promise<{ version: number; response: FindCoordinatorResponse }> {
    const options = signal === undefined ? {} : { signal };
    const nodeId = await this.leastLoadedNode(signal);
    const version = await this.version(nodeId, findCoordinator, signal);
    const draft = draftOf(version ?? 0);
    return {
      version: version ?? 0,
      response: await this.send(nodeId, findCoordinator, draft, options),
    };
  }

  /** Nodes may have moved, and some are gone. */
  #followNodes(): void {
    for (const [id, connection] of this.#connections) {
      if (id < 0 || this.#coordinatorNodes.has(id)) continue;
      const node = this.metadata.nodes.get(id);
      if (node !== undefined) connection.moveTo(node);
    }
  }

  /** Closes connections that nobody uses. */
  async #sweepIdle(): Promise<void> {
    const { config, env: { clock } } = this.#options;
    const idleMs = config.number("connections.max.idle.ms");
    if (this.#sweeping || idleMs < 0) return;
    this.#sweeping = true;
    try {
      while (this.#connections.size > 0) {
        await clock.sleep(Math.max(1, idleMs), this.#closing.signal);
        const usedBefore = clock.monotonic() - idleMs;
        for (const [id, connection] of this.#connections) {
          if (connection.inFlight > 0 || connection.lastUsed > usedBefore) continue;
          connection.disconnect();
          if (this.#node(id) === undefined) this.#connections.delete(id);
        }
      }
    } catch {
      // The client is closed.
    } finally {
      this.#sweeping = false;
    }
  }
}
