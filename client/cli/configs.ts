/**
 * `seglog configs`: shows and changes configs of topics, brokers, groups and more. Flags and output are those of `kafka-configs.sh`.
 *
 * @module
 */

import type { LineOutput } from "../../storage/cli/tool.ts";
import { Deadline, withDeadline } from "../network/deadline.ts";
import { tcpTransport } from "../network/tcp_transport.ts";
import { NetworkError, type Transport } from "../network/transport.ts";
import { KafkaError } from "../protocol/error_codes.ts";
import { type Admin, openAdmin } from "./admin_session.ts";
import { type ClientToolIo, runClientTool } from "./client_tool.ts";
import { alterConfigs } from "./configs_alter.ts";
import { type ConfigsCall, configsCall } from "./configs_entities.ts";
import { type DescribedEntity, describedQuotas } from "./configs_quotas.ts";
import { describeResources } from "./configs_resource.ts";
import { describedScramCredentials } from "./configs_scram.ts";
import {
  exceptionMessage,
  executionException,
  illegalArgument,
  JavaException,
  stackText,
  thrown,
} from "./java_exception.ts";

/** Kafka's tool waits that long for an answer. */
const DESCRIBE_TIMEOUT_MS = 30_000;
const ALTER_TIMEOUT_MS = 60_000;

/** Exceptions whose message is all that is told. */
const PLAIN = new Set([
  "java.lang.IllegalArgumentException",
  "org.apache.kafka.common.errors.InvalidConfigurationException",
  "org.apache.kafka.common.errors.UnsupportedVersionException",
]);

async function execute(
  admin: Admin,
  call: ConfigsCall,
  io: ClientToolIo,
  output: LineOutput,
): Promise<void> {
  if (call.options.has("alter")) return await alterConfigs(admin, call, io, output);
  const isOfClients = ["users", "clients", "ips"].includes(call.types[0]!);
  await (isOfClients ? describeClients : describeResources)(admin, call, output);
}

/** @throws {JavaException} `IllegalArgumentException` for a name that no host has */
async function checkIps(names: readonly string[], transport: Transport): Promise<void> {
  for (const name of names.filter((name) => name !== "")) {
    try {
      await transport.resolve(name);
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      throw illegalArgument(
        `The entity name for ips must be a valid IP or resolvable host, but it is: ${name}`,
      );
    }
  }
}

/** Quotas of users, clients and addresses, and behind them the credentials of users. */
async function describeClients(
  admin: Admin,
  call: ConfigsCall,
  output: LineOutput,
): Promise<void> {
  const { options, types, names } = call;
  const isJson = options.has("json");
  const print = (entities: readonly DescribedEntity[]) => {
    if (!isJson) { for (const { text } of entities) output.print(text); }
    return entities.map(({ json }) => json);
  };
  const json = print(await describedQuotas(admin, call));
  if (types.length === 1 && types[0] === "users" && !names.includes("")) {
    json.push(...print(await describedScramCredentials(admin, names)));
  }
  if (isJson) output.print(JSON.stringify(json));
}

/**
 * Runs the tool.
 *
 * @returns 0, or 1 after a failure or the usage text
 */
export function configsTool(args: readonly string[], io: ClientToolIo): Promise<number> {
  return runClientTool(io, async (output) => {
    const call = configsCall(args);
    const { options, types, names } = call;
    if (types[0] === "ips") await checkIps(names, io.transport ?? tcpTransport());
    await using admin = openAdmin(io, output, {
      server: options.value("bootstrap-server"),
      controller: options.value("bootstrap-controller"),
      configFile: options.value("command-config"),
    });
    if (options.has("alter") && types.length !== names.length) {
      throw illegalArgument("An entity name must be specified for every entity type");
    }
    const timeoutMs = options.has("alter") ? ALTER_TIMEOUT_MS : DESCRIBE_TIMEOUT_MS;
    using deadline = new Deadline(io.env.clock, timeoutMs, "");
    try {
      await withDeadline(execute(admin, call, io, output), deadline.signal);
    } catch (error) {
      if (deadline.signal.aborted && error === deadline.signal.reason) {
        throw new JavaException("java.util.concurrent.TimeoutException");
      }
      throw error instanceof KafkaError ? executionException(error) : error;
    }
    return 0;
  }, (error, output) => {
    const { className } = thrown(error);
    if (PLAIN.has(className) || className.startsWith("joptsimple.")) {
      output.printError(exceptionMessage(error));
    } else {
      const line = `Error while executing config command with args '${args.join(" ")}'`;
      output.printError(`${line}\n${stackText(error)}`);
    }
    return 1;
  });
}
