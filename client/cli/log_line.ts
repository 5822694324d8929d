/**
 * Lines of a log, as Kafka's tools write them to standard error.
 *
 * @module
 */

import type { Clock, Logger } from "../../storage/env.ts";
import type { LineOutput } from "../../storage/cli/tool.ts";
import { UNKNOWN_CONFIGS } from "../config/client_config.ts";
import {
  BOOTSTRAP_DISCONNECTED,
  INVALID_TOPICS,
  TOPIC_ERRORS,
  UNAUTHORIZED_TOPICS,
} from "../kafka_client.ts";
import { isHostNumber } from "../network/transport.ts";
import { NOT_ESTABLISHED } from "../node_connection.ts";

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

/**
 * What Java's admin client logs of an answer that it did not expect.
 *
 * @param className the class that logs it, within the package of the client
 */
export function adminLogLine(clock: Clock, text: string, className: string): string {
  return logLine(
    clock,
    "ERROR",
    `[AdminClient clientId=adminclient-1] ${text}`,
    `org.apache.kafka.clients.admin.${className}`,
  );
}

/** Whose lines they are. */
export interface LoggedClient {
  /** What Kafka calls it. */
  readonly kind: "AdminClient" | "LegacyAdminClient" | "Consumer" | "Producer";
  /** The group of a consumer. */
  readonly groupId?: string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/** What Kafka says, and which of its classes. */
interface KafkasWords {
  readonly text: (fields: Fields) => string;
  readonly logger: string;
}

const byNetworkClient = (text: KafkasWords["text"]): KafkasWords => (
  { text, logger: "org.apache.kafka.clients.NetworkClient" }
);

const byMetadata = (text: KafkasWords["text"]): KafkasWords => (
  { text, logger: "org.apache.kafka.clients.Metadata" }
);

/** A list, as Java prints it. */
const listText = (items: unknown) => `[${(items as readonly string[]).join(", ")}]`;

/** A map, as Java prints it. */
const mapText = (map: unknown) =>
  `{${[...map as Map<string, string>].map(([key, value]) => `${key}=${value}`).join(", ")}}`;

/** What Kafka says where this client says it in its own way. */
const IN_KAFKAS_WORDS: ReadonlyMap<string, KafkasWords> = new Map([
  [
    NOT_ESTABLISHED,
    byNetworkClient(({ node, host, address }) => {
      // Java has the name in front of what it was resolved to, and nothing in front of what is a number already.
      const name = isHostNumber(`${host}`) ? "" : host;
      return `Connection to node ${node} (${name}/${address}) could not be established. Node may not be available.`;
    }),
  ],
  [
    BOOTSTRAP_DISCONNECTED,
    byNetworkClient(({ node, host, port }) =>
      `Bootstrap broker ${host}:${port} (id: ${node} rack: null isFenced: false) disconnected`
    ),
  ],
  [
    TOPIC_ERRORS,
    byNetworkClient(({ correlationId, errors }) =>
      "The metadata response from the cluster reported a recoverable issue with correlation id " +
      `${correlationId} : ${mapText(errors)}`
    ),
  ],
  [
    INVALID_TOPICS,
    byMetadata(({ topics }) => `Metadata response reported invalid topics ${listText(topics)}`),
  ],
  [
    UNAUTHORIZED_TOPICS,
    byMetadata(({ topics }) => `Topic authorization failed for topics ${listText(topics)}`),
  ],
]);

/** The logger of a tool's client: warnings and errors go to standard error. */
export function toolLogger(
  clock: Clock,
  output: LineOutput,
  { kind, groupId }: LoggedClient = { kind: "AdminClient" },
): Logger {
  return {
    write(level, message, fields) {
      if (level !== "warn" && level !== "error") return;
      // Kafka tells of them at a level that tools do not print.
      if (message === UNKNOWN_CONFIGS) return;
      const severity = level === "warn" ? "WARN" : "ERROR";
      const inKafkasWords = IN_KAFKAS_WORDS.get(message);
      if (inKafkasWords !== undefined) {
        const group = groupId === undefined ? "" : `, groupId=${groupId}`;
        const text = `[${kind} clientId=${fields.clientId}${group}] ${inKafkasWords.text(fields)}`;
        output.printError(logLine(clock, severity, text, inKafkasWords.logger));
        return;
      }
      const details = Object.entries(fields).map(([name, value]) => ` ${name}=${value}`).join("");
      output.printError(logLine(clock, severity, message + details, "seglog.client"));
    },
  };
}
