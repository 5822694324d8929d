import { assert, assertEquals } from "@std/assert";
import { inflateRawSync } from "node:zlib";
import {
  type FieldSchema,
  parseSchemas,
  type SchemaSource,
  type VersionRange,
} from "../../storage/message/message_schema.ts";
import { clusterMetadataSchemas } from "../../storage/message/schemas/cluster_metadata.ts";
import { consumerProtocolSchemas } from "../../storage/message/schemas/consumer_protocol.ts";
import { controlRecordSchemas } from "../../storage/message/schemas/control_records.ts";
import { groupCoordinatorSchemas } from "../../storage/message/schemas/group_coordinator.ts";
import { remoteLogMetadataSchemas } from "../../storage/message/schemas/remote_log_metadata.ts";
import { shareCoordinatorSchemas } from "../../storage/message/schemas/share_coordinator.ts";
import { transactionCoordinatorSchemas } from "../../storage/message/schemas/transaction_coordinator.ts";
import { APIS } from "../../client/protocol/apis.ts";
import { principalData } from "../../cluster/server/kafka_principal.ts";
import { classPath } from "./kafka/apache_kafka.ts";

/** Our schemas are those in Apache Kafka's jars, message for message and field for field. */

interface JsonField {
  readonly name: string;
  readonly type: string;
  readonly versions?: string;
  readonly nullableVersions?: string;
  readonly taggedVersions?: string;
  readonly tag?: number;
  readonly default?: string | number | boolean | null;
  readonly ignorable?: boolean | string;
  readonly fields?: readonly JsonField[];
}

interface JsonMessage {
  readonly name: string;
  readonly apiKey?: number;
  readonly type: string;
  readonly validVersions: string;
  readonly flexibleVersions: string;
  readonly listeners?: readonly string[];
  readonly latestVersionUnstable?: boolean;
  readonly fields: readonly JsonField[];
  readonly commonStructs?: readonly { name: string; fields: readonly JsonField[] }[];
}

/** The JSON files of a jar, by name. */
function jsonFiles(jar: Uint8Array): Map<string, string> {
  const view = new DataView(jar.buffer, jar.byteOffset, jar.length);
  const files = new Map<string, string>();
  let end = jar.length - 22;
  while (view.getUint32(end, true) !== 0x06054b50) end--;
  let at = view.getUint32(end + 16, true);
  for (let i = 0; i < view.getUint16(end + 10, true); i++) {
    const nameLength = view.getUint16(at + 28, true);
    const name = new TextDecoder().decode(jar.subarray(at + 46, at + 46 + nameLength));
    if (name.endsWith(".json")) {
      const local = view.getUint32(at + 42, true);
      const start = local + 30 + view.getUint16(local + 26, true) +
        view.getUint16(local + 28, true);
      const content = jar.subarray(start, start + view.getUint32(at + 20, true));
      const isDeflated = view.getUint16(at + 10, true) === 8;
      files.set(name, new TextDecoder().decode(isDeflated ? inflateRawSync(content) : content));
    }
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return files;
}

async function messagesOf(artifact: string, folder: string): Promise<JsonMessage[]> {
  const jar = `${(await classPath()).replace(/\*$/, "")}${artifact}-4.3.1.jar`;
  const messages: JsonMessage[] = [];
  for (const [name, text] of jsonFiles(await Deno.readFile(jar))) {
    if (!name.startsWith(folder)) continue;
    messages.push(JSON.parse(text.replace(/^\s*\/\/.*$/gm, "").replace(/\s\/\/.*$/gm, "")));
  }
  return messages;
}

/** The words of a field in a table of ours. */
function words(field: JsonField): string {
  const versions = field.versions ?? field.taggedVersions ?? "0+";
  let text = `${field.name[0]!.toLowerCase()}${field.name.slice(1)} ${field.type} ${versions}`;
  if (String(field.ignorable) === "true") text += " !";
  if (field.nullableVersions !== undefined) text += ` ?${field.nullableVersions}`;
  if (field.tag !== undefined) text += ` #${field.tag}@${field.taggedVersions}`;
  // A literal null is to Kafka's generator the same as no default, and so is an empty text.
  if (field.default !== undefined && field.default !== null && field.default !== "") {
    text += ` =${field.default}`;
  }
  return text;
}

function lines(message: JsonMessage, fields: readonly JsonField[], depth: number): string[] {
  return fields.flatMap((field) => {
    const struct = field.type.replace("[]", "");
    const nested = field.fields ??
      message.commonStructs?.find((each) => each.name === struct)?.fields;
    return [
      "  ".repeat(depth) + words(field),
      ...(nested === undefined ? [] : lines(message, nested, depth + 1)),
    ];
  });
}

function tableOf(message: JsonMessage): string {
  const head = `@${message.name} ${
    message.apiKey ?? "-"
  } ${message.validVersions} flexible ${message.flexibleVersions}`;
  const listeners = message.listeners === undefined ? "" : ` listeners ${message.listeners}`;
  const unstable = message.latestVersionUnstable === true ? " unstable" : "";
  return [head + listeners + unstable, ...lines(message, message.fields, 0)].join("\n");
}

/** Names and defaults apart, fields are compared as they parsed. */
function plain(fields: readonly FieldSchema[]): unknown[] {
  const range = ({ lowest, highest }: VersionRange) => `${lowest}..${highest}`;
  return fields.map((field) => ({
    ...field,
    fields: plain(field.fields),
    versions: range(field.versions),
    nullableVersions: range(field.nullableVersions),
    taggedVersions: range(field.taggedVersions),
    defaultText: field.defaultText?.toLowerCase(),
    structVersions: range(field.structVersions),
  }));
}

/** Kafka 4 keeps the numbers of some old APIs, with no version of them. */
const apiSource: SchemaSource = () =>
  APIS.flatMap(({ request, response }) => [request.schema, response.schema]);

const SOURCES: readonly [SchemaSource, string, string, (message: JsonMessage) => boolean][] = [
  [clusterMetadataSchemas, "kafka-metadata", "common/metadata/", () => true],
  [
    groupCoordinatorSchemas,
    "kafka-group-coordinator",
    "common/message/",
    (message) => message.type.startsWith("coordinator"),
  ],
  [transactionCoordinatorSchemas, "kafka-transaction-coordinator", "common/message/", () => true],
  [shareCoordinatorSchemas, "kafka-share-coordinator", "common/message/", () => true],
  [
    remoteLogMetadataSchemas,
    "kafka-storage",
    "message/",
    (message) => /^Remote/.test(message.name),
  ],
  [
    controlRecordSchemas,
    "kafka-clients",
    "common/message/",
    (message) =>
      /^(LeaderChangeMessage|Snapshot(Header|Footer)Record|KRaftVersionRecord|VotersRecord)$/.test(
        message.name,
      ),
  ],
  [
    apiSource,
    "kafka-clients",
    "common/message/",
    (message) => /^(request|response)$/.test(message.type) && message.validVersions !== "none",
  ],
  [
    consumerProtocolSchemas,
    "kafka-clients",
    "common/message/",
    (message) => /^ConsumerProtocol(Subscription|Assignment)$/.test(message.name),
  ],
  [
    () => [principalData.schema],
    "kafka-clients",
    "common/message/",
    (message) => message.name === "DefaultPrincipalData",
  ],
];

for (const [source, artifact, folder, isWanted] of SOURCES) {
  const names = source().slice(0, 2).map((schema) => schema.name).join(", ");
  Deno.test(`the schemas of ${artifact} are Kafka's (${names} …)`, async () => {
    const messages = (await messagesOf(artifact, folder)).filter(isWanted);
    assert(messages.length > 0);
    const ours = new Map(source().map((schema) => [schema.name, schema]));
    assertEquals([...ours.keys()].sort(), messages.map((message) => message.name).sort());
    for (const message of messages) {
      const expected = parseSchemas(tableOf(message))[0]!;
      const schema = ours.get(message.name)!;
      assertEquals(
        { ...schema, fields: [] },
        { ...expected, fields: [] },
        message.name,
      );
      assertEquals(plain(schema.fields), plain(expected.fields), message.name);
    }
  });
}
