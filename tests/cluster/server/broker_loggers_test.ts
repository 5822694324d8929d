import { assertEquals, assertStrictEquals } from "@std/assert";
import {
  BrokerLoggers,
  LOGGER_LEVELS,
  LOGGERS,
  ROOT_LOGGER,
} from "../../../cluster/server/broker_loggers.ts";
import { CollectingLogger, manualEnv } from "../../support/manual_env.ts";

/** The levels of the lines that a logger lets pass. */
function passed(loggers: BrokerLoggers, target: CollectingLogger, name: string): string[] {
  target.lines.length = 0;
  for (const level of ["debug", "info", "warn", "error"] as const) {
    loggers.named(name).write(level, level, {});
  }
  return target.lines.map(({ level }) => level);
}

function make(
  ...rootLevel: ConstructorParameters<typeof BrokerLoggers> extends [unknown, ...infer R] ? R
    : never
) {
  const target = new CollectingLogger();
  return { target, loggers: new BrokerLoggers(target, ...rootLevel) };
}

Deno.test("to begin with, all lines pass, or those from a level on", () => {
  const all = make();
  assertEquals(passed(all.loggers, all.target, LOGGERS.broker), ["debug", "info", "warn", "error"]);
  const some = make("WARN");
  assertEquals(passed(some.loggers, some.target, LOGGERS.broker), ["warn", "error"]);
});

Deno.test("each level passes its lines and those that matter more", () => {
  const { loggers, target } = make();
  const counts = LOGGER_LEVELS.map((level) => {
    loggers.setLevel(LOGGERS.raft, level);
    return passed(loggers, target, LOGGERS.raft).length;
  });
  assertEquals(counts, [4, 4, 3, 2, 1, 0]);
});

Deno.test("a logger without a level of its own follows the root", () => {
  const { loggers, target } = make("WARN");
  loggers.setLevel(LOGGERS.logs, "INFO");
  loggers.setLevel(ROOT_LOGGER, "ERROR");
  assertEquals(passed(loggers, target, LOGGERS.logs), ["info", "warn", "error"]);
  assertEquals(passed(loggers, target, LOGGERS.raft), ["error"]);
  loggers.setLevel(LOGGERS.logs, undefined);
  assertEquals(passed(loggers, target, LOGGERS.logs), ["error"]);
  loggers.setLevel(ROOT_LOGGER, undefined);
  assertEquals(loggers.levels.get(ROOT_LOGGER), "ERROR");
});

Deno.test("the levels in force are told by name, the root's among them", () => {
  const { loggers } = make("INFO");
  loggers.setLevel(LOGGERS.brokerApis, "TRACE");
  const names = [...loggers.levels.keys()];
  assertEquals(names, [...Object.values(LOGGERS), ROOT_LOGGER].sort());
  assertEquals(loggers.levels.get(LOGGERS.brokerApis), "TRACE");
  assertEquals(loggers.levels.get(LOGGERS.controller), "INFO");
  assertEquals([loggers.has(ROOT_LOGGER), loggers.has("nobody")], [true, false]);
});

Deno.test("a name has one logger, which a world can have for all its lines", () => {
  const { loggers, target } = make();
  assertStrictEquals(loggers.named("a"), loggers.named("a"));
  const env = manualEnv();
  const named = loggers.env(env, "a");
  assertStrictEquals(named.clock, env.clock);
  named.logger.write("info", "here", { x: 1 });
  assertEquals(target.lines.map(({ message, fields }) => [message, fields]), [["here", { x: 1 }]]);
});
