/**
 * Lines of a log, as Kafka's tools write them to standard error.
 *
 * @module
 */

import type { Clock, Logger } from "../../storage/env.ts";
import type { LineOutput } from "../../storage/cli/tool.ts";

const two = (value: number) => String(value).padStart(2, "0");

/** A time as log4j prints it: `[2026-01-31 23:59:59,123]`, in local time. */
export function logDate(ms: number): string {
  const date = new Date(ms);
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join("-");
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":");
  return `[${day} ${time},${String(date.getMilliseconds()).padStart(3, "0")}]`;
}

/** A line of a log. */
export function logLine(
  clock: Clock,
  level: "WARN" | "ERROR",
  text: string,
  loggerName: string,
): string {
  return `${logDate(clock.now())} ${level} ${text} (${loggerName})`;
}

/** The logger of a tool's client: warnings and errors go to standard error. */
export function toolLogger(clock: Clock, output: LineOutput): Logger {
  return {
    write(level, message, fields) {
      if (level !== "warn" && level !== "error") return;
      const details = Object.entries(fields).map(([name, value]) => ` ${name}=${value}`).join("");
      output.printError(
        logLine(clock, level === "warn" ? "WARN" : "ERROR", message + details, "seglog.client"),
      );
    },
  };
}
