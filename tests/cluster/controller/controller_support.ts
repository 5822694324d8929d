/** What the tests of the controller share. */

import { BrokerConfig } from "../../../cluster/config/broker_config.ts";
import { configRules } from "../../../cluster/config/config_rules.ts";
import { quickStartProperties } from "../../../cluster/config/quick_start.ts";
import { BrokerHeartbeats } from "../../../cluster/controller/broker_heartbeats.ts";
import type { BrokerDetails } from "../../../cluster/controller/broker_registration.ts";
import type {
  ConfigRules,
  ControllerContext,
  Decision,
} from "../../../cluster/controller/decision.ts";
import { MetadataImage } from "../../../cluster/controller/metadata_image.ts";
import {
  decodeMetadataRecord,
  encodeMetadataRecord,
  type MetadataRecord,
  metadataRecord,
  type PartitionRecord,
} from "../../../cluster/controller/metadata_records.ts";
import { batchValues } from "../../../cluster/raft/snapshot_reader.ts";
import type { CommittedBatch } from "../../../cluster/raft/raft_listener.ts";
import { MemoryFileSystem } from "../../../storage/file/memory_file_system.ts";
import { RecordBatch } from "../../../storage/record/record_batch.ts";
import { FileRecords } from "../../../storage/segment/file_records.ts";
import { ManualClock, SeededRandom } from "../../support/manual_env.ts";
import { copyFixture, DIRECTORY } from "../raft/raft_support.ts";

/** Level of `metadata.version` that Kafka 4.3.1 gives a new cluster. */
export const LATEST = 30;
/** Default of `broker.session.timeout.ms`. */
export const SESSION_TIMEOUT_MS = 9000;

/** An id of which the text tells what it is for. */
export function idOf(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9_-]/g, "_").padEnd(21, "x").slice(0, 21) + "A";
}

/** The rules of a node with these properties. */
export function rulesOf(properties: Record<string, string> = {}): ConfigRules {
  return configRules(BrokerConfig.parse({ ...quickStartProperties(), ...properties }));
}

const RULES = rulesOf();

/** What a broker tells of itself when it registers. */
export function brokerDetails(
  brokerId: number,
  partial: Partial<BrokerDetails> = {},
): BrokerDetails {
  return {
    brokerId,
    incarnationId: idOf(`run-${brokerId}`),
    endPoints: [{
      name: "PLAINTEXT",
      host: "localhost",
      port: 9092 + brokerId,
      securityProtocol: 0,
    }],
    features: [
      { name: "metadata.version", minSupportedVersion: 7, maxSupportedVersion: LATEST },
      ...[
        "eligible.leader.replicas.version",
        "group.version",
        "share.version",
        "streams.version",
        "kraft.version",
      ].map((name) => ({ name, minSupportedVersion: 0, maxSupportedVersion: 1 })),
      { name: "transaction.version", minSupportedVersion: 0, maxSupportedVersion: 2 },
    ],
    rack: null,
    logDirs: [idOf(`dir-${brokerId}`)],
    ...partial,
  };
}

/** A broker in the metadata. */
export interface TestBroker {
  readonly fenced?: boolean;
  readonly inControlledShutdown?: boolean;
  readonly rack?: string;
  readonly logDirs?: readonly string[];
  readonly cordonedLogDirs?: readonly string[];
}

/** How a {@linkcode TestController} begins. */
export interface TestControllerOptions {
  /** Brokers that have registered. Default: broker 1. */
  readonly brokers?: Readonly<Record<number, TestBroker>>;
  /** Level of `metadata.version`. */
  readonly metadataVersion?: number;
  /** Level of `eligible.leader.replicas.version`. */
  readonly elr?: number;
  readonly rules?: ConfigRules;
  readonly seed?: number;
  /** `broker.session.timeout.ms`. */
  readonly sessionTimeoutMs?: number;
}

/** Decisions on an image that takes over what is decided, through the bytes of the records. */
export class TestController implements ControllerContext {
  readonly image = new MetadataImage();
  readonly random: SeededRandom;
  readonly rules: ConfigRules;
  readonly nodeId = 1;
  readonly clock = new ManualClock();
  readonly heartbeats: BrokerHeartbeats;
  /** All records so far, those that the controller began with as well. */
  readonly records: MetadataRecord[] = [];

  constructor(options: TestControllerOptions = {}) {
    const { brokers = { 1: {} }, metadataVersion = LATEST, elr = 1 } = options;
    this.random = new SeededRandom(options.seed ?? 1);
    this.rules = options.rules ?? RULES;
    const sessionTimeoutMs = options.sessionTimeoutMs ?? SESSION_TIMEOUT_MS;
    this.heartbeats = new BrokerHeartbeats(this.clock, () => sessionTimeoutMs);
    this.replay(featureLevel("metadata.version", metadataVersion));
    if (elr > 0) this.replay(featureLevel("eligible.leader.replicas.version", elr));
    for (
      const [id, { logDirs, cordonedLogDirs = null, rack = null, ...broker }] of Object.entries(
        brokers,
      )
    ) {
      const brokerId = Number(id);
      this.replay({
        ...metadataRecord("RegisterBrokerRecord", 4, {
          ...brokerDetails(brokerId),
          fenced: false,
          brokerEpoch: 100 + brokerId,
          rack,
          cordonedLogDirs,
          ...(logDirs === undefined ? {} : { logDirs }),
          ...broker,
        }),
      });
      this.heartbeats.registered(brokerId, 100 + brokerId, this.image.offset);
    }
  }

  replay(...records: readonly MetadataRecord[]): void {
    for (const record of records) {
      this.image.replay(record);
      this.image.offset++;
      this.records.push(record);
    }
  }

  /** Takes a decision over, and returns what was decided. */
  decide<R>(decision: (context: ControllerContext, nextOffset: number) => Decision<R>): {
    readonly records: MetadataRecord[];
    readonly response: R;
  } {
    const { records, response } = decision(this, this.image.offset + 1);
    const read = records.map((record) => decodeMetadataRecord(encodeMetadataRecord(record)));
    this.replay(...read);
    return { records: read, response };
  }

  /** Makes a topic as told, past all checks. */
  addTopic(name: string, partitions: readonly PartitionDraft[] = [{}]): string {
    const topicId = idOf(name);
    this.replay(metadataRecord("TopicRecord", 0, { name, topicId }));
    partitions.forEach((partition, partitionId) => {
      const replicas = partition.replicas ?? [1];
      this.replay(metadataRecord("PartitionRecord", 2, {
        topicId,
        partitionId,
        replicas,
        isr: replicas,
        leader: replicas[0]!,
        leaderEpoch: 0,
        partitionEpoch: 0,
        directories: replicas.map((id) => idOf(`dir-${id}`)),
        ...partition,
      }));
    });
    return topicId;
  }

  /** Sets a config past all checks. */
  setConfig(resourceType: number, resourceName: string, name: string, value: string | null): void {
    this.replay(metadataRecord("ConfigRecord", 0, { resourceType, resourceName, name, value }));
  }

  /** One partition. */
  partition(topic: string, partition = 0) {
    return this.image.topics.partition(topic, partition)!;
  }
}

/** A partition of three replicas, of which 1 leads, but for what is given. */
export function partitionRecordWith(partial: Partial<PartitionRecord> = {}): PartitionRecord {
  return metadataRecord("PartitionRecord", 2, {
    topicId: idOf("t"),
    partitionId: 0,
    replicas: [1, 2, 3],
    isr: [1, 2],
    leader: 1,
    leaderEpoch: 4,
    partitionEpoch: 9,
    directories: [1, 2, 3].map((id) => idOf(`dir-${id}`)),
    ...partial,
  }).data as PartitionRecord;
}

/** Of a partition, what differs from one that broker 1 has and leads. */
export interface PartitionDraft {
  readonly replicas?: readonly number[];
  readonly isr?: readonly number[];
  readonly leader?: number;
  readonly leaderEpoch?: number;
  readonly partitionEpoch?: number;
  readonly directories?: readonly string[];
  readonly addingReplicas?: readonly number[];
  readonly removingReplicas?: readonly number[];
  readonly eligibleLeaderReplicas?: readonly number[] | null;
  readonly lastKnownElr?: readonly number[] | null;
  readonly leaderRecoveryState?: number;
}

export function featureLevel(name: string, level: number): MetadataRecord {
  return metadataRecord("FeatureLevelRecord", 0, { name, featureLevel: level });
}

/** What a record says, without what it does not: in a text that reads well in a failing test. */
export function shown({ type, version, data }: MetadataRecord): string {
  const fields = Object.entries(data).filter(([, value]) =>
    value !== null &&
    !(Array.isArray(value) && value.length === 0 && type !== "PartitionChangeRecord")
  ).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `${type} v${version} ${fields.join(" ")}`;
}

/** What changes in a partition, by a record. */
export function changesOf(record: MetadataRecord | undefined): Record<string, unknown> | undefined {
  if (record === undefined) return undefined;
  if (record.type !== "PartitionChangeRecord") throw new Error(`No change: ${record.type}`);
  const { topicId: _topicId, partitionId: _partitionId, ...data } = record.data;
  return Object.fromEntries(
    Object.entries(data).filter(([name, value]) =>
      value !== null && !(name === "leader" && value === -2) &&
      !(name === "leaderRecoveryState" && value === -1)
    ),
  );
}

const METADATA_LOG = `${DIRECTORY}/__cluster_metadata-0`;

/** A file system with a log directory that Apache Kafka 4.3.1 wrote. */
export function kafkasDirectory(): MemoryFileSystem {
  const fileSystem = new MemoryFileSystem({ now: () => 0 });
  copyFixture(fileSystem);
  return fileSystem;
}

/** Its metadata log, batch by batch. */
export function kafkasBatches(fileSystem = kafkasDirectory()): CommittedBatch[] {
  const file = FileRecords.open(fileSystem, `${METADATA_LOG}/00000000000000000000.log`, {
    readOnly: true,
  });
  try {
    return Array.from(file.batches(), (found): CommittedBatch => {
      const bytes = found.bytes.slice(found.start, found.start + found.sizeInBytes);
      const batch = new RecordBatch(bytes);
      return {
        baseOffset: batch.baseOffset,
        lastOffset: batch.lastOffset,
        epoch: batch.partitionLeaderEpoch,
        appendTimestamp: batch.maxTimestamp,
        sizeInBytes: bytes.length,
        records: batch.isControlBatch ? [] : batchValues(batch),
      };
    });
  } finally {
    file.close();
  }
}

/** A snapshot of it. */
export function snapshotPath(name: string): string {
  return `${METADATA_LOG}/${name}.checkpoint`;
}
