/**
 * The file of configs that the verifiable producer and consumer are given.
 *
 * @module
 */

import {
  argumentFailure,
  type ParsedArguments,
  type ToolDefinition,
} from "../../storage/cli/argument_parser.ts";
import type { LineOutput } from "../../storage/cli/tool.ts";
import type { ClientToolIo } from "./client_tool.ts";
import { type ClientConfigs, commandConfigs } from "./command_config.ts";
import { exceptionMessage } from "./java_exception.ts";

/**
 * The configs of the file that `--command-config` names; none without it.
 *
 * @param oldName what the option was called before, which is warned of
 * @throws {ArgumentExit} when both are given, and for a file that cannot be read
 */
export function verifiableConfigs(
  tool: ToolDefinition,
  parsed: ParsedArguments,
  oldName: string,
  io: ClientToolIo,
  output: LineOutput,
): ClientConfigs {
  const [path, oldPath] = [parsed.value("command-config"), parsed.value(oldName)];
  if (path !== undefined && oldPath !== undefined) {
    throw argumentFailure(
      tool,
      `Options --${oldName} and --command-config are mutually exclusive.`,
    );
  }
  if (oldPath !== undefined) {
    output.print(
      `Option --${oldName} has been deprecated and will be removed in a future version. Use --command-config instead.`,
    );
  }
  try {
    return commandConfigs(io, path ?? oldPath);
  } catch (error) {
    throw argumentFailure(tool, exceptionMessage(error));
  }
}
