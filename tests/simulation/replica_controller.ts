/** The controller of a simulated cluster: the real decisions, without a quorum. Its records reach brokers when they come to take them. */

import type {
  AlterPartitionRequest,
  AlterPartitionResponse,
} from "../../client/protocol/messages/alter_partition.ts";
import { alterPartition } from "../../cluster/controller/alter_partition.ts";
import {
  fenceStaleBroker,
  processBrokerHeartbeat,
} from "../../cluster/controller/broker_heartbeat.ts";
import { BrokerHeartbeats } from "../../cluster/controller/broker_heartbeats.ts";
import { registerBroker } from "../../cluster/controller/broker_registration.ts";
import type { ControllerContext, Decision } from "../../cluster/controller/decision.ts";
import { balanceLeaders } from "../../cluster/controller/leader_balance.ts";
import { alterPartitionReassignments } from "../../cluster/controller/partition_reassignment.ts";
import { MetadataImage } from "../../cluster/controller/metadata_image.ts";
import { type MetadataRecord, metadataRecord } from "../../cluster/controller/metadata_records.ts";
import { errorCode, KafkaError } from "../../client/protocol/error_codes.ts";
import type { SeededRandom } from "../support/manual_env.ts";
import {
  brokerDetails,
  featureLevel,
  idOf,
  LATEST,
  rulesOf,
} from "../cluster/controller/controller_support.ts";
import type { Life } from "./replica_network.ts";
import type { VirtualClock } from "./virtual_clock.ts";

/** `broker.session.timeout.ms`. */
const SESSION_TIMEOUT_MS = 2000;
const RULES = rulesOf();

/** See the file's comment. */
export class ReplicaController implements ControllerContext, Life {
  readonly id = 0;
  readonly death = new AbortController().signal;
  readonly image = new MetadataImage();
  readonly rules = RULES;
  readonly nodeId = 0;
  readonly records: MetadataRecord[] = [];
  readonly heartbeats: BrokerHeartbeats;
  #changed = Promise.withResolvers<void>();
  /** Looks at every change of a partition. */
  onChange: () => void = () => {};

  constructor(readonly clock: VirtualClock, readonly random: SeededRandom) {
    this.heartbeats = new BrokerHeartbeats(clock, () => SESSION_TIMEOUT_MS);
    this.#write([
      featureLevel("metadata.version", LATEST),
      featureLevel("eligible.leader.replicas.version", 1),
    ]);
  }

  /** Resolves when there are more records than there are now. */
  get changed(): Promise<void> {
    return this.#changed.promise;
  }

  /** Makes a topic whose partitions these brokers have, each in its own order. */
  addTopic(
    name: string,
    assignments: readonly (readonly number[])[],
    configs: Record<string, string>,
  ): void {
    const topicId = idOf(name);
    this.#write([
      metadataRecord("TopicRecord", 0, { name, topicId }),
      ...Object.entries(configs).map(([config, value]) =>
        metadataRecord("ConfigRecord", 0, {
          ...{ resourceType: 2, resourceName: name, name: config, value },
        })
      ),
      ...assignments.map((replicas, partitionId) =>
        metadataRecord("PartitionRecord", 2, {
          ...{ topicId, partitionId, replicas, isr: replicas, leader: replicas[0]! },
          ...{ leaderEpoch: 0, partitionEpoch: 0 },
          directories: replicas.map((id) => idOf(`dir-${id}`)),
        })
      ),
    ]);
  }

  /** @returns the epoch of the registration */
  register(brokerId: number, life: number, previousBrokerEpoch: number): number {
    const details = brokerDetails(brokerId, {
      incarnationId: idOf(`run-${brokerId}-${life}`),
      previousBrokerEpoch,
    });
    return this.#decide((context, next) => registerBroker(context, details, next, true));
  }

  heartbeat(brokerId: number, brokerEpoch: number, currentMetadataOffset: number): void {
    this.#decide((context, next) =>
      processBrokerHeartbeat(context, {
        ...{ brokerId, brokerEpoch, currentMetadataOffset, wantFence: false, wantShutDown: false },
        ...{ offlineLogDirs: [], cordonedLogDirs: null },
      }, next)
    );
  }

  alterPartition(request: AlterPartitionRequest): AlterPartitionResponse {
    try {
      const topics = this.#decide((context) => alterPartition(context, request));
      return { throttleTimeMs: 0, errorCode: 0, topics };
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error;
      return { throttleTimeMs: 0, errorCode: errorCode(error.code), topics: [] };
    }
  }

  /** Has the first replicas lead again. */
  balance(): void {
    this.#decide(balanceLeaders);
  }

  /** Has other brokers have a partition; without any, what is under way ends. */
  reassign(topic: string, partitionIndex: number, replicas: readonly number[] | null): void {
    this.#decide((context) =>
      alterPartitionReassignments(context, {
        ...{ timeoutMs: 0, allowReplicationFactorChange: true },
        topics: [{ name: topic, partitions: [{ partitionIndex, replicas }] }],
      })
    );
  }

  /** Fences who is silent, for ever. */
  async watch(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.clock.sleep(100);
      while (this.#decide(fenceStaleBroker));
    }
  }

  #decide<R>(decision: (context: ControllerContext, nextOffset: number) => Decision<R>): R {
    const { records, response } = decision(this, this.image.offset + 1);
    this.#write(records);
    return response;
  }

  #write(records: readonly MetadataRecord[]): void {
    if (records.length === 0) return;
    for (const record of records) {
      this.image.replay(record);
      this.image.offset++;
      this.records.push(record);
    }
    this.onChange();
    const { resolve } = this.#changed;
    this.#changed = Promise.withResolvers();
    resolve();
  }
}
