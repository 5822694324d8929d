/**
 * Maps and sets of partitions, where clients look for them.
 *
 * @module
 */

export { TopicPartitionMap, TopicPartitionSet } from "../storage/file/topic_partition_map.ts";
