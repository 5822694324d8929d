import { assert, assertEquals, assertThrows } from "@std/assert";
import { ToolExit } from "../../../client/cli/client_tool.ts";
import {
  consoleProducerConfigs,
  consoleProducerOptions,
  readerProperties,
} from "../../../client/cli/console_producer_options.ts";
import { LineOutput, UncaughtFailure } from "../../../storage/cli/tool.ts";
import { writeTextFile } from "../../../storage/file/text_file.ts";
import { manualEnv } from "../../support/manual_env.ts";

const TO = ["--topic", "t", "--bootstrap-server", "h:1"];

function parse(args: readonly string[], files: Readonly<Record<string, string>> = {}) {
  const env = manualEnv();
  for (const [name, text] of Object.entries(files)) {
    writeTextFile(env.fileSystem, `/${name}`, text);
  }
  const lines: string[] = [];
  const io = {
    env,
    stdout: (text: string) => void lines.push(...text.split("\n")),
    stderr: () => {},
  };
  const output = new LineOutput(io);
  const options = consoleProducerOptions(args, output);
  output.flush();
  return {
    lines,
    configs: () => consoleProducerConfigs(options, io),
    reader: () => readerProperties(options, io),
  };
}

Deno.test("the producer has the tool's defaults, which are not all the producer's own", () => {
  const serializer = "org.apache.kafka.common.serialization.ByteArraySerializer";
  assertEquals(parse(TO).configs(), {
    "client.id": "console-producer",
    "bootstrap.servers": "h:1",
    "compression.type": "none",
    "key.serializer": serializer,
    "value.serializer": serializer,
    "linger.ms": "1000",
    "acks": "-1",
    "request.timeout.ms": "1500",
    "retries": "3",
    "retry.backoff.ms": "100",
    "buffer.memory": "33554432",
    "batch.size": "16384",
    "metadata.max.age.ms": "300000",
    "max.block.ms": "60000",
  });
});

Deno.test("an option comes before a property, a property before a file, and both before a default", () => {
  const files = { p: "acks=1\nlinger.ms=7\nclient.id=f\nretries=9\n" };
  const properties = ["--command-property", "linger.ms=8", "--command-property", "retries=1"];
  const args = [...TO, "--command-config", "p", ...properties, "--message-send-max-retries", "+2"];
  const { acks, retries, "linger.ms": linger, "client.id": client } = parse(args, files).configs();
  assertEquals([acks, retries, linger, client], ["1", "2", "8", "f"]);
  const servers = parse([...TO, "--command-property", "bootstrap.servers=x:1"]).configs();
  assertEquals(servers["bootstrap.servers"], "h:1");
});

Deno.test("batches have the size of --max-partition-memory-bytes, when it is given", () => {
  const sizeOf = (...args: string[]) => parse([...TO, ...args]).configs()["batch.size"];
  assertEquals(sizeOf("--batch-size", "5"), "5");
  assertEquals(sizeOf("--batch-size", "5", "--max-partition-memory-bytes", "6"), "6");
});

Deno.test("--compression-codec alone is gzip", () => {
  const codecOf = (...args: string[]) => parse([...TO, ...args]).configs()["compression.type"];
  assertEquals(codecOf("--compression-codec"), "gzip");
  assertEquals(codecOf("--compression-codec", "lz4"), "lz4");
  assertEquals(codecOf("--command-property", "compression.type=lz4"), "none");
});

Deno.test("the size of the socket's buffer is told to the producer by who asks for it", () => {
  const size = parse([...TO, "--socket-buffer-size", "9"]).configs()["send.buffer.bytes"];
  assertEquals(size, "9");
  assert(!("send.buffer.bytes" in parse(TO).configs()));
});

Deno.test("the reader gets properties, those of a file before them, and the topic", () => {
  const properties = ["--reader-property", "key.separator==", "--reader-property", "parse.key"];
  const files = { r: "key.separator=;\nnull.marker=N\n" };
  assertEquals(parse([...TO, "--reader-config", "r", ...properties], files).reader(), {
    "topic": "t",
    "key.separator": "=",
    "parse.key": "",
    "null.marker": "N",
  });
});

Deno.test("old names are taken with a warning, but not beside the new ones", () => {
  const files = { p: "acks=0\n" };
  const old = parse([
    ...[...TO, "--producer.config", "p", "--producer-property", "retries=5"],
    ...["--property", "parse.key=true", "--max-partition-memory-bytes", "7"],
  ], files);
  const later = (name: string, when: string, instead: string) =>
    `Warning: --${name} is deprecated and will be removed in ${when}. Use --${instead} instead.`;
  assertEquals(old.lines, [
    later("producer-property", "a future version", "command-property"),
    later("producer.config", "a future version", "command-config"),
    later("property", "a future version", "reader-property"),
    later("max-partition-memory-bytes", "Apache Kafka 5.0", "batch-size"),
  ]);
  const { acks, retries } = old.configs();
  assertEquals([acks, retries, old.reader()["parse.key"]], ["0", "5", "true"]);
  for (
    const [name, other] of [
      ["command-config", "producer.config"],
      ["command-property", "producer-property"],
      ["reader-property", "property"],
    ]
  ) {
    const error = assertThrows(
      () => parse([...TO, `--${name}`, "a=b", `--${other}`, "a=b"]),
      ToolExit,
    );
    const line = `Options --${name} and --${other} cannot be specified together.`;
    assertEquals([error.status, error.stderr!.split("\n")[0]], [1, line]);
  }
});

Deno.test("what is missing or no number is told", () => {
  const lineOf = (...args: string[]) =>
    assertThrows(() => parse(args), ToolExit).stderr!.split("\n")[0];
  assertEquals(lineOf("--bootstrap-server", "h:1"), 'Missing required argument "[topic]"');
  assertEquals(lineOf("--topic", "t"), "Error while validating the bootstrap address");
  assertEquals(
    lineOf("--topic", "t", "--bootstrap-server", "nonsense"),
    "Please provide valid host:port like host1:9091,host2:9092",
  );
  assertEquals(lineOf(...TO, "--nothing"), "nothing is not a recognized option");
  assertThrows(
    () => parse([...TO, "--batch-size", "big"]).configs(),
    UncaughtFailure,
    "Cannot parse argument 'big' of option batch-size",
  );
});
