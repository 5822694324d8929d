/**
 * The coordinator of groups, on the broker's partitions of `__consumer_offsets`.
 *
 * @module
 */

import type { Env } from "../../storage/env.ts";
import { compressionTypeForId } from "../../storage/record/compression_type.ts";
import type { BrokerConfig } from "../config/broker_config.ts";
import type { MetadataDelta } from "../controller/metadata_delta.ts";
import type { MetadataImage } from "../controller/metadata_image.ts";
import {
  type CoordinatorPartitions,
  CoordinatorRuntime,
} from "../coordinator/coordinator_runtime.ts";
import { GroupCoordinatorShard } from "../coordinator/group_coordinator_shard.ts";
import { type GroupRecord, groupSerde } from "../coordinator/group_records.ts";

/** The runtime of groups. */
export type GroupCoordinator = CoordinatorRuntime<GroupCoordinatorShard, GroupRecord>;

/** What the coordinator is made of. */
export interface GroupCoordinatorOptions {
  /** The world. */
  readonly env: Env;
  /** The broker's configs. */
  readonly config: BrokerConfig;
  /** The partitions. */
  readonly partitions: CoordinatorPartitions;
  /** The metadata in force. */
  readonly image: () => MetadataImage;
}

/** Makes the runtime of groups; it coordinates nothing until it follows the metadata. */
export function groupCoordinator(
  { env, config, partitions, image }: GroupCoordinatorOptions,
): GroupCoordinator {
  const { random, logger } = env;
  return new CoordinatorRuntime({
    env,
    topic: "__consumer_offsets",
    partitions,
    image,
    brokerId: config.nodeId,
    serde: groupSerde,
    newShard: () => new GroupCoordinatorShard({ config, random, logger }),
    loadBufferBytes: () => config.int("offsets.load.buffer.size"),
    appendTimeoutMs: () => config.int("offsets.commit.timeout.ms"),
    compression: () => ({
      type: compressionTypeForId(config.int("offsets.topic.compression.codec")),
    }),
  });
}

/** Follows the metadata: partitions come and go, and what was committed for topics that are deleted is forgotten. */
export function followMetadata(
  groups: GroupCoordinator,
  env: Pick<Env, "logger">,
  delta: MetadataDelta,
  image: MetadataImage,
): void {
  groups.applyDelta(delta, image);
  if (delta.deletedTopics.length === 0) return;
  for (const partition of groups.activePartitions) {
    const failed = (error: unknown) =>
      env.logger.write("warn", "Failed to forget the offsets of deleted topics", {
        partition,
        error,
      });
    try {
      const done = groups.run<void>(
        partition,
        (shard, reply, out) => shard.topicsDeleted(delta.deletedTopics, reply, out),
      );
      if (done instanceof Promise) done.catch(failed);
    } catch (error) {
      failed(error);
    }
  }
}
