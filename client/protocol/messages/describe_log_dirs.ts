/**
 * DescribeLogDirs, API 35: log directories of a broker and the logs in them. Versions 1 to 5, flexible from 2 on.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of DescribeLogDirs. */
export interface DescribeLogDirsRequest {
  /** Partitions to describe; null for all. */
  readonly topics: readonly DescribableLogDirTopic[] | null;
}

/** An element of {@linkcode DescribeLogDirsRequest.topics}. */
export interface DescribableLogDirTopic {
  /** Name of the topic. */
  readonly topic: string;
  /** One entry per partition. */
  readonly partitions: readonly number[];
}

/** Response to DescribeLogDirs. */
export interface DescribeLogDirsResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** One answer per entry of the request. */
  readonly results: readonly DescribeLogDirsResult[];
}

/** An element of {@linkcode DescribeLogDirsResponse.results}. */
export interface DescribeLogDirsResult {
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Absolute path of the directory. */
  readonly logDir: string;
  /** One entry per topic. */
  readonly topics: readonly DescribeLogDirsTopic[];
  /** Bytes of the volume; -1 when not known. */
  readonly totalBytes: number;
  /** Bytes of the volume that are free; -1 when not known. */
  readonly usableBytes: number;
  /** Whether the directory takes no new partitions. */
  readonly isCordoned: boolean;
}

/** An element of {@linkcode DescribeLogDirsResult.topics}. */
export interface DescribeLogDirsTopic {
  /** Name of the topic. */
  readonly name: string;
  /** One entry per partition. */
  readonly partitions: readonly DescribeLogDirsPartition[];
}

/** An element of {@linkcode DescribeLogDirsTopic.partitions}. */
export interface DescribeLogDirsPartition {
  /** Number of the partition. */
  readonly partitionIndex: number;
  /** Bytes of the log. */
  readonly partitionSize: number;
  /** How far the copy is behind the log it replaces, or the log behind its high watermark. */
  readonly offsetLag: number;
  /** Whether it is the copy that a move between directories is filling. */
  readonly isFutureKey: boolean;
}

/** The API. */
export const describeLogDirs: Api<DescribeLogDirsRequest, DescribeLogDirsResponse> = {
  key: 35,
  name: "DescribeLogDirs",
  request: message<DescribeLogDirsRequest>(`
@DescribeLogDirsRequest 35 1-5 flexible 2+ listeners broker
topics []DescribableLogDirTopic ?0+
  topic string
  partitions []int32
`),
  response: message<DescribeLogDirsResponse>(`
@DescribeLogDirsResponse 35 1-5 flexible 2+
throttleTimeMs int32
errorCode int16 3+ !
results []DescribeLogDirsResult
  errorCode int16
  logDir string
  topics []DescribeLogDirsTopic
    name string
    partitions []DescribeLogDirsPartition
      partitionIndex int32
      partitionSize int64
      offsetLag int64
      isFutureKey bool
  totalBytes int64 4+ ! =-1
  usableBytes int64 4+ ! =-1
  isCordoned bool 5+ ! =false
`),
};
