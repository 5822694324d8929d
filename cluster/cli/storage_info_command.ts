/**
 * `storage info`: whose log directories are, and what is wrong with them.
 *
 * @module
 */

import type { LineOutput, ToolIo } from "../../storage/cli/tool.ts";
import { StorageError } from "../../storage/errors.ts";
import {
  type MetaProperties,
  MetaPropertiesFile,
} from "../../storage/file/meta_properties_file.ts";
import type { ParsedArguments } from "../../storage/cli/argument_parser.ts";
import { readStorageConfig } from "./storage_config.ts";

/** Prints what is found. Returns the exit status: 1 when something is wrong. */
export function runInfo(parsed: ParsedArguments, io: ToolIo, output: LineOutput): number {
  const config = readStorageConfig(io, parsed.value("config")!);
  const problems: string[] = [];
  const found: string[] = [];
  let first: MetaProperties | undefined;
  for (const directory of config.directories) {
    const stat = io.env.fileSystem.stat(directory);
    if (stat === undefined || !stat.isDirectory) {
      problems.push(`${directory} ${stat === undefined ? "does not exist" : "is not a directory"}`);
      continue;
    }
    found.push(directory);
    const file = new MetaPropertiesFile(io.env.fileSystem, directory);
    try {
      const properties = file.read();
      if (properties === undefined) problems.push(`${directory} is not formatted.`);
      else if (first === undefined) first = properties;
      else if (first.clusterId !== properties.clusterId) {
        problems.push("Mismatched cluster IDs between storage directories.");
      } else if (first.nodeId !== properties.nodeId) {
        problems.push("Mismatched node IDs between storage directories.");
      }
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      const { message } = error.cause instanceof Error ? error.cause : error;
      problems.push(`Error loading ${file.path}: ${message}`);
    }
  }
  const isKRaft = config.processRoles.length > 0;
  if (first !== undefined && isKRaft !== (first.version === 1)) {
    problems.push(
      isKRaft
        ? "The kafka configuration file appears to be for a cluster in KRaft mode, but the directories are formatted for legacy mode."
        : "The kafka configuration file appears to be for a legacy cluster, but the directories are formatted for a cluster in KRaft mode.",
    );
  }
  printSection(output, "Found log director", ["y:", "ies:"], found);
  if (first !== undefined) {
    output.print(`Found metadata: ${metadataText(first)}`);
    output.print("");
  }
  printSection(output, "Found problem", [":", "s:"], problems);
  return problems.length > 0 ? 1 : 0;
}

function printSection(
  output: LineOutput,
  title: string,
  [one, many]: readonly [string, string],
  lines: readonly string[],
): void {
  if (lines.length === 0) return;
  output.print(title + (lines.length === 1 ? one : many));
  for (const line of lines) output.print(`  ${line}`);
  output.print("");
}

function metadataText({ version, clusterId, nodeId, directoryId }: MetaProperties): string {
  const entries: [string, unknown][] = [
    ["broker.id", version === 0 ? nodeId : undefined],
    ["cluster.id", clusterId],
    ["directory.id", directoryId],
    ["node.id", version === 1 ? nodeId : undefined],
    ["version", version],
  ];
  const texts = entries.filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${value}`);
  return `{${texts.join(", ")}}`;
}
