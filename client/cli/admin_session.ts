/**
 * A tool's admin client.
 *
 * @module
 */

import type { LineOutput } from "../../storage/cli/tool.ts";
import { InvalidConfigError } from "../../storage/errors.ts";
import { Admin } from "../admin/admin.ts";
import type { ClientToolIo } from "./client_tool.ts";
import { bootstrapConfigs, type ClientConfigs, commandConfigs } from "./command_config.ts";
import { JavaException } from "./java_exception.ts";
import { toolLogger } from "./log_line.ts";

export type { Admin };

/** Where a tool's client goes. */
export interface AdminTarget {
  /** `--bootstrap-server`. */
  readonly server?: string | undefined;
  /** `--bootstrap-controller`. */
  readonly controller?: string | undefined;
  /** `--command-config`. */
  readonly configFile?: string | undefined;
  /** Configs that the tool sets, whatever the file says. */
  readonly configs?: ClientConfigs;
  /** Configs that the tool sets where the file says nothing. */
  readonly defaults?: ClientConfigs;
}

/**
 * Makes the admin client of a tool.
 *
 * @throws {BootstrapError} when not exactly one of server and controller is given
 * @throws {InvalidConfigError} for configs that are wrong
 * @throws {JavaException} `KafkaException` for servers that are wrong
 */
export function openAdmin(io: ClientToolIo, output: LineOutput, target: AdminTarget): Admin {
  const { server, controller } = target;
  const configs = {
    ...target.defaults,
    ...bootstrapConfigs(commandConfigs(io, target.configFile), server, controller),
    ...target.configs,
  };
  const { clock, random } = io.env;
  try {
    return new Admin({
      ...configs,
      env: { clock, random, logger: toolLogger(clock, output) },
      ...(io.transport === undefined ? {} : { transport: io.transport }),
    });
  } catch (cause) {
    // Java's client reads its configs first, and then looks where to connect to.
    if (!(cause instanceof InvalidConfigError) || !/\bbootstrap\./.test(cause.message)) throw cause;
    throw new JavaException(
      "org.apache.kafka.common.KafkaException",
      "Failed to create new KafkaAdminClient",
      { cause },
    );
  }
}
