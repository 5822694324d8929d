import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { ToolExit } from "../../../client/cli/client_tool.ts";
import {
  consumerPerfConfigs,
  consumerPerfOptions,
} from "../../../client/cli/consumer_perf_options.ts";
import { writeTextFile } from "../../../storage/file/text_file.ts";
import { manualEnv } from "../../support/manual_env.ts";

const env = manualEnv();
const io = { env, stdout: () => {}, stderr: () => {} };
const NAMED = ["--bootstrap-server", "a:1", "--topic", "t", "--num-records", "5"];

function parse(...args: readonly string[]) {
  const lines: string[] = [];
  return { options: consumerPerfOptions(args, env.random, (line) => lines.push(line)), lines };
}

/** The first line of what is wrong. */
const problem = (...args: readonly string[]) =>
  assertThrows(() => parse(...args), ToolExit).stderr!.split("\n")[0];

Deno.test("the consumer has the tool's configs over those of the command line over those of the file", () => {
  writeTextFile(env.fileSystem, "/c.properties", "client.id=file\nfetch.min.bytes=7\ngroup.id=x\n");
  const { options, lines } = parse(
    ...[...NAMED, "--command-config", "/c.properties", "--group", "g", "--from-latest"],
    ...["--command-property", "client.id=line", "--fetch-size", "99"],
  );
  assertEquals(lines, []);
  const configs = consumerPerfConfigs(options, io);
  assertEquals(
    ["client.id", "fetch.min.bytes", "group.id", "auto.offset.reset", "max.partition.fetch.bytes"]
      .map((name) => configs[name]),
    ["line", "7", "g", "latest", "99"],
  );
  assertEquals(configs["receive.buffer.bytes"], undefined);
});

Deno.test("without a group there is one by chance, and it is read from the beginning", () => {
  const configs = consumerPerfConfigs(parse(...NAMED).options, io);
  assertMatch(configs["group.id"]!, /^perf-consumer-\d{1,5}$/);
  assertEquals(configs["auto.offset.reset"], "earliest");
});

Deno.test("old names work, and are warned of", () => {
  writeTextFile(env.fileSystem, "/old.properties", "fetch.min.bytes=7\n");
  const { options, lines } = parse(
    ...[...NAMED.slice(0, 4), "--messages", "8", "--consumer.config", "/old.properties"],
  );
  assertEquals(lines, [
    "Warning: --messages is deprecated. Use --num-records instead.",
    "Warning: --consumer.config is deprecated. Use --command-config instead.",
  ]);
  assertEquals(options.long("messages"), 8);
  assertEquals(consumerPerfConfigs(options, io)["fetch.min.bytes"], "7");
});

Deno.test("what is wrong is told as Apache Kafka tells it", () => {
  assertEquals(problem("--topic", "t"), 'Missing required argument "[bootstrap-server]"');
  assertEquals(problem(...NAMED, "--bogus"), "bogus is not a recognized option");
  assertEquals(
    problem(...NAMED, "--include", "t"),
    "Exactly one of the following arguments is required: [topic], [include]",
  );
  assertEquals(
    problem(...NAMED, "--messages", "5"),
    "Exactly one of the following arguments is required: [messages], [num-records]",
  );
  assertEquals(
    problem(...NAMED, "--consumer.config", "a", "--command-config", "b"),
    `Option "[consumer.config]" can't be used with option "[command-config]"`,
  );
});
