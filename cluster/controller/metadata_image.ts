/**
 * What the metadata log says, up to an offset.
 *
 * @module
 */

import { KRAFT_VERSION_FEATURE } from "../../client/metadata/features.ts";
import { METADATA_VERSION_FEATURE } from "../../client/metadata/metadata_version.ts";
import {
  type MetadataVersionAbilities,
  metadataVersionAbilities,
} from "../raft/metadata_version_abilities.ts";
import { type BrokerRegistration, ClusterImage } from "./cluster_image.ts";
import { CONFIG_RESOURCE_TYPE, ConfigsImage } from "./configs_image.ts";
import type { MetadataDelta } from "./metadata_delta.ts";
import type { MetadataRecord } from "./metadata_records.ts";
import { partitionRecordOf } from "./partition_registration.ts";
import { TopicsImage } from "./topics_image.ts";

/** Name of the feature that has eligible leader replicas kept (KIP-966). */
export const ELR_FEATURE = "eligible.leader.replicas.version";

/** The metadata as of an offset (Kafka's `MetadataImage`). It grows record by record; two that replayed the same are the same. */
export class MetadataImage {
  /** Topics and partitions. */
  readonly topics: TopicsImage = new TopicsImage();
  /** Configs. */
  readonly configs: ConfigsImage = new ConfigsImage();
  /** Brokers and controllers. */
  readonly cluster: ClusterImage = new ClusterImage();
  readonly #features = new Map<string, number>();
  /** Records about quotas, access and credentials, by what they are about: kept for the features that read them. */
  readonly #kept = new Map<string, MetadataRecord>();
  #nextProducerId: number | undefined;
  /** Offset of the last record in here, -1 for none. */
  offset: number = -1;
  /** Leader epoch of that record. */
  epoch: number = -1;

  /** Levels of features by name; a feature at level 0 is not there. */
  get features(): ReadonlyMap<string, number> {
    return this.#features;
  }

  /** Level of `metadata.version`; 0 before there is one. */
  get metadataVersion(): number {
    return this.#features.get(METADATA_VERSION_FEATURE) ?? 0;
  }

  /** The first producer id that was not given away. */
  get nextProducerId(): number {
    return this.#nextProducerId ?? 0;
  }

  /** Whether eligible leader replicas are kept. */
  get isElrEnabled(): boolean {
    return (this.#features.get(ELR_FEATURE) ?? 0) >= 1;
  }

  /**
   * Takes the next record over.
   *
   * @param delta notes what changes; left out when nobody wants to know
   */
  replay(record: MetadataRecord, delta?: MetadataDelta): void {
    switch (record.type) {
      case "TopicRecord":
        this.topics.replayTopic(record.data);
        return delta?.topicChanged(record.data.topicId);
      case "PartitionRecord":
        this.topics.replayPartition(record.data);
        return delta?.topicChanged(record.data.topicId, record.data.partitionId);
      case "PartitionChangeRecord":
        this.topics.replayPartitionChange(record.data);
        return delta?.topicChanged(record.data.topicId, record.data.partitionId);
      case "RemoveTopicRecord": {
        const topic = this.topics.replayRemoveTopic(record.data);
        this.configs.delete(CONFIG_RESOURCE_TYPE.TOPIC, topic.name);
        return delta?.topicDeleted(topic);
      }
      case "ClearElrRecord":
        return this.topics.replayClearElr(
          record.data.topicName,
          (topicId, partition) => delta?.topicChanged(topicId, partition),
        );
      case "ConfigRecord":
        this.configs.replay(record.data);
        return delta?.configChanged(record.data.resourceType, record.data.resourceName);
      case "RegisterBrokerRecord":
        this.cluster.replayRegisterBroker(record.data);
        delta?.changedBrokers.add(record.data.brokerId);
        return;
      case "UnregisterBrokerRecord":
        this.cluster.replayUnregisterBroker(record.data.brokerId);
        delta?.changedBrokers.add(record.data.brokerId);
        return;
      case "BrokerRegistrationChangeRecord":
        this.cluster.replayChange(record.data);
        delta?.changedBrokers.add(record.data.brokerId);
        return;
      case "FenceBrokerRecord":
      case "UnfenceBrokerRecord":
        this.cluster.replayFence(record.data.id, record.type === "FenceBrokerRecord");
        delta?.changedBrokers.add(record.data.id);
        return;
      case "RegisterControllerRecord":
        return this.cluster.replayRegisterController(record.data);
      case "FeatureLevelRecord": {
        const { name, featureLevel } = record.data;
        // A version of Kafka wrote such records by mistake: this feature lives in the log's control records.
        if (name === KRAFT_VERSION_FEATURE) return;
        if (featureLevel === 0) this.#features.delete(name);
        else this.#features.set(name, featureLevel);
        if (delta !== undefined) delta.featuresChanged = true;
        return;
      }
      case "ProducerIdsRecord":
        this.#nextProducerId = record.data.nextProducerId;
        return;
      default:
        this.#keep(record);
    }
  }

  /**
   * The records that make this image, in the order in which Kafka writes them into a snapshot. What records of the cluster's
   * `metadata.version` have no room for is left out.
   */
  *toRecords(): Generator<MetadataRecord> {
    const abilities = metadataVersionAbilities(this.metadataVersion);
    const room = {
      directoryAssignment: abilities.directoryAssignment,
      isElrEnabled: this.isElrEnabled,
    };
    const features = [...this.#features].sort(([a], [b]) =>
      Number(b === METADATA_VERSION_FEATURE) - Number(a === METADATA_VERSION_FEATURE)
    );
    for (const [name, featureLevel] of features) {
      yield { type: "FeatureLevelRecord", version: 0, data: { name, featureLevel } };
    }
    for (const broker of this.cluster.brokers.values()) {
      yield {
        type: "RegisterBrokerRecord",
        version: abilities.registerBrokerRecordVersion,
        data: writableBroker(broker, abilities),
      };
    }
    if (abilities.controllerRegistration) {
      for (const data of this.cluster.controllers.values()) {
        yield { type: "RegisterControllerRecord", version: 0, data };
      }
    }
    for (const { name, id: topicId, partitions } of this.topics.byId.values()) {
      yield { type: "TopicRecord", version: 0, data: { name, topicId } };
      for (const [partitionId, partition] of partitions) {
        yield {
          type: "PartitionRecord",
          version: abilities.partitionRecordVersion,
          data: partitionRecordOf(topicId, partitionId, partition, room),
        };
      }
    }
    for (const { type: resourceType, name: resourceName } of this.configs.resources()) {
      for (const [name, value] of this.configs.of(resourceType, resourceName)) {
        yield {
          type: "ConfigRecord",
          version: 0,
          data: { resourceType, resourceName, name, value },
        };
      }
    }
    yield* this.#keptOf("ClientQuotaRecord");
    if (this.#nextProducerId !== undefined) {
      const data = { brokerId: -1, brokerEpoch: -1, nextProducerId: this.#nextProducerId };
      yield { type: "ProducerIdsRecord", version: 0, data };
    }
    yield* this.#keptOf("AccessControlEntryRecord");
    if (abilities.scram) yield* this.#keptOf("UserScramCredentialRecord");
    if (abilities.delegationTokens) yield* this.#keptOf("DelegationTokenRecord");
  }

  *#keptOf(type: MetadataRecord["type"]): Generator<MetadataRecord> {
    for (const record of this.#kept.values()) if (record.type === type) yield record;
  }

  #keep(record: MetadataRecord): void {
    switch (record.type) {
      case "ClientQuotaRecord": {
        const { entity, key, remove } = record.data;
        const about = `quota ${JSON.stringify(entity)} ${key}`;
        if (remove) this.#kept.delete(about);
        else this.#kept.set(about, record);
        return;
      }
      case "AccessControlEntryRecord":
        this.#kept.set(`acl ${record.data.id}`, record);
        return;
      case "RemoveAccessControlEntryRecord":
        this.#kept.delete(`acl ${record.data.id}`);
        return;
      case "UserScramCredentialRecord":
        this.#kept.set(`scram ${record.data.mechanism} ${record.data.name}`, record);
        return;
      case "RemoveUserScramCredentialRecord":
        this.#kept.delete(`scram ${record.data.mechanism} ${record.data.name}`);
        return;
      case "DelegationTokenRecord":
        this.#kept.set(`token ${record.data.tokenId}`, record);
        return;
      case "RemoveDelegationTokenRecord":
        this.#kept.delete(`token ${record.data.tokenId}`);
        return;
      default:
        // What belongs to transactions of the log is settled by whoever reads it; the rest means nothing any more.
    }
  }
}

/** A registration without what its record has no room for. */
function writableBroker(
  broker: BrokerRegistration,
  { directoryAssignment, cordonedLogDirs }: MetadataVersionAbilities,
): BrokerRegistration {
  return {
    ...broker,
    logDirs: directoryAssignment ? broker.logDirs : [],
    cordonedLogDirs: cordonedLogDirs ? broker.cordonedLogDirs : null,
  };
}
