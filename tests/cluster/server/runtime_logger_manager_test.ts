import { assertEquals, assertThrows } from "@std/assert";
import { KafkaError } from "../../../client/protocol/error_codes.ts";
import { incrementalAlterConfigs } from "../../../client/protocol/messages/incremental_alter_configs.ts";
import { describeConfigs } from "../../../client/protocol/messages/describe_configs.ts";
import { BrokerLoggers, LOGGERS } from "../../../cluster/server/broker_loggers.ts";
import { RuntimeLoggerManager } from "../../../cluster/server/runtime_logger_manager.ts";
import { startBroker } from "../../support/broker.ts";
import { CollectingLogger } from "../../support/manual_env.ts";

const [SET, DELETE, APPEND, SUBTRACT] = [0, 1, 2, 3] as const;
const BROKER_LOGGER = 8;

function make() {
  const logger = new CollectingLogger();
  const loggers = new BrokerLoggers(logger, "INFO");
  const manager = new RuntimeLoggerManager({ nodeId: 1, loggers, logger });
  const alter = (
    name: string,
    ops: readonly (readonly [string, number, string | null])[],
    validateOnly = false,
  ) =>
    manager.apply({
      resource: { type: BROKER_LOGGER, name },
      ops: ops.map(([name, operation, value]) => ({ name, operation, value })),
    }, validateOnly);
  return { manager, logger, alter };
}

function refused(
  node: string,
  op: readonly [string, number, string | null],
  code: string,
  message: string,
): void {
  const { alter, manager } = make();
  const before = [...manager.levels];
  const error = assertThrows(() => alter(node, [[LOGGERS.raft, SET, "WARN"], op]), KafkaError);
  assertEquals([error.code, error.message], [code, message]);
  // All of a change, or nothing.
  assertEquals([...manager.levels], before);
}

Deno.test("a level is set and unset, with a line that says so, unless one only asks", () => {
  const { manager, logger, alter } = make();
  alter("1", [[LOGGERS.raft, SET, "WARN"]], true);
  assertEquals([manager.levels.get(LOGGERS.raft), logger.lines.length], ["INFO", 0]);
  alter("1", [[LOGGERS.raft, SET, "WARN"], ["root", SET, "DEBUG"]]);
  assertEquals(manager.levels.get(LOGGERS.raft), "WARN");
  assertEquals(manager.levels.get(LOGGERS.logs), "DEBUG");
  alter("1", [[LOGGERS.raft, DELETE, null]]);
  assertEquals(manager.levels.get(LOGGERS.raft), "DEBUG");
  assertEquals(logger.lines.map(({ level, message, fields }) => [level, message, fields]), [
    ["warn", "Updated the log level", { logger: LOGGERS.raft, level: "WARN" }],
    ["warn", "Updated the log level", { logger: "root", level: "DEBUG" }],
    ["warn", "Unset the log level", { logger: LOGGERS.raft }],
  ]);
});

Deno.test("a change that cannot be is refused in Kafka's words, and all that came with it", () => {
  const op = [LOGGERS.raft, SET, "WARN"] as const;
  refused("x", op, "INVALID_REQUEST", "Node id must be an integer, but it is: x");
  refused("", op, "INVALID_REQUEST", "Node id must be an integer, but it is: ");
  refused(
    "4294967297",
    op,
    "INVALID_REQUEST",
    "Node id must be an integer, but it is: 4294967297",
  );
  refused("2", op, "INVALID_REQUEST", "Unexpected node id. Expected 1, but received 2");
  const unknown = "Logger nobody does not exist!";
  refused("1", ["nobody", SET, "WARN"], "INVALID_CONFIG", unknown);
  refused("1", ["nobody", DELETE, null], "INVALID_CONFIG", unknown);
  refused(
    "1",
    [LOGGERS.logs, SET, "LOUD"],
    "INVALID_CONFIG",
    `Cannot set the log level of ${LOGGERS.logs} to LOUD as it is not a supported log level. ` +
      "Valid log levels are DEBUG, ERROR, FATAL, INFO, TRACE, WARN",
  );
  refused(
    "1",
    ["root", DELETE, null],
    "INVALID_REQUEST",
    "Removing the log level of the root logger is not allowed",
  );
  const what = "is not allowed for the BROKER_LOGGER resource";
  refused("1", [LOGGERS.logs, APPEND, "WARN"], "INVALID_REQUEST", `APPEND operation ${what}`);
  refused("1", [LOGGERS.logs, SUBTRACT, "WARN"], "INVALID_REQUEST", `SUBTRACT operation ${what}`);
  refused("1", [LOGGERS.logs, 9, "WARN"], "INVALID_REQUEST", `Unknown operation type 9 ${what}`);
});

Deno.test("a broker's lines obey the levels that clients set, and the levels can be asked for", async () => {
  await using started = await startBroker({}, { logLevel: "WARN" });
  const { client, env } = started;
  const levels = async () => {
    const { results } = await client.call(describeConfigs, 4, {
      resources: [{ resourceType: BROKER_LOGGER, resourceName: "1", configurationKeys: null }],
    });
    return new Map(results[0]!.configs.map(({ name, value }) => [name, value]));
  };
  const set = async (name: string, value: string) => {
    const { responses } = await client.call(incrementalAlterConfigs, 1, {
      resources: [{
        resourceType: BROKER_LOGGER,
        resourceName: "1",
        configs: [{ name, configOperation: SET, value }],
      }],
    });
    return responses[0]!.errorMessage;
  };
  assertEquals(new Set((await levels()).values()), new Set(["WARN"]));
  await set(LOGGERS.broker, "ERROR");
  assertEquals(env.logger.matching("Updated the log level").length, 0);
  await set(LOGGERS.broker, "INFO");
  assertEquals(env.logger.matching("Updated the log level").length, 1);
  assertEquals((await levels()).get(LOGGERS.broker), "INFO");
  assertEquals(await set("nobody", "INFO"), "Logger nobody does not exist!");
});
