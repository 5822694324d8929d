/**
 * `seglog broker-api-versions`: which versions of the protocol brokers have. Flags and output are those of `kafka-broker-api-versions.sh`.
 *
 * @module
 */

import { ClientConfig, type ClientConfigTable } from "../config/client_config.ts";
import { COMMON_CONFIGS } from "../config/common_configs.ts";
import { KafkaClient } from "../kafka_client.ts";
import { bootstrapNodes, type Node } from "../node.ts";
import { tcpTransport } from "../network/tcp_transport.ts";
import { apiByKey, apisOf, supportedVersions } from "../protocol/api_keys.ts";
import { errorName, KafkaError } from "../protocol/error_codes.ts";
import { type ApiVersion, apiVersions } from "../protocol/messages/api_versions.ts";
import { metadata } from "../protocol/messages/metadata.ts";
import { BROKER_API_VERSIONS_OPTIONS } from "./broker_api_versions_options.ts";
import { type ClientToolIo, runClientTool } from "./client_tool.ts";
import { bootstrapConfigs, commandConfigs } from "./command_config.ts";
import { exceptionMessage, exceptionText, JavaException } from "./java_exception.ts";
import { toolLogger } from "./log_line.ts";
import { ToolOptions } from "./tool_options.ts";

/** What a broker has of one API. */
export type ApiRange = Pick<ApiVersion, "apiKey" | "minVersion" | "maxVersion">;

/** This tool gives up earlier than other clients. */
const TABLE: ClientConfigTable = {
  ...COMMON_CONFIGS,
  "request.timeout.ms": { ...COMMON_CONFIGS["request.timeout.ms"]!, default: "5000" },
};
const BETWEEN_ATTEMPTS_MS = 50;

/** The highest version that both sides have; why there is none otherwise. */
function usable({ apiKey, minVersion, maxVersion }: ApiRange): number | string | undefined {
  const api = apiByKey(apiKey);
  if (api === undefined) return undefined;
  const { lowest, highest } = supportedVersions(api);
  if (highest < minVersion) return "node too new";
  if (maxVersion < lowest) return "node too old";
  return Math.min(highest, maxVersion);
}

function rangeText(range: ApiRange): string {
  const { apiKey, minVersion, maxVersion } = range;
  const versions = minVersion === maxVersion ? minVersion : `${minVersion} to ${maxVersion}`;
  const version = usable(range);
  const name = apiByKey(apiKey)?.name ?? "UNKNOWN";
  const note = version === undefined
    ? ""
    : typeof version === "string"
    ? ` [unusable: ${version}]`
    : ` [usable: ${version}]`;
  return `${name}(${apiKey}): ${versions}${note}`;
}

/** The APIs that a client may want and a broker does not have. */
function missing(ranges: readonly ApiRange[]): { readonly key: number; readonly name: string }[] {
  const keys = new Set(ranges.map(({ apiKey }) => apiKey));
  return apisOf("broker").filter(({ key }) => !keys.has(key));
}

/** A broker's versions as lines. */
export function versionsText(ranges: readonly ApiRange[]): string {
  const texts = [
    ...ranges.map((range) => [range.apiKey, rangeText(range)] as const),
    ...missing(ranges).map(({ key, name }) => [key, `${name}(${key}): UNSUPPORTED`] as const),
  ];
  texts.sort(([a], [b]) => a - b);
  return `(\n\t${texts.map(([, text]) => text).join(",\n\t")}\n)`;
}

function versionsJson(ranges: readonly ApiRange[]): unknown {
  return [
    ...ranges.map((range) => ({
      apiKey: range.apiKey,
      name: apiByKey(range.apiKey)?.name ?? null,
      minVersion: range.minVersion,
      maxVersion: range.maxVersion,
      usable: ((version) => typeof version === "number" ? version : null)(usable(range)),
    })),
    ...missing(ranges).map(({ key, name }) => ({ apiKey: key, name, usable: null })),
  ].sort((a, b) => a.apiKey - b.apiKey);
}

function nodeText({ id, host, port, rack }: Node): string {
  return `${host}:${port} (id: ${id} rack: ${rack} isFenced: false)`;
}

async function brokersOf(client: KafkaClient, bootstrap: readonly Node[], io: ClientToolIo) {
  for (;;) {
    let brokers;
    try {
      ({ brokers } = await client.sendToAny(metadata, { topics: null }));
    } catch (cause) {
      throw new JavaException(
        "java.lang.RuntimeException",
        `Request METADATA failed on brokers [${bootstrap.map(nodeText).join(", ")}]`,
        { cause },
      );
    }
    if (brokers.length > 0) return brokers;
    await io.env.clock.sleep(BETWEEN_ATTEMPTS_MS);
  }
}

async function versionsOf(client: KafkaClient, nodeId: number): Promise<readonly ApiRange[]> {
  const software = { clientSoftwareName: "seglog", clientSoftwareVersion: "0.1.0" };
  const { errorCode, apiKeys } = await client.send(nodeId, apiVersions, software);
  const error = errorName(errorCode);
  if (error !== "NONE") throw new KafkaError(error);
  return apiKeys;
}

/**
 * Runs the tool.
 *
 * @returns 0, or 1 after a failure or the usage text
 */
export function brokerApiVersionsTool(args: readonly string[], io: ClientToolIo): Promise<number> {
  return runClientTool(io, async (output) => {
    const options = new ToolOptions(args, BROKER_API_VERSIONS_OPTIONS);
    options.answerHelp("This tool helps to retrieve broker version information.");
    options.require("bootstrap-server");
    const { clock, random } = io.env;
    const env = { clock, random, logger: toolLogger(clock, output, { kind: "LegacyAdminClient" }) };
    const given = commandConfigs(io, options.value("command-config"));
    const config = ClientConfig.parse(TABLE, {
      "client.id": "admin-1",
      ...bootstrapConfigs(given, options.value("bootstrap-server"), undefined),
    });
    const transport = io.transport ?? tcpTransport();
    const bootstrap = bootstrapNodes(config.list("bootstrap.servers"));
    await using client = new KafkaClient({ config, env, transport, bootstrap });
    const brokers = await brokersOf(client, bootstrap, io);
    await client.updater.awaitUpdate(0);
    const json: unknown[] = [];
    for (const { nodeId, host, port, rack } of brokers) {
      const node = nodeText({ id: nodeId, host, port, rack });
      try {
        const ranges = await versionsOf(client, nodeId);
        if (!options.has("json")) output.print(`${node} -> ${versionsText(ranges)}`);
        else json.push({ id: nodeId, host, port, rack, apis: versionsJson(ranges) });
      } catch (error) {
        const text = exceptionText(error);
        if (!options.has("json")) output.print(`${node} -> ERROR: ${text}`);
        else json.push({ id: nodeId, host, port, rack, error: text });
      }
    }
    if (options.has("json")) output.print(JSON.stringify(json));
    return 0;
  }, (error, output) => {
    const text = exceptionText(error);
    output.printError(`${exceptionMessage(error)}\n${text}\n`);
    return 1;
  });
}
