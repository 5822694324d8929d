/**
 * A tool's consumer.
 *
 * @module
 */

import type { LineOutput } from "../../storage/cli/tool.ts";
import { InvalidConfigError } from "../../storage/errors.ts";
import { Consumer } from "../consumer/consumer.ts";
import { KafkaError } from "../protocol/error_codes.ts";
import type { ClientToolIo } from "./client_tool.ts";
import type { ClientConfigs } from "./command_config.ts";
import { illegalArgument, JavaException, kafkaException } from "./java_exception.ts";
import { toolLogger } from "./log_line.ts";

/**
 * Makes the consumer of a tool.
 *
 * @throws {InvalidConfigError} for configs that are wrong
 * @throws {JavaException} `KafkaException` for servers, groups and assignors that are wrong, and for what does not go together
 */
export function openConsumer<K = Uint8Array, V = Uint8Array>(
  io: ClientToolIo,
  output: LineOutput,
  configs: ClientConfigs,
): Consumer<K, V> {
  const { clock, random } = io.env;
  const logger = toolLogger(clock, output, { kind: "Consumer", groupId: configs["group.id"] });
  try {
    return new Consumer<K, V>({
      ...configs,
      env: { clock, random, logger },
      ...(io.transport === undefined ? {} : { transport: io.transport }),
    });
  } catch (cause) {
    throw kafkaException("Failed to construct kafka consumer", { cause: wrapped(cause) });
  }
}

/**
 * What Java wraps when it makes a consumer.
 *
 * @throws what is wrong with a config by itself, which Java finds out before
 */
function wrapped(error: unknown): unknown {
  if (error instanceof KafkaError) return error;
  if (!(error instanceof InvalidConfigError)) throw error;
  const { message } = error;
  if (/\bbootstrap\./.test(message)) return error;
  if (message.startsWith("Heartbeat ")) return illegalArgument(message);
  const assignor = /\.assignment\.strategy: Class (.*) could not be found\.$/.exec(message)?.[1];
  if (assignor === undefined) throw error;
  return kafkaException(`${assignor} ClassNotFoundException exception occurred`, {
    cause: new JavaException("java.lang.ClassNotFoundException", assignor),
  });
}
