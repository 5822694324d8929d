/** Nodes on a network in memory that answer every API as a test wants it. */

import { FrameStream } from "../../client/network/frame_stream.ts";
import { MemoryTransport } from "../../client/network/memory_transport.ts";
import type { Connection, Listener } from "../../client/network/transport.ts";
import type { Api } from "../../client/protocol/api.ts";
import { apiByKey, supportedVersions } from "../../client/protocol/api_keys.ts";
import { encodeResponse } from "../../client/protocol/framing.ts";
import { decodeRequestHeader } from "../../client/protocol/headers.ts";
import { apiVersions } from "../../client/protocol/messages/api_versions.ts";
import { findCoordinator } from "../../client/protocol/messages/find_coordinator.ts";
import { metadata, type MetadataResponse } from "../../client/protocol/messages/metadata.ts";
import { decode, type Draft } from "../../storage/message/message_codec.ts";
import { errorCode } from "../../client/protocol/error_codes.ts";

/** What is told to an answerer beside the request. */
export interface AskedOf {
  readonly node: number;
  readonly version: number;
}

/** `null` ends the connection without an answer. */
type Answerer<Req, Res> = (
  request: Req,
  context: AskedOf,
) => Draft<Res> | null | Promise<Draft<Res> | null>;

/** A request that came. */
export interface AskedRequest extends AskedOf {
  readonly api: string;
  readonly request: unknown;
}

const port = (node: number) => 9000 + node;

/** Several nodes. Metadata and FindCoordinator have answers of their own, made of the fields below. */
export class ScriptedNodes implements AsyncDisposable {
  readonly transport = new MemoryTransport();
  readonly requests: AskedRequest[] = [];
  /** What went wrong here. */
  readonly failures: unknown[] = [];
  /** Nodes that metadata tells of; those that were started at first. */
  nodes: number[];
  controllerId: number;
  /** Leaders of the partitions of topics; -1 for none. */
  topics: Record<string, number[]> = {};
  /** The node that coordinates everything. */
  coordinator: number;
  /** Highest versions that the nodes tell, where they are others than ours; -1 for an API that they lack. */
  readonly highest = new Map<string, number>();
  readonly #answerers = new Map<string, Answerer<never, unknown>>();
  readonly #listeners = new Map<number, Listener>();
  readonly #connections = new Map<Connection, number>();

  private constructor(nodes: readonly number[]) {
    this.nodes = [...nodes];
    this.controllerId = this.coordinator = nodes[0]!;
    this.on(metadata, ({ topics }) => this.metadata(topics?.map(({ name }) => name!)));
    this.on(findCoordinator, ({ coordinatorKeys }, { version }) => {
      const nodeId = this.coordinator;
      const where = { nodeId, host: "127.0.0.1", port: port(nodeId) };
      return version < 4
        ? where
        : { coordinators: coordinatorKeys.map((key) => ({ key, ...where })) };
    });
  }

  static async start(...nodes: readonly number[]): Promise<ScriptedNodes> {
    const scripted = new ScriptedNodes(nodes);
    for (const node of nodes) await scripted.listen(node);
    return scripted;
  }

  get bootstrapServers(): string {
    return [...this.#listeners.keys()].map((node) => `127.0.0.1:${port(node)}`).join(",");
  }

  async listen(node: number): Promise<void> {
    const listener = await this.transport.listen({ host: "127.0.0.1", port: port(node) });
    this.#listeners.set(node, listener);
    void this.#accept(node, listener);
  }

  /** A node is gone, with its connections. */
  stop(node: number): void {
    this.#listeners.get(node)?.close();
    this.#listeners.delete(node);
    for (const [connection, of] of this.#connections) if (of === node) connection.close();
  }

  /** Answers an API from now on. */
  on<Req, Res>(api: Api<Req, Res>, answerer: Answerer<Req, Res>): void {
    this.#answerers.set(api.name, answerer as Answerer<never, unknown>);
  }

  /** Answers an API in turn; the last answer stays. */
  inTurn<Req, Res>(api: Api<Req, Res>, ...answers: readonly Answerer<Req, Res>[]): void {
    let turn = 0;
    this.on(
      api,
      (request, context) => answers[Math.min(turn++, answers.length - 1)]!(request, context),
    );
  }

  /** The requests of an API. */
  of<Req>(api: Api<Req, unknown>): (AskedRequest & { readonly request: Req })[] {
    return this.requests.filter((request) => request.api === api.name) as never;
  }

  /** The usual answer to Metadata. */
  metadata(names: readonly string[] = Object.keys(this.topics)): Draft<MetadataResponse> {
    return {
      brokers: this.nodes.map((nodeId) => ({ nodeId, host: "127.0.0.1", port: port(nodeId) })),
      controllerId: this.controllerId,
      clusterId: "scripted",
      topics: names.map((name) => {
        const leaders = this.topics[name];
        return leaders === undefined
          ? { name, errorCode: errorCode("UNKNOWN_TOPIC_OR_PARTITION"), partitions: [] }
          : {
            name,
            topicId: "1QAAAAAAAAAAAAAAAAAAAA",
            partitions: leaders.map((leaderId, partitionIndex) => ({
              partitionIndex,
              leaderId,
              replicaNodes: this.nodes,
              isrNodes: this.nodes,
            })),
          };
      }),
    };
  }

  [Symbol.asyncDispose](): Promise<void> {
    for (const node of [...this.#listeners.keys()]) this.stop(node);
    return Promise.resolve();
  }

  async #accept(node: number, listener: Listener): Promise<void> {
    for (let connection; (connection = await listener.accept()) !== undefined;) {
      this.#connections.set(connection, node);
      const served = connection;
      this.#serve(node, served).catch((error) => this.failures.push(error)).finally(() => {
        served.close();
        this.#connections.delete(served);
      });
    }
  }

  async #serve(node: number, connection: Connection): Promise<void> {
    const frames = new FrameStream(connection, 1 << 24);
    for (let frame; (frame = await frames.next()) !== undefined;) {
      const { requestApiKey, requestApiVersion: version, correlationId, bodyAt } =
        decodeRequestHeader(frame);
      const api = apiByKey(requestApiKey)!;
      const request = decode(api.request, version, frame, bodyAt);
      const answer = api.name === apiVersions.name
        ? await this.#answerers.get(api.name)?.(request as never, { node, version }) ??
          this.#versions()
        : await this.#answer(api, request, { node, version });
      if (answer === null) return;
      await connection.write(encodeResponse(api, version, correlationId, answer as never));
    }
  }

  #answer(api: Api<unknown, unknown>, request: unknown, context: AskedOf): unknown {
    this.requests.push({ api: api.name, request, ...context });
    const answerer = this.#answerers.get(api.name);
    if (answerer === undefined) throw new Error(`Nobody answers ${api.name}`);
    return answerer(request as never, context);
  }

  #versions() {
    const apiKeys = [];
    for (let key = 0; key < 100; key++) {
      const api = apiByKey(key);
      const { lowest, highest } = api === undefined
        ? { lowest: 0, highest: -1 }
        : supportedVersions(api);
      const maxVersion = this.highest.get(api?.name ?? "") ?? highest;
      if (maxVersion >= 0) apiKeys.push({ apiKey: key, minVersion: lowest, maxVersion });
    }
    return { apiKeys };
  }
}
