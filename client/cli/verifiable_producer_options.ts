/**
 * What `seglog verifiable-producer` is asked for.
 *
 * @module
 */

import type { LineOutput } from "../../storage/cli/tool.ts";
import { type ClientToolIo, ToolExit } from "./client_tool.ts";
import type { ClientConfigs } from "./command_config.ts";
import { orUsage, toolArguments } from "./tool_arguments.ts";
import { verifiableConfigs } from "./verifiable_configs.ts";
import { VERIFIABLE_PRODUCER } from "./verifiable_producer_usage.ts";

/** What the tool does. */
export interface VerifiableProducerOptions {
  /** Where records go. */
  readonly topic: string;
  /** How many are sent; infinite until it is told to stop. */
  readonly maxMessages: number;
  /** Records a second; less than 0 for as many as there are. */
  readonly throughput: number;
  /** Stands in front of the values' numbers. */
  readonly valuePrefix: number | undefined;
  /** How many keys there are, which take turns; keys go on for ever when it is less than 1, and without it there are none. */
  readonly repeatingKeys: number | undefined;
  /** Timestamp of the first record, ms since the epoch; `undefined` for that of the clock. */
  readonly createTime: number | undefined;
  /** Configs of the producer. */
  readonly configs: ClientConfigs;
}

/**
 * Parses a command line.
 *
 * @throws {ToolExit} for help, and for what is wrong
 */
export function verifiableProducerOptions(
  args: readonly string[],
  io: ClientToolIo,
  output: LineOutput,
): VerifiableProducerOptions {
  const tool = VERIFIABLE_PRODUCER;
  if (args.length === 0) throw new ToolExit(0, { stdout: `${tool.usage}\n\n${tool.help}` });
  return orUsage(() => {
    const parsed = toolArguments(io, tool, args, 1);
    const number = (name: string) => {
      const text = parsed.value(name);
      return text === undefined ? undefined : Number(text);
    };
    const maxMessages = number("max-messages") ?? -1;
    const createTime = number("message-create-time") ?? -1;
    const serializer = "org.apache.kafka.common.serialization.StringSerializer";
    return {
      topic: parsed.value("topic")!,
      maxMessages: maxMessages < 0 ? Infinity : maxMessages,
      throughput: number("throughput") ?? -1,
      valuePrefix: number("value-prefix"),
      repeatingKeys: number("repeating-keys"),
      createTime: createTime === -1 ? undefined : createTime,
      configs: {
        "bootstrap.servers": parsed.value("bootstrap-server")!,
        "acks": `${number("acks") ?? -1}`,
        // What fails is to be seen.
        "retries": "0",
        ...verifiableConfigs(tool, parsed, "producer.config", io, output),
        "key.serializer": serializer,
        "value.serializer": serializer,
      },
    };
  });
}
