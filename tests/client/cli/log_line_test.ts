import { assertEquals, assertMatch } from "@std/assert";
import { logDate, logLine, toolLogger } from "../../../client/cli/log_line.ts";
import { LineOutput } from "../../../storage/cli/tool.ts";
import { manualEnv } from "../../support/manual_env.ts";

Deno.test("a line of a log has date, level, text and logger", () => {
  const { clock } = manualEnv();
  assertEquals(
    logLine(clock, "WARN", "text", "org.Logger"),
    `${logDate(clock.now())} WARN text (org.Logger)`,
  );
  assertMatch(logDate(5), /^\[19(69|70)-\d\d-\d\d \d\d:\d\d:\d\d,005\]$/);
});

Deno.test("a tool's client writes warnings and errors to standard error, and nothing else", () => {
  const env = manualEnv();
  const lines: string[] = [];
  const output = new LineOutput({
    env,
    stdout: () => {},
    stderr: (text) => void lines.push(text),
  });
  const logger = toolLogger(env.clock, output);
  logger.write("info", "quiet", {});
  logger.write("warn", "Something is odd", { node: 1 });
  assertEquals(lines, [`${logDate(env.clock.now())} WARN Something is odd node=1 (seglog.client)`]);
});
