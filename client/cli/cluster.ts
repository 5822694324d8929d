/**
 * `seglog cluster`: the cluster's id and endpoints; takes brokers out. Flags and output are those of `kafka-cluster.sh`.
 *
 * @module
 */

import type { Clock } from "../../storage/env.ts";
import type { LineOutput } from "../../storage/cli/tool.ts";
import type { ParsedArguments } from "../../storage/cli/argument_parser.ts";
import { KafkaError } from "../protocol/error_codes.ts";
import { type Admin, openAdmin } from "./admin_session.ts";
import { type ClientToolIo, runClientTool } from "./client_tool.ts";
import { CLUSTER } from "./cluster_usage.ts";
import {
  exceptionMessage,
  executionException,
  illegalArgument,
  JavaException,
  stackText,
} from "./java_exception.ts";
import { adminLogLine } from "./log_line.ts";
import { orUsage, toolArguments } from "./tool_arguments.ts";

async function printClusterId(admin: Admin, json: boolean, output: LineOutput): Promise<void> {
  const { clusterId } = await admin.describeCluster();
  if (json) output.print(JSON.stringify({ clusterId }));
  else if (clusterId !== null) output.print(`Cluster ID: ${clusterId}`);
  else output.print("No cluster ID found. The Kafka version is probably too old.");
}

async function unregister(
  admin: Admin,
  id: number,
  clock: Clock,
  output: LineOutput,
): Promise<void> {
  try {
    await admin.unregisterBroker(id);
    output.print(`Broker ${id} is no longer registered.`);
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error;
    if (error.code !== "UNSUPPORTED_VERSION") {
      const text = `Unregister broker request for broker ID ${id} failed: ${error.message}`;
      output.printError(adminLogLine(clock, text, "KafkaAdminClient"));
      throw error;
    }
    output.print("The target cluster does not support the broker unregistration API.");
  }
}

async function listEndpoints(
  admin: Admin,
  parsed: ParsedArguments,
  output: LineOutput,
): Promise<void> {
  const isController = parsed.value("bootstrap-controller") !== undefined;
  const includeFencedBrokers = parsed.has("include-fenced-brokers");
  if (includeFencedBrokers && isController) {
    throw illegalArgument(
      "The option --include-fenced-brokers is only supported with --bootstrap-server option",
    );
  }
  let nodes;
  try {
    ({ nodes } = await admin.describeCluster({ includeFencedBrokers }));
  } catch (error) {
    if (!(error instanceof KafkaError) || error.code !== "UNSUPPORTED_VERSION") throw error;
    output.print(error.message);
    return;
  }
  const endpointType = isController ? "controller" : "broker";
  if (parsed.has("json")) {
    output.print(JSON.stringify(nodes.map(({ id, host, port, rack, isFenced }) => ({
      ...{ id, host, port, rack },
      ...(isController ? {} : { state: isFenced ? "fenced" : "unfenced" }),
      endpointType,
    }))));
    return;
  }
  const racks = nodes.flatMap(({ rack }) => rack === null ? [] : [rack.length]);
  const hostWidth = nodes.length === 0 ? 100 : Math.max(...nodes.map(({ host }) => host.length));
  const rackWidth = racks.length === 0 ? 10 : Math.max(...racks);
  const widths = [10, hostWidth, 10, rackWidth, ...(isController ? [] : [10]), 15];
  const line = (values: readonly string[]) =>
    output.print(values.map((value, i) => value.padEnd(widths[i]!)).join(" "));
  line(["ID", "HOST", "PORT", "RACK", ...(isController ? [] : ["STATE"]), "ENDPOINT_TYPE"]);
  for (const { id, host, port, rack, isFenced } of nodes) {
    const state = isController ? [] : [isFenced ? "fenced" : "unfenced"];
    line([`${id}`, host, `${port}`, `${rack}`, ...state, endpointType]);
  }
}

/**
 * Runs the tool.
 *
 * @returns 0, or 1 after a failure, help or the usage text
 */
export function clusterTool(args: readonly string[], io: ClientToolIo): Promise<number> {
  return runClientTool(io, async (output) => {
    const parsed = orUsage(() => toolArguments(io, CLUSTER, args, 1));
    const oldName = parsed.value("config");
    if (oldName !== undefined && parsed.has("command-config")) {
      throw new JavaException(
        "net.sourceforge.argparse4j.inf.ArgumentParserException",
        "--config and --command-config cannot be specified together.",
      );
    }
    if (oldName !== undefined) {
      output.print(
        "Option --config has been deprecated and will be removed in a future version. Use --command-config instead.",
      );
    }
    await using admin = openAdmin(io, output, {
      server: parsed.value("bootstrap-server"),
      controller: parsed.value("bootstrap-controller"),
      configFile: oldName ?? parsed.value("command-config"),
    });
    try {
      if (parsed.command === "cluster-id") {
        await printClusterId(admin, parsed.has("json"), output);
      } else if (parsed.command === "unregister") {
        await unregister(admin, Number(parsed.value("id")), io.env.clock, output);
      } else await listEndpoints(admin, parsed, output);
    } catch (error) {
      throw error instanceof KafkaError ? executionException(error) : error;
    }
    return 0;
  }, (error, output) => {
    output.printError(`${exceptionMessage(error)}\n${stackText(error)}\n`);
    return 1;
  });
}
