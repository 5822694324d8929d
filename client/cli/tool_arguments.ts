/**
 * The command line of a tool that argparse4j parses in Kafka.
 *
 * @module
 */

import {
  type ArgumentDefinition,
  ArgumentExit,
  parseArguments,
  type ParsedArguments,
  type ToolDefinition,
} from "../../storage/cli/argument_parser.ts";
import { absolutePath } from "../../storage/cli/java_text.ts";
import { linesOf, readTextFile } from "../../storage/file/text_file.ts";
import { type ClientToolIo, ToolExit } from "./client_tool.ts";

/** `--json`, for commands that print tables; Kafka's tools lack it, and so does what is printed of the usage. */
export const JSON_ARGUMENT: ArgumentDefinition = { flags: ["--json"], action: "storeTrue" };

/**
 * Parses the command line of a tool.
 *
 * @param helpStatus the exit status of `--help`, which differs from tool to tool
 * @throws {ToolExit} for help and version
 * @throws {ArgumentExit} for what is wrong
 */
export function toolArguments(
  io: ClientToolIo,
  tool: ToolDefinition,
  args: readonly string[],
  helpStatus: number,
): ParsedArguments {
  const readLines = (path: string) => {
    const place = absolutePath(path, io.workingDirectory ?? "/");
    const text = readTextFile(io.env.fileSystem, place);
    return text === undefined ? undefined : linesOf(text);
  };
  try {
    return parseArguments(tool, args, readLines);
  } catch (error) {
    if (!(error instanceof ArgumentExit) || error.problem !== undefined) throw error;
    const isVersion = error.message === tool.version;
    throw new ToolExit(isVersion ? 0 : helpStatus, { stdout: error.message });
  }
}

/** Turns what is wrong with a command line into usage and error on standard error. */
export function orUsage<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof ArgumentExit)) throw error;
    throw new ToolExit(error.status, { stderr: error.message });
  }
}
