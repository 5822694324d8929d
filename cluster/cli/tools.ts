/**
 * The tools of the cluster layer, by name.
 *
 * @module
 */

import type { ToolEntry } from "../../storage/cli/tools.ts";
import { serverStartTool } from "./server_start.ts";
import { storageTool } from "./storage_tool.ts";

/** The cluster layer's tools. */
export const CLUSTER_TOOLS: readonly ToolEntry[] = [
  {
    name: "server-start",
    summary: "run a Kafka: broker and controller, on localhost:9092 unless told otherwise",
    run: serverStartTool,
  },
  {
    name: "storage",
    summary: "format the log directories of a node, or show whose they are",
    run: storageTool,
  },
];
