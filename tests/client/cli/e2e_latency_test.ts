import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { startTools } from "../../support/cli.ts";

Deno.test("e2e-latency makes its topic, and tells how long records took", async () => {
  await using tools = await startTools();
  const server = ["--bootstrap-server", tools.bootstrap];
  const { code, stdout, stderr } = await tools.run(
    "e2e-latency",
    ...[...server, "--topic", "new", "--num-records", "20", "--producer-acks", "all"],
    ...["--record-size", "30", "--record-key-size", "5", "--num-headers", "2"],
    ...["--record-header-key-size", "3", "--record-header-size", "4"],
  );
  assertEquals([code, stderr], [0, ""]);
  assertMatch(
    stdout,
    /^Topic "new" does not exist. Will create .*\n0\t\d+\.\d+\nAvg latency: \d+\.\d{4} ms\nPercentiles: 50th = \d+, 99th = \d+, 99.9th = \d+\n$/,
  );
  const offsets = await tools.run("get-offsets", ...server, "--topic", "new");
  assertEquals(offsets.stdout, "new:0:20\n");
});

Deno.test("e2e-latency: what is wrong is told as Apache Kafka tells it", async () => {
  await using tools = await startTools();
  const few = await tools.run("e2e-latency", tools.bootstrap, "t");
  assertEquals(few, {
    code: 1,
    stdout: "",
    stderr:
      "Invalid number of arguments. Expected 5 or 6 positional arguments, but got 2. Usage: bootstrap-server " +
      "topic num-records producer-acks record-size [optional] command-config\n",
  });
  const acks = await tools.run("e2e-latency", tools.bootstrap, "t", "5", "0", "10");
  assertEquals(acks.code, 1);
  assertStringIncludes(acks.stdout, "WARNING: Positional argument usage is deprecated");
  assertStringIncludes(acks.stderr, "Latency testing requires synchronous acknowledgement.");
  const file = await tools.run("e2e-latency", tools.bootstrap, "t", "5", "1", "10", "none");
  assertEquals(file.code, 1);
  assertStringIncludes(file.stderr, "none");
});
