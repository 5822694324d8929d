/**
 * What `seglog verifiable-consumer` is asked for.
 *
 * @module
 */

import type { ParsedArguments } from "../../storage/cli/argument_parser.ts";
import type { LineOutput } from "../../storage/cli/tool.ts";
import { type ClientToolIo, ToolExit } from "./client_tool.ts";
import type { ClientConfigs } from "./command_config.ts";
import { illegalArgument } from "./java_exception.ts";
import { orUsage, toolArguments } from "./tool_arguments.ts";
import { verifiableConfigs } from "./verifiable_configs.ts";
import { VERIFIABLE_CONSUMER } from "./verifiable_consumer_usage.ts";

/** What the tool does. */
export interface VerifiableConsumerOptions {
  /** Where records come from. */
  readonly topic: string;
  /** How many are read; infinite until it is told to stop. */
  readonly maxMessages: number;
  /** Whether each record is told of. */
  readonly isVerbose: boolean;
  /** Whether the consumer commits by itself. */
  readonly commitsByItself: boolean;
  /** Configs of the consumer. */
  readonly configs: ClientConfigs;
}

/**
 * Parses a command line.
 *
 * @throws {ToolExit} for help, and for what is wrong
 * @throws {JavaException} for a protocol that there is not
 */
export function verifiableConsumerOptions(
  args: readonly string[],
  io: ClientToolIo,
  output: LineOutput,
): VerifiableConsumerOptions {
  const tool = VERIFIABLE_CONSUMER;
  if (args.length === 0) throw new ToolExit(0, { stdout: `${tool.usage}\n\n${tool.help}` });
  return orUsage(() => {
    const parsed = toolArguments(io, tool, args, 1);
    const maxMessages = Number(parsed.value("max-messages") ?? -1);
    const configs = verifiableConfigs(tool, parsed, "consumer.config", io, output);
    return {
      topic: parsed.value("topic")!,
      maxMessages: maxMessages < 0 ? Infinity : maxMessages,
      isVerbose: parsed.has("verbose"),
      commitsByItself: parsed.has("enable-autocommit"),
      configs: { ...configs, ...configsOf(parsed) },
    };
  });
}

/** What options say of the consumer, which counts more than the file. */
function configsOf(parsed: ParsedArguments): ClientConfigs {
  const protocol = (parsed.value("group-protocol") ?? "classic").toUpperCase();
  if (protocol !== "CLASSIC" && protocol !== "CONSUMER") {
    throw illegalArgument(
      `No enum constant org.apache.kafka.clients.consumer.GroupProtocol.${protocol}`,
    );
  }
  const range = "org.apache.kafka.clients.consumer.RangeAssignor";
  const assigning: readonly [string, string | undefined] = protocol === "CONSUMER"
    ? ["group.remote.assignor", parsed.value("group-remote-assignor")]
    : ["partition.assignment.strategy", parsed.value("assignment-strategy") ?? range];
  const sessionTimeout = parsed.value("session-timeout");
  const deserializer = "org.apache.kafka.common.serialization.StringDeserializer";
  const configs: readonly (readonly [string, string | undefined])[] = [
    ["group.protocol", protocol],
    assigning,
    [
      "session.timeout.ms",
      sessionTimeout === undefined ? undefined : `${Number(sessionTimeout)}`,
    ],
    ["group.id", parsed.value("group-id")],
    ["group.instance.id", parsed.value("group-instance-id")],
    ["bootstrap.servers", parsed.value("bootstrap-server")],
    ["enable.auto.commit", `${parsed.has("enable-autocommit")}`],
    ["auto.offset.reset", parsed.value("reset-policy") ?? "earliest"],
    ["key.deserializer", deserializer],
    ["value.deserializer", deserializer],
  ];
  return Object.fromEntries(
    configs.flatMap(([name, value]) => value === undefined ? [] : [[name, value]]),
  );
}
