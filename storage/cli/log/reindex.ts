/**
 * Rebuilds the indexes of a partition from its data, which it leaves as it is.
 *
 * @module
 */

import type { Env } from "../../env.ts";
import { silentLogger } from "../../env.ts";
import {
  INDEX_SUFFIX,
  LOG_SUFFIX,
  producerSnapshotFileName,
  TIME_INDEX_SUFFIX,
  TXN_INDEX_SUFFIX,
} from "../../file/file_names.ts";
import { type FileSystem, readWholeFile } from "../../file/file_system.ts";
import { MemoryFileSystem } from "../../file/memory_file_system.ts";
import { fileName, joinPath } from "../../file/paths.ts";
import { type ConfigTexts, parseLogConfig } from "../../log/config/log_config.ts";
import { ProducerStateManager } from "../../log/producer/producer_state_manager.ts";
import { Segment } from "../../segment/segment.ts";
import type { PartitionFinding } from "./verify_partition.ts";

const INDEX_SUFFIXES = [INDEX_SUFFIX, TIME_INDEX_SUFFIX, TXN_INDEX_SUFFIX] as const;

/** What became of an index. */
export interface ReindexedFile {
  readonly file: string;
  readonly result: "unchanged" | "rebuilt" | "removed" | "refused";
  readonly message: string;
}

/** How to rebuild. */
export interface ReindexOptions {
  readonly env: Env;
  /** The topic's configs; `index.interval.bytes` says how dense the indexes are. */
  readonly config: ConfigTexts;
  readonly progress?: (text: string) => void;
}

function contentOf(fileSystem: FileSystem, path: string): Uint8Array | undefined {
  return fileSystem.stat(path) === undefined ? undefined : readWholeFile(fileSystem, path);
}

function isSame(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/**
 * The producers as of the start of the log. They are kept apart from the directory, whose snapshots are none of our business;
 * what began before the log does comes from the snapshot at its start.
 */
function producersAtStart(finding: PartitionFinding, env: Env): ProducerStateManager {
  const { directory: { path, topicPartition }, startOffset } = finding;
  const memory = new MemoryFileSystem();
  memory.makeDirectory("/producers");
  const snapshot = contentOf(env.fileSystem, joinPath(path, producerSnapshotFileName(startOffset)));
  if (snapshot !== undefined && startOffset > 0) {
    const file = memory.open(joinPath("/producers", producerSnapshotFileName(startOffset)), {
      create: true,
    });
    file.write(0, snapshot);
    file.close();
  }
  const producers = new ProducerStateManager({
    env: { ...env, fileSystem: memory, logger: silentLogger },
    directory: "/producers",
    topicPartition,
    maxTransactionTimeoutMs: Infinity,
    producerIdExpirationMs: Infinity,
  });
  if (startOffset > 0) producers.truncateAndReload(startOffset - 1, startOffset, 0);
  return producers;
}

/**
 * Rebuilds `.index`, `.timeindex` and `.txnindex` of every segment. A segment with damaged data is refused, and so are those
 * behind it, because rebuilding would cut them: that is what repair is for.
 */
export function reindexPartition(
  finding: PartitionFinding,
  options: ReindexOptions,
): ReindexedFile[] {
  const { env, progress } = options;
  const { fileSystem } = env;
  const { path } = finding.directory;
  const config = parseLogConfig(options.config);
  const producers = producersAtStart(finding, env);
  const results: ReindexedFile[] = [];
  let done = 0;
  for (const { path: file, baseOffset, cutPosition, lastModified } of finding.segments) {
    if (cutPosition >= 0) {
      results.push({
        file,
        result: "refused",
        message: `data is damaged at position ${cutPosition}: run repair first`,
      });
      break;
    }
    const indexes = INDEX_SUFFIXES.map((suffix) => file.slice(0, -LOG_SUFFIX.length) + suffix);
    const before = indexes.map((index) => contentOf(fileSystem, index));
    const segment = Segment.open({ env, directory: path, baseOffset, config });
    try {
      producers.updateMapEndOffset(baseOffset);
      for (const { bytes } of segment.recover(producers)) {
        done += bytes;
        progress?.(`${fileName(path)}: ${Math.round(done / 1_000_000)} MB indexed`);
      }
    } finally {
      segment.close();
    }
    // Retention goes by it when no record has a timestamp.
    fileSystem.setModified(file, lastModified);
    for (const [i, index] of indexes.entries()) {
      const after = contentOf(fileSystem, index);
      if (before[i] === undefined && after === undefined) continue;
      if (isSame(before[i], after)) {
        results.push({ file: index, result: "unchanged", message: "as it was" });
      } else {
        results.push({
          file: index,
          result: after === undefined ? "removed" : "rebuilt",
          message: `${before[i]?.length ?? 0} bytes before, ${after?.length ?? 0} now`,
        });
      }
    }
  }
  return results;
}
