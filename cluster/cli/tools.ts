/**
 * The tools of the cluster layer, by name.
 *
 * @module
 */

import { commandLineOfArguments, commandLineOfOptions } from "../../storage/cli/command_line.ts";
import type { ToolEntry } from "../../storage/cli/tools.ts";
import { SERVER_START_OPTIONS, serverStartTool } from "./server_start.ts";
import { storageTool } from "./storage_tool.ts";
import { STORAGE_TOOL } from "./storage_usage.ts";

/** The cluster layer's tools. */
export const CLUSTER_TOOLS: readonly ToolEntry[] = [
  {
    name: "server-start",
    summary: "run a Kafka: broker and controller, on localhost:9092 unless told otherwise",
    commandLine: commandLineOfOptions(SERVER_START_OPTIONS),
    run: serverStartTool,
  },
  {
    name: "storage",
    summary: "format the log directories of a node, or show whose they are",
    commandLine: commandLineOfArguments(STORAGE_TOOL),
    run: storageTool,
  },
];
