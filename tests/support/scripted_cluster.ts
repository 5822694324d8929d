/** Brokers that say what a test wants them to say: several nodes, leaders that move, logs that lose their ends. */

import { FrameStream } from "../../client/network/frame_stream.ts";
import { MemoryTransport } from "../../client/network/memory_transport.ts";
import type { Connection, Listener } from "../../client/network/transport.ts";
import type { Api } from "../../client/protocol/api.ts";
import { apiByKey, supportedVersions } from "../../client/protocol/api_keys.ts";
import { errorCode, type ErrorName } from "../../client/protocol/error_codes.ts";
import { encodeResponse } from "../../client/protocol/framing.ts";
import { decodeRequestHeader } from "../../client/protocol/headers.ts";
import { apiVersions } from "../../client/protocol/messages/api_versions.ts";
import { fetch, type FetchRequest } from "../../client/protocol/messages/fetch.ts";
import {
  listOffsets,
  type ListOffsetsRequest,
} from "../../client/protocol/messages/list_offsets.ts";
import { metadata, type MetadataRequest } from "../../client/protocol/messages/metadata.ts";
import {
  offsetForLeaderEpoch,
  type OffsetForLeaderEpochRequest,
} from "../../client/protocol/messages/offset_for_leader_epoch.ts";
import { decode, type Draft } from "../../storage/message/message_codec.ts";
import { batchesIn } from "../../storage/record/memory_records.ts";
import { systemEnv } from "../../storage/system_env.ts";

/** The id of topics that a test names by a digit. */
export function topicId(digit: number): string {
  return `${digit}QAAAAAAAAAAAAAAAAAAAA`;
}

/** A partition as the cluster has it. */
export interface ScriptedPartition {
  leader: number;
  leaderEpoch: number;
  replicas: number[];
  offlineReplicas: number[];
  start: number;
  /** Batches, offsets and epochs in them. */
  records: Uint8Array;
}

/** A topic. */
export interface ScriptedTopic {
  topicId: string;
  partitions: ScriptedPartition[];
}

/** What is told to a script beside the request. */
export interface ScriptContext {
  readonly node: number;
  readonly version: number;
}

type Script = (request: never, context: ScriptContext) => unknown;

/** A request that came. */
export interface ScriptedRequest {
  readonly node: number;
  readonly api: string;
  readonly version: number;
  readonly request: unknown;
}

const APIS: readonly Api<unknown, unknown>[] = [
  apiVersions,
  metadata,
  fetch,
  listOffsets,
  offsetForLeaderEpoch,
];

/** Several nodes on a network in memory. */
export class ScriptedCluster implements AsyncDisposable {
  readonly transport = new MemoryTransport();
  readonly topics = new Map<string, ScriptedTopic>();
  readonly requests: ScriptedRequest[] = [];
  /** What went wrong here, broken connections among it. */
  readonly failures: unknown[] = [];
  /** Highest versions that the nodes tell, where they are others than ours. */
  readonly highest = new Map<string, number>();
  readonly #listeners = new Map<number, Listener>();
  readonly #connections = new Set<Connection>();
  readonly #scripts = new Map<string, { readonly script: Script; left: number }[]>();
  readonly #racks = new Map<number, string>();

  static async start(...nodes: readonly number[]): Promise<ScriptedCluster> {
    const cluster = new ScriptedCluster();
    for (const node of nodes) {
      const listener = await cluster.transport.listen({ host: "127.0.0.1", port: 9000 + node });
      cluster.#listeners.set(node, listener);
      void cluster.#accept(node, listener);
    }
    return cluster;
  }

  get bootstrapServers(): string {
    return [...this.#listeners.keys()].map((node) => `127.0.0.1:${9000 + node}`).join(",");
  }

  /** Makes a topic with one partition for each leader. */
  topic(name: string, id: string, ...leaders: readonly number[]): ScriptedTopic {
    const nodes = [...this.#listeners.keys()];
    const topic = {
      topicId: id,
      partitions: leaders.map((leader) => ({
        leader,
        leaderEpoch: 0,
        replicas: nodes,
        offlineReplicas: [],
        start: 0,
        records: new Uint8Array(0),
      })),
    };
    this.topics.set(name, topic);
    return topic;
  }

  /** Answers the next request of an API in another way; `undefined` for the usual one, `null` to end the connection. */
  script<Req, Res>(
    api: Api<Req, Res>,
    script: (
      request: Req,
      context: ScriptContext,
    ) => Draft<Res> | null | undefined | Promise<Draft<Res> | null | undefined>,
    times = 1,
  ): void {
    const scripts = this.#scripts.get(api.name) ?? [];
    scripts.push({ script: script as Script, left: times });
    this.#scripts.set(api.name, scripts);
  }

  /** Whether all scripts were used. */
  get isPlayed(): boolean {
    return [...this.#scripts.values()].every(({ length }) => length === 0);
  }

  /** The requests of an API. */
  of<Req>(api: Api<Req, unknown>): (ScriptedRequest & { readonly request: Req })[] {
    return this.requests.filter((request) => request.api === api.name) as never;
  }

  [Symbol.asyncDispose](): Promise<void> {
    for (const listener of this.#listeners.values()) listener.close();
    for (const connection of this.#connections) connection.close();
    return Promise.resolve();
  }

  async #accept(node: number, listener: Listener): Promise<void> {
    for (let connection; (connection = await listener.accept()) !== undefined;) {
      this.#connections.add(connection);
      this.#serve(node, connection).catch((error) => this.failures.push(error)).finally(() =>
        connection!.close()
      );
    }
  }

  async #serve(node: number, connection: Connection): Promise<void> {
    const frames = new FrameStream(connection, 1 << 24);
    for (let frame; (frame = await frames.next()) !== undefined;) {
      const { requestApiKey, requestApiVersion: version, correlationId, bodyAt } =
        decodeRequestHeader(frame);
      const api = apiByKey(requestApiKey)!;
      const request = decode(api.request, version, frame, bodyAt);
      this.requests.push({ node, api: api.name, version, request });
      const scripted = await this.#scripted(api)?.(request as never, { node, version });
      if (scripted === null) return;
      const answer = scripted ?? await this.#answer(api, request, { node, version });
      await connection.write(encodeResponse(api, version, correlationId, answer as never));
    }
  }

  #scripted({ name }: Api<unknown, unknown>): Script | undefined {
    const [first, ...rest] = this.#scripts.get(name) ?? [];
    if (first !== undefined && --first.left <= 0) this.#scripts.set(name, rest);
    return first?.script;
  }

  async #answer(
    api: Api<unknown, unknown>,
    request: unknown,
    context: ScriptContext,
  ): Promise<unknown> {
    switch (api.name) {
      case "ApiVersions":
        return {
          apiKeys: APIS.map((api) => {
            const { lowest, highest } = supportedVersions(api);
            const maxVersion = this.highest.get(api.name) ?? highest;
            return { apiKey: api.key, minVersion: lowest, maxVersion };
          }),
        };
      case "Metadata":
        return this.metadata(request as MetadataRequest);
      case "ListOffsets":
        return this.#listOffsets(request as ListOffsetsRequest, context);
      case "OffsetForLeaderEpoch":
        return this.#epochEnds(request as OffsetForLeaderEpochRequest);
      case "Fetch":
        return await this.fetch(request as FetchRequest, context);
    }
    throw new Error(`Nothing is known of ${api.name}`);
  }

  /** The usual answer. */
  metadata(
    { topics }: MetadataRequest,
  ): Draft<import("../../client/protocol/messages/metadata.ts").MetadataResponse> {
    const names = topics?.map(({ name }) => name!) ?? [...this.topics.keys()];
    return {
      brokers: [...this.#listeners.keys()].map((nodeId) => ({
        nodeId,
        host: "127.0.0.1",
        port: 9000 + nodeId,
        rack: this.#racks.get(nodeId) ?? null,
      })),
      controllerId: 0,
      topics: names.map((name) => {
        const topic = this.topics.get(name);
        if (topic === undefined) {
          return { name, errorCode: errorCode("UNKNOWN_TOPIC_OR_PARTITION"), partitions: [] };
        }
        return {
          name,
          topicId: topic.topicId,
          partitions: topic.partitions.map((partition, partitionIndex) => ({
            partitionIndex,
            leaderId: partition.leader,
            leaderEpoch: partition.leaderEpoch,
            replicaNodes: partition.replicas,
            isrNodes: partition.replicas,
            offlineReplicas: partition.offlineReplicas,
          })),
        };
      }),
    };
  }

  /** The usual answer. Without records it waits as long as a broker would. */
  async fetch(
    request: FetchRequest,
    { node }: ScriptContext,
  ): Promise<Draft<import("../../client/protocol/messages/fetch.ts").FetchResponse>> {
    let isEmpty = true;
    const responses = request.topics.map(({ topic: name, topicId, partitions }) => {
      const found = [...this.topics].find(([known, topic]) =>
        name === "" ? topic.topicId === topicId : known === name
      )?.[1];
      return {
        topic: name,
        topicId,
        partitions: partitions.map(({ partition: index, fetchOffset, currentLeaderEpoch }) => {
          const partition = found?.partitions[index];
          const error = (error: ErrorName) => {
            isEmpty = false;
            return {
              partitionIndex: index,
              errorCode: errorCode(error),
              highWatermark: -1,
              records: null,
            };
          };
          if (partition === undefined) {
            return error(name === "" ? "UNKNOWN_TOPIC_ID" : "UNKNOWN_TOPIC_OR_PARTITION");
          }
          const { leader, leaderEpoch, replicas, start } = partition;
          if (node !== leader && !replicas.includes(node)) return error("NOT_LEADER_OR_FOLLOWER");
          if (currentLeaderEpoch >= 0 && currentLeaderEpoch !== leaderEpoch) {
            return error(
              currentLeaderEpoch < leaderEpoch ? "FENCED_LEADER_EPOCH" : "UNKNOWN_LEADER_EPOCH",
            );
          }
          const end = endOffset(partition);
          if (fetchOffset < start || fetchOffset > end) return error("OFFSET_OUT_OF_RANGE");
          const records = recordsFrom(partition, fetchOffset);
          if (records.length > 0) isEmpty = false;
          return {
            partitionIndex: index,
            errorCode: 0,
            highWatermark: end,
            lastStableOffset: end,
            logStartOffset: start,
            records,
          };
        }),
      };
    });
    if (isEmpty) await systemEnv().clock.sleep(request.maxWaitMs);
    return { responses };
  }

  #listOffsets({ topics }: ListOffsetsRequest, { node }: ScriptContext) {
    return {
      topics: topics.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(({ partitionIndex, timestamp }) => {
          const partition = this.topics.get(name)?.partitions[partitionIndex];
          if (partition === undefined || partition.leader !== node) {
            return { partitionIndex, errorCode: errorCode("NOT_LEADER_OR_FOLLOWER") };
          }
          const { leaderEpoch } = partition;
          const offset = timestamp === -2 ? partition.start : endOffset(partition);
          return { partitionIndex, errorCode: 0, timestamp: -1, offset, leaderEpoch };
        }),
      })),
    };
  }

  #epochEnds({ topics }: OffsetForLeaderEpochRequest) {
    return {
      topics: topics.map(({ topic, partitions }) => ({
        topic,
        partitions: partitions.map(({ partition: index, leaderEpoch: asked }) => {
          const partition = this.topics.get(topic)!.partitions[index]!;
          let leaderEpoch = -1;
          let end = -1;
          for (const batch of batchesIn(partition.records)) {
            if (batch.partitionLeaderEpoch > asked) break;
            leaderEpoch = batch.partitionLeaderEpoch;
            end = batch.nextOffset;
          }
          if (asked === partition.leaderEpoch) end = endOffset(partition);
          return { partition: index, errorCode: 0, leaderEpoch, endOffset: end };
        }),
      })),
    };
  }
}

function endOffset({ records, start }: ScriptedPartition): number {
  let end = start;
  for (const batch of batchesIn(records)) end = batch.nextOffset;
  return end;
}

function recordsFrom({ records }: ScriptedPartition, offset: number): Uint8Array {
  for (const batch of batchesIn(records)) {
    if (batch.nextOffset > offset) return records.subarray(batch.start);
  }
  return new Uint8Array(0);
}
