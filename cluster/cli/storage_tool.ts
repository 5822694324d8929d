/**
 * `seglog storage`: formats log directories and looks at them, as Kafka's `kafka-storage.sh`.
 *
 * @module
 */

import { linesOf, readTextFile } from "../../storage/file/text_file.ts";
import { randomUuid } from "../../storage/bytes/uuid.ts";
import { StorageError } from "../../storage/errors.ts";
import {
  type LineOutput,
  runTool,
  ToolFailure,
  type ToolIo,
  uncaught,
} from "../../storage/cli/tool.ts";
import { FormatterError } from "../raft/formatter_error.ts";
import {
  ArgumentExit,
  parseArguments,
  type ParsedArguments,
} from "../../storage/cli/argument_parser.ts";
import { printDependencies, printVersionMapping } from "./storage_features.ts";
import { runFormat } from "./storage_format_command.ts";
import { runInfo } from "./storage_info_command.ts";
import { STORAGE_TOOL } from "./storage_usage.ts";

/** Runs the tool. */
export function storageTool(args: readonly string[], io: ToolIo): Promise<number> {
  return runTool(io, async (output) => {
    let parsed: ParsedArguments;
    try {
      parsed = parseArguments(STORAGE_TOOL, args, (path) => readLines(io, path));
    } catch (error) {
      if (!(error instanceof ArgumentExit)) throw error;
      if (error.status === 0) output.print(error.message);
      else output.printError(error.message);
      return error.status;
    }
    try {
      return await runCommand(parsed, io, output);
    } catch (error) {
      throw asKafkaShows(error);
    }
  });
}

async function runCommand(
  parsed: ParsedArguments,
  io: ToolIo,
  output: LineOutput,
): Promise<number> {
  switch (parsed.command) {
    case "info":
      return runInfo(parsed, io, output);
    case "format":
      await runFormat(parsed, io, output);
      return 0;
    case "version-mapping":
      printVersionMapping(parsed.value("release-version"), output);
      return 0;
    case "feature-dependencies":
      printDependencies(parsed.values("feature"), output);
      return 0;
    default:
      output.print(randomUuid(io.env.random));
      return 0;
  }
}

function readLines({ env }: ToolIo, path: string): string[] | undefined {
  const text = readTextFile(env.fileSystem, path);
  return text === undefined ? undefined : linesOf(text);
}

/** What Kafka's tool expects to go wrong is its message alone; the rest shows as an exception that nothing caught. */
function asKafkaShows(error: unknown): unknown {
  if (error instanceof ToolFailure) return error;
  if (error instanceof FormatterError) return new ToolFailure(error.message);
  if (error instanceof RangeError) {
    return uncaught("java.lang.IllegalArgumentException", error.message, { cause: error });
  }
  if (error instanceof StorageError) {
    return uncaught("java.lang.RuntimeException", error.message, { cause: error });
  }
  return error;
}
