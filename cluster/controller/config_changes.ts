/**
 * Changing configs while the cluster runs.
 *
 * @module
 */

import { KafkaError } from "../../client/protocol/error_codes.ts";
import { metadataVersionAbilities } from "../raft/metadata_version_abilities.ts";
import { CONFIG_RESOURCE_TYPE, type ConfigResource } from "./configs_image.ts";
import {
  type ApiResult,
  checkRecordCount,
  type ControllerContext,
  type Decision,
  failureOf,
  OK,
} from "./decision.ts";
import type { ConfigRecord, MetadataRecord } from "./metadata_records.ts";
import { MIN_INSYNC_REPLICAS } from "./topic_settings.ts";

/** What is done to one config (KIP-339), with Kafka's numbers. */
export const ALTER_CONFIG_OP = { SET: 0, DELETE: 1, APPEND: 2, SUBTRACT: 3 } as const;

/** One change. */
export interface ConfigOp {
  /** Name of the config. */
  readonly name: string;
  /** One of {@linkcode ALTER_CONFIG_OP}. */
  readonly operation: number;
  /** The value, or what is appended or taken away. */
  readonly value: string | null;
}

/** Changes of one resource. */
export interface ResourceChange {
  /** What is changed. */
  readonly resource: ConfigResource;
  /** How. */
  readonly ops: readonly ConfigOp[];
}

/** Longest value. */
const MAX_VALUE_LENGTH = 0x7fff;
const CORDONED_LOG_DIRS = "cordoned.log.dirs";

/**
 * Decides on IncrementalAlterConfigs (Kafka's `ConfigurationControlManager`): each resource by itself.
 *
 * @returns one result for each change, in their order
 */
export function incrementalAlterConfigs(
  context: ControllerContext,
  changes: readonly ResourceChange[],
): Decision<ApiResult[]> {
  return decide(context, changes, ({ resource, ops }) => {
    const current = context.image.configs.of(resource.type, resource.name);
    return ops.map((op) => [op.name, altered(context, resource, op, current.get(op.name))]);
  });
}

/**
 * Decides on AlterConfigs, which replaces all configs of a resource by the ones that are given.
 *
 * @returns one result for each change, in their order
 */
export function legacyAlterConfigs(
  context: ControllerContext,
  changes: readonly ResourceChange[],
): Decision<ApiResult[]> {
  return decide(context, changes, ({ resource, ops }) => {
    const given = new Set(ops.map(({ name }) => name));
    const current = [...context.image.configs.of(resource.type, resource.name).keys()];
    return [
      ...ops.map(({ name, value }): [string, string | null] => [name, value]),
      ...current.filter((name) => !given.has(name)).map((name): [string, null] => [name, null]),
    ];
  });
}

/**
 * The records that give a new topic its configs.
 *
 * @throws {KafkaError} or {InvalidConfigError} in Kafka's words
 */
export function newTopicConfigs(
  context: ControllerContext,
  topic: string,
  configs: ReadonlyMap<string, string>,
): MetadataRecord[] {
  const resource = { type: CONFIG_RESOURCE_TYPE.TOPIC, name: topic };
  const records = configRecords(context, resource, [...configs], true);
  return [...records, ...clearElrRecords(context, records)].map(asMetadataRecord);
}

function decide(
  context: ControllerContext,
  changes: readonly ResourceChange[],
  valuesAfter: (change: ResourceChange) => [string, string | null][],
): Decision<ApiResult[]> {
  const records: ConfigRecord[] = [];
  const response = changes.map((change) => {
    try {
      records.push(...configRecords(context, change.resource, valuesAfter(change), false));
      return OK;
    } catch (error) {
      // What a broker's config cannot be, the broker says before the controller is asked, and in this way.
      const isBroker = change.resource.type === CONFIG_RESOURCE_TYPE.BROKER;
      return failureOf(error, isBroker ? "INVALID_REQUEST" : "INVALID_CONFIG");
    }
  });
  const all = [...records, ...clearElrRecords(context, records)].map(asMetadataRecord);
  checkRecordCount(all);
  return { records: all, response };
}

/** A config of which something is told anew, or that eligible leaders are forgotten. */
type ConfigOrClear = ConfigRecord | { readonly topicName: string };

function asMetadataRecord(data: ConfigOrClear): MetadataRecord {
  return "topicName" in data
    ? { type: "ClearElrRecord", version: 0, data }
    : { type: "ConfigRecord", version: 0, data };
}

/** Who is eligible follows from how many have to be in sync; when that changes, it is found out anew (KIP-966). */
function clearElrRecords(
  { image }: ControllerContext,
  records: readonly ConfigRecord[],
): ConfigOrClear[] {
  if (!image.isElrEnabled) return [];
  return records.filter(({ name }) => name === MIN_INSYNC_REPLICAS)
    .map(({ resourceType, resourceName }) => ({
      topicName: resourceType === CONFIG_RESOURCE_TYPE.TOPIC ? resourceName : "",
    }));
}

function altered(
  { rules }: ControllerContext,
  resource: ConfigResource,
  { name, operation, value }: ConfigOp,
  current: string | undefined,
): string | null {
  switch (operation) {
    case ALTER_CONFIG_OP.SET:
      return value;
    case ALTER_CONFIG_OP.DELETE:
      return null;
    case ALTER_CONFIG_OP.APPEND:
    case ALTER_CONFIG_OP.SUBTRACT: {
      const isAppend = operation === ALTER_CONFIG_OP.APPEND;
      if (!rules.isList(resource, name)) {
        throw new KafkaError(
          "INVALID_CONFIG",
          `Can't ${isAppend ? "APPEND" : "SUBTRACT"} to key ${name} because its type is not LIST.`,
        );
      }
      const list = (current ?? rules.defaultText(resource, name) ?? "").split(",")
        .filter((each) => each !== "");
      for (const each of (value ?? "").split(",")) {
        const at = list.indexOf(each);
        if (isAppend && at < 0) list.push(each);
        if (!isAppend && at >= 0) list.splice(at, 1);
      }
      return list.join(",");
    }
    default:
      throw new KafkaError("INVALID_REQUEST", `Unknown operations type ${operation}`);
  }
}

function configRecords(
  context: ControllerContext,
  resource: ConfigResource,
  values: readonly (readonly [string, string | null])[],
  isNew: boolean,
): ConfigRecord[] {
  const { image, rules } = context;
  const { TOPIC, BROKER } = CONFIG_RESOURCE_TYPE;
  const existing = image.configs.of(resource.type, resource.name);
  const configs = new Map(existing);
  // What a broker has set again is told again: it may be that files behind the config are to be read anew.
  const told = values.filter(([name, value]) =>
    resource.type === BROKER || (existing.get(name) ?? null) !== value
  );
  for (const [name, value] of told) {
    const refusal = forbidden(context, resource, name, value);
    if (refusal !== undefined) throw new KafkaError("INVALID_CONFIG", refusal);
    if (value === null) configs.delete(name);
    else configs.set(name, value);
  }
  rules.validate(resource, configs, existing);
  if (resource.type === TOPIC && !isNew && !image.topics.byName.has(resource.name)) {
    throw new KafkaError(
      "UNKNOWN_TOPIC_OR_PARTITION",
      `The topic '${resource.name}' does not exist.`,
    );
  }
  const { type: resourceType, name: resourceName } = resource;
  return told.map(([name, value]) => ({ resourceType, resourceName, name, value }));
}

/** Why a value cannot be, whatever the config allows; `undefined` when it can. */
function forbidden(
  { image }: ControllerContext,
  { type, name: resource }: ConfigResource,
  name: string,
  value: string | null,
): string | undefined {
  if (type === CONFIG_RESOURCE_TYPE.BROKER) {
    if (name === MIN_INSYNC_REPLICAS && image.isElrEnabled) {
      if (resource !== "") {
        return `Broker-level ${name} cannot be altered while ELR is enabled.`;
      }
      if (value === null) return `Cluster-level ${name} cannot be removed while ELR is enabled.`;
    }
    const { cordonedLogDirs } = metadataVersionAbilities(image.metadataVersion);
    if (name === CORDONED_LOG_DIRS && !cordonedLogDirs) {
      return `The ${name} configuration value cannot be set because it requires ` +
        "metadata.version >= 4.3-IV0";
    }
  }
  return value === null || value.length <= MAX_VALUE_LENGTH
    ? undefined
    : "The configuration value cannot be added because it exceeds the maximum value size of " +
      `${MAX_VALUE_LENGTH} bytes.`;
}
