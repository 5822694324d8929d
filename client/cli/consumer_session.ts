/**
 * A tool's consumer.
 *
 * @module
 */

import type { LineOutput } from "../../storage/cli/tool.ts";
import { InvalidConfigError } from "../../storage/errors.ts";
import { Consumer } from "../consumer/consumer.ts";
import type { ClientToolIo } from "./client_tool.ts";
import type { ClientConfigs } from "./command_config.ts";
import { kafkaException } from "./java_exception.ts";
import { toolLogger } from "./log_line.ts";

/**
 * Makes the consumer of a tool.
 *
 * @throws {InvalidConfigError} for configs that are wrong
 * @throws {JavaException} `KafkaException` for servers that are wrong
 */
export function openConsumer(
  io: ClientToolIo,
  output: LineOutput,
  configs: ClientConfigs,
): Consumer {
  const { clock, random } = io.env;
  const logger = toolLogger(clock, output, { kind: "Consumer", groupId: configs["group.id"] });
  try {
    return new Consumer({
      ...configs,
      env: { clock, random, logger },
      ...(io.transport === undefined ? {} : { transport: io.transport }),
    });
  } catch (cause) {
    if (!(cause instanceof InvalidConfigError) || !/\bbootstrap\./.test(cause.message)) throw cause;
    throw kafkaException("Failed to construct kafka consumer", { cause });
  }
}
