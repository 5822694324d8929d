/**
 * The tools of the cluster layer, by name.
 *
 * @module
 */

import { commandLineOfArguments, commandLineOfOptions } from "../../storage/cli/command_line.ts";
import { loaded, type ToolEntry } from "../../storage/cli/tools.ts";

/** The cluster layer's tools. */
export const CLUSTER_TOOLS: readonly ToolEntry[] = [
  {
    name: "server-start",
    summary: "run a Kafka: broker and controller, on localhost:9092 unless told otherwise",
    commandLine: async () =>
      commandLineOfOptions((await import("./server_start.ts")).SERVER_START_OPTIONS),
    run: loaded(async () => (await import("./server_start.ts")).serverStartTool),
  },
  {
    name: "storage",
    summary: "format the log directories of a node, or show whose they are",
    commandLine: async () =>
      commandLineOfArguments((await import("./storage_usage.ts")).STORAGE_TOOL),
    run: loaded(async () => (await import("./storage_tool.ts")).storageTool),
  },
];
