/**
 * The controller's image of the metadata, as replicas look at it.
 *
 * @module
 */

import { CONFIG_RESOURCE_TYPE } from "../controller/configs_image.ts";
import type { MetadataDelta } from "../controller/metadata_delta.ts";
import type { MetadataImage } from "../controller/metadata_image.ts";
import type { ConfigTexts } from "../../storage/log/config/log_config.ts";
import type { TopicChanges } from "./local_changes.ts";
import {
  type AssignedPartition,
  type BrokerEndpoint,
  type MetadataView,
  NO_PARTITIONS,
} from "./metadata_view.ts";

/** Looks things up in an image; it shows what the image says now. */
export class ImageView implements MetadataView {
  readonly #image: MetadataImage;

  /** Looks in `image`. */
  constructor(image: MetadataImage) {
    this.#image = image;
  }

  get metadataVersion(): number {
    return this.#image.metadataVersion;
  }

  topicName(topicId: string): string | undefined {
    return this.#image.topics.byId.get(topicId)?.name;
  }

  topicId(topic: string): string | undefined {
    return this.#image.topics.byName.get(topic)?.id;
  }

  partitions(topic: string): ReadonlyMap<number, AssignedPartition> {
    return this.#image.topics.byName.get(topic)?.partitions ?? NO_PARTITIONS;
  }

  partition(topic: string, partition: number): AssignedPartition | undefined {
    return this.#image.topics.partition(topic, partition);
  }

  contains(topic: string, partition: number): boolean {
    return this.partition(topic, partition) !== undefined;
  }

  activeBrokerEpoch(brokerId: number): number | undefined {
    const { cluster } = this.#image;
    return cluster.isActive(brokerId) ? cluster.brokers.get(brokerId)!.brokerEpoch : undefined;
  }

  endpoint(brokerId: number, listenerName: string): BrokerEndpoint | undefined {
    const broker = this.#image.cluster.brokers.get(brokerId);
    const found = broker?.endPoints.find(({ name }) => name === listenerName);
    if (broker === undefined || broker.fenced || found === undefined) return undefined;
    return { nodeId: brokerId, host: found.host, port: found.port, rack: broker.rack };
  }
}

/** What a delta changes for replicas. */
export function topicChangesOf(delta: MetadataDelta, image: MetadataImage): TopicChanges {
  const changed = new Map<string, Iterable<number>>();
  if (delta.isWhole) {
    for (const { name, partitions } of image.topics.byName.values()) {
      changed.set(name, partitions.keys());
    }
  } else {
    for (const [topicId, partitions] of delta.changedPartitions) {
      const topic = image.topics.byId.get(topicId);
      if (topic !== undefined) changed.set(topic.name, partitions);
    }
  }
  const configs = new Map<string, ConfigTexts>();
  for (
    const { type, name } of delta.isWhole
      ? image.configs.resources()
      : delta.changedConfigs.values()
  ) {
    if (type === CONFIG_RESOURCE_TYPE.TOPIC) configs.set(name, topicConfigsOf(image, name));
  }
  return { isWhole: delta.isWhole, deleted: delta.deletedTopics, changed, configs };
}

/** A topic's own configs. */
export function topicConfigsOf({ configs }: MetadataImage, topic: string): ConfigTexts {
  return Object.fromEntries(configs.of(CONFIG_RESOURCE_TYPE.TOPIC, topic));
}
