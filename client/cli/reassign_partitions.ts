/**
 * `seglog reassign-partitions`: moves partitions to other brokers, and replicas to other directories. Flags and output are those of
 * `kafka-reassign-partitions.sh`.
 *
 * @module
 */

import type { LineOutput } from "../../storage/cli/tool.ts";
import { type TopicPartition, topicPartitionKey } from "../../storage/file/file_names.ts";
import type { PartitionReassignment } from "../admin/reassignments.ts";
import type { AdminResults } from "../admin/admin_results.ts";
import { KafkaError } from "../protocol/error_codes.ts";
import { TopicPartitionMap } from "../../storage/file/topic_partition_map.ts";
import { type Admin, openAdmin } from "./admin_session.ts";
import { type ClientToolIo, runClientTool } from "./client_tool.ts";
import { readToolText } from "./command_config.ts";
import {
  commandFailed,
  exceptionMessage,
  executionException,
  JavaException,
  stackText,
  terse,
  thrown,
} from "./java_exception.ts";
import { future } from "./java_future.ts";
import {
  currentLogDirs,
  findLogDirMoves,
  logDirMoveText,
  startLogDirMoves,
} from "./log_dir_moves.ts";
import { moveMap } from "./partition_moves.ts";
import {
  REASSIGN_PARTITIONS_OPTIONS,
  type ReassignmentAction,
  reassignmentAction,
} from "./reassign_partitions_options.ts";
import {
  comparePartitions,
  parseExecutablePlan,
  parseReassignmentPlan,
  parseTopicsToMove,
  reassignmentPlanText,
  replicaMap,
} from "./reassignment_json.ts";
import {
  parseBrokerList,
  proposedReplicas,
  replicaIds,
  replicasOfTopics,
  usableBrokers,
} from "./reassignment_proposal.ts";
import { findReassignmentStates, reassignmentStateText } from "./reassignment_states.ts";
import { clearThrottles, throttleLogDirs, throttleMoves } from "./reassignment_throttles.ts";
import { ToolOptions } from "./tool_options.ts";

/** One call of the tool. */
interface Session {
  readonly io: ClientToolIo;
  readonly admin: Admin;
  readonly options: ToolOptions;
  readonly output: LineOutput;
}

const s = (count: number) => count === 1 ? "" : "s";

function textOfFile({ io, options }: Session, option: string): string {
  return readToolText(io, options.value(option)!);
}

async function generate(session: Session): Promise<void> {
  const { admin, options, output, io } = session;
  const text = textOfFile(session, "topics-to-move-json-file");
  const brokerIds = parseBrokerList(options.value("broker-list")!);
  const nodes = await replicasOfTopics(admin, parseTopicsToMove(text));
  const logDirs = await currentLogDirs(admin, nodes);
  const brokers = await usableBrokers(admin, brokerIds, !options.has("disable-rack-aware"));
  const current = replicaIds(nodes);
  const proposed = proposedReplicas(current, brokers, io.env.random);
  output.print("Current partition replica assignment");
  output.print(`${reassignmentPlanText(current, logDirs)}\n`);
  output.print("Proposed partition reassignment configuration");
  output.print(reassignmentPlanText(proposed));
}

/** Where the partitions of a plan are. */
async function currentReplicas(admin: Admin, partitions: readonly TopicPartition[]) {
  const all = await replicasOfTopics(admin, partitions.map(({ topic }) => topic));
  const missing = partitions.filter((key) => !all.has(key)).map(topicPartitionKey);
  if (missing.length > 0) {
    throw executionException(
      new KafkaError(
        "UNKNOWN_TOPIC_OR_PARTITION",
        `Unable to find partition: ${missing.join(", ")}`,
      ),
    );
  }
  return new TopicPartitionMap(partitions.map((key) => [key, all.get(key)!]));
}

async function checkBrokers(admin: Admin, wanted: ReadonlySet<number>): Promise<void> {
  const { nodes } = await future(admin.describeCluster());
  const unknown = [...wanted].sort((a, b) => a - b).find((id) =>
    nodes.every((node) => node.id !== id)
  );
  if (unknown !== undefined) throw commandFailed(`Unknown broker id ${unknown}`);
}

/** Ends the tool when partitions have failed. */
function throwFailures(results: AdminResults<TopicPartition, void>, message: string): void {
  const failed = results.keys().filter((key) => results.error(key) !== undefined)
    .sort(comparePartitions);
  if (failed.length === 0) return;
  const lines = failed.map((key) => `${topicPartitionKey(key)}: ${results.error(key)!.message}`);
  throw terse([message, ...lines].join("\n"));
}

async function execute(session: Session): Promise<void> {
  const { admin, options, output, io } = session;
  const text = textOfFile(session, "reassignment-json-file");
  const throttle = options.long("throttle")!;
  const logDirThrottle = options.long("replica-alter-log-dirs-throttle")!;
  const timeoutMs = options.long("timeout")!;
  const { partitions, logDirs } = parseExecutablePlan(text);
  const underWay = await future(admin.listPartitionReassignments());
  if (underWay.size > 0 && !options.has("additional")) {
    throw terse(
      "Cannot execute because there is an existing partition assignment.  Use --additional to override this and create " +
        "a new partition assignment in addition to the existing one. The --additional flag can also be used to change " +
        "the throttle by resubmitting the current reassignment.",
    );
  }
  await checkBrokers(admin, new Set([...partitions.values()].flat()));
  const nodes = await currentReplicas(admin, [...partitions.keys()]);
  const current = replicaIds(nodes);
  const rollback = reassignmentPlanText(current, await currentLogDirs(admin, nodes));
  output.print(`Current partition replica assignment\n\n${rollback}\n`);
  output.print("Save this to use as the --reassignment-json-file option during rollback");
  if (throttle >= 0 || logDirThrottle >= 0) {
    output.print(
      "Warning: You must run --verify periodically, until the reassignment completes, to ensure the throttle is removed.",
    );
  }
  if (throttle >= 0) {
    await throttleMoves(admin, moveMap(underWay, partitions, current), throttle, output);
  }
  if (logDirThrottle >= 0) {
    const brokers = new Set(Array.from(logDirs.keys(), ({ brokerId }) => brokerId));
    await throttleLogDirs(admin, brokers, logDirThrottle, output);
  }
  throwFailures(
    await admin.alterPartitionReassignments(partitions, {
      allowReplicationFactorChange: !options.has("disallow-replication-factor-change"),
    }),
    "Error reassigning partition(s):",
  );
  const names = [...partitions.keys()].sort(comparePartitions).map(topicPartitionKey);
  output.print(
    `Successfully started partition reassignment${s(names.length)} for ${names.join(",")}`,
  );
  if (logDirs.size > 0) await startLogDirMoves(admin, logDirs, timeoutMs, io.env.clock, output);
}

async function verify(session: Session): Promise<void> {
  const { admin, options, output } = session;
  const isJson = options.has("json");
  const plan = parseReassignmentPlan(textOfFile(session, "reassignment-json-file"));
  const { states, isAnyUnderWay } = await findReassignmentStates(admin, plan);
  if (!isJson) {
    output.print("Status of partition reassignment:");
    for (const [key, state] of states) output.print(reassignmentStateText(key, state));
  }
  const moves = await findLogDirMoves(admin, plan.logDirs);
  if (isJson) {
    output.print(JSON.stringify({
      partitions: states.map(([key, state]) => ({ ...key, ...state })),
      replicas: moves.map(([replica, move]) => ({ ...replica, ...move })),
    }));
  } else {
    output.print(moves.map(([replica, move]) => logDirMoveText(replica, move)).join("\n"));
  }
  const isDone = !isAnyUnderWay &&
    moves.every(([, { state }]) => state === "completed" || state === "cancelled");
  if (!isDone || options.has("preserve-throttles")) return;
  // What is told of throttles is no part of the JSON.
  await clearThrottles(admin, plan, (line) => isJson || output.print(line));
}

async function cancel(session: Session): Promise<void> {
  const { admin, options, output, io } = session;
  const text = textOfFile(session, "reassignment-json-file");
  const timeoutMs = options.long("timeout")!;
  const plan = parseReassignmentPlan(text);
  const underWay = await future(
    admin.listPartitionReassignments(plan.partitions.map(([key]) => key)),
  );
  const moving = [...underWay].filter(([, { addingReplicas, removingReplicas }]) =>
    addingReplicas.length + removingReplicas.length > 0
  ).map(([key]) => key).sort(comparePartitions);
  if (moving.length === 0) {
    output.print("None of the specified partition reassignments are active.");
  } else {
    throwFailures(
      await admin.alterPartitionReassignments(moving.map((key) => [key, null])),
      `Error cancelling partition reassignment${s(moving.length)} for:`,
    );
    output.print(
      `Successfully cancelled partition reassignment${s(moving.length)} for: ${
        moving.map(topicPartitionKey).join(",")
      }`,
    );
  }
  // A move is ended by moving back to where the replica still is.
  const back = replicaMap(
    (await findLogDirMoves(admin, plan.logDirs)).flatMap(([replica, move]) =>
      move.state === "active" ? [[replica, move.currentLogDir] as const] : []
    ),
  );
  let line = "";
  if (back.size > 0) await startLogDirMoves(admin, back, timeoutMs, io.env.clock, output);
  else line = "None of the specified partition moves are active.";
  if (options.has("preserve-throttles")) {
    if (line !== "") output.print(line);
    return;
  }
  await clearThrottles(admin, plan, (next) => {
    // Kafka does not end the line before.
    output.print(line + next);
    line = "";
  });
}

function reassignmentText(key: TopicPartition, reassignment: PartitionReassignment): string {
  const { replicas, addingReplicas, removingReplicas } = reassignment;
  const part = (name: string, ids: readonly number[]) =>
    ids.length === 0 ? "" : ` ${name}: ${ids.join(",")}.`;
  return `${topicPartitionKey(key)}: replicas: ${replicas.join(",")}.` +
    part("adding", addingReplicas) + part("removing", removingReplicas);
}

async function list({ admin, options, output }: Session): Promise<void> {
  const underWay = [...await future(admin.listPartitionReassignments())]
    .sort(([a], [b]) => comparePartitions(a, b));
  if (options.has("json")) {
    const json = underWay.map(([key, reassignment]) => ({ ...key, ...reassignment }));
    output.print(JSON.stringify(json));
  } else if (underWay.length === 0) output.print("No partition reassignments found.");
  else {
    output.print("Current partition reassignments:");
    for (const [key, reassignment] of underWay) output.print(reassignmentText(key, reassignment));
  }
}

const ACTIONS: Readonly<Record<ReassignmentAction, (session: Session) => Promise<void>>> = {
  generate,
  execute,
  verify,
  cancel,
  list,
};

/**
 * Runs the tool.
 *
 * @returns 0, or 1 after a failure or the usage text
 */
export function reassignPartitionsTool(
  args: readonly string[],
  io: ClientToolIo,
): Promise<number> {
  return runClientTool(io, async (output) => {
    const options = new ToolOptions(args, REASSIGN_PARTITIONS_OPTIONS);
    options.answerHelp("This tool helps to move topic partitions between replicas.");
    const action = reassignmentAction(options);
    try {
      const place = options.has("bootstrap-server") ? "bootstrap-server" : "bootstrap-controller";
      if (options.value(place) === undefined) {
        throw new JavaException("java.lang.NullPointerException");
      }
      await using admin = openAdmin(io, output, {
        server: options.value("bootstrap-server"),
        controller: options.value("bootstrap-controller"),
        configFile: options.value("command-config"),
        defaults: { "client.id": "reassign-partitions-tool" },
      });
      await ACTIONS[action]({ io, admin, options, output });
      return 0;
    } catch (error) {
      const isTerse = thrown(error).className.endsWith(".TerseException");
      output.print(
        isTerse
          ? exceptionMessage(error)
          : `Error: ${exceptionMessage(error)}\n${stackText(error)}\n`,
      );
      return 1;
    }
  }, (error, output) => {
    output.printError(`Exception in thread "main" ${stackText(error)}`);
    return 1;
  });
}
