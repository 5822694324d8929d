/**
 * Configs of topics, brokers, their loggers, metrics of clients, and groups, for `seglog configs`.
 *
 * @module
 */

import type { LineOutput } from "../../storage/cli/tool.ts";
import { hashMapOrder } from "../../storage/cli/java_text.ts";
import { KafkaError } from "../protocol/error_codes.ts";
import type { ConfigEntry } from "../admin/config_entry.ts";
import type { ConfigResource, ConfigResourceType } from "../admin/configs.ts";
import type { Admin } from "./admin_session.ts";
import { type ConfigsCall, isBrokerId } from "./configs_entities.ts";
import { scalaSetOrder } from "./scala_set.ts";
import { illegalArgument, JavaException } from "./java_exception.ts";

interface ResourceType {
  readonly resource: ConfigResourceType;
  /** Where values come from that belong to an entity of this type. */
  readonly source?: string;
}

const RESOURCE_TYPES: Readonly<Record<string, ResourceType>> = {
  "topics": { resource: "TOPIC", source: "DYNAMIC_TOPIC_CONFIG" },
  "brokers": { resource: "BROKER", source: "DYNAMIC_BROKER_CONFIG" },
  "broker-loggers": { resource: "BROKER_LOGGER" },
  "client-metrics": { resource: "CLIENT_METRICS", source: "DYNAMIC_CLIENT_METRICS_CONFIG" },
  "groups": { resource: "GROUP", source: "DYNAMIC_GROUP_CONFIG" },
};

/** The resource that has the configs of an entity. */
export function resourceOf(type: string, name: string): ConfigResource {
  return { type: RESOURCE_TYPES[type]!.resource, name };
}

/** @throws {JavaException} `InvalidTopicException` for a name that no topic can have */
function checkTopicName(name: string): void {
  const invalid = (reason: string) =>
    new JavaException("org.apache.kafka.common.errors.InvalidTopicException", reason);
  if (name === "") {
    throw invalid("Topic name is invalid: the empty string is not allowed");
  }
  if (name === "." || name === "..") {
    throw invalid(`Topic name is invalid: '${name}' is not allowed`);
  }
  if (name.length > 249) {
    throw invalid(
      `Topic name is invalid: the length of '${name}' is longer than the max allowed length 249`,
    );
  }
  if (/^[a-zA-Z0-9._-]+$/.test(name)) return;
  throw invalid(
    `Topic name is invalid: '${name}' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'`,
  );
}

/**
 * The configs of an entity, sorted by name.
 *
 * @param all whether those are among them that do not belong to the entity itself
 */
export async function resourceEntries(
  admin: Admin,
  type: string,
  name: string,
  all: boolean,
): Promise<ConfigEntry[]> {
  if (type === "topics" && name !== "") checkTopicName(name);
  if ((type === "brokers" || type === "broker-loggers") && name !== "" && !isBrokerId(name)) {
    throw illegalArgument(
      `The entity name for ${type} must be a valid integer broker id, found: ${name}`,
    );
  }
  const { source } = RESOURCE_TYPES[type]!;
  const wanted = type === "brokers" && name === "" ? "DYNAMIC_DEFAULT_BROKER_CONFIG" : source;
  const resource = resourceOf(type, name);
  const results = await admin.describeConfigs([resource], { includeSynonyms: true });
  return results.get(resource).entries
    .filter((entry) => all || wanted === undefined || entry.source === wanted)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

async function configResourceNames(admin: Admin, type: ConfigResourceType): Promise<string[]> {
  return (await admin.listConfigResources([type])).map(({ name }) => name);
}

/** The groups that have configs; old brokers do not tell. */
async function groupsWithConfigs(admin: Admin): Promise<string[] | undefined> {
  try {
    return await configResourceNames(admin, "GROUP");
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error;
    const { code } = error;
    if (code === "UNSUPPORTED_VERSION" || code === "CLUSTER_AUTHORIZATION_FAILED") return undefined;
    throw error;
  }
}

async function groupIds(admin: Admin): Promise<string[]> {
  const groups = (await admin.listGroups()).all().map(({ groupId }) => [groupId, groupId] as const);
  return hashMapOrder(new Map(groups)).map(([groupId]) => groupId);
}

async function topicNames(admin: Admin): Promise<string[]> {
  return hashMapOrder(new Map(await admin.listTopics({ listInternal: true }))).map(([name]) =>
    name
  );
}

async function brokerNames(admin: Admin): Promise<string[]> {
  return (await admin.describeCluster()).nodes.map(({ id }) => String(id));
}

async function exists(admin: Admin, type: string, name: string): Promise<boolean> {
  switch (type) {
    case "topics":
      checkTopicName(name);
      return (await topicNames(admin)).includes(name);
    case "client-metrics":
      return (await configResourceNames(admin, "CLIENT_METRICS")).includes(name);
    case "groups":
      if ((await groupIds(admin)).includes(name)) return true;
      return (await groupsWithConfigs(admin))?.includes(name) ?? true;
  }
  return name === "" || (await brokerNames(admin)).includes(name);
}

async function allEntities(admin: Admin, type: string): Promise<string[]> {
  switch (type) {
    case "topics":
      return await topicNames(admin);
    case "client-metrics":
      return await configResourceNames(admin, "CLIENT_METRICS");
    case "groups": {
      return scalaSetOrder([...await groupIds(admin), ...await groupsWithConfigs(admin) ?? []]);
    }
  }
  return [...await brokerNames(admin), ""];
}

/** Prints the configs of an entity, or of all that there are of a type. */
export async function describeResources(
  admin: Admin,
  { options, types, names }: ConfigsCall,
  output: LineOutput,
): Promise<void> {
  const [type, name] = [types[0]!, names[0]];
  const all = options.has("all");
  if (!all && name !== undefined && !await exists(admin, type, name)) {
    output.print(
      options.has("json")
        ? "[]"
        : `The ${type.slice(0, -1)} '${name}' doesn't exist and doesn't have dynamic config.`,
    );
    return;
  }
  const json: unknown[] = [];
  for (const entity of name === undefined ? await allEntities(admin, type) : [name]) {
    const head = entity === ""
      ? `Default configs for ${type} in the cluster are:`
      : `${all ? "All" : "Dynamic"} configs for ${type.slice(0, -1)} ${entity} are:`;
    if (!options.has("json")) output.print(head);
    const entries = await resourceEntries(admin, type, entity, all);
    if (options.has("json")) {
      json.push({ entityType: type, entityName: entity === "" ? null : entity, configs: entries });
    } else for (const entry of entries) output.print(entryLine(entry));
  }
  if (options.has("json")) output.print(JSON.stringify(json));
}

function entryLine({ name, value, isSensitive, synonyms }: ConfigEntry): string {
  const texts = synonyms.map(({ source, name, value }) => `${source}:${name}=${value}`).join(", ");
  return `  ${name}=${value} sensitive=${isSensitive} synonyms={${texts}}`;
}
