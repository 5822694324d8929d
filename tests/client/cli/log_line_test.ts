import { assertEquals, assertMatch } from "@std/assert";
import { logDate, logLine, toolLogger } from "../../../client/cli/log_line.ts";
import {
  BOOTSTRAP_DISCONNECTED,
  INVALID_TOPICS,
  TOPIC_ERRORS,
  UNAUTHORIZED_TOPICS,
} from "../../../client/kafka_client.ts";
import { NOT_ESTABLISHED } from "../../../client/node_connection.ts";
import { UNKNOWN_CONFIGS } from "../../../client/config/client_config.ts";
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
  logger.write("warn", UNKNOWN_CONFIGS, { configs: ["no.such.config"] });
  logger.write("warn", "Something is odd", { node: 1 });
  assertEquals(lines, [`${logDate(env.clock.now())} WARN Something is odd node=1 (seglog.client)`]);
});

Deno.test("a broker that cannot be reached is told of in Kafka's words", () => {
  const env = manualEnv();
  const lines: string[] = [];
  const stderr = (text: string) => void lines.push(text.slice(text.indexOf("] ") + 2));
  const output = new LineOutput({ env, stdout: () => {}, stderr });
  const logger = toolLogger(env.clock, output, { kind: "Consumer", groupId: "g" });
  const fields = { clientId: "c", node: -1, host: "localhost", address: "127.0.0.1:1" };
  logger.write("warn", NOT_ESTABLISHED, fields);
  toolLogger(env.clock, output).write("warn", NOT_ESTABLISHED, { ...fields, host: "127.0.0.1" });
  logger.write("warn", BOOTSTRAP_DISCONNECTED, { clientId: "c", node: -1, host: "a", port: 1 });
  const logged = "(org.apache.kafka.clients.NetworkClient)";
  const unreachable = "could not be established. Node may not be available.";
  assertEquals(lines, [
    `WARN [Consumer clientId=c, groupId=g] Connection to node -1 (localhost/127.0.0.1:1) ${unreachable} ${logged}`,
    `WARN [AdminClient clientId=c] Connection to node -1 (/127.0.0.1:1) ${unreachable} ${logged}`,
    `WARN [Consumer clientId=c, groupId=g] Bootstrap broker a:1 (id: -1 rack: null isFenced: false) disconnected ${logged}`,
  ]);
});

Deno.test("topics that something is wrong with are told of in Kafka's words", () => {
  const env = manualEnv();
  const lines: string[] = [];
  const stderr = (text: string) => void lines.push(text.slice(text.indexOf("] ") + 2));
  const output = new LineOutput({ env, stdout: () => {}, stderr });
  const logger = toolLogger(env.clock, output, { kind: "Producer" });
  const errors = new Map([["a", "UNKNOWN_TOPIC_OR_PARTITION"], ["b", "LEADER_NOT_AVAILABLE"]]);
  logger.write("warn", TOPIC_ERRORS, { clientId: "c", correlationId: 1, errors });
  logger.write("error", INVALID_TOPICS, { clientId: "c", topics: ["a", "b c"] });
  logger.write("error", UNAUTHORIZED_TOPICS, { clientId: "c", topics: ["a"] });
  assertEquals(lines, [
    "WARN [Producer clientId=c] The metadata response from the cluster reported a recoverable issue with correlation id 1 : " +
    "{a=UNKNOWN_TOPIC_OR_PARTITION, b=LEADER_NOT_AVAILABLE} (org.apache.kafka.clients.NetworkClient)",
    "ERROR [Producer clientId=c] Metadata response reported invalid topics [a, b c] (org.apache.kafka.clients.Metadata)",
    "ERROR [Producer clientId=c] Topic authorization failed for topics [a] (org.apache.kafka.clients.Metadata)",
  ]);
});
