/**
 * What a piece of the metadata log changes.
 *
 * @module
 */

import type { ConfigResource } from "./configs_image.ts";
import type { TopicImage } from "./topics_image.ts";

/** The changes since the image was last told about. What there is now is in the image; this says where to look. */
export class MetadataDelta {
  /** Ids of topics that were made, or of which partitions were made or changed, with the numbers of those. */
  readonly changedPartitions: Map<string, Set<number>> = new Map();
  /** Topics that were removed, as they were. */
  readonly deletedTopics: TopicImage[] = [];
  /** Things whose configs changed, by type and name. */
  readonly changedConfigs: Map<string, ConfigResource> = new Map();
  /** Brokers whose registration changed. */
  readonly changedBrokers: Set<number> = new Set();
  /** Whether feature levels changed. */
  featuresChanged = false;
  /** Whether everything may have changed: the image was loaded from a snapshot. */
  isWhole = false;

  /** Notes a topic, and with a number a partition of it. */
  topicChanged(topicId: string, partition?: number): void {
    let partitions = this.changedPartitions.get(topicId);
    if (partitions === undefined) this.changedPartitions.set(topicId, partitions = new Set());
    if (partition !== undefined) partitions.add(partition);
  }

  /** Notes the end of a topic. */
  topicDeleted(topic: TopicImage): void {
    this.changedPartitions.delete(topic.id);
    this.deletedTopics.push(topic);
  }

  /** Notes a config. */
  configChanged(type: number, name: string): void {
    this.changedConfigs.set(`${type} ${name}`, { type, name });
  }
}
