/** A broker on a clock that stands still, for tests that change its configs and look at what it does differently. */

import { errorName } from "../../../../client/protocol/error_codes.ts";
import { fetch } from "../../../../client/protocol/messages/fetch.ts";
import { incrementalAlterConfigs } from "../../../../client/protocol/messages/incremental_alter_configs.ts";
import { listOffsets } from "../../../../client/protocol/messages/list_offsets.ts";
import { produce } from "../../../../client/protocol/messages/produce.ts";
import type { BrokerOptions } from "../../../../cluster/server/broker.ts";
import { readWholeFile } from "../../../../storage/file/file_system.ts";
import { batchesIn } from "../../../../storage/record/memory_records.ts";
import { RecordBatch } from "../../../../storage/record/record_batch.ts";
import { type BrokerAndClient, makeTopic, startBroker } from "../../../support/broker.ts";
import { type ManualEnv, manualEnv } from "../../../support/manual_env.ts";
import { batchOf } from "../../../support/partition_log.ts";

const SET = 0;
const DELETE = 1;
const TOPIC = 2;
const BROKER = 4;
const EARLIEST = -2;

/** What a producer is answered. */
export interface Produced {
  readonly error: string;
  readonly baseOffset: number;
  readonly logAppendTimeMs: number;
}

/** A running broker. */
export interface RunningBroker extends BrokerAndClient {
  readonly env: ManualEnv;
  /** Makes a topic of one partition. */
  topic(name: string, configs?: Readonly<Record<string, string>>): Promise<void>;
  /** Sets a config, or takes it away, for all brokers. */
  setForAll(name: string, value: string | null): Promise<void>;
  /** Sets a config, or takes it away, for this broker. */
  setForThis(name: string, value: string | null): Promise<void>;
  /** Sets a config, or takes it away, of a topic. */
  setForTopic(topic: string, name: string, value: string | null): Promise<void>;
  /** Appends a batch. */
  send(topic: string, batch: Uint8Array): Promise<Produced>;
  /** Appends a record of now, of about so many bytes. */
  write(topic: string, bytes?: number): Promise<Produced>;
  /** The batches of a topic. */
  batches(topic: string): Promise<RecordBatch[]>;
  /** First offset that can be read. */
  start(topic: string): Promise<number>;
  /** Names of a topic's files with an ending. */
  files(topic: string, ending: string): string[];
  /** The offset of a topic in a checkpoint file: `recovery-point`, `log-start`, `replication` or `cleaner`. */
  checkpoint(name: string, topic: string): number | undefined;
  /** Lets time pass. */
  pass(ms: number): Promise<void>;
}

/** Starts a broker whose time a test moves. */
export async function runningBroker(
  properties: Readonly<Record<string, string>> = {},
  options: BrokerOptions & { readonly env?: ManualEnv } = {},
): Promise<RunningBroker> {
  const env = options.env ?? manualEnv();
  // The client that the test has may be quiet for as long as it takes.
  const started = await startBroker({
    "connections.max.idle.ms": "9007199254740991",
    ...properties,
  }, {
    ...options,
    env,
  });
  const { client } = started;
  const ids = new Map<string, string>();
  const set = async (
    resourceType: number,
    resourceName: string,
    name: string,
    value: string | null,
  ) => {
    const { responses } = await client.call(incrementalAlterConfigs, 1, {
      resources: [{
        resourceType,
        resourceName,
        configs: [{ name, configOperation: value === null ? DELETE : SET, value }],
      }],
    });
    if (responses[0]!.errorCode !== 0) throw new Error(`${responses[0]!.errorMessage}`);
    // What follows a change may take some turns.
    await env.clock.advance(0);
  };
  const read = async (topic: string, fetchOffset: number): Promise<Uint8Array> => {
    const { responses } = await client.call(fetch, 18, {
      maxWaitMs: 0,
      minBytes: 0,
      maxBytes: 1 << 30,
      topics: [{
        topicId: ids.get(topic)!,
        partitions: [{ partition: 0, fetchOffset, partitionMaxBytes: 1 << 30 }],
      }],
    });
    return responses[0]!.partitions[0]!.records as Uint8Array;
  };
  const running: RunningBroker = {
    ...started,
    env,
    topic: async (name, configs = {}) => {
      ids.set(name, await makeTopic(client, name, 1, configs));
    },
    setForAll: (name, value) => set(BROKER, "", name, value),
    setForThis: (name, value) => set(BROKER, String(started.broker.nodeId), name, value),
    setForTopic: (topic, name, value) => set(TOPIC, topic, name, value),
    send: async (topic, records) => {
      const { responses } = await client.call(produce, 13, {
        acks: -1,
        timeoutMs: 1000,
        topicData: [{ topicId: ids.get(topic)!, partitionData: [{ index: 0, records }] }],
      });
      const { errorCode, baseOffset, logAppendTimeMs } = responses[0]!.partitionResponses[0]!;
      return { error: errorName(errorCode), baseOffset, logAppendTimeMs };
    },
    write: (topic, bytes = 1) =>
      running.send(topic, batchOf(["x".repeat(bytes)], { timestamp: env.clock.now() })),
    batches: async (topic) => {
      const found: RecordBatch[] = [];
      // An answer ends with a segment.
      for (let from = await running.start(topic);;) {
        const bytes = await read(topic, from);
        if (bytes.length === 0) return found;
        for (const batch of batchesIn(bytes)) {
          if (batch instanceof RecordBatch) found.push(batch);
          from = batch.nextOffset;
        }
      }
    },
    start: async (topic) => {
      const { topics } = await client.call(listOffsets, 10, {
        topics: [{ name: topic, partitions: [{ partitionIndex: 0, timestamp: EARLIEST }] }],
      });
      return topics[0]!.partitions[0]!.offset;
    },
    files: (topic, ending) =>
      env.fileSystem.list(`/data/${topic}-0`).map(({ name }) => name)
        .filter((name) => name.endsWith(ending)),
    checkpoint: (name, topic) => {
      const path = `/data/${name}-offset-checkpoint`;
      if (env.fileSystem.stat(path) === undefined) return undefined;
      const lines = new TextDecoder().decode(readWholeFile(env.fileSystem, path)).split("\n");
      const line = lines.find((each) => each.startsWith(`${topic} 0 `));
      return line === undefined ? undefined : Number(line.split(" ")[2]);
    },
    pass: (ms) => env.clock.advance(ms),
    [Symbol.asyncDispose]: () => started[Symbol.asyncDispose](),
  };
  return running;
}
