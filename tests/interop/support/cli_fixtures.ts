/**
 * The commands of `tests/fixtures/cli`: each file begins with the command that printed it, so that it can be run again, against
 * the broker under test, and compared.
 *
 * @module
 */

import type { Finished } from "../kafka/apache_kafka.ts";

/** A command line, taken apart. */
export interface CliCommand {
  readonly tool: string;
  readonly args: readonly string[];
  readonly input: string;
}

/** What stands for what in a normalised text. */
export interface Placeholders {
  readonly bootstrap: string;
  readonly controller: string;
  /** The folder that has the files of the commands, and the node's in `node/`. */
  readonly directory: string;
  readonly directoryId: string;
  readonly clusterId: string;
}

/** The cluster that the fixtures were made with. */
const FIXTURES_CLUSTER = "MkU3OEVBNTcwNTJENDM2Qg";

/** Splits a command as a shell would, as far as the fixtures go: words, and words in single quotes. */
function words(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|\S+/g)].map(([word, quoted]) => quoted ?? word);
}

/** The tool whose command is in the first line of a fixture. */
export function toolOf(fixture: string): string {
  return words(
    fixture.slice(0, fixture.indexOf("\n")).replace(/^\$ (?:printf '[^']*' \| )?/, ""),
  )[1]!;
}

/** The command in the first line of a fixture. */
export function commandOf(
  fixture: string,
  { bootstrap, directory, clusterId }: Placeholders,
): CliCommand {
  const line = fixture.slice(2, fixture.indexOf("\n"));
  const piped = /^printf '([^']*)' \| (.*)$/.exec(line);
  const [, tool, ...args] = words(piped?.[2] ?? line);
  return {
    tool: tool!,
    args: args.map((arg) =>
      arg === FIXTURES_CLUSTER
        ? clusterId
        : arg.replace("HOST:PORT", bootstrap).replace(/\bDIR\//, `${directory}/`)
    ),
    input: (piped?.[1] ?? "").replaceAll("\\n", "\n").replaceAll("\\t", "\t"),
  };
}

/** Puts placeholders in the place of what differs from one run to the next. */
export function normalised(text: string, places: Placeholders): string {
  const [host, port] = places.bootstrap.split(":") as [string, string];
  const replaced = text
    // A client of the tool before may end while the machine that both run in forgets its metrics.
    .replaceAll(
      /^\[.*\] ERROR Error when registering metric on (?:.*\n)*?Caused by: .*\n(?:\t.*\n)*/gm,
      "",
    )
    .replaceAll(places.directory, "DIR")
    .replaceAll(places.controller, "HOST:CONTROLLER_PORT")
    .replaceAll(places.bootstrap, "HOST:PORT")
    .replaceAll(`${host}, port: ${port}`, "HOST, port: PORT")
    .replaceAll(places.directoryId, "DIRECTORY_ID")
    .replaceAll(places.clusterId, "CLUSTER_ID")
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "UUID")
    .replaceAll(/(TopicId: )[\w-]{22}/g, "$1TOPIC_ID")
    .replaceAll(/\b1[0-9]{12}\b/g, "TIMESTAMP")
    .replaceAll(/\[20[0-9-]{8} [0-9:,]{12}\]/g, "[DATE]")
    .replaceAll(/20[0-9-]{8} [0-9:]{12}/g, "DATE")
    // A usage text is padded to the same width behind it.
    .replaceAll(/(console-consumer-|perf-consumer-)[0-9]+(?:(\)) *)?/g, "$1N$2")
    .replaceAll(`${host} ${port} `, "HOST      PORT  ")
    .replaceAll(/\badminclient-[0-9]+/g, "adminclient-N")
    .replaceAll(/tries=[0-9]+/g, "tries=N")
    .replaceAll(/after [0-9]+ attempt/g, "after N attempt");
  // Stack traces, and a warning that says the same again.
  const lines = replaced.split("\n");
  return lines.filter((line, i) =>
    !/^\t+(at |\.\.\. [0-9]+ more)/.test(line) &&
    !(line.includes(" WARN ") && line === lines[i - 1])
  ).join("\n");
}

/** What a fixture has below its first line, of a command that has just run. */
export function transcript(finished: Finished, places: Placeholders): string {
  const ended = (text: string) => text === "" || text.endsWith("\n") ? text : `${text}\n`;
  const stdout = normalised(ended(finished.stdout), places);
  const stderr = normalised(ended(finished.stderr), places);
  return `${stdout}${stderr === "" ? "" : `[stderr]\n${stderr}`}[rc] ${finished.code}\n`;
}

/** What means the same may look different: figures, counters, the order of what has none. */
const LOOSER: Readonly<Record<string, (text: string) => string>> = {
  "producer-perf-test": figures,
  "verifiable-producer": figures,
  // How far the metadata log has come.
  "metadata-quorum-status": (text) => text.replace(/(HighWatermark: +)\d+/, "$1N"),
  "metadata-quorum-replication": (text) => text.replace(/(DIRECTORY_ID\t)\d+ */, "$1N"),
  "features-describe": (text) => text.replaceAll(/(Epoch: )\d+/g, "$1N"),
  "log-dirs-describe": (text) =>
    text.replace(
      /^\{.*$/m,
      (line) =>
        JSON.stringify(JSON.parse(line), (_, value) =>
          Array.isArray(value)
            ? value.toSorted((a, b) =>
              `${a.partition}`.localeCompare(b.partition)
            )
            : value),
    ),
  "configs-topics-describe-every": topicsInOrder,
  // How often a consumer has committed.
  "get-offsets-all": (text) => text.replace(/^(__consumer_offsets:0:)\d+/m, "$1N"),
  "consumer-perf-test": (text) => figures(text).replaceAll(/, \d+/g, ", N"),
  // Which partition comes first is a matter of Java's hashes.
  "console-consumer-group": (text) =>
    text.replace(/(^\d\n)+/m, (lines) => lines.split(/(?<=\n)/).sort().join("")),
  // How many requests came before.
  "console-consumer-missing-topic": (text) => text.replace(/(correlation id )\d+/, "$1N"),
  "e2e-latency": (text) => figures(text).replaceAll(/= \d+/g, "= N"),
};

/** Topics come in the order in which the broker lists them. */
function topicsInOrder(text: string): string {
  const [head, ...blocks] = text.split(/^(?=Dynamic configs for topic )/m);
  const [last, ...end] = (blocks.pop() ?? "").split(/^(?=\[rc\])/m);
  return [head, ...[...blocks, last].sort(), ...end].join("");
}

/** A client that gives up says in one way or the other how it came to it. */
function givenUp(text: string): string {
  return text.replaceAll(/(TimeoutException: )(Timed out waiting|Call\().*/g, "$1…");
}

function figures(text: string): string {
  return text.replaceAll(/\d+\.\d+/g, "N").replaceAll(/\b\d+ ms\b/g, "N ms");
}

/** Java hashes what this tool was asked for with a seed of the process. */
function partitionsInOrder(text: string): string {
  return text.replace(/(^partition: .*\n)+/m, (lines) => lines.split(/(?<=\n)/).sort().join(""));
}

/** A fixture or a transcript in the form in which both are compared. */
export function comparable(name: string, text: string): string {
  const same = text.replaceAll(FIXTURES_CLUSTER, "CLUSTER_ID")
    .replaceAll(/\badminclient-[0-9]+/g, "adminclient-N");
  if (name.startsWith("delete-records-")) return givenUp(partitionsInOrder(same));
  return LOOSER[name]?.(same) ?? same;
}
