/**
 * The topics' configs as the KRaft metadata log in the same directory has them.
 *
 * @module
 */

import { StorageError } from "../../errors.ts";
import type { FileSystem } from "../../file/file_system.ts";
import { isLogFile } from "../../file/file_names.ts";
import { joinPath } from "../../file/paths.ts";
import { scanForDamage } from "../damage_scan.ts";
import { readFramedMessage } from "../decoders/framed_message.ts";
import { clusterMetadataSchemas } from "../../message/schemas/cluster_metadata.ts";
import { SegmentReader } from "../segment_reader.ts";

const METADATA_DIRECTORY = "__cluster_metadata-0";
const CONFIG_RECORD = 4;
const TOPIC_RESOURCE = 2;

/** Configs by topic, then by name. */
export type ConfigsByTopic = ReadonlyMap<string, Readonly<Record<string, string>>>;

/**
 * Reads the newest snapshot of the metadata log and the records behind it. What does not decode is passed over: the
 * caller explains a log, and can be told the configs.
 *
 * @returns nothing when the directory has no metadata log
 */
export function readTopicConfigs(fileSystem: FileSystem, logDir: string): ConfigsByTopic {
  const directory = joinPath(logDir, METADATA_DIRECTORY);
  const configs = new Map<string, Record<string, string>>();
  if (fileSystem.stat(directory) === undefined) return configs;
  const names = fileSystem.list(directory).map((entry) => entry.name);
  const snapshot = names.filter((name) => /^\d{20}-\d{10}\.checkpoint$/.test(name)).at(-1);
  let from = 0;
  if (snapshot !== undefined) {
    readFile(fileSystem, joinPath(directory, snapshot), -Infinity, configs);
    from = Number(snapshot.slice(0, 20));
  }
  for (const name of names.filter(isLogFile)) {
    readFile(fileSystem, joinPath(directory, name), from, configs);
  }
  return configs;
}

function readFile(
  fileSystem: FileSystem,
  path: string,
  from: number,
  configs: Map<string, Record<string, string>>,
): void {
  const reader = new SegmentReader(fileSystem, path);
  try {
    for (const found of scanForDamage(reader)) {
      if (found.kind === "damage" || found.batch.isControlBatch) continue;
      try {
        for (const record of found.batch.records()) {
          if (record.offset >= from) applyRecord(record.value, configs);
        }
      } catch (error) {
        if (!(error instanceof StorageError)) throw error;
      }
    }
  } finally {
    reader.close();
  }
}

function applyRecord(
  bytes: Uint8Array | null,
  configs: Map<string, Record<string, string>>,
): void {
  // Frame version, api key and version are a byte each; other records need not be decoded.
  if (bytes === null || bytes[1] !== CONFIG_RECORD) return;
  const { message } = readFramedMessage(bytes, clusterMetadataSchemas());
  const { resourceType, resourceName, name, value } = message as {
    resourceType: number;
    resourceName: string;
    name: string;
    value: string | null;
  };
  if (resourceType !== TOPIC_RESOURCE) return;
  let topic = configs.get(resourceName);
  if (topic === undefined) configs.set(resourceName, topic = {});
  if (value === null) delete topic[name];
  else topic[name] = value;
}
