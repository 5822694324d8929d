import { assertEquals, assertStringIncludes } from "@std/assert";
import { startTools } from "../../support/cli.ts";

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
