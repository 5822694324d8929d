/**
 * `seglog metadata-quorum`: the quorum of controllers, who is in it, and how far they are. Flags and output are those of
 * `kafka-metadata-quorum.sh`.
 *
 * @module
 */

import type { ParsedArguments } from "../../storage/cli/argument_parser.ts";
import type { Clock } from "../../storage/env.ts";
import type { LineOutput } from "../../storage/cli/tool.ts";
import { isUuid } from "../../storage/bytes/uuid.ts";
import { KafkaError } from "../protocol/error_codes.ts";
import { type Admin, openAdmin } from "./admin_session.ts";
import { type ClientToolIo, runClientTool } from "./client_tool.ts";
import { hasToolFile, readToolProperties } from "./command_config.ts";
import { uuidProblem } from "./uuid_problem.ts";
import { newController } from "./controller_properties.ts";
import {
  exceptionMessage,
  executionException,
  JavaException,
  stackText,
  terse,
  thrown,
} from "./java_exception.ts";
import { METADATA_QUORUM } from "./metadata_quorum_usage.ts";
import { printTable } from "./pretty_table.ts";
import { REPLICATION_HEADERS, replicationRows, statusJson, statusLines } from "./quorum_text.ts";
import { orUsage, toolArguments } from "./tool_arguments.ts";

async function describe(
  admin: Admin,
  parsed: ParsedArguments,
  clock: Clock,
  output: LineOutput,
): Promise<void> {
  const [status, replication, human] = ["status", "replication", "human-readable"].map((name) =>
    parsed.has(name)
  );
  if (status && replication) {
    throw terse(
      "Only one of --status or --replication should be specified with describe sub-command",
    );
  }
  if (!status && !replication) {
    throw terse("One of --status or --replication must be specified with describe sub-command");
  }
  if (status && human) {
    throw terse("The option --human-readable is only supported along with --replication");
  }
  const { clusterId } = status ? await admin.describeCluster() : { clusterId: null };
  const quorum = await admin.describeMetadataQuorum();
  const isJson = parsed.has("json");
  if (replication) {
    const rows = replicationRows(quorum, human ? clock.now() : undefined);
    printTable(REPLICATION_HEADERS, rows, isJson, output);
  } else if (isJson) output.print(JSON.stringify(statusJson(clusterId, quorum)));
  else for (const line of statusLines(clusterId, quorum)) output.print(line);
}

async function addController(
  admin: Admin,
  parsed: ParsedArguments,
  io: ClientToolIo,
  output: LineOutput,
): Promise<void> {
  const file = parsed.value("command-config");
  if (file === undefined) {
    throw terse(
      "You must supply the configuration file of the controller you are adding when using add-controller.",
    );
  }
  const { id, directoryId, endpoints } = newController(io, readToolProperties(io, file));
  const isDryRun = parsed.has("dry-run");
  if (!isDryRun) await admin.addRaftVoter(id, directoryId, endpoints);
  const places = endpoints.map(({ name, host, port }) =>
    `${name}://${host.includes(":") ? `[${host}]` : host}:${port}`
  );
  output.print(
    `${
      isDryRun ? "DRY RUN of adding" : "Added"
    } controller ${id} with directory id ${directoryId} ` +
      `and endpoints: ${places.join(", ")}`,
  );
}

async function removeController(
  admin: Admin,
  parsed: ParsedArguments,
  output: LineOutput,
): Promise<void> {
  const id = Number(parsed.value("controller-id"));
  const directoryId = parsed.value("controller-directory-id")!;
  if (id < 0) throw terse(`Invalid negative --controller-id: ${id}`);
  if (!isUuid(directoryId)) {
    throw terse(
      `Failed to parse --controller-directory-id: ${uuidProblem(directoryId)}`,
    );
  }
  const isDryRun = parsed.has("dry-run");
  if (!isDryRun) await admin.removeRaftVoter(id, directoryId);
  output.print(
    `${
      isDryRun ? "DRY RUN of removing " : "Removed "
    } KRaft controller ${id} with directory id ${directoryId}`,
  );
}

/**
 * Runs the tool.
 *
 * @returns 0, or 1 after a failure or the usage text
 */
export function metadataQuorumTool(args: readonly string[], io: ClientToolIo): Promise<number> {
  return runClientTool(io, async (output) => {
    const parsed = orUsage(() => toolArguments(io, METADATA_QUORUM, args, 0));
    const configFile = parsed.value("command-config");
    if (configFile !== undefined && !hasToolFile(io, configFile)) {
      throw terse(`Properties file ${configFile} does not exists!`);
    }
    await using admin = openAdmin(io, output, {
      server: parsed.value("bootstrap-server"),
      controller: parsed.value("bootstrap-controller"),
      configFile,
    });
    try {
      if (parsed.command === "describe") {
        await describe(admin, parsed, io.env.clock, output);
      } else if (parsed.command === "add-controller") {
        await addController(admin, parsed, io, output);
      } else await removeController(admin, parsed, output);
    } catch (error) {
      throw error instanceof KafkaError ? executionException(error) : error;
    }
    return 0;
  }, (error, output) => {
    output.printError(exceptionMessage(error));
    const isTerse = error instanceof JavaException &&
      thrown(error).className.endsWith(".TerseException");
    if (!isTerse) output.printError(`${stackText(error)}\n`);
    return 1;
  });
}
